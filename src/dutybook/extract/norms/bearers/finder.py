"""Finds who bears a norm: the subject of the command, the agent of a passive, the antecedent of a pronoun."""

from __future__ import annotations

from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.bearers import anywhere, before_cue, by_verb, second_verb, subject_first
from dutybook.extract.norms.bearers.addressees import exempted
from dutybook.extract.norms.bearers.agents import agent_of
from dutybook.extract.norms.bearers.bearer import NOBODY, Bearer
from dutybook.extract.norms.bearers.leading_subjects import SubjectFinder
from dutybook.extract.norms.bearers.measured import with_measure
from dutybook.extract.norms.bearers.mixed import with_mixed
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.bearers.voice import is_passive
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.extract.norms.polarity import main_words
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
        stop = len(clauses) if end is None else end
        if self.pack.norms.free_order and self._of_contents(clauses, start, stop):
            return self.spoken.unnamed(clauses, start, stop, cue)
        found = self._find(clauses, cue, start, stop)
        self.spoken.undergoes(clauses, found, start)
        return found

    def _find(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer:
        spoken, norms = self.spoken, self.pack.norms
        if cue is not None and cue.label == "exemption" and (free := exempted(spoken, clauses, cue, stop)):
            return self._remembered(free, clauses, cue, start, stop)
        if spoken.listed is not None and cue is not None and self._awaits_subject(clauses, cue, start):
            return self._remembered(spoken.listed, clauses, cue, start, stop)
        if cue is not None and norms.clitics:
            return with_mixed(self.actors, clauses, by_verb.bearer(spoken, clauses, cue, start, stop), cue, start)
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

    def _of_contents(self, clauses: Clauses, start: int, stop: int) -> bool:
        """Whether the command is what something contains: no person does ("a leírás magában foglalja")."""
        words = set(self.pack.norms.content_verbs)
        return bool(words) and any(word in words for _, word in main_words(clauses, start, stop))

    def _awaits_subject(self, clauses: Clauses, cue: Cue, start: int) -> bool:
        """Whether an item goes on with the subject of its stem: its verb comes first, or behind no subject of its own."""
        if start > 0 or self.spoken.listed is None:
            return False
        own = self.actors.find(clauses, 0, clauses.segment_of(cue.start).end) if cue.start > 0 else []
        return cue.start == 0 or (self.spoken.listed.antecedent and not own and not is_passive(clauses, cue))

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
        found = with_mixed(self.actors, clauses, with_measure(clauses, found), cue, start)
        self.spoken.heard(clauses, found)
        if found.kind is not BearerClass.AUTHORITY:
            self.spoken.private = found.kind
        return found

    def peek(self, clauses: Clauses, cue: Cue) -> Bearer:
        """The bearer, without remembering it."""
        spoken = self.spoken
        last, topic, patient, private = spoken.last, spoken.topic, spoken.patient, spoken.private
        found = self.find(clauses, cue)
        spoken.last, spoken.topic, spoken.patient, spoken.private = last, topic, patient, private
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
