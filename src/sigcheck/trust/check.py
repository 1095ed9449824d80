"""`sigcheck trust check`: the listed facts against each other, and whole certificates against what is listed of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from sigcheck.anchors import ListedCertificate
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.crypto.keys import KeyUnusable, key_octets, load_public_key
from sigcheck.engine.integrity import verify_certificate_signature
from sigcheck.engine.x509.names import name_key, name_text
from sigcheck.trust.entries import differing_facts
from sigcheck.trust.load import LoadedTrust
from sigcheck.trust.words import Remark, remark


class Checked(Struct, frozen=True):
    """What `trust check` found; `problems` make it fail, `notes` do not."""

    entries: int
    certificates: int
    links: int
    """Links of non-anchors whose signature was verified."""
    problems: tuple[Remark, ...]
    notes: tuple[Remark, ...]


Rule = Callable[[ListedCertificate, Mapping[str, ListedCertificate]], Iterator[Remark]]


def check_trust(trust: LoadedTrust) -> Checked:
    """Every listed entry under every rule, those that are off too."""
    entries = [standing.entry for standing in trust.standings]
    by_name = {entry.name: entry for entry in entries}
    problems = tuple(found for entry in entries for rule in RULES for found in rule(entry, by_name))
    notes = tuple(found for entry in entries for found in key_identifier(entry))
    bad_links = sum(found.code == "check-signature" for found in problems)
    with_certificate = [entry for entry in entries if entry.certificate is not None]
    links = sum(not entry.is_anchor for entry in with_certificate)
    return Checked(len(entries), len(with_certificate), links - bad_links, problems, notes + trust.remarks)


def names(entry: ListedCertificate, _: Mapping[str, ListedCertificate]) -> Iterator[Remark]:
    """What readers see is what the DER says (RFC 4514)."""
    decoded = name_text(entry.subject_der)
    if decoded != entry.subject:
        yield remark("check-subject", name=entry.name, subject=entry.subject, decoded=decoded)
    if entry.common_name is not None and f"CN={entry.common_name}" not in decoded.replace("\\", ""):
        yield remark("check-subject", name=entry.name, subject=entry.common_name, decoded=decoded)


def key(entry: ListedCertificate, _: Mapping[str, ListedCertificate]) -> Iterator[Remark]:
    if isinstance(load_public_key(entry.public_key), KeyUnusable):
        yield remark("check-key", name=entry.name)


def period(entry: ListedCertificate, _: Mapping[str, ListedCertificate]) -> Iterator[Remark]:
    if entry.not_after < entry.not_before:
        yield remark("check-period", name=entry.name)


def issuer(entry: ListedCertificate, by_name: Mapping[str, ListedCertificate]) -> Iterator[Remark]:
    """The entry above may sign certificates (RFC 5280, 6.1.4 (k) to (n)) and allows a CA below it."""
    if entry.issuer is None:
        return
    above = by_name[entry.issuer]
    if not above.is_ca or (above.key_usage is not None and "keyCertSign" not in above.key_usage):
        yield remark("check-issuer-ca", name=entry.name, issuer=above.name)
    if entry.is_ca and above.path_length == 0:
        yield remark("check-path-length", name=entry.name, issuer=above.name)


def certificate(entry: ListedCertificate, by_name: Mapping[str, ListedCertificate]) -> Iterator[Remark]:
    """The whole certificate, where it is at hand: every fact, its fingerprint, and the signature of the entry above."""
    if entry.certificate is None:
        return
    if hashlib.sha256(entry.certificate).hexdigest() != entry.sha256:
        yield remark("check-fact", name=entry.name, key="sha256")
    found = parse_certificate(entry.certificate)
    if found is None:
        yield remark("not-a-certificate", path=entry.name)
        return
    yield from (remark("check-fact", name=entry.name, key=field) for field in differing_facts(entry, found))
    if entry.issuer is None:
        return
    above = by_name[entry.issuer]
    if name_key(found.issuer_der) != name_key(above.subject_der):
        yield remark("check-issuer-name", name=entry.name, found=found.issuer)
    if verify_certificate_signature(found, above.public_key).verifies is not True:
        yield remark("check-signature", name=entry.name, issuer=above.name)


def key_identifier(entry: ListedCertificate) -> Iterator[Remark]:
    """The usual ways to make a key identifier (RFC 5280, 4.2.1.2); others are allowed.

    SHA-1 of the key's bits; their last 60 bits behind 0100; and, against the text but in CAs of 2008-2019, SHA-1 of the
    whole SubjectPublicKeyInfo.
    """
    stated = entry.subject_key_identifier
    if stated is None or isinstance(load_public_key(entry.public_key), KeyUnusable):
        return
    usual, whole = (
        hashlib.sha1(octets, usedforsecurity=False).digest() for octets in (key_octets(entry.public_key), entry.public_key)
    )
    if stated not in (usual, whole, bytes((0x40 | usual[-8] & 0x0F,)) + usual[-7:]):
        yield remark("check-ski", name=entry.name)


RULES: tuple[Rule, ...] = (names, key, period, issuer, certificate)
