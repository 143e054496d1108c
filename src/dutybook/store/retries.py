"""Repeats what a register refused for a moment: another process was writing, or its server restarted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from dutybook.errors import RegisterBusy, RegisterUnreachable

T = TypeVar("T")

#: So many seconds: an ingest stores large documents, one after the other.
LONGEST_WAIT = 300.0
#: So many times a server may stop answering and come back meanwhile.
LOSSES = 3
_PAUSE = 0.02


def retry_while_busy(do: Callable[[], T], *, seconds: float = LONGEST_WAIT, repeatable: bool = True) -> T:
    """Call ``do``, which writes in one transaction, again and again while another process is writing or the server restarts.

    How long a server is waited for is the connection's affair (:meth:`~dutybook.store.register.Register.wait_for_server`).

    Args:
        seconds: how long others may go on writing.
        repeatable: done twice, it is as if done once. Otherwise it is not done again where nobody knows whether the server stored it.

    Raises:
        RegisterBusy: that took too long.
        RegisterUnreachable: the server did not come back.
    """
    end = time.monotonic() + seconds
    losses = 0
    while True:
        try:
            return do()
        except RegisterBusy:
            if time.monotonic() > end:
                raise
            # Some refusals come at once.
            time.sleep(_PAUSE)
        except RegisterUnreachable as error:
            losses += 1
            if losses > LOSSES or (error.doubtful and not repeatable):
                raise
