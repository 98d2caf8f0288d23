"""20 million simulated events through the whole marketplace, within 4 GiB; and its features beside expert SQL, Polars and PySpark.

Every side reads the same clean events (the Parquet files of our own lake) and writes one row per visitor; each runs twice in a process of
its own and is timed the second time. Answers must be equal first: every feature of every visitor, to a billionth. The rivals make one table;
ours are six, each committed to the lake. Goals: the run ≤ 4 GiB, features ≥ 1 times expert SQL, ≥ 1.5 times Polars, ≥ 10 times Spark.
Polars lives in a virtual environment of its own under .cache/marketplace, made here. `python -m bench.marketplace [EVENTS]`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from bench import measure, rivals

EVENTS = 20_000_000
POLARS = ("polars==2.1.0",)
SITE = '[engine]\nkind = "duckdb"\nmemory = "2GiB"\nthreads = 2\n'
MEMORY_MIB = 4096
GOALS = {"expert SQL": 1.0, "Polars": 1.5, "PySpark": 10.0}
FAMILIES = ("visits", "funnel", "breadth", "rhythm", "price", "mix")
NIGHT = "(hour(time) >= 22 or hour(time) < 6)"
TIMES = {"second": "cast(epoch(time) as bigint)", "weekend": "isodow(time) >= 6", "night": NIGHT}
TIMES_IN_SPARK = {"second": "unix_timestamp(time)", "weekend": "weekday(time) >= 5", "night": NIGHT}
# Two levels everywhere: what is counted per visit is added up per visitor, and a value is made distinct before it is counted.
SQL = """
with seen as (
    select visitor, session, event, product, brand, code, price, {second} as second,
        {night} as night, {weekend} as weekend, nullif(split_part(code, '.', 1), '') as main
    from read_parquet({files})
), visits as (
    select visitor, session, count(*) as rows, max(second) - min(second) as seconds, sum(cast(night as int)) as nights, sum(cast(weekend as int)) as weekends,
        count(price) as prices, sum(price) as priced, max(price) as highest, count(main) as mains, {stages_inner}, {words_inner}
    from seen group by visitor, session
), visitors as (
    select visitor, count(*) as sessions, sum(rows) as rows, sum(seconds) as seconds, sum(nights) as nights, sum(weekends) as weekends,
        sum(prices) as prices, sum(priced) as priced, max(highest) as highest, sum(mains) as mains, {stages_outer}, {words_outer}
    from visits group by visitor
), products as (select visitor, count(*) as n from (select distinct visitor, product from seen where product is not null) group by visitor
), brands as (select visitor, count(*) as n from (select distinct visitor, brand from seen where brand is not null) group by visitor
), codes as (select visitor, count(*) as n from (select distinct visitor, code from seen where code is not null) group by visitor
), medians as (select visitor, median(cast(price as double)) as median from seen group by visitor)
select v.visitor, cast(v.sessions as double) as visits_sessions, v.rows / v.sessions as visits_events, v.seconds / v.sessions / 60 as visits_minutes,
    cast(v.view as double) as funnel_view, cast(v.cart as double) as funnel_cart, cast(v.purchase as double) as funnel_purchase,
    v.cart / nullif(v.view, 0) as funnel_cart_rate, v.purchase / nullif(v.cart, 0) as funnel_purchase_rate,
    v.purchase / nullif(v.view, 0) as funnel_conversion,
    cast(coalesce(p.n, 0) as double) as breadth_product, cast(coalesce(b.n, 0) as double) as breadth_brand, cast(coalesce(c.n, 0) as double) as breadth_code,
    v.nights / v.rows as rhythm_night, v.weekends / v.rows as rhythm_weekend,
    cast(v.priced as double) / nullif(v.prices, 0) as price_mean, m.median as price_median, cast(v.highest as double) as price_highest, {shares}
from visitors v left join products p using (visitor) left join brands b using (visitor) left join codes c using (visitor)
    left join medians m using (visitor)
"""
EXPERT = """
import json, sys
from time import perf_counter
import duckdb
query, out, spill = sys.argv[1:4]
con = duckdb.connect(config={"threads": 2, "memory_limit": "2GiB", "temp_directory": spill, "preserve_insertion_order": False})
con.execute("set TimeZone = 'UTC'")
con.execute("set enable_progress_bar = false")
for _ in range(2):
    begun = perf_counter()
    con.execute(f"copy ({query}) to '{out}' (format parquet)")
    seconds = perf_counter() - begun
print(json.dumps(seconds))
"""
WITH_POLARS = """
import json, sys
from time import perf_counter
import polars as pl
files, words, out = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
c = pl.col

