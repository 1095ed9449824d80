"""Changes after signing: every rule explains a small document and refuses another; attacks and traps are `other`."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from change_cases import ADDED_SIGNATURE, ALLOWED, NEW_FIELD, OTHER, REFUSED, Case
from updated_pdf import (
    BASE,
    FONT,
    FREE,
    UpdatedPdf,
    annotation,
    catalog,
    changes_of,
    page,
    signature,
    signed,
    stream,
    text_field,
    widget,
)

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.change_rules.rules import RULES
from sigcheck.engine.changes import compare_revisions
from sigcheck.engine.limits import Limits
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.reader import read_document
from sigcheck.evidence import ChangesUnknown
from sigcheck.facts import DocumentFacts


@pytest.mark.parametrize("case", ALLOWED, ids=str)
def test_explained(case: Case) -> None:
    more = dict(case.more)
    first = {"trailer": more.pop("first")} if "first" in more else {}
    changes = signed(case.base, **first).revision(case.update, **more).changes()
    assert frozenset((change.rule, change.level) for change in changes) == case.expected


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_refused(case: Case) -> None:
    assert {rule for rule, level in case.found() if level is OTHER} == {rule for rule, _ in case.expected}


def test_every_rule_of_the_list_has_both() -> None:
    names = {rule.__name__ for rule in RULES}
    assert {case.of for case in ALLOWED} == names
    assert {case.of for case in REFUSED} == names


TRAPS: Mapping[str, tuple[str, UpdatedPdf]] = {
    "a number that old content refers to is defined": (
        "page-content",
        signed({7: b"<</Font <</F1 8 0 R>> /XObject <</Logo 12 0 R /Late 42 0 R>>>>"}).revision(ADDED_SIGNATURE),
    ),
    "it was freed before, and is defined again": (
        "page-content",
        signed({7: b"<</Font <</F1 8 0 R>> /XObject <</Logo 12 0 R /Late 42 3 R>>>>", 42: b"null"})
        .revision({42: FREE})
        .revision(ADDED_SIGNATURE, generations={42: 3}),
    ),
    "an object stream is overwritten in place": (
        "object-stream-replaced",
        signed(compressed={50: (8, 14)}).revision({8: FONT.replace(b"Times", b"Other"), 14: BASE[14]}, compressed={50: (8, 14)}),
    ),
    "an object stream is overwritten alone": (
        "object-stream-replaced",
        signed(compressed={50: (8,)}).revision(
            {50: stream(b"8 0 " + FONT.replace(b"Times", b"Other"), b"/Type /ObjStm /N 1 /First 4")}
        ),
    ),
    "page content that calls itself a cross-reference stream is overwritten": (
        "page-content",
        signed({6: stream(b"(one) Tj", b"/Type /XRef")}).revision({6: stream(b"(two) Tj", b"/Type /XRef")}),
    ),
    "a resource gets other octets as its name": (
        "page-content",
        signed({7: b"<</Font <</F1 8 0 R>> /XObject <</#e9 12 0 R>>>>"}).revision(
            {7: b"<</Font <</F1 8 0 R>> /XObject <</#c3#a9 12 0 R>>>>"}
        ),
    ),
    "an object gets another generation": ("generation-changed", signed().revision({8: FONT}, generations={8: 1})),
    "a hybrid update hides an object in its stream": ("font", signed()),
    "material lists a widget, and the page shows it": (
        "dangling-widget",
        signed().revision(
            {1: catalog(b"/DSS <</Certs [30 0 R]>>"), 3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: widget(b"x", b"/Tx")}
        ),
    ),
    "two updates, the second restores what the first swapped": (
        "font",
        signed().revision({8: FONT.replace(b"Times", b"Other")}).revision({8: FONT}),
    ),
    "a field below a field is filled and the tree cut": (
        "field-removed",
        signed().revision({1: catalog(fields=b"4 0 R 20 0 R"), 9: text_field(b"200")}),
    ),
    "annotations are no array, but a font": (
        "page-content",
        signed({3: page().replace(b"[4 0 R 9 0 R 11 0 R 20 0 R]", b"<</Type /Font /A 1>>")}).revision(
            {3: page().replace(b"[4 0 R 9 0 R 11 0 R 20 0 R]", b"<</Type /Font /A 2>>")}
        ),
    ),
}


def hybrid(pdf: UpdatedPdf, number: int, text: bytes) -> UpdatedPdf:
    """An update whose classic table names nothing but a stream (/XRefStm, 7.5.8.4) that hides an object."""
    offset = len(pdf.content)
    pdf.content += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    at = len(pdf.content)
    row = bytes((1,)) + offset.to_bytes(4) + bytes(2)
    table = stream(row, b"/Type /XRef /W [1 4 2] /Index [%d 1] /Size 100 /Root 1 0 R" % number)
    pdf.content += b"99 0 obj\n%s\nendobj\n" % table
    return pdf.revision({60: b"null"}, trailer=b"/Info 13 0 R /XRefStm %d" % at)


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str) -> None:
    rule, pdf = TRAPS[name]
    if "hybrid" in name:
        hybrid(pdf, 8, FONT.replace(b"Times", b"Other"))
    assert rule in {change.rule for change in pdf.changes() if change.level is OTHER}


def test_a_number_pointed_at_other_signed_bytes() -> None:
    """The update writes no object at all: its table lets the font be the one that lies unused in the signed bytes."""
    pdf = signed()
    pdf = signed({30: b"null"})
    at = pdf.content.index(b"xref\n")
    other = b"8 0 obj\n%s\nendobj\n" % FONT.replace(b"Times", b"Other")
    start = pdf.content.index(b"30 0 obj")
    made = UpdatedPdf()
    made.content += other
    made.revision(BASE)
    made.revision({60: b"null"}, moved={8: made.content.index(other)})
    assert (at, start) > (0, 0)
    assert [change.rule for change in made.changes()] == ["font"]


def test_what_nothing_refers_to_may_change() -> None:
    assert changes_of({30: b"(two)", 31: b"[30 0 R]"}, {30: b"(one)"}) == ()


def test_numbers_of_old_cross_reference_streams_are_taken_up() -> None:
    pdf = signed(compressed={50: (8, 14)})
    number = pdf.highest
    update = {**ADDED_SIGNATURE, 3: page(b"4 0 R 9 0 R 11 0 R 20 0 R %d 0 R" % number), number: NEW_FIELD}
    update[1] = catalog(fields=b"4 0 R 9 0 R 20 0 R %d 0 R" % number)
    assert {change.rule for change in pdf.revision(update, compressed={60: ()}).changes()} == {"signature-added"}


def test_a_change_says_where_it_is() -> None:
    (font,) = changes_of({15: stream(b"other glyphs")})
    assert (font.revision, font.object, font.page, font.visible) == (2, "15 0", 1, True)
    (filled,) = changes_of({9: text_field(b"200")})
    assert (filled.object, filled.page, filled.field, filled.visible) == ("9 0", 1, "Amount", True)


def test_fields_have_their_full_name() -> None:
    base = {
        1: catalog(fields=b"4 0 R 16 0 R 20 0 R"),
        16: b"<</T (order) /Kids [9 0 R]>>",
        9: text_field(b"1", more=b"/Parent 16 0 R"),
    }
    (filled,) = changes_of({9: text_field(b"2", more=b"/Parent 16 0 R")}, base)
    assert filled.field == "order.Amount"


def seen(update: Mapping[int, bytes | None], base: Mapping[int, bytes] | None = None) -> dict[str, bool]:
    return {change.rule: change.visible for change in changes_of(update, base)}


def test_visible_is_what_a_reader_could_see() -> None:
    def comment(kind: bytes) -> dict[int, bytes | None]:
        return {3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: annotation(kind)}

    assert seen(comment(b"/FreeText")) == {"annotation-added": True}
    assert seen(comment(b"/Link")) == {"annotation-added": False}
    assert seen(comment(b"/Popup")) == {"annotation-added": False}
    assert seen(ADDED_SIGNATURE) == {"signature-added": False}
    assert seen({3: page(b"4 0 R 9 0 R 20 0 R")}) == {"annotation-removed": True}
    assert seen({13: b"<</Title (Other)>>"}) == {"document-information": False}
    empty = {**ADDED_SIGNATURE, 41: b"null"}
    assert seen({**empty, 40: widget(b"Signature3", box=b"[0 0 0 0]")}) == {"signature-field-added": False}
    assert seen({**empty, 40: widget(b"Signature3", more=b"/MK <</BG [1 1 1]>>")}) == {"signature-field-added": True}
    assert seen({**empty, 40: widget(b"Signature3", more=b"/AP <</N 42 0 R>>")}) == {"signature-field-added": True}


def test_only_what_came_after_the_first_signature_counts() -> None:
    pdf = UpdatedPdf().revision({**BASE, 5: b"null"}).revision({8: FONT.replace(b"Times", b"Other")})
    pdf.revision({5: signature()})
    assert pdf.changes() == ()


def test_no_signature_no_changes() -> None:
    assert UpdatedPdf().revision({**BASE, 5: b"null"}).revision({8: FREE}).changes() == ()


def test_adjacent_revisions_are_compared() -> None:
    pdf = signed().revision({9: text_field(b"200")}).revision({9: text_field(b"300")})
    assert [(change.revision, change.rule) for change in pdf.changes()] == [(2, "field-filled"), (3, "field-filled")]


def opened(pdf: UpdatedPdf, limits: Limits | None = None) -> tuple[PdfFile, DocumentFacts]:
    found = open_pdf(MemorySource(bytes(pdf.content)), limits=limits or Limits())
    assert isinstance(found, PdfFile)
    facts = read_document(found)
    assert isinstance(facts, DocumentFacts)
    return found, facts


def test_limits_end_the_comparison_with_their_name() -> None:
    pdf, facts = opened(signed().revision({3: page(b""), 9: text_field(b"200")}), Limits(changes=1))
    found = compare_revisions(pdf, facts)
    assert isinstance(found, ChangesUnknown)
    assert (found.reason, found.detail) == ("limit-reached", "changes")


def test_damage_is_said() -> None:
    pdf = signed().revision({60: b"null"}, moved={8: 20})
    found = pdf.compared()
    assert isinstance(found, ChangesUnknown)
    assert found.reason == "damaged"


def test_a_rebuilt_document_has_no_revisions_to_compare() -> None:
    pdf = signed().revision({8: FONT.replace(b"Times", b"Other")})
    found, facts = opened(pdf)
    found.rebuilt = True
    assert compare_revisions(found, facts) == ChangesUnknown("cross-reference-rebuilt")


def test_encryption_stays(samples: Any) -> None:
    """An update whose trailer forgets /Encrypt: viewers would read everything undecrypted."""
    content = (samples / "encrypted-without-password.pdf").read_bytes()
    previous = int(content[content.rindex(b"startxref") + 9 :].split()[0])
    root = content[content.rindex(b"/Root") :].split()[1]
    pdf = UpdatedPdf(bytearray(content), previous, 900)
    pdf.revision({901: b"null"}, trailer=b"", root=root + b" 0 R")
    assert "trailer-entry" in {change.rule for change in pdf.changes()}


HOSTILE = (
    b"null",
    b"true",
    b"[]",
    b"[[[]]]",
    b"<<>>",
    b"/Name",
    b"(text)",
    b"-1e9",
    b"9 0 R",
    b"<</Type []>>",
    b"[1 0 R 3 0 R null 77 0 R]",
    b"<</Type /Page /Annots 3 0 R /Parent 3 0 R>>",
    b"<</Subtype [] /FT <<>> /T 9 0 R /V 9 0 R /Kids 9 0 R /Parent 9 0 R /P 9 0 R>>",
    b"<</FT /Sig /T (x) /V <</Contents (x) /ByteRange [0]>> /Rect [/a (b) null 1] /P 3 0 R>>",
    stream(b"x", b"/Type [1 0 R]"),
    b"<</Subtype /Link /Rect 9 0 R /A <</S [] /Next 11 0 R>> /AA [1]>>",
    b"<</S /P /P 3 0 R /K 9 0 R /Type /StructElem>>",
    b"<</Fields 9 0 R /DR 9 0 R /DSS 1 0 R /Perms 1 0 R /Names 1 0 R /Extensions 1 0 R /Metadata 1 0 R /StructTreeRoot 1 0 R>>",
    b"<</Type /Catalog /AcroForm 1 0 R /Pages 1 0 R /Fields [1 0 R] /Kids [1 0 R] /DSS [1 0 R] /Perms [] /Names []>>",
    b"[" * 200 + b"]" * 200,
)


@pytest.mark.parametrize("number", sorted(BASE))
def test_nothing_in_an_update_raises(number: int) -> None:
    """Any object replaced by anything is an answer: explained, `other`, or unknown with a reason."""
    for text in HOSTILE:
        for name in (number, 30):
            pdf = signed({30: b"[9 0 R]", 1: catalog(b"/DSS 30 0 R /StructTreeRoot 30 0 R /Names 30 0 R")})
            pdf.revision({name: text, 31: b"30 0 R", number: text})
            if isinstance(open_pdf(MemorySource(bytes(pdf.content))), PdfFile):  # without a catalog there is no document
                assert isinstance(pdf.compared(), tuple | ChangesUnknown)


@pytest.mark.parametrize("number", sorted(BASE))
def test_nothing_in_a_signed_revision_raises(number: int) -> None:
    for text in HOSTILE:
        if number in (1, 4, 5):  # without these nothing is signed
            continue
        found = signed({number: text}).revision({number: BASE[number], **ADDED_SIGNATURE}).compared()
        assert isinstance(found, tuple | ChangesUnknown)


def test_long_chains_need_no_recursion() -> None:
    """340 linked outline siblings crash a known validator; 3,000 here, and a deep field tree."""
    outline = {100 + i: b"<</Title (x) /Parent 99 0 R /Next %d 0 R /Prev %d 0 R>>" % (101 + i, 99 + i) for i in range(3_000)}
    tree = {4_000 + i: b"<</T (x) /Kids [%d 0 R] /Parent %d 0 R>>" % (4_001 + i, 3_999 + i) for i in range(200)}
    base = {1: catalog(b"/Outlines 99 0 R", fields=b"4 0 R 9 0 R 20 0 R 4000 0 R"), 99: b"<</First 100 0 R>>", **outline, **tree}
    update = {**ADDED_SIGNATURE, 1: catalog(b"/Outlines 99 0 R", fields=b"4 0 R 9 0 R 20 0 R 4000 0 R 40 0 R")}
    assert [change.rule for change in changes_of(update, base)] == ["signature-added"]


def test_many_revisions_read_what_changed_and_no_more() -> None:
    """The old objects are walked once: 40 updates cost less than twice their own objects beyond the first walk."""
    pdf = signed({100 + i: b"<</Next %d 0 R>>" % (101 + i) for i in range(2_000)} | {1: catalog(b"/Outlines 100 0 R")})
    for i in range(40):
        pdf.revision({9: text_field(b"%d" % i)})
    found, facts = opened(pdf)
    calls = 0
    plain = found.get

    def counted(reference: Any, revision: int) -> Any:
        nonlocal calls
        calls += 1
        return plain(reference, revision)

    found.get = counted  # type: ignore[method-assign] # counts what the comparison asks for
    changes = compare_revisions(found, facts)
    assert isinstance(changes, tuple)
    assert len(changes) == 40
    assert calls < 2_100 + 40 * 20


def test_changes_are_plain_values() -> None:
    assert pickle.loads(pickle.dumps(changes_of(ADDED_SIGNATURE))) == changes_of(ADDED_SIGNATURE)  # noqa: S301 - our own
