"""Finds the words of a language that command, forbid, allow or exempt in each unit: the evidence that readers see."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.norms.grammar.cues import find_cues
from dutybook.extract.norms.unit import CueMatch, Discourse, Unit
from dutybook.records import Span

NAME = "cues"
READS = frozenset({"input", "sentence"})
WRITES = frozenset({"cues"})


def match_cues(units: tuple[Unit, ...], discourse: Discourse) -> tuple[Unit, ...]:
    """The units with their cues, in order."""
    return tuple(replace(unit, cues=_cues_of(unit, discourse)) for unit in units)


def _cues_of(unit: Unit, discourse: Discourse) -> tuple[CueMatch, ...]:
    pack = discourse.pack_for(unit.sentence.language)
    if not pack.seeks_norms:
        return ()
    found = find_cues(discourse.text, unit.input.span, pack)
    return tuple(CueMatch(label, Span(start, end)) for label, start, end in found)
