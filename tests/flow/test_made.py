"""Tables that SQL makes of others go the way of all rows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chaland.errors import DataError
from chaland.flow import show
from chaland.flow.ask import customer
from chaland.flow.home import Home
from chaland.flow.parity import parity
from chaland.flow.run import Asked, Outcome, Run, opened, perform
from chaland.reading import read_project
from chaland.spec.site import Site
from tests import sparking

PROJECT = """
name = "mini"
[tables.customers]
role = "customers"
amount = "spent"
source = { kind = "sql", query = "select customer, count(distinct invoice) as invoices, sum(amount) as spent, max(day) as last_day, avg(quantity) as mean, max(product) as product from lines group by customer" }
[tables.customers.columns]
customer = { role = "key" }
invoices = { type = "int" }
spent = { type = "decimal", max = 100 }
last_day = { type = "date" }
mean = { type = "float" }
product = { words = { A = "apple" } }
[tables.customers.derive]
per_invoice = "spent / invoices"
[tables.customers.rules]
buys = "invoices > 0"
[tables.lines]
role = "transactions"
source = { kind = "csv", path = "*.csv" }
[tables.lines.columns]
invoice = { role = "order", matches = "[0-9]+" }
customer = { required = true, privacy = "identifier" }
product = {}
day = { type = "date", role = "time" }
quantity = { type = "int", role = "quantity" }
price = { type = "decimal", scale = 4 }
[tables.lines.derive]
amount = "quantity * price"
[tables.products]
role = "reference"
source = { kind = "sql", query = "select product, 1.5 as factor from lines" }
[tables.products.columns]
product = { role = "key" }
factor = { type = "float" }
"""
LINES = """invoice,customer,product,day,quantity,price
1,C1,A,2026-01-01,2,0.0025
1,C1,B,2026-01-01,1,2.25
2,C2,A,2026-01-02,3,1.5
2,C2,A,2026-01-02,3,1.5
3,,A,2026-01-03,1,9
C4,C1,A,2026-01-04,-1,1.5
5,C3,B,2026-01-05,4,70
"""


def write(folder: Path, project: str = PROJECT) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "lines.csv").write_text(LINES)
    (folder / "mini.toml").write_text(project)
    return folder


def ran(data: Path) -> tuple[dict[str, Outcome], dict[str, list[dict[str, Any]]], dict[str, Any]]:
    with opened(read_project(data / "mini.toml"), Site(), Home(data.parent / "home", "mini"), Asked(data)) as run:
        outcomes = {one.name: one for one in perform(run, ["ingest", "prepare"])}
        names = ("clean/customers", "quarantine/customers", "ledger/customers", "clean/products", "clean/lines")
        rows = {name: run.lake.table(run.engine, name).order_by("_line").to_pyarrow().to_pylist() for name in names}
        return outcomes, rows, _told(run)


def _told(run: Run) -> dict[str, Any]:
    return {"c2": customer(run, "C2"), "tables": show._tables({name: (run.record(name) or {})["facts"] for name in ("ingest", "prepare")})}


def test_rules_merging_money_and_audit_hold_for_them_too(tmp_path: Path) -> None:
    outcomes, rows, _ = ran(write(tmp_path / "data"))
    facts = outcomes["prepare"].facts["tables"]
    assert list(facts) == ["customers", "lines", "products"]
    told = {name: [facts[name][part] for part in ("read", "accepted", "quarantined", "merged", "reasons")] for name in facts}
    assert told == {"customers": [3, 2, 1, 0, {"spent.max": 1}], "lines": [7, 4, 2, 1, {"customer.required": 1, "invoice.matches": 1}],
                    "products": [4, 2, 0, 2, {}]}  # fmt: skip
    assert (facts["customers"]["money"], facts["customers"]["worth"]) == ({"spent.max": 280.0}, 6.76)
    assert [(row["column"], row["rule"], row["before"], row["after"]) for row in rows["ledger/customers"] if row["rule"] == "words"] == [
        ("product", "words", "A", "apple")
    ]
    assert facts["customers"]["audit"]["before"]["validity"] == 94.44


def test_money_is_rounded_once_and_a_key_is_not_sealed_twice(tmp_path: Path) -> None:
    _, rows, told = ran(write(tmp_path / "data"))
    by_key = {row["customer"]: row for row in rows["clean/customers"]}
    assert by_key.keys() == {row["customer"] for row in rows["clean/lines"]} - {row["customer"] for row in rows["quarantine/customers"]}
    assert {(row["spent"], row["invoices"], row["mean"], row["per_invoice"]) for row in by_key.values()} == {
        (Decimal("2.26"), 1, 1.5, 2.26),
        (Decimal("4.50"), 1, 3.0, 4.5),
    }
    assert {row["_file"] for row in rows["clean/customers"]} == {"sql"}
    assert told["c2"]["values"]["spent"] == Decimal("4.50")
    assert (told["tables"]["customers"]["read"], told["tables"]["customers"]["skipped"]) == (3, 0)


def test_another_query_does_not_read_the_files_again(tmp_path: Path) -> None:
    ran(write(tmp_path / "data"))
    changed = write(tmp_path / "data", PROJECT.replace("1.5 as factor", "2.5 as factor"))
    outcomes, rows, _ = ran(changed)
    assert (outcomes["ingest"].skipped, outcomes["prepare"].skipped) == (True, False)
    assert {row["factor"] for row in rows["clean/products"]} == {2.5}


def test_a_query_that_fails_on_some_row_is_told_without_the_row(tmp_path: Path) -> None:
    bad = PROJECT.replace("1.5 as factor", "cast(cast(product as integer) as double) as factor")
    with pytest.raises(DataError, match="the query of the table 'products' fails") as caught:
        ran(write(tmp_path / "data", bad))
    assert (caught.value.code, caught.value.faults[0].said) == ("sql", "it cannot be computed on some row")


@sparking.LOOPBACK
def test_both_engines_make_the_same_rows(tmp_path: Path) -> None:
    sparking.needed()
    data = write(tmp_path / "data")
    told = parity(read_project(data / "mini.toml"), Site(), Home(tmp_path / "home", "mini"), Asked(data), ["duckdb", "spark"])
    assert {one["table"]: one["rows"] for one in told["tables"]}["clean/customers"] == 2
