"""What does not fit a spec, in chaland's own words: every fault of a document at once, each with the keys that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from chaland.errors import Fault, nearest
from chaland.spec.base import FORMAT

Keys = tuple[str, ...]
Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date",
    "datetime": "a date",
    "time": "a time",
    "tuple": "a list [ … ]",
    "list": "a list [ … ]",
    "mapping": "a table { … }",
    "dict": "a table { … }",
    "model": "a table { … }",
}
_BOUNDS = {
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
    "finite_number": "must be a finite number",
}


def fit(model: type[Model], document: Mapping[str, Any]) -> tuple[Model | None, list[Fault]]:
    """The spec that a document makes, and all that is wrong with it.

    Faulty words are set aside and the rest is tried again, so that one fault does not hide another; the spec is None
    where the rest cannot stand without them.
    """
    faults: dict[Keys, Fault] = {}
    while True:
        try:
            made = model.model_validate(document)
        except ValidationError as error:
            found = _faults(model, document, error)
            if found.keys() <= faults.keys():
                return None, list(faults.values())
            faults = found | faults
            document = without(document, found)
        else:
            written = made.model_dump(by_alias=True)
            return made, [*faults.values(), *_bent(model, document, written, ())]


def without(document: Mapping[str, Any], paths: Iterable[Keys]) -> dict[str, Any]:
    """The document without the values at these paths."""
    gone = frozenset(paths)

    def kept(value: Any, path: Keys) -> Any:
        if isinstance(value, Mapping):
            return {key: kept(inner, (*path, key)) for key, inner in value.items() if (*path, key) not in gone}
        if isinstance(value, list):
            return [kept(inner, (*path, str(i))) for i, inner in enumerate(value) if (*path, str(i)) not in gone]
        return value

    left: dict[str, Any] = kept(document, ())
    return left


def words(model: type[BaseModel]) -> tuple[str, ...]:
    """The words that a spec knows, as they are written in a file."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _faults(model: type[BaseModel], document: Mapping[str, Any], error: ValidationError) -> dict[Keys, Fault]:
    """One fault per place: the branches of a union that failed at one place are told together, and deeper places tell more."""
    places: dict[Keys, list[Any]] = {}
    for one in error.errors(include_url=False):
        places.setdefault(_path(document, one), []).append(one)
    deepest = {path: found for path, found in places.items() if not any(path == other[: len(path)] != other for other in places)}
    return {path: Fault(path, *_told(model, path, found)) for path, found in deepest.items()}


def _path(document: Mapping[str, Any], error: Any) -> Keys:
    """The keys as written: what pydantic adds for unions and validators is left out."""
    here: Any = document
    path: list[str] = []
    for part in error["loc"]:
        if (isinstance(here, Mapping) and part in here) or (isinstance(here, list) and isinstance(part, int) and part < len(here)):
            here = here[part]
            path.append(str(part))
    return (*path, str(error["loc"][-1])) if error["type"] == "missing" else tuple(path)


def _told(model: type[BaseModel], path: Keys, errors: list[Any]) -> tuple[str, str]:
    """What is said of the errors at one place, and the mend."""
    first = errors[0]
    if first["type"] == "missing":
        return f"{path[-1]!r} is missing", _example(model, path)
    if first["type"] == "extra_forbidden":
        return unknown_word(path[-1], _words_at(model, path[:-1]))
    if first["loc"][-1] == "[key]" and first["type"] == "string_pattern_mismatch":
        return _bad_name(path[-1])
    if path == ("format",):
        return _other_format(first["input"])
    said = _single(first) if len(errors) == 1 else None
    return said or _expected(errors)


def unknown_word(word: str, known: Iterable[str]) -> tuple[str, str]:
    """What to say of a word that a table does not know."""
    return f"unknown word {word!r}", nearest(word, known)


def _single(error: Any) -> tuple[str, str] | None:
    kind, context, value = error["type"], error.get("ctx", {}), _short(error["input"])
    if kind in _BOUNDS:
        return f"{_BOUNDS[kind].format(**context)}, and is {value}", ""
    if kind == "string_pattern_mismatch":
        return _bad_name(error["input"])
    if kind in ("too_short", "string_too_short"):
        return f"needs at least {_entries(context.get('min_length', 1), text=kind.startswith('string'))}", ""
    if kind in ("too_long", "string_too_long"):
        return f"takes at most {_entries(context.get('max_length', 1), text=kind.startswith('string'))}, and is {value}", ""
    if kind == "value_error":
        return str(context.get("error", error["msg"])), ""
    return None


