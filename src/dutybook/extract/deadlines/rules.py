"""Applies a pack's deadline rules to a masked sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest

from dutybook.extract.deadlines.anchors import trigger_after
from dutybook.extract.deadlines.clauses import leading_condition, trailing_conditions
from dutybook.extract.deadlines.expressions import Masked, Scanner
from dutybook.extract.deadlines.finding import TemporalFinding
from dutybook.extract.deadlines.literals import needed_pieces
from dutybook.extract.deadlines.patterns import anywhere, at_end, at_start, group, quoting
from dutybook.languages.sections.temporal import DeadlineRule, Temporal
from dutybook.records import DeadlineKind, Direction, Part, Span

WINDOW = 160
_UNQUANTIFIED = (DeadlineKind.IMMEDIATE, DeadlineKind.VAGUE)
_SAID_MORE_EXACTLY = re.compile(r"[\s,(–—]*")

Earlier = Callable[[], TemporalFinding | None]
"""Looks for the last period that the text before the sentence sets: "within the same period" means it."""


class Rules:
    """The deadline rules of one language, compiled."""

    def __init__(self, temporal: Temporal, scanner: Scanner) -> None:
        self._temporal = temporal
        self._scanner = scanner
        self._rules = [
            (rule, quoting(rule.patterns, scanner.unit_forms), needed_pieces(rule.patterns)) for rule in temporal.rules
        ]

    def apply(self, text: str, masked: Masked, earlier: Earlier = lambda: None) -> list[TemporalFinding]:
        """Findings with spans into ``text`` (the unmasked sentence), in text order, none overlapping."""
        line = masked.text
        lead = leading_condition(line, self._temporal)
        trails = trailing_conditions(line, self._temporal)
        claimed: list[tuple[int, int]] = []
        found: list[TemporalFinding] = []
        small = line.lower()
        for rule, pattern, pieces in self._rules:
            if pieces is not None and not any(piece in small for piece in pieces):
                continue
            for match in self._matches(rule, pattern, line):
                start, end = _trimmed(line, *(group(match, "q") or match.span()))
                if any(start < b and a < end for a, b in claimed) or start < lead:
                    continue
                if rule.kind not in _UNQUANTIFIED and any(a <= start < b for a, b in trails):
                    continue
                place = masked.origin(start, end)[0]
                if rule.kind not in _UNQUANTIFIED and any(f.anchor and _in(f.anchor.span, place) for f in found):
                    continue
                finding = self._finding(rule, match, (start, end), text, masked)
                if rule.refers_back and finding is not None:
                    finding = _as_before(finding, found, earlier)
                if finding is not None:
                    claimed.append(match.span())
                    found.append(finding)
        return _without_repeats(sorted(found, key=lambda f: f.span), text)

    def _matches(self, rule: DeadlineRule, pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
        first = pattern.search(line)
        if first is None:
            return
        if rule.cue and not anywhere(rule.cue).search(line):
            return
        if rule.unless and anywhere(rule.unless).search(line):
            return
        for match in pattern.finditer(line):
            start, end = group(match, "q") or match.span()
            after = line[end : end + WINDOW]
            if rule.unless_before and at_end(rule.unless_before).search(line[max(0, start - WINDOW) : start]):
                continue
            if rule.unless_after and at_start(rule.unless_after).match(after):
                continue
            if rule.followed_by and not at_start(rule.followed_by).match(after):
                continue
            yield match

    def _finding(
        self, rule: DeadlineRule, match: re.Match[str], quote: tuple[int, int], text: str, masked: Masked
    ) -> TemporalFinding | None:
        quantity = rule.kind not in _UNQUANTIFIED
        trigger = trigger_after(masked.text, quote[1], self._temporal, quantity=quantity)
        if rule.trigger and (trigger is None or trigger[0] is not rule.trigger):
            return None
        value = rule.value
        if value is None and rule.kind is not DeadlineKind.VAGUE and not rule.refers_back:
            value = self._value(rule.kind, match, quote, masked)
            if value is None:
                return None
        direction: Direction | None = None
        if rule.kind is DeadlineKind.PERIOD:
            direction = trigger[0] if trigger and rule.direction is not Direction.BEFORE else rule.direction
        anchor = None
        if trigger and rule.kind in (DeadlineKind.PERIOD, DeadlineKind.DURATION, DeadlineKind.IMMEDIATE):
            start, end = masked.origin(trigger[1], trigger[2])
            anchor = Part(text[start:end], Span(start, end))
        start, end = masked.origin(*quote)
        return TemporalFinding(Span(start, end), rule.kind, value, direction, anchor, rule.name, rule.confidence)

    def _value(self, kind: DeadlineKind, match: re.Match[str], quote: tuple[int, int], masked: Masked) -> str | None:
        unit = group(match, "u")
        expression = masked.inside(*quote) or masked.inside(*match.span())
        if unit is not None:  # "the fifth day of each month" returns every month
            value = self._scanner.unit_value(masked.text[unit[0] : unit[1]])
        elif expression is not None:
            value = expression.value
        else:
            return None
        if kind is DeadlineKind.RECURRING and value and value.startswith("P"):
            return f"R/{value}"
        if kind is DeadlineKind.FIXED and value and value.startswith("--"):
            return None  # a window whose year no one states
        return value


def _as_before(finding: TemporalFinding, found: list[TemporalFinding], earlier: Earlier) -> TemporalFinding | None:
    """The finding with the value of the last period before it; None where no period was set."""
    same = [f for f in found if f.kind is DeadlineKind.PERIOD and f.value and f.span.start < finding.span.start]
    last = max(same, key=lambda f: f.span, default=None) or earlier()
    return replace(finding, value=last.value, direction=last.direction) if last else None


def _without_repeats(found: list[TemporalFinding], text: str) -> list[TemporalFinding]:
    """Without "regularly" where the words right after it say how often: "regularly, at least once a year"."""
    kept = []
    for finding, after in zip_longest(found, found[1:]):
        exact = (
            finding.kind is DeadlineKind.VAGUE
            and after is not None
            and after.kind is DeadlineKind.RECURRING
            and _SAID_MORE_EXACTLY.fullmatch(text, finding.span.end, after.span.start)
        )
        if not exact:
            kept.append(finding)
    return kept


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    """``[start, end)`` without white space at its edges: what a pattern left optional may have been nothing."""
    quote = line[start:end]
    return start + len(quote) - len(quote.lstrip()), end - len(quote) + len(quote.rstrip())


def _in(span: Span, at: int) -> bool:
    return span.start <= at < span.end


_CACHE: dict[int, tuple[Temporal, Rules]] = {}


def rules_of(temporal: Temporal, scanner: Scanner) -> Rules:
    """The rules of a pack's section, compiled once a section."""
    known = _CACHE.get(id(temporal))
    if known is None or known[0] is not temporal:
        known = _CACHE[id(temporal)] = (temporal, Rules(temporal, scanner))
    return known[1]
