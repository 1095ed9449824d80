"""What cryptography proves: digests, signature values, certification paths, revocation statements, changes.

Nothing here depends on a policy or on the clock. Paths carry every period they rest on and are asked for a moment with
`Paths.at`; that is how evidence holds at *every* candidate time, and why an archive can be judged again without its documents.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from sigcheck.anchors import ServicePeriod
from sigcheck.facts import Certificate, CmsFacts, CmsUnreadable, DocumentFacts, SignatureFacts, SignatureRemains


class Purpose(StrEnum):
    """What a certificate is used for at the end of a path."""

    SIGNER = "signer"
    TIMESTAMP = "timestamp"
    OCSP = "ocsp"
    CRL = "crl"


class Link(StrEnum):
    """How an entry of a path hangs on the next."""

    SIGNATURE = "signature"
    """Its signature was verified with the next entry's key."""
    LISTED = "listed"
    """The trust list states it."""


class Role(StrEnum):
    SIGNER = "signer"
    INTERMEDIATE = "intermediate"
    ANCHOR = "anchor"


class PathEntry(Struct, frozen=True):
    """One certificate, or one entry of the trust list, in a certification path."""

    subject: str
    common_name: str | None
    sha256: str | None
    serial_number: int | None
    not_before: datetime
    not_after: datetime
    role: Role
    link: Link | None
    """How this entry hangs on the next one; None for the anchor."""
    key_algorithm: str
    key_bits: int | None
    signature_hash: str | None
    """The hash that its own signature was made with; None for an anchor or a listed entry (nothing was verified)."""
    in_trust_list: bool
    """The trust list names this very certificate by its SHA-256."""
    authority: str | None
    """government, national, public, user or unknown, for entries of the trust list."""
    certificate: Certificate | None
    crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    periods: tuple[ServicePeriod, ...] | None = None
    """When a trusted list honours this entry; None: no list limits it."""


class PathFlaw(StrEnum):
    """Why there is no path (RFC 5280, 6.1); the order is that of how much an answer helps, most first."""

    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    NOT_HONOURED = "not-honoured-by-the-trusted-list"
    PURPOSE = "anchor-not-for-this-purpose"
    KEY_USAGE = "key-usage"
    EXTENDED_KEY_USAGE = "extended-key-usage"
    NOT_A_CA = "not-a-ca"
    IS_A_CA = "signer-is-a-ca"
    PATH_LENGTH = "path-length"
    NAME_CONSTRAINTS = "name-constraints"
    POLICY = "certificate-policy"
    CRITICAL_EXTENSION = "unknown-critical-extension"
    LINK_SIGNATURE = "certificate-signature-does-not-verify"
    KEY_UNUSABLE = "key-cannot-be-used"
    UNKNOWN_ANCHOR = "root-is-not-configured"
    NO_ISSUER = "issuer-is-not-at-hand"
    BUDGET = "path-building-limit"
    NO_CERTIFICATE = "no-signer-certificate"


class PathFound(Struct, frozen=True):
    """A complete path, leaf first. All checks that do not depend on a moment hold."""

    entries: tuple[PathEntry, ...]
    purpose: Purpose

    @property
    def authority(self) -> str:
        return self.entries[-1].authority or "unknown"


class PathNotFound(Struct, frozen=True):
    """No path, with the flaw that stood in the way and the entries reached so far, leaf first."""

    flaw: PathFlaw
    entries: tuple[PathEntry, ...]
    purpose: Purpose
    about: str = ""
    """The subject (or the missing issuer) that the flaw speaks of."""
    moment: datetime | None = None
    """The moment asked for, when the flaw is one of time."""
    bound: datetime | None = None
    """The notBefore or notAfter that the moment misses, or the end (else the start) of what a trusted list honours."""
    imitates: str = ""
    """The common name of a listed CA, where an entry is another certificate that bears it with another key."""


class Paths(Struct, frozen=True):
    """Every path found for a certificate and purpose, best first, and the best reason when there is none."""

    found: tuple[PathFound, ...]
    failure: PathNotFound | None

    def at(self, moment: datetime) -> PathFound | PathNotFound:
        """The first path whose certificates are all within validity at `moment` (RFC 5280, 6.1.3 (a)(2)), and honoured then."""
        first: PathNotFound | None = None
        for path in self.found:
            out = _outside(path, moment)
            if out is None:
                return path
            first = first or out
        if first is not None:
            return first
        if self.failure is None:
            return PathNotFound(PathFlaw.NO_CERTIFICATE, (), Purpose.SIGNER)
        return self.failure


def _outside(path: PathFound, moment: datetime) -> PathNotFound | None:
    for entry in path.entries:
        if moment > entry.not_after:
            return PathNotFound(PathFlaw.EXPIRED, path.entries, path.purpose, entry.subject, moment, entry.not_after)
        if moment < entry.not_before:
            return PathNotFound(PathFlaw.NOT_YET_VALID, path.entries, path.purpose, entry.subject, moment, entry.not_before)
    for entry in path.entries:
        if entry.periods is not None and not any(period.holds(path.purpose, moment) for period in entry.periods):
            bound = _honoured_bound(entry.periods, moment)
            return PathNotFound(PathFlaw.NOT_HONOURED, path.entries, path.purpose, entry.subject, moment, bound)
    return None


def _honoured_bound(periods: tuple[ServicePeriod, ...], moment: datetime) -> datetime | None:
    """When the trusted list last stopped honouring an entry before `moment`; else when it first will; None: never."""
    ended = [period.end for period in periods if period.end is not None and period.end <= moment]
    return max(ended) if ended else min((period.start for period in periods if period.start > moment), default=None)


