"""The colours of reports and of the service's page: one source, and enough contrast on their grounds in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sigcheck
from sigcheck.reporting.html.colours import DARK, LIGHT
from sigcheck.reporting.html.styles import STYLES

SOURCE = Path(sigcheck.__file__).parent
TEXT = ("ink", "dim", "good", "bad", "open", "link")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_edges_stand_out_from_their_grounds(colours: dict[str, str]) -> None:
    """WCAG 2.2: 4.5 for text (1.4.3), 3 for what shows where a control or a drawing's part is (1.4.11)."""
    for ground in ("ground", "soft"):
        assert all(contrast(colours[name], colours[ground]) >= 4.5 for name in TEXT)
        assert contrast(colours["line"], colours[ground]) >= 3
    assert contrast(colours["onlink"], colours["link"]) >= 4.5


def test_every_colour_that_a_style_sheet_names_is_there() -> None:
    sheets = STYLES + (SOURCE / "service/page.css").read_text("utf-8")
    named = set(re.findall(r"var\(--([a-z]+)", sheets))
    assert set(LIGHT) == set(DARK)
    assert named <= set(LIGHT)


def test_the_services_page_has_no_colours_of_its_own() -> None:
    """System colours, where somebody forces theirs, are not ours."""
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[;} ,])", (SOURCE / "service/page.css").read_text("utf-8")) == []
