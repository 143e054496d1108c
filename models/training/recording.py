"""Records what the rules read in a document, as features with the rules' own answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.engine import NormFinder
from dutybook.extract.norms.features import of_list, of_statement
from dutybook.extract.norms.light_judge import NONE, judged
from dutybook.extract.norms.lists import ListKind, ListSeen
from dutybook.extract.norms.reading import TOO_SHORT, Reading
from dutybook.extract.norms.seen import Features
from dutybook.records import Genre, Norm, Sentence
from dutybook.structure.build import pack_for
from training.units import Text


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence or list: its features and the rules' answer.

    ``sure``: a cue says so, or a ``reason`` speaks against; ``several``: the rules read more than one norm.
    """

    features: Features
    rules: str
    sure: bool
    reason: str = ""
    several: bool = False


@dataclass(slots=True)
class Recorder:
    """A judge that only looks."""

    statements: dict[int, Seen] = field(default_factory=dict)
    lists: dict[int, Seen] = field(default_factory=dict)

    def prepare(self, _text: str, _sentences: Sequence[Sentence], _genre: Genre, /) -> None:
        """Nothing to prepare."""

    def reads(self, _language: str, /) -> bool:
        """It adds nothing to the rules."""
        return False

    def reading(
        self, index: int, /, reading: Reading, sentence: Sentence, actors: ActorFinder, genre: Genre
    ) -> Reading:
        """Records a sentence; the reading stands."""
        first = next(iter(reading.statements), None)
        if judged(sentence) and reading.reason != TOO_SHORT:
            rules = first.modality.value if first else NONE
            sure = first.cue is not None if first else bool(reading.reason)
            features = of_statement(reading, sentence, actors, genre)
            self.statements[index] = Seen(features, rules, sure, reading.reason, len(reading.statements) > 1)
        return reading

    def list(self, index: int, /, seen: ListSeen, decided: ListKind, clauses: Clauses, genre: Genre) -> ListKind:
        """Records a list; the decision stands."""
        self.lists[index] = Seen(of_list(seen, decided, clauses, genre), decided.value, seen.commands)
        return decided


@dataclass(frozen=True, slots=True)
class Record:
    """A document that the rules read: its norms, and what was seen on the way."""

    text: Text
    norms: tuple[Norm, ...]
    recorder: Recorder


def record(text: Text) -> Record:
    """Run the rules over a document."""
    recorder = Recorder()
    finder = NormFinder(text.text, text.sentences, text.provisions, pack_for, text.genre, "0", recorder)
    return Record(text, finder.run()[0], recorder)


def labels_of(made: Record) -> tuple[dict[int, str], dict[int, str]]:
    """What the norms say of each sentence (a modality or ``none``), and of each list (``items`` or ``stem``)."""
    sentences = made.text.sentences
    starts = {s.span.start: n for n, s in enumerate(sentences)}
    own: dict[int, str] = {}
    listed: dict[int, str] = {}
    at = 0
    for norm in sorted(made.norms, key=lambda n: n.span.start):
        while at + 1 < len(sentences) and sentences[at].span.end <= norm.span.start:
            at += 1
        own.setdefault(at, norm.modality.value)
        if norm.stem is not None and (stem := starts.get(norm.stem.start)) is not None and stem != at:
            listed.setdefault(stem, norm.modality.value)
    statements = {
        n: own.get(n) or listed.get(n) or NONE
        for n, s in enumerate(sentences)
        if judged(s) and n in made.recorder.statements
    }
    lists = {
        n: ListKind.ITEMS.value if n in listed else ListKind.STEM.value
        for n in made.recorder.lists
        if n in listed or n in own
    }
    return statements, lists
