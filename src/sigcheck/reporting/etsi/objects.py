"""The validation objects: what the verdict rests on, each once, under an identifier made of its content (clause 4.4).

Certificates stand whole; CRLs and OCSP responses whole when they lie in the document, by digest when they come from a store;
the signed bytes and the file by digest. Referring to an object lists it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from sigcheck.anchors import TrustList
from sigcheck.reporting.etsi.at_hand import AtHand, pieces_at_hand
from sigcheck.reporting.etsi.case import Case, Token, sha256
from sigcheck.reporting.etsi.elements import Node, by_fingerprint, child, digest, is_fingerprint, octets, reference, written
from sigcheck.reporting.etsi.names import CERTIFICATE, CRL, OCSP, SIGNED_DATA, proof_type
from sigcheck.verdict import ExistenceProofReport

MOST_OCTETS: Final = 1 << 20
"""CRLs and responses beyond 1 MiB are named by their digest: a report is to be read, and the document holds them anyway."""

KINDS: Final = {"certificate": ("C", CERTIFICATE), "crl": ("R", CRL), "ocsp": ("O", OCSP)}


class Objects(Struct):
    """The objects that a report refers to, in the order in which it first does."""

    case: Case
    at_hand: AtHand
    proofs: dict[tuple[str, str], ExistenceProofReport]
    """By the kind and the SHA-256 of what is proven."""
    _listed: dict[tuple[str, str], str] = field(default_factory=dict)
    _signed_data: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def named(self, kind: str, fingerprint: str) -> str:
        """The identifier of a `certificate`, `crl` or `ocsp`, which is listed from now on."""
        name = fingerprint if is_fingerprint(fingerprint) else f"x{sha256(fingerprint.encode('utf-8', 'backslashreplace'))}"
        return self._listed.setdefault((kind, fingerprint), f"{KINDS[kind][0]}-{name}")

    def certificate(self, fingerprint: str) -> str:
        return self.named("certificate", fingerprint)

    def signed_data(self, algorithm: str, value: bytes) -> str:
        """The octets of a ByteRange, by the digest that a signature was verified over."""
        name = f"D-{algorithm.replace('_', '-')}-{value.hex()}"
        self._signed_data.setdefault(name, (algorithm, value))
        return name

    @property
    def file(self) -> str | None:
        """The document itself; None when its digest is not known."""
        fingerprint = self.case.report.document.sha256
        return f"F-{fingerprint}" if fingerprint is not None and is_fingerprint(fingerprint) else None

    def write_signed_data(self, parent: Node) -> None:
        for name, (algorithm, value) in self._signed_data.items():
            _, representation = validation_object(parent, name, SIGNED_DATA)
            digest(representation, "DigestAlgAndValue", algorithm, value)

    def write(self, parent: Node, kind: str) -> Iterator[tuple[str, Node]]:
        """Every object of one kind; gives its fingerprint and element for what is to be added."""
        contents = self.at_hand.certificates if kind == "certificate" else self.at_hand.revocation
        for fingerprint in [each for one, each in self._listed if one == kind]:
            made, representation = validation_object(parent, self.named(kind, fingerprint), KINDS[kind][1])
            content = contents.get(fingerprint)
            if content is not None and (kind == "certificate" or len(content) <= MOST_OCTETS):
                octets(representation, "base64", content)
            else:
                by_fingerprint(representation, fingerprint)
            self.write_proof(made, kind, fingerprint)
            yield fingerprint, made

    def write_proof(self, made: Node, kind: str, fingerprint: str) -> None:
        """The earliest proof of the object's existence, where there is one (clause 4.4.6)."""
        proof = self.proofs.get((kind, fingerprint))
        if proof is None:
            return
        poe = child(made, "POE")
        child(poe, "POETime", written(proof.at))
        child(poe, "TypeOfProof", proof_type(proof.basis))
        token = self.case.proof(proof.signature, proof.at)
        if token is not None:
            reference(poe, "POEObject", token.identifier)


def validation_object(parent: Node, identifier: str, object_type: str) -> tuple[Node, Node]:
    """A new ValidationObject, and its representation, which is to be filled."""
    made = child(parent, "ValidationObject")
    made.set("id", identifier)
    child(made, "ObjectType", object_type)
    return made, child(made, "ValidationObjectRepresentation")


def objects_of(case: Case, trust: TrustList) -> Objects:
    """Everything at hand; what a proof of existence speaks of is listed already."""
    proofs = {(proof.object, proof.sha256): proof for proof in case.report.proofs_of_existence}
    objects = Objects(case, pieces_at_hand(case.evidence, trust), proofs)
    for kind, fingerprint in proofs:
        if kind in KINDS:
            objects.named(kind, fingerprint)
    return objects


def proven_objects(case: Case, objects: Objects) -> dict[str, tuple[str, ...]]:
    """For each token, by its identifier, those of the objects that it proves to have existed."""
    tokens: dict[str, list[str]] = {}
    for one in case.tokens():
        if one.evidence is not None:
            tokens.setdefault(sha256(one.evidence.token), []).append(one.identifier)
    found: dict[str, list[str]] = {}
    for (kind, fingerprint), proof in objects.proofs.items():
        token: Token | None = case.proof(proof.signature, proof.at)
        if token is None:
            continue
        if kind in KINDS:
            found.setdefault(token.identifier, []).append(objects.named(kind, fingerprint))
        elif kind == "timestamp":
            found.setdefault(token.identifier, []).extend(tokens.get(fingerprint, ()))
    return {identifier: tuple(dict.fromkeys(proven)) for identifier, proven in found.items()}
