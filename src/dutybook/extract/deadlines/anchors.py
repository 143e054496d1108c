"""The trigger of a period: "after having become aware of it" in "within 72 hours after having become aware of it"."""

from __future__ import annotations

import re

from dutybook.extract.deadlines.patterns import anywhere, at_end_of_clause
from dutybook.languages.sections.temporal import Temporal
from dutybook.records import Direction

_BREAK = re.compile(r"[;:]|,(?=\s)|\.(?=\s|$)|\s[–—](?=\s)")
LONGEST = 30


def trigger_after(
    masked: str, at: int, temporal: Temporal, *, quantity: bool = True
) -> tuple[Direction, int, int] | None:
    """Direction and extent (in the masked text) of the anchor that begins at ``at``, a comma before it allowed.

    ``quantity`` says whether a quantity stands before ``at``: some triggers ("of") count only there.
    """
    comma = re.compile(r",?\s*").match(masked, at)
    start = comma.end() if comma else at
    for trigger in temporal.triggers:
        if trigger.after_quantity and not quantity:
            continue
        match = anywhere(trigger.phrases).match(masked, start)
        if match is not None:
            return trigger.direction, start, _end(masked, match.end(), temporal, verbs_close=not trigger.clause)
    return None


def _end(masked: str, at: int, temporal: Temporal, *, verbs_close: bool) -> int:
    stop = _BREAK.search(masked, at)
    end = stop.start() if stop else len(masked)
    stops = anywhere(temporal.anchor_stops).finditer(masked, at, end)
    end = next((word.start() for word in stops if word.start() > at + 1), end)
    if verbs_close:
        tail = at_end_of_clause(temporal.closing_words).search(masked, at, end)
        if tail is not None and tail.start() > at:  # some noun stands before the verbs
            end = tail.start()
    words = list(re.finditer(r"\S+", masked[at:end]))[:LONGEST]
    return at + words[-1].end() if words else at
