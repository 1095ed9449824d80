"""The validation report of ETSI TS 119 102-2: valid against its schema, and true when read by other means than our own.

What is expected comes from the PKI's declarations, from the bytes of the documents, and from the standard; never from our report.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import os
import re
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from lxml import etree
from msgspec.structs import replace
from report_builder import checked as alone
from report_builder import report as built
from report_builder import signature, stamps

from sigcheck.anchors import TrustList
from sigcheck.checked import Checked
from sigcheck.engine.bytesource import FileSource, MemorySource
from sigcheck.engine.revocation import Received, RevocationMaterial
from sigcheck.judging.codes import CODES, finding
from sigcheck.pipeline import check
from sigcheck.policies import shipped_policy
from sigcheck.policy import parse_policy
from sigcheck.reporting.etsi import blocks
from sigcheck.reporting.etsi_xml import etsi_report
from sigcheck.trust.load import load_trust

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
sys.path.append(str(SAMPLES))

from generator import pki  # noqa: E402 - the generator lies beside the samples, outside every package
from generator.catalogue import SAMPLES as ALL  # noqa: E402 - likewise
from generator.drafting import LEADER, USUAL, Sample, block, finished, fresh, signing  # noqa: E402 - likewise
from generator.signing import sign  # noqa: E402 - likewise

AT = datetime(2026, 11, 20, tzinfo=UTC)
NAMES = {
    "vr": "http://uri.etsi.org/19102/v1.4.1#",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
    "own": "urn:sigcheck:report:1",
}
MAIN = "urn:etsi:019102:mainindication:"
SUB = "urn:etsi:019102:subindication:"
VALID = "vr:SignatureValidationStatus/vr:MainIndication"

Node = etree._Element


@cache
def anchors() -> TrustList:
    return load_trust(folder=SAMPLES / "trust")


def content_of(name: str) -> bytes:
    sample = next(one for one in ALL if one.name == name)
    return (SAMPLES / f"{name}.pdf").read_bytes() if sample.committed else sample.make()


def checked(content: bytes, *, under: str = "archive", path: str = "sample.pdf", **asked: Any) -> Checked:
    policy = parse_policy(shipped_policy(under), name=under)
    return check(MemorySource(content), path=path, trust=anchors(), policy=policy, at=AT, **asked)


def report_on(content: bytes, *, personal: bool = False, **asked: Any) -> Node:
    return read(etsi_report(checked(content, **asked), personal=personal))


def read(text: str) -> Node:
    return etree.fromstring(text.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))


@cache
def sample_report(name: str) -> Node:
    return report_on(content_of(name))


def every(node: Node, path: str, **values: Any) -> list[Any]:
    found = node.xpath(path, namespaces=NAMES, **values)
    assert isinstance(found, list)
    return found


def texts(node: Node, path: str, **values: Any) -> list[str]:
    found = every(node, path, **values)
    return ["".join(map(str, one.itertext())) if isinstance(one, etree._Element) else str(one) for one in found]


def the_object(report: Node, identifier: str) -> Node:
    (found,) = every(report, "//vr:ValidationObject[@id=$id]", id=identifier)
    assert isinstance(found, etree._Element)
    return found


def certificate_id(label: str) -> str:
    return f"C-{hashlib.sha256(pki.certificate(label).dump()).hexdigest()}"


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def schema(shared: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared / "schemas" / "1910202xmlSchema.xsd"))


def assert_sound(report: Node, schema: etree.XMLSchema) -> None:
    """Valid, and every reference leads to one object: libxml2 does not ask that of IDREFS."""
    assert schema.validate(report), str(schema.error_log)
    identifiers = texts(report, "//@id")
    assert len(identifiers) == len(set(identifiers))
    assert {one for each in texts(report, "//@VOReference") for one in each.split()} <= set(identifiers)


every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)


@every_sample
def test_every_sample_gives_a_valid_report(sample: Sample, schema: etree.XMLSchema) -> None:
    content = content_of(sample.name)
    received = datetime(2026, 2, 1, tzinfo=UTC)
    assert_sound(report_on(content, password=sample.password), schema)
    assert_sound(report_on(content, under="strict", received=received, password=sample.password), schema)


def test_every_real_document_gives_a_valid_report(shared: Path, schema: etree.XMLSchema) -> None:
    documents = sorted((shared / "vietnam").glob("*.pdf"))
    assert documents
    for path in documents:
        for under in ("archive", "strict"):
            policy = parse_policy(shipped_policy(under), name=under)
            with FileSource(path) as source:
                known = check(source, path=path.name, trust=load_trust(), policy=policy, at=AT)
            assert_sound(read(etsi_report(known)), schema)


def test_every_document_of_other_test_suites_gives_a_valid_report(shared: Path, schema: etree.XMLSchema) -> None:
    """217 files made to be difficult, broken or hostile: whatever they hold, the report is XML and valid."""
    policy = parse_policy(shipped_policy("archive"), name="archive")
    documents = sorted((shared / "corpora" / "open" / "pdf").glob("*.pdf"))
    assert documents
    for path in documents:
        with FileSource(path) as source:
            known = check(source, path=path.name, trust=load_trust(), policy=policy, at=AT)
        assert_sound(read(etsi_report(known)), schema)


# Indications: TS 119 102-2, 4.3.4.2 and 4.3.4.3; which one holds is EN 319 102-1's.


@pytest.mark.parametrize(
    ("name", "main", "sub"),
    [
        ("person-and-office", "total-passed", None),
        ("tampered-page", "total-failed", "HASH_FAILURE"),  # 5.2.7.4 step 2
        ("wrong-key", "total-failed", "SIG_CRYPTO_FAILURE"),  # 5.2.7.4 step 4
        ("expired-without-timestamp", "indeterminate", "OUT_OF_BOUNDS_NO_POE"),  # 5.2.6.4 step 7
        ("missing-intermediate", "indeterminate", "NO_CERTIFICATE_CHAIN_FOUND"),  # 5.2.6.4 step 2a
    ],
)
def test_the_indication_is_the_standards(name: str, main: str, sub: str | None) -> None:
    report = sample_report(name)
    assert set(texts(report, f"vr:SignatureValidationReport/{VALID}")) == {MAIN + main}
    subs = texts(report, "vr:SignatureValidationReport/vr:SignatureValidationStatus/vr:SubIndication")
    assert subs == ([] if sub is None else [SUB + sub])


def test_the_signatures_own_indication_stands_beside_the_documents_verdict() -> None:
    """A forbidden change: INDETERMINATE for the standard (5.2.8), invalid for sigcheck, which says so at the file."""
    report = sample_report("page-replaced-in-update")
    assert texts(report, f"vr:SignatureValidationReport/{VALID}") == [f"{MAIN}indeterminate"]
    fingerprint = hashlib.sha256(content_of("page-replaced-in-update")).hexdigest()
    file = the_object(report, f"F-{fingerprint}")
    assert texts(file, f"vr:ValidationReport/{VALID}") == [f"{MAIN}failed"]
    assert texts(file, ".//ds:DigestValue") == [base64.b64encode(bytes.fromhex(fingerprint)).decode()]


@pytest.mark.parametrize(
    ("name", "main", "sub"),
    [
        ("person-and-office", "passed", None),
        ("broken-timestamp-imprint", "failed", None),
        ("untrusted-timestamp", "indeterminate", "NO_CERTIFICATE_CHAIN_FOUND"),
        ("document-timestamp-over-signature", "passed", None),
        ("untrusted-document-timestamp", "indeterminate", "NO_CERTIFICATE_CHAIN_FOUND"),
    ],
)
def test_every_time_stamp_is_an_object_with_its_own_report(name: str, main: str, sub: str | None) -> None:
    stamps = every(sample_report(name), "//vr:ValidationObject[vr:ObjectType='urn:etsi:019102:validationObject:timestamp']")
    assert stamps
    for stamp in stamps:
        assert texts(stamp, f"vr:ValidationReport/{VALID}") == [MAIN + main]
        if sub is not None:
            assert texts(stamp, "vr:ValidationReport/*/vr:SubIndication") == [SUB + sub]


def test_a_document_time_stamp_is_no_signature() -> None:
    report = sample_report("document-timestamp-over-signature")
    assert texts(report, "vr:SignatureValidationReport//vr:PAdESFieldName") == ["Signature1"]
    (identifier,) = texts(report, "vr:SignatureValidationReport//vr:DocTimeStamp/vr:AttributeObject/@VOReference")
    assert texts(the_object(report, identifier), ".//vr:POEProvisioning/vr:SignatureReference/vr:PAdESFieldName") == [
        "Signature1"
    ]


def test_a_document_time_stamp_that_cannot_be_read_fails(schema: etree.XMLSchema) -> None:
    """EN 319 102-1, 5.2.2: so far from the format that nothing can be verified."""
    content = re.sub(
        rb"/Contents\s*<[0-9A-Fa-f]+>",
        lambda one: re.sub(rb"[0-9A-Fa-f](?=[^<]*>)", b"f", one[0]),
        content_of("document-timestamp-only"),
    )
    report = report_on(content)
    assert_sound(report, schema)
    (stamp,) = every(report, "//vr:ValidationObject[vr:ObjectType='urn:etsi:019102:validationObject:timestamp']")
    assert texts(stamp, f"vr:ValidationReport/{VALID}") == [f"{MAIN}failed"]
    assert texts(stamp, "vr:ValidationReport/*/vr:SubIndication") == [f"{SUB}FORMAT_FAILURE"]


def test_building_blocks_have_their_answers() -> None:
    def answers(name: str) -> dict[str, str]:
        constraints = every(sample_report(name), "vr:SignatureValidationReport[1]//vr:ValidationConstraint[vr:ValidationStatus]")
        return {
            texts(one, "vr:ValidationConstraintIdentifier")[0].rpartition(":")[2]: texts(one, "vr:ValidationStatus/*[1]")[0]
            for one in constraints
        }

    sound = answers("person-and-office")
    assert set(sound.values()) == {f"{MAIN}passed"}
    assert {"formatChecking", "cryptographicVerification", "x509CertificateValidation", "time"} <= set(sound)
    assert answers("tampered-page")["cryptographicVerification"] == f"{MAIN}failed"
    assert answers("missing-intermediate")["x509CertificateValidation"] == f"{MAIN}indeterminate"
    assert answers("forged-name")["signatureAcceptanceValidation"] == f"{MAIN}indeterminate"
    assert answers("page-replaced-in-update")["changes-after-signing"] == f"{MAIN}indeterminate"
    assert "time" not in answers("no-time-at-all"), "nothing proves a time: there is nothing to have passed"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("byte-range-unsound", blocks.FORMAT),  # 5.2.2
        ("cms-unreadable", blocks.FORMAT),
        ("uncovered-bytes", blocks.FORMAT),
        ("signer-certificate-missing", blocks.SIGNING_CERTIFICATE),  # 5.2.3
        ("signing-certificate-mismatch", blocks.SIGNING_CERTIFICATE),
        ("digest-mismatch", blocks.CRYPTOGRAPHY),  # 5.2.7
        ("signature-mismatch", blocks.CRYPTOGRAPHY),
        ("digest-info-without-null", blocks.CRYPTOGRAPHY),
        ("chain-incomplete", blocks.PATH),  # 5.2.6
        ("chain-invalid", blocks.PATH),
        ("key-usage-not-for-signing", blocks.PATH),
        ("certificate-expired", blocks.PATH),
        ("certificate-revoked", blocks.PATH),
        ("certificate-on-hold", blocks.PATH),
        ("signed-after-revocation", blocks.PATH),
        ("revocation-not-checked", blocks.PATH),
        ("responder-status-not-checked", blocks.PATH),
        ("broken-timestamp", blocks.TIME),  # 5.4, 5.5
        ("untrusted-timestamp", blocks.TIME),
        ("time-claimed-only", blocks.TIME),
        ("claimed-time-differs", blocks.TIME),
        ("modified-after-signing", blocks.CHANGES),  # ISO 32000-2, 12.8.2
        ("changes-unknown", blocks.CHANGES),
        ("changed-after-last-signature", blocks.CHANGES),
        ("name-differs-from-certificate", blocks.ACCEPTANCE),  # 5.2.8: constraints on the signature's elements
        ("name-entry-differs", blocks.ACCEPTANCE),
        ("claims-government-ca", blocks.ACCEPTANCE),
    ],
)
def test_a_finding_belongs_to_the_block_of_its_clause(code: str, expected: str) -> None:
    assert blocks.block_of(finding(code)) == expected


def test_a_weak_algorithm_belongs_where_it_was_used() -> None:
    assert blocks.block_of(finding("weak-digest", use="certificate")) == blocks.PATH  # 5.2.6.4 step 6
    assert blocks.block_of(finding("weak-digest", use="signature")) == blocks.ACCEPTANCE  # 5.2.8
    assert blocks.block_of(finding("weak-digest", use="timestamp-imprint")) == blocks.TIME


def test_every_finding_has_a_block_that_is_reported() -> None:
    signatures = checked(content_of("copy-stamp")).report.signatures
    reported = {block.name for block in blocks.blocks_of(signatures[0])}
    assert {blocks.block_of(finding(code)) for code in CODES} <= reported


# What the report says of a signature, read from the file's own bytes.


def test_identifier_digests_and_attributes_are_those_of_the_file() -> None:
    content = content_of("copy-stamp")
    report = sample_report("copy-stamp")
    range_ = [int(number) for number in re.search(rb"/ByteRange\s*\[([\d\s]+)\]", content)[1].split()]  # type: ignore[index] # it is there
    first, second = content[: range_[1]], content[range_[2] : range_[2] + range_[3]]
    contents = bytes.fromhex(content[range_[1] + 1 : range_[2] - 1].decode())
    signer = cms.ContentInfo.load(contents, strict=False)["content"]["signer_infos"][0]
    (one,) = every(report, "vr:SignatureValidationReport")
    signed = hashlib.sha256(signer["signed_attrs"].untag().dump()).digest()
    assert texts(one, "vr:SignatureIdentifier/vr:DigestAlgAndValue/ds:DigestValue") == [base64.b64encode(signed).decode()]
    assert texts(one, "vr:SignatureIdentifier/ds:SignatureValue") == [base64.b64encode(signer["signature"].native).decode()]
    bytes_ = base64.b64encode(hashlib.sha256(first + second).digest()).decode()
    assert texts(one, "vr:SignersDocument/vr:DigestAlgAndValue/ds:DigestValue") == [bytes_]
    assert texts(one, ".//vr:MessageDigest/vr:Digest") == [bytes_]
    assert texts(one, ".//vr:ByteRange") == [" ".join(map(str, range_))]
    assert set(texts(one, ".//ds:DigestMethod/@Algorithm")) == {"http://www.w3.org/2001/04/xmlenc#sha256"}
    (represented,) = texts(one, "vr:SignersDocument/vr:SignersDocumentRepresentation/@VOReference")
    assert texts(the_object(report, represented), ".//ds:DigestValue") == [bytes_]


def test_bytes_that_do_not_match_are_not_given_a_digest() -> None:
    (one,) = every(sample_report("tampered-page"), "vr:SignatureValidationReport")
    assert every(one, "vr:SignersDocument/vr:DigestAlgAndValue") == []
    assert texts(one, "vr:SignersDocument/vr:SignersDocumentRepresentation/@VOReference") == [
        f"F-{hashlib.sha256(content_of('tampered-page')).hexdigest()}"
    ]
    assert every(one, ".//*[@Signed='true']") == [], "nobody can say what was signed"


def test_the_block_and_the_claimed_time_are_attributes() -> None:
    (one,) = every(sample_report("expired-with-timestamp"), "vr:SignatureValidationReport")
    assert texts(one, ".//vr:SigningTime/vr:Time") == ["2023-05-25T15:30:57+07:00"]
    assert texts(one, ".//vr:ReasonElement") == ["Lê Văn Hết Hạn<levanhethan@so-mau.gov.example> đã ký lên văn bản này!"]
    assert texts(one, ".//vr:SubFilterElement") == ["adbe.pkcs7.detached"]
    assert texts(sample_report("claimed-time-without-offset"), ".//vr:SigningTime/vr:Time")[0][-6] not in "+-", (
        "as it was written"
    )


def test_the_signer_and_the_path_are_the_declared_certificates() -> None:
    report = sample_report("expired-with-timestamp")
    (one,) = every(report, "vr:SignatureValidationReport")
    signer = pki.certificate("expired").dump()
    assert texts(one, "vr:SignerInformation/vr:SignerCertificate/@VOReference") == [certificate_id("expired")]
    assert texts(the_object(report, certificate_id("expired")), ".//vr:base64") == [base64.b64encode(signer).decode()]
    path = "vr:SignatureValidationStatus//vr:CertificateChain/*/@VOReference"
    assert texts(one, path) == [certificate_id(label) for label in ("expired", "g2-sub", "g2-root")]
    assert texts(one, "vr:SignatureValidationStatus/*/vr:TrustAnchor/@VOReference") == [certificate_id("g2-root")]
    root = base64.b64encode(hashlib.sha256(pki.certificate("g2-root").dump()).digest()).decode()
    assert texts(the_object(report, certificate_id("g2-root")), ".//ds:DigestValue") == [root], "the list knows its digest alone"


def test_the_algorithm_and_whether_it_is_secure_are_stated() -> None:
    def crypto(name: str) -> tuple[str, str]:
        (found,) = every(sample_report(name), "vr:SignatureValidationReport/*/*/vr:CryptoInformation")
        return texts(found, "vr:Algorithm")[0], texts(found, "vr:SecureAlgorithm")[0]

    assert crypto("expired-with-timestamp") == ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "true")  # RFC 9231, 2.3.2
    assert crypto("curve") == ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "true")  # RFC 9231, 2.3.6
    assert crypto("sha1-of-today") == ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "false")


# Times, proofs, revocation.


def test_a_time_stamp_proves_the_best_signature_time() -> None:
    """The samples' time-stamps come four seconds behind the claimed time."""
    report = sample_report("expired-with-timestamp")
    (one,) = every(report, "vr:SignatureValidationReport")
    (best,) = every(one, "vr:ValidationTimeInfo/vr:BestSignatureTime")
    assert texts(one, "vr:ValidationTimeInfo/vr:ValidationTime") == ["2026-11-20T00:00:00Z"]
    assert texts(best, "vr:POETime") == ["2023-05-25T08:31:01Z"]
    assert texts(best, "vr:TypeOfProof") == ["urn:etsi:019102:poetype:validation"]
    stamp = the_object(report, texts(best, "vr:POEObject/@VOReference")[0])
    assert texts(stamp, "vr:POEProvisioning/vr:POETime") == ["2023-05-25T08:31:01Z"]
    token = cms.ContentInfo.load(base64.b64decode(texts(stamp, ".//vr:base64")[0]))
    assert token["content"]["encap_content_info"]["content"].parsed["gen_time"].native == datetime(
        2023, 5, 25, 8, 31, 1, tzinfo=UTC
    )
    assert texts(stamp, ".//vr:SignerCertificate/@VOReference") == [certificate_id("g2-tsa-01")]
    assert texts(one, ".//vr:SignatureValidationProcessID") == ["urn:etsi:019102:validationprocess:LTVM"]


