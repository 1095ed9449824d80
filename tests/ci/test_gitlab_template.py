"""The GitLab template: the vendor's schema, and its script run over documents."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml
from ci_files import GIT, POSIX, ROOT, SAMPLES, checked_by_vendor, path_with_sigcheck, repository
from junitparser import JUnitXml

TEMPLATE: dict[str, Any] = yaml.safe_load((ROOT / "ci" / "sigcheck.gitlab-ci.yml").read_text("utf-8"))
JOB: dict[str, Any] = TEMPLATE["sigcheck"]


def test_the_template_is_one_by_the_vendors_schema() -> None:
    checked_by_vendor("gitlab-ci", ROOT / "ci" / "sigcheck.gitlab-ci.yml")


def test_every_variable_is_used_and_every_report_is_kept() -> None:
    script = "\n".join(JOB["script"])
    for name in TEMPLATE["variables"]:
        assert f"${name}" in script or JOB["image"]["name"] == f"${name}"
    assert set(JOB["artifacts"]["reports"].values()) == set(JOB["artifacts"]["paths"])
    assert JOB["artifacts"]["when"] == "always"


def ran(folder: Path, temp: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The script as a runner runs it in a shell."""
    given = {
        **TEMPLATE["variables"],
        **variables,
        "CI_PROJECT_DIR": str(folder),
        "HOME": str(temp),
        "XDG_DATA_HOME": str(temp / "data"),
    }
    environment = {**os.environ, **given, "PATH": path_with_sigcheck(temp)}
    script = "\n".join(JOB["script"])
    return subprocess.run(["sh", "-e", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)


@POSIX
@GIT
def test_a_merge_request_gets_both_reports(tmp_path: Path) -> None:
    folder, trust = repository(tmp_path / "kho"), str(SAMPLES / "trust")
    done = ran(folder, tmp_path, SIGCHECK_SOURCES="van-ban\nkhác", SIGCHECK_POLICY="archive", SIGCHECK_TRUST=trust)
    assert done.returncode == 1, done.stderr
    (suite,) = JUnitXml.fromfile(str(folder / JOB["artifacts"]["reports"]["junit"]))
    assert {case.name for case in suite if case.is_failure} == {"van-ban/sửa.pdf", "van-ban/nháp ::error::x.pdf", "khác/yếu.pdf"}
    entries = json.loads((folder / JOB["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert {(one["check_name"], one["severity"]) for one in entries if one["severity"] in {"critical", "major"}} == {
        ("digest-mismatch", "critical"),
        ("no-signature", "major"),
        ("weak-key", "major"),
    }


@POSIX
@GIT
def test_variables_are_words_not_scripts(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kho", {"a.pdf": "person-and-office"})
    done = ran(folder, tmp_path, SIGCHECK_SOURCES="*.pdf\n$(touch pwned); touch pwned", SIGCHECK_ARGUMENTS="--lang\nen")
    assert done.returncode == 2
    assert "no such file or folder: *.pdf" in done.stderr
    assert not list(folder.rglob("pwned"))


@POSIX
@GIT
def test_only_what_changed_is_looked_at(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kho", {"a.pdf": "tampered-page"})
    done = ran(folder, tmp_path, SIGCHECK_CHANGED_SINCE="HEAD")
    assert done.returncode == 0, done.stderr
    assert "safe" in (tmp_path / ".gitconfig").read_text("utf-8")
