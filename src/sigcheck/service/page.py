"""The page: files are dropped on it, or sent by its form where no script runs. Nothing on it comes from another address."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.html.colours import COLOURS
from sigcheck.service.words import sentence

_WORDS: Final = ("summary", "waiting", "large", "sending", "checking", "unreachable", "refused", "json", "report", "again")
_MARKS: Final = {"valid": "✔", "invalid": "✘", "insufficient": "?", "unsigned": "–", "unreadable": "!"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One document's reports; `name` is made safe, `html` is there when that format is."""

    name: str
    state: str
    text: str
    json: str
    html: str | None
    reason: str | None
    """Why the answer is not `valid`, in a sentence."""

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def page(
    language: str, file_octets: int, policy: str, answers: tuple[Shown, ...], message: str = "", code: int = 200
) -> Response:
    """The page with the answers to a form. `message` is a sentence, or the key of one."""
    nonce = secrets.token_urlsafe(16)
    words = {
        name: escape(sentence(f"page-{name}", language, megabytes=file_octets // 1024 // 1024, policy=policy))
        for name in ("title", "drop", "intro", "clear", "choose", "check", "language", "limit", "judged", "answers", *_WORDS)
    }
    said = sentence(message, language) if message.startswith("page-") else message
    states = {state: load_catalogue(language).word(f"answer.{state}") for state in _MARKS}
    data = f' data-most="{file_octets}"' + "".join(f' data-{name}="{words[name]}"' for name in _WORDS)
    data += "".join(f' data-state-{state}="{_MARKS[state]} {escape(text)}"' for state, text in states.items())
    filled = (
        _file("page.html")
        .replace("{{lang}}", language)
        .replace("{{other}}", "vi" if language == "en" else "en")
        .replace("{{nonce}}", nonce)
        .replace("{{style}}", COLOURS + _file("page.css"))
        .replace("{{script}}", _file("page.js"))
        .replace("{{data}}", data)
    )
    for name, text in words.items():
        filled = filled.replace("{{" + name + "}}", text)
    filled = filled.replace("{{message}}", f'<p class="message" role="alert">{escape(said)}</p>' if said else "")
    # What documents said goes in last: nothing in it is a place to be filled.
    filled = filled.replace("{{reports}}", "".join(_report(one, words, states) for one in answers))
    return HTMLResponse(filled.encode("utf-8", "backslashreplace"), code, {"Content-Security-Policy": _policy(nonce)})


def _report(one: Shown, words: dict[str, str], states: dict[str, str]) -> str:
    link = f"data:application/json;base64,{base64.b64encode(one.json.encode('utf-8', 'backslashreplace')).decode()}"
    why = "" if one.reason is None else f'<p class="why">{escape(one.reason)}</p>'
    answer = f"{_MARKS[one.state]} {escape(states[one.state])}"
    return (
        f'<li class="{one.state}"><h3>{escape(one.name)}</h3><p class="state">{answer}</p>{why}'
        f'<p><a download="sigcheck.json" href="{link}">{words["json"]}</a></p>'
        f"<details open><summary>{words['summary']}</summary><pre>{escape(one.text)}</pre></details></li>"
    )


def _policy(nonce: str) -> str:
    """No address, script or style but our own. The styles of an HTML report stand in a frame without any right."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src-elem 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
        "connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
