"""Retries a write to the register while another process is writing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from dutybook.errors import RegisterBusy

T = TypeVar("T")

#: So many seconds: an ingest stores large documents, one after the other.
LONGEST_WAIT = 300.0


def retry_while_busy(do: Callable[[], T]) -> T:
    """Call ``do``, again and again as long as another process is writing to the register.

    Raises:
        RegisterBusy: that took too long.
    """
    end = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            return do()
        except RegisterBusy:
            if time.monotonic() > end:
                raise
