"""A site: where the work happens. The project never names any of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from chaland.spec.base import NAME, Spec


class Part(Spec):
    """An adapter by its kind; the words beside `kind` belong to it."""

    model_config = ConfigDict(extra="allow")

    kind: str
    """Which adapter."""

    def options(self) -> dict[str, Any]:
        """The words beside `kind`, as written."""
        return dict(self.model_extra or {})


class Lake(Spec):
    """The tables between steps."""

    keep_days: int = Field(30, ge=0)
    """Versions, runs and reports older than this are dropped by `chaland tables --vacuum` (the newest always stays)."""


class Limits(Spec):
    """What one untrusted file may use up before it is refused."""

    workers: int = Field(2, ge=1, le=64)
    """Processes that read files."""
    memory_mib: int = Field(2048, ge=256)
    """Memory of one such process, in MiB."""
    seconds: float = Field(3600, gt=0)
    """Time for one file, in seconds."""
    file_gib: float = Field(64, gt=0)
    """Size of one file once decompressed, in GiB."""
    row_kib: int = Field(4096, ge=1)
    """Size of one record, in KiB."""
    columns: int = Field(20000, ge=1)
    """Columns of one file."""


class Site(Spec):
    """Where work happens: engine, lake, tracker, stores, limits."""

    format: Literal[1] = 1
    """The format number of this file."""
    engine: Part = Part(kind="duckdb")
    """Where expressions run."""
    lake: Lake = Lake()
    """Where tables rest."""
    tracker: Part = Part(kind="files")
    """Where runs are written down."""
    stores: Mapping[Annotated[str, Field(pattern=NAME)], Part] = Field(default_factory=lambda: {"default": Part(kind="sqlite")})
    """Where results are kept and asked for by key."""
    limits: Limits = Limits()
    """Limits on untrusted files."""
