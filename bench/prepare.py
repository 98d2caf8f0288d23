"""What reading, checking and cleaning cost beside a bare copy of the same text: goals ≤ 1.5x to read, ≤ 4x for ingest and prepare, ≤ 2 GiB.

The rival is DuckDB alone: `COPY (FROM read_csv(all_varchar)) TO … (FORMAT parquet)`, which checks, hashes and keeps nothing.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import measure

GIGABYTE = 1_000_000_000
BYTES_PER_ROW = 93
COPY = """
import duckdb, sys
con = duckdb.connect(config={"threads": 2, "memory_limit": "1500MiB"})
con.execute("set enable_progress_bar = false")
con.execute(f"copy (from read_csv('{sys.argv[1]}', all_varchar=true, header=true)) to '{sys.argv[2]}' (format parquet)")
print(con.execute(f"select count(*), sum(\\"Total day minutes\\"::decimal(18,2)) from '{sys.argv[2]}'").fetchone())
"""
STEPS = """
import sys, json
from pathlib import Path
from chaland import reading
from chaland.flow.home import Home
from chaland.flow.run import Asked, opened, perform
project = reading.read_project("projects/telco.toml")
with opened(project, reading.read_site(sys.argv[3]), Home(Path(sys.argv[2]), "telco"), Asked(Path(sys.argv[1]))) as run:
    for outcome in perform(run, ["ingest", "prepare"]):
        print(outcome.name, round(outcome.seconds, 2), file=sys.stderr)
    clean = run.lake.table(run.engine, "clean/subscribers")
    print(tuple(clean.agg(n=clean.count(), s=clean.day_minutes.cast("decimal(18,2)").sum()).to_pyarrow().to_pylist()[0].values()))
    print(json.dumps(outcome.facts["tables"]["subscribers"]["reasons"]))
"""
SITE = '[engine]\nkind = "duckdb"\nmemory = "768MiB"\nthreads = 2\n'


def main(size: int = GIGABYTE) -> None:
    """Print seconds, peak memory and ratios."""
    from chaland.simulate.telco import write_clean

    with tempfile.TemporaryDirectory(prefix="chaland-bench-") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        file = folder / "data" / "telco.csv"
        write_clean(size // BYTES_PER_ROW, 1, file)
        (folder / "site.toml").write_text(SITE)
        print(f"a clean file of {file.stat().st_size / 1e9:.2f} GB")
        rival = measure.python(COPY, str(file), str(folder / "copy.parquet"))
        ours = measure.python(STEPS, str(folder / "data"), str(folder / "home"), str(folder / "site.toml"))
        print(f"bare copy, all text   {rival}\n{rival.printed.strip()}")
        print(f"ingest and prepare    {ours}\n{ours.printed.strip()}")
        print(f"ratio {ours.seconds / rival.seconds:.2f} (goal ≤ 4), memory {ours.peak_mib:.0f} MiB (goal ≤ 2048)")


if __name__ == "__main__":
    main()
