"""The step of lifetime value: skipped where nothing changed, the same on both engines, and nothing where nothing is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.flow import whole
from chaland.flow.parity import parity
from chaland.flow.run import Run
from chaland.spec import Site
from tests import sparking
from tests.flow import regulars, shop


def test_a_second_run_skips_the_step_and_another_day_does_not(tmp_path: Path) -> None:
    data = regulars.write(tmp_path / "data", people=60)

    def skipped(back: int) -> bool:
        day = regulars.DAY.replace(day=regulars.DAY.day - back)
        asked = shop.asked(data, as_of=day)
        found = whole.run(regulars.spec(data), shop.SITE, regulars.home(data), asked, regulars.STEPS).document
        return {one["name"]: bool(one["skipped"]) for one in found["steps"]}["lifetime"]

    assert [skipped(0), skipped(0), skipped(1)] == [False, True, False]


def test_a_project_without_lifetimes_does_nothing(tmp_path: Path) -> None:
    from chaland.flow.steps import lifetime

    bare = regulars.spec(regulars.write(tmp_path / "data", people=3)).model_copy(update={"lifetime": {}})
    assert lifetime.lifetime(Run(bare, shop.SITE, regulars.home(tmp_path / "data"), shop.asked(tmp_path))) == {"lifetime": {}}


@pytest.mark.slow
@sparking.LOOPBACK
@pytest.mark.timeout(400)
def test_both_engines_foretell_the_same(tmp_path: Path) -> None:
    sparking.needed()
    sparking.session()
    data = regulars.write(tmp_path / "data", people=400)
    asked = shop.asked(data, as_of=regulars.DAY)
    told = parity(regulars.spec(data), Site(), regulars.home(data), asked, ["duckdb", "spark"])
    assert told["differences"] == 0
    assert {one["table"]: one["columns"] for one in told["tables"]}["lifetime/value"] == 13
