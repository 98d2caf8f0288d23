"""Features are made of the past, one row per customer."""

from chaland.flow.run import Run


def test_each_family_is_a_table_of_the_lake(looking: Run) -> None:
    rows = looking.lake.table(looking.engine, "features/profile").to_pyarrow()
    assert rows.column_names == ["id", "plan", "visits", "spent", "age"]


def test_neither_answer_nor_identifier_is_a_feature(looking: Run) -> None:
    made = looking.needed("features")["facts"]["families"]["profile"]["made"]
    assert {"left", "phone"}.isdisjoint(one["name"] for one in made)
