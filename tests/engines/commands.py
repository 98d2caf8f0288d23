"""Commands of chaland in processes of their own, with a JVM that they must leave behind them stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SECRET = "a secret of the tests"
FACTS = ("read", "accepted", "quarantined", "merged", "skipped", "reasons", "money", "audit")
REFUSES = """
import sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("duckdb", "_duckdb") or name.startswith("ibis.backends.duckdb"):
            raise ImportError(f"{name} is refused here")

sys.meta_path.insert(0, Refusing())
"""
"""A sitecustomize.py in which nothing of DuckDB can be imported, also by the workers of Spark."""


def site(folder: Path, engine: str, lake: str = "") -> Path:
    """A site file with the engine, and with the lake where it is said."""
    file = folder / "site.toml"
    file.write_text(f'engine = {engine}\ntracker = {{ kind = "files" }}\n' + (f'[lake]\nat = "{lake}"\n' if lake else ""))
    return file


def started(words: list[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """A command in a process of its own; tests/offline refuses every connection of a child, also to its own JVM, and is left out."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"CHALAND_SECRET": SECRET} | (environment or {})
    command = [sys.executable, "-W", "ignore", "-m", "chaland", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def run_words(project: Path | str, data: Path, home: Path, site: Path) -> list[str]:
    """The words that run a project and tell its document."""
    return ["run", str(project), "--data", str(data), "--home", str(home), "--site", str(site), "--json"]


def ended(process: subprocess.Popen[str], seconds: float = 280) -> dict[str, Any]:
    """The document that a command told, once it has ended by itself, with exit 0."""
    try:
        out, said = process.communicate(timeout=seconds)
    finally:
        process.kill()
    assert process.returncode == 0, said[-2000:]
    document: dict[str, Any] = json.loads(out)
    return document


def facts(document: dict[str, Any]) -> dict[str, Any]:
    """What a run told that no engine may change."""
    tables = {name: {fact: table[fact] for fact in FACTS} for name, table in document["tables"].items()}
    return {"tables": tables, "segments": document["segments"], "kept": {name: one["kept"] for name, one in document["predict"].items()}}
