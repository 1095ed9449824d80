"""What `sigcheck blocks` prints: the signing blocks of a PDF or of extracted text. Each says that it proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions

if TYPE_CHECKING:
    from sigcheck.facts import SigningBlock, Unreadable

PROVES: Final = "nothing"
_BLOCK_FIELDS: Final = (
    "contact_info",
    "claimed_time",
    "claimed_time_as_written",
    "location",
    "reason",
    "name",
    "signer_name",
    "signer_email",
)
"""The texts of a block in JSON, each possibly null."""


class DocumentBlocks(Struct, frozen=True):
    """The blocks of one document, in the order found, or the reason why it could not be read."""

    path: str
    sha256: str | None
    source: Literal["pdf", "text"]
    blocks: tuple[SigningBlock, ...]
    unreadable: Unreadable | None = None


def blocks_object(found: DocumentBlocks, *, personal: bool = False) -> dict[str, Any]:
    """One document's blocks as plain JSON values."""
    from sigcheck.reporting.json_report import make_safe, with_path_bytes  # noqa: PLC0415 - text output does without it

    written: dict[str, Any] = {
        "document": {"path": found.path, "sha256": found.sha256},
        "source": found.source,
        "proves": PROVES,
        "blocks": [_block(block) for block in found.blocks],
    }
    if found.unreadable is not None:
        written["unreadable"] = {"reason": str(found.unreadable.reason), "detail": found.unreadable.detail}
    make_safe(written, personal=personal)
    written["document"] = with_path_bytes(written["document"], found.path)
    return written


def _block(block: SigningBlock) -> dict[str, Any]:
    time = block.claimed_time
    return {
        "contact_info": block.contact_info,
        "claimed_time": None if time is None else time.iso,
        "claimed_time_as_written": None if time is None else time.raw,
        "location": block.location,
        "reason": block.reason,
        "name": block.name,
        "signer_name": block.signer_name,
        "signer_email": block.signer_email,
        "trial": block.trial,
    }


def blocks_schema() -> dict[str, Any]:
    """The JSON Schema of `sigcheck blocks --format json`: always an array."""
    from sigcheck.facts import UnreadableReason  # noqa: PLC0415 - only the schema asks
    from sigcheck.reporting.json_report import PATH_BYTES, SCHEMA_DIALECT  # noqa: PLC0415 - as above

    text, text_or_null = {"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}
    block = dict.fromkeys(_BLOCK_FIELDS, text_or_null) | {"trial": {"type": "boolean"}}
    document = _object({"path": text, "path_bytes": PATH_BYTES, "sha256": text_or_null}, optional=("path_bytes",))
    properties = {
        "document": document,
        "source": {"enum": ["pdf", "text"]},
        "proves": {"enum": [PROVES]},
        "blocks": {"type": "array", "items": {"$ref": "#/$defs/Block"}},
        "unreadable": _object({"reason": {"enum": [str(reason) for reason in UnreadableReason]}, "detail": text}),
    }
    return {
        "$schema": SCHEMA_DIALECT,
        "title": "sigcheck blocks",
        "type": "array",
        "items": {"$ref": "#/$defs/DocumentBlocks"},
        "$defs": {"DocumentBlocks": _object(properties, optional=("unreadable",)), "Block": _object(block)},
    }


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [name for name in properties if name not in optional]}


def _json(documents: Iterable[DocumentBlocks], options: ReportOptions) -> Iterator[str]:
    """Always an array, complete at its end."""
    from sigcheck.reporting.json_report import as_text  # noqa: PLC0415 - text output does without it

    yield as_text([blocks_object(found, personal=options.personal) for found in documents]) + "\n"


def _text(documents: Iterable[DocumentBlocks], options: ReportOptions) -> Iterator[str]:
    for number, found in enumerate(documents):
        yield ("\n" if number else "") + _text_of(found, options)


def _text_of(found: DocumentBlocks, options: ReportOptions) -> str:
    from sigcheck.reporting.page import Page  # noqa: PLC0415 - rich is loaded only for people

    catalogue, page = load_catalogue(options.language), Page(options)
    path = shown(found.path, personal=options.personal)
    if found.unreadable is not None:
        page.line(
            catalogue.word("blocks.unreadable", path=path, reason=catalogue.fact("reason", str(found.unreadable.reason))),
            style="bold",
        )
        return page.text()
    page.line(catalogue.word("blocks.title" if found.blocks else "blocks.none", count=len(found.blocks), path=path), style="bold")
    if not found.blocks:
        if found.source == "pdf":
            page.line(catalogue.word("blocks.none-proves"), indent=2)
        return page.text()
    page.line(catalogue.word(f"blocks.{found.source}-proves"), indent=2)
    for number, block in enumerate(found.blocks, start=1):
        page.blank()
        trial = f" – {catalogue.word('blocks.trial')}" if block.trial else ""
        page.line(catalogue.word("blocks.block", number=number) + trial, style="bold", indent=2)
        for key, value in _rows(block, catalogue):
            page.field(catalogue.word(key), shown(value, personal=options.personal), indent=4)
        page.line(catalogue.word("blocks.proves-nothing"), indent=4, style="dim")
    return page.text()


def _rows(block: SigningBlock, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Labels and values of the entries that are there, without blank edges, in the order of extracted text."""
    signer = " ".join(part for part in (block.signer_name, f"<{block.signer_email}>" if block.signer_email else None) if part)
    rows = (
        ("label.block-contact", block.contact_info),
        ("label.block-time", _time(block, catalogue)),
        ("label.block-location", block.location),
        ("label.block-name", block.name),
        ("label.block-reason", block.reason),
        ("blocks.signer", signer or None),
    )
    return ((key, value.strip()) for key, value in rows if value and value.strip())


def _time(block: SigningBlock, catalogue: Catalogue) -> str | None:
    """The claimed time as people read it; what cannot be read stays as it was written."""
    time = block.claimed_time
    if time is None:
        return None
    return time.raw if time.iso is None else catalogue.written_time(time.iso)


BLOCK_FORMATS: Final[dict[str, Callable[[Iterable[DocumentBlocks], ReportOptions], Iterator[str]]]] = {
    "text": _text,
    "json": _json,
}
