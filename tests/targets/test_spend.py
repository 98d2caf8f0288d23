"""What a customer will spend."""

from chaland.history import History
from chaland.targets import spend
from tests.features.purchases import DAY


def test_spent_is_what_the_days_ahead_bring_and_nothing_else(shop: History) -> None:
    told = spend.label(shop.before(DAY), shop.after(DAY, 5), spend.Options(by="who", days=5), "id").to_pyarrow().to_pylist()
    assert {row["id"]: row["_label"] for row in told} == {"a": 99.0, "b": 0.0}
