"""What the words of a table make of its rows, now and again."""

import datetime as dt
from pathlib import Path

from chaland.flow.ruling import again, ruled
from chaland.flow.run import opened, perform
from chaland.flow.undone import in_force
from tests.flow import shop, visits


def test_a_table_made_by_sql_is_made_again_of_fewer_rows(tmp_path: Path) -> None:
    data = visits.write(tmp_path / "data", people=12)
    with opened(visits.spec(data), shop.SITE, visits.home(data), shop.asked(data)) as run:
        list(perform(run, ["ingest", "prepare"]))
        lines = run.lake.table(run.engine, "clean/lines")
        early = lines.filter(lines.day < dt.date(2023, 3, 1))
        made = again(run, "people", {"lines": early}).to_pyarrow()
        assert sum(made["visits"].to_pylist()) == early.count().to_pyarrow().as_py()
        assert {str(one) for one in made["who"].to_pylist()} <= set(
            run.lake.table(run.engine, "clean/people").to_pyarrow()["who"].to_pylist()
        )


def test_derived_columns_and_rules_see_whole_rows(tmp_path: Path) -> None:
    data = visits.write(tmp_path / "data", people=3)
    with opened(visits.spec(data), shop.SITE, visits.home(data), shop.asked(data)) as run:
        list(perform(run, ["ingest"]))
        table = in_force(run)["lines"].model_copy(update={"derive": {"twice": "amount * 2"}})
        rows = ruled(run, run.lake.table(run.engine, "raw/lines"), table).to_pyarrow()
        assert rows["twice"].to_pylist() == [2 * amount for amount in rows["amount"].to_pylist()]
