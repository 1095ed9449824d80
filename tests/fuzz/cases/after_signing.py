"""What fuzzing found in revisions behind the last signature: each shows, in some viewer, another page than the signed one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sources import Source
from updates import Made, Update, append, text

from sigcheck.engine.pdf.objects import Name, Reference

BLANK = b"1 1 1 rg 0 0 600 850 re f"
WHOLE = [0, 0, 600, 850]


@dataclass(frozen=True, slots=True)
class Case:
    """One document that must not be `valid`."""

    name: str
    sample: str
    build: Callable[[Source], bytes]
    found: str
    """Where the fault lay."""


def _updated(
    source: Source, *, page: Mapping[str, Any] | None = None, root: Mapping[str, Any] | None = None, **objects: Any
) -> bytes:
    """`source` with entries of its first page and catalog changed, and objects `_n` added `n` behind the highest number."""
    structure = source.structure
    update = Update()
    for number, more in ((structure.pages[0], page), (structure.root, root)):
        if more is not None:
            update.objects[number] = {**structure.objects[number], **more}
    update.objects |= {_free(source, int(key[1:])): value for key, value in objects.items()}
    return append(source.content, update, structure.trailer)


def _free(source: Source, count: int) -> int:
    return max(source.structure.objects) + count


def _with_annotation(source: Source, entries: dict[str, Any]) -> bytes:
    first = source.structure.pages[0]
    annotation = {"Type": Name("Annot"), "Rect": WHOLE, "P": Reference(first, 0), "F": 4, **entries}
    listed = [*source.structure.objects[first]["Annots"], Reference(_free(source, 1), 0)]
    look = Made({"Type": Name("XObject"), "Subtype": Name("Form"), "BBox": WHOLE}, BLANK)
    return _updated(source, page={"Annots": listed}, _1=annotation, _2=look)


def with_look(kind: str) -> Callable[[Source], bytes]:
    """An annotation that by its kind shows nothing, with an appearance that covers the page."""

    def build(source: Source) -> bytes:
        look = {"N": Reference(_free(source, 2), 0)}
        return _with_annotation(source, {"Subtype": Name(kind), "Border": [0, 0, 0], "AP": look})

    return build


def with_border(entries: dict[str, Any]) -> Callable[[Source], bytes]:
    """A link whose white border is as thick as the page is wide."""
    return lambda source: _with_annotation(source, {"Subtype": Name("Link"), "C": [1, 1, 1], **entries})


def other_generation(key: str, value: Any, *, catalog: bool = False) -> Callable[[Source], bytes]:
    """A reference under another generation than the object's: null for us (7.3.10), the object itself for some viewers."""

    def build(source: Source) -> bytes:
        entries = {key: Reference(_free(source, 1), 1)}
        return _updated(source, **{"root" if catalog else "page": entries}, _1=value)

    return build


def to_nowhere(source: Source) -> bytes:
    """A reference to a number that nothing lists: a viewer gave up the cross-reference for it, and with it fonts."""
    number = source.structure.objects[source.structure.root]["AcroForm"].number
    update = Update(objects={number: {**source.structure.objects[number], "Q": Reference(_free(source, 20), 0)}})
    return append(source.content, update, source.structure.trailer)


def information_freed(source: Source) -> bytes:
    """The trailer refers to an object that the same revision frees: with the same end in that viewer."""
    return append(source.content, Update(objects={source.structure.trailer["Info"].number: None}), source.structure.trailer)


def other_order(source: Source) -> bytes:
    """The page's annotations the other way round: of two that overlap, the other one is on top."""
    return _updated(source, page={"Annots": source.structure.objects[source.structure.pages[0]]["Annots"][::-1]})


CASES = (
    Case("link-with-look", "person-and-office", with_look("Link"), "rules on annotations"),
    Case("popup-with-look", "person-and-office", with_look("Popup"), "rules on annotations"),
    Case("link-with-border", "person-and-office", with_border({"Border": [0, 0, 350]}), "rules on annotations"),
    Case("link-with-border-style", "person-and-office", with_border({"BS": {"W": 300, "S": Name("S")}}), "rules on annotations"),
    Case("crop-box-of-another-generation", "person-and-office", other_generation("CropBox", [0, 0, 50, 50]), "rules on pages"),
    Case("rotation-of-another-generation", "person-and-office", other_generation("Rotate", 180), "rules on pages"),
    Case(
        "action-of-another-generation",
        "person-and-office",
        other_generation("OpenAction", {"S": Name("JavaScript"), "JS": text(b"app.alert(1)")}, catalog=True),
        "rules on the catalog",
    ),
    Case("reference-to-nowhere", "generation-3", to_nowhere, "rules on the form"),
    Case("information-freed", "generation-3", information_freed, "rules on the document information"),
    Case("other-order-of-annotations", "timestamps-out-of-order", other_order, "rules on pages"),
)
