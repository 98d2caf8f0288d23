"""From one kind to another, spelt so that both engines read, round and refuse alike."""

from __future__ import annotations

from chaland.spec.kinds import Kind

BLANKS = r"[ \t\n\r]*"
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
READ = {
    "int": rf"^{BLANKS}[+-]?[0-9]+{BLANKS}\z",
    "float": rf"^{BLANKS}[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{{1,5}})?{BLANKS}\z",
    "decimal": rf"^{BLANKS}[+-]?([0-9]{{1,60}}\.?[0-9]{{0,60}}|\.[0-9]{{1,60}}){BLANKS}\z",
    "date": r"^(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{1,2}-[0-9]{1,2}\z",
    "timestamp": rf"^(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{{2}}|[1-9][0-9]{{3}})-[0-9]{{2}}-[0-9]{{2}}([ T]{CLOCK}(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?\z",
}
"""What a text must look like to be read as a kind; every engine alone reads more, and each something else."""
TRUE, FALSE = "('true', 't', 'yes', 'y', '1')", "('false', 'f', 'no', 'n', '0')"
BEYOND = "9223372036854775807e0"


def type_name(kind: Kind, spark: bool) -> str:
    """The name of a kind's type."""
    if kind.name == "decimal":
        return f"decimal({kind.digits}, {kind.scale})"
    plain = {"int": "bigint", "float": "double", "bool": "boolean", "timestamp": "timestamp" if spark else "timestamptz"}
    return plain.get(kind.name, kind.name)


def literal(text: str, spark: bool) -> str:
    """A text as a literal; Spark reads backslashes in it, DuckDB does not."""
    return "'" + (text.replace("\\", "\\\\").replace("'", "\\'") if spark else text.replace("'", "''")) + "'"


def cast(text: str, source: Kind, kind: Kind, spark: bool, tried: bool = False) -> str:
    """`text`, which is of kind `source`, as `kind`; what cannot be read raises, or is null where it is only `tried`."""
    word = "try_cast" if tried else "cast"
    plain = f"{word}({text} as {type_name(kind, spark)})"
    if source == kind and kind.name != "null":
        return text
    if source.name == "string" and kind.name in READ:
        return _read(text, kind, spark, tried)
    if source.name == "string" and kind.name == "bool":
        return _truth(text, tried)
    if source.name == "timestamp" and kind.name == "string" and spark:
        return f"concat({plain}, '+00')"
    if kind.name == "string" and source.name == "decimal" and source.digits == source.scale and not spark:
        # DuckDB writes .05 where there is no room for the zero.
        return f"{word}(cast({text} as decimal(38, {source.scale})) as string)"
    if spark and source.name in ("float", "decimal") and kind.name == "int":
        return _whole(text, source, word)
    if spark and source.name == "float" and kind.name == "decimal":
        return _fixed(text, kind, word)
    return plain


def _read(text: str, kind: Kind, spark: bool, tried: bool) -> str:
    looks = f"({text} rlike {literal(READ[kind.name], True)})" if spark else f"regexp_matches({text}, {literal(READ[kind.name], False)})"
    if tried:
        return f"try_cast(case when {looks} then {text} end as {type_name(kind, spark)})"
    # What is not read is not shown in the error either: it may be a person's.
    return f"cast(case when not {looks} then '?' else {text} end as {type_name(kind, spark)})"


def _truth(text: str, tried: bool) -> str:
    end = "" if tried else f" when {text} is not null then cast('?' as boolean)"
    return f"case when lower({text}) in {TRUE} then true when lower({text}) in {FALSE} then false{end} end"


def _whole(text: str, source: Kind, word: str) -> str:
    """Spark cuts, and saturates just above the greatest: rounded as DuckDB does (floats: halves to even; decimals: away from zero)."""
    if source.name == "decimal":
        return f"{word}(round({text}, 0) as bigint)"
    return f"case when {text} >= {BEYOND} then {word}('?' as bigint) else {word}(rint({text}) as bigint) end"


def _fixed(text: str, kind: Kind, word: str) -> str:
    """By way of a whole number of the last digit's units, as DuckDB computes it."""
    units = f"{word}(round({text} * 1e{kind.scale}, 0) as bigint)"
    one = f"cast(1e-{kind.scale} as decimal({kind.scale + 1}, {kind.scale}))" if kind.scale else "cast(1 as decimal(1, 0))"
    return f"{word}({units} * {one} as {type_name(kind, True)})"
