"""A sixth business needs a file and nothing else: a Polish swimming pool, with headers, words and questions that none of the five has."""

import json
import random
import subprocess
import sys
from datetime import date, timedelta

import pytest

PROJECT = """
name = "plywalnia"
title = { en = "Swimming pool", fr = "Piscine" }

[tables.wejscia]
role   = "events"
source = { kind = "csv", path = "wejscia*.csv" }
amount = "oplata"

[tables.wejscia.columns]
karta   = { from = "Nr karty", privacy = "identifier", required = true }
dzien   = { from = "Data wejścia", type = "date", date_order = "dmy", role = "time", required = true }
wizyta  = { from = "Nr wizyty", role = "order", required = true }
basen   = { from = "Basen", words = { "duży" = "olimpijski" }, one_of = ["olimpijski", "mały", "jacuzzi"] }
oplata  = { from = "Opłata", type = "decimal", decimal = ",", role = "amount", min = 0, placeholders = ["brak"] }

[tables.plywacy]
role   = "customers"
source = { kind = "sql", query = "select karta, min(dzien) as pierwszy, count(*) as wejsc, sum(oplata) as razem from wejscia group by karta" }

[tables.plywacy.columns]
karta    = { role = "key" }
pierwszy = { type = "date" }
wejsc    = { type = "int" }
razem    = { type = "decimal", role = "amount" }

[trends.baseny]
table   = "wejscia"
rows    = "basen"
measure = "sum(oplata)"
over    = "month"

[features.nawyki]
kind   = "rfm"
table  = "wejscia"
amount = "oplata"

[features.rytm]
kind  = "tempo"
table = "wejscia"

[segments.typy]
features = ["rytm"]
groups   = [2, 4]

[[segments.typy.playbook]]
when = { rytm_gap_mean = "low" }
do   = { en = "Offer a season ticket", fr = "Proposer un abonnement" }

[predict.kasa]
target     = { kind = "spend", table = "wejscia", amount = "oplata", days = 60 }
features   = ["nawyki", "rytm"]
candidates = ["gradient_boosting"]
metric     = "mae"
"""
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def visits(card: int, dice: random.Random) -> list[str]:
    """Regulars come every few days, guests every few weeks; some stop in the course of the year, and only their own rhythm tells that."""
    pause = dice.choice([4, 5, 6, 30, 35, 40])
    stops = LAST if dice.random() < 0.5 else FIRST + timedelta(days=dice.randrange(60, 365))
    day, lines = FIRST + timedelta(days=dice.randrange(30)), []
    while day <= stops:
        pool, fee = dice.choice(["duży", "mały", "jacuzzi"]), dice.choice(["12,50", "8,00", "brak"])
        lines.append(f"K{card:05d};{day:%d.%m.%Y};{card}-{len(lines)};{pool};{fee}\n")
        day += timedelta(days=1 + int(dice.expovariate(1 / pause)))
    return lines


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder, dice = tmp_path_factory.mktemp("pool"), random.Random(6)
    lines = [line for card in range(600) for line in visits(card, dice)]
    broken = ["K00001;41.13.2025;x;duży;1,00\n", "K00002;02.02.2025;y;sauna;1,00\n", lines[0]]
    text = "Nr karty;Data wejścia;Nr wizyty;Basen;Opłata\n" + "".join(lines + broken)
    (folder / "wejscia.csv").write_bytes(text.encode("cp1250"))
    project = PROJECT.replace('path = "wejscia*.csv"', 'path = "wejscia*.csv", encoding = "cp1250"')
    (folder / "plywalnia.toml").write_text(project, encoding="utf-8")
    command = [sys.executable, "-m", "chaland", "run", "plywalnia.toml", "--as-of", "2026-01-01", "--json", "--quiet"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout) | {"lines": len(lines)}


def test_every_row_is_accounted_for_and_swimmers_are_made_of_visits(found: dict) -> None:
    told = found["tables"]["wejscia"]
    assert (told["read"], told["accepted"], told["merged"]) == (found["lines"] + 3, found["lines"], 1)
    assert told["reasons"] == {"dzien.type": 1, "basen.one_of": 1}
    assert found["tables"]["plywacy"]["accepted"] == 600


def test_regulars_and_guests_are_told_apart_with_what_to_do(found: dict) -> None:
    told = found["segments"]["typy"]
    assert told["k"] >= 2
    assert "Offer a season ticket" in [(one["action"] or {}).get("en") for one in told["groups"]]


def test_spending_is_foretold_standing_earlier_and_measured_ahead(found: dict) -> None:
    told = found["predict"]["kasa"]
    assert (told["task"], told["horizon_days"], told["stands_at"], told["kept"]) == ("regression", 60, "2025-11-02", "gradient_boosting")
    assert len(told["forward"]) == 2
    for pair in told["forward"]:
        assert pair["metrics"]["mae"]["value"] < 0.8 * pair["baseline"]["metrics"]["mae"]["value"]


def test_a_trend_has_every_month_and_pool(found: dict) -> None:
    assert found["trends"]["baseny"]["rows"] == 36
