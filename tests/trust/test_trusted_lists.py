"""Trusted lists (ETSI TS 119 612): what is refused, what becomes an anchor, what for and when."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509 import SubjectKeyIdentifier, load_der_x509_certificate
from invented_certificates import OTHER_ROOT, ROOT, SUB_CA, sha256
from lxml import etree
from made_lists import (
    AT,
    EXTENSION,
    GRANTED,
    NEXT,
    STATUS,
    TSL,
    TYPE,
    WITHDRAWN,
    Scheme,
    Service,
    Status,
    made_list,
    sign,
    signed,
    signer_sha256,
)  # fmt: skip
from msgspec.structs import replace

from sigcheck.anchors import ListedCertificate, ServicePeriod, Sureness
from sigcheck.trust.load import LoadedTrust, load_trust, read_trust
from sigcheck.trust.tomltext import entry_toml
from sigcheck.trust.words import TrustError

OPENED, ENDED, AGAIN = (datetime(year, 1, 1, tzinfo=UTC) for year in (2021, 2023, 2025))
TSA = f"{TYPE}TSA/QTST"


def write(folder: Path, xml: bytes, signer: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "list.xml").write_bytes(xml)
    (folder / "list.toml").write_text(
        f"[[trusted-list]]\nfile = 'list.xml'\nsigners = ['{signer or signer_sha256()}']\nauthority = 'national'\n",
        encoding="utf-8",
    )
    return folder


def trust(tmp_path: Path, *services: Service) -> LoadedTrust:
    return read_trust(folder=write(tmp_path / "trust", signed(*services)), at=AT)


def entry_of(loaded: LoadedTrust, der: bytes) -> ListedCertificate:
    (entry,) = (entry for entry in loaded.trust_list.entries if entry.sha256 == sha256(der))
    return entry


def refusal(tmp_path: Path, xml: bytes, signer: str | None = None) -> TrustError:
    with pytest.raises(TrustError) as caught:
        load_trust(folder=write(tmp_path / "trust", xml, signer), at=AT)
    assert caught.value.text("vi") != caught.value.text("en")
    return caught.value


@pytest.mark.parametrize("xades", [False, True])
def test_a_signed_list_gives_anchors_with_their_certificate_authority_and_source(tmp_path: Path, xades: bool) -> None:
    xml = sign(made_list(Scheme(services=[Service([ROOT])])), xades=xades)
    loaded = read_trust(folder=write(tmp_path / "trust", xml), at=AT)
    anchor = entry_of(loaded, ROOT)
    assert (anchor.is_anchor, anchor.certificate, anchor.authority) == (True, ROOT, "national")
    assert anchor.periods == (ServicePeriod("signer", OPENED, None),)
    assert "Danh sách thí dụ" in anchor.source
    assert [source.partition(": ")[0] for source in loaded.trust_list.sources] == ["folder", "trusted-list"]
    assert loaded.remarks == ()


# What is refused.


def _tampered(xml: bytes) -> bytes:
    return xml.replace(b"Svcstatus/withdrawn", b"Svcstatus/granted", 1)


def _with_doctype(xml: bytes, declaration: str) -> bytes:
    return xml.replace(b"<TrustServiceStatusList", declaration.encode() + b"<TrustServiceStatusList", 1)


def _wrapped(xml: bytes) -> bytes:
    """The genuine list goes inside an invented one that stands around it, with the genuine signature in the usual place."""
    genuine = etree.fromstring(xml)
    signature = genuine.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert signature is not None
    forged = made_list(Scheme(services=[Service([OTHER_ROOT])]))
    forged.set("Id", "forged")
    forged.append(genuine)
    forged.append(signature)
    return etree.tostring(forged)


def _laughing() -> str:
    lines = ['<!ENTITY lol0 "lol">'] + [f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 12)]
    return f"<!DOCTYPE lolz [{''.join(lines)}]>"


GENUINE = signed(Service([ROOT], statuses=(Status(OPENED, WITHDRAWN),)))
BY_ID = sign(made_list(Scheme(services=[Service([ROOT])])), reference="list")
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "tampered": (lambda: _tampered(GENUINE), "list-signature"),
    "service added": (lambda: GENUINE.replace(b"</TSPServices>", b"<TSPService/></TSPServices>"), "list-signature"),
    "signature value changed": (lambda: GENUINE.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"), "list-signature"),
    "signed by somebody else": (lambda: signed(Service([ROOT]), by="Kẻ mạo danh"), "list-wrong-signer"),
    "unsigned": (lambda: etree.tostring(made_list(Scheme(services=[Service([ROOT])]))), "list-not-signed"),
    "wrapped": (lambda: _wrapped(BY_ID), "list-not-covered"),
    "external entity": (
        lambda: _with_doctype(GENUINE, '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'), "list-doctype",
    ),
    "external document type": (lambda: _with_doctype(GENUINE, '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">'), "list-doctype"),
    "billion laughs": (lambda: _with_doctype(GENUINE, _laughing()), "list-doctype"),
    "a document type in another encoding": (
        lambda: _with_doctype(GENUINE, "<!DOCTYPE x [<!ENTITY a 'b'>]>").decode().encode("utf-16"), "list-not-xml",
    ),
    "deep nesting": (lambda: b"<a>" * 100_000, "list-not-xml"),
    "no XML": (lambda: b"%PDF-1.7", "list-not-xml"),
    "another XML": (lambda: b"<html/>", "list-not-a-list"),
    "a list of lists": (
        lambda: signed(type="http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"), "list-of-lists",
    ),
    "an unknown version": (lambda: signed(Service([ROOT]), version="9"), "list-field"),
    "issued before its signer's certificate": (
        lambda: signed(Service([ROOT]), issued=datetime(2020, 1, 1, tzinfo=UTC)), "list-signer-period",
    ),
    "expired": (lambda: signed(Service([ROOT]), next_update=AT - timedelta(seconds=1)), "list-expired"),
    "closed": (lambda: signed(Service([ROOT]), next_update=None), "list-closed"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_list_is_refused(tmp_path: Path, case: str) -> None:
    made, code = REFUSED[case]
    assert refusal(tmp_path, made()).code == code


def test_the_genuine_ones_of_these_are_taken(tmp_path: Path) -> None:
    """So that what is refused above is refused for what was done to it."""
    for name, xml in (("a", GENUINE), ("b", BY_ID), ("c", signed(Service([ROOT]), next_update=AT))):
        assert entry_of(read_trust(folder=write(tmp_path / name, xml), at=AT), ROOT).is_anchor


def test_a_list_larger_than_any_is_not_read(tmp_path: Path) -> None:
    assert refusal(tmp_path, b" " * (16 * 1024**2 + 1)).code == "too-large"


def test_the_validation_time_decides_whether_a_list_has_expired_not_the_clock(tmp_path: Path) -> None:
    folder = write(tmp_path / "trust", signed(Service([ROOT])))
    assert load_trust(folder=folder, at=NEXT).anchors
    with pytest.raises(TrustError) as caught:
        load_trust(folder=folder, at=NEXT + timedelta(seconds=1))
    assert caught.value.code == "list-expired"


def test_several_signers_may_be_named_and_the_list_says_which_one_signed(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "trust", signed(Service([ROOT]), by="Cơ quan kế nhiệm"), f"{'0' * 64}', '{signer_sha256('Cơ quan kế nhiệm')}"
    )
    (trusted,) = read_trust(folder=folder, at=AT).lists
    assert trusted.signer.common_name == "Cơ quan kế nhiệm"


@pytest.mark.parametrize("named", ["../list.xml", "/etc/list.xml", "a\\\\b.xml", "c:list.xml", ".."])
def test_a_trust_file_names_only_files_beside_it(tmp_path: Path, named: str) -> None:
    folder = write(tmp_path / "trust", GENUINE)
    text = (folder / "list.toml").read_text(encoding="utf-8")
    (folder / "list.toml").write_text(text.replace("'list.xml'", f'"{named}"'), encoding="utf-8")
    with pytest.raises(TrustError) as caught:
        load_trust(folder=folder)
    assert caught.value.code == "bad-value"


# Which services make anchors (5.5.1), and what for.


@pytest.mark.parametrize(
    ("kind", "purposes"),
    [
        ("CA/QC", {"signer"}),
        ("CA/PKC", {"signer"}),
        ("NationalRootCA-QC", {"signer", "timestamp"}),
        ("TSA/QTST", {"timestamp"}),
        ("TSA", {"timestamp"}),
        ("TSA/TSS-QC", {"timestamp"}),
    ],
)
def test_a_service_type_decides_the_purposes(tmp_path: Path, kind: str, purposes: set[str]) -> None:
    assert entry_of(trust(tmp_path, Service([ROOT], type=f"{TYPE}{kind}")), ROOT).purposes == purposes


UNUSED: dict[str, tuple[Service, str]] = {
    "unknown type": (Service([OTHER_ROOT], type="http://example.invalid/Svctype/New"), "service-type"),
    "another known type": (Service([OTHER_ROOT], type=f"{TYPE}Certstatus/OCSP/QC"), "service-type"),
    "unknown status": (Service([OTHER_ROOT], statuses=(Status(OPENED, f"{STATUS}odd"),)), "service-status"),
    "a history after the present": (
        Service([OTHER_ROOT], statuses=(Status(OPENED, WITHDRAWN), Status(ENDED, GRANTED))), "service-status",
    ),
    "no identity": (Service(), "service-identity"),
    "a certificate that is none": (Service([b"\x30\x03\x02\x01\x01"]), "service-identity"),
    "web sites only": (Service([OTHER_ROOT], additional=[f"{EXTENSION}ForWebSiteAuthentication"]), "service-web"),
    "an unknown critical extension": (Service([OTHER_ROOT], critical="Novelty"), "service-critical"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSED)
def test_what_is_not_used_is_named_with_its_reason_and_stops_nothing(tmp_path: Path, case: str) -> None:
    service, code = UNUSED[case]
    loaded = trust(tmp_path, Service([ROOT]), dataclasses.replace(service, name="Dịch vụ khác"))
    assert [anchor.sha256 for anchor in loaded.trust_list.anchors] == [sha256(ROOT)]
    (trusted,) = loaded.lists
    assert [unused.code for unused in trusted.unused] == [code]
    assert "Dịch vụ khác" in trusted.unused[0].text("en")


def test_signatures_beside_web_sites_are_used(tmp_path: Path) -> None:
    additional = [f"{EXTENSION}ForWebSiteAuthentication", f"{EXTENSION}ForeSignatures"]
    assert entry_of(trust(tmp_path, Service([ROOT], additional=additional)), ROOT).purposes == {"signer"}


# When (5.5.4, 5.5.5, 5.6.4, 5.6.5).


def test_statuses_of_the_history_become_periods(tmp_path: Path) -> None:
    statuses = (Status(AGAIN, GRANTED), Status(ENDED, WITHDRAWN), Status(OPENED, f"{STATUS}undersupervision"))
    entry = entry_of(trust(tmp_path, Service([ROOT], statuses=statuses)), ROOT)
    assert entry.periods == (ServicePeriod("signer", OPENED, ENDED), ServicePeriod("signer", AGAIN, None))


@pytest.mark.parametrize(
    "name", ["granted", "recognisedatnationallevel", "setbynationallaw", "accredited", "supervisionincessation"]
)
def test_statuses_that_are_honoured(tmp_path: Path, name: str) -> None:
    service = Service([ROOT], statuses=(Status(OPENED, f"{STATUS}{name}"),))
    assert entry_of(trust(tmp_path, service), ROOT).periods == (ServicePeriod("signer", OPENED, None),)


@pytest.mark.parametrize("name", ["withdrawn", "deprecatedatnationallevel", "deprecatedbynationallaw", "supervisionrevoked"])
def test_statuses_that_are_not(tmp_path: Path, name: str) -> None:
    service = Service([ROOT], statuses=(Status(OPENED, f"{STATUS}{name}"),))
    assert entry_of(trust(tmp_path, service), ROOT).periods == ()


def test_each_purpose_of_one_certificate_has_its_own_periods(tmp_path: Path) -> None:
    stamping = Service([ROOT], type=TSA, statuses=(Status(ENDED, WITHDRAWN), Status(OPENED, GRANTED)))
    entry = entry_of(trust(tmp_path, Service([ROOT]), stamping), ROOT)
    assert entry.purposes == {"signer", "timestamp"}
    assert entry.periods == (ServicePeriod("signer", OPENED, None), ServicePeriod("timestamp", OPENED, ENDED))


def test_of_two_services_with_one_key_the_end_wins(tmp_path: Path) -> None:
    loaded = trust(tmp_path, Service([ROOT]), Service([ROOT], statuses=(Status(ENDED, WITHDRAWN),)))
    assert entry_of(loaded, ROOT).periods == (ServicePeriod("signer", OPENED, ENDED),)


def test_every_certificate_of_a_service_is_an_anchor(tmp_path: Path) -> None:
    loaded = trust(tmp_path, Service([ROOT, SUB_CA]))
    assert {anchor.sha256 for anchor in loaded.trust_list.anchors} == {sha256(ROOT), sha256(SUB_CA)}


def test_periods_are_part_of_what_the_trust_digest_covers(tmp_path: Path) -> None:
    digests = {
        read_trust(
            folder=write(tmp_path / str(number), signed(Service([ROOT], statuses=(Status(start),)))), at=AT
        ).trust_list.sha256
        for number, start in enumerate((OPENED, ENDED))
    }
    assert len(digests) == 2


# Beside other sources.


def beside(
    tmp_path: Path, *services: Service, at: datetime = AT, identifier: bytes | None = None, sureness: Sureness = Sureness.HIGH
) -> LoadedTrust:
    """A folder that lists the root as facts, and a trusted list."""
    folder = write(tmp_path / "trust", signed(*services))
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "root.der").write_bytes(ROOT)
    (known,) = load_trust(folder=bare).entries
    facts = replace(known, name="known", certificate=None, subject_key_identifier=identifier, sureness=sureness)
    (folder / "known.toml").write_text(entry_toml(facts), encoding="utf-8")
    return read_trust(folder=folder, at=at)


def test_an_entry_listed_elsewhere_stays_and_gains_its_certificate(tmp_path: Path) -> None:
    entry = entry_of(beside(tmp_path, Service([ROOT])), ROOT)
    assert (entry.name, entry.periods, entry.certificate) == ("known", None, ROOT)
    assert entry.purposes == {"signer", "timestamp"}, "silence takes nothing away"


def test_an_entry_listed_elsewhere_loses_the_times_after_its_service_ended(tmp_path: Path) -> None:
    entry = entry_of(beside(tmp_path, Service([ROOT], statuses=(Status(ENDED, WITHDRAWN), Status(OPENED, GRANTED)))), ROOT)
    assert entry.periods is not None
    assert [(period.purpose, period.end) for period in entry.periods] == [("signer", ENDED), ("timestamp", None)]
    assert entry.periods[0].start == entry.not_before, "before the list begins to speak, the other source does"


def test_what_had_ended_had_ended_though_the_list_is_old(tmp_path: Path) -> None:
    loaded = beside(
        tmp_path, Service([ROOT], statuses=(Status(ENDED, WITHDRAWN),)), Service([OTHER_ROOT]), at=NEXT + timedelta(1)
    )
    assert [said.code for said in loaded.remarks] == ["list-expired"]
    assert [entry.name for entry in loaded.trust_list.entries] == ["known"], "no anchor comes of an old list"
    assert entry_of(loaded, ROOT).periods is not None


@pytest.mark.parametrize(("at", "on"), [(AT, True), (NEXT + timedelta(1), False)])
def test_an_entry_that_is_less_sure_is_sure_enough_once_a_list_in_force_names_it(tmp_path: Path, at: datetime, on: bool) -> None:
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "other.der").write_bytes(OTHER_ROOT)
    loaded = beside(tmp_path, Service([ROOT]), at=at, sureness=Sureness.MEDIUM)
    (standing,) = (one for one in loaded.standings if one.entry.name == "known")
    assert (standing.entry.sureness is Sureness.HIGH) == on


def test_a_key_identifier_alone_narrows_and_makes_no_anchor(tmp_path: Path) -> None:
    identifier = SubjectKeyIdentifier.from_public_key(load_der_x509_certificate(ROOT).public_key()).digest
    service = Service(key_identifiers=[identifier], statuses=(Status(ENDED, WITHDRAWN),))
    assert [one.sha256 for one in trust(tmp_path, Service([OTHER_ROOT]), service).trust_list.entries] == [sha256(OTHER_ROOT)]
    beside_it = tmp_path / "beside"
    beside_it.mkdir()
    loaded = beside(beside_it, Service([OTHER_ROOT]), service, identifier=identifier)
    periods = entry_of(loaded, ROOT).periods
    assert periods is not None
    assert [period.end for period in periods if period.purpose == "signer"] == [ENDED]


def test_no_name_of_a_list_reaches_the_terminal_unsanitised(tmp_path: Path) -> None:
    loaded = trust(tmp_path, Service([ROOT], type="http://example.invalid/\u202e", name="Tên \u202eđảo"), Service([OTHER_ROOT]))
    for lang in ("vi", "en"):
        assert "\u202e" not in loaded.lists[0].unused[0].text(lang)
    assert TSL in signed(Service([ROOT])).decode()
