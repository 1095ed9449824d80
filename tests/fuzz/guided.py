"""One parser under atheris, guided by coverage: `python tests/fuzz/guided.py cms --seconds 600 --findings DIR`.

atheris is no dependency: it has to be installed beside sigcheck. An exception ends the search, with the octets in DIR.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

atheris = importlib.import_module("atheris")
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "src")]

with atheris.instrument_imports(include=["sigcheck"]):
    from parsers import PARSERS, seeds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parser", choices=tuple(PARSERS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    options = parser.parse_args()
    corpus = options.findings / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for index, octets in enumerate(seeds(options.parser)):
        (corpus / f"seed-{index}").write_bytes(octets)
    bounds = [f"-max_total_time={options.seconds}", "-max_len=32768", "-timeout=10", f"-artifact_prefix={options.findings}/"]
    atheris.Setup([sys.argv[0], *bounds, str(corpus)], PARSERS[options.parser])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
