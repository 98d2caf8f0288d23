"""The text of a first project file, guessed from a look at data files, for a person to read and correct."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count, islice
from pathlib import PurePath

import pyarrow as pa
import pyarrow.compute as pc

from chaland.files.report import FileReport
from chaland.flow import guess, synonyms
from chaland.flow.guess import Guess
from chaland.spec.agreement import source_name

Looks = Sequence[tuple[FileReport, pa.Table]]

ANSWERS = {
    "churn",
    "churned",
    "exited",
    "attrition",
    "left",
    "cancelled",
    "target",
    "label",
    "outcome",
    "converted",
    "subscribed",
    "response",
}
ANSWERS |= {"parti", "depart", "resilie", "y"}
SET_ASIDE = ("20", "test", "holdout", "hold-out", "hold_out", "validation")
WIDE, FEWER = 200, 2000
DUPLICATES = 0.02


@dataclass
class Found:
    """A column as it was found: its name here, its names in the files, and what it probably is."""

    name: str
    headers: list[str] = field(default_factory=list)
    values: list[list[str | None]] = field(default_factory=list)
    guess: Guess = field(default_factory=Guess)
    optional: bool = False
    key: bool = False


def propose(looks: Looks, name: str, glob: str, kind: str = "csv") -> str:
    """The project file called `name` for the files that `glob` names, read by a source of `kind`; `check` accepts it as it stands.

    `looks` holds, per file, its report and its first rows as text. One line is to be edited: the target's.
    """
    columns = _columns(looks)
    answer = _answer(columns)
    _spell(columns, answer)
    parts = [_head(name, kind, glob, looks, any(column.key for column in columns)), _column_lines(columns, answer)]
    parts.append(_questions(answer, columns, looks))
    return "".join(part.rstrip("\n") + "\n" for part in parts)


def _columns(looks: Looks) -> list[Found]:
    """The columns of all files; headers that differ only in case, blanks or signs are one column, unless a file has both."""
    found: dict[str, Found] = {}
    owners: dict[str, str] = {}
    for report, table in looks:
        for name, header in _named(report.header, owners).items():
            column = found.setdefault(name, Found(name))
            if source_name(header) not in map(source_name, column.headers):
                column.headers.append(header)
            column.values.append(_values(table, header))
    for column in found.values():
        column.optional = len(column.values) < len(looks)
        column.guess = guess.of(column.headers[0], column.values)
    return _with_key(list(found.values()))


def _named(header: Sequence[str], owners: dict[str, str]) -> dict[str, str]:
    """Name here → header, for one file; a header without a name, or there twice, cannot be asked for.

    `owners` remembers across files which column owns a header.
    """
    told = {source_name(one): one for one in reversed(header) if one.strip()}
    named = {owners[said]: one for said, one in told.items() if said in owners}
    for said, one in reversed(told.items()):
        if said not in owners:
            owners[said] = _free(one, named)
            named[owners[said]] = one
    return {name: named[name] for name in sorted(named, key=lambda name: header.index(named[name]))}


def _free(header: str, taken: Collection[str]) -> str:
    """A name that a project file may use, near to the header."""
    plain = "_".join(guess.words_of(header)) or "column"
    plain = (plain if plain[0].isalpha() else f"x_{plain}")[:56]
    return plain if plain not in taken else next(f"{plain}_{i}" for i in count(2) if f"{plain}_{i}" not in taken)


def _values(table: pa.Table, header: str) -> list[str | None]:
    if header not in table.column_names:
        return []
    whole = table.filter(pc.is_null(table["_fault"])) if "_fault" in table.column_names else table
    most = FEWER if len(table.column_names) > WIDE else len(whole)
    values: list[str | None] = whole.column(header).slice(0, most).to_pylist()
    return values


def _spell(columns: Sequence[Found], answer: Found | None) -> None:
    """Words that mean the same, told in the columns that are features; and how many rows have no answer."""
    for column in columns:
        if column.guess.type == "string" and column.guess.privacy != "identifier" and column is not answer:
            _synonyms(column)
    said = answer and _unanswered(answer)
    if answer and said:
        answer.guess.why.append(f"{said} rows have no answer: they teach nothing, and are scored")


def _synonyms(column: Found) -> None:
    one = column.guess
    counts = Counter(value.strip() for values in column.values for value in values if value and value.strip())
    counts = Counter({word: count for word, count in counts.items() if word not in one.placeholders})
    one.words = synonyms.meant(counts)
    one.why += ["words that seem to mean the same: is it so?"] if one.words else []
    one.why += [f"is {_text(short)} the same as {_text(long)}? Then add it to `words`" for short, long in synonyms.doubtful(counts)]


def _unanswered(answer: Found) -> int:
    nothing = {"", *(word.strip() for word in answer.guess.placeholders)}
    return sum((value or "").strip() in nothing for values in answer.values for value in values)


def _repeats(columns: Sequence[Found], looks: Looks) -> int:
    """How many of the rows looked at repeat another in all columns but the key."""
    keys = {source_name(header) for column in columns if column.key for header in column.headers}
    found = 0
    for report, table in looks:
        names = [name for name in table.column_names if name in report.header and source_name(name) not in keys]
        found += len(table) - len(table.select(names).group_by(names).aggregate([])) if keys and names else 0
    return found


def _with_key(columns: list[Found]) -> list[Found]:
    """The first column that is different in every row and is called an id is the key."""
    for column in columns:
        if (
            column.guess.unique
            and not column.optional
            and set(guess.words_of(column.headers[0])) & guess.KEY
            and column.guess.type in ("string", "int")
        ):
            column.key = True
            column.guess.privacy, column.guess.type = "identifier", "string"
            column.guess.why = ["different in every row: the key of a customer; it becomes a pseudonym"]
            break
    return columns


def _answer(columns: Sequence[Found]) -> Found | None:
    """The column that most probably says what became of the customer: two words, and a name that says so, or the last place."""
    two = [c for c in columns if not c.key and (c.guess.type == "bool" or (_two_words(c) and _is_answer(c)))]
    called = [column for column in two if _is_answer(column)]
    truths = [column for column in two if column.guess.type == "bool"]
    last = [column for column in truths if columns and column is columns[-1]]
    return next((column for column in [*called, *last, *reversed(truths)]), None)


def _two_words(column: Found) -> bool:
    return column.guess.type == "string" and len(column.guess.values) == 2 and column.guess.privacy is None


def _is_answer(column: Found) -> bool:
    return bool(set(guess.words_of(column.headers[0])) & ANSWERS)


def _head(name: str, kind: str, glob: str, looks: Looks, has_key: bool) -> str:
    keyless = "" if has_key else "\n# None of them names a customer, so a key is made of each row, and rows that are equal are merged."
    files = ", ".join(PurePath(report.file).name for report, _ in islice(looks, 5)) + (" …" if len(looks) > 5 else "")
    return f"""\
