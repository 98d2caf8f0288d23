"""The made-up operator: files that read as they should, groups that overlap, reasons in a known order."""

from __future__ import annotations

import csv
import json
from collections import Counter
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import lightgbm
import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, roc_auc_score

from chaland.simulate import telco

ROWS = 1000


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("telco")
    telco.simulate(ROWS, 7, folder)
    return folder


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_writes_the_same_bytes(out, tmp_path):
    telco.simulate(ROWS, 7, tmp_path)
    files = sorted(path.relative_to(out) for path in out.rglob("*.*"))
    assert len(files) == 6
    assert [(tmp_path / file).read_bytes() for file in files] == [(out / file).read_bytes() for file in files]


def test_another_seed_writes_other_customers(out, tmp_path):
    telco.simulate(ROWS, 8, tmp_path)
    assert (tmp_path / "telco-80.csv").read_bytes() != (out / "telco-80.csv").read_bytes()


def test_the_hold_out_glob_names_one_file_of_a_fifth_of_the_customers(out):
    held = [path.name for path in sorted(out.glob("*.csv")) if fnmatch(path.name, "*20*.csv")]
    assert sorted(path.name for path in out.glob("*.csv")) == ["telco-20.csv", "telco-80.csv"]
    assert held == ["telco-20.csv"]
    assert Counter(row["file"] for row in records(out / "truth/customers.csv")) == {"telco-80.csv": 800, "telco-20.csv": 200}


def test_each_file_has_its_dialect(out):
    eighty, twenty = ((out / f"telco-{share}.csv").read_bytes() for share in (80, 20))
    assert eighty.startswith(b"\xef\xbb\xbfState;Account length;")
    assert b"\r" not in eighty
    assert {b"VRAI", b"FAUX"} <= {line.rsplit(b";", 1)[-1].strip() for line in eighty.splitlines()}
    assert twenty.startswith(b"state,account_length,")
    assert twenty.count(b"\r\n") == twenty.count(b"\n") > 200
    assert {b"True.", b"False."} <= {line.rsplit(b",", 1)[-1].strip() for line in twenty.splitlines()}


def test_the_lines_of_the_truth_hold_their_customers(out):
    lines = {name: (out / name).read_text(encoding="utf-8-sig").splitlines() for name in ("telco-80.csv", "telco-20.csv")}
    accepted = [row for row in records(out / "truth/customers.csv") if row["outcome"] == "accepted"]
    assert all(row["phone_number"] in lines[row["file"]][int(row["line"]) - 1] for row in accepted)


def test_the_files_hold_what_the_counts_say(out):
    told = json.loads((out / "truth/dirt.json").read_text())
    stains = records(out / "truth/dirt.csv")
    for name, counts in told["files"].items():
        lines = (out / name).read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 1 + counts["read"] + counts["skipped"]
        assert Counter(stain["kind"] for stain in stains if stain["file"] == name) == counts["kinds"]
    total = told["total"]
    assert total["read"] == total["accepted"] + total["quarantined"] + total["merged"]
    assert total["accepted"] == sum(row["outcome"] == "accepted" for row in records(out / "truth/customers.csv"))


def test_telephone_numbers_never_repeat_at_any_size():
    numbers = np.concatenate([telco._telephone(start, 1000) for start in (0, 9_999_500, 25_000_000)])
    assert len(np.unique(numbers)) == 3000


def test_a_larger_draw_begins_with_the_chunks_of_a_smaller(monkeypatch):
    monkeypatch.setattr(telco, "CHUNK", 100)
    small, large = list(telco.draw(200, 1)), list(telco.draw(300, 1))
    assert [len(one.group) for one in large] == [100, 100, 100]
    assert all(np.array_equal(a.columns["churn"], b.columns["churn"]) for a, b in zip(small, large, strict=False))


@pytest.mark.parametrize("seed", range(5))
def test_an_oracle_finds_the_groups_but_not_all(seed):
    customers = next(telco.draw(4000, seed))
    assert 0.8 <= adjusted_rand_score(customers.group, telco.oracle(customers.columns)) <= 0.95


def test_charges_are_minutes_times_a_rate():
    columns = next(telco.draw(500, 0)).columns
    for when, rate in telco.RATES.items():
        assert np.abs(columns[f"total_{when}_charge"] - rate * columns[f"total_{when}_minutes"]).max() <= 0.00501


def test_messages_are_left_only_with_the_voice_mail_plan():
    columns = next(telco.draw(500, 0)).columns
    assert np.array_equal(columns["number_vmail_messages"] > 0, columns["voice_mail_plan"])


def test_the_reasons_to_leave_have_the_stated_order():
    for seed in range(3):
        assert [driver["column"] for driver in telco.strengths(seed)] == list(telco.CAUSES)


def test_the_strengths_are_far_enough_apart_to_be_found():
    lost = [driver["strength"] for driver in telco.strengths(0)]
    assert all(1.5 * weaker < stronger for stronger, weaker in pairwise(lost))


def test_the_area_under_the_curve_is_that_of_the_pairs():
    rng = np.random.default_rng(0)
    positive, score = rng.random(200) < 0.3, rng.standard_normal(200)
    assert telco._roc_auc(positive, score) == pytest.approx(roc_auc_score(positive, score))


def test_boosting_foretells_who_leaves():
    customers = next(telco.draw(5000, 3))
    table = np.column_stack([values for name, values in customers.columns.items() if name != "churn"]).astype(float)
    left = customers.columns["churn"]
    model = lightgbm.LGBMClassifier(n_estimators=120, num_leaves=8, learning_rate=0.06, n_jobs=1, verbose=-1, random_state=0)
    model.fit(table[:4000], left[:4000])
    assert 0.86 <= roc_auc_score(left[4000:], model.predict_proba(table[4000:])[:, 1]) <= 0.95


def test_a_clean_file_holds_every_customer_and_no_dirt(tmp_path):
    path = telco.write_clean(600, 7, tmp_path / "sub" / "clean.csv")
    rows = records(path)
    assert len(rows) == 600
    assert list(rows[0]) == list(telco.HEADER.values())
    assert {row["Churn"] for row in rows} == {"True", "False"}
    assert all(value == value.strip() != "" for row in rows for value in row.values())


def test_the_same_seed_writes_the_same_clean_file(tmp_path):
    assert telco.write_clean(300, 7, tmp_path / "a").read_bytes() == telco.write_clean(300, 7, tmp_path / "b").read_bytes()


@pytest.mark.parametrize("rows", [1, 10])
def test_a_handful_of_customers_can_be_asked_for(rows, tmp_path):
    telco.simulate(rows, 0, tmp_path)
    assert len(records(tmp_path / "truth/customers.csv")) == rows
