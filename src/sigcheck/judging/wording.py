"""Moments, numbers and names as the plain text that findings and reports carry."""

from __future__ import annotations

from datetime import UTC, datetime

from sigcheck.evidence import PathEntry
from sigcheck.facts import Certificate


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def certificate_name(certificate: Certificate | None) -> str | None:
    """The common name, else the whole subject."""
    return None if certificate is None else certificate.common_name or certificate.subject


def entry_name(entry: PathEntry) -> str:
    return entry.common_name or entry.subject


def hexadecimal(number: int | None) -> str | None:
    return None if number is None else f"{number:x}"
