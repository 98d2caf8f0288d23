"""The report's pictures, each a file of its own."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest

from chaland.flow import pictures
from chaland.reading import find_project, read_project
from chaland.spec import Project
from tests.flow.report import sample

CURVES = ["churn.gain", "churn.calibration", "churn.roc", "churn.pr"]


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(find_project("telco"))


def _drawn(project: Project, lang: str = "en", details: dict[str, Any] | None = None) -> dict[str, pictures.Picture]:
    told = sample.details() if details is None else details
    return {one.name: one for one in pictures.drawn(told, sample.document(), project, lang)}


def _table(picture: pictures.Picture) -> list[list[str]]:
    return list(csv.reader(io.StringIO(picture.csv())))


def test_every_model_and_segmentation_has_its_pictures(project: Project) -> None:
    assert list(_drawn(project)) == [*CURVES, "churn.importance", "usage.map", "usage.profile"]


def test_a_model_that_was_not_kept_and_groups_that_are_not_there_have_none(project: Project) -> None:
    document = sample.document()
    document["predict"]["churn"]["kept"] = document["segments"]["usage"]["k"] = None
    assert list(pictures.drawn(sample.details(), document, project, "en")) == []


def test_nothing_is_drawn_of_what_was_not_measured(project: Project) -> None:
    assert _drawn(project, details={}) == {}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_picture_stands_alone(project: Project, lang: str) -> None:
    for picture in _drawn(project, lang).values():
        page = ElementTree.fromstring(picture.svg)
        assert (page.tag, page.get("width")) == ("{http://www.w3.org/2000/svg}svg", "640")
        assert "var(" not in picture.svg
        assert "url(" not in picture.svg


def test_every_class_that_a_picture_uses_has_its_colours(project: Project) -> None:
    for picture in _drawn(project).values():
        style = picture.svg.partition("<style>")[2].partition("</style>")[0]
        page = ElementTree.fromstring(picture.svg)
        used = {kind for element in page.iter() for kind in (element.get("class") or "").split()} - {"plane"}
        assert sorted(kind for kind in used if f".{kind}" not in style) == []


def test_a_curve_is_told_point_by_point(project: Project) -> None:
    rows = _table(_drawn(project)["churn.roc"])
    assert rows[0] == ["false_positive_rate", "true_positive_rate"]
    assert [[float(cell) for cell in row] for row in rows[1:]] == [list(pair) for pair in zip(*sample.CURVE, strict=True)]


def test_the_calibration_tells_how_many_stand_behind_each_point(project: Project) -> None:
    assert _table(_drawn(project)["churn.calibration"])[0] == ["predicted", "observed", "rows"]


def test_the_longest_bar_comes_first(project: Project) -> None:
    assert [row[0] for row in _table(_drawn(project)["churn.importance"])] == ["feature", "day_minutes", "plan"]


def test_a_profile_tells_distances_then_means(project: Project) -> None:
    assert _table(_drawn(project, "fr")["usage.profile"]) == [
        ["feature", "title", "word", "mean", "distance_0", "distance_1", "mean_0", "mean_1"],
        ["plan", "Forfait", "card", "0.5", "1.3", "", "0.8", ""],
        ["day_minutes", "Minutes de jour", "", "180.0", "0.3", "-0.45", "210.4", "150.0"],
    ]


def test_the_map_tells_every_point_and_its_group(project: Project) -> None:
    assert len(_table(_drawn(project)["usage.map"])) == len(sample.POINTS) + 1


def test_no_cell_is_a_formula() -> None:
    assert pictures.Picture("x", "", [("=1+1", -1.5, "-2")]).csv() == "'=1+1,-1.5,'-2\n"


def test_a_word_with_signs_of_markup_is_only_a_word(project: Project) -> None:
    details = sample.details()
    details["segment"]["segments"]["usage"]["profile"][1]["word"] = "<script>alert(1)</script>"
    assert "<script" not in _drawn(project, details=details)["usage.profile"].svg
