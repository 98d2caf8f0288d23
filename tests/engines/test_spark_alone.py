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
