"""ByteRange, coverage, digests in one pass, and bytes that no cross-reference explains."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from small_pdf import PAGES, SmallPdf, catalog, field_of, one_signature, page, signature, unsigned

from sigcheck.engine.bytesource import CHUNK, PIECE, FileSource, MemorySource
from sigcheck.engine.limits import Limits
from sigcheck.engine.reading.tail import find_tail
from sigcheck.engine.revisions import content_end, range_digests
from sigcheck.facts import ByteRangeFlaw, SignatureFacts, TailKind


def only_signature(document: SmallPdf) -> SignatureFacts:
    (found,) = document.read().signatures
    return found


def gap(document: SmallPdf) -> tuple[int, int]:
    """Offsets of the first /Contents token's delimiters: where it opens, and behind where it closes."""
    opening = document.content.index(b"/Contents <") + len(b"/Contents ")
    return opening, document.content.index(b">", opening) + 1


class TestByteRange:
    def test_a_range_that_excludes_exactly_the_contents_is_sound(self) -> None:
        found = only_signature(one_signature().sign()).byte_range
        assert found.sound
        assert found.whole_file
        assert found.revision == 1

    @pytest.mark.parametrize("ending", [b"%%EOF", b"%%EOF\r", b"%%EOF\r\n", b"%%EOF\n\n"])
    @pytest.mark.parametrize("left_out", [0, 1, 2])
    def test_signers_disagree_about_the_end_of_line_behind_the_last_marker(self, ending: bytes, left_out: int) -> None:
        document = one_signature(ending=ending)
        marker = document.content.rindex(b"%%EOF") + 5
        found = only_signature(document.sign(end=max(marker, len(document.content) - left_out))).byte_range
        assert found.sound
        assert found.whole_file

    def test_a_range_that_stops_before_the_end_marker_is_not_sound(self) -> None:
        document = one_signature()
        found = only_signature(document.sign(end=document.content.rindex(b"%%EOF") + 4)).byte_range
        assert found.flaw is ByteRangeFlaw.ENDS_ELSEWHERE
        assert not found.whole_file

    @pytest.mark.parametrize(
        ("numbers", "flaw"),
        [
            ((0, 100), ByteRangeFlaw.NOT_TWO_PARTS),
            ((0, 10, 20, 10, 40, 10), ByteRangeFlaw.NOT_TWO_PARTS),
            ((0, 10, 20), ByteRangeFlaw.NOT_TWO_PARTS),
            ((1, 100, 200, 100), ByteRangeFlaw.STARTS_LATE),
            ((0, 200, 100, 100), ByteRangeFlaw.OVERLAPS),
            ((0, 100, 200, -100), ByteRangeFlaw.OVERLAPS),
            ((0, 100, 200, 99999999), ByteRangeFlaw.BEYOND_FILE),
            ((0, 100, 200, 100), ByteRangeFlaw.GAP),
        ],
    )
    def test_each_flaw_has_its_name(self, numbers: tuple[int, ...], flaw: ByteRangeFlaw) -> None:
        found = only_signature(one_signature().write_range(*numbers)).byte_range
        assert found.flaw is flaw
        assert found.numbers == numbers
        assert not found.whole_file

    @pytest.mark.parametrize(("before", "behind"), [(1, 0), (0, 1), (-1, 0), (0, -1), (-1, 1), (1, -1)])
    def test_the_gap_is_exactly_the_token_and_not_a_byte_more_or_less(self, before: int, behind: int) -> None:
        document = one_signature()
        opening, closing = gap(document)
        document.write_range(0, opening + before, closing + behind, len(document.content) - closing - behind)
        assert only_signature(document).byte_range.flaw is ByteRangeFlaw.GAP

    def test_what_is_no_digit_cannot_hide_in_the_gap(self) -> None:
        document = one_signature().sign()
        opening, _ = gap(document)
        document.content[opening + 20 : opening + 22] = b"\n "
        assert only_signature(document).byte_range.sound
        document.content[opening + 20 : opening + 22] = b"%x"
        assert only_signature(document).byte_range.flaw is ByteRangeFlaw.GAP

    def test_a_gap_around_another_string_is_not_the_contents(self) -> None:
        """The lengths fit, the place does not (the signature dictionary's own string is somewhere else)."""
        document = one_signature(b"<</Decoy <%s> /Real true>>" % (b"0" * 32))
        document.revision({5: signature()})
        opening = document.content.index(b"/Decoy <") + len(b"/Decoy ")
        closing = document.content.index(b">", opening) + 1
        document.write_range(0, opening, closing, len(document.content) - closing)
        found = [s for s in document.read().signatures if s.revision == 2]
        assert [s.byte_range.flaw for s in found] == [ByteRangeFlaw.GAP]

    @pytest.mark.parametrize(
        ("written", "flaw"),
        [
            (b"", ByteRangeFlaw.MISSING),
            (b"/ByteRange 12", ByteRangeFlaw.NOT_NUMBERS),
            (b"/ByteRange [0 true 2 3]", ByteRangeFlaw.NOT_NUMBERS),
            (b"/ByteRange [0 1 2 99999999999999999999]", ByteRangeFlaw.NOT_NUMBERS),
            (b"/ByteRange []", ByteRangeFlaw.NOT_TWO_PARTS),
        ],
    )
    def test_what_is_no_list_of_numbers(self, written: bytes, flaw: ByteRangeFlaw) -> None:
        assert only_signature(one_signature(b"<</Type /Sig %s /Contents <3003020105>>>" % written)).byte_range.flaw is flaw

    def test_contents_in_an_object_of_its_own_or_as_a_literal_string_are_no_gap(self) -> None:
        for contents in (b"(0\\003\\002\\001\\005)", b"6 0 R"):
            document = SmallPdf().revision(
                {
                    1: catalog(4),
                    2: PAGES,
                    3: page(4),
                    4: field_of(b"5 0 R"),
                    5: signature().replace(signature()[signature().index(b"<30") : -2], contents),
                    6: b"<3003020105>",
                }
            )
            opening = document.content.index(b"<3003020105>") if contents == b"6 0 R" else document.content.index(contents)
            closing = opening + (12 if contents == b"6 0 R" else len(contents))
            document.write_range(0, opening, closing, len(document.content) - closing)
            assert only_signature(document).byte_range.flaw is ByteRangeFlaw.GAP

    def test_an_earlier_revision_is_covered_but_not_the_whole_file(self) -> None:
        document = one_signature().sign()
        covered = len(document.content)
        document.revision({3: page(4)})
        found = only_signature(document).byte_range
        assert found.sound
        assert not found.whole_file
        assert (found.end, found.revision) == (covered, 1)

    def test_a_range_cannot_reach_into_a_revision_after_its_own(self) -> None:
        document = one_signature().revision({3: page(4)}).sign()
        found = only_signature(document).byte_range
        assert (found.flaw, found.revision, found.whole_file) == (ByteRangeFlaw.ENDS_ELSEWHERE, 2, False)

    def test_a_rewritten_longer_contents_does_not_cover_what_was_appended(self) -> None:
        """The lengths and the longer /Contents add up to the size of the file, yet nothing of the update is covered."""
        document = one_signature().sign()
        first = only_signature(document)
        numbers = b"/ByteRange [%s]" % b" ".join(b"%d" % number for number in first.byte_range.numbers)
        for octets in range(16, 2000):
            update = SmallPdf(bytearray(document.content), document.previous, document.highest)
            contents = b"0" * octets  # as a literal string: one byte in the file where hexadecimal takes two
            update.revision({5: b"<</Type /Sig /SubFilter /adbe.pkcs7.detached %s /Contents (%s)>>" % (numbers, contents)})
            if sum(first.byte_range.numbers[1::2]) + 2 * octets + 2 == len(update.content):
                break
        else:
            pytest.fail("no length fits")
        found = update.read().signatures
        assert [s.rewritten_in for s in found] == [2, None]
        assert not found[0].byte_range.whole_file
        assert found[1].byte_range.flaw is ByteRangeFlaw.GAP


