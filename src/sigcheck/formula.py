"""The sentence that signing software writes into /Reason: `NAME<email> đã ký lên văn bản này!`, also where it is disguised.

Anyone can write it, and write it so that a plain comparison misses it: without its mark, in capitals, with hidden characters,
with letters of another script, or twice. It is recognised by its skeleton, and the way in which it departs is told.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from sigcheck.remembering import remembered
from sigcheck.skeleton import has_look_alikes, hides_characters, skeleton, skeleton_with_places, without_hidden

SIGNED_PHRASE = "đã ký lên văn bản này!"
"""What every generation of the signing software writes behind the signer's name (TCVN-free, always these words)."""

MAX_TEXT = 100_000
"""Characters of one entry that patterns look at; a longer entry is no signing block."""
FEWEST_WORDS = 2
"""Of what stands before other words than the sentence's, to be a name."""
MOST_FORMULAS = 20
"""Sentences of one entry that are compared; two are one too many."""

_EXACT = re.compile(r"\s*(?P<name>[^<>]*?)\s*(?:<(?P<email>[^<>]*)>)?\s*" + re.escape(SIGNED_PHRASE) + r"\s*")
_FORMULA = re.compile("dak[iy][il]?envanbannay")
"""`kí` is spelling too; a capital I and a digit 1, which leaves no letter, are drawn like the l of `lên`."""
_ANY_WORDS = re.compile("dak[iy](?:(?!dak[iy])[a-z]){0,20}?vanbannay")
"""Other words for the same (`đã ký số vào`, `đã ký duyệt lên`); believed to name somebody only behind an e-mail address."""
_PASSIVE = re.compile("vanbannay(?:da|vua)?(?:duoc|do)")
_LONGEST_NAME, _MOST_WORDS = 300, 12
"""Characters and words between `được` and `ký`; names have five words, units more."""
_SIGNED_BY = r"(?s)(?P<name>[^<>]{0,300})<(?P<email>[^<>@]*@[^<>]*)>(?P<behind>.*)"
"""`Văn bản này đã được NAME<email> ký`: whom it names stands behind it."""
_SIGNER = r"(?P<name>[^<>]*?)\s*(?:[<‹〈⟨«\[(]\s*(?P<email>[^<>‹›〈〉⟨⟩«»\[\]()]*)\s*[>›〉⟩»\])]?)?\s*"
_EDGES = " \t\r\n!.,;:-–—·|"
_PRONOUNS = frozenset({"toi", "chungtoi", "em", "i", "we", "nguoiky", "nguoidung"})
_OTHER_WORDS = (
    r"(?i)(?:(?:được\s+)?ký(?:\s+số|\s+điện\s+tử)?\s+bởi|người\s+ký|(?:digitally\s+)?signed\s+by)\s*:?\s*"
    r"(?P<name>[^\n\r,;<(]{2,200})"
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


@remembered(entries=1024, longest=512)
def read_formula(reason: str | None) -> Formula:
    """Everybody whom `reason` names by the sentence, and how it is disguised. A space may stand before `<`, and `<email>` is
    left out when the certificate has none. One signer's is the same in all documents."""
    if reason is None or len(reason) > MAX_TEXT:
        return Formula()
    composed = " ".join(unicodedata.normalize("NFC", reason).split())
    plain = skeleton(composed)
    exact = _EXACT.fullmatch(composed)
    if exact is not None and len(_ANY_WORDS.findall(plain)) == 1:
        return Formula((_named(exact),), _look(composed))
    if _ANY_WORDS.search(plain):
        return _disguised(composed)
    return _passive(composed) if _PASSIVE.search(plain) else Formula()


def _named(found: re.Match[str]) -> Named:
    return Named(found["name"].strip() or None, (found["email"] or "").strip() or None)


def _look(text: str) -> tuple[str, ...]:
    found = ["hidden-characters"] if hides_characters(text) else []
    return (*found, "look-alikes") if has_look_alikes(text) else tuple(found)


def _disguised(text: str) -> Formula:
    """The sentences by their skeletons: before each stands whom it names. In other words without an address it is told alone."""
    letters, places = skeleton_with_places(text)
    signers: list[Named] = []
    begin, named_without = 0, False
    for number, found in enumerate(_ANY_WORDS.finditer(letters)):
        if number == MOST_FORMULAS:
            break
        signer = _signer(text[begin : places[found.start()]])
        if _FORMULA.fullmatch(found.group()) or signer.email:
            signers.append(signer)
        else:
            named_without |= len((signer.name or "").split()) >= FEWEST_WORDS
        begin = places[found.end() - 1] + 1
    if not signers:
        return Formula((), ("wording",) if named_without else ())
    oddities = [*_look(text), *(("several",) if len(signers) > 1 else ())]
    if not oddities or not without_hidden(text).rstrip().endswith(SIGNED_PHRASE):
        oddities.append("wording")
    return Formula(tuple(dict.fromkeys(signers)), tuple(oddities))


def _passive(text: str) -> Formula:
    """The sentence turned round. Without an address it is told alone, where what stands before `ký` is written as a name."""
    letters, places = skeleton_with_places(text)
    begun = _PASSIVE.search(letters)
    if begun is None:
        return Formula()
    behind = places[begun.end() - 1] + 1
    found = re.match(_SIGNED_BY, text[behind:])
    if found is None:
        return Formula((), ("wording",) if _named_before_the_verb(text[behind:]) else ())
    if not skeleton(found["behind"]).startswith(("ky", "ki", "daky", "daki")):
        return Formula()
    return Formula((_signer(found["name"] + f"<{found['email']}>"),), (*_look(text), "wording"))


def _named_before_the_verb(text: str) -> bool:
    """`Lê Văn Khác ký`, `LÊ VĂN KHÁC đã ký`; `cơ quan có thẩm quyền ký` names nobody."""
    words = without_hidden(text[:_LONGEST_NAME]).split()[:_MOST_WORDS]
    return any(_is_name(words[:place]) for place, word in enumerate(words) if skeleton(word) in ("ky", "ki"))


def _is_name(words: list[str]) -> bool:
    said = words[:-1] if words and skeleton(words[-1]) == "da" else words
    return len(said) >= FEWEST_WORDS and all(word[0].isupper() for word in said)


def _signer(before: str) -> Named:
    text = unicodedata.normalize("NFKC", without_hidden(before)).strip(_EDGES)
    found = re.fullmatch(_SIGNER, text)
    if found is None or (found["email"] and "@" not in found["email"]):
        return Named(text or None, None)
    named = _named(found)
    return Named(None, named.email) if skeleton(named.name or "") in _PRONOUNS else named


def named_in_other_words(text: str | None) -> str | None:
    """Whom a /Reason of other software names: `Ký bởi: …`, `Signed by …`."""
    if text is None or len(text) > MAX_TEXT:
        return None
    found = re.search(_OTHER_WORDS, unicodedata.normalize("NFC", text))
    return None if found is None else found["name"].strip(_EDGES) or None
