"""The house rules of every test: no network, no settings of the person who runs them, and no skip that nobody agreed to."""

from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path

import pytest

DEAD_END = "http://127.0.0.1:9"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
SETTINGS = ("CHALAND_HOME", "CHALAND_SECRET", "CHALAND_SECRET_FILE")


def pytest_configure() -> None:
    """Block the network for the processes that tests start, Python (sitecustomize) and compiled code (proxies); forget the person's own settings."""
    os.environ.update(dict.fromkeys(PROXIES, DEAD_END), no_proxy="", NO_PROXY="")
    offline = str(Path(__file__).parent / "offline")
    if offline not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join([offline, *filter(None, [os.environ.get("PYTHONPATH")])])
    for setting in SETTINGS:
        os.environ.pop(setting, None)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data, or a skip."""
    if not os.environ.get("CHALAND_DATA"):
        pytest.skip("CHALAND_DATA is not set")
    return Path(os.environ["CHALAND_DATA"])


def _reason(report: pytest.TestReport) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", str(report.longrepr))
    return str(told).removeprefix("Skipped: ")


def _agreed(listed: Path) -> list[tuple[str, str]]:
    lines = (line.strip() for line in listed.read_text(encoding="utf-8").splitlines())
    pairs = (line.split(" | ", 1) for line in lines if line and not line.startswith("#"))
    return [(glob.strip(), reason.strip()) for glob, reason in pairs]


def not_agreed(skipped: list[tuple[str, str]], agreed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of (test, reason) pairs those that no line of the agreed list covers."""
    return [
        (test, reason)
        for test, reason in skipped
        if not any(fnmatch.fnmatchcase(test, glob) and re.fullmatch(told, reason) for glob, told in agreed)
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CHALAND_SKIPS (a file such as .ci/skips.txt) a skip or expected failure that is not listed there fails the run."""
    listed, terminal = os.environ.get("CHALAND_SKIPS"), session.config.pluginmanager.get_plugin("terminalreporter")
    if not listed or not terminal or hasattr(session.config, "workerinput"):
        return
    reports = terminal.stats.get("skipped", []) + terminal.stats.get("xfailed", [])
    stray = not_agreed([(report.nodeid, _reason(report)) for report in reports], _agreed(Path(listed)))
    for test, reason in stray:
        terminal.write_line(f"SKIPPED WITHOUT LEAVE {test}: {reason} (see {Path(listed).name})", red=True)
    if stray and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
