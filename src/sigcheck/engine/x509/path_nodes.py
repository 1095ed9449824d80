"""One place in a certification path while it is sought and judged, and a finished path as evidence."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from sigcheck.anchors import ListedCertificate
from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.keys import describe_key
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.x509.names import name_key
from sigcheck.evidence import Link, PathEntry, Role
from sigcheck.facts import Certificate


class Node(Struct, frozen=True):
    """One place in a path: a certificate, an entry of the trust list, or both."""

    certificate: Certificate | None
    listed: ListedCertificate | None
    inherited_key: bytes | None = None
    """The public key with the DSA parameters of the key above, where it has none of its own."""

    @property
    def stated(self) -> Certificate | ListedCertificate:
        """The certificate where it is at hand: it says more than the list."""
        stated = self.certificate or self.listed
        assert stated is not None  # noqa: S101 - a node is made of at least one of the two
        return stated

    @property
    def is_anchor(self) -> bool:
        return self.listed is not None and self.listed.is_anchor

    @property
    def sha256(self) -> str:
        return self.stated.sha256

    @property
    def subject(self) -> str:
        return self.stated.subject

    @property
    def subject_der(self) -> bytes:
        return self.stated.subject_der

    @property
    def public_key(self) -> bytes:
        return self.inherited_key or self.stated.public_key

    @property
    def subject_key_identifier(self) -> bytes | None:
        return self.stated.subject_key_identifier

    @property
    def is_ca(self) -> bool:
        return self.stated.is_ca

    @property
    def path_length(self) -> int | None:
        return self.stated.path_length

    @property
    def key_usage(self) -> tuple[str, ...] | None:
        return self.stated.key_usage

    @property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        return self.stated.extended_key_usage

    @property
    def self_issued(self) -> bool:
        """Issuer and subject are the same name (RFC 5280, 3.2). An entry without certificate hangs below another CA."""
        return self.certificate is not None and name_key(self.certificate.subject_der) == name_key(self.certificate.issuer_der)


def path_entries(nodes: Sequence[Node], links: Sequence[Link]) -> tuple[PathEntry, ...]:
    """A chain as evidence, leaf first; of an unfinished one the last entry has no link."""
    last = len(nodes) - 1
    return tuple(
        _entry(node, _role(node, place, last), links[place] if place < len(links) else None) for place, node in enumerate(nodes)
    )


def _role(node: Node, place: int, last: int) -> Role:
    if node.is_anchor and place == last:
        return Role.ANCHOR
    return Role.SIGNER if place == 0 else Role.INTERMEDIATE


def _entry(node: Node, role: Role, link: Link | None) -> PathEntry:
    certificate, listed, stated = node.certificate, node.listed, node.stated
    periods = [known for known in (certificate, listed) if known is not None]
    key_algorithm, key_bits = _key(node)
    return PathEntry(
        subject=stated.subject,
        common_name=stated.common_name,
        sha256=stated.sha256,
        serial_number=stated.serial_number,
        not_before=max(known.not_before for known in periods),
        not_after=min(known.not_after for known in periods),
        role=role,
        link=link,
        key_algorithm=key_algorithm,
        key_bits=key_bits,
        signature_hash=certificate.signature_hash if certificate is not None and link is Link.SIGNATURE else None,
        in_trust_list=listed is not None and listed.sha256 == stated.sha256,
        authority=listed.authority if listed is not None else None,
        certificate=certificate,
        crl_urls=stated.crl_urls,
        ocsp_urls=stated.ocsp_urls,
        periods=listed.periods if listed is not None else None,
    )


def _key(node: Node) -> tuple[str, int | None]:
    if node.certificate is not None:
        return node.certificate.key_algorithm, node.certificate.key_bits
    try:
        return describe_key(asn1.read(node.public_key))
    except (asn1.Malformed, LimitReached):
        return "unknown", None
