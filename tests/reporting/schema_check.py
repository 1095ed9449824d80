"""As much of JSON Schema 2020-12 as the report's schema uses, so that no library is needed to hold reports against it."""

from __future__ import annotations

import re
from typing import Any

_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,),
    "null": (type(None),),
}  # fmt: skip
_KNOWN = {"$ref", "$defs", "$schema", "title", "description", "type", "properties", "required", "items", "anyOf", "enum"} | {
    "additionalProperties",
    "default",
    "minItems",
    "maxItems",
    "format",  # the pattern beside it says the same
    "pattern",
}


def violations(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "$") -> list[str]:
    """Where `value` departs from `schema`. Raises KeyError for a keyword that is not implemented here."""
    unknown = set(schema) - _KNOWN
    if unknown:
        raise KeyError(sorted(unknown))
    found = []
    if "$ref" in schema:
        found += violations(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, where)
    if "anyOf" in schema and not any(violations(value, one, root, where) == [] for one in schema["anyOf"]):
        found.append(f"{where}: {value!r} fits none of anyOf")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is not one of {schema['enum']}")
    kinds = _KINDS[schema["type"]] if "type" in schema else (object,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds and object not in kinds):
        return [*found, f"{where}: {value!r} is no {schema['type']}"]
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{where}: {value!r} does not fit {schema['pattern']}")
    if isinstance(value, dict):
        found += [f"{where}: no {name}" for name in schema.get("required", ()) if name not in value]
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            found += violations(item, inner, root, f"{where}.{name}") if isinstance(inner, dict) else []
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += violations(item, schema.get("items", {}), root, f"{where}[{number}]")
    return found
