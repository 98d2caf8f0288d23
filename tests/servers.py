"""Real servers for tests that ask for them; a test is skipped where its server was never fetched."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_socket

from services import s3 as weed
from tests.conftest import PROXIES

CACHE = Path(__file__).parents[1] / ".cache" / "services"


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that reaches an S3 server: the one that `make services` started, else one of our own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("no_proxy", "127.0.0.1")
        told = weed.running(CACHE)
        if told:
            yield told
            return
        if not weed.fetched(CACHE):
            pytest.skip("no S3 server: run make services")
        folder = tmp_path_factory.mktemp("s3")
        yield _started(folder)
        weed.stop(folder)


@pytest.fixture
def s3(s3_server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty place on S3; its server and key are in the environment."""
    for name, value in s3_server.items():
        monkeypatch.setenv(name, value)
    # The dead end that stands for every way out is no way to a server of this machine: a JVM goes there whatever NO_PROXY says.
    for name in (*PROXIES, "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    return f"{s3_server['CHALAND_S3']}/{uuid4().hex}"


@pytest.fixture
def own_s3(tmp_path: Path, s3_server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a server that belongs to the test alone, which may stop it; its environment is set."""
    for name, value in _started(tmp_path).items():
        monkeypatch.setenv(name, value)
    yield tmp_path
    weed.stop(tmp_path)


def outside() -> dict[str, str]:
    """The environment for a process of a test that starts a JVM: the driver talks to it over 127.0.0.1, which tests/offline does not allow."""
    return dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[1])}


def _started(folder: Path) -> dict[str, str]:
    # Free ports are found by binding to them, which is no way out. What the test itself may reach stays as it was.
    before = socket.socket
    pytest_socket.enable_socket()
    try:
        return weed.start(CACHE, folder)
    finally:
        socket.socket = before  # type: ignore[misc]
