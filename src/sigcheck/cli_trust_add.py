"""`sigcheck trust add`: a certificate by its fingerprint, or a signed trusted list by its signer's. Thin.

Exit codes as of `trust sync`: 2 it could not run, 1 the certificate looks like a listed one and was not taken, else 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from sigcheck.cli_trust_options import FALSE_FOUND, Lang, Language, UserFolder, say, say_error, sentences, writable_folder
from sigcheck.trust.load import LoadedTrust, read_trust
from sigcheck.trust.words import fault, sentence


class Consent(Struct, frozen=True):
    """What the user agreed to besides the fingerprint."""

    dry_run: bool
    look_alikes: bool


def add_command(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Một chứng thư · one certificate, PEM or DER.")] = None,
    sha256: Annotated[
        str | None,
        typer.Option(
            "--sha256", metavar="FINGERPRINT", help="SHA-256 lấy từ nơi công bố · the certificate's, from its publisher."
        ),
    ] = None,
    tsl: Annotated[
        Path | None,
        typer.Option("--tsl", metavar="FILE.xml", help="Danh sách tin cậy đã ký · a signed trusted list (ETSI TS 119 612)."),
    ] = None,
    signer_sha256: Annotated[
        list[str] | None,
        typer.Option(
            "--signer-sha256",
            metavar="FINGERPRINT",
            help="SHA-256 của bên ký danh sách · of the certificate that signs the list; repeatable.",
        ),
    ] = None,
    authority: Annotated[
        str | None, typer.Option("--authority", help="Thuộc hệ thống nào · whose it is: government, national, public or user.")
    ] = None,
    purpose: Annotated[
        list[str] | None,
        typer.Option("--purpose", help="Dùng cho việc gì · signer, timestamp; repeatable; both when not given."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem trước · only say what would be done.")] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Nhận cả khi tên giống một mục có sẵn · take one that looks like a listed one."),
    ] = False,
    user_folder: UserFolder = None,
    lang: Lang = Language.VI,
) -> None:
    """Thêm chứng thư hoặc danh sách tin cậy · take a certificate or a signed trusted list by a fingerprint."""
    with sentences(lang):
        own = writable_folder(user_folder)
        trust = read_trust(user_folder=own, anchors_needed=False)
        if tsl is not None:
            if file is not None or sha256 is not None or purpose or not signer_sha256:
                raise fault("list-options")
            _add_list(tsl, signer_sha256, trust, own, authority, dry_run, lang)
        else:
            if file is None or sha256 is None or signer_sha256:
                raise fault("file-options")
            _add_certificate(file, sha256, trust, own, authority, purpose or (), Consent(dry_run, yes), lang)


def _add_certificate(
    file: Path,
    sha256: str,
    trust: LoadedTrust,
    own: Path,
    authority: str | None,
    purposes: Sequence[str],
    consent: Consent,
    lang: str,
) -> None:
    from sigcheck.trust.add import plan_addition, write_addition  # noqa: PLC0415 - each command imports what it needs
    from sigcheck.trust.show import purposes_text  # noqa: PLC0415 - as above

    addition = plan_addition(file, sha256, trust, own, authority=authority, purposes=purposes)
    entry = addition.entry
    words = {"authority": sentence(f"authority-{entry.authority}", lang), "purposes": purposes_text(entry, lang)}
    if addition.already_there:
        say(sentence("already-there", lang, path=addition.entry.name))
        return
    say(sentence(addition.code, lang, name=entry.name, subject=entry.subject, issuer=entry.issuer, **words))
    if not addition.on:
        root = _off_root(trust, entry.name, entry.issuer)
        say(sentence("still-off", lang, name=root))
    if addition.look_alike is not None:
        listed = addition.look_alike
        alike = {"subject": entry.subject, "name": listed.name, "sha256": entry.sha256, "listed": listed.sha256}
        say_error(sentence("add-look-alike" if consent.look_alikes else "add-look-alike-refused", lang, path=file, **alike), lang)
        if not consent.look_alikes:
            raise typer.Exit(FALSE_FOUND)
    if consent.dry_run:
        say(sentence("not-written", lang))
    else:
        say(sentence("written", lang, path=write_addition(addition)))


def _add_list(
    path: Path, signers: Sequence[str], trust: LoadedTrust, own: Path, authority: str | None, dry_run: bool, lang: str
) -> None:
    from sigcheck.trust.add_list import plan_list, service_remarks, write_list  # noqa: PLC0415 - as above
    from sigcheck.trust.show import honoured_text, list_lines, purposes_text  # noqa: PLC0415 - as above

    now = datetime.now(UTC)  # noqa: TID251 - a list that was to be replaced by now is not added
    addition = plan_list(path, signers, trust, own, at=now, authority=authority)
    if addition.already_there:
        say(sentence("already-there", lang, path=addition.path))
        return
    for line in list_lines(addition.trusted, lang):
        say(line)
    for code, facts, entry in service_remarks(addition, trust):
        more = {} if entry is None else {"purposes": purposes_text(entry, lang), "periods": honoured_text(entry, lang)}
        say(sentence(code, lang, **facts, **more))
    for unused in addition.trusted.unused:
        say(unused.text(lang))
    say(sentence("list-anchors", lang))
    if dry_run:
        say(sentence("not-written", lang))
    else:
        say(sentence("written", lang, path=write_list(addition)))


def _off_root(trust: LoadedTrust, name: str, issuer: str | None) -> str:
    """The entry to switch on first: the highest one on the way up that is off, else this one."""
    by_name = {one.entry.name: one for one in trust.standings}
    first, current = name, issuer
    while current is not None:
        if not by_name[current].on:
            first = current
        current = by_name[current].entry.issuer
    return first
