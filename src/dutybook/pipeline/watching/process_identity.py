"""Names the process that runs a watch, so that another one can tell whether it is still alive."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process() -> str:
    """Host, process id and start time of this process, which together identify it."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def may_be_alive(holder: str) -> bool:
    """Whether the process that claimed a watch may be alive. One on another machine may, until its claim expires."""
    host, _, rest = holder.partition(" ")
    written, _, started = rest.partition(" ")
    # On Windows there is no way to ask that does no harm.
    if host != socket.gethostname() or not written.isdigit() or os.name == "nt":
        return True
    number = int(written)
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return not started or _started(number) in ("", started)


def _started(number: int) -> str:
    """The start time of a process in ticks since the machine started, since process ids are reused; empty where the
    system has none.
    """
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    # Field 22 of the whole line; the first two are gone. A process that ended and waits for its parent is a zombie (Z).
    return "ended" if fields[0] in "ZX" else fields[19]
