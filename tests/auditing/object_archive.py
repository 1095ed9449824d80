"""An archive in an object store, made of the samples: Vietnamese keys in both normal forms, zips among them."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAMES: Final = (
    "person-and-office", "unsigned-plan", "tampered-page", "weak-key", "encrypted-with-password", "two-persons", "saved-again",
)  # fmt: skip
STATES: Final = ("valid", "unsigned", "invalid", "insufficient", "unreadable", "valid", "invalid")
"""As samples/expected.toml has them."""
FOLDERS: Final = ("Công báo/năm 2023", "Ủy ban nhân dân xã Ví Dụ", "Quyết định & thông báo", "Văn bản đến/tháng 5")
IN_A_ZIP: Final = 10


@dataclass(frozen=True, slots=True)
class Archive:
    """Objects by key, and what an audit has to say: SHA-256 and state by the path of the report."""

    objects: Mapping[str, bytes]
    expected: Mapping[str, tuple[str, str]]


def made_archive(samples: Path, count: int, bucket: str) -> Archive:
    """So many objects, one in twenty a zip. White space behind the last %%EOF is nothing (CONTRACT.md, From signatures 8)."""
    whole = [(samples / f"{name}.pdf").read_bytes() for name in NAMES]
    objects: dict[str, bytes] = {}
    expected: dict[str, tuple[str, str]] = {}

    def document(number: int, path: str) -> bytes:
        content = whole[number % len(whole)] + b"\n" * (number // len(whole))
        expected[f"s3://{bucket}/{path}"] = (hashlib.sha256(content).hexdigest(), STATES[number % len(whole)])
        return content

    drawn = 0
    for number in range(count):
        form = "NFC" if number % 2 else "NFD"
        folder = unicodedata.normalize(form, FOLDERS[number % len(FOLDERS)])  # type: ignore[arg-type]  # one of the two
        if number % 20 == 7:
            key, out = f"{folder}/hồ sơ {number}.zip", io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
                for inside in range(IN_A_ZIP):
                    name = f"Tờ trình {inside}.pdf"
                    held.writestr(name, document(drawn, f"{key}!/{name}"))
                    drawn += 1
            objects[key] = out.getvalue()
        else:
            key = f"{folder}/Quyết định số {number}.PDF"
            objects[key] = document(drawn, key)
            drawn += 1
    return Archive(objects, expected)


def audited(url: str, samples: Path, work: Path, endpoint: str, environment: Mapping[str, str], more: Sequence[str] = ()) -> int:
    """`sigcheck audit` of an address into `work`/results.sqlite, everything temporary in `work`/tmp. Gives the exit code."""
    (work / "tmp").mkdir(parents=True)
    command = [sys.executable, "-m", "sigcheck", "audit", url, "--policy", "archive", "--trust", str(samples / "trust")]
    command += ["--at", "2026-11-20T00:00:00+07:00", "--no-revocation-store", "--workers", "2", *more]
    variables = {**os.environ, **environment, "AWS_ENDPOINT_URL": endpoint, "TMPDIR": str(work / "tmp")}
    variables["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [*command, "--store", "results.sqlite"], cwd=work, env=variables, capture_output=True, text=True, check=False
    )
    assert "fault" not in done.stderr, done.stderr
    return done.returncode


def answered(store: Path) -> dict[str, tuple[str | None, str | None]]:
    """SHA-256 and state of each path in the last run of a store, as another program would read them."""
    query = """SELECT CAST(path AS TEXT), record.sha256, state FROM record LEFT JOIN report ON report.id = record.report
               WHERE record.run = (SELECT max(number) FROM run)"""
    connection = sqlite3.connect(store)
    try:
        return {path: (sha256, state) for path, sha256, state in connection.execute(query)}
    finally:
        connection.close()
