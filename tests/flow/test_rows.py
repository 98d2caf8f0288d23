"""People of a file are scored in their order, or come back with the error."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from chaland.errors import ChalandError, DataError, SpecError
from chaland.flow import ask, whole
from chaland.flow import rows as people
from chaland.flow.run import Run, asking
from tests.flow import shop

FILE = "plan,Visits,spent,age,extra\ncard,30,12.5,44,x\ncash,2,1,19,y\ncard,many,1,19,z\ncard,999,1,19,z\ncash,2\ncard,0,5,20,v\n"


def scored(run: Run, folder: Path, text: str = FILE, out: str = "out.parquet") -> list[dict[str, Any]]:
    (folder / "new.csv").write_text(text)
    people.score_file(run, "leaving", folder / "new.csv", folder / out)
    rows: list[dict[str, Any]] = (pq.read_table(folder / out) if out.endswith("parquet") else pcsv.read_csv(folder / out)).to_pylist()
    return rows


def test_rows_come_back_in_their_order_with_all_their_columns(looking: Run, tmp_path: Path) -> None:
    rows = scored(looking, tmp_path)
    assert [row["extra"] for row in rows] == ["x", "y", "z", "z", None, "v"]
    assert list(rows[0])[:5] == ["plan", "Visits", "spent", "age", "extra"]


def test_rows_that_break_the_contract_come_back_with_the_error(looking: Run, tmp_path: Path) -> None:
    rows = scored(looking, tmp_path)
    assert [row["error"] for row in rows] == [None, None, "visits.type", "visits.max", "ragged", "spends_when_visiting"]
    assert [row["probability"] is None for row in rows] == [False, False, True, True, True, True]


def test_people_who_visit_rarely_are_likelier_to_leave(looking: Run, tmp_path: Path) -> None:
    often, rarely, *_ = scored(looking, tmp_path)
    assert often["probability"] < 0.5 < rarely["probability"]
    assert (often["decision"], rarely["decision"]) == ("negative", "positive")
    assert "Visits" in rarely["reason_1"] or "visits" in rarely["reason_1"]


def test_the_scores_are_those_of_the_step(looking: Run, tmp_path: Path) -> None:
    rows = scored(looking, tmp_path, (looking.asked.data / "test.csv").read_text())
    ids = [line.split(",")[0] for line in (looking.asked.data / "test.csv").read_text().removeprefix(shop.HEADER).splitlines()]
    assert rows[3]["probability"] == pytest.approx(ask.customer(looking, ids[3])["scores"]["leaving"]["probability"], abs=1e-7)


def test_a_scored_file_can_be_scored_again(looking: Run, tmp_path: Path) -> None:
    first = scored(looking, tmp_path, out="out.csv")
    again = scored(looking, tmp_path, (tmp_path / "out.csv").read_text(), "again.csv")
    assert [row["probability"] for row in first[:4]] == [row["probability"] for row in again[:4]]


def test_a_parquet_file_is_scored_too(looking: Run, tmp_path: Path) -> None:
    rows = scored(looking, tmp_path)
    pq.write_table(
        pcsv.read_csv(tmp_path / "new.csv", parse_options=pcsv.ParseOptions(invalid_row_handler=lambda _: "skip")), tmp_path / "new.parquet"
    )
    people.score_file(looking, "leaving", tmp_path / "new.parquet", tmp_path / "two.csv")
    assert pcsv.read_csv(tmp_path / "two.csv")["probability"].to_pylist()[:2] == [row["probability"] for row in rows[:2]]


@pytest.mark.parametrize(
    ("question", "file", "kind", "words"),
    [("leavin", FILE, SpecError, "leavin"), ("leaving", "plan,spent\nx,1\n", DataError, "visits"), ("leaving", None, DataError, "new.csv")],
)
def test_what_cannot_be_scored_is_told(
    looking: Run, tmp_path: Path, question: str, file: str | None, kind: type[ChalandError], words: str
) -> None:
    if file is not None:
        (tmp_path / "new.csv").write_text(file)
    with pytest.raises(kind) as told:
        people.score_file(looking, question, tmp_path / "new.csv", tmp_path / "out.csv")
    assert words in str(told.value)


@pytest.fixture(scope="module")
def heaped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose customers are of two kinds, run once: the folder of its files."""
    data = tmp_path_factory.mktemp("heaped") / "data"
    shop.write(data)
    draw = random.Random(4)
    lines = [_of_a_kind(draw, number) for number in range(300)]
    (data / "learn.csv").write_text(shop.HEADER + "".join(lines[:240]) + shop.DIRTY)
    (data / "test.csv").write_text(shop.HEADER + "".join(lines[240:]))
    whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data))
    return data


@pytest.fixture
def grouped(heaped: Path) -> Iterator[Run]:
    with asking(shop.spec(heaped), shop.SITE, shop.home(heaped), shop.asked(heaped)) as run:
        yield run


