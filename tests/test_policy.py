"""Policy files: every word in them is known or refused, by the file's path, in both languages."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from sigcheck.cli_settings import load_policy
from sigcheck.cli_streams import CannotRunError
from sigcheck.judging.codes import ROWS
from sigcheck.policies import SHIPPED_POLICIES, shipped_policy
from sigcheck.policy import PolicyError, Vocabulary, parse_policy
from sigcheck.policy_words import SENTENCES
from sigcheck.reporting.catalogue import load_catalogue

VI, EN = load_catalogue("vi"), load_catalogue("en")
ROW = '[[algorithm]]\nname = "{}"\nuse = "signature"\n'


def loaded(folder: Path, text: str, name: str = "own.toml") -> str:
    """The name of the policy, or the English sentence that refuses it."""
    path = folder / name
    path.write_text(text, "utf-8")
    try:
        return load_policy(str(path), EN).name
    except CannotRunError as error:
        return str(error) if str(path) in str(error) else f"without its path: {error}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[advisory]\nchecks = ["digest-mismach"]', "'digest-mismach'"),
        ('[advisory]\nchecks = ["digest-mismatch"]', "no code of a finding that a policy can make advisory"),
        ("[advisory]\nchecks = [5]", "[advisory] names 5"),
        (ROW.format("sha-257"), "names an algorithm that there is not: 'sha-257'; there are: dsa, ec,"),
        (ROW.format(" "), "names an algorithm that there is not: ' '"),
        (ROW.format("SHA-1") + ROW.format("sha1"), "same name sha1, use signature and minimum_bits 0"),
        ("algorithm = [2030-12-31]", "wrong kind: 2030-12-31"),
        ("revocation_max_age_seconds = 0", "revocation_max_age_seconds has a value of the wrong kind: 0"),
        ("revocation = 2030-12-31", "revocation is 2030-12-31, not one of"),
        (ROW.format("sha1") + 'until = "2030-12-31"', "until is '2030-12-31', not a date such as 2030-12-31"),
        (ROW.format("sha1") + "until = 2030-12-31T00:00:00Z", "until is 2030-12-31T00:00:00+00:00, not a date"),
        (ROW.format("rsa") + "minimum_bits = -1", "minimum_bits is -1, not a whole number from 0"),
        (ROW.format("rsa") + "bits = 1", "[[algorithm]] has an unknown key 'bits'"),
        ('name = " "', "the name is empty"),
        ("name = 5", "name has a value of the wrong kind: 5"),
        ('name = "strict"', "the name strict belongs to a policy that comes with the program"),
        ('name = "Archive "', "belongs to a policy that comes with the program"),
        ('[demands]\nexpect_signers = ["x"]', "expect_signers has 'x', not an e-mail address"),
        ("[demands]\nmin_signatures = true", "min_signatures is True"),
        ("demands = 5", "demands has a value of the wrong kind: 5"),
        ("[[", "not TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_files_path(tmp_path: Path, text: str, said: str) -> None:
    refused = loaded(tmp_path, text)
    assert said in refused
    assert not refused.startswith("without its path")


def test_what_can_be_meant_is_taken(tmp_path: Path) -> None:
    advisory = next(row.name for row in ROWS if not row.fixed)
    longer = ROW.format("RSA") + ROW.format("rsa") + "minimum_bits = 3072\n"
    rows = "".join(ROW.format(name) for name in ("md5", "SHA3-256", "sha512_256", "dsa", "ed25519"))
    assert loaded(tmp_path, f'[advisory]\nchecks = ["{advisory}"]\n{longer}{rows}') == "own"


def test_a_file_named_as_a_shipped_policy_is_refused_unless_it_is_one(tmp_path: Path) -> None:
    assert "belongs to a policy" in loaded(tmp_path, 'revocation = "ignore"', "strict.toml")
    for name in SHIPPED_POLICIES:
        assert loaded(tmp_path, shipped_policy(name), f"copy-{name}.toml") == name
        (tmp_path / "crlf.toml").write_bytes(shipped_policy(name).replace("\n", "\r\n").encode())
        assert load_policy(str(tmp_path / "crlf.toml"), EN).sha256 == load_policy(name, EN).sha256


def test_the_reader_hears_it_in_his_language(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('revocatoin = "x"', "utf-8")
    with pytest.raises(CannotRunError, match="khoá lạ 'revocatoin'"):
        load_policy(str(path), VI)
    with pytest.raises(PolicyError) as caught:
        parse_policy("x = 1", name="own")
    assert (caught.value.code, str(caught.value)) == ("unknown-key", "own: unknown key 'x'")


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_have_the_same_places(code: str) -> None:
    vi, en = ({place for _, place, _, _ in string.Formatter().parse(text)} for text in SENTENCES[code])
    assert vi == en


def test_without_a_vocabulary_words_are_not_asked() -> None:
    text = '[advisory]\nchecks = ["x"]\n' + ROW.format("y")
    assert parse_policy(text, name="own").advisory_checks == {"x"}
    with pytest.raises(PolicyError, match="'x'"):
        parse_policy(text, name="own", vocabulary=Vocabulary(advisory=frozenset()))


@pytest.mark.parametrize("name", SHIPPED_POLICIES)
def test_the_shipped_policies_speak_the_vocabulary(tmp_path: Path, name: str) -> None:
    assert loaded(tmp_path, shipped_policy(name)) == name


def test_toml_nested_without_end_is_a_bad_policy_and_no_fault() -> None:
    with pytest.raises(PolicyError, match="not TOML"):
        parse_policy(f"x = {'[' * 5_000}{']' * 5_000}", name="deep")
