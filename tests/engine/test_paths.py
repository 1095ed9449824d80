"""Certification paths: every rule with a chain that keeps it and one that breaks it."""

from __future__ import annotations

import ipaddress
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from msgspec.structs import replace
from small_pki import END, START, WITHIN, Issued, issue, listed, name_of, new_key, trusting

from sigcheck.anchors import Sureness, TrustList
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.paths import find_paths
from sigcheck.evidence import Link, PathFlaw, PathFound, Paths, Purpose, Role
from sigcheck.facts import Certificate

ROOT = issue("Root", ca=True)
SUB = issue("Sub", ROOT, ca=True, path_length=0)
SIGNER = issue("Signer", SUB)
ANCHORED = trusting(listed(ROOT, "root"))


def paths(
    certificate: Issued | Certificate | None,
    trust: TrustList = ANCHORED,
    candidates: Sequence[Issued] = (),
    purpose: Purpose = Purpose.SIGNER,
    limits: Limits = DEFAULT_LIMITS,
) -> Paths:
    facts = certificate.facts if isinstance(certificate, Issued) else certificate
    return find_paths(facts, candidates=[other.facts for other in candidates], trust=trust, purpose=purpose, limits=limits)


def flaw(found: Paths) -> PathFlaw | None:
    return found.failure.flaw if found.failure is not None else None


def links(found: Paths) -> list[tuple[Link | None, ...]]:
    return [tuple(entry.link for entry in path.entries) for path in found.found]


class TestLinks:
    def test_embedded_certificates_are_verified_link_by_link(self) -> None:
        found = paths(SIGNER, candidates=[SUB, ROOT])
        assert links(found) == [(Link.SIGNATURE, Link.SIGNATURE, None)]
        entries = found.found[0].entries
        assert [entry.common_name for entry in entries] == ["Signer", "Sub", "Root"]
        assert [entry.role for entry in entries] == [Role.SIGNER, Role.INTERMEDIATE, Role.ANCHOR]
        assert [entry.in_trust_list for entry in entries] == [False, False, True]
        assert [entry.signature_hash for entry in entries] == ["sha256", "sha256", None]
        assert found.found[0].authority == "government"

    def test_a_listed_intermediate_without_its_certificate_hangs_on_the_list(self) -> None:
        trust = trusting(listed(ROOT, "root"), listed(SUB, "sub", "root"))
        found = paths(SIGNER, trust)
        assert links(found) == [(Link.SIGNATURE, Link.LISTED, None)]
        middle = found.found[0].entries[1]
        assert (middle.certificate, middle.in_trust_list, middle.signature_hash) == (None, True, None)
        assert middle.serial_number == SUB.facts.serial_number

    @pytest.mark.parametrize("whole", [True, False])
    def test_a_listed_intermediate_with_its_certificate_is_verified(self, whole: bool) -> None:
        """From the list itself, or because the document brings the very certificate that is listed."""
        trust = trusting(listed(ROOT, "root"), listed(SUB, "sub", "root", whole=whole))
        found = paths(SIGNER, trust, candidates=() if whole else [SUB])
        assert links(found) == [(Link.SIGNATURE, Link.SIGNATURE, None)]
        assert found.found[0].entries[1].in_trust_list

    def test_a_listed_intermediate_is_no_anchor(self) -> None:
        trust = trusting(listed(SUB, "sub", "root"))
        assert paths(SIGNER, trust).found == ()
        assert flaw(paths(SIGNER, trust)) is PathFlaw.NO_ISSUER

    def test_fewer_listed_links_come_first(self) -> None:
        other = issue("Sub", ROOT, ca=True, key=SUB.key)
        trust = trusting(listed(ROOT, "root"), listed(SUB, "sub", "root"))
        assert links(paths(SIGNER, trust, candidates=[other])) == [
            (Link.SIGNATURE, Link.SIGNATURE, None),
            (Link.SIGNATURE, Link.LISTED, None),
        ]

    def test_surer_anchors_come_first_then_those_listed_earlier(self) -> None:
        roots = [issue(f"Root {number}", ca=True) for number in range(3)]
        crosses = [issue("Sub", root, ca=True, key=SUB.key) for root in roots]
        sureness = (Sureness.HIGH, Sureness.VERY_HIGH, Sureness.HIGH)
        trust = trusting(*(listed(r, r.facts.sha256, sureness=s) for r, s in zip(roots, sureness, strict=True)))
        found = paths(SIGNER, trust, candidates=crosses)
        assert [path.entries[-1].common_name for path in found.found] == ["Root 1", "Root 0", "Root 2"]

    def test_the_order_of_the_candidates_changes_nothing(self) -> None:
        others = [issue("Sub", ROOT, ca=True, key=SUB.key) for _ in range(5)]
        first = paths(SIGNER, candidates=[SUB, *others])
        assert len(first.found) == 6
        assert paths(SIGNER, candidates=[*reversed(others), SUB]) == first

    def test_names_are_compared_as_rfc_5280_says(self) -> None:
        shouted = x509.Name([x509.NameAttribute(a.oid, a.value.upper()) for a in name_of("Root")])
        builder = (
            x509.CertificateBuilder().subject_name(name_of("Signer")).issuer_name(shouted).public_key(SIGNER.key.public_key())
        )
        signed = builder.serial_number(7).not_valid_before(START).not_valid_after(END).sign(ROOT.key, hashes.SHA256())
        assert paths(Issued(SIGNER.key, signed)).found


