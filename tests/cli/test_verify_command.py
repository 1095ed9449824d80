"""`sigcheck verify` on real files: exit codes, formats, refusals, hostile names. Documents are samples or written by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sigcheck.cli import app
from sigcheck.reporting.json_report import report_schema

AT = "2026-11-20T00:00:00Z"


@pytest.fixture
def verify(samples: Path) -> Any:
    """Run the command on the samples' own trust, as of a fixed time."""

    def run(*arguments: object, policy: str | None = "archive", at: str | None = AT, stdin: bytes | None = None) -> Any:
        fixed = ["verify", "--offline"]
        fixed += [] if "--trust" in arguments else ["--trust", str(samples / "trust")]
        fixed += ["--policy", policy] if policy else []
        fixed += ["--at", at] if at else []
        return CliRunner().invoke(app, [*fixed, *map(str, arguments)], input=stdin, env={"COLUMNS": "80", "NO_COLOR": "1"})

    return run


def one(result: Any) -> Any:
    return json.loads(result.stdout)


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


UNSIGNED = b"""%PDF-1.4
1 0 obj
<</Type /Catalog /Pages 2 0 R>>
endobj
2 0 obj
<</Type /Pages /Kids [] /Count 0>>
endobj
xref
0 3
0000000000 65535 f\r
0000000009 00000 n\r
0000000056 00000 n\r
trailer
<</Size 3 /Root 1 0 R>>
startxref
106
%%EOF
"""


@pytest.mark.parametrize(
    ("name", "code", "state", "answer"),
    [
        ("person-and-office.pdf", 0, "valid", "✔ Chữ ký hợp lệ"),
        ("tampered-page.pdf", 1, "invalid", "✘ Chữ ký không hợp lệ"),
        ("expired-without-timestamp.pdf", 3, "insufficient", "? Không đủ thông tin xác thực"),
        ("unsigned-department-letter.pdf", 4, "unsigned", "– Văn bản chưa được ký số"),
    ],
)
def test_each_answer_has_its_exit_code(verify: Any, samples: Path, name: str, code: int, state: str, answer: str) -> None:
    people, machine = verify(samples / name), verify("--format", "json", samples / name)
    assert (people.exit_code, machine.exit_code) == (code, code)
    assert people.stdout.splitlines()[0] == answer
    assert one(machine)["state"] == state
    assert people.stderr == machine.stderr == ""


@pytest.mark.parametrize(
    ("content", "finding"),
    [(b"", "empty-file"), (b"hello", "not-a-pdf"), (b"%PDF-1.7\nbroken", "damaged")],
)
def test_what_cannot_be_read_is_a_report_of_its_own(verify: Any, tmp_path: Path, content: bytes, finding: str) -> None:
    result = verify("--format", "json", write(tmp_path, "x.pdf", content))
    assert result.exit_code == 5
    assert one(result)["state"] == "unreadable"
    assert [found["code"] for found in one(result)["findings"]] == [finding]


def test_a_hand_written_pdf_without_signatures_is_unsigned(verify: Any, tmp_path: Path) -> None:
    assert verify(write(tmp_path, "x.pdf", UNSIGNED)).exit_code == 4


def test_standard_input_is_one_document(verify: Any, samples: Path) -> None:
    result = verify("--format", "json", "-", stdin=(samples / "person-and-office.pdf").read_bytes())
    assert result.exit_code == 0
    assert one(result)["document"]["path"] == "-"
    assert (
        one(result)["document"]["sha256"]
        == one(verify("--format", "json", samples / "person-and-office.pdf"))["document"]["sha256"]
    )


def test_json_is_an_array_for_a_folder_and_for_several_paths(verify: Any, samples: Path, tmp_path: Path) -> None:
    shutil.copy(samples / "generation-1.pdf", tmp_path / "a.pdf")
    assert isinstance(one(verify("--format", "json", tmp_path / "a.pdf")), dict)
    assert [report["document"]["path"] for report in one(verify("--format", "json", tmp_path))] == [str(tmp_path / "a.pdf")]
    assert len(one(verify("--format", "json", tmp_path / "a.pdf", tmp_path / "a.pdf"))) == 2


