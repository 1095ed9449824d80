"""Message digests (FIPS 180-4 and 202, RFC 8702) by the OpenSSL that `cryptography` brings.

What every check loads takes them from here: `hashlib` draws in a second OpenSSL, which takes longer than checking a small
document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hashes import Hash, HashAlgorithm

ALGORITHMS: Final[Mapping[str, Callable[[], HashAlgorithm]]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha512_224": hashes.SHA512_224,
    "sha512_256": hashes.SHA512_256,
    "sha3_224": hashes.SHA3_224,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
    "shake128": lambda: hashes.SHAKE128(32),
    "shake256": lambda: hashes.SHAKE256(64),
}
"""By the names that reports use. SHAKE has the fixed output lengths of RFC 8702, 3.1."""
_NEW_SHA256: Final = Hash(hashes.SHA256())
"""Never fed, to copy: a fifth of the time that making one takes."""


def new_hash(name: str) -> Hash | None:
    """A hash to be fed piece by piece; None for one that is not known here, or that this OpenSSL does not compute."""
    fresh = _fresh(name) if name in ALGORITHMS else None
    return None if fresh is None else fresh.copy()


@cache
def _fresh(name: str) -> Hash | None:
    """A hash that is never fed, to copy."""
    try:
        return Hash(ALGORITHMS[name]())
    except UnsupportedAlgorithm:
        return None


def digest(name: str, octets: bytes) -> bytes | None:
    """The digest of `octets`; None as of `new_hash`."""
    state = new_hash(name)
    if state is None:
        return None
    state.update(octets)
    return state.finalize()


def sha256_hex(octets: bytes) -> str:
    """The SHA-256 of `octets` as 64 hexadecimal digits."""
    return sha256_of_pieces((octets,))


def sha256_of_pieces(pieces: Iterable[bytes | memoryview]) -> str:
    """The SHA-256 of all pieces one behind the other, as 64 hexadecimal digits. Raises what `pieces` raises."""
    state = _NEW_SHA256.copy()
    for piece in pieces:
        state.update(piece)
    return state.finalize().hex()
