"""CRLs (RFC 5280) and OCSP responses (RFC 6960) from the servers that certificates and the trust list name.

What a server sends is taken only when it is what was asked for; whether it proves anything is found out at every check. No
clock is read but for waiting: when something was received is for whoever keeps it to say.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote

from sigcheck.engine.revoking.answers import NotTaken, crl_answer, ocsp_answer, ocsp_request
from sigcheck.engine.revoking.wanted import Wanted
from sigcheck.fetching.addresses import server_of, servers_of
from sigcheck.fetching.fetch import Question
from sigcheck.fetching.limits import AT_A_DESK, FetchLimits
from sigcheck.fetching.outcome import NO_SERVER, Fetched, NotFetched, Reason
from sigcheck.fetching.run import Run, in_threads

SHORT_GET: Final = 255
"""Characters of an OCSP request in a GET, address included (RFC 5019, 5; RFC 6960, A.1)."""
ADDRESSES: Final = 8
"""Addresses asked about one certificate and one kind of answer; certificates name one or two."""
_NO_POST: Final = NO_SERVER | {Reason.SERVER_FAILED_BEFORE, Reason.RUN_OVER, Reason.SERVER_NOT_ALLOWED, Reason.ADDRESS_FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One address that was asked, and what came of it: `der`, or a `reason` (of `Reason` or `Mismatch`) with a detail."""

    kind: str
    """`crl` or `ocsp`."""
    address: str
    certificates: tuple[str, ...]
    """SHA-256 of the certificates that it was asked about; a CRL answers for many."""
    der: bytes | None = None
    final_address: str = ""
    """Where it came from after redirects."""
    reason: str = ""
    detail: str = ""

    @property
    def certificate_sha256(self) -> str:
        return self.certificates[0]


def fetch_all(
    wanted: Sequence[Wanted], *, limits: FetchLimits = AT_A_DESK, allow_private: bool = False, run: Run | None = None
) -> tuple[Attempt, ...]:
    """Ask for everything that is wanted, in the order of `wanted`; what was received is what has `der`.

    A `run` carries its limits, the servers that failed and what was asked from call to call: what the certificates of
    responders want can be asked in a second call, and nothing is asked twice.
    """
    run = run or Run(limits=limits, allow_private=allow_private)
    servers = servers_of(_addresses(wanted))
    tasks = [*_ocsp_tasks(wanted, run, servers), *_crl_tasks(wanted, run, servers)]
    return tuple(attempt for attempts in in_threads(tasks, run.limits.threads) for attempt in attempts)


def _addresses(wanted: Iterable[Wanted]) -> Iterable[str]:
    for each in wanted:
        yield from each.ocsp_addresses
        for group in each.crl_addresses:
            yield from group


_Task = Callable[[], tuple[Attempt, ...]]


def _ocsp_tasks(wanted: Sequence[Wanted], run: Run, servers: frozenset[str]) -> list[_Task]:
    tasks: list[_Task] = []
    for each in wanted:
        mark = (each.certificate_sha256, each.issuer_public_key, each.ocsp_addresses)
        if each.ocsp_addresses and mark not in run.asked:
            run.asked.add(mark)
            tasks.append(partial(_until_taken, each.ocsp_addresses, partial(_ocsp_attempt, each, run, servers)))
    return tasks


def _crl_tasks(wanted: Sequence[Wanted], run: Run, servers: frozenset[str]) -> list[_Task]:
    """One for each CRL, however many certificates name it."""
    about: dict[tuple[str, ...], list[Wanted]] = {}
    for each in wanted:
        for group in each.crl_addresses:
            about.setdefault(group, []).append(each)
    new = [(group, tuple(those)) for group, those in about.items() if group not in run.asked]
    run.asked.update(group for group, _ in new)
    return [partial(_until_taken, group, partial(_crl_attempt, those, run, servers)) for group, those in new]


def _until_taken(addresses: Sequence[str], attempt: Callable[[str], Attempt]) -> tuple[Attempt, ...]:
    """Ask addresses that stand for the same until one gives it; those that HTTP can reach go first."""
    attempts: list[Attempt] = []
    for address in sorted(addresses, key=lambda one: server_of(one) is None)[:ADDRESSES]:
        attempts.append(attempt(address))
        if attempts[-1].der is not None:
            break
    return tuple(attempts)


def _crl_attempt(wanted: tuple[Wanted, ...], run: Run, servers: frozenset[str], address: str) -> Attempt:
    asked = Attempt("crl", address, tuple(dict.fromkeys(each.certificate_sha256 for each in wanted)))
    answer = run.ask(address, Question(run.limits.crl_bytes), servers)
    taken = crl_answer(answer.octets, wanted) if isinstance(answer, Fetched) else answer
    return _ended(asked, answer, taken)


def _ocsp_attempt(wanted: Wanted, run: Run, servers: frozenset[str], address: str) -> Attempt:
    """By GET where the request is short, so that caches can answer (RFC 5019, 5); else, or when that gave nothing, by POST."""
    asked = Attempt("ocsp", address, (wanted.certificate_sha256,))
    request = ocsp_request(wanted)
    if request is None:
        return Attempt("ocsp", address, (wanted.certificate_sha256,), reason="key-cannot-be-read")
    short = f"{address.rstrip('/')}/{quote(base64.b64encode(request), safe='')}"
    if len(short) <= SHORT_GET and "?" not in address:
        got = _ocsp_ended(asked, run.ask(short, _ocsp_question(run), servers), wanted)
        if got.der is not None or got.reason in _NO_POST:
            return got
    return _ocsp_ended(asked, run.ask(address, _ocsp_question(run, request), servers), wanted)


def _ocsp_question(run: Run, body: bytes | None = None) -> Question:
    return Question(run.limits.ocsp_bytes, body, "application/ocsp-request", "application/ocsp-response")


def _ocsp_ended(asked: Attempt, answer: Fetched | NotFetched, wanted: Wanted) -> Attempt:
    return _ended(asked, answer, ocsp_answer(answer.octets, wanted) if isinstance(answer, Fetched) else answer)


def _ended(asked: Attempt, answer: Fetched | NotFetched, taken: bytes | NotTaken | NotFetched) -> Attempt:
    final = answer.address if isinstance(answer, Fetched) else ""
    if isinstance(taken, bytes):
        return Attempt(asked.kind, asked.address, asked.certificates, taken, final)
    return Attempt(asked.kind, asked.address, asked.certificates, None, final, str(taken.reason), taken.detail)
