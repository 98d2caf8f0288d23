"""`import chaland` is light, and offers no more than was promised."""

import chaland


def test_everything_promised_is_there() -> None:
    assert sorted(chaland.__all__) == ["ChalandError", "Model", "Project", "Report", "load_model", "open_lake", "read", "run"]
    assert all(callable(getattr(chaland, name)) for name in chaland.__all__)


def test_reading_a_project_leaves_the_function_of_that_name_alone() -> None:
    import chaland.reading

    assert callable(chaland.read)
    assert chaland.reading.read_project
