"""Whom a document has spoken of, and who is meant where a sentence names nobody."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache

from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.bearers.bearer import AGENT, ANTECEDENT, NOBODY, Bearer, named
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass, Genre

_GAP = re.escape("… ")
_PARAGRAPH = re.compile(r"para (?!1\b)")
# So many authorities named make an act one for authorities.
_MANY = 6


@cache
def _public_acts(pack: LanguagePack) -> tuple[re.Pattern[str], ...]:
    """What the pack says that only public bodies do, to be searched in words; other words may stand in a gap ("…")."""
    return tuple(re.compile(f" {re.escape(act).replace(_GAP, '(?:.* )?')} ") for act in pack.actors.public_acts)


def on_procedure(named: Counter[BearerClass]) -> bool:
    """Whether an act whose norms name bearers of these classes is one for authorities, so also where it names nobody."""
    return named[BearerClass.AUTHORITY] >= _MANY and named[BearerClass.AUTHORITY] > 2 * named[BearerClass.BUSINESS]


class Spoken:
    """Whom one document has spoken of so far in one language: the last bearer, to whom pronouns and passives refer back.

    ``topic`` is what the sentence before was about: a verb without a subject goes on with it. ``patient``: who began it and
    did not act ("*Un commissaire* est nommé"), for a pronoun. ``counted``: the bearers named, by class. ``complements``: what
    followed their nouns ("of port services"). ``listed``: whom the stem of a list names, while its items are read ("Firms:", "must keep …").
    ``private``: the class of the article's last bearer that is no authority.
    """

    def __init__(self, actors: ActorFinder, genre: Genre) -> None:
        self.actors = actors
        self.pack = actors.pack
        self.genre = genre
        self.last: Bearer | None = None
        self.topic: Bearer | None = None
        self.patient: Bearer | None = None
        self.counted: Counter[BearerClass] = Counter()
        self.listed: Bearer | None = None
        self.complements: set[tuple[str, ...]] = set()
        self.private: BearerClass | None = None
        self._article = ""

    def enter(self, place: str) -> None:
        """Where subjects are dropped, what an article spoke of ends with it; ``place`` is the sentence's provision."""
        article = place.split("(", 1)[0].split(" subpara", 1)[0]
        if _PARAGRAPH.match(article):
            article = self._article  # a further paragraph of an article without its heading
        norms = self.pack.norms
        if article != self._article and (norms.pro_drop or norms.article_context or norms.subject_first):
            self._article, self.last, self.topic, self.patient, self.private = article, None, None, None, None

    def heard(self, clauses: Clauses, bearer: Bearer) -> None:
        """Remember the bearer, with the complement of its noun."""
        self.last = bearer
        if bearer.part is None or bearer.antecedent:
            return
        inside = [t for t in range(len(clauses)) if bearer.part.span.start <= clauses.offset(t) < bearer.part.span.end]
        link = next((n for n, t in enumerate(inside) if n and clauses.lower[t] in self.pack.actors.prepositions), 0)
        if link and not set(self.pack.norms.coordinators) & {clauses.lower[t] for t in inside[link:]}:
            self.complements.add(tuple(clauses.lower[t] for t in inside[link:]))

    def full(self, clauses: Clauses, actor: Actor) -> Actor:
        """The actor with the complement that bearers had before ("a provider *of port services* decides …, it shall")."""
        behind = tuple(clauses.lower[actor.end :])
        known = max((c for c in self.complements if behind[: len(c)] == c), key=len, default=())
        return replace(actor, end=actor.end + len(known))

    def notice(self, clauses: Clauses) -> None:
        """Remember the subject of a sentence that states no norm: a pronoun in the next one may stand for it."""
        main = next((s for s in clauses.segments if not s.subordinate), None)
        self.topic = None
        if main is None:
            return
        first = next(iter(self.actors.find(clauses, main.start, main.end)), None)
        if first is not None and first.start - main.start <= 2 and self.actors.nominative(first):
            self.last = self.topic = named(clauses, first, "subject of the sentence before")

    def undergoes(self, clauses: Clauses, found: Bearer, start: int) -> None:
        """Remember who begins a clause that names another as its bearer, or nobody."""
        if found.how == ANTECEDENT:
            return
        main = next((s for s in clauses.segments if not s.subordinate and s.end > start), None)
        actor = next(iter(self.actors.find(clauses, main.start, main.end)), None) if main is not None else None
        first = actor is not None and main is not None and actor.start - main.start <= 1 + (actor.determiner != "")
        if actor is None or not first or found.how not in {AGENT, NOBODY} or not self.actors.nominative(actor):
            self.patient = None
            return
        self.patient = named(clauses, actor, ANTECEDENT)

    @property
    def of_somebody(self) -> bool:
        """Whether the last bearer is one whom acts bind: a business or an authority."""
        return self.last is not None and self.last.kind in {BearerClass.BUSINESS, BearerClass.AUTHORITY}

    def everybody(self, clauses: Clauses, cue: Cue) -> bool:
        """A ban on everybody: "nul ne peut …"; "il est interdit de …" where nobody was spoken of."""
        norms, first = self.pack.norms, clauses.lower[cue.start]
        own = clauses.segment_of(cue.start)
        if set(self.pack.actors.nobody) & set(clauses.lower[own.start : own.end]):
            return True
        if cue.label != "prohibition" or not (norms.article_context or norms.perfect_auxiliaries):
            return False
        after = clauses.lower[cue.end] if cue.end < len(clauses) else ":"
        forbidden = clauses.lower[cue.end - 1].endswith(norms.participle_endings or ("\0",))
        if not norms.article_context:  # "È vietato fumare", "É proibido: a) fumar"
            return forbidden and (after == ":" or after.endswith(norms.infinitive_endings)) and not self.of_somebody
        if first in norms.no_negations and cue.end - cue.start == 2:
            return True
        return first in self.pack.actors.pronouns and not self.of_somebody

    def unnamed(self, clauses: Clauses, start: int, stop: int, cue: Cue | None = None) -> Bearer:
        """The bearer whom tokens ``[start, stop)`` do not name."""
        words = f" {' '.join(clauses.lower[start:stop])} "
        if any(said.search(words) for said in _public_acts(self.pack)):
            return Bearer(None, BearerClass.AUTHORITY, NOBODY)
        if set(self.pack.norms.appeals) & set(clauses.lower[start:stop]):
            return Bearer(None, BearerClass.BUSINESS, NOBODY)  # who appeals is no authority
        private = any(f" {thing} " in words for thing in self.pack.actors.private_acts)
        if private and not (self.last is not None and self.last.kind is BearerClass.PERSON):
            return Bearer(None, BearerClass.BUSINESS, NOBODY)
        if self.genre in {Genre.GUIDANCE, Genre.NEWS}:
            # a circular's addressees, those whom a rule in the news is made for
            return Bearer(None, BearerClass.BUSINESS, NOBODY)
        if self.last is not None and self.of_somebody and not self._forbids_others(clauses, cue):
            # "The duty under paragraph 1 shall not apply to …": it was laid on no authority, where others were named
            exempt = cue is not None and cue.label == "exemption" and self.last.kind is BearerClass.AUTHORITY
            return Bearer(None, self.private or self.last.kind if exempt else self.last.kind, NOBODY)
        named_here = self.actors.find(clauses, start, stop)
        if self.pack.actors.oblique_endings:
            named_here = [a for a in named_here if a.subject]
        kinds = [a.kind for a in named_here if not self._addressee(clauses, a, cue)]
        of_authorities = self.genre is Genre.STATUTE and self.actors.of_authorities
        procedural = not kinds and (of_authorities or on_procedure(self.counted))
        only_authorities = bool(kinds) and all(k is BearerClass.AUTHORITY for k in kinds)
        if procedural or only_authorities:
            return Bearer(None, BearerClass.AUTHORITY, NOBODY)
        return Bearer(None, BearerClass.BUSINESS, NOBODY, told=BearerClass.BUSINESS in kinds)

    def _forbids_others(self, clauses: Clauses, cue: Cue | None) -> bool:
        """Whether, behind an authority, what is forbidden by a participle is forbidden to others ("é vedada a cedência")."""
        if (
            cue is None
            or cue.label != "prohibition"
            or self.last is None
            or self.last.kind is not BearerClass.AUTHORITY
        ):
            return False
        endings = self.pack.norms.participle_endings or ("\0",)
        said = any(w.endswith(endings) for w in clauses.lower[cue.start : cue.end])
        return said and not self.actors.of_authorities and not on_procedure(self.counted)

    def _addressee(self, clauses: Clauses, actor: Actor, cue: Cue | None) -> bool:
        """Whether an actor hears of what others do ("est déclaré à l'autorité"), or says what they should ("recommande").

        Where nouns are declined, whoever stands in no nominative does not act ("přístup na žádost *úřadu*").
        """
        if self.pack.actors.declensions:
            return not self.actors.nominative(actor)
        if not self.pack.norms.article_context:
            return False
        speaks = cue is not None and actor.end <= cue.start
        words = self.pack.actors
        other = actor.before in words.prepositions and actor.before not in words.agent_prepositions
        declined = bool(actor.cases) and not actor.subject  # "vallavalitsus*ele*": to it, not by it
        return speaks or other or declined or clauses.segment_of(actor.start).subordinate
