"""`chaland init`: a first project file from a look at data files."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chaland import plugins
from chaland.errors import DataError, SpecError, Where
from chaland.flow import home, init
from chaland.spec import Site

SAMPLE = 20_000


def write(sources: Sequence[str], out: Path, site: Site) -> dict[str, Any]:
    """Look at the files, and write the project file that describes them. An existing file is never overwritten."""
    if out.exists():
        raise SpecError(f"{out} is there already", where=Where(str(out)), next="Name another file with --out, or remove this one.")
    found = sorted({path for source in sources for path in glob.glob(source, recursive=True) if Path(path).is_file()})
    if not found:
        raise DataError(
            f"no file matches {', '.join(map(repr, sources))}", next="Put the pattern in quotes: --from 'folder/*.csv'.", code="no_data"
        )
    folder = Path(os.path.commonpath([str(Path(path).parent) for path in found]))
    pattern = _pattern(sources, found)
    looks = _look(folder, [str(Path(path).relative_to(folder)) for path in found], site)
    text = init.propose(looks, _name(out), pattern, _kind(found))
    home.write_text(out, text)
    out.chmod(0o644)
    return {"out": str(out), "files": found, "next": "edit the line that names the target, then run `chaland check` and `chaland run`"}


def _look(folder: Path, names: list[str], site: Site) -> Any:
    module = plugins.load("sources", _kind(names))
    return module.Adapter(module.Options(path=names), folder, None, site.limits).look(SAMPLE)


def _kind(names: Sequence[str]) -> str:
    """The kind of source that reads them all: one kind of file, or each by its own."""
    kinds = {{".parquet": "parquet", ".xlsx": "xlsx"}.get(Path(name).suffix.lower(), "csv") for name in names}
    return kinds.pop() if len(kinds) == 1 else "files"


def _pattern(sources: Sequence[str], found: list[str]) -> str:
    """The pattern that a project file names, relative to its data folder."""
    last = Path(sources[0]).name
    return (
        last
        if len(sources) == 1 and any(sign in last for sign in "*?[")
        else f"*{Path(found[0]).suffix}"
        if len(found) > 1
        else Path(found[0]).name
    )


def _name(out: Path) -> str:
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in out.stem.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"project_{plain}".rstrip("_")
