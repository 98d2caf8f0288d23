"""Measures: what may stand in one, what is said of what may not, and which add up."""

from __future__ import annotations

import pytest

from chaland.spec.aggregates import faults, is_additive, kind_of

COLUMNS = {"price": "decimal(18, 2)", "quantity": "int", "name": "string", "day": "date", "size": "float"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("count(*)", "int"),
        ("count(distinct name)", "int"),
        ("sum(price * quantity)", "decimal"),
        ("sum(price) / count(*)", "float"),
        ("quantile_cont(price, 0.9)", "float"),
        ("max(quantity)", "int"),
        ("sum(price) filter (where name = 'a')", "decimal"),
        ("100 * count_if(price > 3) / count(*)", "float"),
    ],
)
def test_a_measure_is_a_number_over_many_rows(text: str, kind: str) -> None:
    assert (faults(text, COLUMNS), kind_of(text, COLUMNS).name) == ([], kind)


@pytest.mark.parametrize(
    ("text", "said", "mend"),
    [
        ("sum(quantty)", "there is no column 'quantty'", "Did you mean 'quantity'?"),
        ("suma(price)", "the function 'suma' cannot be used here", "Did you mean 'sum'?"),
        ("mean(price)", "the function 'mean' cannot be used here", "Write avg(…)."),
        ("price", "a measure needs a function over many rows", "There is: count,"),
        ("sum(price) + quantity", "'quantity' stands outside of an aggregate", "Write sum(quantity)"),
        ("avg(sum(price))", "sum stands inside avg", "Make a table of kind sql"),
        ("max(day)", "a measure is a number, and this is a date", "As: count(*)"),
        ("sum(name)", "'name' is a text, and sum wants a number", "Write TRY_CAST"),
        ("sum(price) over ()", "a window inside a measure", "A measure is one number"),
        ("(select 1)", "a query inside a measure", "Make a table of kind sql"),
        ("sum(price", "not SQL: expecting )", "One measure"),
        ("sum()", "sum takes one argument, and here are 0", ""),
        ("quantile_cont(price)", "quantile_cont takes a number and a share, as 0.9, and here are 1", ""),
        ("", "an empty measure", "As: count(*)"),
    ],
)
def test_what_is_no_measure_is_refused_in_words(text: str, said: str, mend: str) -> None:
    told = faults(text, COLUMNS)
    assert said in [one for one, _ in told]
    assert dict(told)[said].startswith(mend)


@pytest.mark.parametrize("text", ["count(*)", "sum(price) - sum(size)", "2 * sum(quantity)", "(sum(price)) / 100", "count_if(size > 1)"])
def test_sums_and_counts_add_up(text: str) -> None:
    assert is_additive(text)


@pytest.mark.parametrize("text", ["avg(price)", "count(distinct name)", "sum(price) / count(*)", "max(size)", "sum(price) * sum(size)"])
def test_means_extremes_and_distinct_counts_do_not_add_up(text: str) -> None:
    assert not is_additive(text)
