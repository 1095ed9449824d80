"""Certificate files that somebody offers, to be held against the fingerprints of the list: nothing in them is trusted.

A folder is searched with the folders inside it. What cannot be read is said and left out: other people's folders hold other
things too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from sigcheck.facts import Certificate
from sigcheck.pem import BUNDLES, pem_blocks
from sigcheck.trust.sources import read_bytes
from sigcheck.trust.words import Remark, TrustError, fault, remark

OFFERED_EXTENSIONS: Final = (".pem", ".crt", ".cer", ".der", ".p7b", ".p7c")
OFFERED_FILES: Final = 5_000
"""Files looked at; a publisher's whole repository has a few hundred."""


class Offered(Struct, frozen=True):
    """One certificate, and the file it lies in."""

    certificate: Certificate
    source: str


def offered_in_folder(folder: Path) -> tuple[tuple[Offered, ...], tuple[Remark, ...]]:
    """Every certificate in the folder once, in the order of the files' names. Raises TrustError when there is no such folder."""
    found: dict[str, Offered] = {}
    remarks: list[Remark] = []
    for number, path in enumerate(_certificate_files(folder)):
        if number >= OFFERED_FILES:
            remarks.append(remark("sync-too-many-files", path=folder, limit=OFFERED_FILES))
            break
        try:
            certificates = certificates_of(read_bytes(path))
        except TrustError as error:
            remarks.append(error.said)
            continue
        if not certificates:
            remarks.append(remark("sync-no-certificate", path=path))
        for certificate in certificates:
            found.setdefault(certificate.sha256, Offered(certificate, str(path)))
    return tuple(found.values()), tuple(remarks)


def certificates_of(octets: bytes) -> tuple[Certificate, ...]:
    """The certificates of a file: PEM, DER, or a bundle (PKCS #7) in either. Empty when there is none that can be read."""
    from sigcheck.engine.x509.certificate_bundles import certificates_in  # noqa: PLC0415 - the shipped facts need no parser

    blocks = [block.octets for block in pem_blocks(octets) if block.label in BUNDLES]
    return tuple(one for part in blocks or [octets] if part is not None for one in certificates_in(part))


def _certificate_files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise fault("no-folder", path=folder)
    for parent, folders, files in os.walk(folder):  # links to folders are not followed: no circle
        folders.sort()
        for name in sorted(files):
            path = Path(parent, name)
            if path.suffix.lower() in OFFERED_EXTENSIONS and path.is_file():
                yield path