class TestUnfinished:
    def test_a_missing_issuer_is_named(self) -> None:
        failure = paths(SIGNER).failure
        assert failure is not None
        assert (failure.flaw, failure.about) == (PathFlaw.NO_ISSUER, "CN=Sub,O=Sao Mai")
        assert [entry.common_name for entry in failure.entries] == ["Signer"]
        assert failure.entries[0].link is None

    def test_without_a_certificate_there_is_no_path(self) -> None:
        assert flaw(paths(None)) is PathFlaw.NO_CERTIFICATE

    def test_an_embedded_root_that_is_not_configured(self) -> None:
        failure = paths(SIGNER, trusting(), candidates=[SUB, ROOT]).failure
        assert failure is not None
        assert (failure.flaw, failure.about) == (PathFlaw.UNKNOWN_ANCHOR, "CN=Root,O=Sao Mai")
        assert [entry.role for entry in failure.entries] == [Role.SIGNER, Role.INTERMEDIATE, Role.INTERMEDIATE]

    def test_a_look_alike_root_is_never_matched(self) -> None:
        look_alike = issue("Root", ca=True)
        signer = issue("Signer", look_alike)
        assert flaw(paths(signer, candidates=[look_alike])) is PathFlaw.UNKNOWN_ANCHOR
        assert flaw(paths(signer)) is PathFlaw.NO_ISSUER  # its key identifier says that another key of the name signed
        assert flaw(paths(issue("Signer", look_alike, key_ids=False))) is PathFlaw.LINK_SIGNATURE

    def test_who_bears_the_name_of_a_listed_ca_with_another_key_is_suspected(self) -> None:
        """The whole chain made anew under the right names, its root embedded or not, or its name drawn alike."""
        other_root = issue("Root", ca=True)
        other_sub = issue("Sub", other_root, ca=True)
        signer = issue("Signer", other_sub)
        trust = trusting(listed(ROOT, "root"), listed(SUB, "sub", issuer="root"))
        for candidates, known, imitated in (
            ([other_sub, other_root], trust, "Sub"), ([other_sub], trust, "Sub"), ([other_sub, other_root], ANCHORED, "Root"),
        ):  # fmt: skip
            failure = paths(signer, known, candidates).failure
            assert failure is not None
            assert failure.imitates == imitated
        disguised = issue("R\u043e\u043et", ca=True)  # Cyrillic letters
        failure = paths(issue("Signer", disguised), trust, [disguised]).failure
        assert failure is not None
        assert failure.imitates == "Root"

    def test_a_ca_that_may_be_renewed_or_is_another_generation_is_not_suspected(self) -> None:
        """New keys under an old name are genuine where the listed issuer signed, and may be where another one did."""
        trust = trusting(listed(ROOT, "root"), listed(SUB, "sub", issuer="root"))
        by_the_same = issue("Sub", ROOT, ca=True)
        assert paths(issue("Signer", by_the_same), trust, [by_the_same]).found
        next_root = issue("Root G2", ca=True)
        by_the_next = issue("Sub", next_root, ca=True)
        for candidates in ([by_the_next, next_root], [by_the_next], []):
            failure = paths(issue("Signer", by_the_next), trust, candidates).failure
            assert failure is not None
            assert failure.imitates == ""
        failure = paths(SIGNER, trusting(listed(SUB, "sub", issuer="root")), [SUB, ROOT]).failure
        assert failure is not None
        assert failure.imitates == "", "this very key is the listed one"

    def test_a_certificate_that_was_touched(self) -> None:
        der = bytearray(SIGNER.der)
        der[der.index(b"Signer")] ^= 0x20
        failure = paths(parse_certificate(bytes(der)), candidates=[SUB]).failure
        assert failure is not None
        assert (failure.flaw, failure.about) == (PathFlaw.LINK_SIGNATURE, "CN=signer,O=Sao Mai")

    def test_cas_that_certify_each_other_lead_nowhere(self) -> None:
        a, b = new_key(), new_key()
        first = issue("A", Issued(b, issue("B", ca=True, key=b).x509), ca=True, key=a)
        second = issue("B", first, ca=True, key=b)
        assert flaw(paths(issue("Signer", first), candidates=[first, second])) is PathFlaw.UNKNOWN_ANCHOR


