"""A run on Spark is Spark's: no DuckDB, little memory for results on the driver, and an end by itself."""

from pathlib import Path

import pytest

from tests import sparking
from tests.engines import commands
from tests.flow import shop

pytestmark = pytest.mark.slow
SMALL = '{ kind = "spark", memory = "1g", partitions = 2, conf = { "spark.driver.maxResultSize" = "64m" } }'


@pytest.mark.timeout(400)
def test_a_whole_run_on_spark_needs_no_duckdb_and_64_megabytes_for_results(tmp_path: Path) -> None:
    sparking.needed()
    data, hook = tmp_path / "data", tmp_path / "hook"
    shop.write(data)
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(commands.REFUSES)
    words = commands.run_words(data / "shop.toml", data, tmp_path / "laptop", commands.site(tmp_path, '{ kind = "duckdb" }'))
    expected = commands.facts(commands.ended(commands.started(words)))
    refused = commands.started([*words, "--force"], {"PYTHONPATH": str(hook)})
    assert (refused.communicate(timeout=60)[1] or "").find("refused here") >= 0
    words = commands.run_words(data / "shop.toml", data, tmp_path / "there", commands.site(tmp_path, SMALL))
    assert commands.facts(commands.ended(commands.started(words, {"PYTHONPATH": str(hook)}))) == expected


@pytest.mark.timeout(400)
def test_parity_of_the_made_up_shop_finds_no_difference_and_ends_by_itself(tmp_path: Path) -> None:
    sparking.needed()
    data = tmp_path / "data"
    shop.write(data)
    words = commands.run_words(data / "shop.toml", data, tmp_path / "home", commands.site(tmp_path, SMALL))
    told = commands.ended(commands.started(["parity", *words[1:]]))
    assert (told["engines"], told["differences"]) == (["duckdb", "spark"], 0)
    assert {"raw/people", "clean/people", "features/profile", "segments/habits", "scores/leaving"} <= {
        one["table"] for one in told["tables"]
    }


@pytest.mark.timeout(400)
def test_random_projects_agree_on_both_engines(tmp_path: Path) -> None:
    sparking.needed()
    words = ["parity", "--fuzz", "2", "--seed", "3", "--home", str(tmp_path), "--site", str(commands.site(tmp_path, SMALL)), "--json"]
    told = commands.ended(commands.started(words))
    assert (told["projects"], told["seed"], told["differences"]) == (2, 3, 0)
