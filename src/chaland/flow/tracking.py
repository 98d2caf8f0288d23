"""What a run writes down with its tracker: parameters, metrics, pictures, models, the report and the audit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chaland import plugins
from chaland.flow import pictures, show
from chaland.flow.run import Run
from chaland.model import Model
from chaland.ports import Tracker
from chaland.spec import Project, Site
from chaland.spec.site import Part

Facts = Mapping[str, Any]
FIRST_CHOICE, ALWAYS_THERE = "mlflow", "files"
COUNTS = ("read", "accepted", "quarantined", "merged")
ENDS = ("value", "low", "high")


def chosen(site: Site) -> Part:
    """The tracker that the site names; without one, MLflow where it is installed, else files."""
    if site.tracker:
        return site.tracker
    package, _ = plugins.PIP["trackers", FIRST_CHOICE]
    return Part(kind=FIRST_CHOICE if find_spec(package) else ALWAYS_THERE)


def check(site: Site) -> None:
    """Before any work: raises PartMissing where what the tracker needs is not installed, SpecError where there is no such tracker."""
    options = _options(chosen(site))
    if hasattr(options, "needed"):
        options.needed()


def track(run: Run, found: Facts, started: datetime, lang: str) -> str | None:
    """Write a finished run down; the command that shows it, where the tracker has one.

    The run is kept already, so whatever befalls a tracker is a warning and never the end of the run.
    """
    part = chosen(run.site)
    run.asked.say("track")
    try:
        options = _options(part)
        tracker: Tracker = plugins.load("trackers", part.kind).Adapter(options, run.home.folder)
        write(tracker, run, found, started, lang)
        return str(options.look(run.home.folder)) if hasattr(options, "look") else None
    except Exception as error:
        run.asked.warn(f"the run is kept, but the {part.kind!r} tracker could not write it down: {type(error).__name__}: {error}")
        return None


def write(tracker: Tracker, run: Run, found: Facts, started: datetime, lang: str) -> None:
    """Hand all of a run to a tracker."""
    tracker.begin(run.id, started, parameters(found, run.project) | _settings(run, found))
    tracker.note(run.id, values(found))
    run.home.staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=run.home.staging) as made:
        for folder in _folders(Path(made), run, found, lang):
            tracker.keep(run.id, folder)


def parameters(found: Facts, project: Project) -> dict[str, Any]:
    """What the run was given: engine, day, and the words of each segmentation and question."""
    told: dict[str, Any] = {name: found[name] for name in ("project", "engine", "as_of")}
    for name, segments in project.segments.items():
        told |= {
            f"{name}.features": ", ".join(segments.features),
            f"{name}.groups": " to ".join(map(str, segments.groups)),
            f"{name}.smallest": segments.smallest,
            f"{name}.seed": segments.seed,
        }
    for name, words in project.lifetime.items():
        told |= {f"{name}.{word}": value for word, value in words.model_dump(exclude={"title"}, exclude_none=True).items()}
    for name, asked in project.predict.items():
        target = {"kind": asked.target.kind, **asked.target.options()}
        told |= {
            f"{name}.target": ", ".join(f"{word} = {value}" for word, value in target.items()),
            f"{name}.features": ", ".join(asked.features),
            f"{name}.candidates": ", ".join(asked.competing(_task(found, name))),
            f"{name}.metric": asked.chooses(_task(found, name)),
            f"{name}.folds": asked.folds,
            f"{name}.seed": asked.seed,
        }
    return told


def _task(found: Facts, question: str) -> str:
    return str((found.get("predict") or {}).get(question, {}).get("task", "binary"))


def values(found: Facts) -> dict[str, Any]:
    """What the run found, as numbers and short texts; a name's part before the last slash gathers what belongs together."""
    told: dict[str, Any] = {}
    for name, asked in found["predict"].items():
        told |= dict(_of_question(name, asked))
    for name, segments in found["segments"].items():
        told |= dict(_of_segments(name, segments))
    for name, one in (found.get("lifetime") or {}).items():
        told |= dict(_of_lifetime(name, one))
    for name, table in found["tables"].items():
        told |= dict(_of_table(name, table))
    steps = {f"seconds/{step['name']}": step["seconds"] for step in found["steps"] if not step["skipped"]}
    return told | {"warnings": len(found["warnings"])} | steps | {"seconds/total": found["seconds"]}


