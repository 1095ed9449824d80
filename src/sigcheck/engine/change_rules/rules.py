"""The allow-list: every rule that may explain a change, in the order in which they run.

Each rule looks at one `Comparison`, explains what it knows with `explained`, and notes the change with its level. What a rule
knows and refuses is noted as `other` under a name that says what was broken.
"""

from __future__ import annotations

from collections.abc import Callable

from sigcheck.engine.change_rules.catalog_rules import catalog_rule, document_information_rule, trailer_rule
from sigcheck.engine.change_rules.comparison import Comparison
from sigcheck.engine.change_rules.field_rules import fields_rule
from sigcheck.engine.change_rules.form_rules import form_rule
from sigcheck.engine.change_rules.name_rules import names_rule
from sigcheck.engine.change_rules.page_rules import annotations_rule, pages_rule
from sigcheck.engine.change_rules.store_rules import security_store_rule
from sigcheck.engine.change_rules.structure_rules import structure_rule
from sigcheck.engine.change_rules.unexplained import freed_rule

RULES: tuple[Callable[[Comparison], None], ...] = (
    trailer_rule,  # /Root, /Info, /ID and nothing else
    catalog_rule,  # /AcroForm, /DSS, /Perms, /Extensions, /Version, /Metadata
    names_rule,  # /Names: icons of comments
    document_information_rule,  # /Info: texts and dates about the document
    security_store_rule,  # /DSS: material for later validation
    form_rule,  # /AcroForm: new signed signature fields, resources added
    fields_rule,  # existing fields: signed, or filled
    pages_rule,  # /Annots of pages and nothing else
    annotations_rule,  # existing annotations changed
    structure_rule,  # tags for what was added and removed
    freed_rule,  # what was freed with its only holders
)
