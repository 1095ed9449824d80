"""The page for people: whole without script or address, escaped, in both languages, the same every time, readable aloud."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html
from msgspec.structs import replace
from report_builder import checked, report, signature, stamps
from test_json_report import full_report, with_hostile_text

from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.html.markup import joined, tag
from sigcheck.reporting.html.scale import scale_over
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import BoxReport, DocumentReport, SignatureReport, State

VI, EN = ReportOptions(), ReportOptions(language="en")
SCRIPTED = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def page(*reports: DocumentReport, options: ReportOptions = VI) -> str:
    return "".join(FORMATS["html"](map(checked, reports), options))


def parsed(text: str) -> Any:
    return lxml_html.document_fromstring(text)


def elements(root: Any) -> Iterator[Any]:
    return (one for one in root.iter() if isinstance(one.tag, str))


def test_the_answer_is_the_first_heading_and_what_is_not_proven_comes_next() -> None:
    headings = [
        one.text_content().strip() for one in elements(parsed(page(full_report(), options=EN))) if one.tag in {"h1", "h2"}
    ]
    assert headings[0].endswith(("Signatures valid", "Signatures not valid", "Not enough to tell"))
    assert "What is NOT proven" in headings[1:4]


@pytest.mark.parametrize("options", [VI, EN])
def test_sections_follow_each_other_as_promised(options: ReportOptions) -> None:
    root = parsed(page(report(signature(1), box_at(signature(2), 1)), options=options))
    order = {
        "vi": [
            "Điều CHƯA được chứng minh",
            "Dòng thời gian",
            "Các phiên bản",
            "Chuỗi chứng thực",
            "Các chữ ký",
            "Vị trí trên giấy",
        ],
        "en": ["What is NOT proven", "Time line", "Revisions", "Chains", "Signatures", "On the paper"],
    }[options.language]
    headings = [one.text_content().strip() for one in root.iter("h2")]
    assert [text for text in headings if text in order] == order
    assert root.get("lang") == options.language


def box_at(one: SignatureReport, at: int) -> SignatureReport:
    return replace(one, box=BoxReport(at, [100.0, 100.0, 200.0, 150.0]))


def test_nothing_is_loaded_and_no_script_runs() -> None:
    text = page(full_report(), with_hostile_text(full_report()), options=replace(EN, single=False))
    root = parsed(text)
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    loading = {
        "script",
        "link",
        "iframe",
        "img",
        "object",
        "embed",
        "base",
        "form",
        "video",
        "audio",
        "image",
        "use",
        "foreignobject",
    }
    assert {str(one.tag).lower() for one in elements(root)} & loading == set()
    for one in elements(root):
        assert not [name for name in one.attrib if name.lower().startswith("on")]
        assert {name for name in one.attrib if name in {"src", "srcset", "action", "xlink:href"}} == set()
        assert one.get("href", "#").startswith("#")
    assert "url(" not in text
    assert "@import" not in text


@pytest.mark.parametrize("options", [VI, EN])
def test_text_of_a_document_is_text(options: ReportOptions) -> None:
    one = signature(1)
    one = replace(one, field=SCRIPTED, signer=replace(one.signer, common_name=SCRIPTED, email=SCRIPTED))
    hostile = report(replace(one, block=replace(one.block, reason=SCRIPTED, name="a\u202eb\x00")))
    text = page(replace(hostile, document=replace(hostile.document, path=SCRIPTED)), options=options)
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert "\x00" not in text
    assert SCRIPTED in parsed(text).text_content()
    assert "⟨U+202E⟩" in text


def test_ids_are_unique_and_everything_named_by_them_is_there() -> None:
    text = page(report(*stamps(3)), full_report(), options=replace(VI, single=False))
    root = parsed(text)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = {name for value in root.xpath("//@aria-labelledby") for name in value.split()}
    assert named <= set(ids)
    assert {link.removeprefix("#") for link in root.xpath("//@href")} <= set(ids)


@pytest.mark.parametrize("options", [VI, EN, replace(VI, single=False)])
def test_it_can_be_read_aloud(options: ReportOptions) -> None:
    root = parsed(page(full_report(), options=options))
    assert len(root.xpath("//main")) == 1
    assert len(root.xpath("//h1")) == 1
    levels = [int(one.tag[1]) for one in elements(root) if re.fullmatch(r"h[1-6]", str(one.tag))]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    for drawing in root.xpath("//*[local-name()='svg'][not(ancestor-or-self::*[@aria-hidden='true'])]"):
        assert drawing.get("role") == ("group" if drawing.xpath(".//*[local-name()='a']") else "img")
        assert drawing.xpath("./*[local-name()='title']")
        assert drawing.xpath("./*[local-name()='desc']")
    for head in root.xpath("//th"):
        assert head.get("scope") == "col"
    assert all(table.xpath("./caption") for table in root.xpath("//table"))


def test_stamps_of_one_office_are_one_card_that_opens() -> None:
    root = parsed(page(report(signature(1), *stamps(20)), options=EN))
    cards = root.xpath("//article[contains(@class, 'card')]")
    assert len(cards) == 2
    assert len(cards[1].xpath("./details/summary")) == 1
    assert "20" in cards[1].xpath("./details/summary")[0].text_content()


def test_several_documents_have_an_index_that_leads_to_each() -> None:
    root = parsed(page(full_report(), report(state=State.UNSIGNED), options=replace(EN, single=False)))
    assert root.xpath("//nav//a/@href") == ["#d1", "#d2"]
    assert len(root.xpath("//article[contains(@class, 'document')]")) == 2


def test_the_same_report_gives_the_same_page() -> None:
    assert page(full_report()) == page(full_report())


def test_the_page_is_markup_that_balances() -> None:
    body = page(full_report(), options=EN)
    body = body[body.index("<main>") : body.index("</body>")]
    etree.fromstring(f"<body>{body}</body>".replace(" open>", ' open="">'))  # every element is closed


def test_markup_escapes_whatever_is_not_markup() -> None:
    assert tag("p", "<b>&", title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;&amp;</p>'
    assert joined(tag("p"), "<p>") == "<p></p>&lt;p&gt;"


def test_an_end_in_the_year_9999_leaves_room_for_everything_else() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    scale = scale_over(
        [at, datetime(9999, 12, 31, tzinfo=UTC), datetime(2023, 5, 25, tzinfo=UTC)],
        at,
        left=0,
        right=100,
        margin=timedelta(days=1),
    )
    assert scale is not None
    assert scale.place(at) - scale.place(datetime(2023, 5, 25, tzinfo=UTC)) > 80
    assert scale.place(datetime(9999, 12, 31, tzinfo=UTC)) == 100


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "2026-11-01T00:00:00+00:00"])
def test_times_at_the_ends_of_the_calendar_are_drawn_or_left_out(at: str) -> None:
    far = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    one = signature(1)
    entry = replace(one.chain[0], not_before=far[0], not_after=far[1])
    times = replace(one.times, claimed="9999-12-31T23:59:59-12:00", best_signature_time=far[0])
    held = report(replace(one, chain=[entry], times=times), validation_time=datetime.fromisoformat(at))
    assert page(held).endswith("</html>\n")


def test_no_personal_number_is_shown_unless_asked() -> None:
    one = signature(1)
    held = report(replace(one, block=replace(one.block, reason="CCCD: 001099012345")))
    assert "001099012345" not in page(held)
    assert "001099012345" in page(held, options=ReportOptions(personal=True))


def run(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "sigcheck", *map(str, arguments), "--format", "html", "--lang", "en"]
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8").stdout


def test_redaction_is_honoured(samples: Path) -> None:
    asked = ("verify", samples / "person-and-office.pdf", "--trust", samples / "trust", "--offline")
    said, redacted = run(*asked), run(*asked, "--redact")
    names = {one.text_content().split(" (person)")[0] for one in parsed(said).xpath("//dd") if " (person)" in one.text_content()}
    assert names
    assert redacted.startswith("<!DOCTYPE html>")
    assert not [name for name in names if name in redacted]
    assert "person-and-office" not in redacted


def test_hostile_names_of_a_document_cannot_act(samples: Path) -> None:
    said = run("verify", samples / "hostile-names.pdf", "--trust", samples / "trust", "--offline")
    root = parsed(said)
    assert not root.xpath("//script | //img | //iframe | //a[not(starts-with(@href, '#'))]")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00-\x08\x1b]", said)


def test_stored_evidence_gives_a_page_that_says_on_what_it_rests(samples: Path, tmp_path: Path) -> None:
    asked = ("verify", samples / "person-and-office.pdf", "--trust", samples / "trust", "--offline")
    run(*asked, "--evidence", tmp_path / "e.zip")
    root = parsed(run("judge", tmp_path / "e.zip"))
    assert len(root.xpath("//p[@class='grounds']")) == 1
    assert root.xpath("//article[contains(@class, 'card')]")


def test_other_formats_do_not_load_the_page(samples: Path) -> None:
    program = (
        "import sys; from sigcheck.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not [name for name in sys.modules if name.startswith(('sigcheck.reporting.html', 'sigcheck.picturing'))]"
    )
    command = [sys.executable, "-c", program, "verify", str(samples / "unsigned-plan.pdf"), "--offline"]
    subprocess.run(command, check=True, capture_output=True)
