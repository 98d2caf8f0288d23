"""Rows a second into and out of the embedded store (goal: 100,000 put), on scores as `publish` writes them."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from chaland.stores.sqlite import Adapter, Options

ROWS = 500_000
PAGE = 10_000


def scores(rows: int) -> pa.RecordBatch:
    """Made-up scores under keys as random as pseudonyms."""
    keys = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(rows)]
    columns = {
        "customer": keys,
        "probability": [number / rows for number in range(rows)],
        "prediction": ["true"] * rows,
        "decision": ["positive"] * rows,
    }
    return pa.RecordBatch.from_pydict(columns | {f"reason_{place}": ["day_minutes"] * rows for place in (1, 2, 3)})


def scanned(store: Adapter) -> int:
    """Read everything page by page; how many rows."""
    count, after = 0, None
    while page := store.scan("scores", after, PAGE):
        count, after = count + len(page), page[-1]["customer"]
    return count


def main() -> None:
    """Check on a small store that what comes out is what went in, then time a large one."""
    with tempfile.TemporaryDirectory() as folder:
        _checked(Path(folder) / "small")
        store, batch = Adapter(Options(), Path(folder)), scores(ROWS)
        _timed("put", lambda: store.put("scores", "customer", batch))
        _timed("put again (the same)", lambda: store.put("scores", "customer", batch))
        _timed("scan", lambda: scanned(store))
        keys = batch.column("customer").to_pylist()[:20_000]
        _timed("get, one by one", lambda: [store.get("scores", key) for key in keys], rows=len(keys))
        store.close()


def _checked(folder: Path) -> None:
    store, batch = Adapter(Options(), folder), scores(1000)
    store.put("scores", "customer", batch)
    assert store.scan("scores", limit=2000) == sorted(batch.to_pylist(), key=lambda row: row["customer"])
    store.close()


def _timed(what: str, act: Callable[[], object], rows: int = ROWS) -> None:
    begun = time.perf_counter()
    act()
    seconds = time.perf_counter() - begun
    print(f"{what:24}{rows / seconds:12,.0f} rows/s {seconds:8.2f} s")