def test_json_lines_are_one_report_each_in_the_order_of_names(verify: Any, samples: Path, tmp_path: Path) -> None:
    for name in ("b.pdf", "a.PDF", "ă.pdf"):
        shutil.copy(samples / "generation-1.pdf", tmp_path / name)
    lines = verify("--format", "jsonl", tmp_path).stdout.splitlines()
    assert [Path(json.loads(line)["document"]["path"]).name for line in lines] == ["a.PDF", "b.pdf", "ă.pdf"]


def test_a_path_that_is_not_there_does_not_stop_the_others(verify: Any, samples: Path, tmp_path: Path) -> None:
    result = verify("--format", "jsonl", tmp_path / "gone.pdf", samples / "tampered-page.pdf", tmp_path)
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 1
    assert "không có tệp hoặc thư mục này" in result.stderr
    assert "thư mục không có văn bản nào (*.pdf)" in result.stderr


def test_english_is_spoken_when_asked(verify: Any, samples: Path, tmp_path: Path) -> None:
    assert verify("--lang", "en", samples / "generation-1.pdf").stdout.startswith("✔ Signatures valid")
    assert "no such file or folder" in verify("--lang", "en", tmp_path / "gone").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "2026-11-20T00:00:00"], "múi giờ"),
        (["--at", "2026-11-20"], "múi giờ"),
        (["--at", "2999-01-01T00:00:00Z"], "tương lai"),
        (["--received-at", "2026-11-20T00:00:01Z"], "muộn hơn"),
        (["--received-at", "2020-01-01T00:00:00Z", "--received-from", "x.csv"], "một trong hai"),
        (["--received-from", "không-có.csv"], "bảng tiếp nhận"),
        (["--online"], "một trong hai"),
        (["--policy", "không-có"], "strict, archive"),
        (["--password-file", "không-có"], "tệp mật khẩu"),
        (["--trust", "không-có"], "danh sách tin cậy"),
        (["--trust", "x", "--trust", "y"], "một lần"),
        (["--trust", ""], "để trống"),
        (["--policy", ""], "để trống"),
        (["--policy", " "], "để trống"),
        (["--expect-signer", ""], "thư điện tử"),
        (["--expect-signer", "Phạm Thị Mẫu"], "thư điện tử"),
        (["--expect-signer", "@"], "thư điện tử"),
        (["--output", "không-có/x.json"], "không ghi được"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(verify: Any, samples: Path, arguments: list[str], said: str) -> None:
    result = verify(samples / "generation-1.pdf", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["--format", "docx"], ["--profile", "x"], ["--lang", "fr"], ["--min-signatures", "-1"], ["--no"]]
)
def test_wrong_usage_is_exit_2(verify: Any, samples: Path, arguments: list[str]) -> None:
    assert verify(samples / "generation-1.pdf", *arguments).exit_code == 2


def test_a_policy_or_trust_file_with_an_unknown_key_is_refused(verify: Any, samples: Path, tmp_path: Path) -> None:
    policy = write(tmp_path, "policy.toml", b'revocatoin = "ignore"\n')
    result = verify(samples / "generation-1.pdf", policy=str(policy))
    assert (result.exit_code, "revocatoin" in result.stderr) == (2, True)
    (tmp_path / "trust").mkdir()
    write(tmp_path / "trust", "own.toml", b'[[certificat]]\nname = "x"\n')
    result = verify("--trust", tmp_path / "trust", samples / "generation-1.pdf")
    assert (result.exit_code, "certificat" in result.stderr) == (2, True)


def test_a_trust_folder_without_anchors_is_refused(verify: Any, samples: Path, tmp_path: Path) -> None:
    write(tmp_path, "readme.txt", b"x")
    assert verify("--trust", tmp_path, samples / "generation-1.pdf").exit_code == 2


def test_a_policy_file_decides_and_is_named(verify: Any, samples: Path, tmp_path: Path) -> None:
    own = write(tmp_path, "own.toml", b'name = "cua toi"\nrevocation = "require"\n')
    report = one(verify("--format", "json", samples / "person-and-office.pdf", policy=str(own)))
    assert report["policy"]["name"] == "cua toi"
    assert report["state"] != "valid"


