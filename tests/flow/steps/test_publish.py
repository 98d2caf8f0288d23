"""What was found is in the store, to be asked for by key."""

from pathlib import Path

from chaland.flow import whole
from chaland.flow.run import Run
from chaland.stores.sqlite import Adapter, Options
from tests.flow import shop


def test_scores_and_groups_are_in_the_store(looking: Run) -> None:
    store = Adapter(Options(), looking.home.folder)
    kept = store.scan("leaving", None, 1000)
    assert (
        len(kept)
        == looking.lake.table(looking.engine, "scores/leaving").count().to_pyarrow().as_py()
        == len(store.scan("segments_habits", None, 1000))
    )
    store.close()


def test_customers_who_are_no_longer_there_are_forgotten(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shop.write(data, rows=120)
    whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data))
    lines = (data / "learn.csv").read_text().splitlines()
    (data / "learn.csv").write_text("\n".join(lines[:1] + lines[11:]) + "\n")
    whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data))
    store = Adapter(Options(), shop.home(data).folder)
    assert len(store.scan("leaving", None, 1000)) == 112
    store.close()
