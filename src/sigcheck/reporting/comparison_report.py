"""How two files stand to each other, for people and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from sigcheck.evidence import Change, ChangesUnknown
from sigcheck.lineage import FileSide, Lineage, NotCompared, Relation, SignedPart
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.page import Page
from sigcheck.reporting.phrases import Phrases

MARKS: Final = {Relation.SAME: ("=", "bold green"), Relation.LATER: ("✔", "bold green")}
SAID_BY_SIGNATURES: Final = frozenset({"signature-added", "document-timestamp-added"})
"""Changes that the fields themselves stand for."""
MOST_LINES: Final = 40
"""Lines of one revision; JSON has every change."""


def compared_text(found: Lineage | NotCompared, options: ReportOptions) -> Iterator[str]:
    phrases, page = Phrases(load_catalogue(options.language), options.personal, options.ascii_marks), Page(options)
    if isinstance(found, NotCompared):
        reason = phrases.catalogue.fact("reason", found.why.reason.value)
        page.line(phrases.word("compare.unreadable", path=phrases.safe(found.path), reason=reason))
    else:
        _lineage(page, phrases, found)
    yield page.text()


def _lineage(page: Page, phrases: Phrases, found: Lineage) -> None:
    mark, style = MARKS.get(found.relation, ("✘", "bold yellow"))
    plain = {"✔": "[OK]", "✘": "[X]"}.get(mark, mark)
    page.marked(plain if phrases.ascii_marks else mark, style, phrases.word(f"compare.{found.relation}"), style="bold")
    for label, side in (("before", found.before), ("after", found.after)):
        page.field(phrases.word(f"compare.{label}"), _side(phrases, side))
    common = phrases.word("compare.common-said", bytes=found.common_bytes, revisions=found.common_revisions)
    page.field(phrases.word("compare.common"), common)
    for label, side in (("before", found.before), ("after", found.after)):
        page.digest(f"SHA-256, {phrases.word(f'compare.{label}')}", side.sha256)
    if found.relation is Relation.UNRELATED:
        page.line(phrases.word("compare.unrelated-meaning"), indent=2)
    elif found.relation is not Relation.SAME:
        page.blank()
        page.line(f"{phrases.word('compare.between')}:", style="bold")
        _between(page, phrases, found)
    page.blank()
    page.line(phrases.word("compare.proves"))


def _side(phrases: Phrases, side: FileSide) -> str:
    return phrases.word(
        "compare.side", path=phrases.safe(side.path), revisions=side.revisions, signatures=side.signatures, size=side.size
    )


def _between(page: Page, phrases: Phrases, found: Lineage) -> None:
    """By revision: the signatures that it added, then what it changed, equal changes once."""
    changes = () if isinstance(found.changes, ChangesUnknown) else found.changes
    revisions = sorted({one.revision for one in found.added} | {one.revision for one in changes})
    for revision in revisions:
        page.line(phrases.word("label.revision", revision=revision), indent=2, style="bold")
        said = [_added(phrases, one) for one in found.added if one.revision == revision]
        others = [one for one in changes if one.revision == revision and not (said and one.rule in SAID_BY_SIGNATURES)]
        said += _changed(phrases, others)
        for words in said[:MOST_LINES]:
            page.marked(phrases.bullet, "", words, indent=4)
        if len(said) > MOST_LINES:
            page.line(phrases.word("compare.more", count=len(said) - MOST_LINES), indent=4)
    for one in found.missing[:MOST_LINES]:
        page.marked("!", "bold yellow", _named(phrases, "missing", one), indent=2)
    if isinstance(found.changes, ChangesUnknown):
        reason = phrases.catalogue.fact("reason", found.changes.reason)
        page.marked("!", "bold yellow", phrases.word("compare.unknown", reason=reason), indent=2)
    elif not revisions and not found.missing:
        page.line(phrases.word("compare.nothing"), indent=2)


def _added(phrases: Phrases, one: SignedPart) -> str:
    return _named(phrases, one.kind, one)


def _named(phrases: Phrases, key: str, one: SignedPart) -> str:
    time = phrases.written(one.claimed_time)
    return phrases.word(f"compare.{key}", field=phrases.safe(one.field), name=phrases.safe(one.name), time=time)


def _changed(phrases: Phrases, changes: list[Change]) -> list[str]:
    said = []
    for (rule, page, level), times in Counter((one.rule, one.page, one.level) for one in changes).items():
        words = phrases.catalogue.words.get(f"values-rule.{rule}") or phrases.safe(rule)
        words = words if page is None else phrases.word("label.change-on-page", page=page, change=words)
        words += f" ({phrases.word('label.times', count=times)})" if times > 1 else ""
        said.append(f"{words} [{phrases.catalogue.fact('level', level.value)}]")
    return said


def compared_json(found: Lineage | NotCompared, options: ReportOptions) -> Iterator[str]:
    yield json.dumps(_object(found, options.personal), ensure_ascii=False, indent=2) + "\n"


def _object(found: Lineage | NotCompared, personal: bool) -> dict[str, Any]:
    if isinstance(found, NotCompared):
        return {
            "relation": "unreadable",
            "proves": "nothing",
            "unreadable": {"path": shown(found.path, personal=personal), "reason": found.why.reason.value},
        }
    return {
        "relation": found.relation.value,
        "proves": "nothing",
        "before": _side_object(found.before, personal),
        "after": _side_object(found.after, personal),
        "common": {"bytes": found.common_bytes, "revisions": found.common_revisions},
        "added": [_part_object(one, personal) for one in found.added],
        "missing": [_part_object(one, personal) for one in found.missing],
        "changes": None
        if isinstance(found.changes, ChangesUnknown)
        else [_change_object(one, personal) for one in found.changes],
        "changes_unknown": shown(found.changes.reason) if isinstance(found.changes, ChangesUnknown) else None,
    }


def _side_object(side: FileSide, personal: bool) -> dict[str, Any]:
    path = shown(side.path, personal=personal)
    return {"path": path, "sha256": side.sha256, "size": side.size, "revisions": side.revisions, "signatures": side.signatures}


def _part_object(one: SignedPart, personal: bool) -> dict[str, Any]:
    return {
        "field": shown(one.field, personal=personal),
        "kind": one.kind,
        "revision": one.revision,
        "block_name": None if one.name is None else shown(one.name, personal=personal),
        "claimed_time": None if one.claimed_time is None else shown(one.claimed_time),
    }


def _change_object(one: Change, personal: bool) -> dict[str, Any]:
    return {
        "revision": one.revision,
        "object": one.object,
        "page": one.page,
        "rule": one.rule,
        "level": one.level.value,
        "what": shown(one.what, personal=personal),
    }


COMPARE_FORMATS: Final[dict[str, Callable[[Lineage | NotCompared, ReportOptions], Iterator[str]]]] = {
    "text": compared_text,
    "json": compared_json,
}
