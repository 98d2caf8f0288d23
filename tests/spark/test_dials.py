"""Every session gives the same answers, keeps quiet, and keeps to itself."""

from pathlib import Path

import pytest

from chaland.spark import dials
from chaland.spark.dials import Wanted


def told(tmp_path: Path, **words: object) -> dict[str, str]:
    wanted = {"master": "local[2]", "folder": tmp_path / "s", "memory": "1g", "partitions": 4} | words
    return dials.all_of(Wanted(**wanted), [], tmp_path / "room")  # type: ignore[arg-type]


def test_times_are_utc_and_overflow_raises(tmp_path: Path) -> None:
    assert told(tmp_path)["spark.sql.session.timeZone"] == "UTC"
    assert told(tmp_path)["spark.sql.ansi.enabled"] == "true"


def test_what_is_spilled_lies_in_the_sessions_folder(tmp_path: Path) -> None:
    assert told(tmp_path)["spark.local.dir"] == str(tmp_path / "s")


@pytest.mark.parametrize("master", ["local[2]", "spark://127.0.0.1:7077"])
def test_on_this_machine_nothing_listens_to_the_outside(tmp_path: Path, master: str) -> None:
    assert told(tmp_path, master=master)["spark.driver.bindAddress"] == "127.0.0.1"
    assert told(tmp_path, master=master)["spark.ui.enabled"] == "false"


def test_a_real_cluster_finds_the_driver_by_its_own_name(tmp_path: Path) -> None:
    assert "spark.driver.host" not in told(tmp_path, master="spark://far:7077")


def test_the_site_has_the_last_word(tmp_path: Path) -> None:
    assert told(tmp_path, conf={"spark.task.maxFailures": "2"})["spark.task.maxFailures"] == "2"


def test_packages_stand_in_for_jars(tmp_path: Path) -> None:
    assert told(tmp_path, packages=("a:b:1", "c:d:2"))["spark.jars.packages"] == "a:b:1,c:d:2"
    assert "spark.jars" not in told(tmp_path, packages=("a:b:1",))
