"""Each row of the tables of checks has a document that passes it and one that fails it, and each code is one of the table's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from build import (
    ARCHIVE,
    DAY,
    HOUR,
    OFFICE,
    SIGNED,
    SIGNER,
    STRICT,
    SUB_CA,
    YEAR,
    anchor,
    block,
    byte_range,
    certificate,
    change,
    cms,
    codes,
    document,
    document_stamp,
    entry,
    findings,
    found,
    integrity,
    issued,
    no_path,
    office,
    remains,
    revoked,
    signature,
    signer_paths,
    stamp,
    statement,
    unsigned,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import ChangeLevel, ChangesUnknown, DocumentEvidence, PathFlaw, RemainsEvidence
from sigcheck.facts import (
    Appearance,
    AppearanceKind,
    ByteRange,
    ByteRangeFlaw,
    ClaimedTime,
    CmsUnreadable,
    SignatureBox,
    Tail,
    TailKind,
    Trailing,
)
from sigcheck.judging import checks
from sigcheck.judging import judge as judging
from sigcheck.judging.checks import CHECKS, DOCUMENT_CHECKS
from sigcheck.policy import Demands
from sigcheck.profile import Profile, parse_profile


def shows(*lines: str, **changes: Any) -> DocumentEvidence:
    return document(signature(appearance=Appearance(AppearanceKind.TEXT, lines, **changes)))


UNFILLED = ByteRange((0, 0, 0, 0), ByteRangeFlaw.GAP, 0, None, whole_file=False)


@dataclass(frozen=True)
class Flaw:
    """A document with one flaw, the code that must be found, and what is asked beside it."""

    code: str
    evidence: DocumentEvidence
    asked: dict[str, Any]


def flaw(code: str, evidence: DocumentEvidence, **asked: Any) -> Flaw:
    return Flaw(code, evidence, asked)


OLD = certificate(not_after=SIGNED + YEAR)
ENDED = certificate(not_after=SIGNED - DAY)
YOUNG = certificate(not_before=SIGNED + DAY)
CONTACT = "BAN CƠ YẾU CHÍNH PHỦ - ĐT: 0"
OF_RESPONDER = found(entry(certificate("Máy trả lời OCSP", None)), anchor())


def signed_by(signer: Any, **changes: Any) -> DocumentEvidence:
    return document(signature(signer=signer, cms=cms(signer), paths=signer_paths(signer), **changes))


def asking(*row: str) -> Profile:
    """A profile of one rule."""
    return parse_profile("[[rule]]\n" + "\n".join(row), name="of one rule")


SIGNATURE_FLAWS: dict[str, Flaw] = {
    "byte-range-covers-revision": flaw(
        "byte-range-unsound", document(signature(byte_range=byte_range(2, flaw=ByteRangeFlaw.GAP)))
    ),
    "sub-filter-supported": flaw("sub-filter-unsupported", document(signature(sub_filter="vidu.new", cms=None))),
    "cms-readable": flaw("cms-unreadable", document(signature(cms=CmsUnreadable("not-asn1")))),
    "nothing-behind-cms": flaw("uncovered-bytes", document(signature(cms=cms(trailing=Trailing.OTHER)))),
    "cms-without-oddities": flaw("cms-oddity", document(signature(cms=cms(oddities=("unsigned-attribute-not-asn1:1.2",))))),
    "digest-matches": flaw("digest-mismatch", document(signature(integrity=integrity(digest_matches=False)))),
    "signature-verifies": flaw("signature-mismatch", document(signature(integrity=integrity(signature_verifies=False)))),
    "integrity-determined": flaw(
        "integrity-unknown", document(signature(integrity=integrity(signature_verifies=None, unknown="key-cannot-be-used")))
    ),
    "signing-certificate-named": flaw(
        "signing-certificate-mismatch", document(signature(integrity=integrity(signing_certificate_matches=False)))
    ),
    "digest-info-exact": flaw(
        "digest-info-without-null", document(signature(integrity=integrity(digest_info_without_null=True)))
    ),
    "signer-certificate-present": flaw("signer-certificate-missing", document(signature(signer=None, cms=cms(None)))),
    "path-reaches-an-anchor": flaw("chain-incomplete", document(signature(paths=no_path(PathFlaw.NO_ISSUER)))),
    "path-keeps-the-rules": flaw("chain-invalid", document(signature(paths=no_path(PathFlaw.PATH_LENGTH)))),
    "path-is-for-signing": flaw("key-usage-not-for-signing", document(signature(paths=no_path(PathFlaw.KEY_USAGE)))),
    "path-had-not-expired": flaw("certificate-expired", signed_by(ENDED)),
    "path-had-begun": flaw("certificate-not-yet-valid", signed_by(YOUNG)),
    "path-is-honoured": flaw("anchor-not-honoured", document(signature(paths=signer_paths(root={"periods": ()})))),
    "signer-certificate-still-valid": flaw("certificate-expired-since", signed_by(OLD)),
    "digests-accepted": flaw("weak-digest", document(signature(integrity=integrity(signature_hash="sha1")))),
    "keys-accepted": flaw("weak-key", document(signature(integrity=integrity(key_bits=1024)))),
    "timestamps-hold": flaw("broken-timestamp", document(signature(timestamps=(stamp(imprint_matches=False),)))),
    "timestamps-are-in-order": flaw(
        "content-timestamp-order", document(signature(content_timestamps=(stamp(SIGNED + 2 * HOUR),)))
    ),
    "time-is-proven": flaw("time-claimed-only", document(signature(timestamps=()))),
    "claimed-time-agrees": flaw("claimed-time-differs", document(signature(block=block(moment=SIGNED - HOUR)))),
    "claimed-time-has-an-offset": flaw(
        "claimed-time-without-offset",
        document(signature(block=replace(block(), claimed_time=ClaimedTime("D:20240510100000", "2024-05-10T10:00:00", None)))),
    ),
    "signing-time-is-utc": flaw(
        "signing-time-local-as-utc", document(signature(cms=cms(signing_time=SIGNED + timedelta(hours=7, seconds=20))))
    ),
    "path-is-not-revoked": flaw(
        "certificate-revoked", document(signature(statements=(revoked(SIGNER, SIGNED - DAY), statement(SUB_CA))))
    ),
    "revocation-is-checked": flaw("revocation-not-checked", document(signature(statements=()))),
    "responders-are-known": flaw(
        "responder-status-not-checked",
        document(signature(statements=(statement(kind="ocsp", issuer_paths=OF_RESPONDER), statement(SUB_CA)))),
    ),
    "no-forbidden-change": flaw(
        "modified-after-signing", document(signature(), revisions=3, changes=(change(3, ChangeLevel.OTHER, "page-content"),))
    ),
    "changes-are-known": flaw("changes-unknown", document(signature(), revisions=3, changes=ChangesUnknown("limit-reached"))),
    "nothing-was-changed": flaw(
        "changes-allowed", document(signature(), revisions=3, changes=(change(3, ChangeLevel.LTA_UPDATE, "dss-update"),))
    ),
    "block-name-is-the-certificates": flaw("name-differs-from-certificate", document(signature(block=block("Lê Văn Khác")))),
    "block-email-is-the-certificates": flaw(
        "email-differs-from-certificate", document(signature(block=block(email="khac@vidu.gov.vn")))
    ),
    "formula-is-written-plainly": flaw(
        "block-formula-disguised", document(signature(block=block(formula_oddities=("wording",))))
    ),
    "other-entries-name-the-signer": flaw(
        "block-names-another", document(signature(block=replace(block(None, None), reason="Ký bởi: Lê Văn Khác")))
    ),
    "name-entry-is-the-certificates": flaw("name-entry-differs", document(signature(block=replace(block(), name="Bộ Thí dụ")))),
    "government-ca-claimed-rightly": flaw(
        "claims-government-ca",
        document(
            signature(
                block=replace(block(), contact_info=CONTACT),
                paths=signer_paths(root={"authority": "public"}),
            )
        ),
    ),
    "software-is-no-trial": flaw("trial-software", document(signature(block=replace(block(), trial=True)))),
    "shown-name-is-the-certificates": flaw("appearance-name-differs-from-certificate", shows("Ký bởi: Ngô Văn Giả")),
    "shown-email-is-the-certificates": flaw("appearance-email-differs-from-certificate", shows("Email: khac@vidu.gov.vn")),
    "shown-organisation-is-the-certificates": flaw("appearance-organisation-differs-from-certificate", shows("Cơ quan: Bộ Khác")),
    "shown-time-is-the-claimed": flaw("appearance-time-differs", shows("Ngày ký: 11/05/2024 10:00:00 +07:00")),
    "shown-text-is-readable": flaw("appearance-read-partly", shows("\ufffd\ufffdm", unmapped=2)),
}

LATE = document(
    signature(),
    office(timestamps=(stamp(SIGNED + 7 * DAY),), block=block(OFFICE, None, SIGNED + 7 * DAY)),
    changes=(change(3),),
)

DOCUMENT_FLAWS: dict[str, Flaw] = {
    "bears-a-signature": flaw("no-signature", unsigned()),
    "no-bytes-behind-the-end": flaw("uncovered-bytes", document(tail=Tail(TailKind.JUNK, 2000, 5, "<html"))),
    "signatures-are-reachable": flaw("signature-remains-unreachable", unsigned(remains=(RemainsEvidence(remains(), None, ()),))),
    "signatures-stay-in-place": flaw("signature-removed", document(signature(removed_in=3), revisions=3)),
    "fields-are-signed": flaw(
        "signature-placeholder", document(signature(), signature(3, contents_placeholder_only=True, byte_range=UNFILLED))
    ),
    "objects-are-in-the-cross-reference": flaw("objects-outside-cross-reference", document(unexplained_objects=(2500,))),
    "cross-reference-is-intact": flaw("cross-reference-rebuilt", document(oddities=("cross-reference-rebuilt",))),
    "cross-reference-where-readers-look": flaw(
        "cross-reference-irregular", document(oddities=("cross-reference-irregular",), size=10**9)
    ),
    "fields-can-be-read": flaw("form-field-damaged", document(oddities=("field-object-damaged:12 0",))),
    "no-usage-rights": flaw("usage-rights", document(usage_rights=True)),
    "no-embedded-documents": flaw("embedded-pdf", document(embedded_pdfs=2)),
    "nothing-visible-behind-the-last-signature": flaw(
        "changed-after-last-signature",
        document(signature(), revisions=3, changes=(change(3, ChangeLevel.ANNOTATIONS, "annotation-added", visible=True),)),
    ),
    "receipt-not-older-than-its-time-stamps": flaw("received-before-timestamp", document(signature()), received=SIGNED - DAY),
    "clocks-agree-with-revisions": flaw("timestamp-order", document(signature(), office(timestamps=(stamp(SIGNED - HOUR),)))),
    "expected-signers-signed": flaw("expected-signer-missing", document(), demands=Demands(("khac@vidu.gov.vn",))),
    "enough-signers": flaw("too-few-signatures", document(), demands=Demands(min_signatures=2)),
    "every-signature-is-stamped": flaw(
        "timestamp-missing", document(signature(timestamps=()), office()), demands=Demands(require_timestamp=True)
    ),
    "needed-kinds-signed": flaw("organisation-signature-missing", document(), profile="issued"),
    "person-signed-first": flaw(
        "organisation-before-person", document(office(2), signature(3), changes=(change(3),)), profile="issued"
    ),
    "every-person-is-sealed": flaw(
        "person-not-sealed",
        document(office(2), signature(3), changes=(change(3),)),
        profile=asking('asks = "organisation-after-every-person"'),
    ),
    "issued-in-time": flaw("issued-late", LATE, profile="issued"),
    "signed-by-the-deadline": flaw("deadline-missed", document(), profile=asking('asks = "deadline"', "until = 2024-05-09")),
    "stamp-stands-in-its-corner": flaw(
        "stamp-box-elsewhere", document(office(2, box=SignatureBox(1, (50.0, 50.0, 300.0, 78.0)))), profile="copy"
    ),
    "domains-are-expected": flaw(
        "signer-domain-unexpected", document(), profile=asking('asks = "email-domains"', 'domains = ["khac.gov.vn"]')
    ),
    "agencies-are-expected": flaw(
        "signer-agency-unexpected",
        document(office(2)),
        profile=asking('asks = "agencies"', 'names = ["Sở Khác"]'),
    ),
}

EVERY = {**SIGNATURE_FLAWS, **DOCUMENT_FLAWS}


def test_no_row_is_without_its_flaw() -> None:
    assert list(SIGNATURE_FLAWS) == [check.name for check in CHECKS]
    assert list(DOCUMENT_FLAWS) == [check.name for check in DOCUMENT_CHECKS]


@pytest.mark.parametrize("name", EVERY)
def test_the_flaw_is_found(name: str) -> None:
    case = EVERY[name]
    report = verdict(case.evidence, **case.asked)
    assert case.code in codes(report)


@pytest.mark.parametrize("name", EVERY)
def test_it_is_this_check_that_finds_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the row the finding is gone: no check stands in for another."""
    case = EVERY[name]
    for table in ("CHECKS", "DOCUMENT_CHECKS"):
        monkeypatch.setattr(judging, table, tuple(row for row in getattr(checks, table) if row.name != name))
    assert case.code not in codes(verdict(case.evidence, **case.asked))


