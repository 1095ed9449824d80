"""`verify --evidence` keeps what verdicts rest on; `--from-evidence` takes it up again: as material, or on its word."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sigcheck.checked import Checked
from sigcheck.cli_output import failing_as_unwritable, mode_for, place_of
from sigcheck.cli_streams import CannotRunError, cannot, say
from sigcheck.fingerprints import sha256_digits
from sigcheck.keeping.bundle import MOST_OCTETS
from sigcheck.keeping.bundle_reading import Bundle, read_bundle
from sigcheck.keeping.bundle_writing import BundleWriter
from sigcheck.keeping.flaws import EvidenceFileError
from sigcheck.references import EvidenceBundleReference
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.running.paths import Found

if TYPE_CHECKING:
    from sigcheck.cli_pictures import Illustrate
    from sigcheck.material import OfferedMaterial

MOST_DOCUMENT: Final = 4 * 1024**3
"""Octets read of standard input, as without a policy that says otherwise."""
NOT_BESIDE_A_DIGEST: Final = {
    "trust": "--trust",
    "no_user_trust": "--no-user-trust",
    "policy": "--policy",
    "profile": "--profile",
    "at": "--at",
    "received_at": "--received-at",
    "received_from": "--received-from",
    "online": "--online",
    "allow_private_addresses": "--allow-private-addresses",
    "revocation_store": "--revocation-store",
    "no_revocation_store": "--no-revocation-store",
    "expect_signer": "--expect-signer",
    "min_signatures": "--min-signatures",
    "require_timestamp": "--require-timestamp",
}
"""What a bundle that is believed answers itself, by the names of the command's parameters."""


@contextmanager
def evidence_kept(target: Path, words: Catalogue) -> Iterator[Callable[[Iterable[Checked]], Iterator[Checked]]]:
    """Gives what lets documents pass and writes each into the bundle. The file appears whole, at the end, or not at all."""
    if target.exists() and not target.is_file():
        raise cannot(words, "output-unwritable", path=target, detail=words.word("error.not-a-file"))
    with failing_as_unwritable(target, words):
        place = place_of(target)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{target.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as file:
            writer = BundleWriter(file)
            yield lambda documents: _each_kept(documents, writer, target, words)
            with failing_as_unwritable(target, words):
                writer.close()
                digest = _digest(file)
        if not writer.is_empty:
            with failing_as_unwritable(target, words):
                Path(name).chmod(mode_for(place))
                Path(name).replace(place)
            say(words, "evidence-kept", path=target, sha256=digest)
    finally:
        Path(name).unlink(missing_ok=True)


def _each_kept(documents: Iterable[Checked], writer: BundleWriter, target: Path, words: Catalogue) -> Iterator[Checked]:
    from sigcheck.reporting.json_report import as_text, report_object  # noqa: PLC0415 - both catalogues are loaded for it

    for document in documents:
        try:
            with failing_as_unwritable(target, words):
                writer.add(document, as_text(report_object(document.report)) + "\n")
        except EvidenceFileError as error:
            raise refusal(error, target, words) from None
        yield document


def _digest(file: BufferedRandom) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def refusal(error: EvidenceFileError, path: object, words: Catalogue) -> CannotRunError:
    """The words for a file of evidence that cannot be used."""
    where = words.word("error.evidence-where", where=error.where) if error.where else ""
    reason = words.word(f"error.evidence-{error.reason}", found=error.found)
    return cannot(words, "evidence-unusable", path=path, detail=f"{reason}{where}")


def octets_of(path: Path, words: Catalogue) -> bytes:
    """A file of evidence as a whole. Raises CannotRunError."""
    try:
        with path.open("rb") as file:
            octets = file.read(MOST_OCTETS + 1)
    except (OSError, ValueError) as error:
        raise cannot(words, "evidence-unreadable", path=path, detail=error) from error
    if len(octets) > MOST_OCTETS:
        raise refusal(EvidenceFileError("too-large", found=MOST_OCTETS), path, words)
    return octets


def vouched_for(octets: bytes, digest: str | None, path: Path, words: Catalogue) -> bool:
    """Whether the file is the one whose SHA-256 the user knows from elsewhere. Raises CannotRunError when it is another one."""
    if digest is None:
        return False
    wanted = sha256_digits(digest)
    if wanted is None:
        raise cannot(words, "evidence-sha256", given=digest)
    found = hashlib.sha256(octets).hexdigest()
    if found != wanted:
        raise cannot(words, "evidence-other-sha256", path=path, found=found, wanted=wanted)
    return True


def given_bundle(path: Path, digest: str | None, given: Iterable[str], words: Catalogue) -> tuple[Bundle, bool]:
    """The bundle of `--from-evidence`, and whether its own trust, policy and times count."""
    octets = octets_of(path, words)
    believed = vouched_for(octets, digest, path, words)
    beside = [option for name, option in NOT_BESIDE_A_DIGEST.items() if name in set(given)]
    if believed and beside:
        raise cannot(words, "evidence-conflict", options=", ".join(beside))
    try:
        return read_bundle(octets), believed
    except EvidenceFileError as error:
        raise refusal(error, path, words) from None


def untrusted_material(bundle: Bundle, path: Path, words: Catalogue) -> tuple[OfferedMaterial, EvidenceBundleReference]:
    """What a bundle that nobody vouches for may give to a check."""
    say(words, "evidence-material", path=path)
    return bundle.offered(), EvidenceBundleReference(bundle.sha256, "material")


def repeating(
    bundle: Bundle, path: Path, password: str | None, keep: bool, illustrate: Illustrate, words: Catalogue
) -> Callable[[Found], Checked]:
    """The check of documents as it was made when the bundle was written. Raises CannotRunError for other documents."""
    from sigcheck.engine.revoking.recorded import repeated  # noqa: PLC0415 - the engine is loaded once there is a document
    from sigcheck.pipeline import check as check_one  # noqa: PLC0415 - as above
    from sigcheck.running.reading import opened, sha256_of  # noqa: PLC0415 - as above

    say(words, "evidence-believed", path=path, sha256=bundle.sha256)

    def check(found: Found) -> Checked:
        with opened(found, MOST_DOCUMENT) as source:
            document = bundle.document(sha256_of(source) or "", found.path)
            if document is None:
                raise cannot(words, "evidence-other-document", path=found.path, bundle=path)
            try:
                question = bundle.record(document).question
                trust = bundle.trust(document)
                material = repeated(bundle.store_use(document))
                offered = bundle.offered_then(document)
            except EvidenceFileError as error:
                raise refusal(error, path, words) from None
            checked = check_one(
                source,
                path=question.path,
                trust=trust,
                policy=question.policy,
                at=question.at,
                material=material,
                revocation_store=question.revocation_store,
                received=question.received,
                password=password,
                profile=question.profile,
                demands=question.demands,
                online=question.online,
                offered=offered,
                evidence_bundle=question.evidence_bundle,
                keep=keep,
            )
            return illustrate(checked, source)

    return check
