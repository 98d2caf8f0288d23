"""Every customer is scored by the kept model."""

from chaland.flow.run import Run


def test_every_customer_has_a_score_with_reasons(looking: Run) -> None:
    scores = looking.lake.table(looking.engine, "scores/leaving").to_pyarrow()
    clean = looking.lake.table(looking.engine, "clean/people").to_pyarrow()
    assert sorted(scores["id"].to_pylist()) == sorted(clean["id"].to_pylist())
    assert scores["probability"].null_count == scores["reason_1"].null_count == 0


def test_the_score_says_who_left(looking: Run) -> None:
    scores = {row["id"]: row["probability"] for row in looking.lake.table(looking.engine, "scores/leaving").to_pyarrow().to_pylist()}
    left = {row["id"]: row["left"] for row in looking.lake.table(looking.engine, "clean/people").to_pyarrow().to_pylist()}
    mean = {
        answer: sum(scores[id] for id in left if left[id] is answer) / sum(value is answer for value in left.values())
        for answer in (True, False)
    }
    assert mean[True] > 2 * mean[False]
