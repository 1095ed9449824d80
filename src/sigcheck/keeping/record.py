"""The evidence record: all that was proven about one document and the question that was asked, to be judged again without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sigcheck.evidence import DocumentEvidence
from sigcheck.facts import Unreadable
from sigcheck.keeping import jsonfile
from sigcheck.question import Question

RECORD: Final = "record"
"""The member of the file that holds the record."""


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """One document's evidence; `question.sigcheck_version` is the version that gathered it."""

    question: Question
    evidence: DocumentEvidence | Unreadable


def write_record(record: EvidenceRecord) -> bytes:
    """The record as a file."""
    return jsonfile.written(RECORD, EvidenceRecord, record)


def read_record(octets: bytes) -> EvidenceRecord:
    """The record back, equal in every field. Raises EvidenceFileError."""
    return jsonfile.read(octets, RECORD, EvidenceRecord)
