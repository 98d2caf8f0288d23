from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from chaland.errors import DataError, SpecError
from chaland.learn import selection, tasks
from chaland.learn.dataset import TrainingSet
from chaland.learn.leaks import Finding
from chaland.model import Model
from tests.learn.people import customers
from tests.learn.words import LENGTHS, numbers, several

NAMES = ["logistic_regression", "random_forest", "gradient_boosting"]
OF_NUMBERS = ["ridge", "random_forest", "gradient_boosting"]


@pytest.fixture(scope="module")
def words() -> selection.Selection:
    return selection.run(several(), NAMES, "accuracy", 3, 0, 2)


@pytest.fixture(scope="module")
def amounts() -> selection.Selection:
    return selection.run(numbers(), OF_NUMBERS, "mae", 3, 0, 2)


def test_what_drives_several_words_is_found(words: selection.Selection) -> None:
    assert words.kept is not None
    assert {one["feature"] for one in words.importance[:3]} == {"calls", "months", "plan"}
    assert words.holdout.metrics["accuracy"].value > words.baseline.metrics["accuracy"].value + 0.1
    assert words.holdout.labels == LENGTHS
    assert np.sum(words.holdout.confusion) == words.holdout.rows


def test_what_drives_a_number_is_found(amounts: selection.Selection) -> None:
    assert amounts.kept == "ridge"
    assert {one["feature"] for one in amounts.importance[:3]} == {"calls", "months", "plan"}
    assert amounts.holdout.metrics["mae"].value == pytest.approx(150 * (2 / np.pi) ** 0.5, rel=0.15)
    assert (amounts.baseline.name, amounts.holdout.confusion, amounts.holdout.labels) == ("mean", [], ())


@pytest.mark.parametrize("found", ["words", "amounts"])
def test_what_is_told_has_the_shape_that_is_promised(found: str, request: pytest.FixtureRequest) -> None:
    chosen: selection.Selection = request.getfixturevalue(found)
    told = json.loads(json.dumps(chosen.to_dict(), allow_nan=False))
    assert [set(one["metrics"]) for one in told["candidates"]] == [set(tasks.metrics_of(told["task"]))] * 3
    measured = [m for one in (chosen.baseline, *chosen.candidates, chosen.holdout) for m in one.metrics.values()]
    assert all(m.low <= m.value <= m.high for m in measured)


@pytest.mark.parametrize("found", ["words", "amounts"])
def test_every_candidate_is_one_file_equal_to_what_was_trained(found: str, request: pytest.FixtureRequest) -> None:
    chosen: selection.Selection = request.getfixturevalue(found)
    assert len(chosen.models) == 3
    assert chosen.parity is not None
    assert chosen.parity <= 1e-6
    for model in chosen.models.values():
        again = Model.from_bytes(model.to_bytes())
        assert again.signature == model.signature


def test_reasons_of_several_words_add_up_to_the_logit_of_the_predicted_one(words: selection.Selection) -> None:
    rows = selection.as_batch(several().table)
    for model in words.models.values():
        place = model.answers(rows).argmax(axis=1)
        logit = np.take_along_axis(model.logit(rows), place[:, None], axis=1)[:, 0]
        assert np.allclose(model.contributions(rows).sum(axis=1) + np.array(model.signature.bases)[place], logit, atol=1e-5)


def test_reasons_of_a_number_add_up_to_it_in_its_own_unit(amounts: selection.Selection) -> None:
    rows = selection.as_batch(numbers().table)
    for model in amounts.models.values():
        assert np.allclose(model.contributions(rows).sum(axis=1) + model.signature.base, model.answers(rows), atol=0.01)


def test_scores_of_several_words_have_a_probability_for_each(words: selection.Selection) -> None:
    assert words.best is not None
    scored = words.best.score(selection.as_batch(several().table), reasons=True)
    each = np.column_stack([scored.column(f"probability_{label}").to_numpy() for label in LENGTHS])
    assert np.allclose(each.sum(axis=1), 1.0, atol=1e-6)
    assert (scored.column("probability").to_numpy() == each.max(axis=1)).all()
    assert scored.column("prediction").to_pylist() == [LENGTHS[place] for place in each.argmax(axis=1)]
    assert "speaks" in scored.column("reason_1")[0].as_py()


def test_scores_of_a_number_have_no_probability_and_no_decision(amounts: selection.Selection) -> None:
    assert amounts.best is not None
    scored = amounts.best.score(selection.as_batch(numbers().table), reasons=True)
    assert scored.column("probability").null_count == scored.num_rows
    assert set(scored.column("decision").to_pylist()) == {""}
    assert "s it by" in scored.column("reason_1")[0].as_py()


def test_a_row_alone_is_scored_as_in_company(words: selection.Selection, amounts: selection.Selection) -> None:
    for found, data in ((words, several()), (amounts, numbers())):
        rows = selection.as_batch(data.table)
        for model in found.models.values():
            alone = np.array([model.answers(rows.slice(at, 1))[0] for at in range(20)])
            assert (alone == model.answers(rows.slice(0, 20))).all()


