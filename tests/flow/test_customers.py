"""Customers are gathered with the features of their families."""

from chaland.flow.customers import customer_key, described, gathered, history
from chaland.flow.run import Run


def test_every_accepted_customer_is_gathered_once(looking: Run) -> None:
    rows = gathered(looking, ["profile"]).to_pyarrow()
    accepted = history(looking).customers()[1].count().to_pyarrow().as_py()
    assert len(rows) == len({*rows[customer_key(looking)].to_pylist()}) == accepted


def test_features_are_described_in_the_order_they_are_gathered(looking: Run) -> None:
    names = [feature.name for feature in described(looking, ["profile"])]
    assert names == [name for name in gathered(looking, ["profile"]).columns if name != customer_key(looking)]
    assert names == ["plan", "visits", "spent", "age"]
