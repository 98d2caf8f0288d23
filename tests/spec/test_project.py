"""A project's own answers."""

from __future__ import annotations

import pytest

from chaland.learn.algorithms import ALGORITHMS
from chaland.spec import Project
from chaland.spec.project import CANDIDATES

TABLE = {"source": {"kind": "csv"}, "columns": {"a": {}}}


@pytest.mark.parametrize(("role", "found"), [("customers", "t"), ("reference", None)])
def test_the_table_of_customers_is_found_by_its_role(role, found):
    assert Project.model_validate({"name": "p", "tables": {"t": {**TABLE, "role": role}}}).customers() == found


def test_the_candidates_that_may_be_named_are_the_algorithms_there_are():
    names = [one.name if hasattr(one, "name") else one for one in ALGORITHMS]
    assert set(CANDIDATES) == set(names)
