"""A project: what one business is, and what is asked of its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from chaland.spec.base import NAME, Spec, Titled, Words
from chaland.spec.table import Table

Named = Annotated[str, Field(pattern=NAME)]
BINARY_METRICS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "log_loss", "brier", "ece")
CANDIDATES = ("logistic_regression", "random_forest", "gradient_boosting")
Metric = Literal["accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "log_loss", "brier", "ece"]


class Features(Spec):
    """One family of features."""

    kind: str
    """Which family: profile."""
    columns: Words = ("*",)
    """The columns it is made from; "*" is all that may be features."""
    except_: Words = Field((), alias="except")
    """Columns left out."""


class Segments(Spec):
    """Groups of customers that are alike."""

    title: Titled | None = None
    """Its name for people."""
    features: Words = Field(min_length=1)
    """The feature families it looks at."""
    groups: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (3, 8)
    """From how many to how many groups are tried: [3, 8] is 3 to 8."""
    smallest: float = Field(0.02, ge=0, lt=0.5)
    """No group may be smaller than this share of the customers."""
    seed: int = 0
    """The seed of everything random in it."""


class Target(Spec):
    """What is to be foretold; the words beside `kind` belong to that kind of target."""

    model_config = ConfigDict(extra="allow")

    kind: str
    """Which target: column."""

    def options(self) -> dict[str, Any]:
        """The words beside `kind`, as written."""
        return dict(self.model_extra or {})


class Holdout(Spec):
    """Rows that touch no fitting and measure the kept model once."""

    files: str | None = None
    """Rows whose source file matches this glob."""
    share: float = Field(0.2, gt=0, lt=0.9)
    """Otherwise the share of customers that the key prefix draws."""


class Predict(Spec):
    """One question asked of the future."""

    title: Titled | None = None
    """Its name for people."""
    target: Target
    """What is to be foretold."""
    features: Words = Field(min_length=1)
    """The feature families it may lean on."""
    candidates: Words = Field(CANDIDATES, min_length=1)
    """The algorithms that compete, beside a baseline that always does."""
    metric: Metric = "average_precision"
    """The metric that chooses among them."""
    holdout: Holdout = Holdout()
    """Which rows measure the kept model."""
    folds: int = Field(5, ge=2, le=20)
    """Folds of the cross-validation."""
    seed: int = 0
    """The seed of everything random in it."""


class Publish(Spec):
    """Which scores are handed to which store."""

    of: str
    """The question whose scores are published."""
    to: str = "default"
    """The store of the site that receives them."""


class Project(Spec):
    """What one business is: its tables, features, segments and questions."""

    format: Literal[1] = 1
    """The format number of this file."""
    name: Named
    """The project's name: small letters, digits and _."""
    title: Titled | None = None
    """Its name for people."""
    tables: Mapping[Named, Table] = Field(min_length=1)
    """Its tables."""
    features: Mapping[Named, Features] = Field(default_factory=dict)
    """Families of features, made per customer."""
    segments: Mapping[Named, Segments] = Field(default_factory=dict)
    """Groups of customers."""
    predict: Mapping[Named, Predict] = Field(default_factory=dict)
    """Questions."""
    publish: Mapping[Named, Publish] = Field(default_factory=dict)
    """What is handed to the stores; default: every question to the default store."""

    def customers(self) -> str | None:
        """The name of the table of role customers, if there is one."""
        return next((name for name, table in self.tables.items() if table.role == "customers"), None)
