"""Finds who bears a norm: the subject of the command, the agent of a passive, the antecedent of a pronoun."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from dutybook.extract.deadlines.patterns import anywhere
from dutybook.extract.norms import open_subjects
from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.declension import impersonal
from dutybook.extract.norms.leading_subjects import Subject, SubjectFinder
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.matching import Cue
from dutybook.extract.norms.subjects import is_passive, reflexive, subject_of, verb_start
from dutybook.extract.norms.unknown_subjects import unknown_addressee, unknown_subject
from dutybook.records import BearerClass, Genre, Part


@dataclass(frozen=True, slots=True)
class Bearer:
    """``part`` is None where the text names nobody; ``kind`` then follows from the context."""

    part: Part | None
    kind: BearerClass
    how: str

    @property
    def antecedent(self) -> bool:
        """Whether a pronoun stands in the sentence, and the noun elsewhere."""
        return self.how == _ANTECEDENT


# So many authorities named make an act one for authorities.
_MANY = 6
_ABBREVIATION = re.compile(r"[A-Z]{2,6}s?")
_NOBODY = "no bearer named"
_ANTECEDENT = "antecedent of the pronoun"
_ADDRESSED = "to whom the command is addressed"


class BearerFinder:
    """Finds bearers in one document and remembers the last one, which pronouns and passives refer back to."""

    def __init__(self, actors: ActorFinder, genre: Genre = Genre.OTHER) -> None:
        self.actors = actors
        self.genre = genre
        self.pack = actors.pack
        self.last: Bearer | None = None
        self._topic: Bearer | None = None
        self._article = ""
        self._named: Counter[BearerClass] = Counter()
        self.subjects = SubjectFinder(actors) if self.pack.norms.subject_first else None

    def find(self, clauses: Clauses, cue: Cue | None, start: int = 0, end: int | None = None) -> Bearer:
        """The bearer of the norm that ``cue`` states within tokens ``[start, end)``; None for a plain command."""
        stop = len(clauses) if end is None else end
        if cue is not None and self.pack.norms.clitics:
            return self._by_verb(clauses, cue, start, stop)
        if self.subjects is not None:
            found = self._subject_first(self.subjects, clauses, cue, start, stop)
            return self._remembered(found, clauses, cue, start, stop)
        found = self._subject_before(clauses, cue, start) if cue and not self._free_order() else None
        if found is None and (self._free_order() or cue is None):
            found = self._subject_anywhere(clauses, cue, start, stop)
        found = self._open(clauses, cue, start, stop, found)
        if found is None:
            found = self._agent(clauses, cue, start, stop)
        if found is None and cue is not None and 0 < start == cue.start and not self.is_passive(clauses, cue):
            found = self.last  # "… shall consider the statement and may ask for more": one subject, two commands
        if found is None and cue is None and start > 0 and clauses.lower[start] in self.pack.norms.item_verbs:
            found = self.last  # "… en maakt die bekend"
        if found is None and self._anybody(clauses, cue):
            return Bearer(None, BearerClass.ANY, _NOBODY)
        return self._remembered(found, clauses, cue, start, stop)

    def _open(self, clauses: Clauses, cue: Cue | None, start: int, stop: int, found: Bearer | None) -> Bearer | None:
        """Where the verb is second: a clause that is the subject, or a noun beside the verb that no list holds."""
        words = self.pack.actors
        if not self.pack.norms.auxiliaries or not (words.free_relatives or words.agent_endings):
            return found
        end = open_subjects.free_relative(clauses, start, stop, self.pack) if words.free_relatives else None
        if (
            end is not None
            and (cue is None or cue.start > end)
            and not self._passive_anywhere(clauses, cue, start, stop)
        ):
            return Bearer(part(clauses, start, end), BearerClass.ANY, "clause that is the subject")
        if cue is None or not words.agent_endings or (found is not None and found.part is None):
            return found
        if self._passive_anywhere(clauses, cue, start, stop) or set(self.pack.norms.oblique_cues) & set(
            clauses.lower[cue.start : cue.end]
        ):
            return found
        if set(self.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end]):
            return found
        verb = clauses.span(cue.start, cue.end).start
        if found is not None and found.part is not None and found.part.span.start < verb:
            return found
        tokens = open_subjects.beside(clauses, cue, self.pack, behind=False)
        if tokens is None and found is None:
            tokens = open_subjects.beside(clauses, cue, self.pack, behind=True)
        if tokens is None:
            return found
        return Bearer(part(clauses, *tokens), BearerClass.BUSINESS, "subject of the command, in no list")

    def _remembered(self, found: Bearer | None, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer:
        if found is None and cue is not None and self._everybody(clauses, cue):
            return Bearer(None, BearerClass.ANY, _NOBODY)
        if found is None:
            return Bearer(None, self._context(clauses, start, stop, cue), _NOBODY)
        self.last = found
        return found

    def _everybody(self, clauses: Clauses, cue: Cue) -> bool:
        """A ban on everybody: "nul ne peut …"; "il est interdit de …" where nobody was spoken of."""
        norms, first = self.pack.norms, clauses.lower[cue.start]
        if cue.label != "prohibition" or not norms.article_context:
            return False
        if first in norms.no_negations and cue.end - cue.start == 2:
            return True
        kinds = {BearerClass.BUSINESS, BearerClass.AUTHORITY}
        spoken_of = self.last is not None and self.last.kind in kinds
        return first in self.pack.actors.pronouns and not spoken_of and not self._named

    def enter(self, place: str) -> None:
        """Where subjects are dropped, what an article spoke of ends with it; ``place`` is the sentence's provision."""
        article = place.split("(", 1)[0].split(" subpara", 1)[0]
        norms = self.pack.norms
        if article != self._article and (norms.pro_drop or norms.article_context):
            self._article, self.last, self._topic = article, None, None

    def _anybody(self, clauses: Clauses, cue: Cue | None) -> bool:
        words = self.pack.actors.anybody_cues
        return cue is not None and bool(words) and bool(set(words) & set(clauses.lower[cue.start : cue.end]))

    def peek(self, clauses: Clauses, cue: Cue) -> Bearer:
        """The bearer, without remembering it."""
        last, topic = self.last, self._topic
        found = self.find(clauses, cue)
        self.last, self._topic = last, topic
        return found

    def notice(self, clauses: Clauses) -> None:
        """Remember the subject of a sentence that states no norm: a pronoun in the next one may stand for it."""
        main = next((s for s in clauses.segments if not s.subordinate), None)
        self._topic = None
        if main is None:
            return
        first = next(iter(self.actors.find(clauses, main.start, main.end)), None)
        if first is not None and first.start - main.start <= 2 and self.actors.nominative(first):
            self.last = Bearer(part(clauses, first.start, first.end), first.kind, "subject of the sentence before")
            self._topic = self.last

    def _free_order(self) -> bool:
        return self.pack.norms.verb_final or self.pack.norms.mood == "indicative"

    def _context(self, clauses: Clauses, start: int, stop: int, cue: Cue | None = None) -> BearerClass:
        words = f" {' '.join(clauses.lower[start:stop])} "
        if any(f" {thing} " in words for thing in self.pack.actors.public_acts):
            return BearerClass.AUTHORITY
        if self.genre in {Genre.GUIDANCE, Genre.NEWS}:
            return BearerClass.BUSINESS  # a circular's addressees, those whom a rule in the news is made for
        if self.last is not None and self.last.kind in {BearerClass.AUTHORITY, BearerClass.BUSINESS}:
            return self.last.kind
        kinds = [a.kind for a in self.actors.find(clauses, start, stop) if not self._addressee(clauses, a, cue)]
        named = self._named[BearerClass.AUTHORITY]
        if not kinds and named >= _MANY and named > 2 * self._named[BearerClass.BUSINESS]:
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
        return speaks or other or clauses.segment_of(actor.start).subordinate

    def is_passive(self, clauses: Clauses, cue: Cue | None) -> bool:
        """Whether the command is in the passive: it says what is done, not who does it."""
        if self.pack.norms.clitics and cue is not None:
            copula = set(self.pack.norms.passive) & set(clauses.lower[cue.start : cue.end])
            return bool(copula) or is_passive(clauses, cue) or reflexive(clauses, cue)
        if self._free_order():
            return self._passive_anywhere(clauses, cue, 0, len(clauses)) or self._impersonal(clauses)
        return cue is not None and self._passive(clauses, cue)

    # -- languages in which the subject stands before the verb ---------------------------------------------------

    def _subject_before(self, clauses: Clauses, cue: Cue, start: int) -> Bearer | None:
        words = clauses.lower[cue.start : cue.end]
        if set(self.pack.norms.oblique_cues) & set(words) or words[0] in self.pack.actors.pronouns:
            return self._behind(clauses, cue)  # "it is the duty of the operator to"
        if self._passive(clauses, cue):
            return None
        region = self._region(clauses, cue, start)
        if region is None:
            # "On no account may firms …": verb first
            return self._behind(clauses, cue) if len(words) > 2 and cue.start == start else None
        first, last = region
        lower = clauses.lower
        pronoun = last - first == 1 and lower[first] in self.pack.actors.pronouns
        if pronoun:
            return self._antecedent(clauses, cue, start) or self._bare_pronoun(clauses, first, cue)
        found = [a for a in self.actors.find(clauses, first, last) if self.actors.nominative(a)]
        if not found:
            return self._abbreviated(clauses, first, last) or self._unlisted(clauses, first, last, cue)
        return self._extend(clauses, self._reported(clauses, found, last) or found, last)

    def _behind(self, clauses: Clauses, cue: Cue) -> Bearer | None:
        """Whom the words right behind a cue name: "we expect *firms* to", "it is the duty of the *operator* to"."""
        for actor in self.actors.find(clauses, cue.end, min(cue.end + 8, len(clauses))):
            if actor.start - cue.end <= (2 if actor.determiner else 1):
                return Bearer(part(clauses, actor.start, actor.end), actor.kind, _ADDRESSED)
        return None

    def _bare_pronoun(self, clauses: Clauses, token: int, cue: Cue) -> Bearer | None:
        """A pronoun that stands for somebody whom the text before it does not name."""
        if not self.pack.actors.personal_verbs or not open_subjects.personal(clauses, cue, self.pack):
            return None
        return Bearer(part(clauses, token, token + 1), self._context(clauses, 0, token), "pronoun without its noun")

    def _unlisted(self, clauses: Clauses, first: int, last: int, cue: Cue) -> Bearer | None:
        """A subject that no list of actors holds, by its form or its verb."""
        tokens = open_subjects.subject(clauses, first, last, cue, self.pack)
        if tokens is None:
            return None
        start, end = tokens
        end = max(end, self._complement(clauses, end, last))
        return Bearer(part(clauses, start, end), BearerClass.BUSINESS, "subject of the command, in no list")

    def _abbreviated(self, clauses: Clauses, first: int, last: int) -> Bearer | None:
        """A subject that is an abbreviation and nothing else ("The AACC shall …"): what acts under such a name is a body."""
        word = clauses.doc[last - 1].text
        leads = all(w in self.pack.actors.determiners for w in clauses.lower[first : last - 1])
        if not leads or last - first > 2 or not _ABBREVIATION.fullmatch(word):
            return None
        return Bearer(part(clauses, last - 1, last), BearerClass.AUTHORITY, "subject of the command")

    def _reported(self, clauses: Clauses, found: list[Actor], last: int) -> list[Actor]:
        """ "The ministry said that carriers must …": the actor between the complementizer and the verb is meant."""
        for position in range(len(found) - 1, 0, -1):
            opener = found[position].start - (1 if found[position].determiner else 0) - 1
            if found[-1].end == last and clauses.lower[opener] in self.pack.norms.complementizers:
                # right after an actor the same word begins a relative clause ("the carrier that …")
                return [] if found[position - 1].end == opener else found[position:]
        return []

    def _region(self, clauses: Clauses, cue: Cue, start: int) -> tuple[int, int] | None:
        """Tokens of the subject: what stands before the cue in its clause, or in the main clause before an insertion."""
        # A gap or "no …" pattern may begin before the verb: the subject is then inside it, up to its last word.
        at = cue.end - 1 if clauses.lower[cue.start] in self.pack.norms.no_negations else cue.start
        segment = clauses.segment_of(max(at - 1, 0))
        if segment.start < at and at - max(segment.start, start) > 0 and segment.end >= at:
            return max(segment.start, start), at
        earlier = [s for s in clauses.segments if start <= s.start and s.end <= at and not s.subordinate]
        for before in reversed(earlier):
            if self._adverbial(clauses, before):
                continue
            return before.start, before.end
        return None

    def _adverbial(self, clauses: Clauses, segment: Segment) -> bool:
        words = clauses.lower[segment.start : segment.end]
        while words and words[0] in self.pack.norms.coordinators:
            words = words[1:]
        return (
            not words
            or words[0] in self.pack.actors.prepositions
            or not self.actors.find(clauses, segment.start, segment.end)
        )

    def _extend(self, clauses: Clauses, found: list[Actor], limit: int) -> Bearer:
        """From the first subject to the last one joined to it, with a complement ("of the Member State") up to a relative."""
        first = found[0]
        end = first.end
        norms = self.pack.norms
        for token in range(first.end, limit):
            word = clauses.lower[token]
            if word in norms.relatives or clauses.doc[token].text in {";", ":"} or word in norms.subject_stops:
                break
            if word == "," and token + 1 < limit and clauses.lower[token + 1] in norms.relatives:
                break
            end = token + 1
        joined = [a for a in found if a.end <= end]
        after = joined[-1].end if joined else first.end
        if after < end and clauses.lower[after] in norms.coordinators:
            after = end  # joined to a noun that is no known actor
        end = max(after, self._complement(clauses, first.end, end))
        while end > first.end and clauses.lower[end - 1] in {",", *norms.coordinators}:
            end -= 1
        return Bearer(part(clauses, first.start, end), first.kind, "subject of the command")

    def _complement(self, clauses: Clauses, start: int, end: int) -> int:
        """A prepositional phrase right after the noun stays with it ("provider of a port service")."""
        goes_on = {*self.pack.actors.prepositions, *self.pack.norms.complement_openers}
        return end if start < end and clauses.lower[start] in goes_on else start

    def _passive(self, clauses: Clauses, cue: Cue) -> bool:
        norms = self.pack.norms
        window = clauses.lower[cue.start : min(cue.end + 6, len(clauses))]
        for position, word in enumerate(window):
            if word in norms.passive:
                rest = (w for w in window[position + 1 :] if w not in norms.between_verbs)
                following = next((w for w in rest if not w.endswith(norms.adverb_endings)), "")
                return following not in norms.active_be and following.endswith(norms.participle_endings)
        return False

    # -- languages that may leave the subject out ------------------------------------------------------------------

    def _by_verb(self, clauses: Clauses, cue: Cue, start: int, stop: int) -> Bearer:
        """The subject next to its verb, the one addressed, the agent, or, of a verb without a subject, the one before."""
        oblique = self._addresses(clauses, cue)
        if 0 < start < cue.start and clauses.segment_of(start).relative and self._relates(clauses, start):
            return self._antecedent_noun(clauses, start, stop)
        found = self._named_behind(clauses, cue, oblique=oblique)
        if found is None and oblique:
            found = self._oblique(clauses, start, stop)
        passive = is_passive(clauses, cue)
        # "El Gobierno prohíbe fumar": who gives the rule does not bear it
        words = clauses.lower[cue.start : cue.end]
        given = oblique and not any(w.endswith(self.pack.norms.participle_endings) for w in words)
        seek = found is None and not passive and not given
        subject = subject_of(self.actors, clauses, cue, start) if seek else None
        if subject is not None and subject.actor is not None:
            found = Bearer(part(clauses, subject.start, subject.end), subject.actor.kind, "subject of the command")
        elif subject is not None and not oblique:
            found = self._resumed(clauses, cue, start, dropped=subject.dropped)
        if found is None and (passive or reflexive(clauses, cue) or oblique):
            found = self._agent(clauses, cue, start, stop)
        self._topic = found
        spoken_of = self.last is not None and self.last.kind in {BearerClass.BUSINESS, BearerClass.AUTHORITY}
        if found is None and oblique and cue.label in {"prohibition", "permission"} and not spoken_of:
            return Bearer(None, BearerClass.ANY, _NOBODY)  # "Queda prohibido nadar"
        if found is None:
            return Bearer(None, self._context(clauses, start, stop), _NOBODY)
        self.last = found
        self._named[found.kind] += 1
        return found

    def _addresses(self, clauses: Clauses, cue: Cue) -> bool:
        """Whether a cue says to whom it is addressed ("prohíbe a los bares"), not by its subject ("tienen prohibido")."""
        norms = self.pack.norms
        reported = self.genre is Genre.NEWS and clauses.lower[cue.start] in norms.reported_forms
        said = (not cue.form or reported) and clauses.lower[cue.start] not in norms.subject_cues
        return said and not set(norms.oblique_cues).isdisjoint(clauses.lower[cue.start : cue.end])

    def _relates(self, clauses: Clauses, start: int) -> bool:
        """Whether the relative that begins a clause is its subject: no preposition before it."""
        return clauses.lower[start] not in self.pack.actors.prepositions

    def _antecedent_noun(self, clauses: Clauses, start: int, stop: int) -> Bearer:
        """The actor right before a relative ("a la consejería, que no podrá …")."""
        end = start - 1
        while end > 0 and not clauses.doc[end - 1].is_alpha:
            end -= 1
        nearby = self.actors.find(clauses, max(end - 8, 0), end)
        if nearby and nearby[-1].end == end:
            return Bearer(part(clauses, nearby[-1].start, end), nearby[-1].kind, _ANTECEDENT)
        return Bearer(None, self._context(clauses, start, stop), _NOBODY)

    def _named_behind(self, clauses: Clauses, cue: Cue, *, oblique: bool) -> Bearer | None:
        """Whom the words right behind a cue name: "es obligación del titular", "se recomienda que las entidades …"."""
        norms, pack = self.pack.norms, self.pack.actors
        last = clauses.lower[cue.end - 1]
        at, opens = cue.end, last in norms.complementizers
        if not opens and at < len(clauses) and clauses.lower[at] in norms.complementizers:
            at, opens = at + 1, True
        led = last in pack.prepositions and (oblique or clauses.lower[cue.start] in norms.passive)
        if cue.form or not (led or opens):
            return None
        for actor in self.actors.find(clauses, at, min(at + 6, len(clauses))):
            if actor.start - at <= (1 if actor.determiner else 0):
                return Bearer(part(clauses, actor.start, actor.end), actor.kind, _ADDRESSED)
        return None

    def _resumed(self, clauses: Clauses, cue: Cue, start: int, *, dropped: bool) -> Bearer | None:
        """Whom a pronoun, or a verb without a subject, stands for."""
        fronted = [s for s in clauses.segments if s.subordinate and start <= s.start and s.end <= cue.start]
        pronoun = clauses.lower[verb_start(clauses, cue) - 1] if not dropped else ""
        for segment in fronted:
            found = [a for a in self.actors.find(clauses, segment.start, segment.end) if a.determiner]
            subject = next((a for a in found if self.actors.nominative(a)), None)
            if pronoun:
                agreeing = [a for a in found if a.determiner.endswith("s") == pronoun.endswith("s")]
                subject = subject if subject in agreeing else next(iter(agreeing), None)
            if subject is not None:
                return Bearer(part(clauses, subject.start, subject.end), subject.kind, _ANTECEDENT)
        topic = None if fronted else self.last if pronoun else self._topic
        return Bearer(topic.part, topic.kind, _ANTECEDENT) if topic is not None and topic.part is not None else None

    # -- languages in which the subject stands before its verb or is left out -------------------------------------------

    def _subject_first(
        self, subjects: SubjectFinder, clauses: Clauses, cue: Cue | None, start: int, stop: int
    ) -> Bearer | None:
        verb = subjects.verb(clauses, cue, start, stop)
        if cue is not None and subjects.oblique(clauses, cue):
            addressee = subjects.addressee(clauses, cue, start, stop)
            if addressee is None:
                return None
            return Bearer(self._with_joined(clauses, addressee, stop).part, addressee.kind, _ADDRESSED)
        actor = subjects.reported(clauses, cue, stop)
        if actor is not None:
            return self._with_joined(clauses, actor, stop)
        active = cue is None and verb is not None and clauses.lower[verb] not in self.pack.norms.passive
        if not active and self._passive_anywhere(clauses, cue, start, stop):
            agent = subjects.agent(clauses, verb, start, stop)
            return Bearer(part(clauses, agent.start, agent.end), agent.kind, "agent of the passive") if agent else None
        kind, actor = subjects.subject(clauses, verb, start, stop)
        if kind is Subject.NOTHING:
            actor = subjects.after(clauses, cue, verb, stop)
        if actor is not None:
            return self._with_joined(clauses, actor, stop if verb is None else max(verb, actor.end))
        if kind is Subject.THING:
            return None
        if kind is Subject.NOTHING and start > 0:
            # "… deve registar a carga, podendo pedir a guia": one subject, two commands
            return None if subjects.impersonal(clauses, cue) or subjects.thing_behind(clauses, cue) else self.last
        before = subjects.antecedent(clauses, verb, start)
        if before is Subject.THING:
            return None
        if before is not None:
            return Bearer(part(clauses, before.start, before.end), before.kind, _ANTECEDENT)
        if kind is Subject.PRONOUN and self.last is not None and self.last.part is not None:
            return Bearer(self.last.part, self.last.kind, _ANTECEDENT)
        return None

    # -- languages with free word order ----------------------------------------------------------------------------

    def _subject_anywhere(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
        passive = self._passive_anywhere(clauses, cue, start, stop)
        verb = self._verb_after_noun(clauses, cue, start, stop)
        free = self._free_relative(clauses, cue, start) if not passive else None
        if free is not None:
            return free
        if cue is not None and self.pack.norms.auxiliaries and (meant := self._complement_subject(clauses, cue)):
            return meant
        if cue is not None and self._names_behind(clauses, cue):
            behind = self._behind(clauses, cue)
            if behind is not None:
                return behind
        oblique = cue is not None and set(self.pack.norms.oblique_cues) & set(clauses.lower[cue.start : cue.end])
        if oblique and cue is not None:
            found = self._oblique(clauses, start, stop, cue)
            if found is not None:
                return found
            addressee = unknown_addressee(self.actors, clauses, cue)
            if addressee is not None:
                return self._addressed(clauses, addressee)
            personal = self.pack.actors.declensions and set(self.pack.norms.active_be) & set(
                clauses.lower[cue.start : cue.end]
            )
            if not personal and not self._opens_clause(clauses, cue):
                return self._right_behind(clauses, cue)
            if not personal:
                passive, verb = False, None
        if passive or (cue is not None and self._leads_to_object(clauses, cue)):
            return None
        reported = cue is not None and set(self.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end])
        if self.pack.actors.declensions and cue is not None and not reported:
            # "Armator prowadzi dziennik, a załadowca musi …": what stands before the cue in its own clause comes first
            own = clauses.segment_of(cue.start)
            for actor in self.actors.find(clauses, max(own.start, start), cue.start) if not own.subordinate else ():
                if self.actors.nominative(actor):
                    return self._with_joined(clauses, actor, own.end)
        for segment in self._reporting(clauses, cue):
            if segment.end <= start or segment.start >= stop:
                continue
            low, high = max(segment.start, start), min(segment.end, stop)
            if oblique and cue is not None:
                low = max(low, cue.end)  # "il est nécessaire que l'exploitant …"
            low += segment.opener in self.pack.norms.complementizers and low == segment.start
            if cue is None and self._thing_first(clauses, low, high):
                return self._unknown_subject(clauses, low, high)
            pronouns = (i for i in range(low, high) if self._is_pronoun(clauses, i))
            # "il incombe", "il faut": what stands in a cue is nobody
            written = cue.pattern.replace("|", " ").split() if cue is not None else []
            pronoun = next((i for i in pronouns if cue is None or clauses.lower[i] not in written), high)
            for actor in self.actors.find(clauses, low, high):
                if pronoun < actor.start:
                    break
                if verb is not None and actor.start > verb:
                    return self._not_listed(clauses, cue, start) or self._open_subject(clauses, cue, start, verb)
                if self.actors.nominative(actor) and self._bare_subject(clauses, actor, low, cue):
                    unsure = any(not c.endswith(".nom") for c in actor.cases)
                    if unsure and (dropped := self._dropped(clauses, cue, start, stop)) is not None:
                        return dropped  # "Jeżeli armator …, zawiadamia port": the port is informed
                    if actor.head in self.pack.actors.described:
                        return self._described(clauses, actor)
                    return self._with_joined(clauses, actor, high)
            if pronoun < high and (verb is None or pronoun < verb):
                return self._antecedent(clauses, cue, start)
        unlisted = self._not_listed(clauses, cue, start) or self._open_subject(clauses, cue, start, verb)
        if unlisted is not None:
            return unlisted
        if cue is not None and (tokens := open_subjects.around(clauses, cue, start, stop)) is not None:
            return Bearer(part(clauses, *tokens), BearerClass.BUSINESS, "subject of the command, in no list")
        return self._undeclared(clauses, cue, start, stop) or self._dropped(clauses, cue, start, stop)

    def _right_behind(self, clauses: Clauses, cue: Cue) -> Bearer | None:
        """A declined subject right behind its cue ("wyjątek stanowią rybacy")."""
        if not self.pack.actors.declensions or self._impersonal(clauses):
            return None
        found = next(iter(self.actors.find(clauses, cue.end, min(cue.end + 4, len(clauses)))), None)
        if found is None or found.start != cue.end or not self.actors.nominative(found):
            return None
        return self._with_joined(clauses, found, clauses.segment_of(cue.start).end)

    def _undeclared(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
        """A declined subject that no list of actors holds ("bartnik okurza barć", "sternik obowiązany jest")."""
        if not self.pack.actors.declensions or self._impersonal(clauses):
            return None
        main = (s for s in clauses.segments if not s.subordinate and start <= s.start < stop)
        acting = (i for s in main for i in range(s.start, s.end) if acts(clauses.lower[i], self.pack))
        verb = cue.start if cue is not None else next(acting, None)
        if verb is None:
            return None
        own = clauses.segment_of(verb)
        low = max(own.start, start)
        tokens = open_subjects.declined_subject(
            clauses, (low, verb), cue, self.pack, lambda at: self.actors.apart(clauses, at)
        )
        if tokens is None:
            return None
        return Bearer(part(clauses, *tokens), BearerClass.BUSINESS, "subject of the command, in no list")

    def _names_behind(self, clauses: Clauses, cue: Cue) -> bool:
        """Whether a cue leads to its bearer ("è cura del *gestore*", "obbliga i *gestori* a", "si raccomanda che le *banche*")."""
        pack, lower = self.pack, clauses.lower
        if not pack.norms.addressing_cues:
            return False
        if lower[cue.end - 1] in pack.actors.complement_links:
            # the noun at once: "ha cura di avvisare il gestore" leads to none
            at = cue.end + (lower[cue.end] in pack.actors.determiners if cue.end < len(lower) else 0)
            return any(a.start == at for a in self.actors.find(clauses, cue.end, min(cue.end + 4, len(clauses))))
        if set(pack.norms.addressing_cues) & set(lower[cue.start : cue.end]):
            return True
        return bool({*lower[cue.end - 1 : cue.end + 1]} & set(pack.norms.complementizers))

    def _leads_to_object(self, clauses: Clauses, cue: Cue) -> bool:
        """Whether an infinitive right behind a cue without a subject has the next noun as its object ("è bene nominare un …")."""
        norms, lower = self.pack.norms, clauses.lower
        if (
            not norms.addressing_cues
            or cue.end >= len(clauses)
            or not lower[cue.end].endswith(norms.infinitive_endings)
        ):
            return False
        if lower[cue.start] in norms.no_negations:
            return False
        alone = cue.end - cue.start > 1 or lower[cue.start] in norms.impersonal
        modal = (
            bool(set(norms.hard) & set(lower[cue.start : cue.end]))
            or lower[cue.end - 1] in self.pack.actors.prepositions
        )
        return alone and not modal and not self.actors.find(clauses, 0, cue.start)

    def _open_subject(self, clauses: Clauses, cue: Cue | None, start: int, verb: int | None) -> Bearer | None:
        """A noun phrase at the clause's start that no list holds, where its form or its verb shows that somebody is meant."""
        words = self.pack.actors
        if not words.agent_endings or words.declensions or not self.pack.norms.pro_drop or verb is None:
            return None
        low = max(clauses.segment_of(verb).start, start)
        tokens = open_subjects.leading(clauses, low, verb, cue, self.pack)
        if tokens is None:
            return None
        return Bearer(part(clauses, *tokens), BearerClass.BUSINESS, "subject of the command, in no list")

    def _not_listed(self, clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
        """A subject that no list holds."""
        unknown = unknown_subject(self.actors, clauses, cue, start) if cue is not None else None
        return self._addressed(clauses, unknown) if unknown is not None else None

    def _free_relative(self, clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
        """Somebody told by a clause alone, right before the verb ("Wer ein Boot vermietet, muss es versichern")."""
        words = self.pack.norms.free_relatives
        if not words or cue is None or clauses.lower[start] not in words:
            return None
        own = clauses.segment_of(cue.start)
        lead = clauses.lower[own.start : cue.start]
        if own.start == start or own.subordinate or lead not in ([], [","]):
            return None
        end = own.start
        while end > start and not clauses.doc[end - 1].is_alpha:
            end -= 1
        kind = self._context(clauses, start, end)
        return Bearer(part(clauses, start, end), kind, "a clause that names the bearer")

    def _complement_subject(self, clauses: Clauses, cue: Cue) -> Bearer | None:
        """The subject of the clause that a cue of advice opens ("het is van belang dat *banken* …"), or whom it resumes."""
        if not set(self.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end]):
            return None
        opens = self.pack.norms.complementizers
        that = next((s.start for s in clauses.segments if s.start >= cue.end - 1 and s.opener in opens), None)
        if that is None and clauses.lower[cue.end - 1] not in opens:
            return None
        low = cue.end if that is None else that + 1
        if low >= len(clauses):
            return None
        high = clauses.segment_of(low).end
        if clauses.lower[low] in self.pack.actors.pronouns:
            before = self.actors.find(clauses, 0, low)
            return (
                Bearer(part(clauses, before[-1].start, before[-1].end), before[-1].kind, _ANTECEDENT)
                if before
                else None
            )
        actor = next((a for a in self.actors.find(clauses, low, high) if self.actors.nominative(a)), None)
        if actor is None or actor.start > low + 1 + (actor.determiner != ""):
            return None
        return self._with_joined(clauses, actor, high)

    def _dropped(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
        """Where a verb needs no subject, that of the clause before it goes on ("Jeżeli armator …, zawiadamia port")."""
        norms = self.pack.norms
        if not norms.pro_drop or not (norms.clauses_need_verbs or norms.commanding_verbs) or self._impersonal(clauses):
            return None
        verb = cue.start if cue is not None else self._first_verb(clauses, start, stop)
        if verb is None:
            return None
        if norms.verb_clitics and set(norms.reflexives) & set(clauses.lower[max(verb - 1, 0) : verb + 1]):
            return None  # "non si potranno usare": nobody is meant
        main = clauses.segment_of(verb)
        light = {
            *norms.verb_clitics,
            *norms.between_verbs,
            *norms.negations,
            *norms.only,
            *norms.resumptives,
            *norms.main_openers,
            *norms.coordinators,
        }
        first = next((i for i in range(max(main.start, start), main.end) if clauses.lower[i] not in light), verb)
        if first != verb and cue is None and self._led_by_phrase(clauses, first, verb):
            first = verb
        if first != verb and (main.start == start or clauses.lower[first] not in self.pack.actors.prepositions):
            return None
        fronted = [s for s in clauses.segments if s.subordinate and start <= s.start < verb]
        for segment in fronted:
            subject = next((a for a in self.actors.find(clauses, segment.start, segment.end) if a.subject), None)
            if subject is not None and self.actors.nominative(subject):
                return Bearer(part(clauses, subject.start, subject.end), subject.kind, _ANTECEDENT)
        known = bool(norms.commanding_verbs) and not set(norms.passive) & set(clauses.lower[main.start : main.end])
        if fronted or (cue is None and not known) or first != verb or self.last is None or self.last.part is None:
            return None
        return Bearer(self.last.part, self.last.kind, _ANTECEDENT)

    def _led_by_phrase(self, clauses: Clauses, first: int, verb: int) -> bool:
        """Whether only a prepositional phrase stands before a verb that the pack knows ("a tal fine adottano …")."""
        actors, norms, lower = self.pack.actors, self.pack.norms, clauses.lower
        if not norms.commanding_verbs or lower[first] not in actors.prepositions or lower[verb] in norms.binding_verbs:
            return False
        return not any(
            lower[t] in actors.determiners and lower[t - 1] not in actors.prepositions for t in range(first + 1, verb)
        )

    def _first_verb(self, clauses: Clauses, start: int, stop: int) -> int | None:
        inside = [s for s in clauses.segments if not s.subordinate and start <= s.start < stop]
        if self.pack.norms.commanding_verbs:
            return next((i for s in inside for i in range(s.start, s.end) if clauses.is_verb(i)), None)
        return next((i for s in inside for i in range(s.start, s.end) if acts(clauses.lower[i], self.pack)), None)

    def _impersonal(self, clauses: Clauses) -> bool:
        return impersonal(clauses)

    def _verb_after_noun(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> int | None:
        """The verb of a clause that begins with a noun phrase: what stands behind it is no subject.

        Where a clause begins with something else, the subject may follow its verb ("possono partecipare gli enti").
        """
        if not self.pack.norms.commanding_verbs:
            return None
        at = cue.start if cue is not None else 0
        if cue is not None and clauses.lower[at] in self.pack.norms.no_negations:
            at = cue.end - 1  # "nessun operatore può": the cue begins with its subject
        segments = [s for s in self._reporting(clauses, cue) if s.end > start and s.start < stop]
        begun = False
        for segment in segments:
            low, high = max(segment.start, start), min(segment.end, stop)
            while low < high and clauses.lower[low] in {
                *self.pack.norms.coordinators,
                *self.pack.norms.complementizers,
            }:
                low += 1
            begun = begun or (low < high and clauses.lower[low] in self.pack.actors.determiners)
            for token in range(low, high):
                is_verb = token == at if cue is not None else clauses.is_verb(token)
                if is_verb:
                    return token if begun else None
        return None

    def _described(self, clauses: Clauses, actor: Actor) -> Bearer:
        """A word that says nothing without its relative clause ("degene die een boei verplaatst")."""
        following = next((s for s in clauses.segments if s.start == actor.end and s.inner and s.relative), None)
        end = following.end if following is not None else actor.end
        return Bearer(part(clauses, actor.start, end), actor.kind, "subject of the command")

    def _unknown_subject(self, clauses: Clauses, low: int, high: int) -> Bearer | None:
        """Somebody whom the pack does not know, before a verb that only somebody can be the subject of."""
        pack = self.pack
        verb = next((i for i in range(low + 2, min(low + 5, high)) if clauses.lower[i] in pack.norms.item_verbs), None)
        if verb is None or clauses.lower[verb] not in pack.norms.personal_verbs:
            return None
        if clauses.lower[verb - 1].endswith(pack.norms.documents) or clauses.lower[low] in pack.norms.relatives:
            return None
        return Bearer(part(clauses, low + 1, verb), BearerClass.BUSINESS, "subject of the command")

    def _thing_first(self, clauses: Clauses, low: int, high: int) -> bool:
        """A thing with its determiner before a verb that the pack knows is the subject ("Die documentatie stelt … in staat")."""
        actors, norms = self.pack.actors, self.pack.norms
        if not actors.demonstrative_pronouns or clauses.lower[low] not in {
            *actors.determiners,
            *actors.demonstrative_pronouns,
        }:
            return False
        verb = next((i for i in range(low + 2, min(low + 9, high)) if clauses.lower[i] in norms.item_verbs), None)
        if verb is None or self.actors.find(clauses, low, verb):
            return False
        units = tuple(form for unit in self.pack.temporal.units for form in unit.forms)
        return not any(anywhere(units).fullmatch(w) for w in clauses.lower[low:verb])

    def _reporting(self, clauses: Clauses, cue: Cue | None) -> list[Segment]:
        """The main clauses; the reported clause alone where the command stands in it ("…, dass Betreiber … müssen")."""
        if cue is not None:
            last = cue.end - 1
            own = clauses.segment_of(last if clauses.lower[last] in self.pack.norms.complementizers else cue.start)
            if own.opener in self.pack.norms.complementizers:
                return [own]
            if set(self.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end]):
                after = [s for s in clauses.segments if s.start > cue.start]
                if after and after[0].opener:
                    return [after[0]]
        return [s for s in clauses.segments if not s.subordinate]

    def _opens_clause(self, clauses: Clauses, cue: Cue) -> bool:
        """Whether a cue leads into a clause that says who acts ("il convient que l'exploitant …")."""
        words = {*clauses.lower[cue.end - 1 : cue.end + 1]}
        return self.pack.norms.mood == "indicative" and not words.isdisjoint(self.pack.norms.complementizers)

    def _oblique(self, clauses: Clauses, start: int, stop: int, cue: Cue | None = None) -> Bearer | None:
        """The one to whom something is forbidden, allowed, incumbent: the recipient's case names who must act.

        Of a cue that ends in a determiner the object is meant ("invite les exploitants à …").
        """
        pack = self.pack.actors
        addressing = pack.oblique_prepositions or pack.recipient_prepositions
        bare: Actor | None = None
        if cue is not None and (pack.oblique_prepositions or cue.pattern.endswith("… à")):
            # "Het is een onderneming verboden …": who stands within the cue is meant
            within = (
                a for a in self.actors.find(clauses, cue.start + 1, cue.end - 1) if a.before not in pack.prepositions
            )
            actor = next(within, None)
            if actor is not None:
                return self._addressed(clauses, actor)
        for segment in clauses.segments:
            if segment.subordinate or segment.end <= start or segment.start >= stop:
                continue
            for actor in self.actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
                if cue is not None and pack.oblique_prepositions and actor.start <= cue.start < actor.end:
                    continue  # "de minister verbiedt": who gives the rule does not bear it
                object_of = (
                    cue is not None
                    and actor.start == cue.end
                    and clauses.lower[cue.end - 1] in {actor.determiner, actor.before}
                )
                if self._in_case(clauses, actor) or object_of:
                    return self._addressed(clauses, actor)
                if cue is not None and segment.start + 2 < actor.start < cue.start:
                    continue  # "la communication à la personne concernée n'est pas nécessaire"
                if actor.before in addressing or actor.determiner in addressing:
                    # "die Zustimmung der Betreiber": right after a noun it is the noun's genitive
                    noun = actor.start > 1 and clauses.doc[actor.start - 2].text[:1].isupper() and pack.by_capitals
                    if not (noun and actor.determiner in pack.ambiguous_determiners):
                        return self._addressed(clauses, actor)
                elif actor.before not in pack.prepositions and (pack.oblique_prepositions or not actor.determiner):
                    bare = bare or actor
        if bare is not None and pack.compounds:
            return Bearer(part(clauses, bare.start, bare.end), bare.kind, _ADDRESSED)
        return None

    def _addressed(self, clauses: Clauses, actor: Actor) -> Bearer:
        """The actor, where nouns are declined with those that a joining word puts beside it in the same case."""
        end = actor.end
        stops = self.pack.actors.dative_stop_endings
        if stops and any(c.endswith(".dat") for c in actor.cases):
            objects = (t for t in range(actor.start + 1, end) if clauses.lower[t].endswith(stops))
            end = next(objects, end)
        for other in self.actors.find(clauses, end, clauses.segment_of(actor.start).end) if actor.cases else ():
            if (
                other.start != end + 1
                or other.before not in self.pack.norms.coordinators
                or not actor.cases & other.cases
            ):
                break
            end = other.end
        return Bearer(part(clauses, actor.start, end), actor.kind, _ADDRESSED)

    def _in_case(self, clauses: Clauses, actor: Actor) -> bool:
        """A dative of its own ("przysługuje konsumentowi"), or the noun right after a cue ("do zadań kapitana należy")."""
        if not self.pack.actors.declensions or actor.before in self.pack.actors.prepositions:
            return False
        if actor.before in {*self.pack.norms.oblique_cues, *self.pack.norms.impersonal}:
            return True
        dative = {c for c in actor.cases if c.endswith(".dat")}
        first = actor.start == clauses.segment_of(actor.start).start
        return bool(dative) and (dative == actor.cases or first)

    def _is_pronoun(self, clauses: Clauses, index: int) -> bool:
        """A subject pronoun; before a noun the same word is a determiner ("diese Dokumentation")."""
        word = clauses.lower[index]
        if word in self.pack.actors.demonstrative_pronouns:
            return self._stands_alone(clauses, index)
        if word not in self.pack.actors.pronouns:
            two = " ".join(clauses.lower[index : index + 2])
            return " " in two and two in self.pack.actors.pronouns
        return (
            not self.pack.actors.capital_nouns
            or index + 1 >= len(clauses)
            or not clauses.doc[index + 1].text[:1].isupper()
        )

    def _stands_alone(self, clauses: Clauses, index: int) -> bool:
        """Whether a verb, a determiner or a preposition follows a demonstrative: it is then no determiner."""
        following = clauses.lower[index + 1] if index + 1 < len(clauses) else ""
        actors, norms = self.pack.actors, self.pack.norms
        if clauses.lower[index] in actors.determiners and clauses.lower[index] not in norms.relatives:
            # "het kan", but "het is verboden" speaks of nobody
            return any(c.start == index + 1 and c.end - c.start == 1 for c in clauses.cues)
        if following in {*norms.item_verbs, *norms.passive, *actors.determiners, *actors.prepositions}:
            return True
        return any(c.start == index + 1 for c in clauses.cues)

    def _bare_subject(self, clauses: Clauses, actor: Actor, low: int, cue: Cue | None) -> bool:
        """Without a determiner, a noun is the subject at the clause's start or right after the verb ("haben Betreiber")."""
        if actor.determiner or not self.pack.actors.compounds:
            return True
        lead = clauses.lower[low : actor.start]
        if lead and lead[-1] in self.pack.norms.coordinators and lead[0].endswith("-") and len(lead) == 2:
            return True  # "Kredit- und Finanzinstitute"
        if lead and not self.pack.actors.capital_nouns and lead[-1] in self.pack.norms.item_verbs:
            return True  # "melden exploitanten": a verb that the pack knows, and its subject
        return all(w in self.pack.norms.coordinators for w in lead) or (
            cue is not None and actor.start in {cue.start + 1, cue.end}
        )

    def _passive_anywhere(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> bool:
        """A passive auxiliary in the main clause, up to the first clause that depends on it."""
        norms = self.pack.norms
        if norms.participle_endings and not norms.verb_final:
            return self._passive_before_participle(clauses, cue, start, stop)
        if cue is not None and cue.pattern.startswith(norms.passive_cues) and norms.passive_cues:
            return True
        if cue is not None and set(norms.active_be) & set(clauses.lower[cue.start : cue.end]):
            return False
        words = set(norms.passive)
        begun = False
        for segment in clauses.segments:
            if segment.end <= start or segment.start >= stop:
                continue
            if begun and segment.opener in norms.complementizers:
                break
            if segment.subordinate:
                continue
            begun = begun or cue is None or segment.start <= cue.start < segment.end
            if words & set(clauses.lower[max(segment.start, start) : min(segment.end, stop)]):
                return True
        return False

    def _passive_before_participle(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> bool:
        """A passive auxiliary of the command with its participle; the one of a relative clause inside is passed over."""
        norms = self.pack.norms
        if cue is not None and set(norms.active_be) & set(clauses.lower[cue.start : cue.end]):
            return False
        for segment in clauses.segments:
            low = max(segment.start, start, cue.start if cue is not None else 0)
            if segment.subordinate or low >= min(segment.end, stop):
                continue
            relative = False
            for token in range(low, min(segment.end, stop)):
                word = clauses.lower[token]
                if word in norms.conditions:
                    break
                if word in norms.relatives:
                    relative = True
                elif relative and (clauses.is_verb(token) or word in norms.passive):
                    relative = False
                elif cue is None and norms.infinitive_endings and word.endswith(norms.infinitive_endings):
                    continue  # "dopo essere venuto a conoscenza": an infinitive without its modal verb
                elif word in norms.passive and not relative and self._participle(clauses, token + 1):
                    return True
        return False

    def _participle(self, clauses: Clauses, token: int) -> bool:
        """Whether the participle of the auxiliary before ``token`` follows, where order is free also before it."""
        norms = self.pack.norms
        if norms.participles_anywhere:
            near = [*clauses.lower[max(token - 4, 0) : token - 1], *clauses.lower[token : token + 4]]
            return any(w.endswith(norms.participle_endings) and w not in norms.active_be for w in near)
        rest = (w for w in clauses.lower[token : token + 5] if w not in norms.between_verbs)
        following = next((w for w in rest if not (norms.adverb_endings and w.endswith(norms.adverb_endings))), "")
        return following not in norms.active_be and following.endswith(norms.participle_endings)

    def _with_joined(self, clauses: Clauses, actor: Actor, limit: int) -> Bearer:
        """Further subjects joined by a coordinator right after the first belong to it."""
        end = actor.end
        norms = self.pack.norms
        limit = self._past_insertion(clauses, limit)
        if norms.auxiliaries:
            end = self._behind_insertion(clauses, end)
        for other in self.actors.find(clauses, actor.end, limit):
            between = [clauses.lower[i] for i in range(end, other.start) if not clauses.segment_of(i).subordinate]
            between = [w for w in between if w != "–"]
            if not other.subject:
                continue
            joined = any(w in norms.coordinators for w in between) and len(between) <= 5
            if self.pack.actors.complement_links and not (between and between[0] in {",", *norms.coordinators}):
                break  # a verb stands between
            if self.pack.actors.by_capitals and any(t.text[:1].isupper() for t in clauses.doc[end : other.start]):
                break  # another noun stands between: what is joined belongs to it
            apart = other.before not in {*norms.coordinators, "–"} and other.determiner == ""
            if not joined or apart:
                break
            end = other.end
        return Bearer(part(clauses, actor.start, end), actor.kind, "subject of the command")

    def _behind_insertion(self, clauses: Clauses, end: int) -> int:
        """The end of a subject joined over commas ("de reder en, in voorkomend geval, de vertegenwoordiger van de reder")."""
        lower, joins = clauses.lower, self.pack.norms.coordinators
        at = end + 1 if lower[end : end + 1] == [","] else end
        if lower[at : at + 1] == [] or lower[at] not in joins or lower[at + 1 : at + 2] != [","]:
            return end
        close = next((i for i in range(at + 2, min(at + 8, len(lower))) if lower[i] == ","), None)
        if close is None:
            return end
        other = next(iter(self.actors.find(clauses, close + 1, min(close + 9, len(lower)))), None)
        return other.end if other is not None and other.start <= close + 3 else end

    def _past_insertion(self, clauses: Clauses, limit: int) -> int:
        """Past what stands between dashes after a joining word: "the operator and – where there is one – its agent"."""
        while (
            1 < limit < len(clauses)
            and clauses.lower[limit] == "–"
            and clauses.lower[limit - 1] in self.pack.norms.coordinators
        ):
            following = next((s for s in clauses.segments if s.start > limit and not s.subordinate), None)
            if following is None:
                break
            limit = following.end
        return limit

    # -- both --------------------------------------------------------------------------------------------------------

    def _agent(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
        """Who a passive says acts ("by the operator"); before the verb such a phrase belongs to a noun."""
        verb = cue.start if cue is not None else self._auxiliary(clauses, start, stop)
        if verb is None:
            return None
        for segment in clauses.segments:
            if segment.subordinate or segment.end <= start or segment.start >= stop:
                continue
            for actor in self.actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
                if actor.start < verb or self._agent_of_noun(clauses, actor, verb):
                    continue
                by = actor.start - (2 if actor.determiner else 1)
                if by > 0 and clauses.lower[by - 1] in self.pack.actors.determiners:
                    continue  # "een door de autoriteit aangewezen instelling"
                if actor.before in self.pack.actors.agent_prepositions or (
                    not actor.before and actor.determiner in self.pack.actors.agent_prepositions
                ):
                    return Bearer(part(clauses, actor.start, actor.end), actor.kind, "agent of the passive")
        return None

    def _agent_of_noun(self, clauses: Clauses, actor: Actor, verb: int) -> bool:
        """Whether the agent belongs to a participle that only describes a noun ("muniti di caschi forniti dal gestore")."""
        endings = self.pack.norms.participle_endings
        if not self.pack.norms.commanding_verbs or not endings:
            return False
        at = actor.start - (2 if actor.determiner else 1) - 1
        main = next((t for t in range(verb, at) if clauses.lower[t].endswith(endings)), at)
        return main < at and clauses.lower[at].endswith(endings) and at - main > 1

    def _auxiliary(self, clauses: Clauses, start: int, stop: int) -> int | None:
        return next((i for i in range(start, stop) if clauses.lower[i] in self.pack.norms.passive), None)

    def _latter(self, clauses: Clauses) -> Bearer | None:
        """The actor named last before "quest'ultimo"."""
        two = set(self.pack.actors.latter)
        at = next((i for i in range(1, len(clauses) - 1) if " ".join(clauses.lower[i : i + 2]) in two), 0) if two else 0
        actor = next(reversed(self.actors.find(clauses, 0, at)), None) if at else None
        return Bearer(part(clauses, actor.start, actor.end), actor.kind, _ANTECEDENT) if actor is not None else None

    def _antecedent(self, clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
        """A pronoun stands for the actor named before it in the sentence, else for the last bearer."""
        latter = self._latter(clauses)
        if latter is not None:
            return latter
        limit = cue.start if cue is not None and not self._free_order() else len(clauses)
        fronted = [s for s in clauses.segments if s.subordinate and start <= s.start < limit]
        for segment in fronted:
            found = self.actors.find(clauses, segment.start, min(segment.end, limit))
            subject = next((a for a in found if self.actors.nominative(a)), None)
            if subject is not None:
                return Bearer(part(clauses, subject.start, subject.end), subject.kind, _ANTECEDENT)
        if fronted and fronted[0].start == 0 and fronted[0].opener not in self.pack.norms.phrase_openers:
            return None  # "Werden die Symbole angezeigt, müssen sie …": the pronoun stands for a thing
        if self.last is not None and self.last.part is not None:
            return Bearer(self.last.part, self.last.kind, _ANTECEDENT)
        return None
