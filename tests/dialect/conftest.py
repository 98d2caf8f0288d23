"""One Spark session for all tests of the dialect, and both engines over the same awkward rows."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator

import pytest

from tests.dialect.awkward import COLUMNS, rows
from tests.dialect.engines import Both, spark


@pytest.fixture(scope="session")
def session() -> Iterator[object]:
    """A Spark session, or a skip."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java")
    made = spark()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def both(session: object) -> Both:
    """Both engines over eighty awkward rows."""
    return Both(session, rows(80, 7), COLUMNS)
