"""The pre-commit hook: its entry run as pre-commit runs it, with the files that are committed behind its arguments."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ci_files import POSIX, ROOT, SAMPLES, path_with_sigcheck

(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def test_the_hook_says_what_pre_commit_asks_for() -> None:
    required: dict[str, Any] = {"id": "sigcheck", "name": "sigcheck", "language": "python", "types": ["pdf"]}
    assert required.items() <= HOOK.items()
    assert HOOK["entry"].split()[0] == "sigcheck"
    assert "--offline" in HOOK["entry"].split()


@POSIX
@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["unsigned-plan", "person-and-office", "weak-key"], 0),
        (["person-and-office", "tampered-page"], 1),
        (["encrypted-with-password"], 5),
    ],
)
def test_what_is_forged_or_damaged_is_not_committed(tmp_path: Path, names: list[str], code: int) -> None:
    trusting = ["--trust", str(SAMPLES / "trust"), "--policy", "archive"]
    command = [*shlex.split(HOOK["entry"]), *HOOK["args"], *trusting, *(str(SAMPLES / f"{name}.pdf") for name in names)]
    environment = {**os.environ, "PATH": path_with_sigcheck(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
