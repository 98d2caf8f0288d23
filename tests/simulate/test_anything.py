"""Random projects are right projects, and come from their seed alone."""

from pathlib import Path

import pytest

from chaland.reading import read_project
from chaland.simulate import anything


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("seed", range(60))
def test_every_project_passes_check(tmp_path: Path, seed: int) -> None:
    assert read_project(anything.write(tmp_path, seed)).name == "anything"


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    for side in ("a", "b", "c"):
        anything.write(tmp_path / side, seed=3 if side != "c" else 4)
    assert everything(tmp_path / "a") == everything(tmp_path / "b") != everything(tmp_path / "c")


def test_every_type_and_every_kind_of_dirt_is_drawn(tmp_path: Path) -> None:
    text = "".join(anything.write(tmp_path / str(seed), seed).read_text(encoding="utf-8") for seed in range(60))
    wanted = [
        "int",
        "float",
        "decimal",
        "bool",
        "date",
        "timestamp",
        "clip",
        "placeholders",
        "identifier",
        "coarsen",
        "lower",
        "matches",
        "keep",
        "thousands",
        "date_order",
        "order",
        "unique",
    ]
    assert [word for word in wanted if word not in text] == []
