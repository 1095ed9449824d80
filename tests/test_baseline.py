"""Accepted findings: what they are known by, what a swapped file inherits (nothing), what is gone, and the file's round trip."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parent / "reporting"))

from report_builder import report, signature

from sigcheck.baseline import Accepted, Baseline, Key, deciding, state_left
from sigcheck.baseline_file import BaselineError, read_baseline, written_baseline
from sigcheck.judging.codes import finding
from sigcheck.reporting.hostile import shown
from sigcheck.verdict import DocumentReport, State

A, B = "a" * 64, "b" * 64
BROKEN = finding("digest-mismatch", digest_algorithm="sha256")
EXPIRED = finding("certificate-expired", certificate="CN=A", not_after="2026-01-03T00:00:00Z")
UNSIGNED = finding("no-signature")


def document(state: State, *signatures: object, sha256: str | None = A, path: str = "x.pdf", **changes: object) -> DocumentReport:
    made = report(*signatures, state=state, **changes)  # type: ignore[arg-type]  # the builder's own kinds
    return replace(made, document=replace(made.document, path=path, sha256=sha256))


def broken(sha256: str | None = A) -> DocumentReport:
    return document(State.INVALID, signature(1, findings=[BROKEN]), signature(2, findings=[EXPIRED]), sha256=sha256)


def accepting(*keys: tuple[str, str, str]) -> Baseline:
    return Baseline(Accepted(Key(*key)) for key in keys)


def left(baseline: Baseline, made: DocumentReport) -> State:
    return state_left(made, baseline.note(made))


def test_a_document_whose_deciding_findings_are_accepted_fails_no_run() -> None:
    whole = accepting((A, "Signature1", "digest-mismatch"), (A, "Signature2", "certificate-expired"))
    assert left(whole, broken()) == State.VALID
    assert broken().state == State.INVALID


def test_what_is_left_decides() -> None:
    assert left(accepting((A, "Signature1", "digest-mismatch")), broken()) == State.INSUFFICIENT
    assert left(accepting((A, "Signature2", "certificate-expired")), broken()) == State.INVALID


@pytest.mark.parametrize(
    "key",
    [
        (B, "Signature1", "digest-mismatch"),
        (A, "Signature2", "digest-mismatch"),
        (A, "", "digest-mismatch"),
        (A, "Signature1", "signature-mismatch"),
    ],
)
def test_content_signature_and_code_have_to_be_the_same(key: tuple[str, str, str]) -> None:
    assert left(accepting(key), document(State.INVALID, signature(findings=[BROKEN]))) == State.INVALID


def test_a_swapped_file_inherits_nothing() -> None:
    baseline = accepting((A, "Signature1", "digest-mismatch"))
    assert left(baseline, document(State.INVALID, signature(findings=[BROKEN]), sha256=B, path="x.pdf")) == State.INVALID
    assert [one.key.sha256 for one in baseline.review().new] == [B]
    assert [one.key.sha256 for one in baseline.review().stale] == [A]


def test_a_document_that_could_not_be_read_has_nothing_to_be_known_by() -> None:
    made = document(State.UNREADABLE, sha256=None, findings=[finding("cannot-be-read")])
    baseline = accepting((A, "", "cannot-be-read"))
    assert left(baseline, made) == State.UNREADABLE
    assert baseline.review().new == ()


def test_unsigned_and_unreadable_documents_can_be_accepted() -> None:
    assert left(accepting((A, "", "no-signature")), document(State.UNSIGNED, findings=[UNSIGNED])) == State.VALID
    damaged = document(State.UNREADABLE, findings=[finding("damaged")])
    assert left(accepting((A, "", "damaged")), damaged) == State.VALID
    assert left(accepting((A, "", "no-signature")), damaged) == State.UNREADABLE
    stamped = document(State.UNSIGNED, signature(findings=[EXPIRED]), findings=[finding("document-timestamp-only", count=1)])
    assert left(accepting((A, "Signature1", "certificate-expired")), stamped) == State.UNSIGNED
    assert left(accepting((A, "", "document-timestamp-only")), stamped) == State.INSUFFICIENT


def test_every_state_but_valid_has_something_that_decides() -> None:
    assert deciding(document(State.VALID, signature(findings=[finding("trial-software")]))) == []
    assert [found.code for _, found in deciding(broken())] == ["digest-mismatch", "certificate-expired"]
    saved_again = document(State.INVALID, findings=[UNSIGNED, finding("signature-remains-unreachable", count=1)])
    assert [found.code for _, found in deciding(saved_again)] == ["signature-remains-unreachable"]


def test_what_disappears_is_told_and_pruned_only_when_asked() -> None:
    gone, stale = (A, "Signature1", "signature-mismatch"), (B, "", "no-signature")
    baseline = accepting((A, "Signature1", "digest-mismatch"), gone, stale)
    baseline.note(document(State.INVALID, signature(findings=[BROKEN])))
    review = baseline.review()
    assert [one.key for one in review.gone] == [Key(*gone)]
    assert [one.key for one in review.stale] == [Key(*stale)]

    def kept(*, update: bool = False, prune: bool = False, whole: bool = True) -> int:
        return len(baseline.next(update=update, prune=prune, whole=whole))

    assert (kept(), kept(update=True), kept(prune=True), kept(prune=True, whole=False)) == (3, 3, 1, 2)


def test_reasons_stay_and_paths_follow_the_document() -> None:
    baseline = Baseline([Accepted(Key(A, "Signature1", "digest-mismatch"), "old.pdf", "đã báo nơi gửi")])
    baseline.note(document(State.INVALID, signature(findings=[BROKEN]), path="mới.pdf"))
    (kept,) = baseline.next(update=False, prune=False, whole=True)
    assert (kept.path, kept.reason) == ("mới.pdf", "đã báo nơi gửi")


def test_an_updated_baseline_accepts_the_same_run() -> None:
    first = Baseline()
    made = [broken(), document(State.UNSIGNED, sha256=B, findings=[UNSIGNED])]
    for one in made:
        first.note(one)
    written = "".join(written_baseline(first.next(update=True, prune=False, whole=True)))
    second = Baseline(read_baseline(written.encode()))
    assert [left(second, one) for one in made] == [State.VALID, State.VALID]
    assert second.review().new == second.review().gone == second.review().stale == ()
    assert "".join(written_baseline(second.next(update=True, prune=True, whole=True))) == written


DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
KEYS = st.builds(Key, DIGESTS, st.text().map(shown), st.sampled_from(["no-signature", "weak-key"]))


@given(st.lists(st.builds(Accepted, KEYS, st.text(), st.text())))
def test_a_written_baseline_is_read_as_it_was(accepted: list[Accepted]) -> None:
    """Whatever a field is called: what would act or hide is written visibly, and known by that."""
    text = "".join(written_baseline(accepted))
    text.encode("utf-8")
    once = read_baseline(text.encode("utf-8"))
    assert "".join(written_baseline(once)) == text
    assert [(one.key.sha256, one.key.code) for one in once] == [
        (one.key.sha256, one.key.code) for one in sorted(accepted, key=lambda one: one.key)
    ]


def test_hostile_field_names_are_known_again() -> None:
    field = 'x\u202e\ud800"\n CCCD 012345678901'
    made = document(State.INVALID, signature(field=field, findings=[BROKEN]))
    baseline = Baseline()
    baseline.note(made)
    text = "".join(written_baseline(baseline.next(update=True, prune=False, whole=True)))
    assert "\u202e" not in text
    assert "012345678901" not in text
    assert left(Baseline(read_baseline(text.encode())), made) == State.VALID


def test_a_line_is_one_finding() -> None:
    text = "".join(written_baseline([Accepted(Key(B, "", "no-signature")), Accepted(Key(A, "", "no-signature"), "p", "r")]))
    assert text.splitlines() == [
        "{",
        '"sigcheck_baseline": 1,',
        '"accepted": [',
        f'{{"sha256": "{A}", "signature": "", "code": "no-signature", "path": "p", "reason": "r"}},',
        f'{{"sha256": "{B}", "signature": "", "code": "no-signature"}}',
        "]",
        "}",
    ]


ROW = {"sha256": A, "signature": "", "code": "no-signature"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not-json"),
        (b"\xff", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"[]", "not-a-baseline"),
        (b'{"accepted": []}', "not-a-baseline"),
        (b'{"sigcheck_baseline": 2, "accepted": []}', "newer"),
        (b'{"sigcheck_baseline": 1, "accepted": {}}', "not-a-baseline"),
        *(
            (json.dumps({"sigcheck_baseline": 1, "accepted": [row]}).encode(), "row")
            for row in (
                None,
                {},
                ROW | {"sha256": "A" * 64},
                ROW | {"code": "No Code"},
                ROW | {"signature": None},
                ROW | {"states": "valid"},
                {"sha256": A, "code": "no-signature"},
            )
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(BaselineError) as refused:
        read_baseline(content)
    assert refused.value.reason == reason
