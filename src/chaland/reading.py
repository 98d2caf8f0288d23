"""Project and site files in TOML → specs; every fault at once, each with its line and the mend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from chaland.errors import ChalandError, Fault, PartMissing, SpecError, Where, nearest
from chaland.plugins import CALLED, LATER, Family, kinds, load, misfits, unknown
from chaland.spec import linked, meaning, tasks
from chaland.spec import schema as schemas
from chaland.spec.base import Spec
from chaland.spec.faults import fit, without
from chaland.spec.lines import Lines
from chaland.spec.patterns import pattern_faults
from chaland.spec.project import Project
from chaland.spec.site import Site

Model = TypeVar("Model", bound=Spec)
Keys = tuple[str, ...]

LATER_SECTIONS = ("decide",)
"""Sections that are planned and whose step does not exist in this version yet."""

_PLACE = re.compile(r"(?P<said>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)
_MENDS = {
    "Invalid value": "Texts stand in quotes, a decimal number has a point: 0.5.",
    "Expected '=' after a key": "Each line is: word = value.",
    "Cannot overwrite": "The same word stands twice: keep one of them.",
    "Cannot declare": "The same section stands twice: join the two.",
    "Unescaped": "In \"…\" a backslash is written twice; in '…' once.",
    "Unclosed": "A bracket is opened and never closed.",
    "Expected newline": "One word = value per line; inside { … } they are separated by commas.",
    "Unterminated": "A quote is opened and never closed.",
    "Illegal character": "A text in one pair of quotes ends on its line.",
    "Invalid statement": "Each line is: word = value, a [section], or a # comment.",
}


def read_project(path: str | Path, site: Site | None = None) -> Project:
    """The project of a file, or of a name that `find_project` finds; SpecError tells every fault of the file at once.

    With a `site`, the stores that the project publishes to must be there.
    """

    def check(project: Project, told: frozenset[Keys]) -> list[Fault]:
        return [
            *meaning.of_project(project, told),
            *_of_patterns(project),
            *_of_adapters(project),
            *(meaning.of_stores(project, site) if site else ()),
        ]

    return _read(Project, find_project(path), _set_aside, check)


def read_site(path: str | Path | None = None) -> Site:
    """The site of a file; without one, this machine with nothing to install. SpecError tells every fault at once."""
    if path is None:
        return Site()
    return _read(Site, Path(path), lambda _: {}, lambda site, _: _of_parts(site))


def read_any(path: str | Path) -> Project | Site:
    """A project or a site, whichever the file is: a site file has neither a name nor tables."""
    file = find_project(path)
    document = _document(file, _text(file))
    return read_project(file) if {"name", "tables"} & document.keys() else read_site(file)


def find_project(project: str | Path) -> Path:
    """The project file of a path, or of a name in ./projects or among those shipped with chaland (and their examples); SpecError where there is none."""
    given = Path(project)
    if given.is_file() or given.suffix == ".toml" or len(given.parts) > 1:
        return given
    folders = [folder / part for folder in (Path("projects"), _shipped_projects()) for part in ("", "examples")]
    found = next((folder / f"{given}.toml" for folder in folders if (folder / f"{given}.toml").is_file()), None)
    if found is None:
        names = {file.stem for folder in folders for file in folder.glob("*.toml")}
        raise SpecError(f"no project is called {str(project)!r}", next=nearest(str(project), names))
    return found


def schema(what: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of "project" or "site" files, of what "show" says under --json, or of an "error"."""
    if what not in schemas.SAID:
        raise SpecError(f"there is no schema of {what!r}", next=nearest(what, schemas.SAID))
    return schemas.of(what, {family: {kind: _options(family, kind) for kind in kinds(family)} for family in CALLED})


def _options(family: Family, kind: str) -> Any:
    """What may stand beside a kind; nothing is known of one whose package is not installed."""
    try:
        return getattr(load(family, kind), "Options", None)
    except PartMissing:
        return None


