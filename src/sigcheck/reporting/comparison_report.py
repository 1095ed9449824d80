"""How two files stand to each other, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from sigcheck.evidence import ChangesUnknown
from sigcheck.facts import SignatureBox
from sigcheck.lineage import Changes, FileSide, Lineage, NotCompared, PagePair, Relation, SignedPart
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.comparison_words import (
    judged,
    meaning,
    named,
    place,
    relation_key,
    relation_mark,
    revisions_told,
    rows,
    summed,
)
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.page import Page
from sigcheck.reporting.phrases import Phrases

if TYPE_CHECKING:
    from sigcheck.picturing.picture import SideBySide

MOST_LINES: Final = 40
"""Lines of one revision; JSON has every change."""


def compared_text(found: Lineage | NotCompared, options: ReportOptions, pictures: SideBySide | None = None) -> Iterator[str]:
    """In words, without any picture."""
    del pictures
    phrases, page = Phrases(load_catalogue(options.language), options.personal, options.ascii_marks), Page(options)
    if isinstance(found, NotCompared):
        reason = phrases.catalogue.fact("reason", found.why.reason.value)
        page.line(phrases.word("compare.unreadable", path=phrases.safe(found.path), reason=reason))
    else:
        _lineage(page, phrases, found)
    yield page.text()


def _lineage(page: Page, phrases: Phrases, found: Lineage) -> None:
    mark, style = relation_mark(phrases, found.relation)
    page.marked(mark, style, phrases.word(f"compare.{relation_key(found)}"), style="bold")
    for tone, words in summed(phrases, found):
        page.marked(*_TONES[tone][phrases.ascii_marks], words)
    for label, side in (("before", found.before), ("after", found.after)):
        page.field(phrases.word(f"compare.{label}"), _side(phrases, side))
    common = phrases.word("compare.common-said", bytes=found.common_bytes, revisions=found.common_revisions)
    page.field(phrases.word("compare.common"), common)
    for label, side in (("before", found.before), ("after", found.after)):
        page.digest(f"SHA-256, {phrases.word(f'compare.{label}')}", side.sha256)
    page.line(meaning(phrases, found), indent=2)
    if found.relation not in {Relation.UNRELATED, Relation.SAME}:
        page.blank()
        page.line(f"{phrases.word('compare.between')}:", style="bold")
        _between(page, phrases, found)
    page.blank()
    if judged(found.changes) or judged(found.own_changes):
        page.line(phrases.word("compare.permission-said"))
    page.line(phrases.word("compare.proves"))


_TONES: Final = {
    "good": (("✔", "green"), ("[OK]", "green")),
    "bad": (("✘", "bold red"), ("[X]", "bold red")),
    "open": (("!", "bold yellow"), ("!", "bold yellow")),
}
"""Mark and style, and those of terminals that know no such marks."""


def _side(phrases: Phrases, side: FileSide) -> str:
    said = phrases.word(
        "compare.side", path=phrases.safe(side.path), revisions=side.revisions, signatures=side.signatures, size=side.size
    )
    said += "" if side.pages is None else f", {phrases.word('compare.page-count', count=side.pages)}"
    return said + (f", {phrases.word('compare.behind-end', count=side.behind_end)}" if side.behind_end else "")


def _between(page: Page, phrases: Phrases, found: Lineage) -> None:
    """By revision: the signatures that it added, then what it changed, equal changes once."""
    diverged = found.relation is Relation.DIVERGED
    if diverged:
        page.line(phrases.word("compare.only-before"), indent=2, style="bold")
        _revisions(page, phrases, found.own_added, found.own_changes)
        page.line(phrases.word("compare.only-after"), indent=2, style="bold")
    told = _revisions(page, phrases, found.added, found.changes)
    for one in () if diverged else found.missing[:MOST_LINES]:
        page.marked("!", "bold yellow", named(phrases, "missing", one), indent=2)
    if not told and not found.missing and not isinstance(found.changes, ChangesUnknown):
        page.line(phrases.word("compare.nothing"), indent=2)


def _revisions(page: Page, phrases: Phrases, signatures: Sequence[SignedPart], changes: Changes) -> bool:
    """Whether there was anything to tell."""
    told = revisions_told(signatures, changes)
    for one in told:
        page.line(phrases.word("label.revision", revision=one.number), indent=2, style="bold")
        said = [f"{named(phrases, part.kind, part)} ({place(phrases, part)})" for part in one.signatures]
        said += [f"{row.words} [{row.level}] – {row.permission}" for row in rows(phrases, one)]
        for words in said[:MOST_LINES]:
            page.marked(phrases.bullet, "", words, indent=4)
        if len(said) > MOST_LINES:
            page.line(phrases.word("compare.more", count=len(said) - MOST_LINES), indent=4)
    return bool(told)


def compared_json(found: Lineage | NotCompared, options: ReportOptions, pictures: SideBySide | None = None) -> Iterator[str]:
    """One object."""
    del pictures
    yield json.dumps(_object(found, options.personal), ensure_ascii=False, indent=2) + "\n"


def _object(found: Lineage | NotCompared, personal: bool) -> dict[str, Any]:
    if isinstance(found, NotCompared):
        return {
            "relation": "unreadable",
            "proves": "nothing",
            "unreadable": {"path": shown(found.path, personal=personal), "reason": found.why.reason.value},
        }
    unknown = next((one for one in (found.changes, found.own_changes) if isinstance(one, ChangesUnknown)), None)
    return {
        "relation": found.relation.value,
        "proves": "nothing",
        "before": _side_object(found.before, personal),
        "after": _side_object(found.after, personal),
        "common": {"bytes": found.common_bytes, "revisions": found.common_revisions},
        "added": [_part_object(one, personal) for one in found.added],
        "missing": [_part_object(one, personal) for one in found.missing],
        "changes": _changes(found.changes, personal),
        "changes_unknown": None if unknown is None else shown(unknown.reason),
        "added_to_before": [_part_object(one, personal) for one in found.own_added],
        "changes_of_before": _changes(found.own_changes, personal),
        "pages": [_pair_object(one, backwards=found.relation is Relation.EARLIER) for one in found.pages],
        "pages_left_out": found.pages_left,
        "pages_sure": found.pages_sure,
    }


def _side_object(side: FileSide, personal: bool) -> dict[str, Any]:
    return {
        "path": shown(side.path, personal=personal),
        "sha256": side.sha256,
        "size": side.size,
        "revisions": side.revisions,
        "signatures": side.signatures,
        "pages": side.pages,
        "bytes_behind_end": side.behind_end,
    }


def _part_object(one: SignedPart, personal: bool) -> dict[str, Any]:
    return {
        "field": shown(one.field, personal=personal),
        "kind": one.kind,
        "revision": one.revision,
        "block_name": None if one.name is None else shown(one.name, personal=personal),
        "claimed_time": None if one.claimed_time is None else shown(one.claimed_time),
        "box": None if one.box is None else _box_object(one.box),
    }


def _box_object(box: SignatureBox) -> dict[str, Any]:
    return {"page": box.page, "rectangle": list(box.rectangle), "hidden": box.hidden}


def _changes(changes: Changes, personal: bool) -> list[dict[str, Any]] | None:
    if isinstance(changes, ChangesUnknown):
        return None
    return [
        {
            "revision": one.change.revision,
            "object": one.change.object,
            "page": one.change.page,
            "rule": one.change.rule,
            "level": one.change.level.value,
            "what": shown(one.change.what, personal=personal),
            "permitted": one.permitted,
            "because": one.because,
            "permissions": one.permissions,
            "behind_last_signature": one.behind_last_signature,
        }
        for one in changes
    ]


def _pair_object(pair: PagePair, *, backwards: bool) -> dict[str, int | None]:
    first, second = (pair.later, pair.earlier) if backwards else (pair.earlier, pair.later)
    return {"before": None if first is None else first.page, "after": None if second is None else second.page}


def compared_html(found: Lineage | NotCompared, options: ReportOptions, pictures: SideBySide | None = None) -> Iterator[str]:
    """The page; `pictures` of the pages that `found` puts side by side."""
    from sigcheck.reporting.html.comparison import compared_page  # noqa: PLC0415 - other formats need nothing of it

    return compared_page(found, options, pictures)


COMPARE_FORMATS: Final[dict[str, Callable[[Lineage | NotCompared, ReportOptions, SideBySide | None], Iterator[str]]]] = {
    "text": compared_text,
    "json": compared_json,
    "html": compared_html,
}