class InPieces(MemorySource):
    """Read by asking, as sources of other kinds are; bytes in memory are taken where they lie."""


class TestDigests:
    CONTENT = bytes(range(256)) * 20_000  # five pieces of a mebibyte

    @pytest.mark.parametrize("kind", [InPieces, MemorySource, FileSource])
    def test_every_range_and_the_file_agree_with_hashlib(self, kind: type, tmp_path: Path) -> None:
        content, size = self.CONTENT, len(self.CONTENT)
        ranges = [
            (0, 100, 200, 300),
            (0, CHUNK, CHUNK + 10, 5),
            (0, PIECE - 1, PIECE + 1, 3 * PIECE),
            (0, CHUNK - 1, CHUNK + 1, size - CHUNK - 1),
            (0, size),
            (0, size, size, 0),
            (10, 20, 40, 2 * CHUNK),
            (5, 0, 5, 7, 100, 200),
        ]
        (tmp_path / "made.pdf").write_bytes(content)
        source = FileSource(tmp_path / "made.pdf") if kind is FileSource else kind(content)
        found = range_digests(source, [(r, frozenset({"sha1", "sha256", "sha3_256"})) for r in ranges])
        assert found.file_sha256 == hashlib.sha256(content).hexdigest()
        for numbers, digests in zip(ranges, found.ranges, strict=True):
            wanted = b"".join(content[s : s + n] for s, n in zip(numbers[::2], numbers[1::2], strict=True))
            assert digests == {name: hashlib.new(name, wanted).digest() for name in ("sha1", "sha256", "sha3_256")}

    def test_ranges_that_lie_outside_or_run_backwards_have_no_digest(self) -> None:
        source = MemorySource(b"x" * 100)
        wrong: list[tuple[int, ...]] = [(0, 101), (0, 10, 5, 10), (-1, 5), (0, -5), (0, 5, 7), (), (0, 50, 60, 41)]
        found = range_digests(source, [(numbers, frozenset({"sha256"})) for numbers in wrong])
        assert found.ranges == tuple({} for _ in wrong)

    def test_an_unknown_hash_is_left_out_and_shake_has_the_length_of_its_standard(self) -> None:
        found = range_digests(MemorySource(b"abc"), [((0, 3), frozenset({"no-such-hash", "shake256", "sha512"}))])
        assert found.ranges[0] == {"sha512": hashlib.sha512(b"abc").digest(), "shake256": hashlib.shake_256(b"abc").digest(64)}

    def test_an_empty_file_has_a_digest_too(self) -> None:
        assert range_digests(MemorySource(b""), []).file_sha256 == hashlib.sha256(b"").hexdigest()
        assert (
            range_digests(MemorySource(b""), [((0, 0), frozenset({"md5", "sha512"}))]).ranges[0]["sha512"]
            == hashlib.sha512().digest()
        )

    def test_a_hundred_signatures_hash_hardly_more_than_one(self) -> None:
        """Each signature shares its prefix with all later ones, and its second part is short."""
        size = len(self.CONTENT)
        step = size // 101
        requests = [((0, step * i, step * i + 100, 500), frozenset({"sha256"})) for i in range(1, 101)]
        found = range_digests(MemorySource(self.CONTENT), requests)
        assert found.hashed_bytes == size + 100 * 500

    def test_the_same_range_twice_is_hashed_once(self) -> None:
        request = ((0, 10, 20, 1000), frozenset({"sha256"}))
        found = range_digests(MemorySource(self.CONTENT), [request] * 50)
        assert found.hashed_bytes == len(self.CONTENT) + 1000
        assert len({bytes(d["sha256"]) for d in found.ranges}) == 1

    def test_many_long_ranges_end_at_the_limit(self) -> None:
        size = len(self.CONTENT)
        requests = [((0, i, i + 1, size - i - 1), frozenset({"sha256"})) for i in range(1, 200)]
        found = range_digests(MemorySource(self.CONTENT), requests, limits=Limits(hashed_bytes=10 * size))
        assert found.hashed_bytes <= 11 * size
        assert found.ranges[0]
        assert found.ranges[-1] == {}


