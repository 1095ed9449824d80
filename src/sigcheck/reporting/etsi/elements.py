"""Elements and values: everything that came out of a document passes through `told`, nothing else does.

lxml escapes what XML would read as markup; what XML 1.0 cannot hold at all (control characters) is made visible before.
"""

from __future__ import annotations

import base64
import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import Final

from lxml.etree import QName, SubElement, _Element

from sigcheck.reporting.etsi.names import DS, VR, XADES, digest_uri
from sigcheck.reporting.hostile import shown

Node = _Element

_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")

_FARTHEST_ZONE: Final = timedelta(hours=14)
"""XML Schema 1.0 part 2, 3.2.7: xs:dateTime knows no offset beyond."""


def child(parent: Node, name: str, text: str | None = None, *, namespace: str = VR) -> Node:
    """A new element at the end of `parent`, its text a value of ours: a URI, a number, a moment, base64."""
    made = SubElement(parent, QName(namespace, name))
    made.text = text
    return made


def told(parent: Node, name: str, text: str, personal: bool, *, namespace: str = VR) -> Node:
    """A new element with words that a document, a certificate or a file name may have shaped."""
    return child(parent, name, shown(text, personal=personal), namespace=namespace)


def octets(parent: Node, name: str, value: bytes, *, namespace: str = VR) -> Node:
    """A new element with base64 of `value`."""
    return child(parent, name, base64.b64encode(value).decode("ascii"), namespace=namespace)


def reference(parent: Node, name: str, *identifiers: str) -> Node:
    """A new element that points to validation objects (VOReferenceType)."""
    made = child(parent, name)
    made.set("VOReference", " ".join(identifiers))
    return made


def method_and_value(parent: Node, algorithm: str, value: bytes) -> None:
    """ds:DigestMethod and ds:DigestValue under a hash that has a URI."""
    child(parent, "DigestMethod", namespace=DS).set("Algorithm", digest_uri(algorithm) or "")
    octets(parent, "DigestValue", value, namespace=DS)


def digest(parent: Node, name: str, algorithm: str, value: bytes, *, namespace: str = VR) -> Node:
    """A new element of the type DigestAlgAndValueType."""
    made = child(parent, name, namespace=namespace)
    method_and_value(made, algorithm, value)
    return made


def by_fingerprint(parent: Node, sha256: str) -> None:
    """What is known by its SHA-256 alone; evidence from outside may call anything one."""
    if is_fingerprint(sha256):
        digest(parent, "DigestAlgAndValue", "sha256", bytes.fromhex(sha256))
    else:
        told(parent, "direct", sha256, personal=False)


def is_fingerprint(text: str) -> bool:
    """Whether this is a SHA-256 in lower-case hex, and so can be part of an identifier."""
    return _FINGERPRINT.fullmatch(text) is not None


def policy_hash(parent: Node, sha256: str) -> Node:
    """XAdES:SigPolicyHash."""
    return digest(parent, "SigPolicyHash", "sha256", bytes.fromhex(sha256), namespace=XADES)


def written(moment: datetime) -> str:
    """A moment as xs:dateTime, UTC with a Z; one without its zone, or at the end of all years, as it is."""
    if moment.tzinfo is None or moment.year in {MINYEAR, MAXYEAR}:
        return moment.isoformat().replace("+00:00", "Z")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def written_claim(iso: str | None) -> str | None:
    """A claimed time as xs:dateTime, with the offset it was written with or without any; None where it cannot be one."""
    if iso is None:
        return None
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    offset = moment.utcoffset()
    if offset is None:
        return moment.isoformat()
    if abs(offset) > _FARTHEST_ZONE or offset % timedelta(minutes=1):
        return None
    return moment.isoformat().replace("+00:00", "Z")
