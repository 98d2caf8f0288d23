"""A telephone operator's subscribers, made up: overlapping groups, known reasons to leave, files as people have them.

The truth is a mixture of four groups. Within a group every usage column is normal (international calls lognormal) and independent;
plans are Bernoulli. Leaving is Bernoulli with a logit that adds up the drivers of `CAUSES`.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from chaland.simulate.dirt import Cells, Dialect, Plan, Soiled, Stain, accounts, encoded, soil

Columns = dict[str, np.ndarray]

HOLDOUT = 0.2
CHUNK = 250_000
"""Customers drawn at once; each chunk has its own seed, so that memory stays small at any size."""
PLACEHOLDERS = ("?", "N/D", "nan")
"""What stands for «no value» in the files."""

# fmt: off
STATES = (
    "AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN", "KS",
    "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV",
    "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY",
)
# fmt: on
AREA_CODES, AREA_SHARES = (408, 415, 510), (0.25, 0.5, 0.25)
RATES = {"day": 0.17, "eve": 0.085, "night": 0.045, "intl": 0.27}

HEADER = {
    "state": "State",
    "account_length": "Account length",
    "area_code": "Area code",
    "phone_number": "phone_number",
    "international_plan": "International plan",
    "voice_mail_plan": "Voice mail plan",
    "number_vmail_messages": "Number vmail messages",
    **{f"total_{when}_{what}": f"Total {when} {what}" for when in RATES for what in ("minutes", "calls", "charge")},
    "customer_service_calls": "Customer service calls",
    "churn": "Churn",
}
"""Column → its header in the 80 file and in the clean file."""
SHORT_HEADER = {name: name for name in HEADER} | {
    "international_plan": "intl_plan",
    "customer_service_calls": "number_customer_service_calls",
    "churn": "churned",
}
"""Column → its header in the 20 file."""


@dataclass(frozen=True)
class Group:
    """A kind of subscriber: its share, its chance of each plan, and where its usage lies, in standard deviations within a group."""

    name: str
    share: float
    voice_mail: float
    international: float
    shifts: tuple[float, ...]


@dataclass(frozen=True)
class Usage:
    """One column of usage: its centre and its spread within a group; `digits` after the point; lognormal where `log`."""

    name: str
    centre: float
    spread: float
    digits: int = 0
    log: bool = False


USAGE = (
    Usage("total_day_minutes", 180, 50, 1),
    Usage("total_day_calls", 100, 18),
    Usage("total_eve_minutes", 201, 48, 1),
    Usage("total_eve_calls", 100, 18),
    Usage("total_night_minutes", 201, 48, 1),
    Usage("total_night_calls", 100, 18),
    Usage("total_intl_minutes", 10.2, 2.5, 1),
    Usage("total_intl_calls", 1.4, 0.45, log=True),
)
GROUPS = (
    Group("light", 0.30, 0.12, 0.03, (-0.5, -0.6, -0.7, -0.8, -0.7, -0.8, -0.9, -0.9)),
    Group("evening", 0.25, 0.10, 0.03, (-0.3, -0.5, 1.1, 1.9, 1.1, 1.9, -0.5, -0.5)),
    Group("abroad", 0.20, 0.14, 0.40, (0.0, -0.1, -0.3, -0.4, -0.3, -0.4, 2.0, 2.0)),
    Group("office", 0.25, 0.75, 0.05, (1.2, 2.5, -0.4, -0.9, -0.4, -0.8, -0.3, -0.4)),
)
CAUSES: dict[str, Callable[[Columns], np.ndarray]] = {
    "total_day_minutes": lambda c: 5.2 / (1 + np.exp(-(c["total_day_minutes"] - 240) / 11)),
    "customer_service_calls": lambda c: 3.8 * (c["customer_service_calls"] >= 4),
    "international_plan": lambda c: 2.7 * c["international_plan"],
    "total_eve_minutes": lambda c: 0.45 * np.clip((c["total_eve_minutes"] - 201) / 48, -2.5, 2.5),
    "voice_mail_plan": lambda c: -0.7 * c["voice_mail_plan"],
}
"""What makes people leave, strongest first: column → its part of the logit."""
LOGIT_OF_NOTHING = -4.5
SERVICE_CALLS = 1.7


@dataclass(frozen=True)
class Customers:
    """Drawn customers: their clean columns, their group (index in `GROUPS`), the logit of each driver, and their chance of leaving."""

    columns: Columns
    group: np.ndarray
    parts: Columns
    probability: np.ndarray


@dataclass(frozen=True)
class Written:
    """How one file writes what it holds."""

    file: str
    header: dict[str, str]
    dialect: Dialect
    plan_words: tuple[str, str]
    churn_words: tuple[str, str]


EIGHTY = Written("telco-80.csv", HEADER, Dialect(";", "\n", "utf-8-sig"), ("No", "Yes"), ("FAUX", "VRAI"))
TWENTY = Written("telco-20.csv", SHORT_HEADER, Dialect(",", "\r\n"), ("no", "yes"), ("False.", "True."))
CLEAN = Written("telco.csv", HEADER, Dialect(), ("No", "Yes"), ("False", "True"))


def simulate(rows: int, seed: int, out: Path) -> list[Path]:
    """Write `rows` customers as an operator's messy files, and the truth beside them; gives the paths of the data files.

    `telco-80.csv` to learn from and `telco-20.csv` to test with, each in a dialect of its own. `truth/customers.csv` holds every customer's
    clean values, file and line, group, chance of leaving and drivers; `truth/drivers.json` the drivers in order; `truth/dirt.csv` each
    piece of dirt and `truth/dirt.json` what a reader should count. A record's fate there is that under the rule `reject`. Same seed, same bytes.
    """
    (out / "truth").mkdir(parents=True, exist_ok=True)
    customers = _joined(list(draw(rows, seed)))
    cut = rows - round(HOLDOUT * rows)
    rng = np.random.default_rng([seed, 1])
    soiled = {}
    for style, part in ((EIGHTY, slice(0, cut)), (TWENTY, slice(cut, rows))):
        columns = {name: values[part] for name, values in customers.columns.items()}
        soiled[style.file] = soil(style.file, list(style.header.values()), _lines(columns, style), style.dialect, plan=_plan(), rng=rng)
        (out / style.file).write_bytes(encoded(soiled[style.file].lines, style.dialect))
    _write_truth(out / "truth", customers, soiled, seed)
    return [out / name for name in soiled]


def write_clean(rows: int, seed: int, path: Path) -> Path:
    """Write `rows` customers without any dirt into one CSV file at `path` (about 100 bytes a row), chunk by chunk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(encoded([",".join(CLEAN.header.values())], CLEAN.dialect))
        for customers in draw(rows, seed):
            file.write(_text(customers.columns, CLEAN))
    return path


