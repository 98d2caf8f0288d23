"""What `chaland show --json` says, and what an error says under --json: the shapes that scripts may rely on (further keys may stand beside)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from chaland.spec.shown import Audits, Interval, Said, Shown
from chaland.spec.shown_lifetime import Lifetime


class Step(Shown):
    """One step of the run."""

    name: str
    """ingest, prepare, trends, features, segment, lifetime, train, score, publish."""
    seconds: float
    """How long it took."""
    skipped: bool
    """Nothing had changed since it last ran."""


class Table(Shown):
    """What became of the records of one table: read = accepted + quarantined + merged."""

    read: int = Field(ge=0)
    """Records after the header."""
    accepted: int = Field(ge=0)
    """Rows that stay."""
    quarantined: int = Field(ge=0)
    """Rows set aside, each for the first rule it broke."""
    merged: int = Field(ge=0)
    """Rows equal to an earlier one."""
    skipped: int = Field(ge=0)
    """Lines that are no records: blank lines, title lines, repeated headers, footers."""
    reasons: Mapping[str, int]
    """Quarantined rows by rule; they sum to `quarantined`."""
    money: Mapping[str, float]
    """The amount of the rows that each rule removed, where a column says what a row is worth; rounded to two decimals."""
    worth: float | None = None
    """The amount of the accepted rows, rounded to two decimals; null where nothing says what a row is worth."""
    audit: Audits
    """Scores by dimension."""


class Trend(Shown):
    """What was counted or added up by groups; `ties` and `forecast` stand beside where they were asked for."""

    rows: int
    """The groups and periods it tells of."""
    total: float | None
    """The measure over everything, also what is not among the top."""
    table: str
    """The lake table that holds it."""


class Considered(Shown):
    """One number of groups that was tried."""

    k: int
    """How many groups."""
    silhouette: float | None
    """How well they are apart, -1 to 1."""
    stability: float | None
    """How far resamples agree, 0 to 1."""
    smallest: float
    """The share of the smallest group."""


class Group(Shown):
    """A group of customers."""

    id: int
    """Its number, kept from run to run."""
    name: Mapping[str, str]
    """Its name for people, in English (en) and French (fr)."""
    size: int = Field(ge=0)
    """How many customers."""
    share: float = Field(ge=0, le=1)
    """Which part of all customers."""
    action: Mapping[str, str] | None = None
    """What the project's playbook says to do with it, in English and French."""
    money: float | None = None
    """What its customers are worth: of groups by rule the money that was scored, else the column of role amount; null where there is none."""
    money_share: float | None = None
    """Which part of all money."""


class Flow(Shown):
    """Customers who went from one group to another since the last run."""

    before: int | None
    """Their group then; null: not there."""
    now: int | None
    """Their group now; null: no longer there."""
    customers: int = Field(ge=0)
    """How many."""
    money: float | None
    """What they are worth: the sum of the column of role amount; null where there is none."""


class Change(Shown):
    """What became of a group since the last run."""

    code: str
    """new, gone, split (off `other`) or merged (`other` went into it)."""
    group: int
    """Its number."""
    other: int | None
    """The other group."""


class Scored(Shown):
    """Customers of one score of recency and one mean of the scores of frequency and money."""

    recency: int | None
    """The score of recency, 1 to 5; null: never bought."""
    mean: int | None
    """The mean of the other two scores, halves up."""
    group: int
    """The group that they belong to."""
    customers: int = Field(ge=0)
    """How many."""
    money: float
    """Their money."""


class Reliable(Shown):
    """How reliable profiles are that are made from so many events."""

    events: int
    """How many events."""
    customers: int
    """Customers who have as many."""
    features: int
    """Features that could be told of both halves."""
    reliability: float
    """The mean over these features of the correlation between odd and even events, brought to all of them (Spearman-Brown)."""


class Kept(Shown):
    """Customers whose odd and even events were put into groups, each half by itself."""

    customers: int
    """How many."""
    same: float = Field(ge=0, le=1)
    """Which part of them have both halves in one group."""
    by_chance: float | None
    """How often halves of two different customers with about as many events are in one group; null where there is one customer."""


class Settling(Shown):
    """How fast the profile of a customer settles."""

    reliability: float
    """What is asked for."""
    looked_at: int
    """Customers looked at: all, or a fair part of them."""
    curve: tuple[Reliable, ...]
    """Reliability by number of events; the table settling/S has it feature by feature."""
    below: int
    """Customers with fewer events than the minimum."""
    above: int
    """Customers with as many or more, from whom the groups are learnt."""
    kept: Mapping[str, Kept | None]
    """Of those below and above: the part whose halves agree on the group; null where there is nobody, or there are no groups."""


class Again(Shown):
    """Whether groups come again, over folds or months."""

    agreement: float | None
    """The mean adjusted Rand index between groups that were learnt elsewhere and a part's own; null where nothing could be compared."""
    each: tuple[Mapping[str, Any], ...]
    """Fold by fold, or month by month: customers, agreement, and of months how many of those seen in both stayed in their group."""


