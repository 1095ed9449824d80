"""`trust sync` over the network: an address's answer in the words of the command. Loaded only when something is to be fetched."""

from __future__ import annotations

from sigcheck.fetching.certificates import OtherCertificate, fetch_certificate
from sigcheck.fetching.outcome import NO_SERVER, NotFetched
from sigcheck.trust.sync import Answer, Fetch
from sigcheck.trust.words import Remark, remark


def fetcher(allow_private: bool) -> Fetch:
    """Asks each address; a server that could not be reached is not asked again in this run."""
    silent: set[str] = set()

    def fetch(address: str, sha256: str) -> Answer:
        server = address.split("/")[2]
        if server in silent:
            return Answer(None, remark("fetch-server-failed-before", address=address, detail=""))
        answer = fetch_certificate(address, sha256, allow_private=allow_private)
        if isinstance(answer, bytes):
            return Answer(answer)
        if isinstance(answer, OtherCertificate):
            code = "sync-other-certificate" if answer.fingerprints else "sync-nothing-there"
            return Answer(None, remark(code, address=address), false=bool(answer.fingerprints))
        if answer.reason in NO_SERVER:
            silent.add(server)
        return Answer(None, _why(address, answer))

    return fetch


def _why(address: str, answer: NotFetched) -> Remark:
    return remark(f"fetch-{answer.reason}", address=address, detail=f" ({answer.detail})" if answer.detail else "")
