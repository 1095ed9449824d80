"""Mutants of signed documents, each made from a seed alone: the same seed and sources give the same bytes.

One to three steps a mutant: octets, numbers, keys, the CMS object, the order of revisions, an appended revision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from cms_edits import mutate_cms
from draft import Draft
from object_edits import EDITS
from resigning import resign
from section_edits import SECTION_EDITS
from sources import Source
from spelling_edits import SPELLING_EDITS
from updates import Update, append

NUMBERS = re.compile(
    rb"(?:/(?:ByteRange|Length|Prev|Size|XRefStm|W|Index|N|First|Count|P|V|R|Columns|Predictor)\s*\[?[\d\s]*?|startxref\s+|xref\s+(?:\d+\s+)?)(\d+)"
)
KEYS = re.compile(
    rb"/(?:ByteRange|Contents|SubFilter|Filter|Type|AcroForm|Fields|Kids|Annots|Perms|Root|Prev|XRefStm|Size|FT|V|T|M|Length|"
    rb"W|Index|DSS|Reference|DocMDP|Parent|Pages|Page|Sig|Encrypt|ID|Info|P|AP|N|Rect|FlateDecode|ObjStm|XRef)\b"
)
WORDS = re.compile(rb"%PDF-|%%EOF|startxref|xref|trailer|endobj|\bobj\b|endstream|stream|<<|>>|\bR\b")
STYLES = ("table", "table", "table", "stream", "stream", "hybrid")


_PREFERENCE = {"valid": 12.0, "unsigned": 0.7, "unreadable": 0.7}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document that differs from its source, and how it came to be."""

    source: Source
    content: bytes = field(repr=False)
    steps: tuple[str, ...]
    signed_by_us: tuple[tuple[int, int, int, int], ...] = ()
    """ByteRanges of signatures that the mutator itself made over what it had changed."""


@dataclass
class Pool:
    """The sources with their weights: a large document is chosen less often, one that is valid as it stands more often."""

    sources: Sequence[Source]
    states: Sequence[str]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        sure = (_PREFERENCE.get(state, 2.0) for state in self.states)
        self.weights = tuple(s * 1e5 / (3e4 + len(source.content)) for s, source in zip(sure, self.sources, strict=True))

    def choose(self, chance: Random) -> Source:
        return chance.choices(self.sources, self.weights)[0]


Step = Callable[[Draft, Source, Pool], None]


def octets(draft: Draft, _source: Source, _pool: Pool) -> None:
    """One to four octets changed, anywhere or in the words that hold a PDF together."""
    content, chance = bytearray(draft.content), draft.chance
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(content))
        if chance.random() < 0.6:
            found = (KEYS if chance.random() < 0.6 else WORDS).search(content, at)
            at = chance.randrange(*found.span()) if found else at
        content[at] = chance.choice((chance.randrange(256), content[at] ^ 1 << chance.randrange(8), 0x20, 0x00, 0x2F, 0x28, 0x3C))
    draft.content = bytes(content)


def piece(draft: Draft, _source: Source, pool: Pool) -> None:
    """A piece left out, doubled, moved, or taken from another document."""
    content, chance = draft.content, draft.chance
    start = chance.randrange(len(content))
    length = min(len(content) - start, int(2 ** (chance.random() * 12)))
    other = pool.choose(chance).content
    there = chance.randrange(len(other))
    taken = content[start : start + length]
    match chance.randrange(5):
        case 0:
            draft.content = content[:start] + content[start + length :]
        case 1:
            draft.content = content[: start + length] + taken + content[start + length :]
        case 2:
            draft.content = content[:start] + other[there : there + length] + content[start + length :]
        case 3:
            draft.content = (
                content[:start] + bytes(chance.choice((0x20, 0x0A, 0x00)) for _ in range(min(length, 40))) + content[start:]
            )
        case _:
            left = content[:start] + content[start + length :]
            draft.content = left[:there] + taken + left[there:]


def truncated(draft: Draft, source: Source, _pool: Pool) -> None:
    """Cut off anywhere, at a revision's end, or a few octets beside it."""
    chance, content = draft.chance, draft.content
    at = chance.randrange(1, len(content))
    if source.ends and chance.random() < 0.7:
        at = max(1, chance.choice(source.ends) + chance.choice((0, 0, 0, -1, -2, 1, 2, 7)))
    draft.content = content[:at]


