"""Runs in a local MLflow: a SQLite file and a folder, that `mlflow ui` shows; no server, no telemetry."""

from __future__ import annotations

import logging
import math
import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from itertools import islice
from numbers import Real
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chaland.errors import PartMissing
from chaland.spec.base import Spec

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ENABLE_ASYNC_LOGGING": "false",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}
DATABASE = "mlflow.db"
RUN = "chaland.run"
KIND = {"mlflow.experimentKind": "custom_model_development"}
NOT_IN_A_NAME = re.compile(r"[^\w\-. :/]")
LONGEST_TEXT, LONGEST_PARAMETER = 8000, 6000
AT_ONCE = 100


class Options(Spec):
    """What a site may say of the MLflow tracker."""

    path: str = "mlflow"
    """The folder, relative to the project's home; it holds mlflow.db and artifacts/."""
    experiment: str = "chaland"
    """The experiment that the runs belong to."""

    def needed(self) -> None:
        """Raises PartMissing where the mlflow package is not installed; loads nothing."""
        if find_spec("mlflow") is None:
            raise PartMissing("the 'mlflow' tracker needs mlflow", next="pip install 'chaland[mlflow]'")

    def look(self, home: Path) -> str:
        """The command that shows what was written down, its pages silent, by the mlflow that wrote it: another version may refuse the database."""
        own = Path(sys.executable).with_name("mlflow")
        called = "mlflow" if shutil.which("mlflow") == str(own) else str(own)
        return "MLFLOW_DISABLE_TELEMETRY=true " + shlex.join([called, "ui", "--backend-store-uri", _uri(home / self.path)])


class Adapter:
    """Parameters stay parameters; numbers become metrics, each with its history; all else becomes tags, a later text of one name as NAME.2, NAME.3 …

    Look at them with `Options.look`. Raises PartMissing without the mlflow package.
    """

    def __init__(self, options: Options, home: Path):
        options.needed()
        self._folder = home.absolute() / options.path
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self._folder / DATABASE).exists():
            _make(self._folder)
        self._client = _client(_uri(self._folder))
        self._experiment = self._made(options.experiment)

    def begin(self, run: str, started: datetime, parameters: Mapping[str, Any]) -> None:
        """Write down when a run started and what it was given; a parameter stands as first given."""
        from mlflow.entities import Param

        held = self._run(run, started)
        told = {_key(name): str(value)[:LONGEST_PARAMETER] for name, value in parameters.items()}
        new = [Param(key, value) for key, value in told.items() if key not in held.data.params]
        for some in _batches(new):
            self._client.log_batch(held.info.run_id, params=some)
        self._ended(held)

    def note(self, run: str, values: Mapping[str, Any]) -> None:
        """Write down values of a run; a later value of the same name stands beside the earlier."""
        from mlflow.entities import Metric, RunTag

        held, now = self._run(run), time.time_ns() // 1_000_000
        told = {_key(name): value for name, value in values.items()}
        numbers = {key: float(value) for key, value in told.items() if isinstance(value, Real) and math.isfinite(value)}
        metrics = [Metric(key, value, now, self._step(held, key)) for key, value in numbers.items()]
        tags = [RunTag(_free(key, held.data.tags), str(told[key])[:LONGEST_TEXT]) for key in told if key not in numbers]
        for some in _batches(metrics):
            self._client.log_batch(held.info.run_id, metrics=some)
        for some in _batches(tags):
            self._client.log_batch(held.info.run_id, tags=some)
        self._ended(held)

    def keep(self, run: str, folder: Path) -> None:
        """Keep the files of a folder as artifacts of the run, under the folder's name."""
        held = self._run(run)
        self._client.log_artifacts(held.info.run_id, str(folder), artifact_path=folder.name)
        self._ended(held)

    def _made(self, experiment: str) -> str:
        found = self._client.get_experiment_by_name(experiment)
        if found:
            return str(found.experiment_id)
        return str(self._client.create_experiment(experiment, artifact_location=(self._folder / "artifacts").as_uri(), tags=KIND))

    def _run(self, run: str, started: datetime | None = None) -> Any:
        name = run.replace("'", "_")
        found = self._client.search_runs([self._experiment], filter_string=f"tags.`{RUN}` = '{name}'", max_results=1)
        if found:
            return found[0]
        start = int(started.timestamp() * 1000) if started else None
        return self._client.create_run(self._experiment, start_time=start, run_name=run, tags={RUN: name})

    def _step(self, held: Any, key: str) -> int:
        """How many values of this name the run has: the place of the next in its history."""
        return len(self._client.get_metric_history(held.info.run_id, key)) if key in held.data.metrics else 0

    def _ended(self, held: Any) -> None:
        """What is written down is over: a run left open would look as if it still went on."""
        self._client.set_terminated(held.info.run_id, "FINISHED")


def _make(folder: Path) -> None:
    """Make MLflow's tables beside their place and put them there when they are whole.

    MLflow makes them in some sixty migrations, each written through to the disk; what is not in its place yet need not be, which takes
    seconds off a first run, and a run killed here leaves no half-made database.
    """
    os.environ.update(QUIET)
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    with TemporaryDirectory(prefix=".", dir=folder) as made:
        event.listen(Engine, "connect", _unhurried)
        try:
            _client(_uri(Path(made))).search_experiments(max_results=1)
        finally:
            event.remove(Engine, "connect", _unhurried)
        with open(Path(made) / DATABASE, "rb") as whole:
            os.fsync(whole.fileno())
        # The name in the folder is what counts from here on; MLflow still holds the old one open, and writes there no more.
        (Path(made) / DATABASE).replace(folder / DATABASE)


def _unhurried(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _client(uri: str) -> Any:
    os.environ.update(QUIET)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri)


def _uri(folder: Path) -> str:
    return f"sqlite:///{folder.absolute() / DATABASE}"


def _key(name: str) -> str:
    return NOT_IN_A_NAME.sub("_", name)


def _batches(entries: Sequence[Any]) -> Iterator[list[Any]]:
    """As many at once as MLflow takes."""
    left = iter(entries)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _free(key: str, tags: Mapping[str, str]) -> str:
    number = 1
    while (name := key if number == 1 else f"{key}.{number}") in tags:
        number += 1
    return name
