"""What may be asked for before a check: whose revocation matters, and at which addresses CRLs and OCSP responders are named.

Addresses come only from certificates whose complete path ends at a configured anchor, and from the trust list itself: a
document cannot make anybody ask anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from sigcheck.anchors import ListedCertificate, TrustList
from sigcheck.engine.revoking.distribution_points import certificate_points
from sigcheck.engine.revoking.revocation_subjects import Subject, facts_of, found_paths, subjects_of
from sigcheck.engine.x509.trust_index import TrustIndex, trust_index
from sigcheck.evidence import DocumentEvidence, PathFound, Paths, RemainsEvidence, RevocationStatement, SignatureEvidence
from sigcheck.facts import Certificate


class Wanted(Struct, frozen=True):
    """One certificate about which revocation data is wanted, by what CRLs and OCSP know it by, and where to ask."""

    certificate_sha256: str
    subject: str
    serial_number: int
    issuer_names: tuple[bytes, ...]
    """The issuer's name in DER, as the certificate and as the issuer's own certificate write it."""
    issuer_public_key: bytes
    crl_issuer_names: tuple[bytes, ...]
    """DER names of other CRL issuers that the certificate names (RFC 5280, 4.2.1.13)."""
    crl_addresses: tuple[tuple[str, ...], ...]
    """For each distribution point the addresses that name the same CRL."""
    ocsp_addresses: tuple[str, ...]
    """Responders, each of which can answer."""


def wanted_of(evidence: DocumentEvidence, trust: TrustList) -> tuple[Wanted, ...]:
    """Every certificate below its anchor on every complete path of the document: signers, time-stamp servers, and responders
    and CRL issuers of statements at hand, unless these have ocsp-nocheck. Each once for each issuer's key; those that name no
    address are left out."""
    return wanted_of_paths(found_paths(list(_paths(evidence))), trust)


def _paths(evidence: DocumentEvidence) -> Iterator[Paths | None]:
    for signature in evidence.signatures:
        yield signature.paths
        yield from _delegates(signature.statements)
    holders: tuple[SignatureEvidence | RemainsEvidence, ...] = (*evidence.signatures, *evidence.remains)
    for stamp in (stamp for holder in holders for stamp in holder.timestamps):
        yield stamp.paths
        yield from _delegates(stamp.statements)


def _delegates(statements: Iterable[RevocationStatement]) -> Iterator[Paths | None]:
    return (said.issuer_paths for said in statements if said.authorised and not said.issuer_no_check)


def wanted_of_paths(paths: Iterable[PathFound], trust: TrustList) -> tuple[Wanted, ...]:
    """Every certificate below its anchor on these paths that names an address."""
    index = trust_index(trust)
    made = (_of_subject(subject, index) for subject in subjects_of(tuple(paths), trust))
    return tuple(wanted for wanted in made if wanted.crl_addresses or wanted.ocsp_addresses)


def _of_subject(subject: Subject, index: TrustIndex) -> Wanted:
    listed = index.by_sha256.get(subject.sha256, ())
    stated = facts_of(subject.entry, index)
    groups = _grouped(stated) if isinstance(stated, Certificate) else []
    known = {address for group in groups for address in group}
    groups += [tuple(url for entry in listed for url in entry.crl_urls if url not in known)]
    responders = (*subject.entry.ocsp_urls, *(url for entry in listed for url in entry.ocsp_urls))
    return Wanted(
        certificate_sha256=subject.sha256,
        subject=subject.entry.subject,
        serial_number=subject.serial_number,
        issuer_names=subject.issuer_names,
        issuer_public_key=subject.issuer_public_key,
        crl_issuer_names=tuple(name for point in subject.points for name in point.crl_issuer_names),
        crl_addresses=tuple(dict.fromkeys(group for group in groups if group)),
        ocsp_addresses=tuple(dict.fromkeys(responders)),
    )


def _grouped(certificate: Certificate) -> list[tuple[str, ...]]:
    """The certificate's CRL addresses by distribution point: those of one point name one CRL (RFC 5280, 4.2.1.13)."""
    left = list(certificate.crl_urls)
    groups: list[tuple[str, ...]] = []
    for point in certificate_points(certificate) or ():
        group = tuple(url for url in left if ("uri", url.encode()) in point.names)
        left = [url for url in left if url not in group]
        groups.append(group)
    return [*groups, tuple(left)]


def wanted_of_anchors(trust: TrustList) -> tuple[Wanted, ...]:
    """What the trust list itself states: of each listed CA the addresses about it, of an anchor those of its own CRLs."""
    by_name = {entry.name: entry for entry in trust.entries}
    made = (_of_listed(entry, by_name.get(entry.issuer or entry.name)) for entry in trust.entries)
    return tuple(wanted for wanted in made if wanted is not None and (wanted.crl_addresses or wanted.ocsp_addresses))


def _of_listed(entry: ListedCertificate, issuer: ListedCertificate | None) -> Wanted | None:
    if issuer is None or entry.serial_number is None:
        return None
    return Wanted(
        certificate_sha256=entry.sha256,
        subject=entry.subject,
        serial_number=entry.serial_number,
        issuer_names=(issuer.subject_der,),
        issuer_public_key=issuer.public_key,
        crl_issuer_names=(),
        crl_addresses=(entry.crl_urls,) if entry.crl_urls else (),
        ocsp_addresses=() if entry.is_anchor else entry.ocsp_urls,
    )
