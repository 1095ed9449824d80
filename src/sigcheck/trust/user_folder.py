"""The user's own folder: what `trust add`, `trust enable` and `trust disable` wrote, and the writing of it.

`enabled.toml` holds the names that were switched; every other TOML file holds one added certificate. A certificate file that
somebody dropped there is not taken: it came without a fingerprint.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sigcheck.anchors import ListedCertificate
from sigcheck.tables import tables
from sigcheck.trust.certificatefile import EXTENSIONS
from sigcheck.trust.entries import ListReference, WholeCertificate, parse_trust_toml
from sigcheck.trust.sources import Gathered, Settings, files_in, read_text
from sigcheck.trust.words import Remark, fault, remark

CHOICES_FILE = "enabled.toml"
_CHOICES_HEAD = "# Written by `sigcheck trust enable` and `sigcheck trust disable`.\n"


def default_user_folder() -> Path | None:
    """Where the operating system keeps this user's settings, which the command names wherever it matters; None for a user
    without a home folder, as services and containers have them."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only the command asks

    folder = place_of_the_user(lambda: user_config_path("sigcheck", appauthor=False))
    return folder and folder / "trust"


def place_of_the_user(asked: Callable[[], Path]) -> Path | None:
    """What platformdirs answers; None where it knows no home folder: it raises RuntimeError, or leaves a path with "~"."""
    try:
        place = asked()
    except RuntimeError:
        return None
    return place if place.is_absolute() else None


def from_user_folder(settings: Settings) -> Gathered:
    """What the user added and switched; nothing without a user's folder, or when the caller named a folder of anchors.

    Raises TrustError when a file in it cannot be used.
    """
    folder = settings.user_folder
    if folder is None or settings.folder is not None or not folder.exists():
        return Gathered()
    entries: list[ListedCertificate] = []
    wholes: list[WholeCertificate] = []
    remarks: list[Remark] = []
    names: list[str] = []
    lists: list[tuple[Path, ListReference]] = []
    others: list[Path] = []
    for path in files_in(folder):
        if path.suffix.lower() in EXTENSIONS:
            remarks.append(remark("bare-in-user-folder", path=path))
        elif path.suffix.lower() != ".toml":
            others.append(path)
        elif path.name != CHOICES_FILE:
            stated = parse_trust_toml(read_text(path), source=str(path))
            entries += stated.entries
            wholes += stated.certificates
            lists += ((folder / reference.file, reference) for reference in stated.lists)
            names.append(f"user: {path}")
    named = {path for path, _ in lists}
    remarks += [remark("sub-folder" if path.is_dir() else "other-file", path=path) for path in others if path not in named]
    enabled, disabled = read_choices(folder)
    if enabled or disabled:
        names.append(f"user: {folder / CHOICES_FILE}")
    return Gathered(tuple(entries), tuple(wholes), tuple(lists), enabled, disabled, tuple(names), tuple(remarks))


def read_choices(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The names switched on and off by the user. Raises TrustError on an unknown key or a wrong value."""
    path = folder / CHOICES_FILE
    if not path.exists():
        return frozenset(), frozenset()
    try:
        table = tables(read_text(path))
    except (ValueError, RecursionError) as error:
        raise fault("not-toml", path=path, reason=error) from error
    for key, value in table.items():
        if key not in ("enabled", "disabled"):
            raise fault("unknown-table", path=path, key=key)
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise fault("bad-value", path=path, name="-", key=key, reason="a list of names is needed")
    return frozenset(table.get("enabled", ())), frozenset(table.get("disabled", ()))


def write_choices(folder: Path, enabled: frozenset[str], disabled: frozenset[str]) -> Path:
    from sigcheck.trust.tomltext import names_toml  # noqa: PLC0415 - reading needs none of it

    return write_text(folder / CHOICES_FILE, _CHOICES_HEAD + names_toml("enabled", enabled) + names_toml("disabled", disabled))


def write_text(path: Path, text: str) -> Path:
    """Write a file of the user's folder at once or not at all. Raises TrustError when that fails."""
    import tempfile  # noqa: PLC0415 - it draws in half of the standard library, and reading needs none of it

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise fault("cannot-write", path=path, reason=error.strerror or error) from error
    return path
