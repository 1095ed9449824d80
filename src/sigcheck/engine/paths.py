"""Certification paths from a certificate to the trust list (RFC 5280, 6.1; RFC 4158 for the search).

Names must match and keys must verify; a name alone never leads anywhere. Key identifiers only order what is tried. Nothing
here looks at a moment: every path is found whatever its periods, and `Paths.at` chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.anchors import ListedCertificate, TrustList
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.crypto.dsa_parameters import lacks_parameters, with_parameters
from sigcheck.engine.crypto.signature_values import verify_certificate_signature
from sigcheck.engine.deadline import NEVER, Deadline
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.x509.certificate_policies import DEFAULT_POLICY_INPUTS, PolicyInputs
from sigcheck.engine.x509.names import NameKey, name_key
from sigcheck.engine.x509.path_nodes import Node, path_entries
from sigcheck.engine.x509.path_rules import first_broken
from sigcheck.engine.x509.trust_index import SURENESS, TrustIndex, trust_index
from sigcheck.evidence import Link, PathFlaw, PathFound, PathNotFound, Paths, Purpose
from sigcheck.facts import Certificate

UNANCHORED: Final = frozenset({PathFlaw.LINK_SIGNATURE, PathFlaw.UNKNOWN_ANCHOR, PathFlaw.NO_ISSUER})
HELPFULNESS: Final[Mapping[PathFlaw, int]] = {flaw: rank for rank, flaw in enumerate(PathFlaw)}
"""PathFlaw is declared in the order of how much an answer helps."""


def find_paths(
    certificate: Certificate | None,
    *,
    candidates: Sequence[Certificate],
    trust: TrustList,
    purpose: Purpose,
    limits: Limits = DEFAULT_LIMITS,
    policies: PolicyInputs = DEFAULT_POLICY_INPUTS,
    deadline: Deadline = NEVER,
) -> Paths:
    """Every sound path from the certificate to an anchor up to the limits, best first, else the most helpful failure.

    Raises TimeSpent.
    """
    if certificate is None:
        return Paths((), PathNotFound(PathFlaw.NO_CERTIFICATE, (), purpose))
    index = trust_index(trust)
    relevant = _relevant(certificate, candidates, index)
    if len(certificate.der) + sum(len(other.der) for other in relevant) > REMEMBERED_OCTETS:
        return _Search(certificate, relevant, index, purpose, limits, policies, deadline).paths()
    return _remembered(certificate, relevant, index, purpose, limits, policies, deadline)


REMEMBERED_OCTETS: Final = 32 * 1024
"""Certificates of one search that is remembered: a genuine chain has 10 KB, a hostile one would fill a long-lived worker."""


@lru_cache(maxsize=4096)
def _remembered(
    certificate: Certificate,
    candidates: tuple[Certificate, ...],
    index: TrustIndex,
    purpose: Purpose,
    limits: Limits,
    policies: PolicyInputs,
    deadline: Deadline,
) -> Paths:
    return _Search(certificate, candidates, index, purpose, limits, policies, deadline).paths()


def _relevant(certificate: Certificate, candidates: Sequence[Certificate], index: TrustIndex) -> tuple[Certificate, ...]:
    """The candidates that a chain of names can reach, so that other certificates in a document do not disturb the memory."""
    by_subject: dict[NameKey, dict[str, Certificate]] = {}
    for candidate in candidates:
        by_subject.setdefault(name_key(candidate.subject_der), {})[candidate.sha256] = candidate
    found: dict[str, Certificate] = {}
    names, met = [name_key(certificate.issuer_der)], set[NameKey]()
    while names:
        name = names.pop()
        if name in met:
            continue
        met.add(name)
        issuers = by_subject.get(name, {})
        found |= issuers
        names += [name_key(issuer.issuer_der) for issuer in issuers.values()]
        names += [
            name_key(index.by_name[entry.issuer].subject_der)
            for entry in index.by_subject.get(name, ())
            if entry.issuer in index.by_name
        ]
    return tuple(found[sha256] for sha256 in sorted(found))


class _Chain(Struct, frozen=True):
    """A path under construction, leaf first: `links[i]` is how `nodes[i]` hangs on `nodes[i + 1]`."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...] = ()

    @property
    def top(self) -> Node:
        return self.nodes[-1]

    def with_issuer(self, link: Link, node: Node) -> _Chain:
        return _Chain((*self.nodes, node), (*self.links, link))

    def holds(self, node: Node) -> bool:
        """This name and key are in the chain already (RFC 4158, 2.4.2): going on would be a loop."""
        key, name = node.public_key, name_key(node.subject_der)
        return any(other.public_key == key and name_key(other.subject_der) == name for other in self.nodes)


