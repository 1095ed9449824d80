"""What sigcheck, pyhanko-cli, pdfsig and mutool say of the same documents: a Markdown table, one row a document.

    python benchmarks/compare_verdicts.py --pyhanko .venv-peer/bin/pyhanko > peers.md

The documents are samples/*.pdf and, where it is present, ../shared/vietnam/*.pdf.

Needs the `test` extra (certomancer makes the samples' certificates) and certutil (libnss3-tools) for pdfsig's trust.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigcheck.engine.certificates import parse_certificate
from sigcheck.reporting.hostile import shown

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
AT = "2026-11-20T00:00:00Z"
TIME_OUT = 60
"""Seconds a program may take for one document."""
CELL = 200
"""Characters of one cell: a peer's words may be as long as a document likes."""
NOTE = f"""\
sigcheck runs with `--policy archive --offline --at {AT}`. The others get every advantage: all CA certificates of the made-up
authorities or of `../shared/trust` (but the look-alike), lenient syntax, the passwords, and no revocation check: a missing
CRL fails nothing; a revoked certificate that they accept here follows from that. pyhanko-cli runs at the same moment below the
roots; *lenient*, each signature at the time that it claims itself, with the sub-CAs as anchors too. pdfsig and mutool have no
option for the moment and use the clock; mutool has none for trust.
"""
PASSWORDS = {"encrypted-with-password.pdf": "sigcheck"}
TRUSTED_CA, KNOWN = "CT,C,C", ",,"
"""NSS trust flags: for servers, clients, e-mail and code; and for a certificate that is only at hand."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """PEM files: self-issued CAs, CAs below them, and the others (time-stamp servers, responders)."""

    roots: tuple[Path, ...]
    sub_cas: tuple[Path, ...]
    others: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    title: str
    documents: tuple[Path, ...]
    authorities: Authorities
    nss_folder: Path
    trust_options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended; `code` is None when it could not be started or took too long (`stderr` says which)."""

    code: int | None
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one program says of one document. `accepts`: there are signatures, and it calls each one good and trusted;
    `intact`: there are signatures, and it calls each one unbroken, whatever it thinks of the certificate."""

    words: str
    code: int | None
    accepts: bool
    intact: bool


def run(command: Sequence[str | Path], folder: Path) -> Ran:
    """The program's end, started in `folder` (no configuration of its own lies there) with an empty standard input."""
    texts = [str(part) for part in command]
    try:
        ended = subprocess.run(  # noqa: S603 - programs that the caller named, no shell
            texts, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_OUT, check=False
        )
    except subprocess.TimeoutExpired:
        return Ran(None, "", f"time-out after {TIME_OUT} s")
    except OSError as error:
        return Ran(None, "", f"cannot start: {error.strerror}")
    return Ran(ended.returncode, ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace"))


# sigcheck


def ask_sigcheck(document: Path, corpus: Corpus, folder: Path) -> Answer:
    password_file = folder / "password"
    password_file.write_text(PASSWORDS.get(document.name, ""), encoding="utf-8")
    options: list[str | Path] = ["--policy", "archive", "--offline", "--no-user-trust", "--at", AT, "--format", "json"]
    options += corpus.trust_options
    options += ["--password-file", password_file] if document.name in PASSWORDS else []
    ran = run([sys.executable, "-m", "sigcheck", "verify", *options, document], PROJECT)
    try:
        report = json.loads(ran.stdout)
    except ValueError:
        return Answer(f"no answer: {_last_line(ran.stderr)}", ran.code, accepts=False, intact=False)
    signatures = [signature["integrity"] for signature in report["signatures"]]
    codes = _unique(finding["code"] for finding in _findings(report) if finding["decides"])
    words = ": ".join(filter(None, [report["state"], ", ".join(codes)]))
    intact = bool(signatures) and all(one["digest_matches"] and one["signature_verifies"] for one in signatures)
    return Answer(words, ran.code, report["state"] == "valid", intact)


def _findings(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from report["findings"]
    for signature in report["signatures"]:
        yield from signature["findings"]


# pyhanko-cli

_SUMMARY = re.compile(r":[0-9a-f]{64}:([A-Z_<>:,]+)$", re.MULTILINE)
"""The end of `field:sha256 of the certificate:INTACT:TRUSTED,…`, one line a signature; a field name may hold anything."""
_FAILING = {
    "INVALID": re.compile(r"^INVALID"),
    "UNTRUSTED": re.compile(r"^INTACT:UNTRUSTED"),
    "REVOKED": re.compile(r"^INTACT:REVOKED"),
    "time-stamp INVALID": re.compile(r"TIMESTAMP_TOKEN<INVALID"),
    "time-stamp UNTRUSTED": re.compile(r"TIMESTAMP_TOKEN<INTACT:(UNTRUSTED|REVOKED)"),
    "ILLEGAL_MODIFICATIONS": re.compile(r"ILLEGAL_MODIFICATIONS"),
    "NONEXTENSIBLE": re.compile(r"NONEXTENSIBLE"),
}
_REASONS = (
    re.compile(r"certificate (expired \d{4}-\d\d-\d\d)"),
    re.compile(r"(disallowed signature mechanism \w+)"),
    re.compile(r"(disallowed algorithm) during"),
    re.compile(r"(Failed to build path)"),
    re.compile(r"could not be validated because (.+)"),
    re.compile(r"^(?:[\w.]+\.)?(\w+(?:Error|Exception): .+)"),
    re.compile(r"^Error: (?!Validation failed)(.+)"),
)
"""What its log on standard error says, in its words; the first that matches a line is taken."""


def ask_pyhanko(program: str, document: Path, corpus: Corpus, folder: Path, *, lenient: bool) -> Answer:
    """`sign validate`, its one-line summaries condensed."""
    known = corpus.authorities
    anchors = (*known.roots, *known.sub_cas) if lenient else known.roots
    others = known.others if lenient else (*known.sub_cas, *known.others)
    options: list[str | Path] = ["--no-revocation-check", "--retroactive-revinfo", "--no-strict-syntax", "--trust-replace"]
    options += ["--validation-time", "claimed" if lenient else AT]
    options += [part for anchor in anchors for part in ("--trust", anchor)]
    options += [part for other in others for part in ("--other-certs", other)]
    options += ["--password", PASSWORDS[document.name]] if document.name in PASSWORDS else []
    ran = run([program, "sign", "validate", *options, document], folder)
    if ran.code is None:
        return Answer(f"no answer: {ran.stderr}", None, accepts=False, intact=False)
    summaries = _SUMMARY.findall(ran.stdout)
    accepts = ran.code == 0 and bool(summaries)
    intact = bool(summaries) and all(summary.startswith("INTACT") for summary in summaries)
    if accepts:
        return Answer("accepted", ran.code, accepts, intact)
    failing = Counter(name for summary in summaries for name, pattern in _FAILING.items() if pattern.search(summary))
    reasons = _unique(reason for line in ran.stderr.splitlines() if (reason := _reason(line)))
    if ran.code == 0:
        return Answer("says nothing", ran.code, accepts, intact)
    words = ", ".join(_times(name, count, len(summaries)) for name, count in failing.items())
    return Answer("rejected: " + "; ".join(filter(None, [words, *reasons])), ran.code, accepts, intact)


def _reason(line: str) -> str | None:
    return next((found[1] for pattern in _REASONS if (found := pattern.search(line))), None)


# pdfsig

_PDFSIG = re.compile(r"^  - (Signature Validation|Certificate Validation): (.+)$", re.MULTILINE)


def ask_pdfsig(program: str, document: Path, corpus: Corpus, folder: Path) -> Answer:
    """The two validation lines of each signature; the certificate's is absent when the signature does not hold."""
    password = ["-upw", PASSWORDS[document.name]] if document.name in PASSWORDS else []
    ran = run([program, "-nssdir", corpus.nss_folder, "-no-ocsp", *password, document], folder)
    signatures: list[list[str]] = []
    for label, words in _PDFSIG.findall(ran.stdout):
        if label == "Signature Validation" or not signatures:
            signatures.append([])
        signatures[-1].append(words)
    intact = bool(signatures) and all(signature[0] == "Signature is Valid." for signature in signatures)
    accepts = intact and all(signature[1:] == ["Certificate is Trusted."] for signature in signatures)
    if "does not contain any signatures" in ran.stdout:
        return Answer("no signatures", ran.code, accepts, intact)
    return Answer(_condensed(signatures) or _last_line(ran.stderr), ran.code, accepts, intact)


# mutool

_MUTOOL_GOOD = ("The document is unchanged since signing.", "The signature is valid but there have been edits since signing.")


def ask_mutool(program: str, document: Path, corpus: Corpus, folder: Path) -> Answer:  # noqa: ARG001 - it knows no trust
    """The lines below each `Verifying signature N:` but the name."""
    password = ["-p", PASSWORDS[document.name]] if document.name in PASSWORDS else []
    ran = run([program, "sign", "-v", *password, document], folder)
    parts = re.split(r"^Verifying signature \d+:$", ran.stdout, flags=re.MULTILINE)[1:]
    signatures = [[line[1:] for line in part.splitlines() if re.match(r"\t(?!Distinguished name:)", line)] for part in parts]
    intact = bool(signatures) and all(signature and signature[-1] in _MUTOOL_GOOD for signature in signatures)
    accepts = intact and not any("error:" in line for signature in signatures for line in signature)
    return Answer(_condensed(signatures) or _last_line(ran.stderr) or "says nothing", ran.code, accepts, intact)


# words


def _condensed(signatures: Iterable[Sequence[str]]) -> str:
    """Equal answers counted: `22 × A / B; C / D`."""
    counted = Counter(" / ".join(line.strip().rstrip(".") for line in signature) for signature in signatures)
    return "; ".join(_times(words, count) for words, count in counted.items())


def _times(words: str, count: int, of: int = 1) -> str:
    return f"{count} × {words}" if count > 1 or of > 1 else words


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def cell(text: str) -> str:
    """`text` that cannot leave its table cell or be markup: visible controls, one line, escaped."""
    short = text if len(text) <= CELL else text[:CELL] + "…"
    return re.sub(r"([\\|`*\[\]<>&])", r"\\\1", shown(short))


def row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


# certificates


def sorted_authorities(pem_files: Iterable[Path]) -> Authorities:
    """The PEM files by what their certificates are."""
    roots: list[Path] = []
    sub_cas: list[Path] = []
    others: list[Path] = []
    for file in pem_files:
        certificate = parse_certificate(ssl.PEM_cert_to_DER_cert(file.read_text(encoding="ascii")))
        if certificate is None:
            raise SystemExit(f"not a certificate: {file}")
        self_issued = certificate.subject_der == certificate.issuer_der
        (others if not certificate.is_ca else roots if self_issued else sub_cas).append(file)
    return Authorities(tuple(roots), tuple(sub_cas), tuple(others))


def make_nss_database(certutil: str, authorities: Authorities, folder: Path) -> Path:
    """A database for pdfsig in which every CA, root or not, is trusted; what NSS refuses is named on standard error.

    Sub-CAs first: NSS takes one certificate for an issuer and serial number, and a trusted sub-CA needs no root.
    """
    folder.mkdir()
    if (ran := run([certutil, "-N", "--empty-password", "-d", f"sql:{folder}"], folder)).code != 0:
        raise SystemExit(f"certutil -N: {_last_line(ran.stderr)}")
    for file in (*authorities.sub_cas, *authorities.roots, *authorities.others):
        flags = KNOWN if file in authorities.others else TRUSTED_CA
        ran = run([certutil, "-A", "-a", "-n", file.stem, "-t", flags, "-i", file, "-d", f"sql:{folder}"], folder)
        if ran.code != 0:
            sys.stderr.write(f"{file.name}: {cell(_last_line(ran.stderr))}\n")
    return folder


def sample_certificates(folder: Path) -> tuple[Path, ...]:
    """The certificates that samples/trust lists, made anew by the samples' generator."""
    sys.path.insert(0, str(PROJECT / "samples"))
    pki, listed = importlib.import_module("generator.pki"), importlib.import_module("generator.trustfiles").LISTED
    folder.mkdir()
    files = []
    for label in (entry.label for entry in listed):
        files.append(folder / f"{label}.pem")
        files[-1].write_text(ssl.DER_cert_to_PEM_cert(pki.certificate(label).dump()), encoding="ascii")
    return tuple(files)


def corpora(certutil: str, folder: Path) -> Iterator[Corpus]:
    """The samples; the genuine documents where they are at hand."""
    known = sorted_authorities(sample_certificates(folder / "certificates"))
    documents = tuple(sorted((PROJECT / "samples").glob("*.pdf")))
    nss_folder = make_nss_database(certutil, known, folder / "nss-samples")
    yield Corpus("Samples", documents, known, nss_folder, ("--trust", str(PROJECT / "samples" / "trust")))
    genuine = tuple(sorted((SHARED / "vietnam").glob("*.pdf")))
    if not genuine:
        return
    certificates = (file for file in sorted((SHARED / "trust").glob("*/*.pem")) if file.parent.name != "look-alikes")
    known = sorted_authorities(certificates)
    yield Corpus("Documents of government bodies", genuine, known, make_nss_database(certutil, known, folder / "nss-genuine"), ())


# the table

Ask = Callable[[Path, Corpus, Path], Answer]


def programs(arguments: argparse.Namespace) -> dict[str, Ask]:
    """Column to question, sigcheck first."""
    return {
        "sigcheck": ask_sigcheck,
        "pyhanko-cli": lambda *asked: ask_pyhanko(arguments.pyhanko, *asked, lenient=False),
        "pyhanko-cli, lenient": lambda *asked: ask_pyhanko(arguments.pyhanko, *asked, lenient=True),
        "pdfsig": lambda *asked: ask_pdfsig(arguments.pdfsig, *asked),
        "mutool sign -v": lambda *asked: ask_mutool(arguments.mutool, *asked),
    }


def write_table(corpus: Corpus, asks: dict[str, Ask], folder: Path) -> None:
    """The corpus' table, each row as its programs have ended, and below it the counts."""
    write(f"\n## {corpus.title}\n\n{row(['document', *(f'{name} (exit)' for name in asks)])}\n{row(['---'] * (len(asks) + 1))}")
    answered = []
    for document in corpus.documents:
        sys.stderr.write(f"{cell(document.name)}\n")
        answers = {name: ask(document, corpus, folder) for name, ask in asks.items()}
        write(row([cell(document.name), *(f"{cell(one.words)} ({exit_code(one)})" for one in answers.values())]))
        answered.append(answers)
    write_counts(answered)


def write_counts(answered: Sequence[dict[str, Answer]]) -> None:
    """How many documents of each state that sigcheck gives every program accepts, calls unbroken, and ends with exit 0 on."""
    states = Counter(answers["sigcheck"].words.partition(":")[0] for answers in answered)
    peers = [name for name in answered[0] if name != "sigcheck"]
    write("\nAccepts / calls unbroken / exits 0:\n")
    write(row(["sigcheck says", "documents", *peers]) + "\n" + row(["---"] * (len(peers) + 2)))
    for state, count in sorted(states.items()):
        chosen = [answers for answers in answered if answers["sigcheck"].words.partition(":")[0] == state]
        write(row([cell(state), str(count), *(_counts([answers[name] for answers in chosen]) for name in peers)]))


def _counts(said: Sequence[Answer]) -> str:
    return f"{sum(one.accepts for one in said)} / {sum(one.intact for one in said)} / {sum(one.code == 0 for one in said)}"


def exit_code(answer: Answer) -> str:
    return "–" if answer.code is None else str(answer.code)


def write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for program in ("pyhanko", "pdfsig", "mutool", "certutil"):
        parser.add_argument(f"--{program}", metavar="PATH", default=program, help="name or path (default: %(default)s)")
    asks = programs(arguments := parser.parse_args())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(f"# Verdicts compared\n\n{NOTE}")
        for command in ([arguments.pyhanko, "--version"], [arguments.pdfsig, "-v"], [arguments.mutool, "-v"]):
            ran = run(command, folder)
            write(f"- {cell((ran.stdout + ran.stderr).partition(chr(10))[0])}")
        for corpus in corpora(arguments.certutil, folder):
            write_table(corpus, asks, folder)


if __name__ == "__main__":
    main()
