"""The laws of a store. Inherit them in a test and say how a store is opened:

class TestMongoDB(StoreConformance):
    @pytest.fixture
    def open_store(self, tmp_path):
        return lambda: Adapter(Options(), tmp_path)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from chaland.ports import Store

ODD: dict[str, tuple[pa.DataType, Any]] = {
    "long_number": (pa.int64(), -8_999_999_999_999_999_999),
    "small_number": (pa.int8(), -128),
    "tenth": (pa.float64(), 0.1),
    "tiny": (pa.float64(), 5e-324),
    "whole_float": (pa.float64(), 3.0),
    "money": (pa.decimal128(38, 2), Decimal("123456789012345678901234567890123456.78")),
    "no_cents": (pa.decimal128(9, 2), Decimal("5.00")),
    "yes": (pa.bool_(), True),
    "day": (pa.date32(), date(2024, 2, 29)),
    "instant": (pa.timestamp("us", tz="UTC"), datetime(2024, 10, 27, 0, 30, 0, 1, tzinfo=UTC)),
    "empty": (pa.string(), ""),
    "text": (pa.string(), "Zoë «l'été» 日本 😀\x00\n\"'\\"),
    "bytes": (pa.binary(), b"\x00\xff"),
    "nothing": (pa.string(), None),
    "no_number": (pa.int64(), None),
    "reasons": (pa.list_(pa.string()), ["a", "é"]),
}
"""Values that careless stores change, each with its Arrow type."""


def batch(**columns: list[Any]) -> pa.RecordBatch:
    """A batch whose types Arrow guesses."""
    return pa.RecordBatch.from_pydict(columns)


class StoreConformance:
    """Laws that hold of every store; a subclass gives the fixture `open_store`, a function that opens one and the same store again and again."""

    @pytest.fixture
    def open_store(self) -> Callable[[], Store]:
        raise NotImplementedError("give a fixture `open_store` that returns a function without arguments")

    @pytest.fixture
    def store(self, open_store: Callable[[], Store]) -> Iterator[Store]:
        """A store, open during the test."""
        opened = open_store()
        yield opened
        opened.close()

    def test_it_is_a_store(self, store: Store) -> None:
        assert isinstance(store, Store)

    def test_what_was_never_put_is_not_there(self, store: Store) -> None:
        assert (store.get("scores", "a"), store.scan("scores")) == (None, [])

    @pytest.mark.parametrize("name", ODD)
    def test_a_value_comes_back_as_it_went_in(self, store: Store, name: str) -> None:
        type_, value = ODD[name]
        store.put("odd", "key", pa.RecordBatch.from_arrays([pa.array(["k"]), pa.array([value], type_)], ["key", name]))
        found = store.get("odd", "k")
        assert found == {"key": "k", name: value}
        assert type(found[name]) is type(value)

    def test_an_instant_is_given_back_in_utc(self, store: Store) -> None:
        paris = pa.array([datetime(2024, 7, 1, 2, tzinfo=timezone(timedelta(hours=2)))], pa.timestamp("us", tz="Europe/Paris"))
        store.put("times", "key", pa.RecordBatch.from_arrays([pa.array(["k"]), paris], ["key", "at"]))
        found = store.get("times", "k")
        assert found is not None
        assert (found["at"], found["at"].utcoffset()) == (datetime(2024, 7, 1, tzinfo=UTC), timedelta())

    def test_a_time_without_zone_is_utc(self, store: Store) -> None:
        store.put("times", "key", batch(key=["k"], at=[datetime(2024, 7, 1, 12)]))
        assert store.get("times", "k") == {"key": "k", "at": datetime(2024, 7, 1, 12, tzinfo=UTC)}

    def test_putting_twice_changes_nothing(self, store: Store) -> None:
        rows = batch(key=["a", "b"], value=[1, 2])
        store.put("scores", "key", rows)
        once = store.scan("scores")
        store.put("scores", "key", rows)
        assert store.scan("scores") == once == rows.to_pylist()

    def test_a_later_row_replaces_the_whole_earlier_one(self, store: Store) -> None:
        store.put("scores", "key", batch(key=["a"], value=[1], extra=["x"]))
        store.put("scores", "key", batch(key=["a"], value=["one"]))
        assert store.get("scores", "a") == {"key": "a", "value": "one"}

    def test_of_rows_with_one_key_the_last_stays(self, store: Store) -> None:
        store.put("scores", "key", batch(key=["a", "b", "a"], value=[1, 2, 3]))
        assert store.scan("scores") == [{"key": "a", "value": 3}, {"key": "b", "value": 2}]

    def test_whole_numbers_may_be_keys(self, store: Store) -> None:
        store.put("scores", "customer", batch(customer=[9_007_199_254_740_993], value=[1]))
        assert store.get("scores", "9007199254740993") == {"customer": 9_007_199_254_740_993, "value": 1}

    def test_a_batch_with_a_null_key_is_refused_whole(self, store: Store) -> None:
        with pytest.raises(ValueError, match="key"):
            store.put("scores", "key", batch(key=["a", None], value=[1, 2]))
        assert store.scan("scores") == []

    def test_a_batch_without_rows_is_no_fault(self, store: Store) -> None:
        store.put("scores", "key", batch(key=["a"], value=[1]).slice(0, 0))
        assert store.scan("scores") == []

    def test_collections_are_strangers_to_one_another(self, store: Store) -> None:
        store.put("one", "key", batch(key=["a"], value=[1]))
        store.put("two", "key", batch(key=["a"], value=[2]))
        store.erase("two", ["a"])
        assert (store.get("one", "a"), store.get("two", "a")) == ({"key": "a", "value": 1}, None)

    def test_names_and_keys_may_hold_any_text(self, store: Store) -> None:
        odd = "'; drop table rows; -- %_.$ é"
        store.put(odd, "key", batch(key=[odd], value=[1]))
        assert (store.get(odd, odd), store.scan("other")) == ({"key": odd, "value": 1}, [])

    def test_a_scan_page_by_page_meets_every_row_once_in_the_order_of_code_points(self, store: Store) -> None:
        keys = ["é", "b", "Z", "a", "10", "9", "😀", "\uffee", ""]
        store.put("scores", "key", batch(key=keys))
        met: list[str] = []
        while page := store.scan("scores", after=met[-1] if met else None, limit=2):
            met += [row["key"] for row in page]
        assert met == sorted(keys)

    def test_erasing_forgets_these_and_counts_them(self, store: Store) -> None:
        many = [f"{number:04}" for number in range(2500)]
        store.put("scores", "key", batch(key=[*many, "stays"]))
        assert store.erase("scores", [*many, many[0], "was never there"]) == 2500
        assert store.scan("scores") == [{"key": "stays"}]
        assert store.erase("scores", []) == 0

    def test_what_was_put_outlives_the_store_that_put_it(self, open_store: Callable[[], Store]) -> None:
        first = open_store()
        first.put("scores", "key", batch(key=["a"]))
        first.close()
        first.close()
        second = open_store()
        assert second.get("scores", "a") == {"key": "a"}
        second.close()

    def test_several_writers_at_once_lose_nothing(self, open_store: Callable[[], Store]) -> None:
        def write(writer: int) -> None:
            opened = open_store()
            for turn in range(5):
                opened.put("scores", "key", batch(key=[f"{writer}-{turn}-{row}" for row in range(20)]))
            opened.close()

        with ThreadPoolExecutor(4) as writers:
            list(writers.map(write, range(4)))
        reader = open_store()
        assert len(reader.scan("scores")) == 400
        reader.close()

    def test_a_reader_sees_a_batch_whole_or_not_at_all(self, open_store: Callable[[], Store], store: Store) -> None:
        keys = [f"{number:04}" for number in range(300)]
        store.put("scores", "key", batch(key=keys, turn=[0] * 300))

        def write() -> None:
            writer = open_store()
            for turn in range(1, 15):
                writer.put("scores", "key", batch(key=keys, turn=[turn] * 300))
            writer.close()

        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write)
            seen = [{row["turn"] for row in store.scan("scores")}]
            while not writing.done():
                seen.append({row["turn"] for row in store.scan("scores")})
            writing.result()
        assert {len(turns) for turns in seen} == {1}
