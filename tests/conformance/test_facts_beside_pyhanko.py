"""What sigcheck's own reader says of each signature, beside what pyHanko's says, over every document at hand.

The common path reads documents without pyHanko (docs/decisions/0003), so its facts are held against pyHanko's here: the fields
that hold signatures, /ByteRange, the CMS, the signer's certificate, times, and whether digest and signature value hold.
facts_beside_pyhanko.toml lists every difference with its reason; what pyHanko raises an exception on is not compared.
"""

from __future__ import annotations

import hashlib
import logging
import tomllib
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from test_second_opinion import shared_documents

from sigcheck.anchors import TrustList
from sigcheck.engine.bytesource import FileSource
from sigcheck.engine.gather import gather_evidence
from sigcheck.evidence import DocumentEvidence, SignatureEvidence
from sigcheck.facts import CmsFacts

NOTHING_TRUSTED = TrustList((), (), "0" * 64)
ABSENT = "absent"
Facts = dict[str, object]
"""Facts of one signature by name, in words that both sides use."""


def ours(path: Path, password: str | None) -> dict[str, Facts]:
    """By field; none of a document that is not read."""
    with FileSource(path) as source:
        evidence = gather_evidence(source, trust=NOTHING_TRUSTED, password=password)
    if not isinstance(evidence, DocumentEvidence):
        return {}
    return {one.facts.field: _our_facts(one) for one in evidence.signatures if one.facts.removed_in is None}


def _our_facts(one: SignatureEvidence) -> Facts:
    facts, cms = one.facts, one.facts.cms
    found: Facts = {"byte-range": facts.byte_range.numbers, "sub-filter": facts.sub_filter}
    if not isinstance(cms, CmsFacts):
        return found | {"cms": ABSENT}
    return found | {
        "cms": "read",
        "digest-algorithm": cms.digest_algorithm,
        "message-digest": cms.message_digest,
        "signature": cms.signature,
        "signer": None if cms.signer_certificate is None else cms.signer_certificate.sha256,
        "certificates": {certificate.sha256 for certificate in cms.certificates},
        "signing-time": cms.signing_time,
        "timestamps": [hashlib.sha256(token).hexdigest() for token in cms.timestamp_tokens],
        "intact": one.integrity.digest_matches,
        "verifies": one.integrity.signature_verifies,
    }


def theirs(path: Path, password: str | None) -> dict[str, Facts] | None:
    """The same by pyHanko; None where it cannot read the document."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415, TID251 - the second opinion itself, slow to import

    with path.open("rb") as file:
        try:
            reader = PdfFileReader(file, strict=False)
            if reader.encrypted:
                reader.decrypt(password or "")
            signatures = list(reader.embedded_signatures)
        except Exception:  # noqa: BLE001 - whatever it raises, it has no answer
            return None
        return {signature.field_name: _their_facts(signature) for signature in signatures}


def _their_facts(signature: Any) -> Facts:
    """Those that it can be asked for without an exception."""
    asked: dict[str, Callable[[], object]] = {
        "byte-range": lambda: tuple(int(number) for number in signature.byte_range),
        "sub-filter": lambda: None if (name := signature.sig_object.get("/SubFilter")) is None else str(name)[1:],
        "cms": lambda: "read" if signature.signer_info is not None else ABSENT,
        "digest-algorithm": lambda: signature.signer_info["digest_algorithm"]["algorithm"].native,
        "message-digest": lambda: _attribute(signature, "message_digest"),
        "signature": lambda: signature.signer_info["signature"].native,
        "signer": lambda: hashlib.sha256(signature.signer_cert.dump()).hexdigest(),
        "certificates": lambda: {
            hashlib.sha256(one.chosen.dump()).hexdigest()
            for one in signature.signed_data["certificates"]
            if one.name == "certificate"
        },
        "signing-time": lambda: _attribute(signature, "signing_time"),
        "timestamps": lambda: [hashlib.sha256(one.dump()).hexdigest() for one in _tokens(signature)],
        "intact": lambda: _integrity(signature)[0],
        "verifies": lambda: _integrity(signature)[1],
    }
    found: Facts = {}
    for name, question in asked.items():
        try:
            found[name] = question()
        except Exception:  # noqa: BLE001, S112 - whatever it raises, it has no answer
            continue
    return found


def _attribute(signature: Any, kind: str) -> object:
    values = [one["values"] for one in signature.signer_info["signed_attrs"] if one["type"].native == kind]
    value = values[0][0].native if values else None
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _tokens(signature: Any) -> Iterator[Any]:
    for one in signature.signer_info["unsigned_attrs"]:
        if one["type"].native == "signature_time_stamp_token":
            yield from one["values"]


def _integrity(signature: Any) -> tuple[bool, bool]:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity  # noqa: PLC0415, TID251 - the second opinion itself

    kind = signature.signed_data["encap_content_info"]["content_type"].native
    content = signature.signed_data["encap_content_info"]["content"]
    if kind == "data" and content.native is None:
        return validate_sig_integrity(signature.signer_info, signature.signer_cert, kind, signature.compute_digest())
    if kind != "tst_info":
        raise ValueError("adbe.pkcs7.sha1 signs a digest")
    imprint = content.parsed["message_imprint"]
    signature.external_md_algorithm = imprint["hash_algorithm"]["algorithm"].native
    digest = hashlib.new(signature.signer_info["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
    own, verifies = validate_sig_integrity(signature.signer_info, signature.signer_cert, kind, digest)
    return own and signature.compute_digest() == imprint["hashed_message"].native, verifies


def differences(path: Path, password: str | None = None) -> frozenset[str]:
    """`fact: ours | theirs`, with values only where they are short; fields that one side alone has are named so."""
    other = theirs(path, password)
    if other is None:
        return frozenset()
    mine = ours(path, password)
    found = {f"field: {name in mine} | {name in other}" for name in mine.keys() ^ other.keys()}
    for field in mine.keys() & other.keys():
        for name in mine[field].keys() & other[field].keys():
            left, right = mine[field][name], other[field][name]
            if left != right:
                short = not isinstance(left, tuple | bytes | set | list) and len(f"{left}{right}") < 60
                found.add(f"{name}: {left} | {right}" if short else name)
    return frozenset(found)


def listed() -> dict[str, set[str]]:
    """The differences that facts_beside_pyhanko.toml names, by document."""
    found: dict[str, set[str]] = {}
    text = Path(__file__).with_name("facts_beside_pyhanko.toml").read_text("utf-8")
    for group in tomllib.loads(text)["difference"]:
        assert group["why"].strip()
        for document in group["documents"]:
            facts = found.setdefault(document, set())
            assert facts.isdisjoint(group["facts"]), f"{document} is listed twice"
            facts.update(group["facts"])
    return found


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """pyHanko logs every suspicious document with a traceback."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def test_on_real_documents(shared: Path) -> None:
    found = {name: set(differences(path, password)) for name, path, password in shared_documents(shared)}
    expected = {name: facts for name, facts in listed().items() if not name.startswith("samples/")}
    assert {name: facts for name, facts in found.items() if facts} == expected


def test_on_samples(samples: Path) -> None:
    found = {f"samples/{path.name}": set(differences(path)) for path in sorted(samples.glob("*.pdf"))}
    expected = {name: facts for name, facts in listed().items() if name.startswith("samples/")}
    assert {name: facts for name, facts in found.items() if facts} == expected
