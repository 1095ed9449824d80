"""Names that the report speaks in: namespaces, the standard's URNs, the URIs of algorithms, and our own words."""

from __future__ import annotations

import hashlib
import re
from typing import Final

VR: Final = "http://uri.etsi.org/19102/v1.4.1#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
TSL: Final = "http://uri.etsi.org/02231/v2#"
OURS: Final = "urn:sigcheck:report:1"
"""Elements of ours stand only where the schema takes any element."""
PREFIXES: Final = {"vr": VR, "ds": DS, "XAdES": XADES, "tsl": TSL, "sigcheck": OURS}

OF_SIGNATURE: Final = {
    "TOTAL-PASSED": "urn:etsi:019102:mainindication:total-passed",
    "TOTAL-FAILED": "urn:etsi:019102:mainindication:total-failed",
    "INDETERMINATE": "urn:etsi:019102:mainindication:indeterminate",
}
"""In the report of a signature (clause 4.3.4.2)."""
OF_PART: Final = {
    "TOTAL-PASSED": "urn:etsi:019102:mainindication:passed",
    "TOTAL-FAILED": "urn:etsi:019102:mainindication:failed",
    "INDETERMINATE": "urn:etsi:019102:mainindication:indeterminate",
}
"""In a single constraint and in the report of a validation object (clause 4.3.4.2)."""
SUB_INDICATION: Final = "urn:etsi:019102:subindication:"
"""Before the name of the sub-indication (clause 4.3.4.3, table 2)."""

APPLIED: Final = "urn:etsi:019102:constraintStatus:applied"
DISABLED: Final = "urn:etsi:019102:constraintStatus:disabled"

BASIC: Final = "urn:etsi:019102:validationprocess:Basic"
WITH_TIME: Final = "urn:etsi:019102:validationprocess:LTVM"
WITH_ARCHIVE: Final = "urn:etsi:019102:validationprocess:LTA"
"""Clause 4.3.11.1: EN 319 102-1, 5.3, 5.5 and 5.6."""

CERTIFICATE: Final = "urn:etsi:019102:validationObject:certificate"
CRL: Final = "urn:etsi:019102:validationObject:CRL"
OCSP: Final = "urn:etsi:019102:validationObject:OCSPResponse"
TIMESTAMP: Final = "urn:etsi:019102:validationObject:timestamp"
SIGNED_DATA: Final = "urn:etsi:019102:validationObject:signedData"
OTHER: Final = "urn:etsi:019102:validationObject:other"
"""Clause 4.4.4."""

PROOF_TYPES: Final = {
    "received": "urn:etsi:019102:poetype:provided",
    "stored": "urn:etsi:019102:poetype:provided",
    "claimed": "urn:etsi:019102:poetype:policy",
}
PROVEN_BY_VALIDATION: Final = "urn:etsi:019102:poetype:validation"
"""Clause 4.4.6.2; every basis that is not in the table above comes from validation itself."""

_REASONS: Final = (
    "unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
    "certificateHold", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
)  # fmt: skip
_REASON_OF: Final = {name.lower(): f"urn:etsi:019102:revocationReason:{name}" for name in _REASONS}

POLICY: Final = "urn:sigcheck:policy:sha256:"
CHECK: Final = "urn:sigcheck:check:"
FINDING: Final = "urn:sigcheck:finding:"
FACT: Final = "urn:sigcheck:fact:"

_SIG, _MORE, _ENC = (
    "http://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2001/04/xmldsig-more#",
    "http://www.w3.org/2001/04/xmlenc#",
)
_MORE_2007, _MORE_2021 = "http://www.w3.org/2007/05/xmldsig-more#", "http://www.w3.org/2021/04/xmldsig-more#"

