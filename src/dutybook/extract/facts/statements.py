"""Decides what a date states that a frame has matched: types and values, and whether news announce it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, cached_property

from dutybook.extract.deadlines.expressions import Expression, Masked
from dutybook.extract.facts.frames import FrameMatch
from dutybook.extract.norms.passes.cues import find_cues
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives, anywhere, at_end, at_start
from dutybook.records import FactType, Span
from dutybook.records.dates import is_partial_date, parse_day

NEAR = timedelta(days=120)
"""How far ahead a day without a year is surely meant to be ahead, where nothing else says so."""
_MONTH = re.compile(r"\d{4}-\d\d")
SHORTEST = 5
"""Words that a sentence has at least; what is shorter names a day without saying anything of it."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_FURTHER = re.compile(r"\W{0,3}(?:\w{1,3} )?\d{3,4}\b")
"""A year that is too long ago to be read as one."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIRST_DAY = "P1D"
_MONTHS = re.compile(r"P\d{1,2}M")
_COMMA = re.compile(r"[,;:()–—]")
"""What parts the clauses of a sentence."""


Statement = tuple[FactType, str, Span]
"""The type and value of a fact, and where its date stands in the sentence."""


@cache
def _joiner(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for what joins the members of a list: "and", a semicolon, or a comma at its end."""
    spoken = alternatives(word for word in words if word[0].isalpha())
    return re.compile(rf";|,\s*$|(?<!\w)(?:{spoken or '(?!)'})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A sentence with its expressions of time masked, the day on which news were published, and the names of acts in it."""

    text: str
    masked: Masked
    pack: LanguagePack
    published: str | None
    named: tuple[Span, ...] = ()

    def stated(self, matches: Iterable[FrameMatch]) -> list[tuple[FrameMatch, list[Statement]]]:
        """What the dates of the matches state. Of several dates with one cue it is the nearest, and those joined to it."""
        stated = [(match, found) for match in matches if (found := list(self._statements(match)))]
        kept: list[tuple[FrameMatch, list[Statement]]] = []
        for match, found in sorted(stated, key=lambda row: row[0].distance):
            nearer = [other for other, _ in kept if match.is_farther_than(other)]
            if not nearer or match.period or any(self._are_joined(match, other) for other in nearer):
                kept.append((match, found))
        return sorted(kept, key=lambda row: row[0].start)

    def _are_joined(self, one: FrameMatch, other: FrameMatch) -> bool:
        """Whether two dates are members of a list: "from 1 May for ships and from 1 June for boats"."""
        first, last = sorted((one, other), key=lambda match: match.start)
        if first.end >= last.start:
            return True
        between = self.masked.text[first.end : last.start]
        return bool(_joiner(self.pack.citations.joiners).search(between)) and not self._past.search(between)

    @cached_property
    def _past(self) -> re.Pattern[str]:
        return anywhere(self.pack.facts.past)

    def _clause(self, match: FrameMatch) -> str:
        """The masked words around a date and its cue, up to the next commas."""
        text, (start, end) = self.masked.text, match.cue or (match.start, match.end)
        start, end = min(start, match.start), max(end, match.end)
        before = [m.end() for m in _COMMA.finditer(text, 0, start)]
        after = _COMMA.search(text, end)
        return text[before[-1] if before else 0 : after.start() if after else len(text)]

    def _statements(self, match: FrameMatch) -> Iterator[Statement]:
        """The types and values that a frame's date states, two where it is a period with both its ends."""
        at = Span(*self.masked.origin(match.start, match.end))
        frame, quote = match.frame, at.of(self.text)
        if frame.inflected and not at_end(frame.inflected).search(quote):
            return
        expression = self.masked.inside(match.start, match.end)
        if expression and any(name.start <= expression.start < name.end for name in self.named):
            return
        if match.period:
            yield from self._ends(match, at)
        elif frame.month_start:
            yield from ((frame.type, value, at) for value in self._months(match))
        elif frame.value is not None:
            yield frame.type, frame.value, at
        elif expression is None or expression.value.startswith("--"):
            return
        elif expression.slot == "weekday":
            if (day := self._coming(match, expression)) is not None:
                yield frame.type, day, at
        elif frame.type is FactType.COMMENT_PERIOD and self._is_over(expression.value):
            return
        elif frame.type is FactType.EXPECTED:
            value = self._ahead(match, expression, quote)
            if self._is_announced(match, expression, value, at):
                yield frame.type, value, at
        elif not match.bare or self._is_commanded(match, expression):
            yield frame.type, expression.value, at

    def _months(self, match: FrameMatch) -> Iterator[str]:
        """How many months on the month lies on whose first day something happens; nothing where it is another day."""
        values = {expression.value for expression in self.masked.all_inside(match.start, match.end)} - {_FIRST_DAY}
        values |= {f"P{number}M" for number in self._ordinals(match) if number > 1}
        if len(values) <= 1 and all(_MONTHS.fullmatch(value) for value in values):
            value = values.pop() if values else match.frame.value or "P1M"
            # Of the month that follows the lapse of three it is the fourth.
            elapsed = anywhere(self.pack.facts.scope.elapsed).search(
                Span(*self.masked.origin(match.start, match.end)).of(self.text)
            )
            yield f"P{int(value[1:-1]) + 1}M" if elapsed else value

    def _ordinals(self, match: FrameMatch) -> Iterator[int]:
        """The ordinals of a quote that stand apart from what they count: "the second of the months following publication"."""
        known = self.pack.temporal.ordinals
        for word in _WORD.findall(self.masked.text[match.start : match.end]):
            if number := known.get(word.casefold()):
                yield number

    def _ends(self, match: FrameMatch, at: Span) -> Iterator[Statement]:
        """What a period states: from when something applies, and when that ends. Without a cue, it must not be over."""
        found = self.masked.all_inside(match.start, match.end)
        last = found[-1]
        if not _DAY.fullmatch(last.value) or (match.bare and not self._will_run(match, last)):
            return
        if len(found) > 1:
            value, middle = found[0].value, found[0].end
            gap = len(self.text[middle : at.end]) - len(self.text[middle : at.end].lstrip())
            if found[0].open_year and not last.open_year:  # a day without a year is the last such before the end
                day = value.removeprefix("-") if value.startswith("--") else value[4:]
                value = f"{int(last.value[:4]) - (day > last.value[4:])}{day}"
            yield match.frame.type, value, Span(at.start, middle)
            yield FactType.EXPIRY, last.value, Span(middle + gap, at.end)
        elif last.ends:
            yield match.frame.type, replace(last.ends[0], last=last.ends[0].first).value, at
            yield FactType.EXPIRY, last.value, at

    def _will_run(self, match: FrameMatch, last: Expression) -> bool:
        if self.published is not None:
            return last.value > self.published
        return self._opens_a_rule(match)

    def _opens_a_rule(self, match: FrameMatch) -> bool:
        """Whether a sentence of a day unknown commands something, or begins with the date and tells nothing past."""
        return self._commands or (match.opening and not self._past.search(self.masked.text))

    def _coming(self, match: FrameMatch, expression: Expression) -> str | None:
        """The first such weekday after the day of publication; None where it is over."""
        today = parse_day(self.published)
        if today is None or self._past.search(self._clause(match)):
            return None
        ahead = (int(expression.value[-1]) - today.isoweekday() - 1) % 7 + 1
        return (today + timedelta(days=ahead)).isoformat()

    def _is_over(self, value: str) -> bool:
        """Whether a time lies before the day of publication."""
        return self.published is not None and is_partial_date(value) and value < self.published[: len(value)]

    @cached_property
    def _commands(self) -> bool:
        """Whether the sentence commands, forbids, allows or exempts."""
        if anywhere(self.pack.facts.commands).search(self.text):
            return True
        found = find_cues(self.text, Span(0, len(self.text)), self.pack)
        return any(label != "recommendation" for label, _, _ in found)

    def _is_commanded(self, match: FrameMatch, expression: Expression) -> bool:
        """Whether a day without a cue, but with a word such as "from", is that from which something is commanded, or applies.

        "From 1 May" at the head of a sentence of guidance is no history, and what lies ahead of news is none either.
        """
        if not _DAY.fullmatch(expression.value) or match.end - match.start == 1:
            return False
        if self.published is not None:
            return self._is_ahead(expression, expression.value) or self._commands
        return self._opens_a_rule(match)

    def _is_announced(self, match: FrameMatch, expression: Expression, value: str, at: Span) -> bool:
        """Whether news announce what they state for a time.

        What lies behind the article is no announcement, whatever else its sentence announces, nor is "today" or "this
        year", unless what is left of it is meant. A day ahead can only be announced, if it is not the deadline of a
        command.
        """
        if match.bare:
            return self._is_ahead(expression, value) and not self._commands
        if not is_partial_date(value):
            after = tuple(phrase for trigger in self.pack.temporal.triggers for phrase in trigger.phrases)
            counted = at_start(after).match(self.text, at.end)
            return not counted and (value != "P0W" or self._means_the_rest(match, at.of(self.text)))
        if anywhere(self.pack.facts.commands).search(self.text):
            return False
        today = self.published
        if today is None:
            return self._is_in_clause_of_cue(match)
        if value > today:
            return True
        around = len(value) < len(today) and today.startswith(value)
        return around and self._means_the_rest(match, at.of(self.text))

    def _is_in_clause_of_cue(self, match: FrameMatch) -> bool:
        """Whether no comma parts a date from its cue, and no past verb stands with them."""
        start, end = match.cue or (match.start, match.end)
        between = self.masked.text[min(end, match.end) : max(start, match.start)]
        return not _COMMA.search(between) and not self._past.search(self._clause(match))

    def _is_ahead(self, expression: Expression, value: str) -> bool:
        """Whether a day lies after the day of publication, beyond doubt of its year."""
        day, today = parse_day(value), parse_day(self.published)
        if day is None or today is None or day <= today or len(_WORD.findall(self.text)) < SHORTEST:
            return False
        if expression.slot == "relative":
            return day - today > timedelta(days=1)  # "tomorrow" is a morning in too many languages
        return not expression.open_year or (day - today <= NEAR and not _FURTHER.match(self.text, expression.end))

    def _ahead(self, match: FrameMatch, expression: Expression, quote: str) -> str:
        """ "By December", written in January, is the next December, not the one a month ago."""
        value, today = expression.value, self.published
        if (
            today
            and _MONTH.fullmatch(value)
            and value < today[:7]
            and expression.open_year
            and self._means_the_rest(match, quote)
        ):
            return f"{int(value[:4]) + 1}{value[4:]}"
        return value

    @staticmethod
    def _means_the_rest(match: FrameMatch, quote: str) -> bool:
        return anywhere(match.frame.rest).search(quote) is not None
