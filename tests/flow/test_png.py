"""A trend as a picture: the numbers of the report, drawn by matplotlib; without it an error that says what to install."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from chaland.errors import PartMissing, SpecError
from chaland.flow import ask, png
from chaland.flow.run import Asked, asking, opened, perform
from chaland.reading import read_project
from chaland.spec import Project
from tests.flow import visits
from tests.flow.shop import SITE

CHARTS = {
    "days": 'over = "month"\nforecast = 3',
    "by_size": 'rows = ["size"]\nchart = "bar"',
    "spread": 'rows = ["who"]\nchart = "histogram"',
    "boxes": 'rows = ["size", "who"]\nchart = "box"',
    "crossed": 'rows = ["size"]\ncolumns = "month"',
}
DERIVED = """[tables.lines.derive]
size = "case when amount > 30 then 'large' else 'small' end"
month = "month(day)"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path, dict[str, Any]]:
    pytest.importorskip("matplotlib")
    data = visits.write(tmp_path_factory.mktemp("drawn") / "data", people=60)
    text = visits.PROJECT.partition("[features.profile]")[0] + DERIVED
    text += "".join(f'[trends.{name}]\ntable = "lines"\nmeasure = "sum(amount)"\n{words}\n' for name, words in CHARTS.items())
    (data / "visits.toml").write_text(text)
    spec = read_project(data / "visits.toml")
    with opened(spec, SITE, visits.home(data), Asked(data)) as run:
        facts = [one.facts for one in perform(run, ["ingest", "prepare", "trends"])][-1]["trends"]
    return spec, data, facts


@pytest.mark.parametrize("name", CHARTS)
def test_every_kind_of_picture_is_drawn(project: tuple[Project, Path, dict[str, Any]], name: str, tmp_path: Path) -> None:
    spec, _, facts = project
    assert png.write(spec, name, facts[name], "fr", tmp_path / "drawn.png") >= 1
    assert (tmp_path / "drawn.png").read_bytes().startswith(b"\x89PNG")


def test_the_pen_is_handed_the_numbers_of_the_report(project: tuple[Project, Path, dict[str, Any]]) -> None:
    from matplotlib.figure import Figure

    spec, _, facts = project
    canvas = png.Canvas()
    view = png.Trends(png.Words("en"), png.Names(spec, png.Words("en")), canvas).view("by_size", facts["by_size"])
    axes = Figure().subplots()
    canvas.strokes[0][0](axes)
    drawn = {label.get_text(): bar.get_width() for label, bar in zip(axes.get_yticklabels(), axes.patches, strict=True)}
    assert view
    assert drawn == {row["size"]: row["value"] for row in facts["by_size"]["drawn"]}


def test_export_writes_a_trend_as_a_picture_and_nothing_else(project: tuple[Project, Path, dict[str, Any]], tmp_path: Path) -> None:
    spec, data, facts = project
    with asking(spec, SITE, visits.home(data), Asked(data)) as run:
        assert ask.export(run, "trends/days", tmp_path / "days.png") == facts["days"]["rows"]
        with pytest.raises(SpecError, match="cannot export"):
            ask.export(run, "clean/lines", tmp_path / "lines.png")


def test_without_matplotlib_the_error_says_what_to_install(
    project: tuple[Project, Path, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, _, facts = project
    for name in ("matplotlib", "matplotlib.figure", "matplotlib.backends.backend_agg"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(PartMissing) as caught:
        png.write(spec, "days", facts["days"], "en", tmp_path / "days.png")
    assert "chaland[charts]" in caught.value.next
