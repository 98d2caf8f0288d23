"""The embedded store: one SQLite file, nothing to install, safe with several processes at once."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import RLock
from typing import Any

import pyarrow as pa

from chaland.errors import Busy, ChalandError, DataError, PartMissing, Where
from chaland.spec.base import Spec

FORMAT = 1
SECONDS_TO_WAIT = 60
KEYS_PER_QUESTION = 500
SETTINGS = (
    f"pragma busy_timeout = {SECONDS_TO_WAIT * 1000}",
    "pragma journal_mode = wal",
    "pragma synchronous = normal",  # with WAL: a power cut may lose the last batch, never a part of one
    "pragma secure_delete = on",  # what is erased is overwritten with zeros
)
TABLES = (
    "create table if not exists shapes (id integer primary key, columns text not null unique)",
    "create table if not exists rows (name text not null, key text not null, shape integer not null, value text not null, "
    "primary key (name, key)) without rowid",
    f"pragma user_version = {FORMAT}",
)
PUT = (
    "insert into rows (name, key, shape, value) values (?, ?, ?, ?) on conflict do update set shape = excluded.shape, "
    "value = excluded.value where value is not excluded.value or shape is not excluded.shape"
)
SELECT = "select columns, value from rows join shapes on shapes.id = rows.shape where name = ? and "
WRITE: dict[str, Callable[[Any], str]] = {"decimal": str, "timestamp": datetime.isoformat, "date": date.isoformat, "bytes": bytes.hex}
"""How a value that JSON has no word for becomes a text in the file."""
READ: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "timestamp": lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    "date": date.fromisoformat,
    "bytes": bytes.fromhex,
}
"""How that text becomes the value again."""


class Options(Spec):
    """What a site may say of the embedded store."""

    path: str | None = None
    """The file, relative to the project's home; default: store.db."""


