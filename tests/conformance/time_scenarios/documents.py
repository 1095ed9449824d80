"""From a declared document to the bytes of a PDF: revisions with signatures, security stores and document time-stamps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from generator import pki
from generator.cms import Recipe
from generator.drafting import finished, fresh
from generator.pages import Letter
from generator.pdf import Name, Stream
from generator.signing import Block, Signing, sign
from generator.tokens import Stamp
from time_scenarios.issuing import certificate, moment, piece

Step = dict[str, Any]
LINES = ("Tờ trình về việc kiểm tra chữ ký theo thời gian",)


def build(seed: str, steps: Sequence[Step], *, store: Iterable[str] = ()) -> bytes:
    """The document; `store` is material for a last revision of its own (what programs get that take no files)."""
    document = fresh(seed, LINES)
    signatures = stamps = 0
    for step in steps:
        if "sign" in step:
            signatures += 1
            sign(document, _signing(step, f"Signature{signatures}"))
        elif "store" in step:
            add_store(document, step["store"], step.get("with", ()))
        else:
            stamps += 1
            sign(document, Signing(_stamp(step["stamp"], step["stamped"]), f"DocTimeStamp{stamps}"))
    if store:
        add_store(document, list(store), ())
    return finished(document)


def add_store(document: Letter, material: Iterable[str], certificates: Iterable[str]) -> None:
    """A /DSS (ISO 32000-2, 12.8.4.3) in a revision of its own; what an earlier one holds stays in it."""
    pdf = document.pdf
    root = pdf.touch(pdf.root)
    held: dict[str, list[Any]] = dict(pdf.get(root["DSS"])) if "DSS" in root else {}
    held = {key: list(entries) for key, entries in held.items() if key != "Type"}
    for name in material:
        one = piece(name)
        held.setdefault("CRLs" if one.kind == "crl" else "OCSPs", []).append(pdf.add(Stream({}, one.der)))
    for label in certificates:
        held.setdefault("Certs", []).append(pdf.add(Stream({}, certificate(label).dump())))
    root["DSS"] = pdf.add({"Type": Name("DSS")} | held)
    pdf.commit()


def _signing(step: Step, field: str) -> Signing:
    signed = [piece(name) for name in step.get("signed", ())]
    archival = bool(signed)  # adobe-revocationInfoArchival has no place in PAdES baseline signatures
    recipe = Recipe(
        signer=f"times/{step['sign']}",
        digest=step.get("digest", "sha256"),
        signing_certificate=True,
        embed=tuple(f"times/{label}" for label in (step["sign"], *_beside(step))),
        stamp=_stamp(step["stamp"], step.get("stamped", step["claimed"])) if "stamp" in step else None,
        content_stamp=_stamp(step["content-stamp"], step["content-stamped"]) if "content-stamp" in step else None,
        crls=tuple(one.der for one in signed if one.kind == "crl"),
        ocsp_responses=tuple(one.der for one in signed if one.kind == "ocsp"),
    )
    sub_filter = "adbe.pkcs7.detached" if archival else "ETSI.CAdES.detached"
    return Signing(recipe, field, Block(m=moment(step["claimed"])), sub_filter)


def _beside(step: Step) -> Sequence[str]:
    """The CA's certificate comes along unless the scenario says otherwise; anchors never do."""
    if "with" in step:
        return tuple(step["with"])
    issuer = pki.architecture("times").get_cert_spec(step["sign"]).issuer
    return () if str(issuer).endswith("root") else (str(issuer),)


def _stamp(server: str, at: Any) -> Stamp:
    return Stamp(moment(at), f"times/{server}", policy="1.3.6.1.4.1.99999.1")
