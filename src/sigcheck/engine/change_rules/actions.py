"""Actions that annotations and fields bring along (ISO 32000-2, 12.6): which of them leave the document as it is."""

from __future__ import annotations

from collections.abc import Mapping

from sigcheck.engine.change_rules.comparison import Comparison, array, table
from sigcheck.engine.pdf.objects import PdfObject, Reference

HARMLESS = frozenset({"GoTo", "GoToR", "GoToE", "URI", "Named", "Thread", "GoToDp"})
"""Actions that lead somewhere. All others run programs, hide, show, fill or play something."""

_MOST = 1_000
"""Actions looked at for one annotation, chains of /Next included."""


def acts(step: Comparison, annotation: Mapping[str, PdfObject]) -> bool:
    """The annotation or field has an action that is not harmless."""
    pending: list[PdfObject] = [annotation.get("A"), annotation.get("PA"), *table(step.after(annotation.get("AA"))).values()]
    seen: set[int] = set()
    for _ in range(_MOST):
        if not pending:
            return False
        value = pending.pop()
        if isinstance(value, Reference):
            if value.number in seen:
                continue
            seen.add(value.number)
        action = step.after(value)
        pending += array(action)
        if isinstance(action, dict):
            kind = action.get("S")
            if not isinstance(kind, str) or kind not in HARMLESS:
                return True
            pending.append(action.get("Next"))
    return True
