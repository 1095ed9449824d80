"""Evidence built by hand: one sound signature, and a function for each part that a test wants otherwise.

Everything here is sound by default, so that a test states only its flaw. People and organisations are invented.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from msgspec.structs import replace

from sigcheck.evidence import (
    Change,
    ChangeLevel,
    ChangesUnknown,
    DocumentEvidence,
    Integrity,
    Link,
    PathEntry,
    PathFlaw,
    PathFound,
    PathNotFound,
    Paths,
    Purpose,
    RemainsEvidence,
    RevocationStatement,
    Role,
    SignatureEvidence,
    TimestampEvidence,
)
from sigcheck.facts import (
    AlgorithmChoice,
    ByteRange,
    Certificate,
    ClaimedTime,
    CmsFacts,
    DocumentFacts,
    Revision,
    SecurityStore,
    SignatureFacts,
    SignatureRemains,
    SigningBlock,
    Tail,
    TailKind,
    Trailing,
    Unreadable,
)
from sigcheck.judging.judge import judge
from sigcheck.policies import shipped_policy
from sigcheck.policy import Policy, parse_policy
from sigcheck.profile import Profile
from sigcheck.profiles import shipped_profile
from sigcheck.question import Question
from sigcheck.references import TrustReference
from sigcheck.verdict import DocumentReport, Finding

AT = datetime(2026, 11, 20, tzinfo=UTC)
SIGNED = datetime(2024, 5, 10, 3, 0, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
REVISION_BYTES = 1000
PERSON, EMAIL = "Trần Thị Mẫu", "mautt@vidu.gov.vn"
OFFICE, OFFICE_EMAIL = "VĂN PHÒNG SỞ THÍ DỤ", "vanphong@vidu.gov.vn"
SAID = "đã ký lên văn bản này!"


def certificate(name: str = PERSON, email: str | None = EMAIL, **changes: Any) -> Certificate:
    """An end-entity certificate of 2022 to 2027."""
    made = Certificate(
        der=name.encode(),
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        subject=f"CN={name},O=Sở Thí dụ,C=VN",
        subject_der=b"",
        issuer="CN=CA Thí dụ",
        issuer_der=b"",
        common_name=name,
        organisation="Sở Thí dụ",
        organisational_units=(),
        subject_attributes=(("CN", name), ("O", "Sở Thí dụ"), ("C", "VN")),
        emails=() if email is None else (email,),
        serial_number=int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"),
        not_before=datetime(2022, 1, 1, tzinfo=UTC),
        not_after=datetime(2027, 1, 1, tzinfo=UTC),
        public_key=b"",
        key_algorithm="rsa",
        key_bits=2048,
        signature_algorithm="sha256_rsa",
        signature_hash="sha256",
        is_ca=False,
        path_length=None,
        key_usage=("digitalSignature", "nonRepudiation"),
        extended_key_usage=None,
        extended_key_usage_critical=False,
        subject_key_identifier=None,
        authority_key_identifier=None,
        crl_urls=(),
        ocsp_urls=(),
        ca_issuer_urls=(),
        ocsp_no_check=False,
        unknown_critical_extensions=(),
    )
    return replace(made, **changes)


SIGNER = certificate()
OFFICE_CERTIFICATE = certificate(OFFICE, OFFICE_EMAIL)
TSA = certificate("Máy chủ dấu thời gian thí dụ", None)
SUB_CA = certificate("CA Thí dụ", None, not_before=datetime(2015, 1, 1, tzinfo=UTC), not_after=datetime(2030, 1, 1, tzinfo=UTC))
ROOT = certificate("Gốc thí dụ", None, not_before=datetime(2010, 1, 1, tzinfo=UTC), not_after=datetime(2040, 1, 1, tzinfo=UTC))


def entry(of: Certificate, role: Role = Role.SIGNER, link: Link | None = Link.SIGNATURE, **changes: Any) -> PathEntry:
    made = PathEntry(
        subject=of.subject,
        common_name=of.common_name,
        sha256=of.sha256,
        serial_number=of.serial_number,
        not_before=of.not_before,
        not_after=of.not_after,
        role=role,
        link=link,
        key_algorithm=of.key_algorithm,
        key_bits=of.key_bits,
        signature_hash=of.signature_hash if link is Link.SIGNATURE else None,
        in_trust_list=False,
        authority=None,
        certificate=of,
    )
    return replace(made, **changes)


def anchor(**changes: Any) -> PathEntry:
    return entry(ROOT, Role.ANCHOR, None, **({"in_trust_list": True, "authority": "government"} | changes))


def found(*entries: PathEntry, purpose: Purpose = Purpose.SIGNER) -> Paths:
    return Paths((PathFound(entries, purpose),), None)


def signer_paths(of: Certificate = SIGNER, leaf: dict[str, Any] | None = None, root: dict[str, Any] | None = None) -> Paths:
    """Signer, sub-CA, root."""
    return found(entry(of, **(leaf or {})), entry(SUB_CA, Role.INTERMEDIATE), anchor(**(root or {})))


def tsa_paths(of: Certificate = TSA, leaf: dict[str, Any] | None = None) -> Paths:
    """A time-stamp server directly below its root."""
    return found(entry(of, **(leaf or {})), anchor(), purpose=Purpose.TIMESTAMP)


def no_path(flaw: PathFlaw, about: str = "CN=ai đó", purpose: Purpose = Purpose.SIGNER) -> Paths:
    return Paths((), PathNotFound(flaw, (entry(SIGNER),), purpose, about))


def statement(of: Certificate = SIGNER, made: datetime = SIGNED, **changes: Any) -> RevocationStatement:
    """Good, in force for a day around `made`."""
    said = RevocationStatement(
        certificate_sha256=of.sha256,
        kind="crl",
        state="good",
        this_update=made - HOUR,
        next_update=made + DAY,
        produced_at=None,
        revoked_at=None,
        reason=None,
        source="store",
        received_at=None,
        authorised=True,
        flaw=None,
        issuer_paths=None,
        digest="00",
        signature_hash="sha256",
    )
    return replace(said, **changes)


def revoked(of: Certificate, when: datetime | None, **changes: Any) -> RevocationStatement:
    return statement(of, AT - 2 * DAY, **({"state": "revoked", "revoked_at": when} | changes))


def integrity(**changes: Any) -> Integrity:
    return replace(
        Integrity(True, True, "sha256", "rsassa_pkcs1v15", "sha256", "rsa", 2048, signing_certificate_matches=True), **changes
    )


def cms(signer: Certificate | None = SIGNER, **changes: Any) -> CmsFacts:
    made = CmsFacts(
        encoding="der",
        length=100,
        trailing=Trailing.ZEROS,
        content_type="data",
        content=None,
        digest_algorithm="sha256",
        algorithm=AlgorithmChoice("rsassa_pkcs1v15", "sha256"),
        signature=b"s",
        signed_attributes=b"a",
        signed_attribute_types=(),
        unsigned_attribute_types=(),
        message_digest=b"d",
        attribute_content_type="data",
        signing_time=None,
        signing_certificate_digests=(),
        signer_certificate=signer,
        signer_identifier="CN=CA Thí dụ, 1234",
        certificates=(),
        timestamp_tokens=(),
        content_timestamp_tokens=(),
        crls=(),
        ocsp_responses=(),
    )
    return replace(made, **changes)


def stamp(gen_time: datetime | None = SIGNED, tsa: Certificate = TSA, **changes: Any) -> TimestampEvidence:
    """A sound time-stamp of a trusted server that was not revoked."""
    made = TimestampEvidence(
        token=b"t",
        cms=cms(tsa),
        gen_time=gen_time,
        accuracy_seconds=1.0,
        policy_oid="1.2.3",
        serial_number=7,
        imprint_algorithm="sha256",
        imprint_matches=True,
        integrity=integrity(),
        tsa=tsa,
        paths=tsa_paths(tsa),
        statements=(statement(tsa, gen_time or SIGNED),),
    )
    return replace(made, **changes)


def claimed(moment: datetime) -> ClaimedTime:
    return ClaimedTime("D:…", moment.isoformat().replace("+00:00", "Z"), moment)


def block(name: str | None = PERSON, email: str | None = EMAIL, moment: datetime | None = SIGNED, **changes: Any) -> SigningBlock:
    made = SigningBlock(
        claimed_time=None if moment is None else claimed(moment),
        reason=f"{name}<{email}> {SAID}",
        signer_name=name,
        signer_email=email,
    )
    return replace(made, **changes)


def byte_range(of: int, **changes: Any) -> ByteRange:
    end = of * REVISION_BYTES
    return replace(ByteRange((0, 400, 500, end - 500), None, end, of, whole_file=False), **changes)


def facts(revision: int = 2, **changes: Any) -> SignatureFacts:
    made = SignatureFacts(
        field=f"Signature{revision - 1}",
        object=f"{revision * 10} 0",
        kind="signature",
        revision=revision,
        filter="Adobe.PPKLite",
        sub_filter="adbe.pkcs7.detached",
        block=block(),
        byte_range=byte_range(revision),
        contents=bytes(200),
        cms=cms(),
        raw_signature=None,
        certificates=(),
        doc_mdp=None,
        field_mdp=None,
        lock=None,
        box=None,
    )
    return replace(made, **changes)


FACT_NAMES = frozenset(SignatureFacts.__struct_fields__)


def signature(revision: int = 2, signer: Certificate | None = SIGNER, **changes: Any) -> SignatureEvidence:
    """A sound, stamped signature by a person. Names of facts change the facts, all others the evidence."""
    own = {name: value for name, value in changes.items() if name in FACT_NAMES}
    rest = {name: value for name, value in changes.items() if name not in FACT_NAMES}
    made = SignatureEvidence(
        facts=facts(revision, **own),
        integrity=integrity(),
        signer=signer,
        paths=signer_paths(signer) if signer is not None else Paths((), None),
        statements=(statement(signer), statement(SUB_CA)) if signer is not None else (),
        timestamps=(stamp(),),
    )
    return replace(made, **rest)


def office(revision: int = 3, **changes: Any) -> SignatureEvidence:
    """A sound, stamped signature by an organisation, an hour later."""
    when = SIGNED + HOUR
    return signature(
        revision,
        OFFICE_CERTIFICATE,
        **(
            {
                "block": block(OFFICE, OFFICE_EMAIL, when),
                "cms": cms(OFFICE_CERTIFICATE),
                "timestamps": (stamp(when),),
                "statements": (statement(OFFICE_CERTIFICATE, when), statement(SUB_CA, when)),
            }
            | changes
        ),
    )


def document_stamp(revision: int = 3, gen_time: datetime = SIGNED + DAY, **changes: Any) -> SignatureEvidence:
    """A sound document time-stamp of a trusted server."""
    own = {name: value for name, value in changes.items() if name in FACT_NAMES}
    token = changes.get("token", stamp(gen_time))
    made = facts(
        revision,
        **({"kind": "document-timestamp", "sub_filter": "ETSI.RFC3161", "block": SigningBlock(), "cms": token.cms} | own),
    )
    return SignatureEvidence(made, token.integrity, token.tsa, token.paths, token.statements, (token,))


def change(revision: int, level: ChangeLevel = ChangeLevel.FORM_FILLING, rule: str = "signature-added", **more: Any) -> Change:
    return replace(Change(revision, f"{revision} 0", 1, rule, level, rule), **more)


def remains(**changes: Any) -> SignatureRemains:
    made = SignatureRemains(None, "9 0", "adbe.pkcs7.detached", (0, 1, 2, 3), block(), b"", cms(), None)
    return replace(made, **changes)


def document(
    *signatures: SignatureEvidence,
    changes: tuple[Change, ...] | ChangesUnknown = (),
    remains: tuple[RemainsEvidence, ...] = (),
    revisions: int | None = None,
    **more: Any,
) -> DocumentEvidence:
    """A document of as many revisions as its signatures need; without any given, one sound signature."""
    signatures = signatures or (signature(),)
    count = revisions or max(s.facts.revision for s in signatures)
    made = DocumentFacts(
        sha256="ab" * 32,
        size=count * REVISION_BYTES,
        revisions=tuple(Revision(n, (n - 1) * REVISION_BYTES, n * REVISION_BYTES, 0) for n in range(1, count + 1)),
        signatures=tuple(s.facts for s in signatures),
        remains=tuple(r.facts for r in remains),
        tail=Tail(TailKind.NOTHING, count * REVISION_BYTES, 0),
        header_offset=0,
        encrypted=False,
        usage_rights=False,
        embedded_pdfs=0,
        security_store=SecurityStore(),
    )
    return DocumentEvidence(replace(made, **more), signatures, remains, changes)


def unsigned(**more: Any) -> DocumentEvidence:
    bare = document(revisions=1, **more)
    return replace(bare, facts=replace(bare.facts, signatures=()), signatures=())


def issued() -> DocumentEvidence:
    """A person's signature and then the agency's, as NĐ 30/2020 asks."""
    return document(signature(), office(), changes=(change(3),))


@cache
def shipped(name: str) -> Policy:
    return parse_policy(shipped_policy(name), name=name)


ARCHIVE, STRICT = shipped("archive"), shipped("strict")


def question(policy: Policy = ARCHIVE, **changes: Any) -> Question:
    """`profile` is the name of a shipped one, or a profile."""
    wanted = changes.pop("profile", policy.profile)
    profile = wanted if isinstance(wanted, Profile) else shipped_profile(wanted)
    asked = Question("document.pdf", AT, policy, TrustReference("cd" * 32, 1, ["thí dụ"]), "0", profile)
    return replace(asked, **changes)


def verdict(evidence: DocumentEvidence | Unreadable, policy: Policy = ARCHIVE, **asked: Any) -> DocumentReport:
    return judge(evidence, question(policy, **asked))


def findings(report: DocumentReport) -> list[Finding]:
    return [*report.findings, *(one for signature in report.signatures for one in signature.findings)]


def codes(report: DocumentReport) -> list[str]:
    return [one.code for one in findings(report)]


def the(code: str, report: DocumentReport) -> Finding:
    """The only finding of that code."""
    (one,) = [one for one in findings(report) if one.code == code]
    return one