class TestPeriods:
    def test_a_renewed_ca_is_chosen_by_time(self) -> None:
        early, late = datetime(2022, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
        old = issue("Sub", ROOT, ca=True, key=SUB.key, end=WITHIN)
        new = issue("Sub", ROOT, ca=True, key=SUB.key, start=WITHIN)
        found = paths(SIGNER, candidates=[old, new])
        assert len(found.found) == 2
        for moment, sub in ((early, old), (late, new)):
            path = found.at(moment)
            assert isinstance(path, PathFound)
            assert path.entries[1].sha256 == sub.facts.sha256

    def test_the_period_of_an_anchor_counts(self) -> None:
        trust = trusting(replace(listed(ROOT, "root"), not_after=datetime(2024, 1, 1, tzinfo=UTC)))
        found = paths(SIGNER, trust, candidates=[SUB])
        assert isinstance(found.at(datetime(2023, 1, 1, tzinfo=UTC)), PathFound)
        late = found.at(WITHIN)
        assert not isinstance(late, PathFound)
        assert (late.flaw, late.about) == (PathFlaw.EXPIRED, "CN=Root,O=Sao Mai")


class TestBareCertificates:
    def test_an_end_entity_certificate_can_be_an_anchor_of_its_own(self) -> None:
        found = paths(SIGNER, trusting(listed(SIGNER, "signer", purposes=("signer",))))
        (entry,) = found.found[0].entries
        assert (entry.role, entry.link, entry.certificate) == (Role.ANCHOR, None, SIGNER.facts)
        assert (entry.not_before, entry.not_after) == (START, END)

    def test_it_keeps_its_own_rules(self) -> None:
        tsa = issue("Server", SUB, purposes=["timeStamping"], purposes_critical=True)
        trust = trusting(listed(tsa, "server"))
        assert paths(tsa, trust, purpose=Purpose.TIMESTAMP).found
        assert flaw(paths(tsa, trust)) is PathFlaw.EXTENDED_KEY_USAGE
        assert flaw(paths(ROOT)) is PathFlaw.IS_A_CA

    def test_it_issues_nothing(self) -> None:
        below = issue("Below", SIGNER)
        assert flaw(paths(below, trusting(listed(SIGNER, "signer")))) is PathFlaw.NOT_A_CA

    def test_another_certificate_of_its_name_and_key_is_not_it(self) -> None:
        """Nothing would prove what else that certificate says: e-mail address, usages, period. It needs an issuer of its own."""
        again = issue("Signer", SUB, key=SIGNER.key, start=WITHIN)
        assert not paths(again, trusting(listed(SIGNER, "signer"))).found
        assert paths(SIGNER, trusting(listed(SIGNER, "signer"))).found


class TestPurposes:
    @pytest.mark.parametrize(
        ("purposes", "fine"),
        [
            (None, True),
            (("emailProtection",), True),
            (("clientAuth", "smartCardLogon"), True),
            (("documentSigning",), True),
            (("timeStamping", "emailProtection"), True),
            (("timeStamping",), False),
            (("OCSPSigning",), False),
            (("serverAuth",), False),
            (("codeSigning",), False),
            (("serverAuth", "codeSigning"), False),
        ],
    )
    def test_the_extended_key_usage_of_a_signer(self, purposes: Sequence[str] | None, fine: bool) -> None:
        found = paths(issue("Signer", ROOT, purposes=purposes))
        assert bool(found.found) is fine
        assert flaw(found) is (None if fine else PathFlaw.EXTENDED_KEY_USAGE)

    @pytest.mark.parametrize(
        ("usage", "fine"),
        [((), True), (("nonRepudiation",), True), (("digitalSignature",), True), (("keyEncipherment",), False)],
    )
    def test_the_key_usage_of_a_signer(self, usage: Sequence[str], fine: bool) -> None:
        assert flaw(paths(issue("Signer", ROOT, usage=usage))) is (None if fine else PathFlaw.KEY_USAGE)

    @pytest.mark.parametrize(
        ("purposes", "critical", "fine"),
        [
            (("timeStamping",), True, True),
            (("timeStamping",), False, False),
            (("timeStamping", "emailProtection"), True, False),
            (None, False, False),
        ],
    )
    def test_a_time_stamp_server_has_time_stamping_alone_and_critical(
        self, purposes: Sequence[str] | None, critical: bool, fine: bool
    ) -> None:
        tsa = issue("Server", ROOT, purposes=purposes, purposes_critical=critical)
        assert flaw(paths(tsa, purpose=Purpose.TIMESTAMP)) is (None if fine else PathFlaw.EXTENDED_KEY_USAGE)

    def test_a_time_stamp_server_is_no_ca_and_may_sign(self) -> None:
        ca = issue("Server", ROOT, ca=True, purposes=["timeStamping"], purposes_critical=True)
        assert flaw(paths(ca, purpose=Purpose.TIMESTAMP)) is PathFlaw.IS_A_CA
        mute = issue("Server", ROOT, usage=["keyEncipherment"], purposes=["timeStamping"], purposes_critical=True)
        assert flaw(paths(mute, purpose=Purpose.TIMESTAMP)) is PathFlaw.KEY_USAGE

    def test_an_anchor_serves_only_its_purposes(self) -> None:
        trust = trusting(listed(ROOT, "root", purposes=["timestamp"]))
        failure = paths(SIGNER, trust, candidates=[SUB]).failure
        assert failure is not None
        assert (failure.flaw, failure.about) == (PathFlaw.PURPOSE, "CN=Root,O=Sao Mai")
        tsa = issue("Server", ROOT, purposes=["timeStamping"], purposes_critical=True)
        assert paths(tsa, trust, purpose=Purpose.TIMESTAMP).found

    def test_a_responder_and_a_crl_issuer(self) -> None:
        assert paths(issue("Responder", ROOT, purposes=["OCSPSigning"]), purpose=Purpose.OCSP).found
        assert flaw(paths(SIGNER, candidates=[SUB], purpose=Purpose.OCSP)) is PathFlaw.EXTENDED_KEY_USAGE
        assert paths(SUB, purpose=Purpose.CRL).found
        assert flaw(paths(SIGNER, candidates=[SUB], purpose=Purpose.CRL)) is PathFlaw.KEY_USAGE


class TestAuthorities:
    @pytest.mark.parametrize("as_listed", [True, False])
    @pytest.mark.parametrize(
        ("sub", "expected"),
        [
            (SUB, None),
            (issue("Sub", ROOT, key=SUB.key), PathFlaw.NOT_A_CA),
            (issue("Sub", ROOT, key=SUB.key, basic_constraints=False, usage=["keyCertSign"]), PathFlaw.NOT_A_CA),
            (issue("Sub", ROOT, ca=True, key=SUB.key, usage=["cRLSign"]), PathFlaw.KEY_USAGE),
            (issue("Sub", ROOT, ca=True, key=SUB.key, purposes=["serverAuth"]), PathFlaw.EXTENDED_KEY_USAGE),
        ],
    )
    def test_what_an_issuer_must_be(self, sub: Issued, expected: PathFlaw | None, as_listed: bool) -> None:
        trust = trusting(listed(ROOT, "root"), listed(sub, "sub", "root")) if as_listed else ANCHORED
        assert flaw(paths(SIGNER, trust, candidates=() if as_listed else [sub])) is expected

    @pytest.mark.parametrize(("length", "expected"), [(None, None), (1, None), (0, PathFlaw.PATH_LENGTH)])
    def test_the_path_length_of_an_anchor(self, length: int | None, expected: PathFlaw | None) -> None:
        trust = trusting(replace(listed(ROOT, "root"), path_length=length))
        assert flaw(paths(SIGNER, trust, candidates=[SUB])) is expected

    def test_the_path_length_of_an_intermediate(self) -> None:
        below = issue("Below", SUB, ca=True)
        assert flaw(paths(issue("Signer", below), candidates=[SUB, below])) is PathFlaw.PATH_LENGTH

    def test_an_unknown_critical_extension(self) -> None:
        odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
        assert flaw(paths(issue("Signer", ROOT, extra=[(odd, True)]))) is PathFlaw.CRITICAL_EXTENSION
        assert paths(issue("Signer", ROOT, extra=[(odd, False)])).found


def directory(text: str) -> x509.DirectoryName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, text)]))


