"""What a stored report is known by: its reason, agencies, issuing CAs and year. Pages, tables and comparisons take it here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sigcheck.profile import VIETNAM

WHY_UNSIGNED: Final = ("no-signature", "document-timestamp-only")
_UNPROVEN: Final = frozenset({None, "validation-time", "claimed"})


def deciding(findings: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The codes of those findings that decide, each once. Raises TypeError for what is no text."""
    return _codes(found for found in findings if found["decides"])


def reason_codes(report: dict[str, Any]) -> tuple[str, ...]:
    """Of the findings that decide, the document's first; where none does, those that say why it is unreadable or unsigned."""
    findings = [*report["findings"], *(found for one in report["signatures"] for found in one["findings"])]
    codes = deciding(findings)
    if not codes and report["state"] == "unreadable":
        return _codes(found for found in findings if found["severity"] == "error")
    if not codes and report["state"] == "unsigned":
        return _codes(found for found in findings if found["code"] in WHY_UNSIGNED)
    return codes


def agencies(report: dict[str, Any]) -> tuple[str, ...]:
    """The organisations of the signers' certificates, each once; a time-stamp server is no agency that signed."""
    return _names(one["signer"]["organisation"] for one in _signatures(report))


def issuing_cas(report: dict[str, Any]) -> tuple[str, ...]:
    """Who issued the signers' certificates, each once: the common name where the chain holds it."""
    return _names(map(_issuer, _signatures(report)))


def signing_year(report: dict[str, Any]) -> str | None:
    """Of the first signature, proven or else claimed, by the calendar of Vietnam; without an offset as it is written."""
    times = next((one["times"] for one in _signatures(report)), None)
    if times is None:
        return None
    if times["basis"] not in _UNPROVEN:
        return _year(times["best_signature_time"])
    return _year(times["claimed"]) or _year(times["signing_time"])


def _signatures(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in report["signatures"] if one["kind"] == "signature"]


def _codes(findings: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text(found["code"]) for found in findings))


def _names(found: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text(name) for name in found if name is not None and name != ""))


def _issuer(signature: dict[str, Any]) -> object:
    chain, signer = signature["chain"], signature["signer"]
    return chain[1]["common_name"] or chain[1]["subject"] if len(chain) > 1 else signer["issuer"]


def _year(written: str | None) -> str | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
        return f"{(moment if moment.tzinfo is None else moment.astimezone(VIETNAM)).year:04}"
    except (ValueError, OverflowError):  # a claim that is no date, or one on the last day there is
        return None


def text(value: object) -> str:
    """The value itself. Raises TypeError for what is no text."""
    if not isinstance(value, str):
        raise TypeError
    return value
