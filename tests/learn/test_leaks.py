from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from chaland.learn import leaks, selection
from chaland.learn.dataset import Feature, TrainingSet
from tests.learn import telco
from tests.learn.people import customers, replaced

SEEDS = (1, 2, 3)


def codes(data: TrainingSet) -> list[str]:
    looked = leaks.look(data, 0)
    return [finding.code for finding in looked.warnings]


def people(seed: int, **columns: np.ndarray) -> TrainingSet:
    return customers(1500, seed, extra=columns)


@pytest.mark.parametrize("seed", range(20))
def test_clean_customers_raise_no_warning(seed: int) -> None:
    assert codes(customers(1000 + 100 * seed, seed)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_answer_under_another_name_is_told(seed: int) -> None:
    truth = customers(1500, seed).positives()
    assert "leak.single_feature" in codes(people(seed, closed=np.where(truth, "Y", "N")))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fee_that_only_leavers_pay_is_told(seed: int) -> None:
    truth, rng = customers(1500, seed).positives(), np.random.default_rng(seed)
    fee = np.where(truth & (rng.random(1500) < 0.6), rng.uniform(10, 90, 1500).round(2), 0.0)
    assert "leak.single_feature" in codes(people(seed, closing_fee=fee))


@pytest.mark.parametrize("seed", SEEDS)
def test_next_months_usage_is_told(seed: int) -> None:
    truth, rng = customers(1500, seed).positives(), np.random.default_rng(seed)
    later = np.where(truth, rng.gamma(1, 10, 1500), rng.gamma(9, 20, 1500)).round(1)
    assert "leak.single_feature" in codes(people(seed, minutes_next_month=later))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_row_number_that_knows_the_answer_is_told_and_left_out(seed: int) -> None:
    truth = customers(1500, seed).positives()
    number = np.empty(1500)
    number[np.argsort(~truth, kind="stable")] = np.arange(1500)
    looked = leaks.look(people(seed, row=number), 0)
    assert "leak.single_feature" in [finding.code for finding in looked.warnings]
    assert "row" in looked.left_out


def test_a_row_number_that_knows_nothing_is_noted_and_left_out() -> None:
    looked = leaks.look(people(1, row=np.random.default_rng(5).permutation(1500).astype(float)), 0)
    assert ([finding.code for finding in looked.notes], looked.left_out, looked.warnings) == (["names_the_row"], {"row"}, ())


@pytest.mark.parametrize("form", ["C-{:06}", "C{}", "{}/FR"])
def test_an_id_that_counts_up_in_the_order_of_the_answer_is_told_and_left_out(form: str) -> None:
    truth = customers(1500, 1).positives()
    ids = np.empty(1500, dtype=object)
    ids[np.argsort(truth, kind="stable")] = [form.format(n) for n in range(1500)]
    looked = leaks.look(people(1, subscriber=ids.astype(str)), 0)
    assert [finding.code for finding in looked.warnings] == ["leak.single_feature"]
    assert looked.left_out == {"subscriber"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("leavers", "stayers"), [(0.4, 0.0), (0.9, 0.03), (0.87, 0.1)])
def test_a_number_that_is_filled_for_leavers_chiefly_is_told(leavers: float, stayers: float, seed: int) -> None:
    truth, rng = customers(1500, seed).positives(), np.random.default_rng(seed)
    filled = rng.random(1500) < np.where(truth, leavers, stayers)
    days = np.where(filled, rng.integers(1, 90, 1500), np.nan)
    assert "leak.single_feature" in codes(people(seed, days_until_end=days))


def test_a_date_that_no_leaver_has_is_told() -> None:
    truth, rng = customers(1500, 1).positives(), np.random.default_rng(1)
    renewed = np.where(~truth & (rng.random(1500) < 0.3), rng.integers(1, 900, 1500), np.nan)
    assert codes(people(1, days_since_renewal=renewed)) == ["leak.single_feature"]


def test_gaps_that_know_nothing_raise_no_warning() -> None:
    rng = np.random.default_rng(1)
    sparse = np.where(rng.random(1500) < 0.1, rng.integers(1, 90, 1500), np.nan)
    assert codes(people(1, voucher=sparse)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bill_of_nothing_after_leaving_is_told(seed: int) -> None:
    truth, rng = customers(1500, seed).positives(), np.random.default_rng(seed)
    nothing = rng.random(1500) < np.where(truth, 0.9, 0.01)
    bill = np.where(nothing, 0.0, rng.gamma(6, 10, 1500).round(2))
    assert "leak.single_feature" in codes(people(seed, last_bill=bill))


def test_a_common_value_has_a_bin_of_its_own() -> None:
    values = np.concatenate([np.zeros(150), np.random.default_rng(0).gamma(2, 1, 850) + 1e-6])
    bins = leaks._binned(values)
    assert np.bincount(bins)[bins[0]] == 150


@pytest.mark.parametrize("seed", SEEDS)
def test_near_copies_of_rows_are_told(seed: int) -> None:
    data, rng = customers(1500, seed), np.random.default_rng(seed)
    rows = np.concatenate([np.arange(1500), rng.choice(1500, 90, replace=False)])
    doubled = data.take(rows)
    months = doubled.table.column("months").to_numpy().copy()
    months[1500:] += 1.0
    table = doubled.table.set_column(1, "months", pa.array(months))
    moved = TrainingSet(doubled.keys, table, data.features, doubled.target, rng.random(len(rows)) < 0.2)
    assert "leak.duplicates" in codes(moved)


def test_a_few_copies_are_only_noted() -> None:
    data = customers(1500, 4)
    doubled = data.take(np.concatenate([np.arange(1500), np.arange(5)]))
    looked = leaks.look(doubled, 0)
    assert (looked.warnings, [finding.code for finding in looked.notes]) == ((), ["few_duplicates"])


def test_a_charge_that_repeats_minutes_is_left_out_rounding_allowed() -> None:
    minutes = customers(1500, 1).table.column("minutes").to_numpy()
    looked = leaks.look(people(1, charge=(0.17 * minutes).round(2)), 0)
    assert ([finding.code for finding in looked.notes], looked.left_out) == (["copy_of"], {"charge"})


def test_a_respelt_column_is_left_out() -> None:
    plan = customers(1500, 1).table.column("plan").to_numpy(zero_copy_only=False)
    respelt = np.array([{"month": "M", "year": "A", "two years": "B"}[word] for word in plan])
    assert leaks.look(people(1, formule=respelt), 0).left_out == {"formule"}


def test_a_constant_column_is_noted() -> None:
    assert [finding.code for finding in leaks.look(people(1, country=np.array(["FR"] * 1500)), 0).notes] == ["constant"]


@pytest.mark.parametrize("seed", SEEDS)
def test_shuffled_answers_keep_no_model(seed: int) -> None:
    data = customers(900, seed)
    shuffled = replaced(data, np.random.default_rng(seed).permutation(data.positives()))
    chosen = selection.run(shuffled, ["logistic_regression", "gradient_boosting"], "average_precision", 4, 0, 2)
    assert (chosen.kept, [finding.code for finding in chosen.warnings]) == (None, ["no_signal"])


def test_a_perfect_model_is_told() -> None:
    data = customers(900, 1)
    closed = customers(900, 1, extra={"closed": np.where(data.positives(), "Y", "N")})
    chosen = selection.run(closed, ["logistic_regression"], "roc_auc", 4, 0, 2)
    assert [finding.code for finding in chosen.warnings] == ["leak.near_perfect", "leak.single_feature"]


@pytest.mark.parametrize("load", [telco.bigml, telco.ibm])
def test_real_customers_raise_no_warning(load: Callable[[], TrainingSet]) -> None:
    assert codes(load()) == []


@pytest.mark.parametrize(("load", "column"), [(telco.bigml, "Account length"), (telco.ibm, "MonthlyCharges")])
def test_near_copies_of_real_customers_are_told(load: Callable[[], TrainingSet], column: str) -> None:
    data, rng = load(), np.random.default_rng(1)
    rows = np.concatenate([np.arange(data.rows), rng.choice(data.rows, data.rows // 20, replace=False)])
    doubled = data.take(rows)
    moved = doubled.table.column(column).to_numpy().copy()
    moved[data.rows :] += 1.3
    table = doubled.table.set_column(doubled.table.column_names.index(column), column, pa.array(moved))
    assert codes(TrainingSet(doubled.keys, table, data.features, doubled.target, rng.random(len(rows)) < 0.2)) == ["leak.duplicates"]


@pytest.mark.parametrize("load", [telco.bigml, telco.ibm])
def test_a_column_from_the_future_of_real_customers_is_told(load: Callable[[], TrainingSet]) -> None:
    data, rng = load(), np.random.default_rng(1)
    later = (rng.normal(0, 1, data.rows) + 2.5 * data.positives()).round(2)
    features = (*data.features, Feature("later", "number", "later", "Later", "Plus tard"))
    seen = TrainingSet(data.keys, data.table.append_column("later", pa.array(later)), features, data.target, data.holdout)
    assert codes(seen) == ["leak.single_feature"]


def test_what_is_computed_of_earlier_days_gives_nothing_away_however_well_it_tells() -> None:
    data = people(3, status=np.where(customers(1500, 3).positives(), "gone", "stays"))
    assert "leak.single_feature" in codes(data)
    assert "leak.single_feature" not in codes(replace(data, known=frozenset({"status"})))
