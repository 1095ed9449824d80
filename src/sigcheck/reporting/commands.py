"""Commands within sentences: between backticks in the catalogues, so that no format breaks one where that changes it."""

from __future__ import annotations

import re
from typing import Final

_COMMAND: Final = re.compile("`([^`]+)`")
_WORD: Final = re.compile(r"\s*(?:`[^`]+`|[^\s`]|`)+\s*")
"""What may not be broken: letters without a space between them, or a command with what adjoins it."""


def plain(text: str) -> str:
    """Without the marks."""
    return _COMMAND.sub(r"\1", text)


def words(text: str) -> list[str]:
    """The words with the white space around them, each command in one with its spaces, without the marks."""
    return [plain(word) for word in _WORD.findall(text)]


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a command."""
    return [(piece, bool(place % 2)) for place, piece in enumerate(_COMMAND.split(text)) if piece]
