"""The OpenAPI description of what the service offers to programs; the report's schema is that of `sigcheck schema`."""

from __future__ import annotations

from typing import Any, Final

from sigcheck import __version__
from sigcheck.profile import SHIPPED_PROFILES
from sigcheck.reporting.json_report import report_schema
from sigcheck.service.limits import ServiceLimits
from sigcheck.service.problems import KINDS
from sigcheck.service.problems import MEDIA_TYPE as PROBLEM
from sigcheck.service.words import LANGUAGES

_MOMENT: Final = {"type": "string", "format": "date-time"}


def described(policies: tuple[str, ...], limits: ServiceLimits) -> dict[str, Any]:
    """OpenAPI 3.1.0."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "sigcheck",
            "version": __version__,
            "description": "Kiểm tra chữ ký số trên văn bản PDF · checks the signatures of PDF documents. Nothing is kept.",
        },
        "paths": {
            "/v1/verify": {"post": _verify(policies, limits)},
            "/v1/openapi.json": {"get": _simple("openapi", "This description.", "application/json", {"type": "object"})},
            "/health": {"get": _simple("health", "Whether the service runs.", "application/json", {"type": "object"})},
            "/metrics": {"get": _simple("metrics", "Counts, for Prometheus.", "text/plain", {"type": "string"})},
        },
        "components": {"schemas": {**_report_schemas(), "Problem": _problem_schema()}},
    }


def _verify(policies: tuple[str, ...], limits: ServiceLimits) -> dict[str, Any]:
    document = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {"file": document}, "required": ["file"], "additionalProperties": False}
    return {
        "operationId": "verify",
        "summary": "Kiểm tra một văn bản · check one document",
        "description": "The JSON of `sigcheck verify --format json`, byte for byte apart from the path, which is the file's name "
        f"or `-`. A document that cannot be checked has a report too. At most {limits.file_octets} octets.",
        "parameters": [
            _option("policy", {"type": "string", "enum": list(policies)}),
            _option("profile", {"type": "string", "enum": list(SHIPPED_PROFILES)}),
            _option("at", _MOMENT),
            _option("received_at", _MOMENT),
            _option("lang", {"type": "string", "enum": list(LANGUAGES)}),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/pdf": {"schema": document}, "multipart/form-data": {"schema": form}},
        },
        "responses": {
            "200": _answer("The report.", "application/json", {"$ref": "#/components/schemas/DocumentReport"}),
            **_problems(400, 403, 408, 413, 415, 421, 500, 503),
        },
    }


def _option(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _simple(name: str, summary: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "responses": {"200": _answer(summary, media_type, schema), **_problems(421)}}


def _answer(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _problems(*codes: int) -> dict[str, Any]:
    out = {}
    for code in codes:
        kinds = ", ".join(kind for kind, its_code in KINDS.items() if its_code == code)
        out[str(code)] = _answer(kinds, PROBLEM, {"$ref": "#/components/schemas/Problem"})
    if "503" in out:
        out["503"]["headers"] = {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds."}}
    return out


def _problem_schema() -> dict[str, Any]:
    texts = {"type": "object", "properties": {language: {"type": "string"} for language in LANGUAGES}}
    return {
        "type": "object",
        "description": "RFC 9457.",
        "properties": {
            "type": {"type": "string", "format": "uri", "enum": [f"urn:sigcheck:problem:{kind}" for kind in KINDS]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "messages": texts,
        },
        "required": ["type", "title", "status", "detail", "messages"],
    }


def _report_schemas() -> dict[str, Any]:
    """The definitions of the report's schema, under the place that OpenAPI has for them."""
    definitions = {name: schema for name, schema in report_schema()["$defs"].items() if name != "reports"}
    moved: dict[str, Any] = _moved(definitions)
    return moved


def _moved(value: Any) -> Any:
    match value:
        case dict():
            return {key: _moved(item) for key, item in value.items()}
        case list():
            return [_moved(item) for item in value]
        case str() if value.startswith("#/$defs/"):
            return "#/components/schemas/" + value.removeprefix("#/$defs/")
        case _:
            return value
