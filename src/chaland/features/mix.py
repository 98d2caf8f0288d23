"""What a customer turns to: the share of each of the commonest words of a category, dotted codes cut at a depth."""

from __future__ import annotations

import re

import ibis.expr.types as ir
from pydantic import Field

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, exact
from chaland.spec.base import Words

NEEDS: dict[str, set[str]] = {"transactions": {"time", "category"}}
OTHER = "other"


class Options(Counted):
    """What a project may say of this family."""

    PARTS = ("weight",)

    category: str | None = None
    """The column whose words are looked at; default: that of role category."""
    depth: int | None = Field(None, ge=1, le=9)
    """How many parts of a dotted code count: 1 makes "electronics" of "electronics.smartphone"."""
    words: Words = ()
    """The words that count, after cutting; default: the commonest ones on the day on which we stand."""
    top: int = Field(8, ge=1, le=200)
    """How many of the commonest there are, where no words are said."""
    weight: str | None = None
    """The column that says how much a row counts, as a quantity or an amount; rows without one, or with none above 0, do not count. Default: every row counts as one."""


def settled(options: Options, past: History, key: str) -> Options:
    """The same words of the project with the commonest words of the past written in, so that other days are described by the same ones."""
    if options.words:
        return options
    rows = _rows(past, options, key)
    said = rows.group_by("word").agg(rows=_amount(rows, rows.word.notnull()))
    said = said.mutate(level=_cut(said.word, options.depth)).filter(lambda row: row.level.notnull())
    counts = said.group_by("level").agg(rows=said.rows.sum())
    common = counts.order_by([counts.rows.desc(), counts.level]).limit(options.top).to_pyarrow()["level"].to_pylist()
    return options.model_copy(update={"words": tuple(common)})


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order; the words must be settled."""
    titles = {name: (f"Share of {word}", f"Part de {word}") for word, name in _names(options.words).items()}
    return numbers(options, titles | {OTHER: ("Share of all other words", "Part de tous les autres mots")})


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Shares of the rows that have a word, or of their weight; null for who has none."""
    options = settled(options, past, key)
    levels = _levels(past, options, key)
    names = _names(options.words)
    amounts = {f"n_{name}": _amount(levels, levels.level == word) for word, name in names.items()}
    counted = levels.group_by(WHO).agg(rows=_amount(levels, levels.level.notnull()), **amounts)
    shares = {name: share(counted[f"n_{name}"], counted.rows) for name in names.values()}
    others = counted.rows - sum(counted[f"n_{name}"] for name in names.values())
    shares[OTHER] = share(others, counted.rows)
    return told(past, key, counted.mutate(**shares), describe(options, past), ())


def _amount(levels: ir.Table, where: ir.BooleanValue) -> ir.NumericScalar:
    """How many of the rows there are, or how much they weigh; exactly 0 where there are none."""
    if "weight" not in levels.columns:
        return levels.count(where=where)
    return levels.weight.sum(where=where).fill_null(0)


def _levels(past: History, options: Options, key: str) -> ir.Table:
    """Rows with their word, cut once for each different one: there are few, and many rows."""
    rows = _rows(past, options, key)
    words = rows.select("word").distinct()
    words = words.select(_word=words.word, level=_cut(words.word, options.depth))
    return rows.left_join(words, rows.word == words._word).drop("word", "_word")


def _rows(past: History, options: Options, key: str) -> ir.Table:
    """Whose each row is, its word, and its weight where rows weigh; those that weigh nothing are left out."""
    rows = past.linked(options, key, "category", "weight")
    weighed = {"weight": exact(rows.weight)} if options.weight else {}
    rows = rows.select(WHO, word=rows.category.cast("string"), **weighed)
    return rows.filter(rows.weight > 0) if weighed else rows


def _cut(word: ir.StringValue, depth: int | None) -> ir.StringValue:
    """So many parts of a dotted code; null where nothing is left."""
    if depth:
        word = word.re_extract(r"^([^.]*(?:\.[^.]*){0," + str(depth - 1) + "})", 1)
    return word.nullif("")


def _names(words: Words) -> dict[str, str]:
    """A name for each word, made of its letters and figures; numbered where two would be one."""
    names: dict[str, str] = {}
    for word in words:
        plain = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") or "blank"
        taken = {OTHER, *names.values()}
        names[word] = plain if plain not in taken else next(f"{plain}_{n}" for n in range(2, 99) if f"{plain}_{n}" not in taken)
    return names
