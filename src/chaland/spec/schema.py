"""JSON Schema (draft 2020-12) of what may be written in project and site files, and of what chaland says under --json.

Editors complete and explain from it; what only the whole project shows (names, SQL, bounds) is for `chaland check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from chaland.spec.project import Project
from chaland.spec.show import Error, Show
from chaland.spec.site import Site
from chaland.spec.tasks import EVERY_ALGORITHM

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SAID: Mapping[str, tuple[type[BaseModel], str]] = {
    "project": (Project, "A chaland project file"),
    "site": (Site, "A chaland site file"),
    "show": (Show, "What `chaland show --json` says"),
    "error": (Error, "What an error says under --json"),
}
"""What there is a schema of."""

Kinds = Mapping[str, Mapping[str, type[BaseModel] | None]]
"""Family → kind → the options that stand beside it."""

_SHORT = ("Title", "RowRule")
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}


def of(what: str, kinds: Kinds) -> dict[str, Any]:
    """The schema of one of `SAID`; the words of each kind of adapter stand beside its name."""
    model, title = SAID[what]
    schema = model.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema.pop("$defs", {})
    if what in ("project", "site"):
        _merge(schema, definitions, kinds)
        schema, definitions = _shortened(schema), {name: _shortened(one) for name, one in definitions.items()}
    return {"$schema": DRAFT, **schema, "title": title, "$defs": dict(sorted(definitions.items()))}


def _merge(schema: dict[str, Any], definitions: dict[str, Any], kinds: Kinds) -> None:
    """Where a file names a kind, its words follow."""
    if "Features" in definitions:
        definitions["Features"] = _any_kind(definitions, "Features", kinds["features"])
        definitions["Predict"]["properties"]["candidates"]["items"]["enum"] = list(EVERY_ALGORITHM)
        definitions["Source"] = _any_kind(definitions, "Source", kinds["sources"])
        definitions["Target"] = _any_kind(definitions, "Target", kinds["targets"])
        return
    for word, family in (("engine", "engines"), ("tracker", "trackers")):
        schema["properties"][word] = {"$ref": f"#/$defs/{word.capitalize()}"} | _said(schema["properties"][word])
        definitions[word.capitalize()] = _any_kind(definitions, "Part", kinds[family])
    schema["properties"]["stores"] |= _named_stores(schema["properties"]["stores"])
    definitions["Store"] = _any_kind(definitions, "Part", kinds["stores"])
    del definitions["Part"]


def _named_stores(stores: dict[str, Any]) -> dict[str, Any]:
    patterns = stores.get("patternProperties")
    store = {"$ref": "#/$defs/Store"}
    return {"patternProperties": dict.fromkeys(patterns, store)} if patterns else {"additionalProperties": store}


def _said(prop: dict[str, Any]) -> dict[str, Any]:
    return {word: prop[word] for word in ("description", "default") if prop.get(word) is not None}


def _any_kind(definitions: dict[str, Any], base: str, kinds: Mapping[str, type[BaseModel] | None]) -> dict[str, Any]:
    """One shape per kind: its name, and the words of its options."""
    kind = definitions[base]["properties"]["kind"]
    shapes = [_one_kind(definitions, kind, name, options) for name, options in sorted(kinds.items())]
    return {"description": definitions[base].get("description", ""), "anyOf": shapes}


def _one_kind(definitions: dict[str, Any], kind: dict[str, Any], name: str, options: type[BaseModel] | None) -> dict[str, Any]:
    shape: dict[str, Any] = options.model_json_schema(by_alias=True) if options else {}
    definitions |= shape.pop("$defs", {})
    named = {"kind": {}, **shape.get("properties", {})} | {"kind": {**kind, "const": name}}
    needed = dict.fromkeys(["kind", *shape.get("required", [])])
    told = {"description": shape["description"]} if "description" in shape else {}
    return {"type": "object", **told, "properties": named, "required": list(needed), "additionalProperties": False}


def _shortened(node: Any) -> Any:
    """Where one text may stand for a list of them, or for a table, the schema says both."""
    if isinstance(node, list):
        return [_shortened(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("$ref", "").rpartition("/")[2] in _SHORT:
        return {**{word: value for word, value in node.items() if word != "$ref"}, "anyOf": [_TEXT, {"$ref": node["$ref"]}]}
    if node.get("type") == "array" and node.get("items", {}).get("type") == "string":
        return _one_or_many(node)
    return {word: _shortened(value) for word, value in node.items()}


def _one_or_many(node: dict[str, Any]) -> dict[str, Any]:
    listed = {word: value for word, value in node.items() if word in ("type", "items", "minItems", "maxItems")}
    rest = {word: value for word, value in node.items() if word not in listed}
    return {**rest, "anyOf": [node["items"], listed]}
