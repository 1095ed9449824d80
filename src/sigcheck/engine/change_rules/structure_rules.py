"""The rule for the structure tree (ISO 32000-2, 14.7): tags follow what is added and removed, and keep what they say."""

from __future__ import annotations

from sigcheck.engine.change_rules.comparison import Comparison, missing, same, table
from sigcheck.engine.pdf.objects import PdfObject, Reference
from sigcheck.evidence import ChangeLevel

_STRUCTURE_LISTS = frozenset({"K", "Nums", "Names", "Kids", "Limits"})
"""Entries of elements and tree nodes that list what hangs below."""

_STRUCTURE_HOLDERS = frozenset(
    {"StructTreeRoot", "ParentTree", "IDTree", "Kids", "Nums", "K", "Names", "P", "Pg", "Ref", "Headers"}
)
"""Keys under which parts of the structure tree are referred to. Some stand in other trees too: its kind counts as well."""


def structure_rule(step: Comparison) -> None:
    """Tags may be added, and taken away with an annotation that is removed."""
    one, other = (step.pdf.catalog(step.revision - back).get("StructTreeRoot") for back in (1, 0))
    _mark(step)
    if one is None and other is not None:
        step.claim_new([other])
        step.note(_place(other), "structure-tags", ChangeLevel.LTA_UPDATE, "structure tree added")
        return
    if not same(one, other):
        step.refuse(_place(other), "structure-changed", "catalog: /StructTreeRoot replaced or removed", visible=False)
        return
    if other is None:
        return
    explained = [number for number, d in step.differences.items() if _tags_only(step, number, d.before, d.after, other)]
    for number in explained:
        step.explained.add(number)
        step.claim_new(step.differences[number].after)
    if explained:
        step.note(explained[0], "structure-tags", ChangeLevel.LTA_UPDATE, f"{len(explained)} structure element(s) extended")


def _mark(step: Comparison) -> None:
    """/MarkInfo may be added, never changed: it says whether the tags can be relied on (14.7.1)."""
    before, after = (step.pdf.catalog(step.revision - back).get("MarkInfo") for back in (1, 0))
    if before is not None and not step.equal(before, after):
        step.refuse(0, "structure-changed", "catalog: /MarkInfo changed", visible=False)
    else:
        step.claim_new([after])


def _place(reference: PdfObject) -> PdfObject:
    return reference if isinstance(reference, Reference) else 0


def _tags_only(step: Comparison, number: int, before: PdfObject, after: PdfObject, root: PdfObject) -> bool:
    """A structure element, the root, or a node of a parent tree: kids were added, and nothing taken but removed annotations."""
    if number in step.explained or before is None or after is None:
        return False
    is_root = isinstance(root, Reference) and root.number == number
    if not is_root and not step.held_only_as(number, _STRUCTURE_HOLDERS):
        return False
    if isinstance(before, list) and isinstance(after, list):
        return _grows(step, before, after) and _in_parent_tree(step, number)
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    is_element = "S" in before and "P" in before and before.get("Type") in (None, "StructElem")
    is_node = not (before.keys() | after.keys()) - {"Nums", "Kids", "Limits", "Names"}
    if not (is_root or is_element or is_node):
        return False
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if same(old, new) or (is_root and key in ("ParentTreeNextKey", "ParentTree", "IDTree")):
            continue
        if key not in _STRUCTURE_LISTS or not _grows(step, step.before(old), step.after(new)):
            return False
    return True


def _in_parent_tree(step: Comparison, number: int) -> bool:
    """An array of a number tree or of kids, not the /Kids or /P of something shown."""
    return all(key in ("Nums", "K", "Names") for _, key in step.holders(number))


def _grows(step: Comparison, before: PdfObject, after: PdfObject) -> bool:
    """Nothing is taken away but what is gone with an annotation: its object reference, and its key in the parent tree."""
    old = before if isinstance(before, list) else [] if before is None else [before]
    new = after if isinstance(after, list) else [after]
    numbers = {item for item in new if isinstance(item, Reference | int)}
    gone = [item for item in old if isinstance(item, Reference | int) and item not in numbers]
    others = [[item for item in items if not isinstance(item, Reference | int)] for items in (old, new)]
    return not gone and all(_of_removed_annotation(step, item) for item in missing(*others))


def _of_removed_annotation(step: Comparison, item: PdfObject) -> bool:
    """An object reference dictionary (14.7.5.3, OBJR) to an annotation that no page lists any more."""
    target = table(step.before(item)).get("Obj")
    if table(step.before(item)).get("Type") != "OBJR" or not isinstance(target, Reference):
        return False
    return target.number in step.removed or step.after(target) is None
