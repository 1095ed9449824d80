"""Profile files: every word is known or refused; rows decide as they say; working days follow Vietnam's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from sigcheck.cli_settings import load_policy, load_profile
from sigcheck.cli_streams import CannotRunError
from sigcheck.judging.working_days import is_worked, next_working_day
from sigcheck.policy import parse_policy
from sigcheck.policy_words import SENTENCES, PolicyError
from sigcheck.profile import ASKS, SHIPPED_PROFILES, Calendar, parse_profile
from sigcheck.profiles import shipped_profile
from sigcheck.reporting.catalogue import load_catalogue

EN = load_catalogue("en")
STRICT = load_policy("strict", EN)
DOCUMENTED = Path(__file__).resolve().parents[1] / "docs" / "profiles.md"


def rule(*lines: str) -> str:
    return "[[rule]]\n" + "\n".join(lines)


@pytest.mark.parametrize("name", SHIPPED_PROFILES)
def test_what_is_shipped_can_be_read_and_names_its_basis(name: str) -> None:
    profile = shipped_profile(name)
    assert profile.name == name
    for one in profile.rules:
        assert one.basis.startswith("NĐ 30/2020/NĐ-CP")
        assert one.severity == "info" or {language for language, _ in one.action} == {"vi", "en"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[", "not TOML"),
        ("title = 5", "unknown key 'title'"),
        ("rule = 5", "rule has a value of the wrong kind: 5"),
        ("rule = [5]", "rule has a value of the wrong kind: 5"),
        ('name = " "', "name has a value of the wrong kind"),
        (rule('asks = "x"'), "asks is 'x', not one of signed-by"),
        (rule('severity = "error"'), "asks is None"),
        (rule('asks = "signed-by"'), "needs the key kind"),
        (rule('asks = "signed-by"', 'kind = "office"'), "kind is 'office'"),
        (rule('asks = "signed-by"', 'kind = "person"', "least = 0"), "least is 0, not a whole number from 1"),
        (rule('asks = "signed-by"', 'kind = "person"', "least = true"), "least is True"),
        (rule('asks = "signed-by"', 'kind = "person"', "until = 2026-01-01"), "unknown key 'until'"),
        (rule('asks = "box"', 'severity = "warning"', 'decides = "invalid"'), "an error decides"),
        (rule('asks = "box"', 'decides = "none"'), "an error decides"),
        (rule('asks = "box"', 'severity = "fatal"'), "severity is 'fatal'"),
        (rule('asks = "box"', "basis = 30"), "basis has a value of the wrong kind"),
        (rule('asks = "box"', 'action = "x"'), "wrong kind"),
        (rule('asks = "box"', 'action.fr = "x"'), "wrong kind"),
        (rule('asks = "email-domains"', "domains = []"), "empty list"),
        (rule('asks = "email-domains"', 'domains = "gov.vn"'), "wrong kind"),
        (rule('asks = "email-domains"', 'domains = ["a@b.vn"]'), "not a domain name"),
        (rule('asks = "agencies"'), "needs the key names"),
        (rule('asks = "agencies"', 'sha256 = ["12"]'), "not 64 hexadecimal digits"),
        (rule('asks = "deadline"'), "needs the key until"),
        (rule('asks = "deadline"', 'until = "2026"'), "not a date"),
        (rule('asks = "deadline"', "until = 2026-01-01T00:00:00"), "without an offset"),
        ("calendar = 5", "calendar has a value of the wrong kind"),
        ("[calendar]\nweekend = []", "[calendar] has an unknown key 'weekend'"),
        ('[calendar]\nholidays = "fr"', "holidays is 'fr'"),
        ("[calendar]\ndays_off = 5", "days_off has a value of the wrong kind"),
        ('[calendar]\ndays_off = ["x"]', "not a date"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_profile(text, name="own", where="own.toml")
    assert said in str(refused.value)
    assert str(refused.value).startswith("own.toml: ")
    assert refused.value.text("vi") != str(refused.value)
    assert refused.value.code in SENTENCES


def test_the_documented_profile_can_be_read_and_every_rule_is_documented() -> None:
    text = DOCUMENTED.read_text("utf-8")
    profile = parse_profile(text.split("```toml\n")[1].split("```")[0], name="own")
    assert [one.asks for one in profile.rules][:2] == ["signed-by", "organisation-after-every-person"]
    assert all(f"| `{asks}` |" in text for asks in ASKS)
    assert profile.rules[4].until == datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)  # the day's end at +07:00


def test_domains_and_fingerprints_have_one_spelling() -> None:
    row = rule('asks = "email-domains"', 'domains = ["@GOV.vn", ".bca."]')
    assert parse_profile(row, name="own").rules[0].domains == ("gov.vn", "bca")
    row = rule('asks = "agencies"', f'sha256 = ["{":".join(["AB"] * 32)}"]')
    assert parse_profile(row, name="own").rules[0].sha256 == ("ab" * 32,)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2023, 5, 25), date(2023, 5, 26)),
        (date(2023, 5, 26), date(2023, 5, 29)),  # Friday to Monday
        (date(2024, 2, 7), date(2024, 2, 15)),  # Tết Giáp Thìn: 8 to 14 February (announcement 5015/TB-LĐTBXH of 2023)
        (date(2025, 4, 29), date(2025, 5, 5)),  # 2 May exchanged for Saturday 26 April
        (date(2025, 4, 25), date(2025, 4, 26)),  # … which is worked
        (date(2022, 4, 8), date(2022, 4, 12)),  # the kings' day, 10 April, falls on a Sunday: Monday off
    ],
)
def test_the_next_working_day_in_vietnam(day: date, following: date) -> None:
    assert next_working_day(day, Calendar()) == following


def test_a_profile_may_add_days_off_and_days_worked() -> None:
    calendar = Calendar(days_off=(date(2027, 1, 4),), working_days=(date(2027, 1, 9), date(2027, 1, 1)))
    assert not is_worked(date(2027, 1, 4), calendar)
    assert is_worked(date(2027, 1, 9), calendar)
    assert is_worked(date(2027, 1, 1), calendar)


def test_without_holidays_weekends_are_all_that_is_known() -> None:
    assert next_working_day(date(2024, 2, 8), Calendar(holidays="none")) == date(2024, 2, 9)
    assert next_working_day(date(2150, 1, 1), Calendar()) == date(2150, 1, 2)  # beyond the library's last year, a Friday


def test_a_policy_may_choose_a_profile_and_the_option_wins(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('name = "của tôi"', "utf-8")
    policy = replace(STRICT, profile="own.toml")
    assert load_profile(None, policy, str(tmp_path / "policy.toml"), EN).name == "của tôi"
    assert load_profile("copy", policy, str(tmp_path / "policy.toml"), EN) == shipped_profile("copy")
    assert parse_policy('profile = "issued"', name="x").profile == "issued"
    with pytest.raises(PolicyError, match="not one of any, issued, copy, appendix"):
        parse_policy('profile = "letter"', name="x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "issued"', "belongs to a profile that comes with the program"),
        ("[[", "cannot be used"),
        (None, "no profile and no file"),
        ("\udcff", "cannot be read"),
    ],
)
def test_a_profile_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "own.toml"
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CannotRunError, match=said):
        load_profile(str(path), STRICT, "strict", EN)
