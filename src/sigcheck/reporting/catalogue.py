"""The words for people: one catalogue a language, read from messages/*.toml when a report first needs it.

`findings` holds a message, its meaning and what to do, for every finding code; every other table is words of the reports
and of the command line. Messages are format strings over the finding's facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Raw, Struct, field, json

from sigcheck.reporting.hostile import shown
from sigcheck.tables import entries

if TYPE_CHECKING:
    from sigcheck.verdict import FactValue

LANGUAGES: Final = ("vi", "en")
VIETNAM_TIME: Final = timezone(timedelta(hours=7))
"""Times are shown to people in the zone that Vietnamese documents carry; the zone is always written out."""

_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)

_PLACE = re.compile(r"\{([^{}:!.\[]*)")
"""The name of a place in a message."""
_RULE = re.compile(r"sigcheck, rule (\d+)")
_CLAUSE_WORDS = ("steps", "step", "and", "note", "Annex")

MOST_NAMES: Final = 6
"""Names that one message lists."""

_COMMON_NAME = re.compile(r"CN=(?<![^,]CN=)((?:[^,\\]|\\.)+)")
_SUBJECTS = frozenset({"certificate", "certificates"})
_DURATIONS = frozenset({"seconds", "tolerance"})


class FindingWords(Struct, frozen=True):
    """One entry of the catalogue of findings; an empty action: there is nothing to do."""

    message: str
    meaning: str
    action: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)
    """Other messages for certain values, by `fact=value,…` (none, true, false, text; * is any); the first that holds is taken."""

    def message_for(self, facts: Mapping[str, FactValue]) -> str:
        for conditions, message in self.variants.items():
            if all(_holds(condition, facts) for condition in conditions.split(",")):
                return message
        return self.message


def _holds(condition: str, facts: Mapping[str, FactValue]) -> bool:
    name, _, value = condition.partition("=")
    return name in facts and (value == "*" or str(facts[name]).lower() == value)


class Catalogue(Struct, frozen=True):
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
        return self.common_message(code, (facts,), personal=personal)

    def common_message(self, code: str, alike: Sequence[Mapping[str, FactValue]], *, personal: bool = False) -> str:
        """One message for findings of a code: names that differ are listed, figures and times given from least to most."""
        entry = self.findings.get(code)
        return code if entry is None else self._filled(entry.message_for(alike[0]), alike, personal)

    def filled(self, key: str, alike: Sequence[Mapping[str, FactValue]], *, personal: bool = False) -> str:
        """The text of `table.key` with the facts of findings that are alike."""
        return self._filled(self.word(key), alike, personal)

    def _filled(self, template: str, alike: Sequence[Mapping[str, FactValue]], personal: bool) -> str:
        first, asked = alike[0], _PLACE.findall(template)
        places = {name: self._place(name, [facts.get(name) for facts in alike], personal) for name in asked if name in first}
        if "detail" in asked:
            places["detail"] = self._detail(first, personal)
        if "changes" in asked and isinstance(first.get("rules"), list):
            places["changes"] = self._changes(first)
        return template.format_map(_Places(places, self.word_or("label.unknown", "?"))).strip()

    def _place(self, name: str, values: Sequence[FactValue], personal: bool) -> str:
        texts = list(dict.fromkeys(self.fact(name, value, personal=personal) for value in values))
        if len(texts) == 1:
            return texts[0]
        if all(is_figure(value) for value in values):
            least, most = min(values, key=_size), max(values, key=_size)
            dash = " – " if isinstance(least, str) else "–"
            return f"{self.fact(name, least)}{dash}{self.fact(name, most)}"
        parts = dict.fromkeys(part for value in values for part in (value if isinstance(value, list) else [value]))
        named = [self.fact(name, part, personal=personal) for part in parts]
        if len(named) > MOST_NAMES:
            return f"{', '.join(named[:MOST_NAMES])} … ({len(named)})"
        return ", ".join(named)

    def _detail(self, facts: Mapping[str, FactValue], personal: bool) -> str:
        """What the engine says in English; in words where the catalogue knows it, otherwise named as English."""
        detail = facts.get("detail")
        if not isinstance(detail, str) or not detail or detail == facts.get("limit"):
            return ""
        known = self.words.get(f"values-detail.{detail}") or self.words.get(f"values-limit.{detail}")
        if known is not None:
            return self.word("label.detail", detail=known)
        return self.word("label.detail-in-english", detail=shown(detail, personal=personal))

    def _changes(self, facts: Mapping[str, FactValue]) -> str:
        """Changes by their rules and pages, equal ones once."""
        counts: dict[str, int] = {}
        rules, pages = facts["rules"], facts.get("pages")
        assert isinstance(rules, list)  # noqa: S101 - the caller has asked
        places = pages if isinstance(pages, list) and len(pages) == len(rules) else [""] * len(rules)
        for rule, page in zip(rules, places, strict=True):
            said = self.words.get(f"values-rule.{rule}") or shown(rule)
            said = self.word("label.change-on-page", page=shown(page), change=said) if page else said
            counts[said] = counts.get(said, 0) + 1
        said_once = [f"{said} ({self.word('label.times', count=count)})" if count > 1 else said for said, count in counts.items()]
        total = facts.get("count")
        return "; ".join(said_once) + ("; …" if isinstance(total, int) and total > len(rules) else "")

    def clause(self, clause: str) -> str:
        """A clause as findings name it, its connecting words in this language."""
        said = _RULE.sub(lambda found: self.word("clause.rule", number=found[1]), clause)
        for english in _CLAUSE_WORDS:
            said = re.sub(rf"\b{english}\b", self.word_or(f"clause.{english}", english), said)
        return said

    def sources(self, sources: Sequence[str], *, personal: bool = False) -> str:
        """Where the trust list comes from, each `shipped: FILE`, `folder: FILE` or `user: FILE`: the files by their kind."""
        kinds: dict[str, list[str]] = {}
        for source in sources:
            kind, _, name = source.partition(": ") if f"source.{source.partition(': ')[0]}" in self.words else ("", "", source)
            kinds.setdefault(kind, []).append(shown(name, personal=personal))
        said = {kind: ", ".join(names) for kind, names in kinds.items()}
        return "; ".join(self.word(f"source.{kind}", files=files) if kind else files for kind, files in said.items())

    def fact(self, name: str, value: FactValue, *, personal: bool = False) -> str:
        """One fact in words: times in local form, machine words of the table `values-NAME` translated, lists joined."""
        match value:
            case None:
                return self.words.get(f"values-{name}.none") or self.word_or("label.unknown", "?")
            case bool():
                return self.words.get(f"values-{name}.{str(value).lower()}") or self.word("label.yes" if value else "label.no")
            case list():
                return ", ".join(self.fact(name, item, personal=personal) for item in value) or self.word("label.none")
            case "" | "?":
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
        kind, colon, which = value.partition(":")
        if name == "oddity" and colon and (said := self.words.get(f"values-oddity.{kind}")):
            return f"{said} ({shown(which)})"
        known = self.words.get(f"values-{name}.{value}")
        return known or (self.words.get(f"values-flaw.{value}") if name == "reason" else None)

    def time(self, moment: datetime) -> str:
        """dd/MM/yyyy HH:mm:ss +07:00, year first in English."""
        try:
            return moment.astimezone(VIETNAM_TIME).strftime(f"{self._time_form} +07:00")
        except OverflowError:  # 99991231235959Z, which says that there is no end (RFC 5280, 4.1.2.5), has no day after
            return moment.strftime(f"{self._time_form} UTC")

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


def is_figure(value: FactValue) -> bool:
    """A number or a time, which may be told as a range."""
    return (isinstance(value, int | float) and not isinstance(value, bool)) or (
        isinstance(value, str) and _ISO_TIME.fullmatch(value) is not None
    )


def _size(value: FactValue) -> tuple[float, str]:
    """What figures are compared by: a number, or the moment that a text stands for."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM_TIME)).timestamp(), value
        except (ValueError, OverflowError):
            return 0.0, value
    return (abs(value) if isinstance(value, int | float) else 0.0), ""


