"""Dated algorithms: what the shipped policies accept, until when, and how a refusal is called (docs/rules.md, 2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from build import (
    ARCHIVE,
    AT,
    DAY,
    SIGNED,
    SIGNER,
    STRICT,
    anchor,
    block,
    certificate,
    codes,
    document,
    entry,
    findings,
    found,
    integrity,
    shipped,
    signature,
    signer_paths,
    stamp,
    the,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import Link, Role
from sigcheck.facts import CmsUnreadable
from sigcheck.judging.algorithms import AlgorithmUse, judge_use, timestamp_uses
from sigcheck.policies import SHIPPED_POLICIES, shipped_policy
from sigcheck.policy import DatedAlgorithm, Policy, parse_policy

DIGEST_END = datetime(2020, 12, 31, 23, 59, 59, tzinfo=UTC)
IMPRINT_END = datetime(2030, 12, 31, 23, 59, 59, tzinfo=UTC)
CERTIFICATE_END = datetime(2030, 3, 5, 23, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BEFORE_2019 = datetime(2018, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("policy", [ARCHIVE, STRICT], ids=["archive", "strict"])
@pytest.mark.parametrize(
    ("use", "end"),
    [
        ("document-digest", DIGEST_END),
        ("signature", DIGEST_END),
        ("timestamp-signature", DIGEST_END),
        ("timestamp-imprint", IMPRINT_END),
    ],
)
def test_sha1_is_accepted_up_to_its_day(policy: Policy, use: str, end: datetime) -> None:
    assert judge_use(AlgorithmUse("sha1", use), policy, end).accepted
    assert not judge_use(AlgorithmUse("sha1", use), policy, end + SECOND).accepted
    assert judge_use(AlgorithmUse("sha1", use), policy, end).weak


@pytest.mark.parametrize("policy", [ARCHIVE, STRICT], ids=["archive", "strict"])
def test_sha1_on_certificates(policy: Policy) -> None:
    """Listed by fingerprint until 2030-03-05, any other only with notBefore before 2019-01-01."""
    listed = AlgorithmUse("sha1", "certificate", listed=True, not_before=datetime(2020, 1, 1, tzinfo=UTC))
    old = AlgorithmUse("sha1", "certificate", not_before=BEFORE_2019)
    young = AlgorithmUse("sha1", "certificate", not_before=BEFORE_2019 + SECOND)
    assert judge_use(listed, policy, CERTIFICATE_END).accepted
    assert not judge_use(listed, policy, CERTIFICATE_END + SECOND).accepted
    assert judge_use(old, policy, SIGNED).accepted
    assert not judge_use(young, policy, SIGNED).accepted
    assert not judge_use(AlgorithmUse("sha1", "certificate"), policy, SIGNED).accepted


@pytest.mark.parametrize(
    ("name", "bits", "accepted"),
    [
        ("rsa", 1024, False),
        ("rsa", 2047, False),
        ("rsa", 2048, True),
        ("rsa", None, False),
        ("rsassa-pss", 3072, True),
        ("ec", 192, False),
        ("ec", 256, True),
        ("ed25519", None, True),
        ("ed448", None, True),
        ("dsa", 2048, False),
        ("1.2.3.4", 4096, False),
    ],
)
def test_keys(name: str, bits: int | None, accepted: bool) -> None:
    assert judge_use(AlgorithmUse(name, "signature", is_key=True, bits=bits), ARCHIVE, SIGNED).accepted is accepted


def test_dsa_was_accepted_while_it_was_approved() -> None:
    then = datetime(2022, 1, 1, tzinfo=UTC)
    assert judge_use(AlgorithmUse("dsa", "signature", is_key=True, bits=2048), ARCHIVE, then).accepted
    assert not judge_use(AlgorithmUse("dsa", "signature", is_key=True, bits=1024), ARCHIVE, then).accepted


@pytest.mark.parametrize("name", ["sha256", "SHA-384", "sha3_256", "sha3-512", "sha512_256", "shake256"])
def test_modern_hashes_need_no_row(name: str) -> None:
    answer = judge_use(AlgorithmUse(name, "signature"), ARCHIVE, SIGNED)
    assert (answer.accepted, answer.weak) == (True, False)


@pytest.mark.parametrize("name", ["md5", "md2", "ripemd160", "1.2.3.4"])
def test_what_no_row_names_and_is_not_strong_is_never_accepted(name: str) -> None:
    answer = judge_use(AlgorithmUse(name, "document-digest"), ARCHIVE, datetime(1999, 1, 1, tzinfo=UTC))
    assert (answer.accepted, answer.ever) == (False, False)


def test_a_policys_rows_decide_for_what_they_name() -> None:
    rows = (DatedAlgorithm("SHA-256", "signature", BEFORE_2019), DatedAlgorithm("md5", "signature", None))
    policy = replace(ARCHIVE, algorithms=rows)
    assert not judge_use(AlgorithmUse("sha256", "signature"), policy, SIGNED).accepted
    assert judge_use(AlgorithmUse("sha256", "document-digest"), policy, SIGNED).accepted
    answer = judge_use(AlgorithmUse("md5", "signature"), policy, SIGNED)
    assert (answer.accepted, answer.until, answer.weak) == (True, None, True)


# In a document.

PROVEN_2019 = datetime(2019, 6, 1, tzinfo=UTC)
OF_2018 = certificate(not_before=datetime(2017, 1, 1, tzinfo=UTC), not_after=datetime(2027, 1, 1, tzinfo=UTC))
TSA_OF_2018 = certificate("Máy chủ dấu thời gian cũ", None, not_before=datetime(2017, 1, 1, tzinfo=UTC))


def sha1_signature(stamped: datetime | None) -> Any:
    stamps = () if stamped is None else (stamp(stamped, tsa=TSA_OF_2018),)
    return signature(
        signer=OF_2018,
        paths=signer_paths(OF_2018),
        integrity=integrity(digest_algorithm="sha1", signature_hash="sha1"),
        timestamps=stamps,
        block=block(moment=stamped),
    )


def test_a_sha1_signature_of_its_time_is_valid_and_said() -> None:
    report = verdict(document(sha1_signature(PROVEN_2019)))
    weak = [one for one in findings(report) if one.code == "weak-digest"]
    assert report.state == "valid"
    assert [(one.facts["use"], one.facts["accepted"], one.severity.value) for one in weak] == [
        ("document-digest", True, "warning"),
        ("signature", True, "warning"),
    ]


def test_proven_to_be_made_after_its_day_it_is_weak() -> None:
    report = verdict(document(sha1_signature(SIGNED)))
    assert (report.state, report.indication, report.sub_indication) == (
        "insufficient",
        "INDETERMINATE",
        "CRYPTO_CONSTRAINTS_FAILURE",
    )


def test_without_proof_it_is_judged_at_the_validation_time() -> None:
    report = verdict(document(sha1_signature(None)))
    assert (report.state, report.sub_indication) == ("insufficient", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")


@pytest.mark.parametrize("stamps", [(), (stamp(),)], ids=["unproven", "proven"])
def test_what_was_never_accepted_needs_no_proof_to_be_refused(stamps: Any) -> None:
    """docs/rules.md, 2: RSA below 2048 bits and MD5 are CRYPTO_CONSTRAINTS_FAILURE."""
    for weak in (integrity(key_bits=1024), integrity(signature_hash="md5"), integrity(digest_algorithm="md5")):
        report = verdict(document(signature(integrity=weak, timestamps=stamps)))
        assert (report.state, report.sub_indication) == ("insufficient", "CRYPTO_CONSTRAINTS_FAILURE")


@pytest.mark.parametrize("sub_filter", ["adbe.pkcs7.sha1", "adbe.x509.rsa_sha1"])
def test_sub_filters_that_bind_by_sha1_are_weak_whatever_the_cms_says(sub_filter: str) -> None:
    report = verdict(document(signature(sub_filter=sub_filter, raw_signature=b"s")))
    assert the("weak-digest", report).facts["use"] == "document-digest"
    assert report.state == "insufficient"


def test_links_of_the_chain_are_judged_where_a_signature_was_verified() -> None:
    young = certificate(signature_hash="sha1")
    by_signature = verdict(document(signature(signer=young, paths=signer_paths(young))))
    assert the("weak-digest", by_signature).facts["certificate"] == "Trần Thị Mẫu"
    assert by_signature.state == "insufficient"
    listed = found(entry(young, link=Link.LISTED), anchor())
    assert codes(verdict(document(signature(signer=young, paths=listed)))) == []


def test_what_is_not_known_is_not_judged_here() -> None:
    """Integrity and path say that it is not known."""
    nothing = integrity(digest_algorithm=None, signature_hash=None, key_algorithm=None)
    unhashed = found(entry(SIGNER, signature_hash=None), anchor())
    bare = stamp(imprint_algorithm=None, imprint_matches=None, integrity=nothing, paths=found(entry(SIGNER), anchor()))
    report = verdict(document(signature(integrity=nothing, paths=unhashed, timestamps=(bare,))))
    assert not {"weak-digest", "weak-key"} & set(codes(report))
    assert not list(timestamp_uses(replace(bare, cms=CmsUnreadable("truncated"))))


def test_a_short_key_above_the_signer_is_weak() -> None:
    ca = entry(certificate("CA ngắn", None, key_bits=1024), Role.INTERMEDIATE)
    report = verdict(document(signature(paths=found(entry(SIGNER), ca, anchor()))))
    assert the("weak-key", report).facts == {
        "algorithm": "rsa",
        "bits": 1024,
        "use": "certificate",
        "accepted": False,
        "until": None,
        "moment": "2024-05-10T03:00:00Z",
        "certificate": "CA ngắn",
    }


# What the shipped policies say.

PROMISED = {
    "strict": ("require", "proven", "refuse", "require-proof", True, "check-status", "refuse", 1800, "refuse"),
    "archive": ("when-available", "claimed", "refuse", "accept", True, "accept", "refuse", 1800, "report"),
}


@pytest.mark.parametrize("name", SHIPPED_POLICIES)
def test_shipped_policies_say_what_is_promised(name: str) -> None:
    policy = shipped(name)
    assert policy.name == name
    assert (
        policy.revocation,
        policy.time,
        policy.expired_with_claimed_time,
        policy.tsa_after_expiry,
        policy.accept_later_signature_timestamp,
        policy.ocsp_responder_without_nocheck,
        policy.changes_after_last_signature,
        policy.time_tolerance_seconds,
        policy.order_contradiction,
    ) == PROMISED[name]
    assert policy.advisory_checks == frozenset()


def test_there_is_no_other_shipped_policy() -> None:
    with pytest.raises(KeyError):
        shipped_policy("../policy")


def test_what_archive_switches_off_is_listed() -> None:
    assert verdict(document(), ARCHIVE).disabled_checks == ["revocation"]
    assert verdict(document(), STRICT).disabled_checks == []


def test_a_conformance_policy_may_accept_everything_for_long() -> None:
    """A file with name, use and until alone: every row holds for keys of any length."""
    rows = "".join(
        f'[[algorithm]]\nname = "{name}"\nuse = "{use}"\nuntil = 2100-01-01\n'
        for name in ("md5", "sha1", "rsa")
        for use in ("document-digest", "signature", "certificate", "timestamp-imprint", "timestamp-signature")
    )
    policy = parse_policy('revocation = "ignore"\ntime = "claimed"\n' + rows, name="own")
    weak = signature(integrity=integrity(key_bits=512, signature_hash="md5"), timestamps=())
    assert verdict(document(weak), policy, at=AT - DAY).state == "valid"
