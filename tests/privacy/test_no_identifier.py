"""No raw identifier stays in anything that chaland wrote: planted ones are looked for in every file, whatever it is packed in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chaland.flow import whole
from chaland.reading import read_project
from chaland.spec.site import Site
from tests.flow import shop
from tests.privacy import canary

CANARIES = ("KANARIENVOGEL-ID", "KANARIENVOGEL-PHONE", "KANARIENVOGEL-NOTE", "KANARIENVOGEL-CITY")
PLANTED = """KANARIENVOGEL-ID1,KANARIENVOGEL-PHONE1,card,5,10,KANARIENVOGEL-CITY1,no,KANARIENVOGEL-NOTE1
KANARIENVOGEL-ID2,KANARIENVOGEL-PHONE2,card,999,10,KANARIENVOGEL-CITY2,no,KANARIENVOGEL-NOTE2
KANARIENVOGEL-ID3,KANARIENVOGEL-PHONE3,card,many,KANARIENVOGEL-PHONE3,KANARIENVOGEL-CITY3,perhaps,KANARIENVOGEL-NOTE3
KANARIENVOGEL-ID4,KANARIENVOGEL-PHONE4,card
KANARIENVOGEL-ID5,KANARIENVOGEL-PHONE5,card,1,1,KANARIENVOGEL-CITY5,no,KANARIENVOGEL-NOTE5,KANARIENVOGEL-NOTE6,KANARIENVOGEL-NOTE7
KANARIENVOGEL-ID1,KANARIENVOGEL-PHONE8,card,5,10,KANARIENVOGEL-CITY8,no,KANARIENVOGEL-NOTE8
KANARIENVOGEL-ID1,KANARIENVOGEL-PHONE1,card,5,10,KANARIENVOGEL-CITY1,no,KANARIENVOGEL-NOTE1
"""
COLUMNS = 'note = { privacy = "free_text" }\ncity = { privacy = "quasi", coarsen = { keep = 2 } }\n'


def plant(folder: Path, rows: int = 240) -> Path:
    """The made-up shop with canaries in accepted, quarantined, ragged, merged and failing rows."""
    project = shop.write(folder, rows)
    project.write_text(
        project.read_text().replace(
            'age    = { type = "int", privacy = "quasi", coarsen = { step = 10 }, placeholders = ["-1"] }\n', COLUMNS
        )
    )
    for file in folder.glob("*.csv"):
        lines = file.read_text().splitlines()
        kept = [line + ",fine" for line in lines[1:] if line.count(",") == 6]
        file.write_text(shop.HEADER.strip().replace("age", "city") + ",note\n" + "\n".join(kept) + "\n" + PLANTED)
    return project


def left(folder: Path) -> list[str]:
    return [place for needle in CANARIES for place in canary.find(folder, needle)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    plant(tmp_path / "data")
    return tmp_path / "data"


def test_no_identifier_free_text_or_coarsened_value_is_left_anywhere(data: Path, tmp_path: Path) -> None:
    whole.run(read_project(data / "shop.toml"), Site(), shop.home(data), shop.asked(data))
    assert left(tmp_path / "home") == []


def test_a_leak_put_in_on_purpose_is_found(data: Path, tmp_path: Path) -> None:
    project = data / "shop.toml"
    project.write_text(project.read_text().replace('phone  = { privacy = "identifier", optional = true }', "phone = { optional = true }"))
    whole.run(read_project(project), shop.SITE, shop.home(data), shop.asked(data), ["ingest", "prepare"])
    assert any("raw/people" in place or "clean/people" in place for place in left(tmp_path / "home"))


def test_errors_and_logs_tell_no_identifier(data: Path, tmp_path: Path) -> None:
    told = chaland(tmp_path, "run", str(data / "shop.toml"), "--data", str(data), "--as-of", "2026-01-01")
    unknown = chaland(tmp_path, "customer", str(data / "shop.toml"), "KANARIENVOGEL-ID999")
    assert (told.returncode, unknown.returncode) == (0, 3)
    assert "KANARIENVOGEL" not in told.stdout + told.stderr + unknown.stdout + unknown.stderr


@pytest.mark.slow
def test_what_a_killed_run_left_in_staging_is_wiped_by_the_next_command(data: Path, tmp_path: Path) -> None:
    staging = tmp_path / "home" / "shop" / "staging"
    plant(data, rows=30_000)
    run = subprocess.Popen(
        [*COMMAND, "run", str(data / "shop.toml"), "--data", str(data), "--home", str(tmp_path / "home"), "--quiet"], start_new_session=True
    )
    seen = _wait_for_staged(staging, run)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert seen, "the run ended before anything was staged"
    assert staging.stat().st_mode & 0o777 == 0o700
    chaland(tmp_path, "show", str(data / "shop.toml"))
    assert not staging.exists()
    assert left(tmp_path / "home") == []


COMMAND = [sys.executable, "-m", "chaland"]


def chaland(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words, "--home", str(tmp_path / "home")], capture_output=True, text=True, check=False)


def _wait_for_staged(staging: Path, run: subprocess.Popen[bytes]) -> bool:
    while run.poll() is None:
        if any(file.stat().st_size > 4 for file in staging.glob("*rows*/*")):
            return True
        time.sleep(0.002)
    return False
