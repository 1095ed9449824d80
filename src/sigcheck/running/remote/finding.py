"""The documents below an address: objects of a bucket, files behind SFTP, and what archives among them hold."""

from __future__ import annotations

from collections.abc import Iterator

from sigcheck.running.archives.finding import find_in_archive
from sigcheck.running.archives.lending import Lending
from sigcheck.running.archives.limits import ArchiveRefusedError
from sigcheck.running.archives.recognising import named_as_archive, recognised
from sigcheck.running.paths import PDF_ONLY
from sigcheck.running.places import Located, NotLocated, RemotePlace
from sigcheck.running.remote.source import open_remote
from sigcheck.running.remote.stores import SCHEMES, Address, StoredFile, Unread, store_at


def find_remote(url: str, *, archives: bool, lending: Lending) -> Iterator[Located | NotLocated]:
    """Every `*.pdf`, in any letter case, and those in archives that are named as such, in the order of the store."""
    address = Address.of(url)
    refused = _refused(url, address)
    if refused is not None:
        yield refused
        return
    empty = True
    try:
        for file in store_at(address.scheme, address.authority).listed(address.name):
            for found in _in_file(address, file, archives, lending):
                empty = False
                yield found
    except ImportError as error:
        yield NotLocated(url, "remote-extra-missing", str(error))
        return
    except (OSError, ValueError) as error:  # ValueError: no port, no bucket of that name
        yield NotLocated(url, "store-cannot-be-read", str(error))
        return
    if empty:
        yield NotLocated(url, "no-document-in-store")


def _refused(url: str, address: Address) -> NotLocated | None:
    if address.scheme not in SCHEMES:
        return NotLocated(url, "scheme-not-supported", ", ".join(f"{scheme}://" for scheme in SCHEMES))
    if not address.authority:
        return NotLocated(url, "store-cannot-be-read", "?")
    if ":" in address.authority.rpartition("@")[0]:
        return NotLocated(f"{address.scheme}://…", "password-in-address")  # not repeated: it would stand in every report
    return None


def _in_file(address: Address, file: StoredFile | Unread, archives: bool, lending: Lending) -> Iterator[Located | NotLocated]:
    path = str(Address(address.scheme, address.authority, file.name))
    if isinstance(file, Unread):
        yield NotLocated(path, file.problem, file.detail)
        return
    place = RemotePlace(path, file.size, file.entity_tag)
    if archives and named_as_archive(file.name):
        yield from _in_archive(path, place, file.version, lending)
    elif file.name.lower().endswith(PDF_ONLY) or file.name == address.name:  # what is named itself is a document
        yield Located(path, place, file.size, file.version)


def _in_archive(path: str, place: RemotePlace, version: str, lending: Lending) -> Iterator[Located | NotLocated]:
    with open_remote(place) as source:
        try:
            kind = recognised(source, path)
        except ArchiveRefusedError as error:
            yield NotLocated(path, error.problem, error.detail)
            return
        except OSError as error:
            yield NotLocated(path, "archive-cannot-be-read", str(error))
            return
        if kind is None:
            yield NotLocated(path, "archive-not-recognised")
        else:
            yield from find_in_archive(path, place, version, source, kind, lending=lending, by_content=False)
