"""Documents signed by pyHanko, an independent signing program, with certificates and time-stamps of the live authority."""

from __future__ import annotations

from io import BytesIO

from asn1crypto import keys, pem, tsp, x509
from live_authority import KEYS, Authority
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: TID251 - the independent signing program
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf  # noqa: TID251 - as above
from pyhanko.sign.timestamps import TimeStamper  # noqa: TID251 - as above
from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: TID251 - as above


class LiveTimeStamper(TimeStamper):
    """pyHanko's way to the authority's time-stamp server."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko does not type it
        self.authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self.authority.timestamp_response(req.dump()))


def signed(document: bytes, authority: Authority, signer: str = "leader") -> bytes:
    """The document signed by pyHanko, with a time-stamp from the live server."""
    key = pem.unarmor((KEYS / f"{signer}.pem").read_bytes())[2]
    others = SimpleCertificateStore()  # type: ignore[no-untyped-call] # as above
    others.register(x509.Certificate.load(authority.certificate("sub")))
    signs = SimpleSigner(
        signing_cert=x509.Certificate.load(authority.certificate(signer)),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=others,
    )
    out: BytesIO = sign_pdf(
        IncrementalPdfFileWriter(BytesIO(document)),
        PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256"),
        signs,
        timestamper=LiveTimeStamper(authority),
    )
    return out.getvalue()
