"""Groups of customers: planted ones are found near the oracle, nothing is found in nothing, and all is told in both languages."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from chaland.errors import DataError
from chaland.learn import assignment, segmentation
from chaland.learn.grouping import Tried
from chaland.learn.scaling import Recipe
from chaland.simulate import telco

from .crowd import cloud, feature, heaps, shuffled, subscribers

REAL = Tried(3, 0.3, 0.1, 0.9, 0.2, 1000, np.zeros((3, 2)))


def run(table, features, groups=(3, 6), smallest=0.02, seed=0, progress=None):
    return segmentation.run(pa.array(range(len(table))), table, features, groups, smallest, seed, progress)


@pytest.fixture(scope="module")
def planted():
    table, features, drawn = subscribers(2500, 1)
    return table, features, drawn, run(table, features)


@pytest.mark.parametrize("seed", range(4))
def test_planted_groups_are_found_near_the_oracle_where_raw_k_means_is_not(seed):
    table, features, drawn = subscribers(2500, seed)
    found = run(table, features, seed=seed)
    oracle = adjusted_rand_score(drawn.group, telco.oracle(drawn.columns))
    numbers = np.column_stack([table[one.name].to_numpy() for one in features if one.kind == "number"])
    raw = adjusted_rand_score(drawn.group, KMeans(4, n_init=10, random_state=0).fit_predict(numbers))
    assert found.k == 4
    assert adjusted_rand_score(drawn.group, found.assigned) >= oracle - 0.05
    assert raw < oracle - 0.2
    assert found.warnings == ()


def test_the_same_customers_in_another_order_have_the_same_groups(planted):
    """Keys are pseudonyms and give the order: another secret must not tell of other groups."""
    table, features, _, found = planted
    order = np.random.default_rng(3).permutation(len(table))
    again = run(table.take(order), features)
    assert [(one.k, one.silhouette, one.stability) for one in again.considered] == [
        (one.k, pytest.approx(one.silhouette, abs=1e-9), pytest.approx(one.stability, abs=1e-9)) for one in found.considered
    ]
    assert np.array_equal(again.assigned, found.assigned[order])


@pytest.mark.parametrize("seed", range(2))
def test_shuffled_customers_have_no_groups(seed):
    table, features, _ = subscribers(1500, seed)
    found = run(shuffled(table, seed), features)
    assert (found.k, found.groups, found.assigned, found.model, found.warnings) == (None, (), None, None, ())
    assert [one.k for one in found.considered] == [3, 4, 5, 6]


@pytest.mark.parametrize("seed", range(2))
def test_one_cloud_has_no_groups(seed):
    assert run(*cloud(800, 4, seed), groups=(2, 5)).k is None


def test_blanks_in_minutes_do_not_hide_the_groups(planted):
    table, features, drawn, _ = planted
    rng = np.random.default_rng(0)
    for when in telco.RATES:
        name = f"total_{when}_minutes"
        blanked = pa.array(table[name].to_numpy(), mask=rng.random(len(table)) < 0.03)
        table = table.set_column(table.column_names.index(name), name, blanked)
    found = run(table, features)
    assert adjusted_rand_score(drawn.group, found.assigned) > 0.85
    assert [row["feature"] for row in found.to_dict()["profile"] if "charge" in row["feature"]] == []


def test_the_same_rows_and_seed_give_the_same_groups_at_any_number_of_threads(planted):
    table, features, _, found = planted
    with threadpool_limits(2):
        again = run(table, features)
    assert again.to_dict() == found.to_dict()
    assert again.model == found.model


def test_every_customer_is_in_a_group_and_groups_are_numbered_by_size(planted):
    _, _, _, found = planted
    sizes = [group.size for group in found.groups]
    assert [group.id for group in found.groups] == [1, 2, 3, 4]
    assert sizes == sorted(sizes, reverse=True) == list(np.bincount(found.assigned)[1:])
    assert sum(group.share for group in found.groups) == pytest.approx(1, abs=1e-5)


def test_new_customers_can_be_assigned(planted):
    _, _, _, found = planted
    new, _, drawn = subscribers(1000, 77)
    assert adjusted_rand_score(drawn.group, assignment.assign(found.model, new)) > 0.8


def test_names_say_what_was_planted(planted):
    _, _, drawn, found = planted
    names = {telco.GROUPS[np.bincount(drawn.group[found.assigned == one.id]).argmax()].name: one.name["en"] for one in found.groups}
    assert "total intl" in names["abroad"]
    assert "total day calls" in names["office"]
    assert "calls" in names["evening"]
    assert names["light"].startswith("Low ")


def test_what_is_told_is_what_was_promised(planted):
    _, _, _, found = planted
    told = json.loads(json.dumps(found.to_dict()))
    assert {"k", "silhouette", "stability", "considered", "groups"} <= set(told)
    assert {"id", "name", "size", "share", "description", "action", "money", "money_share"} == set(told["groups"][0])
    assert all(set(group["name"]) == {"en", "fr"} for group in told["groups"])
    assert [set(one) for one in told["considered"]] == [{"k", "silhouette", "stability", "smallest"}] * 4
    assert all(len(row["values"]) == told["k"] for row in told["profile"])
    assert {point["group"] for point in told["points"]} == {1, 2, 3, 4}
    assert len(told["points"]) == segmentation.POINTS


def test_no_groups_are_told_as_null():
    told = run(*cloud(300, 3, 0)).to_dict()
    assert (told["k"], told["silhouette"], told["groups"]) == (None, None, [])


def test_progress_tells_each_number_of_groups():
    told = []
    table, features, _ = heaps(300, [0.5, 0.5], 4, 0)
    run(table, features, groups=(2, 4), progress=told.append)
    assert told == ["2", "3", "4"]


def test_one_number_of_groups_may_be_asked_for():
    table, features, _ = heaps(900, [0.4, 0.35, 0.25], 4, 0)
    assert [one.k for one in run(table, features, groups=(3,)).considered] == [3]


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_a_handful_of_customers_has_no_groups(rows):
    table, features = cloud(rows, 2, 0)
    assert run(table, features).k is None


def test_customers_who_are_all_alike_have_no_groups():
    table = pa.table({"x": [1.0] * 100, "town": ["Lille"] * 100})
    assert run(table, [feature("x"), feature("town", "word")]).k is None


def test_a_number_that_is_always_blank_does_no_harm():
    table, features, heap = heaps(900, [0.4, 0.35, 0.25], 4, 0)
    found = run(table.append_column("empty", pa.nulls(900, pa.float64())), [*features, feature("empty")])
    assert adjusted_rand_score(heap, found.assigned) > 0.7


def test_a_small_group_is_left_and_warned_of():
    table, features, _ = heaps(1500, [0.5, 0.46, 0.04], 10, 2)
    found = run(table, features, groups=(2, 4), smallest=0.1)
    assert [warning["code"] for warning in found.warnings] == ["small_groups"]
    assert all(group.share >= 0.1 for group in found.groups)


def test_shaky_groups_are_warned_of():
    shaky, judge = (
        replace(REAL, stability=0.77),
        segmentation.Judge(np.empty((0, 2)), segmentation.Directions(np.zeros(2), np.eye(2), 1.0), 0),
    )
    assert [told["code"] for told in segmentation._warnings(judge, [shaky], shaky, 0.02)] == ["unstable_segments"]
    assert segmentation._warnings(judge, [REAL], REAL, 0.02) == []


def test_a_graph_that_differs_from_k_means_is_refused(planted):
    table, features, _, found = planted
    data = segmentation.Encoded.of(table, features)
    scaling = segmentation.Scaling.fit(data, features)
    scaled = scaling.scaled(data)
    directions = segmentation.Directions.fit(scaled, segmentation.VARIANCE)
    judge = segmentation.Judge(scaled, directions, 0)
    finding = segmentation._Finding(data, tuple(features), scaling, judge, found.considered, 0.02)
    centres, nearest = finding._ordered(found.considered[1].centres)
    wrong = nearest + 1
    wrong[:10] = wrong[:10] % 4 + 1
    with pytest.raises(RuntimeError, match="10 customers"):
        finding._checked(wrong, nearest, centres)


def test_keys_and_rows_must_fit():
    table, features = cloud(100, 2, 0)
    with pytest.raises(DataError, match="99 keys"):
        segmentation.run(pa.array(range(99)), table, features, (2, 3), 0.02, 0)


@pytest.mark.parametrize(("scale", "codes"), [("none", ["unscaled"]), ("standard", []), ("robust", [])])
def test_a_number_that_outweighs_all_others_as_it_is_is_warned_of(scale, codes):
    rng = np.random.default_rng(2)
    table = pa.table({"money": rng.normal(5000, 900, 600), "visits": rng.poisson(4, 600).astype(float)})
    features = [feature("money"), feature("visits")]
    recipe = Recipe(scale, "never", 1.0, "chance")
    found = segmentation.run(pa.array(range(600)), table, features, (2, 3), 0.02, 0, recipe=recipe)
    assert [warning["code"] for warning in found.warnings] == codes