class Segments(Shown):
    """Groups of customers that are alike; k is null and groups are none where nothing holds."""

    method: str = "kmeans"
    """kmeans: groups that were found. rfm: groups made by rule."""
    k: int | None
    """How many groups; of those made by rule, how many have customers."""
    silhouette: float | None
    """How well they are apart, -1 to 1; null where they are made by rule."""
    stability: float | None
    """How far resamples agree, 0 to 1; null where they are made by rule."""
    beyond_chance: bool | None = None
    """Whether the groups lie farther apart than customers who were drawn without groups; where not, they are tendencies. Null without groups, and by rule."""
    cuts: Mapping[str, tuple[float, ...]] | None = None
    """By rule: the four values of recency (days), frequency (orders) and total (money) that part the customers into fifths."""
    grid: tuple[Scored, ...] = ()
    """By rule: customers and money of each combination of scores."""
    agreement: Mapping[str, float | None] = Field(default_factory=dict)
    """How far they agree with the other segmentations of the same customers, where one of the two is made by rule: the adjusted Rand index, 1 where they are the same and 0 as by chance."""
    considered: tuple[Considered, ...]
    """What was tried."""
    groups: tuple[Group, ...]
    """The groups."""
    minimum_events: int | None = None
    """From how many events on customers are learnt from, as said or as found; null where nobody asked, or no number is enough."""
    settling: Settling | None = None
    """How fast profiles settle, where the project asks."""
    validation: Mapping[str, Again] = Field(default_factory=dict)
    """By `folds` and `months`, where the project asks: whether the groups come again."""
    changes: tuple[Change, ...] = ()
    """What became of groups since the last run."""
    migration: tuple[Flow, ...] = ()
    """Who went from which group to which since the last run; none in the first."""


class Baseline(Shown):
    """The simplest answer, that a model must beat."""

    name: str
    """majority, or recency."""
    metrics: Mapping[str, Interval | float | None]
    """Its figures."""


class Candidate(Shown):
    """One algorithm that competed."""

    name: str
    """Which one."""
    metrics: Mapping[str, Interval]
    """Its cross-validated figures."""
    seconds: float
    """How long it took."""


class Holdout(Shown):
    """The kept model, measured once on rows that nothing else has seen."""

    rows: int
    """How many rows."""
    metrics: Mapping[str, Interval]
    """Its figures."""
    confusion: tuple[tuple[int, ...], ...]
    """Counts; its rows are the truth."""
    labels: tuple[Any, ...]
    """What the rows and columns of the confusion stand for."""


class Forward(Shown):
    """One look forward: learnt as of a day, measured as of a later one."""

    learned_at: str
    """The day on which one stood to learn."""
    measured_at: str
    """The day on which one stood to measure, one horizon later."""
    rows: int
    """Customers measured."""
    metrics: Mapping[str, Interval]
    """The figures."""
    baseline: Baseline
    """The simplest answer on the same days."""


class Question(Shown):
    """One question asked of the future."""

    task: str
    """binary, multiclass or regression."""
    rows: int
    """Customers whose answer is known."""
    horizon_days: int | None
    """How far ahead it looks; null where the answer is a column."""
    stands_at: str | None = None
    """The day on which one stood to learn: the last one whose answers are known."""
    forward: tuple[Forward, ...] = ()
    """The kept algorithm learnt on earlier days and measured one horizon later, the latest first."""
    baseline: Baseline
    """What a model must beat."""
    kept: str | None
    """The algorithm kept; null where none beats the baseline."""
    candidates: tuple[Candidate, ...]
    """Those that competed."""
    holdout: Holdout | None
    """The one measure on rows set aside."""
    warnings: tuple[Said, ...]
    """What to look into before the model is used."""
    notes: tuple[Said, ...]
    """What is good to know."""
    model: str | None
    """The path of the model's file."""
    parity: float | None
    """The largest difference between the trained model and its file."""


class Files(Shown):
    """Where to look further."""

    report: str
    """The HTML report."""
    model_card: Mapping[str, str]
    """The card of each question's model."""


class Show(Shown):
    """The last finished run of a project."""

    project: str
    """The project's name."""
    run: str
    """The run's id."""
    engine: str
    """Where it was computed."""
    as_of: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    """The day standing on which it looked."""
    started: str
    """When it began, UTC."""
    seconds: float
    """How long it took."""
    steps: tuple[Step, ...]
    """Its steps, in their order."""
    tables: Mapping[str, Table]
    """What became of the records."""
    trends: Mapping[str, Trend]
    """What was counted and added up."""
    segments: Mapping[str, Segments]
    """Groups of customers."""
    lifetime: Mapping[str, Lifetime] = Field(default_factory=dict)
    """What customers will buy and be worth."""
    predict: Mapping[str, Question]
    """Questions and their models."""
    decide: Mapping[str, Mapping[str, Any]]
    """What to do with whom."""
    warnings: tuple[Said, ...]
    """What to look into."""
    notes: tuple[Said, ...]
    """What is good to know."""
    files: Files
    """Where to look further."""


class Place(Shown):
    """Where something is wrong, as far as it is known."""

    file: str | None
    """The file."""
    line: int | None
    """Its line, from 1."""
    column: int | str | None
    """Its column: a number from 1, or a name."""


class Mistake(Shown):
    """One thing that is wrong."""

    code: str
    """What kind, for scripts."""
    said: str
    """What is wrong."""
    where: Place
    """Where."""
    next: str
    """What to do."""


class Error(Shown):
    """An error under --json: the first thing that is wrong, and the others."""

    error: Mistake
    """The first."""
    others: tuple[Mistake, ...]
    """The rest."""
