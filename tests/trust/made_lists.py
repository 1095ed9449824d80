"""Trusted lists (ETSI TS 119 612) of an invented scheme operator, signed in the test as Annex B asks: XAdES, enveloped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESSigner

TSL = "http://uri.etsi.org/02231/v2#"
TYPE = "http://uri.etsi.org/TrstSvc/Svctype/"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
EXTENSION = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
ISSUED, NEXT = datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, tzinfo=UTC)
GRANTED, WITHDRAWN = f"{STATUS}granted", f"{STATUS}withdrawn"


@cache
def operator(name: str = "Cơ quan vận hành thí dụ") -> tuple[bytes, ec.EllipticCurvePrivateKey]:
    """The DER and the key of an invented scheme operator's certificate."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:28], "big") | 1
    key = ec.derive_private_key(number, ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 7)
    builder = builder.not_valid_before(datetime(2025, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
    return builder.sign(key, SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER), key


def signer_sha256(name: str = "Cơ quan vận hành thí dụ") -> str:
    return hashlib.sha256(operator(name)[0]).hexdigest()


@dataclass(frozen=True)
class Status:
    """A status that starts then."""

    start: datetime
    uri: str = GRANTED


@dataclass(frozen=True)
class Service:
    """One service; `statuses` newest first, as lists have them: the first is the current one."""

    certificates: Sequence[bytes] = ()
    type: str = f"{TYPE}CA/QC"
    statuses: Sequence[Status] = (Status(datetime(2021, 1, 1, tzinfo=UTC)),)
    key_identifiers: Sequence[bytes] = ()
    additional: Sequence[str] = ()
    critical: str | None = None
    name: str = "Dịch vụ thí dụ"


@dataclass(frozen=True)
class Scheme:
    """What stands above the services."""

    sequence: int = 5
    issued: datetime = ISSUED
    next_update: datetime | None = NEXT
    type: str = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/VNlist"
    version: str = "5"
    services: Sequence[Service] = field(default_factory=tuple)


def made_list(scheme: Scheme) -> Any:
    """The unsigned list."""
    attributes = {"TSLTag": "http://uri.etsi.org/19612/TSLTag", "Id": "list"}
    names: dict[Any, str] = {None: TSL}
    root = etree.Element(f"{{{TSL}}}TrustServiceStatusList", attributes, names)
    head = _add(root, "SchemeInformation")
    _add(head, "TSLVersionIdentifier", scheme.version)
    _add(head, "TSLSequenceNumber", str(scheme.sequence))
    _add(head, "TSLType", scheme.type)
    _named(head, "SchemeOperatorName", "Cơ quan vận hành thí dụ")
    _named(head, "SchemeName", "Danh sách thí dụ")
    _add(head, "SchemeTerritory", "VN")
    _add(head, "ListIssueDateTime", _moment(scheme.issued))
    following = _add(head, "NextUpdate")
    if scheme.next_update is not None:
        _add(following, "dateTime", _moment(scheme.next_update))
    provider = _add(_add(root, "TrustServiceProviderList"), "TrustServiceProvider")
    services = _add(provider, "TSPServices")
    for service in scheme.services:
        _service(services, service)
    return root


def _service(services: Any, service: Service) -> None:
    element = _add(services, "TSPService")
    _status(_add(element, "ServiceInformation"), service, service.statuses[0])
    if len(service.statuses) > 1:
        history = _add(element, "ServiceHistory")
        for status in service.statuses[1:]:
            _status(_add(history, "ServiceHistoryInstance"), service, status)


def _status(element: Any, service: Service, status: Status) -> None:
    _add(element, "ServiceTypeIdentifier", service.type)
    _named(element, "ServiceName", service.name)
    identity = _add(element, "ServiceDigitalIdentity")
    for der in service.certificates:
        _add(_add(identity, "DigitalId"), "X509Certificate", base64.b64encode(der).decode())
    for identifier in service.key_identifiers:
        _add(_add(identity, "DigitalId"), "X509SKI", base64.b64encode(identifier).decode())
    _add(element, "ServiceStatus", status.uri)
    _add(element, "StatusStartingTime", _moment(status.start))
    if service.additional or service.critical:
        extensions = _add(element, "ServiceInformationExtensions")
        for uri in service.additional:
            extension = _add(extensions, "Extension")
            extension.set("Critical", "true")
            _add(_add(extension, "AdditionalServiceInformation"), "URI", uri)
        if service.critical:
            extension = _add(extensions, "Extension")
            extension.set("Critical", "true")
            _add(extension, service.critical)


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    child = etree.SubElement(parent, f"{{{TSL}}}{name}")
    child.text = text
    return child


def _named(parent: Any, name: str, text: str) -> None:
    child = _add(_add(parent, name), "Name", text)
    child.set("{http://www.w3.org/XML/1998/namespace}lang", "vi")


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(root: Any, by: str = "Cơ quan vận hành thí dụ", *, reference: str | None = None, xades: bool = False) -> bytes:
    """The list with its signature inside; `reference` signs the element of that Id instead of the document."""
    der, key = operator(by)
    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
    # signxml leaves the algorithm of the signed properties to the default of XML signatures, which is inclusive.
    algorithms = CanonicalizationMethod
    signer = (XAdESSigner if xades else XMLSigner)(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=algorithms.CANONICAL_XML_1_0 if xades else algorithms.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    uri = None if reference is None else f"#{reference}"
    done = signer.sign(root, key=key, cert=pem.decode(), reference_uri=uri)
    return etree.tostring(done, xml_declaration=True, encoding="UTF-8")


def signed(*services: Service, by: str = "Cơ quan vận hành thí dụ", **scheme: Any) -> bytes:
    return sign(made_list(Scheme(services=services, **scheme)), by)
