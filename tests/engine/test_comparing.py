"""Two files compared: which page stands for which, and what the signatures before a change say to it."""

from __future__ import annotations

import pytest
from small_pdf import SmallPdf, catalog, field_of, signature

from sigcheck.comparing import compare_files
from sigcheck.engine.bytesource import MemorySource
from sigcheck.evidence import ChangesUnknown
from sigcheck.lineage import Lineage, NotCompared, Relation


def compared(before: bytes, after: bytes) -> Lineage:
    found = compare_files(("before.pdf", MemorySource(before)), ("after.pdf", MemorySource(after)))
    assert isinstance(found, Lineage)
    return found


def page(*annotations: int, size: bytes = b"[0 0 595 842]", more: bytes = b"") -> bytes:
    listed = b" ".join(b"%d 0 R" % number for number in annotations)
    return b"<</Type /Page /Parent 2 0 R /MediaBox %s /Annots [%s] %s>>" % (size, listed, more)


def tree(*pages: int) -> bytes:
    return b"<</Type /Pages /Kids [%s] /Count %d>>" % (b" ".join(b"%d 0 R" % number for number in pages), len(pages))


def document(*pages: int, signed: bytes = b"") -> SmallPdf:
    """Pages with these object numbers; a signature on the first one, with `signed` among its entries."""
    objects = {1: catalog(4), 2: tree(*pages), 4: field_of(b"5 0 R"), 5: signature(more=signed)}
    objects |= {number: page(*([4] if number == 3 else [])) for number in pages}
    return SmallPdf().revision(objects).sign()


def numbers(found: Lineage) -> list[tuple[int | None, int | None]]:
    return [
        (None if one.earlier is None else one.earlier.page, None if one.later is None else one.later.page) for one in found.pages
    ]


def updated(made: SmallPdf, objects: dict[int, bytes]) -> tuple[bytes, bytes]:
    before = bytes(made.content)
    return before, bytes(made.revision(objects).content)


@pytest.mark.parametrize(
    ("kids", "expected"),
    [
        ((3, 8, 9), [(1, 1), (None, 2), (2, 3)]),  # inserted
        ((8, 3, 9), [(None, 1), (1, 2), (2, 3)]),  # before all others
        ((3, 9, 8), [(1, 1), (2, 2), (None, 3)]),
        ((3,), [(1, 1), (2, None)]),  # taken away
        ((3, 8), [(1, 1), (2, 2)]),  # another in its place
    ],
)
def test_pages_keep_their_partner_when_others_come_and_go(
    kids: tuple[int, ...], expected: list[tuple[int | None, int | None]]
) -> None:
    found = compared(*updated(document(3, 9), {2: tree(*kids), 8: page()}))
    assert found.relation is Relation.LATER
    assert numbers(found) == expected  # the tree says what pages inherit: any of them may look otherwise now


def test_of_many_pages_those_that_were_touched_come_first() -> None:
    pages = (3, *range(20, 60))
    found = compared(*updated(document(*pages), {2: tree(*pages, 8), 8: page()}))
    assert len(found.pages) == 12
    assert numbers(found)[-1] == (None, 42)
    assert found.pages_left == 42 - 12


def test_only_pages_that_are_touched_are_shown() -> None:
    note = b"<</Type /Annot /Subtype /Text /Rect [300 300 320 320] /P 9 0 R>>"
    found = compared(*updated(document(3, 9, 10), {9: page(30), 30: note}))
    assert numbers(found) == [(2, 2)]
    assert (found.before.pages, found.after.pages) == (3, 3)


def test_the_sizes_and_the_rotation_of_pages_are_told() -> None:
    made = document(3)
    found = compared(*updated(made, {3: page(4, size=b"[10 20 210 320]", more=b"/Rotate 90")}))
    (pair,) = found.pages
    assert pair.earlier is not None
    assert pair.later is not None
    assert (pair.earlier.shown, pair.earlier.rotation) == ((0, 0, 595, 842), 0)
    assert (pair.later.shown, pair.later.rotation) == ((10, 20, 210, 320), 90)


