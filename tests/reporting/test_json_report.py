"""JSON reports: the promised names, safe strings, both languages, the schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace
from report_builder import END, PERSON, SIGNED, chain, checked, report, signature, stamps, timestamp
from schema_check import violations

from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.json_report import as_text, report_object, report_schema
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import (
    About,
    BlockReport,
    BoxReport,
    ChangeReport,
    Contradiction,
    Decides,
    DocumentReport,
    Finding,
    Indication,
    ModificationsReport,
    OrderReport,
    RemainsReport,
    RevocationReport,
    Severity,
    State,
    StatementReport,
    SubIndication,
)

EXPIRED = Finding(
    "certificate-expired",
    Severity.ERROR,
    Decides.INSUFFICIENT,
    SubIndication.OUT_OF_BOUNDS_NO_POE,
    "RFC 5280, 6.1.3 (a)(2)",
    About(revision=1, object="12 0"),
    {"certificate": PERSON, "not_after": "2026-01-03T00:00:00Z", "moment": "2026-11-20T00:00:00Z", "basis": "claimed"},
)


def full_report() -> DocumentReport:
    """A report in which every list holds something."""
    statement = StatementReport(
        "a" * 64, "ocsp", SIGNED, None, SIGNED, END, "keyCompromise", "cms", True, None, "revoked", "0" * 64
    )
    one = signature(
        findings=[EXPIRED],
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.OUT_OF_BOUNDS_NO_POE,
        modifications=ModificationsReport("other", False, [ChangeReport(2, "12 0", 1, "page-content", "other", False, "page 1")]),
        revocation=RevocationReport(True, [statement]),
        box=BoxReport(1, [1.5, 2, 3, 4]),
    )
    gone = signature(9)
    remains = RemainsReport(
        "7 0", 99, None, [0, 1, 2, 3], gone.block, gone.signer, [replace(timestamp(), chain=chain("TSA"))], True
    )
    return report(
        one,
        *stamps(2),
        state=State.INSUFFICIENT,
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.OUT_OF_BOUNDS_NO_POE,
        findings=[EXPIRED],
        signature_remains=[remains],
        received=SIGNED,
        disabled_checks=["revocation"],
        demands={"min_signatures": 2, "expect_signers": ["mau@example.gov.vn"]},
        order=OrderReport(False, [Contradiction("Signature1", "Signature2", 1368, True)], []),
    )


def one_json(one: DocumentReport, **options: Any) -> Any:
    return json.loads("".join(FORMATS["json"]([checked(one)], ReportOptions(**options))))


def test_the_names_and_their_order_are_those_promised() -> None:
    written = one_json(full_report())
    assert list(written) == [
        "schema_version", "sigcheck_version", "document", "state", "indication", "sub_indication", "validation_time", "online",
        "policy", "disabled_checks", "profile", "profile_sha256", "demands", "trust", "revocation_store", "received",
        "signatures", "signature_remains",
        "timeline", "order", "findings", "proofs_of_existence", "evidence_bundle", "clock_differences",
    ]  # fmt: skip
    assert list(written["signatures"][0])[:6] == ["field", "kind", "revision", "sub_filter", "block", "signer"]
    assert list(written["findings"][0]) == ["code", "severity", "decides", "message", "clause", "about", "facts", "action"]
    assert written["validation_time"] == "2026-11-20T00:00:00Z"
    assert written["signatures"][0]["times"]["best_signature_time"] == "2023-05-25T08:30:57Z"
    assert written["signatures"][0]["times"]["claimed"] == "2023-05-25T15:30:57+07:00"


def test_a_finding_speaks_both_languages() -> None:
    message = one_json(full_report())["signatures"][0]["findings"][0]["message"]
    assert message["vi"].startswith("Chứng thư Phạm Thị Mẫu đã hết hạn lúc 03/01/2026 07:00:00 +07:00")
    assert message["en"].startswith("The certificate Phạm Thị Mẫu expired at 2026-01-03 07:00:00 +07:00")


def test_reports_fit_the_schema() -> None:
    schema = report_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for one in (full_report(), report(), report(state=State.UNSIGNED, indication=None)):
        assert violations(one_json(one), schema, schema) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "fine"}, "is not one of"),
        ({"online": None}, "is no boolean"),
        ({"validation_time": "yesterday"}, "$.validation_time: 'yesterday' does not fit"),
        ({"validation_time": "2026-11-20T00:00:00"}, "does not fit"),
        ({"received": "2026-11-20"}, "$.received: '2026-11-20' fits none of anyOf"),
        ({"findings": [{"code": "x"}]}, "no severity"),
        ({"document": {"path": "x", "sha256": None, "size": "1", "revisions": None}}, "fits none of anyOf"),
    ],
)
def test_the_schema_refuses_what_is_no_report(change: dict[str, Any], said: str) -> None:
    schema = report_schema()
    assert said in " ".join(violations(one_json(full_report()) | change, schema, schema))


def test_the_schema_asks_for_every_field_and_allows_more() -> None:
    schema = report_schema()
    without = one_json(full_report())
    del without["timeline"]
    assert violations(without, schema, schema) == ["$: no timeline"]
    assert violations(one_json(full_report()) | {"field_of_tomorrow": 1}, schema, schema) == []


HOSTILE = "\x1b]0;x\x07\x1b[31m\u202egnp.exe\u2066\u200b[bold]</b>\x00\x9b=1+1\ud800 CCCD:012345678901"
SHOWN = "⟨U+001B⟩]0;x⟨U+0007⟩⟨U+001B⟩[31m⟨U+202E⟩gnp.exe⟨U+2066⟩⟨U+200B⟩[bold]</b>⟨U+0000⟩⟨U+009B⟩=1+1⟨U+D800⟩ CCCD:*********901"


def with_hostile_text(value: Any) -> Any:
    """The same report with hostile text in every string that a document can decide."""
    one = signature(
        block=BlockReport(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, False),
        field=HOSTILE,
        sub_filter=HOSTILE,
        times=replace(signature().times, timestamps=[replace(timestamp(), tsa=HOSTILE)]),
        signer=replace(
            signature().signer, common_name=HOSTILE, email=HOSTILE, organisation=HOSTILE, subject=HOSTILE, issuer=HOSTILE
        ),
        chain=[replace(entry, subject=HOSTILE, common_name=HOSTILE) for entry in chain("x")],
        findings=[
            replace(EXPIRED, about=About(object=HOSTILE), facts={"certificate": HOSTILE, "moment": HOSTILE, "list": [HOSTILE]})
        ],
        modifications=ModificationsReport("other", False, [ChangeReport(2, HOSTILE, 1, "x", "other", False, HOSTILE)]),
    )
    remains = RemainsReport(HOSTILE, 1, HOSTILE, [], one.block, one.signer, one.times.timestamps, None)
    checked = report(one, findings=one.findings, signature_remains=[remains])
    return replace(checked, document=replace(checked.document, path=HOSTILE))


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_hostile_text_cannot_act_in_machine_formats(form: str) -> None:
    text = "".join(FORMATS[form]([checked(with_hostile_text(None))], ReportOptions()))
    written = json.loads(text)
    assert written["document"]["path"] == SHOWN
    assert written["signatures"][0]["block"]["reason"] == SHOWN
    assert written["signatures"][0]["findings"][0]["facts"]["list"] == [SHOWN]
    assert SHOWN in written["findings"][0]["message"]["vi"]
    decoded = json.dumps(written, ensure_ascii=False)
    assert not {character for character in decoded if ord(character) < 32 or not (character.isprintable())}
    assert "012345678901" not in decoded
    text.encode("utf-8")


def test_id_numbers_are_shown_only_when_asked() -> None:
    assert "CCCD:*********901" in one_json(report(signature()))["signatures"][0]["signer"]["subject"]
    assert "CCCD:012345678901" in one_json(report(signature()), personal=True)["signatures"][0]["signer"]["subject"]


def test_json_is_one_object_or_always_an_array() -> None:
    one = report(signature())
    assert isinstance(one_json(one), dict)
    for reports in ([], [one], [one, one]):
        written = json.loads("".join(FORMATS["json"]([checked(each) for each in reports], ReportOptions(single=False))))
        assert isinstance(written, list)
        assert len(written) == len(reports)


def test_lines_come_as_documents_end() -> None:
    def endless() -> Any:
        while True:
            yield checked(report(signature()))

    pieces = FORMATS["jsonl"](endless(), ReportOptions())
    for _ in range(3):
        line = next(pieces)
        assert line.endswith("}\n")
        assert line.count("\n") == 1


def test_output_is_the_same_every_time_and_keeps_its_letters() -> None:
    first, second = ("".join(FORMATS["json"]([checked(full_report())], ReportOptions())) for _ in range(2))
    assert first == second
    assert "Phạm Thị Mẫu" in first


def test_numbers_that_json_cannot_hold_do_no_harm() -> None:
    one = signature(box=BoxReport(1, [float("nan"), float("inf"), 0.5]))
    one = replace(one, coverage=replace(one.coverage, byte_range=[0, 10**40]))
    written = json.loads(as_text(report_object(report(one))))["signatures"][0]
    assert written["box"]["rectangle"] == [None, None, 0.5]
    assert written["coverage"]["byte_range"] == [0, 10**40]
