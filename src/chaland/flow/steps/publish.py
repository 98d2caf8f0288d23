"""publish: scores and segments → the stores of the site, to be asked for by key."""

from __future__ import annotations

from typing import Any

from chaland import plugins
from chaland.flow import fingerprint
from chaland.flow.customers import customer_key
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.prepare.unique import key_of
from chaland.spec.project import Publish


def inputs(run: Run) -> str:
    """The scores, the segments, the lifetimes and the stores."""
    made = [run.needed(step)["fingerprint"] for step in ("score", "segment", *(["lifetime"] if run.project.lifetime else []))]
    return fingerprint.of(made, run.project.publish, run.site.stores)


def publish(run: Run) -> dict[str, Any]:
    """Put every scored question, every segmentation and every lifetime into its store; keys that are no longer there are erased."""
    told = {}
    for name, (table, to) in _wanted(run).items():
        part = run.site.stores[to]
        module = plugins.load("stores", part.kind)
        store = module.Adapter(module.Options(**part.options()), run.home.folder)
        try:
            told[name] = _put(run, store, name, table)
        finally:
            store.close()
    return {"published": told}


def _wanted(run: Run) -> dict[str, tuple[str, str]]:
    """By collection: the lake table, and the store it goes to."""
    scored = {question: Publish(of=question) for question in run.project.predict}
    asked = run.project.publish or scored
    tables = {name: (f"scores/{one.of}", one.to) for name, one in asked.items()}
    tables |= {f"segments_{name}": (f"segments/{name}", "default") for name in run.project.segments if "default" in run.site.stores}
    tables |= {f"lifetime_{name}": (f"lifetime/{name}", "default") for name in run.project.lifetime if "default" in run.site.stores}
    return {name: pair for name, pair in tables.items() if run.lake.has(pair[0])}


def _put(run: Run, store: Any, name: str, table: str) -> dict[str, Any]:
    key = _key(run, table)
    rows = run.lake.table(run.engine, table)
    present: set[str] = set()
    for batch in rows.to_pyarrow_batches(chunk_size=50_000):
        store.put(name, key, batch)
        present.update(batch.column(key).to_pylist())
    return {"rows": len(present), "erased": store.erase(name, _gone(store, name, present, key))}


def _key(run: Run, table: str) -> str:
    """The key column of a lake table of results."""
    kind, _, of = table.partition("/")
    if kind == "lifetime":
        return key_of(in_force(run)[run.project.lifetime[of].of_whom(run.project.customers())])
    asked = run.project.predict[of] if kind == "scores" else run.project.segments[of]
    return customer_key(run, asked.features)


def _gone(store: Any, name: str, present: set[str], key: str) -> list[str]:
    gone, after = [], None
    while page := store.scan(name, after, 10_000):
        after = page[-1][key]
        gone += [row[key] for row in page if row[key] not in present]
    return gone
