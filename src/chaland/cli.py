"""The command line: one command per step, and those that ask, show and mend."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from chaland.flow.home import Home
    from chaland.flow.run import Asked
    from chaland.flow.terminal import Told
    from chaland.spec import Project, Site

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Customer files in; audited tables, segments, predictions and decisions out.",
    rich_markup_mode=None,
)


class Lang(StrEnum):
    """The languages chaland speaks to people."""

    en = "en"
    fr = "fr"


ProjectArg = Annotated[
    str, typer.Argument(metavar="PROJECT", help="A project file, or the name of one in ./projects or shipped with chaland.")
]
HomeOpt = Annotated[Path | None, typer.Option("--home", help="Where lake, models and reports lie (default: CHALAND_HOME, else .chaland).")]
SiteOpt = Annotated[Path | None, typer.Option("--site", help="A site file: engine, stores, limits.")]
LangOpt = Annotated[Lang, typer.Option("--lang", help="The language of reports and summaries.")]
QuietOpt = Annotated[bool, typer.Option("--quiet", help="No progress, no summary.")]
JsonOpt = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else.")]
DataOpt = Annotated[Path | None, typer.Option("--data", help="The folder of your files (default: the project file's folder).")]
OnlyOpt = Annotated[str | None, typer.Option("--only", help="Only these steps, with commas between.")]
FromOpt = Annotated[str | None, typer.Option("--from", help="From this step on.")]
AsOfOpt = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day standing on which we look.")]
ForceOpt = Annotated[bool, typer.Option("--force", help="Run steps even where nothing changed.")]


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Project or site files.")],
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Read project or site files and tell every fault; touches no data."""
    from chaland.flow import checking

    told = checking.check(files)
    _print(told, as_json, quiet, [f"{one['file']}: {one['kind']} file, right" for one in told["files"]])


