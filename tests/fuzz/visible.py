"""What a document shows to readers that share nothing with the engine: pyHanko; mutool, poppler, PDFium where installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from pdfium_viewer import installed, viewer

MOST_PAGES = 10
SECONDS = 30
_BACK = frozenset(
    {"/P", "/Parent", "/Popup", "/IRT", "/StructParent", "/StructParents", "/Annots", "/ByteRange", "/NM", "/Data", "/Tabs"}
)
"""Entries that lead back up, or number things, or decide nothing that is seen."""
_INVISIBLE = frozenset(
    {"/Pages", "/Type", "/Perms", "/AcroForm", "/DSS", "/Extensions", "/Version", "/Metadata", "/StructTreeRoot", "/MarkInfo"}
)
"""Entries of the catalog that decide nothing that is seen, or that are compared by themselves."""
OFFERED = "/Widget unsigned"
HARMLESS = frozenset({"/Link", "/Popup", ""})
"""Annotations that show nothing (docs/rules.md, 9), and references to nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A document through pyHanko's eyes."""

    pages: tuple[str, ...]
    annotations: tuple[tuple[tuple[str, str], ...], ...]
    """By page: (kind, digest)."""
    fields: tuple[tuple[str, str], ...]
    """(name, digest of value and look)."""
    catalog: tuple[tuple[str, str], ...]


def _generic() -> Any:
    """pyHanko's kinds of objects: the second reader, in tests alone."""
    return import_module("pyhanko.pdf_utils.generic")


class _Hasher:
    """A digest of a value with everything below it; loops are cut where they close."""

    def __init__(self) -> None:
        self.path: list[tuple[int, int]] = []
        self.left = 200_000

    def of(self, value: Any) -> str:
        digest = hashlib.sha256()
        for piece in self.pieces(value):
            digest.update(piece)
        return digest.hexdigest()

    def pieces(self, value: Any) -> Iterator[bytes]:
        generic = _generic()

        self.left -= 1
        if self.left < 0 or len(self.path) > 300:
            raise ValueError("too large to compare")
        if isinstance(value, generic.DecryptedObjectProxy):
            value = value.decrypted
        if isinstance(value, generic.IndirectObject):
            place = (value.idnum, value.generation)
            if place in self.path:
                yield b"^%d" % self.path.index(place)
                return
            self.path.append(place)
            yield from self.pieces(value.get_object())
            self.path.pop()
        elif isinstance(value, generic.DictionaryObject):
            yield b"<<"
            for key in sorted(k for k in value if k not in _BACK and k != "/Length" and _there(value, k)):
                yield str(key).encode()
                yield from self.pieces(value.raw_get(key))
            yield b">>"
            if isinstance(value, generic.StreamObject):
                yield bytes(value.encoded_data if value.encoded_data is not None else value.data)
        elif isinstance(value, generic.ArrayObject):
            yield b"["
            for index in range(len(value)):
                yield from self.pieces(value.raw_get(index))
                yield b","
            yield b"]"
        else:
            yield _simple(value)


def _simple(value: Any) -> bytes:
    """A value without parts, the same however it was written."""
    generic = _generic()

    if isinstance(value, generic.NullObject):
        return b"null"
    if isinstance(value, generic.FloatObject | generic.NumberObject):
        return b"%.4f" % float(value)
    if isinstance(value, generic.BooleanObject):
        return b"true" if value.value else b"false"
    if isinstance(value, generic.TextStringObject | generic.ByteStringObject):
        return b"(" + bytes(value.original_bytes) + b")"
    return type(value).__name__.encode() + repr(value).encode()


@lru_cache(maxsize=512)
def seen(content: bytes, password: str | None) -> Seen:
    """Raises whatever pyHanko raises for documents that it cannot read."""
    reader = import_module("pyhanko.pdf_utils.reader").PdfFileReader(BytesIO(content), strict=False)
    if reader.encrypted:
        reader.decrypt((password or "").encode())
    root = reader.root
    pages, annotations = [], []
    for page in _pages(root["/Pages"]):
        pages.append(_Hasher().of(page))
        found = _entry(page, "/Annots", ())
        annotations.append(tuple(sorted(_annotation(found.raw_get(index)) for index in range(len(found)))))
    catalog = tuple(
        (str(key), _Hasher().of(root.raw_get(key))) for key in sorted(root) if key not in _INVISIBLE and _there(root, key)
    )
    fields = tuple(sorted(_fields(_entry(_entry(root, "/AcroForm", {}), "/Fields", ()))))
    return Seen(tuple(pages), tuple(annotations), fields, catalog)


def _there(table: Any, key: str) -> bool:
    """The entry leads to something."""
    if key not in table:
        return False
    try:
        return type(table[key]).__name__ not in ("NullObject", "NoneType")
    except KeyError:
        return False


def _entry_text(table: Any, key: str) -> str:
    return str(table[key]) if _there(table, key) else ""


def _entry(table: Any, key: str, otherwise: Any) -> Any:
    """An entry, resolved; `otherwise` where it is missing or of another kind."""
    found = table[key] if hasattr(table, "raw_get") and key in table else None
    return found if isinstance(found, list | dict) else otherwise


