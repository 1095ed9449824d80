"""What all drawings have in common: a title and a description for who cannot see them, and room to scroll on a phone."""

from __future__ import annotations

from sigcheck.reporting.html.markup import Markup, Part, tag


def drawing(
    identity: str,
    title: str,
    described: str,
    width: float,
    height: float,
    *parts: Part,
    scrolls: bool = True,
    role: str = "img",
) -> Markup:
    """A figure; `identity` is unique on the page. A drawing with links in it is a `group`: what is in an image is not read."""
    names = f"{identity}-title {identity}-desc"
    picture = tag(
        "svg",
        tag("title", title, id=f"{identity}-title"),
        tag("desc", described, id=f"{identity}-desc"),
        *parts,
        viewBox=f"0 0 {width:g} {height:g}",
        role=role,
        aria_labelledby=names,
    )
    inside = tag("div", picture, class_="drawing", tabindex="0", role="group", aria_label=title) if scrolls else picture
    return tag("figure", inside, tag("figcaption", described))
