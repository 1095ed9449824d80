"""`sigcheck trust`: what is configured to be trusted, and what the user adds to it. Text for people; thin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sigcheck.cli_trust_options import Lang, Language, UserFolder, say, sentences
from sigcheck.cli_trust_sync import sync_command
from sigcheck.trust.load import LoadedTrust, read_trust
from sigcheck.trust.user_folder import default_user_folder
from sigcheck.trust.words import sentence

trust_app = typer.Typer(
    no_args_is_help=True,
    help="The configured trust anchors: list them, look at one, check them, add one, switch one on or off, complete them.",
)
trust_app.command("sync")(sync_command)

PROBLEMS_FOUND = 1

Folder = Annotated[Path | None, typer.Option("--trust", metavar="DIR", help="Look at the anchors in this folder alone.")]
NoUserTrust = Annotated[bool, typer.Option("--no-user-trust", help="Leave out what was added and enabled by the user.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The entry's name, as `sigcheck trust list` shows it.")]


@trust_app.command("list")
def list_command(
    folder: Folder = None, user_folder: UserFolder = None, no_user_trust: NoUserTrust = False, lang: Lang = Language.VI
) -> None:
    """Every anchor and what is listed below it, as a tree, with periods, sureness and what is on."""
    from sigcheck.trust.show import list_text  # noqa: PLC0415 - each command imports what it needs

    with sentences(lang):
        trust = _load(folder, user_folder, no_user_trust, lang)
        say(list_text(trust, lang))


@trust_app.command("show")
def show_command(
    name: Name,
    folder: Folder = None,
    user_folder: UserFolder = None,
    no_user_trust: NoUserTrust = False,
    lang: Lang = Language.VI,
) -> None:
    """Every fact of one entry, where it comes from and how sure it is."""
    from sigcheck.trust.show import show_text  # noqa: PLC0415 - see above
    from sigcheck.trust.switch import find_standing  # noqa: PLC0415 - see above

    with sentences(lang):
        trust = _load(folder, user_folder, no_user_trust, lang)
        say(show_text(trust, find_standing(trust, name), lang))


@trust_app.command("check")
def check_command(
    folder: Folder = None, user_folder: UserFolder = None, no_user_trust: NoUserTrust = False, lang: Lang = Language.VI
) -> None:
    """Hold the facts against each other and against every whole certificate at hand; exit 1 when something is wrong."""
    from sigcheck.trust.check import check_trust  # noqa: PLC0415 - see above

    with sentences(lang):
        trust = read_trust(folder=folder, user_folder=_user_folder(user_folder, no_user_trust), anchors_needed=False)
        checked = check_trust(trust)
        for problem in checked.problems:
            say(f"{sentence('problem', lang)}: {problem.text(lang)}")
        for note in checked.notes:
            say(f"{sentence('note', lang)}: {note.text(lang)}")
        counts = {"entries": checked.entries, "certificates": checked.certificates, "links": checked.links}
        say(sentence("check-summary", lang, problems=len(checked.problems), **counts))
    if checked.problems:
        raise typer.Exit(PROBLEMS_FOUND)


@trust_app.command("add")
def add_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="One certificate, PEM or DER.")],
    sha256: Annotated[
        str, typer.Option("--sha256", metavar="FINGERPRINT", help="The certificate's SHA-256, from its publisher.")
    ],
    authority: Annotated[
        str | None, typer.Option("--authority", help="Whose it is: government, national, public or user.")
    ] = None,
    purpose: Annotated[
        list[str] | None, typer.Option("--purpose", help="signer, timestamp; repeatable; both when not given.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", hidden=True)] = False,  # noqa: ARG001 - accepted: nothing is asked, the fingerprint is the consent
    user_folder: UserFolder = None,
    lang: Lang = Language.VI,
) -> None:
    """Take a certificate, with its fingerprint, into your own folder: it completes a listed entry or becomes one."""
    from sigcheck.trust.add import plan_addition, write_addition  # noqa: PLC0415 - see above
    from sigcheck.trust.show import purposes_text  # noqa: PLC0415 - see above

    with sentences(lang):
        own = user_folder or default_user_folder()
        trust = read_trust(user_folder=own, anchors_needed=False)
        addition = plan_addition(file, sha256, trust, own, authority=authority, purposes=purpose or ())
        entry = addition.entry
        words = {"authority": sentence(f"authority-{entry.authority}", lang), "purposes": purposes_text(entry, lang)}
        if addition.already_there:
            say(sentence("already-there", lang, path=addition.entry.name))
            return
        say(sentence(addition.code, lang, name=entry.name, subject=entry.subject, issuer=entry.issuer, **words))
        if not addition.on:
            root = _off_root(trust, entry.name, entry.issuer)
            say(sentence("still-off", lang, name=root))
        if dry_run:
            say(sentence("not-written", lang))
        else:
            say(sentence("written", lang, path=write_addition(addition)))


@trust_app.command("enable")
def enable_command(name: Name, user_folder: UserFolder = None, lang: Lang = Language.VI) -> None:
    """Switch an entry on, with all below it: do so after comparing its fingerprint with its publisher's page."""
    from sigcheck.trust.switch import enable  # noqa: PLC0415 - see above

    with sentences(lang):
        own = user_folder or default_user_folder()
        done = enable(read_trust(user_folder=own, anchors_needed=False), name, own)
        _say_switched(("enabled", "unchanged-on"), done.name, done.count, done.path, lang)


@trust_app.command("disable")
def disable_command(name: Name, user_folder: UserFolder = None, lang: Lang = Language.VI) -> None:
    """Switch an entry off, with all below it."""
    from sigcheck.trust.switch import disable  # noqa: PLC0415 - see above

    with sentences(lang):
        own = user_folder or default_user_folder()
        done = disable(read_trust(user_folder=own, anchors_needed=False), name, own)
        _say_switched(("disabled", "unchanged-off"), done.name, done.count, done.path, lang)


def _say_switched(codes: tuple[str, str], name: str, count: int, path: Path | None, lang: str) -> None:
    say(sentence(codes[0] if path else codes[1], lang, name=name, count=count))
    if path:
        say(sentence("written", lang, path=path))


def _off_root(trust: LoadedTrust, name: str, issuer: str | None) -> str:
    """The entry to switch on first: the highest one on the way up that is off, else this one."""
    by_name = {one.entry.name: one for one in trust.standings}
    first, current = name, issuer
    while current is not None:
        if not by_name[current].on:
            first = current
        current = by_name[current].entry.issuer
    return first


def _user_folder(given: Path | None, left_out: bool) -> Path | None:
    return None if left_out else given or default_user_folder()


def _load(folder: Path | None, user_folder: Path | None, no_user_trust: bool, lang: str) -> LoadedTrust:
    trust = read_trust(folder=folder, user_folder=_user_folder(user_folder, no_user_trust), anchors_needed=False)
    for said in trust.remarks:
        typer.echo(said.text(lang), err=True)
    return trust
