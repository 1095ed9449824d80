"""A revocation store whose answers are written down, and one that gives the same answers again."""

from __future__ import annotations

from collections.abc import Sequence

from sigcheck.engine.revoking.received import Received, RevocationLookup, RevocationMaterial
from sigcheck.material import StoreAnswer, StoredPiece, StoreUse

STORE = "store"


class RecordedLookup:
    """Asks another lookup and remembers each question with its answer, in the order of asking."""

    def __init__(self, lookup: RevocationLookup) -> None:
        self._lookup = lookup
        self._answers: dict[tuple[tuple[bytes, ...], int], StoreAnswer] = {}

    def about(self, issuer_names: Sequence[bytes], serial_number: int) -> tuple[tuple[Received, ...], tuple[Received, ...]]:
        crls, responses = self._lookup.about(issuer_names, serial_number)
        question = (tuple(issuer_names), serial_number)
        self._answers[question] = StoreAnswer(*question, _pieces(crls), _pieces(responses))
        return crls, responses

    @property
    def answers(self) -> tuple[StoreAnswer, ...]:
        return tuple(self._answers.values())


class RepeatedLookup:
    """Gives recorded answers again. A question that was not asked then gets what was said under the same names."""

    def __init__(self, answers: Sequence[StoreAnswer]) -> None:
        self._answers = {(answer.issuer_names, answer.serial_number): answer for answer in answers}

    def about(self, issuer_names: Sequence[bytes], serial_number: int) -> tuple[tuple[Received, ...], tuple[Received, ...]]:
        exact = self._answers.get((tuple(issuer_names), serial_number))
        if exact is not None:
            return _received(exact.crls), _received(exact.ocsp_responses)
        near = [answer for answer in self._answers.values() if set(answer.issuer_names) & set(issuer_names)]
        same = [answer for answer in near if answer.serial_number == serial_number]
        crls = dict.fromkeys(piece for answer in near for piece in answer.crls)
        responses = dict.fromkeys(piece for answer in same for piece in answer.ocsp_responses)
        return _received(tuple(crls)), _received(tuple(responses))


def recorded(material: RevocationMaterial) -> tuple[RevocationMaterial, RecordedLookup | None]:
    """The material with its lookup, if it has one, written down."""
    if material.lookup is None:
        return material, None
    lookup = RecordedLookup(material.lookup)
    return RevocationMaterial(material.crls, material.ocsp_responses, lookup), lookup


def store_use(material: RevocationMaterial, lookup: RecordedLookup | None) -> StoreUse:
    """All that a check took from the store."""
    return StoreUse(
        _pieces(tuple(piece for piece in material.crls if piece.source == STORE)),
        _pieces(tuple(piece for piece in material.ocsp_responses if piece.source == STORE)),
        () if lookup is None else lookup.answers,
    )


def repeated(use: StoreUse) -> RevocationMaterial:
    """The material that gives a check what the store gave it then."""
    lookup = RepeatedLookup(use.answers) if use.answers else None
    return RevocationMaterial(_received(use.crls), _received(use.ocsp_responses), lookup)


def _pieces(received: Sequence[Received]) -> tuple[StoredPiece, ...]:
    return tuple(StoredPiece(piece.der, piece.received_at) for piece in received)


def _received(pieces: Sequence[StoredPiece]) -> tuple[Received, ...]:
    return tuple(Received(piece.der, STORE, piece.received_at) for piece in pieces)
