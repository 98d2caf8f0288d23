"""Pseudonyms, coarser values and seals."""

import datetime as dt
import hashlib
import hmac
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.prepare import privacy
from chaland.spec import Column
from tests.prepare.conftest import table_of


@pytest.mark.parametrize(("column", "value", "coarse"), [
    ({"type": "int", "coarsen": {"step": 10}}, 37, 30), ({"type": "float", "coarsen": {"step": 0.5}}, 1.7, 1.5), ({"coarsen": {"keep": 2}}, "75011", "75"),
    ({"type": "date", "coarsen": {"to": "year"}}, dt.date(1990, 5, 17), dt.date(1990, 1, 1)), ({"type": "date", "coarsen": {"to": "month"}}, dt.date(1990, 5, 17), dt.date(1990, 5, 1)),
    ({"type": "int"}, 37, 37),
])  # fmt: skip
def test_values_are_as_coarse_as_declared(engine: Any, column: dict[str, Any], value: Any, coarse: Any) -> None:
    rows = engine.take(pa.table({"v": [value]}))
    told = rows.select(v=privacy.coarse(rows.v, Column.model_validate(column | {"privacy": "quasi"}))).to_pyarrow()["v"].to_pylist()
    assert told == [coarse]


def test_the_pads_are_those_of_rfc_2104() -> None:
    for secret in (b"k", b"x" * 64, b"long" * 50):
        row = privacy.pads(secret).to_pylist()[0]
        inner = hashlib.sha256(row["inner_pad"] + b"word").digest()
        assert hmac.new(secret, b"word", hashlib.sha256).digest() == hashlib.sha256(row["outer_pad"] + inner).digest()


def test_a_reference_table_keeps_its_keys_and_a_table_of_people_does_not() -> None:
    people, reference = table_of({"id": {"role": "key"}}), table_of({"id": {"role": "key"}}, role="reference")
    assert privacy.is_hidden("id", people.columns["id"], people)
    assert not privacy.is_hidden("id", reference.columns["id"], reference)


def test_numbers_that_differ_at_all_have_different_texts(engine: Any) -> None:
    numbers = [0.1, 0.1000001, 1e-9, 2e-9, 1e15, 1e15 + 2, -0.5, 0.5, 1 / 3]
    rows = engine.take(pa.table({"n": numbers}))
    texts = rows.select(t=privacy.canonical(rows.n)).to_pyarrow()["t"].to_pylist()
    assert len({*texts}) == len(numbers)


def test_the_secret_stands_in_no_query(engine: Any) -> None:
    import ibis

    rows = engine.take(pa.table({"w": ["a"]})).cross_join(engine.take(privacy.pads(b"very secret")))
    query = str(ibis.to_sql(rows.select(p=privacy.pseudonym(rows.w, rows))))
    assert "very secret" not in query
    assert privacy.pads(b"very secret")["inner_pad"][0].as_py().hex() not in query


@pytest.mark.parametrize(("value", "step", "coarse"), [
    (2**63 - 1, 5, 9223372036854775805), (2**53 + 1, 2, 2**53), (-(2**63), 5, -(2**63)), (-7, 5, -10), (-5, 5, -5), (None, 5, None),
])  # fmt: skip
def test_huge_whole_numbers_are_coarsened_exactly(engine: Any, value: int | None, step: int, coarse: int | None) -> None:
    rows = engine.take(pa.table({"v": pa.array([value], pa.int64())}))
    column = Column.model_validate({"type": "int", "coarsen": {"step": step}, "privacy": "quasi"})
    assert rows.select(v=privacy.coarse(rows.v, column)).to_pyarrow()["v"].to_pylist() == [coarse]


@pytest.mark.parametrize(("column", "kind", "value"), [
    ({"type": "float", "coarsen": {"step": 5}}, pa.float64(), 12.0), ({"type": "int", "coarsen": {"step": 2.5}}, pa.int64(), 12),
    ({"type": "decimal", "coarsen": {"step": 0.5}}, pa.decimal128(18, 2), None), ({"type": "date", "coarsen": {"to": "month"}}, pa.date32(), dt.date(1990, 5, 17)),
    ({"type": "timestamp", "coarsen": {"to": "year"}}, pa.timestamp("us", "UTC"), dt.datetime(1990, 5, 17, 1, tzinfo=dt.UTC)),
])  # fmt: skip
def test_a_coarser_value_is_of_the_same_type_in_the_lake(
    engine: Any, tmp_path: Path, column: dict[str, Any], kind: Any, value: Any
) -> None:
    rows = engine.take(pa.table({"v": pa.array([value], kind)}))
    made = rows.select(v=privacy.coarse(rows.v, Column.model_validate(column | {"privacy": "quasi"})))
    engine.write(made, str(tmp_path / "t"))
    assert engine.read(str(tmp_path / "t")).schema()["v"].to_pyarrow() == kind


@pytest.mark.parametrize(("value", "coarse"), [(1.7e308, 1.7e308), (-2.5, -5.0), (2.0**63, 2.0**63), (None, None)])
def test_huge_floats_are_coarsened_without_whole_numbers(engine: Any, value: float | None, coarse: float | None) -> None:
    rows = engine.take(pa.table({"v": pa.array([value], pa.float64())}))
    column = Column.model_validate({"type": "float", "coarsen": {"step": 5}, "privacy": "quasi"})
    assert rows.select(v=privacy.coarse(rows.v, column)).to_pyarrow()["v"].to_pylist() == [coarse]
