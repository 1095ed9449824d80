"""The GitHub Action: its schema, its shell, and its check run over documents as a runner would run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ci_files import GIT, POSIX, ROOT, SAMPLES, checked_by_vendor, commit, git, path_with_sigcheck, repository
from junitparser import JUnitXml
from packaging.requirements import Requirement

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
_INPUT = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")


def test_the_action_is_one_by_the_vendors_schema() -> None:
    checked_by_vendor("github-actions", ROOT / "action.yml")


def test_no_input_becomes_text_of_a_script() -> None:
    for step in STEPS:
        assert "${{" not in step["run"]


def test_every_input_is_used() -> None:
    used = {name for step in STEPS for value in step["env"].values() for name in _INPUT.findall(value)}
    assert used == set(ACTION["inputs"])


@POSIX
def test_the_shell_can_be_parsed() -> None:
    for step in STEPS:
        subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)
    subprocess.run(["bash", "-n", ROOT / "ci" / "github-action.sh"], check=True)


def test_what_is_installed_is_what_the_project_asks_for() -> None:
    lines = (ROOT / "ci" / "constraints.txt").read_text("utf-8").splitlines()
    versions = {name.lower(): version for name, _, version in (line.partition("==") for line in lines)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [text for name in ("pictures", "serve", "tsl") for text in project["optional-dependencies"][name]]
    for text in [*project["dependencies"], *extras]:
        wanted = Requirement(text)
        assert versions[wanted.name.lower()] in wanted.specifier, text


class Ran:
    """The step as a runner runs it: inputs as they are given or at their defaults."""

    def __init__(self, folder: Path, temp: Path, **inputs: str) -> None:
        values = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        step = next(step for step in STEPS if step.get("id") == "check")
        given = {name: _INPUT.sub(lambda found: values[found[1]], value) for name, value in step["env"].items()}
        runner = {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "output")}
        environment = {**os.environ, **given, **runner, "PATH": path_with_sigcheck(temp), "XDG_DATA_HOME": str(temp / "data")}
        done = subprocess.run(["bash", "-c", step["run"]], cwd=folder, env=environment, capture_output=True, check=False)
        self.code, self.log, self.errors = done.returncode, done.stdout.decode(), done.stderr.decode()
        lines = (temp / "output").read_text("utf-8").splitlines() if (temp / "output").is_file() else []
        self.outputs = dict(line.split("=", 1) for line in lines)

    @property
    def commands(self) -> list[str]:
        """What the runner takes for commands: nothing between `stop-commands` and its token."""
        taken, token = [], None
        for line in self.log.splitlines():
            if token is not None:
                token = None if line == f"::{token}::" else token
            elif line.startswith("::stop-commands::"):
                token = line.removeprefix("::stop-commands::")
            elif line.startswith("::") or "##[" in line:
                taken.append(line)
        assert token is None
        return taken


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("kho"))


@POSIX
@GIT
def test_a_pull_request_is_annotated(documents: Path, tmp_path: Path) -> None:
    report, junit = tmp_path / "a b.sarif", tmp_path / "junit.xml"
    trust = str(SAMPLES / "trust")
    ran = Ran(documents, tmp_path, sources="van-ban\nkhác\n", policy="archive", trust=trust, sarif=str(report), junit=str(junit))
    assert ran.code == 1, ran.errors
    assert ran.outputs == {"exit-code": "1", "sarif": str(report)}
    assert [line.split(",")[0] for line in ran.commands] == [
        "::error file=van-ban/nháp %3A%3Aerror%3A%3Ax.pdf",
        "::error file=van-ban/sửa.pdf",
        "::error file=khác/yếu.pdf",
        "::notice title=sigcheck::4 văn bản; 3 văn bản làm lượt kiểm tra thất bại. không đủ thông tin: 1",
    ]
    results = json.loads(report.read_text("utf-8"))["runs"][0]["results"]
    assert {one["ruleId"] for one in results if one["level"] == "error"} == {"digest-mismatch", "no-signature", "weak-key"}
    (suite,) = JUnitXml.fromfile(str(junit))
    assert (suite.tests, suite.failures) == (4, 3)


@POSIX
@GIT
def test_a_state_that_is_not_named_fails_no_job(documents: Path, tmp_path: Path) -> None:
    ran = Ran(
        documents, tmp_path, sources="khác", policy="archive", trust=str(SAMPLES / "trust"), fail_on="invalid", sarif="/dev/null"
    )
    assert ran.code == 0, ran.errors
    assert ran.commands[0].startswith("::notice file=khác/yếu.pdf")


@POSIX
@GIT
def test_only_what_changed_is_looked_at(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kho", {"a.pdf": "tampered-page"})
    before = git(folder, "rev-parse", "HEAD")
    (folder / "b.pdf").write_bytes((SAMPLES / "person-and-office.pdf").read_bytes())
    commit(folder)
    given = {"policy": "archive", "trust": str(SAMPLES / "trust"), "sarif": str(tmp_path / "x.sarif")}
    changed = Ran(folder, tmp_path, changed_since=before, **given)
    assert (changed.code, len(changed.commands)) == (0, 1), changed.errors
    nothing = Ran(folder, tmp_path, changed_since="HEAD", **given)
    assert nothing.code == 0, nothing.errors
    assert json.loads((tmp_path / "x.sarif").read_text("utf-8"))["runs"][0]["results"] == []


@POSIX
@GIT
def test_a_wrong_input_fails_the_job_and_runs_nothing(documents: Path, tmp_path: Path) -> None:
    ran = Ran(documents, tmp_path, changed_since="$(touch pwned)", sources="van-ban; touch pwned\n`touch pwned`", sarif="x.sarif")
    assert ran.code == 2
    assert ran.outputs == {"exit-code": "2"}
    assert not list(documents.rglob("pwned"))
    assert not (documents / "x.sarif").exists()
