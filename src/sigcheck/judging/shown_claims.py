"""What the text of a signature's appearance says of its signer: the values behind labels such as `Ký bởi:`, `Email:`, `Ngày ký:`.

Anyone can print anything. A value may be wrapped over further lines; without a label nothing is taken for a claim.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from sigcheck.formula import read_formula

MOST_LINES = 200
"""Lines of one appearance that are looked at."""
LONGEST_LINE = 500
MOST_WRAPS = 2
"""Further lines over which a value may be wrapped."""

_LABELS = {
    "name": r"(?:duoc )?ky (?:so |dien tu )?boi|nguoi ky(?: so)?|(?:digitally |electronically )?signed by|signer",
    "email": r"e-?mail|thu dien tu",
    "organisation": r"co quan(?: ky)?|don vi(?: ky)?|to chuc(?: ky)?|organi[sz]ation",
    "time": r"(?:thoi gian|thoi diem|ngay gio|ngay,? gio|ngay) ky(?: so)?|(?:duoc )?ky (?:so )?(?:ngay|luc|vao luc)"
    r"|signing (?:time|date)|signed (?:on|at)",
    "date": r"date(?:/time)?|time ?stamp",
}
"""As they read without diacritics, in small letters."""
_LABEL = re.compile(
    r"(?<![\w-])(?:" + "|".join(rf"(?P<{kind}>{words})" for kind, words in _LABELS.items()) + r")\s?[:：]"
    r"|^\W*(?:(?P<bare_name>(?:duoc )?ky (?:so |dien tu )?boi|(?:digitally |electronically )?signed by)"
    r"|(?P<bare_time>(?:duoc )?ky (?:so )?(?:ngay|luc|vao luc)|signed (?:on|at)))(?!\w)"
    r"|^\W*(?P<other>[a-z][a-z /.]{0,30}?)\s?:(?!\d)"
)
"""A label and its colon anywhere in a line; without a colon only where a line begins; any other label ends a value."""
_ADDRESS = r"[^\s<>,;:()\[\]]+@[^\s<>,;:()\[\]]+"
_EDGES = " \t.,;:-–—·|\"'“”"
_EMPTY_BRACKETS = r"<\s*>|\(\s*\)|\[\s*\]"
_COMMON_NAME = r"(?i)(?:^|[,+/]\s*)CN\s*=\s*([^,+=]+)"


class ShownClaim(Struct, frozen=True):
    """One value behind a label; `readings` are what it may be, shortest first, as long as lines may belong to it."""

    kind: str
    """name, email, organisation, time, or date, which need not be that of signing."""
    readings: tuple[str, ...]


@lru_cache(maxsize=4)
def shown_claims(shown: tuple[str, ...]) -> tuple[ShownClaim, ...]:
    """Every claim that the lines make, in their order. Several checks ask one after the other of the same lines."""
    lines = [line[:LONGEST_LINE] for line in shown[:MOST_LINES]]
    found: list[ShownClaim] = []
    labelled = [list(_LABEL.finditer(_folded(line))) for line in lines]
    for number, (line, labels) in enumerate(zip(lines, labelled, strict=True)):
        for place, label in enumerate(labels):
            last = place + 1 == len(labels)
            own = line[label.end() : len(line) if last else labels[place + 1].start()]
            claim = _claim(label, own, _following(lines, labelled, number) if last else [])
            if claim is not None:
                found.append(claim)
    for signer in read_formula(" ".join(lines)).signers:
        found += [ShownClaim(kind, (value,)) for kind, value in (("name", signer.name), ("email", signer.email)) if value]
    return tuple(dict.fromkeys(found))


def _following(lines: Sequence[str], labelled: Sequence[Sequence[re.Match[str]]], number: int) -> list[str]:
    """The lines behind one, up to the next label: a label inside a line leaves nothing before it to a value."""
    following = []
    for line, labels in list(zip(lines, labelled, strict=True))[number + 1 : number + 1 + MOST_WRAPS]:
        if labels:
            break
        following.append(line)
    return following


def _claim(label: re.Match[str], own: str, following: Sequence[str]) -> ShownClaim | None:
    kind = (label.lastgroup or "other").removeprefix("bare_")
    if kind == "other":
        return None
    readings = list(accumulate((own.strip(), *following), lambda before, line: f"{before} {line}".strip()))
    if kind == "email":
        readings = [address.strip(_EDGES) for reading in readings for address in re.findall(_ADDRESS, reading)]
    elif kind not in ("time", "date"):
        readings = [_bare(reading) for reading in readings]
    readings = [reading for reading in dict.fromkeys(readings) if reading]
    if not readings or (label.lastgroup == "bare_name" and not readings[0][0].isupper()):
        return None
    return ShownClaim(kind, tuple(readings))


def _bare(value: str) -> str:
    """A name without an e-mail address beside it, without quotes, and out of a distinguished name."""
    named = re.search(_COMMON_NAME, value)
    return re.sub(_EMPTY_BRACKETS, "", re.sub(_ADDRESS, "", named[1] if named else value)).strip(_EDGES)


def _folded(text: str) -> str:
    """Small letters without diacritics, one for each character."""
    return text.lower() if text.isascii() else "".join(map(_folded_letter, text))


@lru_cache(maxsize=1024)
def _folded_letter(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[:1].lower()[:1] or character
    return "d" if base == "đ" else base
