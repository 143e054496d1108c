"""The reader of norms: a list of passes over the units of a document.

``PASSES`` is the whole of it. Each pass says which fields of a :class:`~.unit.Unit` it reads and writes, and a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from dutybook.extract.norms.build import build_norms, build_rejections
from dutybook.extract.norms.model.inputs import find_first_items
from dutybook.extract.norms.model.reader import Reader
from dutybook.extract.norms.passes import bearers, classes, confidence, cues, decide, describe, network, parts, split
from dutybook.extract.norms.unit import Discourse, Unit
from dutybook.languages import LanguagePack
from dutybook.records import Genre, Norm, Provision, Rejection, Sentence

Run = Callable[[tuple[Unit, ...], Discourse, Reader], tuple[Unit, ...]]


@dataclass(frozen=True, slots=True)
class Pass:
    """One step of the reader: its name, the fields that it reads and writes, and the function that does it."""

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


def find_norms(
    text: str,
    sentences: Sequence[Sentence],
    provisions: Sequence[Provision],
    pack_for: Callable[[str], LanguagePack],
    genre: Genre,
    document_id: str,
    reader: Reader,
) -> tuple[tuple[Norm, ...], tuple[Rejection, ...]]:
    """All norms of a document in order, and what looked like one and is none.

    Args:
        text: of the document; all spans are offsets into it.
        sentences: its sentences, stems and items.
        provisions: where they stand.
        pack_for: the language pack of a code.
        genre: of the document; a text that speaks for its author (``other``) states no norms.
        document_id: goes into the identifiers.
        reader: the network.
    """
    if genre is Genre.OTHER:
        return (), ()
    discourse = Discourse(text, sentences, genre, pack_for, find_first_items(sentences))
    units = run_passes(discourse, reader)
    by = (reader.name, reader.version)
    return build_norms(units, discourse, provisions, document_id, by), build_rejections(units, document_id, by)
