"""The server behind ``dutybook serve``: it says where it is when it answers there, and not before."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn


class Listening(uvicorn.Server):
    """Calls ``told`` once, as soon as it listens; never if it does not come that far."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()