def draw(rows: int, seed: int) -> Iterator[Customers]:
    """`rows` customers, a chunk at a time."""
    for number, start in enumerate(range(0, rows, CHUNK)):
        yield _chunk(start, min(CHUNK, rows - start), np.random.default_rng([seed, 0, number]))


def oracle(columns: Columns) -> np.ndarray:
    """The likeliest group of each customer under the true mixture: the Bayes classifier, which nothing can beat on average."""
    log_odds = np.log([group.share for group in GROUPS])[None, :] + np.zeros((len(columns["state"]), 1))
    for plan, chances in (
        ("voice_mail_plan", [group.voice_mail for group in GROUPS]),
        ("international_plan", [group.international for group in GROUPS]),
    ):
        log_odds += np.where(columns[plan][:, None], np.log(chances), np.log1p(-np.array(chances)))
    for place, usage in enumerate(USAGE):
        log_odds += _log_likelihood(columns[usage.name], usage, _shifts()[:, place])
    found: np.ndarray = log_odds.argmax(axis=1)
    return found


def strengths(seed: int) -> list[dict[str, object]]:
    """The drivers of leaving, strongest first, with the ROC AUC that the true chance loses when the driver's part is shuffled (Breiman 2001)."""
    customers = _chunk(0, 100_000, np.random.default_rng([seed, 2]))
    logit, left = _logit(customers.probability), customers.columns["churn"]
    rng = np.random.default_rng([seed, 3])
    whole = _roc_auc(left, logit)
    lost = {name: whole - _roc_auc(left, logit - part + rng.permutation(part)) for name, part in customers.parts.items()}
    order = sorted(lost, key=lambda name: -lost[name])
    return [{"column": name, "header": HEADER[name], "strength": round(lost[name], 4)} for name in order]


