"""What pyhanko-cli says of every time scenario beside sigcheck and the clause: writes docs/time-scenarios.md.

PYTHONPATH=src python tests/conformance/time_scenarios/peers.py --pyhanko .venv-peer/bin/pyhanko
"""

from __future__ import annotations

import argparse
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from time_scenarios.documents import build
from time_scenarios.issuing import certificate
from time_scenarios.page import PAGE, cell, row_of
from time_scenarios.scenarios import Scenario, found_in, misses, report_on, scenarios

TIME_OUT = 60
"""Seconds for one document."""
AT_ONCE = 2
COLUMNS = ("scenario", "what it is", "clause", "policy", "what the clause gives", "sigcheck", "pyhanko validate", "adesverify")
INTRODUCTION = """\
# Time scenarios

{count} documents made from declarations (`tests/conformance/time_scenarios`), each with one question of time, and what ETSI
EN 319 102-1 V1.4.1 gives for it. Clauses are the standard's where no other source is named; `policy` is a key of the policy's.
Between `|`, several sub-indications fit, and the standard takes any of them (5.1.3).
`python -m pytest tests/conformance/test_time_scenarios.py -s` checks them and prints the table; `peers.py` beside them writes
this page.

The last two columns are what {version} says of the same document at the same moment: `sign validate` with `--trust`,
`--trust-replace` and `--retroactive-revinfo`, and `sign adesverify`. It takes no CRL or OCSP files, so that the scenario's
material is put into a document security store, in a last revision of its own; an archive's record, a policy and sub-CAs of a
trust list have no counterpart there. It speaks of signatures and one time-stamp of each, not of document time-stamps.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    words: str
    accepts: bool


SUMMARY = re.compile(r"^([^:\n]+):[0-9a-f]{64}:(\S+)$", re.MULTILINE)
"""`field:SHA-256 of the certificate:INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>,…`."""


def ask(pyhanko: str, options: list[str], one: Scenario, folder: Path) -> Answer:
    """pyhanko-cli's answer, in its own words but for what is said of coverage and changes."""
    trust = [option for label in one.trust for option in ("--trust", str(folder / f"{label}.pem"))]
    at = ["--validation-time", f"{one.at:%Y-%m-%dT%H:%M:%SZ}", "--trust-replace"]
    command = [pyhanko, "sign", *options, *trust, *at, str(folder / f"{one.name}.pdf")]
    try:
        ran = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_OUT, check=False)
    except subprocess.TimeoutExpired:
        return Answer("time-out", False)
    said = SUMMARY.findall(ran.stdout.decode(errors="replace"))
    words = "; ".join(f"{field} {_condensed(summary)}" for field, summary in said)
    last = next((line for line in reversed(ran.stderr.decode(errors="replace").splitlines()) if line.strip()), "")
    return Answer(words or f"no answer: {last[:120]}", ran.returncode == 0 and bool(said))


def _condensed(summary: str) -> str:
    """What is said of the certificate and of the time-stamp's."""
    stamp = re.search(r"TIMESTAMP_TOKEN<([^>]*)>", summary)
    own = re.sub(r",?TIMESTAMP_TOKEN<[^>]*>", "", summary).split(",")
    kept = [part for part in own if not re.search("LTA_UPDATES|MODIFICATIONS|UNTOUCHED|ENTIRE|FORM|EXTENDED", part)]
    return ", ".join([*kept, *([f"time-stamp {stamp.group(1)}"] if stamp else [])])


def prepared(folder: Path) -> None:
    for label in ("root", "old-root"):
        pem = ssl.DER_cert_to_PEM_cert(certificate(label).dump())
        (folder / f"{label}.pem").write_text(pem, encoding="ascii")
    for one in scenarios():
        material = [*one.material, *(name for name, _ in one.stored)]
        (folder / f"{one.name}.pdf").write_bytes(build(one.name, one.document, store=material))


def page(pyhanko: str, folder: Path) -> Iterator[str]:
    """The page, line by line."""
    prepared(folder)
    version = subprocess.run([pyhanko, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    yield INTRODUCTION.format(count=len(scenarios()), version=version)
    ways = (["validate", "--retroactive-revinfo"], ["adesverify"])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [list(pool.map(lambda one, way=way: ask(pyhanko, way, one, folder), scenarios())) for way in ways]
    part = ""
    for one, *said in zip(scenarios(), *answers, strict=True):
        if one.part != part:
            part = one.part
            yield f"\n## {part}\n\n| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}"
        cells = [cell(ours(one)), *(cell(answer.words) for answer in said)]
        yield f"{row_of(one)} {' | '.join(cells)} |"
    yield counts(answers)


def ours(one: Scenario) -> str:
    if not misses(one):
        return "the same"
    return "; ".join(f"{about} {verdict}" for about, verdict in found_in(report_on(one.name)).items())


def counts(answers: list[list[Answer]]) -> str:
    """How often a program accepts what is `valid` and what is not (exit 0 and an answer on some signature)."""
    wanted = [one.expect["state"] == "valid" for one in scenarios()]
    own = [report_on(one.name).state.value == "valid" for one in scenarios()]
    lines = ["\n## Counts\n", "| program | accepts what the clause accepts | accepts what it does not |", "| --- | --- | --- |"]
    for name, accepts in (
        ("sigcheck", own),
        ("pyhanko-cli `sign validate`", [answer.accepts for answer in answers[0]]),
        ("pyhanko-cli `sign adesverify`", [answer.accepts for answer in answers[1]]),
    ):
        right = sum(taken for taken, want in zip(accepts, wanted, strict=True) if want)
        wrong = sum(taken for taken, want in zip(accepts, wanted, strict=True) if not want)
        lines.append(f"| {name} | {right} of {sum(wanted)} | {wrong} of {len(wanted) - sum(wanted)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pyhanko", metavar="PATH", default="pyhanko", help="name or path (default: %(default)s)")
    parser.add_argument("--output", metavar="FILE", type=Path, default=PAGE, help="default: docs/time-scenarios.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lines = list(page(arguments.pyhanko, Path(name)))
    arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
