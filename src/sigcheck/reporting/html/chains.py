"""The certification paths as one tree: what several signatures share is drawn once, listed and proven links told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sigcheck.reporting.html.drawing import drawing, words_at
from sigcheck.reporting.html.markup import Markup, tag
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import ChainEntryReport, DocumentReport

WIDTH: Final = 760.0
ROW: Final = 46.0
STEP: Final = 34.0
MOST_NODES: Final = 60
"""Certificates drawn; the cards have every path."""


@dataclass(slots=True)
class _Node:
    entry: ChainEntryReport
    below: list[tuple[str, str | None]] = field(default_factory=list)
    """Keys of the certificates that hang on this one, and by which kind of link."""
    signs: list[str] = field(default_factory=list)
    has_parent: bool = False


def chain_drawing(identity: str, phrases: Phrases, report: DocumentReport) -> Markup:
    """Nothing where no path is known."""
    nodes = _nodes(phrases, report)
    if not nodes:
        return Markup("")
    placed = list(_placed(nodes))[:MOST_NODES]
    rows = {key: number for number, (key, _, _) in enumerate(placed)}
    parts: list[Markup] = []
    for number, (key, depth, link) in enumerate(placed):
        x, y = 8 + depth * STEP, 8 + number * ROW
        parent = next((other for other, node in nodes.items() if any(k == key for k, _ in node.below)), None)
        if parent is not None and parent in rows:
            top = 8 + rows[parent] * ROW + 36
            kind = "link" if link == "signature" else "link listed"
            parts.append(tag("path", d=f"M{x - STEP / 2:.1f} {top:.1f}V{y + 18:.1f}H{x:.1f}", class_=kind))
        parts += _drawn(phrases, nodes[key], x, y)
    height = len(placed) * ROW + 8
    described = phrases.word("html.chains-said")
    if len(placed) < len(nodes):
        described += " " + phrases.word("html.left-out", count=len(nodes) - len(placed))
    return drawing(f"{identity}-chains", phrases.word("html.chains"), described, WIDTH, height, *parts)


def _drawn(phrases: Phrases, node: _Node, x: float, y: float) -> Iterator[Markup]:
    entry = node.entry
    anchor = entry.role == "anchor"
    yield tag("rect", x=x, y=y, width=WIDTH - x - 8, height=36.0, rx="5", class_="anchor" if anchor else "node")
    room = int((WIDTH - x - 24) / 6.6)
    yield words_at(x + 8, y + 15, phrases.safe(entry.common_name or entry.subject), most=room)
    said = [f"{entry.not_before.year}–{entry.not_after.year}"]
    if anchor:
        said.append(phrases.word("link.anchor"))
    if node.signs:
        said.append(phrases.word("html.signs", fields=_listed(node.signs)))
    yield words_at(x + 8, y + 30, " · ".join(said), most=room, small=True)


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]} ({len(names)})"


def _nodes(phrases: Phrases, report: DocumentReport) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    for signature in report.signatures:
        _take(nodes, signature.chain, phrases.safe(signature.field))
        for stamp in signature.times.timestamps:
            of_stamp = signature.kind == "document-timestamp"
            _take(nodes, stamp.chain, phrases.safe(signature.field) if of_stamp else phrases.word("html.timestamps"))
    return nodes


def _take(nodes: dict[str, _Node], chain: list[ChainEntryReport], name: str) -> None:
    """A path into the tree. A certificate hangs where it was met first, and never below itself."""
    keys = [entry.sha256 or f"{entry.subject} {entry.not_before}" for entry in chain]
    for key, entry in zip(keys, chain, strict=True):
        nodes.setdefault(key, _Node(entry))
    if keys and name not in nodes[keys[0]].signs:
        nodes[keys[0]].signs.append(name)
    for below, above, entry in zip(keys, keys[1:], chain, strict=False):
        if not nodes[below].has_parent and below != above and not _hangs_on(nodes, above, below):
            nodes[below].has_parent = True
            nodes[above].below.append((below, entry.link))


def _hangs_on(nodes: dict[str, _Node], key: str, other: str) -> bool:
    """Whether `key` stands somewhere below `other`."""
    waiting = [other]
    while waiting:
        one = waiting.pop()
        if one == key:
            return True
        waiting += [below for below, _ in nodes[one].below]
    return False


def _placed(nodes: dict[str, _Node]) -> Iterator[tuple[str, int, str | None]]:
    """Every certificate, those above first: its key, its depth, and the link it hangs by."""
    waiting: list[tuple[str, int, str | None]] = [(key, 0, None) for key, node in reversed(nodes.items()) if not node.has_parent]
    while waiting:
        key, depth, link = waiting.pop()
        yield key, depth, link
        waiting += [(below, min(depth + 1, 8), kind) for below, kind in reversed(nodes[key].below)]
