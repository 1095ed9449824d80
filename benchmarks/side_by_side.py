"""sigcheck, pdfsig, mutool and pyHanko over the same documents: tables on standard output and in benchmarks/RESULTS.md.

    python benchmarks/run.py [--quick] [--pyhanko PATH] [--documents FOLDER]

Each program is run once a round, one behind the other; what is reported is the median of the rounds' ratios. sigcheck makes its
complete check: `--policy archive --offline`, time-stamps and later revisions judged. The same root and the CA below it are given
to sigcheck (as the trust list of the samples), to pyHanko (as PEM) and to pdfsig (in a database of NSS that `certutil` of
libnss3-tools makes); mutool takes none. Needs the `test` extra. A program that is not there leaves its rows empty. `--quick` ends
within five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measuring import Job, Round, Unexpected, median_of, medians, run_rounds

NSS = "nss"
"""The folder of pdfsig's database."""
FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER.parent
RESULTS = FOLDER / "RESULTS.md"
AT = "2026-11-20T00:00:00+00:00"
HASHING = "import hashlib,sys\nwith open(sys.argv[1], 'rb') as f: hashlib.file_digest(f, 'sha256')"
TYPER = "import typer\napp = typer.Typer()\n@app.command()\ndef main(): pass\napp()"
WARM_COPIES = 6
"""The same document so often in one run: what a further one costs is this run without a run of one copy, divided."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Where the programs are; None for one that is not there."""

    python: str
    sigcheck: tuple[str, ...]
    """The installed command, or the module where it is not installed as one."""
    pdfsig: str | None
    mutool: str | None
    pyhanko: str | None

    @property
    def pyhanko_python(self) -> str | None:
        """The interpreter beside pyhanko-cli, whose library it has."""
        if self.pyhanko is None:
            return None
        beside = Path(self.pyhanko).with_name("python")
        return str(beside) if beside.exists() else None


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of the table: `value` says it of a round, `must` and `aim` are bounds that it may not pass."""

    name: str
    value: Callable[[Round], float]
    must: float
    aim: float
    unit: str = "×"
    at_least: bool = False


# documents and programs


def sigcheck(
    programs: Programs, *paths: Path, form: str = "json", more: Sequence[str] = ("--no-revocation-store",)
) -> tuple[str, ...]:
    """The command; nothing that is kept for the user who measures takes part, as it does not with the others."""
    options = (
        "--offline",
        "--no-user-trust",
        "--policy",
        "archive",
        "--trust",
        str(PROJECT / "samples" / "trust"),
        "--at",
        AT,
        "--format",
        form,
    )
    return (*programs.sigcheck, "verify", *options, *more, *map(str, paths))


def pdfsig(programs: Programs, folder: Path) -> tuple[str, ...]:
    """pdfsig with the authorities, where certutil could be asked to make their database."""
    database = folder / NSS
    return (str(programs.pdfsig), "-no-ocsp", *(("-nssdir", str(database)) if database.exists() else ()))


def peers(programs: Programs, document: Path, folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The other programs' commands for one document, by name."""
    if programs.pdfsig:
        yield "pdfsig", (*pdfsig(programs, folder), str(document))
        if document.stem in SMALL:
            yield "pdfsig alone", (programs.pdfsig, "-no-ocsp", str(document))
    if programs.mutool:
        yield "mutool", (programs.mutool, "sign", "-v", str(document))
    if programs.pyhanko:
        options = ("--no-revocation-check", "--retroactive-revinfo", "--trust-replace", "--validation-time", AT)
        pki = folder / "pki"
        trust = ("--trust", str(pki / "g2-root.pem"), "--other-certs", str(pki / "g2-sub.pem"))
        yield "pyhanko-cli", (programs.pyhanko, "sign", "validate", *options, *trust, str(document))


SINGLE = (
    "size-100K-1",
    "size-1M-5-stamped",
    "size-10M-5-stamped",
    "size-100M-1",
    "size-100M-5",
    "size-100M-10",
    "lta-1M-5",
    "many-10",
    "many-100",
    "objects-1000-table-2",
    "objects-10000-table-2",
    "objects-100000-table-2",
    "objects-1000-streams-2",
    "objects-10000-streams-2",
    "objects-100000-streams-2",
)
SMALL = ("size-100K-1", "size-1M-5-stamped")
"""Small ones: measured in every round, and with pdfsig without authorities too, of which it then says that they are unknown."""
FEW = 5
"""Rounds of what takes long."""
SLOW_FOR_PYHANKO = ("many-100", "objects-1", "size-100M")
"""What takes it minutes is left out, but for the first objects."""


