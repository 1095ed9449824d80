"""Fixtures every test may use: where samples lie, and where the shared real material lies when it is there."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

for _name, _usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL), ("SIGTERM", signal.SIG_DFL)):
    _number = getattr(signal, _name, None)  # begun in the background: programs of the tests would inherit that it is ignored
    if _number is not None and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)


@pytest.fixture(scope="session", autouse=True)
def _no_store_of_ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or fills the revocation store of whoever runs it: commands find an empty folder of their own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
    patch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path_factory.mktemp("data")))
    yield
    patch.undo()


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
