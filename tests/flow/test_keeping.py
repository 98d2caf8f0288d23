"""What the lake keeps is listed, and old versions are let go."""

import os
from pathlib import Path

from chaland.flow import keeping, whole
from chaland.spec import Site
from tests.flow import shop


def run(data: Path) -> None:
    whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data, force=True), ["ingest", "prepare"])


def test_tables_are_listed_and_vacuum_drops_what_is_older_than_the_retention(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shop.write(data, rows=30)
    run(data)
    run(data)
    listed = keeping.tables(shop.home(data), shop.SITE, vacuum=False)
    assert [(one["table"], one["versions"]) for one in listed["tables"]] == [
        (f"{kind}/people", 2) for kind in ("clean", "ledger", "quarantine", "raw")
    ]
    assert keeping.tables(shop.home(data), shop.SITE, vacuum=True)["dropped"] == {"files": 0, "runs": 0, "reports": 0}
    for folder in shop.home(data).runs.iterdir():
        os.utime(folder, (0, 0))
    gone = keeping.tables(shop.home(data), Site.model_validate({"lake": {"keep_days": 0}}), vacuum=True)["dropped"]
    assert gone["files"] >= 4
    assert gone["runs"] == 1