@app.command()
def init(
    sources: Annotated[list[str], typer.Option("--from", metavar="GLOB…", help="Data files to look at; may be given several times.")],
    out: Annotated[Path, typer.Option("--out", help="The project file to write.")],
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Write a first project file from a look at data files."""
    from chaland import reading
    from chaland.flow import first

    told = first.write(sources, out, reading.read_site(site))
    _print(told, as_json, quiet, [f"{out} was written from {len(told['files'])} files: {told['next']}"])


@app.command()
def schema(
    what: Annotated[str, typer.Argument(metavar="project|site|show")],
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Print the JSON Schema of project files, site files or `show --json`."""
    from chaland import reading

    print(json.dumps(reading.schema(what), ensure_ascii=False, indent=1))


@app.command()
def run(
    project: ProjectArg, data: DataOpt = None, only: OnlyOpt = None, start: FromOpt = None, as_of: AsOfOpt = None, force: ForceOpt = False,
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Run all steps of a project over your files."""
    _run(project, data, only, start, as_of, force, home, site, lang, quiet, as_json)


def _step(name: str, help: str) -> None:
    """Give a step its command: the same name, the same flags as `run`."""

    def command(
        project: ProjectArg, data: DataOpt = None, only: OnlyOpt = None, start: FromOpt = None, as_of: AsOfOpt = None, force: ForceOpt = False,
        home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
    ) -> None:  # fmt: skip
        _run(project, data, only or name, start, as_of, force, home, site, lang, quiet, as_json)

    app.command(name, help=help)(command)


_step("ingest", "Files → typed, checked, protected rows in the lake.")
_step("prepare", "Raw rows → clean rows, quarantine, ledger and audit.")
_step("trends", "Clean tables → what is counted and added up, by what, over which time, and what comes next.")
_step("features", "Clean tables → one row per customer and family of features.")
_step("segment", "Features → groups of customers that are alike.")
_step("lifetime", "Clean tables → what each customer will buy and be worth, where a model foretells it better than a simple rule.")
_step("train", "Features and answers → a model that beats its baseline.")


@app.command()
def score(
    project: ProjectArg,
    question: Annotated[str | None, typer.Argument(metavar="[QUESTION]", help="With --rows: the question to answer for a file of people.")] = None,
    rows: Annotated[Path | None, typer.Option("--rows", help="A CSV or Parquet file of people, columns named as in the sources.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the scored rows go (.csv or .parquet).")] = None,
    data: DataOpt = None, only: OnlyOpt = None, start: FromOpt = None, as_of: AsOfOpt = None, force: ForceOpt = False,
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Score all customers (the step), or the people of a file."""
    from chaland.errors import SpecError

    if question is None and rows is None and out is None:
        return _run(project, data, only or "score", start, as_of, force, home, site, lang, quiet, as_json)
    if question is None or rows is None or out is None:
        raise SpecError(
            "QUESTION, --rows and --out come together",
            next="Say `chaland score PROJECT QUESTION --rows FILE --out FILE`, or none of them for the step.",
        )
    from chaland.flow import rows as people

    with _asking(project, home, site, quiet, as_of) as opened:
        told = people.score_file(opened, question, rows, out, lang.value)
    return _print(told, as_json, quiet, [f"{told['scored']} rows scored, {told['errors']} with an error: {out}"])


_step("publish", "Scores and segments → the stores of the site.")


@app.command()
def show(
    project: ProjectArg,
    home: HomeOpt = None,
    site: SiteOpt = None,
    lang: LangOpt = Lang.en,
    quiet: QuietOpt = False,
    as_json: JsonOpt = False,
) -> None:
    """Show what the last finished run found."""
    from chaland.flow import show as showing

    spec, place = _place(project, home)
    place.sweep_if_idle()
    found = showing.last(place)
    _summary(found, spec, lang, quiet, as_json)


@app.command()
def customer(
    project: ProjectArg, id: Annotated[str, typer.Argument(metavar="ID", help="As in the source files, or FILE:LINE where they have none.")],
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Show all that is known of one customer."""
    from chaland.flow import ask

    with _asking(project, home, site, quiet) as opened:
        told = ask.customer(opened, id)
    lines = [f"{name}: {value}" for name, value in told["values"].items()]
    lines += [f"{name}: {value}" for name, value in told["scores"].items()]
    groups = told["segments"].items()
    lines += [f"{name}: {one['group']} · {one['name'][lang.value]}" if one else f"{name}: –" for name, one in groups]
    _print(told, as_json, quiet, lines)


@app.command()
def export(
    project: ProjectArg, table: Annotated[str, typer.Argument(metavar="TABLE", help="Such as clean/T, quarantine/T, ledger/T, trends/T, features/F, segments/S, scores/Q.")],
    out: Annotated[Path, typer.Option("--out", help="A .csv or .parquet file; of a trend also a .png picture.")],
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Write a lake table as CSV (safe from formulas) or Parquet, a trend also as a PNG picture."""
    from chaland.flow import ask

    with _asking(project, home, site, quiet) as opened:
        rows = ask.export(opened, table, out, lang.value)
    _print({"table": table, "rows": rows, "out": str(out)}, as_json, quiet, [f"{rows} rows of {table}: {out}"])


@app.command()
def explore(
    project: ProjectArg, table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help="One table only (default: all).")] = None,
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Write a page of what the clean tables look like: types, gaps, spread, what goes with what."""
    from chaland.flow import explored

    with _asking(project, home, site, quiet) as opened:
        told = explored.explore(opened, table, lang.value)
    _print(told, as_json, quiet, explored.lines(told))


@app.command()
def tables(
    project: ProjectArg, vacuum: Annotated[bool, typer.Option("--vacuum", help="Drop versions, runs and reports older than the retention.")] = False,
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """List lake tables with rows, bytes and versions."""
    from chaland import reading
    from chaland.flow import keeping

    _, place = _place(project, home)
    told = keeping.tables(place, reading.read_site(site), vacuum)
    lines = [f"{one['table']}: {one['rows']} rows, {one['bytes']} bytes, {one['versions']} versions" for one in told["tables"]]
    _print(told, as_json, quiet, lines)


@app.command()
def undo(
    project: ProjectArg, rule: Annotated[str, typer.Argument(metavar="RULE", help="Such as total_charges.placeholder, or TABLE.COLUMN.RULE.")],
    data: DataOpt = None, home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Take a cleaning rule back through the ledger, and replay."""
    from chaland.flow import whole

    spec, place = _place(project, home)
    with _progress(quiet or as_json) as told:
        report = whole.undo(spec, _site(site), place, _asked(project, data, None, False, quiet, told), rule, lang.value)
    _summary(report.document, spec, lang, quiet, as_json)


@app.command()
def parity(
    project: Annotated[str | None, typer.Argument(metavar="[PROJECT]", help="A project file or name; not needed with --fuzz.")] = None,
    data: DataOpt = None,
    engines: Annotated[str, typer.Option("--engines", help="Which engines, with a comma between.")] = "duckdb,spark",
    fuzz: Annotated[int | None, typer.Option("--fuzz", min=1, help="This many random projects over random data instead.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="The seed of the first of them (default: drawn, and told).")] = None,
    as_of: AsOfOpt = None,
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Run a project on two engines and compare every table, row by row; ends with 6 where they differ."""
    from chaland.errors import SpecError
    from chaland.flow import parity as comparing

    kinds = [kind.strip() for kind in engines.split(",")]
    with _progress(quiet or as_json) as told:
        if fuzz is not None:
            found = comparing.fuzz(fuzz, seed, _site(site), _fuzzing(home), _asked_of_fuzz(quiet, told), kinds)
        elif project is None:
            raise SpecError("parity of which project?", next="Say `chaland parity PROJECT --data DIR`, or `chaland parity --fuzz 20`.")
        else:
            spec, place = _place(project, home)
            found = comparing.parity(spec, _site(site), place, _asked(project, data, as_of, True, quiet, told), kinds)
    _print(found, as_json, quiet, comparing.lines(found))


@app.command()
def simulate(
    business: Annotated[str, typer.Argument(metavar="BUSINESS", help="telco, dealer, bikes, retail or marketplace.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.")],
    rows: Annotated[int, typer.Option("--rows", min=1, help="How many customers (telco, dealer), lines (bikes, retail) or events (marketplace).")] = 5000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same files.")] = 0,
    home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False,
) -> None:  # fmt: skip
    """Write made-up files with the usual dirt, and the truth beside them."""
    from chaland.flow import checking

    files = checking.simulate(business, rows, seed, out)
    _print({"business": business, "rows": rows, "seed": seed, "files": files}, as_json, quiet, files)


@app.command()
def doctor(home: HomeOpt = None, site: SiteOpt = None, lang: LangOpt = Lang.en, quiet: QuietOpt = False, as_json: JsonOpt = False) -> None:
    """Tell what is installed, what is missing for which feature, and the line that installs it."""
    from chaland.flow import doctor as examining
    from chaland.flow.place import home_root

    told = examining.examine(home_root(home), _site(site) if site else None)
    _print(told, as_json, quiet, examining.lines(told))


def _run(project: str, data: Path | None, only: str | None, start: str | None, as_of: datetime | None, force: bool,
         home: Path | None, site: Path | None, lang: Lang, quiet: bool, as_json: bool) -> None:  # fmt: skip
    from chaland.flow import whole
    from chaland.flow.run import steps_from

    steps = steps_from([word.strip() for word in only.split(",") if word.strip()] if only else [], start)
    spec, place = _place(project, home)
    where = _site(site)
    with _progress(quiet or as_json) as told:
        report = whole.run(spec, where, place, _asked(project, data, as_of, force, quiet, told), steps, lang.value)
    _summary(report.document, spec, lang, quiet, as_json)


def _site(site: Path | None) -> Site:
    from chaland import reading

    return reading.read_site(site)


def _place(project: str, home: Path | None) -> tuple[Project, Home]:
    from chaland import reading
    from chaland.flow.home import Home
    from chaland.flow.place import home_root

    spec = reading.read_project(reading.find_project(project))
    return spec, Home(home_root(home), spec.name)


def _asked(project: str, data: Path | None, as_of: datetime | None, force: bool, quiet: bool, told: Told) -> Asked:
    from chaland import reading
    from chaland.flow.place import data_of
    from chaland.flow.run import Asked

    folder = data_of(reading.find_project(project), data)
    return Asked(folder, as_of.date() if as_of else None, force, told.say, lambda text: None if quiet else _warn(text), told.at)


def _asking(project: str, home: Path | None, site: Path | None, quiet: bool, as_of: datetime | None = None) -> Any:
    """An opened run that only asks."""
    from contextlib import contextmanager

    from chaland.flow.run import Asked, asking

    spec, place = _place(project, home)

    @contextmanager
    def opened() -> Any:
        asked = Asked(Path(), as_of.date() if as_of else None, warn=lambda text: None if quiet else _warn(text))
        with asking(spec, _site(site), place, asked) as found:
            yield found

    return opened()


def _fuzzing(home: Path | None) -> Home:
    from chaland.flow.home import Home
    from chaland.flow.place import home_root

    return Home(home_root(home), "fuzz")


def _asked_of_fuzz(quiet: bool, told: Told) -> Asked:
    from chaland.flow.run import Asked

    return Asked(Path(), say=told.say, warn=lambda text: None if quiet else _warn(text), at=told.at)


def _warn(text: str) -> None:
    print(f"chaland: {text}", file=sys.stderr)


def _progress(off: bool) -> Any:
    from chaland.flow import terminal

    return terminal.progress(off)


def _summary(found: dict[str, Any], spec: Project, lang: Lang, quiet: bool, as_json: bool) -> None:
    from chaland.flow import terminal

    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=str))
    elif not quiet:
        terminal.summary(found, spec, lang.value)


def _print(told: Any, as_json: bool, quiet: bool, lines: list[str]) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False, default=str))
    elif not quiet:
        print("\n".join(lines))
