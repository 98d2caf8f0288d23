"""Every nasty file ends as the committed list says; none crashes, hangs, or loses a record uncounted."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chaland.errors import ChalandError, DataError
from chaland.files import pool
from chaland.files.csv_reader import CsvReader
from chaland.files.layout import NOTHING_SAID
from chaland.files.report import reports
from chaland.spec.site import Limits
from tests.nasty import judging
from tests.nasty.fuzzing import check, mutants

EXPECTED = tomllib.loads((Path(__file__).parent / "expected.toml").read_text())
SECONDS = 10.0
SPECTRUM = "csv-spectrum"
WRONG_TRUTH = "location_coordinates"
"""Its JSON tells of another telephone number than its CSV."""


@pytest.fixture(scope="module")
def nasty(real_data):
    return real_data / "nasty"


def test_the_list_names_every_file(nasty):
    assert judging.files(nasty) == sorted(EXPECTED["files"])


@pytest.mark.parametrize("folder", sorted({name.rpartition("/")[0] for name in EXPECTED["files"]}))
def test_every_file_becomes_what_the_list_says(nasty, folder):
    here = {name: told for name, told in EXPECTED["files"].items() if name.rpartition("/")[0] == folder}
    assert {name: judging.outcome(nasty / name, nasty) for name in here} == here


@pytest.mark.parametrize("folder", ["special", "messytables_horror", f"{judging.POLLOCK}/csv", f"{SPECTRUM}/csvs"])
def test_both_paths_give_the_same_table(nasty, folder):
    for path in sorted((nasty / folder).iterdir()):
        try:
            report, rows = judging.read(path, nasty)
        except ChalandError:
            continue
        slow_report, slow_rows = judging.read(path, nasty, slowly=True)
        assert rows.equals(slow_rows), path.name
        assert (report.read, report.skipped, report.faults) == (slow_report.read, slow_report.skipped, slow_report.faults)


@pytest.mark.parametrize(
    "name", [Path(name).stem for name in EXPECTED["files"] if name.startswith(f"{SPECTRUM}/csvs/") and WRONG_TRUTH not in name]
)
def test_csv_spectrum_equals_its_truth(nasty, name):
    """Line ends are compared as line feeds: the copy of the CSV files has lost its carriage returns, the truth has not."""
    truth = json.loads((nasty / SPECTRUM / "json" / f"{name}.json").read_text().replace("\\r\\n", "\\n"))
    report, rows = judging.read(nasty / SPECTRUM / "csvs" / f"{name}.csv", nasty)
    assert [dict(zip(report.header, row, strict=True)) for row in judging.good(rows)] == truth


@pytest.mark.parametrize("mode", ["declared", "sniffed"])
def test_polluted_files_equal_their_clean_versions_but_for_the_listed_ones(nasty, mode):
    folder = nasty / judging.POLLOCK
    names = sorted(path.name for path in (folder / "csv").iterdir())
    parameters = {name: folder / "parameters" / f"{name}_parameters.json" for name in names}
    said = {name: judging.declared(parameters[name]) if mode == "declared" else NOTHING_SAID for name in names}
    assert [name for name in names if not judging.equals_clean(name, nasty, said[name])] == EXPECTED["unequal_to_clean"][mode]["names"]


def test_no_file_crashes_or_hangs_a_worker(nasty, tmp_path):
    limits = Limits(workers=2, memory_mib=1024, seconds=SECONDS)
    paths = [path for folder in ("special", "messytables_horror") for path in sorted((nasty / folder).iterdir())]
    told = {}
    for path in paths:
        try:
            staged = pool.stage([str(path)], CsvReader(str(nasty)), None, tmp_path / "staged", limits)
            told[path.relative_to(nasty).as_posix()] = reports(pq.read_table(staged[0]))[0][0].read
        except ChalandError as error:
            told[path.relative_to(nasty).as_posix()] = error.code
    expected = {name: EXPECTED["files"][name] for name in told}
    assert told == {name: line.get("error", line.get("rows", 0) + sum(line.get("faults", {}).values())) for name, line in expected.items()}


def test_five_hundred_mutants_are_accounted_for_on_both_paths(nasty, tmp_path):
    for seed, content in mutants(nasty, 500, 20_261_121):
        check(content, tmp_path / "mutant.csv", seed)


def test_a_handful_of_mutants_ends_well_in_workers(nasty, tmp_path):
    codes = set()
    for seed, content in mutants(nasty, 8, 99):
        path = tmp_path / f"{seed}.csv"
        path.write_bytes(content)
        try:
            staged = pool.stage([str(path)], CsvReader(str(tmp_path)), None, tmp_path / "staged", Limits(memory_mib=1024, seconds=SECONDS))
        except DataError as error:
            codes.add(error.code)
        else:
            codes.add("read")
            assert pq.read_metadata(staged[0]).num_rows > 0
    assert not codes & {"file_crash", "file_time", "file_memory"}
