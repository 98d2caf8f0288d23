"""Customers are put into groups, or into none."""

from chaland.flow.run import Run


def test_every_customer_has_a_group_or_nobody_has(looking: Run) -> None:
    told = looking.needed("segment")["facts"]["segments"]["habits"]
    groups = looking.lake.table(looking.engine, "segments/habits").to_pyarrow()["group"].to_pylist()
    assert {*groups} == ({one["id"] for one in told["groups"]} or {None})
    assert sum(one["size"] for one in told["groups"]) in (0, len(groups))