def _of_a_kind(draw: random.Random, number: int) -> str:
    """Most come seldom and spend little, the others come often and spend much."""
    seldom = number % 3 > 0
    visits, spent = (draw.randint(1, 8), draw.gauss(40, 8)) if seldom else (draw.randint(30, 45), draw.gauss(700, 40))
    left = draw.random() < (0.85 if seldom else 0.1)
    return f"C{number},+3380{number:07d},{'cash' if seldom else 'card'},{visits},{spent:.2f},{draw.randint(18, 80)},{'yes' if left else 'no'}\n"


def test_those_learnt_from_get_the_groups_and_scores_of_the_steps(grouped: Run, tmp_path: Path) -> None:
    kept = {name: _by_key(grouped, name) for name in ("segments/habits", "scores/leaving")}
    places = {
        (row["_file"], row["_line"]): row["id"] for row in grouped.lake.table(grouped.engine, "clean/people").to_pyarrow().to_pylist()
    }
    for file in ("learn.csv", "test.csv"):
        rows = scored(grouped, tmp_path, (grouped.asked.data / file).read_text())
        known = [(row, places[file, line]) for line, row in enumerate(rows, 2) if (file, line) in places]
        assert len(known) >= 60
        assert [row["segment_habits"] for row, _ in known] == [kept["segments/habits"][key]["group"] for _, key in known]
        assert [row["probability"] for row, _ in known] == [kept["scores/leaving"][key]["probability"] for _, key in known]


def _by_key(run: Run, table: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in run.lake.table(run.engine, table).to_pyarrow().to_pylist()}


def test_groups_stand_between_the_reasons_and_the_error(grouped: Run, tmp_path: Path) -> None:
    columns = list(scored(grouped, tmp_path)[0])
    assert columns[:6] == ["plan", "Visits", "spent", "age", "extra", "probability"]
    assert columns[-3:] == ["segment_habits", "segment_habits_name", "error"]


def test_rows_with_an_error_are_in_no_group(grouped: Run, tmp_path: Path) -> None:
    rows = scored(grouped, tmp_path)
    assert [(row["segment_habits"] is None, row["segment_habits_name"] is None) for row in rows] == [
        (row["error"] is not None,) * 2 for row in rows
    ]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_group_is_named_in_the_language_of_the_command(grouped: Run, tmp_path: Path, lang: str) -> None:
    names = {one["id"]: one["name"][lang] for one in grouped.needed("segment")["facts"]["segments"]["habits"]["groups"]}
    (tmp_path / "new.csv").write_text(FILE)
    told = people.score_file(grouped, "leaving", tmp_path / "new.csv", tmp_path / "out.parquet", lang)
    rows = [row for row in pq.read_table(tmp_path / "out.parquet").to_pylist() if row["error"] is None]
    assert told["segments"] == ["habits"]
    assert [row["segment_habits_name"] for row in rows] == [names[row["segment_habits"]] for row in rows]


def test_columns_of_the_file_named_as_ours_are_replaced(grouped: Run, tmp_path: Path) -> None:
    rows = scored(grouped, tmp_path, "visits,plan,spent,age,segment_habits,error\n3,cash,40,30,77,no\n")
    assert list(rows[0]).count("segment_habits") == 1
    assert (rows[0]["segment_habits"], rows[0]["error"]) == (1, None)


def test_where_no_groups_were_found_nobody_is_put_into_one(looking: Run, tmp_path: Path) -> None:
    assert looking.needed("segment")["facts"]["segments"]["habits"]["k"] is None
    assert [name for name in scored(looking, tmp_path)[0] if name.startswith("segment")] == []


@pytest.mark.parametrize(
    ("fault", "words"), [("missing", "no segments file"), ("tampered", "changed after"), ("foreign", "no segments file of format")]
)
def test_a_segments_file_that_is_not_ours_is_refused(grouped: Run, tmp_path: Path, fault: str, words: str) -> None:
    path = grouped.home.models / "habits.segments.onnx"
    right = path.read_bytes()
    wrong = {
        "tampered": right[:200] + bytes([right[200] ^ 1]) + right[201:],
        "foreign": (grouped.home.models / "leaving.onnx").read_bytes(),
    }
    try:
        path.write_bytes(wrong[fault]) if fault in wrong else path.unlink()
        with pytest.raises(DataError, match=words) as told:
            scored(grouped, tmp_path)
        assert (told.value.exit_code, (tmp_path / "out.parquet").exists()) == (3, False)
    finally:
        path.write_bytes(right)


def test_a_customer_is_told_with_the_name_of_the_group(grouped: Run) -> None:
    names = {one["id"]: one["name"] for one in grouped.needed("segment")["facts"]["segments"]["habits"]["groups"]}
    told = ask.customer(grouped, "C7")["segments"]["habits"]
    assert told == {"group": told["group"], "name": names[told["group"]]}
