"""Runs every module of this folder that has a `main()`, each in a process of its own; a name as argument runs that one."""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

BESIDE = ("chaland", "duckdb", "ibis-framework", "pyarrow", "deltalake", "scikit-learn", "lightgbm", "onnxruntime", "pandas")


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py") if _has_main(file))


def _has_main(file: Path) -> bool:
    return (
        any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in ast.parse(file.read_text(encoding="utf-8")).body)
        and file.stem != "__main__"
    )


def machine() -> str:
    """Where the figures come from."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = ", ".join(f"{name} {version(name)}" for name in BESIDE)
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}\n{found}"
    )


def main() -> int:
    """Run what is asked for; how many benchmarks failed."""
    asked = sys.argv[1:] or names()
    unknown = sorted(set(asked) - set(names()))
    if unknown:
        print(f"no benchmark is called {', '.join(map(repr, unknown))}. There is: {', '.join(names())}.", file=sys.stderr)
        return 2
    print(machine())
    failed = 0
    for name in asked:
        print(f"\n== {name}", flush=True)
        failed += (
            subprocess.run(
                [sys.executable, "-c", f"from bench.{name} import main; main()"], cwd=Path(__file__).parent.parent, check=False
            ).returncode
            != 0
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
