"""``dutybook serve`` says where it is when it answers there."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

pytest.importorskip("uvicorn")

import uvicorn

from dutybook.cli import serving


async def _nothing(scope: Any, _receive: Any, _send: Any) -> None:
    if scope["type"] == "lifespan":
        raise RuntimeError("cannot begin")


@pytest.mark.parametrize("lifespan", ["off", "on"])
def test_told_once_it_listens_and_never_if_it_does_not_begin(lifespan: Any) -> None:
    heard: list[bool] = []
    with closing(serving.bind_socket("127.0.0.1", 0)) as bound:
        where = bound.getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(where, timeout=5)

        def on_listening() -> None:
            with socket.create_connection(where, timeout=5):
                heard.append(True)
            server.should_exit = True

        config = uvicorn.Config(_nothing, lifespan=lifespan, log_level="critical")
        server = serving.Listening(config, on_listening)
        # In a thread of its own: a browser of other tests may keep a loop in this one.
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(server.run, sockets=[bound])
            if lifespan == "on":
                with pytest.raises(SystemExit):
                    running.result()
            else:
                running.result()
    assert heard == ([True] if lifespan == "off" else [])
