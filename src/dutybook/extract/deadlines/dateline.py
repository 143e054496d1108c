"""The day that a news item bears under its title in words ("Hafenstadt, 24. April 2029")."""

from __future__ import annotations

from dutybook.extract.deadlines.expressions import scanner_of
from dutybook.languages import LanguagePack

_LINES = 5
_LONGEST_LINE = 60
_REST = 20
"""Characters that a place and a weekday beside the day may take."""


def dateline(text: str, pack: LanguagePack) -> str | None:
    """The ISO date of the first short line, among a text's first five, that is little but a full date; else None.

    >>> from dutybook.languages import load
    >>> dateline("Cranes at rest\\nHarbourtown, 24 April 2029\\n\\nThe port rests.", load("en"))
    '2029-04-24'
    """
    lines = [line.strip() for line in text[:2000].split("\n") if line.strip()][:_LINES]
    for line in lines[1:]:
        if len(line) > _LONGEST_LINE:
            continue
        days = [e for e in scanner_of(pack.temporal).mask(line, None).expressions.values() if e.slot == "date"]
        full = len(days) == 1 and len(days[0].value) == len("2029-04-24")
        if full and len(line) - (days[0].end - days[0].start) <= _REST:
            return days[0].value
    return None
