"""Recognises what collections of law add to tell which act changed what (``history_notes.toml``); it is no part of the law."""

from __future__ import annotations

import re
from functools import cache

from dutybook.languages.data import LinePattern, load_line_patterns

LONGEST_NOTE = 700
"""Characters of the longest paragraph that is looked at."""


def note_lines() -> tuple[LinePattern, ...]:
    """The patterns of paragraphs between provisions."""
    return load_line_patterns("history_notes.toml")


def inline_notes() -> tuple[LinePattern, ...]:
    """The patterns of what begins a note in the line of a provision, behind its last stop."""
    return load_line_patterns("history_notes_inline.toml")


@cache
def _of_paragraph() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line.pattern})" for line in note_lines()), re.IGNORECASE)


@cache
def _in_line() -> re.Pattern[str]:
    return re.compile(f"(?<=[.;] )(?:{'|'.join(line.pattern for line in inline_notes())})")


def is_history_note(paragraph: str) -> bool:
    """Whether a paragraph tells nothing but which act changed the provision before it, and when.

    >>> is_history_note("Straipsnio dalies pakeitimai:"), is_history_note("The Mills Act is amended as follows:")
    (True, False)
    """
    plain = " ".join(paragraph.split()) if len(paragraph) <= LONGEST_NOTE else ""
    return bool(plain) and _of_paragraph().fullmatch(plain) is not None


def find_history_notes(paragraph: str) -> list[int]:
    """Where notes begin in the line of a provision.

    >>> find_history_notes("Abrogat. (la 03-03-2031, Alin. (6) a fost abrogat.)")
    [9]
    """
    return [match.start() for match in _in_line().finditer(paragraph)]
