"""Errors of the service as problem details (RFC 9457), in both languages; nothing of a document stands in them."""

from __future__ import annotations

import json
from typing import Final

from starlette.responses import Response

from sigcheck.reporting.hostile import shown
from sigcheck.service.words import LANGUAGES, sentence

MEDIA_TYPE: Final = "application/problem+json"
KINDS: Final[dict[str, int]] = {
    "bad-request": 400,
    "bad-option": 400,
    "bad-form": 400,
    "cut-off": 400,
    "other-origin": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "too-slow": 408,
    "too-large": 413,
    "media-type": 415,
    "other-host": 421,
    "fault": 500,
    "busy": 503,
    "store-unusable": 503,
}
"""Every kind of problem with its code of HTTP."""


class Problem(Exception):
    """A request that gets no report; `kind` is a row of KINDS."""

    def __init__(self, kind: str, *, headers: dict[str, str] | None = None, **values: object) -> None:
        super().__init__(kind)
        self.kind, self.values = kind, values
        self.headers = headers or {}


def problem_response(problem: Problem) -> Response:
    """The problem as JSON. `detail` is Vietnamese and English; `messages` has both apart."""
    code = KINDS[problem.kind]
    values = {name: shown(str(value))[:200] for name, value in problem.values.items()}
    messages = {language: sentence(problem.kind, language, **values) for language in LANGUAGES}
    told = {
        "type": f"urn:sigcheck:problem:{problem.kind}",
        "title": problem.kind.replace("-", " "),
        "status": code,
        "detail": " · ".join(messages.values()),
        "messages": messages,
    }
    content = json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(content, code, problem.headers, MEDIA_TYPE)
