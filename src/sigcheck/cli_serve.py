"""`sigcheck serve`: what a running service judges by, settled before the first document; then the service itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sigcheck.cli_settings import (
    load_anchors,
    load_policy,
    load_profile,
    one_folder,
    receipts,
    signers_expected,
    validation_time,
)
from sigcheck.cli_store import StoreOptions, opened_store, store_files
from sigcheck.cli_streams import CannotRunError, write_error
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.service.limits import MEGABYTE, ServiceLimits
from sigcheck.service.words import sentence

if TYPE_CHECKING:
    from sigcheck.service.answers import Judging
    from sigcheck.service.asked import Standing
    from sigcheck.store.revocation import RevocationStore


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """The options of `serve` as they were given."""

    host: str = "127.0.0.1"
    port: int = 8765
    allowed_hosts: tuple[str, ...] = ()
    limits: ServiceLimits = field(default_factory=ServiceLimits)
    trust: tuple[str, ...] = ()
    user_trust: bool = True
    policy: str = "strict"
    profile: str | None = None
    at: str | None = None
    received_at: str | None = None
    expect_signers: tuple[str, ...] = ()
    min_signatures: int = 0
    require_timestamp: bool = False
    revocation_store: Path | None = None
    no_revocation_store: bool = False
    language: str = "vi"
    debug: bool = False


def serve(options: ServeOptions, clock: Callable[[], datetime]) -> int:
    """Serve until a signal ends it. Gives the exit code; raises CannotRunError."""
    words = load_catalogue(options.language)
    try:
        from sigcheck.service.app import Service, application  # noqa: PLC0415 - the extra `serve`, where it is used
        from sigcheck.service.server import address_of, bound, is_loopback, run  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        raise CannotRunError(sentence("extra-missing", options.language, detail=error)) from error
    from sigcheck.service.answers import start  # noqa: PLC0415 - the engine is loaded for it
    from sigcheck.service.workers import Workers  # noqa: PLC0415 - as above

    judging, standing = judged_by(options, clock, words)
    store = _stored(options, words)
    limits = options.limits
    try:
        listening = bound(options.host, options.port)
    except (OSError, ValueError, OverflowError) as error:
        detail = getattr(error, "strerror", None) or error
        refused = sentence(
            "cannot-listen", options.language, port=options.port, host=shown(options.host), detail=shown(str(detail))
        )
        raise CannotRunError(refused) from error
    with listening:
        if not is_loopback(listening):
            write_error(sentence("not-loopback", options.language, host=shown(options.host)))
        workers = Workers(partial(start, judging), limits.workers, limits.check_seconds, limits.worker_memory)
        service = Service(judging, standing, limits, store, partial(_tell_fault, options), workers)
        guarded = application(service, frozenset({"localhost", *(name.lower() for name in options.allowed_hosts)}))
        told = sentence("listening", options.language, address=address_of(listening, options.host))
        try:
            run(guarded, listening, limits, lambda: write_error(told))
        finally:
            workers.end()
    return 0


def judged_by(options: ServeOptions, clock: Callable[[], datetime], words: Catalogue) -> tuple[Judging, Standing]:
    """What every document is judged by: everything that can be refused is refused here."""
    from sigcheck.policies import SHIPPED_POLICIES  # noqa: PLC0415 - loaded with the service
    from sigcheck.policy import Demands  # noqa: PLC0415 - as above
    from sigcheck.service.answers import Judging  # noqa: PLC0415 - as above
    from sigcheck.service.asked import Standing  # noqa: PLC0415 - as above

    now = clock()
    at = None if options.at is None else validation_time(options.at, now, words)
    received = receipts(options.received_at, None, at or now, words).everywhere
    policies = {}
    for given in dict.fromkeys((options.policy, *SHIPPED_POLICIES)):
        policy = load_policy(given, words)
        policies[policy.name] = (policy, load_profile(options.profile, policy, given, words))
    chosen = next(iter(policies))
    signers = signers_expected(options.expect_signers, words)
    judging = Judging(
        trust=load_anchors(one_folder(options.trust, words), options.user_trust, at or now, words),
        policies=policies,
        policy=chosen,
        demands=Demands(signers, options.min_signatures, options.require_timestamp)
        if signers or options.min_signatures or options.require_timestamp
        else None,
        seconds=options.limits.check_seconds,
    )
    return judging, Standing(tuple(policies), chosen, clock, at, received)


def _stored(options: ServeOptions, words: Catalogue) -> Callable[[], RevocationStore | None]:
    """The revocation store, read again when its file has changed: `revocation fetch` may fill it while the service runs."""
    stored = StoreOptions(options.revocation_store, options.no_revocation_store, online=False, offline=True, at=options.at)
    stored.may_ask(words)
    path = next(store_files(options.revocation_store, options.no_revocation_store), None)
    if path is None:
        return lambda: None
    seen: dict[str, object] = {"state": _state(path)}
    seen["store"] = opened_store(path, words, must_be_there=options.revocation_store is not None)

    def current() -> RevocationStore | None:
        from sigcheck.store.revocation import read_store  # noqa: PLC0415 - SQLite is loaded for a store that is there

        state = _state(path)
        if state != seen["state"]:
            seen["store"], seen["state"] = read_store(path) if path.exists() else None, state
        return seen["store"]  # type: ignore[return-value]  # one dict of two kinds of values

    return current


def _state(path: Path) -> tuple[tuple[int, int] | None, ...]:
    """What tells that a file of SQLite, or what was written beside it, is another."""
    out: list[tuple[int, int] | None] = []
    for one in (path, path.with_name(path.name + "-wal")):
        try:
            found = one.stat()
        except OSError:
            out.append(None)
        else:
            out.append((found.st_mtime_ns, found.st_size))
    return tuple(out)


def _tell_fault(options: ServeOptions, traceback: str) -> None:
    """On standard error: where it happened, never what a document says, unless --debug asks for it."""
    lines = traceback.strip().splitlines() or [""]
    write_error(sentence("worker-fault", options.language, detail=shown(lines[-1].partition(":")[0])))
    if options.debug:
        for line in lines:
            write_error(shown(line))


__all__ = ["MEGABYTE", "ServeOptions", "judged_by", "serve"]