def test_a_later_time_stamp_is_named_as_the_proof() -> None:
    """The seal's time-stamp proves the leader's signature: an object that proves both."""
    report = sample_report("leader-covered-by-seal")
    first = every(report, "vr:SignatureValidationReport")[0]
    (identifier,) = texts(first, "vr:ValidationTimeInfo//vr:POEObject/@VOReference")
    fields = texts(the_object(report, identifier), "vr:POEProvisioning/vr:SignatureReference")
    assert sorted(field.strip() for field in fields) == ["Signature1", "Signature2"]
    assert texts(first, ".//vr:SignatureValidationProcessID") == ["urn:etsi:019102:validationprocess:LTA"]


def test_an_archives_record_is_a_proof_that_was_provided() -> None:
    received = USUAL + timedelta(days=3)
    report = report_on(content_of("no-time-at-all"), received=received)
    (best,) = every(report, "vr:SignatureValidationReport/vr:ValidationTimeInfo/vr:BestSignatureTime")
    assert (texts(best, "*[1]"), texts(best, "*[2]")) == ([iso(received)], ["urn:etsi:019102:poetype:provided"])
    file = the_object(report, f"F-{hashlib.sha256(content_of('no-time-at-all')).hexdigest()}")
    assert texts(file, "vr:POE/*") == [iso(received), "urn:etsi:019102:poetype:provided"]


