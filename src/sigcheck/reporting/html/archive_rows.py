"""Parts that the pages of an archive share: a document's cells, its answer, and where rows lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sigcheck.reporting.html.answer import TONES
from sigcheck.reporting.html.markup import Markup, Part, joined, tag
from sigcheck.reporting.html.places import document_place, upwards
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import State

LONGEST_PATH: Final = 240
"""Characters of a path in a row; its beginning and its end are shown, and the whole of it on the document's page."""
_READ: Final = 4096
"""Characters of each end of a path that are looked at for ID numbers."""
MOST_CODES: Final = 6
MOST_WORDED: Final = 2
"""Of one row; its page says the rest in words."""
_NAMED_PLACE: Final = re.compile(r"(?::| ở| at)? ?\{path\}| ?\(\{\w+\}\)|[;:][^;:{]*:? \{detail\}$")
"""The path stands beside a problem already, and its details are not in lists."""
LONGEST_CODE: Final = 80


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the rows of an archive's page lead, when it stands in a folder with others."""

    lists: Mapping[tuple[str, int], str]
    """The table and the number of a row to the address of its list."""
    no_page: Mapping[int, str]
    """The record of each document that the page names: why it has no page; empty: it has one."""
    made: str
    """Which documents have pages: `not-valid`, `all`, `none`."""
    unread: int
    """Reports that could not be read back."""


def led(href: str | None, *text: Part) -> Part:
    """The text as a link, where it leads anywhere."""
    return joined(*text) if href is None else tag("a", *text, href=href)


def document_cell(phrases: Phrases, path: str, here: str, position: int | None, no_page: str) -> Markup:
    """A document's name as a link to its page; where it has none, why. `here` is the page on which it is named."""
    name = short_path(phrases, path)
    if not no_page and position is not None:
        return tag("th", tag("a", name, href=upwards(here, document_place(position))), scope="row")
    why = tag("span", "(", phrases.word(f"archive.no-page-{no_page or 'none'}"), ")", class_="dim")
    return tag("th", name, " ", why, scope="row")


def short_path(phrases: Phrases, path: str) -> str:
    """What a path says, cut in its middle. Numbers of IDs are masked before it is cut, so that no part of one is left."""
    if len(path) > 2 * _READ:
        path = path[:_READ] + "\n" + path[-_READ:]
    safe = phrases.safe(path)
    if len(safe) <= LONGEST_PATH:
        return safe
    return safe[: LONGEST_PATH // 3] + " … " + safe[-(LONGEST_PATH * 2 // 3) :]


def answer_cell(phrases: Phrases, answer: str) -> Markup:
    """The answer with its mark."""
    words = phrases.word("archive.problem" if answer == "problem" else f"state.{answer}")
    if answer == "problem":
        return tag("td", words)
    state = State(answer)
    return tag("td", tag("span", phrases.mark(state)[0], class_=f"mark {TONES[state]}"), " ", words)


def codes_cell(phrases: Phrases, codes: tuple[str, ...]) -> Markup:
    """What decided: the first in words, and the codes by which machines know them."""
    said = [reason_words(phrases, code) for code in codes[:MOST_WORDED]]
    names = [tag("code", phrases.safe(code[:LONGEST_CODE])) for code in codes[:MOST_CODES]]
    more = "…" if len(codes) > MOST_CODES else None
    named = tag("div", joined(*names, more, by=" "), class_="dim") if names else None
    return tag("td", *[tag("div", words) for words in said if words is not None], named or "–", class_="because")


def reason_words(phrases: Phrases, code: str) -> str | None:
    """What a code means, of a finding or of a document that could not be had; None: no words are known."""
    known = phrases.catalogue.findings.get(code)
    if known is not None:
        return known.meaning
    problem = phrases.catalogue.word_or(f"error.{code}", "")
    return _NAMED_PLACE.sub("", problem).format_map(_Left()) or None


class _Left(dict[str, str]):
    """What a list does not know of a problem is left out."""

    def __missing__(self, key: str) -> str:
        return "…"