def _chunk(start: int, rows: int, rng: np.random.Generator) -> Customers:
    group = rng.choice(len(GROUPS), rows, p=[one.share for one in GROUPS])
    voice_mail = rng.random(rows) < np.array([one.voice_mail for one in GROUPS])[group]
    messages = np.clip(np.rint(29 + 7.5 * rng.standard_normal(rows)), 4, 51).astype(np.int64)
    columns: Columns = {
        "state": rng.integers(len(STATES), size=rows),
        "account_length": np.clip(np.rint(101 + 40 * rng.standard_normal(rows)), 1, 243).astype(np.int64),
        "area_code": rng.choice(AREA_CODES, rows, p=AREA_SHARES),
        "phone_number": _telephone(start, rows),
        "international_plan": rng.random(rows) < np.array([one.international for one in GROUPS])[group],
        "voice_mail_plan": voice_mail,
        "number_vmail_messages": messages * voice_mail,
    }
    columns |= _usage(group, rng)
    columns["customer_service_calls"] = rng.poisson(SERVICE_CALLS, rows)
    parts = {name: np.asarray(cause(columns), dtype=float) for name, cause in CAUSES.items()}
    probability = 1 / (1 + np.exp(-(LOGIT_OF_NOTHING + sum(parts.values()))))
    columns["churn"] = rng.random(rows) < probability
    return Customers({name: columns[name] for name in HEADER}, group, parts, probability)


def _usage(group: np.ndarray, rng: np.random.Generator) -> Columns:
    columns: Columns = {}
    for place, usage in enumerate(USAGE):
        values = usage.centre + usage.spread * (_shifts()[group, place] + rng.standard_normal(len(group)))
        values = np.maximum(np.round(np.exp(values) if usage.log else values, usage.digits), 0.0)
        columns[usage.name] = values if usage.digits else values.astype(np.int64)
    for when, rate in RATES.items():
        columns[f"total_{when}_charge"] = np.round(columns[f"total_{when}_minutes"] * rate, 2)
    return columns


def _shifts() -> np.ndarray:
    return np.array([group.shifts for group in GROUPS])


def _telephone(start: int, rows: int) -> np.ndarray:
    """Numbers that look drawn and never repeat: within ten million, a multiplication by a number prime to ten; then an eighth digit."""
    nth, size = np.arange(start, start + rows), 10**7
    numbers: np.ndarray = (nth * 6_180_339 + 2_718_281) % size + nth // size * size
    return numbers


def _log_likelihood(values: np.ndarray, usage: Usage, shifts: np.ndarray) -> np.ndarray:
    """log P(value | group), rows × groups: a density for minutes, the exact chance of each whole number for calls."""
    centres = usage.centre + usage.spread * shifts
    if usage.digits:
        density: np.ndarray = -0.5 * ((values[:, None] - centres) / usage.spread) ** 2
        return density
    tops = np.arange(int(values.max()) + 1) + 0.5
    edges = np.concatenate([[-np.inf], np.log(tops) if usage.log else tops])
    below = np.vectorize(math.erf)((edges[:, None] - centres) / (usage.spread * math.sqrt(2)))
    table: np.ndarray = np.log(np.maximum(np.diff(below, axis=0) / 2, 1e-300))
    chances: np.ndarray = table[values]
    return chances


def _logit(probability: np.ndarray) -> np.ndarray:
    odds: np.ndarray = np.log(probability / (1 - probability))
    return odds


def _roc_auc(positive: np.ndarray, score: np.ndarray) -> float:
    ranks = np.empty(len(score))
    ranks[np.argsort(score, kind="stable")] = np.arange(1, len(score) + 1)
    n = int(positive.sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(score) - n)))


