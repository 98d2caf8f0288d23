"""Docs that cannot rot: every block of README.md and docs/*.md that can be run is run, in a copy, and shows what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import blocks, run

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WORDS = [*PAGES, *(ROOT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COPIED = ("projects", "sites", "docs")


@pytest.fixture
def copy(tmp_path):
    """A folder with what a reader of the page has before them."""
    for name in COPIED:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / "chaland" / name)
    (tmp_path / "chaland").mkdir(exist_ok=True)
    return tmp_path / "chaland"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_do_what_the_page_says(page, copy):
    wrong = []
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.is_run and (not block.needs or os.environ.get(block.needs)):
            wrong += run(block, copy)
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_says_whether_it_is_run(page):
    found = blocks(page.read_text(encoding="utf-8"))
    unmarked = [block.line for block in found if not block.is_run and not re.fullmatch(r"not run: .+", block.mark)]
    assert unmarked == []


@pytest.mark.parametrize("page", WORDS, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    dead = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert dead == []


def test_the_word_list_is_that_of_the_specs():
    ended = subprocess.run([sys.executable, str(ROOT / "docs" / "words.py"), "--check"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_the_page_on_sql_is_that_of_the_lists():
    ended = subprocess.run([sys.executable, str(ROOT / "docs" / "sql.py"), "--check"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.parametrize("step", sorted(file.stem for file in (ROOT / "src/chaland/flow/steps").glob("*.py") if file.stem != "__init__"))
def test_the_readme_names_every_step(step):
    assert re.search(rf"\b{step}\b", (ROOT / "README.md").read_text(encoding="utf-8"))
