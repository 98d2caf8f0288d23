"""A business that never was: a random project over random dirty files, to try engines against one another.

Everything comes from the seed: columns of every type, rules, spellings, placeholders, privacy, derived columns, rules between
columns, one to three files in one of several encodings, and values that are awkward on purpose.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

AWKWARD = (
    "",
    " ",
    "?",
    "NULL",
    "é",
    "e\u0301t\u00e9",
    "ß",
    "İ",
    "a,b",
    'say "no"',
    "two\nlines",
    "tab\there",
    "漢字",
    "😀",
    "-0",
    "0x1f",
    "TRUE",
    "\u00a0",
)
NUMBERS = (
    "0",
    "-0",
    "1",
    "-1",
    "007",
    "1.5",
    "2.5",
    "-2.5",
    "1e3",
    "1E400",
    "9223372036854775807",
    "9223372036854775808",
    "0.1",
    "1e-320",
    "nan",
    "inf",
)
DATES = ("2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31", "1970-01-01", "2024-13-01", "24-01-02", "2024-1-2", "1582-10-10")
TIMES = (
    "2024-03-31T01:30:00Z",
    "2024-03-31 02:30:00",
    "2024-10-27T00:30:00+02:00",
    "1969-12-31 23:59:59.999999",
    "2024-02-30 00:00:00",
    "2024-02-29",
)
TRUTHS = ("true", "false", "TRUE", "False", "1", "0", "yes", "no", "oui", "perhaps")
WORDS = ("alpha", "Beta", "gamma", "DELTA", "épsilon", "zêta", "eta", "theta ", " iota")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-8")

DERIVED: dict[str, tuple[str, ...]] = {
    "int": (
        "{0} + 1.5",
        "abs({0} % 7)",
        "case when {0} > 3 then 'many' when {0} is null then 'none' else 'few' end",
        "coalesce({0}, -1)",
        "{0} / 4",
    ),
    "float": ("round({0}, 1)", "floor({0})", "greatest({0}, 0.5)", "coalesce({0}, 0) * 2", "{0} > 1"),
    "decimal": ("{0} * 2", "coalesce({0}, 0)", "{0} >= 1.10"),
    "string": (
        "upper({0})",
        "length({0})",
        "substr({0}, 1, 2)",
        "coalesce({0}, 'none')",
        "{0} || '!'",
        "{0} like 'a%'",
        "trim(lower({0}))",
    ),
    "bool": ("not {0}", "case when {0} then 1 else 0 end"),
    "date": ("year({0})", "month({0})", "date_trunc('month', {0})", "{0} is null"),
    "timestamp": ("hour({0})", "{0} is null", "cast({0} as date)"),
    "ordinal": ("{0} = 'mid'", "coalesce({0}, 'none')"),
}
GRADES = ("low", "mid", "high")
COARSER: dict[str, dict[str, object]] = {"string": {"keep": 2}, "date": {"to": "month"}, "int": {"step": 5}, "float": {"step": 5}}
MEASURED: dict[str, tuple[str, ...]] = {
    "decimal": ("sum({0})", "max({0})"),
    "bool": ("count_if({0})",),
    "string": ("count(distinct {0})",),
    "date": ("count(distinct date_trunc('month', {0}))",),
}
RULES: dict[str, str] = {
    "int": "{0} < 1000000",
    "float": "{0} < 1e6",
    "decimal": "{0} > -100",
    "string": "length({0}) < 12",
    "date": "year({0}) > 1900",
}


@dataclass(frozen=True)
class Drawn:
    """A column that was drawn: its name, type, the words beside it, and how its values are drawn."""

    name: str
    type: str
    words: dict[str, object]
    value: Callable[[], str]


def write(folder: Path, seed: int, rows: int = 120) -> Path:
    """Write a random project and its files into `folder`; the project file."""
    draw = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    columns = _columns(draw)
    _files(folder, draw, columns, draw.randint(1, rows))
    project = folder / "anything.toml"
    project.write_text(_project(draw, columns), encoding="utf-8")
    return project


def _columns(draw: Random) -> list[Drawn]:
    kinds = [draw.choice(("string", "int", "float", "decimal", "bool", "date", "timestamp", "ordinal")) for _ in range(draw.randint(3, 9))]
    columns = [_column(draw, f"c{i}", kind) for i, kind in enumerate(kinds)]
    if draw.random() < 0.6:
        columns.insert(0, Drawn("id", "string", {"role": "key"}, lambda: f"K{draw.randint(1, 90)}"))
    answer = Drawn(
        "answer",
        "bool",
        {"required": True},
        lambda: draw.choice(("true", "false", "false", "") if draw.random() < 0.1 else ("true", "false")),
    )
    return [*columns, answer]


def _column(draw: Random, name: str, kind: str) -> Drawn:
    words: dict[str, object] = {} if kind == "string" else {"type": kind}
    words |= _cleaning(draw, kind) | _rules(draw, kind) | _privacy(draw, kind)
    if words.get("privacy") == "free_text":
        words.pop("unique", None)  # dropped before anybody could see it twice: `check` says so
    if words.get("lower"):
        words.pop("one_of", None)  # words in capitals could never be met
    written = _spelling(draw, kind)
    return Drawn(name, kind, words | written, lambda: _written(_value(draw, kind), written))


def _spelling(draw: Random, kind: str) -> dict[str, object]:
    """How a column's numbers and dates are written down."""
    if kind in ("int", "float", "decimal") and draw.random() < 0.25:
        return {"thousands": " "} if kind == "int" else {"thousands": draw.choice((".", " ")), "decimal": ","}
    if kind in ("date", "timestamp") and draw.random() < 0.25:
        return {"date_order": draw.choice(("dmy", "mdy"))}
    return {"order": list(GRADES)} if kind == "ordinal" else {}


