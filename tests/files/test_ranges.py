"""Big files in parts: the rows, faults, lines and the report of all parts together are those of the whole file."""

from __future__ import annotations

import random
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chaland.files.any_reader import AnyReader
from chaland.files.csv_reader import SAMPLE, CsvReader
from chaland.files.layout import Said
from chaland.files.part import PART, Told, merged
from chaland.files.ranges import divisible, planner, readers
from chaland.files.report import REPORT, FileReport

SIZE = 300_000
MANY = 60_000


def text(lines: list[str], end: str = "\n") -> str:
    return "name,town,n\n" + "".join(line + end for line in lines)


def clean(many: int = MANY) -> list[str]:
    return [f"person {number},Lyon,{number}" for number in range(many)]


def reader(folder: Path, **words) -> CsvReader:
    return CsvReader(str(folder), {name: ((name,), False) for name in ("name", "town", "n")}, block=100_000, **words)


def planned(folder: Path, content: str | bytes, **words) -> pa.Table:
    (folder / "big.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return pa.Table.from_batches(list(planner(reader(folder, **words), SIZE)(str(folder / "big.csv"))))


def rows(batches: list[pa.RecordBatch]) -> tuple[list[dict], list[dict]]:
    every = pa.Table.from_batches(batches).to_pylist()
    return [row for row in every if row["_fault"] not in (REPORT, PART)], [row for row in every if row["_fault"] in (REPORT, PART)]


def both(folder: Path, content: str | bytes, **words) -> tuple[FileReport, FileReport | None]:
    """The report of the whole file and of its parts; the rows are compared here."""
    plan = planned(folder, content, **words)
    assert len(plan) > 1
    path = str(folder / "big.csv")
    whole, [said] = rows(list(reader(folder, **words)(path)))
    parts = [rows(list(one(path))) for one in readers(reader(folder, **words), plan)]
    report = merged([Told.from_json(told["_said"]) for _, [told] in parts])
    if report:
        assert [row for kept, _ in parts for row in kept] == whole
    return FileReport.from_json(said["_said"]), report


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_parts_say_together_what_the_whole_file_says(tmp_path, encoding, end):
    lines = clean()
    lines[MANY // 2] = "Zoé,Nîmes,2"
    whole, parts = both(tmp_path, text(lines, end).encode(encoding))
    assert (asdict(parts), parts.read, parts.path_taken) == (asdict(whole), MANY, "fast")


def test_faults_blanks_and_repeated_headers_keep_their_lines_and_counts(tmp_path):
    lines = clean()
    for place, line in ((10, "a,b"), (20_001, "name,town,n"), (30_000, ""), (40_000, "a,b,c,d"), (MANY - 1, "a,b")):
        lines[place] = line
    whole, parts = both(tmp_path, text(lines))
    assert asdict(parts) == asdict(whole)
    assert (parts.faults, parts.skipped["repeated_header"], parts.skipped["blank"]) == ({"ragged": 3}, 1, 1)


def test_title_lines_and_a_footer_are_told_once(tmp_path):
    whole, parts = both(tmp_path, "Sales of May\n\n" + text([*clean(), "Total"]))
    assert asdict(parts) == asdict(whole)
    assert (parts.skipped["title"], parts.skipped["footer"]) == (1, 1)


def test_a_last_line_that_is_cut_is_told(tmp_path):
    whole, parts = both(tmp_path, text(clean()) + "person x,Ly")
    assert (asdict(parts), parts.truncated) == (asdict(whole), True)


def test_quotes_that_close_on_their_line_do_not_hinder(tmp_path):
    lines = clean()
    lines[25_000] = '"Saint, ""the""",Lyon,1'
    whole, parts = both(tmp_path, text(lines))
    assert asdict(parts) == asdict(whole)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(text([*clean(), '"two', 'lines",Lyon,3']), id="a record over two lines"),
        pytest.param(text([*clean(), 'a 6" nail,Lyon,3']), id="a lone quote"),
        pytest.param(text(clean()).encode("utf-16"), id="two bytes a letter"),
        pytest.param(text(clean()).replace("\n", "\r"), id="lines that end with a carriage return"),
        pytest.param(text(clean()).encode() + b"a\xff\xfe,\xe9\xc3,\x81\n" * 2 + "é,é,é\n".encode() * 9, id="broken letters"),
        pytest.param(text([*clean(), "a\0b,Lyon,3"]), id="a zero byte"),
        pytest.param(text(clean(5)), id="a small file"),
        pytest.param("name,town,n\n" + "x" * (6 * SAMPLE) + ",Lyon,3\n" * 3, id="a first line as long as the head"),
    ],
)
def test_a_file_that_cannot_be_cut_at_its_lines_is_read_whole(tmp_path, content):
    assert len(planned(tmp_path, content)) == 0


def test_a_compressed_file_is_read_whole(tmp_path):
    import gzip

    assert len(planned(tmp_path, gzip.compress(text(clean()).encode()))) == 0


def test_an_escape_sign_in_the_file_is_no_place_to_cut(tmp_path):
    assert len(planned(tmp_path, text([*clean(), "a\\,b,Lyon,3"]), said=Said(escape="\\"))) == 0


def test_another_table_within_the_file_makes_it_read_whole(tmp_path):
    lines = clean()
    lines[10_000] = "town,name,n"
    assert both(tmp_path, text(lines))[1] is None


def test_what_waits_at_the_end_of_a_part_makes_the_file_read_whole(tmp_path):
    lines = clean()
    plan = planned(tmp_path, text(lines)).to_pylist()
    last_of_first = plan[1]["line"] - 3
    lines[last_of_first] = "x" * (len(lines[last_of_first]) - 2) + ",,"
    lines[last_of_first] = lines[last_of_first][:-2] + "  "
    whole, parts = both(tmp_path, text(lines))
    assert (whole.faults, parts) == ({"ragged": 1}, None)


def test_files_of_several_kinds_are_cut_where_they_are_csv(tmp_path):
    (tmp_path / "big.csv").write_text(text(clean()))
    pq.write_table(pa.table({"name": ["x"] * 99}), tmp_path / "big.parquet")
    any_kind = AnyReader(str(tmp_path), reader(tmp_path).columns)
    plans = [next(iter(planner(any_kind, SIZE)(str(tmp_path / name)))) for name in ("big.csv", "big.parquet")]
    assert (len(plans[0]) > 1, len(plans[1])) == (True, 0)
    assert next(one.columns for one in readers(any_kind, pa.Table.from_batches(plans))) == any_kind.columns


def test_only_csv_read_to_its_end_is_divisible(tmp_path):
    assert divisible(reader(tmp_path))
    assert not divisible(reader(tmp_path, rows=5))
    assert not divisible(lambda path: iter(()))


AWKWARD = ["a,b", "", "   ", "name,town,n", "town,name,n", "x", "Total", '"a","b",3', "a,b,c,d", ",,", "é,ü,3", "p,q,1\r"]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_stands_where_the_parts_give_the_same_or_are_given_up(tmp_path, seed):
    dice = random.Random(seed)
    lines = clean(30_000)
    for _ in range(dice.choice([3, 30, 300])):
        lines[dice.randrange(len(lines))] = dice.choice(AWKWARD if seed % 2 else [one for one in AWKWARD if one != "town,name,n"])
    whole, parts = both(tmp_path, text(lines))
    assert parts is None or asdict(parts) == asdict(whole)
