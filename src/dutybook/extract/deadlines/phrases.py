"""Readings of a pack: phrases around expressions of time ("the end of March"), compiled for one use and replaced by what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dutybook.extract.deadlines.amounts import read_phrase
from dutybook.extract.deadlines.expressions import DATED, Expression, Masked, Phrase, Words, compile_bounded
from dutybook.languages.patterns import SLOTS, fragment
from dutybook.languages.temporal import Reading

_USES = {"acts": ("acts",), "news": ("acts", "news"), "text": ("acts", "news", "text")}


@dataclass(frozen=True, slots=True)
class _PhraseForm:
    pattern: re.Pattern[str]
    needed: tuple[tuple[str, ...], ...]
    """Of each of these groups one slot must be in the text."""
    reading: Reading


class Phrases:
    """The readings of one language, compiled for one use."""

    def __init__(self, words: Words, use: str) -> None:
        self._words = words
        self._forms = [
            _PhraseForm(compile_bounded(_phrase_source(pattern, words)), _needed_slots(pattern), reading)
            for reading in words.pack.readings
            if reading.use in _USES[use]
            for pattern in reading.patterns
        ]

    def read(self, text: str, expressions: list[Expression], today: date | None) -> list[Expression]:
        """The expressions of ``text`` (in text order, without overlaps), those inside phrases replaced by the
        phrases.
        """
        masked: Masked | None = None
        slots = {e.slot for e in expressions}
        for form in self._forms:
            if any(slots.isdisjoint(some) for some in form.needed):
                continue
            masked = masked or Masked(text, expressions)
            found = self._found(form, masked, today)
            if found:
                kept = [e for e in expressions if not any(e.overlaps(f) for f in found)]
                expressions = sorted([*kept, *found], key=lambda e: e.start)
                slots = {e.slot for e in expressions}
                masked = None
        return expressions

    def _found(self, form: _PhraseForm, masked: Masked, today: date | None) -> list[Expression]:
        found = []
        for match in form.pattern.finditer(masked.text):
            phrase = Phrase(match, masked.all_inside(*match.span()), form.reading, self._words, today)
            start, end = masked.origin(*match.span())
            expression = read_phrase(phrase, start, end)
            if expression is not None:
                found.append(expression)
        return found


def _phrase_source(pattern: str, words: Words) -> str:
    dated = "".join(SLOTS[slot] for slot in DATED)
    marks = words.pack.ordinal_digits or "(?!)"
    end = (
        rf"[{dated}{SLOTS['weekday']}](?:\.(?=\s+\w))?|(?P<%s_y>(?:19|20|21)\d\d)(?!\d)|(?P<%s_d>\d{{1,2}})(?!\d)(?:{marks})?"
        rf"|(?P<%s_o>{words.ordinal_words(31)})"
    )
    fields = {
        "{span}": f"[{dated}]",
        "{monthname}": f"(?:(?P<monthname>{words.months})|{SLOTS['month']})",
        "{n}": f"(?P<n>{words.number})",
        "{d}": r"(?P<d>\d{1,2})(?![\d.,]\d)",
        "{d.m}": r"(?P<d>\d{1,2})\.\s?(?P<m>1[0-2]|0?[1-9])\.(?!\d)",
        "{od}": f"(?P<od>{words.ordinal(31)})",
        "{o}": f"(?P<o>{words.ordinal(99)})",
        "{shift}": f"(?P<shift>{words.shifts})",
        "{unit}": f"(?P<unit>{words.unit_forms})",
        "{a}": f"(?P<a>{end % ('a', 'a', 'a')})",
        "{b}": f"(?P<b>{end % ('b', 'b', 'b')})",
    }
    source = fragment(pattern)
    for field, expression in fields.items():
        source = source.replace(field, expression)
    return source


def _needed_slots(pattern: str) -> tuple[tuple[str, ...], ...]:
    bare = pattern
    while bare != (bare := re.sub(r"\([^()]*\)[?*]?", "", bare)):
        pass  # what stands in brackets may be an alternative or left out
    named: list[tuple[str, ...]] = [(name,) for name in SLOTS if "{" + name + "}" in bare]
    return (*named, DATED) if "{span}" in bare else tuple(named)
