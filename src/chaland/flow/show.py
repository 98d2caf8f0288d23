"""What a run found, as the one document that `show --json`, the report and the terminal all tell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chaland.errors import DataError
from chaland.flow import as_of
from chaland.flow import home as homes
from chaland.flow.home import Home
from chaland.flow.run import Outcome, Run

Facts = Mapping[str, Any]


def document(run: Run, outcomes: Iterable[Outcome], started: datetime, day: date) -> dict[str, Any]:
    """Everything the last run of each step found, in the form of PROMISES."""
    done = {outcome.name: outcome for outcome in outcomes}
    facts = {name: (done[name].facts if name in done else (run.record(name) or {"facts": {}})["facts"]) for name in _known(run)}
    tables, stale = _tables(facts), as_of.stale(run)
    return {
        "project": run.project.name,
        "run": run.id,
        "engine": run.site.engine.kind,
        "as_of": day.isoformat(),
        "started": started.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": round(sum(outcome.seconds for outcome in done.values()), 3),
        "steps": [{"name": o.name, "seconds": round(o.seconds, 3), "skipped": o.skipped} for o in done.values()],
        "tables": tables,
        "trends": {name: _without(told, "drawn") for name, told in facts.get("trends", {}).get("trends", {}).items()},
        "segments": {
            name: _without(told, "profile", "points", "warnings", "last")
            for name, told in facts.get("segment", {}).get("segments", {}).items()
        },
        "lifetime": {name: _without(told, "notes") for name, told in facts.get("lifetime", {}).get("lifetime", {}).items()},
        "predict": {name: _question(run, name, told) for name, told in facts.get("train", {}).get("predict", {}).items()},
        "decide": {},
        "warnings": [*_warnings(facts), *stale["warnings"]],
        "notes": [*_notes(facts), *stale["notes"]],
        "files": {
            "report": str(report_path(run)),
            "model_card": {name: str(card_path(run.home, name)) for name in run.project.predict if card_path(run.home, name).exists()},
        },
    }


def details(run: Run) -> dict[str, Any]:
    """What the report shows beside the document: audits' counts, group profiles, plots, importance."""
    return {name: (run.record(name) or {"facts": {}})["facts"] for name in _known(run)}


def keep(run: Run, found: Mapping[str, Any]) -> None:
    """Write the document down as the last finished run."""
    text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    homes.write_text(run.home.runs / run.id / "show.json", text)
    homes.write_text(run.home.runs / "last.json", text)


def last(home: Home) -> dict[str, Any]:
    """The document of the last finished run; a DataError where there is none."""
    found: dict[str, Any] | None = homes.read_json(home.runs / "last.json")
    if found is None:
        raise DataError(f"the project {home.project!r} has not run yet", next=f"Run `chaland run {home.project}` first.", code="no_run")
    return found


def report_path(run: Run) -> Path:
    """Where this run's HTML report lies."""
    return run.home.reports / f"{run.id}.html"


def card_path(home: Home, question: str) -> Path:
    """Where the card of a question's model lies."""
    return home.models / f"{question}.md"


def _known(run: Run) -> list[str]:
    from chaland.flow.run import STEPS

    return [name for name in STEPS if (run.home.steps / f"{name}.json").exists()]


def _tables(facts: Facts) -> dict[str, Any]:
    told = {}
    for name, one in facts.get("prepare", {}).get("tables", {}).items():
        reports = [entry["report"] for entry in facts["ingest"]["tables"].get(name, {"files": []})["files"]]
        skipped: dict[str, int] = {}
        for report in reports:
            for why, rows in report["skipped"].items():
                skipped[why] = skipped.get(why, 0) + rows
        part = {key: one[key] for key in ("read", "accepted", "quarantined", "merged")}
        told[name] = part | {
            "skipped": sum(skipped.values()),
            "skipped_by": skipped,
            **{key: one.get(key) for key in ("reasons", "money", "worth", "audit", "k_anonymity", "flagged")},
        }
    return told


def _question(run: Run, name: str, told: Facts) -> dict[str, Any]:
    path = run.home.models / f"{name}.onnx"
    model = str(path) if told["kept"] else None
    return _without(told, "plots", "importance") | {"horizon_days": told.get("horizon_days"), "model": model}


def _warnings(facts: Facts) -> Iterable[dict[str, str]]:
    for name, table in facts.get("ingest", {}).get("tables", {}).items():
        for entry in table["files"]:
            if entry["report"].get("truncated"):
                yield {
                    "code": "truncated_file",
                    "said": f"{entry['file']} ({name}) is cut off at its end: the last record is in quarantine",
                }
    for table in facts.get("prepare", {}).get("tables", {}).values():
        for moved in table["moved"]:
            if moved["matters"]:
                yield {"code": f"drift.{moved['column']}", "said": moved["said"]}
    for told in facts.get("segment", {}).get("segments", {}).values():
        yield from told["warnings"]


def _notes(facts: Facts) -> Iterable[dict[str, str]]:
    for name, table in facts.get("ingest", {}).get("tables", {}).items():
        if not table["files"]:
            yield {"code": "no_file", "said": f"{name}: no file is there, so the table is empty"}
        for same in table["same"]:
            yield {"code": "same_file", "said": f"{name}: {' and '.join(same)} are the same file: read once"}
        unnamed = sorted({column or "(no name)" for entry in table["files"] for column in entry["report"].get("unnamed", [])})
        if unnamed:
            yield {
                "code": "columns_dropped",
                "said": f"{name}: {len(unnamed)} columns that the project does not name were dropped: {', '.join(unnamed[:5])}{' …' if len(unnamed) > 5 else ''}",
            }
        yield from _lost(name, table["files"])
    for name, told in facts.get("trends", {}).get("trends", {}).items():
        yield from _of_trend(name, told)
    for told in facts.get("segment", {}).get("segments", {}).values():
        yield from told.get("notes", ())
    for told in facts.get("lifetime", {}).get("lifetime", {}).values():
        yield from told["notes"]


def _of_trend(name: str, told: Facts) -> Iterable[dict[str, str]]:
    ties, forecast = told.get("ties"), told.get("forecast")
    if ties and ties["tied"]:
        yield {"code": "trend.ties", "said": f"{name}: in {ties['tied']} of {ties['groups']} more than one tie"}
    if told["undated"]:
        yield {"code": "trend.undated", "said": f"{name}: {told['undated']} rows have no time"}
    if forecast and not forecast["beats_baseline"]:
        yield {"code": "forecast.baseline", "said": f"{name}: no method beat last season's values"}


def _lost(name: str, files: Sequence[Facts]) -> Iterable[dict[str, str]]:
    """Optional columns that some files have and others lack: empty there, and said."""
    lacking = {entry["file"]: set(entry["report"].get("missing", [])) for entry in files}
    for column in sorted(set().union(*lacking.values()) - (set.intersection(*lacking.values()) if lacking else set())):
        told = [file for file, missing in lacking.items() if column in missing]
        said = f"{name}: {column} is not in {', '.join(told[:5])}{' …' if len(told) > 5 else ''}, though other files have it: it is empty there"
        yield {"code": "column_lacking", "said": said}


def _without(told: Facts, *names: str) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in names}
