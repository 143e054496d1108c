"""The child process of background jobs: it takes orders from its input, a line of JSON each, and answers in lines of JSON.

An order has a ``verb`` and what that verb needs. The answers are reports of progress, then ``{"end": result}`` or
``{"problem": words}``. Whoever gives the orders is in :mod:`dutybook.web.jobs`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from dutybook.database_address import database_named
from dutybook.errors import DutybookError

if TYPE_CHECKING:
    from dutybook.pipeline.pool import KeptPool
    from dutybook.store import Register

#: What a fresh interpreter runs; the import path of the parent takes the place of ``{path}``.
COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.web.job_worker import main; main()"

Tell = Callable[[dict[str, Any]], None]
_NICE = 5
#: The most lines about single problems.
_MOST_LINES = 200


@cache
def _kept_readers() -> KeptPool:
    """The reading processes of a worker that stays."""
    from dutybook.pipeline.pool import KeptPool

    return KeptPool()


def main() -> None:
    """Do what each line of the input orders; only the first one, unless it has the process stay."""
    # Libraries may print; only our lines may reach the parent.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_take_orders, args=(sys.stdin.buffer, orders), daemon=True).start()
    if hasattr(os, "nice") and os.nice(0) < _NICE:
        # Whoever reads pages meanwhile comes first; who was asked to be nice already is so.
        os.nice(_NICE)

    def tell(what: dict[str, Any]) -> None:
        output.write(json.dumps(what) + "\n")
        output.flush()

    while True:
        order: dict[str, Any] = json.loads(orders.get())
        try:
            result = _VERBS[order["verb"]](order, tell)
            tell({"end": result})
        except DutybookError as error:
            tell({"problem": str(error)})
        if not order.get("stay"):
            os._exit(0)


def _take_orders(source: IO[bytes], orders: SimpleQueue[bytes]) -> None:
    """Put each line into the queue; end the process with the input, for nobody wants its answers then."""
    for line in source:
        orders.put(line)
    os._exit(1)


def ingest(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Read files into the register, as ``dutybook ingest`` does."""
    from dutybook.pipeline import batch
    from dutybook.pipeline.config import Config
    from dutybook.pipeline.reading import ReadingOptions

    def show(step: batch.Progress) -> None:
        fields = {name: getattr(step, name) for name in ("done", "total", "source", "outcome", "norms")}
        tell({**fields, "reasons": [reason.plain() for reason in step.reasons]})

    report = batch.ingest(
        order["files"],
        database_named(order["database"]),
        ReadingOptions(
            workers=_upload_workers(),
            password=order.get("password"),
            # A password is kept no longer than it is needed.
            kept=_kept_readers() if order.get("stay") and not order.get("password") else None,
            **order.get("more", {}),
        ),
        progress=show,
        config=Config(language=order.get("language"), published=order.get("published")),
    )
    return {
        "norms": report.norms,
        "unread": [[u.source, u.status, [reason.plain() for reason in u.reasons]] for u in report.unread],
        "left_out": [[other.source, other.reason.plain()] for other in report.left_out],
        "problems": [str(problem) for problem in report.problems],
        "seconds": report.seconds,
    }


