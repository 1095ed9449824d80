"""Certificate policies along a path (RFC 5280, 6.1.2 to 6.1.5, as RFC 9618 mends it: no tree that can grow exponentially).

Instead of the tree each level keeps, for every valid policy, the policies of the anchor's domain that lead to it; nothing
else of the tree is ever asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from sigcheck.engine.crypto import asn1
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.x509.general_names import extension_value
from sigcheck.facts import Certificate

CERTIFICATE_POLICIES: Final = "2.5.29.32"
POLICY_MAPPINGS: Final = "2.5.29.33"
POLICY_CONSTRAINTS: Final = "2.5.29.36"
INHIBIT_ANY_POLICY: Final = "2.5.29.54"
ANY_POLICY: Final = "2.5.29.32.0"


class PolicyInputs(Struct, frozen=True):
    """The inputs of RFC 5280, 6.1.1 (c), (e), (f), (g). Empty `initial_policies` means any."""

    initial_policies: frozenset[str] = frozenset()
    require_explicit_policy: bool = False
    inhibit_policy_mapping: bool = False
    inhibit_any_policy: bool = False


DEFAULT_POLICY_INPUTS: Final = PolicyInputs()


class StatedPolicies(Struct, frozen=True):
    """What one certificate says about policies."""

    self_issued: bool
    policies: frozenset[str] | None
    """None without the extension."""
    mappings: tuple[tuple[str, str], ...] = ()
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any: int | None = None


class _Node(Struct, frozen=True):
    expected: frozenset[str]
    domains: frozenset[str]
    """Policies of the anchor's domain that this node descends from; empty for anyPolicy, which descends from all."""


UNSTATED: Final = StatedPolicies(self_issued=False, policies=frozenset({ANY_POLICY}))
"""A listed entry without its certificate: the list vouches for the link and states no policies, hence any."""


def stated_policies(certificate: Certificate, *, self_issued: bool) -> StatedPolicies | None:
    """The four policy extensions of a certificate; None when one of them cannot be read."""
    try:
        policies = _policies(extension_value(certificate, CERTIFICATE_POLICIES))
        mappings = _mappings(extension_value(certificate, POLICY_MAPPINGS))
        constraints = _constraints(extension_value(certificate, POLICY_CONSTRAINTS))
        value = extension_value(certificate, INHIBIT_ANY_POLICY)
        inhibit_any = None if value is None else _skip_certs(asn1.read(value).expect(asn1.INTEGER).value)
    except (asn1.Malformed, LimitReached):
        return None
    return StatedPolicies(self_issued, policies, mappings, constraints.get(0x80), constraints.get(0x81), inhibit_any)


def _policies(value: bytes | None) -> frozenset[str] | None:
    if value is None:
        return None
    return frozenset(asn1.object_identifier(next(item.iterate(), item)) for item in asn1.read(value).iterate())


def _mappings(value: bytes | None) -> tuple[tuple[str, str], ...]:
    pairs = [] if value is None else [item.children() for item in asn1.read(value).iterate()]
    if any(len(pair) != 2 for pair in pairs):
        raise asn1.Malformed("policy mapping")
    return tuple((asn1.object_identifier(issuer), asn1.object_identifier(subject)) for issuer, subject in pairs)


def _constraints(value: bytes | None) -> dict[int, int]:
    """requireExplicitPolicy by its tag 0x80, inhibitPolicyMapping by 0x81."""
    return {} if value is None else {part.tag: _skip_certs(part.value) for part in asn1.read(value).iterate()}


def _skip_certs(octets: bytes) -> int:
    if not octets or octets[0] & 0x80:
        raise asn1.Malformed("SkipCerts")
    return int.from_bytes(octets, "big")


def policies_hold(stated: Sequence[StatedPolicies], inputs: PolicyInputs = DEFAULT_POLICY_INPUTS) -> bool:
    """Whether policy processing succeeds for the certificates below the anchor, topmost first (RFC 5280, 6.1.3 (d) to (f))."""
    count = len(stated)
    level: dict[str, _Node] = {ANY_POLICY: _Node(frozenset({ANY_POLICY}), frozenset())}
    explicit = 0 if inputs.require_explicit_policy else count + 1
    mapping = 0 if inputs.inhibit_policy_mapping else count + 1
    any_policy = 0 if inputs.inhibit_any_policy else count + 1
    for position, certificate in enumerate(stated, start=1):
        last = position == count
        any_counts = any_policy > 0 or (not last and certificate.self_issued)
        level = _descend(level, certificate.policies, any_counts)
        if explicit == 0 and not level:
            return False
        if last:
            break
        if any(ANY_POLICY in pair for pair in certificate.mappings):
            return False  # 6.1.4 (a)
        level = _map(level, certificate.mappings, allowed=mapping > 0)
        if not certificate.self_issued:  # 6.1.4 (h)
            explicit, mapping, any_policy = max(explicit - 1, 0), max(mapping - 1, 0), max(any_policy - 1, 0)
        explicit = _least(explicit, certificate.require_explicit)
        mapping = _least(mapping, certificate.inhibit_mapping)
        any_policy = _least(any_policy, certificate.inhibit_any)
    explicit = max(explicit - 1, 0)  # 6.1.5 (a)
    if stated and stated[-1].require_explicit == 0:
        explicit = 0
    return explicit > 0 or _accepted(level, inputs.initial_policies)


def _least(counter: int, bound: int | None) -> int:
    return counter if bound is None else min(counter, bound)


def _descend(level: Mapping[str, _Node], policies: frozenset[str] | None, any_counts: bool) -> dict[str, _Node]:
    """The next level (6.1.3 (d) and (e)): empty stands for the NULL tree."""
    if policies is None or not level:
        return {}
    domains: dict[str, frozenset[str]] = {}
    reached: dict[str, frozenset[str]] = {}
    for valid, node in level.items():
        if valid != ANY_POLICY:
            for expected in node.expected:
                reached[expected] = reached.get(expected, frozenset()) | node.domains
    for policy in policies - {ANY_POLICY}:
        if policy in reached:
            domains[policy] = reached[policy]
        elif ANY_POLICY in level:
            domains[policy] = frozenset({policy})
    if ANY_POLICY in policies and any_counts:
        for expected, above in reached.items():
            domains.setdefault(expected, above)
        if ANY_POLICY in level:
            domains[ANY_POLICY] = frozenset()
    return {policy: _Node(frozenset({policy}), above) for policy, above in domains.items()}


def _map(level: Mapping[str, _Node], mappings: tuple[tuple[str, str], ...], *, allowed: bool) -> dict[str, _Node]:
    """Policy mappings (6.1.4 (b)): a mapped policy expects its equivalents below; where mapping is inhibited it goes."""
    out = dict(level)
    equivalents: dict[str, set[str]] = {}
    for issuer_policy, subject_policy in mappings:
        equivalents.setdefault(issuer_policy, set()).add(subject_policy)
    for policy, subject_policies in equivalents.items():
        if not allowed:
            out.pop(policy, None)
        elif policy in level:
            out[policy] = _Node(frozenset(subject_policies), level[policy].domains)
        elif ANY_POLICY in level:
            out[policy] = _Node(frozenset(subject_policies), frozenset({policy}))
    return out


def _accepted(level: Mapping[str, _Node], initial_policies: frozenset[str]) -> bool:
    """Whether the intersection with the user's policies is not empty (6.1.5 (g))."""
    if not initial_policies or ANY_POLICY in initial_policies or ANY_POLICY in level:
        return bool(level)
    return any(node.domains & initial_policies for node in level.values())
