"""Reports that leave the house: names, addresses and texts of documents as pseudonyms; answers, codes and times as they are.

What stays is listed; every other text is replaced, so that a field added to the report later is hidden until somebody lists it.
Names of certification authorities and time-stamp servers stay, but for what in them is a signer's, and so does the document's own
SHA-256.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.formula import SIGNED_PHRASE, read_formula
from sigcheck.reporting.pseudonyms import Pseudonyms, same
from sigcheck.verdict import DocumentReport, FactValue, RemainsReport, SignatureReport, SignerReport

if TYPE_CHECKING:
    from sigcheck.checked import Checked

KEPT: Final = frozenset(
    {
        "DocumentReport.schema_version", "DocumentReport.sigcheck_version", "DocumentReport.disabled_checks",
        "DocumentReport.profile_sha256", "DocumentReference.sha256", "SignerReport.kind", "SignerReport.kind_reason",
        "IntegrityReport.digest_algorithm", "IntegrityReport.signature_algorithm", "IntegrityReport.key_algorithm",
        "IntegrityReport.unknown", "CoverageReport.flaw", "ChangeReport.object", "ChangeReport.rule", "ChangeReport.level",
        "ModificationsReport.level", "ChainEntryReport.sha256", "ChainEntryReport.serial_number", "ChainEntryReport.role",
        "ChainEntryReport.link", "ChainEntryReport.authority", "StatementReport.kind", "StatementReport.reason",
        "StatementReport.unusable_because", "StatementReport.state", "StatementReport.sha256", "TimestampReport.policy",
        "TimestampReport.serial_number", "TimestampReport.imprint_algorithm", "TimesReport.basis", "LowerBoundReport.basis",
        "AppearanceReport.kind", "SignatureReport.kind", "RemainsReport.object", "TimelineEntry.what",
        "ExistenceProofReport.object", "ExistenceProofReport.basis", "EvidenceBundleReference.sha256",
        "EvidenceBundleReference.used_for", "PolicyReference.sha256", "TrustReference.sha256",
        "RevocationStoreReference.sha256", "Finding.code", "Finding.clause", "About.object",
    }
)  # fmt: skip
"""Texts of ours, digests of what is no certificate of a signer's, and machine words."""

SWEPT: Final = frozenset(
    {
        "DocumentReport.profile", "SignerReport.issuer", "ChainEntryReport.subject", "ChainEntryReport.common_name",
        "StatementReport.source", "TimestampReport.tsa", "TimelineEntry.source", "PolicyReference.name", "Finding.action",
        "SignatureReport.sub_filter", "RemainsReport.sub_filter",
    }
)  # fmt: skip
"""Kept but for what in them is a signer's."""

FIELDS: Final = frozenset(
    {
        "SignatureReport.field", "ProofReport.signature", "LowerBoundReport.signature", "TimelineEntry.signature",
        "ExistenceProofReport.signature", "Contradiction.earlier", "Contradiction.later",
    }
)  # fmt: skip
"""Names of form fields: some systems write their signers into them."""

NAMES: Final = frozenset({"BlockReport.name", "BlockReport.signer_name", "SignerReport.common_name", "SignerReport.organisation"})
TIMES: Final = frozenset({"BlockReport.claimed_time", "TimesReport.claimed", "TimelineEntry.at"})
"""Kept where a time could be read."""
EMAILS: Final = frozenset({"BlockReport.signer_email", "SignerReport.email"})
FINGERPRINTS: Final = frozenset({"StatementReport.certificate_sha256", "ExistenceProofReport.sha256"})
"""Of certificates: a signer's is replaced, since directories list them."""

FACTS_KEPT: Final = frozenset(
    {
        "accepted", "algorithm", "authority", "basis", "bits", "bound", "by", "byte_range", "compared_with", "corner",
        "count", "covered", "difference", "digest_algorithm", "extended_key_usage", "flaw", "found", "gen_time", "how",
        "judged_at", "key_usage", "latest_day", "length", "level", "limit", "listed", "made_after", "moment", "needed",
        "not_after", "not_before", "objects", "offsets", "organisation_day", "pages", "permissions", "person_day", "phrase",
        "received", "reference", "required", "revoked_at", "rules", "signature_algorithm", "signing_time", "start", "until",
        "use", "validation_time", "where", "which",
    }
)  # fmt: skip
FACTS_SWEPT: Final = frozenset(
    {"sub_filter", "anchor", "imitates", "missing", "profile", "source", "tsa", "certificate", "certificates"}
)
FACTS_OF_FIELDS: Final = frozenset({"field", "fields", "earlier", "later", "proof"})
FACTS_OF_NAMES: Final = frozenset(
    {
        "block_name", "certificate_name", "certificate_organisation", "entry", "shown_name", "shown_organisation", "signer",
        "signers",
    }
)  # fmt: skip
FACTS_OF_EMAILS: Final = frozenset({"block_email", "certificate_emails", "shown_email", "email", "expect_signers"})
FACTS_OF_TEXTS: Final = frozenset({"reason"})
"""Machine words under every code but those of TEXT_CODES."""
TEXT_CODES: Final = frozenset({"block-formula-disguised"})

