"""Splits a unit that states several norms into one unit for each, about which the network is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dutybook.extract.norms.model.inputs import EXTENTS, describe_part
from dutybook.extract.norms.model.reader import Answer, Reader
from dutybook.extract.norms.unit import Discourse, Unit
from dutybook.records import Span

NAME = "split"
READS = frozenset({"input", "answer"})
WRITES = frozenset({"input", "answer", "span", "part"})
#: A second norm begins where the network is so sure of it.
BEGINS = 0.5
#: Pieces that a norm has at least.
_SHORTEST = 4
#: With less of the time left than this share, units stay whole.
_LEFT = 0.15
_OUTSIDE, _BEGIN = EXTENTS.index("O"), EXTENTS.index("B")
#: Signs that do not belong to a quote's ends.
_EDGES = " \n\t,;:—–-•·*#|"


def split_units(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units, those with several norms replaced by a unit for each norm."""
    made: list[list[Unit]] = []
    for unit in units:
        spans = find_extents(unit.answer, unit.input.span, discourse.text) if unit.answer else []
        whole = replace(unit, span=trim(discourse.text, unit.input.span))
        made.append([whole] if len(spans) < 2 else [whole, *_make_parts(unit, spans)])
    kept: list[Unit] = []
    for whole, *parts in made:
        if not parts or discourse.time_left() < _LEFT:
            kept.append(whole)
            continue
        answers = reader.answer([part.input for part in parts], discourse.text)
        read = [replace(part, answer=answer) for part, answer in zip(parts, answers, strict=True)]
        kept += read if all(_states_norm(part) for part in read) else [whole]
    return tuple(kept)


def _make_parts(unit: Unit, spans: Sequence[Span]) -> list[Unit]:
    parts = [
        replace(unit, input=describe_part(unit.input, span), part=number, span=span, answer=None)
        for number, span in enumerate(spans)
    ]
    return [part.with_step(NAME, "several_norms") for part in parts]


def _states_norm(part: Unit) -> bool:
    """Whether a part states a norm by itself. If it does not, the unit was split at the wrong place."""
    return part.answer is not None and int(part.answer.heads["statement"].argmax()) != 0


def find_extents(answer: Answer, whole: Span, text: str) -> list[Span]:
    """The spans of the norms in a unit; the whole unit if the network finds no beginnings."""
    if not len(answer.offsets):
        return []
    values = np.exp(answer.extents)
    begins = [n for n in range(len(values)) if n and values[n, _BEGIN] > BEGINS]
    inside = np.flatnonzero(values[:, _OUTSIDE] < 0.5)
    if not len(inside):
        return []
    first, last = int(inside[0]), int(inside[-1])
    starts = [first]
    for n in begins:
        if n - starts[-1] >= _SHORTEST and last - n >= _SHORTEST:
            starts.append(n)
    if len(starts) == 1:
        # Cutting what the network takes to be outside was right in 3 of 72 unseen quotes where it mattered.
        return [trim(text, whole)]
    spans = []
    for n, at in enumerate(starts):
        stop = starts[n + 1] if n + 1 < len(starts) else last + 1
        kept = [m for m in range(at, stop) if values[m, _OUTSIDE] < 0.5]
        end = answer.offsets[kept[-1]][1] if kept else answer.offsets[stop - 1][1]
        if stop == len(values):
            end = whole.end
        start = whole.start if n == 0 and at <= 1 else answer.offsets[at][0]
        spans.append(trim(text, Span(start, end)))
    return [s for s in spans if s.end - s.start > 2]


def trim(text: str, span: Span) -> Span:
    """A span without white space, list punctuation and joining commas at its ends."""
    start, end = span.start, span.end
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    # A stem keeps its colon.
    if end < span.end and text[end : end + 1] == ":":
        end += 1
    return Span(start, end)
