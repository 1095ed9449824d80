"""The revisions as a strip: what each one added, and what it changed behind a signature; alike ones are one box."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Final

from msgspec import Struct

from sigcheck.reporting.html.markup import Markup, tag
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import ChangeReport, DocumentReport, SignatureReport

MOST_BOXES: Final = 80
FEW_BOXES: Final = 12
"""Up to so many boxes, revisions that take turns keep a box each."""
MOST_CHANGES: Final = 6
SAID_BY_SIGNATURES: Final = frozenset({"signature-added", "document-timestamp-added"})
"""Allowed changes that the fields themselves stand for."""
MARKS: Final = {"refused": "✘", "signed": "✎", "stamped": "◷"}


class _Revision(Struct, frozen=True):
    number: int
    signatures: tuple[SignatureReport, ...]
    changes: tuple[ChangeReport, ...]
    """Those that its signatures do not stand for."""
    refused: bool

    @property
    def shape(self) -> tuple[object, ...]:
        """What has to be equal for two revisions to share a box: nothing refused hides among others."""
        signers = tuple((one.kind, one.signer.sha256 or one.signer.common_name) for one in self.signatures)
        return self.number if self.refused else None, signers, tuple(sorted({change.rule for change in self.changes}))

    @property
    def kind(self) -> str:
        if self.refused:
            return "refused"
        if any(one.kind == "signature" for one in self.signatures):
            return "signed"
        return "stamped" if self.signatures else "plain"


def revision_strip(phrases: Phrases, report: DocumentReport) -> Markup:
    """A box for each run of revisions that are alike; nothing for a document that could not be read, or has but one, unsigned."""
    count = report.document.revisions
    if not count or (count == 1 and not report.signatures):
        return Markup("")
    changes = _changes(report)
    named = {1, count, *(one.revision for one in report.signatures), *changes}
    numbers = sorted(number for number in named if 1 <= number <= count)  # a kept report may state any number of them
    told = [_revision(report, number, changes.get(number, [])) for number in numbers]
    runs = _runs(told)
    boxes = [_box(phrases, run) for run in runs[:MOST_BOXES]]
    left = count - sum(len(run) for run in runs[:MOST_BOXES])
    more = tag("p", phrases.word("html.revisions-left", count=left), class_="dim") if left else Markup("")
    return Markup(tag("ol", *boxes, class_="strip") + more)


def _runs(told: list[_Revision]) -> list[list[_Revision]]:
    """Neighbours of one shape; where that leaves many, also revisions that take turns: signed, archived, signed, archived."""
    runs = [list(run) for _, run in groupby(told, key=lambda one: one.shape)]
    if len(runs) <= FEW_BOXES:
        return runs
    found: list[list[_Revision]] = []
    while runs:
        run = runs.pop(0)
        if found and _repeats(found[-1], run):
            found[-1] += run
        else:
            found.append(run)
    return found


def _repeats(before: list[_Revision], run: list[_Revision]) -> bool:
    """Whether `run` is one more of the two kinds that take turns in `before`, or the second of them for the first time."""
    if any(one.refused for one in (*before, *run)) or len(run) > 1 or before[0].number == 1:
        return False
    kinds = {one.kind for one in before}
    if len(before) == 1:
        return {before[0].kind, run[0].kind} == {"signed", "plain"} and len(before[0].signatures) + len(run[0].signatures) == 1
    alike = kinds == {"signed", "plain"} and before[-2].kind == run[0].kind != before[-1].kind
    return alike and sorted({c.rule for c in before[-2].changes}) == sorted({c.rule for c in run[0].changes})


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


def _revision(report: DocumentReport, number: int, changes: list[ChangeReport]) -> _Revision:
    signatures = tuple(one for one in report.signatures if one.revision == number)
    told = tuple(one for one in changes if not (signatures and one.allowed and one.rule in SAID_BY_SIGNATURES))
    decided = any(found.decides is not None and found.about.revision == number for found in report.findings)
    return _Revision(number, signatures, told, decided or any(not change.allowed for change in changes))


def _box(phrases: Phrases, run: list[_Revision]) -> Markup:
    said = [*_added(phrases, run), *_changed(phrases, run)]
    if not said:
        said.append(phrases.word("html.first-revision" if run[0].number == 1 else "html.nothing-told"))
    first, last = run[0].number, run[-1].number
    several = len(run) > 1
    heading = (
        phrases.word("label.revisions", first=first, last=last) if several else phrases.word("label.revision", revision=first)
    )
    kind = next((kind for kind in ("refused", "signed", "stamped") if any(one.kind == kind for one in run)), "plain")
    mark = tag("span", MARKS[kind], class_="mark", aria_hidden="true") if kind in MARKS else None
    title = tag("strong", mark, " " if mark else None, tag("span", heading, class_="begins"))
    return tag("li", title, tag("ul", *[tag("li", text) for text in said]), class_=kind)


def _added(phrases: Phrases, run: list[_Revision]) -> list[str]:
    """The signatures of a run, one line for each kind and signer."""
    found: dict[tuple[str, str | None], list[SignatureReport]] = {}
    for one in (signature for revision in run for signature in revision.signatures):
        found.setdefault((one.kind, one.signer.common_name), []).append(one)
    said = []
    for (kind, name), ones in list(found.items())[:MOST_CHANGES]:
        fields, signer = phrases.fields(ones, 2), phrases.safe(name)
        key = "adds-stamp" if kind == "document-timestamp" else "adds-signature" if len(ones) == 1 else "adds-signatures"
        said.append(phrases.word(f"html.{key}", field=fields, signer=signer, count=len(ones)))
    if len(found) > MOST_CHANGES:
        said.append(phrases.word("html.left-out", count=len(found) - MOST_CHANGES))
    return said


def _changed(phrases: Phrases, run: list[_Revision]) -> list[str]:
    pages = len(run) == 1
    counted = Counter((one.rule, one.allowed, one.page if pages else None) for revision in run for one in revision.changes)
    told = [
        change_words(phrases, rule, allowed, page, times) for (rule, allowed, page), times in list(counted.items())[:MOST_CHANGES]
    ]
    if len(counted) > MOST_CHANGES:
        told.append(phrases.word("html.left-out", count=len(counted) - MOST_CHANGES))
    return told


def change_words(phrases: Phrases, rule: str, allowed: bool, page: int | None, times: int) -> str:
    """A change in words, with its page, and that it is not allowed."""
    said = phrases.catalogue.words.get(f"values-rule.{rule}") or phrases.safe(rule)
    if page is not None:
        said = phrases.word("label.change-on-page", page=page, change=said)
    if times > 1:
        said += f" ({phrases.word('label.times', count=times)})"
    return said if allowed else f"{said} – {phrases.word('changes.forbidden')}"
