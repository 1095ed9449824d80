"""What came after signing: DocMDP, FieldMDP and locks, and visible changes that nobody signed (ISO 32000-2, 12.8.2)."""

from __future__ import annotations

from typing import Any

import pytest
from build import (
    ARCHIVE,
    byte_range,
    change,
    codes,
    document,
    document_stamp,
    integrity,
    office,
    signature,
    the,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import Change, ChangeLevel, ChangesUnknown
from sigcheck.facts import ByteRangeFlaw, DocMDP, FieldLock
from sigcheck.judging import judge as judging
from sigcheck.judging.modifications import MOST_EXCLUDE_LOCKS
from sigcheck.verdict import DocumentReport

LTA, FORM, ANNOTATIONS, OTHER = (
    ChangeLevel.LTA_UPDATE,
    ChangeLevel.FORM_FILLING,
    ChangeLevel.ANNOTATIONS,
    ChangeLevel.OTHER,
)
NONE = ChangeLevel.NONE


def filled(field: str, revision: int = 3) -> Change:
    return change(revision, FORM, "field-filled", field=field)


def after(*changes: Change, **signed: Any) -> DocumentReport:
    """One signature in revision 2, then the changes."""
    return verdict(document(signature(**signed), revisions=max(c.revision for c in changes), changes=changes))


def allowed(report: DocumentReport) -> bool | None:
    return report.signatures[0].modifications.allowed


@pytest.mark.parametrize(
    ("permissions", "permitted"),
    [
        (None, {NONE, LTA, FORM, ANNOTATIONS}),
        (1, {NONE, LTA}),
        (2, {NONE, LTA, FORM}),
        (3, {NONE, LTA, FORM, ANNOTATIONS}),
        (0, {NONE, LTA}),
        (7, {NONE, LTA, FORM}),
    ],
)
@pytest.mark.parametrize("level", list(ChangeLevel))
def test_what_a_certification_permits(permissions: int | None, permitted: set[ChangeLevel], level: ChangeLevel) -> None:
    report = after(change(3, level), doc_mdp=None if permissions is None else DocMDP(permissions))
    assert allowed(report) is (level in permitted)
    assert report.signatures[0].modifications.level == level.value
    assert (report.state == "valid") is (level in permitted)


def test_a_forbidden_change_fails_the_document_and_leaves_the_signature_indeterminate() -> None:
    """The signature's indication is the standard's, the document's is ours (docs/rules.md, 1)."""
    report = after(change(3, LTA), change(4, OTHER, "page-content", page=2, object="7 0"))
    assert (report.state, report.indication, report.sub_indication) == ("invalid", "TOTAL-FAILED", "SIG_CONSTRAINTS_FAILURE")
    signed = report.signatures[0]
    assert (signed.indication, signed.sub_indication) == ("INDETERMINATE", "SIG_CONSTRAINTS_FAILURE")
    said = the("modified-after-signing", report)
    assert (said.about.revision, said.about.object, said.about.page) == (4, "7 0", 2)
    assert said.facts == {
        "revision": 4,
        "count": 1,
        "changes": ["page-content"],
        "rules": ["page-content"],
        "pages": ["2"],
        "permissions": None,
    }
    assert [(c.revision, c.allowed) for c in signed.modifications.changes] == [(3, True), (4, False)]


def test_each_signature_sees_only_what_came_after_it() -> None:
    report = verdict(document(signature(), office(), revisions=4, changes=(change(3, OTHER), change(4, LTA))))
    first, second = report.signatures
    assert [first.modifications.allowed, second.modifications.allowed] == [False, True]
    assert [len(first.modifications.changes), len(second.modifications.changes)] == [2, 1]


def test_certification_by_a_second_signature_restricts_only_what_follows_it() -> None:
    """A provincial system certifies with the second signature (VIETNAM.md)."""
    certified = office(doc_mdp=DocMDP(1))
    assert verdict(document(signature(), certified, changes=(change(3, FORM),))).state == "valid"
    later = verdict(document(signature(), certified, signature(4), changes=(change(3, FORM), change(4, FORM))))
    assert later.state == "invalid"


def test_the_narrowest_certification_holds() -> None:
    report = verdict(document(signature(doc_mdp=DocMDP(3)), office(doc_mdp=DocMDP(1)), revisions=4, changes=(change(4, FORM),)))
    assert the_permissions(report) == 1


def the_permissions(report: DocumentReport) -> object:
    return next(one.facts["permissions"] for s in report.signatures for one in s.findings if one.code == "modified-after-signing")


@pytest.mark.parametrize(
    ("lock", "field", "free"),
    [
        (FieldLock("All", ()), "so", False),
        (FieldLock("Include", ("so",)), "so", False),
        (FieldLock("Include", ("so",)), "so.a.b", False),
        (FieldLock("Include", ("so",)), "ngay", True),
        (FieldLock("Include", ("so.a",)), "so", True),
        (FieldLock("Exclude", ("so",)), "so", True),
        (FieldLock("Exclude", ("so",)), "so.a", True),
        (FieldLock("Exclude", ("so",)), "ngay", False),
        (FieldLock("Somehow", ()), "so", False),
        (FieldLock("Include", (), permissions=1), "so", False),
        (FieldLock("Include", (), permissions=2), "so", True),
    ],
)
@pytest.mark.parametrize("place", ["field_mdp", "lock"])
def test_locks(lock: FieldLock, field: str, free: bool, place: str) -> None:
    assert allowed(after(filled(field), **{place: lock})) is free


def test_locks_add_up() -> None:
    both = after(filled("so"), field_mdp=FieldLock("Exclude", ("so", "ngay")), lock=FieldLock("Exclude", ("ngay",)))
    assert allowed(both) is False


@pytest.mark.parametrize(
    ("lock", "free"),
    [(FieldLock("All", ()), True), (FieldLock("Exclude", ()), True), (FieldLock("Include", ("Signature2",)), False)],
)
def test_signing_again_is_no_change_of_a_value_unless_the_lock_names_the_field(lock: FieldLock, free: bool) -> None:
    signed_again = change(3, FORM, "signature-added", field="Signature2")
    report = verdict(document(signature(field_mdp=lock), office(), changes=(signed_again,)))
    assert allowed(report) is free


def test_so_many_different_locks_lock_everything() -> None:
    many = [signature(n, field=f"S{n}", lock=FieldLock("Exclude", ("so", f"x{n}"))) for n in range(2, MOST_EXCLUDE_LOCKS + 3)]
    last = len(many) + 1
    report = verdict(document(*many, revisions=last + 1, changes=(filled("so", last + 1),)))
    assert report.state == "invalid"


def test_not_knowing_what_changed_decides_only_when_something_came_later() -> None:
    unknown = ChangesUnknown("limit-reached", "20,000 changes")
    report = verdict(document(signature(), revisions=3, changes=unknown))
    assert (report.state, report.sub_indication) == ("insufficient", "SIG_CONSTRAINTS_FAILURE")
    modifications = report.signatures[0].modifications
    assert (modifications.level, modifications.allowed, modifications.changes) == (None, None, [])
    whole = verdict(document(changes=unknown))
    assert (whole.state, whole.signatures[0].modifications.allowed) == ("valid", True)


# Visible changes behind the last signature.

NOTE = change(4, ANNOTATIONS, "annotation-added", visible=True, page=1)


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (NOTE, "insufficient"),
        (replace(filled("so", 4), visible=True), "insufficient"),
        (replace(NOTE, visible=False), "valid"),
        (replace(NOTE, revision=3), "valid"),
    ],
    ids=["a note", "a filled field", "a link", "covered by the last signature"],
)
def test_what_nobody_signed(seen: Change, state: str) -> None:
    report = verdict(document(signature(), office(), revisions=4, changes=(seen,)))
    assert report.state == state
    assert ("changed-after-last-signature" in codes(report)) is (state == "insufficient")


