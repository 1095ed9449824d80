"""The revisions as a strip: what each one added, and what it changed behind a signature."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sigcheck.reporting.html.markup import Markup, tag
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import ChangeReport, DocumentReport

MOST_REVISIONS: Final = 80
MOST_CHANGES: Final = 6
SAID_BY_SIGNATURES: Final = frozenset({"signature-added", "document-timestamp-added"})
"""Allowed changes that the fields themselves stand for."""


def revision_strip(phrases: Phrases, report: DocumentReport) -> Markup:
    """One box a revision; nothing for a document that could not be read."""
    count = report.document.revisions
    if not count:
        return Markup("")
    changes = _changes(report)
    told = sorted({1, count, *(one.revision for one in report.signatures), *changes} & set(range(1, count + 1)))
    boxes = [_box(phrases, report, number, changes.get(number, [])) for number in told[:MOST_REVISIONS]]
    left = count - len(boxes)
    more = tag("p", phrases.word("html.revisions-left", count=left), class_="dim") if left else Markup("")
    return Markup(tag("ol", *boxes, class_="strip") + more)


def _changes(report: DocumentReport) -> dict[int, list[ChangeReport]]:
    """The changes of each revision; signatures that see the same change name it once."""
    once = {
        (change.revision, change.object, change.page, change.rule, change.what): change
        for signature in report.signatures
        for change in signature.modifications.changes
    }
    found: dict[int, list[ChangeReport]] = {}
    for change in once.values():
        found.setdefault(change.revision, []).append(change)
    return found


def _box(phrases: Phrases, report: DocumentReport, number: int, changes: list[ChangeReport]) -> Markup:
    signatures = [one for one in report.signatures if one.revision == number]
    said = [
        phrases.word(
            "html.adds-stamp" if one.kind == "document-timestamp" else "html.adds-signature", field=phrases.safe(one.field)
        )
        for one in signatures[:MOST_CHANGES]
    ]
    if len(signatures) > MOST_CHANGES:
        said.append(phrases.word("html.left-out", count=len(signatures) - MOST_CHANGES))
    told = [one for one in changes if not (signatures and one.allowed and one.rule in SAID_BY_SIGNATURES)]
    counted = Counter((change.rule, change.allowed, change.page) for change in told)
    for (rule, allowed, page), times in list(counted.items())[:MOST_CHANGES]:
        said.append(change_words(phrases, rule, allowed, page, times))
    if len(counted) > MOST_CHANGES:
        said.append(phrases.word("html.left-out", count=len(counted) - MOST_CHANGES))
    if not said:
        said.append(phrases.word("html.first-revision" if number == 1 else "html.nothing-told"))
    decided = any(found.decides is not None and found.about.revision == number for found in report.findings)
    refused = decided or any(not change.allowed for change in changes)
    kind = "refused" if refused else "signed" if signatures else None
    heading = tag("strong", phrases.word("label.revision", revision=number))
    return tag("li", heading, tag("ul", *[tag("li", text) for text in said]), class_=kind)


def change_words(phrases: Phrases, rule: str, allowed: bool, page: int | None, times: int) -> str:
    """A change in words, with its page, and that it is not allowed."""
    said = phrases.catalogue.words.get(f"values-rule.{rule}") or phrases.safe(rule)
    if page is not None:
        said = phrases.word("label.change-on-page", page=page, change=said)
    if times > 1:
        said += f" ({phrases.word('label.times', count=times)})"
    return said if allowed else f"{said} – {phrases.word('changes.forbidden')}"
