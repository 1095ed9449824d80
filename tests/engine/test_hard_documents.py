"""Documents made to stall or to flood: each ends in a verdict, or as unreadable with a limit's name, in 10 s and 512 MB.

Each is checked in a process of its own. The seconds are the processor's, and machines slower than an ordinary one get more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from hard_documents import DOCUMENTS

MOST_SECONDS = 10.0
MOST_MIB = 512

OUTCOMES: dict[str, str] = {
    "same-subject-chain": "insufficient",
    "same-subject-mesh": "insufficient",
    "certificates-2000": "insufficient",
    "certificates-10000": "insufficient",
    "tlvs-definite": "insufficient",
    "tlvs-indefinite": "insufficient",
    "signatures-10000-cms": "invalid",
    "signatures-10000-shared": "invalid",
    "signatures-10001": "unreadable: signatures",
    "signed-revisions-1000": "invalid",
    "revisions-1000": "insufficient",
    "sections-20010": "unreadable: revisions",
    "outline-340": "invalid",
    "outline-10000": "invalid",
    "objects-in-tables": "insufficient",
    "objects-in-streams": "insufficient",
    "objects-rewritten": "insufficient",
    "objects-listed": "insufficient",
    "objects-fake": "unreadable: objects",
    "objects-fake-within": "invalid",
    "fields-absent": "unreadable: field_nodes",
    "annots-own": "invalid",
    "kids-absent": "invalid",
    "page-loop": "invalid",
    "pages-deep": "invalid",
    "fields-deep": "unreadable: object_depth",
    "arrays-deep": "insufficient",
    "dictionaries-deep": "insufficient",
    "parentheses-deep": "invalid",
    "previous-loop": "invalid",
    "table-claims": "unreadable: objects",
    "xref-claims": "unreadable: objects",
    "xref-bomb": "unreadable: decoded_stream_bytes",
    "xref-bomb-within": "invalid",
    "xref-bomb-predicted": "invalid",
    "xref-bomb-nested": "unreadable: decoded_stream_bytes",
    "xref-slow-predictor": "unreadable: decoded_stream_bytes",
    "objstm-claims": "invalid",
    "objstm-bomb": "insufficient",
    "objstm-bombs": "insufficient",
    "objstm-numbers": "insufficient",
    "objstm-values": "insufficient",
    "encrypted-bomb": "unreadable: decoded_stream_bytes",
    "false-lengths": "insufficient",
    "painted-bomb": "invalid",
    "painted-long": "invalid",
}


@dataclass(frozen=True)
class Measured:
    """What hard_check.py prints."""

    outcome: str
    seconds: float
    slowness: float
    mib: int | None


CHECK = Path(__file__).with_name("hard_check.py")


def test_every_document_has_an_outcome() -> None:
    assert OUTCOMES.keys() == DOCUMENTS.keys()


@pytest.fixture(scope="module")
def checks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Measured]]]:
    """The documents that this run asks for, two at a time: the seconds that count are those of each process."""
    folder = tmp_path_factory.mktemp("hard")
    asked = [item for item in request.session.items if isinstance(item, pytest.Function) and item.module is request.module]
    names = [str(item.callspec.params["name"]) for item in asked if hasattr(item, "callspec")]
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(_checked, name, folder) for name in names}
        pool.shutdown(cancel_futures=True)


def _checked(name: str, folder: Path) -> Measured:
    path = folder / f"{name}.pdf"
    path.write_bytes(DOCUMENTS[name]())
    done = subprocess.run([sys.executable, str(CHECK), str(path)], capture_output=True, text=True, timeout=300, check=False)
    path.unlink()
    assert done.returncode == 0, done.stderr[-2000:]
    return Measured(**json.loads(done.stdout))


@pytest.mark.parametrize("name", OUTCOMES)
def test_hard_document(name: str, checks: dict[str, Future[Measured]]) -> None:
    found = checks[name].result()
    print(f"{name:24} {found.outcome:34} {found.seconds:5.2f} s (machine ×{found.slowness:.1f}) {found.mib} MiB")
    assert found.outcome == OUTCOMES[name]
    assert found.seconds < MOST_SECONDS * found.slowness
    assert found.mib is None or found.mib < MOST_MIB
