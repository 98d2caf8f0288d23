"""A first project file: what it guesses, and that `check` accepts it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaland.files.report import FileReport
from chaland.flow.init import propose
from chaland.reading import read_project
from chaland.spec import Project

BUSINESS = {
    "Customer ID": [f"c{i}" for i in range(60)],
    "Gender": ["F", "M", "F"] * 20,
    "Spent": ["10,5", " ", "7,25"] * 20,
    "Since": ["31/01/2020", "01/02/2020", "05/06/2021"] * 20,
    "Churn": ["Oui", "Non", "Non"] * 20,
}


def look(columns: dict[str, list[str | None]], file: str = "a.csv") -> tuple[FileReport, pa.Table]:
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return FileReport(file, 1, "csv", header=list(columns)), table


def read(tmp_path: Path, text: str) -> Project:
    (tmp_path / "first.toml").write_text(text, encoding="utf-8")
    return read_project(tmp_path / "first.toml")


def test_a_first_project_is_accepted_and_says_what_was_seen(tmp_path):
    project = read(tmp_path, propose([look(BUSINESS)], "shop", "*.csv"))
    columns = project.tables["customers"].columns
    assert (columns["customer_id"].role, columns["customer_id"].privacy, columns["customer_id"].required) == ("key", "identifier", True)
    assert columns["gender"].privacy == "sensitive"
    assert (columns["spent"].type, columns["spent"].decimal, columns["spent"].placeholders) == ("float", ",", (" ",))
    assert (columns["since"].type, columns["since"].date_order) == ("date", "dmy")
    assert columns["churn"].words == {"Oui": "true", "Non": "false"}
    assert project.predict["answer"].target.options() == {"of": "churn"}
    assert project.features["profile"].except_ == ("churn",)
    assert project.tables["customers"].source.options() == {"path": "*.csv"}


def test_one_line_names_the_target():
    text = propose([look(BUSINESS)], "shop", "*.csv")
    assert [line.split("#")[0].strip() for line in text.splitlines() if "EDIT THIS LINE" in line] == [
        'target     = { kind = "column", of = "churn" }'
    ]


def test_spellings_of_a_header_in_several_files_are_one_column(tmp_path):
    looks = [
        look({"Total calls": ["1"], "x": ["a"]}),
        look({"total_calls": ["2"]}, "b.csv"),
        look({"Total-calls": ["3"], "Total calls": ["4"]}, "c.csv"),
    ]
    columns = read(tmp_path, propose(looks, "shop", "*.csv")).tables["customers"].columns
    assert columns["total_calls"].from_ == ("Total calls", "total_calls")
    assert columns["total_calls_2"].from_ == ("Total-calls",)
    assert columns["x"].optional


def test_headers_that_one_file_has_twice_are_named_once(tmp_path):
    columns = read(tmp_path, propose([look({"A b": ["1"], " a B": ["2"], "a_b": ["3"]})], "shop", "*.csv")).tables["customers"].columns
    assert {name: column.from_ for name, column in columns.items()} == {"a_b": ("A b",), "a_b_2": ("a_b",)}


@pytest.mark.parametrize(
    ("files", "glob"),
    [
        (["c-20.csv", "c-80.csv"], "*20*.csv"),
        (["train.csv", "test.csv"], "*test*.csv"),
        (["2019.csv", "2020.csv"], None),
        (["a.csv"], None),
        (["x_test.csv", "latest.csv"], "x_test.csv"),
    ],
)
def test_files_called_a_test_set_are_held_out(tmp_path, files, glob):
    project = read(tmp_path, propose([look(BUSINESS, file) for file in files], "shop", "*.csv"))
    assert project.predict["answer"].holdout.files == glob


def test_an_answer_of_two_words_takes_the_rarer_for_yes(tmp_path):
    columns = {"size": ["1", "2", "3"], "Attrition flag": ["Stays", "Stays", "Goes away"]}
    assert read(tmp_path, propose([look(columns)], "shop", "*.csv")).predict["answer"].target.options() == {
        "of": "attrition_flag",
        "positive": "Goes away",
    }


def test_without_any_yes_and_no_the_question_waits_as_comments(tmp_path):
    text = propose([look({"size": ["1", "2"]})], "shop", "*.csv")
    assert read(tmp_path, text).predict == {}
    assert '# target     = { kind = "column", of = "COLUMN" }' in text


HEADER = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12)
VALUE = st.one_of(
    st.none(), st.sampled_from(["", " ", "1", "-1", "1,5", "0", "Yes", "No", "?", "2020-01-01", "a@b.c"]), st.text(max_size=6)
)


@given(st.dictionaries(HEADER, st.lists(VALUE, min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_files_hold_the_first_project_is_accepted(tmp_path, columns):
    if any(name.strip() for name in columns):
        read(tmp_path, propose([look(columns)], "shop", "*.csv"))


@pytest.mark.parametrize("folder", ["bigml", "bigml_en_crlf", "ibm"])
def test_the_first_project_of_the_real_telco_files_is_accepted(tmp_path, folder, real_data):
    from chaland.sources.csv import Adapter, Options
    from chaland.spec import Site

    looks = Adapter(Options(path=("*.csv",)), real_data / "telco" / folder, None, Site().limits).look(None)
    project = read(tmp_path, propose(looks, "mine", "*.csv"))
    columns = project.tables["customers"].columns
    assert project.predict["answer"].target.options() == {"of": "churn"}
    assert project.predict["answer"].holdout.files == (None if folder == "ibm" else "*20*.csv")
    assert columns["total_charges" if folder == "ibm" else "total_day_charge"].type == "decimal"


def test_words_that_mean_the_same_are_proposed_and_doubts_asked(tmp_path):
    columns = {"Paid by": ["Bank Transfer", "BT", "Voucher"], "Watch": ["Watch", "Smart Watch", "Ring"], "Churn": ["yes", "no", "no"]}
    text = propose([look(columns)], "shop", "*.csv")
    assert read(tmp_path, text).tables["customers"].columns["paid_by"].words == {"BT": "Bank Transfer"}
    assert '# is "Watch" the same as "Smart Watch"?' in text


def test_rows_that_repeat_but_for_their_key_are_proposed_to_count_once(tmp_path):
    twice = {name: values * 2 for name, values in BUSINESS.items()} | {"Customer ID": [f"c{i}" for i in range(120)]}
    once = BUSINESS | {"Spent": [f"{i},5" for i in range(60)]}
    kept = [read(tmp_path, propose([look(columns)], "shop", "*.csv")).predict["answer"].duplicates for columns in (twice, once)]
    assert kept == ["merge", "keep"]


def test_without_a_key_the_file_says_what_becomes_of_equal_rows():
    without = {name: values for name, values in BUSINESS.items() if name != "Customer ID"}
    texts = [propose([look(columns)], "shop", "*.csv") for columns in (without, BUSINESS)]
    assert ["rows that are equal are merged" in text for text in texts] == [True, False]


def test_rows_without_an_answer_are_counted_beside_it():
    text = propose([look(BUSINESS | {"Churn": ["NULL", "", *BUSINESS["Churn"][2:]]})], "shop", "*.csv")
    assert "# 2 rows have no answer: they teach nothing, and are scored" in text
