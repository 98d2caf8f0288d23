"""Errors say what, where and what next."""

import json

from chaland import errors
from chaland.errors import ChalandError, DataError, Fault, SpecError, Where, nearest

FAULTS = [
    Fault(("features", "rfm", "dayz"), "unknown word 'dayz'", "Did you mean 'days'?", Where("shop.toml", 10, 1)),
    Fault(("publish", "churn"), "no store is called 'crm' here", "There is: default, live.", Where("shop.toml", 20)),
]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    assert str(SpecError.of("shop.toml", FAULTS)) == (
        "shop.toml: 2 faults\n  line 10: features.rfm.dayz\n    unknown word 'dayz'\n    Did you mean 'days'?\n"
        "  line 20: publish.churn\n    no store is called 'crm' here\n    There is: default, live."
    )


def test_the_error_document_has_the_first_fault_and_the_others() -> None:
    document = json.loads(json.dumps(SpecError.of("shop.toml", FAULTS).document()))
    assert document["error"]["where"] == {"file": "shop.toml", "line": 10, "column": 1}
    assert document["error"]["next"] == "Did you mean 'days'?"
    assert [other["where"]["line"] for other in document["others"]] == [20]


def test_an_error_without_faults_is_one_document() -> None:
    document = DataError("no file matches '*.csv'", where=Where("data"), next="Name another folder.").document()
    assert document == {
        "error": {
            "code": "data",
            "said": "no file matches '*.csv'",
            "where": {"file": "data", "line": None, "column": None},
            "next": "Name another folder.",
        },
        "others": [],
    }


def test_every_error_has_the_exit_code_that_is_promised() -> None:
    codes = {name: one.exit_code for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, ChalandError)}
    assert codes == {
        "ChalandError": 1,
        "SpecError": 2,
        "DataError": 3,
        "UnknownCustomer": 3,
        "PartMissing": 4,
        "Busy": 5,
        "EnginesDiffer": 6,
    }


def test_a_misspelt_word_finds_the_nearest_one() -> None:
    assert nearest("dayz", ["days", "weeks"]) == "Did you mean 'days'?"
    assert nearest("zzz", ["days", "weeks"]) == "There is: days, weeks."
