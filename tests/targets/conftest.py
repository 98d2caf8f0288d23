"""The made-up shop of the features, all of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaland.history import History
from tests.features import purchases


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[History]:
    engine = purchases.engine(tmp_path)
    yield purchases.history(engine, purchases.BEFORE + purchases.LATER)
    engine.close()
