"""PEM (RFC 7468): the octets between the lines, as files and servers write them."""

from __future__ import annotations

import base64
import re
from typing import Final

from msgspec import Struct

CERTIFICATES: Final = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
BUNDLES: Final = CERTIFICATES | {"PKCS7", "CMS"}
"""What may hold certificates."""
CRLS: Final = frozenset({"X509 CRL", "CRL"})

_LINE: Final = re.compile(rb"-----(?:BEGIN ([A-Z0-9 ]{1,64})-----|END )")
"""Labels are a few words (RFC 7468, 3 and 4); each line is looked at once, however many stand there."""


class PemBlock(Struct, frozen=True):
    """One block: its label, and its octets, None where they are no base64."""

    label: str
    octets: bytes | None


def pem_blocks(content: bytes) -> tuple[PemBlock, ...]:
    """Every block of a file in order; text around them, and a beginning without an end, are left out."""
    blocks: list[PemBlock] = []
    begun: re.Match[bytes] | None = None
    for line in _LINE.finditer(content):
        if line[1] is not None:
            begun = line
        elif begun is not None:
            blocks.append(PemBlock(begun[1].decode("ascii"), _decoded(content[begun.end() : line.start()])))
            begun = None
    return tuple(blocks)


def _decoded(body: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except ValueError:  # binascii.Error is one too
        return None
