"""Time-stamps over the heads of runs: asked for, kept with the run, and judged when the log is verified."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from sigcheck.cli_settings import load_anchors, load_policy, one_folder
from sigcheck.cli_streams import say
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.hostile import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sigcheck.store.results import ResultStore, RunRow

POLICY = "archive"
"""Revocation data about the server is not kept with a token: a policy that requires it could trust none."""


def stamp_head(store: ResultStore, run: int, head: str, address: str, words: Catalogue) -> bool:
    """Have the head of a run time-stamped and keep the token. What fails is said; False then."""
    from sigcheck.engine.crypto.stamp_requests import NotStamped  # noqa: PLC0415 - the network only where it is asked for
    from sigcheck.fetching.timestamps import fetch_timestamp  # noqa: PLC0415 - as above
    from sigcheck.trust.words import sentence, sentences  # noqa: PLC0415 - as above

    got = fetch_timestamp(address, bytes.fromhex(head), secrets.randbits(63) | 1)
    if isinstance(got, bytes):
        store.keep_token(run, got)
        say(words, "log-stamped", run=run, address=address)
        return True
    detail = f" ({got.detail})" if got.detail else ""
    if isinstance(got, NotStamped):
        text = words.word(f"stamping.{got.reason}") + detail
    elif (key := f"fetch-{got.reason}") in sentences():
        text = sentence(key, words.language, address=address, detail=detail)
    else:
        text = words.word(f"fetching.{got.reason}") + detail
    say(words, "log-not-stamped", run=run, address=address, detail=text)
    return False


def stamp_lines(
    store: ResultStore, trust: tuple[str, ...], user_trust: bool, clock: Callable[[], datetime], words: Catalogue
) -> Iterator[tuple[bool, str]]:
    """Each time-stamped run: whether its token is broken, and what it proves in words."""
    from sigcheck.proof import judge_stamp  # noqa: PLC0415 - the engine only where there is a token

    stamped = [run for run in store.runs() if run.token is not None]
    if not stamped:
        return
    at = clock()
    anchors = load_anchors(one_folder(trust, words), user_trust, at, words)
    policy = load_policy(POLICY, words)
    for run in stamped:
        verdict = judge_stamp(run.token or b"", _head(run), anchors, policy, at)
        reasons = "; ".join(words.message(found.code, found.facts) for found in verdict.findings)
        if verdict.proves is not None:
            tsa = verdict.evidence.tsa
            values = {"at": verdict.proves.isoformat(), "tsa": shown((tsa.common_name if tsa else None) or "-")}
            yield False, words.word("results.stamp-proves", run=run.number, head=run.head, **values)
        else:
            key = "results.stamp-broken" if verdict.sound is False else "results.stamp-untrusted"
            yield verdict.sound is False, words.word(key, run=run.number, reasons=reasons)


def _head(run: RunRow) -> bytes:
    try:
        return bytes.fromhex(run.head)
    except ValueError:
        return b""
