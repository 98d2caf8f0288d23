"""Groups that are there come again; groups of noise do not."""

import numpy as np
import pyarrow as pa

from chaland.learn import replication
from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.scaling import DEFAULT

FEATURES = [Feature(name, "number", name, name, name) for name in ("a", "b")]


def customers(seed: int, apart: float, count: int = 300) -> pa.Table:
    draw = np.random.default_rng(seed)
    middle = np.where(np.arange(count) % 3 == 0, apart, 0.0)
    return pa.table(
        {"who": [f"{nth:04d}" for nth in range(count)], "a": middle + draw.normal(0, 1, count), "b": -middle + draw.normal(0, 1, count)}
    )


def test_real_groups_come_again_and_noise_does_not() -> None:
    real, noise = ([Encoded.of(customers(seed, apart), FEATURES) for seed in (1, 2)] for apart in (8.0, 0.0))
    assert (replication.agreed(*real, FEATURES, 2, DEFAULT, 0) or 0) > 0.95
    assert (replication.agreed(*noise, FEATURES, 5, DEFAULT, 0) or 0) < 0.8


def test_every_customer_is_in_one_fold() -> None:
    told = replication.over_folds(customers(1, 8.0), FEATURES, 2, DEFAULT, 0)
    assert sum(one["customers"] for one in told) == 300
    assert len(told) == 5
    assert told == replication.over_folds(customers(1, 8.0), FEATURES, 2, DEFAULT, 0)


def test_too_few_customers_teach_nothing() -> None:
    few = Encoded.of(customers(1, 8.0, 15), FEATURES)
    assert replication.agreed(few, few, FEATURES, 2, DEFAULT, 0) is None
    assert replication.stayed(customers(1, 8.0, 15), customers(1, 8.0), "who", FEATURES, 2, DEFAULT, 0) is None


def test_who_is_seen_twice_stays_where_he_was() -> None:
    later = customers(2, 8.0).slice(0, 200)
    assert replication.stayed(customers(1, 8.0), later, "who", FEATURES, 2, DEFAULT, 0) == {"customers": 200, "same": 1.0}


def test_a_sample_keeps_the_order() -> None:
    rows = pa.table({"who": list(range(30_000))})
    told = replication.sampled(rows, 0)["who"].to_pylist()
    assert len(told) == replication.ROWS
    assert told == sorted(told)
