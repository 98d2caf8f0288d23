"""A project: what one business is, and what is asked of its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from chaland.spec.base import NAME, Spec, Titled, Words
from chaland.spec.lifetime import Lifetime
from chaland.spec.table import Table
from chaland.spec.tasks import ALGORITHMS, CANDIDATES, CHOOSES, Metric
from chaland.spec.trends import Trend

Named = Annotated[str, Field(pattern=NAME)]


class Features(Spec):
    """One family of features; the words beside these belong to its kind."""

    model_config = ConfigDict(extra="allow")

    kind: str
    """Which family: profile, rfm, tempo …"""
    of: str | None = None
    """The table whose rows are described, one row of features for each; default: the table of role customers."""
    columns: Words = ("*",)
    """profile: the columns it is made from; other kinds: the features that are kept of those it makes. "*" is all of them."""
    except_: Words = Field((), alias="except")
    """Those left out."""

    def written(self) -> dict[str, Any]:
        """All its words, as written."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class Play(Spec):
    """What to do with groups of a kind."""

    when: Mapping[str, Literal["high", "middle", "low"]] = Field(default_factory=dict)
    """Features that must be so in the group: high or low where its mean lies half a standard deviation or more from everybody's. None: every group."""
    group: str | None = None
    """The name of the group it is for, where groups are made by rule: champions, at_risk, lost …"""
    do: Titled
    """The action, one text or { en = …, fr = … }."""


class Segments(Spec):
    """Groups of customers that are alike."""

    title: Titled | None = None
    """Its name for people."""
    features: Words = Field(min_length=1)
    """The feature families it looks at."""
    method: Literal["kmeans", "rfm"] = "kmeans"
    """How groups come about. kmeans: they are found, or it is said that there are none. rfm: they are made by rule, of one family of kind rfm: recency, frequency and money each score 1 to 5 by fifths of the customers, and their combinations have names (champions, at risk, lost …)."""
    groups: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (3, 8)
    """From how many to how many groups are tried: [3, 8] is 3 to 8."""
    smallest: float = Field(0.02, ge=0, lt=0.5)
    """No group may be smaller than this share of the customers."""
    scale: Literal["robust", "standard", "none"] = "robust"
    """How numbers are brought to one scale. robust: distance from the median in robust deviations, cut where far, yes/no and numbers that are mostly one value counting less. standard: distance from the mean in standard deviations, all alike. none: as they are, so that large numbers outweigh all others."""
    logarithm: Literal["skewed", "always", "never"] = "skewed"
    """Which numbers are seen through their logarithm."""
    directions: bool = True
    """Groups are looked for along the main directions (principal components that keep nine tenths of the variance); false: in all numbers."""
    judge: Literal["chance", "silhouette"] = "chance"
    """What chooses how many groups there are, once they are stable and none too small. chance: how far they lie apart beyond customers drawn without groups. silhouette: their silhouette alone."""
    minimum_events: Annotated[int, Field(ge=1)] | Literal["auto"] | None = None
    """The groups are learnt from those who have at least so many rows in the table that the families are counted over; everybody is still put into one. auto: the least number from which profiles are reliable, as the data show it. Default: everybody is learnt from."""
    reliability: float = Field(0.7, gt=0, lt=1)
    """How reliable a profile must be to count as settled: the mean over its features of the correlation between odd and even rows of the same customer, brought to all his rows (Spearman-Brown)."""
    validation: tuple[Literal["folds", "months"], ...] = ()
    """Where it is looked at whether the groups come again. folds: learnt without each fifth of the customers, applied to it. months: learnt in each calendar month, applied to the next."""
    playbook: tuple[Play, ...] = ()
    """What to do with each group: the first play whose `when` holds ([[segments.NAME.playbook]])."""
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
    """The algorithms that compete, beside a baseline that always does; for numbers by default ridge, random_forest and gradient_boosting."""
    metric: Metric | None = None
    """The metric that chooses among them. Default: average_precision for yes or no, accuracy for several words, mae for numbers."""
    holdout: Holdout = Holdout()
    """Which rows measure the kept model."""
    duplicates: Literal["merge", "keep"] = "keep"
    """Customers alike in all features and in the answer: merge counts each such set once, to learn and to measure; keep counts them all, always on one side of a test. All are scored."""
    folds: int = Field(5, ge=2, le=20)
    """Folds of the cross-validation."""
    seed: int = 0
    """The seed of everything random in it."""

    def named(self) -> tuple[str, ...]:
        """The algorithms that the file names, none where it leaves them to the task."""
        return self.candidates if "candidates" in self.model_fields_set else ()

    def competing(self, task: str) -> tuple[str, ...]:
        """The algorithms that compete for an answer of this task."""
        return self.named() or ALGORITHMS[task]

    def chooses(self, task: str) -> str:
        """The metric that chooses among them."""
        return self.metric or CHOOSES[task]


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
    trends: Mapping[Named, Trend] = Field(default_factory=dict)
    """What is counted and added up, by what, and over which time."""
    features: Mapping[Named, Features] = Field(default_factory=dict)
    """Families of features, made per customer."""
    segments: Mapping[Named, Segments] = Field(default_factory=dict)
    """Groups of customers."""
    lifetime: Mapping[Named, Lifetime] = Field(default_factory=dict)
    """Customer lifetime value."""
    predict: Mapping[Named, Predict] = Field(default_factory=dict)
    """Questions."""
    publish: Mapping[Named, Publish] = Field(default_factory=dict)
    """What is handed to the stores; default: every question to the default store."""

    def customers(self) -> str | None:
        """The name of the table of role customers, if there is one."""
        return next((name for name, table in self.tables.items() if table.role == "customers"), None)

    def entity(self, families: Sequence[str]) -> str | None:
        """The table whose rows some feature families describe; they all describe one."""
        named = (self.features[name].of for name in families if name in self.features)
        return next((name for name in named if name), self.customers())
