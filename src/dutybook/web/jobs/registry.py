"""Work that a page asked for, and what became of it, as long as this process lives."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from dutybook.web.jobs.runner import JobRunner

_KEPT = 100


@dataclass(slots=True)
class Outcome:
    """``state`` is waiting, running, done or failed; ``step`` is what was told last, ``given`` what the page wants to remember."""

    state: str = "waiting"
    step: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    ended: str = ""

    @property
    def going(self) -> bool:
        return self.state in ("waiting", "running")


class _Work:
    def __init__(self, key: str, order: Mapping[str, Any], outcome: Outcome) -> None:
        self.key = key
        self.order = order
        self.outcome = outcome

    def begin(self) -> Mapping[str, Any]:
        self.outcome.state = "running"
        return self.order

    def told(self, what: Mapping[str, Any]) -> None:
        self.outcome.step = what

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        self.outcome.result, self.outcome.problem = result or {}, problem
        self.outcome.ended = datetime.now(UTC).isoformat(timespec="seconds")
        self.outcome.state = "done" if result is not None else "failed"


class Jobs:
    """One lane for all that asks other machines: they may be slow, and reading files does not wait for them."""

    def __init__(self) -> None:
        self._lane = JobRunner()
        self._lock = Lock()
        self._known: OrderedDict[str, Outcome] = OrderedDict()
        #: Said with every order, for tests: how files are read.
        self.more: dict[str, Any] = {}

    def start(self, key: str, order: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> None:
        """Have something done; nothing happens if it is being done."""
        with self._lock:
            known = self._known.get(key)
            if known is not None and known.going:
                return
            outcome = self._known[key] = Outcome(given=given or {})
            self._known.move_to_end(key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            self._lane.add(_Work(key, {**order, "more": self.more}, outcome))

    def outcome(self, key: str) -> Outcome | None:
        """What became of it; None if nothing of the key was asked for."""
        return self._known.get(key)

    def close(self) -> None:
        self._lane.close()
