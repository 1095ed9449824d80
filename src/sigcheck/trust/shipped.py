"""The list that comes with sigcheck: `trust/*.toml` of the source tree, inside the wheel at `sigcheck/trust/shipped/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sigcheck.trust.entries import parse_trust_toml
from sigcheck.trust.sources import Gathered, Settings, files_in, read_text
from sigcheck.trust.words import fault


def shipped_folder() -> Path:
    """The folder inside the installed package, or the source checkout's. Raises TrustError when neither is there."""
    here = Path(__file__).resolve().parent
    for folder in (here / "shipped", here.parents[2] / "trust"):
        if any(folder.glob("*.toml")):
            return folder
    raise fault("no-shipped")


def from_shipped(settings: Settings) -> Gathered:
    """The shipped entries; nothing when the caller named a folder of anchors."""
    return Gathered() if settings.folder is not None else _read(shipped_folder())


@cache
def _read(folder: Path) -> Gathered:
    paths = [path for path in files_in(folder) if path.suffix == ".toml"]
    read = [parse_trust_toml(read_text(path), source=path.name) for path in paths]
    return Gathered(
        entries=tuple(entry for file in read for entry in file.entries),
        certificates=tuple(whole for file in read for whole in file.certificates),
        names=tuple(f"shipped: {path.name}" for path in paths),
    )
