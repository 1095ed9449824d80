"""One document's report as sections of a page, from the answer down to the digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sigcheck.reporting.grouping import Group, group_signatures
from sigcheck.reporting.html.answer import TONES, answer_section
from sigcheck.reporting.html.boxes import page_outlines
from sigcheck.reporting.html.chains import chain_drawing
from sigcheck.reporting.html.evidence_tables import evidence_tables
from sigcheck.reporting.html.html_sheet import HtmlSheet
from sigcheck.reporting.html.markup import Markup, joined, tag
from sigcheck.reporting.html.revisions import revision_strip
from sigcheck.reporting.html.timeline import timeline_drawings
from sigcheck.reporting.phrases import Phrases, signature_state
from sigcheck.reporting.reasons import told
from sigcheck.reporting.text import answer_word, evidence_lines, order_lines, remains_lines, timeline_lines
from sigcheck.reporting.text_findings import finding_lines
from sigcheck.reporting.text_signature import signature_card
from sigcheck.verdict import DocumentReport, Finding

if TYPE_CHECKING:
    from sigcheck.picturing.picture import Pictured

FEW_CARDS: Final = 4
"""Up to so many cards lie open; of more only the first that are not good do."""
OPEN_CARDS: Final = 2


class DocumentPage:
    """The sections of one document; `level` is the level of its own heading, `identity` begins the ids of its parts.

    `tolerance`: the policy's for clocks, in seconds; None: not known any more. `pictures`: of the pages; None: nobody asked.
    """

    def __init__(
        self,
        report: DocumentReport,
        tolerance: int | None,
        phrases: Phrases,
        identity: str,
        level: int,
        pictures: Pictured | None = None,
    ) -> None:
        self.report = report
        self.pictures = pictures
        self.tolerance = tolerance
        self.phrases = phrases
        self.identity = identity
        self.level = level
        self.groups = group_signatures(self.report.signatures)
        self.explained: set[str] = set()

    def markup(self) -> Markup:
        sections = (
            answer_section(self.phrases, self.report, self.groups, self.identity, self.level),
            self._findings(),
            self._timeline(),
            self._section("html.revisions", revision_strip(self.phrases, self.report)),
            self._section("html.chains", chain_drawing(self.identity, self.phrases, self.report)),
            self._signatures(),
            self._section("html.pages", page_outlines(self.identity, self.phrases, self.report, self.groups, self.pictures)),
            self._remains(),
            self._evidence(),
        )
        return tag(
            "article", joined(*sections, by="\n"), id=self.identity, class_="document", aria_labelledby=f"{self.identity}-a"
        )

    def _section(self, key: str, *parts: Markup) -> Markup:
        """A section with its heading; nothing where its parts are empty."""
        if not any(parts):
            return Markup("")
        return tag("section", tag(f"h{self.level + 1}", self.phrases.word(key)), joined(*parts, by="\n"))

    def _remains(self) -> Markup:
        sheet = HtmlSheet(self.level + 1)
        remains_lines(sheet, self.phrases, self.report.signature_remains)
        written = sheet.markup()
        return tag("section", written) if written else Markup("")

    def _findings(self) -> Markup:
        """Those of the document; the signatures' own stand in their cards."""
        of_document, _ = told(self.report)
        return self._section("label.document-findings", self._lines(of_document)) if of_document else Markup("")

    def _lines(self, findings: Sequence[Finding]) -> Markup:
        sheet = HtmlSheet(self.level + 2)
        finding_lines(sheet, self.phrases, self.report, findings, self.explained)
        return sheet.markup()

    def _timeline(self) -> Markup:
        sheet = HtmlSheet(self.level + 2)
        timeline_lines(sheet, self.phrases, self.report, self.groups)
        sheet.drop_heading()
        order_lines(sheet, self.phrases, self.report)
        drawn = timeline_drawings(self.identity, self.phrases, self.report, self.groups, self.tolerance)
        in_words = tag("details", tag("summary", self.phrases.word("html.times-in-words")), sheet.markup())
        return (
            self._section("label.timeline", drawn, in_words) if len(self.report.timeline) > 1 else Markup("")
        )  # the validation time alone is in the answer

    def _signatures(self) -> Markup:
        """All cards; where there are many, those lie open that somebody has to look at."""
        poor = [group.number for group in self.groups if TONES[signature_state(group.first)] != "good"][:OPEN_CARDS]
        many = len(self.groups) > FEW_CARDS
        cards = [self._card(group, closes=many or len(group.members) > 1, opened=group.number in poor) for group in self.groups]
        return self._section("html.signatures", *cards)

    def _card(self, group: Group, *, closes: bool, opened: bool) -> Markup:
        """The minimum display; a group of stamps is one card that opens."""
        report, sheet = self.report, HtmlSheet(self.level + 2)
        tail = any(found.code == "uncovered-bytes" and found.facts.get("where") == "tail" for found in report.findings)
        signature_card(sheet, self.phrases, group, len(report.signatures), tail=tail)
        _, of_signatures = told(report)
        first = group.number - 1
        findings = [found for one in of_signatures[first : first + len(group.members)] for found in one]
        if findings:
            sheet.line(f"{self.phrases.word('label.findings')}:", style="bold", indent=2)
            finding_lines(sheet, self.phrases, report, findings, self.explained)
        mark, title = sheet.title()
        name = self.phrases.safe(group.first.signer.common_name or group.first.field)
        heading = tag(
            f"h{self.level + 2}",
            mark,
            " ",
            tag("span", name, lang=self.phrases.tongue(name)),
            " ",
            tag("span", title, class_="sub"),
        )
        identity = f"{self.identity}-s{group.number}"
        body: tuple[Markup, ...] = (heading, sheet.markup())
        if closes:
            when = tag("span", self.phrases.group_when(group), class_="when")
            body = (tag("details", tag("summary", heading, when), sheet.markup(), open=opened),)
        return tag("article", *body, class_=f"card {TONES[signature_state(group.first)]}", id=identity)

    def _evidence(self) -> Markup:
        sheet = HtmlSheet(self.level + 1)
        evidence_lines(sheet, self.phrases, self.report)
        tables = evidence_tables(self.phrases, self.report)
        digests = tag("details", tag("summary", self.phrases.word("html.digests")), tables) if tables.strip() else Markup("")
        return tag("section", sheet.markup(), digests)


def answer_of(phrases: Phrases, report: DocumentReport) -> str:
    """The answer in a few words."""
    return phrases.word(f"answer.{answer_word(report)}")
