"""The server of ``dutybook serve``, which reports when it accepts connections, and not before."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn


class Listening(uvicorn.Server):
    """A server that calls ``on_started`` once it accepts connections; never if it fails before."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()
