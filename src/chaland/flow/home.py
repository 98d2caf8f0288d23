"""Where a project's things lie on this disk, who holds it, and the secret beside it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaland import storage
from chaland.errors import Busy, DataError, PartMissing, Where
from chaland.lake import Lake
from chaland.spec.site import Lake as Said

ABANDONED = 3600.0
CHECK = b"chaland secret check"


@dataclass(frozen=True)
class Home:
    """The folders of one project under a home folder."""

    root: Path
    project: str

    @property
    def folder(self) -> Path:
        """Everything of the project but its secret."""
        return self.root / self.project

    @property
    def lake(self) -> Path:
        """The Delta tables, where the site names no other place."""
        return self.folder / "lake"

    def lake_of(self, said: Said) -> Lake:
        """The project's tables: in this home, or in a folder of the project's name where the site says."""
        if said.at is None:
            return Lake(self.lake)
        place = storage.located(said.at, said.endpoint, said.region) if storage.remote(said.at) else said.at
        return Lake(storage.join(place, self.project))

    @property
    def models(self) -> Path:
        """One ONNX file and one card per question."""
        return self.folder / "models"

    @property
    def reports(self) -> Path:
        """The HTML reports."""
        return self.folder / "reports"

    @property
    def runs(self) -> Path:
        """What each run found."""
        return self.folder / "runs"

    @property
    def steps(self) -> Path:
        """What each step last did, and from what."""
        return self.folder / "steps"

    @property
    def staging(self) -> Path:
        """Private, wiped at the end of every run and by the next command."""
        return self.folder / "staging"

    @property
    def key_file(self) -> Path:
        """The secret, beside and never inside a lake."""
        return self.root / "keys" / f"{self.project}.key"

    def make(self) -> None:
        """Make the folders; PartMissing where the disk or its rights forbid it."""
        try:
            for folder in (self.root, self.folder, self.lake, self.models, self.reports, self.runs, self.steps):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.root, error) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the project for one run; Busy where another process does. A lock left by a dead process does not count."""
        import fcntl

        self.make()
        with self._lock_file() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                next = "Wait for it to end, or stop it, then run the command again."
                raise Busy(f"another run holds the project {self.project!r}", where=Where(str(self.folder.name)), next=next) from error
            self.sweep()
            try:
                yield
            finally:
                self.sweep()

    def sweep_if_idle(self) -> None:
        """Wipe what a killed run left in staging, unless a run is under way."""
        import fcntl

        if not self.folder.exists():
            return
        with suppress(OSError), self._lock_file() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.sweep()

    def sweep(self) -> None:
        """Wipe staging and what an interrupted write left."""
        shutil.rmtree(self.staging, ignore_errors=True)
        for left in self.folder.glob("*/.part-*"):
            left.unlink(missing_ok=True)
        for folder in self.folder.glob("asking-*"):
            if folder.stat().st_mtime < time.time() - ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)

    def _lock_file(self) -> Any:
        try:
            return open(self.folder / "lock", "a", opener=lambda path, flags: os.open(path, flags, 0o600))
        except OSError as error:
            raise unwritable(self.root, error) from error


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(part).replace(path)
    except OSError as error:
        raise unwritable(path.parent, error) from error


def read_json(path: Path) -> Any:
    """A JSON file's content, or None where there is none."""
    return json.loads(path.read_text()) if path.exists() else None


def secret_of(home: Home, warn: Any, lake: Lake | None = None) -> bytes:
    """The project's secret: from the environment, or its key file, which the first run makes.

    A lake (default: the home's) remembers a check value of its secret; another secret, or a lost one, is refused with a DataError.
    """
    root = lake.root if lake else str(home.lake)
    known = _check_value(root)
    secret = _given() or _kept(home, known is not None, warn)
    check = hmac.new(secret, CHECK, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(known or _remembered(root, check), check):
        next = "Give the secret that made this lake (CHALAND_SECRET_FILE, CHALAND_SECRET or the key file), or begin a new home."
        raise DataError("this lake was made with another secret", where=Where(home.project), next=next, code="wrong_secret")
    return secret


def _check_value(root: str) -> str | None:
    """What a lake remembers of its secret; None where it is new."""
    if storage.remote(root):
        return Lake(root).checked()
    known = read_json(Path(root) / "_secret.json")
    return str(known["check"]) if known else None


def _remembered(root: str, check: str) -> str:
    """Make a new lake remember its secret; what it remembers, should another home have been faster."""
    if storage.remote(root):
        return Lake(root).check(check)
    write_text(Path(root) / "_secret.json", json.dumps({"check": check}))
    return check


def unwritable(path: Path, error: OSError) -> PartMissing:
    """What a failed write to the home folder means to a person."""
    if error.errno in (28, 122, 27):
        return PartMissing("the disk is full", where=Where(str(path)), next="Free some space and run the same command again.")
    return PartMissing(
        f"{path} cannot be written: {error.strerror}", where=Where(str(path)), next="Give it write permission, or name another with --home."
    )


def _given() -> bytes | None:
    named, value = os.environ.get("CHALAND_SECRET_FILE"), os.environ.get("CHALAND_SECRET")
    if named:
        try:
            return _usable(Path(named).read_bytes().strip(), "the file that CHALAND_SECRET_FILE names")
        except OSError as error:
            raise PartMissing(
                f"CHALAND_SECRET_FILE cannot be read: {error.strerror}", where=Where(named), next="Name a file that exists."
            ) from error
    return _usable(value.encode(), "CHALAND_SECRET") if value is not None else None


def _usable(secret: bytes, origin: str) -> bytes:
    if not secret:
        raise DataError(f"{origin} is empty", next="Give a secret of at least 16 characters.", code="wrong_secret")
    return secret


def _kept(home: Home, lake_has_one: bool, warn: Any) -> bytes:
    path = home.key_file
    if path.exists():
        return _usable(path.read_bytes().strip(), "the key file")
    if lake_has_one:
        next = "Put the key file back, or give the secret with CHALAND_SECRET_FILE. Without it the same people cannot be recognised: begin a new home."
        raise DataError("the secret of this lake is lost", where=Where(str(path)), next=next, code="wrong_secret")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    write_bytes(path, secrets.token_hex(32).encode())
    warn(f"A new secret was made: {path}. Keep it: without it, the same people cannot be recognised again.")
    return path.read_bytes()
