"""Runs in a local MLflow: a SQLite file and a folder, that `mlflow ui` shows; no server, no telemetry."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Mapping
from numbers import Real
from pathlib import Path
from typing import Any

from chaland.errors import PartMissing
from chaland.spec.base import Spec

QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ENABLE_ASYNC_LOGGING": "false"}
RUN = "chaland.run"
NOT_IN_A_NAME = re.compile(r"[^\w\-. :/]")
LONGEST_TEXT = 8000


class Options(Spec):
    """What a site may say of the MLflow tracker."""

    path: str = "mlflow"
    """The folder, relative to the project's home; it holds mlflow.db and artifacts/."""
    experiment: str = "chaland"
    """The experiment that the runs belong to."""


class Adapter:
    """Numbers become metrics, each with its history; all else becomes tags, a later text of one name as NAME.2, NAME.3 …

    Look at them with `mlflow ui --backend-store-uri sqlite:///HOME/mlflow/mlflow.db`. Raises PartMissing without the mlflow package.
    """

    def __init__(self, options: Options, home: Path):
        self._folder = home.absolute() / options.path
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._client = _client(f"sqlite:///{self._folder / 'mlflow.db'}")
        self._experiment = self._made(options.experiment)

    def note(self, run: str, values: Mapping[str, Any]) -> None:
        """Write down values of a run; a later value of the same name stands beside the earlier."""
        held = self._run(run)
        for name, value in values.items():
            key = NOT_IN_A_NAME.sub("_", name)
            if isinstance(value, Real) and math.isfinite(value):
                self._client.log_metric(
                    held.info.run_id, key, float(value), timestamp=time.time_ns() // 1_000_000, step=_step(self._client, held, key)
                )
            else:
                self._client.set_tag(held.info.run_id, _free(key, self._run(run).data.tags), str(value)[:LONGEST_TEXT])

    def keep(self, run: str, folder: Path) -> None:
        """Keep the files of a folder as artifacts of the run, under the folder's name."""
        self._client.log_artifacts(self._run(run).info.run_id, str(folder), artifact_path=folder.name)

    def _made(self, experiment: str) -> str:
        found = self._client.get_experiment_by_name(experiment)
        if found:
            return str(found.experiment_id)
        return str(self._client.create_experiment(experiment, artifact_location=(self._folder / "artifacts").as_uri()))

    def _run(self, run: str) -> Any:
        asked = "tags.`{}` = '{}'".format(RUN, run.replace("'", "_"))
        found = self._client.search_runs([self._experiment], filter_string=asked, max_results=1)
        return found[0] if found else self._client.create_run(self._experiment, run_name=run, tags={RUN: run.replace("'", "_")})


def _client(uri: str) -> Any:
    os.environ.update(QUIET)
    try:
        from mlflow import MlflowClient
    except ModuleNotFoundError as missing:
        raise PartMissing("the 'mlflow' tracker needs mlflow", next="pip install 'chaland[mlflow]'") from missing
    return MlflowClient(tracking_uri=uri)


def _step(client: Any, held: Any, key: str) -> int:
    """How many values of this name the run has: the place of the next in its history."""
    return len(client.get_metric_history(held.info.run_id, key))


def _free(key: str, tags: Mapping[str, str]) -> str:
    number = 1
    while (name := key if number == 1 else f"{key}.{number}") in tags:
        number += 1
    return name
