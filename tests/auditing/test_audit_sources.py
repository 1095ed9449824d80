"""Sources as the command takes them: lists, archives, its own files; what cannot be read is said, and the rest is checked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sigcheck" / "running"


@pytest.fixture
def folder(tmp_path: Path, samples: Path) -> Path:
    """A folder with documents beside a zip, a packed tar, and a zip that is damaged."""
    (tmp_path / "kho").mkdir()
    (tmp_path / "kho" / "a.pdf").write_bytes((samples / "person-and-office.pdf").read_bytes())
    with zipfile.ZipFile(tmp_path / "kho" / "hộp.zip", "w", zipfile.ZIP_DEFLATED) as held:
        held.write(samples / "tampered-page.pdf", "Quyết định.PDF")
    with tarfile.open(tmp_path / "kho" / "năm.tgz", "w:gz") as packed:
        packed.add(samples / "unsigned-plan.pdf", "kế hoạch.pdf")
    (tmp_path / "kho" / "hỏng.zip").write_bytes(b"PK\x03\x04 and nothing more")
    return tmp_path


def run(folder: Path, samples: Path, *more: str, given: bytes = b"") -> tuple[int, dict[str, str], str]:
    """The exit code, the states by path, and what was said on standard error."""
    command = [sys.executable, "-m", "sigcheck", "audit", "--format", "jsonl", "--policy", "archive", "--lang", "en"]
    command += ["--trust", str(samples / "trust"), "--at", "2026-11-20T00:00:00+07:00", "--no-revocation-store", "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([*command, *more], cwd=folder, env=environment, input=given, capture_output=True, check=False)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {one["document"]["path"]: one["state"] for one in reports}, done.stderr.decode()


def test_archives_among_documents(folder: Path, samples: Path) -> None:
    code, states, said = run(folder, samples, "kho")
    assert states == {
        os.path.join("kho", "a.pdf"): "valid",  # noqa: PTH118 - as the walk has it
        os.path.join("kho", "hộp.zip") + "!/Quyết định.PDF": "invalid",  # noqa: PTH118 - as above
        os.path.join("kho", "năm.tgz") + "!/kế hoạch.pdf": "unsigned",  # noqa: PTH118 - as above
    }
    assert "the archive is damaged" in said
    assert "hỏng.zip" in said
    assert code == 2  # something could not be checked
    assert run(folder, samples, "kho", "--no-archives", "--store", "other.sqlite")[:2] == (0, dict(list(states.items())[:1]))


def test_a_list_on_standard_input(folder: Path, samples: Path) -> None:
    given = "kho/hộp.zip\0kho/a.pdf\0kho/a.pdf\0".encode()
    code, states, _ = run(folder, samples, "--files-from", "-", "-0", given=given)
    assert (code, list(states)) == (1, ["kho/hộp.zip!/Quyết định.PDF", "kho/a.pdf"])


def test_the_store_is_no_document(folder: Path, samples: Path) -> None:
    code, states, _ = run(folder, samples, "kho", "--no-archives", "--store", "kho/kết quả.pdf", "--output", "kho/b.txt")
    assert (code, states) == (0, {})  # they stand in the file
    refused = run(folder, samples, "kho", "--no-archives", "--store", "kho/kết quả.pdf", "--output", "kho/b.pdf")
    assert refused[0] == 2  # by its name it would be a document of the folder
    again = run(folder, samples, "kho", "kho/kết quả.pdf", "--no-archives", "--store", "kho/kết quả.pdf", "--output", "kho/b.txt")
    assert again[0] == 2
    assert "written by the run itself" in again[2]
    assert (folder / "kho" / "b.txt").read_text("utf-8").count("\n") == 1


def test_sources_have_to_be_named(folder: Path, samples: Path) -> None:
    assert run(folder, samples)[0] == 2
    assert run(folder, samples, "--files-from", "gone.txt")[0] == 2
    code, _, said = run(folder, samples, "--files-from", "gone.txt", "--changed-since", "HEAD")
    assert (code, "do not go together" in said) == (2, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_of_a_source_has_words(language: str) -> None:
    """Whatever code the sources give a problem, it has a sentence in both languages; found in their text."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(SOURCE.rglob("*.py")))
    codes = set(re.findall(r'(?:NotLocated|Unread)\([^()"]*(?:\([^()]*\))?[^()"]*"([a-z]+(?:-[a-z]+)+)"', text))
    codes |= set(re.findall(r'(?:RefusedError|SpentError)\("([a-z-]+)"', text))
    codes |= set(re.findall(r'return "((?:member|archive)-[a-z-]+)"', text))
    codes |= set(re.findall(r'_or_empty\(.*"(no-[a-z-]+)"', text))
    assert len(codes) > 25
    words = load_catalogue(language).words
    assert [code for code in sorted(codes) if f"error.{code}" not in words] == []