def _entries(count: int, text: bool = False) -> str:
    word = ("character", "characters") if text else ("entry", "entries")
    return f"{count} {word[count != 1]}"


def _expected(errors: list[Any]) -> tuple[str, str]:
    """What the value must be, from every branch that failed."""
    allowed = [word for error in errors if error["type"] == "literal_error" for word in _choices(error)]
    kinds = [_EXPECTED.get(error["type"].partition("_")[0], "") for error in errors if error["type"] != "literal_error"]
    value = errors[0]["input"]
    if allowed and isinstance(value, str):
        return f"{_short(value)} is not one of its words", nearest(value, allowed)
    parts = [*dict.fromkeys(kind for kind in kinds if kind)]
    parts = [part for part in parts if not (part == "a whole number" and "a number" in parts)]
    if allowed:
        parts.insert(0, f"one of {', '.join(allowed)}")
    said = " or ".join(parts) or errors[0]["msg"][:1].lower() + errors[0]["msg"][1:]
    return f"must be {said}, and is {_short(value)}" if parts else said, ""


def _choices(error: Any) -> list[str]:
    return re.findall(r"'([^']*)'", error["ctx"]["expected"]) or [error["ctx"]["expected"]]


def _bad_name(name: Any) -> tuple[str, str]:
    better = re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")
    better = better if better[:1].isalpha() else f"x_{better}".rstrip("_")
    said = f"{_short(name)} cannot be a name: names are small letters a-z, digits and _, begin with a letter and have at most 63 signs"
    return said, f"For example {better[:63]!r}."


def _other_format(written: Any) -> tuple[str, str]:
    if isinstance(written, int) and not isinstance(written, bool) and written > FORMAT:
        return f"this file has format {written}, and this chaland reads format {FORMAT}", "Install a newer chaland."
    return f"no file format is called {_short(written)}", f"Write format = {FORMAT}, or leave the line out."


def _short(value: Any) -> str:
    text = "true" if value is True else "false" if value is False else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _bent(model: type[BaseModel], raw: Any, made: Any, path: Keys) -> list[Fault]:
    """Values that pydantic bent into shape: TOML has types, so "3" is no number and 1 is not true."""
    if isinstance(raw, Mapping) and isinstance(made, Mapping):
        strange = [Fault((*path, key), *unknown_word(key, _words_at(model, path))) for key in raw if key not in made]
        return strange + [fault for key in raw if key in made for fault in _bent(model, raw[key], made[key], (*path, key))]
    if isinstance(raw, list) and isinstance(made, (list, tuple)):
        return [fault for i, pair in enumerate(zip(raw, made, strict=False)) for fault in _bent(model, *pair, (*path, str(i)))]
    if type(raw) is type(made) or isinstance(made, (Mapping, tuple)) or (type(raw), type(made)) == (int, float):
        return []
    name = {"str": "string"}.get(type(made).__name__, "float" if raw is True or raw is False else type(made).__name__)
    return [Fault(path, f"must be {_EXPECTED.get(name, name)}, and is {_short(raw)}")]


def _example(model: type[BaseModel], path: Keys) -> str:
    """What a missing word is for: its docstring, and its choices where they are few."""
    owner = _model_at(model, path[:-1])
    field = next((f for name, f in owner.model_fields.items() if (f.alias or name) == path[-1]), None) if owner else None
    if field is None:
        return ""
    choices = [str(word) for word in get_args(field.annotation)] if get_origin(field.annotation) is Literal else []
    return " ".join(part for part in (field.description or "", f"There is: {', '.join(choices)}." if choices else "") if part)


def _words_at(model: type[BaseModel], path: Keys) -> tuple[str, ...]:
    found = _model_at(model, path)
    return words(found) if found else ()


def _model_at(model: type[BaseModel], path: Keys) -> type[BaseModel] | None:
    here: Any = model
    for key in path:
        here = next((found for branch in _branches(here) if (found := _inside(branch, key)) is not None), None)
    return next((branch for branch in _branches(here) if isinstance(branch, type) and issubclass(branch, BaseModel)), None)


def _branches(kind: Any) -> tuple[Any, ...]:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        return tuple(branch for arg in get_args(kind) for branch in _branches(arg))
    return (kind,)


def _inside(kind: Any, key: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return next((field.annotation for name, field in kind.model_fields.items() if key in (name, field.alias)), None)
    args = get_args(kind)
    return args[-1 if len(args) == 2 and key and not key.isdigit() else 0] if args else None
