"""Signature attributes (annex A): what the signer's program wrote, into the signature dictionary and into the CMS.

`Signed` is written only of a signature that holds over its bytes: of any other nobody can say what was signed.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from sigcheck.facts import CmsFacts
from sigcheck.reporting.etsi.case import Case, Signature, sha256
from sigcheck.reporting.etsi.elements import Node, child, method_and_value, octets, reference, told, written, written_claim
from sigcheck.reporting.etsi.names import OURS, digest_uri
from sigcheck.reporting.etsi.objects import Objects

_LARGEST: Final = 10**18
"""Readers of xs:integer stop at 18 digits (XML Schema 1.0 part 2, 5.3); no file is longer."""
MOST_DOCUMENT_TIMESTAMPS: Final = 50
"""Named at one signature, the first ones: every later one covers every earlier signature, which grows with the square."""


def attributes(parent: Node, one: Signature, case: Case, objects: Objects) -> None:
    """SignatureAttributes; left out when there is nothing to say."""
    made = child(parent, "SignatureAttributes")
    sound = one.report.integrity.digest_matches is True and one.report.integrity.signature_verifies is True
    holds = sound and one.report.coverage.sound
    _signing_time(made, one, holds, case.personal)
    cms = one.cms
    if cms is not None:
        _signing_certificate(made, cms, sound)
    _time_stamps(made, one, case, sound)
    if cms is not None:
        _from_cms(made, cms, sound, objects)
    _security_store(made, one, case, objects)
    _dictionary(made, one, case.personal, holds)
    if not len(made):
        parent.remove(made)


def _attribute(parent: Node, name: str, signed: bool | None) -> Node:
    made = child(parent, name)
    if signed is not None:
        made.set("Signed", "true" if signed else "false")
    return made


def _signing_time(parent: Node, one: Signature, holds: bool, personal: bool) -> None:
    """/M for PDF signatures (A.2), and the CMS attribute where there is no /M; both are claims."""
    times = one.report.times
    claimed = written_claim(times.claimed)
    if claimed is None and times.signing_time is not None:
        claimed = written(times.signing_time)
    if claimed is not None:
        child(_attribute(parent, "SigningTime", True if holds else None), "Time", claimed)
    elif times.claimed is not None:
        told(child(parent, "OtherInformation"), "ClaimedTime", times.claimed, personal, namespace=OURS)
    if times.signing_time is not None and claimed != written(times.signing_time):
        child(child(parent, "OtherInformation"), "CmsSigningTime", written(times.signing_time), namespace=OURS)


def _signing_certificate(parent: Node, cms: CmsFacts, sound: bool) -> None:
    known = [(name, value) for name, value in cms.signing_certificate_digests if digest_uri(name) is not None]
    if known:
        made = _attribute(parent, "SigningCertificate", True if sound else None)
        for name, value in known:
            method_and_value(child(made, "CertID"), name, value)


def _time_stamps(parent: Node, one: Signature, case: Case, sound: bool) -> None:
    """Content, signature and later document time-stamps, the latter where they cover this signature's revision."""
    for identifier, stamp in one.content_tokens:
        if stamp.gen_time is not None:
            made = _attribute(parent, "AllDataObjectsTimeStamp", True if sound else None)
            reference(made, "AttributeObject", identifier)
            child(made, "TimeStampValue", written(stamp.gen_time))
    for token in one.tokens:
        if token.report.gen_time is not None:
            made = _attribute(parent, "SignatureTimeStamp", False)
            reference(made, "AttributeObject", token.identifier)
            child(made, "TimeStampValue", written(token.report.gen_time))
    later = (each for each in case.document_timestamps if each.report.revision > one.report.revision)
    for token in islice((token for each in later for token in each.tokens), MOST_DOCUMENT_TIMESTAMPS):
        if token.report.gen_time is not None:
            made = _attribute(parent, "DocTimeStamp", False)
            reference(made, "AttributeObject", token.identifier)
            child(made, "TimeStampValue", written(token.report.gen_time))


def _from_cms(parent: Node, cms: CmsFacts, sound: bool, objects: Objects) -> None:
    """Revocation values (adobe-revocationInfoArchival and the CMS itself) and the message digest."""
    pieces = [("crl", one) for one in cms.crls] + [("ocsp", one) for one in cms.ocsp_responses]
    for signed in (True, False):
        chosen = [(kind, one) for kind, one in pieces if (one in cms.signed_revocation) is signed]
        if chosen:
            made = _attribute(parent, "RevocationValues", signed if sound else None)
            reference(made, "AttributeObject", *dict.fromkeys(objects.named(kind, sha256(one)) for kind, one in chosen))
    if cms.message_digest is not None:
        octets(_attribute(parent, "MessageDigest", True if sound else None), "Digest", cms.message_digest)


def _security_store(parent: Node, one: Signature, case: Case, objects: Objects) -> None:
    """What of the document's /DSS speaks of this signature: its certificates and those of its time-stamps, their revocation."""
    chains, statements = [one.report.chain], [one.report.revocation.statements]
    for token in one.tokens:
        chains.append(token.report.chain)
        statements.append(token.report.revocation.statements)
    used = {entry.sha256 for entries in chains for entry in entries} | {each.sha256 for told in statements for each in told}
    store = case.stored
    kinds = (("Certs", "certificate"), ("CRLs", "crl"), ("OCSPs", "ocsp"))
    chosen = [(name, kind, [each for each in store[kind] if each in used]) for name, kind in kinds]
    if not any(fingerprints for _, _, fingerprints in chosen):
        return
    made = _attribute(parent, "DSS", False)
    for name, kind, fingerprints in chosen:
        if fingerprints:
            reference(made, name, *dict.fromkeys(objects.named(kind, each) for each in fingerprints))


def _dictionary(parent: Node, one: Signature, personal: bool, holds: bool) -> None:
    """Entries of the signature dictionary (ISO 32000-2, table 255)."""
    block, signed = one.report.block, True if holds else None
    texts = (
        ("SignatureProductionPlace", "AddressString", block.location),
        ("Reason", "ReasonElement", block.reason),
        ("Name", "NameElement", block.name),
        ("ContactInfo", "ContactInfoElement", block.contact_info),
        ("SubFilter", "SubFilterElement", one.report.sub_filter),
    )
    for name, inner, text in texts:
        if text:
            told(_attribute(parent, name, signed), inner, text, personal)
    numbers = one.report.coverage.byte_range
    if numbers and all(abs(number) < _LARGEST for number in numbers):
        child(parent, "ByteRange", " ".join(str(number) for number in numbers))
    filter_ = None if one.evidence is None else one.evidence.facts.filter
    if filter_:
        told(child(parent, "Filter"), "Filter", filter_, personal)
