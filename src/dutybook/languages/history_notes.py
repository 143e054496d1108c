"""Recognises the lines between provisions that tell which act changed what (``history_notes.toml``); they are no words of the law."""

from __future__ import annotations

import re
from functools import cache

from dutybook.languages.data import Section, load_data

LONGEST_NOTE = 700
"""Characters of the longest paragraph that is looked at."""


class NoteLine(Section):
    """A pattern for a whole paragraph, and a made-up example of it."""

    pattern: str
    example: str


class _NoteFile(Section):
    lines: tuple[NoteLine, ...]


@cache
def note_lines() -> tuple[NoteLine, ...]:
    """The patterns of the file."""
    return load_data("history_notes.toml", _NoteFile).lines


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line.pattern})" for line in note_lines()), re.IGNORECASE)


def is_history_note(paragraph: str) -> bool:
    """Whether a paragraph tells nothing but which act changed the provision before it, and when.

    >>> is_history_note("Straipsnio dalies pakeitimai:"), is_history_note("The Mills Act is amended as follows:")
    (True, False)
    """
    plain = " ".join(paragraph.split()) if len(paragraph) <= LONGEST_NOTE else ""
    return bool(plain) and _pattern().fullmatch(plain) is not None
