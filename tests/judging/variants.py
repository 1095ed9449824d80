"""Documents in which a finding is graver or lighter than its row in judging/codes.py says, or than its flaw elsewhere.

Beside the flaws of test_every_check.py they show every way in which judging can make a finding (test_every_variant.py), so that
the table of docs/findings.md rests on them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from build import (
    AT,
    DAY,
    HOUR,
    OFFICE,
    SIGNED,
    SIGNER,
    SUB_CA,
    YEAR,
    block,
    byte_range,
    certificate,
    change,
    cms,
    document,
    document_stamp,
    integrity,
    no_path,
    office,
    remains,
    revoked,
    signature,
    signer_paths,
    stamp,
    statement,
    tsa_paths,
    unsigned,
)
from msgspec.structs import replace

from sigcheck.evidence import ChangeLevel, DocumentEvidence, PathFlaw, RemainsEvidence
from sigcheck.facts import (
    Appearance,
    AppearanceKind,
    ByteRangeFlaw,
    CmsUnreadable,
    Tail,
    TailKind,
    Unreadable,
    UnreadableReason,
)
from sigcheck.judging.judge import MOST_CHANGES_LISTED
from sigcheck.profile import parse_profile

INVALID, INSUFFICIENT, ERROR, WARNING, INFO = "error, `invalid`", "error, `insufficient`", "error", "warning", "info"
NOTHING = ""
"""The finding is not made at all."""


@dataclass(frozen=True)
class Variant:
    """How grave a code is under each policy when something holds that other documents lack; `when` says what, for the page."""

    check: str
    code: str
    when: str
    strict: str
    archive: str
    evidence: DocumentEvidence | Unreadable
    asked: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)
    """What the policy says otherwise; such a variant stands beside the table's columns, not in them."""


BROKEN: dict[str, Any] = {"imprint_matches": False}
NO_WAY: dict[str, Any] = {"paths": no_path(PathFlaw.UNKNOWN_ANCHOR)}
UNCHECKED: dict[str, Any] = {"statements": ()}
SHORT_TSA = certificate("Máy chủ dấu thời gian cũ thí dụ", None, not_after=SIGNED + YEAR)
EXPIRED_TSA: dict[str, Any] = {"tsa": SHORT_TSA, "paths": tsa_paths(SHORT_TSA), "statements": (statement(SHORT_TSA),)}
MD5_IMPRINT: dict[str, Any] = {"imprint_algorithm": "md5"}
SHA1_IMPRINT: dict[str, Any] = {"imprint_algorithm": "sha1"}
SHORT_KEY: dict[str, Any] = {"integrity": integrity(key_bits=1024)}


def stamped(**changes: Any) -> DocumentEvidence:
    return document(signature(timestamps=(stamp(**changes),)))


def document_stamped(**changes: Any) -> DocumentEvidence:
    return document(signature(), document_stamp(3, token=stamp(SIGNED + DAY, **changes)))


def ended_before(**changes: Any) -> DocumentEvidence:
    """A signature without a time-stamp behind one that was stamped ten days after its certificate's end."""
    ended = certificate(not_after=SIGNED - 10 * DAY)
    made: dict[str, Any] = {"cms": cms(ended), "paths": signer_paths(ended), "timestamps": (), "statements": ()}
    return document(office(2, timestamps=(stamp(),)), signature(3, ended, **(made | changes)))


def prepared(revision: int) -> Any:
    unfilled = byte_range(revision, numbers=(0, 0, 0, 0), flaw=ByteRangeFlaw.GAP)
    return signature(revision, contents_placeholder_only=True, cms=CmsUnreadable("not-asn1"), byte_range=unfilled, timestamps=())


def unknown_kind() -> DocumentEvidence:
    of = certificate("C07", "c07@vidu.gov.vn")
    return document(signature(signer=of, cms=cms(of), paths=signer_paths(of), block=block("C07", "c07@vidu.gov.vn")))


YOUNG = certificate(not_before=AT + DAY, not_after=AT + YEAR)
EARLY_SEAL = office(timestamps=(stamp(SIGNED - 2 * HOUR),), block=block(OFFICE, None, SIGNED - 2 * HOUR))
VISIBLE = document(signature(), revisions=3, changes=(change(3, ChangeLevel.ANNOTATIONS, "annotation-added", visible=True),))
LEFT = RemainsEvidence(remains(offset=1500), None, ())
WARNED = parse_profile('[[rule]]\nasks = "signed-by"\nkind = "person"\nseverity = "warning"', name="that warns")
SHOWN = Appearance(AppearanceKind.TEXT, ("Ký bởi: Bà Trần Thị Mẫu - Sở Thí dụ",))
MANY_CHANGES = (change(3, ChangeLevel.LTA_UPDATE, "dss-update"),) * (MOST_CHANGES_LISTED + 1)

