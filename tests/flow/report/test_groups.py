"""Laws of the groups section: groups, or the plain word that there are none."""

from __future__ import annotations

import pytest

from chaland.flow.report.groups import Groups, heat
from chaland.flow.report.words import Names, Words
from chaland.spec import Project
from tests.flow.report.sample import COLUMNS, EN, POINTS, PROFILE, PROJECT, SEGMENTS

GROUPS = Groups(EN.words, EN)
NONE = {"k": None, "silhouette": None, "stability": None, "considered": [], "groups": []}


def test_no_groups_is_an_answer_without_tables():
    view = GROUPS.view("usage", NONE, {})
    assert (view.k, view.sizes, view.profile, view.scatter, view.considered) == (None,) * 5
    assert "no groups" in view.said


def test_every_group_is_shown_with_name_size_and_share():
    rows = GROUPS.sizes(SEGMENTS["groups"]).rows
    assert "0 · Heavy users" in rows[0][0]
    assert rows[0][1] == "1,974"
    assert "60.0%" in rows[0][2]


def test_what_to_do_with_a_group_stands_beside_it():
    first = {**SEGMENTS["groups"][0], "action": {"en": "Call them", "fr": "Les appeler"}}
    assert "→ Call them" in GROUPS.sizes([first]).rows[0][0]


def test_the_chosen_number_of_groups_is_marked():
    assert GROUPS.considered(SEGMENTS).marked == {0}


@pytest.mark.parametrize(("silhouette", "word"), [(0.05, "overlap much"), (0.2, "overlap in part"), (0.6, "well apart")])
def test_the_silhouette_is_told_in_words(silhouette, word):
    assert word in GROUPS.sentence({**SEGMENTS, "silhouette": silhouette})


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [(0.1, "level", "0.1"), (-0.3, "down-1", "−0.3"), (0.6, "up-2", "+0.6"), (2.5, "up-4", "+2.5"), (-1.2, "down-4", "−1.2")],
)
def test_the_colour_says_how_far_from_the_mean(value, kind, text):
    assert heat(value, "", Words("en")) == f'<span class="heat h-{kind}">{text}</span>'


def test_what_tells_groups_apart_most_comes_first_with_the_means():
    plan, minutes = GROUPS.profile(PROFILE, SEGMENTS["groups"]).rows
    assert plan[0] == "Plan: card<small>everyone: 50%</small>"
    assert "<small>80%</small>" in plan[1]
    assert plan[2] == "–"
    assert [">210<" in minutes[1], ">150<" in minutes[2]] == [True, True]


def test_features_that_part_customers_alike_share_a_row():
    again = {**PROFILE[0], "title": {"en": "Evening minutes", "fr": "Minutes du soir"}}
    rows = GROUPS.profile([*PROFILE, again], SEGMENTS["groups"]).rows
    assert len(rows) == 2
    assert rows[1][0] == "Day minutes<small>everyone: 180 · likewise: Evening minutes</small>"


def test_the_numbers_of_an_ordinal_are_told_in_its_words():
    columns = {**COLUMNS, "plan": {"type": "ordinal", "order": ["month", "year", "two years"]}}
    people = {**PROJECT.tables["people"].model_dump(by_alias=True, exclude_none=True), "columns": columns}
    names = Names(Project.model_validate({"name": "x", "tables": {"people": people}}), Words("en"))
    row = {**PROFILE[1], "word": None, "kind": "number"}
    assert "from 0 = month to 2 = two years" in Groups(names.words, names).profile([row], SEGMENTS["groups"]).rows[0][0]


def test_the_picture_has_every_group_in_its_numbers():
    figure = GROUPS.scatter(POINTS, [0, 1], ["0 · Heavy", "1 · Light"])
    assert [row[1] for row in figure.data.rows] == ["20", "20"]


def test_groups_without_points_have_no_picture():
    assert GROUPS.scatter(None, [0, 1], ["a", "b"]) is None