def test_an_archives_receipt_proves_the_time(verify: Any, samples: Path, tmp_path: Path) -> None:
    sample = samples / "expired-without-timestamp.pdf"
    before = one(verify("--format", "json", sample))
    claimed = before["signatures"][0]["times"]["claimed"]
    table = write(tmp_path, "t.csv", f"path,sha256,received_at\nx,{before['document']['sha256']},{claimed}\n".encode())
    for option in (["--received-from", table], ["--received-at", claimed]):
        after = one(verify("--format", "json", sample, *option))
        assert after["signatures"][0]["times"]["basis"] == "received"
        assert after["received"] is not None
        assert after["state"] == "valid"
    other = write(tmp_path, "o.csv", f"sha256,received_at\n{'0' * 64},{claimed}\n".encode())
    assert one(verify("--format", "json", sample, "--received-from", other))["received"] is None


def test_demands_are_asked_and_shown(verify: Any, samples: Path) -> None:
    sample = samples / "person-and-office.pdf"
    email = one(verify("--format", "json", sample))["signatures"][0]["signer"]["email"]
    assert verify("--expect-signer", email, "--min-signatures", "2", sample).exit_code == 0
    unmet = verify("--format", "json", "--expect-signer", "ai-do@example.vn", "--min-signatures", "3", sample)
    assert unmet.exit_code == 1
    assert {"expected-signer-missing", "too-few-signatures"} <= {found["code"] for found in one(unmet)["findings"]}


def test_an_encrypted_document_opens_with_its_password_file(verify: Any, samples: Path, tmp_path: Path) -> None:
    sample = samples / "encrypted-with-password.pdf"
    assert verify(sample).exit_code == 5
    wrong = write(tmp_path, "p", b"wrong\n")
    assert [found["code"] for found in one(verify("--format", "json", "--password-file", wrong, sample))["findings"]] == [
        "password-wrong"
    ]


def test_output_goes_to_a_file_and_nothing_to_standard_output(verify: Any, samples: Path, tmp_path: Path) -> None:
    target = tmp_path / "báo cáo.json"
    result = verify("--format", "json", "--output", target, samples / "generation-1.pdf")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(target.read_text("utf-8"))["state"] == "valid"


def test_the_same_question_gives_the_same_bytes(verify: Any, samples: Path) -> None:
    for form in ("json", "jsonl", "text"):
        first, second = (verify("--format", form, samples / "twenty-stamps.pdf") for _ in range(2))
        assert first.stdout_bytes == second.stdout_bytes


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_hostile_names_cannot_act(verify: Any, samples: Path, tmp_path: Path, form: str, language: str) -> None:
    hostile = tmp_path / "\x1b[31m\u202egnp [bold]CCCD:012345678901.pdf"
    shutil.copy(samples / "hostile-names.pdf", hostile)
    result = verify("--format", form, "--lang", language, hostile, tmp_path / "\x1b[2J\u2066gone")
    assert result.exit_code != 70
    for stream in (result.stdout, result.stderr):
        read = json.dumps(json.loads(stream), ensure_ascii=False) if form == "json" and stream is result.stdout else stream
        assert not {character for character in read if not character.isprintable() and character != "\n"}
    assert "012345678901" not in result.stdout
    assert "⟨U+001B⟩[31m⟨U+202E⟩gnp [bold]CCCD:*********901.pdf" in " ".join(result.stdout.split())


def test_a_file_that_the_system_refuses_is_unreadable(verify: Any, tmp_path: Path) -> None:
    broken = tmp_path / "gone.pdf"
    try:
        broken.symlink_to(tmp_path / "nowhere")
    except OSError:
        pytest.skip("this system allows no symbolic links")
    result = verify("--format", "json", tmp_path)
    assert result.exit_code == 5
    assert [found["code"] for found in one(result)[0]["findings"]] == ["cannot-be-read"]


def test_without_a_time_the_clock_decides_and_it_is_said(verify: Any, samples: Path) -> None:
    report = one(verify("--format", "json", samples / "generation-1.pdf", at=None))
    assert report["validation_time"] > "2024"


def test_the_schema_is_printed() -> None:
    result = CliRunner().invoke(app, ["schema"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == report_schema()


def test_trust_is_part_of_the_command() -> None:
    result = CliRunner().invoke(app, ["trust", "list", "--no-user-trust"])
    assert result.exit_code == 0
    assert "trust" in CliRunner().invoke(app, ["--help"]).stdout
    assert CliRunner().invoke(app, ["trust", "no-such-command"]).exit_code == 2
