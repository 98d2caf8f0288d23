"""Big files are read on Spark in parts, and nobody can tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaland.engines.spark import Adapter, Options
from chaland.ports import Engine
from chaland.sources import csv
from chaland.spec.site import Limits
from tests import sparking

pytest_plugins = ("tests.servers",)

pytestmark = sparking.LOOPBACK
COLUMNS = {name: ((name,), False) for name in ("name", "town")}
LINES = [f"person {number},town {number % 97}" for number in range(160_000)]


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Engine]:
    sparking.needed()
    sparking.session()
    engine = Adapter(Options(part_mib=1), tmp_path / "spark" / "staging", Limits())
    yield engine
    engine.close()


def written(folder: Path, name: str, lines: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("name,town\n" + "".join(line + "\n" for line in lines))


def told(folder: Path | str, engine: Engine) -> list[tuple[str, ...]]:
    rows = csv.Adapter(csv.Options(path="*.csv"), folder, COLUMNS, Limits()).table(engine)  # type: ignore[arg-type]
    found = rows.order_by(["_file", "_line"]).to_pyarrow().to_pylist()
    return [tuple(str(value) for value in row.values()) for row in found]


def embedded(folder: Path, tmp_path: Path) -> list[tuple[str, ...]]:
    from chaland.engines import duckdb

    engine = duckdb.Adapter(duckdb.Options(), tmp_path / "embedded" / "staging", Limits())
    found = told(folder, engine)
    engine.close()
    return found


def test_big_files_and_small_ones_give_the_rows_and_reports_of_the_embedded_engine(spark: Engine, tmp_path: Path) -> None:
    ragged = [*LINES[:50_000], "a,b,c", *LINES[50_000:], "cut"]
    foreign = [*LINES[:80_000], "town,name", *LINES[80_000:]]
    for name, lines in (("a.csv", ragged), ("b.csv", LINES[:5]), ("c.csv", foreign)):
        written(tmp_path / "data", name, lines)
    assert len(list((tmp_path / "data").iterdir())) == 3
    assert told(tmp_path / "data", spark) == embedded(tmp_path / "data", tmp_path)


def test_each_part_is_a_task_of_its_own(spark: Engine, tmp_path: Path) -> None:
    written(tmp_path / "data", "a.csv", LINES)
    told(tmp_path / "data", spark)
    assert len(list((tmp_path / "spark" / "staging").rglob("*.parquet"))) >= 3 + 1


def test_parts_come_from_s3_without_the_rest(s3: str, tmp_path: Path) -> None:
    import subprocess
    import sys

    from chaland import storage
    from tests.servers import outside

    written(tmp_path / "data", "a.csv", [*LINES[:70_000], "x,y,z", *LINES[70_000:]])
    storage.send(tmp_path / "data" / "a.csv", f"{s3}/in/a.csv")
    code = "import sys; from tests.spark.test_intake import far; far(*sys.argv[1:])"
    ended = subprocess.run(
        [sys.executable, "-c", code, f"{s3}/in", str(tmp_path)], env=outside(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]


def far(place: str, folder: str) -> None:
    """What is read in parts from S3 is what is read from the disk; run in a process of its own."""
    tmp_path = Path(folder)
    engine = Adapter(Options(part_mib=1), tmp_path / "far" / "staging", Limits())
    assert told(place, engine) == embedded(tmp_path / "data", tmp_path)
    engine.close()
