"""The first screen: what was found, in words and numbers, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from chaland.flow.report.pieces import Facts, Told, share
from chaland.flow.report.questions import Questions, QuestionView
from chaland.flow.report.words import Names, Words

NAMED = 4


def findings(document: Facts, views: Sequence[QuestionView], words: Words, names: Names) -> list[Told]:
    """The few things that a manager asks first: rows, groups, models."""
    tables = [_rows(name, told, words, names) for name, told in (document.get("tables") or {}).items()]
    groups = [_groups(name, told, words, names) for name, told in (document.get("segments") or {}).items()]
    return [*tables, *groups, *(one for view in views for one in _model(view, words))]


def all_remarks(document: Facts, kind: str) -> list[Facts]:
    """Every warning or note of the document, its questions' among them."""
    return [*(document.get(kind) or []), *(one for told in (document.get("predict") or {}).values() for one in told.get(kind) or [])]


def next_steps(document: Facts, words: Words) -> list[tuple[str, str]]:
    """What to do next: a sentence, and the command line that does it."""
    project, steps = document["project"], []
    for name, told in (document.get("tables") or {}).items():
        if told.get("quarantined"):
            steps.append(
                (
                    words("next.quarantine", rows=words.number(told["quarantined"])),
                    f"chaland export {project} quarantine/{name} --out quarantine_{name}.csv",
                )
            )
        steps.append((words("next.ledger"), f"chaland export {project} ledger/{name} --out ledger_{name}.csv"))
    for name in document.get("trends") or {}:
        steps.append((words("next.trends"), f"chaland export {project} trends/{name} --out {name}.csv"))
    for name, told in (document.get("segments") or {}).items():
        if told.get("k"):
            steps.append((words("next.segments"), f"chaland export {project} segments/{name} --out groups_{name}.csv"))
    for name in document.get("lifetime") or {}:
        steps.append((words("next.lifetime"), f"chaland export {project} lifetime/{name} --out {name}.csv"))
    for name, told in (document.get("predict") or {}).items():
        if told.get("kept"):
            steps.append((words("next.scores"), f"chaland export {project} scores/{name} --out scores_{name}.csv"))
            steps.append((words("next.score"), f"chaland score {project} {name} --rows new.csv --out scored.csv"))
        else:
            steps.append((words("next.no_model"), f"chaland train {project} --force"))
    return [*steps, (words("next.customer"), f"chaland customer {project} ID")]


def places(document: Facts, words: Words) -> list[tuple[str, str]]:
    """Where things lie."""
    files = document.get("files") or {}
    found = [(words("place.report"), str(files["report"]))] if files.get("report") else []
    found += [
        (words("place.model", name=name), str(told["model"])) for name, told in (document.get("predict") or {}).items() if told.get("model")
    ]
    found += [(words("place.card", name=name), str(path)) for name, path in (files.get("model_card") or {}).items()]
    if files.get("report"):
        folder = PurePath(str(files["report"])).parent.parent
        found += [
            (words(f"place.{part}"), str(folder / path)) for part, path in (("lake", "lake"), ("store", "store.db"), ("runs", "runs"))
        ]
    return found


def questions(document: Facts, details: Facts, words: Words, names: Names) -> list[QuestionView]:
    """Every question of the document."""
    trained = (details.get("train") or {}).get("predict") or {}
    return [Questions(words, names).view(name, told, trained.get(name) or {}) for name, told in (document.get("predict") or {}).items()]


def _rows(name: str, told: Facts, w: Words, names: Names) -> Told:
    read = told.get("read", 0)
    kept_out = w(
        "found.kept_out",
        quarantined=w.number(told.get("quarantined", 0)),
        quarantined_share=w.percent(share(told.get("quarantined", 0), read)),
        merged=w.number(told.get("merged", 0)),
        merged_share=w.percent(share(told.get("merged", 0), read)),
    )
    return Told(
        w.number(told.get("accepted", 0)),
        w("found.rows", table=names.table(name), read=w.number(read), accepted_share=w.percent(share(told.get("accepted", 0), read))),
        kept_out,
    )


def _groups(name: str, told: Facts, w: Words, names: Names) -> Told:
    if not told.get("k"):
        return Told("0", w("found.no_groups"), w("found.no_groups.means"))
    return Told(str(told["k"]), w("found.groups", title=names.segments(name)), parts=_parts(told.get("groups") or [], w))


def _parts(groups: Sequence[Facts], w: Words) -> list[tuple[str, str]]:
    """The largest groups by share and name; the others together, so that one screen holds them."""
    groups = sorted(groups, key=lambda group: -group["share"])
    few = groups if len(groups) <= NAMED else groups[: NAMED - 1]
    parts = [(w.percent(group["share"], 0), w.pick(group.get("name") or group["id"])) for group in few]
    others = groups[len(few) :]
    return (
        [*parts, (w.percent(sum(group["share"] for group in others), 0), w("found.other_groups", count=len(others)))] if others else parts
    )


def _model(view: QuestionView, w: Words) -> list[Told]:
    if view.unlearnt:
        return [Told("0", w("found.unlearnt", title=view.title), view.verdict, "bad")]
    if not view.kept:
        return [Told("0", w("found.no_model", title=view.title), w("found.no_model.means"), "bad")]
    return list(view.plain) or [Told("✓", view.verdict, view.learnt, "good")]
