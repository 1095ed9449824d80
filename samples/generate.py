"""Write the sample documents, their trust folder and CRLs, expected.toml and README.md. The same bytes every time.

python samples/generate.py            all of it
python samples/generate.py --check    write nothing; say which files would change (exit 1)
"""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

from generator import catalogue, crlfiles, trustfiles  # noqa: E402 - found beside this file, wherever it is called from


def main(arguments: list[str]) -> int:
    files = {f"{sample.name}.pdf": sample.make() for sample in catalogue.SAMPLES if sample.committed}
    files |= trustfiles.files() | crlfiles.files()
    files |= {"expected.toml": catalogue.expected_toml().encode(), "README.md": catalogue.readme().encode()}
    stale = {path.name for path in FOLDER.glob("*.pdf")} - set(files)
    differing = [name for name, content in files.items() if not _holds(FOLDER / name, content)]
    if "--check" in arguments:
        for name in [*differing, *sorted(stale)]:
            print(f"differs: {name}")
        return 1 if differing or stale else 0
    for name in differing:
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_bytes(files[name])
    for name in sorted(stale):
        (FOLDER / name).unlink()
    size = sum(len(content) for name, content in files.items() if name.endswith(".pdf"))
    print(f"{len(files)} files, {len(differing)} written, documents together {size:,} bytes")
    return 0


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
