"""What must hold of every report on a mutant, said without asking the engine how it came to its verdict.

No exception, no limit broken, a report that serialises and says what decided it; and never `valid` for a document whose covered
bytes or visible content differ from the signed ones. Covered bytes are compared as bytes with those of the sources; what shows,
through other readers (visible.py).
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asn1crypto import cms as asn1_cms
from mutator import Mutant
from sample_checking import AT, findings_of
from sources import Source
from visible import HARMLESS, OFFERED, Seen, drawn, hidden_changes, pages_changed, seen

from sigcheck import pipeline
from sigcheck.engine.bytesource import MemorySource
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import DocumentReport, State

SECONDS = 10.0
"""CPU seconds that any document may take (the bound that the limits promise)."""
_GAP = re.compile(rb"<[0-9A-Fa-f\s\x00]*>")
_SPACE = b" \t\r\n\x00\x0c"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of the oracle that does not hold."""

    kind: str
    """exception, slow, report, undecided, covered, gap, signer, time-stamp, shown, unsigned."""
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One mutant's report, its cost in CPU seconds, and what is wrong with it."""

    report: DocumentReport | None
    seconds: float
    violations: tuple[Violation, ...]
    shown: str = ""
    """Whether other readers were asked: `` no, `same`, or why they could not tell."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a source's signature over certain bytes said of its signer and times."""

    signer: str | None
    stamps: frozenset[str]


def check(source: Source, content: bytes) -> DocumentReport:
    return check_whole(source, content).report


def check_whole(source: Source, content: bytes) -> pipeline.Checked:
    return pipeline.check(
        MemorySource(content), path="mutant.pdf", trust=source.trust, policy=source.policy, at=AT, password=source.password
    )


def covered(content: bytes, numbers: Sequence[int]) -> bytes:
    """The octets that a ByteRange covers; a sentence about it where it is none."""
    if len(numbers) != 4 or min(numbers) < 0:
        return b"no ByteRange: %r" % (tuple(numbers),)
    a, b, c, d = numbers
    return hashlib.sha256(content[a : a + b] + content[c : c + d]).digest()


class Oracle:
    """Knows what the sources' signatures cover."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._known: dict[bytes, list[_Known]] = {}
        self.states: list[str] = []
        """The sources' own states, in their order."""
        for source in sources:
            sound = {covered(source.content, r) for r in source.ranges if not _is_broken(source.content, r)}
            report = check(source, source.content)
            self.states.append(report.state)
            for signature in report.signatures:
                digest = covered(source.content, signature.coverage.byte_range)
                if digest in sound:
                    stamps = frozenset(str(stamp.gen_time) for stamp in signature.times.timestamps)
                    self._known.setdefault(digest, []).append(_Known(signature.signer.sha256, stamps))

    def examine(self, mutant: Mutant, *, written: bool = True, all_formats: bool = False, viewers: bool = True) -> Checked:
        """Check the mutant and hold its report against everything that must be so.

        `written`: serialised too; `viewers`: a valid one with something behind its last signature is shown to other readers.
        """
        started = time.process_time()
        try:
            document = check_whole(mutant.source, mutant.content)
        except Exception as error:  # noqa: BLE001 - any exception that leaves is the finding
            return Checked(None, time.process_time() - started, (Violation("exception", _last_lines(error)),))
        report, seconds = document.report, time.process_time() - started
        found = [Violation("slow", f"{seconds:.1f} s")] if seconds > SECONDS else []
        found += _decision_violations(report)
        if written:
            found += _report_violations(document, all_formats=all_formats)
        shown = ""
        if report.state is State.VALID:
            found += self._valid_violations(mutant, report)
            if viewers and not found:
                shown, more = _shown(mutant, report)
                found += more
        return Checked(report, seconds, tuple(found), shown)

    def _valid_violations(self, mutant: Mutant, report: DocumentReport) -> Iterator[Violation]:
        """Every signature of a valid document is one of a source, over the same octets, by the same signer."""
        content = mutant.content
        ours = {covered(content, numbers) for numbers in mutant.signed_by_us}
        if not any(signature.kind == "signature" for signature in report.signatures):
            yield Violation("unsigned", "valid without a signature")
        for signature in report.signatures:
            numbers = signature.coverage.byte_range
            digest = covered(content, numbers)
            if digest in ours:
                continue
            known = self._known.get(digest)
            if known is None:
                yield Violation("covered", f"{signature.field}: {numbers} covers what nobody signed")
                continue
            gap = content[numbers[0] + numbers[1] : numbers[2]]
            if not _GAP.fullmatch(gap):
                yield Violation("gap", f"{signature.field}: {gap[:20]!r}…{gap[-20:]!r}")
            if signature.signer.sha256 not in {one.signer for one in known}:
                yield Violation("signer", f"{signature.field}: {signature.signer.sha256}")
            stamps = {str(stamp.gen_time) for stamp in signature.times.timestamps if stamp.sound and stamp.trusted}
            if not any(stamps <= one.stamps for one in known):
                yield Violation("time-stamp", f"{signature.field}: {sorted(stamps)}")


