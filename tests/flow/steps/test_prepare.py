"""Raw rows become clean ones, and every row and change is accounted for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaland.flow import undone
from chaland.flow.run import Run, opened, perform
from chaland.spec.site import Site
from tests.flow import shop

Prepared = Callable[..., tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shop.write(tmp_path / "data", rows=60)
    return tmp_path / "data"


@pytest.fixture
def prepared(data: Path) -> Prepared:
    def run(rule: str | None = None) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
        with opened(shop.spec(data), Site(), shop.home(data), shop.asked(data)) as current:
            if rule:
                undone.take_back(current, rule)
            outcomes = list(perform(current, ["ingest", "prepare"]))
            return outcomes[-1].facts["tables"]["people"], {name: _rows(current, name) for name in ("clean", "quarantine", "ledger")}

    return run


def _rows(run: Run, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run.lake.table(run.engine, f"{name}/people").order_by(["_file", "_line"]).to_pyarrow().to_pylist()
    return rows


def test_every_row_read_is_accepted_quarantined_or_merged(prepared: Prepared) -> None:
    facts, lake = prepared()
    assert facts["read"] == facts["accepted"] + facts["quarantined"] + facts["merged"] == 69
    assert (facts["accepted"], facts["quarantined"], facts["merged"]) == (len(lake["clean"]), len(lake["quarantine"]), 1)
    assert facts["reasons"] == {"left.required": 1, "ragged": 1, "spends_when_visiting": 1, "unique": 1, "visits.max": 1, "visits.type": 1}


def test_the_ledger_holds_each_value_changed_in_meaning_and_each_merged_row(prepared: Prepared) -> None:
    _, lake = prepared()
    told = [(row["_line"], row["column"], row["rule"], row["before"], row["after"]) for row in lake["ledger"]]
    assert sorted(told) == sorted([
        (50, "plan", "words", "CC", "card"), (50, "spent", "max", "2000", "1000"), (51, "plan", "placeholder", "?", ""), (51, "age", "placeholder", "•", ""),
        (52, "plan", "placeholder", "?", ""), (52, "age", "placeholder", "•", ""), (52, "*", "duplicates", "", ""),
    ])  # fmt: skip


def test_a_rule_taken_back_no_longer_changes_anything(prepared: Prepared) -> None:
    _, before = prepared()
    _, after = prepared("spent.max")
    assert [row["spent"] for row in before["clean"] if row["_line"] == 50 and row["_file"] == "learn.csv"] == [1000.0]
    assert [row["spent"] for row in after["clean"] if row["_line"] == 50 and row["_file"] == "learn.csv"] == [2000.0]
    assert [row["column"] for row in after["ledger"]].count("spent") == 0


def test_a_rule_between_columns_taken_back_lets_its_rows_in(prepared: Prepared) -> None:
    facts, _ = prepared("spends_when_visiting")
    assert "spends_when_visiting" not in facts["reasons"]


def test_what_moved_since_the_last_run_is_told(prepared: Prepared, data: Path) -> None:
    assert prepared()[0]["moved"] == []
    lines = (data / "learn.csv").read_text().splitlines()
    moved = [",".join([*line.split(",")[:4], "900", *line.split(",")[5:]]) for line in lines[1:49]]
    (data / "learn.csv").write_text("\n".join([lines[0], *moved]) + "\n")
    assert [one["column"] for one in prepared()[0]["moved"]] == ["spent"]


def test_an_optional_column_that_no_file_has_is_no_gap(prepared: Prepared, data: Path) -> None:
    for file in data.glob("*.csv"):
        lines = file.read_text().splitlines()
        file.write_text("\n".join(",".join(part for place, part in enumerate(line.split(",")) if place != 1) for line in lines) + "\n")
    assert "phone:present" not in prepared()[0]["measured"]


def test_the_money_of_rows_left_out_is_told_by_reason(prepared: Prepared, data: Path) -> None:
    project = data / "shop.toml"
    project.write_text(project.read_text().replace('role = "customers"', 'role = "customers"\namount = "visits * spent"', 1))
    facts, lake = prepared()
    assert facts["money"] == {"merged": 40.0, "visits.max": 990.0, "left.required": 30.0, "spends_when_visiting": 0.0, "unique": 1.0}
    assert "_amount" not in lake["clean"][0]
    assert "_amount" not in lake["quarantine"][0]


def test_a_rule_that_only_flags_is_counted_and_takes_no_row_away(prepared: Prepared, data: Path) -> None:
    project = data / "shop.toml"
    flagging = 'spends_when_visiting = { sql = "spent = 0 or visits > 0", broken = "flag" }'
    project.write_text(project.read_text().replace('spends_when_visiting = "spent = 0 or visits > 0"', flagging))
    facts, lake = prepared()
    assert facts["flagged"] == {"spends_when_visiting": 1}
    assert "spends_when_visiting" not in facts["reasons"]
    assert [row["_line"] for row in lake["clean"] if row["visits"] == 0] == [56]
