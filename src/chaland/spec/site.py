"""A site: where the work happens. The project never names any of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator

from chaland.spec.base import NAME, Spec

_PLACE = re.compile(r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/=-]*)?$")
_ADDRESS = re.compile(r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?/?$|^https?://\[[0-9a-fA-F:]+\](:[0-9]+)?/?$")


class Part(Spec):
    """An adapter by its kind; the words beside `kind` belong to it."""

    model_config = ConfigDict(extra="allow")

    kind: str
    """Which adapter."""

    def options(self) -> dict[str, Any]:
        """The words beside `kind`, as written."""
        return dict(self.model_extra or {})


class Lake(Spec):
    """The tables between steps.

    Keys for S3 are never written here: they are taken from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    `AWS_SESSION_TOKEN`) or the usual profile (`AWS_PROFILE`, `~/.aws/credentials`).
    """

    at: str | None = None
    """Where tables lie, each project in a folder of its name: a folder, or `s3://bucket/prefix`; default: `lake/` in the home folder.
    One home at a time writes there; another one with another secret is refused."""
    endpoint: str | None = None
    """The address of the S3 server, as `http://host:port`; default: `AWS_ENDPOINT_URL`, else that of AWS."""
    region: str | None = Field(None, pattern=r"^[a-z0-9-]+$")
    """The region of the bucket; default: `AWS_REGION`, else the profile's, else `us-east-1`."""
    keep_days: int = Field(30, ge=0)
    """Versions, runs and reports older than this are dropped by `chaland tables --vacuum` (the newest always stays)."""

    @field_validator("at")
    @classmethod
    def _is_a_place(cls, value: str | None) -> str | None:
        if value is None or ("://" not in value and value.strip()):
            return value
        if not _PLACE.match(value):
            raise ValueError("not a place for tables: a folder, or s3://bucket/prefix without a key, a question mark or a space")
        return value

    @field_validator("endpoint")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.match(value):
            raise ValueError("not an address of a server: http://host:port or https://host, without a key, a path or a question mark")
        return value


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


class Learn(Spec):
    """Where models are fitted, and on how many customers."""

    where: Literal["auto", "driver", "cluster"] = "auto"
    """`driver`: in this process; `cluster`: where the rows are, by an engine that can (spark); `auto`: there beyond `driver_rows`."""
    driver_rows: int = Field(2_000_000, ge=1)
    """The most customers that `auto` brings to this process."""
    part: float | None = Field(None, gt=0, le=1)
    """Fit in this process on a fair part instead: this share of the customers, drawn by their keys (on the cluster, where all are fitted:
    measure on it). The report says so."""


class Site(Spec):
    """Where work happens: engine, lake, tracker, stores, limits, learning."""

    format: Literal[1] = 1
    """The format number of this file."""
    engine: Part = Part(kind="duckdb")
    """Where expressions run."""
    lake: Lake = Lake()
    """Where tables rest."""
    tracker: Part | None = None
    """Where runs are written down; default: `mlflow` where it is installed, else `files`."""
    stores: Mapping[Annotated[str, Field(pattern=NAME)], Part] = Field(default_factory=lambda: {"default": Part(kind="sqlite")})
    """Where results are kept and asked for by key."""
    limits: Limits = Limits()
    """Limits on untrusted files."""
    learn: Learn = Learn()
    """Where models are fitted."""
