"""The standard security handler against files that another library encrypted, and against published vectors (7.6)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from made_pdf import CATALOG, PAGES, MadePdf
from pyhanko.pdf_utils import generic as typed_generic  # noqa: TID251 - the independent writer of these files
from pyhanko.pdf_utils import writer as typed_writer  # noqa: TID251 - as above
from pyhanko.pdf_utils.crypt import StandardSecurityHandler  # noqa: TID251 - as above
from pyhanko.pdf_utils.crypt.standard import StandardSecuritySettingsRevision as Handler  # noqa: TID251 - as above

from sigcheck.engine.bytesource import FileSource, MemorySource
from sigcheck.engine.pdf.encryption import _rc4
from sigcheck.engine.pdf.objects import PdfObject, Reference, Stream, String
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.facts import Unreadable, UnreadableReason

generic: Any = typed_generic
writer: Any = typed_writer
"""Most of the library's functions carry no types."""

OWNER, USER = "owner", "user"
TEXT, CLEAR, CONTENTS = "Quyết định".encode(), b"q 1 0 0 1 0 0 cm Q " * 50, b"\x30\x03\x02\x01\x05" + bytes(11)
IDENTIFIER = bytes(range(16))
METHODS: dict[str, tuple[Handler, dict[str, Any]]] = {
    "rc4-40": (Handler.RC4_BASIC, {}),
    "rc4-128": (Handler.RC4_EXTENDED, {"keylen_bytes": 16}),
    "rc4-filter": (Handler.RC4_OR_AES128, {"use_aes128": False}),
    "aes-128": (Handler.RC4_OR_AES128, {"use_aes128": True}),
}


class Unencrypted(typed_generic.ByteStringObject):
    """/Contents of a signature dictionary, which is never encrypted."""

    def write_to_stream(self, stream: Any, handler: Any = None, container_ref: Any = None) -> None:
        del handler, container_ref
        super().write_to_stream(stream, None, None)


class Clear(typed_generic.StreamObject):
    """A metadata stream in clear."""

    def write_to_stream(self, stream: Any, handler: Any = None, container_ref: Any = None) -> None:
        del handler, container_ref
        super().write_to_stream(stream, None, None)


def dictionary(**entries: Any) -> Any:
    return generic.DictionaryObject({generic.NameObject("/" + key): value for key, value in entries.items()})


def encrypted(method: str, *, owner: str = OWNER, user: str = USER, streams: bool = False, metadata: bool = True) -> bytes:
    """A file encrypted by pyHanko, with an object of each kind listed in the catalog's /Extra."""
    made = writer.PdfFileWriter(stream_xrefs=streams)
    if method == "aes-256":
        security = StandardSecurityHandler.build_from_pw(owner, user, encrypt_metadata=metadata)
    else:
        revision, options = METHODS[method]
        made._document_id = generic.ArrayObject([generic.ByteStringObject(IDENTIFIER)] * 2)
        security = StandardSecurityHandler.build_from_pw_legacy(
            revision, IDENTIFIER, owner, user, encrypt_metadata=metadata, **options
        )
    made._assign_security_handler(security)
    text, kind = generic.ByteStringObject(TEXT), generic.StreamObject if metadata else Clear
    extra = [
        made.add_object(dictionary(A=generic.ArrayObject([text]))),
        made.add_object(generic.StreamObject(stream_data=CLEAR)),
        made.add_object(dictionary(ByteRange=generic.ArrayObject(), Contents=Unencrypted(CONTENTS), Reason=text)),
        made.add_object(kind(dictionary(Type=generic.NameObject("/Metadata")), stream_data=CLEAR)),
    ]
    if streams:
        container = made.prepare_object_stream()
        extra.append(made.add_object(dictionary(A=text), obj_stream=container))
    made.root["/Extra"] = generic.ArrayObject(extra)
    written = io.BytesIO()
    made.write(written)
    return written.getvalue()


def opened(content: bytes, password: str | None) -> PdfFile:
    pdf = open_pdf(MemorySource(content), password=password)
    assert isinstance(pdf, PdfFile), pdf
    return pdf


def check(pdf: PdfFile) -> None:
    extra = pdf.catalog(1)["Extra"]
    assert isinstance(extra, list)
    found: list[PdfObject] = [pdf.resolve(reference, 1) for reference in extra]
    assert found[0] == {"A": [TEXT]}
    assert isinstance(found[1], Stream)
    assert found[1].decoded() == CLEAR
    assert isinstance(found[2], dict)
    assert (found[2]["Contents"], found[2]["Reason"]) == (CONTENTS, TEXT)
    assert isinstance(found[3], Stream)
    assert found[3].decoded() == CLEAR
    for inner in found[4:]:
        assert inner == {"A": TEXT}


@pytest.mark.parametrize("method", [*METHODS, "aes-256"])
@pytest.mark.parametrize("password", [OWNER, USER])
def test_user_and_owner_passwords_open(method: str, password: str) -> None:
    pdf = opened(encrypted(method), password)
    assert pdf.encrypted
    check(pdf)


@pytest.mark.parametrize("method", [*METHODS, "aes-256"])
def test_the_empty_user_password_is_tried_first(method: str) -> None:
    content = encrypted(method, user="")
    check(opened(content, None))
    check(opened(content, "not the password"))


@pytest.mark.parametrize("method", [*METHODS, "aes-256"])
def test_without_its_password_a_file_stays_closed(method: str) -> None:
    content = encrypted(method)
    for password, reason in ((None, UnreadableReason.PASSWORD_NEEDED), ("wrong", UnreadableReason.PASSWORD_WRONG)):
        pdf = open_pdf(MemorySource(content), password=password)
        assert isinstance(pdf, Unreadable)
        assert pdf.reason is reason


