"""`sigcheck revocation`: CRLs and OCSP responses kept for offline use. They are fetched, added and listed here. Thin.

Exit codes in the spirit of the contract's: 2 it could not run, or a file is neither a CRL nor an OCSP response; 3 something that
was asked for could not be had; 0 everything is there.
"""

from __future__ import annotations

import typer

from sigcheck.cli_clock import clock
from sigcheck.cli_ending import ending
from sigcheck.cli_options import (
    Debug,
    Lang,
    Language,
    NoUserTrust,
    PasswordFile,
    PrivateAddresses,
    RevocationStoreFile,
    TrustFolder,
)
from sigcheck.cli_revocation_options import AnchorsToo, Documents, Files, ListForm, ReceivedThen
from sigcheck.reporting.catalogue import load_catalogue

revocation_app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Dữ liệu thu hồi lưu để dùng khi không có mạng · CRLs and OCSP responses kept for offline use.",
)


@revocation_app.command("fetch")
def fetch_command(
    documents: Documents = None,
    anchors: AnchorsToo = False,
    allow_private_addresses: PrivateAddresses = False,
    revocation_store: RevocationStoreFile = None,
    trust: TrustFolder = None,
    no_user_trust: NoUserTrust = False,
    password_file: PasswordFile = None,
    lang: Lang = Language.VI,
    debug: Debug = False,
) -> None:
    """Tải dữ liệu thu hồi mà văn bản hay gốc tin cậy nêu · get what documents or the anchors name, and keep it."""
    with ending(lang, debug):
        from sigcheck.cli_revocation_fetch import FetchOptions, fetch  # noqa: PLC0415 - loaded with the command

        options = FetchOptions(
            tuple(documents or ()), anchors, allow_private_addresses, revocation_store, tuple(trust or ()), not no_user_trust,
            password_file,
        )  # fmt: skip
        raise typer.Exit(fetch(options, clock, load_catalogue(lang)))


@revocation_app.command("add")
def add_command(
    files: Files,
    received_at: ReceivedThen = None,
    revocation_store: RevocationStoreFile = None,
    trust: TrustFolder = None,
    no_user_trust: NoUserTrust = False,
    lang: Lang = Language.VI,
    debug: Debug = False,
) -> None:
    """Lưu các tệp CRL và OCSP, kèm thời điểm đã nhận · keep files, with the time they were received."""
    now = clock()
    with ending(lang, debug):
        from sigcheck.cli_revocation_add import add  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_settings import load_anchors, one_folder  # noqa: PLC0415 - as above

        words = load_catalogue(lang)
        listed = load_anchors(one_folder(tuple(trust or ()), words), not no_user_trust, now, words)
        raise typer.Exit(add(tuple(files), received_at, revocation_store, listed, now, words))


@revocation_app.command("list")
def list_command(
    form: ListForm = "text",
    revocation_store: RevocationStoreFile = None,
    trust: TrustFolder = None,
    no_user_trust: NoUserTrust = False,
    lang: Lang = Language.VI,
    debug: Debug = False,
) -> None:
    """Kho có gì, còn mới hay đã cũ, nói về ai · what is kept, fresh or stale, and what each piece covers."""
    now = clock()
    with ending(lang, debug):
        from sigcheck.cli_revocation_list import list_store  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_settings import load_anchors, one_folder  # noqa: PLC0415 - as above

        words = load_catalogue(lang)
        listed = load_anchors(one_folder(tuple(trust or ()), words), not no_user_trust, now, words)
        list_store(revocation_store, form, listed, now, words)
