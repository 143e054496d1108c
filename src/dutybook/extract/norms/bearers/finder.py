"""Finds who bears a norm: the subject of the command, the agent of a passive, the antecedent of a pronoun."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.bearers import anywhere, before_cue, by_verb, second_verb, subject_first
from dutybook.extract.norms.bearers.agents import agent_of
from dutybook.extract.norms.bearers.bearer import NOBODY, Bearer
from dutybook.extract.norms.bearers.joined import mixed
from dutybook.extract.norms.bearers.leading_subjects import SubjectFinder
from dutybook.extract.norms.bearers.measured import with_measure
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.bearers.voice import is_passive
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.matching import Cue
from dutybook.records import BearerClass, Genre


class BearerFinder:
    """Finds bearers in one document and remembers the last one, which pronouns and passives refer back to."""

    def __init__(self, actors: ActorFinder, genre: Genre = Genre.OTHER) -> None:
        self.actors = actors
        self.pack = actors.pack
        self.spoken = Spoken(actors, genre)
        self.subjects = SubjectFinder(actors) if self.pack.norms.subject_first else None

    def find(self, clauses: Clauses, cue: Cue | None, start: int = 0, end: int | None = None) -> Bearer:
        """The bearer of the norm that ``cue`` states within tokens ``[start, end)``; None for a plain command."""
        found = self._find(clauses, cue, start, end)
        self.spoken.undergoes(clauses, found, start)
        return replace(found, kind=BearerClass.ANY) if mixed(self.actors, clauses, found, cue) else found

    def _find(self, clauses: Clauses, cue: Cue | None, start: int, end: int | None) -> Bearer:
        stop, spoken, norms = len(clauses) if end is None else end, self.spoken, self.pack.norms
        if spoken.listed is not None and cue is not None and cue.start == start == 0:
            return self._remembered(spoken.listed, clauses, cue, start, stop)
        if cue is not None and norms.clitics:
            return by_verb.bearer(spoken, clauses, cue, start, stop)
        if self.subjects is not None:
            found = subject_first.bearer(spoken, self.subjects, clauses, cue, start, stop)
            return self._remembered(found, clauses, cue, start, stop)
        if cue is not None and not norms.free_order:
            found = before_cue.bearer(spoken, clauses, cue, start)
        else:
            found = anywhere.bearer(spoken, clauses, cue, start, stop)
        found = second_verb.bearer(clauses, cue, start, stop, found)
        if found is None and not (cue is not None and clauses.lower[cue.start] in norms.impersonal):
            found = agent_of(
                self.actors, clauses, cue, start, stop
            )  # "occorre la licenza rilasciata *dall'ufficio*": no agent
        found = found or self._goes_on(clauses, cue, start)
        if found is None and self._anybody(clauses, cue):
            return Bearer(None, BearerClass.ANY, NOBODY)
        return self._remembered(found, clauses, cue, start, stop)

    def _goes_on(self, clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
        """The last bearer, of a statement that begins with its verb in the middle of a sentence."""
        if cue is None:  # "… en maakt die bekend"
            return self.spoken.last if start > 0 and clauses.lower[start] in self.pack.norms.item_verbs else None
        # "… shall consider the statement and may ask for more": one subject, two commands
        return self.spoken.last if 0 < start == cue.start and not is_passive(clauses, cue) else None

    def _anybody(self, clauses: Clauses, cue: Cue | None) -> bool:
        words = self.pack.actors.anybody_cues
        return cue is not None and bool(words) and bool(set(words) & set(clauses.lower[cue.start : cue.end]))

    def _remembered(self, found: Bearer | None, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer:
        if found is None and cue is not None and self.spoken.everybody(clauses, cue):
            return Bearer(None, BearerClass.ANY, NOBODY)
        if found is None:
            return self.spoken.unnamed(clauses, start, stop, cue)
        found = with_measure(clauses, found)
        self.spoken.last = found
        return found

    def peek(self, clauses: Clauses, cue: Cue) -> Bearer:
        """The bearer, without remembering it."""
        spoken = self.spoken
        last, topic, patient = spoken.last, spoken.topic, spoken.patient
        found = self.find(clauses, cue)
        spoken.last, spoken.topic, spoken.patient = last, topic, patient
        return found

    def enter(self, place: str) -> None:
        """A sentence of the provision ``place`` comes next."""
        self.spoken.enter(place)

    def notice(self, clauses: Clauses) -> None:
        """A sentence that states no norm was read."""
        self.spoken.notice(clauses)

    def is_passive(self, clauses: Clauses, cue: Cue | None) -> bool:
        """Whether the command is in the passive."""
        return is_passive(clauses, cue)