_DIGESTS: Final = {
    "md2": "urn:oid:1.2.840.113549.2.2",
    "md5": f"{_MORE}md5",
    "sha1": f"{_SIG}sha1",
    "ripemd160": f"{_ENC}ripemd160",
    "sha224": f"{_MORE}sha224",
    "sha256": f"{_ENC}sha256",
    "sha384": f"{_MORE}sha384",
    "sha512": f"{_ENC}sha512",
    "sha512_224": "urn:oid:2.16.840.1.101.3.4.2.5",
    "sha512_256": "urn:oid:2.16.840.1.101.3.4.2.6",
    "sha3_224": f"{_MORE_2007}sha3-224",
    "sha3_256": f"{_MORE_2007}sha3-256",
    "sha3_384": f"{_MORE_2007}sha3-384",
    "sha3_512": f"{_MORE_2007}sha3-512",
    "shake128": "urn:oid:2.16.840.1.101.3.4.2.11",
    "shake256": "urn:oid:2.16.840.1.101.3.4.2.12",
}
"""RFC 9231, 2.1; where it has none, the OID."""
_COMPUTED: Final = frozenset(_DIGESTS) - {"md2", "ripemd160", "shake128", "shake256"}
_SHAKES: Final = {"shake128": (hashlib.shake_128, 32), "shake256": (hashlib.shake_256, 64)}
"""With their fixed output lengths (RFC 8702, 3.1)."""
_OID: Final = re.compile(r"[0-2](\.\d{1,40}){1,40}", re.ASCII)

_SHA2: Final = ("sha1", "sha224", "sha256", "sha384", "sha512")
_SIGNATURES: Final[dict[tuple[str, str | None], str]] = {
    ("rsassa_pkcs1v15", "md5"): f"{_MORE}rsa-md5",
    ("rsassa_pkcs1v15", "ripemd160"): f"{_MORE}rsa-ripemd160",
    **{("rsassa_pkcs1v15", name): f"{_SIG if name == 'sha1' else _MORE}rsa-{name}" for name in _SHA2},
    **{("rsassa_pss", name): f"{_MORE_2007}{name}-rsa-MGF1" for name in ("md5", *_SHA2)},
    **{("rsassa_pss", f"sha3_{bits}"): f"{_MORE_2007}sha3-{bits}-rsa-MGF1" for bits in (224, 256, 384, 512)},
    **{("ecdsa", name): f"{_MORE}ecdsa-{name}" for name in _SHA2},
    **{("ecdsa", f"sha3_{bits}"): f"{_MORE_2021}ecdsa-sha3-{bits}" for bits in (224, 256, 384, 512)},
    ("dsa", "sha1"): f"{_SIG}dsa-sha1",
    ("dsa", "sha256"): "http://www.w3.org/2009/xmldsig11#dsa-sha256",
    ("ed25519", None): f"{_MORE_2021}eddsa-ed25519",
    ("ed448", None): f"{_MORE_2021}eddsa-ed448",
}
"""RFC 9231, 2.3."""


def digest_uri(name: str | None) -> str | None:
    """The URI of a hash as facts name it; None for what has none."""
    return None if name is None else _DIGESTS.get(name) or _oid_uri(name)


def signature_uri(algorithm: str | None, hash_: str | None) -> str | None:
    """The URI of a signature algorithm; Ed25519 and Ed448 need no hash."""
    if algorithm is None:
        return None
    return _SIGNATURES.get((algorithm, hash_)) or _SIGNATURES.get((algorithm, None)) or _oid_uri(algorithm)


def _oid_uri(name: str) -> str | None:
    return f"urn:oid:{name}" if _OID.fullmatch(name) else None


def digest_of(name: str, octets: bytes) -> bytes | None:
    """The digest under a hash as facts name it; None where it cannot be computed here."""
    if name in _SHAKES:
        function, length = _SHAKES[name]
        return function(octets).digest(length)
    return hashlib.new(name, octets, usedforsecurity=False).digest() if name in _COMPUTED else None


def proof_type(basis: str | None) -> str:
    """What kind of proof of existence a basis is."""
    return PROOF_TYPES.get(basis or "", PROVEN_BY_VALIDATION)


def revocation_reason(reason: str | None) -> str | None:
    """The URN of a CRLReason (clause 4.3.12.6.2), however it is spelled; None for no or an unknown reason."""
    return _REASON_OF.get((reason or "").replace("_", "").replace("-", "").lower())
