"""`sigcheck trust list` and `trust show`: the trust list as text, every value made harmless for a terminal, ID numbers masked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sigcheck.anchors import ListedCertificate
from sigcheck.reporting.hostile import shown
from sigcheck.trust.load import LoadedTrust, Standing, line_above
from sigcheck.trust.readers import AUTHORITIES
from sigcheck.trust.words import sentence, sentences

if TYPE_CHECKING:
    from sigcheck.trust.trusted_list import TrustedList


def list_text(trust: LoadedTrust, lang: str) -> str:
    """The whole list as a tree under each authority, with periods, sureness and what is on; then sources and digest."""
    lines: list[str] = []
    for authority in AUTHORITIES:
        anchors = [one for one in trust.standings if one.entry.is_anchor and one.entry.authority == authority]
        if anchors:
            lines += [sentence(f"authority-{authority}", lang), ""]
            for anchor in anchors:
                lines += [*_branch(anchor, trust.standings, "", lang), ""]
    entries = trust.trust_list.entries
    anchors_on = len(trust.trust_list.anchors)
    off = len(trust.standings) - len(entries)
    lines += [sentence("counts", lang, anchors=anchors_on, others=len(entries) - anchors_on, off=off)]
    lines += [f"{sentence('sources', lang)}:"] + [f"  {_source(name, lang)}" for name in trust.trust_list.sources]
    lines += [line for trusted in trust.lists for line in list_lines(trusted, lang)]
    lines += [f"{sentence('digest', lang)}:", f"  {trust.trust_list.sha256}"]
    return "\n".join(lines)


def _source(name: str, lang: str) -> str:
    """`shipped: FILE`, `folder: FILE` or `user: FILE`, the kind in words."""
    kind, _, file = name.partition(": ")
    return f"{sentence(f'source-{kind}', lang)}: {shown(file)}" if f"source-{kind}" in sentences() else shown(name)


def list_lines(trusted: TrustedList, lang: str) -> Iterator[str]:
    """A signed trusted list: its scheme, its signer, and how many of its services are used."""
    until = sentence("list-has-closed", lang) if trusted.next_update is None else _moment(trusted.next_update)
    heads = {"scheme": trusted.scheme, "operator": trusted.operator, "sequence": trusted.sequence}
    yield sentence("list-head", lang, **heads, issued=_moment(trusted.issued), until=until)
    yield "  " + sentence("list-signed-by", lang, signer=trusted.signer.subject, sha256=trusted.signer.sha256)
    yield "  " + sentence("list-counts", lang, services=len(trusted.services), unused=len(trusted.unused))


def _branch(standing: Standing, standings: Sequence[Standing], indent: str, lang: str) -> Iterator[str]:
    entry = standing.entry
    below = [one for one in standings if one.entry.issuer == entry.name]
    yield f"{shown(entry.name)}  {_period(entry)}  {_sureness(entry, lang)}, {sentence('on' if standing.on else 'off', lang)}"
    mark = sentence("has-certificate", lang) if entry.certificate is not None else ""
    stem = "│ " if below else "  "
    yield f"{indent}{stem} {shown(entry.common_name or entry.subject)}" + (f" ({mark})" if mark else "")
    for place, child in enumerate(below):
        last = place == len(below) - 1
        first, *rest = _branch(child, standings, indent + ("   " if last else "│  "), lang)
        yield f"{indent}{'└─' if last else '├─'} {first}"
        yield from rest


def show_text(trust: LoadedTrust, standing: Standing, lang: str) -> str:
    """Every fact of one entry, one line a fact."""
    rows = [(sentence(label, lang), shown(text)) for label, text in _rows(trust, standing, lang)]
    return "\n".join([shown(standing.entry.name), *(f"  {label}: {text}" for label, text in rows)])


def _rows(trust: LoadedTrust, standing: Standing, lang: str) -> Iterator[tuple[str, str]]:
    entry = standing.entry
    by_name = {one.entry.name: one.entry for one in trust.standings}
    state = sentence("on" if standing.on else "off", lang)
    yield "field-state", f"{state} ({sentence(f'why-{standing.state}', lang, name=_to_enable(entry, by_name))})"
    yield "field-subject", entry.subject
    yield "field-issuer", " < ".join(above.name for above in line_above(entry, by_name)) or sentence("field-anchor", lang)
    yield "field-authority", sentence(f"authority-{entry.authority}", lang)
    yield "field-purposes", purposes_text(entry, lang)
    yield "field-period", f"{_moment(entry.not_before)} – {_moment(entry.not_after)}"
    if entry.periods is not None:
        yield "field-honoured", honoured_text(entry, lang)
    yield "field-sha256", entry.sha256
    yield "field-serial", "?" if entry.serial_number is None else f"{entry.serial_number:x}"
    yield "field-key", hashlib.sha256(entry.public_key).hexdigest()
    yield "field-ski", entry.subject_key_identifier.hex() if entry.subject_key_identifier is not None else sentence("none", lang)
    yield "field-is-ca", sentence("yes" if entry.is_ca else "no", lang)
    if entry.is_ca:
        yield "field-path-length", sentence("no-path-limit", lang) if entry.path_length is None else str(entry.path_length)
    yield "field-key-usage", _joined(entry.key_usage, lang)
    yield "field-eku", _joined(entry.extended_key_usage, lang)
    yield "field-crl", _joined(entry.crl_urls, lang)
    yield "field-ocsp", _joined(entry.ocsp_urls, lang)
    yield "field-certificate-urls", _joined(entry.certificate_urls, lang)
    yield "field-signature-hash", entry.signature_hash or "?"
    yield "field-certificate", sentence("only-facts" if entry.certificate is None else "has-certificate", lang)
    yield "field-sureness", _sureness(entry, lang)
    yield "field-publisher", entry.publisher or "?"
    yield "field-confirmed", entry.confirmed or "?"
    yield "field-source", entry.source


def purposes_text(entry: ListedCertificate, lang: str) -> str:
    return ", ".join(sentence(f"purpose-{purpose}", lang) for purpose in sorted(entry.purposes)) or sentence("none", lang)


def honoured_text(entry: ListedCertificate, lang: str) -> str:
    """When a trusted list honours an entry, and what for."""
    if entry.periods is None:
        return sentence("honoured-always", lang)
    spans = [
        sentence(
            "honoured-period",
            lang,
            purpose=sentence(f"purpose-{period.purpose}", lang),
            start=_moment(period.start),
            end=sentence("honoured-now", lang) if period.end is None else _moment(period.end),
        )
        for period in entry.periods
    ]
    return "; ".join(spans) or sentence("honoured-never", lang)


def _to_enable(entry: ListedCertificate, by_name: dict[str, ListedCertificate]) -> str:
    """The name to switch on first: that of the root."""
    return (line_above(entry, by_name) or (entry,))[-1].name


def _joined(texts: Sequence[str] | None, lang: str) -> str:
    return ", ".join(texts) if texts else sentence("none", lang)


def _sureness(entry: ListedCertificate, lang: str) -> str:
    return sentence(entry.sureness.value, lang)


def _period(entry: ListedCertificate) -> str:
    return f"{entry.not_before:%Y-%m-%d} – {entry.not_after:%Y-%m-%d}"


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
