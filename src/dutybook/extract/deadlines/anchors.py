"""Finds the anchor of a period: the whole phrase that says what it is counted from, after it ("within two weeks *after receipt
of the request*") or, in some languages, before it.

A phrase ends where its language ends phrases: before the main verb, before an article that nothing joins to it, at a comma that
neither an alternative nor a relative clause follows. It never ends with a word that calls for another one ("of the", "or").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dutybook.languages.letters import fold
from dutybook.languages.patterns import SLOTS, anywhere, at_end, at_end_of_clause, at_start, cached_by_identity
from dutybook.languages.temporal import Temporal, Trigger
from dutybook.languages.wordforms import base_form
from dutybook.records import Direction

_HARD_BREAK = re.compile(
    r"[;:\[\]]|\s[–—](?=\s)"
    r"|\((?!\w{1,3}\))|(?<![\s(]\w)(?<![\s(]\w\w)(?<!\(\w\w\w)(?<!\^\d)(?<!\^\d\d)\)"
    r"|\.(?=\s+[^\W\d_a-z]|\s*$|[“”\"»])"
)
"""Not the brackets of a number, "under paragraph (2) or point f)", nor the full stop of an abbreviation before one: "art. 5"."""
_QUANTITY = re.compile(rf"(?:\s+\w+){{0,4}}\s+{SLOTS['quantity']}")
"""A further period, after "or": it has an event of its own."""
_COMMA = re.compile(r",(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]++(?:['’](?=\w))?(?![\u00ad\ufffe])")
_LONGEST = 700
"""Characters of an anchor at most; what is longer is cut."""
_LONGEST_BEFORE = 200
"""The same for one that stands before its period."""
_LISTED_WORDS = 3
"""Words of an event that is listed between commas at most: "conclusion, amendment or termination of"."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an anchor stands in the masked text, its trigger included, and which way its period runs."""

    direction: Direction
    start: int
    end: int


