"""What a customer buys next."""

import datetime as dt

from chaland.history import History
from chaland.targets import next as coming


def upcoming(shop: History, day: dt.date, days: int) -> dict[str, str]:
    told = coming.label(shop.before(day), shop.after(day, days), coming.Options(by="who", days=days), "id").to_pyarrow().to_pylist()
    return {row["id"]: row["_label"] for row in told}


def test_the_first_word_of_the_days_ahead_counts(shop: History) -> None:
    assert upcoming(shop, dt.date(2024, 5, 1), 30) == {"a": "food.tea.green"}


def test_of_several_words_at_one_moment_the_first_of_the_alphabet_counts(shop: History) -> None:
    earlier = shop.tables["lines"].mutate(at=shop.tables["lines"].at - __import__("ibis").interval(days=1))
    both = History({**shop.tables, "lines": shop.tables["lines"].union(earlier)}, shop.specs)
    assert upcoming(both, dt.date(2024, 1, 1), 5)["a"] == "food.tea"
