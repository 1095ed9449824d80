"""Updates to the base document of updated_pdf.py: one table of what a rule explains, one of what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from updated_pdf import (
    EMPTY_FIELD,
    FONT,
    FREE,
    annotation,
    catalog,
    changes_of,
    form_xobject,
    page,
    signature,
    stream,
    text_field,
    widget,
)

from sigcheck.evidence import ChangeLevel

LTA, FILLING, ANNOTATIONS, OTHER = (
    ChangeLevel.LTA_UPDATE,
    ChangeLevel.FORM_FILLING,
    ChangeLevel.ANNOTATIONS,
    ChangeLevel.OTHER,
)


@dataclass(frozen=True)
class Case:
    """One update to the base document, and what it is: rules of what is allowed, or one rule that it breaks."""

    of: str
    """The function of change_rules that the case is about."""
    what: str
    expected: frozenset[tuple[str, ChangeLevel]]
    update: Mapping[int, bytes | None]
    base: Mapping[int, bytes] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.of}: {self.what}"

    def found(self) -> frozenset[tuple[str, ChangeLevel]]:
        return frozenset((change.rule, change.level) for change in changes_of(self.update, self.base, **self.more))


def allowed(
    of: str,
    what: str,
    expected: Mapping[str, ChangeLevel],
    update: Mapping[int, bytes | None],
    base: Mapping[int, bytes] | None = None,
    **more: Any,
) -> Case:
    return Case(of, what, frozenset(expected.items()), update, base or {}, more)


def refused(
    of: str,
    what: str,
    rule: str,
    update: Mapping[int, bytes | None],
    base: Mapping[int, bytes] | None = None,
    **more: Any,
) -> Case:
    return Case(of, what, frozenset({(rule, OTHER)}), update, base or {}, more)


SIGNED_TWO = widget(b"Signature2", box=b"[200 20 300 60]", more=EMPTY_FIELD + b" /V 31 0 R")
NEW_FIELD = widget(b"Signature3", box=b"[400 20 500 60]", more=b"/V 41 0 R /AP <</N 42 0 R>>")
ADDED_SIGNATURE: Mapping[int, bytes | None] = {
    1: catalog(fields=b"4 0 R 9 0 R 20 0 R 40 0 R"),
    3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 40 0 R"),
    40: NEW_FIELD,
    41: signature(),
    42: form_xobject(b"(seal) Tj"),
}


TEXT = stream(b"BT /F1 12 Tf 100 500 Td (one million) Tj ET")
ON_TEXT = b"[95 495 180 515]"
MORE_ANNOTATIONS = page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R")


def with_new_field(text: bytes, **more: bytes | None) -> dict[int, bytes | None]:
    """ADDED_SIGNATURE with another field dictionary, and perhaps other objects: n41=…"""
    return {**ADDED_SIGNATURE, 40: text, **{int(name[1:]): value for name, value in more.items()}}


ALLOWED = (
    allowed(
        "names_rule",
        "icons are added to those in place",
        {"comment-icons": ANNOTATIONS},
        {30: b"<</Names [(a) 12 0 R (b) 31 0 R]>>", 31: form_xobject(b"")},
        {1: catalog(b"/Names <</AP 30 0 R>>"), 30: b"<</Names [(a) 12 0 R]>>"},
    ),
    allowed(
        "annotations_rule",
        "a comment that calls itself a field is a comment",
        {"annotation-changed": ANNOTATIONS},
        {11: annotation(more=b"/FT /Tx /T (x) /V (b)")},
        {11: annotation(more=b"/FT /Tx /T (x) /V (a)")},
    ),
    allowed("trailer_rule", "the identifier's second part changes", {}, {8: FONT}, trailer=b"/Info 13 0 R /ID [(a) (b)]"),
    allowed(
        "trailer_rule",
        "stale numbers of LibreOffice are taken up",
        {"signature-added": FILLING},
        ADDED_SIGNATURE,
        first=b"/Info 13 0 R /AdditionalStreams [/application#2Fodt 40 0 R]",
    ),
    allowed("catalog_rule", "the catalog is a new object that says the same", {}, {50: catalog()}, root=b"50 0 R"),
    allowed(
        "catalog_rule",
        "metadata are written anew",
        {"metadata-update": LTA},
        {30: stream(b"<new/>", b"/Type /Metadata /Subtype /XML")},
        {1: catalog(b"/Metadata 30 0 R"), 30: stream(b"<old/>", b"/Type /Metadata /Subtype /XML")},
    ),
    allowed(
        "catalog_rule",
        "metadata are added",
        {"metadata-update": LTA},
        {1: catalog(b"/Metadata 30 0 R"), 30: stream(b"<new/>", b"/Type /Metadata /Subtype /XML")},
    ),
    allowed("catalog_rule", "the version rises", {}, {1: catalog(b"/Version /2.0")}, {1: catalog(b"/Version /1.7")}),
    allowed(
        "catalog_rule",
        "developer extensions are raised",
        {"extensions-update": LTA},
        {1: catalog(b"/Extensions <</ESIC <</BaseVersion /1.7 /ExtensionLevel 5>>>>")},
        {1: catalog(b"/Extensions <</ESIC <</BaseVersion /1.7 /ExtensionLevel 2>>>>")},
    ),
    allowed(
        "catalog_rule",
        "developer extensions in an object of their own",
        {"extensions-update": LTA},
        {30: b"<</ESIC <</BaseVersion /1.7 /ExtensionLevel 5>>>>"},
        {1: catalog(b"/Extensions 30 0 R"), 30: b"<<>>"},
    ),
    allowed(
        "catalog_rule",
        "a second signature certifies",
        {"certification-added": FILLING, "signature-added": FILLING},
        {**ADDED_SIGNATURE, 1: catalog(b"/Perms <</DocMDP 41 0 R>>", fields=b"4 0 R 9 0 R 20 0 R 40 0 R")},
    ),
    allowed(
        "names_rule",
        "icons come with the first comment",
        {"comment-icons": ANNOTATIONS},
        {1: catalog(b"/Names <</AP <</Names [(icon) 30 0 R]>>>>"), 30: form_xobject(b"")},
    ),
    allowed(
        "document_information_rule",
        "texts about the document change",
        {"document-information": LTA},
        {13: b"<</Title (Other) /ModDate (D:20240202000000Z)>>"},
    ),
    allowed("document_information_rule", "they come", {"document-information": LTA}, {13: b"<</Title (Other)>>"}, {13: b"null"}),
    allowed(
        "security_store_rule",
        "a store is added",
        {"dss-update": LTA},
        {
            1: catalog(b"/DSS 30 0 R"),
            30: b"<</Certs [31 0 R] /VRI <</AB 32 0 R>>>>",
            31: stream(b"der"),
            32: b"<</Cert [31 0 R]>>",
        },
    ),
    allowed(
        "security_store_rule",
        "a store and its arrays grow in place",
        {"dss-update": LTA},
        {30: b"<</Certs 31 0 R /CRLs [34 0 R]>>", 31: b"[32 0 R 33 0 R]", 33: stream(b"more"), 34: stream(b"crl")},
        {1: catalog(b"/DSS 30 0 R"), 30: b"<</Certs 31 0 R>>", 31: b"[32 0 R]", 32: stream(b"der")},
    ),
    allowed(
        "security_store_rule",
        "a store is replaced by a smaller one",
        {"dss-update": LTA},
        {1: catalog(b"/DSS 33 0 R"), 33: b"<</OCSPs [34 0 R]>>", 34: stream(b"ocsp")},
        {1: catalog(b"/DSS 30 0 R"), 30: b"<</Certs [32 0 R]>>", 32: stream(b"der")},
    ),
    allowed("form_rule", "a signed field is added", {"signature-added": FILLING}, ADDED_SIGNATURE),
    allowed(
        "form_rule",
        "a document time-stamp is added",
        {"document-timestamp-added": LTA},
        {**ADDED_SIGNATURE, 40: NEW_FIELD.replace(b"[400 20 500 60]", b"[0 0 0 0]"), 41: signature(stamp=True)},
    ),
    allowed(
        "form_rule",
        "a document time-stamp that paints is added",
        {"document-timestamp-added": FILLING},
        {**ADDED_SIGNATURE, 41: signature(stamp=True)},
    ),
    allowed(
        "pages_rule",
        "a filled comment lies beside the text",
        {"annotation-added": ANNOTATIONS},
        {3: MORE_ANNOTATIONS, 30: annotation(b"/Square", b"/IC [1 1 1]", box=b"[300 300 400 320]")},
        {6: TEXT},
    ),
    allowed(
        "pages_rule",
        "a frame is drawn around the text",
        {"annotation-added": ANNOTATIONS},
        {3: MORE_ANNOTATIONS, 30: annotation(b"/Square", b"/AP <</N 31 0 R>>", box=ON_TEXT), 31: form_xobject(b"0 0 99 19 re S")},
        {6: TEXT},
    ),
    allowed(
        "pages_rule",
        "the icon of a note lies on the text",
        {"annotation-added": ANNOTATIONS},
        {
            3: MORE_ANNOTATIONS,
            30: annotation(b"/Text", b"/AP <</N 31 0 R>>", box=b"[100 495 120 515]"),
            31: form_xobject(b"0 0 9 9 re f"),
        },
        {6: TEXT},
    ),
    allowed(
        "pages_rule",
        "the text is highlighted",
        {"annotation-added": ANNOTATIONS},
        {
            3: MORE_ANNOTATIONS,
            30: annotation(b"/Highlight", b"/AP <</N 31 0 R>>", box=ON_TEXT),
            31: form_xobject(b"0 0 99 19 re f"),
        },
        {6: TEXT},
    ),
    allowed(
        "form_rule",
        "a signed field has a widget of its own",
        {"signature-added": FILLING},
        {
            **with_new_field(b"<</FT /Sig /T (Signature3) /V 41 0 R /Kids [43 0 R]>>"),
            3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 43 0 R"),
            43: b"<</Type /Annot /Subtype /Widget /Parent 40 0 R /Rect [400 20 500 60] /P 3 0 R /AP <</N 42 0 R>>>>",
        },
    ),
    allowed(
        "form_rule",
        "signed fields come below a new node",
        {"signature-added": FILLING},
        {
            **with_new_field(b"<</T (seals) /Kids [43 0 R]>>"),
            3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 43 0 R"),
            43: widget(b"one", more=b"/Parent 40 0 R /V 41 0 R /AP <</N 42 0 R>>"),
        },
    ),
    allowed(
        "form_rule",
        "an empty signature field is added",
        {"signature-field-added": ANNOTATIONS},
        {**with_new_field(widget(b"Signature3")), 41: b"null"},
    ),
    allowed("form_rule", "default resources gain a font", {}, {1: catalog(form=b"/DR <</Font <</Helv 30 0 R>>>>"), 30: FONT}),
    allowed(
        "form_rule",
        "default resources in place gain a font",
        {},
        {30: b"<</Font <</A 8 0 R /B 31 0 R>>>>", 31: FONT},
        {1: catalog(form=b"/DR 30 0 R"), 30: b"<</Font <</A 8 0 R>>>>"},
    ),
    allowed(
        "form_rule",
        "with signatures alone, a resource serves no field",
        {},
        {1: catalog(fields=b"4 0 R 20 0 R", form=b"/DR <</XObject <</FRM 30 0 R>>>>"), 30: form_xobject(b"x")},
        {1: catalog(fields=b"4 0 R 20 0 R", form=b"/DR <</XObject <</FRM 12 0 R>>>>"), 3: page(b"4 0 R 11 0 R 20 0 R")},
    ),
    allowed("form_rule", "/NeedAppearances false goes", {}, {1: catalog()}, {1: catalog(form=b"/NeedAppearances false")}),
    allowed(
        "fields_rule",
        "a field is filled",
        {"field-filled": FILLING},
        {9: text_field(b"200", b"30 0 R"), 30: form_xobject(b"(200) Tj")},
    ),
    allowed(
        "fields_rule",
        "its appearance is overwritten in place",
        {"field-filled": FILLING},
        {9: text_field(b"200"), 10: form_xobject(b"(200) Tj")},
    ),
    allowed(
        "fields_rule",
        "a parent has the value, its widget the appearance",
        {"field-filled": FILLING},
        {16: b"<</FT /Tx /T (Amount) /V (200) /Kids [9 0 R]>>", 10: form_xobject(b"(200) Tj")},
        {
            1: catalog(fields=b"4 0 R 16 0 R 20 0 R"),
            16: b"<</FT /Tx /T (Amount) /V (100) /Kids [9 0 R]>>",
            9: b"<</Type /Annot /Subtype /Widget /Parent 16 0 R /Rect [10 100 110 120] /AP <</N 10 0 R>>>>",
        },
    ),
    allowed(
        "fields_rule",
        "a box is ticked",
        {"field-filled": FILLING},
        {9: widget(b"Box", b"/Btn", more=b"/V /Yes /AS /Yes /AP <</N <</Yes 10 0 R /Off 21 0 R>>>>")},
        {9: widget(b"Box", b"/Btn", more=b"/V /Off /AS /Off /AP <</N <</Yes 10 0 R /Off 21 0 R>>>>")},
    ),
    allowed(
        "fields_rule", "a value needs another font", {"field-filled": FILLING}, {9: text_field(b"200").replace(b"/F1", b"/F2")}
    ),
    allowed("fields_rule", "a field is made read-only", {"field-locked": FILLING}, {9: text_field(b"100", more=b"/Ff 1")}),
    allowed("fields_rule", "an empty signature field is signed", {"signature-added": FILLING}, {20: SIGNED_TWO, 31: signature()}),
    allowed(
        "fields_rule",
        "its own appearance is overwritten in place",
        {"signature-added": FILLING},
        {20: SIGNED_TWO, 31: signature(), 21: form_xobject(b"(signed) Tj")},
    ),
    allowed(
        "fields_rule",
        "its appearance dictionary is an object of its own",
        {"signature-added": FILLING},
        {
            20: widget(b"Signature2", box=b"[200 20 300 60]", more=b"/AP <</N 33 0 R>> /V 31 0 R"),
            31: signature(),
            33: form_xobject(b"(signed) Tj"),
        },
        {20: widget(b"Signature2", box=b"[200 20 300 60]", more=b"/AP 30 0 R"), 30: b"<</N 21 0 R>>"},
    ),
    allowed(
        "fields_rule",
        "a field whose widget stands apart is signed",
        {"signature-added": FILLING},
        {
            20: b"<</FT /Sig /T (Signature2) /Kids [22 0 R] /V 31 0 R>>",
            31: signature(),
            22: b"<</Type /Annot /Subtype /Widget /Parent 20 0 R /Rect [200 20 300 60] /P 3 0 R /AP <</N 32 0 R>>>>",
            32: form_xobject(b"(signed) Tj"),
        },
        {
            20: b"<</FT /Sig /T (Signature2) /Kids [22 0 R]>>",
            3: page(b"4 0 R 9 0 R 11 0 R 22 0 R"),
            22: b"<</Type /Annot /Subtype /Widget /Parent 20 0 R /Rect [200 20 300 60] /P 3 0 R /AP <</N 21 0 R>>>>",
        },
    ),
    allowed(
        "fields_rule",
        "a signed field that stood on no page is put there",
        {"signature-added": FILLING},
        {20: SIGNED_TWO, 31: signature(), 3: page()},
        {3: page(b"4 0 R 9 0 R 11 0 R")},
    ),
    allowed("pages_rule", "annotations change their order", {}, {3: page(b"20 0 R 11 0 R 9 0 R 4 0 R")}),
    allowed(
        "pages_rule",
        "whole numbers are written as real ones",
        {},
        {3: page(entries=b"/CropBox [0 0 600 800]")},
        {3: page(entries=b"/CropBox [0.0 0 600.0 800]")},
    ),
    allowed(
        "pages_rule",
        "resources are another object that says the same",
        {},
        {3: page(resources=b"30 0 R"), 30: b"<</Font <</F1 31 0 R>> /XObject <</Logo 12 0 R>>>>", 31: FONT},
    ),
    allowed(
        "pages_rule",
        "a comment is added",
        {"annotation-added": ANNOTATIONS},
        {3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: annotation(b"/FreeText", b"/AP <</N 31 0 R>>"), 31: form_xobject(b"")},
    ),
    allowed(
        "pages_rule",
        "a link is added",
        {"annotation-added": ANNOTATIONS},
        {3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: annotation(b"/Link", b"/A <</S /URI /URI (http://a.vn)>>")},
    ),
    allowed("pages_rule", "a comment is removed", {"annotation-removed": ANNOTATIONS}, {3: page(b"4 0 R 9 0 R 20 0 R")}),
    allowed(
        "pages_rule",
        "an array of annotations grows in place",
        {"annotation-added": ANNOTATIONS},
        {30: b"[4 0 R 9 0 R 11 0 R 20 0 R 31 0 R]", 31: annotation()},
        {3: page().replace(b"/Annots [4 0 R 9 0 R 11 0 R 20 0 R]", b"/Annots 30 0 R"), 30: b"[4 0 R 9 0 R 11 0 R 20 0 R]"},
    ),
    allowed(
        "pages_rule",
        "annotations that overlap are painted in another order",
        {"annotation-order": ANNOTATIONS},
        {3: page(b"31 0 R 30 0 R")},
        {3: page(b"30 0 R 31 0 R"), 30: annotation(), 31: annotation(box=b"[310 310 330 330]")},
    ),
    allowed("pages_rule", "the tab order changes", {"tab-order": ANNOTATIONS}, {3: page(entries=b"/Tabs /R")}),
    allowed("pages_rule", "the tab order follows the structure", {"tab-order": LTA}, {3: page(entries=b"/Tabs /S")}),
    allowed(
        "pages_rule",
        "a program marks the page tree",
        {"page-tree-mark": LTA},
        {2: b"<</Type /Pages /Kids [3 0 R] /Count 1 /ITXT (5.0.0)>>"},
    ),
    allowed(
        "annotations_rule",
        "a comment is edited",
        {"annotation-changed": ANNOTATIONS},
        {11: annotation(more=b"/Contents (edited)")},
    ),
    allowed(
        "annotations_rule",
        "its new appearance is a new object",
        {"annotation-changed": ANNOTATIONS},
        {11: annotation(more=b"/AP <</N 30 0 R>>"), 30: form_xobject(b"")},
    ),
    allowed(
        "structure_rule",
        "tags come with a signature",
        {"structure-tags": LTA, "signature-added": FILLING},
        {
            **ADDED_SIGNATURE,
            31: b"<</Type /StructElem /S /Document /P 30 0 R /K [32 0 R 33 0 R]>>",
            33: b"<</Type /StructElem /S /Form /P 31 0 R /K <</Type /OBJR /Obj 40 0 R>>>>",
            1: catalog(b"/StructTreeRoot 30 0 R", fields=b"4 0 R 9 0 R 20 0 R 40 0 R"),
        },
        {
            1: catalog(b"/StructTreeRoot 30 0 R"),
            30: b"<</Type /StructTreeRoot /K [31 0 R]>>",
            31: b"<</Type /StructElem /S /Document /P 30 0 R /K [32 0 R]>>",
            32: b"<</Type /StructElem /S /P /P 31 0 R /K [0]>>",
        },
    ),
    allowed(
        "structure_rule",
        "tags go with a comment",
        {"structure-tags": LTA, "annotation-removed": ANNOTATIONS},
        {
            3: page(b"4 0 R 9 0 R 20 0 R"),
            31: b"<</Type /StructElem /S /Document /P 30 0 R /K [32 0 R]>>",
            11: annotation(more=b"/Contents (note)"),
        },
        {
            1: catalog(b"/StructTreeRoot 30 0 R"),
            30: b"<</Type /StructTreeRoot /K [31 0 R]>>",
            11: annotation(more=b"/Contents (note) /StructParent 1"),
            31: b"<</Type /StructElem /S /Document /P 30 0 R /K [32 0 R <</Type /OBJR /Obj 11 0 R>>]>>",
            32: b"<</Type /StructElem /S /P /P 31 0 R /K [0]>>",
        },
    ),
    allowed(
        "freed_rule",
        "an array is freed with its only page's /Annots",
        {"annotation-removed": ANNOTATIONS},
        {3: page(b"4 0 R 9 0 R 20 0 R"), 30: FREE, 31: FREE},
        {
            3: page(b"4 0 R 9 0 R 20 0 R").replace(b"[4 0 R 9 0 R 20 0 R]", b"30 0 R"),
            30: b"[4 0 R 9 0 R 20 0 R 31 0 R]",
            31: annotation(),
        },
    ),
    allowed("freed_rule", "an object that nothing refers to is freed", {}, {30: FREE}, {30: FONT}),
)

REFUSED = (
    refused(
        "names_rule",
        "an icon is replaced",
        "names",
        {30: b"<</Names [(a) 31 0 R]>>", 31: form_xobject(b"x")},
        {1: catalog(b"/Names <</AP 30 0 R>>"), 30: b"<</Names [(a) 12 0 R]>>"},
    ),
    refused(
        "names_rule",
        "a destination changes in place",
        "names",
        {30: b"<</Names [(a) [3 0 R /Fit]]>>"},
        {1: catalog(b"/Names <</Dests 30 0 R>>"), 30: b"<</Names [(a) [3 0 R /FitH 0]]>>"},
    ),
    refused(
        "fields_rule",
        "a state is switched without the value",
        "appearance-swapped",
        {9: widget(b"Box", b"/Btn", more=b"/V /Off /AS /Yes /AP <</N <</Yes 10 0 R /Off 21 0 R>>>>")},
        {9: widget(b"Box", b"/Btn", more=b"/V /Off /AS /Off /AP <</N <</Yes 10 0 R /Off 21 0 R>>>>")},
    ),
    refused(
        "form_rule",
        "a new signature covers the part of the page that is shown",
        "overlay",
        {
            **ADDED_SIGNATURE,
            3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 40 0 R", b"/CropBox [0 0 200 200]"),
            40: NEW_FIELD.replace(b"[400 20 500 60]", b"[0 0 200 150]"),
        },
        {3: page(entries=b"/CropBox [0 0 200 200]")},
    ),
    refused(
        "pages_rule",
        "a filled comment lies on the text",
        "overlay",
        {3: MORE_ANNOTATIONS, 30: annotation(b"/Square", b"/IC [1 1 1]", box=ON_TEXT)},
        {6: TEXT},
    ),
    refused(
        "pages_rule",
        "a stamp's appearance lies on the text",
        "overlay",
        {
            3: MORE_ANNOTATIONS,
            30: annotation(b"/Stamp", b"/AP <</N 31 0 R>>", box=ON_TEXT),
            31: form_xobject(b"1 g 0 0 99 19 re\nf"),
        },
        {6: TEXT},
    ),
    refused(
        "pages_rule",
        "a text with a background lies on the text",
        "overlay",
        {3: MORE_ANNOTATIONS, 30: annotation(b"/FreeText", b"/C [1 1 1] /DA (/F1 9 Tf)", box=ON_TEXT)},
        {6: TEXT},
    ),
    refused(
        "annotations_rule",
        "a comment moves over the text",
        "overlay",
        {11: annotation(b"/Square", b"/IC [1 1 1]", box=ON_TEXT)},
        {6: TEXT, 11: annotation(b"/Square", b"/IC [1 1 1]")},
    ),
    refused("trailer_rule", "a private entry changes", "trailer-entry", {8: FONT}, trailer=b"/Info 13 0 R /Private (b)"),
    refused("catalog_rule", "page labels are added", "page-labels", {1: catalog(b"/PageLabels <</Nums [0 <</S /r>>]>>")}),
    refused("catalog_rule", "an outline is added", "outlines", {1: catalog(b"/Outlines 30 0 R"), 30: b"<</Type /Outlines>>"}),
    refused(
        "catalog_rule",
        "an outline is overwritten",
        "outlines",
        {30: b"<</Type /Outlines /Count 1>>"},
        {1: catalog(b"/Outlines 30 0 R"), 30: b"<</Type /Outlines>>"},
    ),
    refused(
        "names_rule",
        "scripts are added to the names",
        "names",
        {1: catalog(b"/Names <</JavaScript <</Names [(a) <</S /JavaScript /JS (x)>>]>>>>")},
    ),
    refused(
        "names_rule",
        "files are added to names that are an object of their own",
        "names",
        {30: b"<</EmbeddedFiles <</Names [(a) 31 0 R]>>>>", 31: b"<</Type /Filespec>>"},
        {1: catalog(b"/Names 30 0 R"), 30: b"<</Dests <</Names []>>>>"},
    ),
    refused(
        "catalog_rule", "the document opens with an action", "action", {1: catalog(b"/OpenAction <</S /JavaScript /JS (x)>>")}
    ),
    refused("catalog_rule", "layers are added", "optional-content", {1: catalog(b"/OCProperties <</OCGs [] /D <<>>>>")}),
    refused(
        "catalog_rule",
        "a layer is switched off in place",
        "optional-content",
        {30: b"<</OCGs [31 0 R] /D <</OFF [31 0 R]>>>>"},
        {1: catalog(b"/OCProperties 30 0 R"), 30: b"<</OCGs [31 0 R] /D <<>>>>", 31: b"<</Type /OCG /Name (a)>>"},
    ),
    refused(
        "catalog_rule",
        "the page tree is another one",
        "page-tree",
        {1: catalog().replace(b"/Pages 2 0 R", b"/Pages 30 0 R"), 30: b"<</Type /Pages /Kids [31 0 R] /Count 1>>", 31: page(b"")},
    ),
    refused(
        "catalog_rule",
        "the root is another, older object",
        "page-tree",
        {8: FONT},
        {
            50: catalog().replace(b"/Pages 2 0 R", b"/Pages 51 0 R"),
            51: b"<</Type /Pages /Kids [52 0 R] /Count 1>>",
            52: page(b""),
        },
        root=b"50 0 R",
    ),
    refused(
        "catalog_rule",
        "the catalog is a resource too",
        "catalog-entry",
        {1: catalog(b"/Version /2.0")},
        {7: b"<</Font <</F1 8 0 R>> /Properties <</MC0 1 0 R>>>>"},
    ),
    refused(
        "catalog_rule", "the version falls", "version-lowered", {1: catalog(b"/Version /1.4")}, {1: catalog(b"/Version /1.7")}
    ),
    refused(
        "catalog_rule",
        "an extension is removed",
        "extensions-changed",
        {1: catalog()},
        {1: catalog(b"/Extensions <</ESIC <</BaseVersion /1.7 /ExtensionLevel 2>>>>")},
    ),
    refused(
        "catalog_rule",
        "extensions overwritten in place are something else too",
        "extensions-changed",
        {30: b"<</ESIC <</BaseVersion /1.7 /ExtensionLevel 5>>>>"},
        {1: catalog(b"/Extensions 30 0 R /Private 30 0 R"), 30: b"<<>>"},
    ),
    refused(
        "catalog_rule",
        "certification is taken away",
        "permissions-changed",
        {1: catalog()},
        {1: catalog(b"/Perms <</DocMDP 5 0 R>>")},
    ),
    refused(
        "catalog_rule",
        "certification is given to another signature",
        "permissions-changed",
        {1: catalog(b"/Perms <</DocMDP 31 0 R>>"), 31: b"<</Type /Sig>>"},
        {1: catalog(b"/Perms <</DocMDP 5 0 R>>")},
    ),
    refused(
        "catalog_rule",
        "metadata overwritten in place are a page's content too",
        "page-content",
        {6: stream(b"BT (two) Tj ET", b"/Type /Metadata /Subtype /XML")},
        {1: catalog(b"/Metadata 6 0 R")},
    ),
    refused(
        "document_information_rule",
        "its dictionary is a resource too",
        "document-information",
        {13: b"<</Title (a)>>"},
        {7: b"<</Font <</F1 8 0 R>> /Properties 13 0 R>>"},
    ),
    refused(
        "security_store_rule",
        "the store is removed",
        "security-store-removed",
        {1: catalog()},
        {1: catalog(b"/DSS <</Certs []>>")},
    ),
    refused(
        "security_store_rule",
        "an overwritten font is listed as material",
        "font",
        {1: catalog(b"/DSS <</Certs [8 0 R]>>"), 8: FONT.replace(b"Times", b"Other")},
    ),
    refused(
        "security_store_rule",
        "material is overwritten",
        "security-store-overwritten",
        {31: stream(b"other")},
        {1: catalog(b"/DSS <</Certs [31 0 R]>>"), 31: stream(b"der")},
    ),
    refused(
        "security_store_rule",
        "a page stands in the store already",
        "page-content",
        {7: b"<</Font <</F1 30 0 R>>>>", 30: FONT},
        {1: catalog(b"/DSS <</VRI 3 0 R>>")},
    ),
    refused("form_rule", "the form is removed", "form-removed", {1: b"<</Type /Catalog /Pages 2 0 R>>"}),
    refused(
        "form_rule",
        "a text field is added",
        "field-added",
        {1: catalog(fields=b"4 0 R 9 0 R 20 0 R 30 0 R"), 30: widget(b"More", b"/Tx", more=b"/V (x)")},
    ),
    refused(
        "form_rule",
        "an old object is put into the form",
        "field-added",
        {1: catalog(fields=b"4 0 R 9 0 R 20 0 R 30 0 R")},
        {30: widget(b"More", b"/Tx", more=b"/V (x)")},
    ),
    refused(
        "form_rule",
        "the new field's value is no signature",
        "field-added",
        {1: catalog(fields=b"4 0 R 9 0 R 20 0 R 40 0 R"), 40: widget(b"Signature3", more=b"/V <</Type /Sig>>")},
    ),
    refused("form_rule", "XFA is added", "form-entry", {1: catalog(form=b"/XFA 30 0 R"), 30: stream(b"<xdp/>")}),
    refused(
        "form_rule",
        "XFA is overwritten",
        "form-entry",
        {30: stream(b"<xdp>2</xdp>")},
        {1: catalog(form=b"/XFA 30 0 R"), 30: stream(b"<xdp/>")},
    ),
    refused("form_rule", "the order of calculation changes", "form-entry", {1: catalog(form=b"/CO [9 0 R]")}),
    refused("form_rule", "fields are to be drawn anew", "need-appearances", {1: catalog(form=b"/NeedAppearances true")}),
    refused(
        "form_rule",
        "fields are no more to be drawn anew",
        "need-appearances",
        {1: catalog()},
        {1: catalog(form=b"/NeedAppearances true")},
    ),
    refused(
        "form_rule",
        "the default look changes",
        "form-entry",
        {1: catalog(form=b"/DA (/F2 0 Tf)")},
        {1: catalog(form=b"/DA (/F1 0 Tf)")},
    ),
    refused(
        "form_rule",
        "a default font is another one",
        "form-resources",
        {1: catalog(form=b"/DR <</Font <</Helv 30 0 R>>>>"), 30: FONT.replace(b"Times", b"Other")},
        {1: catalog(form=b"/DR <</Font <</Helv 8 0 R>>>>")},
    ),
    refused(
        "form_rule",
        "a font comes to resources that the page has too",
        "form-entry",
        {7: b"<</Font <</F1 8 0 R /F2 30 0 R>> /XObject <</Logo 12 0 R>>>>", 30: FONT},
        {1: catalog(form=b"/DR 7 0 R")},
    ),
    refused(
        "form_rule",
        "a new signature covers the page",
        "overlay",
        {**ADDED_SIGNATURE, 40: NEW_FIELD.replace(b"[400 20 500 60]", b"[0 0 600 700]")},
    ),
    refused(
        "form_rule",
        "a new signature runs a script",
        "action",
        {**ADDED_SIGNATURE, 40: NEW_FIELD.replace(b"/V 41", b"/AA <</E <</S /Hide>>>> /V 41")},
    ),
    refused(
        "fields_rule",
        "an appearance alone is replaced",
        "appearance-swapped",
        {9: text_field(b"100", b"30 0 R"), 30: form_xobject(b"(900) Tj")},
    ),
    refused("fields_rule", "an appearance alone is overwritten", "appearance-swapped", {10: form_xobject(b"(900) Tj")}),
    refused(
        "fields_rule",
        "a field's appearance is a logo too",
        "page-content",
        {9: text_field(b"200", b"12 0 R"), 12: form_xobject(b"(x) Tj")},
        {9: text_field(b"100", b"12 0 R")},
    ),
    refused(
        "fields_rule",
        "a widget moves",
        "field-changed",
        {9: text_field(b"200").replace(b"[10 100 110 120]", b"[10 300 110 320]")},
    ),
    refused("fields_rule", "a widget is hidden", "field-changed", {9: text_field(b"100", more=b"/F 2")}),
    refused(
        "fields_rule",
        "a widget is shown",
        "field-changed",
        {9: text_field(b"100", more=b"/F 4")},
        {9: text_field(b"100", more=b"/F 2")},
    ),
    refused(
        "fields_rule",
        "a field can be written to again",
        "field-changed",
        {9: text_field(b"100", more=b"/Ff 0")},
        {9: text_field(b"100", more=b"/Ff 1")},
    ),
    refused(
        "fields_rule",
        "a widget goes to a layer",
        "field-changed",
        {9: text_field(b"100", more=b"/OC 30 0 R"), 30: b"<</Type /OCG>>"},
    ),
    refused(
        "fields_rule",
        "a field calculates",
        "field-changed",
        {9: text_field(b"100", more=b"/AA <</C <</S /JavaScript /JS (x)>>>>")},
    ),
    refused("fields_rule", "the default value changes", "field-changed", {9: text_field(b"100", more=b"/DV (900)")}),
    refused(
        "fields_rule",
        "a field is a resource too",
        "field-changed",
        {9: text_field(b"200")},
        {7: b"<</Font <</F1 8 0 R>> /Properties <</MC0 9 0 R>>>>"},
    ),
    refused(
        "fields_rule",
        "a signature changes hands",
        "signature-rewritten",
        {4: widget(b"Signature1", more=b"/V 31 0 R /AP <</N 12 0 R>>"), 31: signature()},
    ),
    refused("fields_rule", "a signature is overwritten", "signature-rewritten", {5: signature(more=b"/Reason (other)")}),
    refused(
        "fields_rule",
        "a signed field looks different",
        "signature-field-changed",
        {4: widget(b"Signature1", more=b"/V 5 0 R /AP <</N 30 0 R>>"), 30: form_xobject(b"(other) Tj")},
    ),
    refused(
        "fields_rule",
        "an empty field shows an existing signature",
        "signature-reused",
        {20: SIGNED_TWO.replace(b"31 0 R", b"5 0 R")},
    ),
    refused(
        "fields_rule",
        "an empty field is not signed, but looks so",
        "appearance-swapped",
        {
            20: widget(b"Signature2", box=b"[200 20 300 60]", more=EMPTY_FIELD.replace(b"21", b"30")),
            30: form_xobject(b"(signed) Tj"),
        },
    ),
    refused(
        "fields_rule",
        "a lock goes with signing",
        "signature-field-changed",
        {20: widget(b"Signature2", box=b"[200 20 300 60]", more=b"/AP <</N 21 0 R>> /V 31 0 R"), 31: signature()},
    ),
    refused(
        "fields_rule",
        "a box moves with signing",
        "signature-field-changed",
        {20: SIGNED_TWO.replace(b"[200 20 300 60]", b"[0 0 300 600]"), 31: signature()},
    ),
    refused(
        "fields_rule",
        "the look overwritten with signing is a logo too",
        "page-content",
        {20: SIGNED_TWO, 31: signature(), 21: form_xobject(b"(signed) Tj")},
        {7: b"<</Font <</F1 8 0 R>> /XObject <</Logo 21 0 R>>>>"},
    ),
    refused(
        "fields_rule",
        "the look replaced with signing stands elsewhere too",
        "signature-field-changed",
        {
            20: widget(b"Signature2", box=b"[200 20 300 60]", more=b"/AP <</N 33 0 R>> /V 31 0 R"),
            31: signature(),
            33: form_xobject(b"x"),
        },
        {
            20: widget(b"Signature2", box=b"[200 20 300 60]", more=b"/AP 30 0 R"),
            30: b"<</N 21 0 R>>",
            3: page(entries=b"/Private 30 0 R"),
        },
    ),
    refused(
        "pages_rule",
        "a content stream is replaced",
        "page-content",
        {3: page().replace(b"6 0 R", b"30 0 R"), 30: stream(b"(x) Tj")},
    ),
    refused("pages_rule", "a content stream is overwritten", "page-content", {6: stream(b"BT (two million) Tj ET")}),
    refused(
        "pages_rule",
        "a content stream's length is overwritten",
        "page-content",
        {30: b"5"},
        {6: b"<</Length 30 0 R>>\nstream\nBT /F1 12 Tf (one) Tj ET\nendstream", 30: b"24"},
    ),
    refused("pages_rule", "a page is added", "page-tree", {2: b"<</Type /Pages /Kids [3 0 R 30 0 R] /Count 2>>", 30: page(b"")}),
    refused(
        "pages_rule",
        "a page is removed",
        "page-tree",
        {2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>"},
        {2: b"<</Type /Pages /Kids [3 0 R 30 0 R] /Count 2>>", 30: page(b"")},
    ),
    refused(
        "pages_rule", "pages inherit other resources", "page-tree", {2: b"<</Type /Pages /Kids [3 0 R] /Count 1 /Rotate 90>>"}
    ),
    refused(
        "pages_rule", "a page acts when it is opened", "page-content", {3: page(entries=b"/AA <</O <</S /JavaScript /JS (x)>>>>")}
    ),
    refused("pages_rule", "a page has another thumbnail", "page-content", {3: page(entries=b"/Thumb 30 0 R"), 30: stream(b"")}),
    refused("pages_rule", "a font is swapped", "font", {8: FONT.replace(b"Times", b"Other")}),
    refused("pages_rule", "a font file is swapped", "font", {15: stream(b"other glyphs")}),
    refused(
        "pages_rule",
        "resources name another font",
        "page-content",
        {
            3: page(resources=b"30 0 R"),
            30: b"<</Font <</F1 31 0 R>> /XObject <</Logo 12 0 R>>>>",
            31: FONT.replace(b"Times", b"Other"),
        },
    ),
    refused(
        "pages_rule", "a logo goes to a layer", "page-content", {12: form_xobject(b"0 0 100 20 re f", b"/OC 30 0 R"), 30: b"null"}
    ),
    refused("pages_rule", "a logo is overwritten", "page-content", {12: form_xobject(b"")}),
    refused(
        "pages_rule",
        "a widget without a field is added",
        "dangling-widget",
        {3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: widget(b"x", b"/Tx", more=b"/V (x)")},
    ),
    refused(
        "pages_rule",
        "a watermark is added",
        "annotation-unknown",
        {3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: b"<</Subtype /Watermark /Rect [0 0 9 9]>>"},
    ),
    refused(
        "pages_rule",
        "a comment covers the page",
        "overlay",
        {3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: annotation(b"/Square", b"/IC [1 1 1]", box=b"[0 0 600 400]")},
    ),
    refused(
        "pages_rule",
        "a link with an appearance lies over the text",
        "overlay",
        {3: MORE_ANNOTATIONS, 30: annotation(b"/Link", b"/AP <</N 31 0 R>>", box=b"[0 0 600 800]"), 31: stream(b"0 0 9 9 re f")},
    ),
    refused(
        "pages_rule",
        "a link with a border as thick as the page",
        "overlay",
        {3: MORE_ANNOTATIONS, 30: annotation(b"/Link", b"/C [1 1 1] /Border [0 0 900]", box=b"[0 0 600 800]")},
    ),
    refused(
        "pages_rule",
        "an entry is written that finds its object only where generations are passed over",
        "generation-changed",
        {3: page(entries=b"/CropBox 31 1 R"), 31: b"[0 0 10 10]"},
    ),
    refused("pages_rule", "an entry is written that finds nothing", "dangling-reference", {3: page(entries=b"/CropBox 99 0 R")}),
    refused(
        "pages_rule",
        "a link runs a script",
        "action",
        {3: page(b"4 0 R 9 0 R 11 0 R 20 0 R 30 0 R"), 30: annotation(b"/Link", b"/A <</S /URI /Next <</S /JavaScript>>>>")},
    ),
    refused(
        "pages_rule", "a field that stood on no page is shown", "widget-shown", {3: page()}, {3: page(b"4 0 R 11 0 R 20 0 R")}
    ),
    refused("pages_rule", "a widget is taken off its page", "widget-removed", {3: page(b"4 0 R 11 0 R 20 0 R")}),
    refused(
        "annotations_rule",
        "its appearance is overwritten in place",
        "appearance-swapped",
        {30: form_xobject(b"(x) Tj")},
        {11: annotation(b"/Stamp", b"/AP <</N 30 0 R>>"), 30: form_xobject(b"")},
    ),
    refused(
        "annotations_rule",
        "a comment grows over the page",
        "overlay",
        {11: annotation(b"/Square", b"/IC [1 1 1]", box=b"[0 0 600 400]")},
        {11: annotation(b"/Square", b"/IC [1 1 1]")},
    ),
    refused("annotations_rule", "a comment becomes a widget", "field-changed", {11: widget(b"x", b"/Tx", more=b"/V (x)")}),
    refused(
        "structure_rule",
        "an element reads otherwise",
        "structure-changed",
        {31: b"<</Type /StructElem /S /P /P 30 0 R /K [0] /ActualText (two million)>>"},
        {
            1: catalog(b"/StructTreeRoot 30 0 R"),
            30: b"<</Type /StructTreeRoot /K [31 0 R]>>",
            31: b"<</Type /StructElem /S /P /P 30 0 R /K [0]>>",
        },
    ),
    refused(
        "structure_rule",
        "the tree is removed",
        "structure-changed",
        {1: catalog()},
        {1: catalog(b"/StructTreeRoot 30 0 R"), 30: b"<</Type /StructTreeRoot>>"},
    ),
    refused("freed_rule", "a font is freed", "font", {8: FREE}),
    refused("freed_rule", "a comment is freed while its page lists it", "unexplained-object", {11: FREE}),
)