class TestTail:
    @pytest.mark.parametrize(
        ("appended", "kind"),
        [
            (b"", TailKind.NOTHING),
            (b"\r\n \0\0\n", TailKind.NOTHING),
            (b"<html>Server Error in '/' Application.</html>", TailKind.JUNK),
            (b"\n% only a comment", TailKind.JUNK),
            (b"\n9 0 obj\n<</Type /Page>>\nendobj\n", TailKind.OBJECTS),
            (b"\0" * 70 + b"trailer <</Root 9 0 R>>", TailKind.OBJECTS),
            (b"xref\n0 1\n0000000000 65535 f \n", TailKind.OBJECTS),
        ],
    )
    def test_what_stands_behind_the_last_revision(self, appended: bytes, kind: TailKind) -> None:
        document = one_signature().sign()
        end = len(document.content)
        document.content += appended
        tail = find_tail(document.opened())
        assert tail.kind is kind
        assert tail.start <= end
        assert tail.start + tail.length == len(document.content)

    def test_a_preview_of_junk_is_plain(self) -> None:
        document = unsigned()
        document.content += b"\n\x1b[31mred\x00\xe2\x80\xae" + b"a" * 500
        assert find_tail(document.opened()).preview == (".[31mred...." + "a" * 500)[:60]

    def test_objects_far_behind_junk_are_seen_across_pieces(self) -> None:
        document = unsigned()
        document.content += b"j" * (CHUNK - 4) + b"\n9 0 obj <<>> endobj"
        assert find_tail(document.opened()).kind is TailKind.OBJECTS

    def test_the_end_of_content_leaves_white_space_out(self) -> None:
        assert content_end(MemorySource(b"abc \r\n\0" + b" " * 3 * CHUNK)) == 3
        assert content_end(MemorySource(b" \n")) == 0


class TestUnexplainedObjects:
    def test_an_object_without_cross_reference_is_listed(self) -> None:
        document = one_signature().sign()
        place = len(document.content)
        document.content += b"9 0 obj\n<</Type /Page>>\nendobj\n"
        document.revision({3: page(4)})
        assert document.read().unexplained_objects == (place,)

    def test_known_objects_streams_and_the_signed_revision_are_not(self) -> None:
        document = SmallPdf()
        document.content += b"9 0 obj\n<</In /the signed revision>>\nendobj\n"
        document.revision({1: catalog(4), 2: PAGES, 3: page(4), 4: field_of(b"5 0 R"), 5: signature()}).sign()
        data = b"q\n7 0 obj\nendobj\n8 0 obj\nQ"
        document.revision({3: page(4), 6: b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data)})
        found = document.read().unexplained_objects
        assert len(found) == 2, "behind the last signature even what lies inside a stream is told: viewers that rebuild find it"
        assert all(document.content[offset:].startswith((b"7 0 obj", b"8 0 obj")) for offset in found)
