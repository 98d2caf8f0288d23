"""A disk that is full, a home that cannot be written and too little memory are told in words, and the next run mends what they broke."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow import shop

LIMITED = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); sys.argv[0] = 'chaland'; runpy.run_module('chaland', run_name='__main__')"


def chaland(data: Path, *words: str, size: int | None = None) -> subprocess.CompletedProcess[str]:
    site = data.parent / "site.toml"
    site.write_text('tracker = { kind = "files" }\n')
    start = ["-c", LIMITED.format(size=size)] if size else ["-m", "chaland"]
    return subprocess.run(
        [sys.executable, *start, *words, str(data / "shop.toml"), "--home", str(data.parent / "home"), "--site", str(site)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shop.write(tmp_path / "data", rows=2000)
    return tmp_path / "data"


@pytest.mark.slow
@pytest.mark.parametrize("size", [3_000, 20_000, 60_000, 90_000])
def test_a_full_disk_is_told_and_the_next_run_mends_everything(data: Path, size: int) -> None:
    full = chaland(data, "run", size=size)
    assert (full.returncode, "full" in full.stderr, "Traceback" in full.stderr) == (4, True, False), full.stderr[-2000:]
    assert chaland(data, "run", "--quiet").returncode == 0
    assert chaland(data, "show").returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_is_told(data: Path) -> None:
    (data.parent / "home").mkdir(mode=0o500)
    told = chaland(data, "run")
    assert (told.returncode, "Traceback" in told.stderr) == (4, False)


def test_a_file_where_the_home_should_be_is_told(data: Path) -> None:
    (data.parent / "home").write_text("")
    told = chaland(data, "run")
    assert (told.returncode, "Traceback" in told.stderr) == (4, False)
    assert "--home" in told.stderr