def warm_up(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001 - as all verbs
    """Have the processes that read uploads load what they need."""
    from dutybook.pipeline import reading

    reading.warm_up(
        reading.ReadingOptions(workers=_upload_workers(), kept=_kept_readers(), **order.get("more", {})),
    )
    return {}


def _upload_workers() -> int:
    """The number of processes that read uploads: one processor is left for those who read pages."""
    from dutybook.pipeline.reading import default_workers

    return max(1, default_workers() - 1)


def watch(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Run watches, as ``dutybook watch run NAME`` does."""
    from dutybook.pipeline import watching
    from dutybook.pipeline.reading import ReadingOptions

    def show(step: watching.Step) -> None:
        tell({"doing": step.doing, "what": step.what, "done": step.done, "total": step.total})

    report = watching.run(
        order["database"],
        order["names"],
        watching.RunOptions(again=bool(order.get("again"))),
        reading=ReadingOptions(**order.get("more") or {}),
        progress=show,
    )
    lines = [line for one in report.watches for line in ([one.error] if one.error else []) + one.problems]
    return {
        "busy": any(one.busy for one in report.watches),
        "files": sum(one.files for one in report.watches),
        "read": sum(one.read for one in report.watches),
        "lines": [*lines, *report.problems][:_MOST_LINES],
    }


def look(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001 - as all verbs
    """List what a watch would fetch that is not stored yet."""
    from dutybook.pipeline.watching import runner

    report = runner.preview_watch(
        database_named(order["database"]), order["kind"], order["target"], options=order["options"]
    )
    return {
        "listed": report.listed,
        "wanted": report.wanted[:_MOST_LINES],
        "number": len(report.wanted),
        "lines": [*([report.error] if report.error else []), *report.problems][:_MOST_LINES],
        "failed": bool(report.error),
    }


def alerts(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001
    """Detect events and send what is due, as ``dutybook alerts run`` does."""
    from dutybook.alerts.collection import collect
    from dutybook.alerts.sending import send
    from dutybook.store import open_register

    now = datetime.now(UTC)
    with open_register(order["database"], create=False) as register:
        collected = collect(register, now=now)
    sent = send(database_named(order["database"]), now=now, address=order.get("address"))
    return {"noticed": collected.noticed, "sent": sent.sent, "lines": [*collected.problems, *sent.problems]}


def test(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001
    """Send a test message to each place of an alert, as ``dutybook alerts test`` does."""
    from dutybook.alerts.management import try_channels
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts as kept

    with open_register(order["database"], create=False, read_only=True) as register:
        alert = kept.alert_named(register, order["alert"])
    return {"places": try_channels(alert, datetime.now(UTC))}


def export(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Write an export to a file, as ``dutybook export`` does, within limits of memory and time."""
    from dutybook.export import export as write
    from dutybook.export.exporting import VERSIONED
    from dutybook.export.ics import Calendar
    from dutybook.memory import limit_memory

    limit_memory(order["memory"])
    if hasattr(signal, "setitimer"):
        # Not a handler of Python's: while pages are set, none would be called.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, order["seconds"])
    options = {name: _OPTIONS.get(name, str)(value) for name, value in order["options"].items()}
    is_calendar = str(order["target"]).endswith(".ics")
    calendar = Calendar(address=str(options.pop("address", ""))) if is_calendar else None
    try:
        writes = Path(order["target"]).suffix in VERSIONED
        with _exported(order["database"], writes=writes, folders=order["folders"]) as register:
            rows = write(
                register,
                order["target"],
                order["filters"],
                reader=order["reader"],
                options=options,
                calendar=calendar,
                progress=lambda number: tell({"rows": number}),
            )
    except DutybookError as error:
        return {"refused": type(error).__name__, "given": getattr(error, "_given", (str(error),))}
    except MemoryError:
        return {
            "refused": "BadRequest",
            "given": ["the file needs too much memory: choose fewer norms or another format"],
        }
    return {"rows": rows}


def _exported(database: str, *, writes: bool, folders: bool) -> Register:
    """The register to export from; for writing where the format keeps a version in it and it can be written."""
    from dutybook.errors import RegisterUnwritable
    from dutybook.store import open_register

    if writes:
        with contextlib.suppress(RegisterUnwritable):
            return open_register(database, create=False, folders=folders)
    return open_register(database, read_only=True, create=False, folders=folders)


_OPTIONS: dict[str, Callable[[str], object]] = {
    "today": date.fromisoformat,
    "now": datetime.fromisoformat,
}

_VERBS: dict[str, Callable[[Mapping[str, Any], Tell], dict[str, Any]]] = {
    "ingest": ingest,
    "warm_up": warm_up,
    "watch": watch,
    "look": look,
    "alerts": alerts,
    "test": test,
    "export": export,
}
