"""A sound report, built by hand; a test replaces what it speaks of. The people and organisations are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from sigcheck.anchors import TrustList
from sigcheck.checked import Checked
from sigcheck.facts import Unreadable, UnreadableReason
from sigcheck.policy import Policy
from sigcheck.references import DocumentReference, PolicyReference, RevocationStoreReference, TrustReference
from sigcheck.verdict import (
    AppearanceReport,
    BlockReport,
    ChainEntryReport,
    CoverageReport,
    DocumentReport,
    Indication,
    IntegrityReport,
    ModificationsReport,
    OrderReport,
    ProofReport,
    RevocationReport,
    SignatureReport,
    SignerReport,
    State,
    TimelineEntry,
    TimesReport,
    TimestampReport,
)

SIGNED = datetime(2023, 5, 25, 8, 30, 57, tzinfo=UTC)
START = datetime(2021, 1, 4, tzinfo=UTC)
END = datetime(2026, 1, 3, tzinfo=UTC)
PERSON = "Phạm Thị Mẫu"
EMAIL = "mau@example.gov.vn"
TSA = "Máy chủ cấp dấu thời gian"
UID = "UID=CCCD:012345678901"
OFFICE = "PHÒNG VĂN HOÁ VÀ THÔNG TIN"


def chain(name: str, *, link: str = "listed") -> list[ChainEntryReport]:
    root = ChainEntryReport("CN=Gốc thử nghiệm,C=VN", "Gốc thử nghiệm", "c" * 64, "01", START, END, "anchor", None, "government")
    issuer = ChainEntryReport(
        "CN=CA thử nghiệm,C=VN", "CA thử nghiệm", "b" * 64, "02", START, END, "intermediate", "listed", "government"
    )
    leaf = ChainEntryReport(f"CN={name},UID=CCCD:012345678901,C=VN", name, "a" * 64, "0A", START, END, "signer", link, None)
    return [leaf, issuer, root]


def timestamp(at: datetime = SIGNED, *, sound: bool | None = True, trusted: bool | None = True) -> TimestampReport:
    return TimestampReport(
        at, TSA, "1.2.3", "05", "sha256", sound, trusted, [], RevocationReport(False, []), Indication.TOTAL_PASSED, None
    )  # fmt: skip


def signature(
    number: int = 1, *, name: str = PERSON, kind: str = "person", at: datetime = SIGNED, **changes: Any
) -> SignatureReport:
    fingerprint = "a" * 64 if kind == "person" else "d" * 64
    claimed = (at + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%S+07:00")
    sound = SignatureReport(
        field=f"Signature{number}",
        kind="signature",
        revision=number,
        sub_filter="adbe.pkcs7.detached",
        block=BlockReport("ĐƠN VỊ MẪU", claimed, "Việt Nam", f"{name}<{EMAIL}> đã ký lên văn bản này!", None, name, EMAIL, False),
        signer=SignerReport(
            name, EMAIL, "UBND XÃ MẪU", kind, "uid", fingerprint, f"CN={name},{UID}", "CN=CA thử", "0A", START, END
        ),
        integrity=IntegrityReport(True, True, "sha256", "sha256_rsa", "rsa", 2048, None),
        coverage=CoverageReport([0, 10, 20, 30], True, True, None),
        modifications=ModificationsReport("none", True, []),
        chain=chain(name),
        revocation=RevocationReport(False, []),
        times=TimesReport(claimed, None, [timestamp(at)], at, "signature-timestamp", ProofReport(f"Signature{number}")),
        box=None,
        appearance=AppearanceReport("none", None, 0, True),
        indication=Indication.TOTAL_PASSED,
        sub_indication=None,
        findings=[],
    )  # fmt: skip
    return replace(sound, **changes)


def stamps(count: int, *, start: int = 2) -> list[SignatureReport]:
    """Stamps of one office, nine seconds apart."""
    first = SIGNED + timedelta(hours=18)
    return [signature(start + i, name=OFFICE, kind="organisation", at=first + timedelta(seconds=9 * i)) for i in range(count)]


def report(*signatures: SignatureReport, **changes: Any) -> DocumentReport:
    timeline = [TimelineEntry(s.times.claimed or "", "claimed", False, s.field, "/M") for s in signatures]
    timeline += [TimelineEntry("2023-05-25T08:30:57Z", "signature-timestamp", True, s.field, "TSA") for s in signatures]
    sound = DocumentReport(
        schema_version="1",
        sigcheck_version="0.1.0",
        document=DocumentReference("công văn.pdf", "e" * 64, 1234, len(signatures)),
        state=State.VALID,
        indication=Indication.TOTAL_PASSED,
        sub_indication=None,
        validation_time=datetime(2026, 11, 20, tzinfo=UTC),
        online=False,
        policy=PolicyReference("archive", "f" * 64),
        disabled_checks=[],
        profile="any",
        profile_sha256="0" * 64,
        demands={},
        trust=TrustReference("9" * 64, 3, ["vgca.toml"]),
        revocation_store=RevocationStoreReference(None),
        received=None,
        signatures=list(signatures),
        signature_remains=[],
        timeline=timeline,
        order=OrderReport(True, [], []),
        findings=[],
    )
    return replace(sound, **changes)


def checked(report: DocumentReport) -> Checked:
    """The report as a format gets it; formats that need no evidence ask for nothing else."""
    return Checked(report, Unreadable(UnreadableReason.EMPTY), Policy("test", ""), TrustList((), (), ""))
