"""Who acts in languages whose subject stands before its verb and may be left out (pack key ``subject_first``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.bearers.addressees import of_conduct
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass

# Participles at most so far apart are one row ("mantido e assinado pelo …"); else the last one has the agent.
_NEAR = 3


_ACRONYM = re.compile(r"[A-Z]{3,8}")


class Subject(StrEnum):
    """What stands where the subject of a verb stands."""

    ACTOR = "actor"
    PRONOUN = "pronoun"
    NOTHING = "nothing"
    THING = "thing"


class SubjectFinder:
    """Finds subjects, addressees and agents in one document's clauses; positions are tokens."""

    def __init__(self, actors: ActorFinder) -> None:
        self.actors = actors
        self.pack = actors.pack
        norms, words = self.pack.norms, self.pack.actors
        self._before = {*norms.negations, *norms.between_verbs, *norms.only}
        self._leads = {*words.prepositions, *norms.subordinators, *self._before}
        self._pronouns = {tuple(p.split()) for p in words.pronouns}
        self._verbs = {*norms.commanding_verbs, *norms.binding_verbs, *norms.passive}

    # -- what the clause is about ----------------------------------------------------------------------------------

    def verb(self, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> int | None:
        """The first token of the command: the cue's, or the first verb of a main clause that the pack knows."""
        if cue is not None:
            inner = clauses.lower[cue.start] in self.pack.norms.no_negations
            return cue.end - 1 if inner else cue.start
        relative = False
        for segment in self._main(clauses, start, stop):
            for token in range(max(segment.start, start), min(segment.end, stop)):
                word = clauses.lower[token]
                if word in self.pack.norms.relatives:
                    relative = True
                elif self._is_verb(word):
                    if not relative:
                        return token
                    relative = False
            relative = False
        return None

    def _is_verb(self, word: str) -> bool:
        norms = self.pack.norms
        if word in self._verbs or (norms.binding_endings and word.endswith(norms.binding_endings)):
            return True
        glued = next((e for e in norms.enclitics if word.endswith(e)), "")
        return bool(glued) and word.removesuffix(glued) in self._verbs

    def _main(self, clauses: Clauses, start: int, stop: int) -> Iterator[Segment]:
        return (s for s in clauses.segments if not s.subordinate and s.end > start and s.start < stop)

    def states(self, clauses: Clauses, start: int, stop: int, *, bare: bool) -> bool:
        """Whether words without a cue are a clause: a verb that the pack knows, or, unless ``bare``, a subject's beginning."""
        if self.verb(clauses, None, start, stop) is not None:
            return True
        if bare:
            return False
        first = clauses.lower[start] if start < stop else ""
        leads = {*self._leads, *self.pack.actors.determiners, *self.pack.norms.coordinators}
        return first in leads or self._adverb(first) or self.subject(clauses, None, start, stop)[1] is not None

    def opens_reflexive(self, clauses: Clauses, start: int, stop: int) -> bool:
        """Whether the command is a passive with a reflexive of a verb that commands ("regista-se a hora")."""
        at = self.verb(clauses, None, start, stop)
        glued = next(
            (e for e in self.pack.norms.binding_endings if at is not None and clauses.lower[at].endswith(e)), ""
        )
        return (
            bool(glued) and at is not None and clauses.lower[at].removesuffix(glued) in self.pack.norms.commanding_verbs
        )

    # -- the subject -------------------------------------------------------------------------------------------------

    def subject(self, clauses: Clauses, verb: int | None, start: int, stop: int) -> tuple[Subject, Actor | None]:
        """What the subject of ``verb`` is, with the actor where it is one."""
        own = clauses.segment_of(verb) if verb is not None else None
        regions = []
        if own is not None:
            high = min(verb or 0, stop)
            regions.append((clauses.behind_report(max(own.start, start), high), high))
        earlier = [s for s in clauses.segments if not s.subordinate and s.end > start and s.start < stop]
        earlier = [s for s in earlier if own is None or s.end <= own.start]
        regions += [(max(s.start, start), min(s.end, stop)) for s in earlier]
        thing = False
        for low, high in regions:
            while low < high and clauses.lower[low] in {
                *self.pack.norms.coordinators,
                *self.pack.norms.complementizers,
            }:
                low += 1
            if low >= high:
                continue
            if self._pronoun(clauses, low, high):
                return Subject.PRONOUN, None
            actor = self._leading(clauses, low, high)
            if actor is not None:
                return Subject.ACTOR, self._row(clauses, actor, low, start) if own and low >= own.start else actor
            if clauses.lower[low] in self.pack.actors.determiners:
                return Subject.THING, None
            # "os condutores de motociclos, triciclos e automóveis devem": bare nouns go on with what stands before
            thing = thing or (clauses.lower[low] not in self._leads and not self._adverb(clauses.lower[low]))
        return (Subject.THING if thing else Subject.NOTHING), None

    def _row(self, clauses: Clauses, actor: Actor, low: int, start: int) -> Actor:
        """From the first of several subjects: "os fabricantes, os importadores e …", "o operador e, se for o caso, o agente"."""
        coordinators = self.pack.norms.coordinators
        joined = bool(
            {*clauses.lower[max(low - 1, 0) : low], *clauses.lower[actor.end : actor.end + 12]} & set(coordinators)
        )
        first = actor
        for segment in reversed([s for s in clauses.segments if s.end <= low and s.start >= start]):
            if segment.subordinate:
                continue
            begin, end = segment.start, segment.end
            while begin < end and clauses.lower[begin] in coordinators:
                begin += 1
            joined = joined or clauses.lower[end - 1] in coordinators
            if any(self._is_verb(w) for w in clauses.lower[begin:end]):
                break
            other = self._leading(clauses, begin, end)
            if other is None:
                continue
            if joined and self._first(clauses, other, begin) == begin:
                first = other
            else:
                break
        return (
            Actor(first.start, actor.end, first.kind, first.determiner, first.before, first.head) if joined else actor
        )

    def _adverb(self, word: str) -> bool:
        endings = self.pack.norms.adverb_endings
        return bool(endings and word.endswith(endings))

    def _pronoun(self, clauses: Clauses, low: int, high: int) -> bool:
        """A pronoun that stands alone, right before the verb or what belongs to it; before a noun it is a determiner."""
        for length in (2, 1):
            if tuple(clauses.lower[low : low + length]) in self._pronouns:
                rest = clauses.lower[low + length : high]
                return all(word in self._before or self._adverb(word) for word in rest)
        return False

    def _leading(self, clauses: Clauses, low: int, high: int) -> Actor | None:
        """The first actor that can be a subject and that nothing but an adverbial phrase precedes."""
        for actor in self.actors.find(clauses, low, high):
            first = self._first(clauses, actor, low)
            lead = clauses.lower[low:first]
            if set(lead) & set(self.pack.norms.relatives):
                return None
            if lead and lead[0] not in self._leads and not self._adverb(lead[0]):
                return None
            if self._subjective(clauses, actor, first, low):
                return actor
        return self._acronym(clauses, low, high)

    def _acronym(self, clauses: Clauses, low: int, high: int) -> Actor | None:
        """ "A EMEL pode …": capitals after an article at the clause's start."""
        kind = self.pack.norms.acronyms
        if kind is None or low + 1 >= high or clauses.lower[low] not in self.pack.actors.determiners:
            return None
        word, after = clauses.doc[low + 1].text, clauses.doc[low + 2].text if low + 2 < high else ""
        if not (_ACRONYM.fullmatch(word) and not after.isupper()):
            return None
        return Actor(low + 1, low + 2, BearerClass(kind), clauses.lower[low], "", word.casefold())

    def _first(self, clauses: Clauses, actor: Actor, low: int) -> int:
        """Where the actor's phrase begins, all its determiners included."""
        first = actor.start
        while first > low and clauses.lower[first - 1] in self.pack.actors.determiners:
            first -= 1
        return first

    def _subjective(self, clauses: Clauses, actor: Actor, first: int, low: int) -> bool:
        """No preposition before the phrase, and none that looks like its article ("a consumidores", "a cada operador")."""
        words = self.pack.actors
        if first > low and clauses.lower[first - 1] in words.prepositions:
            return False
        article = clauses.lower[first] if first < actor.start else ""
        if article not in words.ambiguous_determiners:
            return True
        more = first + 1 < actor.start
        return not more and not clauses.lower[actor.start].endswith(words.plural_endings or ("\0",))

    def after(self, clauses: Clauses, cue: Cue | None, verb: int | None, stop: int) -> Actor | None:
        """A subject behind its verb: at once ("deve o operador …"), or anywhere behind "são obrigados", "estão isentos"."""
        if verb is None:
            return None
        segment = clauses.segment_of(verb)
        end = cue.end if cue is not None else verb + 1
        loose = cue is not None and bool(set(self.pack.norms.active_be) & set(clauses.lower[cue.start : cue.end]))
        # "podem inscrever-se no curso os formandos": a reflexive has no object
        reflexive = self.pack.norms.binding_endings
        loose = loose or bool(reflexive and end < stop and clauses.lower[end].endswith(reflexive))
        for actor in self.actors.find(clauses, end, min(segment.end, stop)):
            first = self._first(clauses, actor, end)
            if not loose and first != end:
                return None
            if first < actor.start and self._subjective(clauses, actor, first, end):
                return actor if loose or cue is not None else None
        return None

    def reported(self, clauses: Clauses, cue: Cue | None, stop: int) -> Actor | None:
        """The subject of the clause that a cue opens ("recomenda-se que os operadores …")."""
        if cue is None or cue.end >= stop:
            return None
        opener = next(
            (
                t
                for t in (cue.end - 1, cue.end)
                if t < len(clauses) and clauses.lower[t] in self.pack.norms.complementizers
            ),
            None,
        )
        if opener is None:
            return None
        found = self.actors.find(clauses, opener + 1, min(clauses.segment_of(opener).end, stop))
        first = self._first(clauses, found[0], opener + 1) if found else 0
        return found[0] if first == opener + 1 and self._subjective(clauses, found[0], first, first) else None

    def antecedent(self, clauses: Clauses, verb: int | None, start: int) -> Actor | Literal[Subject.THING] | None:
        """The actor named in the clause before the main one ("caso o operador recuse, deve …"), its subject first.

        A thing, where the sentence begins with such a clause and it names nobody.
        """
        limit = clauses.segment_of(verb).start if verb is not None else len(clauses)
        before = [s for s in clauses.segments if start <= s.start and s.end <= limit and not s.bracketed]
        opening = next((i for i, s in enumerate(before) if s.opener and not s.relative), None)
        if opening is None:
            return None
        found = [a for s in before[opening:] for a in self.actors.find(clauses, s.start, s.end)]
        if not found and opening == 0:
            return Subject.THING
        subjects = [a for a in found if self._subjective(clauses, a, self._first(clauses, a, 0), 0)]
        return next(iter(subjects), None) or next(iter(found), None)

    # -- others who act ------------------------------------------------------------------------------------------------

    def oblique(self, clauses: Clauses, cue: Cue | None) -> bool:
        """Whether a cue names who must act as somebody to whom something belongs."""
        if cue is None:
            return False
        said = f" {' '.join(clauses.lower[cue.start : cue.end])} "
        if any(f" {words} " in said for words in self.pack.norms.oblique_cues):
            return True
        after = clauses.lower[cue.end] if cue.end < len(clauses) else ""
        words = self.pack.actors
        if after not in {*words.recipient_prepositions, *words.ambiguous_determiners}:
            return False
        if cue.label != "exemption" and not self.impersonal(clauses, cue):
            return False
        return any(
            a.start == cue.end + 1 for a in self.actors.find(clauses, cue.end + 1, min(cue.end + 6, len(clauses)))
        )

    def thing_behind(self, clauses: Clauses, cue: Cue | None) -> bool:
        """Whether a noun follows a subordinate verb as its subject ("devendo a recusa ficar registada")."""
        endings = self.pack.norms.clause_endings
        if cue is None or cue.end >= len(clauses) or not clauses.lower[cue.end - 1].endswith(endings or ("\0",)):
            return False
        return clauses.lower[cue.end] in self.pack.actors.determiners

    def impersonal(self, clauses: Clauses, cue: Cue | None) -> bool:
        """Whether a cue says of a thing what becomes of it ("sendo proibida a pesca")."""
        norms = self.pack.norms
        said = clauses.lower[cue.start : cue.end] if cue is not None and norms.participle_endings else []
        return any(w.endswith(norms.participle_endings) and w not in norms.active_be for w in said)

    def addressee(self, clauses: Clauses, cue: Cue, start: int, stop: int) -> Actor | None:
        """To whom a duty, a ban or a right belongs ("incumbe ao operador", "é dever do operador", "a cada operador")."""
        words = self.pack.actors
        own = clauses.segment_of(cue.start)
        for segment in [*self._main(clauses, start, stop), *([own] if own.subordinate else [])]:
            for actor in self.actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
                first = self._first(clauses, actor, segment.start)
                if clauses.lower[segment.start] in words.determiners and segment.start + 1 < first < cue.start:
                    continue  # "o aluguer a menores é proibido": of the conduct
                if of_conduct(clauses, actor, cue):
                    continue
                before = clauses.lower[first - 1] if first > segment.start else ""
                article = clauses.lower[first] if first < actor.start else ""
                split = article in words.ambiguous_determiners and not self._subjective(clauses, actor, first, first)
                of = first - 1 if before in words.prepositions else first
                if before in words.recipient_prepositions or split or cue.end in (of, of + 1):
                    return actor
        return None

    def agent(self, clauses: Clauses, verb: int | None, start: int, stop: int) -> Actor | None:
        """Who a passive says acts; an agent right behind another participle belongs to that."""
        if verb is None:
            return None
        norms, words = self.pack.norms, self.pack.actors
        for segment in self._main(clauses, start, stop):
            for actor in self.actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
                first = self._first(clauses, actor, segment.start)
                if first <= verb or clauses.lower[first - 1] not in words.agent_prepositions:
                    continue
                heads = [t for t in range(verb, first - 1) if clauses.lower[t].endswith(norms.participle_endings)]
                row = len(heads) > 1 and set(clauses.lower[heads[0] : heads[-1]]) & set(norms.coordinators)
                if len(heads) < 2 or (row and heads[-1] - heads[0] <= _NEAR):
                    return actor
        return None