def features():
    hour = c("time").dt.hour()
    main = c("code").str.split_exact(".", 1).struct.field("field_0").replace("", None)
    seen = pl.scan_parquet(files).select(
        "visitor", "session", "event", "product", "brand", "code", c("price").cast(pl.Float64), second=c("time").dt.epoch("s"),
        night=(hour >= 22) | (hour < 6), weekend=c("time").dt.weekday() >= 6, main=main)
    stages, shares = ("view", "cart", "purchase"), {name: c("main") == word for word, name in words.items()}
    visits = seen.group_by("visitor", "session").agg(
        rows=pl.len(), seconds=c("second").max() - c("second").min(), nights=c("night").sum(), weekends=c("weekend").sum(),
        prices=c("price").count(), priced=c("price").sum(), highest=c("price").max(), mains=c("main").count(),
        **{one: (c("event") == one).sum() for one in stages}, **{f"n_{name}": test.sum() for name, test in shares.items()})
    added = ["rows", "seconds", "nights", "weekends", "prices", "priced", "mains", *stages, *(f"n_{name}" for name in shares)]
    made = visits.group_by("visitor").agg(c(*added).sum(), sessions=pl.len(), highest=c("highest").max())
    for name in ("product", "brand", "code"):
        pairs = seen.select("visitor", name).drop_nulls().unique()
        made = made.join(pairs.group_by("visitor").agg(pl.len().alias(f"breadth_{name}")), on="visitor", how="left")
    made = made.join(seen.group_by("visitor").agg(price_median=c("price").median()), on="visitor", how="left")

    def rate(part, whole):
        return pl.when(c(whole) > 0).then(c(part) / c(whole))

    other = c("mains") - pl.sum_horizontal(*(f"n_{name}" for name in shares))
    return made.select(
        "visitor", visits_sessions=c("sessions").cast(pl.Float64), visits_events=c("rows") / c("sessions"),
        visits_minutes=c("seconds") / c("sessions") / 60, **{f"funnel_{one}": c(one).cast(pl.Float64) for one in stages},
        funnel_cart_rate=rate("cart", "view"), funnel_purchase_rate=rate("purchase", "cart"), funnel_conversion=rate("purchase", "view"),
        **{f"breadth_{name}": c(f"breadth_{name}").fill_null(0).cast(pl.Float64) for name in ("product", "brand", "code")},
        rhythm_night=c("nights") / c("rows"), rhythm_weekend=c("weekends") / c("rows"), price_mean=rate("priced", "prices"),
        price_median=c("price_median"), price_highest=c("highest"), **{f"mix_{name}": rate(f"n_{name}", "mains") for name in shares},
        mix_other=pl.when(c("mains") > 0).then(other / c("mains")))

for _ in range(2):
    begun = perf_counter()
    features().sink_parquet(out, engine="streaming")
    seconds = perf_counter() - begun
print(json.dumps(seconds))
"""


def main(events: int = EVENTS) -> None:
    """Print the seconds and the memory of every side, and the ratios."""
    from chaland.simulate import marketplace

    with tempfile.TemporaryDirectory(prefix="chaland-bench-") as name:
        folder = Path(name)
        marketplace.simulate(events, 7, folder / "data")
        logs = list((folder / "data").glob("*.csv"))
        print(f"{events:,} simulated events in {len(logs)} files, {sum(file.stat().st_size for file in logs) / 1e9:.2f} GB", flush=True)
        (folder / "site.toml").write_text(SITE)
        _whole(folder)
        _beside(folder)


def _whole(folder: Path) -> None:
    words = ["run", "marketplace", "--data", str(folder / "data"), "--home", str(folder / "home"), "--site", str(folder / "site.toml")]
    run = measure.command([sys.executable, "-m", "chaland", *words, "--json"])
    facts = json.loads(run.printed[run.printed.index("{") :])
    table = facts["tables"]["events"]
    assert table["read"] == table["accepted"] + table["quarantined"] + table["merged"], table
    print(f"{'whole run':12} {run} (goal ≤ {MEMORY_MIB} MiB); {table['read']:,} read, {table['accepted']:,} accepted", flush=True)


def _beside(folder: Path) -> None:
    told = _measured("chaland", "ours", str(folder))
    files, words = told["files"], told["words"]
    query = SQL.format(files=files, **TIMES, **_pieces(words))
    sides: dict[str, Callable[[str], Sequence[str]]] = {
        "expert SQL": lambda out: [sys.executable, "-c", EXPERT, query, out, str(folder / "spill")],
        "Polars": lambda out: [
            str(rivals.environment("marketplace", POLARS)),
            "-c",
            WITH_POLARS,
            json.dumps(files),
            json.dumps(words),
            out,
        ],
        "PySpark": lambda out: [sys.executable, "-c", BY_SPARK, json.dumps(files), json.dumps(words), out],
    }
    for side, command in sides.items():
        out = str(folder / f"{side.split()[0].lower()}.parquet")
        found = measure.command(command(out))
        _equal(folder, side, out)
        seconds = float(found.printed.strip().splitlines()[-1])
        print(
            f"{side:12} {seconds:8.2f} s {found.peak_mib:8.0f} MiB; chaland {seconds / told['seconds']:.2f} times (goal ≥ {GOALS[side]})",
            flush=True,
        )


BY_SPARK = """
import json, sys
sys.path.insert(0, ".")
from time import perf_counter
from bench.marketplace import by_spark
files, words, out = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
by_spark(files, words, out)
"""


def by_spark(files: Sequence[str], words: dict[str, str], out: str) -> None:
    """The same features in PySpark; prints the seconds of the second time."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.driver.memory", "3g").config("spark.sql.shuffle.partitions", "8")
    quiet = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").config("spark.log.level", "OFF")
    session = quiet.config("spark.sql.session.timeZone", "UTC").config("spark.local.dir", str(Path(out).parent)).getOrCreate()
    seconds = 0.0
    for _ in range(2):
        begun = perf_counter()
        _in_spark(session.read.parquet(*files), words).write.mode("overwrite").parquet(out)
        seconds = perf_counter() - begun
    session.stop()
    print(json.dumps(seconds))


