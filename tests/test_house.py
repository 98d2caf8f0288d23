"""The house keeps itself: sizes, names, places, lightness."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median

import pytest

import chaland

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src"
TESTS = ROOT / "tests"
EXCEPTIONS = tomllib.loads((TESTS / "house_exceptions.toml").read_text(encoding="utf-8"))
MODULES = sorted((SRC / "chaland").rglob("*.py"))
SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "core", "manager", "managers", "misc", "tools", "stuff", "base_utils"}
HEAVY = (
    "duckdb",
    "ibis",
    "pyarrow",
    "pandas",
    "numpy",
    "sklearn",
    "lightgbm",
    "onnx",
    "onnxruntime",
    "skl2onnx",
    "deltalake",
    "mlflow",
    "matplotlib",
    "sqlglot",
    "jinja2",
    "pyspark",
)
HOSTS = re.compile(r"(pypi|pythonhosted|npmjs|registry\.|repo1?\.maven|crates)\.(org|com|io)|files\.pythonhosted|proxy\.golang")
# Split, so that this file does not find itself; the folders of whoever runs the test are added.
MACHINE = re.compile(
    "|".join(
        [
            "/" + "work/",
            "/" + "root/",
            "/" + "Users/[A-Za-z]",
            "/" + "opt/wheels",
            *(re.escape(f"{folder}/") for folder in (ROOT, Path.home()) if folder.name),
        ]
    )
)


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def _tracked() -> list[Path]:
    """Files that git knows or would take in; all files where there is no git (a source archive)."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("there is no git here")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_middle_function_is_under_ten_lines():
    assert median(lines for file in MODULES for _, lines in _functions(file)) < 10


def test_no_function_is_over_forty_lines():
    assert [f"{place} ({lines})" for file in MODULES for place, lines in _functions(file) if lines > 40] == []


def test_no_file_is_over_four_hundred_lines():
    lines = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in [*MODULES, *TESTS.rglob("*.py")]}
    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_every_name_says_something():
    assert [str(file.relative_to(ROOT)) for file in MODULES if {file.stem, file.parent.name} & SAY_NOTHING] == []


def test_every_module_says_in_a_sentence_what_it_is():
    silent = [
        file
        for file in MODULES
        if file.read_text(encoding="utf-8").strip() and not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert [str(file.relative_to(ROOT)) for file in silent] == []


def _untested() -> set[str]:
    """Modules that define something and whose mirror tests/…/test_<name>.py is missing."""
    found = set()
    for file in MODULES:
        inside = file.relative_to(SRC / "chaland")
        body = ast.parse(file.read_text(encoding="utf-8")).body
        defines = any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in body)
        own = inside.parent.name if inside.name == "__init__.py" else inside.stem.strip("_")
        if defines and not (TESTS / inside.parent / f"test_{own or 'chaland'}.py").exists():
            found.add(f"chaland/{inside.as_posix()}")
    return found


def test_every_module_has_a_test_file_that_mirrors_it():
    assert sorted(_untested() - set(EXCEPTIONS["no_test_of_its_own"])) == []


def test_no_exception_outlives_its_reason():
    assert sorted(set(EXCEPTIONS["no_test_of_its_own"]) - _untested()) == []


def _loaded_after(code: str) -> list[str]:
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in json.loads(told.stdout.splitlines()[-1]) if name in HEAVY]


def test_importing_chaland_loads_nothing_heavy():
    assert _loaded_after("import chaland") == []


def test_help_loads_nothing_heavy():
    asked = "import contextlib, io, sys\nsys.argv = ['chaland', '--help']\nfrom chaland.__main__ import main\nwith contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()"
    assert _loaded_after(asked) == []


def test_chaland_promises_at_most_eight_names():
    assert len(chaland.__all__) <= 8


def test_every_promised_name_can_be_called_whatever_was_imported_before():
    asked = "import pkgutil, chaland\nfor module in pkgutil.iter_modules(chaland.__path__):\n    module.name == '__main__' or __import__(f'chaland.{module.name}')\n"
    told = subprocess.run(
        [sys.executable, "-c", asked + "print([n for n in chaland.__all__ if not callable(getattr(chaland, n))])"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.stdout, told.stderr) == ("[]\n", "")


def _named(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for file in _tracked():
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{file.relative_to(ROOT)}:{number}" for number, line in enumerate(lines, 1) if file != Path(__file__) and pattern.search(line)
        ]
    return found


def test_no_file_names_a_package_registry():
    assert _named(HOSTS) == []


def test_no_file_names_a_folder_of_somebodys_machine():
    assert _named(MACHINE) == []


def test_a_step_has_one_name_as_command_file_and_function():
    cli = import_module("chaland.cli")
    commands = {command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    steps = {file.stem for file in (SRC / "chaland/flow/steps").glob("*.py") if file.stem != "__init__"}
    functions = {step for step in steps if callable(getattr(import_module(f"chaland.flow.steps.{step}"), step, None))}
    assert steps
    assert (sorted(steps - commands), sorted(steps - functions)) == ([], [])


@pytest.mark.parametrize("family", ["engines", "sources", "stores", "trackers"])
def test_an_adapter_is_one_file_with_options_and_adapter(family):
    files = [file.stem for file in (SRC / "chaland" / family).glob("*.py") if not file.stem.startswith("_")]
    lacking = [stem for stem in files if not {"Options", "Adapter"} <= set(vars(import_module(f"chaland.{family}.{stem}")))]
    assert (bool(files), lacking) == (True, [])


def test_the_locks_have_hashes_and_no_address():
    for lock in (ROOT / "requirements").glob("*.lock"):
        lines = lock.read_text(encoding="utf-8").splitlines()
        pins = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
        assert all("--hash=sha256:" in lines[number + 1] for number in pins)
        assert [line for line in lines if "://" in line or "index" in line.split("#")[0].replace("--hash", "")] == []
