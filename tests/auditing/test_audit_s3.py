"""An audit of an object store with the command itself: each object and each member of a zip answered, nothing left on disk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("s3fs")
pytest.importorskip("moto")

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "running"))

from loopback_s3 import ENVIRONMENT, Unreliable, fill, moto_server
from object_archive import answered, audited, made_archive


def test_a_bucket_is_audited_where_it_lies(samples: Path, tmp_path: Path) -> None:
    """Through a server that fails one request in twenty; the second run reads nothing again that could be read."""
    archive = made_archive(samples, 50, "luu-tru")
    with moto_server() as server, Unreliable(server, 0.05) as proxy:
        fill(server, "luu-tru", archive.objects)
        assert audited("s3://luu-tru", samples, tmp_path / "one", proxy.endpoint, ENVIRONMENT) == 1  # some are invalid
        assert answered(tmp_path / "one" / "results.sqlite") == archive.expected
        assert sum(count for fate, count in proxy.requests.items() if fate != "served") > 0
        left = {path.name for path in (tmp_path / "one").rglob("*")}
        assert left <= {"results.sqlite", "results.sqlite-lock", "tmp"}

        (tmp_path / "one" / "tmp").rmdir()
        proxy.requests.clear()
        audited("s3://luu-tru", samples, tmp_path / "one", proxy.endpoint, ENVIRONMENT)
        zips = sum(key.endswith(".zip") for key in archive.objects)
        unreadable = sum(state == "unreadable" for _, state in archive.expected.values())
        assert proxy.requests["served"] <= 1 + zips + unreadable  # the listing, the zips' directories, and what may be mended
        assert answered(tmp_path / "one" / "results.sqlite") == archive.expected
