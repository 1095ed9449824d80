"""Certificate files: PEM with any number of certificates, or one certificate as DER."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from sigcheck.facts import Certificate
from sigcheck.reporting.hostile import mask_personal
from sigcheck.trust.sources import read_bytes
from sigcheck.trust.words import fault

EXTENSIONS = (".pem", ".crt", ".cer", ".der")
_BEGIN = b"-----BEGIN "
_NAME_LENGTH = 40


def read_certificates(path: Path) -> tuple[Certificate, ...]:
    """Every certificate in a file; none when it is PEM with other things only (a key, a request).

    Raises TrustError when the file, or any certificate in it, cannot be read.
    """
    from sigcheck.engine.certificates import parse_certificate  # noqa: PLC0415 - the shipped facts need no parser
    from sigcheck.pem import CERTIFICATES, pem_blocks  # noqa: PLC0415 - as above

    octets = read_bytes(path)
    blocks = [block.octets for block in pem_blocks(octets) if block.label in CERTIFICATES]
    certificates: list[Certificate] = []
    for der in blocks if _BEGIN in octets else [octets]:
        certificate = None if der is None else parse_certificate(der)
        if certificate is None:
            raise fault("not-a-certificate", path=path)
        certificates.append(certificate)
    return tuple(certificates)


def entry_name(certificate: Certificate) -> str:
    """A short, unique name that is also a safe file name everywhere, without ID numbers: `nguyen-van-a-1a2b3c4d`."""
    text = mask_personal(certificate.common_name or certificate.organisation or "").lower().replace("đ", "d")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    slug = re.sub("[^a-z0-9]+", "-", plain)[:_NAME_LENGTH].strip("-")
    return f"{slug or 'certificate'}-{certificate.sha256[:8]}"
