"""The standard security handler (ISO 32000-2, 7.6): keys from passwords, and decryption of strings and streams.

RC4 of 40 to 128 bits, AES-128 and AES-256, crypt filters. Public-key handlers are named, not opened.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from msgspec import Struct

from sigcheck.engine.pdf.filters import SLOW_BYTES
from sigcheck.engine.pdf.objects import LimitReached, PdfObject, String
from sigcheck.facts import UnreadableReason

IDENTITY, RC4, AES128, AES256 = "identity", "rc4", "aes-128", "aes-256"
_METHODS = {"None": IDENTITY, "V2": RC4, "AESV2": AES128, "AESV3": AES256}
_ARC4_KEY_SIZES = (5, 7, 8, 10, 16)
"""Key lengths in octets that the library takes, of those that 7.6.3 can produce."""
LONGEST_PASSWORD = 127
"""Octets of a UTF-8 password that count (7.6.4.3.3, a)."""
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
"""Table 'padding string' of Algorithm 2 (7.6.4.3.2)."""


class Handler(Struct, frozen=True):
    """The dictionary's own terms (Tables 20 and 21), read once."""

    version: int
    revision: int
    key_length: int
    owner: bytes
    user: bytes
    owner_key: bytes
    user_key: bytes
    permissions: int
    encrypt_metadata: bool
    first_id: bytes
    filters: Mapping[str, str]
    string_filter: str
    stream_filter: str


class Security(Struct, frozen=True):
    """A file key and which method it is used with; whatever it is given, bytes come out, or LimitReached."""

    key: bytes
    handler: Handler

    def string(self, octets: bytes, number: int, generation: int) -> bytes:
        """A string of the object `number generation`, decrypted."""
        return self._decrypt(self.handler.string_filter, octets, number, generation)

    def stream(self, octets: bytes, number: int, generation: int, dictionary: Mapping[str, PdfObject]) -> bytes:
        """A stream's bytes, decrypted; cross-reference streams and clear metadata stay as they are (7.5.8.2, 7.6.6)."""
        kind = dictionary.get("Type")
        if kind == "XRef" or (kind == "Metadata" and self.handler.version >= 4 and not self.handler.encrypt_metadata):
            return octets
        return self._decrypt(_own_filter(dictionary) or self.handler.stream_filter, octets, number, generation)

    def _decrypt(self, crypt_filter: str, octets: bytes, number: int, generation: int) -> bytes:
        method = self.handler.filters.get(crypt_filter, IDENTITY)
        if method == IDENTITY:
            return octets
        if method == AES256:
            return _aes(self.key, octets)
        salted = self.key + number.to_bytes(8, "little")[:3] + generation.to_bytes(8, "little")[:2]
        length = min(len(self.key) + 5, 16)
        if method == AES128:
            return _aes(_md5(salted + b"sAlT")[:length], octets)
        return _rc4(_md5(salted)[:length], octets)


def open_security(
    encrypt: Mapping[str, PdfObject], first_id: bytes, password: str | None
) -> Security | tuple[UnreadableReason, str]:
    """The security of a file whose /Encrypt is `encrypt` (references resolved); the empty user password is tried first."""
    if encrypt.get("Filter") != "Standard":
        return UnreadableReason.ENCRYPTION_UNSUPPORTED, f"security handler {str(encrypt.get('Filter'))[:40]}"
    handler = _read_handler(encrypt, first_id)
    if isinstance(handler, str):
        return UnreadableReason.ENCRYPTION_UNSUPPORTED, handler
    find = _key_of_aes256 if handler.revision >= 5 else _key_of_md5
    for candidate in _passwords(password, handler.revision):
        key = find(handler, candidate)
        if key is not None:
            return Security(key, handler)
    return UnreadableReason.PASSWORD_NEEDED if password is None else UnreadableReason.PASSWORD_WRONG, ""