class _Search:
    """One search: depth first, bounded in steps, length and paths."""

    def __init__(
        self,
        certificate: Certificate,
        candidates: tuple[Certificate, ...],
        index: TrustIndex,
        purpose: Purpose,
        limits: Limits,
        policies: PolicyInputs,
        deadline: Deadline,
    ) -> None:
        self.certificate = certificate
        self.index = index
        self.purpose = purpose
        self.limits = limits
        self.policies = policies
        self.deadline = deadline
        self.steps = 0
        self.found: list[_Chain] = []
        self.failure: PathNotFound | None = None
        self.embedded = {candidate.sha256: candidate for candidate in candidates}
        self.by_subject: dict[NameKey, list[Certificate]] = {}
        for candidate in candidates:
            self.by_subject.setdefault(name_key(candidate.subject_der), []).append(candidate)

    def paths(self) -> Paths:
        for start in self._starts():
            self._climb(_Chain((start,)))
        if self.found:
            best_first = sorted(self.found, key=self._preference)
            return Paths(tuple(PathFound(path_entries(chain.nodes, chain.links), self.purpose) for chain in best_first), None)
        if self._spent:
            entries = self.failure.entries if self.failure is not None else ()
            return Paths((), PathNotFound(PathFlaw.BUDGET, entries, self.purpose, self.certificate.subject))
        return Paths((), self._suspected())

    def _suspected(self) -> PathNotFound | None:
        """The failure, with the listed CA that the entries imitate."""
        if self.failure is None or self.failure.flaw not in UNANCHORED:
            return self.failure
        from sigcheck.look_alikes import imitated  # noqa: PLC0415 - only where no anchor is reached

        listed = imitated(self.failure.entries, self.index.trust.entries)
        return self.failure if listed is None else replace(self.failure, imitates=listed.common_name or listed.subject)

    def _starts(self) -> Iterator[Node]:
        """The certificate as an anchor of its own (a path of length zero), then as one that others issued."""
        certificate = self.certificate
        for anchor in self.index.anchors_for(certificate):
            yield Node(certificate, anchor)
        listed = [entry for entry in self.index.by_sha256.get(certificate.sha256, ()) if not entry.is_anchor]
        yield Node(certificate, listed[0] if listed else None)

    def _preference(self, chain: _Chain) -> tuple[int, tuple[int, int], int]:
        return chain.links.count(Link.LISTED), self._rank(chain.top), len(chain.nodes)

    def _rank(self, node: Node) -> tuple[int, int]:
        if node.listed is None:
            return len(SURENESS), 0
        return self.index.rank[node.listed.sha256]

    @property
    def _spent(self) -> bool:
        return self.steps >= self.limits.path_steps

    def _step(self) -> None:
        self.deadline.check()
        self.steps += 1

    def _climb(self, chain: _Chain) -> None:
        if chain.top.is_anchor:
            self._finish(chain)
        elif len(chain.nodes) >= self.limits.path_length:
            self._fail(PathFlaw.BUDGET, chain, chain.top.subject)
        else:
            for longer in self._longer(chain):
                self._climb(longer)
                if len(self.found) >= self.limits.paths:
                    return

    def _finish(self, chain: _Chain) -> None:
        broken = first_broken(chain.nodes, self.purpose, self.policies)
        if broken is None:
            self.found.append(chain)
        else:
            self._fail(broken.flaw, chain, chain.nodes[broken.place].subject)

    def _fail(self, flaw: PathFlaw, chain: _Chain, about: str) -> None:
        """Keep the failure that helps most, of equal ones that of the longest chain, of these the first."""
        best = self.failure
        rank = (HELPFULNESS[flaw], -len(chain.nodes))
        if best is None or rank < (HELPFULNESS[best.flaw], -len(best.entries)):
            self.failure = PathNotFound(flaw, path_entries(chain.nodes, chain.links), self.purpose, about)

    def _longer(self, chain: _Chain) -> Iterator[_Chain]:
        certificate = chain.top.certificate
        if certificate is None:
            yield from self._stated_issuer(chain)
        else:
            yield from self._proven_issuers(chain, certificate)

    def _stated_issuer(self, chain: _Chain) -> Iterator[_Chain]:
        """The entry that the trust list puts above one whose certificate is not at hand."""
        listed = chain.top.listed
        above = self.index.by_name.get(listed.issuer) if listed is not None and listed.issuer is not None else None
        if above is None:
            self._fail(PathFlaw.NO_ISSUER, chain, (listed.issuer if listed is not None else None) or "")
            return
        node = self._node(above)
        if self._spent or chain.holds(node):
            self._fail(PathFlaw.UNKNOWN_ANCHOR, chain, chain.top.subject)
            return
        self._step()
        yield chain.with_issuer(Link.LISTED, node)

    def _proven_issuers(self, chain: _Chain, certificate: Certificate) -> Iterator[_Chain]:
        """Those whose name is the issuer's and whose key verifies the certificate."""
        verified = looped = False
        refusals: list[PathFlaw] = []
        for node in self._issuers_by_name(certificate):
            if self._spent:
                return
            self._step()
            if chain.holds(node):
                looped = True
                continue
            issuer = self._inheriting(node)
            check = verify_certificate_signature(certificate, issuer.public_key)
            if check.verifies:
                verified = True
                yield chain.with_issuer(Link.SIGNATURE, issuer)
            elif check.verifies is None and check.unknown != "malformed":
                refusals.append(PathFlaw.KEY_UNUSABLE)
            elif not _another_key(certificate, node):
                refusals.append(PathFlaw.LINK_SIGNATURE)
        if not verified:
            self._no_issuer(chain, certificate, refusals, looped)

    def _no_issuer(self, chain: _Chain, certificate: Certificate, refusals: list[PathFlaw], looped: bool) -> None:
        if _self_signed(certificate) or (looped and not refusals):
            self._fail(PathFlaw.UNKNOWN_ANCHOR, chain, certificate.subject)
        elif refusals:
            self._fail(min(refusals, key=HELPFULNESS.__getitem__), chain, certificate.subject)
        else:
            self._fail(PathFlaw.NO_ISSUER, chain, certificate.issuer)

    def _issuers_by_name(self, certificate: Certificate) -> list[Node]:
        """Entries of the trust list and embedded certificates that bear the issuer's name, the likeliest first."""
        name = name_key(certificate.issuer_der)
        listed = self.index.by_subject.get(name, [])
        nodes = [self._node(entry) for entry in listed]
        nodes += [Node(other, None) for other in self.by_subject.get(name, ()) if other.sha256 not in self.index.by_sha256]
        return sorted(nodes, key=lambda node: (_another_key(certificate, node), not node.is_anchor, self._rank(node)))

    def _inheriting(self, node: Node, depth: int = 3) -> Node:
        """The node with the DSA parameters of the key above it, if it has none of its own (RFC 5280, 6.1.4 (e))."""
        certificate = node.certificate
        if certificate is None or depth == 0 or not lacks_parameters(certificate.public_key):
            return node
        for issuer in self._issuers_by_name(certificate):
            if self._spent:
                break
            self._step()
            above = self._inheriting(issuer, depth - 1).public_key
            if verify_certificate_signature(certificate, above).verifies:
                return replace(node, inherited_key=with_parameters(certificate.public_key, above))
        return node

    def _node(self, entry: ListedCertificate) -> Node:
        """An entry with its certificate, if the list holds it or the document brings it."""
        certificate = self.embedded.get(entry.sha256)
        if certificate is None and entry.certificate is not None:
            certificate = parse_certificate(entry.certificate)
        return Node(certificate, entry)


def _another_key(certificate: Certificate, issuer: Node) -> bool:
    """The key identifiers say that another key of this name signed. A hint only: they are not protected by anything."""
    wanted, present = certificate.authority_key_identifier, issuer.subject_key_identifier
    return wanted is not None and present is not None and wanted != present


def _self_signed(certificate: Certificate) -> bool:
    if name_key(certificate.subject_der) != name_key(certificate.issuer_der):
        return False
    return verify_certificate_signature(certificate, certificate.public_key).verifies is True
