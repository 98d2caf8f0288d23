"""What a column of text probably is."""

from __future__ import annotations

import pytest

from chaland.flow.guess import of, words_of


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("n", ["1", "20", "-3"], {"type": "int"}),
        ("n", ["1.5", "20", "-3e2"], {"type": "float"}),
        ("n", ["1,5", "20", "-3,25"], {"type": "float", "decimal": ","}),
        ("n", ["1,500", "2,250", "20"], {"type": "float", "thousands": ",", "decimal": "."}),
        ("n", ["1 500,5", "20"], {"type": "float", "thousands": " ", "decimal": ","}),
        ("n", ["1.500,5", "2.000,25"], {"type": "float", "thousands": ".", "decimal": ","}),
        ("MonthlyCharges", ["29.85", "3.5"], {"type": "decimal"}),
        ("Total day minutes", ["29.85", "3.5"], {"type": "float"}),
        ("Area code", ["408", "415"], {"type": "string"}),
        ("n", ["007", "012"], {"type": "string"}),
        ("gone", ["VRAI", "FAUX"], {"type": "bool", "words": {"VRAI": "true", "FAUX": "false"}}),
        ("gone", ["True.", "False."], {"type": "bool", "words": {"True.": "true", "False.": "false"}}),
        ("plan", ["Yes", "No", "No phone service"], {"type": "string", "words": {}}),
        ("day", ["2020-01-31", "2020-02-01"], {"type": "date", "date_order": "ymd"}),
        ("day", ["31/01/2020", "01/02/2020"], {"type": "date", "date_order": "dmy"}),
        ("day", ["01/31/2020", "02/01/2020"], {"type": "date", "date_order": "mdy"}),
        ("day", ["20200131", "20200201"], {"type": "date"}),
        ("at", ["2020-01-31 10:00", "2020-02-01T11:00:05Z"], {"type": "timestamp"}),
        ("kind", ["a", "b"], {"type": "string"}),
        ("total", ["1.5", " ", "2"], {"type": "float", "placeholders": [" "]}),
        ("total", ["1.5", "?", "N/D", "NA", "2"], {"type": "float", "placeholders": ["?", "N/D", "NA"]}),
        ("n", ["-1", "-1", *map(str, range(9))], {"type": "int", "placeholders": ["-1"]}),
        ("continent", ["NA", "EU"], {"type": "string", "placeholders": []}),
        ("n", [*map(str, range(99)), "x"], {"type": "int", "blanked": 1}),
        ("n", [], {"type": "string"}),
    ],
)
def test_types_and_words_are_guessed_from_the_text(name, values, words):
    guess = of(name, [values])
    assert {word: getattr(guess, word) for word in words} == words


def test_noughts_and_ones_are_truths_only_where_there_are_many():
    assert of("flag", [["0", "1"] * 50]).type == "bool"
    assert of("flag", [["0", "1"]]).type == "int"


@pytest.mark.parametrize(
    ("name", "values", "privacy", "coarsen"),
    [
        ("Phone Number", ["382-4657", "371-7191"], "identifier", ""),
        ("contact", ["a@b.org", "c@d.org"], "identifier", ""),
        ("customerID", ["7590-V", "5575-G"], "identifier", ""),
        ("gender", ["F", "M", "F"], "sensitive", ""),
        ("zip_code", ["75011", "69003"], "quasi", "{ keep = 2 }"),
        ("age", ["31", "45"], "quasi", "{ step = 5 }"),
        ("birthDate", ["1980-01-31", "1990-02-01"], "quasi", '{ to = "year" }'),
        ("Voice mail plan", ["yes", "no"], None, ""),
        (
            "remarks",
            ["said that the line was bad on each and every day", "wants to be called back about the bill of March"],
            "free_text",
            "",
        ),
    ],
)
def test_privacy_is_guessed_from_name_and_values(name, values, privacy, coarsen):
    guess = of(name, [values])
    assert (guess.privacy, guess.coarsen, bool(guess.why)) == (privacy, coarsen, privacy is not None)


def test_a_day_that_may_be_a_month_says_so():
    assert "mdy" in of("day", [["01/02/2020"]]).why[0]


@pytest.mark.parametrize(
    ("name", "words"), [("customerID", ["customer", "id"]), ("StreamingTV", ["streaming", "tv"]), ("Prénom (client)", ["prenom", "client"])]
)
def test_names_fall_into_words(name, words):
    assert words_of(name) == words


def test_unique_means_unique_in_each_file():
    assert of("id", [["a", "b"], ["b", "c"]]).unique
    assert not of("id", [["a", "a"]]).unique
