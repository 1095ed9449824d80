"""`sigcheck revocation list`: what the store holds, in words or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from sigcheck.anchors import TrustList
from sigcheck.cli_output import write_out
from sigcheck.cli_store import needed_store_file, opened_store, refusing_store
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.store.revocation_listing import Account, AnswerAccount, accounts


def list_store(file: Path | None, form: str, trust: TrustList, now: datetime, words: Catalogue) -> None:
    """Write the list. Raises CannotRunError for a store that is named and not there, or cannot be used."""
    path = needed_store_file(file, words)
    store = opened_store(path, words, must_be_there=file is not None)
    with refusing_store(words):
        held = list(accounts(path, trust, now))
    digest = None if store is None else store.sha256
    if form == "json":
        whole = {"revocation_store": {"sha256": digest}, "at": now, "pieces": held}
        write_out([json.dumps(_safe(msgspec.to_builtins(whole)), ensure_ascii=False, indent=2) + "\n"], None, words)
        return
    fresh = sum(account.fresh for account in held)
    head = [words.word("revocation-store.head", path=shown(str(path)), count=len(held), fresh=fresh, stale=len(held) - fresh)]
    write_out((line + "\n" for line in (*head, *_texts(held, now, words))), None, words)


def _safe(value: Any) -> Any:
    """Names come from certificates and addresses from servers: every string is made safe."""
    match value:
        case str():
            return shown(value)
        case dict():
            return {key: _safe(each) for key, each in value.items()}
        case list():
            return [_safe(each) for each in value]
        case _:
            return value


def _texts(held: Iterable[Account], now: datetime, words: Catalogue) -> Iterator[str]:
    for account in held:
        yield ""
        yield from account_lines(account, now, words)


def account_lines(account: Account, now: datetime, words: Catalogue) -> Iterator[str]:
    """One piece in words: what it is, and when it came and from where."""
    yield from explained(account, words)
    age = words.duration(max(int((now - account.received_at).total_seconds()), 0))
    received = words.time(account.received_at)
    yield "  " + words.word("revocation-store.received", at=received, age=age, origin=shown(account.origin))
    yield f"  SHA-256 {account.sha256}"


def explained(account: Account, words: Catalogue) -> Iterator[str]:
    """Whose it is, whether it is in force, what it covers, and who signed it."""
    issuer = (
        words.word("revocation-store.unlisted-issuer") if account.issuer is None else words.fact("certificate", account.issuer)
    )
    state = words.word("revocation-store.fresh" if account.fresh else "revocation-store.stale")
    yield words.word(f"revocation-store.{account.kind}", issuer=issuer, state=state)
    yield "  " + _period(account, words)
    yield from (f"  {line}" for line in _covered(account, words))
    responder = "" if account.responder is None else words.fact("certificate", account.responder)
    yield "  " + words.word(f"revocation-store.signature-{account.signature}", responder=responder)


def _period(account: Account, words: Catalogue) -> str:
    start = words.time(account.this_update)
    if account.next_update is None:
        return words.word("revocation-store.without-end", start=start)
    return words.word("revocation-store.period", start=start, end=words.time(account.next_update))


def _covered(account: Account, words: Catalogue) -> Iterator[str]:
    yield from (_answer(answer, words) for answer in account.answers)
    if account.crl is None:
        return
    yield words.word("revocation-store.entries", count=account.crl.entries)
    if account.crl.delta_of is not None:
        yield words.word("revocation-store.delta", number=account.crl.delta_of)
    if account.crl.indirect:
        yield words.word("revocation-store.indirect")
    if account.crl.expired_since is not None:
        yield words.word("revocation-store.expired-since", at=words.time(account.crl.expired_since))


def _answer(answer: AnswerAccount, words: Catalogue) -> str:
    if answer.revoked_at is None:
        return words.word(f"revocation-store.answer-{answer.state}", serial=answer.serial_number)
    return words.word("revocation-store.answer-revoked", serial=answer.serial_number, at=words.time(answer.revoked_at))
