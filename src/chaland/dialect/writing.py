"""A typed expression written out for one of the two engines, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chaland.dialect import spelling
from chaland.dialect.casts import cast, literal, type_name
from chaland.spec import kinds
from chaland.spec.arguments import written
from chaland.spec.functions import CLOCK, PART_NAMES, TABLE
from chaland.spec.kinds import ANY, DATE, FLOAT, INT, NULL, STRING, TIMESTAMP, Kind

_COMPARED = {"EQ": "=", "NEQ": "<>", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}
_COMPARED |= {"NullSafeEQ": "is not distinct from", "NullSafeNEQ": "is distinct from"}
_SIGNS = {"Add": "+", "Sub": "-", "Mul": "*"}
_AS = {"float": FLOAT, "string": STRING, "int": INT, "words": STRING, "date": DATE, "timestamp": TIMESTAMP}
_FLOATS = ("exp", "isfinite", "isinf", "isnan", "ln", "log10", "log2", "pow", "power", "sqrt")


class Writer:
    """Writes parts whose kinds are known (`of`: kind by the identity of the node) in the SQL of DuckDB, or of Spark."""

    def __init__(self, of: Mapping[int, Kind], spark: bool):
        self._of = of
        self._spark = spark

    def write(self, node: Any) -> str:
        """The SQL of a part."""
        text: str = getattr(self, f"_write_{type(node).__name__.lower()}")(node)
        return text

    def kind(self, node: Any) -> Kind:
        """The kind of a part."""
        return self._of.get(id(node), ANY)

    def as_kind(self, node: Any, kind: Kind) -> str:
        """The SQL of a part, brought to a kind."""
        source = self.kind(node)
        text = self.write(node)
        if kind in (ANY, NULL) or source == ANY:
            return text
        if source == STRING and kind.name in kinds.MOMENTS and (moment := written(node)):
            return f"cast({literal(moment, self._spark)} as {type_name(kind, self._spark)})"
        return cast(text, source, kind, self._spark)

    def truth(self, node: Any) -> str:
        """The SQL of a condition."""
        return self.as_kind(node, kinds.BOOL)

    def _alike(self, nodes: Sequence[Any]) -> list[str]:
        common = kinds.common([self.kind(node) for node in nodes]) or ANY
        return [self.as_kind(node, common) for node in nodes]

    def _write_paren(self, node: Any) -> str:
        return f"({self.write(node.this)})"

    def _write_literal(self, node: Any) -> str:
        kind = self.kind(node)
        if kind.name in kinds.MOMENTS:
            return f"cast({literal(node.name, self._spark)} as {type_name(kind, self._spark)})"
        if node.is_string:
            return literal(node.name, self._spark)
        if kind in (FLOAT, ANY):
            return str(node.name)
        return f"cast({node.name} as {type_name(kind, self._spark)})"

    def _write_boolean(self, node: Any) -> str:
        return "true" if node.this else "false"

    def _write_null(self, _: Any) -> str:
        return "null"

    def _write_column(self, node: Any) -> str:
        return ".".join(self._quoted(name) for name in (node.table, node.name) if name)

    def _quoted(self, name: str) -> str:
        return f"`{name.replace('`', '``')}`" if self._spark else '"' + name.replace('"', '""') + '"'

    def _write_neg(self, node: Any) -> str:
        inner = node.this
        if type(inner).__name__ == "Literal" and self.kind(inner) == INT:
            return f"cast(-{inner.name} as bigint)"
        return f"(- {self.write(inner)})"

    def _computed(self, node: Any) -> str:
        sign, kind = _SIGNS[type(node).__name__], self.kind(node)
        if NULL in (self.kind(node.left), self.kind(node.right)):
            return "null" if kind in (ANY, NULL) else f"cast(null as {type_name(kind, self._spark)})"
        if kind.name != "decimal":
            left, right = (self.as_kind(part, kind) for part in (node.left, node.right))
            return f"({left} {sign} {right})"
        sides = self._sides(node, kind, sign)
        left, right = (self.as_kind(part, side) for part, side in zip((node.left, node.right), sides, strict=True))
        return f"cast(({left} {sign} {right}) as {type_name(kind, self._spark)})"

    def _sides(self, node: Any, kind: Kind, sign: str) -> list[Kind]:
        """What both sides of decimal arithmetic are brought to, so that each engine computes with room enough, and Spark keeps the scale."""
        left, right = (kinds.as_decimal(self.kind(part)) for part in (node.left, node.right))
        if sign != "*":
            return [kinds.decimal(kind.digits - self._spark, kind.scale)] * 2
        return [left if self._spark else kinds.decimal(kinds.MOST_DIGITS - right.digits, left.scale), right]

    _write_mul = _computed

    def _write_add(self, node: Any) -> str:
        return self._moved(node) or self._computed(node)

    def _write_sub(self, node: Any) -> str:
        if self.kind(node.left) == self.kind(node.right) == DATE:
            left, right = self.write(node.left), self.write(node.right)
            return f"cast(datediff({left}, {right}) as bigint)" if self._spark else f"({left} - {right})"
        return self._moved(node) or self._computed(node)

    def _moved(self, node: Any) -> str | None:
        left, right, sign = self.kind(node.left), self.kind(node.right), _SIGNS[type(node).__name__]
        if right.name == "interval":
            return f"({self.as_kind(node.left, TIMESTAMP)} {sign} {self.write(node.right)})"
        if left == DATE and right == INT:
            return f"({self.write(node.left)} {sign} cast({self.write(node.right)} as int))"
        return None

    def _write_interval(self, node: Any) -> str:
        unit, count = str(node.args.get("unit")).lower().removesuffix("s"), int(written(node.this) or 0)
        count, unit = (count * 7, "day") if unit == "week" else (count, unit)
        return f"interval '{count}' {unit}"

    def _write_div(self, node: Any) -> str:
        left, right = (self.as_kind(part, FLOAT) for part in (node.left, node.right))
        return f"({left} / nullif({right}, 0e0))"

    def _write_pow(self, node: Any) -> str:
        return spelling.POWER[self._spark].format(self.as_kind(node.left, FLOAT), self.as_kind(node.right, FLOAT))

    def _write_intdiv(self, node: Any) -> str:
        return (
            f"({self.as_kind(node.left, INT)} {'div' if self._spark else '//'} nullif({self.as_kind(node.right, INT)}, cast(0 as bigint)))"
        )

    def _write_mod(self, node: Any) -> str:
        return self._remainder(node.left, node.right)

    def _remainder(self, one: Any, other: Any) -> str:
        kind = kinds.common([self.kind(one), self.kind(other)]) or ANY
        left, right = (self.as_kind(part, kind) for part in (one, other))
        if kind in (ANY, NULL):
            return f"({left} % {right})"
        zero = cast("0", INT, kind, self._spark) if kind != INT else "cast(0 as bigint)"
        told = f"({left} % nullif({right}, {zero}))"
        if kind == INT and not self._spark and written(other) in (None, "-1"):
            # DuckDB takes the least whole number % -1 for an overflow.
            return f"case when {right} = -1 then {left} - {left} else {told} end"
        return f"cast({told} as {type_name(kind, self._spark)})" if kind.name == "decimal" else told

    def _write_dpipe(self, node: Any) -> str:
        return f"({self.as_kind(node.left, STRING)} || {self.as_kind(node.right, STRING)})"

    def _compared(self, node: Any) -> str:
        left, right = self._alike([node.left, node.right])
        return f"({left} {_COMPARED[type(node).__name__]} {right})"

    _write_eq = _write_neq = _write_gt = _write_gte = _write_lt = _write_lte = _write_nullsafeeq = _write_nullsafeneq = _compared

    def _write_and(self, node: Any) -> str:
        return f"({self.truth(node.left)} and {self.truth(node.right)})"

    def _write_or(self, node: Any) -> str:
        return f"({self.truth(node.left)} or {self.truth(node.right)})"

    def _write_not(self, node: Any) -> str:
        return f"(not {self.truth(node.this)})"

    def _write_is(self, node: Any) -> str:
        return f"({self.write(node.this)} is {self.write(node.expression)})"

    def _write_between(self, node: Any) -> str:
        value, low, high = self._alike([node.this, node.args["low"], node.args["high"]])
        return f"({value} between {low} and {high})"

    def _write_in(self, node: Any) -> str:
        value, *among = self._alike([node.this, *node.expressions])
        return f"({value} in ({', '.join(among)}))"

    def _like_pattern(self, node: Any) -> str:
        text = written(node.expression) or ""
        return literal(text.replace("\\", "\\\\") if self._spark else text, self._spark)

    def _write_like(self, node: Any) -> str:
        return f"({self.write(node.this)} like {self._like_pattern(node)})"

    def _write_ilike(self, node: Any) -> str:
        lower = spelling.LOWER[self._spark]
        return f"({lower.format(self.write(node.this))} like {lower.format(self._like_pattern(node))})"

    def _write_case(self, node: Any) -> str:
        ifs, default = node.args["ifs"], node.args.get("default")
        whens = [one.this for one in ifs]
        of, *tests = self._alike([node.this, *whens]) if node.this else ("", *(self.truth(when) for when in whens))
        results = self._alike([one.args["true"] for one in ifs] + ([default] if default else []))
        parts = " ".join(f"when {test} then {result}" for test, result in zip(tests, results[: len(ifs)], strict=True))
        return f"case {of} {parts}{f' else {results[-1]}' if default else ''} end"

    def _write_if(self, node: Any) -> str:
        results = self._alike([part for part in (node.args["true"], node.args.get("false")) if part])
        return f"case when {self.truth(node.this)} then {results[0]} else {results[1] if len(results) > 1 else 'null'} end"

    def _cast(self, node: Any, tried: bool) -> str:
        source, kind = self.kind(node.this), self.kind(node)
        return cast(self.write(node.this), source, kind, self._spark, tried)

    def _write_cast(self, node: Any) -> str:
        return self._cast(node, tried=False)

    def _write_trycast(self, node: Any) -> str:
        return self._cast(node, tried=True)

    def _write_extract(self, node: Any) -> str:
        return self._part(str(node.this.name or node.this), node.expression)

    def _part(self, name: str, of: Any) -> str:
        return spelling.PLAIN[PART_NAMES[name.lower()]][self._spark].format(self.write(of))

    def _write_anonymous(self, node: Any) -> str:
        name, nodes = node.name.lower(), node.expressions
        special = _SPECIAL.get(name)
        if special:
            return special(self, name, nodes)
        return spelling.PLAIN[name][self._spark].format(*self._arguments(name, nodes))

    def _arguments(self, name: str, nodes: Sequence[Any]) -> list[str]:
        """The arguments, each of the kind that the function takes; those that must be written out stand bare."""
        takes = TABLE[name].takes
        return [self._argument(name, takes[min(place, len(takes) - 1)].rstrip("?*"), node) for place, node in enumerate(nodes)]

    def _argument(self, name: str, want: str, node: Any) -> str:
        if want.startswith("'"):
            return str(written(node)) if want == "'int'" else literal(written(node) or "", self._spark)
        if want == "moment" and self.kind(node) == STRING:
            return self.as_kind(node, DATE)
        return self.as_kind(node, FLOAT if name in _FLOATS else _AS.get(want, ANY))

    def joined(self, name: str, nodes: Sequence[Any]) -> str:
        """concat and concat_ws."""
        texts = self._arguments(name, nodes)
        if self._spark and name == "concat":
            texts = [f"coalesce({text}, '')" for text in texts]
        return f"{name}({', '.join(texts)})"

    def chosen(self, name: str, nodes: Sequence[Any]) -> str:
        """coalesce, greatest and their like."""
        texts = self._alike(nodes)
        if name == "nullif":
            return f"case when {texts[0]} = {texts[1]} then null else {self.write(nodes[0])} end"
        return texts[0] if len(texts) == 1 else f"{'coalesce' if name == 'ifnull' else name}({', '.join(texts)})"

    def remainder(self, _: str, nodes: Sequence[Any]) -> str:
        """mod."""
        return self._remainder(*nodes)

    def rounded(self, name: str, nodes: Sequence[Any]) -> str:
        """round, ceil, floor."""
        kind, text = self.kind(nodes[0]), self.write(nodes[0])
        places = int(written(nodes[1]) or 0) if len(nodes) > 1 else 0
        if kind.name == "float":
            return spelling.rounded(text, places) if name == "round" else self._edge(name, text)
        if kind.name != "decimal" or places >= kind.scale:
            return text
        digits = min(kind.digits - kind.scale + places + 1, kinds.MOST_DIGITS)
        told = f"round({text}, {places})" if name == "round" else f"{name.removesuffix('ing')}({text})"
        return f"cast({told} as {type_name(kinds.decimal(digits, places), self._spark)})"

    def _edge(self, name: str, text: str) -> str:
        name = name.removesuffix("ing")
        # Spark's floor of a float is a whole number, which has no room for the largest floats.
        return (
            f"case when abs({text}) < 4503599627370496e0 then cast({name}({text}) as double) else {text} end"
            if self._spark
            else f"{name}({text})"
        )

    def size(self, _: str, nodes: Sequence[Any]) -> str:
        """abs; DuckDB forgets the type of a decimal that it finds to be null."""
        kind, text = self.kind(nodes[0]), f"abs({self.write(nodes[0])})"
        return f"cast({text} as {type_name(kind, self._spark)})" if kind.name == "decimal" else text

    def sign(self, _: str, nodes: Sequence[Any]) -> str:
        """sign."""
        return spelling.sign(self.write(nodes[0]), self.kind(nodes[0]).name == "float")

    def substring(self, name: str, nodes: Sequence[Any]) -> str:
        """substr."""
        return spelling.substring(self._arguments(name, nodes))

    def trimmed(self, name: str, nodes: Sequence[Any]) -> str:
        """trim, ltrim, rtrim."""
        return spelling.trimmed(name, [self.write(nodes[0])], written(nodes[1]) if len(nodes) > 1 else None, self._spark)

    def part(self, _: str, nodes: Sequence[Any]) -> str:
        """date_part."""
        return self._part(written(nodes[0]) or "", nodes[1])

    def truncated(self, name: str, nodes: Sequence[Any]) -> str:
        """date_trunc."""
        unit = PART_NAMES[(written(nodes[0]) or "").lower()]
        return spelling.truncated(unit, self._arguments(name, nodes)[1], self.kind(nodes[1]) == DATE, self._spark)

    def between(self, _: str, nodes: Sequence[Any]) -> str:
        """date_diff."""
        unit = PART_NAMES[(written(nodes[0]) or "").lower()]
        start, end = (self.as_kind(node, TIMESTAMP if unit in CLOCK else DATE) for node in nodes[1:])
        return spelling.between(unit, start, end, self._spark)

    def stamped(self, _: str, nodes: Sequence[Any]) -> str:
        """strftime."""
        return spelling.stamped(self.write(nodes[0]), written(nodes[1]) or "", self._spark)

    def met(self, name: str, nodes: Sequence[Any]) -> str:
        """regexp_matches, regexp_full_match, regexp_extract."""
        group = int(written(nodes[2]) or 0) if len(nodes) > 2 else 0
        return spelling.met(name, self.as_kind(nodes[0], STRING), written(nodes[1]) or "", group, self._spark)

    def exchanged(self, _: str, nodes: Sequence[Any]) -> str:
        """regexp_replace."""
        pattern, by = (written(node) or "" for node in nodes[1:3])
        return spelling.exchanged(self.as_kind(nodes[0], STRING), pattern, by, len(nodes) > 3, self._spark)


_SPECIAL: Mapping[str, Callable[[Writer, str, Sequence[Any]], str]] = {
    **dict.fromkeys(("concat", "concat_ws"), Writer.joined),
    **dict.fromkeys(("coalesce", "greatest", "ifnull", "least", "nullif"), Writer.chosen),
    **dict.fromkeys(("round", "ceil", "ceiling", "floor"), Writer.rounded),
    **dict.fromkeys(("substr", "substring"), Writer.substring),
    **dict.fromkeys(("trim", "ltrim", "rtrim"), Writer.trimmed),
    **dict.fromkeys(("regexp_matches", "regexp_full_match", "regexp_extract"), Writer.met),
    "regexp_replace": Writer.exchanged,
    "mod": Writer.remainder,
    "abs": Writer.size,
    "sign": Writer.sign,
    "date_part": Writer.part,
    "date_trunc": Writer.truncated,
    "date_diff": Writer.between,
    "strftime": Writer.stamped,
}
SPELT = frozenset(spelling.PLAIN) | frozenset(_SPECIAL)
"""Every function that is spelt."""
