"""Writes docs/words.md: every word of project and site files, from the docstrings of the specs. With --check: only tells whether the page is stale."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from chaland import plugins
from chaland.spec import Project, Site

PAGE = Path(__file__).with_name("words.md")
HEAD = "<!-- Made by docs/words.py (`make docs`) from src/chaland/spec; do not edit. -->\n\n# Every word of a project file and of a site file\n"
ADAPTERS: tuple[plugins.Family, ...] = ("sources", "engines", "stores", "trackers", "features", "targets")


def page() -> str:
    """The whole page."""
    parts = [HEAD, *_file("Project file", Project), *_file("Site file", Site), "\n## The words beside `kind`\n"]
    for family in ADAPTERS:
        for kind in plugins.kinds(family):
            options = getattr(plugins.load(family, kind), "Options", None)
            if options is not None:
                parts += _section(f"{plugins.CALLED[family]} `{kind}`", options)
    return "\n".join(parts)


def _file(title: str, top: type[BaseModel]) -> Iterator[str]:
    yield f"\n## {title}\n"
    for spec in _reached(top):
        yield from _section(spec.__name__, spec)


def _reached(top: type[BaseModel]) -> list[type[BaseModel]]:
    """The specs that a file is made of, each once, in the order in which they are met."""
    found = [top]
    for spec in found:
        for field in spec.model_fields.values():
            found += [inner for inner in _specs(field.annotation) if inner not in found]
    return found


def _specs(of: Any) -> Iterator[type[BaseModel]]:
    if isinstance(of, type) and issubclass(of, BaseModel):
        yield of
    for inner in get_args(of):
        yield from _specs(inner)


def _section(title: str, spec: type[BaseModel]) -> Iterator[str]:
    yield f"### {title}\n"
    yield f"{(spec.__doc__ or '').strip().splitlines()[0]}\n" if spec.__doc__ else ""
    if spec.model_fields:
        yield "| word | is | default | meaning |\n| --- | --- | --- | --- |"
        yield from (_row(name, field) for name, field in spec.model_fields.items())
    yield ""


def _row(name: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split())
    cells = (f"`{field.alias or name}`", _type(field.annotation), _default(field), meaning)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _type(of: Any) -> str:
    origin, inner = get_origin(of), get_args(of)
    if origin is Literal:
        return " ".join(f"`{word}`" for word in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(one) for one in inner if one is not types.NoneType)
    if origin is Annotated:
        return _type(inner[0])
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"name = {_type(inner[1])}"
    return str({str: "text", int: "whole number", float: "number", bool: "true or false"}.get(of, getattr(of, "__name__", of)))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.default if field.default is not PydanticUndefined else field.get_default(call_default_factory=True, validated_data={})
    if value in (None, (), {}, "") or isinstance(value, BaseModel | Mapping):
        return ""
    return f"`{list(value) if isinstance(value, tuple) else str(value).lower() if isinstance(value, bool) else value}`"


def main() -> int:
    """Write the page, or with --check tell whether it is as it would be written."""
    made = page()
    if "--check" not in sys.argv:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/words.md is stale: the specs have changed since. Write it anew with `make docs`.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
