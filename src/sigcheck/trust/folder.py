"""`--trust DIR`: only the anchors in this folder.

A bare certificate is an anchor, an end-entity one too (a path of length zero). It keeps its own key usage, extended key
usage, path length and period; whose it is, nobody says, so its authority is `user`. A TOML file may say more.
"""

from __future__ import annotations

from pathlib import Path

from sigcheck.anchors import ListedCertificate
from sigcheck.facts import Certificate
from sigcheck.trust.certificatefile import EXTENSIONS, entry_name, read_certificates
from sigcheck.trust.entries import WholeCertificate, entry_of_certificate, parse_trust_toml
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
    bare: dict[str, tuple[Certificate, Path]] = {}
    remarks: list[Remark] = []
    names: list[str] = []
    for path in files_in(settings.folder):
        said = _left_out(path)
        if said is None and path.suffix.lower() == ".toml":
            listed, completing = parse_trust_toml(read_text(path), source=str(path))
            entries += listed
            wholes += completing
        elif said is None:
            certificates = read_certificates(path)
            said = None if certificates else remark("no-certificate-inside", path=path)
            for certificate in certificates:
                bare.setdefault(certificate.sha256, (certificate, path))
        if said is None:
            names.append(f"folder: {path}")
        else:
            remarks.append(said)
    stated = {entry.sha256 for entry in entries}
    wholes += [
        WholeCertificate(sha256, certificate.der, str(path)) for sha256, (certificate, path) in bare.items() if sha256 in stated
    ]
    entries += [
        entry_of_certificate(certificate, name=entry_name(certificate), source=str(path))
        for sha256, (certificate, path) in bare.items()
        if sha256 not in stated
    ]
    if not any(entry.is_anchor for entry in entries):
        raise fault("no-anchor", path=settings.folder)
    return Gathered(
        entries=tuple(entries), certificates=tuple(wholes), enabled=frozenset(entry.name for entry in entries),
        names=tuple(names), remarks=tuple(remarks),
    )  # fmt: skip


def _left_out(path: Path) -> Remark | None:
    if path.is_dir():
        return remark("sub-folder", path=path)
    if path.suffix.lower() not in (*EXTENSIONS, ".toml"):
        return remark("other-file", path=path)
    return None
