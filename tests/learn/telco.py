"""A small loader of the real telco folders, for tests and benchmarks; skips where the data are not there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest

from chaland.learn.dataset import Feature, TrainingSet


def folder(name: str) -> Path:
    """A folder of real telco data, or a skip."""
    if "CHALAND_DATA" not in os.environ:
        pytest.skip("CHALAND_DATA is not set")
    return Path(os.environ["CHALAND_DATA"]) / "telco" / name


def bigml() -> TrainingSet:
    """The 80 file to learn from, the 20 file held out."""
    parts = [_read(file, ";") for file in sorted(folder("bigml").glob("*.csv"))]
    held = np.concatenate(
        [np.full(part.num_rows, "20" in file.name) for part, file in zip(parts, sorted(folder("bigml").glob("*.csv")), strict=True)]
    )
    return training_set(
        pa.concat_tables(parts), "Churn", "VRAI", held, words=("State", "Area code", "International plan", "Voice mail plan")
    )


def ibm(seed: int = 0) -> TrainingSet:
    """The one file, a fifth held out as `seed` draws it."""
    table = _read(folder("ibm") / "Telco-Customer-Churn.csv", ",").drop_columns(["customerID"])
    held = np.random.default_rng(seed).random(table.num_rows) < 0.2
    numbers = {"tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen"}
    return training_set(table, "Churn", "Yes", held, words=tuple(set(table.column_names) - numbers - {"Churn"}))


def training_set(table: pa.Table, target: str, positive: str, held: np.ndarray, words: tuple[str, ...]) -> TrainingSet:
    """A training set from a table of text."""
    truth = pc.equal(table.column(target), positive).combine_chunks()
    names = [name for name in table.column_names if name != target]
    features = tuple(Feature(name, "word" if name in words else "number", name, name, name) for name in names)
    columns: Mapping[str, pa.ChunkedArray] = {
        f.name: table.column(f.name) if f.kind == "word" else _numbers(table.column(f.name)) for f in features
    }
    keys = pa.array([f"{i:08d}" for i in range(table.num_rows)])
    return TrainingSet(keys, pa.table(columns), features, truth, held)


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(text, ""), None, text).cast(pa.float64())


def _read(file: Path, separator: str) -> pa.Table:
    names = file.open(encoding="utf-8-sig").readline().strip().split(separator)
    types = {name: pa.string() for name in names}
    return pyarrow.csv.read_csv(
        file,
        parse_options=pyarrow.csv.ParseOptions(delimiter=separator),
        convert_options=pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )
