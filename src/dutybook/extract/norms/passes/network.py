"""Asks the network about every unit."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from dutybook.extract.norms.model.reader import Answer, Reader
from dutybook.extract.norms.unit import Discourse, Unit

NAME = "network"
READS = frozenset({"input"})
WRITES = frozenset({"answer"})


#: So many units are asked about before the time is looked at again; they take about a second.
_BATCH = 48
#: This share of the time is left for what follows: for parts of units, and for what is found about norms.
_LEFT = 0.3


def ask_network(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units with the network's answers, in order; those for which no time is left have none."""
    answers: list[Answer] = []
    for at in range(0, len(units), _BATCH):
        if discourse.time_left() < _LEFT:
            break
        answers += reader.answer([unit.input for unit in units[at : at + _BATCH]], discourse.text)
    return tuple(replace(unit, answer=answer) for unit, answer in zip_longest(units, answers))