@pytest.mark.parametrize("policy", [ARCHIVE, STRICT], ids=["archive", "strict"])
def test_a_sound_signature_passes_every_check(policy: Any) -> None:
    report = verdict(document(), policy)
    assert findings(report) == []
    assert (report.state, report.indication, report.sub_indication) == ("valid", "TOTAL-PASSED", None)


def test_an_issued_document_passes_every_check_and_demand() -> None:
    demands = Demands(("vanphong@vidu.gov.vn", "MauTT@vidu.gov.vn"), 2, require_timestamp=True)
    report = verdict(issued(), STRICT, profile="issued", demands=demands)
    assert codes(report) == ["changes-allowed"]
    assert report.state == "valid"
    assert report.demands == {
        "expect_signers": ["vanphong@vidu.gov.vn", "MauTT@vidu.gov.vn"],
        "min_signatures": 2,
        "require_timestamp": True,
    }


def test_the_stamp_of_a_copy_may_stand_top_right() -> None:
    stamped = document(office(2, box=SignatureBox(1, (320.0, 780.0, 578.0, 808.0))))
    assert codes(verdict(stamped, STRICT, profile="copy")) == []


def test_checks_that_do_not_concern_a_document_timestamp_are_not_asked_of_it() -> None:
    assert codes(verdict(document(signature(), document_stamp()), STRICT)) == []
