"""`sigcheck results report --folder`: every row leads somewhere, the folder is there whole or not at all, names are only text."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from archives import NOW, audited
from lxml import html as lxml_html

from sigcheck.archive_summary import ANSWERS
from sigcheck.reporting.html.places import FILES, FOLDERS, MARK, ROWS_OF_A_PAGE

NAMES = ("person-and-office", "two-persons", "tampered-page", "weak-key", "unsigned-plan", "hostile-names", "saved-again")
HOSTILE = (
    b"<script>alert(1)</script>&\"'.pdf",
    "vb \u202efdp.exe \u2066.pdf".encode(),
    b"../../../etc/passwd",
    b"..",
    b"CON",
    b"C:\\AUX.pdf",
    b"nul\x00 \n\t\x1b[31m.pdf",
    b"\xed\xb2\x80\xed\xa0\x80.pdf",
    ("x" * 2000 + "/" + "y" * 2000).encode(),
    b"CCCD 012345678901.pdf",
    b"javascript:alert(1)",
    b"",
)


def reported(store: Path | str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sigcheck", "results", "report", str(store), "--lang", "en", *more]
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8")


def folder_of(store: Path | str, folder: Path, *more: str) -> Path:
    done = reported(store, "--folder", str(folder), *more)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """Two runs: what was valid in the first is judged under another policy in the second."""
    folder = tmp_path_factory.mktemp("archive-folder")
    (folder / "Sở Mẫu").mkdir()
    for name in NAMES:
        shutil.copy(samples / f"{name}.pdf", folder / "Sở Mẫu" / f"{name}.pdf")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        audited(folder / "s", "Sở Mẫu", "nowhere", policy="strict")
        audited(folder / "s", "Sở Mẫu", "nowhere")
    return folder / "s"


@pytest.fixture(scope="module")
def hostile(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second run has more records, under names that nobody wishes for."""
    copy = tmp_path_factory.mktemp("hostile") / "s"
    shutil.copy(store, copy)
    with sqlite3.connect(copy) as connection:
        query = "SELECT version, sha256, size, report, problem, detail, hash FROM record WHERE run = 2 AND report IS NOT NULL"
        rows = connection.execute(query).fetchall()
        more = [(2, 100 + n, path, *rows[n % len(rows)]) for n, path in enumerate(HOSTILE)]
        connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", more)
    return copy


