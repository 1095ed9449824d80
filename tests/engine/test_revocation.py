"""Revocation statements: who may speak, of what, and what is said."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from msgspec.structs import replace
from small_pki import WITHIN, Extra, Issued, issue, listed, name_of, trusting

from sigcheck.anchors import TrustList
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.paths import find_paths
from sigcheck.engine.revocation import ANSWERS, Received, RevocationMaterial, statements_for
from sigcheck.evidence import PathFound, Purpose, RevocationStatement
from sigcheck.facts import Certificate

DAY = timedelta(days=1)
ROOT = issue("Root", ca=True)
SUB = issue("Sub", ROOT, ca=True)
SIGNER = issue("Signer", SUB)
TRUST = trusting(listed(ROOT, "root"))
Revoked = tuple[Issued, x509.ReasonFlags | None]


def crl(
    issuer: Issued,
    revoked: Sequence[Revoked | x509.RevokedCertificate] = (),
    *,
    start: datetime = WITHIN,
    number: int | None = 1,
    extra: Sequence[Extra] = (),
    key: Issued | None = None,
) -> bytes:
    """A CRL of the issuer's name, signed with its key or with another's."""
    signer = key or issuer
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.x509.subject)
    builder = builder.last_update(start).next_update(start + 7 * DAY)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    builder = builder.add_extension(authority, critical=False)
    if number is not None:
        builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    for entry in revoked:
        builder = builder.add_revoked_certificate(entry if isinstance(entry, x509.RevokedCertificate) else revoke(*entry))
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def revoke(issued: Issued, reason: x509.ReasonFlags | None, extra: Sequence[Extra] = ()) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(issued.facts.serial_number).revocation_date(WITHIN - DAY)
    if reason is not None:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    return builder.build()


def point(**parts: object) -> x509.IssuingDistributionPoint:
    stated: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(stated | parts))  # type: ignore[arg-type]  # any of its arguments


def answer(
    certificate: Issued,
    issuer: Issued,
    signer: Issued,
    *,
    state: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    algorithm: hashes.HashAlgorithm | None = None,
    attached: Sequence[Issued] = (),
    reason: x509.ReasonFlags | None = None,
    by_name: bool = False,
) -> bytes:
    revoked = state is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate.x509,
        issuer=issuer.x509,
        algorithm=algorithm or hashes.SHA1(),  # noqa: S303 - what RFC 5019 asks for
        cert_status=state,
        this_update=WITHIN,
        next_update=WITHIN + DAY,
        revocation_time=WITHIN - DAY if revoked else None,
        revocation_reason=reason,
    )
    encoding = ocsp.OCSPResponderEncoding.NAME if by_name else ocsp.OCSPResponderEncoding.HASH
    builder = builder.responder_id(encoding, signer.x509)
    if attached:
        builder = builder.certificates([other.x509 for other in attached])
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def said(
    *,
    crls: Sequence[bytes] = (),
    responses: Sequence[bytes] = (),
    candidates: Sequence[Issued] = (SUB,),
    signer: Issued = SIGNER,
    trust: TrustList = TRUST,
) -> tuple[RevocationStatement, ...]:
    facts = [other.facts for other in candidates]
    paths = find_paths(signer.facts, candidates=facts, trust=trust, purpose=Purpose.SIGNER)
    assert paths.found, paths.failure
    material = RevocationMaterial(
        tuple(Received(der, "store", None) for der in crls), tuple(Received(der, "cms", None) for der in responses)
    )
    return statements_for(paths, material=material, candidates=facts, trust=trust)


def about(issued: Issued, statements: Sequence[RevocationStatement]) -> list[RevocationStatement]:
    return [statement for statement in statements if statement.certificate_sha256 == issued.facts.sha256]


class TestCrls:
    def test_what_a_crl_of_the_issuer_says(self) -> None:
        (statement,) = said(crls=[crl(SUB)])
        assert (statement.kind, statement.state, statement.authorised, statement.flaw) == ("crl", "good", True, None)
        assert (statement.this_update, statement.next_update) == (WITHIN, WITHIN + 7 * DAY)
        assert (statement.source, statement.issuer_paths, statement.signature_hash) == ("store", None, "sha256")

    @pytest.mark.parametrize(
        ("reason", "state", "word"),
        [
            (None, "revoked", None),
            (x509.ReasonFlags.key_compromise, "revoked", "keyCompromise"),
            (x509.ReasonFlags.certificate_hold, "on-hold", "certificateHold"),
        ],
    )
    def test_a_listed_certificate(self, reason: x509.ReasonFlags | None, state: str, word: str | None) -> None:
        (statement,) = said(crls=[crl(SUB, [(SIGNER, reason)])])
        assert (statement.state, statement.reason, statement.revoked_at) == (state, word, WITHIN - DAY)

    def test_every_certificate_below_the_anchor_is_asked_about(self) -> None:
        statements = said(crls=[crl(SUB), crl(ROOT, [(SUB, None)])])
        assert [s.state for s in about(SIGNER, statements)] == ["good"]
        assert [s.state for s in about(SUB, statements)] == ["revoked"]
        assert about(ROOT, statements) == []

    def test_a_listed_entry_is_asked_about_by_its_serial_number(self) -> None:
        trust = trusting(listed(ROOT, "root"), listed(SUB, "sub", "root"))
        statements = said(crls=[crl(ROOT, [(SUB, None)])], candidates=(), trust=trust)
        assert [s.state for s in about(SUB, statements)] == ["revoked"]

    def test_a_crl_of_another_ca_says_nothing(self) -> None:
        assert said(crls=[crl(issue("Other", ca=True), [(SIGNER, None)])]) == ()

    def test_a_crl_that_was_touched(self) -> None:
        der = bytearray(crl(SUB, [(SIGNER, None)]))
        der[-1] ^= 1
        (statement,) = said(crls=[bytes(der)])
        assert (statement.authorised, statement.flaw, statement.state) == (False, "signature-does-not-verify", "unknown")

    def test_a_crl_of_another_key_of_that_name(self) -> None:
        stranger = issue("Sub", ca=True)
        (statement,) = said(crls=[crl(stranger)], candidates=[SUB, stranger])
        assert (statement.authorised, statement.flaw) == (False, "responder-not-authorised")
        (unknown,) = said(crls=[crl(stranger)])
        assert (unknown.authorised, unknown.flaw) == (False, "issuer-unknown")

    def test_a_separate_key_for_crls_below_the_same_anchor(self) -> None:
        crl_issuer = issue("Sub", ROOT, usage=["cRLSign"])
        statements = said(crls=[crl(SUB, key=crl_issuer), crl(ROOT)], candidates=[SUB, crl_issuer])
        (statement,) = about(SIGNER, statements)
        assert (statement.authorised, statement.state) == (True, "good")
        assert statement.issuer_paths is not None
        assert isinstance(statement.issuer_paths.at(WITHIN), PathFound)
        assert [s.state for s in about(crl_issuer, statements)] == ["good"]  # its own revocation is asked about too

    def test_an_issuer_that_may_not_sign_crls(self) -> None:
        sub = issue("Sub", ROOT, ca=True, usage=["keyCertSign"])
        (statement,) = said(crls=[crl(sub)], candidates=[sub], signer=issue("Signer", sub))
        assert (statement.authorised, statement.flaw) == (False, "issuer-not-for-crls")

    @pytest.mark.parametrize(
        ("parts", "flaw"),
        [
            ({"only_contains_user_certs": True}, None),
            ({"only_contains_ca_certs": True}, "scope"),
            ({"only_contains_attribute_certs": True}, "scope"),
            ({"full_name": [x509.UniformResourceIdentifier("http://a.example/1.crl")]}, None),
            ({"full_name": [x509.UniformResourceIdentifier("http://a.example/2.crl")]}, "scope"),
        ],
    )
    def test_the_scope_of_a_crl(self, parts: dict[str, object], flaw: str | None) -> None:
        url = x509.UniformResourceIdentifier("http://a.example/1.crl")
        points = x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)])
        signer = issue("Signer", SUB, extra=[(points, False)])
        (statement,) = said(crls=[crl(SUB, extra=[(point(**parts), True)])], signer=signer)
        assert (statement.flaw, statement.authorised) == (flaw, flaw is None)

    def test_critical_extensions_that_nobody_knows(self) -> None:
        odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
        assert said(crls=[crl(SUB, extra=[(odd, False)])])[0].authorised
        assert said(crls=[crl(SUB, extra=[(odd, True)])])[0].flaw == "critical-extension"
        other = issue("Else", SUB)
        entries = [revoke(other, None, [(odd, True)])]
        assert said(crls=[crl(SUB, entries)])[0].flaw == "critical-extension"

    def test_an_indirect_crl_names_the_issuer_of_its_entries(self) -> None:
        authority = issue("Revoker", ROOT, usage=["cRLSign"])
        names = [x509.DirectoryName(name_of("Revoker"))]
        points = x509.CRLDistributionPoints([x509.DistributionPoint(None, None, None, names)])
        signer = issue("Signer", SUB, extra=[(points, False)], serial_number=77)
        twin = issue("Twin", ROOT, serial_number=77)
        of_sub = x509.CertificateIssuer([x509.DirectoryName(name_of("Sub"))])
        of_root = x509.CertificateIssuer([x509.DirectoryName(name_of("Root"))])
        indirect: list[Extra] = [(point(indirect_crl=True), True)]
        for owner, state in ((of_sub, "revoked"), (of_root, "good")):
            der = crl(authority, [revoke(twin, None, [(owner, True)])], extra=indirect)
            (statement,) = about(signer, said(crls=[der], candidates=[SUB, authority], signer=signer))
            assert (statement.state, statement.authorised) == (state, True)
        (direct,) = about(signer, said(crls=[crl(SUB)], candidates=[SUB], signer=signer))
        assert direct.authorised  # a CRL of the certificate's own issuer needs no point in the certificate

    def test_a_delta_on_its_base(self) -> None:
        hold, base_of = x509.ReasonFlags.certificate_hold, x509.DeltaCRLIndicator(1)
        base = crl(SUB, [(SIGNER, hold)])
        release = crl(SUB, [(SIGNER, x509.ReasonFlags.remove_from_crl)], start=WITHIN + DAY, number=2, extra=[(base_of, True)])
        assert [(s.state, s.this_update) for s in said(crls=[base, release])] == [
            ("on-hold", WITHIN),
            ("removed", WITHIN + DAY),
        ]
        silent = crl(SUB, start=WITHIN + DAY, number=2, extra=[(base_of, True)])
        assert [s.state for s in said(crls=[base, silent])] == ["on-hold", "on-hold"]
        (alone,) = said(crls=[silent])
        assert (alone.authorised, alone.flaw) == (False, "delta-without-base")

    def test_crls_for_some_reasons_make_one_answer_together(self) -> None:
        reasons = frozenset(x509.ReasonFlags) - {x509.ReasonFlags.unspecified, x509.ReasonFlags.remove_from_crl}
        some = frozenset({x509.ReasonFlags.key_compromise})
        first = crl(SUB, extra=[(point(only_some_reasons=some), True)])
        second = crl(SUB, extra=[(point(only_some_reasons=reasons - some), True)], start=WITHIN + DAY)
        (alone,) = said(crls=[first])
        assert (alone.authorised, alone.flaw) == (False, "some-reasons-only")
        whole = [s for s in said(crls=[first, second]) if s.authorised]
        assert [(s.state, s.this_update, s.next_update) for s in whole] == [("good", WITHIN, WITHIN + 7 * DAY)]

    def test_fifty_thousand_entries_cost_milliseconds(self) -> None:
        builder = x509.CertificateRevocationListBuilder().issuer_name(SUB.x509.subject)
        builder = builder.last_update(WITHIN).next_update(WITHIN + DAY)
        reason = x509.CRLReason(x509.ReasonFlags.superseded)
        entries = [
            x509.RevokedCertificateBuilder()
            .serial_number(10**30 + n)
            .revocation_date(WITHIN)
            .add_extension(reason, False)
            .build()
            for n in range(50_000)
        ]
        builder._revoked_certificates = entries  # its add method copies the list each time
        der = builder.sign(SUB.key, hashes.SHA256()).public_bytes(Encoding.DER)
        said(crls=[der])
        start = time.perf_counter()
        (statement,) = said(crls=[der])
        assert statement.state == "good"
        assert time.perf_counter() - start < 0.1


class TestOcsp:
    @pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256()])  # noqa: S303 - both are in use
    @pytest.mark.parametrize("by_name", [True, False])
    def test_an_answer_of_the_issuer_itself(self, algorithm: hashes.HashAlgorithm, by_name: bool) -> None:
        (statement,) = said(responses=[answer(SIGNER, SUB, SUB, algorithm=algorithm, by_name=by_name)])
        assert (statement.kind, statement.state, statement.authorised) == ("ocsp", "good", True)
        assert (statement.this_update, statement.next_update) == (WITHIN, WITHIN + DAY)
        assert (statement.source, statement.issuer_paths) == ("cms", None)

    @pytest.mark.parametrize(
        ("state", "reason", "expected"),
        [
            (ocsp.OCSPCertStatus.REVOKED, x509.ReasonFlags.superseded, ("revoked", "superseded", WITHIN - DAY)),
            (ocsp.OCSPCertStatus.REVOKED, x509.ReasonFlags.certificate_hold, ("on-hold", "certificateHold", WITHIN - DAY)),
            (ocsp.OCSPCertStatus.REVOKED, None, ("revoked", None, WITHIN - DAY)),
            (ocsp.OCSPCertStatus.UNKNOWN, None, ("unknown", None, None)),
        ],
    )
    def test_other_answers(
        self, state: ocsp.OCSPCertStatus, reason: x509.ReasonFlags | None, expected: tuple[str, str | None, datetime | None]
    ) -> None:
        (statement,) = said(responses=[answer(SIGNER, SUB, SUB, state=state, reason=reason)])
        assert (statement.state, statement.reason, statement.revoked_at) == expected

    @pytest.mark.parametrize("no_check", [True, False])
    def test_a_responder_that_the_issuer_certified(self, no_check: bool) -> None:
        extra: list[Extra] = [(x509.OCSPNoCheck(), False)] if no_check else []
        responder = issue("Responder", SUB, purposes=["OCSPSigning"], extra=extra)
        response = answer(SIGNER, SUB, responder, attached=[responder])
        (statement, *further) = said(responses=[response], crls=[crl(SUB)])[1:]
        assert (statement.authorised, statement.flaw, statement.issuer_no_check) == (True, None, no_check)
        assert statement.issuer_paths is not None
        assert [e.common_name for e in statement.issuer_paths.found[0].entries] == ["Responder", "Sub", "Root"]
        assert [s.kind for s in about(responder, further)] == ([] if no_check else ["crl"])

    def test_responders_that_may_not_speak(self) -> None:
        without_purpose = issue("Responder", SUB)
        of_another_ca = issue("Responder", ROOT, purposes=["OCSPSigning"])
        for responder in (without_purpose, of_another_ca):
            (statement,) = said(responses=[answer(SIGNER, SUB, responder, attached=[responder])])
            assert (statement.authorised, statement.flaw) == (False, "responder-not-authorised")
        (unknown,) = said(responses=[answer(SIGNER, SUB, issue("Responder", SUB, purposes=["OCSPSigning"]))])
        assert (unknown.authorised, unknown.flaw) == (False, "issuer-unknown")

    def test_an_answer_that_was_touched(self) -> None:
        der = bytearray(answer(SIGNER, SUB, SUB))
        der[-1] ^= 1
        assert said(responses=[bytes(der)])[0].flaw == "signature-does-not-verify"

    def test_an_answer_about_another_certificate(self) -> None:
        assert said(responses=[answer(issue("Else", SUB), SUB, SUB)]) == ()
        look_alike = issue("Sub", ca=True)
        assert said(responses=[answer(SIGNER, look_alike, look_alike)]) == ()


def test_material_that_is_touched_or_foreign_never_raises() -> None:
    responder = issue("Responder", SUB, purposes=["OCSPSigning"])
    revoked = ocsp.OCSPCertStatus.REVOKED
    scope = point(only_contains_user_certs=True)
    sources = (
        crl(SUB, [(SIGNER, x509.ReasonFlags.superseded)], extra=[(scope, True)]),
        answer(SIGNER, SUB, responder, attached=[responder], state=revoked),
    )
    noise = random.Random(20261120)  # noqa: S311 - noise that can be repeated
    for source in sources:
        for _ in range(1500):
            der = bytearray(source)
            for _ in range(noise.randint(1, 4)):
                der[noise.randrange(len(der))] = noise.randrange(256)
            touched = bytes(der[: noise.randint(1, len(der))]) if noise.random() < 0.2 else bytes(der)
            for statement in said(crls=[touched], responses=[touched]):
                assert statement.state == "revoked" or not statement.authorised
    assert said(crls=[b"", b"\x30\x80", SUB.der], responses=[b"", b"\x30\x03\x0a\x01\x06", SUB.der]) == ()


class TestGenuineMaterial:
    """The government CA's responders and the national root, with certificates that are in ../shared/trust."""

    @staticmethod
    def certificates(shared: Path) -> list[Certificate]:
        out = []
        for path in sorted((shared / "trust").rglob("*.pem")):
            certificate = parse_certificate(x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER))
            if certificate is not None and "look-alikes" not in path.parts:
                out.append(certificate)
        return out

    def test_three_responses_of_the_government_ca(self, shared: Path) -> None:
        certificates = self.certificates(shared)
        trust = trusting(*(listed(c, c.sha256) for c in certificates if c.subject_der == c.issuer_der))
        stand_in = issue("Signer", ROOT).facts
        g1, g2 = "Co quan chung thuc so Chinh phu", "CA phục vụ các cơ quan Nhà nước G2"
        expected = {
            "87514ca7": (0x30C040, g1, datetime(2021, 10, 25, 6, 36, 42, tzinfo=UTC), False),
            "8c7cf503": (0x31CA60, g1, datetime(2021, 10, 21, 8, 0, 54, tzinfo=UTC), False),
            "a718be3f": (
                0x3FE30F2C5611B6DC,
                g2,
                datetime(2021, 10, 25, 4, 24, 28, tzinfo=UTC),
                True,
            ),
        }
        for file, (serial_number, issuer_name, produced_at, no_check) in expected.items():
            issuer = next(c for c in certificates if c.common_name == issuer_name)
            paths = find_paths(issuer, candidates=certificates, trust=trust, purpose=Purpose.CRL)
            signer = replace(stand_in, serial_number=serial_number, issuer_der=issuer.subject_der)
            entry = replace(paths.found[0].entries[0], sha256=signer.sha256, serial_number=serial_number, certificate=signer)
            asked = replace(paths, found=(PathFound((entry, *paths.found[0].entries), Purpose.SIGNER),))
            received = Received((shared / "vietnam" / "ocsp" / f"{file}.der").read_bytes(), "store", None)
            material = RevocationMaterial((), (received,))
            (statement,) = statements_for(asked, material=material, candidates=certificates, trust=trust)
            assert (statement.state, statement.authorised, statement.flaw) == ("good", True, None)
            assert (statement.produced_at, statement.this_update) == (produced_at, produced_at)
            assert statement.next_update == produced_at + timedelta(hours=3)
            assert statement.issuer_no_check is no_check
            assert statement.issuer_paths is not None
            assert isinstance(statement.issuer_paths.at(produced_at), PathFound)

    def test_the_crl_of_the_third_national_root(self, shared: Path) -> None:
        root = next(c for c in self.certificates(shared) if c.common_name == "Vietnam National Root CA G3")
        trust = trusting(listed(root, "root"))
        below = find_paths(root, candidates=[], trust=trust, purpose=Purpose.CRL).found[0].entries[0]
        signer = replace(issue("Signer", ROOT).facts, issuer_der=root.subject_der)
        entry = replace(below, sha256=signer.sha256, certificate=signer)
        received = Received((shared / "vietnam" / "crl" / "vnrca-g3.crl").read_bytes(), "store", None)
        paths = replace(
            find_paths(root, candidates=[], trust=trust, purpose=Purpose.CRL), found=(PathFound((entry, below), Purpose.SIGNER),)
        )
        (statement,) = statements_for(paths, material=RevocationMaterial((received,), ()), candidates=[], trust=trust)
        assert (statement.state, statement.authorised) == ("good", True)
        assert statement.this_update == datetime(2024, 12, 25, 2, 43, 39, tzinfo=UTC)
        assert statement.next_update == datetime(2025, 6, 25, 2, 43, 39, tzinfo=UTC)


class TestOneResponseOfManyAnswers:
    """Deflated in a security store, a hundred kilobytes held a million answers about one certificate."""

    @staticmethod
    def repeated(times: int) -> bytes:
        """The same answer so many times, and a revocation behind them; nobody signed that."""
        whole = asn1_ocsp.OCSPResponse.load(answer(SIGNER, SUB, SUB))
        basic = whole["response_bytes"]["response"].parsed
        revoked = asn1_ocsp.OCSPResponse.load(answer(SIGNER, SUB, SUB, state=ocsp.OCSPCertStatus.REVOKED))
        last = revoked["response_bytes"]["response"].parsed
        single = basic["tbs_response_data"]["responses"][0]
        listed = [*([single] * times), last["tbs_response_data"]["responses"][0]]
        basic["tbs_response_data"]["responses"] = asn1_ocsp.Responses(listed)
        whole["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
        return bytes(whole.dump(force=True))

    def test_few_are_taken_and_a_revocation_is_one_of_them(self) -> None:
        statements = said(responses=[self.repeated(40)])
        assert len(statements) == ANSWERS
        assert [statement.state for statement in statements].count("revoked") == 1

    def test_one_of_too_many_is_not_read(self) -> None:
        assert said(responses=[self.repeated(100)]) == ()
