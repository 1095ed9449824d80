"""What a text looks like: its letters alone, look-alikes made Latin, marks and hidden characters left out.

Two texts with one skeleton look alike to a hasty reader (the idea of Unicode Technical Standard 39, 4). The table holds letters
of Cyrillic, Greek, Armenian, Coptic, Cherokee, Lisu, Canadian syllabics and Latin extensions that look like those of a-z; other
scripts are not followed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sigcheck.remembering import remembered

_PAIRS = (
    # Cyrillic
    "аa вb сc ԁd еe ѐe ёe һh нh іi їi јj кk ӏl мm оo рp ԛq ѕs тt ѵv ԝw хx уy ьb гr пn ѡw ᴦr ԍg ҟk қk ӯy ӱy ґr єe зz"
    # Greek
    " αa βb εe ϵe γy ηn ιi κk ϰk μu νv οo ρp ϱp σo τt υu χx ωw ζz ͺi ϲc ϳj"
    # Armenian
    " օo ոn սu ցg հh յj ԁd ք p զq ւi"
    # Coptic, Cherokee, Lisu, Canadian syllabics: whole alphabets of what look like capitals
    " ⲁa ⲃb ⲉe ⲍz ⲏh ⲓi ⲕk ⲙm ⲛn ⲟo ⲣp ⲥc ⲧt ⲩy ⲭx"
    " Ꭰd Ꭱr Ꭲt Ꭵi Ꭹy Ꭺa Ꭻj Ꭼe Ꮃw Ꮇm Ꮋh Ꮍy Ꮐg Ꮒh Ꮓz Ꮟb Ꮢr Ꮤw Ꮥs Ꮩv Ꮪs Ꮮl Ꮯc Ꮲp Ꮶk Ꮷd Ᏻg Ᏼb"
    " ꓐb ꓑp ꓒd ꓓd ꓔt ꓖg ꓗk ꓙj ꓚc ꓜz ꓝf ꓟm ꓠn ꓡl ꓢs ꓣr ꓦv ꓧh ꓪw ꓫx ꓬy ꓮa ꓰe ꓲi ꓳo ꓴu"
    " ᐯv ᑌu ᑭp ᑯd ᑲb ᒍj ᒪl ᕁx ᕼh ᕽx ᖇr ᖯb ᖴf ᗅa ᗞd ᗪd ᗰm ᗷb"
    # Latin letters of other shapes; those with marks that do not decompose
    " ɑa ᴀa ɐa ʙb ɓb ᴄc ɖd ɗd ðd đd ᴅd ȡd əe ɛe ᴇe ɡg ɢg ɠg ʜh ɦh ħh ıi ɩi ɪi ȷj ᴊj ᴋk ƙk ʟl łl ɭl ɫl ᴍm ɱm ɴn ɲn ŋn ƞn"
    " øo ᴏo ɵo ᴘp ƥp ʀr ɼr ꜱs ʂs ᴛt ŧt ƫt ᴜu ʋv ᴠv ᴡw ʏy ƴy ᴢz ƶz æa œo ſs"
)
TABLE = {ord(pair[0]): pair[-1] for pair in "".join(_PAIRS).replace("ք p", "քp").split()}
"""Letters, case folded and without their marks, by the Latin letter that they look like."""

_LATIN_OF_ITS_OWN = frozenset("đðłøħŧæœıſŋ")
"""Look-alikes that ordinary spelling uses; they are no disguise."""

_SHAPES = ("<wide>", "<font>", "<circle>", "<square>", "<small>", "<super>", "<sub>")
"""Compatibility forms that are letters in another dress; signs such as № are none."""

_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode, interlinear marks, and the blank Braille pattern."""
_NO_LETTERS = re.compile(r"[^a-z]+")


def folded(text: str) -> str:
    """Compatibility forms and look-alikes made Latin, case folded, marks left out; spaces and punctuation stay."""
    plain = unicodedata.normalize("NFKD", _IGNORABLE.sub("", text)).casefold().translate(TABLE)
    return "".join(one for one in plain if not unicodedata.combining(one))


@remembered(entries=4096, longest=512)
def skeleton(text: str) -> str:
    """The letters a-z of `text` as they look."""
    return _NO_LETTERS.sub("", folded(text))


def skeleton_with_places(text: str) -> tuple[str, list[int]]:
    """The skeleton, and for each of its letters the place in `text` that it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _letters(character):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    return skeleton(character)


def without_hidden(text: str) -> str:
    """`text` without the characters that show nothing."""
    return _IGNORABLE.sub("", text)


def hides_characters(text: str) -> bool:
    return _IGNORABLE.search(text) is not None


def has_look_alikes(text: str) -> bool:
    """Letters that only look Latin, or compatibility forms of letters: full width, mathematical, small capitals."""
    if text.isascii():
        return False
    for one in text.casefold():
        if one.isascii() or one in _LATIN_OF_ITS_OWN:
            continue
        plain = unicodedata.normalize("NFKD", one).casefold()
        if ord(one) in TABLE or any(ord(part) in TABLE and part not in _LATIN_OF_ITS_OWN for part in plain):
            return True
        if one > "\u00ff" and unicodedata.decomposition(one).startswith(_SHAPES) and any(part.isalpha() for part in plain):
            return True
    return False