def test_without_proof_or_policy_the_time_is_the_validation_time() -> None:
    (one,) = every(sample_report("no-time-at-all"), "vr:SignatureValidationReport")
    assert texts(one, "vr:ValidationTimeInfo//vr:POETime") == ["2026-11-20T00:00:00Z"]
    assert texts(one, ".//vr:SignatureValidationProcessID") == ["urn:etsi:019102:validationprocess:Basic"]


def test_what_lies_in_the_document_stands_whole_and_is_the_files() -> None:
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content_of("certified-then-archived"), re.DOTALL)
    held = {zlib.decompress(one) for one in streams if one[:1] == b"x"}
    report = sample_report("certified-then-archived")
    (store,) = every(report, "vr:SignatureValidationReport//vr:DSS")
    assert texts(store, "vr:Certs/@VOReference")
    for name, object_type in (("CRLs", "CRL"), ("OCSPs", "OCSPResponse")):
        (identifier,) = texts(store, f"vr:{name}/@VOReference")
        piece = the_object(report, identifier)
        whole = base64.b64decode(texts(piece, ".//vr:base64")[0])
        assert texts(piece, "vr:ObjectType") == [f"urn:etsi:019102:validationObject:{object_type}"]
        assert whole in held
        assert identifier.endswith(hashlib.sha256(whole).hexdigest())


