"""The standard security handler, revisions 3 and 4 (ISO 32000-2, 7.6.4), with initialisation vectors that never change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
PERMISSIONS = -4
"""Everything is permitted."""


@dataclass(frozen=True, slots=True)
class Encryption:
    """The key of a document, and the number of its encryption dictionary."""

    number: int
    key: bytes
    aes: bool
    dictionary: dict[str, Any]

    def for_object(self, number: int) -> Callable[[bytes], bytes]:
        """Encrypts the strings and streams of one object, generation 0 (7.6.3.2)."""
        material = self.key + number.to_bytes(3, "little") + b"\x00\x00" + (b"sAlT" if self.aes else b"")
        key = hashlib.md5(material, usedforsecurity=False).digest()

        def encrypt(plain: bytes) -> bytes:
            if not self.aes:
                return rc4(key, plain)
            vector = hashlib.sha256(key + plain).digest()[:16]
            padder = padding.PKCS7(128).padder()
            encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
            return vector + encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()

        return encrypt


def standard(number: int, user_password: bytes, owner_password: bytes, first_id: bytes, *, aes: bool) -> Encryption:
    """RC4 with 128 bits (V 2, R 3), or AES with 128 bits (V 4, R 4)."""
    owner_key = _md5_51((owner_password + PADDING)[:32])
    owner = _rc4_20(owner_key, (user_password + PADDING)[:32])
    seed = (user_password + PADDING)[:32] + owner + (PERMISSIONS & 0xFFFFFFFF).to_bytes(4, "little") + first_id
    key = _md5_51(seed)
    user = _rc4_20(key, hashlib.md5(PADDING + first_id, usedforsecurity=False).digest()) + bytes(16)
    entries: dict[str, Any] = {"V": 4 if aes else 2, "R": 4 if aes else 3, "Length": 128, "P": PERMISSIONS, "O": owner, "U": user}
    return Encryption(number, key, aes, entries)


def _md5_51(start: bytes) -> bytes:
    value = hashlib.md5(start, usedforsecurity=False).digest()
    for _ in range(50):
        value = hashlib.md5(value, usedforsecurity=False).digest()
    return value


def _rc4_20(key: bytes, plain: bytes) -> bytes:
    for step in range(20):
        plain = rc4(bytes(octet ^ step for octet in key), plain)
    return plain


def rc4(key: bytes, plain: bytes) -> bytes:
    """RC4, which `cryptography` no longer offers everywhere."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for octet in plain:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(octet ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
