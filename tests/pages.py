"""Pages of documentation whose blocks are run. CONTRIBUTING.md says how a block is marked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SECONDS = 280
RUNS = ("console", "sh", "python")
BLOCK = re.compile(
    r"(?:<!-- *(?P<mark>(?:not )?run[^>]*?) *-->[ \t]*\n\s*)?^```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
EXIT = re.compile(r"exit (\d+)")


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, its text, the line where it begins, and the mark above it («» for none)."""

    language: str
    text: str
    line: int
    mark: str

    @property
    def is_run(self) -> bool:
        return self.mark.startswith("run")

    @property
    def ends_with(self) -> int:
        """The exit code that the last command must have."""
        asked = EXIT.search(self.mark)
        return int(asked[1]) if asked else 0

    @property
    def needs(self) -> str:
        """The environment variable without which the block is passed over."""
        return self.mark.partition("needs ")[2].split(",")[0].strip()

    def commands(self) -> Iterator[tuple[list[str], str]]:
        """What to start, and the output that the page shows for it («» for none shown)."""
        if self.language == "console":
            for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
                command, shown = _split(part)
                yield ["sh", "-ec", command], shown
        elif self.language == "sh":
            yield ["sh", "-ec", self.text], ""
        else:
            yield [sys.executable, "-c", self.text], ""


def _split(part: str) -> tuple[str, str]:
    """A command (with the lines it is continued on after a backslash) and what is shown under it."""
    lines = part.splitlines()
    ends = next((number for number, line in enumerate(lines) if not line.endswith("\\")), len(lines) - 1)
    return "\n".join(lines[: ends + 1]), "\n".join(lines[ends + 1 :]).strip("\n")


def blocks(text: str) -> list[Block]:
    """The blocks of a page that could be run, in their order."""
    found = BLOCK.finditer(text)
    return [
        Block(m["language"], m["text"], text[: m.start("language")].count("\n") + 1, m["mark"] or "")
        for m in found
        if m["language"] in RUNS
    ]


def matches(shown: str, told: str) -> bool:
    """Whether output is as shown: «…» stands for any text in a line, alone in its line for any lines; spaces at line ends do not count."""
    lines = [line.rstrip() for line in shown.strip("\n").splitlines()]
    pattern = "\n".join(r"(?:[^\n]*\n?)*?" if line.strip() == "…" else r"[^\n]*".join(map(re.escape, line.split("…"))) for line in lines)
    actual = "\n".join(line.rstrip() for line in told.strip("\n").splitlines())
    return re.fullmatch(pattern.replace("*?\n", "*?"), actual) is not None


def run(block: Block, folder: Path) -> list[str]:
    """Run one block in `folder`; what was not as the page says."""
    wrong = []
    commands = list(block.commands())
    for number, (command, shown) in enumerate(commands):
        last = number == len(commands) - 1
        ended = subprocess.run(
            command, cwd=folder, env=_environ(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        wanted = block.ends_with if last else 0
        told = ended.stderr if wanted else ended.stdout
        if ended.returncode != wanted:
            wrong.append(f"line {block.line}: {command[-1]!r} ended with {ended.returncode}, not {wanted}\n{ended.stdout}{ended.stderr}")
        elif shown and not matches(shown, told):
            wrong.append(f"line {block.line}: {command[-1]!r} did not tell\n{shown}\nbut\n{told}")
    return wrong


def _environ() -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
