"""Connections of the server: those on which nothing moves are closed, and there are never so many that files cannot be opened."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds in which the head of a request must be there, counted from the connection or from the first byte after an answer.
HEAD = 20.0
#: Seconds after which a client that takes nothing of an answer is left, and the bytes that it has to take in that time.
STALLED, LEAST = 60.0, 16_384
#: Seconds between two looks at a connection.
CHECK_EVERY = 5.0
#: Files that the process needs besides connections: registers, pipes of child processes, exports.
_RESERVED = 256
_FEWEST, _MOST = 64, 4_000


def most_connections() -> int:
    """How many connections the limit of this process on open files leaves room for."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return _MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(_MOST, max(_FEWEST, soft - _RESERVED))


class TimedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with limits on the time of heads and of answers that nobody takes.

    Bodies have limits of their own (:class:`dutybook.web.access.LimitedBody`), idle connections uvicorn's.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        #: When the wait for a head began (the loop's clock); None while a request is answered or nothing was sent.
        self._head_since: float | None = None
        self._unsent, self._unsent_since = 0, 0.0
        self._check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            transport.abort()
            return
        self._head_since = self.loop.time()
        self._check = self.loop.call_later(min(CHECK_EVERY, HEAD), self._look)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._head_since = None
        elif self._head_since is None and self.timeout_keep_alive_task is None:
            self._head_since = self.loop.time()

    def on_response_complete(self) -> None:
        self._head_since = None
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._check is not None:
            self._check.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Leave a client that sends no head, or takes nothing of an answer."""
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        # The server writes more only after something was taken.
        if not unsent or unsent > self._unsent or unsent <= self._unsent - LEAST:
            self._unsent, self._unsent_since = unsent, now
        if unsent and now - self._unsent_since >= STALLED:
            self.transport.abort()
            return
        if self._head_since is not None and now - self._head_since >= HEAD:
            # What was written before is still sent, while the client takes it.
            self.transport.close()
        self._check = self.loop.call_later(min(CHECK_EVERY, HEAD), self._look)
