"""What an audit is asked: its sources, what workers are told, and what its answers depend on. Raises CannotRunError."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sigcheck.cli_baseline import BaselineOptions
from sigcheck.cli_settings import (
    Receipts,
    load_anchors,
    load_policy,
    load_profile,
    one_folder,
    read_password,
    receipts,
    signers_expected,
    validation_time,
)
from sigcheck.cli_store import needed_store_file, opened_store, store_files
from sigcheck.cli_streams import cannot, say
from sigcheck.reporting.catalogue import Catalogue

if TYPE_CHECKING:
    from sigcheck.auditing.errand import Errand
    from sigcheck.policy import Demands
    from sigcheck.store.results import RunAsked

DEFAULT_STORE: Final = "sigcheck-results.sqlite"


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """The options of `audit` as they were given."""

    sources: tuple[str, ...]
    store: Path = Path(DEFAULT_STORE)
    form: str = "text"
    output: Path | None = None
    workers: int = 0
    """0: one for each processor."""
    seconds: float = 120.0
    memory: int = 2048
    """Megabytes of address space for one worker; 0: not limited."""
    older_than: str | None = None
    full: bool = False
    fail_on: str | None = None
    trust: tuple[str, ...] = ()
    user_trust: bool = True
    policy: str = "strict"
    profile: str | None = None
    at: str | None = None
    received_at: str | None = None
    received_from: Path | None = None
    expect_signers: tuple[str, ...] = ()
    min_signatures: int = 0
    require_timestamp: bool = False
    online: bool = False
    offline: bool = False
    allow_private: bool = False
    revocation_store: Path | None = None
    no_revocation_store: bool = False
    timestamp_log: str | None = None
    cluster: str | None = None
    evidence_digests: bool = True
    language: str = "vi"
    password_file: Path | None = None
    redact: bool = False
    redact_key: Path | None = None
    baseline: BaselineOptions = field(default_factory=BaselineOptions)
    changed_since: str | None = None
    files_from: str | None = None
    null_separated: bool = False
    archives: bool = True
    debug: bool = False

    @property
    def files_read(self) -> Iterator[Path | str | None]:
        """What a run reads beside what all commands read, and must not write its report over."""
        yield from (self.baseline.path, *self.sources)
        if self.output is not None and self._is_called_a_source(self.output):
            if self.files_from is not None or self._lies_in_a_source(self.output):
                yield self.output

    def _is_called_a_source(self, file: Path) -> bool:
        from sigcheck.running.archives.recognising import named_as_archive  # noqa: PLC0415 - loaded with the engine

        return file.name.lower().endswith(".pdf") or (self.archives and named_as_archive(file.name))

    def _lies_in_a_source(self, file: Path) -> bool:
        """Told by its place: an archive is not searched for one name."""
        above = Path(os.path.realpath(file)).parents
        return any(Path(os.path.realpath(source)) in above for source in self.sources)


@dataclass(frozen=True, slots=True)
class LookedFor:
    """Where documents are looked for; with `--changed-since` the changed files alone, and the commits they were compared with."""

    sources: tuple[str, ...]
    commits: tuple[str, ...] | None = None


def looked_for(options: AuditOptions, words: Catalogue) -> LookedFor:
    if not options.sources and options.files_from is None:
        raise cannot(words, "no-source")
    if options.files_from is not None and options.changed_since is not None:
        raise cannot(words, "changed-since-of-list")
    if options.changed_since is None:
        return LookedFor(options.sources)
    from sigcheck.running.changed import ChangedSinceError, changed_since  # noqa: PLC0415 - few runs ask git

    try:
        changes = changed_since(options.sources, options.changed_since, archives=options.archives)
    except ChangedSinceError as error:
        raise cannot(words, f"changed-{error.reason}", path=error.path, detail=error.detail) from error
    if not changes.paths:
        say(words, "changed-nothing", revision=options.changed_since)
    return LookedFor(changes.paths, changes.commits)


def revocation_file(options: AuditOptions, words: Catalogue) -> Path | None:
    """Where the revocation store lies, unless it is left out."""
    if options.timestamp_log is not None and options.offline:
        raise cannot(words, "stamp-offline")
    if options.online and options.offline:
        raise cannot(words, "online-offline")
    if options.online and options.no_revocation_store:
        raise cannot(words, "online-without-store")
    if options.no_revocation_store and options.revocation_store is not None:
        raise cannot(words, "store-twice")
    if options.online:
        return needed_store_file(options.revocation_store, words)
    return next(store_files(options.revocation_store, options.no_revocation_store), None)


def errand_of(options: AuditOptions, now: datetime, words: Catalogue) -> Errand:
    """What workers are told: everything that can be refused is refused here."""
    from sigcheck.auditing.errand import Errand  # noqa: PLC0415 - the engine is loaded for it
    from sigcheck.pipeline import limits_of  # noqa: PLC0415 - as above

    path = revocation_file(options, words)
    at = validation_time(options.at, now, words)
    known = receipts(options.received_at, options.received_from, at, words)
    policy = load_policy(options.policy, words)
    must_be_there = options.revocation_store is not None and not options.online
    return Errand(
        trust=load_anchors(one_folder(options.trust, words), options.user_trust, at, words),
        policy=policy,
        at=at,
        limits=limits_of(policy),
        profile=load_profile(options.profile, policy, options.policy, words),
        demands=_demands(options, words),
        password=read_password(options.password_file, words),
        revocation_store=None if path is None else opened_store(path, words, must_be_there=must_be_there),
        received_everywhere=known.everywhere,
        received_by_sha256=known.by_sha256,
        online=options.online,
        with_evidence=options.evidence_digests,
    )


def _demands(options: AuditOptions, words: Catalogue) -> Demands | None:
    from sigcheck.policy import Demands  # noqa: PLC0415 - as above

    signers = signers_expected(options.expect_signers, words)
    if not (signers or options.min_signatures or options.require_timestamp):
        return None
    return Demands(signers, options.min_signatures, options.require_timestamp)


def run_asked(options: AuditOptions, found: LookedFor, errand: Errand, words: Catalogue) -> RunAsked:
    """The question that reports are kept under, and all that makes a later run the same run."""
    from sigcheck.store.ages import earliest  # noqa: PLC0415 - loaded with the store
    from sigcheck.store.chain import canonical  # noqa: PLC0415 - as above
    from sigcheck.store.results import RunAsked  # noqa: PLC0415 - as above

    if options.older_than is not None and earliest(options.older_than, errand.at) is None:
        raise cannot(words, "older-than", given=options.older_than)
    question = described_question(options, errand)
    return RunAsked(
        question=hashlib.sha256(canonical(question).encode()).hexdigest(),
        described={**question, **_described_sources(options, found, errand)},
        validation_time=errand.at.isoformat(),
        older_than=options.older_than,
        full=options.full,
    )


def described_question(options: AuditOptions, errand: Errand) -> dict[str, Any]:
    """All that an answer depends on beside the content and its receipt; the validation time only where it was named."""
    from msgspec import to_builtins  # noqa: PLC0415 - loaded with the engine

    from sigcheck import __version__  # noqa: PLC0415 - as above
    from sigcheck.store.chain import canonical  # noqa: PLC0415 - as above

    return {
        "at": None if options.at is None else errand.at.isoformat(),
        "demands": canonical(to_builtins(errand.demands)),
        "evidence_digests": errand.with_evidence,
        "online": errand.online,
        "password": errand.password is not None,
        "policy": {"name": errand.policy.name, "sha256": errand.policy.sha256},
        "profile": hashlib.sha256(repr(errand.profile).encode()).hexdigest(),
        "revocation_store": errand.store_reference.sha256,
        "sigcheck": __version__,
        "trust": errand.trust.sha256,
    }


def _described_sources(options: AuditOptions, found: LookedFor, errand: Errand) -> dict[str, Any]:
    out: dict[str, Any] = {"sources": [_text(source) for source in options.sources], "received": _received_digest(errand)}
    out["time_tolerance_seconds"] = errand.policy.time_tolerance_seconds  # the digest alone would not tell who draws it later
    if found.commits is not None:
        out["changed_since"] = list(found.commits)
    if options.files_from is not None:
        out["files_from"] = _text(options.files_from)
    if not options.archives:
        out["archives"] = False
    return out


def _received_digest(errand: Errand) -> str | None:
    """Of the archive's own record of receipts, whatever the order of its rows."""
    known = Receipts(errand.received_everywhere, errand.received_by_sha256)
    if not known.by_sha256:
        return None if known.everywhere is None else known.everywhere.isoformat()
    digest = hashlib.sha256()
    for sha256, moment in sorted(known.by_sha256.items()):
        digest.update(f"{sha256} {moment.isoformat()}\n".encode())
    return digest.hexdigest()


def _text(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")