class Anchors:
    """The anchors of one language."""

    def __init__(self, temporal: Temporal) -> None:
        self._triggers = temporal.triggers
        self._words = temporal.anchors
        self._conditions = temporal.trailing_conditions
        self._ends_open = at_end(temporal.anchors.open_words)

    def find(self, masked: str, quote: tuple[int, int], *, quantity: bool = True) -> Anchor | None:
        """The anchor right after the words at ``quote``, possibly after a comma, else the one right before them.

        Args:
            masked: the sentence with its expressions of time masked.
            quote: the offsets of the period in it.
            quantity: whether the words are a quantity; some triggers ("of") count only after one.
        """
        return self._find_after(masked, quote[1], quantity) or self._find_before(masked, quote[0])

    def _find_after(self, masked: str, at: int, quantity: bool) -> Anchor | None:
        comma = re.compile(r",?\s*").match(masked, at)
        start = comma.end() if comma else at
        for trigger in self._triggers:
            if trigger.after_quantity and not quantity:
                continue
            match = anywhere(trigger.phrases).match(masked, start)
            if match is not None:
                return Anchor(trigger.direction, start, self._find_end(masked, start, match.end(), trigger))
        return None

    def _find_before(self, masked: str, end: int) -> Anchor | None:
        for trigger in self._words.triggers:
            match = at_end(trigger.phrases).search(masked, max(0, end - _LONGEST_BEFORE), end)
            if match is None:
                continue
            # A trigger may be the last word of the event itself.
            start = self._find_start(masked, max(0, end - _LONGEST_BEFORE), match.start())
            phrase = masked[start:end].rstrip()
            if phrase:
                return Anchor(trigger.direction, start, start + len(phrase))
        return None

    def _find_start(self, masked: str, least: int, trigger: int) -> int:
        """Where the phrase that ends with a trigger begins: at its first word of ``starts``, or else of its clause."""
        start = least
        for stop in (*_HARD_BREAK.finditer(masked, least, trigger), *_COMMA.finditer(masked, least, trigger)):
            if stop.group() != "," or not self._joins(masked, stop.end(), trigger):
                start = max(start, stop.end())
        begun = list(anywhere(self._words.starts).finditer(masked, start, trigger))
        if begun:
            start = begun[-1].start()
        while (opening := at_start(self._words.open_words).match(masked, start, trigger)) and not begun:
            start = opening.end()
        return start + len(masked[start:trigger]) - len(masked[start:trigger].lstrip())

    def _joins(self, masked: str, after: int, last: int) -> bool:
        """Whether the words after a comma are another event that is joined to the one before it."""
        joined = at_start(self._words.alternatives).match(masked, after, last) is not None
        return joined or self._goes_on_listing(masked, after, last)

    def _find_end(self, masked: str, start: int, at: int, trigger: Trigger) -> int:
        """The end of the phrase that ``trigger`` opens at ``start`` and that goes on at ``at``."""
        last = min(len(masked), at + _LONGEST)
        hard = _HARD_BREAK.search(masked, at, last)
        last = hard.start() if hard else last
        end, begin, clause, relative = at, at, trigger.clause, False
        while begin < last:
            comma = _COMMA.search(masked, begin, last)
            stop = comma.start() if comma else last
            opened = anywhere(self._words.clauses).search(masked, start if begin == at else begin, stop)
            phrase = begin if clause else max(begin, opened.start()) if opened else stop
            end = self._find_stop(masked, at, (begin, phrase, stop), trigger)
            clause = clause or opened is not None
            if end < stop or comma is None:
                break
            if relative and at_start(self._words.resumptions).match(masked, stop + 1, last):
                begin, relative = stop + 1, False
                continue
            further = self._find_continuation(masked, at, stop, last, trigger.direction)
            if further is None:
                break
            begin, relative = further
            clause = clause or relative
        return self._without_open_words(masked, at, end)

    def _find_continuation(
        self, masked: str, at: int, comma: int, last: int, direction: Direction
    ) -> tuple[int, bool] | None:
        """Where a phrase goes on after a comma, and whether with a relative clause; None if it ends at the comma."""
        words, after = self._words, comma + 1
        if at_end(words.alternatives).search(masked, at, comma):  # "the provider or, where applicable, the importer"
            closing = _COMMA.search(masked, after, last)
            if closing is None or _QUANTITY.match(masked, closing.end()):
                return None
            return closing.end(), False
        if at_start(words.relatives).match(masked, after, last):
            return after, True
        joined = at_start(words.alternatives).match(masked, after, last)
        if joined is not None:
            another = at_start(words.stops).match(masked, after) or self._begins_another(
                masked, joined.end(), direction
            )
            return None if another else (after, False)
        return (after, False) if self._goes_on_listing(masked, after, last) else None

    def _begins_another(self, masked: str, joined: int, direction: Direction) -> bool:
        """Whether another deadline follows ", or": one that runs the other way, or that has a condition of its own."""
        comma = _COMMA.match(masked, joined)
        condition = comma is not None and at_start(self._conditions).match(masked, comma.end()) is not None
        return condition or self._runs_otherwise(masked, joined, direction)

    def _runs_otherwise(self, masked: str, joined: int, direction: Direction) -> bool:
        """Whether a trigger of the other direction follows "or": "after arrival or before delivery"."""
        others = (t for t in self._triggers if t.direction is not direction)
        return any(at_start(t.phrases).match(masked, joined) for t in others)

    def _goes_on_listing(self, masked: str, after: int, last: int) -> bool:
        """Whether the words after a comma are a further event of a list that ends in "or"."""
        joined = next(anywhere(self._words.alternatives).finditer(masked, after, last), None)
        if joined is None or not masked[joined.start() - 1].isspace():
            return False
        listed = masked[after : joined.start()].split(",")
        if anywhere(self._conditions).search(masked, after, joined.start()):
            return False
        return all(0 < len(event.split()) <= _LISTED_WORDS and not self._ends_open.search(event) for event in listed)

    def _find_stop(self, masked: str, at: int, stretch: tuple[int, int, int], trigger: Trigger) -> int:
        """The first place in a stretch without commas at which the phrase ends; its end if there is none.

        ``stretch``: where it begins, where a clause of the phrase's own begins in it, and its end.
        """
        words, (begin, clause, end) = self._words, stretch
        stops = [m.start() for m in anywhere(words.stops).finditer(masked, begin, end) if m.start() > at + 1]
        stops += [
            joined.start()
            for joined in anywhere(words.alternatives + words.joiners).finditer(masked, begin, end)
            if _QUANTITY.match(masked, joined.end()) or self._runs_otherwise(masked, joined.end(), trigger.direction)
        ]
        stops += [place for place in self._main_clauses(masked, begin, clause) if place > at + 1]
        stop = min(stops, default=end)
        if clause < stop:
            return stop
        tail = at_end_of_clause(words.closing_words).search(masked, at, stop)
        return tail.start() if tail is not None and tail.start() > at else stop

    def _main_clauses(self, masked: str, begin: int, end: int) -> Iterator[int]:
        """Where the main clause may go on: at its verb, or at an article that no open word joins to the phrase."""
        words = self._words
        yield from (m.start() for m in anywhere(words.verbs).finditer(masked, begin, end))
        for article in anywhere(words.articles).finditer(masked, begin, end):
            first = not masked[begin : article.start()].strip()
            if not first and _is_alone(masked, article) and not self._ends_open.search(masked, begin, article.start()):
                yield article.start()
        if words.verb_base:
            for word in list(_WORD.finditer(masked, begin, end))[1:]:
                joined = at_end(words.joiners).search(masked, begin, word.start())
                form = words.joined_form if joined else words.verb_form
                if is_verb(word.group().lower(), words.language, form, words.verb_base):
                    yield joined.start() if joined else word.start()

    def _without_open_words(self, masked: str, at: int, end: int) -> int:
        """The end without words that call for another one, if some word stays."""
        end = at + len(masked[at:end].rstrip())
        while (tail := self._ends_open.search(masked, at, end)) is not None and tail.end() > tail.start():
            kept = masked[at : tail.start()].rstrip()
            if not kept:
                break
            end = at + len(kept)
        return end


def _is_alone(masked: str, word: re.Match[str]) -> bool:
    """Whether a word has white space on both sides: "a", not the "a" of "point a)"."""
    return masked[word.start() - 1].isspace() and masked[word.end() : word.end() + 1].isspace()


@lru_cache(maxsize=20_000)
def is_verb(word: str, language: str, form: str, base: str) -> bool:
    """Whether a lower-case word has the form of a main verb, and its base form that of a verb."""
    return re.search(form, word) is not None and re.search(base, base_form(fold(word), language)) is not None


anchors_of = cached_by_identity(Anchors)
"""The anchors of a pack's section, built once a section."""
