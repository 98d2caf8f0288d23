"""One whole run of the made-up shop, which many tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chaland.flow import whole
from chaland.flow.run import Asked, Run, asking
from tests.flow import clicks, shop


@dataclass(frozen=True)
class Ran:
    """A finished run: the folder of its files, and what it found."""

    data: Path
    document: dict[str, Any]


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    data = tmp_path_factory.mktemp("shop") / "data"
    shop.write(data)
    report = whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data))
    return Ran(data, report.document)


@pytest.fixture
def looking(ran: Ran) -> Iterator[Run]:
    with asking(shop.spec(ran.data), shop.SITE, shop.home(ran.data), shop.asked(ran.data)) as run:
        yield run


@pytest.fixture(scope="session")
def clicked(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    data = clicks.write(tmp_path_factory.mktemp("clicks") / "data")
    steps = ("ingest", "prepare", "features", "segment")
    return Ran(data, whole.run(clicks.spec(data), shop.SITE, clicks.home(data), Asked(data), steps).document)


@pytest.fixture
def clicking(clicked: Ran) -> Iterator[Run]:
    with asking(clicks.spec(clicked.data), shop.SITE, clicks.home(clicked.data), Asked(clicked.data)) as run:
        yield run