def _in_spark(events: Any, words: dict[str, str]) -> Any:
    text = SQL.replace("read_parquet({files})", "events").format(**TIMES_IN_SPARK, **_pieces(words))
    events.createOrReplaceTempView("events")
    return events.sparkSession.sql(text)


def _pieces(words: dict[str, str]) -> dict[str, str]:
    stages, names = ("view", "cart", "purchase"), list(words.values())
    other = " - ".join(["v.mains", *(f"v.n_{name}" for name in names)])
    shares = [f"v.n_{name} / nullif(v.mains, 0) as mix_{name}" for name in names]
    return {
        "stages_inner": ", ".join(f"sum(case when event = '{one}' then 1 else 0 end) as {one}" for one in stages),
        "stages_outer": ", ".join(f"sum({one}) as {one}" for one in stages),
        "words_inner": ", ".join(f"sum(case when main = '{word}' then 1 else 0 end) as n_{name}" for word, name in words.items()),
        "words_outer": ", ".join(f"sum(n_{name}) as n_{name}" for name in names),
        "shares": ", ".join([*shares, f"({other}) / nullif(v.mains, 0) as mix_other"]),
    }


def ours(folder: str) -> None:
    """The step `features`, twice; prints the seconds of the second time, the files it read and the words of the mix."""
    from chaland import delta, reading
    from chaland.flow.home import Home
    from chaland.flow.run import Asked, opened, perform

    place = Path(folder)
    project, site = reading.read_project("projects/marketplace.toml"), reading.read_site(str(place / "site.toml"))
    with opened(project, site, Home(place / "home", project.name), Asked(place / "data", force=True)) as run:
        list(perform(run, ["features"]))
        begun = perf_counter()
        facts = next(iter(perform(run, ["features"]))).facts
        seconds = perf_counter() - begun
        made = facts["families"]["mix"]
        names = [one["name"] for one in made["made"] if one["name"] != "other"]
        files, _ = delta.files(run.lake.path("clean/events"))
    print(json.dumps({"seconds": seconds, "files": list(files), "words": dict(zip(made["words"]["words"], names, strict=True))}))


def _equal(folder: Path, side: str, out: str) -> None:
    """Every feature of every visitor; ends the benchmark where one differs."""
    import duckdb

    from chaland import delta
    from chaland.flow.home import Home
    from chaland.lake import Lake

    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    lake = Lake(Home(folder / "home", "marketplace").lake)
    theirs = f"read_parquet('{out}/*.parquet')" if Path(out).is_dir() else f"read_parquet('{out}')"
    joins, tests = "", []
    for name in FAMILIES:
        files, schema = delta.files(lake.path(f"features/{name}"))
        joins += f" full join read_parquet({list(files)}) {name} using (visitor)"
        columns = [column for column in schema.names if column != "visitor"]
        tests += [f"count_if(not {_same(f'{name}.{column}', f't.{name}_{column}')}) as {name}_{column}" for column in columns]
    found = con.execute(f"select {', '.join(tests)} from {theirs} t{joins}").fetchone()
    wrong = {test.rpartition(" as ")[2]: count for test, count in zip(tests, found or (), strict=True) if count}
    if wrong:
        sys.exit(f"{side} has other answers: {wrong}")


def _same(left: str, right: str) -> str:
    near = f"abs({left} - {right}) <= 1e-9 * greatest(1, abs({left}))"
    return f"coalesce({near}, {left} is null and {right} is null)"


def _measured(name: str, function: str, *arguments: str) -> dict[str, Any]:
    found = measure.python(f"import sys; from bench.marketplace import {function}; {function}(*sys.argv[1:])", *arguments)
    told: dict[str, Any] = json.loads(found.printed.strip().splitlines()[-1])
    print(f"{name:12} {told['seconds']:8.2f} s {found.peak_mib:8.0f} MiB: the step features", flush=True)
    return told


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