class TestNameConstraints:
    @pytest.mark.parametrize(
        ("base", "name", "inside"),
        [
            (directory("Sao Mai"), None, True),
            (directory("sao  mai"), None, True),
            (directory("Sao Hôm"), None, False),
            (x509.RFC822Name("saomai.example"), x509.RFC822Name("an@saomai.example"), True),
            (x509.RFC822Name("saomai.example"), x509.RFC822Name("an@sub.saomai.example"), False),
            (x509.RFC822Name(".saomai.example"), x509.RFC822Name("an@sub.saomai.example"), True),
            (x509.RFC822Name("an@saomai.example"), x509.RFC822Name("an@SAOMAI.example"), True),
            (x509.RFC822Name("an@saomai.example"), x509.RFC822Name("binh@saomai.example"), False),
            (x509.DNSName("saomai.example"), x509.DNSName("www.saomai.example"), True),
            (x509.DNSName("saomai.example"), x509.DNSName("notsaomai.example"), False),
            (
                x509.UniformResourceIdentifier(".saomai.example"),
                x509.UniformResourceIdentifier("http://a.saomai.example"),
                True,
            ),
            (
                x509.UniformResourceIdentifier("saomai.example"),
                x509.UniformResourceIdentifier("http://a.saomai.example"),
                False,
            ),
            (x509.UniformResourceIdentifier("saomai.example"), x509.UniformResourceIdentifier("urn:no-host"), False),
            (x509.IPAddress(ipaddress.ip_network("10.0.0.0/8")), x509.IPAddress(ipaddress.ip_address("10.1.2.3")), True),
            (x509.IPAddress(ipaddress.ip_network("10.0.0.0/8")), x509.IPAddress(ipaddress.ip_address("11.1.2.3")), False),
            (x509.IPAddress(ipaddress.ip_network("10.0.0.0/8")), x509.IPAddress(ipaddress.ip_address("::1")), False),
            (x509.DNSName("saomai.example"), x509.RFC822Name("an@else.example"), True),  # another form is not bound
        ],
    )
    def test_permitted_subtrees(self, base: x509.GeneralName, name: x509.GeneralName | None, inside: bool) -> None:
        sub = issue("Sub", ROOT, ca=True, extra=[(x509.NameConstraints([base], None), True)])
        names: list[tuple[x509.ExtensionType, bool]] = [] if name is None else [(x509.SubjectAlternativeName([name]), False)]
        found = paths(issue("Signer", sub, extra=names), candidates=[sub])
        assert flaw(found) is (None if inside else PathFlaw.NAME_CONSTRAINTS)

    @pytest.mark.parametrize(("name", "excluded"), [("www.saomai.example", True), ("www.else.example", False)])
    def test_excluded_subtrees(self, name: str, excluded: bool) -> None:
        sub = issue("Sub", ROOT, ca=True, extra=[(x509.NameConstraints(None, [x509.DNSName("saomai.example")]), True)])
        signer = issue("Signer", sub, extra=[(x509.SubjectAlternativeName([x509.DNSName(name)]), False)])
        assert flaw(paths(signer, candidates=[sub])) is (PathFlaw.NAME_CONSTRAINTS if excluded else None)


