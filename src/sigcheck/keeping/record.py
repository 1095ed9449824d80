"""The evidence record: all that was proven about one document and the question that was asked, to be judged again without it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from sigcheck.evidence import DocumentEvidence, SignatureEvidence, TimestampEvidence
from sigcheck.facts import Unreadable
from sigcheck.keeping import jsonfile
from sigcheck.keeping.flaws import EvidenceFileError
from sigcheck.question import Question

RECORD: Final = "record"
"""The member of the file that holds the record."""
MOST_COMPARISONS: Final = 20_000_000
"""Some seconds. 10,000 signatures with 8 paths of 5 certificates and 40 statements each are 16 million."""


class EvidenceRecord(Struct, frozen=True):
    """One document's evidence; `question.sigcheck_version` is the version that gathered it."""

    question: Question
    evidence: DocumentEvidence | Unreadable


def write_record(record: EvidenceRecord) -> bytes:
    """The record as a file."""
    return jsonfile.written(RECORD, EvidenceRecord, record)


def read_record(octets: bytes) -> EvidenceRecord:
    """The record back, equal in every field. Raises EvidenceFileError."""
    record = jsonfile.read(octets, RECORD, EvidenceRecord)
    if isinstance(record.evidence, DocumentEvidence) and _comparisons(record.evidence) > MOST_COMPARISONS:
        raise EvidenceFileError("too-much", RECORD, MOST_COMPARISONS)
    return record


def _comparisons(evidence: DocumentEvidence) -> int:
    """What judging compares with each other: statements about revocation with the certificates of paths."""
    asked: list[SignatureEvidence | TimestampEvidence] = [*evidence.signatures]
    asked += [stamp for signature in evidence.signatures for stamp in (*signature.timestamps, *signature.content_timestamps)]
    asked += [stamp for remains in evidence.remains for stamp in remains.timestamps]
    return sum(len(one.statements) * sum(len(path.entries) for path in one.paths.found) for one in asked)
