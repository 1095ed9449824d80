"""What we conclude: findings, indications, and the report of one document.

The dataclasses mirror the JSON report field by field; their order is the order of the output. Names are promised to others
and never change.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from sigcheck.references import (
    DocumentReference,
    EvidenceBundleReference,
    PolicyReference,
    RevocationStoreReference,
    TrustReference,
)

SCHEMA_VERSION = "1"

FactValue = str | int | float | bool | None | list[str]


class State(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    INSUFFICIENT = "insufficient"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


class Indication(StrEnum):
    """Main status of ETSI EN 319 102-1 V1.4.1, 5.1.3."""

    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Sub-indications of ETSI EN 319 102-1 V1.4.1, 5.1.3, table 5 and 6."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    CUSTOM = "CUSTOM"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Decides(StrEnum):
    INVALID = "invalid"
    INSUFFICIENT = "insufficient"


class About(Struct, frozen=True):
    """What a finding speaks of, as far as it is narrower than the signature or document it stands at."""

    revision: int | None = None
    object: str | None = None
    page: int | None = None
    timestamp: int | None = None
    """Index into the signature's `times.timestamps`."""


class Finding(Struct, frozen=True):
    """One thing found. The words in both languages come from the catalogues, filled with `facts`."""

    code: str
    severity: Severity
    decides: Decides | None
    sub_indication: SubIndication | None
    """What a deciding finding makes of the indication."""
    clause: str
    about: About = field(default_factory=About)
    facts: dict[str, FactValue] = field(default_factory=dict)
    action: dict[str, str] = field(default_factory=dict)
    """What to do by language, where a row of the profile says it; else the catalogues do."""


class BlockReport(Struct, frozen=True):
    contact_info: str | None
    claimed_time: str | None
    location: str | None
    reason: str | None
    name: str | None
    signer_name: str | None
    signer_email: str | None
    trial: bool


class SignerReport(Struct, frozen=True):
    common_name: str | None
    email: str | None
    organisation: str | None
    kind: str | None
    """person, organisation or unknown; None for a document time-stamp."""
    kind_reason: str | None
    sha256: str | None
    subject: str | None
    issuer: str | None
    serial_number: str | None
    """Hexadecimal."""
    not_before: datetime | None
    not_after: datetime | None


class IntegrityReport(Struct, frozen=True):
    digest_matches: bool | None
    signature_verifies: bool | None
    digest_algorithm: str | None
    signature_algorithm: str | None
    key_algorithm: str | None
    key_bits: int | None
    unknown: str | None


class CoverageReport(Struct, frozen=True):
    byte_range: list[int]
    sound: bool
    whole_document: bool
    flaw: str | None


class ChangeReport(Struct, frozen=True):
    revision: int
    object: str
    page: int | None
    rule: str
    level: str
    allowed: bool
    what: str


class ModificationsReport(Struct, frozen=True):
    level: str | None
    allowed: bool | None
    changes: list[ChangeReport]


class ChainEntryReport(Struct, frozen=True):
    subject: str
    common_name: str | None
    sha256: str | None
    serial_number: str | None
    not_before: datetime
    not_after: datetime
    role: str
    link: str | None
    authority: str | None


class StatementReport(Struct, frozen=True):
    certificate_sha256: str
    kind: str
    this_update: datetime
    next_update: datetime | None
    produced_at: datetime | None
    revoked_at: datetime | None
    reason: str | None
    source: str
    usable: bool
    unusable_because: str | None
    state: str
    sha256: str


class RevocationReport(Struct, frozen=True):
    checked: bool
    statements: list[StatementReport]
    control_time: datetime | None = None
    """Up to when the statements that count speak for every certificate of the path (EN 319 102-1, 5.6.2.2); None: not known."""


class TimestampReport(Struct, frozen=True):
    gen_time: datetime | None
    tsa: str | None
    policy: str | None
    serial_number: str | None
    imprint_algorithm: str | None
    sound: bool | None
    trusted: bool | None
    chain: list[ChainEntryReport]
    revocation: RevocationReport
    indication: Indication
    sub_indication: SubIndication | None


class ProofReport(Struct, frozen=True):
    signature: str | None
    """The field whose time-stamp proves the time; None when it is the archive's record or nothing."""


class LowerBoundReport(Struct, frozen=True):
    """The latest moment that is proven to lie before the signature."""

    at: datetime
    basis: str
    """content-timestamp, signed-ocsp-response, earlier-signature-timestamp or earlier-document-timestamp."""
    signature: str | None
    """The field whose time-stamp it is."""


class TimesReport(Struct, frozen=True):
    claimed: str | None
    signing_time: datetime | None
    """CMS signing-time, the signer's claim."""
    timestamps: list[TimestampReport]
    best_signature_time: datetime | None
    basis: str | None
    proof: ProofReport | None
    lower_bound: LowerBoundReport | None = None
    claimed_minus_timestamp_seconds: int | None = None
    """How far the signer's clock was ahead of the signature's own trusted time-stamp; negative: behind."""


