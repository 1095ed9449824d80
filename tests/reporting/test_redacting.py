"""Redacted reports: no name, address or text of a document is left, in any format; the answer and its codes are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from report_builder import EMAIL, OFFICE, PERSON, checked, report, signature, stamps
from test_json_report import full_report

from sigcheck import verdict
from sigcheck.judging.codes import ROWS
from sigcheck.reporting import redacting as rules
from sigcheck.reporting.formats import FORMATS, ONE_DOCUMENT
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.pseudonyms import Pseudonyms
from sigcheck.reporting.redacting import redacted, redacting
from sigcheck.verdict import ChainEntryReport, DocumentReport, FactValue, Finding, Severity

KEY = b"k" * 32
READABLE = [form for form in FORMATS if form not in ONE_DOCUMENT]
JSON_FORMS = {"json", "jsonl", "sarif", "gitlab"}


def written(document: DocumentReport, form: str, language: str = "vi") -> str:
    options = ReportOptions(language=language, personal=True, width=110)
    return "".join(FORMATS[form](redacting([checked(document)], KEY), options))


def texts(value: Any) -> Iterator[str]:
    match value:
        case Enum():
            return
        case str():
            yield value
        case list() | tuple():
            for one in value:
                yield from texts(one)
        case dict():
            yield from texts(list(value.values()))
        case Struct():
            for name in value.__struct_fields__:
                yield from texts(getattr(value, name))
        case _:
            return


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_name_or_address_is_left(form: str, language: str) -> None:
    document = report(signature(), *stamps(3))
    flat = " ".join(written(document, form, language).split()).casefold()
    for secret in (PERSON, OFFICE, EMAIL, "UBND XÃ MẪU", "công văn.pdf"):
        assert secret.casefold() not in flat


NAMES = st.text(alphabet="ĐÔẮỜẨquxwzk ", min_size=6, max_size=18).filter(lambda text: len(text.strip()) > 5)


@settings(max_examples=40, deadline=None)
@given(person=NAMES, unit=NAMES, local=st.text(alphabet="quxwzkj", min_size=6, max_size=12), where=NAMES)
def test_no_redacted_string_occurs_in_any_output(person: str, unit: str, local: str, where: str) -> None:
    """Whatever stands in the fields that hold names, addresses and texts, and in the facts of every code."""
    email = f"{local}@{local}.example"
    one = signature(name=person)
    one = replace(
        one,
        field=f"{person} ký",
        signer=replace(one.signer, organisation=unit, email=email, subject=f"CN={person},O={unit}", serial_number="abc123def456"),
        block=replace(one.block, location=where, contact_info=where, name=person, signer_email=email, signer_name=person),
        appearance=replace(one.appearance, text=f"Ký bởi: {person}\n{where}"),
        chain=[replace(one.chain[0], subject=f"CN={person},O={unit}", common_name=person), *one.chain[1:]],
        findings=[every_fact(row.name, row.facts, person, email, where) for row in ROWS],
    )
    document = report(one, document=replace(report().document, path=f"/{where}/{person}.pdf"))
    document = replace(
        document, demands={"expect_signers": [email]}, trust=replace(document.trust, sources=[f"folder: /{where}"])
    )
    secrets = [person.strip(), unit.strip(), email, where.strip(), "abc123def456", one.signer.sha256 or ""]
    for form in READABLE:
        flat = " ".join(written(document, form).split())
        decoded = flat
        if form in JSON_FORMS:
            decoded = json.dumps(json.loads(written(document, form)), ensure_ascii=False)
        for secret in secrets:
            assert secret.casefold() not in decoded.casefold(), (form, secret)


NUMBERS = frozenset(
    {"count", "seconds", "start", "length", "page", "revision", "bits", "required", "found", "listed", "tolerance"}
)


def every_fact(code: str, names: tuple[str, ...], person: str, email: str, where: str) -> Finding:
    """A finding in which every fact that is not a machine word holds a secret."""
    facts: dict[str, FactValue] = {}
    for name in names:
        if name in rules.FACTS_KEPT or name in NUMBERS:
            continue
        if name in rules.FACTS_OF_TEXTS and code not in rules.TEXT_CODES:
            continue
        if name in rules.FACTS_OF_EMAILS:
            facts[name] = [email] if name.endswith("s") else email
        else:
            facts[name] = {"signer": f"{person} <{email}>", "certificate": f"CN={person},O=x"}.get(name, f"{person} {where}")
        if name in rules.FACTS_SWEPT:
            facts[name] = f"CA {person}"
    return Finding(code, Severity.INFO, None, None, "", facts=facts)


def test_the_answer_codes_and_times_stay() -> None:
    whole = full_report()
    hidden = redacted(whole, KEY)
    assert (hidden.state, hidden.indication, hidden.sub_indication) == (whole.state, whole.indication, whole.sub_indication)
    for one, other in zip(whole.signatures, hidden.signatures, strict=True):
        assert [(f.code, f.severity, f.decides, f.clause) for f in one.findings] == [
            (f.code, f.severity, f.decides, f.clause) for f in other.findings
        ]
        assert (one.indication, one.times.best_signature_time, one.integrity) == (
            other.indication,
            other.times.best_signature_time,
            other.integrity,
        )
    assert hidden.document.sha256 == whole.document.sha256


def test_one_person_has_one_pseudonym_in_a_report_and_under_one_key() -> None:
    document = redacted(report(signature(1), signature(2), *stamps(2, start=3)), KEY)
    names = [one.signer.common_name for one in document.signatures]
    assert names[0] == names[1] != names[2] == names[3]
    assert names[0] is not None
    assert names[0].startswith("person-")
    assert (names[2] or "").startswith("organisation-")
    assert document.signatures[0].block.signer_name == names[0]
    assert document.signatures[0].block.reason == f"{names[0]}<{document.signatures[0].signer.email}> đã ký lên văn bản này!"
    assert document.signatures[0].chain[0].subject == f"CN={names[0]}"
    assert redacted(report(signature(5)), KEY).signatures[0].signer.common_name == names[0]
    assert redacted(report(signature(5)), b"x" * 32).signatures[0].signer.common_name != names[0]


def test_a_pseudonym_hangs_on_the_name_alone() -> None:
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.of("email", "A@b.vn") == pseudonyms.of("email", " a@B.vn")
    assert pseudonyms.name("Tra\u0302\u0300n  A") == pseudonyms.name("TRẦN A")
    assert pseudonyms.of("email", "a@b.vn").partition("-")[2] != pseudonyms.of("text", "a@b.vn").partition("-")[2]


def test_authorities_keep_their_names_but_for_a_signers_in_them() -> None:
    one = signature()
    own = ChainEntryReport(
        f"CN=CA của {PERSON}", f"CA của {PERSON}", "1" * 64, "02", *period(), "intermediate", "signature", None
    )
    hidden = redacted(report(replace(one, chain=[one.chain[0], own, *one.chain[1:]])), KEY).signatures[0]
    assert hidden.chain[-1].common_name == one.chain[-1].common_name
    assert hidden.chain[1].common_name == f"CA của {hidden.signer.common_name}"
    assert hidden.times.timestamps[0].tsa == one.times.timestamps[0].tsa


def period() -> tuple[datetime, datetime]:
    entry = signature().chain[0]
    return entry.not_before, entry.not_after


def test_stamps_are_still_one_group() -> None:
    assert "3 chữ ký của organisation-" in " ".join(written(report(signature(), *stamps(3)), "text").split())


def test_every_text_of_the_report_has_a_rule() -> None:
    """A new field is hidden as a text until somebody decides; nothing in the tables names a field that is gone."""
    known = set()
    for name, kind in vars(verdict).items():
        if isinstance(kind, type) and issubclass(kind, Struct):
            known |= {f"{name}.{one}" for one in get_type_hints(kind)}
    listed = rules.KEPT | rules.SWEPT | rules.FIELDS | rules.NAMES | rules.EMAILS | rules.FINGERPRINTS | rules.TIMES
    assert listed <= known
    assert sum(map(len, (rules.KEPT, rules.SWEPT, rules.FIELDS, rules.NAMES, rules.EMAILS, rules.TIMES))) <= len(listed)


@pytest.mark.parametrize("name", ["Signature1", "Signature 12", "sig_3", "Chữ ký 2"])
def test_field_names_that_name_nobody_stay(name: str) -> None:
    assert redacted(report(signature(field=name)), KEY).signatures[0].field == name


def test_empty_and_odd_texts_do_no_harm() -> None:
    one = signature(name="A")
    odd = replace(one, signer=replace(one.signer, common_name="", email=" ", organisation=None, subject=None, sha256=None))
    hidden = redacted(report(odd, signature(2, name="\ud800 (.*"), signature(3)), KEY)
    assert list(texts(hidden))