@pytest.mark.parametrize(
    ("signed", "permitted", "because", "permissions"),
    [
        (b"", True, "no-certification", None),
        # ISO 32000-2, table 257: 1 no changes, 2 form filling and signatures, 3 annotations too
        (b"/Reference [<</TransformMethod /DocMDP /TransformParams <</P 1>>>>]", False, "certification", 1),
        (b"/Reference [<</TransformMethod /DocMDP /TransformParams <</P 2>>>>]", False, "certification", 2),
        (b"/Reference [<</TransformMethod /DocMDP /TransformParams <</P 3>>>>]", True, "certification", 3),
    ],
)
def test_an_annotation_under_each_certification(signed: bytes, permitted: bool, because: str, permissions: int | None) -> None:
    note = b"<</Type /Annot /Subtype /Text /Rect [300 300 320 320] /P 3 0 R>>"
    found = compared(*updated(document(3, signed=signed), {3: page(4, 30), 30: note}))
    assert not isinstance(found.changes, ChangesUnknown)
    (change,) = found.changes
    assert (change.permitted, change.because, change.permissions) == (permitted, because, permissions)
    assert change.behind_last_signature


def test_without_a_signature_nobody_is_asked() -> None:
    made = SmallPdf().revision({1: b"<</Type /Catalog /Pages 2 0 R>>", 2: tree(3), 3: page()})
    found = compared(*updated(made, {3: page(more=b"/Rotate 90")}))
    assert not isinstance(found.changes, ChangesUnknown)
    assert [(one.permitted, one.because) for one in found.changes] == [(None, "no-signature")]


def test_without_a_common_revision_what_was_appended_is_not_known() -> None:
    """The first file is cut off in the middle of its only revision: to say that nothing changed would be a guess."""
    whole = bytes(document(3).content)
    found = compared(whole[:-30], whole)
    assert found.relation is Relation.APPENDED
    assert isinstance(found.changes, ChangesUnknown)


def test_bytes_behind_the_end_belong_to_no_revision() -> None:
    whole = bytes(document(3).content)
    found = compared(whole, whole + b"<html>not a revision</html>")
    assert (found.relation, found.before.behind_end, found.after.behind_end) == (Relation.APPENDED, 0, 27)
    assert numbers(found) == [(1, 1)]  # what a viewer makes of them is not known


HIDDEN = b"3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents (Pay 900)>>\nendobj\n"


@pytest.mark.parametrize("signed", [True, False])
def test_objects_that_no_cross_reference_lists_are_not_nothing(signed: bool) -> None:
    """7.5.4: every object has its entry. Readers that rebuild the table find what has none: what came between is open."""
    bare = SmallPdf().revision({1: b"<</Type /Catalog /Pages 2 0 R>>", 2: tree(3), 3: page()})
    made = document(3) if signed else bare
    before = bytes(made.content)
    made.content += HIDDEN
    found = compared(before, bytes(made.revision({20: b"null"}).content))
    assert found.relation is Relation.LATER
    assert found.changes == ChangesUnknown("objects-outside-cross-reference")
    assert found.any_page


def test_objects_behind_the_last_revision_are_not_nothing() -> None:
    whole = bytes(document(3).content)
    found = compared(whole, whole + HIDDEN)
    assert found.relation is Relation.APPENDED
    assert found.changes == ChangesUnknown("objects-outside-cross-reference")


def test_an_ending_that_readers_do_not_find_is_not_nothing() -> None:
    made = document(3)
    found = compared(bytes(made.content), bytes(made.revision({20: b"null"}).content) + b" " * 1100)
    assert found.changes == ChangesUnknown("cross-reference-irregular")


def test_objects_before_the_common_revisions_end_came_not_between() -> None:
    """A form of a table in a stream of a file that nobody signed is no object either."""
    bare = SmallPdf()
    bare.content += HIDDEN
    bare.revision({1: b"<</Type /Catalog /Pages 2 0 R>>", 2: tree(3), 3: page()})
    data = b"q\n7 0 obj\nendobj\nQ"
    found = compared(*updated(bare, {6: b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data)}))
    assert not isinstance(found.changes, ChangesUnknown)


def test_a_file_without_pages_has_none() -> None:
    made = SmallPdf().revision({1: b"<</Type /Catalog /Pages 2 0 R>>", 2: tree()})
    found = compared(*updated(made, {2: tree(3), 3: page()}))
    assert (found.before.pages, found.after.pages) == (0, 1)
    assert numbers(found) == [(None, 1)]
    broken = SmallPdf().revision({1: b"<</Type /Catalog>>"})
    assert compared(*updated(broken, {5: b"null"})).pages == ()


def test_what_cannot_be_read_is_named() -> None:
    whole = bytes(document(3).content)
    found = compare_files(("before.pdf", MemorySource(whole)), ("after.pdf", MemorySource(b"GIF89a")))
    assert isinstance(found, NotCompared)
    assert found.path == "after.pdf"
