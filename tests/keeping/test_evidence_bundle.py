"""Evidence bundles: what is in them, the same octets every time, and refusals of every zip that is not one of ours."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from kept_checks import checked

from sigcheck.keeping.bundle import MANIFEST, MOST_MEMBERS
from sigcheck.keeping.bundle_reading import read_bundle
from sigcheck.keeping.bundle_writing import BundleWriter
from sigcheck.keeping.flaws import EvidenceFileError

NAMES = ("generation-2", "certified-then-archived")


def made(*names: str) -> bytes:
    file = BytesIO()
    writer = BundleWriter(file)
    for name in names:
        writer.add(checked(name), f'{{"report": "{name}"}}\n')
    writer.close()
    return file.getvalue()


@cache
def bundle() -> bytes:
    return made(*NAMES)


def members(octets: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(octets)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(content: dict[str, bytes], compression: int = ZIP_STORED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", compression) as file:
        for name, octets in content.items():
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = compression
            file.writestr(entry, octets)
    return out.getvalue()


def test_the_same_checks_give_the_same_octets() -> None:
    assert made(*NAMES) == bundle()


def test_what_is_kept_is_named_for_its_sha256_and_kept_once() -> None:
    content = members(bundle())
    for name, octets in content.items():
        folder, _, rest = name.partition("/")
        if folder in {"certificates", "crls", "ocsp", "timestamps", "policies", "trust"}:
            assert rest.partition(".")[0] == hashlib.sha256(octets).hexdigest()
    assert len([name for name in content if name.startswith("policies/")]) == 1
    assert [name for name in content if name.startswith("documents/")] == [
        "documents/1/evidence.json",
        "documents/1/report.json",
        "documents/2/evidence.json",
        "documents/2/report.json",
    ]


def test_the_verdicts_grounds_are_all_there() -> None:
    content = members(bundle())
    for name in NAMES:
        report = checked(name).report
        chains = [one.chain for one in report.signatures] + [
            stamp.chain for one in report.signatures for stamp in one.times.timestamps
        ]
        whole = {entry.sha256 for chain in chains for entry in chain if entry.role == "signer"}
        assert {f"certificates/{sha256}.cer" for sha256 in whole} <= set(content)
        stamps = sum(len(one.times.timestamps) for one in report.signatures)
        assert stamps
    tokens = [octets for name, octets in content.items() if name.startswith("timestamps/")]
    assert all(not octets.endswith(bytes(8)) for octets in tokens)
    policy = checked(NAMES[0]).policy
    assert content[f"policies/{policy.sha256}.toml"].decode() == policy.text


def test_a_bundle_is_read_back() -> None:
    again = read_bundle(bundle())
    assert again.sha256 == hashlib.sha256(bundle()).hexdigest()
    for name, document in zip(NAMES, again.manifest.documents, strict=True):
        assert document.sha256 == checked(name).report.document.sha256
        assert again.record(document).evidence == checked(name).evidence
        assert again.trust(document).sha256 == checked(name).trust.sha256
        assert [e.sha256 for e in again.trust(document).entries] == [e.sha256 for e in checked(name).trust.entries]


def test_no_folder_of_this_machine_is_in_a_bundle() -> None:
    again = read_bundle(bundle())
    assert {entry.source for entry in checked(NAMES[0]).trust.entries} != {"samples.toml"}
    assert {entry.source for entry in again.trust(again.manifest.documents[0]).entries} == {"samples.toml"}


def test_the_manifest_says_that_certificates_are_whole() -> None:
    assert "national ID numbers" in json.loads(members(bundle())[MANIFEST])["manifest"]["note"]


# ---- What is refused. Each makes one change to a sound bundle. ----


def with_member(name: str, octets: bytes) -> bytes:
    return zipped({**members(bundle()), name: octets})


def without_member(beginning: str) -> bytes:
    content = members(bundle())
    del content[next(name for name in content if name.startswith(beginning))]
    return zipped(content)


def changed_member(beginning: str) -> bytes:
    content = members(bundle())
    name = next(name for name in content if name.startswith(beginning))
    return zipped({**content, name: content[name] + b" "})


def renamed_manifest_entry() -> bytes:
    """A certificate under the name of another, with the manifest made to fit: the name itself states the digest."""
    content = members(bundle())
    first, second = [name for name in content if name.startswith("certificates/")][:2]
    content[first] = content[second]
    whole = json.loads(content[MANIFEST])
    for member in whole["manifest"]["members"]:
        if member["name"] == first:
            member |= {"sha256": hashlib.sha256(content[first]).hexdigest(), "size": len(content[first])}
    return zipped({**content, MANIFEST: json.dumps(whole).encode()})


def twice() -> bytes:
    out = BytesIO(bundle())
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(out, "a") as file:
        file.writestr(ZipInfo(MANIFEST), members(bundle())[MANIFEST])
    return out.getvalue()


def end_record(octets: bytes, **changes: int) -> bytes:
    fields = dict(
        zip(("disk", "first", "here", "count", "size", "offset", "comment"), struct.unpack("<4H2LH", octets[-18:]), strict=True)
    )
    return octets[:-22] + b"PK\x05\x06" + struct.pack("<4H2LH", *(fields | changes).values())


def first_entry(octets: bytes, at: int, value: bytes) -> bytes:
    start = struct.unpack("<L", octets[-6:-2])[0]
    return octets[: start + at] + value + octets[start + at + len(value) :]


def bomb() -> bytes:
    return zipped({**members(bundle()), f"crls/{'0' * 64}.crl": bytes(50_000_000)}, ZIP_DEFLATED)


def overlapping() -> bytes:
    """The second member begins where the first does."""
    octets = bundle()
    start = struct.unpack("<L", octets[-6:-2])[0]
    name, extra, comment = struct.unpack("<3H", octets[start + 28 : start + 34])
    second = start + 46 + name + extra + comment
    return octets[: second + 42] + bytes(4) + octets[second + 46 :]


def central_directory_of_many() -> bytes:
    size = (MOST_MEMBERS + 1) * 46
    return (
        b"PK\x03\x04" + bytes(size) + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, MOST_MEMBERS + 1, MOST_MEMBERS + 1, size, 4, 0)
    )


def zip64() -> bytes:
    octets = bundle()
    locator = b"PK\x06\x07" + bytes(16)
    size = struct.unpack("<L", octets[-10:-6])[0]
    return end_record(octets[:-22] + locator + octets[-22:], size=size + 20)


def behind_a_prefix() -> bytes:
    return end_record(b"PK\x03\x04" + bundle(), offset=struct.unpack("<L", bundle()[-6:-2])[0] + 4)


def gap() -> bytes:
    """Octets between the members and the central directory."""
    octets = bundle()
    start = struct.unpack("<L", octets[-6:-2])[0]
    return end_record(octets[:start] + b"hidden" + octets[start:], offset=start + 6)


def traversal(name: str) -> Callable[[], bytes]:
    return lambda: with_member(name, b"x")


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not-zip"),
    "text": (lambda: b"PK\x03\x04 is how zips begin", "not-zip"),
    "cut short": (lambda: bundle()[:-1], "not-zip"),
    "followed by something": (lambda: bundle() + b"\n", "not-zip"),
    "a comment": (lambda: end_record(bundle(), comment=1) + b"x", "not-zip"),
    "several disks": (lambda: end_record(bundle(), disk=1), "not-zip"),
    "fewer members than stated": (lambda: end_record(bundle(), count=3), "not-zip"),
    "64-bit sizes": (zip64, "zip64"),
    "a prefix": (behind_a_prefix, "not-zip"),
    "a gap": (gap, "not-zip"),
    "overlapping members": (overlapping, "not-zip"),
    "a million members": (central_directory_of_many, "too-many-members"),
    "compressed": (lambda: zipped(members(bundle()), ZIP_DEFLATED), "compressed"),
    "a bomb": (bomb, "compressed"),
    "encrypted": (lambda: first_entry(bundle(), 8, b"\x01\x00"), "encrypted"),
    "a method nobody knows": (lambda: first_entry(bundle(), 10, b"\x63\x00"), "compressed"),
    "sizes that differ": (lambda: first_entry(bundle(), 24, struct.pack("<L", 2**31)), "compressed"),
    "a size beyond the file": (lambda: first_entry(bundle(), 20, struct.pack("<LL", 2**31, 2**31)), "not-zip"),
    "a name twice": (twice, "member-twice"),
    "a way out": (traversal("../../home/.profile"), "member-name"),
    "a way out within": (traversal("documents/../../x.json"), "member-name"),
    "an absolute name": (traversal("/etc/passwd"), "member-name"),
    "another system's way out": (traversal("..\\x.json"), "member-name"),
    "a folder": (traversal("documents/"), "member-name"),
    "a document": (traversal("documents/1/document.pdf"), "member-name"),
    "a name that ends early": (
        lambda: with_member("manifest.json?.exe", b"x").replace(b"manifest.json?.exe", b"manifest.json\x00.exe"),
        "member-name",
    ),
    "a changed certificate": (lambda: changed_member("certificates/"), "member-changed"),
    "a changed report": (lambda: changed_member("documents/1/report"), "member-changed"),
    "another certificate under the name": (renamed_manifest_entry, "member-changed"),
    "a missing member": (lambda: without_member("timestamps/"), "member-missing"),
    "no manifest": (lambda: without_member(MANIFEST), "member-missing"),
    "an unlisted member": (lambda: with_member(f"crls/{hashlib.sha256(b'x').hexdigest()}.crl", b"x"), "member-unlisted"),
    "a broken manifest": (lambda: with_member(MANIFEST, b"{"), "not-json"),
    "a manifest of another version": (lambda: with_member(MANIFEST, b'{"evidence_version": "9"}'), "version"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_zip_that_is_not_ours_is_refused_with_the_reason(case: str) -> None:
    make, reason = HOSTILE[case]
    octets = make()
    with pytest.raises(EvidenceFileError) as caught:
        read_bundle(octets)
    assert caught.value.reason == reason


def test_a_record_that_names_what_is_not_there_is_refused() -> None:
    content = members(bundle())
    whole: dict[str, Any] = json.loads(content[MANIFEST])
    whole["manifest"]["documents"][0]["evidence"] = "documents/9/evidence.json"
    whole["manifest"]["documents"][0]["trust"] = whole["manifest"]["documents"][0]["policy"]
    whole["manifest"]["documents"][0]["store"]["crls"] = [{"sha256": "../x", "received_at": None}]
    odd = read_bundle(zipped({**content, MANIFEST: json.dumps(whole).encode()}))
    document = odd.manifest.documents[0]
    for ask, reason in ((odd.record, "member-missing"), (odd.trust, "not-json"), (odd.store_use, "member-missing")):
        with pytest.raises(EvidenceFileError) as caught:
            ask(document)
        assert caught.value.reason == reason
