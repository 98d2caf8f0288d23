from __future__ import annotations

import functools
import hashlib

import numpy as np
import onnx
import pyarrow as pa
import pytest
from onnx import TensorProto, helper

from chaland.errors import DataError
from chaland.learn import selection
from chaland.learn.dataset import TrainingSet
from chaland.model import Model
from tests.learn.people import customers

NAMES = ("logistic_regression", "random_forest", "gradient_boosting")


@functools.cache
def chosen() -> selection.Selection:
    return selection.run(customers(), NAMES, "average_precision", 3, 0, 2)


def held() -> TrainingSet:
    return customers().split()[1]


def batch() -> pa.RecordBatch:
    return selection.as_batch(held().table)


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest) -> Model:
    return chosen().models[request.param]


def test_a_model_read_back_scores_the_same(model: Model) -> None:
    assert Model.from_bytes(model.to_bytes()).score(batch(), reasons=True).equals(model.score(batch(), reasons=True))


def test_writing_twice_gives_the_same_bytes(model: Model) -> None:
    assert Model.from_bytes(model.to_bytes()).to_bytes() == model.to_bytes()


def test_the_file_is_plain_onnx(model: Model) -> None:
    onnx.checker.check_model(onnx.ModelProto.FromString(model.to_bytes()))


@pytest.mark.parametrize("place", [10, 1000, -40])
def test_a_file_with_one_byte_changed_is_refused(model: Model, place: int) -> None:
    data = bytearray(model.to_bytes())
    data[place] ^= 1
    with pytest.raises(DataError, match="refused"):
        Model.from_bytes(bytes(data))


@pytest.mark.parametrize("keep", [0, 10, 100, 1000])
def test_a_file_cut_short_is_refused(model: Model, keep: int) -> None:
    with pytest.raises(DataError, match="no seal"):
        Model.from_bytes(model.to_bytes()[:keep])


def test_bytes_after_the_seal_are_refused(model: Model) -> None:
    with pytest.raises(DataError, match="no seal"):
        Model.from_bytes(model.to_bytes() + b"\x00")


def test_a_sealed_file_with_a_strange_operator_is_refused() -> None:
    node = helper.make_node("Loop", ["a", "b"], ["c"])
    info = [helper.make_tensor_value_info("a", TensorProto.FLOAT, [1])]
    body = helper.make_model(helper.make_graph([node], "g", info, info))
    entry = body.metadata_props.add()
    entry.key, entry.value = "chaland", '{"format": 1}'
    data = body.SerializeToString()
    sealed = data + b"\x72\x50\x0a\x0cchaland_seal\x12\x40" + hashlib.sha256(data).hexdigest().encode()
    with pytest.raises(DataError, match="Loop"):
        Model.from_bytes(sealed)


def test_a_row_alone_scores_as_in_company(model: Model) -> None:
    whole = model.score(batch())
    alone = [model.score(batch().slice(i, 1)) for i in range(60)]
    assert pa.Table.from_batches(alone).to_pylist() == whole.slice(0, 60).to_pylist()


def test_the_order_of_columns_and_other_columns_change_nothing(model: Model) -> None:
    turned = batch().select(batch().schema.names[::-1]).append_column("more", pa.array(["x"] * batch().num_rows))
    assert model.score(turned).equals(model.score(batch()))


def test_whole_numbers_score_as_decimals_do(model: Model) -> None:
    at = batch().schema.get_field_index("calls")
    whole = batch().set_column(at, "calls", batch().column(at).cast(pa.int32()))
    assert model.score(whole).equals(model.score(batch()))


def test_words_as_dictionaries_score_as_plain_words_do(model: Model) -> None:
    at = batch().schema.get_field_index("plan")
    coded = batch().set_column(at, "plan", batch().column(at).dictionary_encode())
    assert model.score(coded).equals(model.score(batch()))


def test_nulls_and_unknown_words_are_scored(model: Model) -> None:
    strange = pa.RecordBatch.from_pylist([{"calls": None, "plan": "weekly", "town": None}, {"plan": ""}], schema=batch().schema)
    probability = model.score(strange).column("probability").to_numpy()
    assert ((probability > 0) & (probability < 1)).all()


@pytest.mark.parametrize("rows", [1, 3])
def test_boundless_numbers_give_a_probability(model: Model, rows: int) -> None:
    wild = [{"calls": np.inf, "minutes": -np.inf, "months": 1e300, "plan": "year", "town": "Lille"}] * rows
    probability = model.score(pa.RecordBatch.from_pylist(wild, schema=batch().schema)).column("probability").to_numpy()
    assert ((probability >= 0) & (probability <= 1)).all()


def test_no_rows_give_no_rows(model: Model) -> None:
    assert model.score(batch().slice(0, 0), reasons=True).num_rows == 0


def test_many_rows_score_as_few_do(model: Model) -> None:
    many = pa.Table.from_batches([batch()] * 300).combine_chunks().to_batches()[0]
    assert many.num_rows > 65_536
    assert (
        model.score(many)
        .slice(65_500, 200)
        .equals(pa.Table.from_batches([model.score(batch())] * 300).combine_chunks().to_batches()[0].slice(65_500, 200))
    )


def test_a_missing_column_is_named() -> None:
    with pytest.raises(DataError, match="'plan'"):
        chosen().models["gradient_boosting"].score(batch().drop_columns(["plan"]))


def test_words_where_numbers_belong_are_refused() -> None:
    at = batch().schema.get_field_index("calls")
    wrong = batch().set_column(at, "calls", pa.array(["many"] * batch().num_rows))
    with pytest.raises(DataError, match="'calls' must hold numbers"):
        chosen().models["gradient_boosting"].score(wrong)


def test_decisions_follow_the_threshold(model: Model) -> None:
    scored = model.score(batch())
    expected = ["positive" if p >= model.threshold else "negative" for p in scored.column("probability").to_pylist()]
    assert scored.column("decision").to_pylist() == expected


def test_contributions_add_up_to_the_distance_from_the_mean_logit(model: Model) -> None:
    distance = model.logit(batch()) - model.signature.base
    assert np.abs(model.contributions(batch()).sum(axis=1) - distance).max() < 1e-4


def test_the_base_is_the_mean_logit_of_the_customers_learnt_from(model: Model) -> None:
    learnt = selection.as_batch(customers().split()[0].table)
    assert abs(model.logit(learnt).mean() - model.signature.base) < 1e-4


def test_the_logit_is_that_of_the_probability(model: Model) -> None:
    p = model.probability(batch())
    assert np.abs(np.log(p / (1 - p)) - model.logit(batch())).max() < 1e-4


def test_reasons_are_the_strongest_contributions_in_both_languages(model: Model) -> None:
    row = model.score(batch().slice(0, 40), reasons=True).to_pylist()[7]
    told = dict(zip([one.name for one in model.signature.inputs], model.contributions(batch())[7], strict=True))
    strongest = sorted(told, key=lambda name: -abs(told[name]))[:3]
    assert [row[f"feature_{rank}"] for rank in (1, 2, 3)] == strongest
    assert all(("raises" in row[f"reason_{rank}"]) == (told[name] > 0) for rank, name in enumerate(strongest, 1))
    assert all(("augmente" in row[f"reason_{rank}_fr"]) == (told[name] > 0) for rank, name in enumerate(strongest, 1))


def test_one_row_gets_its_reasons_too(model: Model) -> None:
    assert model.score(batch().slice(3, 1), reasons=True).column("reason_1").to_pylist()[0]
