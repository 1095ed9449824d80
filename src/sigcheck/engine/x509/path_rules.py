"""The rules that a complete certification path must keep, apart from signatures and moments (RFC 5280, 6.1; docs/rules.md, 12).

Each rule is a function from a path, leaf first and anchor last, to the place where it is broken. Departures: an extended key
usage in a CA certificate narrows what may stand below it, as every large program has it and RFC 5280 leaves open; of an entry
that the trust list states without its certificate, names constraints and policies are unknown and taken as none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sigcheck.engine.x509.certificate_policies import UNSTATED, PolicyInputs, policies_hold, stated_policies
from sigcheck.engine.x509.general_names import extension_value, subject_names
from sigcheck.engine.x509.path_nodes import Node
from sigcheck.evidence import PathFlaw, Purpose

if TYPE_CHECKING:
    from sigcheck.engine.x509.name_constraints import Subtrees

NAME_CONSTRAINTS: Final = "2.5.29.30"
NOT_FOR_DOCUMENTS: Final = frozenset({"timeStamping", "OCSPSigning", "serverAuth", "codeSigning"})
"""A signer whose extended key usage holds nothing else is refused (docs/rules.md, 12)."""
SIGNING: Final = frozenset({"digitalSignature", "nonRepudiation"})
ANY_PURPOSE: Final = "anyExtendedKeyUsage"
END_ENTITY_PURPOSES: Final = frozenset({Purpose.SIGNER, Purpose.TIMESTAMP})


Path = Sequence[Node]


class Broken(Struct, frozen=True):
    """A rule that does not hold, and for which place of the path (0 is the end-entity certificate)."""

    flaw: PathFlaw
    place: int


def first_broken(path: Path, purpose: Purpose, inputs: PolicyInputs) -> Broken | None:
    """The first rule of the table that the path breaks."""
    for rule in RULES:
        broken = rule(path, purpose)
        if broken is not None:
            return broken
    return _certificate_policies(path, inputs)


def _listed_purposes(path: Path, purpose: Purpose) -> Broken | None:
    """Every entry of the trust list on the path may be used for this (signers and time-stamps; revocation goes with both)."""
    if purpose in END_ENTITY_PURPOSES:
        for place, node in enumerate(path):
            if node.listed is not None and purpose.value not in node.listed.purposes:
                return Broken(PathFlaw.PURPOSE, place)
    return None


def _end_entity(path: Path, purpose: Purpose) -> Broken | None:
    """What the certificate at the end of the path may do (docs/rules.md, 12; RFC 3161, 2.3; RFC 6960, 4.2.2.2; RFC 5280, 5)."""
    leaf = path[0]
    usages, purposes = leaf.key_usage, leaf.extended_key_usage
    signs = usages is None or not SIGNING.isdisjoint(usages)
    match purpose:
        case Purpose.CRL:
            return None if usages is None or "cRLSign" in usages else Broken(PathFlaw.KEY_USAGE, 0)
        case Purpose.OCSP:
            if purposes is None or "OCSPSigning" not in purposes:
                return Broken(PathFlaw.EXTENDED_KEY_USAGE, 0)
            return None if signs else Broken(PathFlaw.KEY_USAGE, 0)
        case Purpose.TIMESTAMP:
            critical = leaf.certificate is not None and leaf.certificate.extended_key_usage_critical
            fitting = purposes == ("timeStamping",) and critical
        case Purpose.SIGNER:
            fitting = purposes is None or not NOT_FOR_DOCUMENTS.issuperset(purposes)
    if leaf.is_ca:
        return Broken(PathFlaw.IS_A_CA, 0)
    if not signs:
        return Broken(PathFlaw.KEY_USAGE, 0)
    return None if fitting else Broken(PathFlaw.EXTENDED_KEY_USAGE, 0)


def _authorities(path: Path, _: Purpose) -> Broken | None:
    """Whatever issued something is a CA and may sign certificates (RFC 5280, 6.1.4 (k) and (n))."""
    for place in range(len(path) - 1, 0, -1):
        node = path[place]
        if not node.is_ca:
            return Broken(PathFlaw.NOT_A_CA, place)
        if node.key_usage is not None and "keyCertSign" not in node.key_usage:
            return Broken(PathFlaw.KEY_USAGE, place)
    return None


def _authority_purposes(path: Path, purpose: Purpose) -> Broken | None:
    """An extended key usage of a CA holds for what is below it; revocation goes with any."""
    for place in range(len(path) - 1, 0, -1):
        purposes = path[place].extended_key_usage
        if purposes is None or ANY_PURPOSE in purposes:
            continue
        if purpose is Purpose.TIMESTAMP and "timeStamping" not in purposes:
            return Broken(PathFlaw.EXTENDED_KEY_USAGE, place)
        if purpose is Purpose.SIGNER and NOT_FOR_DOCUMENTS.issuperset(purposes):
            return Broken(PathFlaw.EXTENDED_KEY_USAGE, place)
    return None


def _path_length(path: Path, _: Purpose) -> Broken | None:
    """RFC 5280, 6.1.4 (l) and (m); the anchor's own path length counts like that of any CA."""
    remaining = path[-1].path_length
    for place in range(len(path) - 2, 0, -1):
        node = path[place]
        if remaining is not None and not node.self_issued:
            if remaining <= 0:
                return Broken(PathFlaw.PATH_LENGTH, place)
            remaining -= 1
        if node.path_length is not None:
            remaining = node.path_length if remaining is None else min(remaining, node.path_length)
    return None