@pytest.mark.parametrize("method", ["rc4-128", "aes-128", "aes-256"])
def test_object_streams_are_encrypted_as_a_whole(method: str) -> None:
    pdf = opened(encrypted(method, streams=True), USER)
    assert any(entry.kind == "compressed" for entry in pdf.section(1).values())
    check(pdf)


@pytest.mark.parametrize("method", ["aes-128", "aes-256"])
def test_clear_metadata(method: str) -> None:
    content = encrypted(method, metadata=False)
    assert CLEAR in content
    check(opened(content, USER))


def test_passwords_beyond_ascii() -> None:
    check(opened(encrypted("aes-256", user="mật khẩu"), "mật khẩu"))


@pytest.mark.parametrize("method", ["rc4-128", "aes-256"])
def test_encrypted_files_are_rebuilt_too(method: str) -> None:
    content = encrypted(method, streams=True).replace(b"startxref", b"startxxxx")
    pdf = opened(content, USER)
    assert pdf.rebuilt
    check(pdf)


def cbc(key: bytes, vector: bytes, clear: bytes) -> bytes:
    return Cipher(AES(key), CBC(vector)).encryptor().update(clear)


def test_revision_5() -> None:
    """Adobe's extension level 3: the hash is one SHA-256 (Algorithm 2.A with the first step of 2.B)."""
    key, salts, password = bytes(range(32)), b"validate" + b"key-salt", b"user"
    user = hashlib.sha256(password + salts[:8]).digest() + salts
    wrapped = cbc(hashlib.sha256(password + salts[8:]).digest(), bytes(16), key)
    sealed = bytes(16) + cbc(key, bytes(16), b"secret" + bytes([10]) * 10)
    made = MadePdf()
    terms = b"/Filter /Standard /V 5 /R 5 /P -4 /Length 256 /StmF /StdCF /StrF /StdCF /CF <</StdCF <</CFM /AESV3>>>>"
    keys = b"/U <%s> /UE <%s> /O <%s> /OE <%s>" % tuple(octets.hex().encode() for octets in (user, wrapped, bytes(48), bytes(32)))
    made.update({1: CATALOG, 2: PAGES, 3: b"<%s>" % sealed.hex().encode(), 4: b"<<%s %s>>" % (terms, keys)}, b"/Encrypt 4 0 R")
    pdf = made.opened("user")
    text = pdf.get(Reference(3, 0), 1)
    assert isinstance(text, String)
    assert (text, bytes(made.content[text.start : text.start + 3])) == (b"secret", b"<00")
    encrypt = pdf.get(Reference(4, 0), 1)
    assert isinstance(encrypt, dict)
    assert encrypt["U"] == user
    assert made.refused("other").reason is UnreadableReason.PASSWORD_WRONG


@pytest.mark.parametrize(
    "encrypt",
    [
        b"<</Filter /Adobe.PubSec /V 4>>",
        b"<</Filter /Standard /V 3 /R 3>>",
        b"<</Filter /Standard /V 99 /R 99>>",
        b"<</Filter /Standard /V 1 /R 2>>",
        b"<</Filter /Standard /V 2 /R 3 /O () /U (short)>>",
        b"<</Filter /Standard /V 4 /R 4 /CF <</StdCF <</CFM /Unheard>>>>>>",
        b"<</Filter /Standard /V 4 /R 4 /CF <</StdCF null>>>>",
        b"<</Filter /Standard /V 4 /R 4 /CF <<>> /StmF /Missing>>",
        b"(nothing of the kind)",
        b"<<>>",
    ],
)
def test_other_handlers_are_named_not_opened(encrypt: bytes) -> None:
    made = MadePdf()
    made.update({1: CATALOG, 2: PAGES}, b"/Encrypt " + encrypt)
    assert made.refused("any").reason is UnreadableReason.ENCRYPTION_UNSUPPORTED


def test_identity_leaves_in_clear() -> None:
    """Only streams are encrypted: texts stand as they are."""
    sealed = encrypted("aes-128", user="")
    assert sealed.count(b"/StrF /StdCF") == 1
    pdf = opened(sealed.replace(b"/StrF /StdCF", b"/StrF /Identity"), None)
    extra = pdf.catalog(1)["Extra"]
    assert isinstance(extra, list)
    text, stream = pdf.resolve(extra[0], 1), pdf.resolve(extra[1], 1)
    assert isinstance(text, dict)
    assert isinstance(stream, Stream)
    assert (text["A"] != [TEXT], stream.decoded()) == (True, CLEAR)


@pytest.mark.parametrize(
    ("key", "clear", "sealed"),
    [
        # RFC 6229, 2: 40, 64 and 128 bits; keys of 24 and 88 bits as the library does not take them
        (bytes(range(1, 6)), bytes(8), "b2396305f03dc027"),
        (bytes(range(1, 9)), bytes(8), "97ab8a1bf0afb961"),
        (bytes(range(1, 17)), bytes(8), "9ac7cc9a609d1ef7"),
        (b"Key", b"Plaintext", "bbf316e8d940af0ad3"),
        (b"Wiki", b"pedia", "1021bf0420"),
    ],
)
def test_rc4_vectors(key: bytes, clear: bytes, sealed: str) -> None:
    assert _rc4(key, clear).hex() == sealed


def test_a_real_encrypted_document(shared: Path) -> None:
    name = "fc5facf71219d240670da619f844c3c5ed9e43b2c0c767c8ab3d7ad08b49fa71.pdf"
    with FileSource(shared / "corpora" / "open" / "pdf" / name) as source:
        pdf = open_pdf(source)
        assert isinstance(pdf, Unreadable)
        assert pdf.reason is UnreadableReason.PASSWORD_NEEDED