@pytest.fixture(scope="module")
def large(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,300 more records of a tampered document."""
    copy = tmp_path_factory.mktemp("large") / "s"
    shutil.copy(store, copy)
    with sqlite3.connect(copy) as connection:
        row = connection.execute(
            "SELECT version, sha256, size, report, problem, detail, hash FROM record"
            " WHERE run = 2 AND CAST(path AS TEXT) LIKE '%tampered%'"
        ).fetchone()
        more = ((2, 1000 + n, f"kho/{n}.pdf".encode(), *row) for n in range(1300))
        connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", more)
    return copy


def parsed(page: Path) -> Any:
    return lxml_html.document_fromstring(page.read_text("utf-8"))


def crawled(folder: Path) -> set[Path]:
    """Every page that the index leads to; each link leads to a page of the folder and to a place that it has."""
    waiting, seen = [folder / "index.html"], set()
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        root = parsed(page)
        assert not root.xpath("//script|//iframe|//object|//embed|//link|//form|//@onclick|//@onload")
        assert all(source.startswith("data:") for source in root.xpath("//@src"))
        for href in root.xpath("//@href"):
            address, fragment = urldefrag(href)
            assert ":" not in address
            assert not address.startswith("/")
            to = Path(os.path.normpath(page.parent / unquote(address))) if address else page
            assert to.is_relative_to(folder)
            assert to.is_file(), href
            assert not fragment or parsed(to).xpath("//*[@id=$name]", name=fragment)
            waiting.append(to)
    return seen


def rows(page: Path) -> list[str]:
    """The names in a list."""
    return [row.xpath("string(./th)") for row in parsed(page).xpath("//table//tbody/tr")]


def digests(folder: Path) -> dict[str, str]:
    every = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in every}


@pytest.mark.parametrize("made", ["all", "not-valid", "none"])
def test_every_page_is_led_to_and_every_link_leads(hostile: Path, tmp_path: Path, made: str) -> None:
    folder = folder_of(hostile, tmp_path / "report", "--pages", made)
    assert crawled(folder) == {path for path in folder.rglob("*") if path.is_file() and path.name != MARK}
    assert (folder / "documents").exists() is (made != "none")


def test_a_list_has_the_documents_that_its_row_counts(hostile: Path, tmp_path: Path) -> None:
    folder = folder_of(hostile, tmp_path / "report")
    counted = 0
    for row in parsed(folder / "index.html").xpath("//section[h2/@id!='worst' and h2/@id!='runs']//tbody/tr"):
        count = int(row.xpath("./td[1]")[0].text)
        links = row.xpath("./th//a/@href")
        assert bool(links) is (count > 0)
        assert len(links) <= 1
        counted += len(links)
        assert [len(rows(folder / link)) for link in links] == ([count] if count else [])
    assert counted > 8


def test_a_document_leads_to_its_own_page(hostile: Path, tmp_path: Path) -> None:
    folder = folder_of(hostile, tmp_path / "report", "--pages", "all")
    for page in sorted(folder.glob("lists/answer-*.html")):
        answer = ANSWERS[int(page.name.split("-")[1])]
        for row in parsed(page).xpath("//table//tbody/tr"):
            links = row.xpath("./th/a/@href")
            if answer == "problem":
                assert "no page of its own: there is no report" in row.xpath("string(./th)")
                continue
            root = parsed(Path(os.path.normpath(page.parent / links[0])))
            assert root.xpath("//article[@class='document']")
            if len(row.xpath("string(./th/a)")) < 200:
                assert row.xpath("string(./th/a)") in root.xpath("string(//article)")
            assert "../../index.html" in root.xpath("//nav//a/@href")


def test_valid_documents_have_pages_where_that_is_asked(store: Path, tmp_path: Path) -> None:
    few, every = folder_of(store, tmp_path / "few"), folder_of(store, tmp_path / "every", "--pages", "all")
    place = f"lists/answer-{ANSWERS.index('valid'):02}-001.html"
    assert all(name.endswith("(no page of its own: valid)") for name in rows(few / place))
    assert not any("no page" in name for name in rows(every / place))
    assert len(list(every.rglob("documents/*/*"))) == len(list(few.rglob("documents/*/*"))) + len(rows(few / place))
    assert "--pages all" in (few / "index.html").read_text("utf-8")


def test_a_documents_page_says_what_the_command_says(store: Path, tmp_path: Path, samples: Path) -> None:
    folder = folder_of(store, tmp_path / "report", "--pages", "all")
    command = [sys.executable, "-m", "sigcheck", "verify", "Sở Mẫu/person-and-office.pdf", "--format", "html", "--lang", "en"]
    command += ["--trust", str(samples / "trust"), "--policy", "archive", "--at", NOW.isoformat(), "--no-revocation-store"]
    done = subprocess.run([*command, "--offline"], cwd=store.parent, check=False, capture_output=True, encoding="utf-8")
    page: Any = lxml_html.document_fromstring(done.stdout)
    said = page.xpath("//article[contains(@class,'card')]|//figcaption")
    [kept] = [page for page in folder.rglob("documents/*/*") if "Sở Mẫu/person-and-office.pdf" in page.read_text("utf-8")]
    written = parsed(kept).xpath("//article[contains(@class,'card')]|//figcaption")
    assert [one.text_content() for one in written] == [one.text_content() for one in said]
    assert any("30" in one.text_content() for one in written if one.tag == "figcaption")  # the policy's tolerance


def test_lists_go_on_page_by_page(large: Path, tmp_path: Path) -> None:
    folder = folder_of(large, tmp_path / "report", "--pages", "none")
    pages = sorted(folder.glob("lists/answer-00-*.html"))
    assert [len(rows(page)) for page in pages[:-1]] == [ROWS_OF_A_PAGE] * (len(pages) - 1)
    names = [name for page in pages for name in rows(page)]
    assert len(names) == len(set(names)) > 1300
    for number, page in enumerate(pages, start=1):
        root = parsed(page)
        assert root.xpath("//nav//a[@aria-current='page']/text()") == [f"Page {number}"] * 2
        assert len(root.xpath("//nav[@aria-label]")) == len(set(root.xpath("//nav/@aria-label"))) == 3
        assert f"Page {number}" in root.xpath("string(//title)")
        assert len(page.read_bytes()) < 200_000
    assert parsed(pages[0]).xpath("//a[@rel='next']/@href") == ["../lists/answer-00-002.html"] * 2
    assert crawled(folder) >= set(pages)


def test_another_run_is_listed_with_what_is_the_same(store: Path, tmp_path: Path) -> None:
    """Run 1 asked another question, so nothing of it has a page here; what could not be read then has none at all."""
    folder = folder_of(store, tmp_path / "report")
    links = parsed(folder / "index.html").xpath("//section[h2/@id='runs']//tbody/tr/th/a/@href")
    assert links == ["lists/run-01-001.html", "lists/run-02-001.html"]
    assert "STORE#1 --folder" in (folder / links[0]).read_text("utf-8")
    assert all("no page of its own" in name for name in rows(folder / links[0]))
    first = folder_of(f"{store}#1", tmp_path / "first")
    assert "run 1" in (first / "index.html").read_text("utf-8")


def test_another_run_leads_to_pages_where_nothing_changed(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "s"
    shutil.copy(store, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute(
            "INSERT INTO run SELECT 3, asked, question, validation_time, head, head, records, 1, NULL FROM run LIMIT 1"
        )
        connection.execute(
            "INSERT INTO record SELECT 3, position + 50, path, version, sha256, size, report, problem, detail, hash"
            " FROM record WHERE run = 2"
        )
    folder = folder_of(copy, tmp_path / "report")
    found = parsed(folder / "lists" / "run-02-001.html").xpath("//table//tbody/tr")
    assert len(found) > 3
    for row in found:
        name, answer = row.xpath("string(./th)"), row.xpath("string(./td[1])")
        assert answer.split(maxsplit=1)[-1] != "valid"
        if name.startswith("nowhere"):
            assert not row.xpath("./th/a")
        else:
            assert name in parsed(folder / "lists" / row.xpath("./th/a/@href")[0]).xpath("string(//article)")


def test_the_same_run_gives_the_same_folder_and_takes_its_place(store: Path, tmp_path: Path) -> None:
    folder = folder_of(store, tmp_path / "report", "--pages", "all")
    once = digests(folder)
    folder_of(store, tmp_path / "report", "--pages", "all")
    assert digests(folder) == once
    assert list(tmp_path.iterdir()) == [folder]
    folder_of(store, tmp_path / "report", "--pages", "none")
    assert not (folder / "documents").exists()  # nothing of the one before is left
    assert list(tmp_path.iterdir()) == [folder]
    assert all(
        (FILES if path.is_file() else FOLDERS).fullmatch(path.relative_to(folder).as_posix()) for path in folder.rglob("*")
    )


def test_an_empty_folder_is_taken(store: Path, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir(mode=0o750)
    folder = folder_of(store, tmp_path / "report")
    assert (folder / "index.html").is_file()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    "there", ["other", "report-and-more", "report-and-more-below", "feigned-mark", "file", "nowhere", "null"]
)
def test_what_others_wrote_is_never_replaced(store: Path, tmp_path: Path, there: str) -> None:
    folder = tmp_path / "report"
    match there:
        case "other":
            folder.mkdir()
            (folder / "index.html").write_text("mine", "utf-8")
        case "report-and-more":
            folder_of(store, folder)
            (folder / "notes.txt").write_text("mine", "utf-8")
        case "report-and-more-below":
            folder_of(store, folder)
            (folder / "lists" / "mine.html").write_text("mine", "utf-8")
        case "feigned-mark":
            folder.mkdir()
            (folder / MARK).write_text('{"name": "something else"}', "utf-8")
        case "file":
            folder.write_text("mine", "utf-8")
        case "nowhere":
            folder = tmp_path / "not" / "there"
        case _:
            folder = Path(f"/dev/null/{tmp_path.name}")
    before = digests(tmp_path)
    done = reported(store, "--folder", str(folder))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert digests(tmp_path) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_link_to_a_report_is_followed_and_one_within_is_foreign(store: Path, tmp_path: Path) -> None:
    folder = folder_of(store, tmp_path / "report")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    folder_of(store, tmp_path / "link", "--pages", "all")
    assert (tmp_path / "link").is_symlink()
    shutil.move(folder / "documents", tmp_path / "elsewhere")
    (folder / "documents").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    done = reported(store, "--folder", str(folder))
    assert done.returncode == 2
    assert "documents" in done.stderr
    assert list((tmp_path / "elsewhere").rglob("*.html"))


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_what_was_there(large: Path, tmp_path: Path, number: signal.Signals) -> None:
    folder = folder_of(large, tmp_path / "report", "--pages", "none")
    before = digests(folder)
    command = [sys.executable, "-m", "sigcheck", "results", "report", str(large), "--folder", str(folder), "--pages", "all"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        while running.poll() is None and not list(tmp_path.glob(".report.*/documents/001/001050.html")):
            time.sleep(0.01)
        running.send_signal(number)
        _, said = running.communicate(timeout=60)
    assert running.returncode in {130, 143}
    assert b"Traceback" not in said
    assert digests(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_hostile_names_are_text(hostile: Path, tmp_path: Path) -> None:
    folder = folder_of(hostile, tmp_path / "report", "--pages", "all")
    for path in folder.rglob("*.html"):
        content = path.read_bytes()
        text = content.decode("utf-8")  # no surrogate, no octet that is none
        assert "<script" not in text
        assert not set("\u202e\u2066\x00\x1b") & set(text)
        assert b"012345678901" not in content  # an ID number is masked in names too
        assert "javascript:" not in text or not parsed(path).xpath("//@href[starts-with(., 'javascript')]")
    names = [name for page in folder.glob("lists/answer-*.html") for name in rows(page)]
    assert any("<script>alert(1)</script>" in name for name in names)
    assert any("⟨U+202E⟩" in name for name in names)
    assert any("../../../etc/passwd" in name for name in names)
    assert max(len(name) for name in names) < 300
    assert any("x" * 2000 in path.read_text("utf-8") for path in folder.rglob("documents/*/*.html"))


def rewritten(store: Path, copy: Path, change: Any) -> Path:
    """A copy of the store with another report in place of the tampered document's."""
    shutil.copy(store, copy)
    with sqlite3.connect(copy) as connection:
        number, octets = connection.execute(
            "SELECT report.id, octets FROM report JOIN record ON record.report = report.id"
            " WHERE record.run = 2 AND CAST(record.path AS TEXT) LIKE '%tampered%'"
        ).fetchone()
        connection.execute(
            "UPDATE report SET octets = ? WHERE id = ?", (zlib.compress(change(json.loads(zlib.decompress(octets)))), number)
        )
    return copy


def test_a_report_of_an_older_version_is_counted_and_said(store: Path, tmp_path: Path) -> None:
    def older(report: dict[str, Any]) -> bytes:
        del report["trust"], report["order"]
        return json.dumps(report).encode()

    done = reported(rewritten(store, tmp_path / "older", older), "--folder", str(tmp_path / "report"))
    assert done.returncode == 0
    assert "1 reports" in done.stderr
    text = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "no page of its own: its report cannot be read back" in text
    assert "1 reports of the store cannot be read back" in text
    assert len(crawled(tmp_path / "report")) > 5


@pytest.mark.parametrize(
    "octets", [b"", b"[]", b"{}", b"[" * 100_000, b'{"state": 1, "document": {}}', b'{"state": "valid", "document": {}}']
)
def test_a_damaged_report_leaves_no_folder(store: Path, tmp_path: Path, octets: bytes) -> None:
    done = reported(rewritten(store, tmp_path / "damaged", lambda _: octets), "--folder", str(tmp_path / "report"))
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert not [path.name for path in tmp_path.iterdir() if not path.name.startswith("damaged")]


@pytest.mark.parametrize("name", ["revisions", "revision", "page", "byte_range", "text"])
def test_a_report_that_exaggerates_is_a_page_all_the_same(store: Path, tmp_path: Path, name: str) -> None:
    def exaggerated(report: dict[str, Any]) -> bytes:
        signature = report["signatures"][0]
        match name:
            case "revisions":
                report["document"]["revisions"] = 2**60
            case "revision":
                signature["revision"] = -(2**60)
            case "page":
                signature["appearance"] = {**signature.get("appearance", {}), "page": 2**60}
            case "byte_range":
                signature["coverage"]["byte_range"] = [2**60] * 4
            case _:
                signature["signer"]["common_name"] = "</title><script>" * 1000 + "\ud800"
        return json.dumps(report).encode()

    done = reported(rewritten(store, tmp_path / "s", exaggerated), "--folder", str(tmp_path / "report"))
    assert done.returncode == 0, done.stderr
    assert not any("<script" in path.read_text("utf-8") for path in (tmp_path / "report").rglob("*.html"))


def test_a_run_that_is_not_finished_says_so(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "s"
    shutil.copy(store, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE run SET finished = 0 WHERE number = 2")
    folder = folder_of(copy, tmp_path / "report")
    for page in (folder / "index.html", folder / "lists" / "answer-00-001.html"):
        assert "This run is not finished" in page.read_text("utf-8")


def test_redacted_pages_name_nobody(store: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    folder = folder_of(store, tmp_path / "report", "--pages", "all", "--redact-key", str(key))
    plain = folder_of(store, tmp_path / "plain", "--pages", "all")
    names = {"Sở Mẫu", "person-and-office", "tampered-page", "Nguyễn"}
    told = "".join(path.read_text("utf-8") for path in plain.rglob("*.html"))
    assert all(name in told for name in names)
    for path in folder.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not [name for name in names if name in text], path
    assert {path.name for path in crawled(folder) if "documents" in path.parts} == {
        path.name for path in crawled(plain) if "documents" in path.parts
    }


def test_options_that_do_not_go_together(store: Path, tmp_path: Path) -> None:
    for more in (("--folder", str(tmp_path / "a"), "-o", str(tmp_path / "b.html")), ("--pages", "all")):
        done = reported(store, *more)
        assert done.returncode == 2
        assert "--folder" in done.stderr
    assert not list(tmp_path.iterdir())


def test_audit_writes_the_archives_page(tmp_path: Path, samples: Path) -> None:
    command = [sys.executable, "-m", "sigcheck", "audit", "--lang", "en", "--policy", "archive", "--at", NOW.isoformat()]
    command += ["--trust", str(samples / "trust"), "--no-revocation-store", "--store", str(tmp_path / "s"), "--format", "html"]
    command += ["-o", str(tmp_path / "page.html"), *(str(samples / f"{name}.pdf") for name in NAMES)]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert (tmp_path / "page.html").read_text("utf-8") == reported(tmp_path / "s").stdout
    again = subprocess.run([*command, "--redact"], check=False, capture_output=True, encoding="utf-8")
    assert again.returncode == 1
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "tampered-page" not in text
    assert "Sở Mẫu" not in text
