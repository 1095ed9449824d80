"""Every check, top to bottom: its name, the clause it rests on, its function. All of them run; none hides another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from sigcheck.judging.case import DocumentCase, SignatureCase
from sigcheck.judging.checks import (
    appearance,
    block,
    changes,
    demands,
    document,
    integrity,
    path,
    profile,
    profile_signers,
    revocation,
    strength,
    structure,
    time,
)
from sigcheck.verdict import Finding

CaseT = TypeVar("CaseT")


class Check(Struct, Generic[CaseT], frozen=True):
    """One row."""

    name: str
    clause: str
    function: Callable[[CaseT], tuple[Finding, ...]]
    timestamps_too: bool = False
    """Also asked of document time-stamps, whose own token is judged by `timestamps-hold`."""


CHECKS: tuple[Check[SignatureCase], ...] = (
    Check("byte-range-covers-revision", "ISO 32000-2, 12.8.1", structure.byte_range_covers_revision, timestamps_too=True),
    Check("sub-filter-supported", "ISO 32000-2, 12.8.3.1", structure.sub_filter_supported, timestamps_too=True),
    Check("cms-readable", "RFC 5652; EN 319 102-1, 5.2.2", structure.cms_readable, timestamps_too=True),
    Check("nothing-behind-cms", "ISO 32000-2, 12.8.1", structure.nothing_behind_cms, timestamps_too=True),
    Check("cms-without-oddities", "RFC 5652", structure.cms_without_oddities, timestamps_too=True),
    Check("digest-matches", "EN 319 102-1, 5.2.7.4 step 2", integrity.digest_matches),
    Check("signature-verifies", "EN 319 102-1, 5.2.7.4 step 4", integrity.signature_verifies),
    Check("integrity-determined", "EN 319 102-1, 5.2.7.4", integrity.integrity_determined),
    Check("signing-certificate-named", "RFC 5035; EN 319 102-1, 5.2.3", integrity.signing_certificate_named),
    Check("digest-info-exact", "RFC 8017, 9.2", integrity.digest_info_exact),
    Check("signer-certificate-present", "EN 319 102-1, 5.2.3", path.signer_certificate_present),
    Check("path-reaches-an-anchor", "EN 319 102-1, 5.2.6.4 step 2a", path.path_reaches_an_anchor),
    Check("path-keeps-the-rules", "RFC 5280, 6.1", path.path_keeps_the_rules),
    Check("path-is-for-signing", "RFC 5280, 4.2.1.3 and 4.2.1.12", path.path_is_for_signing),
    Check("path-had-not-expired", "RFC 5280, 6.1.3 (a)(2)", path.path_had_not_expired),
    Check("path-had-begun", "RFC 5280, 6.1.3 (a)(2)", path.path_had_begun),
    Check("path-is-honoured", "ETSI TS 119 612, 5.5.4; EN 319 102-1, 5.2.6.4 steps 1a and 3", path.path_is_honoured),
    Check("signer-certificate-still-valid", "EN 319 102-1, 5.6.2", path.signer_certificate_still_valid),
    Check("digests-accepted", "EN 319 102-1, 5.2.8", strength.digests_accepted),
    Check("keys-accepted", "EN 319 102-1, 5.2.8", strength.keys_accepted),
    Check("timestamps-hold", "EN 319 102-1, 5.4 and 5.5.4", time.timestamps_hold, timestamps_too=True),
    Check("timestamps-are-in-order", "EN 319 102-1, 5.5.4 step 4e", time.timestamps_are_in_order),
    Check("time-is-proven", "EN 319 102-1, 5.6.2.2", time.time_is_proven),
    Check("claimed-time-agrees", "ISO 32000-2, 12.8.1", time.claimed_time_agrees),
    Check("claimed-time-has-an-offset", "ISO 32000-2, 7.9.4", time.claimed_time_has_an_offset),
    Check("signing-time-is-utc", "RFC 5652, 11.3", time.signing_time_is_utc),
    Check("path-is-not-revoked", "EN 319 102-1, 5.2.6.4 step 4", revocation.path_is_not_revoked),
    Check("revocation-is-checked", "EN 319 102-1, 5.2.5", revocation.revocation_is_checked, timestamps_too=True),
    Check("responders-are-known", "RFC 6960, 4.2.2.2.1", revocation.responders_are_known),
    Check("no-forbidden-change", "ISO 32000-2, 12.8.2.2 and 12.8.2.4", changes.no_forbidden_change, timestamps_too=True),
    Check("changes-are-known", "ISO 32000-2, 12.8.2.2", changes.changes_are_known, timestamps_too=True),
    Check("nothing-was-changed", "ISO 32000-2, 12.8.2.2", changes.nothing_was_changed, timestamps_too=True),
    Check("block-name-is-the-certificates", "sigcheck, rule 13", block.block_name_is_the_certificates),
    Check("block-email-is-the-certificates", "sigcheck, rule 13", block.block_email_is_the_certificates),
    Check("formula-is-written-plainly", "sigcheck, rule 13", block.formula_is_written_plainly),
    Check("other-entries-name-the-signer", "sigcheck, rule 13", block.other_entries_name_the_signer),
    Check("name-entry-is-the-certificates", "sigcheck, rule 13", block.name_entry_is_the_certificates),
    Check("government-ca-claimed-rightly", "sigcheck, rule 14", block.government_ca_claimed_rightly),
    Check("software-is-no-trial", "sigcheck, rule 15", block.software_is_no_trial),
    Check("shown-name-is-the-certificates", "sigcheck, rule 21", appearance.shown_name_is_the_certificates),
    Check("shown-email-is-the-certificates", "sigcheck, rule 21", appearance.shown_email_is_the_certificates),
    Check("shown-organisation-is-the-certificates", "sigcheck, rule 21", appearance.shown_organisation_is_the_certificates),
    Check("shown-time-is-the-claimed", "sigcheck, rule 21", appearance.shown_time_is_the_claimed),
    Check("shown-text-is-readable", "sigcheck, rule 21", appearance.shown_text_is_readable),
)
"""Asked of every signature."""

DOCUMENT_CHECKS: tuple[Check[DocumentCase], ...] = (
    Check("bears-a-signature", "sigcheck, rule 6", document.bears_a_signature),
    Check("no-bytes-behind-the-end", "sigcheck, rule 8", document.no_bytes_behind_the_end),
    Check("signatures-are-reachable", "sigcheck, rule 7", document.signatures_are_reachable),
    Check("signatures-stay-in-place", "sigcheck, rule 7", document.signatures_stay_in_place),
    Check("fields-are-signed", "ISO 32000-2, 12.8.1", document.fields_are_signed),
    Check("objects-are-in-the-cross-reference", "ISO 32000-2, 7.5.4", document.objects_are_in_the_cross_reference),
    Check("cross-reference-is-intact", "ISO 32000-2, 7.5.4", document.cross_reference_is_intact),
    Check("cross-reference-where-readers-look", "ISO 32000-2, 7.5.5", document.cross_reference_is_where_readers_look),
    Check("fields-can-be-read", "ISO 32000-2, 12.7.4", document.fields_can_be_read),
    Check("no-usage-rights", "ISO 32000-2, 12.8.2.3", document.no_usage_rights),
    Check("no-embedded-documents", "sigcheck, rule 7", document.no_embedded_documents),
    Check("nothing-visible-behind-the-last-signature", "sigcheck, rule 9", document.nothing_visible_behind_the_last_signature),
    Check("receipt-not-older-than-its-time-stamps", "sigcheck, rule 3", document.receipt_is_not_older_than_its_time_stamps),
    Check("clocks-agree-with-revisions", "sigcheck, rule 5", document.clocks_agree_with_revisions),
    Check("expected-signers-signed", "sigcheck, rule 16", demands.expected_signers_signed),
    Check("enough-signers", "sigcheck, rule 16", demands.enough_signers),
    Check("every-signature-is-stamped", "sigcheck, rule 16", demands.every_signature_is_stamped),
    Check("needed-kinds-signed", "NĐ 30/2020/NĐ-CP, Điều 5, 13, 25, 26, 32", profile.needed_kinds_signed),
    Check("person-signed-first", "NĐ 30/2020/NĐ-CP, Điều 32", profile.person_signed_first),
    Check("every-person-is-sealed", "sigcheck, rule 20", profile.every_person_is_sealed),
    Check("issued-in-time", "NĐ 30/2020/NĐ-CP, Điều 18", profile.issued_in_time),
    Check("signed-by-the-deadline", "sigcheck, rule 20", profile.signed_by_the_deadline),
    Check("stamp-stands-in-its-corner", "NĐ 30/2020/NĐ-CP, Annex I", profile.stamp_stands_in_its_corner),
    Check("domains-are-expected", "sigcheck, rule 20", profile_signers.domains_are_expected),
    Check("agencies-are-expected", "sigcheck, rule 20", profile_signers.agencies_are_expected),
)
"""Asked once of the document, after its signatures."""