def behind(draft: Draft, _source: Source, pool: Pool) -> None:
    """Something behind the end: white space, text, an object, another document, a number where one was expected."""
    chance, other = draft.chance, pool.choose(draft.chance).content
    root = draft.structure.root
    things = (
        b"\n \r\n\t",
        b"\x00" * 100,
        b"Server Error in '/' Application.",
        b"\n%d 0 obj\n<</Type/Catalog>>\nendobj\n" % root,
        other,
        other[-2000:],
        b"\nstartxref\n%d\n%%%%EOF\n" % chance.randrange(len(draft.content)),
        b"\nxref\n0 1\n0000000000 65535 f\r\ntrailer\n<</Root %d 0 R/Size 9>>\nstartxref\n%d\n%%%%EOF"
        % (root, len(draft.content) + 1),
        b"%%EOF\n",
    )
    draft.content += chance.choice(things)


def in_front(draft: Draft, _source: Source, pool: Pool) -> None:
    chance = draft.chance
    draft.content = (
        chance.choice((b"\n", b"junk\n" * 9, b"\x00" * 1000, b"%PDF-1.4\n", pool.choose(chance).content[:900])) + draft.content
    )


def number(draft: Draft, _source: Source, _pool: Pool) -> None:
    """A number that structure hangs on: ByteRange, lengths, offsets."""
    chance, content = draft.chance, draft.content
    found = list(NUMBERS.finditer(content, 0 if chance.random() < 0.5 else len(content) // 2))
    for match in chance.sample(found, min(len(found), chance.choice((1, 1, 2)))):
        old = int(match[1])
        others = (
            old + 1,
            old - 1,
            0,
            -1,
            old * 2,
            2**31,
            2**63,
            10**30,
            len(content),
            chance.randrange(len(content)),
            int(chance.choice(found)[1]),
        )
        new = b"%d" % chance.choice(others)
        if chance.random() < 0.6:
            new = new.zfill(len(match[1]))[-len(match[1]) :]
        draft.content = content[: match.start(1)] + new + content[match.end(1) :]


def key(draft: Draft, _source: Source, _pool: Pool) -> None:
    """A key renamed, doubled with another value, or turned into another."""
    chance, content = draft.chance, draft.content
    found = list(KEYS.finditer(content))
    if not found:
        return
    match, other = chance.choice(found), chance.choice(found)
    place = content[match.end() : match.end() + chance.choice((4, 12, 40))]
    news = (
        match[0][:-1] + b"X",
        other[0],
        match[0] + b" " + chance.choice((b"null", b"0", b"[0 0 0 0]", b"<>", b"()", b"1 0 R", b"<<>>")) + match[0],
        match[0] + place.split(b"/")[0] + match[0],
        b"/#" + match[0][1:2].hex().encode() + match[0][2:],
    )
    draft.content = content[: match.start()] + chance.choice(news) + content[match.end() :]


def contents(draft: Draft, source: Source, pool: Pool) -> None:
    """The hexadecimal token in a gap: its CMS changed, or spelled otherwise, or another document's."""
    chance, whole = draft.chance, draft.content
    gaps = [(a + b, c) for a, b, c, _ in source.ranges if c <= len(whole) and whole[a + b : a + b + 1] == b"<"]
    if not gaps:
        return octets(draft, source, pool)
    start, end = chance.choice(gaps)
    room = (end - start - 2) // 2
    mine, theirs = _unhex(whole[start:end]), _foreign(pool, chance)
    new = None
    if chance.random() < 0.8:
        new = mutate_cms(mine, theirs, chance)
    elif chance.random() < 0.5:
        new = theirs
    elif chance.random() < 0.5:
        new = mine.rstrip(b"\x00") + chance.choice((b"\x00", b"A", b"0\x03\x02\x01\x00", theirs[:40]))
    if new is None:
        spelled = whole[start + 1 : end - 1]
        odd = chance.choice(
            (
                spelled.upper(),
                spelled.lower(),
                spelled[:-2] + b" \n",
                spelled[:-1] + b">",
                b"zz" + spelled[2:],
                b"(" + spelled[1:],
            )
        )
    else:
        odd = new.hex().encode().ljust(2 * room, b"0")
        odd = odd[: end - start - 2] if chance.random() < 0.97 else odd
    draft.content = whole[: start + 1] + odd + whole[end - 1 :]
    return None


def _unhex(token: bytes) -> bytes:
    digits = re.sub(rb"[^0-9a-fA-F]", b"", token)
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def _foreign(pool: Pool, chance: Random) -> bytes:
    """Another document's /Contents."""
    for _ in range(8):
        other = pool.choose(chance)
        if other.ranges:
            a, b, c, _ = chance.choice(other.ranges)
            return _unhex(other.content[a + b : c])
    return b"\x30\x03\x02\x01\x00"


def revisions(draft: Draft, source: Source, pool: Pool) -> None:
    """Revisions dropped, doubled, reordered, or another document's behind ours."""
    chance, content = draft.chance, draft.content
    cuts = [0, *(end for end in source.ends if end < len(content)), len(content)]
    parts = [content[a:b] for a, b in pairwise(cuts)]
    other = pool.choose(chance)
    match chance.randrange(5):
        case 0:
            parts.pop(chance.randrange(len(parts)))
        case 1:
            parts.insert(chance.randrange(len(parts) + 1), chance.choice(parts))
        case 2:
            tail = parts[1:]
            chance.shuffle(tail)
            parts = parts[:1] + tail
        case 3:
            parts = [*parts[: chance.randrange(1, len(parts) + 1)], other.content[other.ends[0] if other.ends else 0 :]]
        case _:
            parts = [other.content[: chance.choice(other.ends or (0,))], *parts]
    draft.content = b"".join(parts) or b"%PDF-1.7\n"


def update(draft: Draft, _source: Source, _pool: Pool) -> None:
    """An appended revision with one to three edits, written in any style, rarely with a section that is not sound."""
    chance = draft.chance
    draft.update = Update(style=chance.choice(STYLES), compressed=chance.random() < 0.4)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        edit = chance.choice(chance.choices((EDITS, SECTION_EDITS, SPELLING_EDITS), (5, 3, 3))[0])
        draft.steps.append(edit.__name__)
        edit(draft)
    written = draft.update
    if chance.random() < 0.1:
        written.startxref = chance.choice((0, len(draft.content), chance.randrange(len(draft.content)), 2**40))
    if chance.random() < 0.05:
        written.end = chance.choice((b"", b"%%EOF", b"%%EOF\n\n\n", b"%%EO", b"%%EOF junk"))
    if chance.random() < 0.05:
        written.style = "none"
    if chance.random() < 0.1 and written.objects:
        written.hidden = (chance.choice(tuple(written.objects)),)
    draft.content = append(draft.content, written, draft.trailer)
    draft.objects |= {n: value for n, value in written.objects.items() if value is not None}
    draft.trailer |= {k: v for k, v in written.trailer.items() if k in ("Root", "Info") and v is not None}


STEPS: tuple[tuple[Step, float], ...] = (
    (octets, 2.0),
    (piece, 1.5),
    (truncated, 0.7),
    (behind, 0.7),
    (in_front, 0.2),
    (number, 1.5),
    (key, 1.5),
    (contents, 3.0),
    (revisions, 1.0),
    (update, 7.0),
)
_CHOICES, _WEIGHTS = zip(*STEPS, strict=True)


def mutate(pool: Pool, seed: int | str, *, updates_alone: bool = False) -> Mutant:
    """The mutant of this seed. `updates_alone`: the signed bytes stay, revisions come behind them."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    source = pool.choose(chance)
    structure = source.structure
    draft = Draft(chance, source.content or b"\n", structure, dict(structure.objects), dict(structure.trailer))
    steps = [update] if updates_alone else chance.choices(_CHOICES, _WEIGHTS, k=chance.choice((1, 1, 1, 2, 3)))
    for step in steps:
        draft.steps.append(step.__name__)
        step(draft, source, pool)
    ours: tuple[tuple[int, int, int, int], ...] = ()
    prepared = "planted" in draft.steps
    if chance.random() < (0.9 if prepared else 0.04) and structure.pages and source.password is None:
        draft.steps.append("resign")
        ours = resign(draft)
        if chance.random() < (0.9 if prepared else 0.3):
            draft.steps.append("update")
            update(draft, source, pool)
    return Mutant(source, draft.content or b"\n", tuple(draft.steps), ours)