def _written(text: str, spelling: dict[str, object]) -> str:
    """A number with a comma and signs between its thousands, or a date in another order, where the column is written so."""
    whole, point, part = text.partition(".")
    if "thousands" in spelling and whole.lstrip("-").isdigit():
        return f"{int(whole):,}".replace(",", str(spelling["thousands"])) + (f",{part}" if point else "")
    year, first, second = text[:4], text[5:7], text[8:10]
    if "date_order" in spelling and year.isdigit() and first.isdigit() and second.isdigit():
        day = (second, first) if spelling["date_order"] == "dmy" else (first, second)
        return "/".join((*day, year)) + text[10:]
    return text


def _cleaning(draw: Random, kind: str) -> dict[str, object]:
    words: dict[str, object] = {}
    if draw.random() < 0.4:
        words["placeholders"] = draw.sample(["?", "NULL", "-1", "nan"], 2)
    if kind == "ordinal" and draw.random() < 0.5:
        words["words"] = {"mid": "mid"}
    if kind == "string" and draw.random() < 0.4:
        words |= {"lower": True} if draw.random() < 0.5 else {"words": {"alpha": "A", "Beta": "B", "?": "unknown"}}
    if kind == "bool":
        words["words"] = {"yes": "true", "no": "false", "oui": "true"}
    if draw.random() < 0.2:
        words["trim"] = False
    return words


def _rules(draw: Random, kind: str) -> dict[str, object]:
    words: dict[str, object] = {}
    if draw.random() < 0.5:
        words["broken"] = draw.choice(("reject", "null"))
    if draw.random() < 0.2:
        words["required"] = True
    if draw.random() < 0.06:
        words["unique"] = True
    if kind in ("int", "float", "decimal") and draw.random() < 0.5:
        words |= {"min": -5, "max": draw.choice((3, 1000))}
        if draw.random() < 0.4:
            words["broken"] = "clip"
    if kind == "string" and draw.random() < 0.3:
        words |= {"one_of": [*WORDS[:5], "A", "B", "unknown"]} if draw.random() < 0.5 else {"matches": "[a-zA-Z ]*"}
    return words


def _privacy(draw: Random, kind: str) -> dict[str, object]:
    chance = draw.random()
    if kind == "string" and chance < 0.3:
        return {"privacy": draw.choice(("identifier", "sensitive", "free_text"))}
    if chance > 0.8:
        keep = COARSER.get(kind)
        return {"privacy": "quasi"} | ({"coarsen": keep} if keep else {})
    return {}


