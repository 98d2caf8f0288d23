"""`python -m services fetch|start|stop [NAME…]`: fetches, starts or stops the servers that tests talk to; says why where one cannot be had."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

CACHE = Path(__file__).parent.parent / ".cache" / "services"
VERBS = ("fetch", "start", "stop")


def names() -> list[str]:
    """The services there are; jars first, for others need them."""
    found = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    return sorted(found, key=lambda name: name != "jars")


def main(words: list[str]) -> int:
    """Do what is asked; 0 also where a service cannot be had here, for its tests are skipped then."""
    verb, *asked = words or [""]
    unknown = sorted(set(asked) - set(names()))
    if verb not in VERBS or unknown:
        print(f"usage: python -m services {'|'.join(VERBS)} [{'|'.join(names())}]…", file=sys.stderr)
        return 2
    CACHE.mkdir(parents=True, exist_ok=True)
    for name in asked or names():
        print(f"{name}: {_done(verb, import_module(f'services.{name}'))}", flush=True)
    return 0


def _done(verb: str, service: Any) -> str:
    try:
        if verb == "stop":
            service.stop(CACHE)
            return "stopped"
        service.fetch(CACHE)
        if verb == "fetch":
            return "fetched"
        service.start(CACHE)
    except Exception as error:
        return f"cannot be had here ({error}); its tests are skipped"
    return "up"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
