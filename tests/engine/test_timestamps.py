"""Time-stamp tokens: what they state, of which bytes, and that a broken one is never sound."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_cms import CONTENT, DIGESTS, as_ber, certificate, make_cms, make_token, signed_attributes
from test_cms import measured_signatures, read

from sigcheck.engine.timestamps import read_timestamp
from sigcheck.evidence import PathFlaw, PathNotFound, Paths, Purpose, TimestampEvidence
from sigcheck.facts import Certificate, CmsFacts

NOT_FOUND = Paths((), PathNotFound(PathFlaw.NO_ISSUER, (), Purpose.TIMESTAMP))


def nowhere(_: Certificate, __: Sequence[Certificate]) -> Paths:
    return NOT_FOUND


def stamp(token: bytes, stamped: bytes | dict[str, bytes] = CONTENT) -> TimestampEvidence:
    return read_timestamp(token, stamped, find=nowhere)


def test_what_a_token_states() -> None:
    found = stamp(make_token(CONTENT))
    assert found.sound
    assert found.gen_time == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert found.accuracy_seconds == 1.2505
    assert (found.policy_oid, found.serial_number) == ("1.3.6.1.4.1.99999.1", 77)
    assert (found.imprint_algorithm, found.imprint_matches) == ("sha256", True)
    assert found.tsa == certificate("other-rsa")
    assert found.paths == NOT_FOUND
    assert found.oddities == ()


def test_the_authority_and_the_tokens_certificates_are_handed_on() -> None:
    asked: list[tuple[Certificate, Sequence[Certificate]]] = []

    def find(tsa: Certificate, near: Sequence[Certificate]) -> Paths:
        asked.append((tsa, near))
        return NOT_FOUND

    read_timestamp(make_token(CONTENT), CONTENT, find=find)
    assert asked == [(certificate("other-rsa"), (certificate("other-rsa"),))]


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_imprints_over_bytes_and_over_ready_digests(digest: str) -> None:
    token = make_token(CONTENT, digest=digest)
    assert stamp(token).imprint_matches is True
    assert stamp(token, DIGESTS).imprint_matches is True
    assert stamp(token, b"other").imprint_matches is False
    assert stamp(token, b"other").sound is False
    assert stamp(token, {digest: b"other"}).sound is False
    assert stamp(token, {}).imprint_matches is None
    assert stamp(token, {}).sound is None


def test_an_imprint_of_another_length_does_not_match() -> None:
    whole = hashlib.sha256(CONTENT).digest()
    assert stamp(make_token(CONTENT, imprint=whole[:20])).sound is False
    assert stamp(make_token(CONTENT, imprint=whole + b"\x00")).sound is False


def test_an_imprint_hash_that_cannot_be_computed_is_unknown() -> None:
    found = stamp(make_token(CONTENT, digest="md5").replace(bytes.fromhex("2a864886f70d0205"), bytes.fromhex("2a864886f70d0202")))
    assert (found.imprint_algorithm, found.imprint_matches) == ("md2", None)


def test_a_token_in_ber_with_padding_behind_it() -> None:
    found = stamp(as_ber(make_token(CONTENT)) + b"\x00" * 300)
    assert found.sound
    assert isinstance(found.cms, CmsFacts)
    assert found.cms.encoding == "ber"


def test_fractions_of_a_second_count() -> None:
    found = stamp(make_token(CONTENT, gen_time=b"20240506070809.123Z"))
    assert found.gen_time == datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)


@pytest.mark.parametrize("gen_time", [b"20240506070809", b"20241332070809Z", b"yesterday", b"20240506070809.xZ", b""])
def test_a_time_that_is_none_proves_nothing(gen_time: bytes) -> None:
    found = stamp(make_token(CONTENT, gen_time=gen_time))
    assert found.gen_time is None
    assert found.sound is not True
    assert "not-a-time-stamp-token" in found.oddities


def test_a_changed_time_breaks_the_token() -> None:
    token = make_token(CONTENT)
    assert token.count(b"20240506070809Z") == 1
    found = stamp(token.replace(b"20240506070809Z", b"20230506070809Z"))
    assert (found.imprint_matches, found.integrity.digest_matches, found.sound) == (True, False, False)


def test_a_token_signed_by_another_key_is_broken() -> None:
    token = make_token(CONTENT)
    signature = read(token).signature
    found = stamp(token.replace(signature, signature[:-1] + bytes((signature[-1] ^ 1,))))
    assert (found.integrity.signature_verifies, found.sound) == (False, False)


def test_a_token_without_the_signing_certificate_attribute_says_so() -> None:
    found = stamp(make_token(CONTENT, essential=False))
    assert found.sound
    assert found.oddities == ("signing-certificate-missing",)


def test_a_signature_is_no_time_stamp() -> None:
    found = stamp(make_cms(attributes=signed_attributes(), content=CONTENT))
    assert (found.gen_time, found.sound) == (None, None)
    assert "not-a-time-stamp-token" in found.oddities


@pytest.mark.parametrize("token", [b"", b"\x00" * 100, b"\x30\x03\x02\x01\x00", make_token(CONTENT)[:-9]])
def test_what_is_no_token_is_unknown_and_says_why(token: bytes) -> None:
    found = stamp(token)
    assert found.sound is None
    assert found.integrity.unknown == "cms-unreadable"


def test_damage_of_any_kind_never_raises_and_is_never_sound() -> None:
    token = make_token(CONTENT)
    facts = read(token)
    assert facts.content is not None
    covered = range(token.index(facts.content), token.index(facts.content) + len(facts.content))
    chosen = random.Random(20261120)  # noqa: S311 - a fixed seed is the point
    for _ in range(1500):
        octets = bytearray(token)
        place = chosen.randrange(len(octets))
        octets[place] ^= chosen.randint(1, 255)
        found = stamp(bytes(octets))
        assert not (place in covered and found.sound)


def test_all_genuine_time_stamps_agree_with_what_was_measured_in_them(shared: Path) -> None:
    compared = 0
    for file, raw, expected in measured_signatures(shared):
        facts = read(raw.contents)
        (token,) = facts.timestamp_tokens
        found = read_timestamp(token, facts.signature, find=nowhere)
        assert found.sound, file
        assert found.tsa is not None
        actual = {
            "gen_time": str(found.gen_time),
            "imprint_digest": found.imprint_algorithm,
            "tsa": found.tsa.common_name,
            "policy": found.policy_oid,
        }
        assert actual == expected["timestamp"], (file, expected["field"])
        assert read_timestamp(token, facts.signature + b"x", find=nowhere).sound is False
        compared += 1
    assert compared == 31
