"""The certification paths as one tree: what several signatures share is drawn once, listed and proven links told apart.

The tree is a list within lists, drawn with the borders of its entries: it wraps on a phone and is read aloud as what it is.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

from sigcheck.reporting.html.markup import Markup, tag
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import ChainEntryReport, DocumentReport

MOST_NODES: Final = 60
"""Certificates drawn; the cards have every path."""
DEEPEST: Final = 8


class _Node(Struct):
    entry: ChainEntryReport
    below: list[tuple[str, str | None]] = field(default_factory=list)
    """Keys of the certificates that hang on this one, and by which kind of link."""
    signs: list[str] = field(default_factory=list)
    has_parent: bool = False


class _Tree:
    """What is drawn of the nodes, and how many are left."""

    def __init__(self, phrases: Phrases, nodes: dict[str, _Node]) -> None:
        self.phrases = phrases
        self.nodes = nodes
        self.room = MOST_NODES

    def branches(self, children: list[tuple[str, str | None]], depth: int) -> Markup | None:
        """The certificates that hang on one, alike ones as one entry; nothing below the deepest."""
        alike: dict[tuple[str | None, str], list[str]] = {}
        for key, link in children:
            node = self.nodes[key]
            alike.setdefault((link, key if node.below else node.entry.common_name or node.entry.subject), []).append(key)
        entries = []
        for (link, _), keys in alike.items():
            if self.room <= 0:
                break
            self.room -= 1
            below = self.branches(self.nodes[keys[0]].below, depth + 1) if depth < DEEPEST else None
            kind = {None: "top", "signature": "proven-link"}.get(link, "listed-link")
            entries.append(tag("li", self._node(keys, link), below, class_=kind))
        return tag("ul", *entries, class_="tree" if not depth else None) if entries else None

    def _node(self, keys: list[str], link: str | None) -> Markup:
        """Name, period, what it signs, and in words how it hangs on the one above."""
        phrases, ones = self.phrases, [self.nodes[key] for key in keys]
        entry = ones[0].entry
        years = f"{min(one.entry.not_before.year for one in ones)}–{max(one.entry.not_after.year for one in ones)}"
        said = [f"{years} ({len(ones)})" if len(ones) > 1 else years]
        signs = [name for one in ones for name in one.signs]
        if signs:
            said.append(phrases.word("html.signs", fields=_listed(signs)))
        if entry.role == "anchor":
            how = phrases.word("link.anchor")
        elif link is None:
            how = phrases.word("link.missing")
        else:
            how = phrases.word("html.link-proven" if link == "signature" else "html.link-listed")
        called = phrases.safe(entry.common_name or entry.subject)
        name = tag("strong", called, lang=phrases.tongue(called))
        kind = "node anchor" if entry.role == "anchor" else "node"
        return tag(
            "div", name, " ", tag("span", " · ".join(said), class_="dim"), " ", tag("span", how, class_="tag"), class_=kind
        )


def chain_drawing(identity: str, phrases: Phrases, report: DocumentReport) -> Markup:
    """Nothing where no path is known."""
    nodes = _nodes(phrases, report)
    tree = _Tree(phrases, nodes)
    drawn = tree.branches([(key, None) for key, node in nodes.items() if not node.has_parent], 0)
    if drawn is None:
        return Markup("")
    said = phrases.word("html.chains-said")
    if tree.room <= 0 and len(nodes) > MOST_NODES:
        said += " " + phrases.word("html.left-out", count=len(nodes) - MOST_NODES)
    caption = tag("figcaption", said, id=f"{identity}-chains")
    return tag("figure", drawn, caption, aria_labelledby=f"{identity}-chains")


def _listed(names: list[str]) -> str:
    once = list(dict.fromkeys(names))
    return ", ".join(once) if len(once) <= 3 else f"{once[0]} … {once[-1]} ({len(once)})"


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
