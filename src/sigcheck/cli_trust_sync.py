"""`sigcheck trust sync`: whole certificates for the listed entries, from their publishers or from a folder. Thin.

Exit codes in the order of the contract's: 2 it could not run, 1 something bore a listed name or address and another fingerprint,
3 a certificate could not be had, 0 everything asked for is there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sigcheck.cli_options import PrivateAddresses
from sigcheck.cli_trust_options import FALSE_FOUND, Lang, Language, UserFolder, say, say_error, sentences, writable_folder
from sigcheck.trust.load import LoadedTrust, read_trust
from sigcheck.trust.sync import Had, Sync, asked_entries, sync_from_folder, sync_from_publishers, write_sync
from sigcheck.trust.words import sentence

MISSING = 3


def sync_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Chỉ các mục này và bên dưới · only these entries and those below them."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Đọc thư mục này, không dùng mạng · read this folder, no network."),
    ] = None,
    allow_private: PrivateAddresses = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem trước · only say what would be done.")] = False,
    user_folder: UserFolder = None,
    lang: Lang = Language.VI,
) -> None:
    """Lấy chứng thư đầy đủ, chỉ nhận khi đúng SHA-256 · get whole certificates, taken only with the SHA-256 that is listed."""
    with sentences(lang):
        own = writable_folder(user_folder)
        trust = read_trust(user_folder=own, anchors_needed=False)
        sync = _sync(trust, tuple(names or ()), folder, allow_private)
        _tell(sync, lang)
        path = None if dry_run else write_sync(sync, own)
    if path is not None:
        say(sentence("written", lang, path=path))
    elif dry_run and sync.count(Had.TAKEN):
        say(sentence("not-written", lang))
    if sync.refused:
        raise typer.Exit(FALSE_FOUND)
    if sync.count(Had.MISSING):
        raise typer.Exit(MISSING)


def _sync(trust: LoadedTrust, names: tuple[str, ...], folder: Path | None, allow_private: bool) -> Sync:
    entries = asked_entries(trust, names)
    if folder is not None:
        from sigcheck.trust.offered import offered_in_folder  # noqa: PLC0415 - each way imports what it needs

        offered, remarks = offered_in_folder(folder)
        return sync_from_folder(entries, [standing.entry for standing in trust.standings], offered, remarks)
    from sigcheck.cli_trust_fetch import fetcher  # noqa: PLC0415 - the network only when it is asked for

    return sync_from_publishers(entries, fetcher(allow_private))


def _tell(sync: Sync, lang: str) -> None:
    for row in sync.rows:
        reasons = "; ".join(reason.text(lang) for reason in row.reasons)
        say(sentence(f"sync-{row.had}", lang, name=row.entry.name, source=row.source, reason=reasons))
    for refused in sync.refused:
        say_error(refused.text(lang), lang)
    for said in sync.remarks:
        say_error(said.text(lang), lang)
    counts = {had.value: sync.count(had) for had in Had}
    say(sentence("sync-summary", lang, **counts, refused=len(sync.refused)))
