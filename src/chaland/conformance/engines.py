"""What every engine must do: inherit `EngineConformance` and give it an engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland import history
from chaland.errors import DataError, Where
from chaland.ports import Engine
from chaland.prepare import privacy

AWKWARD = pa.table(
    {
        "id": pa.array([1, 2, 3, 4], pa.int64()),
        "word": ["", None, "é 漢 😀", " x "],
        "number": pa.array([0.1, None, -0.0, 1e300]),
        "big": pa.array([9_223_372_036_854_775_807, None, -1, 0], pa.int64()),
        "money": pa.array([Decimal("1.10"), None, Decimal("-0.01"), Decimal("999999999999.99")], pa.decimal128(18, 2)),
        "day": pa.array([dt.date(2024, 2, 29), None, dt.date(1600, 1, 1), dt.date(2999, 12, 31)]),
        "time": pa.array(
            [dt.datetime(2024, 3, 31, 1, 30, tzinfo=dt.UTC), None, *[dt.datetime(1970, 1, 1, tzinfo=dt.UTC)] * 2], pa.timestamp("us", "UTC")
        ),
        "truth": [True, None, False, True],
    }
)


def doubled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Each id twice as large; a function that any engine can run where its rows are."""
    for batch in batches:
        yield pa.RecordBatch.from_pydict(
            {"twice": [2 * value for value in batch.column("id").to_pylist()]}, schema=pa.schema([("twice", pa.int64())])
        )


LINES = pa.schema([("line", pa.int64()), ("said", pa.string()), ("_file", pa.string())])


def numbered(path: str) -> Iterator[pa.RecordBatch]:
    """The lines of a text file with their numbers; one that holds "poison" is refused."""
    with open(path, encoding="utf-8") as file:
        said = file.read().splitlines()
    if "poison" in said:
        raise DataError(f"{Path(path).name} is poisoned", where=Where(Path(path).name), next="Ask for it anew.", code="poison")
    columns = {"line": range(1, len(said) + 1), "said": said, "_file": [Path(path).name] * len(said)}
    yield pa.RecordBatch.from_pydict({name: list(column) for name, column in columns.items()}, schema=LINES)


