"""The past of the made-up shop, and the same shop seen later."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaland.history import History
from tests.features import purchases


@pytest.fixture
def past(tmp_path: Path) -> Iterator[History]:
    engine = purchases.engine(tmp_path)
    yield purchases.history(engine, purchases.BEFORE).before(purchases.DAY)
    engine.close()


@pytest.fixture
def longer(tmp_path: Path) -> Iterator[History]:
    engine = purchases.engine(tmp_path / "longer")
    yield purchases.history(engine, purchases.BEFORE + purchases.LATER)
    engine.close()
