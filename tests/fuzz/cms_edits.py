"""What may be done to a CMS object in /Contents: tags, lengths, parts left out, doubled, exchanged with another document's."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

_DEEPEST = 40
TIMESTAMP = bytes.fromhex("060b2a864886f70d010910020e")
"""The OID of the signature time-stamp attribute, with tag and length."""


@dataclass
class Node:
    """One ASN.1 value; `parts` where it is constructed."""

    tag: bytes
    value: bytes = b""
    parts: list[Node] | None = None
    length: bytes | None = None
    """Written instead of the right one."""

    def octets(self) -> bytes:
        body = self.value if self.parts is None else b"".join(part.octets() for part in self.parts)
        return self.tag + (_length(len(body)) if self.length is None else self.length) + body


@dataclass
class Place:
    """A node, what holds it, and where."""

    node: Node
    holder: Node
    index: int = field(default=0)


def _length(count: int) -> bytes:
    if count < 128:
        return bytes([count])
    octets = count.to_bytes((count.bit_length() + 7) // 8)
    return bytes([0x80 | len(octets)]) + octets


def parse(octets: bytes, depth: int = 0) -> list[Node] | None:
    """DER values in a row; None for anything else, indefinite lengths included."""
    found, at = [], 0
    while at < len(octets):
        if octets[at] & 0x1F == 0x1F or at + 2 > len(octets):
            return None
        first, start = octets[at + 1], at + 2
        if first & 0x80:
            count = first & 0x7F
            if not 1 <= count <= 4:
                return None
            first, start = int.from_bytes(octets[start : start + count]), start + count
        if start + first > len(octets):
            return None
        tag, value = octets[at : at + 1], octets[start : start + first]
        parts = parse(value, depth + 1) if tag[0] & 0x20 and depth < _DEEPEST else None
        found.append(Node(tag, value, parts))
        at = start + first
    return found


def outermost(octets: bytes) -> tuple[Node, int] | None:
    """The first value, with its length in octets: what /Contents holds before its padding."""
    if len(octets) < 4 or octets[0] != 0x30 or not 0x81 <= octets[1] <= 0x84:
        return None
    count = octets[1] & 0x7F
    end = 2 + count + int.from_bytes(octets[2 : 2 + count])
    nodes = parse(octets[:end]) if end <= len(octets) else None
    return (nodes[0], end) if nodes and nodes[0].parts else None


def places(root: Node) -> list[Place]:
    """Every value below `root`."""
    found, pending = [], [root]
    while pending:
        holder = pending.pop()
        for index, node in enumerate(holder.parts or ()):
            found.append(Place(node, holder, index))
            pending.append(node)
    return found


def _same_kind(places_here: list[Place], other: list[Place], chance: Random) -> tuple[Place, Place] | None:
    """A value here and one of another document with the same tag; certificates and tokens are found so, too."""
    one = chance.choice(places_here)
    alike = [p for p in other if p.node.tag == one.node.tag and (p.node.parts is None) == (one.node.parts is None)]
    size = len(one.node.value)
    near = [p for p in alike if size // 2 <= len(p.node.value) <= 2 * size + 8]
    return (one, chance.choice(near or alike)) if alike else None


def exchange(root: Node, other: Node, chance: Random) -> None:
    """A part of the same kind from another document's CMS: a certificate, a token, an attribute, an algorithm."""
    here, there = places(root), places(other)
    if chance.random() < 0.6:
        here, there = ([place for place in found if len(place.node.value) > 200] for found in (here, there))
    pair = _same_kind(here, there, chance) if here else None
    if pair:
        pair[0].holder.parts[pair[0].index] = deepcopy(pair[1].node)  # type: ignore[index] # a holder has parts


def attribute_set(root: Node, number: int) -> Node | None:
    """The signer info's signed (0) or unsigned (1) attributes."""
    for place in places(root):
        if place.node.tag == bytes([0xA0 | number]) and place.node.parts and place.index >= 3:
            first = place.node.parts[0]
            if first.tag == b"\x30" and first.parts and first.parts[0].tag == b"\x06":
                return place.node
    return None


def attributes(root: Node, other: Node, chance: Random) -> None:
    """An attribute doubled, removed, moved to the other set, or taken from another document."""
    here, there = attribute_set(root, chance.choice((0, 1, 1))), attribute_set(other, 1)
    if here is None or not here.parts:
        return
    match chance.randrange(5):
        case 0:
            here.parts.append(deepcopy(chance.choice(here.parts)))
        case 1:
            here.parts.pop(chance.randrange(len(here.parts)))
        case 2 if there is not None and there.parts:
            here.parts = deepcopy(there.parts)
        case 3 if there is not None and there.parts:
            here.parts.append(deepcopy(chance.choice(there.parts)))
        case _:
            chance.shuffle(here.parts)


def change(root: Node, other: Node, chance: Random) -> None:
    """One change somewhere in the CMS object."""
    kind = chance.randrange(11)
    place = chance.choice(places(root))
    parts = place.holder.parts
    assert parts is not None
    match kind:
        case 0:
            place.node.tag = bytes(
                [chance.choice((chance.randrange(256), place.node.tag[0] ^ 0x20, 0x30, 0x31, 0xA0, 0x05, 0x04))]
            )
        case 1:
            wrong = (b"\x80", b"\x00", b"\x84\xff\xff\xff\xff", b"\x81\x05", b"\x7f", b"\x89" + b"\xff" * 9, b"\xff")
            place.node.length = chance.choice(wrong)
        case 2 if place.node.parts is None and place.node.value:
            value = bytearray(place.node.value)
            value[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
            place.node.value = bytes(value)
        case 3 if place.node.parts is None:
            place.node.value = chance.choice((b"", b"\x00", place.node.value * 2, place.node.value[:-1], b"\xff" * 20))
        case 4:
            parts.pop(place.index)
        case 5:
            parts.insert(place.index, deepcopy(place.node))
        case 6:
            chance.shuffle(parts)
        case 7:
            exchange(root, other, chance)
        case 8 | 9:
            attributes(root, other, chance)
        case _:
            identifiers = [p.node for p in places(root) if p.node.tag == b"\x06"]
            elsewhere = [p.node for p in places(other) if p.node.tag == b"\x06"]
            if identifiers and elsewhere:
                chance.choice(identifiers).value = chance.choice(elsewhere).value


def mutate_cms(octets: bytes, other: bytes, chance: Random) -> bytes | None:
    """The CMS object with one to three changes; None where there is no DER to change."""
    mine, theirs = outermost(octets), outermost(other)
    if mine is None or theirs is None:
        return None
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if mine[0].parts:
            change(mine[0], theirs[0], chance)
    return mine[0].octets()