class RevocationStatement(Struct, frozen=True):
    """One CRL's or OCSP response's word on one certificate (RFC 5280, 5; RFC 6960)."""

    certificate_sha256: str
    kind: str
    """`crl` or `ocsp`."""
    state: str
    """`good`, `revoked`, `on-hold`, `removed` (removeFromCRL) or `unknown`."""
    this_update: datetime
    next_update: datetime | None
    produced_at: datetime | None
    revoked_at: datetime | None
    reason: str | None
    source: str
    """`cms`, `document` (DSS), `store`, `bundle` (handed over beside the document)."""
    received_at: datetime | None
    authorised: bool
    """Its signature verifies and its issuer may speak for the certificate."""
    flaw: str | None
    """Why not: `signature-does-not-verify`, `responder-not-authorised`, `issuer-unknown`, `indirect`, `scope`, …"""
    issuer_paths: Paths | None
    """Of a delegated responder or CRL issuer; None when the certificate's own issuer signed."""
    issuer_no_check: bool = False
    digest: str = ""
    """SHA-256 of the CRL or response."""
    signature_hash: str | None = None
    covered_from: int | None = None
    """The first revision whose signatures and time-stamps cover it: the one that holds it, for /Contents the next; None outside
    the document."""
    signed: bool = False
    """Among the signed attributes of the signature: it existed before the signature did."""
    covers_expired_since: datetime | None = None
    """It speaks of certificates that expired since then too (expiredCertsOnCRL of X.509; archive cutoff, RFC 6960, 4.4.4)."""


class Integrity(Struct, frozen=True):
    """Whether the signed bytes are those that were signed, and with the signer's key. None: could not be determined."""

    digest_matches: bool | None
    signature_verifies: bool | None
    digest_algorithm: str | None
    signature_algorithm: str | None
    """rsassa_pkcs1v15, rsassa_pss, ecdsa, ed25519, ed448, dsa or an OID."""
    signature_hash: str | None
    key_algorithm: str | None
    key_bits: int | None
    digest_info_without_null: bool = False
    signing_certificate_matches: bool | None = None
    """The signing-certificate attribute names the signer's certificate; None without the attribute."""
    unknown: str | None = None
    """Why a None above: `no-signer-certificate`, `key-cannot-be-used`, `algorithm-unsupported`, `cms-unreadable`, …"""
    detail: str = ""

    @property
    def sound(self) -> bool:
        return self.digest_matches is True and self.signature_verifies is True and self.signing_certificate_matches is not False


class TimestampEvidence(Struct, frozen=True):
    """One RFC 3161 time-stamp token. `integrity.digest_matches` speaks of the token's own content (TSTInfo)."""

    token: bytes
    cms: CmsFacts | CmsUnreadable
    gen_time: datetime | None
    accuracy_seconds: float
    policy_oid: str | None
    serial_number: int | None
    imprint_algorithm: str | None
    imprint_matches: bool | None
    integrity: Integrity
    tsa: Certificate | None
    paths: Paths
    statements: tuple[RevocationStatement, ...] = ()
    oddities: tuple[str, ...] = ()
    in_document: bool = True
    """False: it was handed over beside the document; what covers the document proves nothing of this token."""

    @property
    def sound(self) -> bool | None:
        """The imprint matches and the token's signature verifies. False as soon as one is broken, None when unknown."""
        parts = (self.imprint_matches, self.integrity.digest_matches, self.integrity.signature_verifies)
        if False in parts or self.integrity.signing_certificate_matches is False:
            return False
        return None if None in parts or self.gen_time is None else True


class ChangeLevel(StrEnum):
    """How much a later revision changed (ascending)."""

    NONE = "none"
    LTA_UPDATE = "lta-update"
    FORM_FILLING = "form-filling"
    ANNOTATIONS = "annotations"
    OTHER = "other"


class Change(Struct, frozen=True):
    """One change that a revision makes against the one before it, explained by a named rule or by none."""

    revision: int
    object: str
    page: int | None
    rule: str
    """The allow-list rule that explains it (`signature-added`, `dss-update`, …), or what it breaks (`page-content`, …)."""
    level: ChangeLevel
    what: str
    """Plain English words for the JSON report: `page 1: content stream replaced`."""
    field: str | None = None
    """The fully qualified name of the form field touched, for FieldMDP and locks."""
    visible: bool = False
    """A reader could see it: any annotation but Link, Widget, Popup; any field value; page content."""


class ChangesUnknown(Struct, frozen=True):
    """The later revisions could not be compared."""

    reason: str
    detail: str = ""


class SignatureEvidence(Struct, frozen=True):
    """What was proven about one signature."""

    facts: SignatureFacts
    integrity: Integrity
    signer: Certificate | None
    paths: Paths
    statements: tuple[RevocationStatement, ...]
    timestamps: tuple[TimestampEvidence, ...]
    """Signature time-stamps; of a document time-stamp, the token itself is the only entry."""
    content_timestamps: tuple[TimestampEvidence, ...] = ()
    """Content-time-stamps among the signed attributes: the signature was made after them (ETSI EN 319 122-1, 5.2.8)."""


class RemainsEvidence(Struct, frozen=True):
    """What can still be said of signature bytes that no field reaches."""

    facts: SignatureRemains
    attributes_signature_verifies: bool | None
    """The CMS signature holds over its own signed attributes."""
    timestamps: tuple[TimestampEvidence, ...]


class DocumentEvidence(Struct, frozen=True):
    """All that was proven about one document; judging needs nothing else but policy and times."""

    facts: DocumentFacts
    signatures: tuple[SignatureEvidence, ...]
    remains: tuple[RemainsEvidence, ...]
    changes: tuple[Change, ...] | ChangesUnknown
    """Changes of every revision against the one before it, from the first signed revision on; in revision order."""