def _critical_extensions(path: Path, _: Purpose) -> Broken | None:
    """RFC 5280, 6.1.4 (o) and 6.1.5 (f). Of an anchor with something below it only name and key count."""
    for place, node in enumerate(path if len(path) == 1 else path[:-1]):
        if node.certificate is not None and node.certificate.unknown_critical_extensions:
            return Broken(PathFlaw.CRITICAL_EXTENSION, place)
    return None


def _name_constraints(path: Path, _: Purpose) -> Broken | None:
    """RFC 5280, 6.1.3 (b) and (c), 6.1.4 (g); an anchor's own constraints, where its certificate is at hand, count too."""
    constraints: list[Subtrees] = []
    for place in range(len(path) - 1, -1, -1):
        certificate = path[place].certificate
        if certificate is None:
            continue
        bound = place < len(path) - 1 and (place == 0 or not path[place].self_issued)
        if constraints and bound:
            names = subject_names(certificate)
            from sigcheck.engine.x509.name_constraints import names_allowed  # noqa: PLC0415 - few certificates have constraints

            if names is None or not names_allowed(names, constraints):
                return Broken(PathFlaw.NAME_CONSTRAINTS, place)
        value = extension_value(certificate, NAME_CONSTRAINTS)
        if value is not None:
            from sigcheck.engine.x509.name_constraints import parse_name_constraints  # noqa: PLC0415 - as above

            subtrees = parse_name_constraints(value)
            if subtrees is None:
                return Broken(PathFlaw.NAME_CONSTRAINTS, place)
            constraints.append(subtrees)
    return None


def _certificate_policies(path: Path, inputs: PolicyInputs) -> Broken | None:
    """RFC 5280, 6.1.3 (d) to (f); the anchor takes no part."""
    stated = []
    for place in range(len(path) - 2, -1, -1):
        node = path[place]
        said = UNSTATED
        if node.certificate is not None:
            read = stated_policies(node.certificate, self_issued=node.self_issued)
            if read is None:
                return Broken(PathFlaw.POLICY, place)
            said = read
        stated.append(said)
    return None if policies_hold(stated, inputs) else Broken(PathFlaw.POLICY, 0)


RULES: Final[tuple[Callable[[Path, Purpose], Broken | None], ...]] = (
    _listed_purposes,
    _end_entity,
    _authorities,
    _authority_purposes,
    _path_length,
    _name_constraints,
    _critical_extensions,
)
"""In the order in which a broken rule helps most to know; certificate policies, which need inputs, come last."""
