"""One checked document: its report with what the report rests on, for formats and bundles that need more than the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sigcheck.anchors import TrustList
from sigcheck.evidence import DocumentEvidence
from sigcheck.facts import Unreadable
from sigcheck.material import OfferedMaterial, StoreUse
from sigcheck.policy import Policy
from sigcheck.question import Question
from sigcheck.verdict import DocumentReport

if TYPE_CHECKING:  # few formats show pictures
    from sigcheck.picturing.picture import Pictured


class Kept(Struct, frozen=True):
    """What is needed, beside the document and the trust list, to reach the same report again."""

    question: Question
    offered: OfferedMaterial
    store: StoreUse


class Checked(Struct, frozen=True):
    """A report and its grounds. The times, the profile and the demands that were asked for stand in the report."""

    report: DocumentReport
    evidence: DocumentEvidence | Unreadable
    policy: Policy
    trust: TrustList
    kept: Kept | None = None
    """There when the check was asked to keep it."""
    accepted: frozenset[tuple[int | None, str]] = frozenset()
    """Findings that a baseline accepts: the index of the signature (None: the document's own) and the code."""
    pictures: Pictured | None = None
    """Of the pages that bear signature boxes; None when nobody asked for them."""

    def pages_to_draw(self) -> list[int]:
        """The pages that bear signature boxes, those that every reader counts alike: a picture would be of another page else."""
        boxes = [signature.box for signature in self.report.signatures]
        return sorted({box.page for box in boxes if box is not None and box.page is not None and box.page_sure})