class EngineConformance:
    """The laws of an engine."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        """Give the engine to examine."""
        raise NotImplementedError

    def rows(self, table: Any) -> list[dict[str, Any]]:
        """A table's rows, in the order of its first column."""
        found: list[dict[str, Any]] = table.order_by(table.columns[0]).to_pyarrow().to_pylist()
        return found

    def test_what_is_taken_comes_back_unchanged(self, engine: Engine) -> None:
        assert AWKWARD.to_pylist() == self.rows(engine.take(AWKWARD))

    def test_what_is_written_is_read_back_unchanged(self, engine: Engine, tmp_path: Path) -> None:
        engine.write(engine.take(AWKWARD), str(tmp_path / "t"))
        assert AWKWARD.to_pylist() == self.rows(engine.read(str(tmp_path / "t")))

    def test_an_empty_table_keeps_its_columns(self, engine: Engine, tmp_path: Path) -> None:
        engine.write(engine.take(AWKWARD.slice(0, 0)), str(tmp_path / "t"))
        assert AWKWARD.column_names == list(engine.read(str(tmp_path / "t")).columns)
        assert self.rows(engine.read(str(tmp_path / "t"))) == []

    def test_overwriting_leaves_only_the_new_rows(self, engine: Engine, tmp_path: Path) -> None:
        engine.write(engine.take(AWKWARD), str(tmp_path / "t"))
        engine.write(engine.take(pa.table({"other": [1]})), str(tmp_path / "t"))
        assert [{"other": 1}] == self.rows(engine.read(str(tmp_path / "t")))

    def test_an_older_version_can_still_be_read(self, engine: Engine, tmp_path: Path) -> None:
        first = engine.write(engine.take(pa.table({"a": [1]})), str(tmp_path / "t"))
        engine.write(engine.take(pa.table({"a": [2]})), str(tmp_path / "t"))
        assert [{"a": 1}] == self.rows(engine.read(str(tmp_path / "t"), first))

    def test_appending_adds_rows(self, engine: Engine, tmp_path: Path) -> None:
        for value in (1, 2):
            engine.write(engine.take(pa.table({"a": [value]})), str(tmp_path / "t"), "append")
        assert [{"a": 1}, {"a": 2}] == self.rows(engine.read(str(tmp_path / "t")))

    def test_merging_updates_known_keys_and_adds_the_others(self, engine: Engine, tmp_path: Path) -> None:
        engine.write(engine.take(pa.table({"k": ["a", "b"], "v": [1, 1]})), str(tmp_path / "t"))
        engine.write(engine.take(pa.table({"k": ["b", "c"], "v": [2, 2]})), str(tmp_path / "t"), "merge", "k")
        assert [("a", 1), ("b", 2), ("c", 2)] == [(row["k"], row["v"]) for row in self.rows(engine.read(str(tmp_path / "t")))]

    def test_a_table_may_be_overwritten_by_what_is_read_from_it(self, engine: Engine, tmp_path: Path) -> None:
        engine.write(engine.take(pa.table({"a": [1, 2, 3]})), str(tmp_path / "t"))
        rows = engine.read(str(tmp_path / "t"))
        engine.write(rows.filter(rows.a > 1), str(tmp_path / "t"))
        assert [{"a": 2}, {"a": 3}] == self.rows(engine.read(str(tmp_path / "t")))

    def test_a_table_that_was_read_stays_as_it_was(self, engine: Engine, tmp_path: Path) -> None:
        engine.write(engine.take(pa.table({"a": [1]})), str(tmp_path / "t"))
        rows = engine.read(str(tmp_path / "t"))
        engine.write(engine.take(pa.table({"a": [2, 3]})), str(tmp_path / "t"))
        assert self.rows(rows) == [{"a": 1}]

    def test_rows_come_in_batches_in_their_order(self, engine: Engine) -> None:
        batches = engine.take(AWKWARD).order_by("id").to_pyarrow_batches(chunk_size=2)
        assert AWKWARD.to_pylist() == [row for batch in batches for row in batch.to_pylist()]

    def test_files_are_read_where_the_engine_runs(self, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("files")
        for name, text in (("a.txt", "x\ny\n"), ("b.txt", "é\n"), ("c.txt", "")):
            (folder / name).write_text(text, encoding="utf-8")
        told = engine.rows([str(folder / name) for name in ("a.txt", "b.txt", "c.txt")], numbered, LINES)
        found = {(row["_file"], row["line"], row["said"]) for row in told.to_pyarrow().to_pylist()}
        assert found == {("a.txt", 1, "x"), ("a.txt", 2, "y"), ("b.txt", 1, "é")}

    def test_no_files_are_no_rows(self, engine: Engine) -> None:
        assert engine.rows([], numbered, LINES).to_pyarrow().to_pylist() == []

    def test_what_a_reader_refuses_is_told_as_it_was_said(self, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("files")
        (folder / "good.txt").write_text("x\n")
        (folder / "bad.txt").write_text("poison\n")
        with pytest.raises(DataError, match=r"bad\.txt is poisoned") as told:
            engine.rows([str(folder / name) for name in ("good.txt", "bad.txt")], numbered, LINES)
        assert told.value.code == "poison"

    def test_sql_sees_the_tables_it_is_given(self, engine: Engine) -> None:
        told = engine.sql(
            "select word, count(*) as n from people group by word order by word",
            {"people": engine.take(pa.table({"word": ["b", "a", "b"]}))},
        )
        assert [{"word": "a", "n": 1}, {"word": "b", "n": 2}] == self.rows(told)

    def test_a_pinned_table_is_the_same_table(self, engine: Engine) -> None:
        assert AWKWARD.to_pylist() == self.rows(engine.pin(engine.take(AWKWARD)))

    def test_a_function_is_applied_to_every_row(self, engine: Engine) -> None:
        told = engine.apply(engine.take(AWKWARD.slice(2, 2).select(["id"])), doubled, pa.schema([("twice", pa.int64())]))
        assert [{"twice": 6}, {"twice": 8}] == self.rows(told)

    def test_the_keyed_hash_is_that_of_rfc_2104(self, engine: Engine) -> None:
        import hashlib
        import hmac

        words = ["", "a", "é 漢 😀", "x" * 200]
        for secret in (b"k", b"s" * 32, b"long" * 40):
            rows = engine.take(pa.table({"word": words})).cross_join(engine.take(privacy.pads(secret)))
            told = {row["word"]: row["p"] for row in rows.select("word", p=privacy.pseudonym(rows.word, rows)).to_pyarrow().to_pylist()}
            assert {word: hmac.new(secret, word.encode(), hashlib.sha256).hexdigest()[:32] for word in words} == told

    def test_seconds_and_days_are_counted_from_1970_and_rounded_down(self, engine: Engine) -> None:
        start = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        apart = [dt.timedelta(seconds=n) for n in (0, 0.999999, -0.000001, -86_400, -86_400.5, 86_399.5, 1_582_934_400, -2_208_988_800.25)]
        times = pa.array([*(start + one for one in apart), None], pa.timestamp("us", "UTC"))
        rows = engine.take(pa.table({"at": times, "day": times.cast(pa.date32(), safe=False)}))
        told = self.rows(rows.select(at=history.seconds(rows.at), day=history.days(rows.at), begun=history.seconds(rows.day)))
        floored = [(one // dt.timedelta(seconds=1), one.days, one.days * history.DAY) for one in apart]
        found = [(row["at"], row["day"], row["begun"]) for row in told]
        assert sorted([*floored, (None, None, None)], key=str) == sorted(found, key=str)

    def test_a_moment_lies_on_a_day_or_before_it(self, engine: Engine) -> None:
        day = dt.date(2024, 2, 29)
        times = [dt.datetime(2024, 2, 28, 23, 59, 59, 999_999), dt.datetime(2024, 2, 29), dt.datetime(2024, 3, 1), None]
        zoned, naive = pa.array(times, pa.timestamp("us", "UTC")), pa.array(times, pa.timestamp("us"))
        rows = engine.take(pa.table({"zoned": zoned, "naive": naive, "day": zoned.cast(pa.date32(), safe=False)}))
        told = self.rows(rows.select(**{name: history.since(rows[name], day) for name in ("zoned", "naive", "day")}))
        assert sorted([(False,) * 3, (True,) * 3, (True,) * 3, (None,) * 3], key=str) == sorted(
            [tuple(row.values()) for row in told], key=str
        )
