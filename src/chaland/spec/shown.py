"""What every piece of the document of `show --json` is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Shown(BaseModel):
    """A piece of the document; keys that are not named here may be added at any time."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)


class Interval(Shown):
    """A figure with its 95 % bootstrap interval."""

    value: float | None
    """The figure."""
    low: float | None
    """Lower end."""
    high: float | None
    """Upper end."""


class Said(Shown):
    """A warning or a note."""

    code: str
    """What kind, for scripts: leak.near_perfect, drift.COLUMN, copy_of …"""
    said: str
    """The same for people."""


class Audit(Shown):
    """Scores from 0 to 100; null where a dimension does not apply."""

    accuracy: float | None = Field(ge=0, le=100)
    """Values that are plausible."""
    completeness: float | None = Field(ge=0, le=100)
    """Values that are there."""
    consistency: float | None = Field(ge=0, le=100)
    """Records that break no rule between columns."""
    validity: float | None = Field(ge=0, le=100)
    """Values of their type, range and words."""
    uniqueness: float | None = Field(ge=0, le=100)
    """Records and keys that are there once."""
    timeliness: float | None = Field(ge=0, le=100)
    """How fresh the data are."""


class Audits(Shown):
    """The audit before and after cleaning."""

    before: Audit
    """As the files came."""
    after: Audit
    """As the accepted rows rest."""