def test_what_comes_from_a_store_stands_by_its_digest_with_the_time_it_was_received() -> None:
    """A CRL with the declared revocation of 2026-03-02, and a signature without proof of time: EN 319 102-1, 5.2.6.4 step 4b."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    crl = pki.revocation_list("g2-sub", at)
    der: bytes = crl.dump()
    received = at + timedelta(hours=1)
    material = RevocationMaterial((Received(der, "store", received),), ())
    report = report_on(content_of("revoked-without-timestamp"), material=material)
    (one,) = every(report, "vr:SignatureValidationReport")
    fingerprint = hashlib.sha256(der).hexdigest()
    piece = the_object(report, f"R-{fingerprint}")
    assert texts(piece, ".//ds:DigestValue") == [base64.b64encode(bytes.fromhex(fingerprint)).decode()]
    assert every(piece, ".//vr:base64") == []
    assert texts(piece, "vr:POE/*") == [iso(received), "urn:etsi:019102:poetype:provided"]
    (revoked,) = every(one, ".//vr:RevocationStatusInformation")
    assert texts(revoked, "vr:ValidationObjectId/@VOReference") == [certificate_id("revoked")]
    assert texts(revoked, "vr:RevocationTime") == ["2026-03-02T08:00:00Z"]
    assert texts(revoked, "vr:RevocationReason") == ["urn:etsi:019102:revocationReason:keyCompromise"]
    assert texts(one, "vr:SignatureValidationStatus/vr:SubIndication") == [f"{SUB}REVOKED_NO_POE"]


# The policy and what it switched off.


def test_the_policy_is_named_with_its_digest_and_what_it_switches_off_is_listed() -> None:
    """EN 319 102-1, 5.1.4.1: the report shall list the checks disabled."""
    (one,) = every(sample_report("copy-stamp"), "vr:SignatureValidationReport")
    digest = hashlib.sha256((ROOT / "src" / "sigcheck" / "policies" / "archive.toml").read_bytes()).digest()
    assert texts(one, ".//vr:PolicyName") == ["archive"]
    assert texts(one, ".//xades:SigPolicyHash/ds:DigestValue") == [base64.b64encode(digest).decode()]
    disabled = every(one, ".//vr:ValidationConstraint[*/vr:Status='urn:etsi:019102:constraintStatus:disabled']")
    stated = {texts(each, "vr:ValidationConstraintIdentifier")[0]: texts(each, ".//vr:Value")[0] for each in disabled}
    assert stated == {"urn:sigcheck:check:revocation": "when-available"}
    strict = report_on(content_of("copy-stamp"), under="strict")
    assert every(strict, "//vr:Status[.='urn:etsi:019102:constraintStatus:disabled']") == []


def test_findings_are_messages_in_both_languages() -> None:
    data = every(sample_report("expired-without-timestamp"), "vr:SignatureValidationReport//vr:ReportData")
    (found,) = [one for one in data if texts(one, "vr:Type") == ["urn:sigcheck:finding:certificate-expired"]]
    assert texts(found, ".//own:Finding/@decides") == ["insufficient"]
    assert texts(found, ".//own:Message/@xml:lang") == ["vi", "en"]
    assert all("Lê Văn Hết Hạn" in message for message in texts(found, ".//own:Message"))


def test_the_report_says_who_made_it_and_that_it_is_not_signed() -> None:
    report = sample_report("copy-stamp")
    assert texts(report, "vr:SignatureValidator//own:Name") == ["sigcheck"]
    assert every(report, "//ds:Signature") == []
    assert any("no signature of its own" in str(comment.text) for comment in every(report, "comment()"))


# Documents without a signature.


@pytest.mark.parametrize(
    ("content", "state", "code"),
    [
        (content_of("unsigned-plan"), "unsigned", "no-signature"),
        (content_of("document-timestamp-only"), "unsigned", "document-timestamp-only"),
        (b"", "unreadable", "empty-file"),
        (b"no PDF at all", "unreadable", "not-a-pdf"),
    ],
    ids=["unsigned", "time-stamp-only", "empty", "not-a-pdf"],
)
def test_without_a_signature_one_report_stands_for_the_document(
    content: bytes, state: str, code: str, schema: etree.XMLSchema
) -> None:
    """The schema wants one SignatureValidationReport; nothing was found to pass or to fail."""
    report = report_on(content)
    assert_sound(report, schema)
    (one,) = every(report, "vr:SignatureValidationReport")
    assert texts(one, VALID) == [f"{MAIN}indeterminate"]
    assert every(one, "vr:SignatureIdentifier") == []
    said = dict(zip(texts(one, ".//vr:ReportData/vr:Type"), texts(one, ".//vr:ReportData/vr:Value"), strict=True))
    assert said["urn:sigcheck:fact:state"] == state
    assert f"urn:sigcheck:finding:{code}" in said


def test_remains_that_cannot_be_checked_fail_as_the_document_does() -> None:
    report = sample_report("saved-again")
    (one,) = every(report, "vr:SignatureValidationReport")
    assert texts(one, VALID) == [f"{MAIN}total-failed"]
    assert texts(one, "vr:SignatureValidationStatus/vr:SubIndication") == [f"{SUB}FORMAT_FAILURE"]


# Hostile text, personal data, determinism, the command.


def test_hostile_names_stay_text(schema: etree.XMLSchema) -> None:
    hostile = '"><script>alert(1)</script>\x00\x1b[31m\u202e\ud800]]>&x;\ufffe.pdf'
    text = etsi_report(checked(content_of("hostile-names"), path=hostile))
    report = read(text)
    assert_sound(report, schema)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff\ufffe\uffff]", text)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert every(report, "//*[local-name()='script']") == []
    (signer,) = texts(report, "//vr:Signer[contains(., 'script')]")
    assert "<script>alert(1)</script>⟨U+001B⟩" in signer
    (path,) = set(texts(report, "//vr:ReportData[vr:Type='urn:sigcheck:fact:path']/vr:Value"))
    assert path == '"><script>alert(1)</script>⟨U+0000⟩⟨U+001B⟩[31m⟨U+202E⟩⟨U+D800⟩]]>&x;⟨U+FFFE⟩.pdf'


def test_id_numbers_are_masked_but_in_whole_certificates(schema: etree.XMLSchema) -> None:
    document = fresh("masked-in-xml")
    lines = dataclasses.replace(block(LEADER, USUAL), reason="Người ký CCCD:098765432109 đã ký lên văn bản này!")
    sign(document, signing(LEADER, block=lines))
    content = finished(document)
    for personal, expected in ((False, "CCCD:*********109"), (True, "CCCD:098765432109")):
        text = etsi_report(checked(content, path="CCCD 098765432109.pdf"), personal=personal)
        report = read(text)
        assert_sound(report, schema)
        assert expected in texts(report, "//vr:ReasonElement")[0]
        assert ("098765432109" in text) is personal
        whole = base64.b64decode(texts(the_object(report, certificate_id("leader")), ".//vr:base64")[0])
        assert b"098765432109" in whole
        assert any("National ID numbers are masked in words, but" in str(one.text) for one in every(report, "comment()"))


def test_evidence_from_outside_may_claim_anything(schema: etree.XMLSchema) -> None:
    """A stored record is a file that anyone can write: digests that are none, kinds that nobody knows, times without a zone."""
    known = checked(content_of("certified-then-archived"))
    first = known.report.signatures[0]
    statements = [replace(one, sha256='"><x', kind=kind) for kind in ("crl", "rumour") for one in first.revocation.statements]
    odd = replace(
        first,
        chain=[replace(first.chain[0], sha256="not a digest"), *first.chain[1:]],
        revocation=replace(first.revocation, statements=statements),
        times=replace(first.times, best_signature_time=datetime(9999, 12, 31, 23), claimed="2023-05-25T08:00:00+23:59"),  # noqa: DTZ001 - the flaw
        coverage=replace(first.coverage, byte_range=[0, 10**40]),
    )  # fmt: skip
    report = replace(
        known.report,
        document=replace(known.report.document, sha256="0x12"),
        policy=replace(known.report.policy, sha256="zz"),
        signatures=[odd, *known.report.signatures[1:]],
    )
    assert_sound(read(etsi_report(replace(known, report=report))), schema)


def test_a_report_without_its_evidence_still_speaks(schema: etree.XMLSchema) -> None:
    """The digests of the path are there, the certificates are not."""
    made = read(etsi_report(alone(built(signature(), stamps(1)[0]))))
    assert_sound(made, schema)
    assert texts(made, f"vr:SignatureValidationReport/{VALID}") == [f"{MAIN}total-passed"] * 2
    assert every(made, "//vr:base64") == []


def run(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "PYTHONHASHSEED": seed}
    asking = ["--offline", "--policy", "archive", "--trust", str(SAMPLES / "trust"), "--at", "2026-11-20T00:00:00Z"]
    command = [sys.executable, "-m", "sigcheck", "verify", *asking, "--format", "etsi-xml", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=60, check=False)


def test_the_same_document_gives_the_same_octets() -> None:
    path = str(SAMPLES / "certified-then-archived.pdf")
    first, second = run(path, seed="1"), run(path, seed="2")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout == etsi_report(checked(content_of("certified-then-archived"), path=path))
    assert first.stdout.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')


@pytest.mark.parametrize("paths", [["copy-stamp.pdf", "unsigned-plan.pdf"], ["trust"]], ids=["two", "a folder"])
def test_several_documents_are_refused_before_any_is_checked(paths: list[str]) -> None:
    refused = run(*(str(SAMPLES / path) for path in paths))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "etsi-xml" in refused.stderr


def test_other_formats_do_not_load_lxml() -> None:
    code = "import sys, sigcheck.cli, sigcheck.reporting.formats; sys.exit('lxml' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=60, check=False).returncode == 0
