"""Health checks at ``/healthz``, the observation of requests, and the log as lines of JSON.

``/healthz`` is answered before anybody is asked who they are, and says nothing but whether requests can be answered.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dutybook.errors import DutybookError

if TYPE_CHECKING:
    from dutybook.web.registers import Registers

HEALTH = "/healthz"
#: Seconds for which an answer to ``/healthz`` counts, so that asking often costs nothing.
FRESH = 1.0
_LOG = logging.getLogger("dutybook.web.requests")


class Health:
    """Whether the register can be read; an answer counts for a second."""

    def __init__(self, registers: Registers, clock: Callable[[], float] = time.monotonic) -> None:
        self._registers = registers
        self._clock = clock
        self._known: tuple[float, bool] | None = None

    def check(self) -> bool:
        """Whether a request that reads the register would be answered."""
        now = self._clock()
        if self._known is None or now - self._known[0] >= FRESH:
            try:
                with self._registers.reading() as register:
                    register.data_version()
                well = True
            except DutybookError as error:
                _LOG.error("%s", error)
                well = False
            self._known = (now, well)
        return self._known[1]


class HealthMiddleware:
    """ASGI middleware before all others, which answers ``/healthz``: 200 ``ok``, or 503 ``the register cannot be read``."""

    def __init__(self, app: ASGIApp, health: Health) -> None:
        self.app = app
        self.health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != HEALTH or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        well = await run_in_threadpool(self.health.check)
        text, status = ("ok\n", 200) if well else ("the register cannot be read\n", 503)
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        await PlainTextResponse(text, status, headers=headers)(scope, receive, send)


class Observer(Protocol):
    """Takes note of each request."""

    def observe(self, area: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""


class ObservedMiddleware:
    """ASGI middleware that counts requests, and logs each one where that is asked for.

    What is counted and logged is the first part of the path, if it is one of the application's ``areas``: the rest, and the
    query, may name documents and what people look for.
    """

    def __init__(self, app: ASGIApp, metrics: Observer | None, areas: frozenset[str]) -> None:
        self.app = app
        self.metrics = metrics
        self.areas = areas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        # Layers further in may change the scope.
        method, area = scope["method"], self._area_of(scope["path"])

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, observed)
        finally:
            seconds = time.perf_counter() - started
            if self.metrics:
                self.metrics.observe(area, method, status, seconds)
            figures = {"area": area, "method": method, "status": status, "milliseconds": round(1000 * seconds, 1)}
            _LOG.info("%s %s %s", method, area, status, extra={"request": figures})

    def _area_of(self, path: str) -> str:
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        return f"/{first}" if first in self.areas or not first else "other"


class JsonFormatter(logging.Formatter):
    """A record of the log as a line of JSON: time (UTC), level, logger, message, the figures of a request, the kind of an error.

    Of errors that nobody expected only the kind and the place are written: their texts may quote a document.
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        made: dict[str, object] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        made |= getattr(record, "request", {})
        if record.exc_info and (kind := record.exc_info[0]):
            made["error"] = kind.__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                code = trace.tb_frame.f_code
                made["place"] = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        return json.dumps(made, ensure_ascii=False)


def log_as_json() -> None:
    """Write what the application logs, requests included, as lines of JSON on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    for name, level in (("dutybook", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers[:] = [handler]
        logger.propagate = False
