"""What `check` says of trends: unknown words with the nearest one, and words that do not go together."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.errors import SpecError
from chaland.reading import read_project

HEAD = """name = "t"
[tables.lines]
role = "transactions"
source = { kind = "csv", path = "*.csv" }
columns = { day = { type = "date", role = "time" }, city = {}, price = { type = "decimal" }, size = { type = "float" } }
derive = { dear = "price > 10" }
[tables.places]
role = "reference"
source = { kind = "csv", path = "*.csv" }
columns = { city = {} }
[trends.t]
"""
RIGHT = 'table = "lines"\nrows = ["city", "dear"]\nmeasure = "sum(price)"\nover = "month"\ntop = 3\nwithin = "city"\nshare = true\n'


def told(tmp_path: Path, words: str) -> list[tuple[str, str]]:
    file = tmp_path / "t.toml"
    file.write_text(HEAD + words)
    try:
        read_project(file)
    except SpecError as error:
        return [(".".join(fault.keys), f"{fault.said} {fault.hint}") for fault in error.faults]
    return []


def test_a_trend_of_columns_and_derived_columns_is_right(tmp_path: Path) -> None:
    assert told(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("words", "keys", "said"),
    [
        ('table = "line"\nover = "day"', "trends.t.table", "there is no table 'line' Did you mean 'lines'?"),
        ('table = "lines"\nrows = "cty"', "trends.t.rows", "there is no column 'cty' Did you mean 'city'?"),
        ('table = "lines"\ncolumns = "cty"', "trends.t.columns", "there is no column 'cty' Did you mean 'city'?"),
        ('table = "lines"\nrows = "city"\nmeasure = "sum(prise)"', "trends.t.measure", "there is no column 'prise' Did you mean 'price'?"),
        ('table = "lines"\nrows = "city"\nwhere = "prise > 1"', "trends.t.where", "there is no column 'prise' Did you mean 'price'?"),
        ('table = "lines"', "trends.t", "a trend needs rows, columns or over"),
        ('table = "lines"\nrows = "size"', "trends.t.rows", "'size' is a number with a fraction"),
        ('table = "places"\nover = "month"', "trends.t.over", "the table 'places' has no column of role time"),
        ('table = "lines"\nrows = "city"\ntop = 1\nwithin = "city"', "trends.t.top", "top of which groups?"),
        ('table = "lines"\nrows = "city"\nwithin = "dear"\ntop = 1', "trends.t.within", "'dear' is none of its rows"),
        ('table = "lines"\nrows = "city"\nwithin = "city"', "trends.t.within", "within is for top and share"),
        ('table = "lines"\nrows = "city"\ncolumns = "city"', "trends.t.columns", "'city' stands in rows already"),
        ('table = "lines"\nrows = "city"\nmeasure = "avg(price)"\nshare = true', "trends.t.share", "only counts and sums have shares"),
        ('table = "lines"\nrows = "city"\nforecast = 3', "trends.t.forecast", "one series over time is foretold"),
        ('table = "lines"\nover = "moth"', "trends.t.over", "'moth' is not one of its words Did you mean 'month'?"),
    ],
)
def test_what_does_not_hold_is_told_with_the_mend(tmp_path: Path, words: str, keys: str, said: str) -> None:
    assert any(path == keys and text.startswith(said) for path, text in told(tmp_path, words))


def test_a_column_may_not_have_the_name_of_what_trends_add(tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_text(HEAD.replace("city = {}, price", "value = {}, city = {}, price") + 'table = "lines"\nrows = "value"\n')
    with pytest.raises(SpecError, match="is the name of a column that trends add"):
        read_project(file)
