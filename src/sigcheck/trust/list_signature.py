"""The signature of a trusted list (ETSI TS 119 612, 5.7 and Annex B): enveloped, by a certificate known by its fingerprint.

Only what the signature covers goes on: the octets that the verifier digested are parsed again, and nothing else of the file
is looked at. A signature that covers an inner element, whatever stands around it, is refused.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from sigcheck.facts import Certificate
from sigcheck.trust.list_xml import LIST, SIGNATURE, parse_xml, safe_parser
from sigcheck.trust.words import fault

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOT: Final = f"{LIST}TrustServiceStatusList"
KEY_INFO_CERTIFICATES: Final = 20
"""Certificates looked at in a signature's KeyInfo; a list names its signer and perhaps the CAs above it."""


def signed_list(octets: bytes, signers: Sequence[str], path: str) -> tuple[_Element, Certificate]:
    """The list as it was signed, and the certificate, one of `signers`, that signed it. Raises TrustError."""
    root = parse_xml(octets, path)
    if root.tag != ROOT:
        raise fault("list-not-a-list", path=path)
    signature = root.find(f"{SIGNATURE}Signature")
    if signature is None:
        raise fault("list-not-signed", path=path)
    signer = _signer(signature, signers, path)
    results = _verified(octets, signer, path)
    covered = [result for result in results if result.signed_xml is not None and result.signed_xml.tag == ROOT]
    if len(covered) != 1 or not _covers_the_root(results, covered[0], root):
        raise fault("list-not-covered", path=path)
    return parse_xml(covered[0].signed_data, path), signer


def _signer(signature: _Element, signers: Sequence[str], path: str) -> Certificate:
    """The certificate in KeyInfo whose fingerprint was given."""
    found = list(_key_info(signature))
    for certificate in found:
        if certificate.sha256 in signers:
            return certificate
    stated = ", ".join(certificate.sha256 for certificate in found) or "-"
    raise fault("list-wrong-signer", path=path, expected=", ".join(signers), actual=stated)


def _key_info(signature: _Element) -> Iterator[Certificate]:
    from sigcheck.engine.certificates import parse_certificate  # noqa: PLC0415 - the shipped facts need no parser

    places = "/".join(SIGNATURE + name for name in ("KeyInfo", "X509Data", "X509Certificate"))
    for element in signature.findall(places)[:KEY_INFO_CERTIFICATES]:
        try:
            certificate = parse_certificate(base64.b64decode("".join((element.text or "").split()), validate=True))
        except ValueError:  # binascii.Error is one too
            continue
        if certificate is not None:
            yield certificate


def _verified(octets: bytes, signer: Certificate, path: str) -> list[Any]:
    """What each reference of the signature covers, once the signature value and every digest have been found right."""
    try:
        from signxml.algorithms import CanonicalizationMethod  # noqa: PLC0415 - as below
        from signxml.verifier import SignatureConfiguration, XMLVerifier  # noqa: PLC0415 - an extra that only trusted lists need
    except ImportError as error:
        raise fault("list-needs-extra", path=path) from error
    # The signer's own period is judged against the list's date of issue, never against the clock: any moment in it will do here.
    wanted = SignatureConfiguration(
        location="./",
        expect_references=True,  # as many as there are: the list itself and XAdES's signed properties
        verification_time=signer.not_before,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,  # XML Signature, 4.4.3.2
    )
    pem = base64.encodebytes(signer.der).decode("ascii")
    try:
        found = XMLVerifier().verify(
            parse_xml(octets, path),
            x509_cert=f"-----BEGIN CERTIFICATE-----\n{pem}-----END CERTIFICATE-----\n",
            parser=safe_parser(),
            expect_config=wanted,
        )
    except Exception as error:  # whatever the library raises over hostile XML: the signature was not verified
        raise fault("list-signature", path=path, reason=f"{type(error).__name__}: {error}"[:300]) from error
    return found if isinstance(found, list) else [found]


def _covers_the_root(results: Sequence[Any], covered: Any, root: _Element) -> bool:
    """The reference speaks of the document itself (URI="") or of the root by its Id, not of an element inside it."""
    references = covered.signature_xml.findall(f"{SIGNATURE}SignedInfo/{SIGNATURE}Reference")
    if len(references) != len(results):
        return False
    uri = references[next(place for place, result in enumerate(results) if result is covered)].get("URI")
    own = root.get("Id")
    return uri == "" or (own is not None and uri == f"#{own}")
