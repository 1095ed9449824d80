"""The words for people: one catalogue a language, read from messages/*.toml when a report first needs it.

`findings` holds a message, its meaning and what to do, for every finding code; every other table is words of the reports
and of the command line. Messages are format strings over the finding's facts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from sigcheck.reporting.hostile import shown

if TYPE_CHECKING:
    from sigcheck.verdict import FactValue

LANGUAGES: Final = ("vi", "en")
VIETNAM_TIME: Final = timezone(timedelta(hours=7))
"""Times are shown to people in the zone that Vietnamese documents carry; the zone is always written out."""

_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)

_COMMON_NAME = re.compile(r"(?:^|,)CN=((?:[^,\\]|\\.)+)")
_SUBJECTS = frozenset({"certificate", "certificates"})
_DURATIONS = frozenset({"seconds", "tolerance"})


@dataclass(frozen=True, slots=True)
class FindingWords:
    """One entry of the catalogue of findings."""

    message: str
    meaning: str
    action: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All words of one language."""

    language: str
    findings: Mapping[str, FindingWords]
    words: Mapping[str, str]
    """`table.key` to text."""

    def word(self, key: str, **values: object) -> str:
        """The text of `table.key`, its places filled. An unknown key gives its last part: a report never fails for a word."""
        text = self.words.get(key)
        if text is None:
            return key.rpartition(".")[2]
        return text.format_map(_Places(values, self.word_or("label.unknown", "?"))) if values else text

    def word_or(self, key: str, otherwise: str) -> str:
        return self.words.get(key, otherwise)

    def message(self, code: str, facts: Mapping[str, FactValue], *, personal: bool = False) -> str:
        """The message of a finding, filled with facts that are made safe first. A code without words gives itself."""
        entry = self.findings.get(code)
        if entry is None:
            return code
        places = {"detail": ""} | {
            name: self.fact(name, value, personal=personal) for name, value in facts.items() if name != "detail" or value
        }
        return entry.message.format_map(_Places(places, self.word_or("label.unknown", "?"))).strip()

    def fact(self, name: str, value: FactValue, *, personal: bool = False) -> str:
        """One fact in words: times in local form, machine words of the table `values-NAME` translated, lists joined."""
        match value:
            case None:
                return self.words.get(f"values-{name}.none") or self.word_or("label.unknown", "?")
            case bool():
                return self.words.get(f"values-{name}.{str(value).lower()}") or self.word("label.yes" if value else "label.no")
            case list():
                return ", ".join(self.fact(name, item, personal=personal) for item in value) or self.word("label.none")
            case "":
                return self.word_or("label.unknown", "?")
            case str():
                if _ISO_TIME.fullmatch(value):
                    return self.written_time(value)
                return self._translated(name, value) or shown(_shortened(name, value), personal=personal)
            case int() if name in _DURATIONS:
                return self.duration(abs(value))
            case _:
                return str(value)

    def duration(self, seconds: int) -> str:
        """Seconds in the two largest units that say something."""
        parts = []
        for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)):
            count, seconds = divmod(seconds, size)
            if count:
                parts.append(self.word(f"duration.{unit}", n=count))
        return " ".join(parts[:2]) or self.word("duration.seconds", n=0)

    def _translated(self, name: str, value: str) -> str | None:
        """The words for a machine value of this fact. A reason may be the flaw of a path too."""
        known = self.words.get(f"values-{name}.{value}")
        return known or (self.words.get(f"values-flaw.{value}") if name == "reason" else None)

    def time(self, moment: datetime) -> str:
        """dd/MM/yyyy HH:mm:ss +07:00, year first in English."""
        return moment.astimezone(VIETNAM_TIME).strftime(f"{self._time_form} +07:00")

    def written_time(self, iso: str) -> str:
        """An ISO 8601 time as `time` shows it; one without an offset says so and stays as it was written."""
        try:
            moment = datetime.fromisoformat(iso)
            return self.time(moment) if moment.tzinfo else f"{moment.strftime(self._time_form)} {self.word('label.no-zone')}"
        except (ValueError, OverflowError):
            return shown(iso)

    @property
    def _time_form(self) -> str:
        return "%d/%m/%Y %H:%M:%S" if self.language == "vi" else "%Y-%m-%d %H:%M:%S"


def _shortened(name: str, value: str) -> str:
    """The common name out of a whole subject, where a message only has to say which certificate; facts keep it whole."""
    found = _COMMON_NAME.search(value) if name in _SUBJECTS else None
    return value if found is None else found[1].replace("\\", "")


class _Places(dict[str, object]):
    """The places of a message; a fact that is missing reads as unknown."""

    def __init__(self, values: Mapping[str, object], unknown: str) -> None:
        super().__init__(values)
        self._unknown = unknown

    def __missing__(self, key: str) -> str:
        return self._unknown


@cache
def load_catalogue(language: str) -> Catalogue:
    """The catalogue of `vi` or `en`; read once a process. Raises ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for language {language!r}")
    text = resources.files("sigcheck.reporting").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    findings = {code: FindingWords(**entry) for code, entry in tables.pop("findings").items()}
    words = {f"{table}.{key}": value for table, entries in tables.items() for key, value in entries.items()}
    return Catalogue(language, findings, words)
