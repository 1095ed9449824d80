"""XML from outside, read with everything dangerous switched off: no document type, no entities, no network, no huge trees."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sigcheck.moments import parse_moment
from sigcheck.trust.words import fault

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

LIST: Final = "{http://uri.etsi.org/02231/v2#}"
SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def safe_parser() -> XMLParser:
    """A parser that reaches for nothing outside its input; libxml2's own limits on depth and size stay on (no `huge_tree`)."""
    from lxml import etree  # noqa: PLC0415 - only trusted lists need XML

    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, recover=False,
    )  # fmt: skip


def parse_xml(octets: bytes, path: str) -> _Element:
    """The root element. Raises TrustError for anything but UTF-8 XML without a document type declaration.

    The declaration is looked for before parsing: entities, internal or external, come with it alone (XML 1.0, 2.8 and 4.2).
    """
    from lxml import etree  # noqa: PLC0415 - see above

    try:
        octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise fault("list-not-xml", path=path, reason="not UTF-8") from error
    if b"<!DOCTYPE" in octets or b"<!ENTITY" in octets:
        raise fault("list-doctype", path=path)
    try:
        root = etree.fromstring(octets, parser=safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise fault("list-not-xml", path=path, reason=error) from error
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.externalDTD is not None:
        raise fault("list-doctype", path=path)
    return root


def text_at(element: _Element, *names: str) -> str | None:
    """The text of the first element at this path of trusted-list names, without the white space around it.

    None where a comment or anything else stands in it: no reader may see half of what another sees.
    """
    found = element.find("/".join(LIST + name for name in names))
    stripped = (found.text or "").strip() if found is not None and len(found) == 0 else ""
    return stripped or None


def name_at(element: _Element, *names: str) -> str | None:
    """A name given in several languages: the Vietnamese one, else the English, else the first (TS 119 612, 5.1.4)."""
    by_language = {
        (found.get(_LANGUAGE) or "").lower(): found.text.strip()
        for found in reversed(element.findall("/".join(LIST + name for name in (*names, "Name"))))
        if found.text and found.text.strip()
    }
    first = next(reversed(by_language.values()), None)
    return by_language.get("vi") or by_language.get("en") or first


def moment_at(element: _Element, *names: str) -> datetime | None:
    """A date and time with its offset, in UTC; None for anything else (TS 119 612, 5.1.3 asks for UTC)."""
    text = text_at(element, *names)
    if text is None or not _DATE_TIME.fullmatch(text):
        return None
    return parse_moment(text)
