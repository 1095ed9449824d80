"""The time line as drawings: the signatures' times close by, then over the years with certificates, CRLs and OCSP responses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sigcheck.reporting.grouping import Group
from sigcheck.reporting.html.drawing import drawing, words_at
from sigcheck.reporting.html.markup import Markup, joined, tag
from sigcheck.reporting.html.scale import Scale, moment_of, scale_over
from sigcheck.reporting.phrases import PROVEN_BASES, Phrases
from sigcheck.verdict import ChainEntryReport, DocumentReport, SignatureReport, StatementReport

WIDTH: Final = 760.0
LABELS: Final = 232.0
ROW: Final = 26.0
MOST_ROWS: Final = 16
"""Rows of one kind; all times stand in words below the drawings."""
MOST_DOTS: Final = 40
LETTERS: Final = 34


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a drawing: bars with their kind, and points that are proven or claimed."""

    label: str
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
    rows = []
    for group in groups[:MOST_ROWS]:
        points = tuple(point for member in group.members for point in _points(member))[:MOST_DOTS]
        bands = tuple(_around(moment, tolerance) for moment, proven in points if proven) if tolerance is not None else ()
        rows.append(_Row(f"{_numbers(group)} · {_who(phrases, group.first)}", bands, points))
    moments = [moment for row in rows for moment, _ in row.points]
    margin = max(tolerance or timedelta(), timedelta(minutes=5))
    scale = scale_over(moments, report.validation_time, left=LABELS, right=WIDTH - 46, margin=margin)
    if scale is None:
        return Markup("")
    title = phrases.word("html.times-close")
    described = phrases.word("html.times-close-said")
    if tolerance is not None:
        length = phrases.catalogue.duration(int(tolerance.total_seconds()))
        described += " " + phrases.word("html.times-tolerance", tolerance=length)
    return _drawn(f"{identity}-close", title, described, phrases, rows, scale, None)


def _around(moment: datetime, tolerance: timedelta) -> tuple[datetime, datetime, str]:
    try:
        return moment - tolerance, moment + tolerance, "band"
    except OverflowError:
        return moment, moment, "band"


def _numbers(group: Group) -> str:
    last = group.number + len(group.members) - 1
    return str(group.number) if last == group.number else f"{group.number}–{last}"


def _who(phrases: Phrases, signature: SignatureReport) -> str:
    return phrases.safe(signature.signer.common_name or signature.field)


def _over_the_years(identity: str, phrases: Phrases, report: DocumentReport, groups: Sequence[Group]) -> Markup:
    points = tuple(point for group in groups for member in group.members for point in _points(member))
    certificates, statements = _certificates(report), _statements(report)
    rows = [_Row(phrases.word("html.signatures"), (), points[: MOST_DOTS * 4])]
    rows += [
        _Row(phrases.safe(entry.common_name or entry.subject), ((entry.not_before, entry.not_after, "bar"),))
        for entry in certificates[:MOST_ROWS]
    ]
    rows += [
        _Row(
            f"{one.kind.upper()} · {phrases.catalogue.fact('source', one.source, personal=phrases.personal)}",
            ((one.this_update, one.next_update or one.this_update, "thin"),),
        )
        for one in statements[:MOST_ROWS]
    ]
    moments = [moment for moment, _ in points] + [report.validation_time]
    moments += [edge for row in rows for start, end, _ in row.bars for edge in (start, end)]
    scale = scale_over(moments, report.validation_time, left=LABELS, right=WIDTH - 46, margin=timedelta(days=20))
    if scale is None:
        return Markup("")
    left_out = max(len(certificates) - MOST_ROWS, 0) + max(len(statements) - MOST_ROWS, 0)
    described = phrases.word("html.times-years-said", at=phrases.moment(report.validation_time))
    if left_out:
        described += " " + phrases.word("html.left-out", count=left_out)
    title = phrases.word("html.times-years")
    return _drawn(f"{identity}-years", title, described, phrases, rows, scale, report.validation_time)


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
    identity: str, title: str, described: str, phrases: Phrases, rows: Sequence[_Row], scale: Scale, now: datetime | None
) -> Markup:
    height = 26 + len(rows) * ROW + 8
    parts = [_grid(phrases, scale, height)]
    for number, row in enumerate(rows):
        middle = 26 + number * ROW + ROW / 2
        parts.append(words_at(6, middle + 4, row.label, most=LETTERS))
        for start, end, kind in row.bars:
            half = 10.0 if kind == "band" else 6.0 if kind == "bar" else 4.0
            left, right = scale.place(start), scale.place(end)
            parts.append(tag("rect", x=left, y=middle - half, width=max(right - left, 2.0), height=half * 2, class_=kind))
        parts += [_point(scale.place(moment), middle, proven) for moment, proven in row.points]
    if now is not None:
        x = scale.place(now)
        parts.append(tag("line", x1=x, y1=20.0, x2=x, y2=height, class_="now"))
        parts.append(tag("text", phrases.word("html.now"), x=x, y=height - 2, class_="nowtext", text_anchor="end", dx="-4"))
    return drawing(identity, title, described, WIDTH, height + 4, *parts)


def _grid(phrases: Phrases, scale: Scale, height: float) -> Markup:
    parts = []
    for x, text in scale.marks(phrases.catalogue):
        parts.append(tag("line", x1=x, y1=20.0, x2=x, y2=height, class_="grid"))
        parts.append(words_at(x, 14, text, small=True, anchor="middle"))
    parts.append(tag("line", x1=LABELS, y1=20.0, x2=WIDTH, y2=20.0, class_="axis"))
    return joined(*parts)


def _point(x: float, y: float, proven: bool) -> Markup:
    """A filled diamond is proven, a hollow circle claimed: they differ without colour too."""
    if proven:
        return tag("path", d=f"M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z", class_="proven")
    return tag("circle", cx=x, cy=y, r="4.5", class_="claimed")
