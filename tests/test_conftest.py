from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

CONFTEST = Path(__file__).parent / "conftest.py"


def _run(folder: Path, reason: str, *flags: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(CONFTEST, folder)
    (folder / "skips.txt").write_text("# a comment\n*::test_old | the sea is .*\n")
    (folder / "test_it.py").write_text(f"import pytest\ndef test_new(): pass\n@pytest.mark.skip(reason={reason!r})\ndef test_old(): pass\n")
    environ = {**os.environ, "CHALAND_SKIPS": str(folder / "skips.txt")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}", *flags, str(folder)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("flags", [(), ("-n", "2")])
def test_a_skip_that_nobody_agreed_to_fails_the_run(tmp_path, flags):
    ended = _run(tmp_path, "I had no time", *flags)
    assert (ended.returncode, "SKIPPED WITHOUT LEAVE" in ended.stdout) == (1, True)
    assert ended.stdout.splitlines()[-1].startswith("1 passed, 1 skipped")


@pytest.mark.parametrize("flags", [(), ("-n", "2")])
def test_a_skip_on_the_list_is_let_pass(tmp_path, flags):
    ended = _run(tmp_path, "the sea is rough", *flags)
    assert (ended.returncode, ended.stdout.splitlines()[-1][:19]) == (0, "1 passed, 1 skipped")


def test_a_test_cannot_reach_the_network():
    with pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_a_process_that_a_test_starts_cannot_reach_the_network():
    code = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "the tests run with the network blocked" in ended.stderr


def test_a_process_that_a_test_starts_may_talk_to_its_own_machine():
    code = "import socket; here = socket.create_server(('127.0.0.1', 0)); socket.create_connection(here.getsockname()); print('met')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout == "met\n", ended.stderr
