"""The shipped retail project: its cleaning floor, and what stands beside it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import chaland
from chaland.flow.home import Home
from chaland.flow.run import Asked, opened, perform
from chaland.spec import Site

LINES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1001,10001A,LAMP,5,12/1/2010 8:26,2.00,17001,France
1002,10001A,LAMP,4,12/13/2010 9:00,2.00,17001,France
1002,10001A,LAMP,4,12/13/2010 9:00,2.00,17001,France
C1003,10001A,LAMP,-6,12/20/2010 9:00,2.00,17001,France
1004,10001A,LAMP,7,12/21/2010 9:00,2.00,17001,France
1005,POST,POSTAGE,1,12/21/2010 9:30,18.00,17001,France
1006,10002,CUP,2,12/22/2010 9:30,0.0025,17002,Spain
1007,10002,CUP,1,12/22/2010 9:31,0,17002,Spain
1008,10002,CUP,1,12/22/2010 9:32,1.10,,Spain
A1009,B,Adjust bad debt,1,12/22/2010 9:33,-50.00,,Spain
C1010,10003,BOX,-1,12/23/2010 9:34,3.00,17002,Spain
"""


def prepared(data: Path, home: Path) -> tuple[dict[str, Any], Any]:
    """What `prepare` found, and a function that gives a lake table's rows."""
    project = chaland.read("retail")
    with opened(project, Site(), Home(home, project.name), Asked(data)) as run:
        facts = list(perform(run, ["ingest", "prepare"]))[-1].facts["tables"]
    return facts, chaland.open_lake("retail", home=home)


@pytest.fixture
def made_up(tmp_path: Path) -> tuple[dict[str, Any], Any]:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lines.csv").write_text(LINES)
    return prepared(tmp_path / "data", tmp_path / "home")


def test_each_line_that_falls_away_says_why_and_for_how_much(made_up: tuple[dict[str, Any], Any]) -> None:
    lines = made_up[0]["lines"]
    assert lines["reasons"] == {"customer.required": 2, "invoice.matches": 2, "price.min": 1}
    assert lines["money"] == {"customer.required": -48.9, "invoice.matches": -15.0, "merged": 8.0, "price.min": 0.0}
    assert (lines["read"], lines["accepted"], lines["merged"], lines["worth"]) == (11, 5, 1, 50.01)


def test_a_cancellation_is_taken_off_the_latest_sale_before_it(made_up: tuple[dict[str, Any], Any]) -> None:
    facts, lake = made_up
    rows = lake.table("clean/netted").filter(lambda row: row.product == "10001A").order_by("time").to_pyarrow().to_pylist()
    assert [(row["invoice"], row["sold"], row["returned"], row["quantity"]) for row in rows] == [("1001", 5, 2, 3), ("1004", 7, 0, 7)]
    assert facts["netted"]["reasons"] == {"not_all_returned": 1}
    assert facts["netted"]["worth"] == 38.01


def test_what_is_no_product_is_set_apart_with_its_money(made_up: tuple[dict[str, Any], Any]) -> None:
    facts, _ = made_up
    assert (facts["goods"]["reasons"], facts["goods"]["money"]) == ({"product.matches": 1}, {"product.matches": 18.0})


def test_customers_are_made_by_sql_and_their_money_is_rounded_once(made_up: tuple[dict[str, Any], Any]) -> None:
    _, lake = made_up
    rows = lake.table("clean/customers").order_by("spent").to_pyarrow().to_pylist()
    assert [(row["invoices"], row["units"], row["spent"]) for row in rows] == [(1, 2, Decimal("0.01")), (4, 17, Decimal("50.00"))]


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["", "bronze/raw_data.parquet"])
def test_the_real_invoices_come_out_the_same_from_csv_and_from_parquet(real_data: Path, tmp_path: Path, folder: str) -> None:
    facts, lake = prepared(real_data / "retail/online_retail_memphis03" / folder, tmp_path)
    told = {name: (table["read"], table["accepted"], table["merged"], table["worth"]) for name, table in facts.items()}
    assert told == {
        "lines": (541_909, 392_692, 5_192, 8_887_208.89),
        "customers": (4_338, 4_338, 0, 8_887_208.89),
        "goods": (392_692, 391_153, 0, 8_737_227.64),
        "movements": (541_909, 401_564, 5_225, 8_278_519.42),
        "netted": (387_938, 385_158, 0, 8_423_618.54),
    }
    lines = lake.table("clean/lines")
    counts = lines.agg(customers=lines.customer.nunique(), invoices=lines.invoice.nunique(), money=lines.amount.sum())
    assert counts.to_pyarrow().to_pylist() == [{"customers": 4_338, "invoices": 18_532, "money": Decimal("8887208.8940")}]
