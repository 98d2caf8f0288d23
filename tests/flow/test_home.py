"""A home is private, held by one run at a time, and remembers its secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chaland import storage
from chaland.errors import Busy, DataError, PartMissing
from chaland.flow import home as homes
from chaland.flow.home import Home
from chaland.spec.site import Lake as Said

pytest_plugins = ("tests.servers",)

HOLD = "import sys, time; from pathlib import Path; from chaland.flow.home import Home\nwith Home(Path(sys.argv[1]), 'p').held():\n print('held', flush=True); time.sleep(60)"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home", "p")
    home.make()
    return home


def test_a_second_run_of_a_project_is_refused(home: Home) -> None:
    with home.held(), pytest.raises(Busy), home.held():
        pass


def test_a_lock_left_by_a_dead_process_does_not_count(home: Home) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(home.root)], stdout=subprocess.PIPE)
    assert other.stdout
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(Busy), home.held():
        pass
    other.kill()
    other.wait()
    with home.held():
        pass


def test_staging_is_wiped_before_and_after_a_run(home: Home) -> None:
    home.staging.mkdir()
    (home.staging / "left").write_text("plain")
    with home.held():
        assert not home.staging.exists()
        home.staging.mkdir()
    assert not home.staging.exists()


def test_staging_of_a_run_under_way_is_left_alone(home: Home) -> None:
    with home.held():
        home.staging.mkdir()
        home.sweep_if_idle()
        assert home.staging.exists()
    home.staging.mkdir()
    home.sweep_if_idle()
    assert not home.staging.exists()


def test_the_first_run_makes_a_private_secret_and_says_so(home: Home) -> None:
    said: list[str] = []
    secret = homes.secret_of(home, said.append)
    assert home.key_file.stat().st_mode & 0o777 == 0o600
    assert home.key_file.parent.stat().st_mode & 0o777 == 0o700
    assert home.lake not in home.key_file.parents
    assert homes.secret_of(home, said.append) == secret
    assert len(said) == 1


def test_another_secret_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    homes.secret_of(home, lambda _: None)
    monkeypatch.setenv("CHALAND_SECRET", "another one")
    with pytest.raises(DataError, match="another secret") as told:
        homes.secret_of(home, lambda _: None)
    assert told.value.code == "wrong_secret"


def test_a_lost_secret_is_refused_and_no_new_one_is_made(home: Home) -> None:
    homes.secret_of(home, lambda _: None)
    home.key_file.unlink()
    with pytest.raises(DataError, match="lost"):
        homes.secret_of(home, lambda _: None)
    assert not home.key_file.exists()


def test_the_secret_may_come_from_a_file_or_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("CHALAND_SECRET_FILE", str(tmp_path / "secret"))
    assert homes.secret_of(home, lambda _: None) == b"from a file"
    assert not home.key_file.exists()


def test_an_empty_secret_is_no_secret(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_SECRET", "")
    with pytest.raises(DataError, match="empty"):
        homes.secret_of(home, lambda _: None)


def test_a_file_is_written_whole_or_not_at_all(home: Home) -> None:
    homes.write_text(home.runs / "a.json", "1")
    homes.write_text(home.runs / "a.json", "2")
    assert [file.name for file in home.runs.iterdir()] == ["a.json"]
    assert homes.read_json(home.runs / "a.json") == 2
    assert homes.read_json(home.runs / "none.json") is None


def test_a_home_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PartMissing, match="cannot be written"):
        Home(tmp_path / "file", "p").make()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_is_told_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PartMissing, match="cannot be written"):
        Home(tmp_path / "home", "p").make()


def test_a_site_says_where_the_lake_lies(home: Home, tmp_path: Path) -> None:
    assert home.lake_of(Said()).root == str(home.lake)
    assert home.lake_of(Said(at=str(tmp_path / "elsewhere"))).root == str(tmp_path / "elsewhere" / home.project)
    root = home.lake_of(Said(at="s3://bucket/prefix", endpoint="http://127.0.0.1:9")).root
    assert (storage.bare(root), "127.0.0.1" in root) == (f"s3://bucket/prefix/{home.project}", True)


def test_another_home_with_another_secret_is_refused_by_a_lake_on_s3(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Home(tmp_path / "one", "p"), Home(tmp_path / "other", "p")
    secret = homes.secret_of(one, lambda _: None, one.lake_of(Said(at=s3)))
    with pytest.raises(DataError, match="lost"):
        homes.secret_of(other, lambda _: None, other.lake_of(Said(at=s3)))
    monkeypatch.setenv("CHALAND_SECRET", "another one")
    with pytest.raises(DataError, match="another secret"):
        homes.secret_of(other, lambda _: None, other.lake_of(Said(at=s3)))
    monkeypatch.setenv("CHALAND_SECRET", secret.decode())
    assert homes.secret_of(other, lambda _: None, other.lake_of(Said(at=s3))) == secret
