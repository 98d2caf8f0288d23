"""The design matrix made batch by batch is the one made at once, and folds hang on the features alone."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa

from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import DESIGNED, HELD, LABEL, Designer, Placer, fold_of, recoded
from chaland.learn.encode import Encoded, Preparation
from chaland.learn.scaling import Directions, Scaling
from tests.learn.people import customers


def rows(data: TrainingSet) -> pa.Table:
    """What a designer is given."""
    return data.table.append_column("customer", data.keys).append_column(LABEL, data.target).append_column(HELD, pa.array(data.holdout))


def designer(data: TrainingSet, folds: int = 5) -> Designer:
    encoded = Encoded.of(data.table, data.features)
    return Designer("customer", data.features, encoded.words, Preparation.fit(encoded), folds, seed=3)


def test_the_design_made_in_batches_is_the_design_made_at_once() -> None:
    data = customers(500)
    made = pa.Table.from_batches(designer(data)(iter(rows(data).to_batches(max_chunksize=37))), schema=DESIGNED)
    encoded = Encoded.of(data.table, data.features)
    assert np.array_equal(np.array(made["design"].to_pylist(), np.float32), Preparation.fit(encoded).design(encoded))


def test_held_out_customers_only_measure() -> None:
    data = customers(500)
    made = pa.Table.from_batches(designer(data)(iter(rows(data).to_batches())))
    assert ((made["fold"].to_numpy() == -1) == data.holdout).all()


def test_an_empty_batch_gives_an_empty_batch() -> None:
    data = customers(100)
    empty = pa.RecordBatch.from_pylist([], schema=rows(data).schema)
    [made] = designer(data)(iter([empty]))
    assert (made.num_rows, made.schema) == (0, DESIGNED)


def test_the_fold_of_a_customer_does_not_hang_on_the_others() -> None:
    data = customers(400)
    whole = fold_of(Encoded.of(data.table, data.features), 5, seed=1)
    parts = [fold_of(Encoded.of(data.table.slice(start, 7), data.features), 5, seed=1) for start in range(0, 400, 7)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_equal_customers_share_a_fold_whatever_their_blanks_and_zeros() -> None:
    data = customers(50)
    twice = pa.concat_tables([data.table, data.table])
    numbers = Encoded.of(twice, data.features)
    numbers.numbers[50:][numbers.numbers[50:] == 0] = -0.0
    fold = fold_of(numbers, 5, seed=1)
    assert np.array_equal(fold[:50], fold[50:])


def test_folds_are_about_equal_and_another_seed_draws_others() -> None:
    data = Encoded.of(customers(4000).table, customers(4000).features)
    first, second = (fold_of(data, 5, seed) for seed in (0, 1))
    assert np.bincount(first, minlength=5).min() > 700
    assert 0.1 < (first == second).mean() < 0.3


def test_words_that_were_never_learnt_get_no_number() -> None:
    data = customers(60)
    encoded = Encoded.of(data.table, data.features)
    fewer = tuple(words[1:] for words in encoded.words)
    again = recoded(encoded, fewer)
    assert [fewer[0][code] if code >= 0 else encoded.words[0][0] for code in again.codes[:, 0]] == data.table["plan"].to_pylist()


def test_a_placer_puts_customers_where_scaling_and_directions_do() -> None:
    data = customers(300)
    encoded = Encoded.of(data.table, data.features)
    scaling = Scaling.fit(encoded, data.features)
    directions = Directions.fit(scaling.scaled(encoded), 0.9)
    placer = pickle.loads(pickle.dumps(Placer("customer", data.features, scaling, directions)))
    made = pa.Table.from_batches(placer(iter(rows(data).to_batches(max_chunksize=64))))
    assert np.allclose(np.array(made["design"].to_pylist()), directions.turned(scaling.scaled(encoded)), atol=1e-12)
