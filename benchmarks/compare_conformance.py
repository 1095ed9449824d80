"""How sigcheck, pyhanko-cli, pdfsig and mutool meet the outcomes stated in ../shared/corpora/open: one Markdown table.

    python benchmarks/compare_conformance.py --pyhanko .venv-peer/bin/pyhanko > peers-conformance.md

The measures are those of tests/conformance/measures.py; how each program's words are read stands at the function that reads
them. Needs certutil (libnss3-tools) for pdfsig's trust, and ../shared.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import ssl
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compare_verdicts import AT, PROJECT, SHARED, TIME_OUT, TRUSTED_CA, Ran, cell, row, run, write

sys.path.insert(0, str(PROJECT / "tests" / "conformance"))

from measures import MEASURES, SILENT, Said, asked, said_by_sigcheck
from own_certificates import own_certificates

CORPUS = SHARED / "corpora" / "open"
POLICY = PROJECT / "tests" / "conformance" / "open-corpus-policy.toml"
NOTE = f"""\
Every crisp case of the manifest without a password. Each program gets the same bare certificates as trust anchors: those that
the file itself carries and the roots that its source names. Nothing asks for revocation. Every algorithm is allowed where the
program lets one say so (pyhanko-cli has no option for SHA-1 and MD5). Standard input is closed; {TIME_OUT} s a file.

- sigcheck: `--policy {POLICY.name} --offline --at {AT}`; that policy accepts a certificate that has expired since.
- pyhanko-cli: `sign validate` at the time that each signature claims, keyUsage digitalSignature or nonRepudiation; *lenient*:
  with `--no-strict-syntax`. This command does not look at document time-stamps.
- pdfsig `-nocert` and mutool `sign -v`: only integrity is asked, the certificate is disregarded. *Careful reader*: one who takes
  it for a forbidden change when no signature covers the whole file ("Not total document signed", "there have been edits");
  neither program tells permitted changes from others.
- pdfsig with trust: an NSS database with the anchors. It has no option for the moment and takes the clock, so that an expired
  certificate fails, and NSS takes no end-entity certificate for an anchor: most of its rejections are for that alone.

