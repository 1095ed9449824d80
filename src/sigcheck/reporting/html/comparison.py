"""The page of `compare`: the answer, the two files, their revisions, what came between, and the pages side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sigcheck.evidence import ChangesUnknown
from sigcheck.lineage import Changes, FileSide, Lineage, NotCompared, Relation, SignedPart
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.comparison_words import (
    RevisionTold,
    Row,
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
from sigcheck.reporting.html.comparison_style import COMPARISON_STYLE
from sigcheck.reporting.html.markup import Markup, tag
from sigcheck.reporting.html.page import closing, opening
from sigcheck.reporting.html.side_by_side import side_by_side
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.phrases import Phrases

if TYPE_CHECKING:
    from sigcheck.picturing.picture import SideBySide

MOST_REVISIONS: Final = 60
"""Revisions of one file that are told one by one; JSON has all of them."""
MOST_ROWS: Final = 40
"""Signatures, and kinds of changes, of one revision."""
MARKS: Final = {"good": "✔", "bad": "✘", "open": "!"}

Told = tuple[str, Sequence[SignedPart], Changes]
"""The revisions of one file behind the common ones: the key of their heading, their signatures, their changes."""


def compared_page(found: Lineage | NotCompared, options: ReportOptions, pictures: SideBySide | None) -> Iterator[str]:
    """One page. Without `pictures` pages are outlines."""
    phrases = Phrases(load_catalogue(options.language), options.personal)
    if isinstance(found, NotCompared):
        reason = phrases.catalogue.fact("reason", found.why.reason.value)
        said = phrases.word("compare.unreadable", path=phrases.safe(found.path), reason=reason)
        yield opening(phrases, said)
        mark = tag("span", "✘", class_="mark bad")
        yield tag("section", tag("h1", mark, " ", said), tag("p", phrases.word("compare.proves")), class_="stand bad") + "\n"
        yield closing(phrases)
        return
    names = " – ".join(phrases.safe(side.path) for side in (found.before, found.after))
    yield opening(phrases, f"{phrases.word(f'compare.{relation_key(found)}')}: {names}", COMPARISON_STYLE)
    yield _answer(phrases, found) + "\n"
    yield _files(phrases, found) + "\n"
    yield _strip(phrases, found) + "\n"
    yield _between(phrases, found) + "\n"
    yield side_by_side(phrases, found, pictures) + "\n"
    yield closing(phrases)


def _answer(phrases: Phrases, found: Lineage) -> Markup:
    """The relation, what the signatures say to the changes, and what neither of them says."""
    mark, style = relation_mark(phrases, found.relation)
    lines = list(summed(phrases, found))
    tones = {tone for tone, _ in lines} | {"good" if "green" in style else "open"}
    tone = next(one for one in ("bad", "open", "good") if one in tones)
    words = phrases.word(f"compare.{relation_key(found)}")
    heading = tag("h1", tag("span", mark, class_=f"mark {'good' if 'green' in style else 'open'}"), " ", words)
    said = tag("ul", *[_marked(*line) for line in lines], class_="marks") if lines else None
    common = phrases.word("compare.common-said", bytes=found.common_bytes, revisions=found.common_revisions)
    rules = phrases.word("compare.permission-said") if judged(found.changes) or judged(found.own_changes) else None
    return tag(
        "section",
        heading,
        said,
        tag("p", f"{phrases.word('compare.common')}: {common}."),
        tag("p", meaning(phrases, found)),
        tag("p", rules) if rules else None,
        tag("p", tag("strong", phrases.word("compare.proves"))),
        class_="stand" if tone == "good" else f"stand {tone}",
    )


def _marked(tone: str, words: str) -> Markup:
    return tag("li", tag("span", MARKS[tone], class_=f"mark {tone}"), " ", words)


def _files(phrases: Phrases, found: Lineage) -> Markup:
    sides = [_file(phrases, key, side) for key, side in (("before", found.before), ("after", found.after))]
    return tag("section", tag("h2", phrases.word("compare.files")), tag("div", *sides, class_="beside"))


def _file(phrases: Phrases, key: str, side: FileSide) -> Markup:
    pages = phrases.word("label.unknown") if side.pages is None else str(side.pages)
    size = phrases.word("compare.size-said", size=side.size)
    if side.behind_end:
        size += f", {phrases.word('compare.behind-end', count=side.behind_end)}"
    said = [
        (phrases.word("label.file"), tag("strong", phrases.safe(side.path))),
        (phrases.word("compare.size"), size),
        (phrases.word("compare.pages"), pages),
        (phrases.word("html.revisions"), str(side.revisions)),
        (phrases.word("html.signatures"), str(side.signatures)),
        (phrases.word("html.sha256"), tag("code", side.sha256)),
    ]
    parts = [part for label, value in said for part in (tag("dt", label), tag("dd", value))]
    return tag("article", tag("h3", phrases.word(f"compare.{key}")), tag("dl", *parts), class_="card")


def _further(found: Lineage) -> tuple[Told, ...]:
    """The files that have revisions of their own behind the common ones."""
    later = "only-before" if found.relation is Relation.EARLIER else "only-after"
    own: Told = ("only-before", found.own_added, found.own_changes)
    return (
        (own, (later, found.added, found.changes))
        if found.relation is Relation.DIVERGED
        else ((later, found.added, found.changes),)
    )


def _strip(phrases: Phrases, found: Lineage) -> Markup:
    """The common revisions as one box, then those of each file by itself."""
    heading = tag("h2", phrases.word("html.revisions"))
    if found.relation is Relation.UNRELATED:
        return tag("section", heading, tag("p", phrases.word("compare.no-shared")))
    shared = found.common_revisions
    parts = [heading]
    if shared:
        key = "shared-one" if shared == 1 else "shared-several"
        title = tag("strong", phrases.word(f"compare.{key}", revisions=shared))
        said = tag("ul", tag("li", phrases.word("compare.in-both")), tag("li", phrases.word("compare.shared-said")))
        parts.append(tag("ol", tag("li", title, said, class_="shared"), class_="strip"))
    if found.relation is Relation.DIVERGED:
        parts.append(tag("p", phrases.word("compare.parted"), class_="parted"))
    for key, signatures, changes in _further(found):
        told = revisions_told(signatures, changes)
        boxes = [_box(phrases, one) for one in told[:MOST_REVISIONS]]
        if boxes:
            parts.append(tag("h3", phrases.word(f"compare.{key}")))
            parts.append(tag("ol", *boxes, class_="strip own"))
            parts.append(_more(phrases, len(told) - len(boxes)))
    return tag("section", *parts)


def _more(phrases: Phrases, count: int) -> Markup:
    return tag("p", phrases.word("compare.more", count=count), class_="dim") if count > 0 else Markup("")


def _box(phrases: Phrases, told: RevisionTold) -> Markup:
    """A revision: which signatures it added, and how many changes."""
    keys = ["html.adds-stamp" if one.kind == "document-timestamp" else "compare.adds-signature" for one in told.signatures]
    said = [phrases.word(key, field=phrases.safe(one.field)) for key, one in list(zip(keys, told.signatures, strict=True))[:3]]
    if len(keys) > len(said):
        said.append(phrases.word("html.left-out", count=len(keys) - len(said)))
    others, forbidden = sum(row.times for row in rows(phrases, told)), told.forbidden
    if others > forbidden:
        said.append(phrases.word("compare.strip-changes", count=others - forbidden))
    if forbidden:
        said.append(phrases.word("compare.strip-forbidden", count=forbidden))
    kind = "refused" if forbidden else "signed" if told.signatures else None
    heading = tag("strong", phrases.word("label.revision", revision=told.number))
    return tag("li", heading, tag("ul", *[tag("li", words) for words in said]), class_=kind)


def _between(phrases: Phrases, found: Lineage) -> Markup:
    if found.relation in {Relation.SAME, Relation.UNRELATED}:
        return Markup("")
    diverged = found.relation is Relation.DIVERGED
    parts, told = [tag("h2", phrases.word("compare.between"))], False
    for key, signatures, changes in _further(found):
        if diverged:
            parts.append(tag("h3", phrases.word(f"compare.{key}")))
        revisions = revisions_told(signatures, changes)
        told = told or bool(revisions) or isinstance(changes, ChangesUnknown)
        level = "h4" if diverged else "h3"
        parts += [_revision(phrases, level, one) for one in revisions[:MOST_REVISIONS]]
        parts.append(_more(phrases, len(revisions) - MOST_REVISIONS))
        if isinstance(changes, ChangesUnknown):
            reason = phrases.catalogue.fact("reason", changes.reason)
            parts.append(tag("ul", _marked("open", phrases.word("compare.unknown", reason=reason)), class_="marks"))
    if found.missing and not diverged:
        lines = [_marked("bad", named(phrases, "missing", one)) for one in found.missing[:MOST_ROWS]]
        parts += [tag("ul", *lines, class_="marks"), _more(phrases, len(found.missing) - MOST_ROWS)]
    elif not told:
        parts.append(tag("p", phrases.word("compare.nothing")))
    return tag("section", *parts)


def _revision(phrases: Phrases, level: str, told: RevisionTold) -> Markup:
    """What one revision added and changed, as a card."""
    own, listed = told.signatures, rows(phrases, told)
    tones = {_tone(row) for row in listed}
    tone = next((one for one in ("bad", "open", "good") if one in tones), "good" if own else None)
    lines = [_signature(phrases, one) for one in own[:MOST_ROWS]] + [_change(phrases, row) for row in listed[:MOST_ROWS]]
    left = max(len(own) - MOST_ROWS, 0) + max(len(listed) - MOST_ROWS, 0)
    heading = tag(level, phrases.word("label.revision", revision=told.number))
    return tag("article", heading, tag("ul", *lines, class_="marks"), _more(phrases, left), class_=f"card {tone or 'plain'}")


def _signature(phrases: Phrases, one: SignedPart) -> Markup:
    """That it was added, what its block says, and where its box stands."""
    stamp = one.kind == "document-timestamp"
    words = phrases.word("html.adds-stamp" if stamp else "compare.adds-signature", field=phrases.safe(one.field))
    claim = phrases.word("compare.claims", name=phrases.safe(one.name), time=phrases.written(one.claimed_time))
    where = f"{phrases.word('compare.box-label')}: {place(phrases, one)}"
    return tag(
        "li",
        tag("span", "+", class_="mark"),
        " ",
        tag("strong", words),
        None if stamp else tag("p", claim),
        tag("p", where, class_="dim"),
    )


def _change(phrases: Phrases, row: Row) -> Markup:
    """What was changed, by which rule and how much, and whether that was permitted."""
    tone = _tone(row)
    level = tag("p", f"{phrases.word('compare.level')}: {row.level} · ", tag("code", phrases.safe(row.rule)), class_="dim")
    mark = tag("span", MARKS[tone], class_=f"mark {tone}")
    return tag("li", mark, " ", tag("strong", row.words), tag("p", row.permission), level)


def _tone(row: Row) -> str:
    if row.permitted is False:
        return "bad"
    return "open" if row.permitted is None or row.behind_last else "good"
