"""The process that does one background job and reports its progress."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

#: What a fresh interpreter runs; the import path of the parent takes the place of ``{path}``.
COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.web.jobs.worker import main; main()"

Tell = Callable[[dict[str, Any]], None]
_NICE = 5
#: The most lines about single problems.
_MOST_LINES = 200


def main() -> None:
    """Do what the first line of the input orders."""
    from dutybook.errors import DutybookError

    # Libraries may print; only our lines may reach the parent.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    source = sys.stdin.buffer
    order: dict[str, Any] = json.loads(source.readline())
    threading.Thread(target=_leave_with, args=(source,), daemon=True).start()
    if hasattr(os, "nice") and os.nice(0) < _NICE:
        # Whoever reads pages meanwhile comes first; who was asked to be nice already is so.
        os.nice(_NICE)

    def tell(what: dict[str, Any]) -> None:
        output.write(json.dumps(what) + "\n")
        output.flush()

    try:
        result = _VERBS[order["verb"]](order, tell)
        tell({"end": result})
    except DutybookError as error:
        tell({"problem": str(error)})
    os._exit(0)


def _leave_with(source: IO[bytes]) -> None:
    source.read()
    os._exit(1)


def ingest(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Read files into the register, as ``dutybook ingest`` does."""
    from dutybook.pipeline import batch
    from dutybook.pipeline.config import Config

    def show(step: batch.Progress) -> None:
        fields = {name: getattr(step, name) for name in ("done", "total", "source", "outcome", "norms")}
        tell({**fields, "reasons": [reason.plain() for reason in step.reasons]})

    report = batch.ingest(
        order["files"],
        Path(order["database"]),
        batch.ReadingOptions(
            # One processor is left for those who read pages.
            workers=max(1, batch.default_workers() - 1),
            password=order.get("password"),
            **order.get("more", {}),
        ),
        progress=show,
        config=Config(language=order.get("language"), published=order.get("published")),
    )
    return {
        "norms": report.norms,
        "unread": [[u.source, u.status, [reason.plain() for reason in u.reasons]] for u in report.unread],
        "left_out": report.left_out,
        "problems": [str(problem) for problem in report.problems],
        "seconds": report.seconds,
    }


def watch(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Run watches, as ``dutybook watch run NAME`` does."""
    from dutybook.pipeline import watching
    from dutybook.pipeline.batch import ReadingOptions

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

    report = runner.preview_watch(Path(order["database"]), order["kind"], order["target"], options=order["options"])
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
    sent = send(Path(order["database"]), now=now)
    return {"noticed": collected.noticed, "sent": sent.sent, "lines": [*collected.problems, *sent.problems]}


def test(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001
    """Send a test message to each place of an alert, as ``dutybook alerts test`` does."""
    from dutybook.alerts.management import try_channels
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts as kept

    with open_register(order["database"], create=False, read_only=True) as register:
        alert = kept.alert_named(register, order["alert"])
    return {"places": try_channels(alert, datetime.now(UTC))}


_VERBS: dict[str, Callable[[Mapping[str, Any], Tell], dict[str, Any]]] = {
    "ingest": ingest,
    "watch": watch,
    "look": look,
    "alerts": alerts,
    "test": test,
}
