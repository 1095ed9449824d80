"""Entries and whole certificates as TOML text: the form that `entries.py` reads, and that people review.

Literal strings ('…') wherever they can hold the text: tomllib finds their end at once and walks through basic strings one
character at a time, which made reading the shipped list four times as slow.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime

from sigcheck.anchors import ListedCertificate

_LINE = 76
"""Characters of one base64 line, as in PEM bodies of most tools (RFC 2045, 6.8)."""


def entry_toml(entry: ListedCertificate) -> str:
    """One entry as a TOML table; a whole certificate, where there is one, stands at its end."""
    table = "anchor" if entry.issuer is None else "sub_ca" if entry.is_ca else "service"
    lines = [f"[[{table}]]", f"name = {quoted(entry.name)}", f"subject = {quoted(entry.subject)}"]
    lines += _optional("common_name", entry.common_name)
    lines += _optional("issuer", entry.issuer)
    lines += [
        f"authority = {quoted(entry.authority)}",
        f"purposes = {_list(sorted(entry.purposes))}",
        f"sureness = {quoted(entry.sureness)}",
    ]
    lines += [f"not_before = {_moment(entry.not_before)}", f"not_after = {_moment(entry.not_after)}"]
    lines += [f"sha256 = {quoted(entry.sha256)}"]
    lines += _optional("serial_number", _serial(entry.serial_number))
    lines += [f"is_ca = {str(entry.is_ca).lower()}"]
    lines += [] if entry.path_length is None else [f"path_length = {entry.path_length}"]
    lines += [] if entry.key_usage is None else [f"key_usage = {_list(entry.key_usage)}"]
    lines += [] if entry.extended_key_usage is None else [f"extended_key_usage = {_list(entry.extended_key_usage)}"]
    lines += _optional(
        "subject_key_identifier", None if entry.subject_key_identifier is None else entry.subject_key_identifier.hex()
    )
    lines += [f"crl_urls = {_list(entry.crl_urls)}"] if entry.crl_urls else []
    lines += [f"ocsp_urls = {_list(entry.ocsp_urls)}"] if entry.ocsp_urls else []
    lines += [f"certificate_urls = {_list(entry.certificate_urls)}"] if entry.certificate_urls else []
    lines += (
        _optional("signature_hash", entry.signature_hash)
        + _optional("publisher", entry.publisher)
        + _optional("confirmed", entry.confirmed)
    )
    lines += [_bytes("subject_der", entry.subject_der), _bytes("public_key", entry.public_key)]
    lines += [] if entry.certificate is None else [_bytes("certificate", entry.certificate)]
    return "\n".join(lines) + "\n"


def certificate_toml(sha256: str, der: bytes) -> str:
    """A whole certificate that completes an entry listed elsewhere."""
    return f"[[certificate]]\nsha256 = {quoted(sha256)}\n{_bytes('der', der)}\n"


def list_reference_toml(file: str, signers: Iterable[str], authority: str) -> str:
    """A signed trusted list beside the trust file."""
    return f"[[trusted-list]]\nfile = {quoted(file)}\nsigners = {_list(signers)}\nauthority = {quoted(authority)}\n"


def names_toml(key: str, names: Iterable[str]) -> str:
    return f"{key} = {_list(sorted(names))}\n"


def quoted(text: str) -> str:
    """A TOML string; what does not print (controls, bidi marks) is escaped, so that a reviewer sees it."""
    if text.isprintable() and "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" if ord(c) < 0x10000 else f"\\U{ord(c):08X}" for c in escaped)
        + '"'
    )


def _optional(key: str, text: str | None) -> list[str]:
    return [] if text is None else [f"{key} = {quoted(text)}"]


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _serial(number: int | None) -> str | None:
    """Hex of a serial number; a negative one (against RFC 5280, 4.1.2.2) is left to the certificate itself."""
    if number is None or number < 0:
        return None
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big").hex()


def _bytes(key: str, octets: bytes) -> str:
    text = base64.b64encode(octets).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return f"{key} = '''\n" + "\n".join(lines) + "'''"
