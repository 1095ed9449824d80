"""Documents whose answer hangs on time: expired certificates, time-stamps of every kind, clocks that disagree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from generator.cms import Recipe
from generator.drafting import (
    EARLIER,
    EXPIRED,
    LEADER,
    OFFICE,
    SEAL,
    USUAL,
    Sample,
    block,
    finished,
    fresh,
    reason,
    signing,
    stamped,
    vietnam,
)  # fmt: skip
from generator.signing import Block, Signing, sign
from generator.tokens import Stamp


def expired(seed: str, stamp: Stamp | None) -> bytes:
    document = fresh(seed)
    sign(document, signing(EXPIRED, EARLIER, recipe=Recipe(EXPIRED.label, stamp=stamp)))
    return finished(document)


def with_stamp(seed: str, stamp: Stamp | None) -> bytes:
    document = fresh(seed)
    sign(document, signing(LEADER, recipe=Recipe(LEADER.label, stamp=stamp)))
    return finished(document)


def document_timestamp(seed: str, stamp: Stamp, *, signed: bool) -> bytes:
    document = fresh(seed)
    if signed:
        sign(document, signing(LEADER, stamp=False))
    sign(document, Signing(replace(stamp, at=(USUAL + timedelta(hours=1)).astimezone(UTC)), "DocTimeStamp1"))
    return finished(document)


def leader_covered_by_seal() -> bytes:
    """The leader's certificate has expired since and bears no time-stamp; the seal's time-stamp of that day proves it."""
    document = fresh("leader-covered")
    sign(document, signing(EXPIRED, EARLIER, stamp=False))
    sign(document, signing(OFFICE, EARLIER + timedelta(hours=2), field="Signature2"))
    return finished(document)


def transplanted_timestamp() -> bytes:
    """The time-stamp is sound, but of another signature."""
    document = fresh("transplanted-timestamp")
    cms = Recipe(LEADER.label, stamp=stamped(USUAL), stamp_of=b"the value of another signature")
    sign(document, signing(LEADER, recipe=cms))
    return finished(document)


def claimed_time(seed: str, claimed: object) -> bytes:
    """A claimed time unlike the time-stamp's, or without an offset."""
    document = fresh(seed)
    lines = replace(block(LEADER, USUAL), m=claimed)  # type: ignore[arg-type] # a moment or a raw date string
    sign(document, signing(LEADER, recipe=Recipe(LEADER.label, stamp=stamped(USUAL)), block=lines))
    return finished(document)


def out_of_order(seed: str, back: timedelta) -> bytes:
    """The later revision's time-stamp lies before the earlier one's."""
    document = fresh(seed)
    sign(document, signing(LEADER))
    sign(document, signing(SEAL, USUAL - back, field="Signature2"))
    return finished(document)


def organisation_first() -> bytes:
    document = fresh("organisation-first")
    sign(document, signing(SEAL))
    sign(document, signing(LEADER, USUAL + timedelta(minutes=7), field="Signature2"))
    return finished(document)


def no_time_at_all() -> bytes:
    """Neither /M nor signing-time nor time-stamp, as one public CA's cloud service signs."""
    document = fresh("no-time")
    sign(document, signing(LEADER, stamp=False, block=Block(reason=reason(LEADER))))
    return finished(document)


