"""Names across a project that must exist, parts that must agree."""

from __future__ import annotations

import copy

import pytest

from chaland.spec import Project, Site
from chaland.spec.meaning import of_needs, of_project, of_stores

SHOP = {
    "name": "shop",
    "tables": {
        "people": {
            "role": "customers",
            "source": {"kind": "csv"},
            "columns": {
                "id": {"role": "key"},
                "mail": {"privacy": "identifier"},
                "gender": {"privacy": "sensitive"},
                "size": {"type": "int"},
                "plan": {"one_of": ["Gold", "Tin"]},
                "gone": {"type": "bool"},
            },
        }
    },
    "features": {"profile": {"kind": "profile", "except": ["gone"]}},
    "segments": {"usage": {"features": ["profile"]}},
    "predict": {"churn": {"target": {"kind": "column", "of": "gone"}, "features": ["profile"]}},
    "publish": {"churn": {"of": "churn"}},
}


def told(path: str = "", value=None, doubtful=()) -> dict[str, str]:
    document = copy.deepcopy(SHOP)
    here = document
    *above, last = path.split(".") if path else ("name",)
    for key in above:
        here = here.setdefault(key, {})
    here[last] = value if path else "shop"
    faults = of_project(Project.model_validate(document), frozenset(doubtful))
    return {".".join(fault.keys): f"{fault.said} | {fault.hint}" for fault in faults}


def test_a_project_that_holds_together_has_no_fault():
    assert told() == {}


@pytest.mark.parametrize(
    ("path", "value", "where", "said"),
    [
        (
            "features.profile.columns",
            ["sizee"],
            "features.profile.columns",
            "no column of the customers table 'sizee' | Did you mean 'size'?",
        ),
        ("features.profile.columns", ["size", "size"], "features.profile.columns", "'size' stands twice"),
        ("features.profile.columns", ["mail", "size"], "features.profile.columns", "'mail' names a person: it cannot be a feature"),
        ("features.profile.columns", ["gender", "size"], "features.profile.columns", "'gender' is sensitive: it cannot be a feature"),
        ("features.profile.columns", ["id", "size"], "features.profile.columns", "'id' is the key: it cannot be a feature"),
        ("features.profile.except", ["went"], "features.profile.except", "there is no column of the customers table 'went'"),
        ("features.profile.except", ["gone", "size", "plan"], "features.profile", "no column is left to make features of"),
        ("segments.usage.features", ["profil"], "segments.usage.features", "there is no feature family 'profil' | Did you mean 'profile'?"),
        ("segments.usage.groups", [8, 3], "segments.usage.groups", "groups go from two or more up"),
        ("segments.usage.groups", [1], "segments.usage.groups", "groups go from two or more up"),
        ("predict.churn.features", ["rfm"], "predict.churn.features", "there is no feature family 'rfm'"),
        (
            "predict.churn.candidates",
            ["boosting"],
            "predict.churn.candidates",
            "no algorithm 'boosting' | Did you mean 'gradient_boosting'?",
        ),
        ("predict.churn.target.of", "went", "predict.churn.target.of", "there is no column of the customers table 'went'"),
        ("predict.churn.target.of", "mail", "predict.churn.target.of", "'mail' names a person: it cannot be foretold"),
        ("predict.churn.target.positive", "true", "predict.churn.target.positive", "true counts as yes"),
        ("publish.churn.of", "chrun", "publish.churn.of", "there is no question 'chrun' | Did you mean 'churn'?"),
        ("tables.people.role", "reference", "features", "there is no table of role customers"),
    ],
)
def test_each_thing_that_does_not_hold_is_told_where_it_stands(path, value, where, said):
    assert said in told(path, value)[where]


def test_a_column_of_words_can_be_foretold_once_the_yes_is_named():
    assert told("predict.churn.target", {"kind": "column", "of": "plan", "positive": "Gold"}) == {}
    assert (
        "is no word of 'plan'"
        in told("predict.churn.target", {"kind": "column", "of": "plan", "positive": "Golf"})["predict.churn.target.positive"]
    )


def test_two_tables_of_customers_are_one_too_many():
    other = copy.deepcopy(SHOP["tables"]["people"])
    assert "'people' and 'others' are both of role customers" in told("tables.others", other)["tables.others.role"]


def test_what_stands_beside_a_faulty_word_is_not_judged_again():
    assert told("tables.people.columns.plan.min", 3)
    assert told("tables.people.columns.plan.min", 3, doubtful=[("tables", "people", "columns", "plan", "type")]) == {}


def test_a_name_that_was_set_aside_is_not_told_as_missing():
    assert told("segments.usage.features", ["rfm"], doubtful=[("features", "rfm")]) == {}


def test_a_store_that_the_site_does_not_have_is_told():
    project = Project.model_validate({**SHOP, "publish": {"churn": {"of": "churn", "to": "crm"}}})
    assert [(f.keys, f.said, f.hint) for f in of_stores(project, Site())] == [
        (("publish", "churn", "to"), "no store is called 'crm' here", "There is: default.")
    ]


def test_needs_are_roles_of_tables_and_of_their_columns():
    project = Project.model_validate(SHOP)
    assert list(of_needs(project, ("x",), "rfm", {"customers": {"key"}})) == []
    assert [f.said for f in of_needs(project, ("x",), "rfm", {"transactions": {"time"}})] == [
        "rfm needs a table of role 'transactions', and there is none"
    ]
    assert [f.said for f in of_needs(project, ("x",), "rfm", {"customers": {"time"}})] == [
        "rfm needs a column of role 'time' in the table 'people', and there is none"
    ]
