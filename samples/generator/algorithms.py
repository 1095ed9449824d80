"""Signatures of every kind and sub-filter, and keys that are too short."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from generator.cms import Recipe
from generator.drafting import (
    EDWARDS,
    LEADER,
    OLD_LEADER,
    USUAL,
    WEAK_KEY,
    Sample,
    Signatory,
    finished,
    fresh,
    signing,
    stamped,
    vietnam,
)
from generator.primitives import Scheme
from generator.signing import Signing, sign

IN_2019 = vietnam(2019, 6, 3, 14, 5, 9)
OLD_STAMP = stamped(IN_2019, tsa="g1-tsa-01", imprint="sha1")


def one(seed: str, who: Signatory, cms: Recipe, at: object = USUAL, **other: object) -> bytes:
    document = fresh(seed)
    sign(document, signing(who, at, recipe=cms, **other))  # type: ignore[arg-type] # a moment
    return finished(document)


def x509_rsa_sha1() -> bytes:
    """No CMS: an RSA value in /Contents, the certificate in /Cert; a document time-stamp of 2019 proves it was in time."""
    document = fresh("x509-rsa-sha1")
    sign(document, signing(OLD_LEADER, IN_2019, stamp=False, sub_filter="adbe.x509.rsa_sha1"))
    later = replace(OLD_STAMP, at=(IN_2019 + timedelta(minutes=5)).astimezone(UTC))
    sign(document, Signing(later, "DocTimeStamp1"))
    return finished(document)


SAMPLES = (
    Sample(
        "digest-info-without-null",
        lambda: one("no-null", LEADER, Recipe(LEADER.label, scheme=Scheme("pkcs1-without-null"), stamp=stamped(USUAL))),
        "PKCS#1 v1.5 whose DigestInfo leaves out the NULL, as one genuine signature does",
        "valid",
        ("digest-info-without-null",),
    ),
    Sample(
        "no-signed-attributes",
        lambda: one("no-attributes", LEADER, Recipe(LEADER.label, signed_attributes=False, stamp=stamped(USUAL))),
        "the signature value is over the document itself",
        "valid",
    ),
    Sample(
        "pkcs7-sha1",
        lambda: one(
            "pkcs7-sha1",
            OLD_LEADER,
            Recipe(OLD_LEADER.label, digest="sha1", encapsulate_sha1=True, stamp=OLD_STAMP),
            IN_2019,
            sub_filter="adbe.pkcs7.sha1",
        ),
        "adbe.pkcs7.sha1 of 2019, time-stamped while SHA-1 was accepted",
        "valid",
        ("weak-digest",),
    ),
    Sample(
        "sha1-of-today",
        lambda: one("sha1", LEADER, Recipe(LEADER.label, digest="sha1", stamp=stamped(USUAL))),
        "SHA-1 in a signature of 2025",
        "insufficient",
        ("weak-digest",),
    ),
    Sample(
        "x509-rsa-sha1",
        x509_rsa_sha1,
        "adbe.x509.rsa_sha1 of 2019 under a document time-stamp of that day",
        "valid",
        ("weak-digest",),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "unknown-sub-filter",
        lambda: one("sub-filter", LEADER, Recipe(LEADER.label, stamp=stamped(USUAL)), sub_filter="example.unheard.of"),
        "a sub-filter that nobody knows",
        "insufficient",
        ("sub-filter-unsupported",),
    ),
    Sample(
        "weak-key",
        lambda: one("weak-key", WEAK_KEY, Recipe(WEAK_KEY.label, stamp=stamped(USUAL))),
        "an RSA key of 1,024 bits",
        "insufficient",
        ("weak-key",),
    ),
    Sample(
        "edwards",
        lambda: one("edwards", EDWARDS, Recipe(EDWARDS.label, digest="sha512", scheme=Scheme("ed25519"), stamp=stamped(USUAL))),
        "Ed25519",
        "valid",
    ),
    Sample(
        "wrong-key",
        lambda: one("wrong-key", LEADER, Recipe(LEADER.label, key="forger-leader", stamp=stamped(USUAL))),
        "signed with another key than the certificate's",
        "invalid",
        ("signature-mismatch",),
    ),
)
