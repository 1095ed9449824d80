"""Whether the signed bytes are those that were signed, and with the signer's key (RFC 5652, 5.4 to 5.6; ISO 32000-2, 12.8.3).

1. Which digest over the content is needed (`needed_hashes`); it is computed elsewhere, in one pass over the file.
2. The content-type attribute is the content's type, and message-digest is the content's digest.
3. The signature value verifies over the signed attributes, or over the content where there are none.
4. The signing-certificate attribute names the signer's certificate.

The signer's certificate itself is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from sigcheck.digests import ALGORITHMS, digest
from sigcheck.engine.cms import read_cms
from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.asn1 import Malformed
from sigcheck.engine.crypto.keys import KeyUnusable, load_public_key
from sigcheck.engine.crypto.signature_values import (
    SignatureCheck,
    recover_digest,
    verify_certificate_signature,
    verify_signed_der,
    verify_with_key,
)
from sigcheck.engine.crypto.tokens import read_token_content
from sigcheck.evidence import Integrity
from sigcheck.facts import AlgorithmChoice, Certificate, CmsFacts, SignatureFacts

__all__ = [
    "SignatureCheck",
    "needed_hashes",
    "verify_certificate_signature",
    "verify_cms",
    "verify_raw_rsa",
    "verify_signed_der",
    "verify_with_key",
]

SHA1_ENCAPSULATED: Final = "adbe.pkcs7.sha1"
"""The sub-filter whose CMS encapsulates the SHA-1 digest of the ByteRange (ISO 32000-2, table 260)."""
RAW_RSA_HASHES: Final = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""What adbe.x509.rsa_sha1 may be made with, its name notwithstanding (ISO 32000-2, table 260)."""

_EDWARDS_DIGEST: Final = {"ed25519": "sha512", "ed448": "shake256"}
"""The only digest that goes with each Edwards curve where there are signed attributes (RFC 8419, 3.1)."""


def needed_hashes(signature: SignatureFacts) -> frozenset[str]:
    """The hashes to be computed over the signature's ByteRange, by their names in `digests`."""
    cms = signature.cms
    if signature.raw_signature is not None:
        return RAW_RSA_HASHES
    if not isinstance(cms, CmsFacts):
        return frozenset()
    if signature.kind == "document-timestamp":
        content = read_token_content(cms.content)
        wanted = {content.imprint_algorithm if content is not None else None}
    elif signature.sub_filter == SHA1_ENCAPSULATED:
        wanted = {"sha1"}
    elif cms.signed_attributes is None:
        wanted = {cms.digest_algorithm, cms.algorithm.hash}
    else:
        wanted = {cms.digest_algorithm}
    wanted |= {imprint_algorithm(token) for token in cms.content_timestamp_tokens}
    return frozenset(name for name in wanted if name is not None and name in ALGORITHMS)


def imprint_algorithm(token: bytes) -> str | None:
    """The hash of a content-time-stamp's imprint, which is over the signed bytes; None for what is no token."""
    cms = read_cms(token)
    content = read_token_content(cms.content) if isinstance(cms, CmsFacts) else None
    return None if content is None else content.imprint_algorithm


def verify_cms(
    cms: CmsFacts,
    content_digests: Mapping[str, bytes] | None,
    signer: Certificate | None,
    *,
    content: bytes | None = None,
    sub_filter: str | None = None,
) -> Integrity:
    """Check a CMS over the digests of its ByteRange, or over `content` where that is at hand itself. Never raises.

    With neither, only the signature over the signed attributes is checked. The sub-filter matters where it says that the CMS
    encapsulates a digest (adbe.pkcs7.sha1).
    """
    covered = _covered(cms, content_digests, content, sub_filter)
    over = _over_content if cms.signed_attributes is None else _over_attributes
    compared, value = over(cms, covered.digests, signer)
    matches = compared if covered.comparable else None
    flaw = covered.flaw or _attributes_flaw(cms)
    allowed = _DIGEST_NOT_ALLOWED if value.verifies and not _digest_is_allowed(cms) else value
    check = _PROTECTION_MISMATCH if "algorithm-protection-mismatch" in cms.oddities else allowed
    return Integrity(
        digest_matches=False if flaw else matches,
        signature_verifies=check.verifies,
        digest_algorithm=covered.digest_algorithm,
        signature_algorithm=cms.algorithm.name,
        signature_hash=cms.algorithm.hash,
        key_algorithm=signer.key_algorithm if signer else None,
        key_bits=signer.key_bits if signer else None,
        digest_info_without_null=check.without_null,
        signing_certificate_matches=_signing_certificate_matches(cms, signer),
        unknown=allowed.unknown or (covered.digests.unknown(cms.digest_algorithm) if matches is None else None),
        detail=flaw or check.detail or covered.remark,
    )


