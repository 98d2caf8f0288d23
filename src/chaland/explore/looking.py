"""What is looked at in a table: each column as a number or a word, a fair part of the rows where there are many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import ibis.expr.types as ir

from chaland.ports import Engine
from chaland.spec import kinds
from chaland.spec.table import Table

LIMIT = 200_000
"""Rows that are looked at; of more, a part drawn by the hash of their key."""
Kind = Literal["number", "time", "word", "hidden"]
MOST_NUMBERS, MOST_WORDS = 24, 16
_HASHED = 8


@dataclass(frozen=True)
class Looked:
    """The rows looked at: `n0`, `n1` … (numbers and days since 1970, as floats), `w0` … (words); and which column each stands for."""

    rows: ir.Table
    numbers: Mapping[str, str]
    words: Mapping[str, str]
    hidden: tuple[str, ...]
    total: int
    seen: int

    @property
    def sampled(self) -> bool:
        """Whether a part only is looked at."""
        return self.seen < self.total


def look(engine: Engine, rows: ir.Table, table: Table, types: Mapping[str, str], key: str, limit: int = LIMIT) -> Looked:
    """The rows of one table made ready for the passes over them; `types` are those of its columns, `key` its key column."""
    total = int(rows.count().to_pyarrow().as_py())
    told = {name: kind_of(name, type_, table) for name, type_ in types.items() if name in rows.columns}
    numbers = {f"n{place}": name for place, name in enumerate([one for one, kind in told.items() if kind in ("number", "time")])}
    words = {f"w{place}": name for place, name in enumerate([one for one, kind in told.items() if kind == "word"])}
    numbers, words = dict([*numbers.items()][:MOST_NUMBERS]), dict([*words.items()][:MOST_WORDS])
    made = [f'{_number(name, types[name])} as "{short}"' for short, name in numbers.items()]
    made += [f'{_word(name, types[name])} as "{short}"' for short, name in words.items()]
    part = _part(key, total, limit)
    chosen = engine.sql(f"select {', '.join([*made, '1 as one'])} from rows{part}", {"rows": rows})
    pinned = engine.pin(chosen)
    seen = int(pinned.count().to_pyarrow().as_py()) if part else total
    hidden = tuple(name for name, kind in told.items() if kind == "hidden")
    return Looked(pinned, numbers, words, hidden, total, seen)


def kind_of(name: str, type_: str, table: Table) -> Kind:
    """What a column is to an exploration: who a row is about is not looked at."""
    column = table.columns.get(name)
    if column is not None and (column.role == "key" or column.privacy in ("identifier", "free_text")):
        return "hidden"
    kind = kinds.named(type_).name
    if kind in kinds.NUMBERS:
        return "number"
    return "time" if kind in kinds.MOMENTS else "word"


def _number(name: str, type_: str) -> str:
    kind = kinds.named(type_).name
    if kind == "date":
        return f"cast(date_diff('day', cast('1970-01-01' as date), \"{name}\") as double)"
    if kind == "timestamp":
        return f'epoch("{name}") / 86400'
    return f'cast("{name}" as double)'


def _word(name: str, type_: str) -> str:
    kind = kinds.named(type_).name
    return f"case when \"{name}\" then 'true' when not \"{name}\" then 'false' end" if kind == "bool" else f'cast("{name}" as varchar)'


def _part(key: str, total: int, limit: int) -> str:
    """The condition that draws a fair part: the hash of the key below a mark, so that the same rows are drawn on every engine."""
    if total <= limit:
        return ""
    mark = f"{int(limit / total * 16**_HASHED):0{_HASHED}x}"
    return f" where left(md5(cast(\"{key}\" as varchar)), {_HASHED}) < '{mark}'"
