"""An engine, and a table of text rows to put through the contract."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.ports import Engine
from chaland.prepare import contract, privacy
from chaland.spec import Table
from chaland.spec.site import Limits
from tests import sparking

Enforce = Callable[..., list[dict[str, Any]]]


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=sparking.LOOPBACK)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "spark":
        engine: Engine = sparking.engine(tmp_path)
    else:
        engine = Adapter(Options(threads=1), tmp_path / "project" / "staging", Limits())
    yield engine
    engine.close()


def table_of(columns: dict[str, Any], **words: Any) -> Table:
    return Table.model_validate({"role": "customers", "source": {"kind": "csv"}, "columns": columns} | words)


def rows_of(values: dict[str, list[str | None]], faults: list[str | None] | None = None) -> pa.Table:
    count = len(next(iter(values.values())))
    text = {name: pa.array(column, pa.string()) for name, column in values.items()}
    place = {"_file": ["made_up.csv"] * count, "_line": pa.array(range(2, count + 2), pa.int64())}
    return pa.table(text | place | {"_fault": pa.array(faults or [None] * count, pa.string())})


@pytest.fixture
def enforced(engine: Engine) -> Callable[..., ir.Table]:
    def enforce(
        table: Table, values: dict[str, list[str | None]], faults: list[str | None] | None = None, secret: bytes = b"made up"
    ) -> ir.Table:
        return engine.pin(contract.enforce(engine.take(rows_of(values, faults)), table, engine.take(privacy.pads(secret))))

    return enforce


@pytest.fixture
def typed(enforced: Callable[..., ir.Table]) -> Callable[..., list[Any]]:
    """The values that texts become in a column of some type, null where they are none of it."""

    def read(texts: list[str | None], **column: Any) -> list[Any]:
        told = enforced(table_of({"c": column | {"broken": "null"}}), {"c": texts})
        return told.order_by("_line").to_pyarrow()["c"].to_pylist()

    return read
