"""The documents that are mutated: our samples, and real material where it is there. Each with its trust, policy and structure."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(HERE.parent / "samples"))

from sample_checking import ALL, content_of  # noqa: E402 - after the path is set
from sample_checking import policy as shipped  # noqa: E402 - likewise
from sample_checking import trust as sample_trust  # noqa: E402 - likewise
from updates import plain  # noqa: E402 - likewise

from sigcheck.anchors import TrustList  # noqa: E402 - likewise
from sigcheck.engine.bytesource import MemorySource  # noqa: E402 - likewise
from sigcheck.engine.gather import read_facts  # noqa: E402 - likewise
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, Reference  # noqa: E402 - likewise
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf  # noqa: E402 - likewise
from sigcheck.facts import CmsFacts, Unreadable  # noqa: E402 - likewise
from sigcheck.policy import Policy, parse_policy  # noqa: E402 - likewise
from sigcheck.trust.load import load_trust  # noqa: E402 - likewise

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
END = re.compile(rb"%%EOF[ \t]*(?:\r\n|\n|\r)?")
MOST_OBJECTS = 3_000
"""Objects of a document that edits choose from."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What the newest revision holds, for edits to choose from."""

    objects: dict[int, Any] = field(default_factory=dict)
    trailer: dict[str, Any] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    annotations: tuple[int, ...] = ()
    fields: tuple[int, ...] = ()
    signatures: tuple[int, ...] = ()
    streams: tuple[int, ...] = ()
    root: int = 0


@dataclass(frozen=True)
class Source:
    """One document and the terms under which it and its mutants are checked."""

    name: str
    content: bytes = field(repr=False)
    trust: TrustList = field(repr=False)
    policy: Policy = field(repr=False)
    password: str | None = None

    @cached_property
    def ranges(self) -> tuple[tuple[int, int, int, int], ...]:
        """Every ByteRange written in the plain bytes that fits the file."""
        found = []
        for match in RANGE.finditer(self.content):
            a, b, c, d = (int(number) for number in match.groups())
            if 0 <= a <= a + b <= c <= c + d <= len(self.content) and d:
                found.append((a, b, c, d))
        return tuple(found)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Behind each %%EOF."""
        return tuple(match.end() for match in END.finditer(self.content))

    @cached_property
    def structure(self) -> Structure:
        return _structure(self.content, self.password)


def _structure(content: bytes, password: str | None) -> Structure:
    pdf = open_pdf(MemorySource(content), password=password)
    if not isinstance(pdf, PdfFile):
        return Structure()
    last = len(pdf.revisions)
    numbers: dict[int, None] = {}
    for revision in range(1, last + 1):
        numbers |= dict.fromkeys(pdf.section(revision))
    objects = {}
    for number in sorted(numbers)[:MOST_OBJECTS]:
        entry = pdf.entry(number, last)
        if number == 0 or entry is None or entry.kind == "free":
            continue
        try:
            value = plain(pdf.get(Reference(number, entry.generation if entry.kind == "offset" else 0), last))
        except (PdfDamaged, LimitReached):
            continue
        if value is not None:
            objects[number] = value
    trailer = {str(k): plain(v) for k, v in pdf.trailer(last).items()}
    root = trailer.get("Root")
    tables = {number: value if isinstance(value, dict) else getattr(value, "dictionary", {}) for number, value in objects.items()}
    return Structure(
        objects,
        trailer,
        pages=tuple(n for n, t in tables.items() if t.get("Type") == "Page"),
        annotations=tuple(n for n, t in tables.items() if "Rect" in t and "Subtype" in t),
        fields=tuple(n for n, t in tables.items() if "FT" in t),
        signatures=tuple(n for n, t in tables.items() if "ByteRange" in t),
        streams=tuple(n for n, value in objects.items() if not isinstance(value, dict | list) and n in tables and tables[n]),
        root=root.number if isinstance(root, Reference) else 0,
    )


def sample_sources() -> tuple[Source, ...]:
    """All samples, under `archive`."""
    trust, archive = sample_trust(), shipped("archive")
    return tuple(Source(sample.name, content_of(sample), trust, archive, sample.password) for sample in ALL)


def open_corpus_sources(shared: Path, largest: int) -> tuple[Source, ...]:
    """Other validators' files: everything that they embed is an anchor, and later changes are refused."""
    rows = json.loads((shared / "corpora" / "open" / "manifest.json").read_text("utf-8"))
    path = ROOT / "tests" / "conformance" / "open-corpus-policy.toml"
    policy = replace(parse_policy(path.read_text("utf-8"), name=path.stem), changes_after_last_signature="refuse")
    contents = {row["id"]: ((shared / "corpora" / "open" / row["file"]).read_bytes(), row.get("password")) for row in rows}
    with tempfile.TemporaryDirectory() as folder:
        for content, password in contents.values():
            for sha256, der in _certificates(content, password):
                (Path(folder) / f"{sha256}.der").write_bytes(der)
        trust = load_trust(folder=Path(folder))
    return tuple(Source(name, c, trust, policy, password) for name, (c, password) in contents.items() if len(c) <= largest)


def _certificates(content: bytes, password: str | None) -> Iterator[tuple[str, bytes]]:
    facts = read_facts(MemorySource(content), password=password)
    if isinstance(facts, Unreadable):
        return
    for signature in facts.signatures:
        for certificate in (
            *signature.certificates,
            *(signature.cms.certificates if isinstance(signature.cms, CmsFacts) else ()),
        ):
            yield certificate.sha256, certificate.der


def genuine_sources(shared: Path, largest: int) -> tuple[Source, ...]:
    """Documents of government bodies under the shipped trust list."""
    trust, archive = load_trust(folder=ROOT / "trust"), shipped("archive")
    files = sorted((shared / "vietnam").glob("*.pdf"))
    return tuple(Source(f.stem, f.read_bytes(), trust, archive) for f in files if f.stat().st_size <= largest)


def all_sources(shared: Path = SHARED, largest: int = 400_000) -> tuple[Source, ...]:
    """Samples, and what lies in the shared folder when it is there, up to `largest` bytes a document."""
    if not shared.is_dir():
        return sample_sources()
    return (*sample_sources(), *open_corpus_sources(shared, largest), *genuine_sources(shared, 4 * largest))
