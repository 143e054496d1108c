"""Which files of the package a piece of work enters: those in which a function, not only the import, runs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

import dutybook

PACKAGE = Path(dutybook.__file__).resolve().parent
#: Set for the code of functions, but not for the bodies of modules and classes (`inspect.CO_OPTIMIZED`).
_FUNCTION = 1


@contextmanager
def modules_entered() -> Iterator[set[str]]:
    """Collect the dotted names of the package's modules in which a function runs, in any thread of this process.

    Child processes are not followed.
    """
    files: set[str] = set()
    entered: set[str] = set()
    start, stop = _monitor(files) if sys.version_info >= (3, 12) else _trace(files)
    start()
    try:
        yield entered
    finally:
        stop()
        entered |= {name for file in files if (name := module_of(file))}


def module_of(file: str) -> str:
    """The dotted name of a module of the package; empty for any other file, templates among them."""
    path = Path(file)
    if path.suffix != ".py" or not path.is_relative_to(PACKAGE):
        return ""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _monitor(files: set[str]) -> tuple[Any, Any]:
    """By ``sys.monitoring``: each function is reported once, so that the work is hardly slower."""
    monitoring = sys.monitoring

    def entered(code: CodeType, _: int) -> Any:
        if code.co_flags & _FUNCTION:
            files.add(code.co_filename)
        return monitoring.DISABLE

    def start() -> None:
        monitoring.use_tool_id(monitoring.PROFILER_ID, "walk")
        monitoring.register_callback(monitoring.PROFILER_ID, monitoring.events.PY_START, entered)
        monitoring.restart_events()
        monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.PY_START)

    def stop() -> None:
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        monitoring.free_tool_id(monitoring.PROFILER_ID)

    return start, stop


def _trace(files: set[str]) -> tuple[Any, Any]:
    """By ``sys.settrace``, for Python 3.11: calls alone, since no line of a function is traced."""

    add = files.add

    def called(frame: Any, _: str, __: object) -> None:
        # For each call of any function: nothing is called from here that need not be.
        code = frame.f_code
        if code.co_flags & _FUNCTION:
            add(code.co_filename)

    def start() -> None:
        threading.settrace(called)
        sys.settrace(called)

    def stop() -> None:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]

    return start, stop
