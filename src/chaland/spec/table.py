"""A table: where its rows come from, its columns, and rules that see several columns at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from chaland.spec.base import NAME, Spec, Titled, Words
from chaland.spec.column import Column

TableRole = Literal["customers", "transactions", "events", "reference"]


class Source(Spec):
    """Where rows come from; the words beside `kind` belong to that kind of source."""

    model_config = ConfigDict(extra="allow")

    kind: str
    """csv, parquet, xlsx, files (each by its own kind), or sql (a query over other tables)."""

    def options(self) -> dict[str, Any]:
        """The words beside `kind`, as written."""
        return dict(self.model_extra or {})


class RowRule(Spec):
    """A condition over several columns of one row, in SQL."""

    sql: str
    """True where the row is right; a null counts as right."""
    broken: Literal["reject", "flag"] = "reject"
    """reject: the row goes to quarantine. flag: counted only."""


def _are_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value))


def _as_rule(value: Any) -> Any:
    return {"sql": value} if isinstance(value, str) else value


class Table(Spec):
    """One table of the project."""

    role: TableRole
    """What its rows are: customers, transactions, events, or reference."""
    source: Source
    """Where its rows come from."""
    optional: bool = False
    """No file need be there: without one the table is empty, and a note says so."""
    title: Titled | None = None
    """Its name for people."""
    placeholders: Words = ()
    """Texts that stand for «no value» in every column that names none of its own."""
    columns: Mapping[Annotated[str, Field(pattern=NAME)], Column] = Field(min_length=1)
    """Its columns, one line each."""
    derive: Mapping[Annotated[str, Field(pattern=NAME)], str] = Field(default_factory=dict)
    """New columns: name = SQL over the columns above."""
    rules: Mapping[Annotated[str, Field(pattern=NAME)], Annotated[RowRule, BeforeValidator(_as_rule)]] = Field(default_factory=dict)
    """Rules over several columns: name = SQL that must hold."""
    amount: str | None = None
    """What a row is worth, as SQL over its columns, so that the money of every row left out is told. Default: the column of role amount."""
    duplicates: Literal["merge", "keep"] = "merge"
    """Rows equal in all declared columns are merged into one, or all kept."""

    @model_validator(mode="before")
    @classmethod
    def _hand_down(cls, table: Any) -> Any:
        """Placeholders of the table become those of its columns, so that nobody else need look in two places."""
        if not isinstance(table, Mapping) or not isinstance(table.get("columns"), Mapping) or not _are_texts(table.get("placeholders")):
            return table
        shared = {"placeholders": table["placeholders"]}
        columns = {name: {**shared, **column} if isinstance(column, Mapping) else column for name, column in table["columns"].items()}
        return {**table, "columns": columns}

    def query(self) -> str | None:
        """The SELECT that makes the table of others; None for a table that is read."""
        text = self.source.options().get("query")
        return text if self.source.kind == "sql" and isinstance(text, str) else None

    def names_person(self, column: str) -> bool:
        """Whether a column names a person, and is a pseudonym at rest: declared so, or the key of a table that is about people."""
        of = self.columns[column]
        return of.privacy == "identifier" or (of.role == "key" and self.role != "reference")

    def key(self) -> str | None:
        """The column of role key, or None where a key is made from the row."""
        return self.with_role("key")

    def with_role(self, role: str) -> str | None:
        """The column that plays `role`, if one does."""
        return next((name for name, column in self.columns.items() if column.role == role), None)