def _of_segments(name: str, told: Facts) -> Iterator[tuple[str, Any]]:
    yield f"{name}.found", "groups" if told.get("k") else "none"
    yield from ((f"{name}/{word}", told[word]) for word in ("k", "silhouette", "stability") if told.get(word) is not None)
    yield from ((f"{name}.share/group {group['id']}", group["share"]) for group in told.get("groups") or [])


def _of_lifetime(name: str, told: Facts) -> Iterator[tuple[str, Any]]:
    yield f"{name}.kept", ", ".join(what for what, kept in told["kept"].items() if kept) or "none"
    for what, figure in told["totals"].items():
        yield from _measured(f"{name}.total", {"metrics": {what: figure}})
    for ahead in told["forward"][:1]:
        for what, metrics in ahead["metrics"].items():
            yield from _measured(f"{name}.forward.{what}", {"metrics": metrics})


def _of_table(name: str, table: Facts) -> Iterator[tuple[str, Any]]:
    yield from ((f"{name}.rows/{count}", table[count]) for count in COUNTS)
    for when, scores in (table.get("audit") or {}).items():
        yield from ((f"{name}.audit.{when}/{one}", score) for one, score in scores.items() if score is not None)


def _of_question(name: str, told: Facts) -> Iterator[tuple[str, Any]]:
    yield f"{name}.kept", told["kept"] or "none"
    yield f"{name}.warnings", ", ".join(one["code"] for one in told.get("warnings") or []) or "none"
    yield from _measured(f"{name}.holdout", told.get("holdout") or {})
    yield from _measured(f"{name}.validation.baseline", told.get("baseline") or {})
    for one in told.get("candidates") or []:
        yield from _measured(f"{name}.validation.{one['name']}", one)
        yield f"{name}.seconds/{one['name']}", one["seconds"]


def _measured(place: str, told: Facts) -> Iterator[tuple[str, Any]]:
    """A metric and the two ends of its 95 % interval, each under a heading of its own."""
    for metric, one in (told.get("metrics") or {}).items():
        ends = one if isinstance(one, dict) else {"value": one}
        for end in ENDS:
            if ends.get(end) is not None:
                yield f"{place}{'' if end == 'value' else f'.{end}'}/{metric}", ends[end]


def _settings(run: Run, found: Facts) -> dict[str, Any]:
    """How each kept model is made: its algorithm, settings and threshold."""
    told: dict[str, Any] = {}
    for name, asked in found["predict"].items():
        if asked["kept"]:
            made = Model.from_bytes((run.home.models / f"{name}.onnx").read_bytes()).provenance
            told |= {f"{name}.kept.algorithm": asked["kept"], f"{name}.kept.threshold": asked["threshold"]}
            told |= {f"{name}.kept.{word}": value for word, value in (made.get("settings") or {}).items()}
    return told


def _folders(made: Path, run: Run, found: Facts, lang: str) -> Iterator[Path]:
    details = show.details(run)
    yield _models(made / "models", run, found)
    yield _plots(made / "plots", run, found, details, lang)
    yield _report(made / "report", run, found, details)


def _models(folder: Path, run: Run, found: Facts) -> Path:
    """The models of this run and their cards; what an earlier project file left beside them stays out."""
    folder.mkdir()
    kept = [name for name, asked in found["predict"].items() if asked["kept"]]
    grouped = [name for name, segments in found["segments"].items() if segments.get("k")]
    files = [f"{name}.{ending}" for name in kept for ending in ("onnx", "md")] + [f"{name}.segments.onnx" for name in grouped]
    for file in files:
        if (run.home.models / file).exists():
            shutil.copyfile(run.home.models / file, folder / file)
    return folder


def _plots(folder: Path, run: Run, found: Facts, details: Facts, lang: str) -> Path:
    folder.mkdir()
    for picture in pictures.drawn(details, found, run.project, lang):
        (folder / f"{picture.name}.svg").write_text(picture.svg, encoding="utf-8")
        (folder / f"{picture.name}.csv").write_text(picture.csv(), encoding="utf-8")
    return folder


def _report(folder: Path, run: Run, found: Facts, details: Facts) -> Path:
    """The report, the document of `show --json`, and the audit with the ledger's counts."""
    folder.mkdir()
    shutil.copyfile(show.report_path(run), folder / "report.html")
    ledgers = (details.get("prepare") or {}).get("tables") or {}
    audit = {
        name: {**table, **{part: (ledgers.get(name) or {}).get(part) for part in ("changes", "moved")}}
        for name, table in found["tables"].items()
    }
    for name, told in (("show", found), ("audit", audit)):
        (folder / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    return folder


def _options(part: Part) -> Any:
    return plugins.load("trackers", part.kind).Options(**part.options())
