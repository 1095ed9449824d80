"""What signatures show on their pages, for people: the text of each stamp, or that it is a picture. Said, never believed."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from sigcheck.reporting.grouping import Group
from sigcheck.reporting.phrases import Phrases
from sigcheck.reporting.sheet import Sheet
from sigcheck.verdict import SignatureReport

MOST_STAMPS: Final = 60
"""Stamps of one group that are told; a machine format has them all."""
LONGEST_TEXT: Final = 600
"""Characters of one stamp that are told."""


def appearances(page: Sheet, phrases: Phrases, group: Group) -> None:
    """One signature's lines; of a group what each stamp adds, page by page: number, day and seal are not three approvals."""
    label = phrases.word("label.shown")
    if len(group.members) == 1:
        if group.first.appearance.kind != "none" or not group.first.appearance.complete:
            page.field(label, _on_page(phrases, group.first) + _said(phrases, group.first))
        return
    told = group.members[:MOST_STAMPS]
    for _, stamps in groupby(told, key=_page):
        members = list(stamps)
        said = ", ".join(f"{_said(phrases, one)} ({phrases.safe(one.field)})" for one in members)
        page.field(label, _on_page(phrases, members[0]) + said)
        label = ""
    if len(group.members) > MOST_STAMPS:
        page.field("", phrases.word("label.more", count=len(group.members) - MOST_STAMPS))


def _page(signature: SignatureReport) -> int | None:
    return None if signature.box is None else signature.box.page


def _on_page(phrases: Phrases, signature: SignatureReport) -> str:
    number = _page(signature)
    return "" if number is None or signature.appearance.kind == "none" else f"{phrases.word('label.on-page', page=number)}: "


def _said(phrases: Phrases, signature: SignatureReport) -> str:
    """The text in quotes, or what is there instead of one, and what could not be read."""
    shown = signature.appearance
    kind = phrases.word(f"appearance.{shown.kind}")
    said = kind
    if shown.text is not None:
        text = shown.text if len(shown.text) <= LONGEST_TEXT else shown.text[:LONGEST_TEXT] + "…"
        lines = " · ".join(phrases.safe(line) for line in text.split("\n"))
        said = f"“{lines}”" if shown.kind == "text" else f"“{lines}” {kind}"
    notes = [phrases.word("appearance.hidden")] if signature.box is not None and signature.box.hidden else []
    notes += [phrases.word("appearance.unmapped", count=shown.unmapped)] if shown.unmapped else []
    notes += [] if shown.complete else [phrases.word("appearance.incomplete")]
    return f"{said} ({'; '.join(notes)})" if notes else said
