"""Who may revise what the rules read: the trained model, or a recorder that only looks (training)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.lists import ListKind, ListSeen
from dutybook.extract.norms.reading import Reading
from dutybook.records import Genre, Sentence


class Judge(Protocol):
    """Is shown each sentence, stem and list of a document in order; ``index`` is the sentence's number."""

    def prepare(self, text: str, sentences: Sequence[Sentence], genre: Genre, /) -> None:
        """A document begins; indices count its ``sentences``."""
        ...

    def reads(self, language: str, /) -> bool:
        """Whether norms are read in a language that has no rules of its own."""
        ...

    def reading(
        self, index: int, /, reading: Reading, sentence: Sentence, actors: ActorFinder, genre: Genre
    ) -> Reading:
        """The reading to go on with."""
        ...

    def list(self, index: int, /, seen: ListSeen, decided: ListKind, clauses: Clauses, genre: Genre) -> ListKind:
        """What the list whose stem is ``index`` is."""
        ...
