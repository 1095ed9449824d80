"""`audit --online`: asked before the run, within limits; the check reads the store alone, as it always does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "conformance"))

from live_authority import Authority, living
from live_signing import signed

from sigcheck.cli_audit import audit
from sigcheck.cli_audit_question import AuditOptions
from sigcheck.cli_streams import CannotRunError
from sigcheck.store.results import ResultStore

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - what a living server says is of now


@dataclass
class Case:
    options: AuditOptions
    authority: Authority

    def states(self, **more: object) -> list[str | None]:
        options = replace(self.options, **more)  # type: ignore[arg-type]  # fields of AuditOptions
        audit(options, lambda: NOW)
        with ResultStore(self.options.store) as results:
            return [record.state for record in results.records(results.runs()[-1].number)]


@pytest.fixture
def case(tmp_path: Path, samples: Path) -> Iterator[Case]:
    with living(NOW - timedelta(minutes=1)) as authority:
        (tmp_path / "trust").mkdir()
        (tmp_path / "trust" / "root.der").write_bytes(authority.certificate("root"))
        (tmp_path / "kho").mkdir()
        document = signed((samples / "unsigned-plan.pdf").read_bytes(), authority)
        for number in range(3):
            (tmp_path / "kho" / f"{number}.pdf").write_bytes(document + b"\n" * number)
        options = AuditOptions(
            (str(tmp_path / "kho"),),
            store=tmp_path / "s",
            workers=1,
            trust=(str(tmp_path / "trust"),),
            user_trust=False,
            revocation_store=tmp_path / "crls",
            allow_private=True,
        )
        yield Case(options, authority)


def test_nothing_is_asked_unless_it_is_allowed(case: Case) -> None:
    assert case.states(no_revocation_store=True, revocation_store=None) == ["insufficient"] * 3
    assert [asked for asked in case.authority.asked if "tsa" not in asked] == []


def test_what_could_be_had_answers_and_is_asked_once(case: Case) -> None:
    assert case.states(online=True) == ["valid"] * 3
    asked = [one for one in case.authority.asked if "tsa" not in one]
    assert len(asked) == len(set(asked)) == 3, "the signer's OCSP, the CA's and the time-stamp server's CRL"
    assert case.states() == ["valid"] * 3, "and from the store alone afterwards"
    assert [one for one in case.authority.asked if "tsa" not in one] == asked


def test_a_server_that_gives_nothing_leaves_the_rest(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.authority.misbehaves = lambda request: request.handler.send_error(503)
    assert case.states(online=True) == ["insufficient"] * 3
    assert "503" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more", [{"offline": True}, {"no_revocation_store": True}, {"no_revocation_store": True, "online": False}]
)
def test_contradictions_are_refused(case: Case, more: dict[str, object]) -> None:
    with pytest.raises(CannotRunError):
        case.states(**{"online": True, **more})
