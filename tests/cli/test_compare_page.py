"""`sigcheck compare --format html`: one page for each relation, whole without script or address, whatever the files hold."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html

END = re.compile(rb"%%EOF\r?\n?")
PICTURES = all(importlib.util.find_spec(name) is not None for name in ("pypdfium2", "PIL"))
drawn = pytest.mark.skipif(not PICTURES, reason="needs the extra `pictures`")
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>.pdf'


def page(*arguments: str | Path, language: str = "en") -> tuple[int, str]:
    command = [sys.executable, "-m", "sigcheck", "compare", *map(str, arguments), "--format", "html", "--lang", language]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def parsed(text: str) -> Any:
    return lxml_html.document_fromstring(text)


def cut(whole: Path, revisions: int, to: Path) -> Path:
    content = whole.read_bytes()
    to.write_bytes(content[: [found.end() for found in END.finditer(content)][revisions - 1]])
    return to


def diverged(whole: Path, to: Path) -> Path:
    content = bytearray(whole.read_bytes())
    content[content.index(b"3082", [found.end() for found in END.finditer(bytes(content))][2]) + 40] ^= 1
    to.write_bytes(content)
    return to


def pair(relation: str, samples: Path, folder: Path) -> tuple[Path, Path]:
    whole = samples / "five-blocks.pdf"
    match relation:
        case "same":
            return whole, whole
        case "later":
            return cut(whole, 3, folder / "before.pdf"), whole
        case "earlier":
            return whole, cut(whole, 3, folder / "after.pdf")
        case "appended":
            (folder / "after.pdf").write_bytes(whole.read_bytes() + b"<html>not a revision</html>")
            return whole, folder / "after.pdf"
        case "diverged":
            return whole, diverged(whole, folder / "after.pdf")
        case _:
            return samples / "person-and-office.pdf", samples / "saved-again.pdf"


RELATIONS = {
    "same": (0, "Both files are the same"),
    "later": (0, "is a later revision of the first"),
    "earlier": (1, "is an earlier revision of the first"),
    "appended": (1, "bytes behind its end that belong to no revision"),
    "diverged": (1, "went different ways"),
    "unrelated": (1, "no revision in common"),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_answer_is_the_first_heading_and_says_what_it_does_not_say(relation: str, samples: Path, tmp_path: Path) -> None:
    code, text = page(*pair(relation, samples, tmp_path), "--no-pictures")
    root = parsed(text)
    (heading,) = root.xpath("//h1")
    assert (code, RELATIONS[relation][1] in heading.text_content()) == (RELATIONS[relation][0], True)
    assert "no signature was checked" in heading.getparent().text_content()
    digests = {one.text_content() for one in root.xpath("//dd/code")}
    assert len(digests) == (1 if relation == "same" else 2)
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in digests)
    levels = [int(one.tag[1]) for one in root.iter() if re.fullmatch(r"h[1-6]", str(one.tag))]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {name for value in root.xpath("//@aria-labelledby") for name in value.split()} <= set(ids)
    body = text[text.index("<main>") : text.index("</body>")]
    etree.fromstring(f"<body>{body}</body>")  # every element is closed


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_came_between_by_revision(language: str, samples: Path, tmp_path: Path) -> None:
    _, text = page(*pair("later", samples, tmp_path), "--no-pictures", language=language)
    cards = [
        one.text_content()
        for one in parsed(text).xpath("//article[h3[starts-with(., 'revision') or starts-with(., 'phiên bản')]]")
    ]
    assert len(cards) == 3
    assert all(f"Signature{number}" in card for number, card in zip((3, 4, 5), cards, strict=True))
    assert all({"en": "page 1, from", "vi": "trang 1, từ"}[language] in card for card in cards)


@pytest.mark.parametrize(
    ("name", "tone", "said"),
    [
        ("certified-then-annotated", "bad", "NOT allowed: certified with P=1, no changes"),
        ("page-replaced-in-update", "bad", "NOT allowed: no rule allows it behind a signature"),
        ("annotation-after-signing", "open", "allowed: no signature before it restricts the document; no signature covers it"),
        ("certified-then-archived", "good", "allowed: validation data"),
    ],
)
def test_a_change_is_told_with_what_the_signatures_say_to_it(
    samples: Path, tmp_path: Path, name: str, tone: str, said: str
) -> None:
    _, text = page(cut(samples / f"{name}.pdf", 2, tmp_path / "before.pdf"), samples / f"{name}.pdf", "--no-pictures")
    root = parsed(text)
    (card,) = root.xpath(f"//article[@class='card {tone}']")
    assert said in card.text_content()
    answer = root.xpath("//h1")[0].getparent()
    assert answer.get("class") == ("stand" if tone == "good" else f"stand {tone}")


def test_without_pictures_pages_are_outlines_with_the_boxes(samples: Path, tmp_path: Path) -> None:
    root = parsed(page(*pair("later", samples, tmp_path), "--no-pictures")[1])
    assert root.xpath("//image") == []
    (before, after) = root.xpath("//section[@class='facing']//figure")
    assert before.xpath(".//rect[@class='added']") == []
    assert len(after.xpath(".//rect[@class='added']")) == 3
    assert "1: Signature3, 2: Signature4, 3: Signature5" in after.text_content()


@drawn
def test_pages_are_pictures_with_what_differs_outlined(samples: Path) -> None:
    """The seal of the first file is an annotation that the second one lost when it was saved again."""
    root = parsed(page(samples / "person-and-office.pdf", samples / "saved-again.pdf")[1])
    figures = root.xpath("//section[@class='facing']//figure")
    assert len(figures) == 2
    for one in figures:
        (picture,) = one.xpath(".//image/@href")
        assert picture.startswith("data:image/webp;base64,")
        assert len(one.xpath(".//rect[@class='differs']")) == 1
    assert "proves nothing" in root.text_content()


@drawn
def test_the_left_page_is_the_earlier_files(samples: Path, tmp_path: Path) -> None:
    """Asked the other way round, the pictures stay in their order and the names change places."""
    whole, before = pair("earlier", samples, tmp_path)
    one, other = (parsed(page(*paths)[1]) for paths in ((before, whole), (whole, before)))
    assert one.xpath("//image/@href") == other.xpath("//image/@href")
    captions = [[part.text_content().split(":")[0] for part in root.xpath("//figcaption")] for root in (one, other)]
    assert captions == [["First", "Second"], ["Second", "First"]]


def test_names_of_files_and_fields_are_text(samples: Path, tmp_path: Path) -> None:
    before = cut(samples / "hostile-names.pdf", 1, tmp_path / HOSTILE.replace("/", "⁄"))
    _, text = page(before, samples / "hostile-names.pdf")
    root = parsed(text)
    assert root.xpath("//script | //img | //iframe | //link | //a") == []
    assert not [name for one in root.iter() if isinstance(one.tag, str) for name in one.attrib if name.lower().startswith("on")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00-\x08\x1b]", text)
    assert HOSTILE.replace("/", "⁄") in root.text_content()


def test_encrypted_files_are_compared_with_their_password(samples: Path, tmp_path: Path) -> None:
    whole = samples / "encrypted-with-password.pdf"
    before = cut(whole, 1, tmp_path / "before.pdf")
    code, text = page(before, whole)
    assert (code, "cannot be read" in parsed(text).xpath("//h1")[0].text_content()) == (5, True)
    (tmp_path / "password").write_text("sigcheck\n", "utf-8")
    code, text = page(before, whole, "--password-file", tmp_path / "password")
    root = parsed(text)
    assert (code, len(root.xpath("//section[@class='facing']"))) == (0, 1)
    if PICTURES:
        assert len(root.xpath("//image")) == 2


def test_the_page_goes_to_a_file_whole_or_not_at_all(samples: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert page(*pair("later", samples, tmp_path), "-o", target, "--no-pictures") == (0, "")
    assert target.read_text("utf-8").endswith("</html>\n")
