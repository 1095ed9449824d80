"""`--trust DIR`: only the anchors in this folder.

A bare certificate is an anchor, an end-entity one too (a path of length zero). It keeps its own key usage, extended key
usage, path length and period; whose it is, nobody says, so its authority is `user`. A TOML file may say more.
"""

from __future__ import annotations

from pathlib import Path

from sigcheck.anchors import ListedCertificate
from sigcheck.facts import Certificate
from sigcheck.trust.certificatefile import EXTENSIONS, entry_name, read_certificates
from sigcheck.trust.entries import ListReference, WholeCertificate, entry_of_certificate, parse_trust_toml
from sigcheck.trust.sources import Gathered, Settings, files_in, read_text
from sigcheck.trust.words import Remark, fault, remark


def from_folder(settings: Settings) -> Gathered:
    """Entries and bare certificates of the folder, every entry switched on; nothing when no folder was named.

    Raises TrustError when the folder or a trust file in it cannot be used, and when there is no anchor in it.
    """
    if settings.folder is None:
        return Gathered()
    entries: list[ListedCertificate] = []
    wholes: list[WholeCertificate] = []
    lists: list[tuple[Path, ListReference]] = []
    bare: dict[str, tuple[Certificate, Path]] = {}
    left_out: list[tuple[Path, Remark]] = []
    names: list[str] = []
    for path in files_in(settings.folder):
        said = _left_out(path)
        if said is None and path.suffix.lower() == ".toml":
            stated = parse_trust_toml(read_text(path), source=str(path))
            entries += stated.entries
            wholes += stated.certificates
            lists += ((settings.folder / reference.file, reference) for reference in stated.lists)
        elif said is None:
            certificates = read_certificates(path)
            said = None if certificates else remark("no-certificate-inside", path=path)
            for certificate in certificates:
                bare.setdefault(certificate.sha256, (certificate, path))
        if said is None:
            names.append(f"folder: {path}")
        else:
            left_out.append((path, said))
    entries, wholes = _with_bare(entries, wholes, bare)
    if not any(entry.is_anchor for entry in entries) and not lists:
        raise fault("no-anchor", path=settings.folder)
    named = {path for path, _ in lists}
    return Gathered(
        entries=tuple(entries), certificates=tuple(wholes), lists=tuple(lists),
        enabled=frozenset(entry.name for entry in entries), names=tuple(names),
        remarks=tuple(said for path, said in left_out if path not in named),
    )  # fmt: skip


def _with_bare(
    entries: list[ListedCertificate], wholes: list[WholeCertificate], bare: dict[str, tuple[Certificate, Path]]
) -> tuple[list[ListedCertificate], list[WholeCertificate]]:
    """A bare certificate completes the entry of its fingerprint; any other is an anchor."""
    stated = {entry.sha256 for entry in entries}
    completing = [
        WholeCertificate(sha256, certificate.der, str(path)) for sha256, (certificate, path) in bare.items() if sha256 in stated
    ]
    anchors = [
        entry_of_certificate(certificate, name=entry_name(certificate), source=str(path))
        for sha256, (certificate, path) in bare.items()
        if sha256 not in stated
    ]
    return [*entries, *anchors], [*wholes, *completing]


def _left_out(path: Path) -> Remark | None:
    if path.is_dir():
        return remark("sub-folder", path=path)
    if path.suffix.lower() not in (*EXTENSIONS, ".toml"):
        return remark("other-file", path=path)
    return None
