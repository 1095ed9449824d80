"""The sentence that signing software writes into /Reason: `NAME<email> đã ký lên văn bản này!`, also where it is disguised.

Anyone can write it, and write it so that a plain comparison misses it: without its mark, in capitals, with hidden characters,
with letters of another script, or twice. It is recognised by its skeleton, and the way in which it departs is told.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from sigcheck.skeleton import has_look_alikes, hides_characters, skeleton, skeleton_with_places, without_hidden

SIGNED_PHRASE = "đã ký lên văn bản này!"
"""What every generation of the signing software writes behind the signer's name (TCVN-free, always these words)."""

MAX_TEXT = 100_000
"""Characters of one entry that patterns look at; a longer entry is no signing block."""
MOST_FORMULAS = 20
"""Sentences of one entry that are compared; two are one too many."""

_EXACT = re.compile(r"\s*(?P<name>[^<>]*?)\s*(?:<(?P<email>[^<>]*)>)?\s*" + re.escape(SIGNED_PHRASE) + r"\s*")
_FORMULA = re.compile("dakylenvanbannay")
_REWORDED = re.compile("dakyso(?:len|vao|tren)?vanbannay|daky(?:vao|tren)?vanbannay")
"""Other words for the same; believed to name somebody only behind an e-mail address."""
_SIGNER = re.compile(r"(?P<name>[^<>]*?)\s*(?:[<‹〈⟨«\[(]\s*(?P<email>[^<>‹›〈〉⟨⟩«»\[\]()]*)\s*[>›〉⟩»\])]?)?\s*")
_EDGES = " \t\r\n!.,;:-–—·|"
_PRONOUNS = frozenset({"toi", "chungtoi", "em", "i", "we", "nguoiky", "nguoidung"})
_OTHER_WORDS = re.compile(
    r"(?:(?:được\s+)?ký(?:\s+số|\s+điện\s+tử)?\s+bởi|người\s+ký|(?:digitally\s+)?signed\s+by)\s*:?\s*(?P<name>[^\n\r,;<(]{2,200})",
    re.IGNORECASE,
)
"""What tools of public CAs write."""


class Named(Struct, frozen=True):
    """Somebody whom one sentence names."""

    name: str | None
    email: str | None


class Formula(Struct, frozen=True):
    """The sentences of one /Reason."""

    signers: tuple[Named, ...] = ()
    oddities: tuple[str, ...] = ()
    """`hidden-characters`, `look-alikes`, `wording`, `several`: how it departs from what signing software writes."""


def read_formula(reason: str | None) -> Formula:
    """Everybody whom `reason` names by the sentence, and how it is disguised. A space may stand before `<`, and `<email>` is
    left out when the certificate has none."""
    if reason is None or len(reason) > MAX_TEXT:
        return Formula()
    composed = " ".join(unicodedata.normalize("NFC", reason).split())
    plain = skeleton(composed)
    count = len(_FORMULA.findall(plain))
    exact = _EXACT.fullmatch(composed)
    if exact is not None and count == 1:
        return Formula((_named(exact),), _look(composed))
    if count:
        return _disguised(composed, _FORMULA, several=count > 1)
    if _REWORDED.search(plain):
        found = _disguised(composed, _REWORDED, several=False)
        if any(one.email and "@" in one.email for one in found.signers):
            return found
    return Formula()


def _named(found: re.Match[str]) -> Named:
    return Named(found["name"].strip() or None, (found["email"] or "").strip() or None)


def _look(text: str) -> tuple[str, ...]:
    found = ["hidden-characters"] if hides_characters(text) else []
    return (*found, "look-alikes") if has_look_alikes(text) else tuple(found)


def _disguised(text: str, pattern: re.Pattern[str], *, several: bool) -> Formula:
    """The sentences by their skeletons: before each stands whom it names."""
    letters, places = skeleton_with_places(text)
    signers: list[Named] = []
    begin = 0
    for number, found in enumerate(pattern.finditer(letters)):
        if number == MOST_FORMULAS:
            break
        signers.append(_signer(text[begin : places[found.start()]]))
        begin = places[found.end() - 1] + 1
    oddities = [*_look(text), *(("several",) if several else ())]
    spelled = without_hidden(text)
    if not oddities or not spelled.rstrip().endswith(SIGNED_PHRASE):
        oddities.append("wording")
    return Formula(tuple(dict.fromkeys(signers)), tuple(oddities))


def _signer(before: str) -> Named:
    text = unicodedata.normalize("NFKC", without_hidden(before)).strip(_EDGES)
    found = _SIGNER.fullmatch(text)
    if found is None or (found["email"] and "@" not in found["email"]):
        return Named(text or None, None)
    named = _named(found)
    return Named(None, named.email) if skeleton(named.name or "") in _PRONOUNS else named


def named_in_other_words(text: str | None) -> str | None:
    """Whom a /Reason of other software names: `Ký bởi: …`, `Signed by …`."""
    if text is None or len(text) > MAX_TEXT:
        return None
    found = _OTHER_WORDS.search(unicodedata.normalize("NFC", text))
    return None if found is None else found["name"].strip(_EDGES) or None
