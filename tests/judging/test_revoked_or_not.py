"""Revocation at the best signature time: which statement counts, and what an absent one means (EN 319 102-1, 5.2.5, 5.2.6.4)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
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
    TSA,
    YEAR,
    anchor,
    certificate,
    cms,
    codes,
    document,
    entry,
    findings,
    found,
    no_path,
    revoked,
    signature,
    signer_paths,
    stamp,
    statement,
    the,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import PathFlaw, Paths, RevocationStatement
from sigcheck.facts import Certificate
from sigcheck.verdict import DocumentReport

RESPONDER = found(entry(certificate("Máy trả lời OCSP", None)), anchor())
OLD_RESPONDER = found(entry(certificate("Máy trả lời cũ", None, not_after=SIGNED - YEAR)), anchor())


def judged(*about_signer: RevocationStatement, policy: Any = STRICT, **changes: Any) -> DocumentReport:
    return verdict(document(signature(statements=(*about_signer, statement(SUB_CA)), **changes)), policy)


GOOD = {
    "in force at signing": statement(),
    "made later, before the certificate expired": statement(made=SIGNED + 100 * DAY),
    "OCSP shortly before the time-stamp": statement(kind="ocsp", this_update=SIGNED, next_update=SIGNED + 3 * HOUR),
    "taken off hold": statement(state="removed"),
    "delegated responder with nocheck": statement(kind="ocsp", issuer_paths=RESPONDER, issuer_no_check=True),
    "delegated CRL issuer": statement(issuer_paths=RESPONDER),
    "without a hash of its own (Ed25519)": statement(signature_hash=None),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_statement_that_counts(name: str) -> None:
    report = judged(GOOD[name])
    assert report.state == "valid", codes(report)
    assert report.signatures[0].revocation.checked
    assert [one.usable for one in report.signatures[0].revocation.statements] == [True, True]


NO_WORD = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
"""5.2.6.4 step 4e: nothing that could speak; a statement that is merely old is step 4a."""
UNUSABLE = {
    "signature-does-not-verify": (
        statement(authorised=False, flaw="signature-does-not-verify"),
        "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    ),
    "not-authorised": (statement(authorised=False), NO_WORD),
    "after-validation-time": (statement(made=AT + DAY), NO_WORD),
    "unknown-to-the-responder": (statement(state="unknown"), NO_WORD),
    "no-next-update": (statement(next_update=None), "TRY_LATER"),
    "not-fresh": (statement(made=SIGNED - 10 * DAY), "TRY_LATER"),
    "issuer-path": (statement(kind="ocsp", issuer_paths=OLD_RESPONDER, issuer_no_check=True), "REVOCATION_OUT_OF_BOUNDS_NO_POE"),
    "responder-status-unknown": (statement(kind="ocsp", issuer_paths=RESPONDER), NO_WORD),
    "weak-digest": (statement(signature_hash="md5"), NO_WORD),
}


@pytest.mark.parametrize("reason", UNUSABLE)
def test_a_statement_that_does_not_count(reason: str) -> None:
    said, sub = UNUSABLE[reason]
    report = judged(said)
    assert (report.state, report.sub_indication) == ("insufficient", sub)
    assert the("revocation-not-checked", report).facts["reason"] == reason
    first = report.signatures[0].revocation.statements[0]
    assert (first.usable, first.unusable_because) == (False, reason)


def test_an_ocsp_response_produced_after_the_validation_time_does_not_count() -> None:
    assert judged(statement(kind="ocsp", produced_at=AT + HOUR)).state == "insufficient"


def test_a_statement_made_after_the_certificate_expired_does_not_count() -> None:
    ended = certificate(not_after=SIGNED + DAY)
    said = (statement(ended, SIGNED + 30 * DAY), statement(SUB_CA))
    report = verdict(document(signature(signer=ended, paths=signer_paths(ended), cms=cms(ended), statements=said)), STRICT)
    assert the("revocation-not-checked", report).facts["reason"] == "after-expiry"


def test_no_statement_at_all_is_a_failure_of_the_chain_under_strict() -> None:
    report = judged()
    assert (report.state, report.sub_indication) == ("insufficient", "CERTIFICATE_CHAIN_GENERAL_FAILURE")
    unchecked = the("revocation-not-checked", report)
    assert unchecked.facts == {"certificates": [SIGNER.subject], "reason": "no-statement"}
    assert unchecked.severity == "error"


def test_under_archive_it_is_a_warning_that_names_the_tsa_too() -> None:
    report = verdict(document(signature(statements=(), timestamps=(stamp(statements=()),))))
    assert report.state == "valid"
    unchecked = the("revocation-not-checked", report)
    assert (unchecked.severity, unchecked.decides) == ("warning", None)
    assert unchecked.facts["certificates"] == [SIGNER.subject, SUB_CA.subject, TSA.subject]


def test_ignored_revocation_is_listed_as_switched_off_and_never_as_checked() -> None:
    policy = replace(ARCHIVE, revocation="ignore")
    report = judged(revoked(SIGNER, SIGNED - DAY), policy=policy)
    assert (report.state, report.disabled_checks) == ("valid", ["revocation"])
    assert report.signatures[0].revocation.checked is False
    assert codes(report) == []


def test_an_end_entity_anchor_has_nothing_to_ask() -> None:
    alone = found(entry(SIGNER, role=anchor().role, link=None))
    report = verdict(document(signature(paths=alone, statements=())), STRICT)
    assert report.state == "valid"
    assert report.signatures[0].revocation.checked is False


@pytest.mark.parametrize("policy", [ARCHIVE, STRICT], ids=["archive", "strict"])
@pytest.mark.parametrize("when", [SIGNED - DAY, SIGNED, None], ids=["before", "at", "unknown time"])
def test_revoked_before_the_proof_is_open_never_total(policy: Any, when: datetime | None) -> None:
    """A time-stamp is an upper bound (5.3.4 step 4)."""
    report = judged(revoked(SIGNER, when), policy=policy)
    assert (report.state, report.indication, report.sub_indication) == ("insufficient", "INDETERMINATE", "REVOKED_NO_POE")


def test_a_revoked_intermediate_has_its_own_name() -> None:
    report = judged(revoked(SUB_CA, SIGNED - DAY), statement(), policy=ARCHIVE)
    assert report.sub_indication == "REVOKED_CA_NO_POE"


def test_revoked_after_the_proof_is_information() -> None:
    report = judged(revoked(SIGNER, SIGNED + DAY, reason="keyCompromise"))
    assert report.state == "valid"
    assert the("certificate-revoked-later", report).facts["revoked_at"] == "2024-05-11T03:00:00Z"


def test_revoked_without_any_proof_is_open() -> None:
    report = judged(revoked(SIGNER, SIGNED + DAY), policy=ARCHIVE, timestamps=())
    assert (report.state, report.sub_indication) == ("insufficient", "REVOKED_NO_POE")


@pytest.mark.parametrize(
    "unfresh",
    [
        revoked(SIGNER, SIGNED - DAY, next_update=None),
        revoked(SIGNER, SIGNED - DAY, signature_hash="md5"),
        revoked(SIGNER, SIGNED - DAY, kind="ocsp", issuer_paths=RESPONDER),
    ],
)
def test_a_revocation_counts_however_old_or_weak_its_statement(unfresh: RevocationStatement) -> None:
    assert judged(statement(), unfresh, policy=ARCHIVE).state == "insufficient"


@pytest.mark.parametrize(
    "nobodys",
    [revoked(SIGNER, SIGNED - DAY, authorised=False), revoked(SIGNER, SIGNED - DAY, this_update=AT + DAY)],
    ids=["not authorised", "not known at the validation time"],
)
def test_a_revocation_that_nobody_may_state_or_knows_yet_is_none(nobodys: RevocationStatement) -> None:
    assert judged(statement(), nobodys).state == "valid"


def test_a_revocation_outranks_a_suspension_and_the_earliest_is_named() -> None:
    held = revoked(SIGNER, SIGNED - 3 * DAY, state="on-hold")
    report = judged(held, revoked(SIGNER, SIGNED + DAY), revoked(SIGNER, SIGNED - DAY), policy=ARCHIVE)
    assert the("certificate-revoked", report).facts["revoked_at"] == "2024-05-09T03:00:00Z"


def test_on_hold_is_try_later_unless_it_ended() -> None:
    held = statement(made=SIGNED, state="on-hold", revoked_at=SIGNED - DAY)
    assert judged(held).sub_indication == "TRY_LATER"
    assert "certificate-on-hold" in codes(judged(held, policy=ARCHIVE))
    assert judged(held, statement(made=SIGNED + 10 * DAY)).state == "valid"


def test_a_responder_without_nocheck_is_accepted_where_the_policy_says_so_and_said() -> None:
    plain = statement(kind="ocsp", issuer_paths=RESPONDER)
    report = judged(plain, policy=replace(STRICT, ocsp_responder_without_nocheck="accept"))
    assert report.state == "valid"
    assert the("responder-status-not-checked", report).severity == "info"
    assert "responder-status-not-checked" not in codes(judged(plain, statement(), policy=ARCHIVE))


def test_an_expired_path_is_asked_too() -> None:
    """Under strict nothing hides that revocation was not checked."""
    ended: Certificate = certificate(not_after=SIGNED - DAY)
    expired = signature(signer=ended, cms=cms(ended), paths=signer_paths(ended), statements=(), timestamps=())
    assert {"certificate-expired", "revocation-not-checked"} <= set(codes(verdict(document(expired), STRICT)))


@pytest.mark.parametrize("paths", [no_path(PathFlaw.NO_ISSUER), Paths((), None)])
def test_without_a_path_there_is_nothing_to_ask(paths: Paths) -> None:
    report = verdict(document(signature(paths=paths, statements=())), STRICT)
    assert "revocation-not-checked" not in [one.code for one in findings(report)]


def test_the_moment_is_that_of_the_proof() -> None:
    report = judged(statement(made=datetime(2026, 11, 20, tzinfo=UTC)), timestamps=())
    assert "certificate-revoked" not in codes(report)


def test_thousands_of_statements_cost_no_more_than_their_number() -> None:
    """A bundle from outside may hold any number of suspensions and of good answers."""
    held = [statement(made=SIGNED, state="on-hold", revoked_at=SIGNED - DAY)] * 10_000
    good = [statement(made=SIGNED - DAY)] * 10_000
    begun = time.process_time()
    said = judged(*held, *good, policy=ARCHIVE)
    assert time.process_time() - begun < 5
    assert "certificate-on-hold" in codes(said)