FOREIGN = stamped(USUAL, tsa="foreign-tsa", policy="1.3.6.1.4.1.99999.7")
IMPRINT = stamped(USUAL, flaw="other-imprint")
BROKEN = stamped(USUAL, flaw="broken-signature")
SAMPLES = (
    Sample(
        "expired-with-timestamp",
        lambda: expired("expired-stamped", stamped(EARLIER)),
        "the certificate has expired since; the time-stamp proves the signature older",
        "valid",
        ("certificate-expired-since", "revocation-not-checked"),
    ),
    Sample(
        "expired-without-timestamp",
        lambda: expired("expired", None),
        "the certificate has expired, and nothing proves the signature older",
        "insufficient",
        ("certificate-expired",),
    ),
    Sample(
        "expired-untrusted-timestamp",
        lambda: expired("expired-foreign", stamped(EARLIER, tsa="foreign-tsa")),
        "the certificate has expired, and the time-stamp's server is not trusted",
        "insufficient",
        ("untrusted-timestamp", "certificate-expired"),
    ),
    Sample(
        "expired-look-alike-timestamp",
        lambda: expired("expired-forged", stamped(EARLIER, tsa="forger-tsa")),
        "the certificate has expired; the time-stamp is by a server that only bears the name of a trusted one",
        "insufficient",
        ("untrusted-timestamp",),
        committed=False,
    ),
    Sample(
        "untrusted-timestamp",
        lambda: with_stamp("foreign", FOREIGN),
        "a time-stamp of a foreign server: no proof, the claimed time is left",
        "valid",
        ("untrusted-timestamp", "time-claimed-only"),
    ),
    Sample(
        "broken-timestamp-imprint",
        lambda: with_stamp("imprint", IMPRINT),
        "the signature time-stamp is over other bytes",
        "insufficient",
        ("broken-timestamp",),
    ),
    Sample(
        "broken-timestamp-signature",
        lambda: with_stamp("token", BROKEN),
        "the signature of the time-stamp token does not verify",
        "insufficient",
        ("broken-timestamp",),
    ),
    Sample(
        "transplanted-timestamp",
        transplanted_timestamp,
        "the time-stamp of another signature",
        "insufficient",
        ("broken-timestamp",),
        committed=False,
    ),
    Sample(
        "document-timestamp-only",
        lambda: document_timestamp("dts-only", stamped(USUAL), signed=False),
        "a document time-stamp and no signature",
        "unsigned",
        ("document-timestamp-only",),
    ),
    Sample(
        "document-timestamp-over-signature",
        lambda: document_timestamp("dts", stamped(USUAL), signed=True),
        "a signature whose time a later document time-stamp proves",
        "valid",
        ("revocation-not-checked",),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "broken-document-timestamp",
        lambda: document_timestamp("dts-imprint", IMPRINT, signed=True),
        "a document time-stamp over other bytes",
        "invalid",
        ("broken-timestamp",),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "broken-document-timestamp-signature",
        lambda: document_timestamp("dts-token", BROKEN, signed=True),
        "a document time-stamp whose own signature does not verify",
        "invalid",
        ("broken-timestamp",),
        signatures=2,
        revisions=3,
        committed=False,
    ),
    Sample(
        "broken-document-timestamp-only",
        lambda: document_timestamp("dts-only-broken", IMPRINT, signed=False),
        "a broken document time-stamp and no signature",
        "invalid",
        ("broken-timestamp",),
        committed=False,
    ),
    Sample(
        "untrusted-document-timestamp",
        lambda: document_timestamp("dts-foreign", FOREIGN, signed=True),
        "a document time-stamp of a foreign server",
        "insufficient",
        ("untrusted-timestamp",),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "leader-covered-by-seal",
        leader_covered_by_seal,
        "an expired leader's signature without a time-stamp, covered by a stamped seal",
        "valid",
        ("revocation-not-checked",),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "claimed-time-differs",
        lambda: claimed_time("claimed", vietnam(2025, 9, 5, 10, 28, 55)),
        "the claimed time lies three days before the time-stamp",
        "valid",
        ("claimed-time-differs",),
    ),
    Sample(
        "claimed-time-without-offset",
        lambda: claimed_time("no-offset", "D:20250908102855"),
        "the claimed time says no offset",
        "valid",
        ("claimed-time-without-offset",),
    ),
    Sample(
        "timestamps-out-of-order",
        lambda: out_of_order("order", timedelta(hours=2)),
        "the later signature's time-stamp lies two hours before the earlier one's",
        "valid",
        ("timestamp-order",),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "timestamps-a-little-back",
        lambda: out_of_order("order-little", timedelta(seconds=1368)),
        "the later signature's time-stamp lies 1,368 s back: within the tolerance",
        "valid",
        signatures=2,
        revisions=3,
        committed=False,
    ),
    Sample(
        "organisation-before-person",
        organisation_first,
        "the seal came before the leader's signature (an error for --profile issued)",
        "valid",
        ("revocation-not-checked",),
        signatures=2,
        revisions=3,
    ),
    Sample("no-time-at-all", no_time_at_all, "no claimed time, no signing-time, no time-stamp", "valid", ("time-claimed-only",)),
)
