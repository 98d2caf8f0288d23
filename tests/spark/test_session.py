"""One session a process, quiet, and nothing of it is left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chaland.errors import PartMissing
from chaland.spark import session
from tests import sparking

OPENED = """
import json, sys
from pathlib import Path
from chaland.engines.spark import Adapter, Options
from chaland.spec.site import Limits
import pyarrow as pa
engine = Adapter(Options(memory="1g", partitions=2), Path(sys.argv[1]) / "staging", Limits())
second = Adapter(Options(), Path(sys.argv[1]) / "second", Limits())
rows = second.take(pa.table({"a": [1]})).to_pyarrow().to_pylist()
second.close()
again = engine.take(pa.table({"a": [2]})).to_pyarrow().to_pylist()
engine.close()
print(json.dumps([rows, again]))
"""


def test_a_folder_without_jars_is_told(tmp_path: Path) -> None:
    with pytest.raises(PartMissing, match="no jars") as told:
        session.jars(str(tmp_path))
    assert "make services" in told.value.next


def test_the_environment_says_where_the_jars_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_JARS", str(tmp_path))
    assert session.jars_folder(None) == tmp_path
    assert session.jars_folder("named") == Path("named")


def test_a_session_is_shared_quiet_and_leaves_nothing(tmp_path: Path) -> None:
    sparking.needed()
    # tests/offline refuses every connection of a child, also to its own JVM.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OPENED, str(tmp_path)], capture_output=True, text=True, check=False, env=env
    )
    assert (told.stderr, json.loads(told.stdout)) == ("", [[{"a": 1}], [{"a": 2}]])
    assert list(tmp_path.iterdir()) == []
