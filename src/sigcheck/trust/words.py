"""What trust loading and `sigcheck trust` say, in Vietnamese and English. The words stand in the words_*.py beside this file.

Values that come from certificates and files pass through the sanitiser before they enter a sentence.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

LANGUAGES = ("vi", "en")


@cache
def sentences() -> dict[str, tuple[str, str]]:
    """Every sentence by its code: Vietnamese, then English. Most runs say none, and load none."""
    from sigcheck.trust.words_lists import LIST_SENTENCES  # noqa: PLC0415 - only once something is said
    from sigcheck.trust.words_loading import LOADING_SENTENCES  # noqa: PLC0415 - as above
    from sigcheck.trust.words_sync import SYNC_SENTENCES  # noqa: PLC0415 - as above

    return {**LOADING_SENTENCES, **LIST_SENTENCES, **SYNC_SENTENCES}


def sentence(code: str, lang: str, **facts: object) -> str:
    """The sentence `code` in a language (`vi` unless `en`), its facts made harmless for a terminal, ID numbers masked."""
    from sigcheck.reporting.hostile import shown  # noqa: PLC0415 - only needed when something is said

    return sentences()[code][1 if lang == "en" else 0].format(**{key: shown(str(value)) for key, value in facts.items()})


class Remark(Struct, frozen=True):
    """Something that people should hear of although nothing stopped, by code and facts."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()

    def text(self, lang: str = "vi") -> str:
        return sentence(self.code, lang, **dict(self.facts))


def remark(code: str, **facts: object) -> Remark:
    return Remark(code, tuple((key, str(value)) for key, value in facts.items()))


class TrustError(Exception):
    """A trust configuration that cannot be used. `str()` is English; `text("vi")` says it in Vietnamese."""

    def __init__(self, said: Remark) -> None:
        super().__init__(said)
        self.said = said

    @property
    def code(self) -> str:
        return self.said.code

    def text(self, lang: str = "vi") -> str:
        return self.said.text(lang)

    def __str__(self) -> str:
        return self.text("en")


def fault(code: str, **facts: object) -> TrustError:
    return TrustError(remark(code, **facts))
