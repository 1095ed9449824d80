"""What the file says. Claims only: nothing in this module has been proven.

Plain frozen values, so that facts survive pickling, comparison and JSON. Byte offsets count from the first byte of the file,
all moments are aware datetimes in UTC.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct


class UnreadableReason(StrEnum):
    """Why no facts could be read from a document."""

    EMPTY = "empty-file"
    NOT_PDF = "not-a-pdf"
    DAMAGED = "damaged"
    PASSWORD_NEEDED = "password-needed"  # noqa: S105 - a reason, not a secret
    PASSWORD_WRONG = "password-wrong"  # noqa: S105 - a reason, not a secret
    ENCRYPTION_UNSUPPORTED = "encryption-unsupported"
    LIMIT = "limit-reached"
    IO = "cannot-be-read"
    CRASHED = "checker-crashed"
    """Two worker processes ended over it."""


class Unreadable(Struct, frozen=True):
    """A document that yields no facts, with the reason."""

    reason: UnreadableReason
    detail: str = ""
    limit: str | None = None
    sha256: str | None = None
    size: int | None = None


class ClaimedTime(Struct, frozen=True):
    """A time somebody wrote down: /M (ISO 32000-2, 7.9.4), or the time line of an extracted block.

    `iso` is what was written, as ISO 8601, with its own offset or without any; `moment` is None when the offset is missing
    (it is never completed from the machine's zone); `raw` is the text found.
    """

    raw: str
    iso: str | None
    moment: datetime | None


class SigningBlock(Struct, frozen=True):
    """The four lines that a signing program writes beside a signature. Anyone can write them."""

    contact_info: str | None = None
    claimed_time: ClaimedTime | None = None
    location: str | None = None
    reason: str | None = None
    name: str | None = None
    signer_name: str | None = None
    signer_email: str | None = None
    trial: bool = False
    other_signers: tuple[tuple[str | None, str | None], ...] = ()
    """(name, e-mail) of whom further sentences of the same /Reason name."""
    formula_oddities: tuple[str, ...] = ()
    """How the sentence departs from what signing software writes (sigcheck/formula.py)."""


class Certificate(Struct, frozen=True):
    """One X.509 certificate in plain words (RFC 5280, 4.1). Names as RFC 4514 text and as DER; times in UTC."""

    der: bytes
    sha256: str
    subject: str
    subject_der: bytes
    issuer: str
    issuer_der: bytes
    common_name: str | None
    organisation: str | None
    organisational_units: tuple[str, ...]
    subject_attributes: tuple[tuple[str, str], ...]
    """(short name or dotted OID, text) of every subject attribute, in the order of the certificate."""
    emails: tuple[str, ...]
    """rfc822Name of the subject alternative name first, then emailAddress of the subject."""
    serial_number: int
    not_before: datetime
    not_after: datetime
    public_key: bytes
    """SubjectPublicKeyInfo, DER."""
    key_algorithm: str
    """rsa, rsassa-pss, ec, ed25519, ed448, dsa, or the dotted OID."""
    key_bits: int | None
    signature_algorithm: str
    """As asn1crypto names it (sha256_rsa, …), or the dotted OID."""
    signature_hash: str | None
    is_ca: bool
    path_length: int | None
    key_usage: tuple[str, ...] | None
    """RFC 5280, 4.2.1.3 names (digitalSignature, nonRepudiation, keyCertSign, …); None without the extension."""
    extended_key_usage: tuple[str, ...] | None
    """timeStamping, OCSPSigning, emailProtection, … or dotted OIDs; None without the extension."""
    extended_key_usage_critical: bool
    subject_key_identifier: bytes | None
    authority_key_identifier: bytes | None
    crl_urls: tuple[str, ...]
    ocsp_urls: tuple[str, ...]
    ca_issuer_urls: tuple[str, ...]
    ocsp_no_check: bool
    unknown_critical_extensions: tuple[str, ...]


class Trailing(StrEnum):
    """What stands behind the CMS object inside /Contents."""

    NOTHING = "nothing"
    ZEROS = "zeros"
    OTHER = "other"


class AlgorithmChoice(Struct, frozen=True):
    """A signature algorithm as the signer info states it, its parameters spelled out."""

    name: str
    """rsassa_pkcs1v15, rsassa_pss, ecdsa, ed25519, ed448, dsa, or the dotted OID."""
    hash: str | None
    """The hash the signature value is computed with: sha1, sha256, …, or None when the key alone decides (Ed25519)."""
    mgf_hash: str | None = None
    salt_length: int | None = None
    stated: str = ""
    """The identifier as written (sha256_rsa, rsassa_pkcs1v15, ec, …)."""


class CmsFacts(Struct, frozen=True):
    """One CMS SignedData (RFC 5652) with a single signer info, of a signature or of a time-stamp token (RFC 3161)."""

    encoding: str
    """`der`, or `ber` when any length is indefinite or not minimal."""
    length: int
    """Octets of the CMS object itself."""
    trailing: Trailing
    content_type: str
    content: bytes | None
    """eContent: the TSTInfo of a token, the digest of adbe.pkcs7.sha1; None when detached."""
    digest_algorithm: str
    algorithm: AlgorithmChoice
    signature: bytes
    signed_attributes: bytes | None
    """DER of the SET OF Attribute as it was signed (RFC 5652, 5.4), None when there are none."""
    signed_attribute_types: tuple[str, ...]
    unsigned_attribute_types: tuple[str, ...]
    message_digest: bytes | None
    attribute_content_type: str | None
    signing_time: datetime | None
    signing_certificate_digests: tuple[tuple[str, bytes], ...]
    """(hash name, certificate hash) of signing-certificate and signing-certificate-v2 (RFC 5035), the signer's first."""
    signer_certificate: Certificate | None
    signer_identifier: str
    """The issuer and serial number, or the key identifier, that the signer info names, in words."""
    certificates: tuple[Certificate, ...]
    timestamp_tokens: tuple[bytes, ...]
    """Signature time-stamps among the unsigned attributes, each as its own DER or BER bytes."""
    content_timestamp_tokens: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsp_responses: tuple[bytes, ...]
    """Revocation material in the CMS itself and in adobe-revocationInfoArchival."""
    signed_revocation: frozenset[bytes] = frozenset()
    """Those of the above that stand among the signed attributes: they existed before the signature."""
    oddities: tuple[str, ...] = ()
    """Departures that do not stop reading: `unsigned-attribute-not-asn1:OID`, `signer-identifier-mismatch`, …"""


class CmsUnreadable(Struct, frozen=True):
    """Bytes in /Contents that are no CMS SignedData with one signer."""

    reason: str
    """`not-asn1`, `not-signed-data`, `no-signer-info`, `several-signer-infos`, `truncated`, `limit-reached`."""
    detail: str = ""


class ByteRangeFlaw(StrEnum):
    """Why a ByteRange is not sound (ISO 32000-2, 12.8.1)."""

    MISSING = "missing"
    NOT_NUMBERS = "not-numbers"
    NOT_TWO_PARTS = "not-two-parts"
    STARTS_LATE = "does-not-start-at-zero"
    OVERLAPS = "overlapping-or-reversed"
    BEYOND_FILE = "beyond-the-file"
    GAP = "gap-is-not-the-contents"
    ENDS_ELSEWHERE = "does-not-end-with-a-revision"
    SHARED_CONTENTS = "contents-used-twice"


class ByteRange(Struct, frozen=True):
    """/ByteRange as written, and whether it covers exactly one revision apart from the /Contents token."""

    numbers: tuple[int, ...]
    flaw: ByteRangeFlaw | None
    end: int | None
    """First byte behind the range, None when it cannot be told."""
    revision: int | None
    """The revision (from 1) whose end the range reaches."""
    whole_file: bool

    @property
    def sound(self) -> bool:
        return self.flaw is None


class DocMDP(Struct, frozen=True):
    """The permissions that a certification signature sets (ISO 32000-2, 12.8.2.2)."""

    permissions: int
    """P: 1 no changes, 2 form filling and signing, 3 annotations too."""


class FieldLock(Struct, frozen=True):
    """FieldMDP of a signature, or the /Lock of its field (ISO 32000-2, 12.8.2.4 and 12.7.5.5)."""

    action: str
    """All, Include or Exclude."""
    fields: tuple[str, ...]
    permissions: int | None = None
    """/P of a /Lock dictionary (PDF 2.0)."""


LONGEST_PAGE_SIDE: Final = 14_400.0
"""Points (ISO 32000-1, Annex C, Table C.1)."""
FURTHEST_EDGE: Final = 1e6
"""Points from the origin to a page's edge; maps and plans lie within."""


class SignatureBox(Struct, frozen=True):
    """Where the widget of a signature field stands: page from 1, rectangle in points of default user space."""

    page: int | None
    rectangle: tuple[float, float, float, float]
    shown: tuple[float, float, float, float] | None = None
    """What is shown of that page: its crop box within its media box; None where the file does not say."""
    rotation: int = 0
    """Degrees by which the page is turned clockwise when it is shown: 0, 90, 180 or 270."""
    page_sure: bool = True
    """Readers agree on the page's number, and it has it still: False where the page tree contradicts itself, or where pages
    came, went or changed places behind the signature."""
    hidden: bool = False
    """The annotation's flags keep it off the screen (ISO 32000-2, 12.5.3: Hidden, NoView)."""
    no_rotate: bool = False
    """It does not turn with its page (12.5.3: NoRotate)."""


class AppearanceKind(StrEnum):
    """What a signature's appearance paints."""

    TEXT = "text"
    PICTURE = "picture"
    MIXED = "mixed"
    """Text and a picture."""
    DRAWING = "drawing"
    """Lines and areas alone."""
    NONE = "none"


class Appearance(Struct, frozen=True):
    """What the widget of a signature field shows (ISO 32000-2, 12.5.5), as of the revision in which it was signed.

    Text is what the fonts' tables say of the codes shown; a file can draw other glyphs than it says.
    """

    kind: AppearanceKind = AppearanceKind.NONE
    lines: tuple[str, ...] = ()
    """From the top down, in NFC; U+FFFD stands for a glyph without a Unicode mapping. Empty when no glyph has one."""
    unmapped: int = 0
    """Glyphs without a Unicode mapping."""
    complete: bool = True
    """Everything that is painted was followed; False where the stream is damaged or over a limit."""

    @property
    def text(self) -> str | None:
        return "\n".join(self.lines) if self.lines else None


NOTHING_SHOWN = Appearance()


class SignatureFacts(Struct, frozen=True):
    """One signature dictionary that a field reaches (ISO 32000-2, 12.8.1)."""

    field: str
    object: str
    """`12 0`, the signature dictionary's object, or the field's when the dictionary is direct."""
    kind: str
    """`signature` or `document-timestamp`."""
    revision: int
    """The revision (from 1) in which the signature dictionary appears."""
    filter: str | None
    sub_filter: str | None
    block: SigningBlock
    byte_range: ByteRange
    contents: bytes
    cms: CmsFacts | CmsUnreadable | None
    """None for adbe.x509.rsa_sha1 (see `raw_signature`) and for sub-filters that are not known."""
    raw_signature: bytes | None
    certificates: tuple[Certificate, ...]
    """/Cert of adbe.x509.rsa_sha1, the signer's first."""
    doc_mdp: DocMDP | None
    field_mdp: FieldLock | None
    lock: FieldLock | None
    box: SignatureBox | None
    removed_in: int | None = None
    """A later revision in which no field reaches this signature any more."""
    rewritten_in: int | None = None
    """A later revision that defines the signature dictionary (or its field's /V) anew."""
    contents_placeholder_only: bool = False
    """/Contents holds nothing but zeros: prepared, never signed."""
    appearance: Appearance = NOTHING_SHOWN


class SignatureRemains(Struct, frozen=True):
    """Signature bytes that no field reaches any more, typically of a document that was saved again."""

    offset: int | None
    object: str | None
    sub_filter: str | None
    byte_range: tuple[int, ...]
    block: SigningBlock
    contents: bytes
    cms: CmsFacts | CmsUnreadable | None
    covered_by_revision: int | None = None
    """The revision in which these bytes lie."""


class TailKind(StrEnum):
    """What stands behind the last %%EOF."""

    NOTHING = "nothing"
    OBJECTS = "objects"
    JUNK = "junk"


class Tail(Struct, frozen=True):
    kind: TailKind
    start: int
    length: int
    preview: str = ""


class Revision(Struct, frozen=True):
    """One revision: the original file or an incremental update (ISO 32000-2, 7.5.6). `number` counts from 1."""

    number: int
    start: int
    end: int
    """First byte behind the revision's %%EOF and its end-of-line marker."""
    xref_offset: int
    damaged: bool = False


class SecurityStore(Struct, frozen=True):
    """The document security store, /DSS (ISO 32000-2, 12.8.4.3), all revisions together."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()
    crl_revisions: tuple[int, ...] = ()
    """For each CRL the revision that first holds it."""
    ocsp_revisions: tuple[int, ...] = ()


class DocumentFacts(Struct, frozen=True):
    """All that was read from one document."""

    sha256: str
    size: int
    revisions: tuple[Revision, ...]
    signatures: tuple[SignatureFacts, ...]
    """In revision order; within one revision in the order of their ByteRanges' ends, then as found."""
    remains: tuple[SignatureRemains, ...]
    tail: Tail
    header_offset: int
    encrypted: bool
    usage_rights: bool
    """/Perms /UR3 or /UR is present: a usage-rights signature, listed but no signature of a person."""
    embedded_pdfs: int
    security_store: SecurityStore
    oddities: tuple[str, ...] = ()
    unexplained_objects: tuple[int, ...] = ()
    """Offsets of `n g obj` outside every cross-reference section, between and behind revisions."""
