"""Runs as files: values as JSON lines, kept folders beside them; nothing to install."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chaland.errors import PartMissing, Where
from chaland.spec.base import Spec

NAME = re.compile(r"[\w][\w.:+-]*")


class Options(Spec):
    """What a site may say of the file tracker."""

    path: str = "runs"
    """The folder, relative to the project's home."""


class Adapter:
    """Writes HOME/runs/RUN/values.jsonl, one line {"at": UTC time, "values": {…}} per note, and HOME/runs/RUN/files/ for what is kept.

    What a run was given is a line too: {"at": UTC time, "started": UTC time, "parameters": {…}}.

    Raises PartMissing where the disk is full or may not be written, ValueError for a run whose name is no file name.
    """

    def __init__(self, options: Options, home: Path):
        self._runs = home / options.path

    def begin(self, run: str, started: datetime, parameters: Mapping[str, Any]) -> None:
        """Write down when a run started and what it was given, in one more line; the first line counts."""
        self._write(run, {"started": started.astimezone(UTC).isoformat(), "parameters": dict(parameters)})

    def note(self, run: str, values: Mapping[str, Any]) -> None:
        """Write down values of a run in one more line; lines that were there stay."""
        self._write(run, {"values": dict(values)})

    def keep(self, run: str, folder: Path) -> None:
        """Copy a folder to files/NAME of the run, in the place of an earlier copy; a reader sees the old copy or the new."""
        try:
            _copy(folder, self._folder(run) / "files" / folder.name)
        except OSError as error:
            raise _unwritten(run, error) from error

    def _write(self, run: str, told: Mapping[str, Any]) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(), **told}, ensure_ascii=False, default=str) + "\n"
        try:
            _append(self._folder(run) / "values.jsonl", line.encode())
        except OSError as error:
            raise _unwritten(run, error) from error

    def _folder(self, run: str) -> Path:
        if not NAME.fullmatch(run):
            raise ValueError(f"a run's name is letters, digits and _ . : + -, not {run!r}")
        folder = self._runs / run
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def _append(file: Path, line: bytes) -> None:
    """One write to the end of the file, so that two processes' lines do not mix."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(opened, line)
        os.fsync(opened)
    finally:
        os.close(opened)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
    try:
        shutil.copytree(source, waiting / "new", symlinks=True)
        if target.exists():
            target.rename(waiting / "old")
        (waiting / "new").rename(target)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def _unwritten(run: str, error: OSError) -> PartMissing:
    said = f"run {run!r} cannot be written down: {error.strerror or error}"
    return PartMissing(
        said,
        where=Where(file=Path(str(error.filename)).name if error.filename else None),
        next="Free some disk, or give the right to write there.",
    )