# A first project file, guessed by `chaland init` from {_comment(files)}.
# Read it through: each guess that matters has a comment. Then
#     chaland check THIS_FILE
#     chaland run THIS_FILE --data FOLDER_OF_YOUR_FILES
name = {_text(name)}

[tables.customers]
role   = "customers"    # one row is one customer
source = {{ kind = {_text(kind)}, path = {_text(glob)} }}    # relative to --data

# name_here = {{ from = "name in your files", type = …, … }}; columns that are not listed are dropped.{keyless}
[tables.customers.columns]
"""


def _column_lines(columns: Sequence[Found], answer: Found | None) -> str:
    width = max((len(column.name) for column in columns), default=0)
    return "\n".join(_column_line(column, width, answer) for column in columns)


def _column_line(column: Found, width: int, answer: Found | None) -> str:
    one = column.guess
    words = [("from", _texts(column.headers)), ("type", _text(one.type) if one.type != "string" else "")]
    words += [("role", _text("key") if column.key else ""), ("required", "true" if column.key else "")]
    words += [("optional", "true" if column.optional else ""), ("words", _table(one.words))]
    words += [("one_of", _texts(one.values) if column is answer and one.type == "string" else "")]
    words += [("placeholders", f"[{', '.join(map(_text, one.placeholders))}]" if one.placeholders else "")]
    words += [("decimal", _text(one.decimal) if one.decimal != "." else ""), ("thousands", _text(one.thousands) if one.thousands else "")]
    words += [
        ("date_order", _text(one.date_order) if one.date_order != "ymd" else ""),
        ("broken", '{ type = "null" }' if one.blanked else ""),
    ]
    words += [("privacy", _text(one.privacy) if one.privacy else ""), ("coarsen", one.coarsen)]
    said = ", ".join(f"{word} = {value}" for word, value in words if value)
    why = f"    # {_comment('; '.join(one.why))}" if one.why else ""
    return f"{column.name:<{width}} = {{ {said} }}{why}"


def _questions(answer: Found | None, columns: Sequence[Found], looks: Looks) -> str:
    left = f", except = [{_text(answer.name)}]" if answer else ""
    usable = [c for c in columns if c is not answer and not c.key and c.guess.privacy not in ("identifier", "sensitive", "free_text")]
    if not usable:
        return "\n# No column is left that features could be made of: no segments and no questions can be asked.\n"
    return f"""