class BoxReport(Struct, frozen=True):
    """Where the signature stands, as the file says: left, bottom, right, top, in points of the page's own coordinates."""

    page: int | None
    """From 1."""
    rectangle: list[float]
    shown: list[float] | None = None
    """What is shown of that page (its crop box within its media box); null where the file does not say."""
    rotation: int = 0
    """Degrees by which the page is turned clockwise when it is shown."""
    page_sure: bool = True
    """False where readers may count this page differently: the page tree contradicts itself, or pages came, went or changed
    places behind the signature."""
    hidden: bool = False
    """Its flags keep it off the screen (Hidden or NoView)."""
    no_rotate: bool = False
    """It stays upright on a page that is turned, from its upper left corner on (NoRotate)."""


class AppearanceReport(Struct, frozen=True):
    """What the signature shows on its page: text as its fonts' tables say it, never trusted."""

    kind: str
    """text, picture, mixed (text and a picture), drawing (lines and areas alone), none."""
    text: str | None
    """Lines from the top down; U+FFFD stands for a glyph without a Unicode mapping."""
    unmapped: int
    """Glyphs without a Unicode mapping."""
    complete: bool
    """Everything that is painted was followed."""


class SignatureReport(Struct, frozen=True):
    field: str
    kind: str
    revision: int
    sub_filter: str | None
    block: BlockReport
    signer: SignerReport
    integrity: IntegrityReport
    coverage: CoverageReport
    modifications: ModificationsReport
    chain: list[ChainEntryReport]
    revocation: RevocationReport
    times: TimesReport
    box: BoxReport | None
    appearance: AppearanceReport
    indication: Indication
    sub_indication: SubIndication | None
    findings: list[Finding]


class RemainsReport(Struct, frozen=True):
    object: str | None
    offset: int | None
    sub_filter: str | None
    byte_range: list[int]
    block: BlockReport
    signer: SignerReport
    timestamps: list[TimestampReport]
    attributes_signature_verifies: bool | None
    """The CMS still holds over its own signed attributes; it says nothing about the document."""


class TimelineEntry(Struct, frozen=True):
    at: str
    """ISO 8601; a claimed time keeps the offset it was written with, or none."""
    what: str
    """claimed, signing-time, signature-timestamp, document-timestamp, received, certificate-expiry, validation, …"""
    proven: bool
    signature: str | None
    source: str


class Contradiction(Struct, frozen=True):
    earlier: str
    """The field that, by revision, came first."""
    later: str
    seconds: int
    """By how much the later signature's time lies before the earlier one's."""
    proven: bool
    """Both times come from trusted time-stamps."""


class OrderReport(Struct, frozen=True):
    consistent: bool
    """No contradiction beyond the tolerance."""
    contradictions: list[Contradiction]
    within_tolerance: list[Contradiction]


class ClockDifferences(Struct, frozen=True):
    """Claimed times against the signatures' own trusted time-stamps, all signatures together; clocks decide nothing."""

    signatures: int
    """So many bear both times."""
    least_seconds: int | None
    """Claimed minus time-stamp, the most behind; None without any."""
    greatest_seconds: int | None
    """The most ahead."""


class ExistenceProofReport(Struct, frozen=True):
    """One proof of existence: that an object existed at a moment (EN 319 102-1, 5.6.2.3)."""

    object: str
    """signature, timestamp, certificate, crl or ocsp."""
    sha256: str
    """Of the signature value, the token, the certificate, the CRL or the response."""
    at: datetime
    basis: str
    """signature-timestamp, later-signature-timestamp, document-timestamp, received or stored."""
    signature: str | None
    """The field whose time-stamp proves it."""
    covers_revisions: int | None
    """The proof covers all bytes of the revisions up to this one; None: a signature value alone, or the one stored piece."""


class DocumentReport(Struct, frozen=True):
    schema_version: str
    sigcheck_version: str
    document: DocumentReference
    state: State
    indication: Indication | None
    sub_indication: SubIndication | None
    validation_time: datetime
    online: bool
    policy: PolicyReference
    disabled_checks: list[str]
    profile: str
    profile_sha256: str
    """Of the profile's text: a profile of one's own may bear any name."""
    demands: dict[str, FactValue]
    trust: TrustReference
    revocation_store: RevocationStoreReference
    received: datetime | None
    signatures: list[SignatureReport]
    signature_remains: list[RemainsReport]
    timeline: list[TimelineEntry]
    order: OrderReport
    findings: list[Finding]
    proofs_of_existence: list[ExistenceProofReport] = field(default_factory=list)
    evidence_bundle: EvidenceBundleReference | None = None
    clock_differences: ClockDifferences = field(default_factory=lambda: ClockDifferences(0, None, None))
