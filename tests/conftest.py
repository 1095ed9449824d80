"""Fixtures every test may use: where samples lie, and where the shared real material lies when it is there."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The machine's Chromium without a window, driven by playwright."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright, which drives the browser")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("needs a Chromium to look at pages with")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def obstacles() -> Callable[..., list[Any]]:
    """What axe-core finds on a page, or in the part `within`, that keeps somebody out: violations of WCAG 2.2 AA and more."""
    package = pytest.importorskip("axe_playwright_python", reason="needs axe-core, which axe-playwright-python brings")
    axe_core = (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"

    def found(page: Any, within: str = "html") -> list[Any]:
        page.evaluate(axe_core)
        violations: list[Any] = page.evaluate(f"within => axe.run(within, {rules})", within)["violations"]
        return violations

    return found