VARIANTS: tuple[Variant, ...] = (
    Variant("cms-readable", "cms-unreadable", "the CMS object has several signers, or is beyond a limit of this program",
            INSUFFICIENT, INSUFFICIENT, document(signature(cms=CmsUnreadable("several-signer-infos")))),
    Variant("no-bytes-behind-the-end", "uncovered-bytes", "PDF objects stand behind the last %%EOF",
            INVALID, INVALID, document(tail=Tail(TailKind.OBJECTS, 2000, 30, "9 0 obj"))),
    Variant("path-had-not-expired", "signed-after-expiry", "",
            INVALID, INVALID, ended_before()),
    Variant("path-had-begun", "certificate-not-yet-valid", "it is a CA's, or nothing proves when the signature was made",
            INSUFFICIENT, INSUFFICIENT,
            document(signature(signer=YOUNG, cms=cms(YOUNG), paths=signer_paths(YOUNG), timestamps=()))),
    Variant("path-is-not-revoked", "certificate-revoked-later", "",
            INFO, INFO, document(signature(statements=(statement(), revoked(SIGNER, SIGNED + DAY), statement(SUB_CA))))),
    Variant("path-is-not-revoked", "certificate-on-hold", "",
            INSUFFICIENT, INSUFFICIENT,
            document(signature(statements=(revoked(SIGNER, SIGNED - DAY, state="on-hold"), statement(SUB_CA))))),
    Variant("path-is-not-revoked", "signed-after-revocation", "",
            INVALID, INVALID,
            document(office(2, timestamps=(stamp(SIGNED),)),
                     signature(3, timestamps=(), statements=(revoked(SIGNER, SIGNED - 10 * DAY), statement(SUB_CA))))),
    Variant("timestamps-hold", "revocation-not-checked",
            "only the server of a signature's time-stamp could not be checked",
            WARNING, WARNING,
            document(signature(timestamps=(stamp(**UNCHECKED),)), document_stamp(3, SIGNED + HOUR))),
    Variant("timestamps-hold", "revocation-not-checked",
            "only the server of a document time-stamp could not be checked",
            INSUFFICIENT, WARNING, document_stamped(**UNCHECKED)),
    Variant("timestamps-hold", "broken-timestamp", "a document time-stamp is broken",
            INVALID, INVALID, document_stamped(**BROKEN)),
    Variant("timestamps-hold", "untrusted-timestamp", "a signature's own time-stamp is no proof; the others decide",
            WARNING, WARNING, stamped(**NO_WAY)),
    Variant("timestamps-hold", "untrusted-timestamp", "a document time-stamp is not trusted",
            INSUFFICIENT, INSUFFICIENT, document_stamped(**NO_WAY)),
    Variant("timestamps-hold", "tsa-expired-since", "another proof is older than its certificate's end",
            INFO, INFO, document(signature(timestamps=(stamp(**EXPIRED_TSA),)), document_stamp(3, SIGNED + DAY))),
    Variant("timestamps-hold", "tsa-expired-since", "it is a signature's own time-stamp, and nothing else proves it",
            WARNING, INFO, stamped(**EXPIRED_TSA)),
    Variant("timestamps-hold", "tsa-expired-since", "it is a document time-stamp, and nothing else proves it",
            INSUFFICIENT, INFO, document_stamped(**EXPIRED_TSA)),
    Variant("timestamps-hold", "timestamp-after-validation-time", "",
            WARNING, WARNING, document(signature()), {"at": SIGNED - HOUR}),
    Variant("timestamps-hold", "weak-digest", "the policy accepts the use at that time",
            WARNING, WARNING, stamped(**SHA1_IMPRINT)),
    Variant("timestamps-hold", "weak-digest", "it is in a signature's own time-stamp, which is no proof then",
            WARNING, WARNING, stamped(**MD5_IMPRINT)),
    Variant("timestamps-hold", "weak-digest", "it is in a document time-stamp",
            INSUFFICIENT, INSUFFICIENT, document_stamped(**MD5_IMPRINT)),
    Variant("keys-accepted", "weak-key", "the policy accepts the use at that time",
            WARNING, WARNING,
            document(signature(integrity=integrity(key_algorithm="dsa"), timestamps=(stamp(SIGNED - 2 * YEAR),)))),
    Variant("timestamps-hold", "weak-key", "it is in a signature's own time-stamp, which is no proof then",
            WARNING, WARNING, stamped(**SHORT_KEY)),
    Variant("timestamps-hold", "weak-key", "it is in a document time-stamp",
            INSUFFICIENT, INSUFFICIENT, document_stamped(**SHORT_KEY)),
    Variant("clocks-agree-with-revisions", "timestamp-order", "one of the two times is only claimed",
            WARNING, WARNING,
            document(signature(), office(timestamps=(), block=block(OFFICE, None, SIGNED - HOUR)))),
    Variant("block-name-is-the-certificates", "name-differs-from-certificate",
            "only the marks differ, it looks the same, or it is another part of the certificate's subject",
            WARNING, WARNING, document(signature(block=block("Tran Thi Mau")))),
    Variant("block-name-is-the-certificates", "name-not-in-certificate", "",
            WARNING, WARNING, document(signature(signer=replace(SIGNER, common_name=None)))),
    Variant("block-email-is-the-certificates", "email-not-in-certificate", "",
            WARNING, WARNING, document(signature(signer=replace(SIGNER, emails=())))),
    Variant("government-ca-claimed-rightly", "claims-government-ca", "the anchor is the user's own, or of unknown authority",
            WARNING, WARNING,
            document(signature(block=block(contact_info="BAN CƠ YẾU CHÍNH PHỦ - ĐT: 0"),
                               paths=signer_paths(root={"authority": "user"})))),
    Variant("shown-name-is-the-certificates", "appearance-name-differs-from-certificate",
            "all words of one name stand in the other, they look alike, or the text could be read only in part",
            WARNING, WARNING, document(signature(appearance=SHOWN))),
    Variant("bears-a-signature", "document-timestamp-only", "",
            INFO, INFO, document(document_stamp(2))),
    Variant("signatures-are-reachable", "signature-remains-unreachable",
            "a sound signature covers all that remains",
            WARNING, WARNING, document(signature(), remains=(LEFT,))),
    Variant("signatures-are-reachable", "signature-remains-unreachable",
            "something remains behind the last sound signature",
            INVALID, INVALID, document(signature(), revisions=3, remains=(RemainsEvidence(remains(offset=2500), None, ()),))),
    Variant("fields-are-signed", "signature-placeholder",
            "a sound signature covers the field, or the document bears no signature",
            WARNING, WARNING, document(prepared(2), signature(3))),
    Variant("objects-are-in-the-cross-reference", "objects-outside-cross-reference", "a sound signature covers them",
            WARNING, WARNING, document(unexplained_objects=(1500,))),
    Variant("cross-reference-is-intact", "cross-reference-rebuilt",
            "the document bears no signature; the answer is `unsigned`",
            ERROR, ERROR, unsigned(oddities=("cross-reference-rebuilt",))),
    Variant("nothing-visible-behind-the-last-signature", "changed-after-last-signature",
            "the policy says `changes_after_last_signature = \"report\"`",
            WARNING, WARNING, VISIBLE, policy={"changes_after_last_signature": "report"}),
    Variant("revocation-is-checked", "revocation-not-checked",
            "the policy says `revocation = \"ignore\"`: not said at all",
            NOTHING, NOTHING, document(signature(statements=())), policy={"revocation": "ignore"}),
    Variant("needed-kinds-signed", "person-signature-missing", "",
            INVALID, INVALID, document(office(2)), {"profile": "issued"}),
    Variant("needed-kinds-signed", "signer-kind-unknown", "",
            INSUFFICIENT, INSUFFICIENT, unknown_kind(), {"profile": "issued"}),
    Variant("needed-kinds-signed", "signer-kind-unknown", "the profile's rule only warns",
            WARNING, WARNING, unknown_kind(), {"profile": WARNED}),
    Variant("person-signed-first", "organisation-before-person", "only clocks say so, not the revisions",
            WARNING, WARNING, document(signature(), EARLY_SEAL, changes=(change(3),)), {"profile": "issued"}),
    Variant("", "changes-listed-partly", "",
            INFO, INFO, document(signature(), revisions=3, changes=MANY_CHANGES)),
    *(Variant("", reason.value, "", ERROR, ERROR, Unreadable(reason, "")) for reason in UnreadableReason),
)  # fmt: skip
