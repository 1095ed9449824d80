"""The table of every finding: what it means, which clause it rests on, how grave it is, and the facts it carries.

`finding` is the only way judging makes one, so that no code exists that this table does not list. A row gives the usual
severity, decision and sub-indication; a check that departs from them says so at the place where it does.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sigcheck.verdict import About, Decides, FactValue, Finding, Severity, SubIndication

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_INVALID, _INSUFFICIENT = Decides.INVALID, Decides.INSUFFICIENT
_S = SubIndication


class Code(Struct, frozen=True):
    """One row: the code, its clause, defaults, its meaning in English, and the names of the facts it carries."""

    name: str
    clause: str
    severity: Severity
    decides: Decides | None
    sub_indication: SubIndication | None
    meaning: str
    facts: tuple[str, ...] = ()
    fixed: bool = False
    """No policy can make it advisory: digest, signature value, ByteRange, structure, forbidden changes, unknown anchors."""


ROWS: tuple[Code, ...] = (
    # The signature dictionary and its CMS.
    Code("byte-range-unsound", "ISO 32000-2, 12.8.1; EN 319 102-1, 5.2.2", _ERROR, _INVALID, _S.FORMAT_FAILURE,
         "The ByteRange does not cover exactly one revision apart from /Contents.", ("flaw", "byte_range"), fixed=True),
    Code("sub-filter-unsupported", "ISO 32000-2, 12.8.3.1", _ERROR, _INSUFFICIENT, _S.CUSTOM,
         "The signature is of a kind (sub-filter) that is not supported.", ("sub_filter",), fixed=True),
    Code("cms-unreadable", "RFC 5652; EN 319 102-1, 5.2.2", _ERROR, _INVALID, _S.FORMAT_FAILURE,
         "/Contents holds no CMS object with one signer that could be read.", ("reason", "detail"), fixed=True),
    Code("cms-oddity", "RFC 5652", _INFO, None, None,
         "The CMS object departs from the standard in a way that does not matter here.", ("oddity",)),
    Code("uncovered-bytes", "ISO 32000-2, 12.8.1", _ERROR, _INSUFFICIENT, _S.CUSTOM,
         "Bytes that no signature covers: behind the CMS object in /Contents, or behind the last %%EOF.",
         ("where", "start", "length", "preview"), fixed=True),
    # Integrity.
    Code("digest-mismatch", "EN 319 102-1, 5.2.7.4 step 2", _ERROR, _INVALID, _S.HASH_FAILURE,
         "The signed bytes are not those that were signed.", ("digest_algorithm",), fixed=True),
    Code("signature-mismatch", "EN 319 102-1, 5.2.7.4 step 4", _ERROR, _INVALID, _S.SIG_CRYPTO_FAILURE,
         "The signature value was not made with the key of the signer's certificate.", ("signature_algorithm",), fixed=True),
    Code("integrity-unknown", "EN 319 102-1, 5.2.7.4", _ERROR, _INSUFFICIENT, _S.CUSTOM,
         "Whether the signed bytes are unchanged could not be determined.", ("reason", "detail"), fixed=True),
    Code("signing-certificate-mismatch", "RFC 5035; EN 319 102-1, 5.2.3", _ERROR, _INSUFFICIENT, _S.NO_SIGNING_CERTIFICATE_FOUND,
         "The signing-certificate attribute names another certificate than the signer's.", ("signer",), fixed=True),
    Code("digest-info-without-null", "RFC 8017, 9.2 note 1", _WARNING, None, None,
         "The DigestInfo inside the signature lacks the NULL parameter; everything else is exact.", ("signature_algorithm",)),
    # The certification path.
    Code("signer-certificate-missing", "EN 319 102-1, 5.2.3", _ERROR, _INSUFFICIENT, _S.NO_SIGNING_CERTIFICATE_FOUND,
         "The signer's certificate is not in the signature.", ("signer_identifier",), fixed=True),
    Code("chain-incomplete", "RFC 5280, 6.1; EN 319 102-1, 5.2.6.4 step 2a", _ERROR, _INSUFFICIENT, _S.NO_CERTIFICATE_CHAIN_FOUND,
         "No certification path from the signer to a configured trust anchor; `missing` names what is needed,"
         " `imitates` a listed CA whose name a certificate in the document bears with another key.",
         ("flaw", "missing", "signer", "imitates"), fixed=True),
    Code("chain-invalid", "RFC 5280, 6.1; EN 319 102-1, 5.2.6.4 step 4e", _ERROR, _INSUFFICIENT,
         _S.CERTIFICATE_CHAIN_GENERAL_FAILURE,
         "The certification path breaks a rule of path validation.", ("flaw", "certificate"), fixed=True),
    Code("key-usage-not-for-signing", "RFC 5280, 4.2.1.3 and 4.2.1.12; EN 319 102-1, 5.2.6.4 step 5", _ERROR, _INSUFFICIENT,
         _S.CHAIN_CONSTRAINTS_FAILURE, "The certificate or its anchor is not for signing documents.",
         ("flaw", "certificate", "key_usage", "extended_key_usage"), fixed=True),
    Code("certificate-expired", "RFC 5280, 6.1.3 (a)(2); EN 319 102-1, 5.2.6.4 step 7", _ERROR, _INSUFFICIENT,
         _S.OUT_OF_BOUNDS_NO_POE,
         "A certificate of the path had expired at the time that the signature is judged at.",
         ("certificate", "not_after", "moment", "basis")),
    Code("signed-after-expiry", "EN 319 102-1, 5.3.4 step 4; sigcheck, rule 18", _ERROR, _INVALID, _S.EXPIRED,
         "The signature is proven to have been made after the signer's certificate expired.",
         ("certificate", "not_after", "made_after", "bound", "proof"), fixed=True),
    Code("certificate-not-yet-valid", "RFC 5280, 6.1.3 (a)(2); EN 319 102-1, 5.2.6.4 step 7", _ERROR, _INSUFFICIENT,
         _S.OUT_OF_BOUNDS_NO_POE, "A certificate of the path was not yet valid at the time that the signature is judged at.",
         ("certificate", "not_before", "moment", "basis")),
    Code("anchor-not-honoured", "ETSI TS 119 612, 5.5.4 and 5.6.4; EN 319 102-1, 5.2.6.4 steps 1a and 3", _ERROR, _INSUFFICIENT,
         _S.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
         "The trusted list does not honour the service at the time that the signature is judged at; `bound` is when it stopped, "
         "or when it will begin.", ("certificate", "bound", "moment", "basis"), fixed=True),
    Code("certificate-expired-since", "EN 319 102-1, 5.6.2", _INFO, None, None,
         "The signer's certificate has expired since; it was valid at the best signature time.", ("certificate", "not_after",
         "moment")),
    # Dated algorithms.
    Code("weak-digest", "EN 319 102-1, 5.2.6.4 step 6 and 5.2.8", _ERROR, _INSUFFICIENT, _S.CRYPTO_CONSTRAINTS_FAILURE,
         "A weak hash algorithm was used; a warning while the policy still accepts that use at that time.",
         ("algorithm", "use", "accepted", "until", "moment", "certificate")),
    Code("weak-key", "EN 319 102-1, 5.2.6.4 step 6 and 5.2.8", _ERROR, _INSUFFICIENT, _S.CRYPTO_CONSTRAINTS_FAILURE,
         "A key too short or of a dated kind was used; a warning while the policy still accepts that use at that time.",
         ("algorithm", "bits", "use", "accepted", "until", "moment", "certificate")),
    # Time-stamps and times.
    Code("broken-timestamp", "RFC 3161; EN 319 102-1, 5.4", _ERROR, _INSUFFICIENT, _S.SIG_CONSTRAINTS_FAILURE,
         "A time-stamp's imprint or signature does not verify.", ("gen_time", "tsa", "reason")),
    Code("untrusted-timestamp", "RFC 3161, 2.3; EN 319 102-1, 5.4 and 5.5.4 step 3", _WARNING, None,
         _S.NO_CERTIFICATE_CHAIN_FOUND,
         "A time-stamp is no proof: no path to a configured anchor, wrong purpose, revoked, or a key that cannot be used.",
         ("gen_time", "tsa", "reason", "missing", "imitates")),
    Code("tsa-expired-since", "EN 319 102-1, 5.6.2", _INFO, None,
         _S.OUT_OF_BOUNDS_NO_POE,
         "The time-stamp server's certificate has expired since; `accepted` says whether the time-stamp still counts.",
         ("gen_time", "tsa", "not_after", "accepted", "proof")),
    Code("timestamp-after-validation-time", "EN 319 102-1, 5.5.4", _WARNING, None, _S.CUSTOM,
         "A time-stamp is younger than the validation time and proves nothing as of then.", ("gen_time", "tsa",
         "validation_time")),
    Code("time-claimed-only", "EN 319 102-1, 5.6.2.2", _WARNING, None, None,
         "Nothing proves when the signature was made; with `stamp_unused` there is a sound time-stamp that does not count.",
         ("claimed", "judged_at", "basis", "stamp_unused")),
    Code("claimed-time-differs", "ISO 32000-2, 12.8.1, /M", _WARNING, None, None,
         "The time that the signer's clock wrote differs from the trusted time-stamp.", ("which", "claimed", "gen_time",
         "seconds")),
    Code("claimed-time-without-offset", "ISO 32000-2, 7.9.4", _WARNING, None, None,
         "The claimed time is written without its zone.", ("claimed",)),
    Code("signing-time-local-as-utc", "RFC 5652, 11.3", _WARNING, None, None,
         "The CMS signing-time is local time labelled as UTC (seven hours ahead): a known fault of the signing software.",
         ("signing_time", "reference", "seconds")),
    Code("timestamp-order", "sigcheck, rule 5; EN 319 102-1, 5.1.3", _WARNING, None, _S.CUSTOM,
         "A later revision's time lies before an earlier one's, beyond the tolerance: a clock was wrong.",
         ("earlier", "later", "seconds", "proven", "tolerance")),
    Code("content-timestamp-order", "EN 319 102-1, 5.5.4 step 4e", _WARNING, None, _S.TIMESTAMP_ORDER_FAILURE,
         "The content-time-stamp, which is older than the signature, is younger than the signature's own time-stamp.",
         ("content_time", "gen_time", "seconds")),
    Code("received-before-timestamp", "sigcheck, rule 3", _WARNING, None, None,
         "The archive's record of these very bytes is older than a trusted time-stamp inside them; it is no proof.",
         ("received", "gen_time", "seconds")),
    # Revocation.
    Code("revocation-not-checked", "RFC 5280, 6.3; EN 319 102-1, 5.2.5 and 5.2.6.4", _WARNING, None, None,
         "Whether a certificate of the path was revoked could not be checked.", ("certificates", "reason")),
    Code("certificate-revoked", "EN 319 102-1, 5.2.6.4 steps 4b, 4d", _ERROR, _INSUFFICIENT, _S.REVOKED_NO_POE,
         "A certificate of the path is revoked, and nothing proves that the signature was made before.",
         ("certificate", "revoked_at", "reason", "moment", "source")),
    Code("signed-after-revocation", "EN 319 102-1, 5.3.4 step 4; sigcheck, rule 18", _ERROR, _INVALID, _S.REVOKED,
         "The signature is proven to have been made after the signer's certificate was revoked.",
         ("certificate", "revoked_at", "reason", "source", "made_after", "bound", "proof"), fixed=True),
    Code("certificate-on-hold", "EN 319 102-1, 5.2.6.4 step 4c", _ERROR, _INSUFFICIENT, _S.TRY_LATER,
         "A certificate of the path was suspended.", ("certificate", "revoked_at", "moment", "source")),
    Code("certificate-revoked-later", "EN 319 102-1, 5.6.2", _INFO, None, None,
         "A certificate of the path was revoked after the best signature time.", ("certificate", "revoked_at", "reason",
         "moment")),
    Code("responder-status-not-checked", "RFC 6960, 4.2.2.2.1", _INFO, None, None,
         "The OCSP responder's certificate has no ocsp-nocheck and its own status was not checked; the policy accepts that.",
         ("certificate",)),
    # Changes after signing.
    Code("modified-after-signing", "ISO 32000-2, 12.8.2.2 and 12.8.2.4", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The document was changed after signing in a way that is not allowed.", ("revision", "count", "changes",
         "rules", "pages", "permissions"), fixed=True),
    Code("changes-unknown", "ISO 32000-2, 12.8.2.2", _ERROR, _INSUFFICIENT, _S.SIG_CONSTRAINTS_FAILURE,
         "What later revisions changed could not be determined.", ("reason", "detail"), fixed=True),
    Code("changes-allowed", "ISO 32000-2, 12.8.2.2", _INFO, None, None,
         "Later revisions changed the document in ways that are allowed.", ("level", "count")),
    Code("changes-listed-partly", "sigcheck, rule 9", _INFO, None, None,
         "The list of changes in this report is cut short; all of them were judged.", ("listed", "count")),
    Code("changed-after-last-signature", "sigcheck, rule 9", _ERROR, _INSUFFICIENT, _S.SIG_CONSTRAINTS_FAILURE,
         "Something visible was added after the last signature; no signature vouches for it.", ("revision", "count", "changes",
         "rules", "pages")),
    # The block against the certificate.
    Code("name-differs-from-certificate", "sigcheck, rule 13", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The signing block names another signer than the certificate; `difference` is name, diacritics or other-attribute.",
         ("block_name", "certificate_name", "difference")),
    Code("name-not-in-certificate", "sigcheck, rule 13", _WARNING, None, None,
         "The certificate has no common name to compare the block's name with.", ("block_name",)),
    Code("email-differs-from-certificate", "sigcheck, rule 13", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The signing block names another e-mail address than the certificate.", ("block_email", "certificate_emails")),
    Code("email-not-in-certificate", "sigcheck, rule 13", _WARNING, None, None,
         "The signing block names an e-mail address and the certificate has none.", ("block_email",)),
    Code("block-formula-disguised", "sigcheck, rule 13", _WARNING, None, None,
         "The block's sentence is written unlike signing software writes it: hidden characters, look-alike letters, other words, "
         "or more than one.", ("how", "reason")),
    Code("block-names-another", "sigcheck, rule 13", _WARNING, None, None,
         "/Reason, /Location or /ContactInfo names somebody else than the certificate.", ("where", "entry", "certificate_name")),
    Code("name-entry-differs", "ISO 32000-2, 12.8.1, /Name", _WARNING, None, None,
         "The entry /Name is not the certificate's common name.", ("entry", "certificate_name")),
    Code("claims-government-ca", "sigcheck, rule 14", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The block claims the government CA, and the path ends elsewhere (a warning where the anchor is of unknown authority).",
         ("contact_info", "authority", "anchor")),
    Code("trial-software", "sigcheck, rule 15", _WARNING, None, None,
         "The block was written by a trial version of the signing software.", ("phrase",)),
    # What the signature shows on its page.
    Code("appearance-name-differs-from-certificate", "sigcheck, rule 21", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The text that the signature shows on the page names another signer than the certificate; a warning when the two share "
         "words or look alike.", ("shown_name", "certificate_name", "difference")),
    Code("appearance-email-differs-from-certificate", "sigcheck, rule 21", _WARNING, None, None,
         "The text that the signature shows names another e-mail address than the certificate.", ("shown_email",
         "certificate_emails")),
    Code("appearance-organisation-differs-from-certificate", "sigcheck, rule 21", _WARNING, None, None,
         "The text that the signature shows names an organisation that no part of the certificate's subject names.",
         ("shown_organisation", "certificate_organisation")),
    Code("appearance-time-differs", "sigcheck, rule 21", _WARNING, None, None,
         "The time printed on the page is not the claimed time (the proven one, without a claim).",
         ("shown_time", "compared_with", "basis", "seconds")),
    Code("appearance-read-partly", "sigcheck, rule 21", _INFO, None, None,
         "Not all that the signature shows on the page could be read as text and compared.", ("unmapped", "complete")),
    # The document.
    Code("no-signature", "sigcheck, rule 17", _INFO, None, None,
         "The document bears no signature; `remains` counts those that were, and cannot be reached.", ("remains",)),
    Code("document-timestamp-only", "sigcheck, rule 6", _INFO, None, None,
         "The document bears time-stamps only; a time-stamp is nobody's signature.", ("count",)),
    Code("signature-placeholder", "ISO 32000-2, 12.8.1", _WARNING, None, _S.SIG_CONSTRAINTS_FAILURE,
         "A signature field was prepared and never signed; it decides where no signature covers it.", ("field", "covered")),
    Code("signature-remains-unreachable", "sigcheck, rule 7", _ERROR, _INVALID, _S.FORMAT_FAILURE,
         "The document was saved again; signature bytes remain that can no longer be checked.", ("count", "signers", "covered"),
         fixed=True),
    Code("signature-removed", "sigcheck, rule 7; ISO 32000-2, 12.8.2.2", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "A later revision removed or rewrote a signature; `how` is removed or rewritten.", ("field", "how", "signer"),
         fixed=True),
    Code("objects-outside-cross-reference", "ISO 32000-2, 7.5.4", _WARNING, None, _S.CUSTOM,
         "Objects lie outside every cross-reference section; they decide where no signature covers them.", ("count", "offsets",
         "covered"),
         fixed=True),
    Code("cross-reference-rebuilt", "ISO 32000-2, 7.5.4", _ERROR, _INSUFFICIENT, _S.CUSTOM,
         "The cross-reference is damaged and was rebuilt; what a reader shows is not certain.", (), fixed=True),
    Code("form-field-damaged", "ISO 32000-2, 12.7.4", _ERROR, _INSUFFICIENT, _S.CUSTOM,
         "Objects of the form cannot be read; a signature may be hidden behind them.", ("objects", "count"), fixed=True),
    Code("cross-reference-irregular", "ISO 32000-2, 7.5.5; sigcheck, rule 8", _ERROR, _INSUFFICIENT, _S.CUSTOM,
         "Readers may rebuild the file from its end and show something else than was signed.", (), fixed=True),
    Code("usage-rights", "ISO 32000-2, 12.8.2.3", _INFO, None, None,
         "The document carries a usage-rights signature of the software that made it; it is no person's signature."),
    Code("embedded-pdf", "sigcheck, rule 7", _INFO, None, None,
         "PDF files are embedded; their signatures are not those of this document.", ("count",)),
    # Demands and profiles.
    Code("expected-signer-missing", "sigcheck, rule 16", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "No signature that passes was made with a certificate for the expected e-mail address.", ("email",)),
    Code("too-few-signatures", "sigcheck, rule 16", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "Fewer signers than demanded have a signature that passes.", ("required", "found")),
    Code("timestamp-missing", "sigcheck, rule 16", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "A signature has no trusted time-stamp of its own.", ("fields",)),
    Code("person-signature-missing", "NĐ 30/2020/NĐ-CP, Điều 13", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The kind of document needs a person's signature, or more persons' than there are.",
         ("profile", "required", "found")),
    Code("organisation-signature-missing", "NĐ 30/2020/NĐ-CP, Điều 5, 25, 26", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The kind of document needs an organisation's signature, or more organisations' than there are.",
         ("profile", "required", "found")),
    Code("organisation-before-person", "NĐ 30/2020/NĐ-CP, Điều 32", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "An organisation signed before any person (`by`: revision; a warning where only clocks say so).",
         ("profile", "field", "by", "seconds")),
    Code("signer-kind-unknown", "sigcheck, rule 10", _ERROR, _INSUFFICIENT, _S.SIG_CONSTRAINTS_FAILURE,
         "Whether a person or an organisation signed is not known, and the kind of document asks for it.", ("profile", "fields",
         "needed")),
    Code("issued-late", "NĐ 30/2020/NĐ-CP, Điều 18", _WARNING, None, None,
         "The organisation signed later than the next working day.",
         ("profile", "field", "person_day", "organisation_day", "latest_day")),
    Code("person-not-sealed", "sigcheck, rule 20", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The profile asks for an organisation's signature behind each person's.", ("profile", "fields")),
    Code("deadline-missed", "sigcheck, rule 20", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "A signature is later than the profile's deadline.", ("profile", "field", "moment", "until", "proven")),
    Code("signer-domain-unexpected", "sigcheck, rule 20", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "The e-mail address of a signer's certificate lies outside the profile's domains, or there is none.",
         ("profile", "fields", "signer", "expected")),
    Code("signer-agency-unexpected", "sigcheck, rule 20", _ERROR, _INVALID, _S.SIG_CONSTRAINTS_FAILURE,
         "A signer's certificate belongs to none of the profile's agencies.", ("profile", "fields", "signer", "expected")),
    Code("stamp-box-elsewhere", "NĐ 30/2020/NĐ-CP, Annex I", _INFO, None, None,
         "The organisation's box does not stand in the corner that the profile names.",
         ("profile", "field", "page", "corner", "wanted_page")),
    # Documents that yield nothing; the code is the reason's own name.
    Code("empty-file", "sigcheck, rule 17", _ERROR, None, None, "The file is empty.", ("detail",)),
    Code("not-a-pdf", "ISO 32000-2, 7.5.2", _ERROR, None, None, "The file is not a PDF.", ("detail",)),
    Code("damaged", "ISO 32000-2, 7.5", _ERROR, None, None, "The PDF is damaged and cannot be read.", ("detail",)),
    Code("password-needed", "ISO 32000-2, 7.6", _ERROR, None, None, "The document is encrypted and no password was given.",
         ("detail",)),
    Code("password-wrong", "ISO 32000-2, 7.6", _ERROR, None, None, "The password does not open the document.", ("detail",)),
    Code("encryption-unsupported", "ISO 32000-2, 7.6", _ERROR, None, None, "The document's encryption is not supported.",
         ("detail",)),
    Code("limit-reached", "sigcheck, rule 17", _ERROR, None, None, "A limit that protects the checker was reached.", ("limit",
         "detail")),
    Code("checker-crashed", "sigcheck, rule 17", _ERROR, None, None,
         "Checking the document ended the process that checked it, twice.", ("detail",)),
    Code("cannot-be-read", "sigcheck, rule 17", _ERROR, None, None, "The file could not be read from its medium.", ("detail",)),
)  # fmt: skip

CODES: dict[str, Code] = {row.name: row for row in ROWS}

_UNSET = object()


def finding(
    code: str,
    facts: Mapping[str, FactValue] | None = None,
    *,
    severity: Severity | None = None,
    decides: Decides | object | None = _UNSET,
    sub_indication: SubIndication | None = None,
    about: About | None = None,
    **more: FactValue,
) -> Finding:
    """A finding with the defaults of its row. Raises KeyError for a code or fact that the table does not list: our own fault.

    Facts may come as a mapping, by name, or both; their order is that of the table.
    """
    row = CODES[code]
    given = {**(facts or {}), **more}
    for name in given:
        if name not in row.facts:
            raise KeyError(f"{code} carries no fact {name!r}")
    decision = row.decides if decides is _UNSET else decides
    assert decision is None or isinstance(decision, Decides)  # noqa: S101 - narrows the sentinel away for the type checker
    return Finding(
        code=code,
        severity=severity or row.severity,
        decides=decision,
        sub_indication=(sub_indication or row.sub_indication) if decision is not None else None,
        clause=row.clause,
        about=about or About(),
        facts={name: given[name] for name in row.facts if name in given},
    )
