"""Proofs of existence with their scope, and their worth to revocation statements (EN 319 102-1, 5.6.2.3, 5.2.6.4 step 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from build import (
    ARCHIVE,
    AT,
    DAY,
    HOUR,
    SIGNED,
    SIGNER,
    STRICT,
    SUB_CA,
    YEAR,
    anchor,
    certificate,
    codes,
    document,
    document_stamp,
    entry,
    found,
    office,
    revoked,
    signature,
    signer_paths,
    stamp,
    statement,
    the,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import Role
from sigcheck.judging.existence import Existence, Proof
from sigcheck.verdict import DocumentReport

RESPONDER = certificate("Máy trả lời OCSP", None, not_after=SIGNED + 30 * DAY)
RESPONDED = statement(
    kind="ocsp", issuer_paths=found(entry(RESPONDER), anchor()), issuer_no_check=True, produced_at=SIGNED, digest="0c" * 32
)
"""An answer of a responder whose certificate ended a month later, long before the validation time."""


def judged(said: Any, *more: Any, policy: Any = STRICT, **asked: Any) -> DocumentReport:
    return verdict(document(signature(statements=(said, statement(SUB_CA))), *more), policy, **asked)


def test_a_range_proves_what_lies_in_the_revisions_it_reaches() -> None:
    existence = Existence(None)
    existence.add(Proof(SIGNED + 3 * DAY, "document-timestamp", "last", 4))
    existence.add(Proof(SIGNED + 2 * DAY, "document-timestamp", "middle", 3))
    existence.add(Proof(SIGNED + 5 * DAY, "document-timestamp", "late", 2))
    proofs = [existence.proof_of(revision) for revision in (1, 2, 3, 4, 5)]
    assert [proof and proof.field for proof in proofs] == ["middle", "middle", "middle", "last", None]
    assert existence.proof_of(None) is None


def test_the_archives_record_proves_everything_in_the_file() -> None:
    existence = Existence(Proof(SIGNED, "received", None))
    existence.add(Proof(SIGNED + DAY, "document-timestamp", "stamp", 2))
    proofs = [existence.proof_of(revision) for revision in (1, 2, 9)]
    assert [proof and proof.basis for proof in proofs] == ["received"] * 3


def test_an_answer_of_a_responder_expired_since_needs_a_proof_of_its_own() -> None:
    report = judged(RESPONDED)
    assert (report.state, report.sub_indication) == ("insufficient", "REVOCATION_OUT_OF_BOUNDS_NO_POE")
    assert the("revocation-not-checked", report).facts["reason"] == "issuer-expired-since"


PROVEN: dict[str, tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]] = {
    "the store received it then": ({"received_at": SIGNED + DAY}, (), {}),
    "it is among the signed attributes of a stamped signature": ({"signed": True, "source": "cms"}, (), {}),
    "it lies in the security store below a document time-stamp": (
        {"covered_from": 3, "source": "document"},
        (document_stamp(3, SIGNED + DAY),),
        {},
    ),
    "it lies below a later stamped signature": ({"covered_from": 2}, (office(3),), {}),
    "the archive received the file then": ({"covered_from": 2}, (), {"received": SIGNED + DAY}),
}


@pytest.mark.parametrize("name", PROVEN)
def test_a_proof_before_the_responders_end_makes_it_count(name: str) -> None:
    changes, more, asked = PROVEN[name]
    report = judged(replace(RESPONDED, **changes), *more, **asked)
    assert [one.usable for one in report.signatures[0].revocation.statements] == [True, True], codes(report)


TOO_LATE: dict[str, tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]] = {
    "received after the responder's end": ({"received_at": SIGNED + 40 * DAY}, (), {}),
    "the document time-stamp came after the responder's end": ({"covered_from": 3}, (document_stamp(3, SIGNED + 40 * DAY),), {}),
    "it was added behind the document time-stamp": ({"covered_from": 4}, (document_stamp(3, SIGNED + DAY),), {}),
    "the archive's record is of another thing: a stored response": ({}, (), {"received": SIGNED + DAY}),
}


@pytest.mark.parametrize("name", TOO_LATE)
def test_a_proof_that_is_too_late_or_does_not_cover_it_does_not_help(name: str) -> None:
    changes, more, asked = TOO_LATE[name]
    report = judged(replace(RESPONDED, **changes), *more, **asked)
    assert the("revocation-not-checked", report).facts["reason"] == "issuer-expired-since"


def test_a_crl_of_an_embedded_ca_that_expired_needs_a_proof_a_listed_ca_does_not() -> None:
    """docs/rules.md, 11: periods of anchors and listed sub-CAs are never judged at the validation time."""
    old = certificate("CA đã hết hạn", None, not_after=SIGNED + YEAR)
    path = found(entry(SIGNER), entry(old, Role.INTERMEDIATE), anchor())
    said = (statement(), statement(old))
    embedded = verdict(document(signature(paths=path, statements=said)), STRICT)
    assert the("revocation-not-checked", embedded).facts["reason"] == "issuer-expired-since"
    listed = found(entry(SIGNER), entry(old, Role.INTERMEDIATE, in_trust_list=True), anchor())
    assert verdict(document(signature(paths=listed, statements=said)), STRICT).state == "valid"
    stored = (statement(received_at=SIGNED + DAY), statement(old, received_at=SIGNED + DAY))
    assert verdict(document(signature(paths=path, statements=stored)), STRICT).state == "valid"


def test_the_hash_of_a_statement_is_judged_when_it_is_proven_to_have_existed() -> None:
    """SHA-1 signatures count until the end of 2020 (CONTRACT.md): a stored CRL of 2019 does, one without proof does not."""
    then = SIGNED - 5 * YEAR
    signer, tsa = certificate(not_before=then - YEAR), certificate("Máy cũ", None, not_before=then - YEAR)
    old = signature(
        signer=signer,
        paths=signer_paths(signer),
        timestamps=(stamp(then, tsa, statements=(statement(tsa, then),)),),
        statements=(statement(signer, then, signature_hash="sha1"), statement(SUB_CA, then)),
    )
    reasons = [one.unusable_because for one in verdict(document(old), STRICT).signatures[0].revocation.statements]
    assert reasons == ["weak-digest", None]
    kept = replace(old, statements=tuple(replace(one, received_at=then) for one in old.statements))
    reasons = [one.unusable_because for one in verdict(document(kept), STRICT).signatures[0].revocation.statements]
    assert reasons == [None, None]


def test_a_list_made_after_the_certificate_expired_counts_only_when_it_keeps_expired_ones() -> None:
    """expiredCertsOnCRL (X.509, 9.5.2.8) and the archive cutoff (RFC 6960, 4.4.4)."""
    ended = certificate(not_after=SIGNED + DAY)
    late = statement(ended, SIGNED + 30 * DAY)

    def asked(said: Any) -> DocumentReport:
        one = signature(signer=ended, paths=signer_paths(ended), statements=(said, statement(SUB_CA)))
        return verdict(document(one), STRICT)

    assert the("revocation-not-checked", asked(late)).facts["reason"] == "after-expiry"
    assert "revocation-not-checked" not in codes(asked(replace(late, covers_expired_since=SIGNED - YEAR)))
    too_short = replace(late, covers_expired_since=SIGNED + 2 * DAY)
    assert the("revocation-not-checked", asked(too_short)).facts["reason"] == "after-expiry"


WITHOUT_NOCHECK = replace(RESPONDED, issuer_no_check=False, issuer_paths=found(entry(certificate("Máy", None)), anchor()))
MACHINE = WITHOUT_NOCHECK.issuer_paths.found[0].entries[0].certificate if WITHOUT_NOCHECK.issuer_paths else None


def test_a_responders_own_status_can_be_answered_by_its_issuers_list() -> None:
    """RFC 6960, 4.2.2.2.1, the third way; `check-status` asks for it."""
    assert MACHINE is not None
    assert the("revocation-not-checked", judged(WITHOUT_NOCHECK)).facts["reason"] == "responder-status-unknown"

    def with_list(about: Any, policy: Any = STRICT) -> DocumentReport:
        return verdict(document(signature(statements=(WITHOUT_NOCHECK, statement(SUB_CA), about))), policy)

    assert with_list(statement(MACHINE)).state == "valid"
    own_word = replace(WITHOUT_NOCHECK, certificate_sha256=MACHINE.sha256)
    assert the("revocation-not-checked", with_list(own_word)).facts["reason"] == "responder-status-unknown"
    for policy in (STRICT, ARCHIVE):
        report = with_list(revoked(MACHINE, SIGNED - DAY), policy)
        assert the("revocation-not-checked", report).facts["reason"] == "issuer-revoked"
    assert "responder-status-not-checked" not in codes(with_list(statement(MACHINE), ARCHIVE))


def test_the_control_time_is_how_far_the_knowledge_of_all_certificates_reaches() -> None:
    """5.6.2.2: the earliest end among the certificates of the path, or a revocation."""
    report = judged(statement())
    assert report.signatures[0].revocation.control_time == SIGNED + DAY
    later = verdict(document(signature(statements=(statement(made=SIGNED + 9 * DAY), statement(SUB_CA)))), STRICT)
    assert later.signatures[0].revocation.control_time == SIGNED + DAY
    stopped = judged(revoked(SIGNER, SIGNED + HOUR))
    assert stopped.signatures[0].revocation.control_time == SIGNED + HOUR
    assert judged(statement(authorised=False)).signatures[0].revocation.control_time is None


def test_the_report_lists_each_proof_with_its_scope() -> None:
    report = judged(replace(RESPONDED, covered_from=3), document_stamp(3, SIGNED + DAY))
    listed = {one.object: one for one in report.proofs_of_existence}
    assert (listed["signature"].at, listed["signature"].basis, listed["signature"].covers_revisions) == (
        SIGNED, "signature-timestamp", None,
    )  # fmt: skip
    assert (listed["timestamp"].at, listed["timestamp"].basis, listed["timestamp"].covers_revisions) == (
        SIGNED + DAY, "document-timestamp", 3,
    )  # fmt: skip
    assert (listed["ocsp"].sha256, listed["ocsp"].at) == ("0c" * 32, SIGNED + DAY)
    assert verdict(document(signature(timestamps=())), ARCHIVE).proofs_of_existence == []


def test_nothing_younger_than_the_validation_time_proves_anything() -> None:
    early = judged(replace(RESPONDED, received_at=AT + DAY), at=AT)
    assert the("revocation-not-checked", early).facts["reason"] == "issuer-expired-since"
    assert [one for one in early.proofs_of_existence if one.at > AT] == []


def test_a_token_of_a_tsa_whose_responder_expired_needs_the_proof_too() -> None:
    tsa = stamp().tsa
    assert tsa is not None
    said = replace(RESPONDED, certificate_sha256=tsa.sha256)
    stamped = stamp(statements=(said,))
    alone = verdict(document(signature(timestamps=(stamped,))), STRICT)
    assert alone.signatures[0].times.timestamps[0].trusted is None
    kept = stamp(statements=(replace(said, received_at=SIGNED + timedelta(days=1)),))
    assert verdict(document(signature(timestamps=(kept,))), STRICT).signatures[0].times.timestamps[0].trusted is True


def test_a_policy_can_say_how_old_revocation_data_may_be() -> None:
    """5.2.5: a maximum of the policy takes the place of nextUpdate, which may then be missing."""
    day = replace(STRICT, revocation_max_age_seconds=86_400)
    hour = replace(STRICT, revocation_max_age_seconds=3_600)
    open_end = statement(made=SIGNED - HOUR, next_update=None)  # two hours old when it was signed
    assert judged(open_end, policy=day).signatures[0].revocation.statements[0].usable
    assert the("revocation-not-checked", judged(open_end, policy=hour)).facts["reason"] == "not-fresh"
    assert the("revocation-not-checked", judged(open_end)).facts["reason"] == "no-next-update"
    two_hours_old = statement(made=SIGNED - HOUR)
    assert (judged(two_hours_old).state, judged(two_hours_old, policy=hour).state) == ("valid", "insufficient")


STOLEN = found(entry(certificate("Máy bị lấy khoá", None)), entry(certificate("CA khác", None), Role.INTERMEDIATE), anchor())
THIEF, OTHER_CA = (one.certificate for one in STOLEN.found[0].entries[:2])


@pytest.mark.parametrize("revoked_one", ["the responder", "the CA above it"])
def test_who_is_revoked_is_heard_neither_for_nor_against(revoked_one: str) -> None:
    """Whoever has a stolen key would otherwise free a revoked signer, or accuse a good one."""
    assert THIEF is not None
    assert OTHER_CA is not None
    known = revoked(THIEF if revoked_one == "the responder" else OTHER_CA, SIGNED - DAY)
    good = statement(kind="ocsp", issuer_paths=STOLEN, issuer_no_check=True)
    bad = revoked(SIGNER, SIGNED - DAY, kind="ocsp", issuer_paths=STOLEN, issuer_no_check=True)

    def asked(*said: Any) -> DocumentReport:
        return verdict(document(signature(statements=(*said, statement(SUB_CA)))), STRICT)

    assert asked(good).state == "valid"
    assert the("revocation-not-checked", asked(good, known)).facts["reason"] == "issuer-revoked"
    assert asked(statement(), bad).state == "insufficient"
    assert asked(statement(), bad, known).state == "valid"


def test_who_had_ended_is_not_heard_against_anybody() -> None:
    ended = found(entry(certificate("Máy cũ", None, not_after=SIGNED - YEAR)), anchor())
    bad = revoked(SIGNER, SIGNED - DAY, kind="ocsp", issuer_paths=ended, issuer_no_check=True)
    assert verdict(document(signature(statements=(statement(), bad, statement(SUB_CA)))), STRICT).state == "valid"


def test_two_who_accuse_each_other_end_nothing() -> None:
    one, other = certificate("Máy một", None), certificate("Máy hai", None)
    by_one, by_other = found(entry(one), anchor()), found(entry(other), anchor())
    said = (
        revoked(one, SIGNED - DAY, kind="ocsp", issuer_paths=by_other),
        revoked(other, SIGNED - DAY, kind="ocsp", issuer_paths=by_one),
    )
    assert verdict(document(signature(statements=(statement(), *said, statement(SUB_CA)))), STRICT).state == "valid"