_DIGEST_NOT_ALLOWED: Final = SignatureCheck(None, unknown="digest-not-allowed")
_PROTECTION_MISMATCH: Final = SignatureCheck(False, detail="algorithm-protection-mismatch")
"""RFC 6211, 2: the signature was made with other algorithms than the CMS says."""


def _digest_is_allowed(cms: CmsFacts) -> bool:
    """Each Edwards curve has one digest for content under signed attributes (RFC 8419, 3.1)."""
    if cms.signed_attributes is None:
        return True
    return cms.digest_algorithm == _EDWARDS_DIGEST.get(cms.algorithm.name, cms.digest_algorithm)


class _Digests:
    """Digests of the signed content: ready ones, or computed from the content itself."""

    def __init__(self, ready: Mapping[str, bytes] | None, content: bytes | None) -> None:
        self.ready = ready
        self.content = content

    def get(self, name: str) -> bytes | None:
        if self.content is not None:
            return digest(name, self.content)
        return self.ready.get(name) if self.ready is not None else None

    def unknown(self, name: str) -> str:
        return "content-not-at-hand" if name in ALGORITHMS else "algorithm-unsupported"


class _Covered(Struct, frozen=True):
    """What the signature is made over, by its sub-filter, and what is wrong with that from the start."""

    digests: _Digests
    digest_algorithm: str | None
    """The digest over the document's bytes."""
    comparable: bool = True
    """Whether what is signed can be held against the document's bytes at all."""
    flaw: str | None = None
    remark: str = ""
    """What is unusual and no flaw."""


def _covered(cms: CmsFacts, ready: Mapping[str, bytes] | None, content: bytes | None, sub_filter: str | None) -> _Covered:
    if sub_filter == SHA1_ENCAPSULATED:
        flaw = _encapsulation_flaw(cms, ready)
        return _Covered(_Digests(ready, cms.content), "sha1", comparable="sha1" in (ready or {}), flaw=flaw)
    if content is not None:
        return _Covered(_Digests(ready, content), cms.digest_algorithm)
    remark = "content-in-detached-signature" if cms.content else ""
    return _Covered(_Digests(ready, None), cms.digest_algorithm, flaw=_detached_flaw(cms, ready), remark=remark)


def _encapsulation_flaw(cms: CmsFacts, ready: Mapping[str, bytes] | None) -> str | None:
    """adbe.pkcs7.sha1: the encapsulated content is the SHA-1 digest of the ByteRange."""
    if cms.content is None or len(cms.content) != 20:
        return "encapsulated-digest-missing"
    if ready is not None and "sha1" in ready and ready["sha1"] != cms.content:
        return "encapsulated-digest-differs"
    return None


def _detached_flaw(cms: CmsFacts, ready: Mapping[str, bytes] | None) -> str | None:
    """A detached signature encapsulates nothing (ISO 32000-2, 12.8.3.3.1), or else the very octets of the ByteRange."""
    if not cms.content or ready is None:
        return None
    wanted = {cms.digest_algorithm, cms.algorithm.hash} if cms.signed_attributes is None else {cms.digest_algorithm}
    same = all(name in ready and digest(name, cms.content) == ready[name] for name in wanted if name is not None)
    return None if same else "content-in-detached-signature"


def _attributes_flaw(cms: CmsFacts) -> str | None:
    """What keeps the signed attributes from binding the content (RFC 5652, 5.3 and 11)."""
    if cms.signed_attributes is None:
        return None if cms.content_type == "data" else "signed-attributes-missing"
    if "signed-attributes-malformed" in cms.oddities:
        return "signed-attributes-malformed"
    if cms.attribute_content_type != cms.content_type:
        return "content-type-differs" if cms.attribute_content_type else "content-type-missing"
    return "message-digest-missing" if cms.message_digest is None else None


