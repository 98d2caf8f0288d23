"""A model is learnt from those who are not held out."""

from chaland.flow.run import Run
from chaland.flow.steps.train import training_set
from chaland.model import Model


def test_held_out_are_the_customers_of_the_named_file(looking: Run) -> None:
    data, notes = training_set(looking, looking.project.predict["leaving"])
    assert (int(data.holdout.sum()), data.rows, notes) == (48, 242, [])


def test_customers_are_in_the_order_of_their_keys(looking: Run) -> None:
    data, _ = training_set(looking, looking.project.predict["leaving"])
    assert data.keys.to_pylist() == sorted(data.keys.to_pylist())


def test_the_kept_model_is_one_file(looking: Run) -> None:
    model = Model.from_bytes((looking.home.models / "leaving.onnx").read_bytes())
    assert model.threshold == looking.needed("train")["facts"]["predict"]["leaving"]["threshold"]


def test_day_of_training_and_files_are_written_down(looking: Run) -> None:
    told = looking.needed("train")["facts"]["predict"]["leaving"]
    assert (told["as_of"] <= told["trained"], told["days_old"], told.get("horizon_days")) == (True, None, None)
    assert [(one["table"], one["file"], len(one["sha256"])) for one in told["files"]] == [
        ("people", "learn.csv", 64),
        ("people", "test.csv", 64),
    ]
