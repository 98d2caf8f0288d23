"""The graph puts customers where K-Means does, new ones too."""

from __future__ import annotations

import hashlib

import numpy as np
import onnx
import pyarrow as pa
import pytest
from onnx import TensorProto, helper

from chaland.errors import DataError
from chaland.learn import assignment
from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.scaling import Directions, Scaling
from chaland.model import TAIL, Model

from .crowd import subscribers

TABLE, FEATURES, _ = subscribers(800, 3)
DATA = Encoded.of(TABLE, FEATURES)
SCALING = Scaling.fit(DATA, FEATURES)
SCALED = SCALING.scaled(DATA)
DIRECTIONS = Directions.fit(SCALED, 0.9)
CENTRES = DIRECTIONS.turned(SCALED)[:5]
MODEL = assignment.to_onnx(SCALING, DIRECTIONS, CENTRES, FEATURES)


def by_hand(table: pa.Table) -> np.ndarray:
    turned = DIRECTIONS.turned(SCALING.scaled(Encoded.of(table, FEATURES)))
    return ((turned[:, None] - CENTRES) ** 2).sum(axis=2).argmin(axis=1) + 1


def test_every_customer_goes_to_the_nearest_centre():
    assert np.array_equal(assignment.assign(MODEL, TABLE), by_hand(TABLE))


def test_a_customer_at_a_centre_belongs_to_it():
    assert list(assignment.assign(MODEL, TABLE.slice(0, 5))) == [1, 2, 3, 4, 5]


def test_groups_may_be_given_other_numbers():
    other = assignment.renumbered(MODEL, [7, 3, 1, 2, 9])
    assert list(assignment.assign(other, TABLE.slice(0, 5))) == [7, 3, 1, 2, 9]
    assert assignment.features_of(other) == assignment.features_of(MODEL)


def test_new_customers_with_blanks_and_unknown_words_are_assigned():
    new = subscribers(50, 9)[0]
    blank = pa.array([None] * 25 + [180.0] * 25, pa.float64())
    new = new.set_column(new.column_names.index("total_day_minutes"), "total_day_minutes", blank)
    new = new.set_column(0, "state", pa.array(["nowhere", None] * 25))
    assert np.array_equal(assignment.assign(MODEL, new), by_hand(new))


def test_columns_may_come_in_any_order_with_others_among_them():
    mixed = TABLE.select(TABLE.column_names[::-1]).append_column("other", pa.nulls(len(TABLE)))
    assert np.array_equal(assignment.assign(MODEL, mixed), by_hand(TABLE))


def test_rows_are_assigned_alike_in_pieces(monkeypatch):
    whole = assignment.assign(MODEL, TABLE)
    monkeypatch.setattr(assignment, "CHUNK", 7)
    assert np.array_equal(assignment.assign(MODEL, TABLE), whole)


def test_no_rows_have_no_groups():
    assert len(assignment.assign(MODEL, TABLE.slice(0, 0))) == 0


def test_a_missing_feature_is_named():
    with pytest.raises(DataError, match="total_eve_calls"):
        assignment.assign(MODEL, TABLE.drop_columns(["total_eve_calls"]))


def test_the_graph_knows_its_features_in_the_order_of_its_inputs():
    kinds = [feature.kind for feature in assignment.features_of(MODEL)]
    assert sorted(kinds) == kinds
    assert set(assignment.features_of(MODEL)) == set(FEATURES)


def test_the_same_groups_are_written_in_the_same_bytes():
    assert assignment.to_onnx(SCALING, DIRECTIONS, CENTRES, FEATURES) == MODEL
    onnx.checker.check_model(onnx.ModelProto.FromString(MODEL), full_check=True)


@pytest.mark.parametrize("place", [10, 1000, -40])
def test_a_file_with_one_byte_changed_is_refused(place):
    data = bytearray(MODEL)
    data[place] ^= 1
    with pytest.raises(DataError, match="segments file is refused") as told:
        assignment.assign(bytes(data), TABLE)
    assert (told.value.exit_code, told.value.code) == (3, "model")


@pytest.mark.parametrize("data", [b"", b"plain text", MODEL[:1000], MODEL + b"\x00"])
def test_a_file_without_its_seal_is_refused(data):
    with pytest.raises(DataError, match="no seal"):
        assignment.assign(data, TABLE)


def sealed(node: onnx.NodeProto, meta: str) -> bytes:
    """A file that bears our seal, and is not ours."""
    info = [helper.make_tensor_value_info("a", TensorProto.FLOAT, [1])]
    model = helper.make_model(helper.make_graph([node], "g", info, info))
    helper.set_model_props(model, {"chaland": meta})
    body = model.SerializeToString()
    return body + TAIL + hashlib.sha256(body).hexdigest().encode()


@pytest.mark.parametrize(
    ("operator", "meta", "words"),
    [
        ("Loop", '{"format": 1, "kind": "segments", "features": []}', "Loop"),
        ("Add", '{"format": 2, "kind": "segments", "features": []}', "format 1"),
        ("Add", '{"format": 1, "signature": {}}', "format 1"),
        ("Add", '{"format": 1, "kind": "segments", "features": [{"strange": 1}]}', "cannot be read"),
        ("Add", "[1]", "cannot be read"),
    ],
)
def test_a_sealed_file_that_is_not_ours_is_refused(operator, meta, words):
    with pytest.raises(DataError, match=words):
        assignment.assign(sealed(helper.make_node(operator, ["a", "a"], ["b"]), meta), TABLE)


def test_a_model_is_no_segments_file_nor_the_other_way_round():
    with pytest.raises(DataError, match="refused"):
        Model.from_bytes(MODEL)


@pytest.mark.parametrize("kind", ["number", "word"])
def test_features_of_one_kind_are_enough(kind):
    features = [feature for feature in FEATURES if feature.kind == kind]
    data = Encoded.of(TABLE, features)
    scaling = Scaling.fit(data, features)
    scaled = scaling.scaled(data)
    directions = Directions.fit(scaled, 0.9)
    distinct = np.unique(directions.turned(scaled).round(9), axis=0)[:3]
    model = assignment.to_onnx(scaling, directions, distinct, features)
    expected = ((directions.turned(scaled)[:, None] - distinct) ** 2).sum(axis=2)
    found = assignment.assign(model, TABLE)
    assert expected[np.arange(len(found)), found - 1] == pytest.approx(expected.min(axis=1), abs=1e-7)


def test_a_feature_is_read_by_its_name():
    assert assignment.features_of(MODEL)[0] == Feature(**vars(next(f for f in FEATURES if f.kind == "number")))