class TestLimits:
    def test_a_hundred_intermediates_of_one_name_end_fast(self) -> None:
        keys = [new_key() for _ in range(100)]
        above = issue("Same", ca=True, key=keys[0])
        chain = [above]
        for key in keys[1:]:
            above = issue("Same", above, ca=True, key=key, key_ids=False)
            chain.append(above)
        start = time.perf_counter()
        found = paths(issue("Signer", above, key_ids=False), candidates=chain)
        assert time.perf_counter() - start < 3
        assert found.found == ()
        assert flaw(found) is PathFlaw.BUDGET

    def test_a_hundred_certificates_of_one_name_and_key_end_fast(self) -> None:
        key = new_key()
        same = [issue("Same", ca=True, key=key) for _ in range(100)]
        start = time.perf_counter()
        assert flaw(paths(issue("Signer", same[0]), candidates=same)) is PathFlaw.BUDGET
        assert flaw(paths(issue("Signer", same[0]), candidates=same[:20])) is PathFlaw.UNKNOWN_ANCHOR
        assert time.perf_counter() - start < 3

    def test_the_budget_of_steps_is_said(self) -> None:
        others = [issue("Sub", ROOT, ca=True, key_ids=False) for _ in range(5)]
        signer = issue("Signer", SUB, key_ids=False)
        assert flaw(paths(signer, candidates=others, limits=replace(DEFAULT_LIMITS, path_steps=3))) is PathFlaw.BUDGET
        assert flaw(paths(signer, candidates=others)) is PathFlaw.LINK_SIGNATURE

    def test_no_more_paths_than_the_limit(self) -> None:
        renewed = [issue("Sub", ROOT, ca=True, key=SUB.key) for _ in range(20)]
        assert len(paths(SIGNER, candidates=renewed).found) == DEFAULT_LIMITS.paths

    def test_hostile_certificates_never_raise(self) -> None:
        constraints = x509.NameConstraints([directory("Sao Mai")], [x509.DNSName("else.example")])
        policies = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)])
        explicit = x509.PolicyConstraints(0, 0)
        sub = issue("Sub", ROOT, ca=True, extra=[(constraints, True), (policies, True), (explicit, True)])
        signer = issue(
            "Signer", sub, extra=[(x509.SubjectAlternativeName([x509.DNSName("a.example")]), False), (policies, False)]
        )
        assert paths(signer, candidates=[sub]).found
        trust = trusting(listed(ROOT, "root"))
        noise = random.Random(20261120)  # noqa: S311 - noise that can be repeated
        for _ in range(1500):
            der = bytearray(sub.der)
            for _ in range(noise.randint(1, 4)):
                der[noise.randrange(len(der))] = noise.randrange(256)
            touched = parse_certificate(bytes(der))
            if touched is not None:  # as an anchor its content counts without a signature over it
                anchors = trusting(listed(touched, "touched", whole=True))
                for purpose in Purpose:
                    find_paths(signer.facts, candidates=[touched], trust=trust, purpose=purpose)
                    find_paths(signer.facts, candidates=[], trust=anchors, purpose=purpose)
                    find_paths(touched, candidates=[], trust=anchors, purpose=purpose)
