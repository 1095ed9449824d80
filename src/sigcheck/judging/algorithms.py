"""Dated algorithms: whether a policy accepts one use of an algorithm at a moment (ETSI EN 319 102-1, 5.2.6.4 step 6, 5.2.8).

The rows of a policy decide for every name and use that they speak of: accepted when one row fits the key's length, its `until`
is not past, and (for certificates that the trust list does not name by fingerprint) the certificate is older than its
`issued_before`. Where no row speaks, STRONG decides: what it lists is accepted without an end, anything else never.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from sigcheck.evidence import Integrity, Link, PathFound, TimestampEvidence
from sigcheck.facts import CmsFacts, SignatureFacts
from sigcheck.judging.codes import finding
from sigcheck.judging.wording import entry_name, iso, iso_or_none
from sigcheck.policy import Policy
from sigcheck.verdict import About, Decides, FactValue, Finding, Severity, SubIndication

STRONG_HASHES = frozenset(
    {"sha224", "sha256", "sha384", "sha512", "sha512224", "sha512256", "shake128", "shake256"}
    | {"sha3224", "sha3256", "sha3384", "sha3512"}
)
"""Without a known weakness, 112 bits of collision resistance and more (NIST SP 800-57 part 1)."""

STRONG_KEYS = {"rsa": 2048, "rsassapss": 2048, "ec": 224, "ed25519": 0, "ed448": 0}
"""Least bits of a key with 112 bits of security (NIST SP 800-57 part 1, table 2)."""

DIGEST_SUB_FILTERS = frozenset({"adbe.pkcs7.sha1", "adbe.x509.rsa_sha1"})
"""Sub-filters that bind the document through SHA-1, whatever the CMS names (ISO 32000-2, 12.8.3)."""


class AlgorithmUse(Struct, frozen=True):
    """One use of a hash (bits None) or of a key."""

    name: str
    use: str
    is_key: bool = False
    bits: int | None = None
    certificate: str | None = None
    """Whose certificate carries it, for the use `certificate`."""
    listed: bool = False
    not_before: datetime | None = None


class Acceptance(Struct, frozen=True):
    """The policy's answer: accepted or not, the end of acceptance, and whether the algorithm is weak to begin with."""

    use: AlgorithmUse
    accepted: bool
    weak: bool
    ever: bool
    """Accepted at some moment, before the end; False: never."""
    until: datetime | None


@lru_cache(maxsize=256)
def plain_name(name: str) -> str:
    """One spelling for sha3_256, SHA3-256 and sha3-256."""
    return name.lower().replace("-", "").replace("_", "")


def judge_use(use: AlgorithmUse, policy: Policy, moment: datetime) -> Acceptance:
    name = plain_name(use.name)
    strong = _is_strong(name, use)
    rows = [row for row in policy.algorithms if row.use == use.use and plain_name(row.name) == name]
    if not rows:
        return Acceptance(use, strong, not strong, strong, None)
    fitting = [
        row
        for row in rows
        if (use.bits or 0) >= row.minimum_bits
        and (row.issued_before is None or use.listed or (use.not_before is not None and use.not_before < row.issued_before))
    ]
    accepted = any(row.until is None or moment <= row.until for row in fitting)
    ends = [row.until for row in fitting]
    until = None if None in ends else max((end for end in ends if end is not None), default=None)
    return Acceptance(use, accepted, not strong, bool(fitting), until)


def _is_strong(name: str, use: AlgorithmUse) -> bool:
    if not use.is_key:
        return name in STRONG_HASHES
    least = STRONG_KEYS.get(name)
    return least is not None and (least == 0 or (use.bits is not None and use.bits >= least))


def signature_uses(facts: SignatureFacts, integrity: Integrity) -> Iterator[AlgorithmUse]:
    """What a document signature itself rests on: the document's digest, the hash of its value, the signer's key."""
    if facts.sub_filter in DIGEST_SUB_FILTERS:
        yield AlgorithmUse("sha1", "document-digest")
    elif integrity.digest_algorithm is not None:
        yield AlgorithmUse(integrity.digest_algorithm, "document-digest")
    yield from _value_uses(integrity, "signature")


def timestamp_uses(stamp: TimestampEvidence) -> Iterator[AlgorithmUse]:
    """What a time-stamp token rests on: its imprint, its own digest, the hash of its value, the TSA's key."""
    if stamp.imprint_algorithm is not None:
        yield AlgorithmUse(stamp.imprint_algorithm, "timestamp-imprint")
    if isinstance(stamp.cms, CmsFacts):
        yield AlgorithmUse(stamp.cms.digest_algorithm, "timestamp-signature")
    yield from _value_uses(stamp.integrity, "timestamp-signature")


def _value_uses(integrity: Integrity, use: str) -> Iterator[AlgorithmUse]:
    if integrity.signature_hash is not None:
        yield AlgorithmUse(integrity.signature_hash, use)
    if integrity.key_algorithm is not None:
        yield AlgorithmUse(integrity.key_algorithm, use, is_key=True, bits=integrity.key_bits)


def path_uses(path: PathFound) -> Iterator[AlgorithmUse]:
    """The links that were verified: each certificate's hash and the key above it. What the trust list states rests on neither."""
    for entry, above in zip(path.entries, path.entries[1:], strict=False):
        if entry.link is not Link.SIGNATURE:
            continue
        name = entry_name(entry)
        if entry.signature_hash is not None:
            yield AlgorithmUse(
                entry.signature_hash,
                "certificate",
                certificate=name,
                listed=entry.in_trust_list,
                not_before=entry.not_before,
            )
        yield AlgorithmUse(
            above.key_algorithm,
            "certificate",
            is_key=True,
            bits=above.key_bits,
            certificate=entry_name(above),
            listed=above.in_trust_list,
            not_before=above.not_before,
        )


def judge_uses(uses: Iterable[AlgorithmUse], policy: Policy, moment: datetime) -> tuple[Acceptance, ...]:
    """The answers that are worth a word: weak or not accepted, each once."""
    answers = (judge_use(use, policy, moment) for use in dict.fromkeys(uses))
    return tuple(answer for answer in answers if answer.weak or not answer.accepted)


def algorithm_finding(
    answer: Acceptance, moment: datetime, *, proven: bool, decides: Decides | None, about: About | None = None
) -> Finding:
    """`weak-digest` or `weak-key`. `decides` holds only when the use is not accepted; `proven`: the moment is."""
    use = answer.use
    late = answer.ever and not proven
    facts: dict[str, FactValue] = {
        "algorithm": use.name,
        "use": use.use,
        "accepted": answer.accepted,
        "until": iso_or_none(answer.until),
        "moment": iso(moment),
        "certificate": use.certificate,
    }
    if use.is_key:
        facts["bits"] = use.bits
    decision = None if answer.accepted else decides
    return finding(
        "weak-key" if use.is_key else "weak-digest",
        facts,
        severity=Severity.WARNING if decision is None else Severity.ERROR,
        decides=decision,
        sub_indication=SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE if late else SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        about=about,
    )
