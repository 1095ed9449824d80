"""General names (RFC 5280, 4.2.1.6) and the extensions that hold them, for name constraints and distribution points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from sigcheck.engine.certificates import certificate_extensions
from sigcheck.engine.crypto import asn1
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.x509.names import EMAIL_ADDRESS, attributes, name_key
from sigcheck.facts import Certificate

SUBJECT_ALT_NAME: Final = "2.5.29.17"

FORMS: Final[Mapping[int, str]] = {
    0xA0: "other",
    0x81: "rfc822",
    0x82: "dns",
    0xA3: "x400",
    0xA4: "directory",
    0xA5: "edi",
    0x86: "uri",
    0x87: "ip",
    0x88: "registered",
}
"""The forms of a GeneralName by their context tag."""


class GeneralName(Struct, frozen=True):
    """One GeneralName: its form and its content octets, of a directory name the whole Name in DER."""

    form: str
    value: bytes

    @property
    def comparable(self) -> tuple[object, ...]:
        """Equal for directory names that RFC 5280, 7.1 calls equal, and for other names of the same octets."""
        return (self.form, name_key(self.value)) if self.form == "directory" else (self.form, self.value)


def general_name(element: asn1.Element) -> GeneralName:
    """Raises Malformed on a form that RFC 5280 does not know."""
    form = FORMS.get(element.tag)
    if form is None:
        raise asn1.Malformed(f"general name of tag {element.tag:#x}")
    if form == "directory":
        return GeneralName(form, next(element.iterate(), element).expect(asn1.SEQUENCE).raw)
    return GeneralName(form, element.value)


def general_names(elements: Iterable[asn1.Element]) -> tuple[GeneralName, ...]:
    """Raises Malformed."""
    return tuple(general_name(element) for element in elements)


def extension_value(certificate: Certificate, oid: str) -> bytes | None:
    """The DER inside an extension of the certificate; None without the extension."""
    return next((extension.value for extension in certificate_extensions(certificate) if extension.oid == oid), None)


def subject_names(certificate: Certificate) -> tuple[GeneralName, ...] | None:
    """All names that name constraints bind: the subject, its alternative names, and without these an emailAddress in the
    subject (RFC 5280, 4.2.1.10). None when the alternative names cannot be read."""
    try:
        rdns = attributes(certificate.subject_der)
        names = (GeneralName("directory", certificate.subject_der),) if rdns else ()
        alternative = extension_value(certificate, SUBJECT_ALT_NAME)
        if alternative is not None:
            return names + general_names(asn1.read(alternative).expect(asn1.SEQUENCE).iterate())
        return names + tuple(_emails(rdns))
    except (asn1.Malformed, LimitReached):
        return None


def _emails(rdns: tuple[tuple[tuple[str, asn1.Element], ...], ...]) -> Iterator[GeneralName]:
    for rdn in rdns:
        for oid, value in rdn:
            if oid == EMAIL_ADDRESS:
                yield GeneralName("rfc822", value.value)
