"""Adapters are found by listing a folder, then entry points."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chaland import plugins
from chaland.errors import PartMissing, SpecError


def test_a_kind_is_a_file_of_its_familys_folder():
    assert {"csv", "parquet"} <= set(plugins.kinds("sources"))
    assert plugins.load("sources", "csv").__name__ == "chaland.sources.csv"


def test_listing_kinds_imports_none_of_them():
    code = "import sys; from chaland.plugins import kinds; kinds('engines'); print('chaland.engines.duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_an_unknown_kind_is_told_with_the_nearest():
    with pytest.raises(SpecError, match="no source is called 'cvs'") as caught:
        plugins.load("sources", "cvs")
    assert caught.value.next == "Did you mean 'csv'?"


def test_a_planned_kind_is_told_as_not_there_yet():
    with pytest.raises(SpecError, match="the 'mongodb' store does not exist in this version yet"):
        plugins.load("stores", "mongodb")


def test_nothing_is_planned_that_is_there():
    assert [(family, kind) for family, later in plugins.LATER.items() for kind in plugins.kinds(family) if kind in later] == []


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Somebody else's package with two stores: one that works, one whose driver is not installed."""
    (tmp_path / "theirs.py").write_text("class Options: ...\nclass Adapter: ...\n")
    (tmp_path / "needy.py").write_text("import a_driver_that_nobody_has\n")
    (tmp_path / "theirs-1.0.dist-info").mkdir()
    (tmp_path / "theirs-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (tmp_path / "theirs-1.0.dist-info" / "entry_points.txt").write_text(
        "[chaland.stores]\ntheirs = theirs\nneedy = needy\nsqlite = theirs\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins._foreign.cache_clear()
    yield
    plugins._foreign.cache_clear()


@pytest.mark.usefixtures("foreign")
def test_an_entry_point_adds_a_kind_and_does_not_hide_a_shipped_one():
    assert {"theirs", "sqlite"} <= set(plugins.kinds("stores"))
    assert plugins.load("stores", "theirs").__name__ == "theirs"
    assert plugins.load("stores", "sqlite").__name__ == "chaland.stores.sqlite"


@pytest.mark.usefixtures("foreign")
def test_a_kind_whose_package_is_missing_names_the_line_that_installs_it():
    with pytest.raises(PartMissing, match="the 'needy' store needs a_driver_that_nobody_has") as caught:
        plugins.load("stores", "needy")
    assert caught.value.next == "pip install a_driver_that_nobody_has"


def test_the_words_beside_a_kind_are_judged_by_its_options():
    [fault] = plugins.misfits("stores", "sqlite", {"pth": "x"}, ("stores", "live"))
    assert (fault.keys, fault.said, fault.hint) == (("stores", "live", "pth"), "unknown word 'pth'", "Did you mean 'path'?")
