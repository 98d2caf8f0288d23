"""The explore command: a page and facts after `prepare`, words before it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chaland.errors import DataError, SpecError
from chaland.flow import explored, whole
from chaland.flow.run import Run, asking
from tests.flow import shop


def test_every_table_is_explored_and_the_page_is_written(looking: Run) -> None:
    told = explored.explore(looking, None, "en")
    page = Path(told["page"]).read_text(encoding="utf-8")
    assert [*told["tables"]] == ["people"]
    assert told["tables"]["people"]["answers"]["leaving"]["with"][0]["name"] == "visits"
    assert "Not looked at" in page
    assert json.loads(json.dumps(told)) == told


def test_the_page_speaks_french_and_reaches_no_network(looking: Run) -> None:
    page = Path(explored.explore(looking, "people", "fr")["page"]).read_text(encoding="utf-8")
    assert "Ce qui va avec quoi" in page
    assert "explore-people" in explored.explore(looking, "people", "fr")["page"]
    assert re.findall(r"<script|https?://|src=|url\(", page) == []


def test_nobody_is_named_on_the_page(looking: Run) -> None:
    page = Path(explored.explore(looking, None, "en")["page"]).read_text(encoding="utf-8")
    assert re.findall(r"\+33\d+|B\d{2,}|[0-9a-f]{32}", page) == []


def test_of_many_rows_a_part_is_looked_at_and_that_is_said(looking: Run) -> None:
    told = explored.explore(looking, "people", "en", limit=100)
    one = told["tables"]["people"]
    assert one["looked_at"] < one["rows"]
    assert f"{one['looked_at']} of {one['rows']} rows" in Path(told["page"]).read_text(encoding="utf-8")
    assert f"{one['looked_at']} of them looked at" in explored.lines(told)[0]


def test_an_unknown_table_is_told_with_the_nearest(looking: Run) -> None:
    with pytest.raises(SpecError) as caught:
        explored.explore(looking, "peple", "en")
    assert caught.value.next == "Did you mean 'people'?"


def test_before_prepare_it_ends_with_words(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shop.write(data)
    whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data), ("ingest",))
    with asking(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data)) as run, pytest.raises(DataError) as caught:
        explored.explore(run, None, "en")
    assert (caught.value.code, "chaland prepare shop" in caught.value.next) == ("no_run", True)
