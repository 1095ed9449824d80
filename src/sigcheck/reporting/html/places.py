"""Where the pages of an archive's folder stand. No name of a document is part of an address: names are hostile."""

from __future__ import annotations

import re
from typing import Final

INDEX: Final = "index.html"
MARK: Final = "sigcheck-report.json"
"""Says of a folder that it was written by `sigcheck results report`."""
LISTS: Final = "lists"
DOCUMENTS: Final = "documents"
ROWS_OF_A_PAGE: Final = 500
"""Of a list: a browser shows them in a fraction of a second."""
_EACH: Final = 1000
"""Pages in one folder."""

FOLDERS: Final = re.compile(rf"{LISTS}|{DOCUMENTS}(?:/\d{{3,16}})?", re.ASCII)
FILES: Final = re.compile(
    rf"{re.escape(INDEX)}|{re.escape(MARK)}|{LISTS}/[a-z]{{3,9}}-\d{{2,20}}-\d{{3,16}}\.html|"
    rf"{DOCUMENTS}/\d{{3,16}}/\d{{6,19}}\.html",
    re.ASCII,
)
"""All that may stand in such a folder, with `/` between the parts: nothing else is ever removed."""


def document_place(position: int) -> str:
    """The page of the document of a record: the same however often the report is written."""
    return f"{DOCUMENTS}/{position // _EACH:03}/{position:06}.html"


def list_place(kind: str, number: int, page: int) -> str:
    """A page of the list behind a row: the table, the row's number in it, the page from 1."""
    return f"{LISTS}/{kind}-{number:02}-{page:03}.html"


def upwards(place: str, to: str) -> str:
    """The address of the page `to` on the page `place`."""
    return "../" * place.count("/") + to
