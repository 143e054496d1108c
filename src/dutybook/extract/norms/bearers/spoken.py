"""Whom a document has spoken of, and who is meant where a sentence names nobody."""

from __future__ import annotations

from collections import Counter

from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.bearers.bearer import Bearer, named
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.matching import Cue
from dutybook.records import BearerClass, Genre

# So many authorities named make an act one for authorities.
_MANY = 6


class Spoken:
    """Whom one document has spoken of so far in one language: the last bearer, to whom pronouns and passives refer back.

    ``topic`` is what the sentence before was about: a verb without a subject goes on with it. ``counted``: the bearers
    named, by class.
    """

    def __init__(self, actors: ActorFinder, genre: Genre) -> None:
        self.actors = actors
        self.pack = actors.pack
        self.genre = genre
        self.last: Bearer | None = None
        self.topic: Bearer | None = None
        self.counted: Counter[BearerClass] = Counter()
        self._article = ""

    def enter(self, place: str) -> None:
        """Where subjects are dropped, what an article spoke of ends with it; ``place`` is the sentence's provision."""
        article = place.split("(", 1)[0].split(" subpara", 1)[0]
        norms = self.pack.norms
        if article != self._article and (norms.pro_drop or norms.article_context):
            self._article, self.last, self.topic = article, None, None

    def notice(self, clauses: Clauses) -> None:
        """Remember the subject of a sentence that states no norm: a pronoun in the next one may stand for it."""
        main = next((s for s in clauses.segments if not s.subordinate), None)
        self.topic = None
        if main is None:
            return
        first = next(iter(self.actors.find(clauses, main.start, main.end)), None)
        if first is not None and first.start - main.start <= 2 and self.actors.nominative(first):
            self.last = self.topic = named(clauses, first, "subject of the sentence before")

    @property
    def of_somebody(self) -> bool:
        """Whether the last bearer is one whom acts bind: a business or an authority."""
        return self.last is not None and self.last.kind in {BearerClass.BUSINESS, BearerClass.AUTHORITY}

    def everybody(self, clauses: Clauses, cue: Cue) -> bool:
        """A ban on everybody: "nul ne peut …"; "il est interdit de …" where nobody was spoken of."""
        norms, first = self.pack.norms, clauses.lower[cue.start]
        if cue.label != "prohibition" or not norms.article_context:
            return False
        if first in norms.no_negations and cue.end - cue.start == 2:
            return True
        return first in self.pack.actors.pronouns and not self.of_somebody

    def context(self, clauses: Clauses, start: int, stop: int, cue: Cue | None = None) -> BearerClass:
        """The class of a bearer whom tokens ``[start, stop)`` do not name."""
        words = f" {' '.join(clauses.lower[start:stop])} "
        if any(f" {thing} " in words for thing in self.pack.actors.public_acts):
            return BearerClass.AUTHORITY
        if self.genre in {Genre.GUIDANCE, Genre.NEWS}:
            return BearerClass.BUSINESS  # a circular's addressees, those whom a rule in the news is made for
        if self.last is not None and self.of_somebody:
            return self.last.kind
        kinds = [a.kind for a in self.actors.find(clauses, start, stop) if not self._addressee(clauses, a, cue)]
        named = self.counted[BearerClass.AUTHORITY]
        if not kinds and named >= _MANY and named > 2 * self.counted[BearerClass.BUSINESS]:
            return BearerClass.AUTHORITY  # an act on procedure
        only_authorities = bool(kinds) and all(k is BearerClass.AUTHORITY for k in kinds)
        return BearerClass.AUTHORITY if only_authorities else BearerClass.BUSINESS

    def _addressee(self, clauses: Clauses, actor: Actor, cue: Cue | None) -> bool:
        """Whether an actor hears of what others do ("est déclaré à l'autorité"), or says what they should ("recommande")."""
        if not self.pack.norms.article_context:
            return False
        speaks = cue is not None and actor.end <= cue.start
        words = self.pack.actors
        other = actor.before in words.prepositions and actor.before not in words.agent_prepositions
        declined = bool(actor.cases) and not actor.subject  # "vallavalitsus*ele*": to it, not by it
        return speaks or other or declined or clauses.segment_of(actor.start).subordinate
