"""`sigcheck blocks`: the blocks of PDFs and of extracted text, as written, and that they prove nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sigcheck.cli import app
from sigcheck.cli_blocks import decode_text

TEXT = """Nơi nhận:

\tBAN CƠ YẾU CHÍNH PHỦ - ĐT: 0000; Email: ca@bcy.gov.vn
\t2023-05-25T15:30:57+0700
\tPHIÊN BẢN THỬ NGHIỆM
\tPhạm Thị Mẫu<phamthimau@example.gov.vn> đã ký lên văn bản này!
"""


def blocks(*arguments: object, stdin: bytes | None = None) -> Any:
    return CliRunner().invoke(app, ["blocks", *map(str, arguments)], input=stdin, env={"COLUMNS": "80", "NO_COLOR": "1"})


def test_text_gives_its_blocks_as_written(tmp_path: Path) -> None:
    path = tmp_path / "004.txt"
    path.write_text(TEXT, "utf-8")
    result = blocks("--format", "json", path)
    assert result.exit_code == 0
    (document,) = json.loads(result.stdout)
    assert list(document) == ["document", "source", "proves", "blocks"]
    assert (document["source"], document["proves"]) == ("text", "nothing")
    (block,) = document["blocks"]
    assert block["contact_info"] == "BAN CƠ YẾU CHÍNH PHỦ - ĐT: 0000; Email: ca@bcy.gov.vn"
    assert block["claimed_time"] == "2023-05-25T15:30:57+07:00"
    assert block["claimed_time_as_written"] == "2023-05-25T15:30:57+0700"
    assert block["location"] == "PHIÊN BẢN THỬ NGHIỆM"
    assert block["reason"] == "Phạm Thị Mẫu<phamthimau@example.gov.vn> đã ký lên văn bản này!"
    assert (block["signer_name"], block["signer_email"], block["trial"]) == ("Phạm Thị Mẫu", "phamthimau@example.gov.vn", True)


def test_each_block_of_the_text_output_says_that_it_proves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "004.txt"
    path.write_text(TEXT * 2, "utf-8")
    written = blocks(path).stdout
    assert written.count("Không chứng minh điều gì.") == 2
    assert "Phạm Thị Mẫu <phamthimau@example.gov.vn>" in written
    assert blocks("--lang", "en", path).stdout.count("Proves nothing.") == 2


def test_none_is_an_answer_too(tmp_path: Path) -> None:
    path = tmp_path / "001.txt"
    path.write_text("Kính gửi", "utf-8")
    assert json.loads(blocks("--format", "json", path).stdout)[0]["blocks"] == []
    result = blocks(path)
    assert result.exit_code == 0
    assert "Không có khối thông tin ký nào" in result.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_comes_in_several_encodings(encoding: str) -> None:
    assert decode_text(TEXT.encode(encoding)) == TEXT


def test_what_is_no_text_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xff\x00\xfe")
    result = blocks("--format", "json", path)
    assert result.exit_code == 5
    assert json.loads(result.stdout)[0]["unreadable"]["reason"] == "damaged"
    assert "Không đọc được" in blocks(path).stdout


def test_a_pdf_gives_its_blocks_and_a_folder_all_it_holds(samples: Path, tmp_path: Path) -> None:
    (document,) = json.loads(blocks("--format", "json", samples / "five-blocks.pdf").stdout)
    assert document["source"] == "pdf"
    assert len(document["document"]["sha256"]) == 64
    assert [block["trial"] for block in document["blocks"]] == [True, False, False, False, False]
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.pdf").write_bytes((samples / "five-blocks.pdf").read_bytes())
    assert [found["source"] for found in json.loads(blocks("--format", "json", tmp_path).stdout)] == ["text", "pdf"]


def test_standard_input_is_told_by_its_head(samples: Path) -> None:
    assert json.loads(blocks("--format", "json", "-", stdin=TEXT.encode()).stdout)[0]["source"] == "text"
    pdf = (samples / "five-blocks.pdf").read_bytes()
    assert json.loads(blocks("--format", "json", "-", stdin=pdf).stdout)[0]["source"] == "pdf"


def test_an_unreadable_pdf_is_exit_5_and_a_missing_path_exit_2(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"no pdf")
    assert blocks(tmp_path / "x.pdf").exit_code == 5
    result = blocks("--format", "json", tmp_path / "x.pdf", tmp_path / "gone.txt")
    assert result.exit_code == 2
    assert len(json.loads(result.stdout)) == 1
    assert blocks(tmp_path / "x.pdf", "--password-file", tmp_path / "gone").exit_code == 2


def test_hostile_text_cannot_act(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(TEXT.replace("PHIÊN BẢN", "\x1b[31m\u202e[bold]=1+1 CCCD:012345678901"), "utf-8")
    for form in ("text", "json"):
        written = blocks("--format", form, path).stdout
        assert "⟨U+001B⟩[31m⟨U+202E⟩[bold]=1+1" in written
        assert not {character for character in written if not character.isprintable() and character != "\n"}
        assert "012345678901" not in written
    assert "012345678901" in blocks("--show-personal-data", path).stdout


def test_the_five_blocks_of_the_seed_are_found_and_none_in_the_others(shared: Path) -> None:
    documents = json.loads(blocks("--format", "json", *sorted((shared / "seeds").glob("*.txt"))).stdout)
    assert [len(found["blocks"]) for found in documents if "004_" in found["document"]["path"]] == [5]
    assert not any(found["blocks"] for found in documents if "004_" not in found["document"]["path"])
