"""Write src/sigcheck/prepared: the shipped policies, profiles, catalogues and trust files as tables (src/sigcheck/tables.py).

python tools/prepare_tables.py            write them, and remove those of older texts
python tools/prepare_tables.py --check    write nothing; exit 1 when something would change
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "sigcheck"
sys.path.insert(0, str(ROOT / "src"))

from sigcheck.tables import FOLDER, prepared, prepared_name  # noqa: E402 - the path comes first

SHIPPED = (
    "trust/*.toml",
    "src/sigcheck/policies/*.toml",
    "src/sigcheck/profiles/*.toml",
    "src/sigcheck/reporting/messages/*.toml",
)


def prepared_files() -> dict[str, str]:
    """Name to content of everything that prepared/ should hold."""
    files = {}
    for path in sorted(path for pattern in SHIPPED for path in ROOT.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        files[prepared_name(text)] = prepared(tomllib.loads(text))
    return files


def main(arguments: list[str]) -> int:
    wanted = prepared_files()
    there = {path.name: path for path in FOLDER.glob("*.json")}
    differing = [name for name in wanted if name not in there or there[name].read_text(encoding="utf-8") != wanted[name]]
    stale = sorted(set(there) - set(wanted))
    if "--check" in arguments:
        return 1 if differing or stale else 0
    for name in differing:
        (FOLDER / name).write_text(wanted[name], encoding="utf-8", newline="\n")
    for name in stale:
        there[name].unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