def single_jobs(programs: Programs, folder: Path, rounds: int) -> Iterator[Job]:
    """Whole commands over one document each."""
    for name in SINGLE:
        document = folder / f"{name}.pdf"
        yield Job(f"sigcheck {name}", sigcheck(programs, document))
        for program, command in peers(programs, document, folder):
            if program == "pyhanko-cli" and name.startswith(SLOW_FOR_PYHANKO) and "objects-1000-" not in name:
                continue
            few = (program == "pyhanko-cli" and name not in SMALL) or "100M" in name or "100000" in name
            yield Job(f"{program} {name}", command, frozenset({0, 1, 2, 3}), min(rounds, FEW) if few else None)
    yield Job("hash size-100M-5", (programs.python, "-c", HASHING, str(folder / "size-100M-5.pdf")))


def batch_jobs(programs: Programs, folder: Path, files: Sequence[Path], warm: int) -> Iterator[Job]:
    """Many small files: sigcheck in one process, pdfsig and mutool file by file, the pyHanko library over some, warm."""
    yield Job("sigcheck batch", sigcheck(programs, folder / "batch", form="jsonl"), rounds=FEW)
    each = {"pdfsig": programs.pdfsig and pdfsig(programs, folder), "mutool": programs.mutool and (programs.mutool, "sign", "-v")}
    for program, command in each.items():
        if command:
            shell = f'for file in "$@"; do {shlex.join(command)} "$file"; done >/dev/null 2>&1; true'
            yield Job(f"{program} batch", ("sh", "-c", shell, "sh", *map(str, files)), rounds=FEW)
    if programs.pyhanko_python:
        pki = folder / "pki"
        arguments = (str(pki / "g2-root.pem"), f"{pki / 'g2-sub.pem'},{pki / 'g2-tsa-01.pem'}", AT)
        script = str(FOLDER / "warm_pyhanko.py")
        command = (programs.pyhanko_python, script, *arguments, *map(str, files[: warm + 1]))
        yield Job("pyhanko library", command, rounds=FEW, keeps_output=True)


def warm_jobs(programs: Programs, folder: Path) -> Iterator[Job]:
    """The same document once and several times in one process."""
    for name in ("size-100K-1", "many-10", "many-100", "objects-1000-table-2"):
        document = folder / f"{name}.pdf"
        yield Job(f"once {name}", sigcheck(programs, document, form="jsonl"))
        yield Job(f"again {name}", sigcheck(programs, *[document] * WARM_COPIES, form="jsonl"))


def crl_jobs(programs: Programs, folder: Path) -> Iterator[Job]:
    """Small files beside a store that holds a long CRL of their issuer."""
    store, documents = folder / "crl" / "store.sqlite", folder / "crl" / "documents"
    more = ("--revocation-store", str(store))
    yield Job("crl one", sigcheck(programs, next(iter(sorted(documents.iterdir()))), form="jsonl", more=more))
    yield Job("crl all", sigcheck(programs, documents, form="jsonl", more=more))


def start_jobs(programs: Programs) -> Iterator[Job]:
    yield Job("sigcheck --version", (*programs.sigcheck, "--version"))
    yield Job("bare typer", (programs.python, "-c", TYPER))
    yield Job("bare python", (programs.python, "-c", "pass"))


# the table


def cpu(one: Round, name: str) -> float:
    return one[name].cpu


def ratio(numerator: str, denominator: str) -> Callable[[Round], float]:
    return lambda one: cpu(one, numerator) / cpu(one, denominator)


def warm(one: Round, name: str) -> float:
    """Seconds that a further copy costs."""
    return (cpu(one, f"again {name}") - cpu(one, f"once {name}")) / (WARM_COPIES - 1)


