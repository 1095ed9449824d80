"""The time line as drawings: the signatures' times close by, then over the years with certificates, CRLs and OCSP responses.

Names and figures are text that wraps and grows as a reader likes; only the tracks beside or below them are drawn, in shares of
whatever width there is, so that a phone shows the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from sigcheck.reporting.grouping import Group
from sigcheck.reporting.html.markup import Markup, joined, tag
from sigcheck.reporting.html.scale import Mark, Scale, moment_of, scale_over
from sigcheck.reporting.phrases import PROVEN_BASES, Phrases
from sigcheck.verdict import ChainEntryReport, DocumentReport, SignatureReport, StatementReport

MOST_ROWS: Final = 16
"""Rows of one kind; all times stand in words below the drawings."""
MOST_BARS: Final = 60
LEFT, RIGHT = 1.5, 98.5
"""Shares of the width between which moments stand."""
NEAR: Final = 0.4
"""Share of the width within which two points of one kind are one."""
HIGH: Final = 28.0
"""Of a track; claimed times stand above its middle, proven ones below it."""
HALVES: Final = {"band": 14.0, "bar": 6.0, "thin": 4.0}


class _Row(Struct, frozen=True):
    """One line of a drawing: bars with their kind, and points that are proven or claimed."""

    label: str
    when: str
    bars: tuple[tuple[datetime, datetime, str], ...] = ()
    points: tuple[tuple[datetime, bool], ...] = ()


def timeline_drawings(
    identity: str, phrases: Phrases, report: DocumentReport, groups: Sequence[Group], tolerance: int | None
) -> Markup:
    """Both drawings; nothing where there is no signature. `tolerance` in seconds; None: not known, and drawn without bands."""
    if not groups:
        return Markup("")
    close = _close_by(identity, phrases, report, groups, None if tolerance is None else timedelta(seconds=tolerance))
    return joined(close, _over_the_years(identity, phrases, report, groups), by="\n")


def _points(signature: SignatureReport) -> Iterator[tuple[datetime, bool]]:
    claimed = moment_of(signature.times.claimed) or signature.times.signing_time
    if claimed is not None:
        yield claimed, False
    for stamp in signature.times.timestamps:
        if stamp.gen_time is not None:
            yield stamp.gen_time, stamp.sound is True and stamp.trusted is True
    best = signature.times.best_signature_time
    if not signature.times.timestamps and best is not None and signature.times.basis in PROVEN_BASES:
        yield best, True


def _close_by(
    identity: str, phrases: Phrases, report: DocumentReport, groups: Sequence[Group], tolerance: timedelta | None
) -> Markup:
    rows = [_signer_row(phrases, label, ones, tolerance) for label, ones in list(_by_signer(phrases, groups).items())[:MOST_ROWS]]
    moments = [moment for row in rows for moment, _ in row.points]
    margin = max(tolerance or timedelta(), timedelta(minutes=5))
    scale = scale_over(moments, report.validation_time, left=LEFT, right=RIGHT, margin=margin)
    if scale is None:
        return Markup("")
    said = phrases.word("html.times-close-said")
    if tolerance is not None and any(row.bars for row in rows):
        length = phrases.catalogue.duration(int(tolerance.total_seconds()))
        said += " " + phrases.word("html.times-tolerance", tolerance=length)
    return _drawn(f"{identity}-close", phrases.word("html.times-close"), said, phrases, rows, scale, None)


def _by_signer(phrases: Phrases, groups: Sequence[Group]) -> dict[tuple[str, str], list[Group]]:
    """Groups of one signer, however many certificates and outcomes: one row each."""
    found: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        found.setdefault((group.first.kind, phrases.safe(group.first.signer.common_name or group.first.field)), []).append(group)
    return found


def _signer_row(phrases: Phrases, label: tuple[str, str], groups: Sequence[Group], tolerance: timedelta | None) -> _Row:
    points = tuple(point for group in groups for member in group.members for point in _points(member))
    proven = [moment for moment, sure in points if sure]
    bands = tuple(_bands(proven, tolerance)) if tolerance is not None else ()
    numbers = ", ".join(_numbers(group) for group in groups[:3]) + ("…" if len(groups) > 3 else "")
    told = proven or [moment for moment, _ in points]
    when = f"{'◆' if proven else '○'} {_from_to(phrases, min(told), max(told))}" if told else ""
    return _Row(f"{numbers} · {label[1]}", when, bands, points)


def _bands(moments: Sequence[datetime], tolerance: timedelta) -> Iterator[tuple[datetime, datetime, str]]:
    """The tolerance around each moment; what overlaps is one band."""
    start = end = None
    for moment in sorted(moments):
        try:
            first, last = moment - tolerance, moment + tolerance
        except OverflowError:
            first = last = moment
        if start is not None and end is not None and first > end:
            yield start, end, "band"
            start = None
        start, end = start or first, last
    if start is not None and end is not None:
        yield start, end, "band"


def _numbers(group: Group) -> str:
    last = group.number + len(group.members) - 1
    return str(group.number) if last == group.number else f"{group.number}–{last}"


def _from_to(phrases: Phrases, first: datetime, last: datetime) -> str:
    """Day and time, the day once where it is one."""
    start, end = (phrases.moment(moment).rsplit(" ", 1)[0] for moment in (first, last))
    if start == end:
        return start
    day, _, time = end.partition(" ")
    return f"{start} – {time if start.startswith(day) else end}"


def _over_the_years(identity: str, phrases: Phrases, report: DocumentReport, groups: Sequence[Group]) -> Markup:
    points = tuple(point for group in groups for member in group.members for point in _points(member))
    certificates, statements = _certificates(report), _statements(report)
    first = _Row(phrases.word("html.signatures"), "", (), points)
    every = {**_periods(phrases, certificates), **_freshness(phrases, statements)}
    rows = [first, *(_period_row(phrases, label, bars) for label, bars in list(every.items())[: MOST_ROWS * 2])]
    moments = [moment for moment, _ in points] + [report.validation_time]
    moments += [edge for row in rows for start, end, _ in row.bars for edge in (start, end)]
    scale = scale_over(moments, report.validation_time, left=LEFT, right=RIGHT, margin=timedelta(days=20))
    if scale is None:
        return Markup("")
    said = phrases.word("html.times-years-said", at=phrases.moment(report.validation_time))
    if len(every) > MOST_ROWS * 2:
        said += " " + phrases.word("html.left-out", count=len(every) - MOST_ROWS * 2)
    return _drawn(f"{identity}-years", phrases.word("html.times-years"), said, phrases, rows, scale, report.validation_time)


_Bars = dict[str, list[tuple[datetime, datetime, str]]]


def _periods(phrases: Phrases, certificates: Sequence[ChainEntryReport]) -> _Bars:
    found: _Bars = {}
    for entry in certificates:
        label = phrases.safe(entry.common_name or entry.subject)
        found.setdefault(label, []).append((entry.not_before, entry.not_after, "bar"))
    return found


def _freshness(phrases: Phrases, statements: Sequence[StatementReport]) -> _Bars:
    found: _Bars = {}
    for one in statements:
        label = f"{one.kind.upper()} · {phrases.catalogue.fact('source', one.source, personal=phrases.personal)}"
        found.setdefault(label, []).append((one.this_update, one.next_update or one.this_update, "thin"))
    return found


def _period_row(phrases: Phrases, label: str, bars: Sequence[tuple[datetime, datetime, str]]) -> _Row:
    """The periods of certificates, or of statements, of one name."""
    start, end = min(bar[0] for bar in bars), max(bar[1] for bar in bars)
    days = [phrases.moment(moment).split(" ")[0] for moment in (start, end)]
    several = f" ({len(bars)})" if len(bars) > 1 else ""
    return _Row(f"{label}{several}", " – ".join(dict.fromkeys(days)), tuple(bars[:MOST_BARS]))


def _certificates(report: DocumentReport) -> list[ChainEntryReport]:
    """Each certificate once: the signers' and the servers', then those above them."""
    chains = [signature.chain for signature in report.signatures]
    chains += [stamp.chain for signature in report.signatures for stamp in signature.times.timestamps]
    found: dict[tuple[object, ...], ChainEntryReport] = {}
    for depth in range(max((len(chain) for chain in chains), default=0)):
        for chain in chains:
            if depth < len(chain):
                entry = chain[depth]
                found.setdefault((entry.sha256 or entry.subject, entry.not_before, entry.not_after), entry)
    return list(found.values())


def _statements(report: DocumentReport) -> list[StatementReport]:
    """Each CRL and OCSP response once; those that count first."""
    every = [one for signature in report.signatures for one in signature.revocation.statements]
    every += [
        one for signature in report.signatures for stamp in signature.times.timestamps for one in stamp.revocation.statements
    ]
    once = {one.sha256: one for one in sorted(every, key=lambda one: one.usable)}
    return sorted(once.values(), key=lambda one: (not one.usable, one.this_update, one.sha256))


def _drawn(
    identity: str, title: str, said: str, phrases: Phrases, rows: Sequence[_Row], scale: Scale, now: datetime | None
) -> Markup:
    """A figure: the axis, then a row each with its name, its time in figures, and its track."""
    marks = scale.marks(phrases.catalogue)
    axis = tag(
        "div",
        tag("span", phrases.word("html.zone"), class_="name dim"),
        tag("svg", *_axis(phrases, scale, marks, now), class_="track axis", aria_hidden="true", focusable="false"),
        class_="row",
    )
    lines = [tag("li", *_line(phrases, row, scale, marks, now), class_="row") for row in rows]
    heading = tag("p", title, class_="drawn", id=f"{identity}-title")
    return tag(
        "figure", heading, tag("div", axis, tag("ul", *lines), class_="times"), tag("figcaption", said),
        aria_labelledby=f"{identity}-title",
    )  # fmt: skip


def _axis(phrases: Phrases, scale: Scale, marks: Sequence[Mark], now: datetime | None) -> Iterator[Markup]:
    for mark in marks:
        yield tag("text", mark.text, x=_share(mark.place), y="14", text_anchor="middle")
        if mark.below:
            yield tag("text", mark.below, x=_share(mark.place), y="31", text_anchor="middle")
    if now is not None:
        place = scale.place(now)
        side, away = ("end", "-5") if place > 50 else ("start", "5")
        yield tag("text", phrases.word("html.now"), x=_share(place), y="31", dx=away, text_anchor=side, class_="nowtext")
        yield tag("line", x1=_share(place), x2=_share(place), y1="18", y2="100%", class_="now")


def _line(phrases: Phrases, row: _Row, scale: Scale, marks: Sequence[Mark], now: datetime | None) -> Iterator[Markup]:
    yield tag("span", row.label, class_="name", lang=phrases.tongue(row.label))
    yield tag("span", row.when, class_="when")
    parts = [tag("line", x1=_share(one.place), x2=_share(one.place), y1="0", y2="100%", class_="grid") for one in marks]
    middle = HIGH / 2
    for start, end, kind in row.bars:
        left, right, half = scale.place(start), scale.place(end), HALVES[kind]
        wide = _share(max(right - left, 0.3))
        parts.append(tag("rect", x=_share(left), y=middle - half, width=wide, height=half * 2, class_=kind))
    if now is not None:
        parts.append(tag("line", x1=_share(scale.place(now)), x2=_share(scale.place(now)), y1="0", y2="100%", class_="now"))
    parts += _marks_of(row, scale)
    yield tag("svg", *parts, class_="track", aria_hidden="true", focusable="false")


def _marks_of(row: _Row, scale: Scale) -> Iterator[Markup]:
    """A filled diamond below the middle is proven, a hollow circle above it claimed: they differ without colour too."""
    last: dict[bool, float] = {}
    for moment, proven in sorted(row.points):
        place = scale.place(moment)
        if proven in last and place - last[proven] < NEAR:
            continue
        last[proven] = place
        if proven:
            shape = tag("path", d="M0 13l6 6l-6 6l-6 -6z", class_="proven")
            yield tag("svg", shape, x=_share(place), overflow="visible")
        else:
            yield tag("circle", cx=_share(place), cy=HIGH / 2 - 5.5, r="4.5", class_="claimed")


def _share(place: float) -> str:
    return f"{place:.2f}%"
