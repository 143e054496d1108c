"""Where the parts of a norm stand in its sentence, and how large the page is that it stands on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dutybook.store.connection import translated
from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class PageSize:
    """Of a page (``number`` from 1) in points."""

    number: int
    width: float
    height: float


def parts_of(register: Register, norm: str) -> list[tuple[str, int, int]]:
    """The parts of a norm (full id) that stand within its quote: name and half-open range of characters of the quote, in order.

    Names are bearer, action, recipient, condition, exception and deadline. A bearer that stands elsewhere (a pronoun's antecedent,
    the stem of a list) is left out.
    """
    with translated(register.path):
        connection = register.connection
        parts, start, end = connection.execute(
            "SELECT parts, span_start, span_end FROM norms WHERE id = ?", (norm,)
        ).fetchone()
        # A stem is shown before the quote, also where it stands within it.
        found = [(name, first, last) for name, (first, last) in json.loads(parts).items() if name != "stem"]
        found += [
            ("deadline", first, last)
            for first, last in connection.execute("SELECT span_start, span_end FROM deadlines WHERE norm = ?", (norm,))
        ]
    # What runs beyond the quote (an action shared by two commands) is shown as far as the quote goes.
    inside = [
        (name, first - start, min(last, end) - start) for name, first, last in found if start <= first < min(last, end)
    ]
    return sorted(inside, key=lambda part: (part[1], -part[2], part[0]))


def page_size(register: Register, document: str, number: int) -> PageSize | None:
    """The size of a page of a document (full id); None where the format has no pages."""
    with translated(register.path):
        row = register.connection.execute(
            "SELECT number, width, height FROM pages WHERE document = ? AND number = ?", (document, number)
        ).fetchone()
    return PageSize(*row) if row else None