MOST_SWEPT: Final = 500
"""Names to look for inside others; with more of them, others are replaced whole."""
SHORTEST_SWEPT: Final = 3
"""Letters; shorter names would be found in every word."""

_PLAIN_FIELD = re.compile(r"(?:signature|sig|chữ ?ký)[ _.-]?\d{0,5}", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NAME_AND_EMAIL = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>")


def redacting(documents: Iterable[Checked], key: bytes) -> Iterator[Checked]:
    """Documents with redacted reports, without the evidence, which holds whole certificates, and pictures, which show names."""
    from sigcheck.facts import Unreadable, UnreadableReason  # noqa: PLC0415 - only a redacted report needs it

    withheld = Unreadable(UnreadableReason.IO, "withheld: the report is redacted")
    for document in documents:
        yield replace(document, report=redacted(document.report, key), evidence=withheld, kept=None, pictures=None)


def redacted(report: DocumentReport, key: bytes) -> DocumentReport:
    """The report with pseudonyms. State, indications, codes, times and counts are those of the report."""
    walked: DocumentReport = Redaction(report, Pseudonyms(key)).walk(report)
    return walked


class Redaction:
    """The replacements of one report."""

    def __init__(self, report: DocumentReport, pseudonyms: Pseudonyms) -> None:
        self.pseudonyms = pseudonyms
        self.signers: dict[str, SignerReport] = {}
        secrets: dict[str, str] = {}
        everybody: list[SignatureReport | RemainsReport] = [*report.signatures, *report.signature_remains]
        for one in everybody:
            signer, block = one.signer, one.block
            if isinstance(one, SignatureReport) and one.kind != "signature":
                continue  # a time-stamp server
            for text, label in ((signer.common_name, signer.kind), (signer.organisation, "organisation")):
                if text and label in ("person", "organisation"):
                    pseudonyms.labels.setdefault(same(text), label)
            if signer.subject:
                self.signers[signer.subject] = signer
            self.signers |= {known: signer for known in (signer.sha256, signer.common_name) if known}
            names = (signer.common_name, signer.organisation, block.name, block.signer_name)
            secrets |= {name: pseudonyms.name(name) for name in names if name}
            secrets |= {email: pseudonyms.of("email", email) for email in (signer.email, block.signer_email) if email}
        wanted = sorted((one for one in secrets if len(one) >= SHORTEST_SWEPT), key=lambda one: (-len(one), one))
        self._secrets = {one.casefold(): secrets[one] for one in wanted}
        self._pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE) if 0 < len(wanted) <= MOST_SWEPT else None
        self._swept: dict[str, str] = {}

    def walk(self, value: Any) -> Any:
        """A part of the report with every text of it replaced or kept, as the tables say."""
        changes: dict[str, Any] = {}
        kind = type(value).__name__
        for name in value.__struct_fields__:
            held = getattr(value, name)
            if kind == "Finding" and name == "facts":
                changes["facts"] = self._facts(held, getattr(value, "code", ""))
            elif kind == "DocumentReport" and name == "demands":
                changes["demands"] = self._facts(held, "")
            elif kind == "TrustReference" and name == "sources":
                changes["sources"] = [self._source(source) for source in held]
            elif name == "chain":
                changes["chain"] = self._chain(held)
            else:
                changes[name] = self._replaced(f"{kind}.{name}", held, value)
        return replace(value, **changes)

    def _replaced(self, place: str, held: Any, owner: Any) -> Any:
        match held:
            case Enum():
                return held
            case str():
                return self._text(place, held, owner)
            case list():
                return [self._replaced(place, one, owner) for one in held]
            case dict():
                return {name: self._replaced(place, one, owner) for name, one in held.items()}
            case Struct():
                return self.walk(held)
            case _:
                return held

    def _text(self, place: str, text: str, owner: Any) -> str:
        if place in KEPT or not text.strip():
            return text
        if isinstance(owner, SignerReport) and owner.kind is None and place != "SignerReport.sha256":
            return self.swept(text)  # a time-stamp server's
        if place in TIMES:
            return text if _ISO.fullmatch(text) else self.pseudonyms.of("text", text)
        if place in SWEPT:
            return self.swept(text)
        if place in FIELDS:
            return self.field(text)
        if place in NAMES:
            return self.pseudonyms.name(text)
        if place in EMAILS:
            return self.pseudonyms.of("email", text)
        if place in FINGERPRINTS:
            return self._fingerprint(text)
        return self._other(place, text, owner)

    def _other(self, place: str, text: str, owner: Any) -> str:
        match place:
            case "SignerReport.subject":
                return self._subject(owner)
            case "SignerReport.sha256" | "SignerReport.serial_number":
                return self._fingerprint(text) if owner.kind is None else self.pseudonyms.hexadecimal(text)
            case "BlockReport.reason":
                return self._reason(text)
            case "ChangeReport.what":
                return str(owner.rule)
            case "DocumentReference.path":
                return self.pseudonyms.of("document", text)
            case _:
                return self.pseudonyms.of("text", text)

    def swept(self, text: str) -> str:
        """A text of others with the signers' names and addresses in it replaced."""
        if text in self.signers:
            signer = self.signers[text]
            return self._subject(signer) if text == signer.subject else self.pseudonyms.name(text)
        if self._pattern is None:
            return self.pseudonyms.of("text", text) if self._secrets else text
        if text not in self._swept:
            self._swept[text] = self._pattern.sub(self._secret, text)
        return self._swept[text]

    def _secret(self, found: re.Match[str]) -> str:
        return self._secrets.get(found[0].casefold()) or self.pseudonyms.name(found[0])

    def field(self, text: str) -> str:
        return text if _PLAIN_FIELD.fullmatch(text) else self.pseudonyms.of("field", text)

    def _subject(self, signer: SignerReport) -> str:
        return f"CN={self.pseudonyms.name(signer.common_name or signer.subject or '')}"

    def _fingerprint(self, text: str) -> str:
        return self.pseudonyms.hexadecimal(text) if text in self.signers else text

    def _reason(self, text: str) -> str:
        formula = read_formula(text)
        if formula.oddities or len(formula.signers) != 1:
            return self.pseudonyms.of("text", text)
        name, email = formula.signers[0].name, formula.signers[0].email
        who = (self.pseudonyms.name(name) if name else "") + (f"<{self.pseudonyms.of('email', email)}>" if email else "")
        return f"{who} {SIGNED_PHRASE}".strip()

    def _source(self, source: str) -> str:
        kind, separator, name = source.partition(": ")
        if kind == "shipped" or not separator:
            return source
        return f"{kind}: {self.pseudonyms.of('file', name)}"

    def _chain(self, chain: list[Any]) -> list[Any]:
        """An entry that is a signer's is replaced as a whole; those above it are authorities."""
        walked = []
        for entry in chain:
            made = self.walk(entry)
            if entry.sha256 in self.signers or entry.subject in self.signers:
                signer = self.signers.get(entry.sha256) or self.signers[entry.subject]
                number = None if entry.serial_number is None else self.pseudonyms.hexadecimal(entry.serial_number)
                name = None if entry.common_name is None else self.pseudonyms.name(entry.common_name)
                fingerprint = None if entry.sha256 is None else self.pseudonyms.hexadecimal(entry.sha256)
                made = replace(made, subject=self._subject(signer), common_name=name, sha256=fingerprint, serial_number=number)
            walked.append(made)
        return walked

    def _facts(self, facts: Mapping[str, FactValue], code: str) -> dict[str, FactValue]:
        return {name: self._fact(name, value, code) for name, value in facts.items()}

    def _fact(self, name: str, value: FactValue, code: str) -> FactValue:
        if isinstance(value, list):
            return [str(self._fact(name, one, code)) for one in value]
        if not isinstance(value, str) or not value or value == "?" or name in FACTS_KEPT:
            return value
        if name == "claimed" and _ISO.fullmatch(value):
            return value
        if name in FACTS_SWEPT:
            return self.swept(value)
        if name in FACTS_OF_FIELDS:
            return self.field(value)
        if name in FACTS_OF_EMAILS:
            return self.pseudonyms.of("email", value)
        if name in FACTS_OF_NAMES:
            return self._named(value)
        if name in FACTS_OF_TEXTS and code not in TEXT_CODES:
            return value
        return self.pseudonyms.of("text", value)

    def _named(self, text: str) -> str:
        """A name, a subject, or `NAME <EMAIL>`."""
        if text in self.signers:
            return self.swept(text)
        both = _NAME_AND_EMAIL.fullmatch(text)
        if both is None:
            return self.pseudonyms.name(text)
        return f"{self.pseudonyms.name(both['name'])} <{self.pseudonyms.of('email', both['email'])}>"
