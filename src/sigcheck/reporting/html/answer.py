"""The first screen: the answer, why, who signed and when, what is not proven, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sigcheck.reporting.advice import what_to_do
from sigcheck.reporting.four_lines import toned_lines
from sigcheck.reporting.grouping import Group
from sigcheck.reporting.html.markup import Markup, Part, joined, tag, with_commands
from sigcheck.reporting.phrases import PROVEN_BASES, Phrases, signature_state
from sigcheck.reporting.reasons import reasons
from sigcheck.reporting.text import answer_word, unproven
from sigcheck.verdict import DocumentReport, State

TONES: Final = {
    State.VALID: "good",
    State.INVALID: "bad",
    State.UNREADABLE: "bad",
    State.INSUFFICIENT: "open",
    State.UNSIGNED: "open",
}
LINE_MARKS: Final = {"good": "✔", "bad": "✘", "open": "!"}
MOST_SIGNERS: Final = 6
"""Signers shown at once; the others open below them."""
MOST_REASONS: Final = 3


def answer_section(phrases: Phrases, report: DocumentReport, groups: Sequence[Group], identity: str, level: int) -> Markup:
    """The answer, at the heading's `level`."""
    mark, _ = phrases.mark(report.state)
    tone = TONES[report.state]
    sign = tag("span", mark, class_=f"mark {tone}", aria_hidden="true")
    heading = tag(f"h{level}", sign, " ", phrases.word(f"answer.{answer_word(report)}"), id=f"{identity}-a")
    parts = [
        tag("div", heading, _path(phrases, report), class_="banner"),
        _reasons(phrases, report),
        _lines(phrases, report),
        _signers(phrases, groups, identity, level + 1),
        tag("div", _advice(phrases, report, level + 1), _unproven(phrases, report, level + 1), class_="pair"),
        _checked(phrases, report),
    ]
    return tag("section", *parts, class_=f"answer {tone}")


def _path(phrases: Phrases, report: DocumentReport) -> Markup:
    """The file's name stands out from its folders."""
    shown = phrases.safe(report.document.path)
    at = max(shown.rfind("/"), shown.rfind("\\")) + 1
    if at in (0, len(shown)):
        return tag("p", tag("strong", shown), class_="file")
    return tag("p", tag("span", shown[:at], class_="dim"), tag("strong", shown[at:]), class_="file")


def _reasons(phrases: Phrases, report: DocumentReport) -> Markup | None:
    why = reasons(phrases, report)
    if not why:
        return None
    said: list[Part] = [tag("p", reason) for reason in why[:MOST_REASONS]]
    if len(why) > MOST_REASONS:
        said.append(tag("p", phrases.word("label.more-below", count=len(why) - MOST_REASONS), class_="dim"))
    return tag("div", *said, class_="why", role="group", aria_label=phrases.word("label.reason"))


def _lines(phrases: Phrases, report: DocumentReport) -> Markup | None:
    """The four lines, each with the mark of what it says."""
    lines = [
        tag(
            "div",
            tag("dt", tag("span", LINE_MARKS[tone], class_=f"mark {tone}", aria_hidden="true"), " ", label),
            tag("dd", words),
        )
        for label, words, tone in toned_lines(phrases, report)
    ]
    return tag("dl", *lines, class_="four") if lines else None


def _signers(phrases: Phrases, groups: Sequence[Group], identity: str, level: int) -> Markup | None:
    if not groups:
        return None
    entries = [_signer(phrases, group, identity) for group in groups]
    parts: list[Part] = [tag("ul", *entries[:MOST_SIGNERS], class_="signers")]
    if len(entries) > MOST_SIGNERS:
        summary = tag("summary", phrases.word("html.more-signers", count=len(entries) - MOST_SIGNERS))
        parts.append(tag("details", summary, tag("ul", *entries[MOST_SIGNERS:], class_="signers")))
    return tag("div", tag(f"h{level}", phrases.word("label.signers")), *parts)


def _signer(phrases: Phrases, group: Group, identity: str) -> Markup:
    """Who, leading to the card; below it when, and how that is known."""
    first = group.first
    state = signature_state(first)
    mark, _ = phrases.mark(state)
    name = phrases.safe(first.signer.common_name or first.signer.organisation or first.signer.subject or first.field)
    said = [phrases.word(f"kind.{first.signer.kind}")] if first.signer.kind and first.signer.sha256 else []
    if first.kind == "document-timestamp":
        said = [phrases.word("timeline.document-timestamp")]
    if len(group.members) > 1:
        fields = {"first": phrases.safe(first.field), "last": phrases.safe(group.last.field)}
        said.append(phrases.word("label.group-short", count=len(group.members), **fields))
    proven = first.times.basis in PROVEN_BASES
    about = tag("span", f" ({'; '.join(said)})", class_="dim") if said else None
    return tag(
        "li",
        tag("span", mark, class_=f"mark {TONES[state]}", aria_hidden="true"),
        tag("div", tag("a", name, href=f"#{identity}-s{group.number}", lang=phrases.tongue(name)), about),
        tag("div", tag("span", "◆ " if proven else "○ ", aria_hidden="true"), phrases.group_when(group), class_="when"),
    )  # fmt: skip


def _advice(phrases: Phrases, report: DocumentReport, level: int) -> Markup | None:
    said = what_to_do(phrases, report)
    if not said:
        return None
    entries = [tag("li", with_commands(words)) for words in said]
    return tag("div", tag(f"h{level}", phrases.word("label.action")), tag("ul", *entries), class_="todo")


def _unproven(phrases: Phrases, report: DocumentReport, level: int) -> Markup:
    said = [tag("li", words) for words in unproven(phrases, report)]
    return tag("div", tag(f"h{level}", phrases.word("label.not-proven")), tag("ul", *said), class_="unproven")


def _checked(phrases: Phrases, report: DocumentReport) -> Markup:
    """As of when, by which policy and profile it was checked."""
    network = phrases.word("label.online" if report.online else "label.offline")
    at, policy = phrases.moment(report.validation_time), phrases.safe(report.policy.name)
    said = [f"{phrases.word('label.checked')} {phrases.word('label.checked-as-of', at=at, policy=policy, network=network)}"]
    if report.profile != "any":
        profile = phrases.catalogue.fact("profile", report.profile, personal=phrases.personal)
        said.append(f"{phrases.word('label.profile')}: {profile}")
    if report.received is not None:
        said.append(f"{phrases.word('label.received')}: {phrases.moment(report.received)}")
    return joined(tag("p", "; ".join(said) + ".", class_="dim"))