def _joined(chunks: list[Customers]) -> Customers:
    def together(name: str) -> Columns:
        return {key: np.concatenate([getattr(one, name)[key] for one in chunks]) for key in getattr(chunks[0], name)}

    chunks = chunks or [_chunk(0, 0, np.random.default_rng(0))]
    group, probability = (np.concatenate([getattr(one, name) for one in chunks]) for name in ("group", "probability"))
    return Customers(together("columns"), group, together("parts"), probability)


def _words(indices: np.ndarray, words: tuple[str, ...]) -> pa.Array:
    return pa.array(np.array(words, dtype=object), pa.string()).take(pa.array(indices.astype(np.int64)))


def _telephones(columns: Columns) -> pa.Array:
    """415-3824657: the area code, then the number."""
    numbers = pa.compute.utf8_lpad(pa.array(columns["phone_number"]).cast(pa.string()), 7, "0")
    joined: pa.Array = pa.compute.binary_join_element_wise(pa.array(columns["area_code"]).cast(pa.string()), numbers, "-")
    return joined


def _table(columns: Columns, style: Written) -> pa.Table:
    words = {
        "state": _words(columns["state"], STATES),
        "phone_number": _telephones(columns),
        "international_plan": _words(columns["international_plan"], style.plan_words),
        "voice_mail_plan": _words(columns["voice_mail_plan"], style.plan_words),
        "churn": _words(columns["churn"], style.churn_words),
    }
    return pa.table({name: words[name] if name in words else pa.array(values) for name, values in columns.items()})


def _text(columns: Columns, style: Written) -> bytes:
    """The records as bytes, without a header, lines ended by a bare newline."""
    sink = BytesIO()
    options = pa.csv.WriteOptions(include_header=False, delimiter=style.dialect.separator, quoting_style="none", batch_size=16_384)
    pa.csv.write_csv(_table(columns, style), sink, options)
    text: bytes = sink.getvalue()
    return text


def _lines(columns: Columns, style: Written) -> list[str]:
    return _text(columns, style).decode().splitlines()


def _plan() -> Plan:
    names = list(HEADER)
    minutes = tuple(names.index(f"total_{when}_minutes") for when in RATES)
    calls = tuple(names.index(f"total_{when}_calls") for when in RATES)
    return Plan(
        cells=(
            Cells("missing", "kept", 0.01, minutes + calls, ("",)),
            Cells("placeholder", "kept", 0.01, minutes + calls, PLACEHOLDERS),
            Cells("out_of_range", "quarantined", 0.004, minutes, ("-12.5", "9999.9")),
            Cells("unparseable", "quarantined", 0.004, minutes + calls, ("1O4", "12..5", "n.c.")),
            Cells("no_target", "quarantined", 0.002, (names.index("churn"),), ("",)),
        )
    )


def _write_truth(out: Path, customers: Customers, soiled: dict[str, Soiled], seed: int) -> None:
    _write_customers(out / "customers.csv", customers, soiled)
    stains = [stain for one in soiled.values() for stain in one.stains]
    with (out / "dirt.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [one.name for one in fields(Stain)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(stain) for stain in stains)
    for name, facts in (("dirt", accounts(soiled)), ("drivers", strengths(seed))):
        (out / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _write_customers(path: Path, customers: Customers, soiled: dict[str, Soiled]) -> None:
    """One line per customer: where it was written, its fate, its clean values, its group and the oracle's, its chance, the logit's parts."""
    place = {
        "file": pa.array([name for name, one in soiled.items() for _ in range(len(one.record_lines))], pa.string()),
        "line": pa.array(np.concatenate([one.record_lines for one in soiled.values()])),
        "outcome": pa.array(np.concatenate([one.outcomes for one in soiled.values()]), pa.string()),
    }
    names = tuple(group.name for group in GROUPS)
    truth = {
        "group": _words(customers.group, names),
        "oracle_group": _words(oracle(customers.columns), names),
        "probability": pa.array(np.round(customers.probability, 6)),
        **{f"logit_{name}": pa.array(np.round(part, 4) + 0.0) for name, part in customers.parts.items()},
    }
    clean = _table(customers.columns, CLEAN)
    pa.csv.write_csv(pa.table({**place, **dict(zip(clean.column_names, clean.columns, strict=True)), **truth}), path)
