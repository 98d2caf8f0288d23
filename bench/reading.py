"""Reading: a clean 1 GB file against a bare DuckDB copy, and how many polluted files each reader gives as their clean versions.

Answers are checked before they are timed; the rival may use all cores and is warmed. With CHALAND_DATA set, the Pollock sample and thousands of
mutants of the nasty files are read too.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from bench.measure import python
from chaland.files import pool
from chaland.files.csv_reader import CsvReader
from chaland.spec.site import Limits
from tests.nasty import judging
from tests.nasty.fuzzing import check, mutants

STATES = np.array(["AL", "AK", "AZ", "CA", "FL", "IN", "KS", "LA", "MD", "NJ", "OH", "OK", "RI", "TX", "VT", "WA", "WV", "WY"])
PARTS = ("day", "eve", "night", "intl")
Table = list[list[str]]


def telco(rows: int, first: int, draw: np.random.Generator) -> pa.Table:
    """Customers of a telephone operator, as the simulated files have them."""
    columns = {"Phone": np.char.add("06", (first + np.arange(rows)).astype(str)), "State": draw.choice(STATES, rows)}
    columns["Account length"] = draw.integers(1, 240, rows)
    columns["International plan"] = np.where(draw.random(rows) < 0.1, "Yes", "No")
    for part in PARTS:
        minutes = np.round(draw.normal(180, 50, rows).clip(0), 1)
        columns |= {
            f"Total {part} minutes": minutes,
            f"Total {part} calls": draw.integers(0, 160, rows),
            f"Total {part} charge": np.round(minutes * 0.17, 2),
        }
    columns["Customer service calls"] = draw.integers(0, 9, rows)
    columns["Churn"] = np.where(draw.random(rows) < 0.14, "True", "False")
    return pa.table(columns)


def write(path: Path, megabytes: int) -> None:
    """A clean CSV of about that size."""
    draw, first, rows = np.random.default_rng(7), 0, 200_000
    options = arrow_csv.WriteOptions(quoting_style="none", quoting_header="none")
    with arrow_csv.CSVWriter(path, telco(1, 0, draw).schema, write_options=options) as writer:
        while not path.exists() or path.stat().st_size < megabytes * 1_000_000:
            writer.write_table(telco(rows, first, draw))
            first += rows


def duckdb_copy(source: Path, target: Path) -> None:
    """The rival: a bare copy of all columns as text."""
    with duckdb.connect(config={"threads": os.cpu_count() or 1}) as connection:
        connection.execute(f"copy (from read_csv('{source}', all_varchar = true)) to '{target}' (format parquet)")


def chaland_stage(source: Path, folder: Path) -> Path:
    """chaland: the same columns, each row with its file, line and fault, read in a limited process."""
    return pool.stage([str(source)], CsvReader(str(source.parent)), None, folder, Limits())[0]


def same_rows(ours: Path, theirs: Path) -> bool:
    """Whether both files hold the same rows: counted, and their hashes summed."""
    columns = ", ".join(f'"{name}"' for name in pq.read_schema(theirs).names)
    with duckdb.connect() as connection:
        hashes = [
            connection.execute(f"select count(*), sum(hash(concat_ws('|', {columns}))::hugeint) from '{path}' {where}").fetchone()
            for path, where in ((ours, "where _fault is null"), (theirs, ""))
        ]
    return hashes[0] == hashes[1]


COPY = "import sys; from pathlib import Path; from bench.reading import duckdb_copy; duckdb_copy(Path(sys.argv[1]), Path(sys.argv[2]))"
STAGE = "import sys; from pathlib import Path; from bench.reading import chaland_stage; chaland_stage(Path(sys.argv[1]), Path(sys.argv[2]))"


def speed(megabytes: int) -> None:
    """Text to Parquet: seconds of both, their ratio, peak memory of all their processes."""
    with tempfile.TemporaryDirectory(prefix="chaland-bench-") as made:
        folder = Path(made)
        source = folder / "telco.csv"
        write(source, megabytes)
        duckdb_copy(source, folder / "rival.parquet")
        ours = chaland_stage(source, folder / "staged")
        assert same_rows(ours, folder / "rival.parquet"), "the tables differ"
        print(f"{source.stat().st_size / 1e6:.0f} MB, {pq.read_metadata(ours).num_rows:,} rows: answers equal")
        rival, own = [], []
        for turn in range(3):
            rival.append(python(COPY, str(source), str(folder / "rival.parquet")))
            own.append(python(STAGE, str(source), str(folder / f"staged{turn}")))
            shutil.rmtree(folder / f"staged{turn}")
        best, ours_best = min(rival, key=lambda run: run.seconds), min(own, key=lambda run: run.seconds)
        print(f"bare duckdb copy     {best}")
        print(f"chaland stage        {ours_best}")
        print(f"ratio                {ours_best.seconds / best.seconds:8.2f}  (goal: at most 1.5, memory at most 2048 MiB)")


def _staged_and_gone(source: Path, folder: Path) -> None:
    chaland_stage(source, folder).unlink()


def _seconds(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def small_file() -> None:
    """What a small job costs: the first one starts a worker."""
    with tempfile.TemporaryDirectory(prefix="chaland-bench-") as made:
        source = Path(made) / "small.csv"
        source.write_text("a,b\n1,2\n")
        times = [_seconds(lambda: _staged_and_gone(source, Path(made) / "staged")) for _ in range(5)]
        print(f"a small file         {times[0]:6.3f} s first, {min(times[1:]):.3f} s after")


def by_chaland(path: Path, told: dict[str, object] | None, root: Path) -> Table:
    said = judging.declared(root / "parameters" / f"{path.name}_parameters.json") if told else judging.NOTHING_SAID
    report, rows = judging.read(path, root, said)
    return ([report.header] if report.header else []) + judging.good(rows)


def by_duckdb(path: Path, told: dict[str, object] | None, _root: Path) -> Table:
    options = "all_varchar = true, null_padding = true, ignore_errors = true"
    if told:
        delimiter, quote, escape = (str(told[name]).replace("'", "''") for name in ("delimiter", "quotechar", "escapechar"))
        skip = int(str(told["preamble_lines"])) + max(int(str(told["header_lines"])) - 1, 0)
        options += f", delim = '{delimiter}', quote = '{quote}', escape = '{escape}', skip = {skip}, header = {bool(told['header_lines'])}, strict_mode = false"
    with duckdb.connect() as connection:
        found = connection.execute(f"from read_csv('{path}', {options})")
        names = [column[0] for column in found.description or []]
        rows = [["" if value is None else value for value in row] for row in found.fetchall()]
    return rows if told and not told["header_lines"] else [names, *rows]


def by_pandas(path: Path, told: dict[str, object] | None, _root: Path) -> Table:
    if told is None:
        frame = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False, on_bad_lines="skip")
    else:
        escape = str(told["escapechar"])
        frame = pd.read_csv(
            path,
            sep=str(told["delimiter"]),
            engine="python" if len(str(told["delimiter"])) > 1 else "c",
            quotechar=str(told["quotechar"]) or '"',
            escapechar=escape if escape not in {"", str(told["quotechar"])} else None,
            skiprows=int(str(told["preamble_lines"])),
            header=0 if told["header_lines"] else None,
            dtype=str,
            keep_default_na=False,
            on_bad_lines="skip",
        )
    rows = [[str(value) for value in row] for row in frame.itertuples(index=False)]
    return rows if told and not told["header_lines"] else [[str(name) for name in frame.columns], *rows]


def by_python(path: Path, told: dict[str, object] | None, _root: Path) -> Table:
    with open(path, newline="", encoding="utf-8") as stream:
        if told is None:
            dialect = csv.Sniffer().sniff(stream.read(8192))
            stream.seek(0)
            return list(csv.reader(stream, dialect))
        escape, quote = str(told["escapechar"]), str(told["quotechar"]) or '"'
        doubled = escape == quote
        found = csv.reader(
            stream,
            delimiter=str(told["delimiter"]) or ",",
            quotechar=quote,
            doublequote=doubled,
            escapechar=None if doubled or not escape else escape,
        )
        return list(found)[int(str(told["preamble_lines"])) :]


READERS: dict[str, Callable[[Path, dict[str, object] | None, Path], Table]] = {
    "chaland": by_chaland,
    "duckdb": by_duckdb,
    "pandas": by_pandas,
    "python csv": by_python,
}


def verdict(got: Table | None, clean: Table) -> tuple[bool, bool]:
    """Whether a table equals the clean one, and whether it holds a row that the clean one does not (wrong without a word)."""
    if got is None:
        return not clean, False
    known = {tuple(row) for row in clean}
    return got == clean, any(tuple(row) not in known for row in got)


def pollock(root: Path) -> None:
    """Per reader: files equal to their clean version, and files with wrong rows given as good ones."""
    folder = root / judging.POLLOCK
    names = sorted(path.name for path in (folder / "csv").iterdir())
    print(f"\nPollock sample, {len(names)} files: equal to the clean version / with wrong rows given as good")
    for mode in ("declared", "sniffed"):
        for reader, take in READERS.items():
            verdicts = []
            for name in names:
                told = json.loads((folder / "parameters" / f"{name}_parameters.json").read_text()) if mode == "declared" else None
                verdicts.append(verdict(_taken(take, folder / "csv" / name, told, folder), _clean(folder / "clean" / name)))
            print(f"  {mode:9} {reader:11} {sum(equal for equal, _ in verdicts):3} / {sum(wrong for _, wrong in verdicts):3}")


def _taken(take: Callable[..., Table], path: Path, told: dict[str, object] | None, folder: Path) -> Table | None:
    try:
        return take(path, told, folder)
    except Exception:
        return None


def _clean(path: Path) -> Table:
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def fuzz(root: Path, count: int) -> None:
    """Mutants of the nasty files, each read on both paths."""
    with tempfile.TemporaryDirectory(prefix="chaland-bench-") as made:
        slowest = 0.0
        for seed, content in mutants(root, count, 1):
            began = time.perf_counter()
            check(content, Path(made) / "mutant.csv", seed)
            slowest = max(slowest, time.perf_counter() - began)
    print(f"\n{count} mutants: both paths agree, every record accounted for; the slowest took {slowest:.1f} s for three readings")


def main(megabytes: int = 1000, mutated: int = 5000) -> None:
    """Prints everything."""
    small_file()
    speed(megabytes)
    if "CHALAND_DATA" in os.environ:
        nasty = Path(os.environ["CHALAND_DATA"]) / "nasty"
        pollock(nasty)
        fuzz(nasty, mutated)
    else:
        print("CHALAND_DATA is not set: no polluted files, no mutants")
