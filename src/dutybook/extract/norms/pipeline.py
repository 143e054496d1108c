"""Extracts norms: a list of passes over the units of a document.

``PASSES`` is the complete list. Each pass declares which fields of a :class:`~.unit.Unit` it reads and writes,
which a test enforces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from dutybook.document_view import DocumentView
from dutybook.extract.norms.build import build_norms, build_rejections
from dutybook.extract.norms.model.inputs import find_first_items
from dutybook.extract.norms.model.reader import Reader
from dutybook.extract.norms.passes import bearers, classes, confidence, cues, decide, describe, network, parts, split
from dutybook.extract.norms.unit import Discourse, Unit
from dutybook.records import Genre, Norm, Rejection

Run = Callable[[tuple[Unit, ...], Discourse, Reader], tuple[Unit, ...]]


@dataclass(frozen=True, slots=True)
class Pass:
    """One step: its name, the fields that it reads and writes, and its function."""

    name: str
    reads: frozenset[str]
    writes: frozenset[str]
    run: Run

    @classmethod
    def of(cls, module: ModuleType, run: Run) -> Pass:
        """The pass of a module of :mod:`.passes`."""
        return cls(module.NAME, module.READS, module.WRITES, run)


PASSES: tuple[Pass, ...] = (
    Pass.of(describe, lambda _, d, __: describe.make_units(d)),
    Pass.of(network, network.ask_network),
    Pass.of(split, split.split_units),
    Pass.of(cues, lambda u, d, _: cues.match_cues(u, d)),
    Pass.of(decide, decide.decide_labels),
    Pass.of(parts, lambda u, d, _: parts.cut_parts(u, d)),
    Pass.of(bearers, bearers.find_bearers),
    Pass.of(classes, classes.decide_classes),
    Pass.of(confidence, confidence.set_confidence),
)


def run_passes(discourse: Discourse, reader: Reader, passes: Sequence[Pass] = PASSES) -> tuple[Unit, ...]:
    """The units of a document after every pass."""
    units: tuple[Unit, ...] = ()
    for step in passes:
        units = step.run(units, discourse, reader)
    return units


def find_norms(view: DocumentView, reader: Reader) -> tuple[tuple[Norm, ...], tuple[Rejection, ...]]:
    """All norms of a document in order, and the rejected candidates.

    A text that expresses its author's opinion (genre ``other``) states no norms.
    """
    if view.genre is Genre.OTHER:
        return (), ()
    firsts = find_first_items(view.sentences)
    discourse = Discourse(view.text, view.sentences, view.genre, view.pack_for, firsts, view.title)
    units = run_passes(discourse, reader)
    by = (reader.name, reader.version)
    norms = build_norms(units, discourse, view.provisions, view.document_id, by)
    return norms, build_rejections(units, view.document_id, by)
