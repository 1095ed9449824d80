"""The rule for the catalog's name trees: they stay, but for the icons of comments (ISO 32000-2, 7.7.4 and 7.9.6)."""

from __future__ import annotations

from sigcheck.engine.change_rules.comparison import Comparison, array, same, table
from sigcheck.engine.change_rules.references import Holder
from sigcheck.engine.pdf.objects import PdfObject, Reference
from sigcheck.evidence import ChangeLevel


def names_rule(step: Comparison) -> None:
    """Acrobat keeps the icons of comments among the named appearances (Table 32, /AP), from its first comment on.

    Named destinations, scripts, embedded files and all other trees stay as they are.
    """
    one, other = (step.pdf.catalog(step.revision - back).get("Names") for back in (1, 0))
    if same(one, other) and not step.differs(other) and not step.differs(table(step.after(other)).get("AP")):
        return
    before, after = step.before(one), step.after(other)
    place = other if isinstance(other, Reference) else 0
    kept = isinstance(before, dict | None) and isinstance(after, dict)
    if not kept or not _others_stay(step, table(before), table(after)):
        what = "added" if one is None else "removed" if other is None else "changed"
        step.refuse(place, "names", f"catalog: /Names {what}", below=[other, after])
        step.explained |= {other.number} if isinstance(other, Reference) and step.differs(other) else set()
        return
    owner: Holder = (step.root(1), "Names")
    step.claim_overwritten(other, {owner})
    old, new = table(before).get("AP"), table(after).get("AP")
    if same(old, new) and not step.differs(new):
        return
    holders = {(one.number, "AP") if isinstance(one, Reference) else owner}
    if _grows(step, old, new, holders):
        step.note(place, "comment-icons", ChangeLevel.ANNOTATIONS, "catalog: /Names has icons of comments")
    else:
        step.refuse(place, "names", "catalog: named appearances changed", below=new)


def _others_stay(step: Comparison, before: dict[str, PdfObject], after: dict[str, PdfObject]) -> bool:
    keys = (before.keys() | after.keys()) - {"AP"}
    return all(same(before.get(key), after.get(key)) or step.equal(before.get(key), after.get(key)) for key in keys)


def _grows(step: Comparison, old: PdfObject, new: PdfObject, holders: set[Holder]) -> bool:
    """The root of the tree keeps its names and gains some; a tree of more than one node stays."""
    before, after = step.before(old), step.after(new)
    if not isinstance(before, dict | None) or not isinstance(after, dict):
        return False
    if any(
        not same(table(before).get(key), after.get(key)) for key in (table(before).keys() | after.keys()) - {"Names", "Limits"}
    ):
        return False
    names, more = array(step.before(table(before).get("Names"))), array(step.after(after.get("Names")))
    named = {bytes(key): value for key, value in zip(more[::2], more[1::2], strict=False) if isinstance(key, bytes)}
    for key, value in zip(names[::2], names[1::2], strict=False):
        if not isinstance(key, bytes) or not same(value, named.get(bytes(key))):
            return False
    inner = {(old.number, "Names")} if isinstance(old, Reference) else holders
    owned = not step.differs(new) or step.claim_overwritten(new, holders)
    owned = owned and (not step.differs(after.get("Names")) or step.claim_overwritten(after.get("Names"), inner))
    if owned:
        step.claim_new([new])
    return owned
