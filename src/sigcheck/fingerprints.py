"""A SHA-256 as people write it down, in the one spelling that is compared."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = re.compile(r"[0-9a-f]{64}")


def sha256_digits(written: str) -> str | None:
    """64 lower-case hexadecimal digits, written with colons, spaces or capitals or without; None for anything else."""
    digits = "".join(written.replace(":", "").split()).lower()
    return digits if _DIGITS.fullmatch(digits) else None
