"""What :func:`~dutybook.extract.deadlines.find_deadlines` finds."""

from __future__ import annotations

from dataclasses import dataclass

from dutybook.records import DeadlineKind, Direction, Part, Span


@dataclass(frozen=True, slots=True)
class TemporalFinding:
    """A deadline phrase. ``span`` covers the temporal phrase only; the trigger's words are in ``anchor``.

    ``value`` is as in the annotation guidelines (``PT72H``, ``P5BD``, ``2026-08-02``, ``R/P1Y``, ``--03-31``,
    ``immediate``), None for vague ones. ``rule`` names the pack's rule, ``confidence`` is between 0 and 1.
    """

    span: Span
    kind: DeadlineKind
    value: str | None
    direction: Direction | None
    anchor: Part | None
    rule: str
    confidence: float
