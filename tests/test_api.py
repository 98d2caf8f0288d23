"""What `import chaland` offers."""

from pathlib import Path

import pyarrow as pa
import pytest

import chaland
from tests.flow import shop


def test_from_files_to_scores_in_five_lines(tmp_path: Path) -> None:
    path = shop.write(tmp_path / "data", rows=120)
    project = chaland.read(path)
    (tmp_path / "site.toml").write_text('tracker = { kind = "files" }\n')
    report = chaland.run(project, data=tmp_path / "data", home=tmp_path / "home", site=tmp_path / "site.toml")
    model = chaland.load_model(report.document["predict"]["leaving"]["model"])
    people = chaland.open_lake(project, home=tmp_path / "home").table("features/profile").to_pyarrow()
    scored = model.score(people.to_batches()[0])
    assert isinstance(scored, pa.RecordBatch)
    assert scored.num_rows == len(people) == report.document["tables"]["people"]["accepted"]
    assert report.path.exists()


def test_a_mistake_is_a_chaland_error(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("name = 1\n")
    with pytest.raises(chaland.ChalandError):
        chaland.read(tmp_path / "bad.toml")


def test_a_foreign_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"\x80\x04pickle")
    with pytest.raises(chaland.ChalandError, match="refused"):
        chaland.load_model(tmp_path / "model.onnx")
