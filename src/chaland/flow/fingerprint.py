"""Whether a step must run again: a hash of its inputs, its words and the code."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel


def of(*parts: Any) -> str:
    """A hash of the parts and of the code version; equal parts, equal hash."""
    text = json.dumps([code_version(), *(_plain(part) for part in parts)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_version() -> str:
    """A hash over the package's own sources."""
    digest = hashlib.sha256()
    for file in sorted(_sources(resources.files("chaland")), key=str):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Any) -> list[Any]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            found += _sources(entry)
        elif entry.name.endswith(".py"):
            found.append(entry)
    return found


def _plain(part: Any) -> Any:
    if isinstance(part, BaseModel):
        return part.model_dump(mode="json", by_alias=True)
    if isinstance(part, dict):
        return {str(key): _plain(value) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_plain(value) for value in part]
    return part


def seal(content: bytes) -> str:
    """A hash of bytes."""
    return hashlib.sha256(content).hexdigest()