def _is_broken(content: bytes, numbers: tuple[int, int, int, int]) -> bool:
    """The message digest says other bytes than those covered; False where no digest can be read."""
    a, b, c, d = numbers
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", content[a + b : c])
    try:
        signed = asn1_cms.ContentInfo.load(bytes.fromhex(digits[: len(digits) // 2 * 2].decode()))["content"]
        signer = signed["signer_infos"][0]
        stated = {v["type"].native: v["values"][0].native for v in signer["signed_attrs"] if v["type"].native == "message_digest"}
        if signed["encap_content_info"]["content"].native is not None or not stated:
            return False
        name = signer["digest_algorithm"]["algorithm"].native
        return bool(hashlib.new(name, content[a : a + b] + content[c : c + d]).digest() != stated["message_digest"])
    except (ValueError, TypeError, KeyError, IndexError):
        return False


def _last_lines(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__}: {str(error)[:200]} at {places}"


def _report_violations(document: pipeline.Checked, *, all_formats: bool) -> Iterator[Violation]:
    """The report is written in every format and reads back."""
    report = document.report
    try:
        written = "".join(FORMATS["jsonl"]([document], ReportOptions()))
        state = json.loads(written)["state"]
        if all_formats:
            for language in ("vi", "en"):
                "".join(FORMATS["text"]([document], ReportOptions(language=language)))
    except Exception as error:  # noqa: BLE001 - any exception that leaves is the finding
        yield Violation("report", _last_lines(error))
        return
    if state != report.state:
        yield Violation("report", f"{report.state} reads back as {state}")


def _decision_violations(report: DocumentReport) -> Iterator[Violation]:
    """The report names what decided."""
    said = findings_of(report)
    if not (any(finding.decides for finding in said) or report.state is State.VALID or _decided_by_none(report)):
        yield Violation("undecided", f"{report.state} without a finding that decides")


def _decided_by_none(report: DocumentReport) -> bool:
    """Nothing in the contract decides for `unsigned` and `unreadable`; a finding has to say why."""
    return report.state in (State.UNSIGNED, State.UNREADABLE) and bool(report.findings)


def _shown(mutant: Mutant, report: DocumentReport) -> tuple[str, list[Violation]]:
    """What stands behind the last signature shows nothing; what stands behind an earlier one changes no page."""
    content, password = mutant.content, mutant.source.password
    ends = sorted({s.coverage.byte_range[2] + s.coverage.byte_range[3] for s in report.signatures})
    if content[ends[-1] :].strip(_SPACE):
        verdict, found = _same_to_the_eye(content[: ends[-1]], content, password, annotations=True)
        if found or verdict != "same":
            return verdict, found
    elif not mutant.signed_by_us:
        return "", []
    for end in ends[:-1] if mutant.signed_by_us else ():
        verdict, found = _same_to_the_eye(content[:end], content, password, annotations=False)
        if found or verdict != "same":
            return verdict, found
    return "same", []


def _same_to_the_eye(before: bytes, after: bytes, password: str | None, *, annotations: bool) -> tuple[str, list[Violation]]:
    """Viewers frame links and mark empty signature fields, which may be added: then pages are drawn without annotations."""
    old, new = _seen(before, password), _seen(after, password)
    if isinstance(old, Seen) and isinstance(new, Seen):
        changed = hidden_changes(old, new) if annotations else pages_changed(old, new)
        if changed:
            return "differs", [Violation("shown", "pyHanko: " + "; ".join(changed[:5]))]
    plain = not isinstance(new, Seen) or {kind for page in new.annotations for kind, _ in page} & {OFFERED, *HARMLESS}
    first, second = (drawn(part, password, annotations=annotations and not plain) for part in (before, after))
    differing = [name for name in sorted(first) if first[name] != second[name] and "failed" not in (first[name], second[name])]
    if differing:
        return "differs", [Violation("shown", f"drawn otherwise by {', '.join(differing)}")]
    unread = [side for side in (old, new) if isinstance(side, str)]
    return (f"pyHanko: {unread[0]}" if unread else "same"), []


def _seen(content: bytes, password: str | None) -> Seen | str:
    try:
        return seen(content, password)
    except Exception as error:  # noqa: BLE001 - what another reader cannot read is not ours to judge
        return f"{type(error).__name__}: {error}"[:80]