def _of_adapters(project: Project) -> list[Fault]:
    """What the adapters that a project names say of their words, and what its features and targets need."""
    faults = [
        f
        for name, table in project.tables.items()
        for f in misfits("sources", table.source.kind, table.source.options(), ("tables", name, "source"))
    ]
    for name, family in project.features.items():
        faults += _of_kind(project, "features", family.kind, ("features", name), family.written(), [name])
        faults += misfits("features", family.kind, family.written(), ("features", name)) if family.kind in kinds("features") else []
    faults += [fault for name in project.segments for fault in _of_rows(project, name)]
    for name, question in project.predict.items():
        path = ("predict", name, "target")
        faults += _of_kind(project, "targets", question.target.kind, path, question.target.options(), question.features)
        faults += (
            misfits("targets", question.target.kind, question.target.options(), path) if question.target.kind in kinds("targets") else []
        )
        faults += _of_answer(project, name) if question.target.kind in kinds("targets") else []
    return faults


def _of_rows(project: Project, name: str) -> list[Fault]:
    """Where profiles are asked to settle, or to come again in other months, the families must be counted over the rows of one table."""
    spec = project.segments[name]
    word = "minimum_events" if spec.minimum_events is not None else "validation" if "months" in spec.validation else None
    families = [project.features[one] for one in spec.features if one in project.features]
    if word is None or any(family.kind not in kinds("features") for family in families):
        return []
    modules = [load("features", family.kind) for family in families]
    read = [fit(module.Options, one.written())[0] for module, one in zip(modules, families, strict=True)]
    tables = {(one.linked(project.tables), one.by) if isinstance(one, linked.Linked) else None for one in read}
    if len(tables) == 1 and None not in tables:
        return []
    said = f"{word} needs families that are counted over the rows of one table, linked by one column"
    return [Fault(("segments", name, word), said, "Take the others out of features, or leave it out.")]


def _of_answer(project: Project, name: str) -> list[Fault]:
    """What a target says of its own words, and whether the metric and the algorithms are of its task."""
    question, path = project.predict[name], ("predict", name)
    module = load("targets", question.target.kind)
    if misfits("targets", question.target.kind, question.target.options(), path):
        return []
    options, entity = module.Options(**question.target.options()), project.entity(question.features) or ""
    told: list[Fault] = module.faults((*path, "target"), options, project, entity) if hasattr(module, "faults") else []
    task = task_of(module, options, project, entity) if not told else None
    return told if task is None else [*tasks.faults(path, task, question.metric, question.named())]


def task_of(module: Any, options: Any, project: Project, entity: str) -> tasks.Task | None:
    """The task of a target: its TASK, or what follows from the columns that it names; None where they cannot be foretold."""
    found: tasks.Task | None = module.task(options, project, entity) if hasattr(module, "task") else module.TASK
    return found


def _of_patterns(project: Project) -> list[Fault]:
    """Patterns that RE2, the dialect of DuckDB, does not know, or that Java reads in another way."""
    hint = "Patterns are RE2's: no look-around and no back-references. As: '[A-Z]{2}[0-9]+'."
    places = {
        ("tables", t, "columns", c, "matches"): column.matches for t, table in project.tables.items() for c, column in table.columns.items()
    }
    told = {path: _re2_fault(pattern) for path, pattern in places.items() if pattern is not None}
    return [Fault(path, f"not a pattern that every engine knows: {said}", hint) for path, said in told.items() if said]