def table(files: int, crl_documents: int) -> tuple[Row, ...]:
    """The rows of the measure, in its order."""

    def each(one: Round) -> float:
        return cpu(one, "sigcheck batch") / files

    def library(one: Round) -> float:
        return float(one["pyhanko library"].output) / each(one)

    def crl(one: Round) -> float:
        return 1_000 * (cpu(one, "crl all") - cpu(one, "crl one")) / (crl_documents - 1)

    small, stamped, ten, hundred = "size-100K-1", "size-1M-5-stamped", "size-10M-5-stamped", "size-100M-5"
    return (
        Row("batch of small files, per core: pdfsig / sigcheck", ratio("pdfsig batch", "sigcheck batch"), 5, 8, at_least=True),
        Row("batch of small files, per core: warm pyHanko library / sigcheck", library, 18, 30, at_least=True),
        Row("1 MB, 5 time-stamped: against pdfsig", ratio(f"sigcheck {stamped}", f"pdfsig {stamped}"), 5, 3.5),
        Row("1 MB, 5 time-stamped: against pyhanko-cli", ratio(f"sigcheck {stamped}", f"pyhanko-cli {stamped}"), 0.2, 0.14),
        Row("100 KB, 1 signature: against pdfsig", ratio(f"sigcheck {small}", f"pdfsig {small}"), 10, 7),
        Row("100 KB, 1 signature: against pyhanko-cli", ratio(f"sigcheck {small}", f"pyhanko-cli {small}"), 0.25, 0.17),
        Row("10 MB, 5 time-stamped: against pdfsig", ratio(f"sigcheck {ten}", f"pdfsig {ten}"), 1, 0.7),
        Row("100 MB, 5 signatures: against pdfsig", ratio(f"sigcheck {hundred}", f"pdfsig {hundred}"), 0.2, 0.13),
        Row("100 MB, 5 signatures: against hashing the file once", ratio(f"sigcheck {hundred}", f"hash {hundred}"), 2, 1.3),
        Row("100 MB, 10 signatures: peak memory", lambda one: one["sigcheck size-100M-10"].peak_kib / 1024, 64, 48, " MB"),
        Row("100 MB: 10 signatures against 1", ratio("sigcheck size-100M-10", "sigcheck size-100M-1"), 1.25, 1.1),
        Row("small file: 100 signatures against 10", ratio("sigcheck many-100", "sigcheck many-10"), 13, 10.5),
        Row("the same, start-up left out", lambda one: warm(one, "many-100") / warm(one, "many-10"), 13, 10.5),
        *(
            Row(
                f"2 signatures, {form}: 100,000 objects against 1,000",
                ratio(f"sigcheck objects-100000-{form}-2", f"sigcheck objects-1000-{form}-2"),
                20,
                12,
            )
            for form in ("table", "streams")
        ),
        Row("a document beside a CRL of 50,000 entries, warm", crl, 5, 2, " ms"),
        Row("--version against a bare typer command", ratio("sigcheck --version", "bare typer"), 1.5, 1.2),
    )


def told_rows(rounds: Sequence[Round], rows: Sequence[Row]) -> Iterator[str]:
    yield "| measure | reached | must | aim | |"
    yield "|---|---:|---:|---:|---|"
    for row in rows:
        value = median_of(rounds, row.value)
        sign = "≥" if row.at_least else "≤"
        bounds = f"{sign} {row.must:g}{row.unit} | {sign} {row.aim:g}{row.unit}"
        if value is None:
            yield f"| {row.name} | not measured | {bounds} | |"
            continue
        said = next((word for word, bound in (("aim", row.aim), ("must", row.must)) if _reaches(row, value, bound)), "missed")
        yield f"| {row.name} | {value:.3g}{row.unit} | {bounds} | {said} |"


def _reaches(row: Row, value: float, bound: float) -> bool:
    return value >= bound if row.at_least else value <= bound


def told_costs(rounds: Sequence[Round]) -> Iterator[str]:
    yield "| command | CPU, ms | wall, ms | peak, MB |"
    yield "|---|---:|---:|---:|"
    for name in rounds[0]:
        one = medians(rounds, name)
        yield f"| {name} | {1_000 * one.cpu:.1f} | {1_000 * one.wall:.1f} | {one.peak_kib / 1024:.1f} |"


HEAD = """\
# Results

Written by `benchmarks/run.py{quick}`: two cores, {rounds} rounds, medians of each round's ratio, processor time of whole commands
unless a row says otherwise. sigcheck checks completely: `--policy archive --offline`, time-stamps and later revisions
judged. pdfsig checks neither; its revocation check is off, as is pyHanko's.
{given}
docs/performance.md says what the rows mean.
"""
GIVEN = "sigcheck, pyHanko and pdfsig are given the same root and the CA below it (`pdfsig alone`: nothing)."
NOT_GIVEN = "pdfsig is given no authorities (certutil is not there) and builds no path."
FOOT = """\
`once` and `again` are one document alone and {copies} copies in one process. `batch` is {files} small files, `crl` {crl} small
files beside a revocation store with a CRL of 50,000 entries. The pyHanko library checked {warm} files of the batch, warm. Peaks
below 15 MB are those of the program that measures.
"""


