"""The command line, one module for the commands of one subject. Only :func:`main` turns errors into messages."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

#: What Typer makes of Ctrl-C.
_INTERRUPTED = 130
#: Options of ``dutybook`` itself that may also stand behind the command.
_ANYWHERE = {"--database": True, "--debug": False}


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. No exception leaves this function, and a traceback is printed only
    with ``--debug``.
    """
    arguments = _in_front(arguments)
    debug = "--debug" in arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _call(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("interrupted. What was stored is safe: the same command goes on where this one stopped.")
        return 130
    except BrokenPipeError:
        # Whoever read our output has had enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        return _failed(error, debug)
    return code


def _call(arguments: list[str]) -> int:
    """Run the command in ``arguments``. Returns the exit code, 1 for wrong usage."""
    from dutybook.cli import completion

    if os.environ.get(completion.VARIABLE):
        completion.prepare()
    try:
        result = _commands().main(arguments, prog_name="dutybook", standalone_mode=False)
    except Exception as error:
        # Typer brings its own copies of click's exceptions in some versions; both can show themselves.
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            if type(error).__name__ == "Abort":
                raise KeyboardInterrupt from error
            raise
        error.show()
        return 1
    if result == _INTERRUPTED:
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


@cache
def _commands() -> Any:
    """The commands as click runs them: to make them of more than a hundred functions takes longer than most of them do."""
    from typer.main import get_command

    from dutybook.cli.app import app

    return get_command(app)


def _failed(error: Exception, debug: bool) -> int:
    from dutybook.errors import Defect, DutybookError

    if debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, DutybookError) and not isinstance(error, Defect):
        _say(str(error))
        return error.exit_code
    hint = "" if debug else ", run again with --debug for details"
    what = str(error) if isinstance(error, Defect) else f"{type(error).__name__}: {error}"
    _say(f"internal error{hint}: {' '.join(what.split())}")
    return 1


def _say(message: str) -> None:
    from dutybook.cli.output import printable

    print(f"dutybook: {printable(message)}", file=sys.stderr)


def _in_front(arguments: list[str]) -> list[str]:
    """Move global options to the front: ``ingest x --database y`` becomes ``--database y ingest x``."""
    front: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(arguments):
        argument = arguments[at]
        if argument == "--":
            rest += arguments[at:]
            break
        name, equals, _ = argument.partition("=")
        takes_value = _ANYWHERE.get(name)
        if takes_value is None:
            rest.append(argument)
        elif takes_value and not equals:
            front += arguments[at : at + 2]
            at += 1
        else:
            front.append(argument)
        at += 1
    return front + rest
