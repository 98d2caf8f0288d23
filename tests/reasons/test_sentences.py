from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from chaland.reasons.sentences import sentence, sentences, strongest
from chaland.signature import Input

CALLS = Input("calls", "number", "calls", "Customer service calls", "Appels au service client", 1.0)
PLAN = Input("plan", "number", "plan", "Plan", "Forfait", 0.0, True)
TOWN = Input("town", "word", "town", "Town", "Ville", "Lille")


@pytest.mark.parametrize(
    ("one", "value", "raises", "lang", "said"),
    [
        (CALLS, 5.0, True, "en", "Customer service calls is 5 (typical 1): raises the risk"),
        (CALLS, 5.5, False, "fr", "Appels au service client : 5,5 (habituel : 1) ; diminue le risque"),
        (CALLS, None, True, "en", "Customer service calls is missing (typical 1): raises the risk"),
        (PLAN, 1.0, True, "fr", "Forfait : oui (habituel : non) ; augmente le risque"),
        (TOWN, "Brest", False, "en", "Town is Brest (typical Lille): lowers the risk"),
    ],
)
def test_a_reason_is_a_sentence(one: Input, value: object, raises: bool, lang: str, said: str) -> None:
    assert sentence(one, value, raises, lang) == said


def test_every_row_is_told_what_one_reason_alone_would_say() -> None:
    rng = np.random.default_rng(0)
    inputs = (CALLS, PLAN, TOWN)
    batch = pa.record_batch(
        {
            "calls": pa.array([None if i % 9 == 0 else float(i % 7) / 2 for i in range(60)], pa.float64()),
            "plan": pa.array(rng.integers(0, 2, 60).astype(float)),
            "town": pa.array([["Brest", "Lille", None][i % 3] for i in range(60)]),
        }
    )
    told = rng.normal(size=(60, 3))
    spoken = sentences(inputs, batch, told, 3, 0.1).to_pylist()
    for row, (values, added) in enumerate(zip(batch.to_pylist(), told, strict=True)):
        for rank, number in enumerate(np.argsort(-np.abs(added)), 1):
            one, by = inputs[number], added[number]
            expected = (sentence(one, values[one.name], by > 0, "en"), sentence(one, values[one.name], by > 0, "fr"), one.name, by)
            actual = tuple(spoken[row][f"{word}_{rank}{lang}"] for word, lang in COLUMNS)
            assert actual == (expected if abs(by) >= 0.1 else (None,) * 4)


COLUMNS = [("reason", ""), ("reason", "_fr"), ("feature", ""), ("contribution", "")]


def test_no_rows_have_no_sentences() -> None:
    batch = pa.record_batch({"calls": pa.array([], pa.float64()), "town": pa.array([], pa.string())})
    spoken = sentences((CALLS, TOWN), batch, np.empty((0, 2)), 3, 0.1)
    assert (spoken.num_rows, spoken.schema.field("reason_2_fr").type) == (0, pa.string())


def test_of_equally_strong_features_the_first_is_named_first() -> None:
    top, by = strongest(np.array([[1.0, -2.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0]]), 3)
    assert (top.tolist(), by.tolist()) == ([[1, 2, 0], [0, 1, 2]], [[-2.0, 2.0, 1.0], [0.0, 0.0, 0.0]])


def test_what_a_value_does_is_said_as_the_task_has_it() -> None:
    calls = Input("calls", "number", "calls", "Calls", "Appels", 1.0)
    assert sentence(calls, 3, True, "en", "multiclass") == "Calls is 3 (typical 1): speaks for it"
    assert sentence(calls, 3, False, "fr", "multiclass") == "Appels : 3 (habituel : 1) ; parle contre"


def test_of_a_number_it_is_said_how_much() -> None:
    calls = Input("calls", "number", "calls", "Calls", "Appels", 1.0)
    batch = pa.RecordBatch.from_pydict({"calls": [3.0, 0.0]})
    told = sentences((calls,), batch, np.array([[12.345], [-2.5]]), 1, 1e-6, "regression")
    assert told.column("reason_1").to_pylist() == ["Calls is 3 (typical 1): raises it by 12.35", "Calls is 0 (typical 1): lowers it by 2.5"]
    assert told.column("reason_1_fr")[1].as_py().endswith("le diminue de 2,5")
