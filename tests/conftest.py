"""Fixtures every test may use: where samples lie, and where the shared real material lies when it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The committed sample documents of invented people."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real documents and other validators' files; a test that needs them skips with this reason where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (real documents and certificates), which is not here")
    return SHARED
