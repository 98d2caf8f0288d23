"""The `chaland` command: what goes wrong becomes a sentence and an exit code."""

from __future__ import annotations

import json
import sys
import traceback

from chaland.errors import ChalandError, SpecError

BUG = "This is a bug in chaland, not a mistake of yours. Please report it with the lines above."
INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(ended(sys.argv[1:]))


def ended(words: list[str]) -> int:
    """Run one command; its exit code."""
    import typer

    from chaland.cli import app

    try:
        result = app(args=words, prog_name="chaland", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except ChalandError as error:
        return _stopped() if _interrupted(error) else _told(error, words)
    except typer.Exit as error:
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _stopped()
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if _interrupted(error):
            return _stopped()
        usage = getattr(error, "format_message", None)  # Typer carries its own copy of Click, whose exceptions have no public home
        return _told(SpecError(usage(), next="See `chaland --help`.", code="usage"), words) if usage else _bug(error, words)


def _stopped() -> int:
    print("chaland: interrupted; what was finished is kept, running again carries on", file=sys.stderr)
    return INTERRUPTED


def _interrupted(error: BaseException | None) -> bool:
    """Whether somebody's interrupt is behind an error: what it cut off may fail in its own way (Spark: a broken pipe)."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _told(error: ChalandError, words: list[str]) -> int:
    if "--json" in words:
        print(json.dumps(error.document(), ensure_ascii=False))
    else:
        print(f"chaland: {error}", file=sys.stderr)
    return error.exit_code


def _bug(error: Exception, words: list[str]) -> int:
    traceback.print_exception(error)
    print(BUG, file=sys.stderr)
    if "--json" in words:
        place = {"file": None, "line": None, "column": None}
        print(json.dumps({"error": {"code": "bug", "said": type(error).__name__, "where": place, "next": BUG}, "others": []}))
    return 1


if __name__ == "__main__":
    main()
