"""`sigcheck trust`: what is configured to be trusted, and what the user adds to it. Text for people; thin."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sigcheck.cli_trust_add import add_command
from sigcheck.cli_trust_options import Lang, Language, UserFolder, say, say_error, sentences, writable_folder
from sigcheck.cli_trust_sync import sync_command
from sigcheck.trust.load import LoadedTrust, read_trust
from sigcheck.trust.user_folder import default_user_folder
from sigcheck.trust.words import sentence

trust_app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Gốc tin cậy: liệt kê, xem, kiểm tra, thêm, bật, tắt, bổ sung chứng thư · the configured trust anchors: list them,"
    " look at one, check them, add one, switch one on or off, complete them.",
)
trust_app.command("add")(add_command)
trust_app.command("sync")(sync_command)

PROBLEMS_FOUND = 1

Folder = Annotated[
    Path | None,
    typer.Option("--trust", metavar="DIR", help="Chỉ xét các gốc trong thư mục này · look at the anchors in this folder alone."),
]
NoUserTrust = Annotated[
    bool,
    typer.Option("--no-user-trust", help="Bỏ qua gốc do người dùng thêm và bật · leave out what the user added and enabled."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Tên mục · the entry's name, as `sigcheck trust list` shows it.")]


@trust_app.command("list")
def list_command(
    folder: Folder = None, user_folder: UserFolder = None, no_user_trust: NoUserTrust = False, lang: Lang = Language.VI
) -> None:
    """Mọi gốc và các mục bên dưới, dạng cây · every anchor and what is below it, with periods, sureness and what is on."""
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
    """Mọi thông tin của một mục · every fact of one entry, where it comes from and how sure it is."""
    from sigcheck.trust.show import show_text  # noqa: PLC0415 - see above
    from sigcheck.trust.switch import find_standing  # noqa: PLC0415 - see above

    with sentences(lang):
        trust = _load(folder, user_folder, no_user_trust, lang)
        say(show_text(trust, find_standing(trust, name), lang))


@trust_app.command("check")
def check_command(
    folder: Folder = None, user_folder: UserFolder = None, no_user_trust: NoUserTrust = False, lang: Lang = Language.VI
) -> None:
    """Đối chiếu danh sách với chứng thư đầy đủ · hold the facts against each other and the whole certificates at hand; exit 1
    when something is wrong."""
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


@trust_app.command("enable")
def enable_command(name: Name, user_folder: UserFolder = None, lang: Lang = Language.VI) -> None:
    """Bật một mục, sau khi đối chiếu dấu vân tay với nơi công bố · switch an entry on, with all below it, once its fingerprint
    is compared with its publisher's page."""
    from sigcheck.trust.switch import enable  # noqa: PLC0415 - see above

    with sentences(lang):
        own = writable_folder(user_folder)
        done = enable(read_trust(user_folder=own, anchors_needed=False), name, own)
        _say_switched(("enabled", "unchanged-on"), done.name, done.count, done.path, lang)


@trust_app.command("disable")
def disable_command(name: Name, user_folder: UserFolder = None, lang: Lang = Language.VI) -> None:
    """Tắt một mục và mọi mục bên dưới · switch an entry off, with all below it."""
    from sigcheck.trust.switch import disable  # noqa: PLC0415 - see above

    with sentences(lang):
        own = writable_folder(user_folder)
        done = disable(read_trust(user_folder=own, anchors_needed=False), name, own)
        _say_switched(("disabled", "unchanged-off"), done.name, done.count, done.path, lang)


def _say_switched(codes: tuple[str, str], name: str, count: int, path: Path | None, lang: str) -> None:
    say(sentence(codes[0] if path else codes[1], lang, name=name, count=count))
    if path:
        say(sentence("written", lang, path=path))


def _user_folder(given: Path | None, left_out: bool) -> Path | None:
    return None if left_out else given or default_user_folder()


def _load(folder: Path | None, user_folder: Path | None, no_user_trust: bool, lang: str) -> LoadedTrust:
    now = datetime.now(UTC)  # noqa: TID251 - a list that was to be replaced by now is said
    trust = read_trust(folder=folder, user_folder=_user_folder(user_folder, no_user_trust), at=now, anchors_needed=False)
    for said in trust.remarks:
        say_error(said.text(lang), lang)
    return trust