def _whole(value: PdfObject, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _octets(value: PdfObject) -> bytes:
    return bytes(value) if isinstance(value, String) else b""


def _read_handler(encrypt: Mapping[str, PdfObject], first_id: bytes) -> Handler | str:
    """The handler's terms, or in words why they are not supported."""
    version, revision = _whole(encrypt.get("V"), 0), _whole(encrypt.get("R"), 0)
    if (version, revision) not in {(1, 2), (1, 3), (2, 2), (2, 3), (4, 4), (5, 5), (5, 6)}:
        return f"encryption version {version} revision {revision}"
    string_filter = stream_filter = "StdCF"
    filters = {"StdCF": RC4}
    if version >= 4:
        found = _crypt_filters(encrypt.get("CF"))
        if isinstance(found, str):
            return found
        filters = found
        string_filter, stream_filter = _named(encrypt.get("StrF")), _named(encrypt.get("StmF"))
        if string_filter not in filters or stream_filter not in filters:
            return "crypt filter that is not defined"
    owner, user = _octets(encrypt.get("O")), _octets(encrypt.get("U"))
    least = 48 if version == 5 else 32
    if len(owner) < least or len(user) < least:
        return "encryption dictionary with short keys"
    return Handler(
        version=version,
        revision=revision,
        key_length=_key_length(encrypt, version),
        owner=owner[:least],
        user=user[:least],
        owner_key=_octets(encrypt.get("OE"))[:32],
        user_key=_octets(encrypt.get("UE"))[:32],
        permissions=_whole(encrypt.get("P"), 0) & 0xFFFFFFFF,
        encrypt_metadata=encrypt.get("EncryptMetadata") is not False,
        first_id=first_id,
        filters=filters,
        string_filter=string_filter,
        stream_filter=stream_filter,
    )


def _named(value: PdfObject) -> str:
    return value if isinstance(value, str) else "Identity"


def _crypt_filters(listed: PdfObject) -> dict[str, str] | str:
    """/CF as name to method, or in words what is not supported (7.6.6, Table 25)."""
    methods = {"Identity": IDENTITY}
    for name, terms in (listed if isinstance(listed, dict) else {}).items():
        method = _METHODS.get(str(terms.get("CFM", "None"))) if isinstance(terms, dict) else None
        if method is None:
            return f"crypt filter {str(name)[:40]}"
        if name != "Identity":
            methods[str(name)] = method
    return methods


def _key_length(encrypt: Mapping[str, PdfObject], version: int) -> int:
    """Octets of the file key. In version 4 the crypt filter's /Length counts, in octets or, with some writers, in bits."""
    if version in (1, 5):
        return 5 if version == 1 else 32
    length = _whole(encrypt.get("Length"), 40 if version == 2 else 128)
    if version == 4:
        listed = encrypt.get("CF")
        own = listed.get(_named(encrypt.get("StmF"))) if isinstance(listed, dict) else None
        stated = _whole(own.get("Length"), 16) if isinstance(own, dict) and own.get("CFM") == "V2" else 16
        length = stated * 8 if stated <= 16 else stated
    return min(max(length // 8, 5), 16)


def _own_filter(dictionary: Mapping[str, PdfObject]) -> str | None:
    """The crypt filter that a stream names for itself (7.4.10), None without one."""
    names, parameters = dictionary.get("Filter"), dictionary.get("DecodeParms")
    first = names[0] if isinstance(names, list) and names else names
    if first != "Crypt":
        return None
    own = parameters[0] if isinstance(parameters, list) and parameters else parameters
    return _named(own.get("Name")) if isinstance(own, dict) else "Identity"


def _passwords(password: str | None, revision: int) -> list[bytes]:
    """The octets to try, the empty password first. SASLprep (7.6.4.3.3) is reduced to its normalisation, NFKC."""
    candidates = [b""]
    if password:
        if revision >= 5:
            candidates.append(unicodedata.normalize("NFKC", password).encode("utf-8", "replace")[:LONGEST_PASSWORD])
        else:
            candidates += [password.encode("latin-1", "replace"), password.encode("utf-8", "replace")]
    return candidates


def _md5(octets: bytes) -> bytes:
    return hashlib.md5(octets, usedforsecurity=False).digest()


def _key_of_md5(handler: Handler, password: bytes) -> bytes | None:
    """The file key for a user or owner password, revisions 2 to 4 (Algorithms 6 and 7); None when it is neither."""
    for user_password in (password, _user_password(handler, password)):
        key = _file_key(handler, user_password)
        if _user_matches(handler, key):
            return key
    return None


def _file_key(handler: Handler, password: bytes) -> bytes:
    """Algorithm 2 (7.6.4.3.2)."""
    seed = (password + _PADDING)[:32] + handler.owner + handler.permissions.to_bytes(4, "little") + handler.first_id
    if handler.revision >= 4 and not handler.encrypt_metadata:
        seed += b"\xff\xff\xff\xff"
    digest = _md5(seed)
    for _ in range(50 if handler.revision >= 3 else 0):
        digest = _md5(digest[: handler.key_length])
    return digest[: handler.key_length]


def _masked(key: bytes, mask: int) -> bytes:
    return bytes(octet ^ mask for octet in key)


def _user_matches(handler: Handler, key: bytes) -> bool:
    """Algorithms 4 and 5 (7.6.4.4)."""
    if handler.revision == 2:
        return hmac.compare_digest(_rc4(key, _PADDING), handler.user)
    made = _md5(_PADDING + handler.first_id)
    for mask in range(20):
        made = _rc4(_masked(key, mask), made)
    return hmac.compare_digest(made, handler.user[:16])


def _user_password(handler: Handler, owner_password: bytes) -> bytes:
    """The padded user password that /O hides (Algorithm 7, a and b)."""
    digest = _md5((owner_password + _PADDING)[:32])
    for _ in range(50 if handler.revision >= 3 else 0):
        digest = _md5(digest)
    key = digest[: handler.key_length]
    hidden = handler.owner
    for mask in range(19, -1, -1) if handler.revision >= 3 else (0,):
        hidden = _rc4(_masked(key, mask), hidden)
    return hidden


def _key_of_aes256(handler: Handler, password: bytes) -> bytes | None:
    """The file key for a user or owner password, revisions 5 and 6 (Algorithm 2.A); None when it is neither."""
    for stored, wrapped, user in ((handler.user, handler.user_key, b""), (handler.owner, handler.owner_key, handler.user)):
        if len(wrapped) < 32:
            continue
        if hmac.compare_digest(_hash(handler.revision, password, stored[32:40], user), stored[:32]):
            return _cbc(_hash(handler.revision, password, stored[40:48], user), bytes(16), wrapped)
    return None


def _hash(revision: int, password: bytes, salt: bytes, user: bytes) -> bytes:
    """Algorithm 2.B (7.6.4.3.4); revision 5 stops behind the first step."""
    digest = hashlib.sha256(password + salt + user).digest()
    if revision == 5:
        return digest
    last, rounds = 0, 0
    while rounds < 64 or last > rounds - 32:
        encryptor = Cipher(AES(digest[:16]), CBC(digest[16:32])).encryptor()
        encrypted = encryptor.update((password + digest + user) * 64)
        digest = hashlib.new(("sha256", "sha384", "sha512")[sum(encrypted[:16]) % 3], encrypted).digest()
        last = encrypted[-1]
        rounds += 1
    return digest[:32]


def _cbc(key: bytes, vector: bytes, octets: bytes) -> bytes:
    return Cipher(AES(key), CBC(vector)).decryptor().update(octets)


def _aes(key: bytes, octets: bytes) -> bytes:
    """AES in CBC mode: the vector first, padding last (7.6.3.1); what does not fill a block is left out."""
    whole = len(octets) - len(octets) % 16
    if whole < 32 or len(key) not in (16, 32):
        return b""
    clear = _cbc(key, octets[:16], octets[16:whole])
    return clear[: -clear[-1]] if 1 <= clear[-1] <= 16 else clear


def _rc4(key: bytes, octets: bytes) -> bytes:
    """RC4; by the library where it takes the key's length, else (88-bit object keys and the like) here."""
    if len(key) in _ARC4_KEY_SIZES:
        try:
            return Cipher(ARC4(key), None).encryptor().update(octets)
        except UnsupportedAlgorithm:  # an OpenSSL without its legacy provider
            pass
    if len(octets) > SLOW_BYTES:
        raise LimitReached("decoded_stream_bytes", f"more than {SLOW_BYTES} bytes of RC4 with a key of {len(key)} octets")
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    given = bytearray(len(octets))
    i = j = 0
    for position, octet in enumerate(octets):
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        given[position] = octet ^ state[(state[i] + state[j]) & 255]
    return bytes(given)


def decrypt_strings(value: PdfObject, decrypt: Callable[[bytes], bytes]) -> PdfObject:
    """The value with its strings decrypted, containers in place; a signature's /Contents is in clear (7.6.2)."""
    if isinstance(value, String):
        return _decrypted(value, decrypt)
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        places: list[tuple[int | str, PdfObject]]
        if isinstance(holder, list):
            places = list(enumerate(holder))
        elif isinstance(holder, dict):
            signature = "ByteRange" in holder
            places = [(key, item) for key, item in holder.items() if not (signature and key == "Contents")]
        else:
            continue
        for place, item in places:
            if isinstance(item, String):
                holder[place] = _decrypted(item, decrypt)  # type: ignore[index] # each place is of its holder
            elif isinstance(item, (list, dict)):
                waiting.append(item)
    return value


def _decrypted(text: String, decrypt: Callable[[bytes], bytes]) -> String:
    return String(decrypt(bytes(text)), text.start, text.end, text.is_hex)
