"""`sigcheck trust add`: a certificate, taken only with its fingerprint, into the user's folder.

It completes the entry that has its SHA-256; a CA that a listed entry issued (its signature is verified, a name is not enough)
becomes an intermediate below that entry; anything else becomes an anchor. A look-alike of a listed certificate is told. What
will happen is a value first, to be shown; writing is another step.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from sigcheck.anchors import ListedCertificate
from sigcheck.engine.integrity import verify_certificate_signature
from sigcheck.engine.x509.names import name_key
from sigcheck.facts import Certificate
from sigcheck.look_alikes import namesake, namesakes
from sigcheck.trust.certificatefile import entry_name, read_certificates
from sigcheck.trust.entries import entry_of_certificate
from sigcheck.trust.load import LoadedTrust, Standing
from sigcheck.trust.readers import AUTHORITIES, PURPOSES, fingerprint
from sigcheck.trust.tomltext import certificate_toml, entry_toml
from sigcheck.trust.user_folder import write_text
from sigcheck.trust.words import fault

_HEAD = "# Written by `sigcheck trust add`; the fingerprint was given by the user and matched.\n\n"
_CONFIRMED = "added by the user, who gave this SHA-256"


class Addition(Struct, frozen=True):
    """What an added certificate will be: `code` names the sentence that says it."""

    code: str
    """`will-complete`, `will-anchor` or `will-sub-ca`."""
    entry: ListedCertificate
    on: bool
    """False when the completed entry, or the one above the new one, is off."""
    path: Path
    text: str
    already_there: bool
    look_alike: ListedCertificate | None = None
    """The listed certificate with another key whose name the new one's looks like; a renewal by the same issuer is none."""


def plan_addition(
    path: Path, stated: str, trust: LoadedTrust, user_folder: Path, *, authority: str | None = None, purposes: Sequence[str] = ()
) -> Addition:
    """What adding the file would do. Raises TrustError when it is refused: unreadable, another fingerprint, a false issuer."""
    certificate = _one_certificate(path)
    try:
        expected = fingerprint(stated)
    except ValueError as error:
        raise fault("bad-fingerprint", stated=stated) from error
    if expected != certificate.sha256:
        raise fault("fingerprint-differs", path=path, name=certificate.subject, stated=expected, actual=certificate.sha256)
    _check_choices(authority, purposes)
    target = user_folder / f"{entry_name(certificate)}.toml"
    known = next((standing for standing in trust.standings if standing.entry.sha256 == certificate.sha256), None)
    if known is not None:
        text = _HEAD + certificate_toml(certificate.sha256, certificate.der)
        return Addition("will-complete", known.entry, known.on, target, text, known.entry.certificate is not None)
    above = _issuer(certificate, trust.standings, path)
    entry = entry_of_certificate(
        certificate,
        name=entry_name(certificate),
        source=str(target),
        issuer=None if above is None else above.entry.name,
        authority=authority or ("user" if above is None else above.entry.authority),
        purposes=frozenset(purposes or (PURPOSES if above is None else above.entry.purposes)),
        confirmed=_CONFIRMED,
    )
    code = "will-anchor" if above is None else "will-sub-ca"
    return Addition(
        code,
        entry,
        above is None or above.on,
        target,
        _HEAD + entry_toml(entry),
        already_there=False,
        look_alike=_look_alike(certificate, above, trust.standings),
    )


def _look_alike(certificate: Certificate, above: Standing | None, standings: Sequence[Standing]) -> ListedCertificate | None:
    others = (one.entry for one in standings if one.entry.public_key != certificate.public_key)
    return namesake(certificate, namesakes(one for one in others if above is None or one.issuer != above.entry.name))


def write_addition(addition: Addition) -> Path:
    """Write what was planned, unless it is there already. Raises TrustError when that fails."""
    return addition.path if addition.already_there else write_text(addition.path, addition.text)


def _one_certificate(path: Path) -> Certificate:
    certificates = read_certificates(path)
    if not certificates:
        raise fault("not-a-certificate", path=path)
    if len(certificates) > 1:
        raise fault("several-certificates", path=path, count=len(certificates))
    return certificates[0]


def _check_choices(authority: str | None, purposes: Sequence[str]) -> None:
    if authority is not None and authority not in AUTHORITIES:
        raise fault("bad-choice", option="--authority", given=authority, choices=", ".join(AUTHORITIES))
    for purpose in purposes:
        if purpose not in PURPOSES:
            raise fault("bad-choice", option="--purpose", given=purpose, choices=", ".join(PURPOSES))


def _issuer(certificate: Certificate, standings: Sequence[Standing], path: Path) -> Standing | None:
    """The listed entry that issued this CA, None for anything but a CA below one; a name without its signature is refused."""
    if not certificate.is_ca or certificate.subject_der == certificate.issuer_der:
        return None
    wanted = name_key(certificate.issuer_der)
    namesakes = [standing for standing in standings if standing.entry.is_ca and name_key(standing.entry.subject_der) == wanted]
    for standing in namesakes:
        if verify_certificate_signature(certificate, standing.entry.public_key).verifies is True:
            return standing
    if namesakes:
        raise fault("issuer-signature", path=path, issuer=namesakes[0].entry.name)
    return None