def _value(draw: Random, kind: str) -> str:
    chance = draw.random()
    if chance < 0.12:
        return draw.choice(AWKWARD)
    if kind in ("int", "float", "decimal"):
        return (
            draw.choice(NUMBERS)
            if chance < 0.25
            else str(draw.randint(-20, 2000))
            if kind == "int"
            else f"{draw.uniform(-9, 99):.{draw.randint(0, 4)}f}"
        )
    if kind == "date":
        return draw.choice(DATES) if chance < 0.25 else f"{draw.randint(1950, 2030)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    if kind == "timestamp":
        return (
            draw.choice(TIMES)
            if chance < 0.25
            else f"2024-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d} {draw.randint(0, 23):02d}:{draw.randint(0, 59):02d}:00"
        )
    return draw.choice({"bool": TRUTHS, "ordinal": (*GRADES, "Mid", "highest")}.get(kind, WORDS))


def _files(folder: Path, draw: Random, columns: list[Drawn], rows: int) -> None:
    for number in range(draw.randint(1, 3)):
        order = draw.sample(columns, len(columns))
        lines = [[column.value() for column in order] for _ in range(rows)]
        lines += draw.choices(lines, k=rows // 10)
        text = io.StringIO()
        out = csv.writer(text, delimiter=draw.choice(",;"), lineterminator=draw.choice(("\n", "\r\n")))
        out.writerow([column.name for column in order])
        out.writerows(line if draw.random() > 0.02 else line[: draw.randint(1, len(line))] for line in lines)
        (folder / f"part{number}.csv").write_bytes(text.getvalue().encode(draw.choice(ENCODINGS)))


def _project(draw: Random, columns: list[Drawn]) -> str:
    lines = ['name = "anything"', "[tables.rows]", 'role = "customers"', 'source = { kind = "csv", path = "*.csv" }']
    if draw.random() < 0.2:
        lines.append('duplicates = "keep"')
    lines += ["[tables.rows.columns]", *(f"{column.name} = {_toml(column.words)}" for column in columns)]
    open_ones = [
        column
        for column in columns
        if column.words.get("privacy") not in ("identifier", "free_text") and column.name not in ("id", "answer")
    ]
    lines += ["[tables.rows.derive]", *_derived(draw, open_ones), "[tables.rows.rules]", *_between(draw, open_ones)]
    lines += ["[features]", 'profile = { kind = "profile", except = ["answer"] }', "[trends]", *_trends(draw, open_ones)]
    return "\n".join([*lines, ""])


def _derived(draw: Random, columns: list[Drawn]) -> list[str]:
    chosen = [column for column in columns if draw.random() < 0.5]
    return [f"d{i} = {json.dumps(draw.choice(DERIVED[column.type]).format(column.name))}" for i, column in enumerate(chosen)]


def _between(draw: Random, columns: list[Drawn]) -> list[str]:
    chosen = [column for column in columns if column.type in RULES and draw.random() < 0.3]
    flag = draw.random() < 0.3
    sql = [json.dumps(RULES[column.type].format(column.name)) for column in chosen]
    return [f"r{i} = {{ sql = {text}, broken = {json.dumps('flag' if flag else 'reject')} }}" for i, text in enumerate(sql)]


def _trends(draw: Random, columns: list[Drawn]) -> list[str]:
    """Group-bys over whatever may group, with a measure that no huge number breaks."""
    grouping = [column.name for column in columns if column.type != "float"]
    measured = [one.format(column.name) for column in columns for one in MEASURED.get(column.type, ())]
    found = []
    for number in range(2 if grouping else 0):
        rows = draw.sample(grouping, draw.randint(1, min(2, len(grouping))))
        others = [name for name in grouping if name not in rows]
        words: dict[str, object] = {"table": "rows", "rows": rows, "measure": draw.choice(["count(*)", *measured])}
        words |= {"columns": draw.choice(others)} if others and draw.random() < 0.4 else {}
        words |= {"top": draw.randint(1, 3)} if draw.random() < 0.5 else {}
        found.append(f"t{number} = {_toml(words)}")
    return found


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