def _re2_fault(pattern: str) -> str:
    """What RE2 has against a pattern, or what another engine would read in another way; "" where nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), f"^(?:{pattern})$")
    except pa.ArrowInvalid as error:
        return str(error).removeprefix("Invalid regular expression: ")
    return next(pattern_faults(pattern), "")


def _of_kind(
    project: Project, family: Literal["features", "targets"], kind: str, path: Keys, words: Mapping[str, Any], families: Sequence[str]
) -> list[Fault]:
    """What a family of features or a target needs of the tables; `families` say whom it is about."""
    if kind not in kinds(family):
        return [Fault((*path, "kind"), *unknown(family, kind))]
    module = load(family, kind)
    if issubclass(module.Options, linked.Linked):
        options, told = fit(module.Options, words)
        entity = project.entity(families) or ""
        return [] if options is None or told else list(linked.faults(path, kind, module.NEEDS, options, project.tables, entity))
    needs = {role: wanted for role, wanted in module.NEEDS.items() if role != "customers" or project.customers()}
    return list(meaning.of_needs(project, path, kind, needs))


def _of_parts(site: Site) -> list[Fault]:
    """What the adapters that a site names say of their words."""
    faults = misfits("engines", site.engine.kind, site.engine.options(), ("engine",))
    if site.tracker:
        faults += misfits("trackers", site.tracker.kind, site.tracker.options(), ("tracker",))
    for name, part in site.stores.items():
        faults += misfits("stores", part.kind, part.options(), ("stores", name))
    return faults


def _shipped_projects() -> Path:
    """In a wheel the projects lie in the package; in a checkout, at its root."""
    package = Path(__file__).parent
    return package / "projects" if (package / "projects").is_dir() else package.parents[1] / "projects"


def _read(
    model: type[Model],
    file: Path,
    set_aside: Callable[[Mapping[str, Any]], dict[Keys, Fault]],
    check: Callable[[Model, frozenset[Keys]], list[Fault]],
) -> Model:
    text = _text(file)
    document = _document(file, text)
    later = set_aside(document)
    made, faults = fit(model, without(document, later))
    faults = [*later.values(), *faults]
    if made is not None:
        faults += check(made, frozenset(fault.keys for fault in faults))
    if made is None or faults:
        raise _told(file, text, faults)
    return made


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise SpecError(f"there is no file {str(file)!r}", where=Where(str(file)), next=_beside(file)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fault = Fault((), "not UTF-8 text", "Save the file as UTF-8.", Where(line=line))
        raise _spec_error(file, [fault]) from None
    except OSError as error:
        raise SpecError(f"{file} cannot be read: {error.strerror}", where=Where(str(file))) from None


def _beside(file: Path) -> str:
    return nearest(file.name, [other.name for other in file.parent.glob("*.toml")][:20]) if file.parent.is_dir() else ""


def _document(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _spec_error(file, [_syntax(str(error), text)]) from None
    except RecursionError:
        raise SpecError(f"{file}: lists or tables are nested too deep", where=Where(str(file))) from None


def _syntax(message: str, text: str) -> Fault:
    found = _PLACE.match(message)
    said = found["said"] if found else message
    line = int(found["line"]) if found and found["line"] else text.rstrip().count("\n") + 1
    column = int(found["column"]) if found and found["column"] else None
    mend = next((mend for start, mend in _MENDS.items() if said.startswith(start)), "")
    return Fault((), f"not TOML: {said[:1].lower()}{said[1:]}", mend, Where(line=line, column=column))


def _set_aside(document: Mapping[str, Any]) -> dict[Keys, Fault]:
    """What is planned and not there yet: told as such, and not looked into further."""
    faults: dict[Keys, Fault] = {(word,): _not_yet((word,), f"the step of [{word}]") for word in LATER_SECTIONS if word in document}
    for path, said in [*_later_tables(document), *_later_features(document)]:
        faults[path] = _not_yet(path, said)
    return faults


def _not_yet(path: Keys, what: str) -> Fault:
    return Fault(path, f"{what} does not exist in this version yet", "Leave it out for now.", code="not_yet")


def _later_tables(document: Mapping[str, Any]) -> Iterable[tuple[Keys, str]]:
    for name, table in _sections(document, "tables"):
        source = table.get("source")
        if isinstance(source, Mapping) and source.get("kind") in LATER["sources"]:
            yield ("tables", name, "source"), f"the {source['kind']!r} source"


def _later_features(document: Mapping[str, Any]) -> Iterable[tuple[Keys, str]]:
    for name, feature in _sections(document, "features"):
        if feature.get("kind") in LATER["features"]:
            yield ("features", name), f"the {feature['kind']!r} feature family"


def _sections(document: Mapping[str, Any], word: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The named tables under one word of a document that may still be shaped in any way."""
    named = document.get(word)
    return [(name, inner) for name, inner in named.items() if isinstance(inner, Mapping)] if isinstance(named, Mapping) else []


def _told(file: Path, text: str, faults: list[Fault]) -> ChalandError:
    """The error of a file: its faults in the order of their lines."""
    lines = Lines(text)
    placed = [replace(fault, keys=_shown(fault.keys), where=_where(file, lines, fault.keys)) for fault in faults]
    return _spec_error(file, sorted(placed, key=lambda fault: (fault.where.line or 0, str(fault.where.column))))


def _where(file: Path, lines: Lines, keys: Keys) -> Where:
    line, column = lines.place(keys) or (None, None)
    return Where(str(file), line, column)


def _shown(keys: Keys) -> Keys:
    return keys[:-1] if keys and keys[-1].isdigit() else keys


def _spec_error(file: Path, faults: list[Fault]) -> ChalandError:
    return SpecError.of(str(file), faults)
