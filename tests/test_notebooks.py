"""The notebooks run from top to bottom, and for another business by changing their one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
LINE = 'PROJECT, DATA = "telco", None'


def program(book: Path, project: str) -> str:
    """The code of a notebook, its one line changed."""
    cells = [cell for cell in json.loads(book.read_text())["cells"] if cell["cell_type"] == "code"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    assert text.count(LINE) == 1
    return text.replace(LINE, LINE.replace("telco", project))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notebooks")


def test_there_are_four_notebooks_without_outputs() -> None:
    assert [book.stem for book in BOOKS] == ["01-explore", "02-trends", "03-segments", "04-predict"]
    for book in BOOKS:
        assert all(not cell.get("outputs") for cell in json.loads(book.read_text())["cells"])


@pytest.mark.parametrize("project", ["telco", "bikes"])
@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_notebook_runs_from_top_to_bottom(book: Path, project: str, folder: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", program(book, project)], cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert ended.stdout.startswith(f"{project} as of ")
