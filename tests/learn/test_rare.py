from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from chaland.learn.dataset import TrainingSet
from chaland.learn.rare import MOST_CLASSES, OTHER, folded
from tests.learn.people import customers
from tests.learn.words import LENGTHS, several


def with_rare(**rare: int) -> TrainingSet:
    data = several(600)
    learn = np.flatnonzero(~data.holdout)
    words = data.target.to_pylist()
    for word, rows in rare.items():
        for at in learn[:rows]:
            words[at] = word
        learn = learn[rows:]
    return replace(data, target=pa.array(words))


def test_nothing_rare_changes_nothing_and_labels_keep_their_order() -> None:
    found, said = folded(several(600), 5)
    assert (found.labels, said) == (LENGTHS, ())


def test_rare_answers_that_are_enough_together_are_told_as_one() -> None:
    found, [said] = folded(with_rare(camion=4, moto=3), 5)
    assert found.labels == (*LENGTHS, OTHER)
    assert (found.rows, found.target.to_pylist().count(OTHER)) == (600, 7)
    assert said.code == "rare_classes"
    assert "'camion'" in said.said


def test_those_that_are_too_few_even_together_are_left_aside() -> None:
    found, [said] = folded(with_rare(camion=2), 5)
    assert (found.labels, found.rows) == (LENGTHS, 598)
    assert said.said.endswith("left aside")


def test_an_answer_that_only_the_held_out_have_is_not_learnt() -> None:
    data = several(600)
    at = int(np.flatnonzero(data.holdout)[0])
    words = [word if place != at else "tank" for place, word in enumerate(data.target.to_pylist())]
    found, [said] = folded(replace(data, target=pa.array(words)), 5)
    assert (found.labels, found.rows, said.code) == (LENGTHS, 599, "rare_classes")


def test_of_very_many_answers_the_commonest_are_learnt() -> None:
    data = customers(1200)
    many = replace(data, target=pa.array([f"w{place % 100:03d}" for place in range(1200)]), task="multiclass", labels=())
    assert len(folded(many, 5)[0].labels) == MOST_CLASSES + 1


def test_other_tasks_come_back_as_they_are() -> None:
    data = customers(100)
    assert folded(data, 5) == (data, ())
