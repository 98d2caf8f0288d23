"""Data and lake on S3: the same run, the same tables, the same skips as on a disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chaland import storage
from chaland.errors import PartMissing
from chaland.flow import keeping, whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.spec import Site
from tests.flow import shop

pytest_plugins = ("tests.servers",)
STEPS = ["ingest", "prepare"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shop.write(tmp_path / "data", rows=30)
    return tmp_path / "data"


def site(at: str | None) -> Site:
    return Site.model_validate({"lake": {"at": at}, "tracker": {"kind": "files"}})


def run(data: Path, home: Path, at: str | None, source: Path | None = None) -> dict[str, Any]:
    """What a run told of its tables, and which steps it skipped."""
    told = whole.run(shop.spec(data), site(at), Home(home, "shop"), Asked(source or data), STEPS)
    facts = json.loads(json.dumps(told.document, default=str))
    return {"tables": facts["tables"], "skipped": [step["skipped"] for step in facts["steps"]]}


def test_a_run_on_s3_tells_what_a_run_on_a_disk_tells(data: Path, s3: str, tmp_path: Path) -> None:
    for file in data.glob("*.csv"):
        storage.send(file, f"{s3}/data/{file.name}")
    on_disk = run(data, tmp_path / "home", None)
    assert run(data, tmp_path / "far", f"{s3}/lake", Path(f"{s3}/data")) == on_disk
    assert run(data, tmp_path / "far", f"{s3}/lake", Path(f"{s3}/data")) == on_disk | {"skipped": [True] * len(STEPS)}
    storage.send(data / "test.csv", f"{s3}/data/learn.csv")
    changed = run(data, tmp_path / "far", f"{s3}/lake", Path(f"{s3}/data"))
    assert changed["skipped"] == [False] * len(STEPS)
    assert changed["tables"]["people"]["read"] < on_disk["tables"]["people"]["read"]


def test_a_home_whose_lake_moves_does_its_steps_again(data: Path, s3: str, tmp_path: Path) -> None:
    for at, skipped in ((None, False), (s3, False), (s3, True), (None, False)):
        assert run(data, tmp_path / "home", at)["skipped"] == [skipped] * len(STEPS)


def test_tables_of_a_lake_on_s3_are_listed_and_nothing_lies_in_the_home(data: Path, s3: str, tmp_path: Path) -> None:
    run(data, tmp_path / "home", s3)
    told = keeping.tables(Home(tmp_path / "home", "shop"), site(s3), vacuum=True)
    assert [one["table"] for one in told["tables"]] == [f"{kind}/people" for kind in ("clean", "ledger", "quarantine", "raw")]
    assert list((tmp_path / "home" / "shop" / "lake").iterdir()) == []
    assert not (tmp_path / "home" / "shop" / "staging").exists()


def test_no_file_of_a_home_and_no_object_of_a_lake_holds_the_key(data: Path, s3: str, tmp_path: Path, s3_server: dict[str, str]) -> None:
    run(data, tmp_path / "home", s3)
    keys = [s3_server[f"AWS_{word}"].encode() for word in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")]
    written = {str(file): file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file()}
    sent = {entry.name: storage.read(entry.uri) or b"" for entry in storage.listed(s3)}
    assert len(written) > 3
    assert len(sent) > 8
    assert [name for name, content in (written | sent).items() if any(key in content for key in keys)] == []


def test_a_wrong_key_in_mid_life_ends_in_words_and_the_lake_stands(
    data: Path, s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, s3_server: dict[str, str]
) -> None:
    before = run(data, tmp_path / "home", s3)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-secret")
    with pytest.raises(PartMissing, match="refuses the key") as told:
        run(data, tmp_path / "home", s3)
    assert "made-up" not in str(told.value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server["AWS_SECRET_ACCESS_KEY"])
    assert run(data, tmp_path / "home", s3) == before | {"skipped": [True] * len(STEPS)}
