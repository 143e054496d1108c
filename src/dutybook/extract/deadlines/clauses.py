"""Clauses that only restate a condition: a period in them is one that other words set.

"Where the notification is not made within 72 hours, it shall be accompanied by reasons" sets no deadline.
"""

from __future__ import annotations

import re

from dutybook.extract.deadlines.patterns import anywhere, at_start
from dutybook.languages.sections.temporal import Temporal

_BREAK = re.compile(r"[,;:–—]")
_ASIDE = re.compile(r",[^,;:]{1,120},")
"""Words between commas right after an opening: "in the case in which, for good reasons, …"."""


def leading_condition(masked: str, temporal: Temporal) -> int:
    """Where the condition ends that opens a sentence; 0 where none does."""
    opening = at_start(temporal.conditions).match(masked)
    if opening is None:
        return 0
    main = anywhere_raw(temporal.main_clauses).search(masked, opening.end())
    if main is not None:
        return main.start()
    aside = _ASIDE.match(masked, opening.end())
    comma = _BREAK.search(masked, aside.end() if aside else opening.end())
    if comma is None and " " in opening.group():
        return 0  # "In caso di incidente il gestore avvisa il comune entro due giorni": a phrase, and the main clause
    return comma.start() if comma else len(masked)


def trailing_conditions(masked: str, temporal: Temporal) -> list[tuple[int, int]]:
    """Stretches of a sentence that conditions after its beginning cover, each up to its next comma."""
    found = []
    for match in anywhere(temporal.trailing_conditions).finditer(masked):
        stop = _BREAK.search(masked, match.end())
        found.append((match.start(), stop.start() if stop else len(masked)))
    return found


_RAW: dict[tuple[str, ...], re.Pattern[str]] = {}


def anywhere_raw(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """The patterns as they are, case kept: a main clause is told by lower case after a comma."""
    if patterns not in _RAW:
        _RAW[patterns] = re.compile("|".join(p.replace(" ", r"\s+") for p in patterns) or r"(?!)")
    return _RAW[patterns]