def test_shuffled_answers_are_not_foretold() -> None:
    rng = np.random.default_rng(0)
    for data, names, metric in ((several(), NAMES, "accuracy"), (numbers(), OF_NUMBERS, "mae")):
        mixed = replace(data, target=data.target.take(pa.array(rng.permutation(data.rows))))
        found = selection.run(mixed, names, metric, 3, 0, 2)
        assert (found.kept, found.best, [one.code for one in found.warnings]) == (None, None, ["no_signal"])


def test_threads_change_no_byte(words: selection.Selection, amounts: selection.Selection) -> None:
    for found, data, names, metric in ((words, several(), NAMES, "accuracy"), (amounts, numbers(), OF_NUMBERS, "mae")):
        again = selection.run(data, names, metric, 3, 0, 1)
        assert {name: model.to_bytes() for name, model in again.models.items()} == {n: m.to_bytes() for n, m in found.models.items()}


def test_the_answers_of_the_holdout_touch_no_model(amounts: selection.Selection) -> None:
    data = numbers()
    spent = np.where(data.holdout, -1.0, data.answers())
    again = selection.run(replace(data, target=pa.array(spent)), ["gradient_boosting"], "mae", 3, 0, 2)
    assert again.models["gradient_boosting"].to_bytes() == amounts.models["gradient_boosting"].to_bytes()


def test_a_column_that_gives_the_answer_away_is_told() -> None:
    data = several()
    copied = replace(data, table=data.table.set_column(6, "town", pa.array(data.target.to_pylist())))
    assert _codes(copied, NAMES[:1], "accuracy") >= {"leak.single_feature", "leak.near_perfect"}
    spent = numbers()
    same = replace(spent, table=spent.table.set_column(3, "evening", pa.array(spent.answers() + 5.0)))
    assert _codes(same, OF_NUMBERS[:1], "mae") >= {"leak.near_perfect"}


def _codes(data: TrainingSet, names: list[str], metric: str) -> set[str]:
    return {one.code for one in selection.run(data, names, metric, 3, 0, 1).warnings if isinstance(one, Finding)}


def test_a_last_value_is_a_baseline_and_the_best_is_told_first() -> None:
    data = numbers()
    last = data.answers() + np.random.default_rng(1).normal(0, 200, data.rows)
    table = data.table.set_column(3, "last_value", pa.array(last))
    features = tuple(replace(one, name="last_value") if one.name == "evening" else one for one in data.features)
    found = selection.run(replace(data, table=table, features=features), ["ridge"], "mae", 3, 0, 2)
    assert found.baseline.name == "last value"
    assert [one["name"] for one in found.to_dict()["baselines"]] == ["last value", "mean"]


def test_a_feature_alone_may_be_a_rival() -> None:
    data = replace(customers(), rivals=("calls",))
    found = selection.run(data, NAMES[:1], "roc_auc", 3, 0, 2)
    assert (found.baseline.name, found.others[0].name) == ("calls", "majority")
    assert 0.5 < found.baseline.metrics["roc_auc"].value < found.candidates[0].metrics["roc_auc"].value


def test_a_model_is_measured_on_later_customers_as_on_a_holdout(words: selection.Selection, amounts: selection.Selection) -> None:
    assert words.best is not None
    assert amounts.best is not None
    later = selection.measured(words.best, several(600, seed=7), 0)
    assert later.metrics["accuracy"].value == pytest.approx(words.holdout.metrics["accuracy"].value, abs=0.1)
    assert selection.measured(amounts.best, numbers(600, seed=7), 0).metrics["r2"].value > 0.8


def test_numbers_that_are_all_one_or_too_few_are_refused_in_words() -> None:
    data = numbers(200)
    with pytest.raises(DataError, match="one value only") as told:
        selection.run(replace(data, target=pa.array(np.ones(200))), OF_NUMBERS, "mae", 3, 0, 1)
    assert told.value.code == "one_class"
    with pytest.raises(DataError, match="customers to learn from: at least"):
        selection.run(data.take(np.arange(15)), OF_NUMBERS, "mae", 3, 0, 1)


def test_metrics_and_algorithms_are_those_of_the_task() -> None:
    with pytest.raises(SpecError, match="ridge"):
        selection.run(numbers(200), ["rigde"], "mae", 3, 0, 1)
    with pytest.raises(SpecError, match="there is no metric called 'roc_auc'"):
        selection.run(several(200), NAMES, "roc_auc", 3, 0, 1)


def test_numbers_of_any_size_are_served_as_trained() -> None:
    data = numbers(400)
    for scale, shift in ((1e-6, 0.0), (1e6, 1e9)):
        found = selection.run(replace(data, target=pa.array(data.answers() * scale + shift)), OF_NUMBERS, "mae", 3, 0, 2)
        assert found.parity is not None
        assert found.parity <= 1e-6


def test_customers_whose_word_was_never_learnt_are_left_out_of_what_is_measured(words: selection.Selection) -> None:
    learnt, later = several(), several()
    answers = later.target.to_pylist()
    strange = replace(later, target=pa.array(["never seen", *answers[1:]]))
    told = selection.measured_baselines(learnt, strange, 0)["majority"]
    assert told.rows == later.rows - 1
    assert words.best is not None
    assert selection.measured(words.best, strange, 0).rows == later.rows - 1