class Adapter:
    """A store in one file of mode 0600 under `home`; a reader sees a batch whole or not at all.

    Values come back as they went in: int, float, Decimal, str, bool, bytes, date, datetime (aware, UTC), None, and lists
    and mappings of the JSON kinds. Raises PartMissing where the file cannot be opened or written, Busy where another
    process holds it for more than a minute, DataError where it is no store.
    """

    def __init__(self, options: Options, home: Path):
        self._path = home / (options.path or "store.db")
        self._lock = RLock()
        with self._told():
            _private(self._path)
            self._con = sqlite3.connect(self._path, timeout=SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False)
            self._prepare()

    def put(self, name: str, key: str, batch: pa.RecordBatch) -> None:
        """Keep each row under its value of column `key`; of rows with one key the last stays; all rows or none."""
        keys = _keys(batch, key)
        columns, values = _written(batch)
        with self._transaction():
            shape = self._shape(columns)
            # In the order of the keys the pages of the file are written one after the other.
            rows = sorted(zip(keys, values, strict=True), key=lambda row: row[0])
            self._con.executemany(PUT, ((name, key, shape, value) for key, value in rows))

    def get(self, name: str, key: str) -> dict[str, Any] | None:
        """The row kept under `key`, or None."""
        found = self._asked(SELECT + "key = ?", (name, key))
        return found[0] if found else None

    def scan(self, name: str, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """Up to `limit` rows in the order of their keys (by code point), from just after `after`."""
        if after is None:
            return self._asked(SELECT + "true order by key limit ?", (name, limit))
        return self._asked(SELECT + "key > ? order by key limit ?", (name, after, limit))

    def erase(self, name: str, keys: Sequence[str]) -> int:
        """Forget these keys, on the disk too; how many there were."""
        gone = 0
        with self._transaction():
            for start in range(0, len(keys), KEYS_PER_QUESTION):
                some = list(keys[start : start + KEYS_PER_QUESTION])
                marks = ", ".join("?" * len(some))
                gone += self._con.execute(f"delete from rows where name = ? and key in ({marks})", (name, *some)).rowcount
        with self._told():
            self._con.execute("pragma wal_checkpoint(truncate)")
        return gone

    def close(self) -> None:
        """Let go of the file; closing twice is closing once."""
        with self._lock:
            self._con.close()

    def _prepare(self) -> None:
        for setting in SETTINGS:
            self._con.execute(setting)
        found = self._con.execute("pragma user_version").fetchone()[0]
        if found > FORMAT:
            said = f"the store has format {found}, and this chaland knows formats up to {FORMAT}"
            raise DataError(said, where=Where(file=self._path.name), next="Use the newer chaland that wrote it.", code="format")
        if found < FORMAT:
            with self._transaction():
                for table in TABLES:
                    self._con.execute(table)

    def _shape(self, columns: str) -> int:
        self._con.execute("insert into shapes (columns) values (?) on conflict do nothing", (columns,))
        shape: int = self._con.execute("select id from shapes where columns = ?", (columns,)).fetchone()[0]
        return shape

    def _asked(self, sql: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
        with self._told(), self._lock:
            return [_read(columns, value) for columns, value in self._con.execute(sql, values)]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._told(), self._lock:
            self._con.execute("begin immediate")
            try:
                yield
                self._con.execute("commit")
            except BaseException:
                # After "disk full" SQLite has rolled back already.
                if self._con.in_transaction:
                    self._con.execute("rollback")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.DatabaseError) as cause:
            raise _error(cause, self._path.name) from cause


def _private(path: Path) -> None:
    """Make the file before SQLite does: its -wal and -shm take over the mode, 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _keys(batch: pa.RecordBatch, key: str) -> list[str]:
    column = batch.column(key)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_integer(column.type)):
        raise TypeError(f"a key is a text or a whole number; column {key!r} is {column.type}")
    if column.null_count:
        raise ValueError(f"column {key!r} is the key, and {column.null_count} of its values are null")
    return [str(value) for value in column.to_pylist()]


def _written(batch: pa.RecordBatch) -> tuple[str, list[str]]:
    """What the columns are, and each row, as JSON."""
    names = batch.schema.names
    if len(set(names)) < len(names):
        raise ValueError(f"two columns have one name: {names!r}")
    kinds = [_kind(column.type) for column in batch.columns]
    columns = [_plain(column, kind) for column, kind in zip(batch.columns, kinds, strict=True)]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    rows = zip(*columns, strict=True) if columns else iter([()] * batch.num_rows)
    return encode(dict(zip(names, kinds, strict=True))), [encode(row) for row in rows]


def _kind(type_: pa.DataType) -> str:
    """The word under which a type is written; TypeError for one that would not come back as it went in."""
    kinds = {
        "decimal": pa.types.is_decimal,
        "timestamp": pa.types.is_timestamp,
        "date": pa.types.is_date,
        "bytes": lambda t: pa.types.is_binary(t) or pa.types.is_large_binary(t),
    }
    kind = next((kind for kind, holds in kinds.items() if holds(type_)), "json")
    if kind == "json" and not _is_json(type_):
        raise TypeError(f"a store does not keep values of type {type_}")
    return kind


def _is_json(type_: pa.DataType) -> bool:
    if pa.types.is_dictionary(type_) or pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return _is_json(type_.value_type)
    if pa.types.is_struct(type_):
        return all(_is_json(field.type) for field in type_)
    plain = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string, pa.types.is_large_string, pa.types.is_null)
    return any(holds(type_) for holds in plain)


def _plain(column: pa.Array, kind: str) -> list[Any]:
    """The column's values as JSON has them; a time finer than a microsecond raises rather than rounds."""
    if kind == "timestamp":
        in_zone = column.cast(pa.timestamp("us", tz=column.type.tz))
        column = in_zone.cast(pa.timestamp("us"))  # an instant is written in UTC
    values: list[Any] = column.to_pylist()
    return [None if value is None else WRITE[kind](value) for value in values] if kind in WRITE else values


def _read(columns: str, value: str) -> dict[str, Any]:
    kinds: dict[str, str] = json.loads(columns)
    row = zip(kinds.items(), json.loads(value), strict=True)
    return {name: READ[kind](given) if kind in READ and given is not None else given for (name, kind), given in row}


def _error(cause: OSError | sqlite3.DatabaseError, file: str) -> ChalandError:
    code = getattr(cause, "sqlite_errorcode", None) or 0
    where = Where(file=file)
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy("another process holds the store", where=where, next="Wait until it is done, then run the command again.")
    if code & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        said = "the file is no store, or it is damaged"
        return DataError(said, where=where, next="Move it away and publish again: the lake holds all that was in it.", code="no_store")
    return PartMissing(
        f"the store cannot be opened or written: {cause}", where=where, next="Free some disk, or give the right to write there."
    )
