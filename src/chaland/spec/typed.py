"""What each part of an expression is, and what does not go together in it, said in words before any row is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chaland.errors import nearest
from chaland.spec import kinds
from chaland.spec.arguments import LITERALS, WRITTEN, as_moment, counted, rounded, shown, spread, together, written
from chaland.spec.functions import CLOCK, MENDS, PART_NAMES, PARTS, TABLE
from chaland.spec.kinds import ANY, BOOL, DATE, FLOAT, INT, INTERVAL, NULL, NUMBERS, STRING, TIMESTAMP, Kind

Told = tuple[str, str]
SIGNS = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "IntDiv": "//", "Mod": "%", "Pow": "^"}
SPANS = ("year", "month", "week", "day", "hour", "minute", "second")
_CASTS = {
    "int": "int float decimal string bool null any",
    "float": "int float decimal string null any",
    "decimal": "int float decimal string null any",
    "string": "int decimal string bool date timestamp null any",
    "bool": "bool string int null any",
    "date": "date timestamp string null any",
    "timestamp": "date timestamp string null any",
}
_CAST_TO = "INTEGER, DOUBLE, DECIMAL(18, 2), VARCHAR, BOOLEAN, DATE or TIMESTAMPTZ"


class Typed:
    """An expression read: the kind of every part, by the identity of its node, and what is wrong with it."""

    def __init__(self, columns: Mapping[str, Kind]):
        self._columns = {name.lower(): kind for name, kind in columns.items()}
        self.kinds: dict[int, Kind] = {}
        self.told: list[Told] = []

    def read(self, node: Any) -> Kind:
        """The kind of a part; what is wrong in it is noted."""
        kind: Kind = getattr(self, f"_read_{type(node).__name__.lower()}", self._stranger)(node)
        self.kinds[id(node)] = kind
        return kind

    def want(self, node: Any, wanted: Sequence[str], by: str) -> Kind:
        """The kind of a part that must be one of these."""
        kind = self.read(node)
        if kind.name not in (*wanted, "null", "any"):
            self._say(f"{shown(node)} is {kind.called}, and {by} wants {_called(wanted)}", _mend(kind, wanted))
        return kind

    def _say(self, said: str, mend: str = "") -> Kind:
        if (said, mend) not in self.told:
            self.told.append((said, mend))
        return ANY

    def _stranger(self, node: Any) -> Kind:
        return ANY

    def _read_paren(self, node: Any) -> Kind:
        return self.read(node.this)

    def _read_literal(self, node: Any) -> Kind:
        return STRING if node.is_string else self._number(node.name)

    def _number(self, text: str) -> Kind:
        if "e" in text.lower():
            return FLOAT
        whole, _, part = text.partition(".")
        digits = len(whole.lstrip("0")) + len(part)
        if "." not in text and int(text) <= 2**63:
            return INT
        if digits > kinds.MOST_DIGITS:
            return self._say(f"{text} has more than {kinds.MOST_DIGITS} digits", "Write it with an exponent: 1e40.")
        return kinds.decimal(max(digits, len(part) + 1), len(part))

    def _read_boolean(self, _: Any) -> Kind:
        return BOOL

    def _read_null(self, _: Any) -> Kind:
        return NULL

    def _read_column(self, node: Any) -> Kind:
        name = node.name.lower()
        return self._columns.get(f"{node.table.lower()}.{name}") or self._columns.get(name, ANY)

    def _read_neg(self, node: Any) -> Kind:
        return self._turned(node.this, self.want(node.this, NUMBERS, "-"), "-")

    def _turned(self, node: Any, kind: Kind, by: str) -> Kind:
        """A number whose sign may be turned."""
        if kind.digits > kinds.EXACT_DIGITS:
            self._say(
                f"{shown(node)} may have {kind.digits} digits, and {by} wants at most {kinds.EXACT_DIGITS}",
                "CAST it to DECIMAL(18, 2), or to DOUBLE.",
            )
        return kind

    def _read_add(self, node: Any) -> Kind:
        return self._moved(node) or self._computed(node, kinds.summed)

    def _read_sub(self, node: Any) -> Kind:
        left, right = self.read(node.left), self.read(node.right)
        if left.name in kinds.MOMENTS and right.name in kinds.MOMENTS:
            if left == right == DATE:
                return INT
            return self._say("a timestamp less another is a span, which has no column type", "Write date_diff('second', start, end).")
        return self._moved(node) or self._computed(node, kinds.summed)

    def _moved(self, node: Any) -> Kind | None:
        """A date and a span or days; None where it is plain arithmetic."""
        left, right = self.read(node.left), self.read(node.right)
        if right.name in kinds.MOMENTS and type(node).__name__ == "Add":
            return self._say(f"{shown(node)}: the date stands first", "Write: day + INTERVAL 1 DAY.")
        if left.name in kinds.MOMENTS and right == INTERVAL:
            return TIMESTAMP
        if left == DATE and right == INT:
            return DATE
        if INTERVAL in (left, right):
            return self._say(f"{shown(node)}: a span is added to a date or taken from one", "Write: day + INTERVAL 1 DAY.")
        return None

    def _read_mul(self, node: Any) -> Kind:
        return self._computed(node, kinds.multiplied)

    def _computed(self, node: Any, digits: Callable[[Kind, Kind], Kind | None]) -> Kind:
        sign = SIGNS[type(node).__name__]
        left, right = self.want(node.left, NUMBERS, sign), self.want(node.right, NUMBERS, sign)
        if left.name not in NUMBERS or right.name not in NUMBERS:
            return (kinds.common([left, right]) if NULL in (left, right) else None) or ANY
        if "float" in (left.name, right.name):
            return FLOAT
        if left == right == INT:
            return INT
        left, right = (self._slim(part, kind) for part, kind in ((node.left, left), (node.right, right)))
        return digits(left, right) or self._say(
            f"{shown(node)} may have more than {kinds.MOST_DIGITS} digits", "Shorten a part first: CAST(… AS DECIMAL(18, 2)), or AS DOUBLE."
        )

    def _slim(self, node: Any, kind: Kind) -> Kind:
        """A whole number written out has only its own digits."""
        bare = node.unnest()
        if kind == INT and type(bare).__name__ == "Literal":
            self.kinds[id(bare)] = self.kinds[id(node)] = kinds.decimal(max(len(bare.name.lstrip("0")), 1), 0)
        return self.kinds[id(node)]

    def _read_div(self, node: Any) -> Kind:
        self.want(node.left, NUMBERS, "/"), self.want(node.right, NUMBERS, "/")
        return FLOAT

    def _read_pow(self, node: Any) -> Kind:
        self.want(node.left, NUMBERS, "^"), self.want(node.right, NUMBERS, "^")
        return FLOAT

    def _read_intdiv(self, node: Any) -> Kind:
        for part in (node.left, node.right):
            if self.read(part).name not in ("int", "null", "any"):
                self._say(f"{shown(part)} is {self.kinds[id(part)].called}, and // is for whole numbers", "Write floor(a / b).")
        return INT

    def _read_mod(self, node: Any) -> Kind:
        return self.remainder(node.left, node.right)

    def remainder(self, one: Any, other: Any) -> Kind:
        """The kind of a remainder."""
        return kinds.common([self.want(one, NUMBERS, "%"), self.want(other, NUMBERS, "%")]) or ANY

    def _read_dpipe(self, node: Any) -> Kind:
        for part in (node.left, node.right):
            self.want(part, kinds.WORDS, "||")
        return STRING

    def _compared(self, node: Any) -> Kind:
        self.alike([node.left, node.right])
        return BOOL

    _read_eq = _read_neq = _read_gt = _read_gte = _read_lt = _read_lte = _read_nullsafeeq = _read_nullsafeneq = _compared

    def alike(self, nodes: Sequence[Any]) -> Kind:
        """The common kind of parts that must go together; a date may be written as a text."""
        found = [self.read(node) for node in nodes]
        moment = next((kind for kind in found if kind.name in kinds.MOMENTS), None)
        if moment:
            found = [self._dated(node, kind, moment) for node, kind in zip(nodes, found, strict=True)]
        joined = kinds.common(found)
        if joined is None:
            odd = next(i for i, kind in enumerate(found) if kinds.common([found[0], kind]) is None)
            first = f"{shown(nodes[0])} is {found[0].called}"
            return self._say(f"{first}, and {shown(nodes[odd])} is {found[odd].called}", _mend(found[odd], (found[0].name,)))
        return joined

    def _dated(self, node: Any, kind: Kind, moment: Kind) -> Kind:
        bare = node.unnest()
        if kind != STRING or type(bare).__name__ != "Literal":
            return kind
        known = as_moment(bare.name)
        if known is None:
            return self._say(f"{shown(node)} is no date", "Write it as '2026-01-31'.")
        self.kinds[id(node)] = self.kinds[id(bare)] = TIMESTAMP if isinstance(known, datetime) else DATE
        return self.kinds[id(node)]

    def _truth(self, node: Any) -> Kind:
        for part in (node.left, node.right):
            self.want(part, ("bool",), type(node).__name__.lower())
        return BOOL

    _read_and = _read_or = _truth

    def _read_not(self, node: Any) -> Kind:
        return self.want(node.this, ("bool",), "not")

    def _read_is(self, node: Any) -> Kind:
        self.read(node.this)
        if type(node.expression).__name__ == "Boolean":
            self.want(node.this, ("bool",), "IS TRUE")
        return BOOL

    def _read_between(self, node: Any) -> Kind:
        self.alike([node.this, node.args["low"], node.args["high"]])
        return BOOL

    def _read_in(self, node: Any) -> Kind:
        self.alike([node.this, *node.expressions])
        return BOOL

    def _read_like(self, node: Any) -> Kind:
        self.want(node.this, ("string",), "LIKE")
        if type(node.expression.unnest()).__name__ != "Literal":
            self._say("LIKE compares with a pattern written out", "Write contains, starts_with or ends_with for texts of two columns.")
        return BOOL

    _read_ilike = _read_like

    def _read_escape(self, node: Any) -> Kind:
        self._say("ESCAPE is not for every engine", "Write contains, starts_with, ends_with or regexp_matches.")
        return BOOL

    def _read_case(self, node: Any) -> Kind:
        of = node.this
        for one in node.args["ifs"]:
            self.alike([of, one.this]) if of else self.want(one.this, ("bool",), "CASE WHEN")
        results = [one.args["true"] for one in node.args["ifs"]] + [part for part in [node.args.get("default")] if part]
        return self.alike(results)

    def _read_if(self, node: Any) -> Kind:
        self.want(node.this, ("bool",), "IF")
        return self.alike([part for part in (node.args["true"], node.args.get("false")) if part])

    def _read_interval(self, node: Any) -> Kind:
        unit = str(node.args.get("unit") or "").lower().removesuffix("s")
        if unit not in SPANS:
            self._say(f"a span of {unit or 'nothing'!r}", f"Write: INTERVAL 1 DAY ({', '.join(SPANS)}).")
        if not re.fullmatch(r"-?\d{1,6}", written(node.this) or ""):
            self._say("a span is a whole number written out", "Write: day + INTERVAL 1 MONTH, or day + n for n days.")
        return INTERVAL

    def _read_cast(self, node: Any) -> Kind:
        text = node.args["to"].sql(dialect="duckdb")
        kind, source = kinds.named(text), self.read(node.this)
        if kind in (ANY, NULL) or text.lower() in ("real", "float"):
            return self._say(f"nothing is cast to {text} here", f"Write {_CAST_TO}.")
        if kind.name == "decimal" and (kind.digits > kinds.MOST_DIGITS or kind.scale > kind.digits):
            return self._say(f"{text} has no such digits", "As: DECIMAL(18, 2).")
        if source == FLOAT and kind.name == "decimal" and kind.digits > 18:
            self._say(f"a number becomes a decimal of at most 18 digits, and {text} has {kind.digits}", "As: DECIMAL(18, 2).")
        if source.name not in _CASTS[kind.name].split():
            self._say(
                f"{shown(node.this)} is {source.called}, and it is not written alike on every engine as {kind.called}",
                _mend(source, (kind.name,)),
            )
        if source == STRING and (dated := written(node.this)) is not None and kind.name in kinds.MOMENTS and as_moment(dated) is None:
            self._say(f"{dated!r} is no date", "Write it as '2026-01-31'.")
        return kind

    _read_trycast = _read_cast

    def _read_extract(self, node: Any) -> Kind:
        return self.part(str(node.this.name or node.this), node.expression)

    def part(self, name: str, of: Any) -> Kind:
        """The kind of a part of a date."""
        kind, meant = self.want(of, kinds.MOMENTS, "a part of a date"), PART_NAMES.get(name.lower())
        if meant is None:
            return self._say(f"dates have no part {name!r} here", nearest(name, PARTS))
        if meant in CLOCK and kind == DATE:
            self._say(f"{shown(of)} is a date, which has no {meant}", "Take it of a timestamp.")
        return FLOAT if meant == "epoch" else INT

    def _read_anonymous(self, node: Any) -> Kind:
        name = node.name.lower()
        function = TABLE.get(name)
        if function is None:
            return self._say(f"the function {name!r} cannot be used here", MENDS.get(name) or nearest(name, TABLE))
        wants = [*spread(function.takes, len(node.expressions))]
        if len(wants) != len(node.expressions) or "" in wants:
            return self._say(f"{name} takes {counted(function.takes)}, and here are {len(node.expressions)}", function.said)
        found = [self._argument(name, part, want) for part, want in zip(node.expressions, wants, strict=True)]
        return self._given(name, function.gives, node.expressions, found)

    def _argument(self, name: str, node: Any, want: str) -> Kind:
        if want.startswith("'"):
            return self._written(name, node, want.strip("'"))
        if want == "any":
            return self.read(node)
        several = {"number": NUMBERS, "moment": kinds.MOMENTS, "words": kinds.WORDS, "float": NUMBERS}.get(want, (want,))
        if several == kinds.MOMENTS and written(node) and as_moment(written(node) or ""):
            return self._dated(node, self.read(node), DATE)
        return self.want(node, several, name)

    def _written(self, name: str, node: Any, want: str) -> Kind:
        """An argument that must be written out: engines need to see it before they see a row."""
        kind, text = self.read(node), written(node)
        if text is None or (kind == INT) != (want == "int"):
            return self._say(f"{name} wants {WRITTEN[want]} written out, and this is {shown(node)}", TABLE[name].said)
        check = LITERALS.get(want)
        for said in check(name, text) if check else ():
            self._say(f"{name}: {said}", TABLE[name].said)
        return kind

    def _given(self, name: str, gives: str, nodes: Sequence[Any], found: Sequence[Kind]) -> Kind:
        if gives == "common":
            return self.remainder(*nodes) if name == "mod" else self.alike(nodes)
        if name == "nullif":
            self.alike(nodes)
        if name == "abs":
            self._turned(nodes[0], found[0], "abs")
        if gives == "part":
            return self.part(written(nodes[0]) or "", nodes[1])
        if gives in ("whole", "rounded"):
            return rounded(found[0], 0 if gives == "whole" or len(nodes) == 1 else int(written(nodes[1]) or 0))
        self.told += [*together(name, nodes, found)]
        if gives == "first":
            return self.kinds[id(nodes[1])] if name == "date_trunc" else found[0]
        return Kind(gives)


def _called(wanted: Sequence[str]) -> str:
    if {*wanted} == {*kinds.WORDS}:
        return "a text"
    return "a number" if {*wanted} == {*NUMBERS} else " or ".join(kinds.CALLED[one] for one in wanted)


def _mend(kind: Kind, wanted: Sequence[str]) -> str:
    if kind == FLOAT and "string" in wanted:
        return "Write CAST(CAST(… AS DECIMAL(18, 2)) AS VARCHAR)."
    if kind == STRING and {*wanted} & {*NUMBERS}:
        return "Write TRY_CAST(… AS DOUBLE), or say the column's type."
    if kind == STRING and {*wanted} & {*kinds.MOMENTS}:
        return "Write TRY_CAST(… AS DATE), or say the column's type."
    if "string" in wanted:
        return "Write CAST(… AS VARCHAR)."
    if kind == BOOL and {*wanted} & {*NUMBERS}:
        return "Write CASE WHEN … THEN 1 ELSE 0 END."
    if "bool" in wanted:
        return "Compare with something, as: total >= 0."
    return ""