class _Places(dict[str, object]):
    """The places of a message; a fact that is missing reads as unknown."""

    def __init__(self, values: Mapping[str, object], unknown: str) -> None:
        super().__init__(values)
        self._unknown = unknown

    def __missing__(self, key: str) -> str:
        return self._unknown


class _Findings(Mapping[str, FindingWords]):
    """By code; an entry is decoded when it is first asked for, since a report has few of them."""

    def __init__(self, written: Mapping[str, Raw]) -> None:
        self._written = written
        self._known: dict[str, FindingWords] = {}

    def __getitem__(self, code: str) -> FindingWords:
        if code not in self._known:
            self._known[code] = FindingWords(**json.decode(self._written[code]))
        return self._known[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


class _Words(Mapping[str, str]):
    """By `table.key`, likewise."""

    def __init__(self, written: Mapping[str, Mapping[str, Raw]]) -> None:
        self._written = written
        self._known: dict[str, str] = {}

    def __getitem__(self, place: str) -> str:
        if place not in self._known:
            table, _, key = place.partition(".")
            self._known[place] = json.decode(self._written[table][key])
        return self._known[place]

    def __iter__(self) -> Iterator[str]:
        return (f"{table}.{key}" for table, words in self._written.items() for key in words)

    def __len__(self) -> int:
        return sum(map(len, self._written.values()))


@cache
def load_catalogue(language: str) -> Catalogue:
    """The catalogue of `vi` or `en`; read once a process. Raises ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for language {language!r}")
    read = entries((Path(__file__).parent / "messages" / f"{language}.toml").read_bytes())
    return Catalogue(language, _Findings(read.pop("findings")), _Words(read))
