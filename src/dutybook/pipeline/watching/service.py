"""Runs watches again and again as a service, until it is stopped."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

#: How much the time between two runs is varied, so that many machines do not ask at the same moment.
JITTER = 0.05


class Stopped(KeyboardInterrupt):
    """Somebody stopped the service. What was done is stored, and the next run does the rest."""


class Service:
    """Calls ``once`` at regular intervals. SIGTERM and SIGINT end it at once, whatever it is doing."""

    def __init__(self, once: Callable[[], None], every: float) -> None:
        self._once = once
        self._every = every
        self._stop = threading.Event()

    def run(self) -> None:
        """Run until it is stopped."""
        with self._signals():
            try:
                while not self._stop.is_set():
                    self._once()
                    self._stop.wait(self._every * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
            except Stopped:
                return

    def stop(self) -> None:
        """Stop after the current run."""
        self._stop.set()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals call
            self._stop.set()
            raise Stopped

        kept: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            kept = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, before in kept.items():
                signal.signal(number, before)
