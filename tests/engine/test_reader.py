"""Signatures wherever they hang, what later revisions did to them, and what no field reaches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_pdf import PAGES, SIGNED, SmallPdf, catalog, field_of, one_signature, page, signature, unsigned

from sigcheck.engine.bytesource import FileSource, MemorySource
from sigcheck.engine.limits import Limits
from sigcheck.engine.pdf.objects import String
from sigcheck.engine.pdf.pdffile import open_pdf
from sigcheck.engine.pdf.textstrings import text_string
from sigcheck.engine.reader import read_document
from sigcheck.engine.reading.signatures import octet_string
from sigcheck.facts import (
    ByteRangeFlaw,
    CmsFacts,
    CmsUnreadable,
    DocMDP,
    DocumentFacts,
    FieldLock,
    SignatureBox,
    TailKind,
    Unreadable,
    UnreadableReason,
)


def read_file(path: Path) -> DocumentFacts | Unreadable:
    with FileSource(path) as source:
        pdf = open_pdf(source)
        return pdf if isinstance(pdf, Unreadable) else read_document(pdf)


def read_kept(path: Path) -> DocumentFacts:
    facts = read_file(path)
    assert isinstance(facts, DocumentFacts), facts
    return facts


MEASURED = ("651f0024", "cfabef4c", "f2c62bd1", "2bb1d76c", "ce7f1dc8", "97ebb674")


class TestRealDocuments:
    @pytest.fixture
    def measured(self, shared: Path) -> dict[str, list[dict[str, Any]]]:
        listed = json.loads((shared / "vietnam" / "measured.json").read_text("utf-8"))
        return {entry["file"].removesuffix(".pdf"): entry["signatures"] for entry in listed}

    @pytest.mark.parametrize("name", MEASURED)
    def test_all_signatures_agree_with_what_other_tools_measured(
        self, name: str, shared: Path, measured: dict[str, list[dict[str, Any]]]
    ) -> None:
        facts = read_kept(shared / "vietnam" / f"{name}.pdf")
        found = [
            {
                "field": s.field,
                "sub_filter": s.sub_filter,
                "block": {
                    "contact_info": s.block.contact_info,
                    "claimed_time": s.block.claimed_time.raw if s.block.claimed_time else None,
                    "location": s.block.location,
                    "reason": s.block.reason,
                    "name": s.block.name,
                },
                "byte_range": list(s.byte_range.numbers),
                "covers_whole_file": s.byte_range.whole_file,
            }
            for s in facts.signatures
        ]
        assert found == [{key: entry[key] for key in found[0]} for entry in measured[name]]

    @pytest.mark.parametrize("name", MEASURED)
    def test_every_genuine_range_is_sound_and_nothing_is_left_over(self, name: str, shared: Path) -> None:
        facts = read_kept(shared / "vietnam" / f"{name}.pdf")
        assert all(s.byte_range.sound and s.byte_range.revision == s.revision for s in facts.signatures)
        assert all(s.removed_in is None and s.rewritten_in is None for s in facts.signatures)
        assert all(isinstance(s.cms, CmsFacts) for s in facts.signatures)
        assert all(s.box is not None and s.box.page is not None for s in facts.signatures)
        assert facts.remains == ()
        assert facts.tail.kind == "nothing"
        assert facts.unexplained_objects == ()
        assert facts.oddities == ()

    @pytest.mark.parametrize(("name", "named"), [("7aacd1c6", "17 0"), ("92aebfd7", "268 0")])
    def test_a_copy_that_was_saved_again_has_remains_and_no_signature(self, name: str, named: str, shared: Path) -> None:
        facts = read_kept(shared / "vietnam" / f"{name}.pdf")
        assert facts.signatures == ()
        (remains,) = facts.remains
        assert remains.object == named
        assert remains.block.claimed_time is not None
        assert isinstance(remains.cms, CmsFacts)
        assert remains.covered_by_revision == 1


class TestOtherValidatorsFiles:
    @pytest.fixture
    def manifest(self, shared: Path) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads((shared / "corpora" / "open" / "manifest.json").read_text("utf-8"))
        return listed

    def test_every_file_gives_facts_or_a_reason(self, shared: Path) -> None:
        files = sorted((shared / "corpora" / "open" / "pdf").glob("*.pdf"))
        assert len(files) > 200
        for path in files:
            facts = read_file(path)
            assert isinstance(facts, DocumentFacts | Unreadable)

    def test_what_their_suites_say_of_coverage(self, shared: Path, manifest: list[dict[str, Any]]) -> None:
        for case in manifest:
            expected = case["expected"].get("covers_whole_file")
            if expected is None:
                continue
            facts = read_kept(shared / "corpora" / "open" / case["file"])
            found = {s.field: s.byte_range.whole_file for s in facts.signatures}
            for field, covers in expected.items():
                assert found.get(field, False) is covers, (case["id"], facts.signatures)


class TestWhereFieldsHang:
    def test_a_field_merged_with_its_widget(self) -> None:
        facts = one_signature().sign().read()
        (found,) = facts.signatures
        assert (found.field, found.object, found.revision, found.kind) == ("Signature1", "5 0", 1, "signature")
        assert found.box == SignatureBox(1, (10.0, 20.0, 110.0, 60.0), (0.0, 0.0, 595.0, 842.0))
        assert found.contents == SIGNED.ljust(16, b"\0")
        assert isinstance(found.cms, CmsUnreadable)
        assert not found.contents_placeholder_only

    def test_type_and_value_inherited_by_kids_and_names_joined(self) -> None:
        objects = {
            1: catalog(6),
            2: PAGES,
            3: page(8),
            5: signature(),
            6: b"<</FT /Sig /T (Phong) /Kids [7 0 R]>>",
            7: b"<</Parent 6 0 R /T (Ban) /V 5 0 R /Kids [8 0 R]>>",
            8: b"<</Parent 7 0 R /Type /Annot /Subtype /Widget /Rect [0 0 9 9]>>",
        }
        (found,) = SmallPdf().revision(objects).sign().read().signatures
        assert found.field == "Phong.Ban"
        assert found.byte_range.sound
        assert found.box == SignatureBox(1, (0.0, 0.0, 9.0, 9.0), (0.0, 0.0, 595.0, 842.0))

    @pytest.mark.parametrize(
        ("written", "name"),
        [
            (b"(a.b.c)", "a.b.c"),
            (b"(_18:50:28 16/11/2021)", "_18:50:28 16/11/2021"),
            (b"<FEFF004B00FD>", "Ký"),
            (b"()", ""),
        ],
    )
    def test_names_are_kept_as_they_are(self, written: bytes, name: str) -> None:
        document = one_signature()
        document.revision({4: field_of(b"5 0 R").replace(b"(Signature1)", written), 5: signature()}).sign()
        assert [s.field for s in document.read().signatures if s.revision == 2] == [name]

    def test_a_direct_signature_dictionary_is_named_after_its_field(self) -> None:
        document = SmallPdf().revision({1: catalog(4), 2: PAGES, 3: page(4), 4: field_of(signature())}).sign()
        (found,) = document.read().signatures
        assert found.object == "4 0"
        assert found.byte_range.sound

    def test_a_field_on_a_page_that_the_form_does_not_list(self) -> None:
        objects = {1: catalog(), 2: PAGES, 3: page(4), 4: field_of(b"5 0 R"), 5: signature()}
        (found,) = SmallPdf().revision(objects).sign().read().signatures
        assert found.field == "Signature1"
        assert found.byte_range.sound

    def test_one_taken_off_its_page_by_a_later_revision(self) -> None:
        objects = {1: catalog(), 2: PAGES, 3: page(4), 4: field_of(b"5 0 R"), 5: signature()}
        document = SmallPdf().revision(objects).sign().revision({3: page()})
        assert [s.removed_in for s in document.read().signatures] == [2]

    def test_loops_in_the_field_tree_end(self) -> None:
        objects = {
            1: catalog(6, 6, 4),
            2: PAGES,
            3: page(4),
            4: field_of(b"5 0 R"),
            5: signature(),
            6: b"<</T (loop) /Kids [7 0 R 6 0 R]>>",
            7: b"<</T (back) /Parent 6 0 R /Kids [6 0 R]>>",
        }
        assert [s.field for s in SmallPdf().revision(objects).sign().read().signatures] == ["Signature1"]

    def test_too_many_fields_are_a_limit_and_no_crash(self) -> None:
        document = SmallPdf().revision(
            {1: catalog(*range(10, 60)), 2: PAGES, 3: page()} | dict.fromkeys(range(10, 60), b"<</T (x)>>")
        )
        pdf = document.opened()
        pdf.limits = Limits(field_nodes=49)
        found = read_document(pdf)
        assert isinstance(found, Unreadable)
        assert (found.reason, found.limit) == (UnreadableReason.LIMIT, "field_nodes")
        pdf.limits = Limits(field_nodes=50)
        assert isinstance(read_document(pdf), DocumentFacts)

    def test_fields_of_other_types_and_empty_signature_fields_are_none(self) -> None:
        objects = {1: catalog(4, 5), 2: PAGES, 3: page(), 4: b"<</FT /Tx /T (a) /V (text)>>", 5: b"<</FT /Sig /T (b)>>"}
        assert SmallPdf().revision(objects).read().signatures == ()
        assert unsigned().read().signatures == ()


class TestRevisions:
    def test_two_signatures_in_revision_order(self) -> None:
        document = one_signature().sign()
        document.revision({1: catalog(6, 4), 3: page(4, 6), 6: field_of(b"7 0 R", name=b"S2"), 7: signature(b"\x30\x00")}).sign()
        facts = document.read()
        assert [(s.field, s.revision, s.byte_range.sound, s.byte_range.whole_file) for s in facts.signatures] == [
            ("Signature1", 1, True, False),
            ("S2", 2, True, True),
        ]
        assert [s.removed_in for s in facts.signatures] == [None, None]

    @pytest.mark.parametrize(
        "update",
        [
            {1: catalog()},
            {1: b"<</Type /Catalog /Pages 2 0 R>>"},
            {4: field_of(b"null")},
            {4: b"<</FT /Tx /T (Signature1)>>"},
        ],
    )
    def test_a_signature_that_a_later_revision_removes(self, update: dict[int, bytes]) -> None:
        facts = one_signature().sign().revision({3: page(4)}).revision(update).read()
        assert [(s.removed_in, s.rewritten_in) for s in facts.signatures] == [(3, None)]

    def test_one_whose_object_is_freed(self) -> None:
        facts = one_signature().sign().revision({}, free=(5,)).read()
        assert [s.removed_in for s in facts.signatures] == [2]

    def test_one_that_is_rewritten_with_other_words(self) -> None:
        document = one_signature(signature(more=b"/Reason (one)")).sign()
        text = bytes(document.content)
        old = text[text.index(b"5 0 obj\n") + 8 : text.index(b"\nendobj", text.index(b"5 0 obj"))]
        facts = document.revision({5: old.replace(b"(one)", b"(two)")}).read()
        (found,) = facts.signatures
        assert (found.rewritten_in, found.block.reason, found.byte_range.sound) == (2, "one", True)

    def test_one_written_again_without_a_change_is_left_in_peace(self) -> None:
        document = one_signature().sign()
        text = bytes(document.content)
        old = text[text.index(b"5 0 obj\n") + 8 : text.index(b"\nendobj", text.index(b"5 0 obj"))]
        (found,) = document.revision({5: old}).read().signatures
        assert (found.rewritten_in, found.removed_in) == (None, None)

    def test_a_field_that_points_at_another_signature(self) -> None:
        document = one_signature().sign()
        document.revision({4: field_of(b"7 0 R"), 7: signature(b"\x30\x00")}).sign()
        facts = document.read()
        assert [(s.object, s.revision, s.rewritten_in) for s in facts.signatures] == [("5 0", 1, 2), ("7 0", 2, None)]

    def test_what_came_back_changed_is_seen_as_changed(self) -> None:
        """Taken off the form, rewritten while nothing reached it, and put back."""
        document = one_signature().sign().revision({1: catalog()}).revision({4: field_of(b"7 0 R"), 7: signature(b"\x30\x00")})
        document.sign().revision({1: catalog(4)})
        found = document.read().signatures
        assert [(s.object, s.revision, s.removed_in) for s in found] == [("5 0", 1, 2), ("7 0", 4, None)]
        assert found[1].byte_range.flaw is ByteRangeFlaw.ENDS_ELSEWHERE

    def test_a_hundred_signatures_are_read_once_each(self) -> None:
        document = SmallPdf().revision({1: catalog(), 2: PAGES, 3: page()})
        fields: list[int] = []
        for number in range(10, 210, 2):
            fields.append(number)
            signed = signature(bytes([0x30, 1, number]))
            held = field_of(b"%d 0 R" % (number + 1), name=b"S%d" % number)
            document.revision({1: catalog(*fields), number: held, number + 1: signed})
            document.sign()
        facts = document.read()
        assert [s.revision for s in facts.signatures] == list(range(2, 102))
        assert all(s.byte_range.sound for s in facts.signatures)
        assert [s.byte_range.whole_file for s in facts.signatures] == [False] * 99 + [True]

    def test_a_field_under_another_object_number_keeps_its_signature(self) -> None:
        document = one_signature().sign().revision({1: catalog(9), 9: field_of(b"5 0 R")})
        assert [(s.revision, s.removed_in, s.rewritten_in) for s in document.read().signatures] == [(1, None, None)]

    def test_a_prepared_field_is_no_signature_and_may_be_signed_later(self) -> None:
        document = one_signature(signature(b""))
        (prepared,) = document.sign().read().signatures
        assert prepared.contents_placeholder_only
        document.revision({5: signature()}).sign()
        (found,) = document.read().signatures
        assert (found.revision, found.contents_placeholder_only, found.byte_range.sound) == (2, False, True)

    def test_one_contents_for_two_fields(self) -> None:
        objects = {
            1: catalog(4, 6),
            2: PAGES,
            3: page(4),
            4: field_of(b"5 0 R"),
            5: signature(),
            6: field_of(b"5 0 R", name=b"S2"),
        }
        facts = SmallPdf().revision(objects).sign().read()
        assert [(s.field, s.byte_range.flaw) for s in facts.signatures] == [
            ("Signature1", None),
            ("S2", ByteRangeFlaw.SHARED_CONTENTS),
        ]


class TestDamage:
    def test_no_changed_byte_makes_a_signature_vanish(self) -> None:
        """Whatever a byte turns into: the document is unreadable, or as many signatures and remains are seen as before."""
        document = one_signature().sign()
        numbers = document.read().signatures[0].byte_range.numbers
        original = bytes(document.content)
        for place in (*range(numbers[1]), *range(numbers[2], len(original))):
            document.content[place] ^= 1
            pdf = open_pdf(MemorySource(bytes(document.content)))
            facts = pdf if isinstance(pdf, Unreadable) else read_document(pdf)
            document.content[place] ^= 1
            assert isinstance(facts, Unreadable) or len(facts.signatures) + len(facts.remains) >= 1, (
                place,
                original[place:][:20],
            )

    def test_a_signature_dictionary_that_cannot_be_read_is_a_signature_with_a_flaw(self) -> None:
        facts = one_signature(b"<</Type /Sig ] /ByteRange [0 1 2 3] /Contents <3003020105>>>").read()
        assert [(s.field, s.byte_range.flaw) for s in facts.signatures] == [("Signature1", ByteRangeFlaw.MISSING)]
        assert facts.oddities == ("field-object-damaged:5 0",)

    def test_an_update_whose_cross_reference_is_lost_leaves_objects_and_remains(self) -> None:
        document = one_signature().sign()
        update = {1: catalog(6, 4), 6: field_of(b"7 0 R", name=b"S2"), 7: signature(b"\x30\x00")}
        document.revision(update, ending=b"").sign()
        document.content = document.content.replace(b"startxref", b"startxreg", 2).replace(b"startxreg", b"startxref", 1)
        facts = document.read()
        assert [s.field for s in facts.signatures] == ["Signature1"]
        assert facts.tail.kind is TailKind.OBJECTS
        assert [r.object for r in facts.remains] == ["7 0"]


class TestSignatureDictionary:
    @pytest.mark.parametrize(
        ("sub_filter", "kind", "has_cms"),
        [
            (b"/adbe.pkcs7.detached", "signature", True),
            (b"/adbe.pkcs7.sha1", "signature", True),
            (b"/ETSI.CAdES.detached", "signature", True),
            (b"/ETSI.RFC3161", "document-timestamp", True),
            (b"/adbe.x509.rsa_sha1", "signature", False),
            (b"/Some.Other", "signature", False),
            (b"null", "signature", False),
        ],
    )
    def test_sub_filters(self, sub_filter: bytes, kind: str, has_cms: bool) -> None:
        (found,) = one_signature(signature(sub_filter=sub_filter)).sign().read().signatures
        assert (found.kind, found.cms is not None) == (kind, has_cms)
        assert found.sub_filter == (None if sub_filter == b"null" else sub_filter[1:].decode())

    def test_the_raw_signature_of_x509_rsa_sha1(self) -> None:
        assert octet_string(b"\x04\x03abc\0\0") == b"abc"
        assert octet_string(b"\x04\x81\x80" + b"s" * 128) == b"s" * 128
        assert octet_string(b"\x04\x82\x01\x00" + b"s" * 256) == b"s" * 256
        for wrong in (b"", b"\x04", b"\x30\x03abc", b"\x04\x05abc", b"\x04\x80abc", b"\x04\x85\0\0\0\0\x01a", b"\x04\x82\x01"):
            assert octet_string(wrong) is None

    def test_the_block_as_it_is_written(self) -> None:
        more = (
            b"/M (D:20230525153057+07'00') /Location <FEFF005600691EC700740020004E0061006D> /Name (\\223A\\224)"
            b"/Reason <EFBBBF4BC3BD> /ContactInfo 9 0 R"
        )
        (found,) = one_signature(signature(more=more)).sign().read().signatures
        assert (found.block.location, found.block.name, found.block.reason) == ("Việt Nam", "ﬁAﬂ", "Ký")
        assert found.block.contact_info is None
        assert found.block.claimed_time is not None
        assert found.block.claimed_time.iso == "2023-05-25T15:30:57+07:00"

    @pytest.mark.parametrize(
        ("parameters", "permissions"),
        [(b"<</P 1>>", 1), (b"<</P 3>>", 3), (b"<<>>", 2), (b"null", 2), (b"<</P 7>>", 1), (b"<</P /x>>", 1)],
    )
    def test_certification(self, parameters: bytes, permissions: int) -> None:
        more = b"/Reference [<</TransformMethod /DocMDP /TransformParams %s>>]" % parameters
        (found,) = one_signature(signature(more=more)).sign().read().signatures
        assert found.doc_mdp == DocMDP(permissions)

    def test_locks(self) -> None:
        more = b"/Reference [<</TransformMethod /FieldMDP /TransformParams <</Action /Include /Fields [(a) (b.c)]>>>>]"
        lock = b"/Lock <</Action /All /P 1>>"
        objects = {1: catalog(4), 2: PAGES, 3: page(4), 4: field_of(b"5 0 R", more=lock), 5: signature(more=more)}
        (found,) = SmallPdf().revision(objects).sign().read().signatures
        assert found.field_mdp == FieldLock("Include", ("a", "b.c"))
        assert found.lock == FieldLock("All", (), 1)
        assert found.doc_mdp is None

    def test_a_damaged_entry_spoils_only_itself(self) -> None:
        document = one_signature(signature(more=b"/Reason 9 0 R /Location (here)")).sign()
        document.content = document.content.replace(b"/Location", b"/Location")
        (found,) = document.read().signatures
        assert (found.block.reason, found.block.location) == (None, "here")

    @pytest.mark.parametrize(
        ("more", "flaw"),
        [
            (b"/Contents <3000>", ByteRangeFlaw.GAP),
            (b"/Contents (x)", ByteRangeFlaw.GAP),
            (b"/ByteRange [0 1 2 3]", ByteRangeFlaw.GAP),
            (b"/Reason (/Contents and /ByteRange in words) /ContentsX 1", None),
        ],
    )
    def test_keys_written_twice_mean_one_thing_to_one_reader_and_another_to_the_next(
        self, more: bytes, flaw: ByteRangeFlaw | None
    ) -> None:
        sig = signature().replace(b"/Type /Sig", b"/Type /Sig " + more)
        (found,) = one_signature(sig).sign().read().signatures
        assert found.byte_range.flaw is flaw

    @pytest.mark.parametrize(
        ("octets", "text"),
        [
            (b"Ngh\xeda", "Nghía"),
            (b"\xa0", "€"),
            (b"\xfe\xff\x00a\x00\x1b\x00v\x00i\x00\x1b\x00b", "ab"),
            (b"\xff\xfea\x00", "a"),
            (b"\xfe\xff\xd8\x00", "\ufffd"),
            (b"\xef\xbb\xbf\xe1\xbb\x87", "ệ"),
            (b"", ""),
        ],
    )
    def test_text_strings(self, octets: bytes, text: str) -> None:
        assert text_string(String(octets)) == text


class TestRemains:
    def test_a_signature_that_no_field_reaches(self) -> None:
        facts = SmallPdf().revision({1: catalog(), 2: PAGES, 3: page(), 5: signature(more=b"/Reason (once)")}).sign().read()
        assert facts.signatures == ()
        (remains,) = facts.remains
        assert (remains.object, remains.block.reason, remains.sub_filter) == ("5 0", "once", "adbe.pkcs7.detached")
        assert len(remains.byte_range) == 4

    def test_a_widget_of_a_document_without_a_form(self) -> None:
        objects = {1: b"<</Type /Catalog /Pages 2 0 R>>", 2: PAGES, 3: page(4), 4: field_of(b"5 0 R"), 5: signature()}
        facts = SmallPdf().revision(objects).write_range(0, 50, 60, 10).read()
        assert facts.signatures == ()
        assert len(facts.remains) == 1

    def test_a_range_past_the_end_below_a_sound_signature_is_remains_above_it_a_flaw(self) -> None:
        two = {1: catalog(4, 6), 3: page(4, 6), 6: field_of(b"7 0 R", name=b"S2"), 7: signature(b"\x30\x00")}
        above = one_signature().sign().revision(two).write_range(0, 100, 200, 9999999).read()
        assert [(s.field, s.byte_range.flaw) for s in above.signatures] == [
            ("Signature1", None),
            ("S2", ByteRangeFlaw.BEYOND_FILE),
        ]
        assert above.remains == ()
        other = signature(sub_filter=b"/Some.Other")
        below = one_signature(other).write_range(0, 100, 200, 9999999).revision(two).sign().read()
        assert [s.field for s in below.signatures] == ["S2"]
        assert [(r.object, r.covered_by_revision) for r in below.remains] == [("5 0", 1)]

    def test_a_range_past_the_end_without_a_cms_object_is_no_copy_but_a_forgery(self) -> None:
        facts = one_signature(signature(b"\x01")).write_range(0, 100, 200, 9999999).read()
        assert [s.byte_range.flaw for s in facts.signatures] == [ByteRangeFlaw.BEYOND_FILE]
        assert facts.remains == ()

    def test_usage_rights_in_the_catalog_itself(self) -> None:
        rights = b"<</Type /Catalog /Pages 2 0 R /Perms <</UR3 <</ByteRange [0 1 2 3] /Contents <3003020105>>>>>>>"
        facts = SmallPdf().revision({1: rights, 2: PAGES, 3: page()}).revision({1: rights}).read()
        assert facts.remains == ()
        assert facts.usage_rights

    def test_usage_rights_embedded_bytes_and_prepared_dictionaries_are_none(self) -> None:
        rights = b"<</Type /Catalog /Pages 2 0 R /Perms <</UR3 5 0 R>> /Names <</EmbeddedFiles <</Names [(a.pdf) 8 0 R]>>>>>>"
        inside = bytes(one_signature().sign().content)
        objects = {
            1: rights,
            2: PAGES,
            3: page(),
            5: b"<</Type /Sig /ByteRange [0 1 2 3] /Contents <3003020105>>>",
            6: b"<</Type /Sig /ByteRange [0 1 2 3] /Contents <0000000000>>>",
            7: b"<</Type /EmbeddedFile /Length %d>>\nstream\n%s\nendstream" % (len(inside), inside),
            8: b"<</Type /Filespec /EF <</F 7 0 R>>>>",
        }
        facts = SmallPdf().revision(objects).read()
        assert facts.remains == ()
        assert facts.usage_rights
        assert facts.embedded_pdfs == 1
        assert not one_signature().read().usage_rights

    def test_bytes_that_no_cross_reference_knows(self) -> None:
        document = SmallPdf()
        document.content += b"5 0 obj\n<</Type /Sig /Contents <3003020105> /ByteRange [0 1 2 3]>>\nendobj\n"
        facts = document.revision({1: catalog(), 2: PAGES, 3: page()}).read()
        assert [r.object for r in facts.remains] == ["5 0"]


class TestSecurityStore:
    @staticmethod
    def stream(data: bytes) -> bytes:
        return b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data)

    def test_stores_of_all_revisions_come_together_and_each_value_once(self) -> None:
        first = b"<</Type /Catalog /Pages 2 0 R /DSS <</CRLs [5 0 R 5 0 R] /OCSPs 8 0 R /VRI <</AB <</OCSP [6 0 R]>>>>>>>>"
        document = SmallPdf().revision(
            {1: first, 2: PAGES, 3: page(), 5: self.stream(b"crl one"), 6: self.stream(b"ocsp"), 8: b"[6 0 R]"}
        )
        document.revision({1: b"<</Type /Catalog /Pages 2 0 R /DSS <</CRLs [5 0 R 7 0 R]>>>>", 7: self.stream(b"crl two")})
        store = document.read().security_store
        assert (store.crls, store.ocsp_responses, store.certificates) == ((b"crl one", b"crl two"), (b"ocsp",), ())

    def test_a_later_revision_that_replaces_only_the_array_is_read(self) -> None:
        catalog_text = b"<</Type /Catalog /Pages 2 0 R /DSS 9 0 R>>"
        objects = {1: catalog_text, 2: PAGES, 3: page(), 5: self.stream(b"one"), 8: b"[5 0 R]", 9: b"<</CRLs 8 0 R>>"}
        document = SmallPdf().revision(objects).revision({8: b"[6 0 R]", 6: self.stream(b"two")})
        assert document.read().security_store.crls == (b"one", b"two")

    def test_none_and_damaged_ones_are_empty(self) -> None:
        assert unsigned().read().security_store.crls == ()
        broken = b"<</Type /Catalog /Pages 2 0 R /DSS <</CRLs [5 0 R 9 0 R 7] /Certs 3 0 R /VRI 5>>>>"
        facts = SmallPdf().revision({1: broken, 2: PAGES, 3: page(), 5: b"(no stream)"}).read()
        assert facts.security_store.crls == ()
