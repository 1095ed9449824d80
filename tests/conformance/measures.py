"""The measures of the open corpus: what a validator says of a file, held against the outcome that the file's source states.

Pure, and the same for sigcheck (test_open_corpus.py) and for other programs (benchmarks/compare_conformance.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PASSWORD = "password"
"""The key of a manifest's row whose file needs one."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a validator says of one file, in the terms that the measures ask for."""

    passes: bool
    """There are signatures, and all is good."""
    intact: bool
    """There are signatures, and every digest and signature value verifies."""
    broken: bool
    """A signature is broken, or the document is refused; "no signatures" is not that."""
    flagged: bool
    """A change that is not allowed was found, or the document is refused for what was done to its signatures."""
    modified: bool
    """A change that is not allowed was found, that alone."""
    bad_timestamp_refused: bool
    """The file does not pass, and no time-stamp's soundness is vouched for wrongly."""
    whole: Mapping[str, bool | None]
    """For each field with a signature, whether that covers the whole file; None, or no entry: not said."""
    counts: frozenset[int]
    """The numbers of signatures that it names: with and without document time-stamps."""


SILENT = Said(
    passes=False,
    intact=False,
    broken=False,
    flagged=False,
    modified=False,
    bad_timestamp_refused=True,
    whole={},
    counts=frozenset(),
)
"""No answer that one could use."""


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    applies: Callable[[Mapping[str, Any]], bool]
    """Whether an expectation of the manifest states an outcome for this measure."""
    met: Callable[[Mapping[str, Any], Said], bool]


def asked(row: Mapping[str, Any]) -> bool:
    """A source states a crisp outcome, and the file opens without a password."""
    return bool(row["crisp"]) and not row.get(PASSWORD)


def good(expected: Mapping[str, Any]) -> bool:
    """The source states that all is well, in every respect that it speaks of."""
    return (
        expected.get("all_intact") is True
        and expected.get("unauthorized_modification") is False
        and not expected.get("must_not_pass")
        and expected.get("timestamps_intact") is not False
        and not {"indication", "subindication"} & expected.keys()
    )


def _coverage(expected: Mapping[str, Any], said: Said) -> bool:
    return all(said.whole.get(field) is whole for field, whole in expected["covers_whole_file"].items())


MEASURES: tuple[Measure, ...] = (
    Measure("must-not-pass rejected", lambda e: e.get("must_not_pass") is True, lambda _, said: not said.passes),
    Measure("intact recognised", lambda e: e.get("all_intact") is True, lambda _, said: said.intact),
    Measure("good file passes", good, lambda _, said: said.passes),
    Measure("broken recognised", lambda e: e.get("all_intact") is False, lambda _, said: said.broken),
    Measure("forbidden change flagged", lambda e: e.get("unauthorized_modification") is True, lambda _, said: said.flagged),
    Measure(
        "permitted change not flagged", lambda e: e.get("unauthorized_modification") is False, lambda _, said: not said.modified
    ),
    Measure(
        "bad time-stamp not passed", lambda e: e.get("timestamps_intact") is False, lambda _, said: said.bad_timestamp_refused
    ),
    Measure("coverage", lambda e: isinstance(e.get("covers_whole_file"), dict), _coverage),
    Measure("signature count", lambda e: e.get("n_signatures") is not None, lambda e, said: e["n_signatures"] in said.counts),
)

_REFUSED_FOR_A_CHANGE = frozenset(
    {"modified-after-signing", "signature-removed", "byte-range-unsound", "digest-mismatch", "cross-reference-rebuilt"}
)


def said_by_sigcheck(report: Mapping[str, Any]) -> Said:
    """A report (the object that `verify --format json` prints) in the measures' terms.

    intact: every signature's digest and value verify; what the ByteRange covers is another measure. A bad time-stamp is refused
    when the document is not `valid` and a time-stamp is not called sound.
    """
    signatures = report["signatures"]
    kinds = [signature["kind"] for signature in signatures]
    checked = [signature["integrity"] for signature in signatures]
    intact = "signature" in kinds and all(i["digest_matches"] is True and i["signature_verifies"] is True for i in checked)
    sound = intact and all(signature["coverage"]["sound"] for signature in signatures)
    of_signatures = {finding["code"] for signature in signatures for finding in signature["findings"]}
    codes = of_signatures | {finding["code"] for finding in report["findings"]}
    stamps = [stamp for signature in signatures for stamp in signature["times"]["timestamps"]]
    passes = report["state"] == "valid"
    return Said(
        passes=passes,
        intact=intact,
        broken=not sound and report["state"] not in {"valid", "unsigned"},
        flagged=bool(codes & _REFUSED_FOR_A_CHANGE),
        modified="modified-after-signing" in of_signatures,
        bad_timestamp_refused=not passes and any(stamp["sound"] is not True for stamp in stamps),
        whole={signature["field"]: signature["coverage"]["whole_document"] for signature in signatures},
        counts=frozenset({len(signatures), kinds.count("signature")}),
    )