def report(rounds: Sequence[Round], quick: bool, given: bool, files: int, crl_documents: int, warm_files: int) -> str:
    said = GIVEN if given else NOT_GIVEN
    lines = [
        HEAD.format(quick=" --quick" if quick else "", rounds=len(rounds), given=said),
        *told_rows(rounds, table(files, crl_documents)),
    ]
    lines += ["", "## Each command", "", *told_costs(rounds), ""]
    lines.append(FOOT.format(copies=WARM_COPIES, files=files, crl=crl_documents, warm=warm_files))
    return "\n".join(lines)


# the run


def prepare(programs: Programs, folder: Path, quick: bool) -> None:
    """Write the documents, unless they are there, and the revocation store. In processes of their own: see measuring.py."""
    done = folder / "complete.json"
    asked = {"quick": quick}
    if not (done.exists() and json.loads(done.read_text("utf-8")) == asked):
        tell("writing documents")
        command = [programs.python, str(FOLDER / "documents.py"), str(folder), *(["--quick"] if quick else [])]
        subprocess.run(command, check=True)  # noqa: S603 - our own program
        done.write_text(json.dumps(asked), "utf-8")
    store = folder / "crl" / "store.sqlite"
    if not store.exists():
        command = [*programs.sigcheck, "revocation", "add", "--revocation-store", str(store)]
        trust = ["--trust", str(PROJECT / "samples" / "trust"), "--no-user-trust"]
        subprocess.run([*command, *trust, str(folder / "crl" / "long.crl")], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - likewise


def authorities(folder: Path) -> None:
    """The database of NSS that pdfsig is given, with the same certificates as the others."""
    certutil = shutil.which("certutil")
    if certutil is None or (folder / NSS).exists():
        return
    made = Path(tempfile.mkdtemp(dir=folder))  # a database is there whole or not at all
    database = f"sql:{made}"
    subprocess.run([certutil, "-N", "-d", database, "--empty-password"], check=True)  # noqa: S603 - its database's tool
    for file, trusted in (("g2-root", "CT,C,C"), ("g2-sub", ",,"), ("g2-tsa-01", ",,")):
        command = [certutil, "-A", "-d", database, "-n", file, "-t", trusted, "-a", "-i", str(folder / "pki" / f"{file}.pem")]
        subprocess.run(command, check=True)  # noqa: S603 - as above
    made.rename(folder / NSS)


def tell(line: str) -> None:
    sys.stderr.write(line + "\n")


def measure(programs: Programs, folder: Path, quick: bool, rounds: int) -> str:
    files = sorted((folder / "batch").iterdir())
    warm_files = min(40 if quick else 200, len(files) - 1)
    jobs = [*start_jobs(programs), *single_jobs(programs, folder, rounds), *warm_jobs(programs, folder)]
    jobs += [*crl_jobs(programs, folder), *batch_jobs(programs, folder, files, warm_files)]
    measured = run_rounds(jobs, rounds, tell)
    return report(
        measured, quick, (folder / NSS).exists(), len(files), len(list((folder / "crl" / "documents").iterdir())), warm_files
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Measure sigcheck beside pdfsig, mutool and pyHanko.")
    parser.add_argument("--quick", action="store_true", help="fewer files and rounds: within five minutes on two cores")
    parser.add_argument("--rounds", type=int, help="rounds that count (5 with --quick, else 11)")
    parser.add_argument(
        "--documents", type=Path, help="folder for the documents, kept for the next run (a temporary one otherwise)"
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the tables go; - for standard output alone")
    for name in ("pdfsig", "mutool", "pyhanko"):
        parser.add_argument(f"--{name}", default=shutil.which(name), help="its path, where it is not on PATH")
    asked = parser.parse_args(arguments)
    installed = Path(sys.executable).with_name("sigcheck")
    command = (str(installed),) if installed.exists() else (sys.executable, "-m", "sigcheck")
    programs = Programs(sys.executable, command, asked.pdfsig, asked.mutool, asked.pyhanko)
    with tempfile.TemporaryDirectory(prefix="sigcheck-benchmark-") as temporary:
        folder = asked.documents or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            prepare(programs, folder, asked.quick)
            authorities(folder)
            text = measure(programs, folder, asked.quick, asked.rounds or (5 if asked.quick else 11))
        except (Unexpected, subprocess.CalledProcessError) as error:
            tell(str(error))
            return 1
    sys.stdout.write(text)
    if asked.output != Path("-"):
        asked.output.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
