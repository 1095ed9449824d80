"""The validation report of ETSI TS 119 102-2 V1.4.1 as XML: one document, with all its signatures, time-stamps and objects.

Indications are the signatures' own (EN 319 102-1); what sigcheck concludes of the document stands at the object that is the
file. The report bears no XML signature of its own. docs/etsi-xml.md maps fields to elements.
"""

from __future__ import annotations

from typing import Final

from lxml.etree import Comment, Element, QName, SubElement, indent, tostring

from sigcheck.checked import Checked
from sigcheck.reporting.etsi.case import Case, case_of
from sigcheck.reporting.etsi.elements import Node, child, reference, told, written
from sigcheck.reporting.etsi.names import OF_SIGNATURE, OURS, PREFIXES, PROVEN_BY_VALIDATION, TSL, VR
from sigcheck.reporting.etsi.objects import Objects, objects_of, proven_objects
from sigcheck.reporting.etsi.parts import document_status, file_object, revocation_objects, token_objects
from sigcheck.reporting.etsi.signature import disabled_checks, policy_report, signature_report

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOTES: Final = (
    "This report bears no signature of its own. Báo cáo này không được ký số.",
    "National ID numbers are masked in words, but stand in whole certificates and in the responses and tokens that hold "
    "certificates. Số CCCD/CMND được che trong lời, nhưng còn nguyên trong chứng thư số (và trong phản hồi OCSP, dấu thời gian).",
)


def etsi_report(checked: Checked, *, personal: bool = False) -> str:
    """The whole XML document. Deterministic: identifiers are digests of what they name."""
    case = case_of(checked, personal=personal)
    objects = objects_of(case, checked.trust)
    root = Element(QName(VR, "ValidationReport"), nsmap=PREFIXES)
    for note in _NOTES:
        root.append(Comment(f" {note} "))
    signatures = [one for one in case.signatures if not one.is_document_timestamp]
    for one in signatures:
        signature_report(root, one, case, objects)
    if not signatures:
        _without_signature(root, case, objects)
    _validation_objects(root, case, objects)
    _validator(root, case)
    indent(root, space=" ")
    return _DECLARATION + tostring(root, encoding="unicode") + "\n"


def _without_signature(parent: Node, case: Case, objects: Objects) -> None:
    """The schema asks for one report at least: it stands for the document in which no signature could be validated."""
    made = child(parent, "SignatureValidationReport")
    disabled_checks(policy_report(made, case.report, case.policy, case.personal), case.report, case.policy)
    times = child(made, "ValidationTimeInfo")
    child(times, "ValidationTime", written(case.report.validation_time))
    best = child(times, "BestSignatureTime")
    child(best, "POETime", written(case.report.validation_time))
    child(best, "TypeOfProof", PROVEN_BY_VALIDATION)
    if objects.file is not None:
        reference(child(made, "SignersDocument"), "SignersDocumentRepresentation", objects.file)
    document_status(made, case, OF_SIGNATURE)


def _validation_objects(parent: Node, case: Case, objects: Objects) -> None:
    """Tokens first: they refer to certificates and CRLs that nothing else may refer to; those refer to certificates last."""
    made = child(parent, "SignatureValidationObjects")
    file_object(made, case, objects)
    objects.write_signed_data(made)
    token_objects(made, case, objects, proven_objects(case, objects))
    revocation_objects(made, case, objects)
    for _ in objects.write(made, "certificate"):
        pass
    if not len(made):
        parent.remove(made)


def _validator(parent: Node, case: Case) -> None:
    """Who validated: a program, which has a name and no certificate (clause 4.5)."""
    identity = child(child(parent, "SignatureValidator"), "DigitalId")
    other = SubElement(identity, QName(TSL, "Other"))
    program = child(other, "Validator", namespace=OURS)
    told(program, "Name", "sigcheck", case.personal, namespace=OURS)
    told(program, "Version", case.report.sigcheck_version, case.personal, namespace=OURS)


__all__ = ["etsi_report"]
