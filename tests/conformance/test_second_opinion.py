"""pyHanko's difference analysis as a second opinion on changes after signing: every difference is listed with a reason.

For each signature: the level of everything behind its revision, ours and pyHanko's by its default policy. second_opinion.toml
lists where they differ; a difference that is not listed fails, and so does a listed one that is gone.
"""

from __future__ import annotations

import json
import logging
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from sigcheck.engine.bytesource import FileSource
from sigcheck.engine.changes import compare_revisions
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.reader import read_document
from sigcheck.evidence import ChangeLevel
from sigcheck.facts import DocumentFacts

MOST_SIGNATURES = 6
"""Signatures of one document that are compared, oldest first: pyHanko's cost grows with their square, and the oldest see all."""

LEVELS = tuple(ChangeLevel)
NO_ANSWER = "no answer"


def ours(path: Path, password: str | None) -> dict[str, str] | None:
    """Level behind each signature, by field; None when the document has no readable signature."""
    pdf = open_pdf(FileSource(path), password=password)
    facts = read_document(pdf) if isinstance(pdf, PdfFile) else None
    if not isinstance(pdf, PdfFile) or not isinstance(facts, DocumentFacts) or not facts.signatures:
        return None
    changes = compare_revisions(pdf, facts)
    found: dict[str, str] = {}
    for signature in facts.signatures[:MOST_SIGNATURES]:
        if not isinstance(changes, tuple):
            found[str(signature.field)] = NO_ANSWER
            continue
        later = [change.level for change in changes if change.revision > (signature.byte_range.revision or signature.revision)]
        found[str(signature.field)] = max(later, key=LEVELS.index, default=ChangeLevel.NONE).value
    return found


def theirs(path: Path, password: str | None) -> dict[str, str]:
    """The same by pyHanko; signatures that it raises on or does not list are left out."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415, TID251 - the second opinion itself, slow to import
    from pyhanko.sign.diff_analysis import (  # noqa: PLC0415, TID251 - the second opinion itself
        DEFAULT_DIFF_POLICY,
        DiffResult,
        ModificationLevel,
    )

    names = {
        ModificationLevel.NONE: "none",
        ModificationLevel.LTA_UPDATES: "lta-update",
        ModificationLevel.FORM_FILLING: "form-filling",
        ModificationLevel.ANNOTATIONS: "annotations",
        ModificationLevel.OTHER: "other",
    }
    found: dict[str, str] = {}
    with path.open("rb") as file:
        try:
            reader = PdfFileReader(file, strict=False)
            if reader.encrypted:
                reader.decrypt(password or "")
            signatures = list(reader.embedded_signatures)[:MOST_SIGNATURES]
        except Exception:  # noqa: BLE001 - whatever it raises, it has no answer
            return {}
        for signature in signatures:
            try:
                signature.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY)
            except Exception:  # noqa: BLE001, S112 - whatever it raises, it has no answer
                continue
            result = signature.diff_result
            level = result.modification_level if isinstance(result, DiffResult) else ModificationLevel.OTHER
            found[signature.field_name] = "none" if result is None else names[level]
    return found


def differences(path: Path, password: str | None = None) -> frozenset[str]:
    """`ours | theirs` wherever the two are not the same."""
    mine = ours(path, password)
    if mine is None:
        return frozenset()
    other = theirs(path, password)
    return frozenset(f"{level} | {other.get(name, NO_ANSWER)}" for name, level in mine.items() if other.get(name) != level)


def listed() -> dict[str, set[str]]:
    """The differences that second_opinion.toml names, by document."""
    found: dict[str, set[str]] = {}
    for group in tomllib.loads(Path(__file__).with_name("second_opinion.toml").read_text("utf-8"))["difference"]:
        assert group["why"].strip()
        for document in group["documents"]:
            answers = found.setdefault(document, set())
            assert answers.isdisjoint(group["answers"]), f"{document} is listed twice"
            answers.update(group["answers"])
    return found


def shared_documents(shared: Path) -> Iterator[tuple[str, Path, str | None]]:
    seen: set[str] = set()
    for case in json.loads((shared / "corpora/open/manifest.json").read_text("utf-8")):
        if case["file"] not in seen:
            seen.add(case["file"])
            yield case["id"], shared / "corpora/open" / case["file"], case.get("password")
    for path in sorted((shared / "vietnam").glob("*.pdf")):
        yield f"vietnam/{path.name}", path, None


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """pyHanko logs every suspicious document with a traceback."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def test_on_real_documents(shared: Path) -> None:
    found = {name: set(differences(path, password)) for name, path, password in shared_documents(shared)}
    expected = {name: answers for name, answers in listed().items() if not name.startswith("samples/")}
    assert {name: answers for name, answers in found.items() if answers} == expected


def test_on_samples(samples: Path) -> None:
    found = {f"samples/{path.name}": set(differences(path)) for path in sorted(samples.glob("*.pdf"))}
    expected = {name: answers for name, answers in listed().items() if name.startswith("samples/")}
    assert {name: answers for name, answers in found.items() if answers} == expected