def test_a_document_timestamp_is_nobodys_signature() -> None:
    evidence = document(signature(), document_stamp(5), changes=(NOTE,))
    assert "changed-after-last-signature" in codes(verdict(evidence))


@pytest.mark.parametrize(
    "unsound",
    [
        office(4, integrity=integrity(digest_matches=False)),
        office(4, byte_range=byte_range(4, flaw=ByteRangeFlaw.GAP)),
        office(4, rewritten_in=5),
        office(4, removed_in=5),
    ],
)
def test_an_unsound_signature_vouches_for_nothing(unsound: Any) -> None:
    evidence = document(signature(), unsound, revisions=5, changes=(NOTE,))
    assert "changed-after-last-signature" in codes(verdict(evidence))


def test_a_policy_may_only_report_it_and_says_so() -> None:
    policy = replace(ARCHIVE, changes_after_last_signature="report")
    report = verdict(document(signature(), office(), revisions=4, changes=(NOTE,)), policy)
    assert (report.state, report.disabled_checks) == ("valid", ["revocation", "changes-after-last-signature"])
    assert the("changed-after-last-signature", report).severity == "warning"


# Long lists.


def test_a_long_list_is_cut_and_says_so_but_judged_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "MOST_CHANGES_LISTED", 30)
    monkeypatch.setattr(judging, "FEWEST_CHANGES_LISTED", 3)
    many = tuple(change(3, LTA, what=f"nr {n}") for n in range(40))
    bad = change(4, OTHER, "page-content")
    report = after(*many, bad)
    listed = report.signatures[0].modifications.changes
    assert report.state == "invalid"
    assert len(listed) == 30
    assert [item.allowed for item in listed[:2]] == [False, True]
    assert the("changes-listed-partly", report).facts == {"listed": 30, "count": 41}


def test_a_finding_names_a_few_changes_and_counts_all() -> None:
    said = the("modified-after-signing", after(*(change(3, OTHER, what=f"nr {n}") for n in range(9))))
    assert (said.facts["count"], said.facts["changes"]) == (9, [f"nr {n}" for n in range(5)])


def test_ten_thousand_signatures_do_not_cost_their_square() -> None:
    """Sums over the tails of the list: hundreds of signatures and thousands of changes end at once."""
    count = 400
    signed = [signature(n, field=f"S{n}") for n in range(2, count + 2)]
    changes = tuple(change(n, FORM, what="w") for n in range(3, count + 2) for _ in range(20))
    report = verdict(document(*signed, changes=changes))
    assert report.state == "valid"
    assert report.signatures[0].findings[-1].facts["count"] == len(changes)
    assert sum(len(s.modifications.changes) for s in report.signatures) <= judging.MOST_CHANGES_LISTED
