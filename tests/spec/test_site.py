"""A site without a word is this machine."""

from __future__ import annotations

from chaland.spec import Site


def test_nothing_said_is_the_embedded_engine_store_and_tracker():
    site = Site()
    assert (site.engine.kind, site.tracker.kind, site.stores["default"].kind) == ("duckdb", "files", "sqlite")


def test_words_beside_a_kind_are_kept_as_written():
    assert Site.model_validate({"engine": {"kind": "duckdb", "threads": 2}}).engine.options() == {"threads": 2}
