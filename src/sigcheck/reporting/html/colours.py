"""The colours of every page, of reports and of the service: names that style sheets use, light and dark.

Text keeps a contrast of 4.5 or more on its grounds, lines and edges 3 or more (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from __future__ import annotations

from typing import Final

LIGHT: Final = {
    "ground": "#fff",
    "soft": "#f3f5f7",
    "ink": "#1b2530",
    "dim": "#525e6b",
    "line": "#75818d",
    "good": "#116329",
    "bad": "#b3141f",
    "open": "#7a4f00",
    "link": "#0b57a4",
    "onlink": "#fff",
    "band": "#cfe0f2",
    "goodsoft": "#e3f3e7",
    "badsoft": "#fbe6e7",
    "opensoft": "#fdf1d8",
}
DARK: Final = {
    "ground": "#12171c",
    "soft": "#1d252c",
    "ink": "#e6ebf0",
    "dim": "#a9b4bf",
    "line": "#8593a0",
    "good": "#6fd58a",
    "bad": "#ff8f8f",
    "open": "#f0c05a",
    "link": "#8cc0ff",
    "onlink": "#12171c",
    "band": "#2a3f55",
    "goodsoft": "#16301e",
    "badsoft": "#3b1a1c",
    "opensoft": "#37290c",
}


def declared(colours: dict[str, str], *names: str) -> str:
    """The declarations of these colours, of all where none is named."""
    return ";".join(f"--{name}:{colours[name]}" for name in names or colours)


COLOURS: Final = (
    f":root{{color-scheme:light dark;{declared(LIGHT)}}}\n@media (prefers-color-scheme:dark){{:root{{{declared(DARK)}}}}}\n"
)
PAPER: Final = declared(LIGHT, "ground", "ink", "good", "bad", "open", "link")
"""A page of a document is white at any hour."""