def _annotation(value: Any) -> tuple[str, str]:
    table = value.get_object() if hasattr(value, "idnum") else value
    if not hasattr(table, "raw_get"):
        return "", ""
    kind = str(table.get("/Subtype", ""))
    if kind in HARMLESS and _paints(table):
        kind += " painting"
    unsigned = kind == "/Widget" and table.get("/FT") == "/Sig" and "/V" not in table
    return (OFFERED if unsigned else kind), _Hasher().of(value)


def _paints(table: Any) -> bool:
    """A link or pop-up with an appearance, or with a border thicker than the usual one point."""
    border, style = _entry(table, "/Border", []), _entry(table, "/BS", {})
    widths = [border[2] if len(border) > 2 else 0, style.get("/W", 0)]
    return "/AP" in table or any(isinstance(width, int | float) and width > 1 for width in widths)


def _pages(node: Any) -> Iterator[Any]:
    pending, count = [node], 0
    while pending and count < 500:
        table, count = pending.pop(), count + 1
        if "/Kids" in table:
            kids = table["/Kids"]
            pending += [kids[index] for index in range(len(kids) - 1, -1, -1)]
        else:
            inherited = {key: _inherited(table, key) for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate")}
            yield _with(table, {key: value for key, value in inherited.items() if value is not None})


def _inherited(table: Any, key: str) -> Any:
    for _ in range(50):
        if key in table:
            return table.raw_get(key)
        if "/Parent" not in table:
            return None
        table = table["/Parent"]
    return None


def _with(table: Any, more: dict[str, Any]) -> Any:
    generic = _generic()

    whole = {generic.NameObject(key): table.raw_get(key) for key in table}
    return generic.DictionaryObject(whole | {generic.NameObject(key): value for key, value in more.items()})


def _fields(listed: Any) -> Iterator[tuple[str, str]]:
    pending, count = [("", listed[index]) for index in range(len(listed))], 0
    while pending and count < 2_000:
        (above, table), count = pending.pop(), count + 1
        if not hasattr(table, "raw_get"):
            continue
        name = f"{above}.{_entry_text(table, '/T')}"
        kids = _entry(table, "/Kids", ())
        pending += [(name, kids[index]) for index in range(len(kids))]
        value = [_Hasher().of(table.raw_get(key)) for key in ("/V", "/AP", "/AS", "/Rect", "/F") if key in table]
        kind = "unsigned " if table.get("/FT") == "/Sig" and "/V" not in table and not kids else ""
        yield kind + name, "".join(value)


@lru_cache(maxsize=512)
def drawn(content: bytes, password: str | None, *, annotations: bool = True) -> dict[str, str]:
    """Digests of what each installed program draws and reads, by program; `failed` where one gives up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(content)
        last = f"1-{MOST_PAGES}"
        hide = [] if annotations else ["-hide-annotations"]
        upw = ["-upw", password] if password else []
        commands = {"pdftoppm": ["pdftoppm", "-q", "-r", "40", "-l", str(MOST_PAGES), *hide, *upw, str(path)]}
        if annotations:
            commands["mutool"] = [
                "mutool",
                "draw",
                "-q",
                "-r",
                "40",
                "-F",
                "pnm",
                "-o",
                "-",
                *(["-p", password] if password else []),
                str(path),
                last,
            ]
            commands["pdftotext"] = ["pdftotext", "-q", "-l", str(MOST_PAGES), *upw, str(path), "-"]
        found = {name: _output(command) for name, command in commands.items() if shutil.which(name)}
    if installed():
        found["PDFium"] = viewer().digest(content, password, annotations=annotations, pages=MOST_PAGES)
    return found


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "failed"
    return hashlib.sha256(done.stdout).hexdigest() if done.returncode == 0 else "failed"


def hidden_changes(before: Seen, after: Seen) -> list[str]:
    """What shows otherwise behind the last signature, though nothing may (docs/rules.md, 9)."""
    found = pages_changed(before, after)
    for old, new in zip(before.annotations, after.annotations, strict=False):
        gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
        found += [f"annotation gone: {kind}" for kind, _ in gone if kind not in HARMLESS]
        found += [f"annotation come: {kind}" for kind, _ in come if kind not in HARMLESS and kind != OFFERED]
    gone_fields, come_fields = set(before.fields) - set(after.fields), set(after.fields) - set(before.fields)
    found += [f"field gone: {name}" for name, _ in sorted(gone_fields)]
    found += [f"field come: {name}" for name, _ in sorted(come_fields) if not name.startswith("unsigned ")]
    if before.catalog != after.catalog:
        found.append(f"catalog: {sorted({key for key, _ in set(before.catalog) ^ set(after.catalog)})}")
    return found


def pages_changed(before: Seen, after: Seen) -> list[str]:
    """Pages that are others now, annotations apart."""
    if len(before.pages) != len(after.pages):
        return [f"pages: {len(before.pages)} -> {len(after.pages)}"]
    return [f"page {n}" for n, (old, new) in enumerate(zip(before.pages, after.pages, strict=True), 1) if old != new]
