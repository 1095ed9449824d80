"""The certificates of a path whose revocation is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from sigcheck.anchors import ListedCertificate, TrustList
from sigcheck.engine.crypto.dsa_parameters import with_parameters
from sigcheck.engine.revoking.distribution_points import DistributionPoint, certificate_points, listed_points
from sigcheck.engine.x509.names import NameKey, name_key
from sigcheck.engine.x509.trust_index import TrustIndex, trust_index
from sigcheck.evidence import PathEntry, PathFound, Paths
from sigcheck.facts import Certificate

PIECES: Final = 200
"""CRLs and responses of one certificate that are taken from a document; the store's are not counted and come first, so that
a document can neither crowd them out nor keep the checker busy."""


class Means(Struct, frozen=True):
    """What the issuers of revocation material are sought with."""

    candidates: tuple[Certificate, ...]
    trust: TrustList


class Subject(Struct, frozen=True):
    """A certificate of a path, by what a CRL or an OCSP response knows it by, and its issuer on that path."""

    sha256: str
    serial_number: int
    issuer_key: NameKey
    issuer_names: tuple[bytes, ...]
    """The issuer's name in DER, as the certificate and as the issuer's own certificate write it."""
    issuer_public_key: bytes
    issuer_key_usage: tuple[str, ...] | None
    issuer_key_identifier: bytes | None
    is_ca: bool | None
    points: tuple[DistributionPoint, ...]
    above: tuple[PathEntry, ...]
    """The path above the certificate, issuer first, anchor last."""
    entry: PathEntry
    """The certificate's own place in the path."""


def subjects_of(paths: Sequence[PathFound], trust: TrustList) -> tuple[Subject, ...]:
    """Every certificate of every path that is not the anchor, once for each issuer's key, in path order."""
    index = trust_index(trust)
    out: dict[tuple[str, NameKey, bytes], Subject] = {}
    for path in paths:
        for place in range(len(path.entries) - 1):
            subject = _subject(path.entries[place], path.entries[place + 1 :], index)
            if subject is not None:
                out.setdefault((subject.sha256, subject.issuer_key, subject.issuer_public_key), subject)
    return tuple(out.values())


def found_paths(paths: Sequence[Paths | None]) -> tuple[PathFound, ...]:
    """All complete paths among these."""
    return tuple(path for each in paths if each is not None for path in each.found)


def _subject(entry: PathEntry, above: tuple[PathEntry, ...], index: TrustIndex) -> Subject | None:
    issuer, stated = facts_of(above[0], index), facts_of(entry, index)
    if issuer is None or stated is None or entry.sha256 is None or entry.serial_number is None:
        return None
    names: tuple[bytes, ...] = (issuer.subject_der,)
    if isinstance(stated, Certificate):
        names = tuple(dict.fromkeys((stated.issuer_der, issuer.subject_der)))
        points = certificate_points(stated) or ()
    else:
        points = listed_points(stated.crl_urls)
    return Subject(
        sha256=entry.sha256,
        serial_number=entry.serial_number,
        issuer_key=name_key(issuer.subject_der),
        issuer_names=names,
        issuer_public_key=_working_key(issuer.public_key, above, index),
        issuer_key_usage=issuer.key_usage,
        issuer_key_identifier=issuer.subject_key_identifier,
        is_ca=stated.is_ca,
        points=points,
        above=above,
        entry=entry,
    )


def facts_of(entry: PathEntry, index: TrustIndex) -> Certificate | ListedCertificate | None:
    """The certificate of an entry, or what the trust list says of it."""
    if entry.certificate is not None:
        return entry.certificate
    listed = index.by_sha256.get(entry.sha256 or "")
    return listed[0] if listed else None


def _working_key(public_key: bytes, above: tuple[PathEntry, ...], index: TrustIndex) -> bytes:
    for entry in above[1:]:
        facts = facts_of(entry, index)
        if facts is not None:
            public_key = with_parameters(public_key, facts.public_key)
    return public_key