sigcheck was written with these files at hand, the others without (but the `pyhanko` ones are pyHanko's own): its column says that
no known case is missed, and nothing of unknown ones. Where a program rejects nearly everything, "must-not-pass rejected" says
little: read it beside "good file passes".
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the manifest, its file, and a folder with its anchors (`*.der`; CAs listed), free to write into."""

    name: str
    document: Path
    expected: Mapping[str, Any]
    folder: Path
    anchors: tuple[Path, ...]
    cas: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Answer:
    ran: Ran
    said: Said

    @property
    def hung(self) -> bool:
        return self.ran.code is None

    @property
    def crashed(self) -> bool:
        """Killed by a signal, sigcheck's own fault code, or an exception that nothing caught."""
        code = self.ran.code or 0
        return code < 0 or code == 70 or code > 128 or bool(re.search(r"^Traceback \(most recent", self.ran.stderr, re.MULTILINE))


def ask_sigcheck(case: Case) -> Answer:
    """The JSON report, read as the conformance test reads it."""
    options: list[str | Path] = ["--policy", POLICY, "--offline", "--no-user-trust", "--at", AT, "--format", "json"]
    options += ["--trust", case.folder / "anchors"] if case.anchors else []
    ran = run([sys.executable, "-m", "sigcheck", "verify", *options, case.document], case.folder)
    try:
        return Answer(ran, said_by_sigcheck(json.loads(ran.stdout)))
    except ValueError:
        return Answer(ran, SILENT)


# pyhanko-cli

_SUMMARY = re.compile(r"^(.*):[0-9a-f]{64}:([A-Z_<>:,|]+)$", re.MULTILINE)
"""`field:sha256 of the certificate:INTACT:TRUSTED,…`, one line a signature."""
_PYHANKO_TIMESTAMP = "validating this signature: /ETSI.RFC3161 is not a recognized SubFilter"
"""Its words for a document time-stamp that is not of /Type /DocTimeStamp."""
_PRETTY_FIELD = re.compile(r"^=+\nField \d+: (.*)\n=+$", re.MULTILINE)


def ask_pyhanko(program: str, case: Case, *, lenient: bool) -> Answer:
    """`sign validate`, its one-line summaries.

    passes: a summary, and exit 0. intact: each summary begins with INTACT. broken: it exits non-zero, and a summary is INVALID or
    says NONSTANDARD_COVERAGE, or it ended in an error ("Validation failed" is its ordinary refusal). flagged: that, or
    ILLEGAL_MODIFICATIONS. modified: ILLEGAL_MODIFICATIONS. A bad time-stamp is refused when the file does not pass. Coverage is
    what `--pretty-print` says, which speaks of broken signatures too. The number of signatures is that of the summaries, with or
    without those that it calls unknown because they are time-stamps, or of the filled fields in `sign list`.
    """
    base = _pyhanko_command(program, case, lenient=lenient)
    ran = run([*base, case.document], case.folder)
    found = [words for _, words in _SUMMARY.findall(ran.stdout)]
    in_error = ran.code != 0 and "Error: Validation failed" not in ran.stderr
    unsound = in_error or any(words.startswith("INVALID") or "NONSTANDARD_COVERAGE" in words for words in found)
    modified = any("ILLEGAL_MODIFICATIONS" in words for words in found)
    passes = ran.code == 0 and bool(found)
    said = Said(
        passes=passes,
        intact=bool(found) and not in_error and all(words.startswith("INTACT") for words in found),
        broken=ran.code != 0 and unsound,
        flagged=modified or unsound,
        modified=modified,
        bad_timestamp_refused=not passes,
        whole=_pyhanko_coverage(run([*base, "--pretty-print", case.document], case.folder)) if _asks_coverage(case) else {},
        counts=frozenset({len(found), len(found) - ran.stderr.count(_PYHANKO_TIMESTAMP), _pyhanko_fields(program, case)}),
    )
    return Answer(ran, said)


def _pyhanko_command(program: str, case: Case, *, lenient: bool) -> list[str | Path]:
    anchors = [str(anchor) for anchor in case.anchors]
    trust = {"trust": anchors, "other-certs": anchors, "trust-replace": True, "retroactive-revinfo": True}
    usage = {"signer-key-usage-policy": {"key-usage": ["digital_signature", "non_repudiation"]}}
    config = case.folder / "pyhanko.yml"
    config.write_text(json.dumps({"validation-contexts": {"default": trust | usage}}), encoding="utf-8")  # JSON is YAML
    options = ["--no-revocation-check", "--validation-time", "claimed", *(["--no-strict-syntax"] if lenient else [])]
    return [program, "--config", config, "sign", "validate", *options]


def _pyhanko_coverage(ran: Ran) -> dict[str, bool | None]:
    _, *parts = _PRETTY_FIELD.split(ran.stdout)
    said = {"The signature covers the entire file.": True, "The signature does not cover the entire file.": False}
    return {
        field: next((whole for words, whole in said.items() if words in text), None)
        for field, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _pyhanko_fields(program: str, case: Case) -> int:
    if case.expected.get("n_signatures") is None:
        return 0
    return len(re.findall(r":FILLED$", run([program, "sign", "list", case.document], case.folder).stdout, re.MULTILINE))


# pdfsig

_PDFSIG_UNSIGNED = "The signature form field is not signed."
_PDFSIG_TIMESTAMP = "  - Signature Type: unknown"
"""What this program calls a document time-stamp."""


def ask_pdfsig(program: str, certutil: str, case: Case, *, trust: bool, careful: bool) -> Answer:
    """The lines of each signed field.

    intact: each says "Signature is Valid." (of a document time-stamp it says "has not yet been verified", which vouches for
    nothing). passes: intact, exit 0; with `trust` each certificate is trusted too; for the careful reader a signature covers the
    whole file. broken: a signed field is not valid, or the file cannot be read (a file without signatures: exit 2). flagged: not
    intact, or the careful reader's remark. modified: "Digest Mismatch.", or that remark. A bad time-stamp is refused when the
    file does not pass. Time-stamps are of type unknown here, and counted or not.
    """
    database = _nss_database(certutil, case) if trust else case.folder / "nss"
    options: list[str | Path] = ["-nssdir", database] if trust else ["-nssdir", database, "-nocert"]
    ran = run([program, *options, "-no-ocsp", case.document], case.folder)
    parts = [part for part in re.split(r"^Signature #\d+:$", ran.stdout, flags=re.MULTILINE)[1:] if _PDFSIG_UNSIGNED not in part]
    verdicts = [_after(part, "  - Signature Validation: ") for part in parts]
    trusted = not trust or all(_after(part, "  - Certificate Validation: ") == "Certificate is Trusted." for part in parts)
    whole = {_after(part, "  - Signature Field Name: "): "\n  - Total document signed" in part for part in parts}
    intact = bool(parts) and all(verdict == "Signature is Valid." for verdict in verdicts)
    edited = careful and bool(parts) and not any(whole.values())
    passes = intact and trusted and not edited and ran.code == 0
    said = Said(
        passes=passes,
        intact=intact,
        broken=(bool(parts) and not intact) or ran.code not in {0, 2},
        flagged=(bool(parts) and not intact) or edited,
        modified="Digest Mismatch." in verdicts or edited,
        bad_timestamp_refused=not passes,
        whole=whole,
        counts=frozenset({len(parts), sum(_PDFSIG_TIMESTAMP not in part for part in parts)}),
    )
    return Answer(ran, said)


def _after(part: str, label: str) -> str:
    return next((line[len(label) :] for line in part.splitlines() if line.startswith(label)), "")


def _nss_database(certutil: str, case: Case) -> Path:
    """A database with the anchors: CAs trusted, the others trusted peers (NSS has nothing closer to an anchor of length zero)."""
    folder = case.folder / "nss-trust"
    shutil.copytree(case.folder / "nss", folder, dirs_exist_ok=True)
    for anchor in case.anchors:
        flags = TRUSTED_CA if anchor in case.cas else "P,P,P"
        run([certutil, "-A", "-n", anchor.stem, "-t", flags, "-i", anchor, "-d", f"sql:{folder}"], case.folder)
    return folder


# mutool

_MUTOOL_WHOLE = "The document is unchanged since signing."
_MUTOOL_EDITED = "The signature is valid but there have been edits since signing."
_MUTOOL_CHANGED = "Digest error: Signature invalidated by change to document."


def ask_mutool(program: str, case: Case, *, careful: bool) -> Answer:
    """The last line below each `Verifying signature N:`; the certificate's line is disregarded, for it knows no trust.

    intact: each is "unchanged since signing" or "valid but there have been edits". passes: intact and exit 0; for the careful
    reader one of them is "unchanged". broken: another last line, or exit non-zero. flagged: not intact, or the careful reader's
    remark. modified: "invalidated by change", or that remark. A bad time-stamp is refused when the file does not pass. The name
    of field object N is asked of `mutool show`; unsigned fields are not counted, document time-stamps (it has no word for them)
    are.
    """
    ran = run([program, "sign", "-v", case.document], case.folder)
    numbers, texts = (pieces := re.split(r"^Verifying signature (\d+):$", ran.stdout, flags=re.MULTILINE))[1::2], pieces[2::2]
    lines = {number: text.rstrip().rpartition("\n")[2].strip() for number, text in zip(numbers, texts, strict=True)}
    signed = {number: line for number, line in lines.items() if line != "Signature is not signed."}
    intact = bool(signed) and all(line in {_MUTOOL_WHOLE, _MUTOOL_EDITED} for line in signed.values())
    edited = careful and bool(signed) and _MUTOOL_WHOLE not in signed.values()
    passes = intact and not edited and ran.code == 0
    said = Said(
        passes=passes,
        intact=intact,
        broken=(bool(signed) and not intact) or ran.code != 0,
        flagged=(bool(signed) and not intact) or edited,
        modified=_MUTOOL_CHANGED in signed.values() or edited,
        bad_timestamp_refused=not passes,
        whole=_mutool_coverage(program, case, signed) if _asks_coverage(case) else {},
        counts=frozenset({len(signed)}),
    )
    return Answer(ran, said)


def _mutool_coverage(program: str, case: Case, signed: Mapping[str, str]) -> dict[str, bool | None]:
    said = {_MUTOOL_WHOLE: True, _MUTOOL_EDITED: False, _MUTOOL_CHANGED: False}
    names = {number: run([program, "show", case.document, f"{number}/T"], case.folder).stdout.strip() for number in signed}
    return {names[number].removeprefix("(").removesuffix(")"): said.get(line) for number, line in signed.items()}


# cases and the table


def _asks_coverage(case: Case) -> bool:
    return isinstance(case.expected.get("covers_whole_file"), dict)


def prepare(number: int, row_: Mapping[str, Any], empty_database: Path, folder: Path) -> Case:
    """The case with a folder of its own; a root file may hold several PEM certificates."""
    document = CORPUS / row_["file"]
    found = own_certificates(document.read_bytes())
    own = folder / str(number)
    (own / "anchors").mkdir(parents=True)
    shutil.copytree(empty_database, own / "nss")
    ders = {sha256: certificate.der for sha256, certificate in found.items()}
    for root in row_["expected"].get("trust_roots_used", []):
        text = (CORPUS / root).read_text("ascii", errors="replace")
        for count, pem in enumerate(re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text, re.DOTALL)):
            ders[f"{Path(root).stem}-{count}"] = ssl.PEM_cert_to_DER_cert(pem)
    anchors = {name: own / "anchors" / f"{name}.der" for name in ders}
    for name, path in anchors.items():
        path.write_bytes(ders[name])
    cas = frozenset(path for name, path in anchors.items() if name not in found or found[name].is_ca)
    return Case(row_["id"], document, row_["expected"], own, tuple(anchors.values()), cas)


Ask = Callable[[Case], Answer]


def programs(arguments: argparse.Namespace) -> dict[str, Ask]:
    """Column to question, sigcheck first."""
    pyhanko, pdfsig, certutil, mutool = arguments.pyhanko, arguments.pdfsig, arguments.certutil, arguments.mutool
    return {
        "sigcheck": ask_sigcheck,
        "pyhanko-cli": lambda case: ask_pyhanko(pyhanko, case, lenient=False),
        "pyhanko-cli, lenient": lambda case: ask_pyhanko(pyhanko, case, lenient=True),
        "pdfsig -nocert": lambda case: ask_pdfsig(pdfsig, certutil, case, trust=False, careful=False),
        "pdfsig -nocert, careful reader": lambda case: ask_pdfsig(pdfsig, certutil, case, trust=False, careful=True),
        "pdfsig with trust": lambda case: ask_pdfsig(pdfsig, certutil, case, trust=True, careful=False),
        "mutool sign -v": lambda case: ask_mutool(mutool, case, careful=False),
        "mutool sign -v, careful reader": lambda case: ask_mutool(mutool, case, careful=True),
    }


def write_table(cases: Sequence[Case], answers: Mapping[str, Sequence[Answer]]) -> None:
    write(f"\n{row(['measure', 'of', *answers])}\n{row(['---'] * (len(answers) + 2))}")
    for measure in MEASURES:
        held = [place for place, case in enumerate(cases) if measure.applies(case.expected)]
        met = (sum(measure.met(cases[place].expected, given[place].said) for place in held) for given in answers.values())
        write(row([measure.name, str(len(held)), *map(str, met)]))
    answered = (sum(not one.crashed and not one.hung for one in given) for given in answers.values())
    write(row(["answered without crash or hang", str(len(cases)), *map(str, answered)]))
    write("\nNot measured against an expectation:\n")
    write(f"{row(['', *answers])}\n{row(['---'] * (len(answers) + 1))}")
    remarks: dict[str, Callable[[Answer], bool]] = {
        "crashed": lambda one: one.crashed,
        f"took longer than {TIME_OUT} s": lambda one: one.hung,
        "refused with a general error (`Generic processing error`)": lambda one: "Generic processing error" in one.ran.stderr,
        "exit 0 with nothing on standard output": lambda one: one.ran.code == 0 and not one.ran.stdout.strip(),
    }
    for words, holds in remarks.items():
        write(row([words, *(str(sum(map(holds, given))) for given in answers.values())]))


def write_misses(cases: Sequence[Case], answers: Mapping[str, Sequence[Answer]]) -> None:
    """The names behind the table, so that every number can be checked."""
    for name, given in answers.items():
        write(f"\n## Missed by {name}\n")
        for measure in MEASURES:
            pairs = zip(cases, given, strict=True)
            missed = [c.name for c, a in pairs if measure.applies(c.expected) and not measure.met(c.expected, a.said)]
            write(f"- {measure.name}: {', '.join(map(cell, missed)) or 'none'}")


def answers_of(cases: Sequence[Case], asks: Mapping[str, Ask], jobs: int) -> dict[str, list[Answer]]:
    with ThreadPoolExecutor(jobs) as pool:
        return {name: list(pool.map(ask, _told(name, cases))) for name, ask in asks.items()}


def _told(name: str, cases: Iterable[Case]) -> Iterable[Case]:
    sys.stderr.write(f"{name}\n")
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for program in ("pyhanko", "pdfsig", "mutool", "certutil"):
        parser.add_argument(f"--{program}", metavar="PATH", default=program, help="name or path (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="files at once (default: %(default)s)")
    arguments = parser.parse_args()
    if not CORPUS.is_dir():
        raise SystemExit(f"needs {CORPUS}, which is not here")
    rows = [found for found in json.loads((CORPUS / "manifest.json").read_text("utf-8")) if asked(found)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (database := folder / "nss").mkdir()
        if run([arguments.certutil, "-N", "--empty-password", "-d", f"sql:{database}"], folder).code != 0:
            raise SystemExit("certutil -N failed")
        cases = [prepare(number, found, database, folder) for number, found in enumerate(rows)]
        write(f"# Conformance compared\n\n{NOTE}")
        for command in ([arguments.pyhanko, "--version"], [arguments.pdfsig, "-v"], [arguments.mutool, "-v"]):
            ran = run(command, folder)
            write(f"- {cell((ran.stdout + ran.stderr).partition(chr(10))[0])}")
        write(f"- corpus: {', '.join(f'{source} {count}' for source, count in _sources(cases).items())}")
        answers = answers_of(cases, programs(arguments), arguments.jobs)
        write_table(cases, answers)
        write_misses(cases, answers)


def _sources(cases: Iterable[Case]) -> Counter[str]:
    return Counter(case.name.partition(":")[0] for case in cases)


if __name__ == "__main__":
    main()
