"""Asks the network about every unit."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.norms.model.reader import Reader
from dutybook.extract.norms.unit import Discourse, Unit

NAME = "network"
READS = frozenset({"input"})
WRITES = frozenset({"answer"})


def ask_network(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units with the network's answers."""
    answers = reader.answer([unit.input for unit in units], discourse.text)
    return tuple(replace(unit, answer=answer) for unit, answer in zip(units, answers, strict=True))