def _over_attributes(cms: CmsFacts, digests: _Digests, signer: Certificate | None) -> tuple[bool | None, SignatureCheck]:
    content_digest = digests.get(cms.digest_algorithm)
    matches = None if content_digest is None else cms.message_digest == content_digest
    if signer is None:
        return matches, SignatureCheck(None, unknown="no-signer-certificate")
    check = SignatureCheck(None)
    for encoding in _signed_encodings(cms.signed_attributes or b""):
        check = verify_with_key(signer.public_key, cms.algorithm, cms.signature, encoding, None)
        if check.verifies is not False:
            break
    return matches, check


def _signed_encodings(attributes: bytes) -> Iterator[bytes]:
    """The SET OF as it stands, and in the order of DER (X.690, 11.6) where that differs: signers hash the one or the other."""
    yield attributes
    try:
        parts = [part.raw for part in asn1.read(attributes).children()]
    except Malformed:
        return
    ordered = asn1.wrap(asn1.SET, b"".join(sorted(parts)))
    if ordered != attributes:
        yield ordered


def _over_content(cms: CmsFacts, digests: _Digests, signer: Certificate | None) -> tuple[bool | None, SignatureCheck]:
    """Without signed attributes the signature is made over the content, and alone tells whether the digest matches."""
    if signer is None:
        return None, SignatureCheck(None, unknown="no-signer-certificate")
    if digests.ready is None and digests.content is None:
        return None, SignatureCheck(None, unknown="content-not-at-hand")
    digested = digests.get(cms.algorithm.hash) if cms.algorithm.hash is not None else None
    if cms.algorithm.hash is not None and digested is None:
        return None, SignatureCheck(None, unknown=digests.unknown(cms.algorithm.hash))
    check = verify_with_key(signer.public_key, cms.algorithm, cms.signature, digests.content, digested)
    if check.verifies is False and _made_over_another_digest(signer.public_key, cms.algorithm, cms.signature):
        return False, SignatureCheck(True, detail="the signature was made over another content")
    return (True if check.verifies else None), check


def _made_over_another_digest(public_key: bytes, algorithm: AlgorithmChoice, signature: bytes) -> bool:
    found = recover_digest(public_key, signature) if algorithm.name == "rsassa_pkcs1v15" else None
    return found is not None and found.hash == algorithm.hash


def _signing_certificate_matches(cms: CmsFacts, signer: Certificate | None) -> bool | None:
    """RFC 5035, 5: the first certificate named is the signer's. An attribute that cannot be read names nobody."""
    present = {"signing_certificate", "signing_certificate_v2"} & set(cms.signed_attribute_types)
    if not present or signer is None:
        return None
    if not cms.signing_certificate_digests:
        return False
    name, expected = cms.signing_certificate_digests[0]
    digested = digest(name, signer.der)
    return None if digested is None else digested == expected


def verify_raw_rsa(signature: bytes, signer: Certificate | None, digests: Mapping[str, bytes]) -> Integrity:
    """adbe.x509.rsa_sha1 (ISO 32000-2, 12.8.3.2): a PKCS#1 v1.5 signature over the ByteRange, bare or in an OCTET STRING."""
    if signer is None:
        return Integrity(None, None, None, "rsassa_pkcs1v15", None, None, None, unknown="no-signer-certificate")
    found = recover_digest(signer.public_key, _bare(signature))
    unusable = isinstance(load_public_key(signer.public_key), KeyUnusable)
    matches = None if found is None or found.hash not in digests else digests[found.hash] == found.digest
    unknown = "key-cannot-be-used" if unusable else None
    if found is not None and matches is None:
        unknown = "algorithm-unsupported" if found.hash not in RAW_RSA_HASHES else "content-not-at-hand"
    return Integrity(
        digest_matches=matches,
        signature_verifies=None if unusable else found is not None,
        digest_algorithm=found.hash if found else None,
        signature_algorithm="rsassa_pkcs1v15",
        signature_hash=found.hash if found else None,
        key_algorithm=signer.key_algorithm,
        key_bits=signer.key_bits,
        digest_info_without_null=found is not None and found.without_null,
        unknown=unknown,
    )


def _bare(signature: bytes) -> bytes:
    """The signature octets without the OCTET STRING that ISO 32000-2 wraps them in, and without padding behind it."""
    try:
        wrapped = asn1.read(signature)
    except Malformed:
        return signature
    padding = signature[wrapped.stop :]
    return wrapped.value if wrapped.tag == asn1.OCTET_STRING and padding.count(0) == len(padding) else signature
