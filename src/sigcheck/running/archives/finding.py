"""The documents of an archive and of archives inside it, found while it is read once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sigcheck.engine.bytesource import ByteSource
from sigcheck.running.archives.contents import Container, Member, members
from sigcheck.running.archives.lending import Lending
from sigcheck.running.archives.limits import DEPTH, NESTED_OCTETS, ArchiveRefusedError, Budget, BudgetSpentError
from sigcheck.running.archives.recognising import Kind, looks_like_archive, named_as_archive, recognised
from sigcheck.running.paths import PDF_ONLY
from sigcheck.running.places import Located, MemberPlace, MemoryPlace, NotLocated, Place


def find_in_archive(
    path: str, place: Place, version: str, source: ByteSource, kind: Kind, *, lending: Lending, by_content: bool
) -> Iterator[Located | NotLocated]:
    """Every `*.pdf`, in any letter case, in the order of the archive. `source` stays open meanwhile.

    With `by_content` each member is looked at, whether it is an archive too; otherwise those that are named as one.
    """
    finder = _Finder(Budget.of(source.size), lending, by_content)
    return finder.find(Container(path, place, version, source, kind, dear=bool(kind.packing)))


@dataclass(frozen=True, slots=True)
class _Finder:
    budget: Budget
    lending: Lending
    by_content: bool

    def find(self, at: Container) -> Iterator[Located | NotLocated]:
        try:
            for member in members(at, self.budget):
                if member.name.lower().endswith(PDF_ONLY):
                    yield self._document(at, member)
                elif self.by_content or named_as_archive(member.name):
                    yield from self._nested(at, member)
        except (ArchiveRefusedError, OSError) as error:
            if at.depth > 1 and isinstance(error, BudgetSpentError):
                raise
            yield _refused(at.path, error)

    def _document(self, at: Container, member: Member) -> Located | NotLocated:
        if member.problem:
            return NotLocated(member.path, member.problem, member.detail)
        place: MemberPlace | MemoryPlace = member.place
        if at.dear and self.lending.may_lend(member.place.size):
            with suppress(OSError):  # whoever opens the place later says what is wrong
                self._pay(at, member)
                place = self.lending.lend(member.whole().read(0, member.place.size))
        return Located(member.path, place, member.place.size, member.version)

    def _nested(self, at: Container, member: Member) -> Iterator[Located | NotLocated]:
        named = named_as_archive(member.name)
        if member.problem:
            if named:
                yield NotLocated(member.path, member.problem, member.detail)
            return
        found = self._container(at, member, named=named)
        if isinstance(found, Container):
            yield from (item for item in self.find(found) if named or item.path != found.path)
        elif found is not None and (named or found.problem in {"archive-too-deep", "archive-nested-too-large"}):
            yield found

    def _container(self, at: Container, member: Member, *, named: bool) -> Container | NotLocated | None:
        """The archive that a member is; what nobody called an archive may be damaged as it likes."""
        if not named and not looks_like_archive(self._looked_at(at, member)):
            return None
        if at.depth == DEPTH:
            return NotLocated(member.path, "archive-too-deep", str(DEPTH))
        if member.packed and member.place.size > NESTED_OCTETS:
            return NotLocated(member.path, "archive-nested-too-large", str(NESTED_OCTETS))
        try:
            self._pay(at, member)
            source = member.whole()
        except (ArchiveRefusedError, OSError) as error:
            if at.kind.packing or isinstance(error, BudgetSpentError):  # the tar that runs past is damaged itself
                raise
            return _refused(member.path, error)
        try:
            kind = recognised(source, member.name)
        except (ArchiveRefusedError, OSError) as error:
            return _refused(member.path, error)
        if kind is None:
            return NotLocated(member.path, "archive-not-recognised")
        dear = at.dear or member.packed or bool(kind.packing)
        return Container(member.path, member.place, member.version, source, kind, at.depth + 1, dear)

    def _looked_at(self, at: Container, member: Member) -> bytes:
        try:
            return member.head()
        except (ArchiveRefusedError, OSError):
            if at.kind.packing:
                raise
            return b""

    def _pay(self, at: Container, member: Member) -> None:
        """What is unpacked here counts; a packed tar counts as it runs past."""
        if member.packed and not at.kind.packing:
            self.budget.unpack(member.place.size)


def _refused(path: str, error: ArchiveRefusedError | OSError) -> NotLocated:
    if isinstance(error, ArchiveRefusedError):
        return NotLocated(path, error.problem, error.detail)
    return NotLocated(path, "archive-cannot-be-read", error.strerror or str(error))