# What is known of each customer: every column above{" except the answer itself" if answer else ""}.
[features]
profile = {{ kind = "profile", columns = "*"{left} }}

# Customers that are alike, in 3 to 8 groups.
[segments.customers]
features = ["profile"]
groups   = [3, 8]

{_prediction(answer, columns, looks)}"""


def _prediction(answer: Found | None, columns: Sequence[Found], looks: Looks) -> str:
    of, positive = ("COLUMN", "") if answer is None else (answer.name, _positive(answer))
    aside = _set_aside([report.file for report, _ in looks])
    held = f"holdout    = {{ files = {_text(aside or '')} }}    # these files measure the best model, and nothing else sees them"
    drawn = '    # measured on a fifth of the customers; or say which: holdout = { files = "*test*.csv" }'
    lines = [
        "[predict.answer]",
        f'target     = {{ kind = "column", of = {_text(of)}{positive} }}    # EDIT THIS LINE: name the column that says what became of the customer',
        'features   = ["profile"]',
        'candidates = ["logistic_regression", "random_forest", "gradient_boosting"]',
        *(['metric     = "average_precision"', held] if aside else [f'metric     = "average_precision"{drawn}']),
    ]
    repeats, rows = _repeats(columns, looks), sum(len(table) for _, table in looks)
    if repeats > DUPLICATES * rows:
        lines.append(
            f'duplicates = "merge"    # {repeats} of {rows} rows repeat another but for their key: as one they teach and measure once'
        )
    if answer is None:
        lines = ["# No column of yes and no was found. To ask a question, take out the # of these lines:", *(f"# {line}" for line in lines)]
    return "\n".join(["# What will become of the customers? The algorithms compete.", *lines])


def _positive(answer: Found) -> str:
    """Where the answer is two words, the rarer counts as yes."""
    return f", positive = {_text(answer.guess.values[-1])}" if answer.guess.type == "string" else ""


def _set_aside(files: Sequence[str]) -> str | None:
    """A pattern for the files that are called a test set, where some are and some are not."""
    names = [PurePath(file).name for file in files]
    for word in SET_ASIDE:
        called = {name for name in names if re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", name, re.IGNORECASE)}
        if called and len(called) < len(set(names)):
            pattern = f"*{word}*{PurePath(min(called)).suffix}"
            return pattern if {name for name in names if fnmatchcase(name, pattern)} == called else min(called)
    return None


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Sequence[str]) -> str:
    return _text(values[0]) if len(values) == 1 else f"[{', '.join(map(_text, values))}]"


def _table(words: dict[str, str]) -> str:
    return f"{{ {', '.join(f'{_key(word)} = {_text(meant)}' for word, meant in words.items())} }}" if words else ""


def _key(word: str) -> str:
    return word if re.fullmatch(r"[A-Za-z0-9_-]+", word) else _text(word)


def _comment(text: str) -> str:
    """A text that stays on its comment line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
