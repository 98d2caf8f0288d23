"""Who goes quiet."""

from chaland.history import History
from chaland.targets import inactivity
from tests.features.purchases import DAY


def quiet(shop: History, days: int) -> dict[str, bool]:
    options = inactivity.Options(by="who", days=days)
    return {
        row["id"]: row["_label"]
        for row in inactivity.label(shop.before(DAY), shop.after(DAY, days), options, "id").to_pyarrow().to_pylist()
    }


def test_quiet_is_who_buys_nothing_in_the_days_ahead(shop: History) -> None:
    assert [quiet(shop, 5), quiet(shop, 30)] == [{"a": False, "b": True}, {"a": False, "b": False}]


def test_who_never_bought_cannot_go_quiet(shop: History) -> None:
    assert "c" not in quiet(shop, 60)
