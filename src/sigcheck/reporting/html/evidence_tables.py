"""The digests that the answer rests on: certificates, revocation statements, proofs of existence, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sigcheck.reporting.html.markup import Markup, Part, joined, tag
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import ChainEntryReport, DocumentReport, StatementReport

MOST_ROWS: Final = 200


def evidence_tables(phrases: Phrases, report: DocumentReport) -> Markup:
    """A table each, where there is something for it."""
    return joined(_certificates(phrases, report), _statements(phrases, report), _proofs(phrases, report), by="\n")


def table(phrases: Phrases, caption: str, heads: Sequence[str], rows: Sequence[Sequence[Part]]) -> Markup:
    """A table with its caption and the heads of its columns; nothing without rows."""
    if not rows:
        return Markup("")
    more = [tag("p", phrases.word("label.more", count=len(rows) - MOST_ROWS))] if len(rows) > MOST_ROWS else []
    head = tag("thead", tag("tr", *[tag("th", text, scope="col") for text in heads]))
    body = tag("tbody", *[tag("tr", *[tag("td", cell) for cell in row]) for row in rows[:MOST_ROWS]])
    whole = tag("table", tag("caption", caption), head, body)
    return joined(tag("div", whole, class_="scroll", tabindex="0", role="group", aria_label=caption), *more)


def _certificates(phrases: Phrases, report: DocumentReport) -> Markup:
    chains = [signature.chain for signature in report.signatures]
    chains += [stamp.chain for signature in report.signatures for stamp in signature.times.timestamps]
    once: dict[str, ChainEntryReport] = {entry.sha256: entry for chain in chains for entry in chain if entry.sha256}
    rows = [
        (phrases.safe(entry.common_name or entry.subject), phrases.moment(entry.not_after), tag("code", phrases.safe(digest)))
        for digest, entry in once.items()
    ]
    heads = [phrases.word(f"html.{key}") for key in ("certificate", "until", "sha256")]
    return table(phrases, phrases.word("html.certificates"), heads, rows)


def _statements(phrases: Phrases, report: DocumentReport) -> Markup:
    every = [one for signature in report.signatures for one in signature.revocation.statements]
    every += [
        one for signature in report.signatures for stamp in signature.times.timestamps for one in stamp.revocation.statements
    ]
    once: dict[str, StatementReport] = {one.sha256: one for one in sorted(every, key=lambda one: one.usable)}
    rows = [
        (
            one.kind.upper(),
            phrases.moment(one.this_update),
            phrases.word("label.none") if one.next_update is None else phrases.moment(one.next_update),
            phrases.word("label.yes" if one.usable else "label.no"),
            tag("code", phrases.safe(one.sha256)),
        )
        for one in sorted(once.values(), key=lambda one: (one.this_update, one.sha256))
    ]
    heads = [phrases.word(f"html.{key}") for key in ("kind", "made", "next", "counts", "sha256")]
    return table(phrases, phrases.word("html.statements"), heads, rows)


def _proofs(phrases: Phrases, report: DocumentReport) -> Markup:
    proofs = sorted(report.proofs_of_existence, key=lambda proof: (proof.at, proof.signature or "", proof.object))
    rows = []
    before: object = None
    for proof in proofs:
        by = phrases.catalogue.fact("basis", proof.basis)
        by += f" · {phrases.safe(proof.signature)}" if proof.signature is not None else ""
        same = (proof.at, by) == before  # said once for all that one proof reaches
        before = (proof.at, by)
        when = ("", "") if same else (phrases.moment(proof.at), by)
        rows.append((*when, phrases.word(f"html.object-{proof.object}"), tag("code", phrases.safe(proof.sha256))))
    heads = [phrases.word(f"html.{key}") for key in ("existed", "proven-by", "object", "sha256")]
    return table(phrases, phrases.word("html.proofs"), heads, rows)
