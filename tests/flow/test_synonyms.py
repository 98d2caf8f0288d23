"""Words of a column that mean the same: what is sure, what a person must say, and what is left alone."""

import pytest

from chaland.flow.synonyms import doubtful, meant


def counted(*words: str) -> dict[str, int]:
    return {word: 10 - number for number, word in enumerate(words)}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Bank Transfer", "BT", "Pay on Arrival", "POA", "UPI"), {"BT": "Bank Transfer", "POA": "Pay on Arrival"}),
        (("Fibre optique", "fibre-optique", "Fibre Optique", "DSL"), {"Fibre Optique": "Fibre optique", "fibre-optique": "Fibre optique"}),
        (("Été", "ete", "Hiver"), {"ete": "Été"}),
        (("Nov", "June", "May", "Feb"), {"June": "Jun"}),
        (("January", "JUN", "May", "february", "march"), {"JUN": "JUNE"}),
        (("janvier", "févr", "mars", "avril"), {}),
        (("South Africa", "Saudi Arabia", "SA"), {}),
        (("Yes", "No", "No internet service"), {}),
        (("A", "B", "Almond Butter"), {}),
        (("May", "June"), {}),
    ],
)
def test_what_is_sure_is_written_down(words: tuple[str, ...], told: dict[str, str]) -> None:
    assert meant(counted(*words)) == told


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("Smart Watch", "Watch", "Tablet"), [("Watch", "Smart Watch")]),
        (("Mobile", "Mobile Phone"), [("Mobile", "Mobile Phone")]),
        (("Card", "Debit Card", "Credit Card"), []),
        (("Yes", "No", "No internet service"), []),
        (("New", "New York"), []),
    ],
)
def test_what_is_in_doubt_is_asked(words: tuple[str, ...], asked: list[tuple[str, str]]) -> None:
    assert doubtful(counted(*words)) == asked


def test_a_column_of_names_is_left_alone() -> None:
    names = counted(*(f"Ada {letter}{other}" for letter in "abcdefghij" for other in "klmnopq"), "Ada ak.")
    assert (meant(names), doubtful(names)) == ({}, [])
