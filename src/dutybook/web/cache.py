"""What was read of the register, kept until somebody writes into it: counts over everything take long, and many ask for the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")

#: So many answers are kept, those that were asked for last.
MOST = 256


class AnswerCache:
    """Answers by what was asked. Nobody may change an answer. Who asks while it is being made waits for it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to ``key``, made if it is not there. What ``make`` raises, all who wait for it get."""
        with self._lock:
            known = self._known.get(key)
            made: Future[Any] = known or Future()
            self._known[key] = made
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        if known is not None:
            return cast("T", known.result())
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                if self._known.get(key) is made:
                    del self._known[key]
            made.set_exception(error)
            raise
        made.set_result(value)
        return value

    def forget(self) -> None:
        """Somebody wrote: what is asked from now on is read anew, also what is being made just now."""
        with self._lock:
            self._known.clear()
