"""Who acts: noun phrases that name an actor, from the packs' nouns and from the act's own definitions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from dutybook.extract.deadlines.patterns import anywhere
from dutybook.extract.definitions import actor_class, defined_terms
from dutybook.extract.norms.clauses import Clauses, command_verbs
from dutybook.extract.norms.complements import noun_complement
from dutybook.extract.norms.declension import (
    ANY_CASE,
    before_nouns,
    declined,
    genitive_complement,
    reads_as_subject,
)
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.grammar.cue_patterns import tokenizer
from dutybook.extract.norms.premodifiers import with_premodifiers
from dutybook.languages import LanguagePack
from dutybook.languages.folding import small
from dutybook.records import BearerClass, Part, Sentence, Span

_CLASSES = (BearerClass.AUTHORITY, BearerClass.PERSON, BearerClass.BUSINESS, BearerClass.ANY)
_LONGEST = 6
_LONGEST_COMPLEMENT = 9
# Letters of an adjective at least.
_ADJECTIVE = 5
# Three capitals at least: "(EU)" is a part of numbers.
_ABBREVIATED = re.compile(
    r"(?P<long>(?:[^\W\d_][\w-]{0,60} ){0,2}[^\W\d_][\w-]{0,60}) \([‘“„\"']?(?P<short>[A-Z][A-Za-z-]?[A-Z][A-Z-]{0,6}[A-Z]?s?)[’”“\"']?\)"
)
_WORD = re.compile(r"[^\W\d_][\w-]{2,40}")
# How often a document names authorities, at least, and how many times oftener than businesses, that is one on procedure.
_OFTEN = 12
_FAR_MORE = 2.8
_ADDRESSED = frozenset({"dat"})
_CITATION_JOINS = frozenset({",", "§", "–", "-"})


@cache
def _lexicon(pack: LanguagePack) -> dict[tuple[str, ...], BearerClass]:
    """Actor nouns, inflected, as tuples of lower-case words."""
    made: dict[tuple[str, ...], BearerClass] = {}
    for kind in _CLASSES:
        for noun in getattr(pack.actors, kind.value):
            if pack.actors.declensions:
                for form, _ in declined(noun, pack):
                    made.setdefault(form, kind)
                continue
            words = small(noun).split()
            for form in (*_forms(words, pack), *_oblique(words, pack)):
                made.setdefault(form, kind)
            if words[-1].endswith("y"):
                made.setdefault((*words[:-1], words[-1][:-1] + "ies"), kind)
    return made


def _forms(words: Sequence[str], pack: LanguagePack) -> list[tuple[str, ...]]:
    """A noun as given, with its inflections, and in the plural; with hyphens also as the tokens that it is cut into."""
    made = _inflected(words, pack)
    cut = [tuple(t.lower_ for t in tokenizer(pack).make_doc(" ".join(form))) for form in made if "-" in "".join(form)]
    return [*made, *cut]


def _inflected(words: Sequence[str], pack: LanguagePack) -> list[tuple[str, ...]]:
    actors = pack.actors
    if actors.declensions:
        return [form for form, _ in declined(" ".join(words), pack)]
    *lead, last = words
    made = [(*lead, last + ending) for ending in actors.inflections]
    if actors.plurals:
        head = next((i for i, w in enumerate(words) if i and w in actors.prepositions), len(words))
        made.append((*(_plural(w, actors.plurals) for w in words[:head]), *words[head:]))
    return made


def _oblique(words: Sequence[str], pack: LanguagePack) -> list[tuple[str, ...]]:
    """The forms of a noun with its article in which somebody is addressed ("operatorului"); adjectives agree."""
    endings, agreement = pack.actors.oblique_endings, pack.actors.oblique_adjectives
    first, *rest = words
    ending = max((e for e in endings if first.endswith(e)), key=len, default="")
    if not ending:
        return []
    stem = first[: len(first) - len(ending)]
    agreeing = tuple(w[:-1] + agreement.get(w[-1], w[-1]) for w in rest)
    return [(stem + other, *agreeing) for other in endings[ending].split("/")]


@cache
def _obliques(pack: LanguagePack) -> frozenset[tuple[str, ...]]:
    """All such forms of the pack's nouns that are no form of another noun."""
    plain, made = set(), set()
    for kind in _CLASSES if pack.actors.oblique_endings else ():
        for noun in getattr(pack.actors, kind.value):
            words = small(noun).split()
            plain.update(_forms(words, pack))
            made.update(_oblique(words, pack))
    return frozenset(made - plain)


def _plural(word: str, endings: dict[str, str]) -> str:
    ending = max((e for e in endings if word.endswith(e)), key=len, default="")
    return word[: len(word) - len(ending)] + endings[ending] if ending else word


@cache
def _units(pack: LanguagePack) -> tuple[str, ...]:
    return tuple(form for unit in pack.temporal.units for form in unit.forms)


@cache
def _cases(pack: LanguagePack) -> dict[tuple[str, ...], frozenset[str]]:
    """The cases of every form of the pack's actor nouns ("sg.nom"); empty where nouns are not declined."""
    made: dict[tuple[str, ...], frozenset[str]] = {}
    if pack.actors.declensions:
        for kind in _CLASSES:
            for noun in getattr(pack.actors, kind.value):
                for words, cases in declined(noun, pack):
                    made[words] = made.get(words, frozenset()) | cases
    return made


def defined_actors(text: str, sentences: Sequence[Sentence], pack: LanguagePack) -> dict[tuple[str, ...], BearerClass]:
    """Terms that the act defines as persons, undertakings or authorities, inflected, as tuples of lower-case words."""
    found: dict[tuple[str, ...], BearerClass] = {}
    for words, kind in _defined(text, sentences, pack).items():
        found.update(dict.fromkeys(_forms(words, pack), kind))
    return found


def _defined(text: str, sentences: Sequence[Sentence], pack: LanguagePack) -> dict[tuple[str, ...], BearerClass]:
    """The defined terms as they stand in their definitions."""
    found: dict[tuple[str, ...], BearerClass] = {}
    for sentence, start, end, _ in defined_terms(text, sentences, lambda _: pack):
        piece = sentence.span.of(text)
        kind = actor_class(piece[end : end + 160], pack)
        if kind is not None:
            found[tuple(small(piece[start:end]).split())] = kind
    return found


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor's noun phrase: tokens ``[start, end)`` without its determiner, which is ``determiner``.

    Where nouns are declined, ``cases`` are those of its form, and ``subject`` says whether it is read as a nominative.
    """

    start: int
    end: int
    kind: BearerClass
    determiner: str
    before: str
    head: str
    cases: frozenset[str] = frozenset()
    subject: bool = True


class ActorFinder:
    """Finds actors in sentences of one document; knows the pack's nouns and the act's defined terms."""

    def __init__(self, text: str, sentences: Sequence[Sentence], pack: LanguagePack) -> None:
        self.pack = pack
        self._text = text
        self.terms = dict(_lexicon(pack))
        self.terms.update(defined_actors(text, sentences, pack))
        self.terms.update(self._abbreviated(text))
        apart = {*pack.actors.determiners, *pack.norms.negations}
        alone = {words[0] for words in self.terms if len(words) == 1 and words[0] not in apart}
        ends = sorted((word for word in alone if len(word) > 3), key=len, reverse=True)
        self._ends = tuple(ends) if pack.actors.compounds or pack.actors.declined_compounds else ()
        self._case_of = dict(_cases(pack))
        if pack.actors.declensions:
            for words in _defined(text, sentences, pack):
                self._case_of.update(declined(" ".join(words), pack))
        self._citing = frozenset(w.strip().casefold() for w in pack.structure.citation_words)
        self._known: dict[str, BearerClass | None] = dict.fromkeys(pack.actors.no_compounds)
        self._agents: dict[str, frozenset[str]] = {}
        for ending in pack.actors.actor_endings if pack.actors.declensions else ():
            self._agents |= {words[0]: cases for words, cases in declined(ending, pack)}
        self._agent_ends = tuple(sorted(self._agents, key=len, reverse=True)) or pack.actors.actor_endings

    def _abbreviated(self, text: str) -> dict[tuple[str, ...], BearerClass]:
        """Short names of actors in brackets after the long ones ("critical third parties (CTPs)")."""
        found: dict[tuple[str, ...], BearerClass] = {}
        for match in _ABBREVIATED.finditer(text):
            words = small(match.group("long")).split()
            kind = next((k for n in (3, 2, 1) if (k := self.terms.get(tuple(words[-n:])))), None)
            if kind is not None:
                short = match.group("short")
                for form in {short, short.removesuffix("s"), short.removesuffix("s") + "s"}:
                    found.setdefault((form.casefold(),), kind)
        return found

    def kind_of(self, word: str) -> BearerClass | None:
        """The class of a single word, compounds included."""
        if word in self._known:
            return self._known[word]
        kind = self.terms.get((word,))
        if kind is None and self._ends and len(word) > 6:
            ending = next((e for e in self._ends if word.endswith(e) and len(word) > len(e) + 2), None)
            kind = self.terms[(ending,)] if ending else None
        if kind is None and "-" in word:
            # "third-party provider", but "navio-escola"
            kind = self.kind_of(word.split("-", 1)[0] if self.pack.actors.head_first else word.rsplit("-", 1)[1])
        if kind is None and len(word) > 5 and word.endswith(self._agent_ends or "\0"):
            barred = self.pack.actors.no_actors
            compounds = self.pack.actors.compounds or self.pack.actors.declined_compounds
            no_actor = word in barred or (compounds and bool(barred) and word.endswith(barred))
            kind = None if no_actor else BearerClass.BUSINESS
        self._known[word] = kind
        return kind

    @cached_property
    def of_authorities(self) -> bool:
        """Whether the document speaks of authorities and hardly of businesses, as acts on procedure and of the civil service do."""
        found: Counter[BearerClass | None] = Counter()
        for word, count in Counter(_WORD.findall(self._text)).items():
            if not self.pack.actors.by_capitals or word[:1].isupper():
                found[self.kind_of(word.lower())] += count
        authorities = found[BearerClass.AUTHORITY]
        return authorities >= _OFTEN and authorities > _FAR_MORE * found[BearerClass.BUSINESS]

    def find(self, clauses: Clauses, start: int = 0, end: int | None = None) -> list[Actor]:
        """All actors among tokens ``[start, end)``, in order."""
        found: list[Actor] = []
        index, stop = start, len(clauses) if end is None else end
        while index < stop:
            length, kind = self._longest(clauses.lower, index, stop)
            # "navire-hôpital": of a compound that its first word heads, the second names nobody
            within = self.pack.actors.head_first and index > start and clauses.lower[index - 1] == "-"
            within = (
                within or self._activity(clauses, index + length) or self._compounded(clauses, index + length, stop)
            )
            if kind is None or within or not self._noun(clauses, index + length - 1):
                index += 1
                continue
            if self._modifies(clauses, index, index + length, stop):
                index += length
                continue
            apart = self.pack.actors.compounds or self.pack.actors.declensions or self.pack.actors.rows_apart
            while not apart and index + length < stop:
                # "port authority", "data subject representative": in a row of actors the last one is meant
                more, last = self._longest(clauses.lower, index + length, stop)
                if last is None:
                    break
                length, kind = length + more, kind if self.pack.actors.head_first else last
            length, kind, owner = self._with_possessed(clauses, index, length, kind, stop)
            if not owner:
                found.append(self._phrase(clauses, index, index + length, kind, start))
            index += length
            while found and index < found[-1].end and self._genitive(clauses, index, stop):
                index += 1  # "tijelu *županije*": part of the noun phrase before it
        return found

    def _with_possessed(
        self, clauses: Clauses, index: int, length: int, kind: BearerClass, stop: int
    ) -> tuple[int, BearerClass, bool]:
        """Where a possessor stands before what is its own: the phrase up to the last noun; True if that is nobody who acts.

        "a hatóság *képviselője*" acts for the authority, "a közvetítő *szolgáltató*" is the provider, "a hatóság *döntése*"
        is a thing.
        """
        actors, lower = self.pack.actors, clauses.lower
        after = index + length
        if not actors.possessed_endings or after >= stop or not clauses.doc[after].is_alpha:
            return length, kind, False
        if not any(case.endswith(".nom") for case in self._cases_of(tuple(lower[index:after]))):
            return length, kind, False
        more, last = self._longest(lower, after, stop)
        if last is not None:
            return self._with_possessed(clauses, index, length + more, last, stop)
        if lower[after].endswith(actors.possessed_heads):
            return self._with_possessed(clauses, index, length + 1, kind, stop)
        while after + 1 < stop and lower[after] in actors.before_possessed:
            after += 1
        verb = acts(lower[after], self.pack) or any(c.start <= after < c.end for c in clauses.cues)
        return length, kind, lower[after].endswith(actors.possessed_endings) and not verb

    def _genitive(self, clauses: Clauses, index: int, stop: int) -> bool:
        """Whether an actor begins here that may be a genitive, or none does, in a language whose nouns are declined."""
        if not self.pack.actors.genitive_complements or self.pack.actors.leading_genitives:
            return False
        length, kind = self._longest(clauses.lower, index, stop)
        cases = self._case_of.get(tuple(clauses.lower[index : index + length]), frozenset())
        return kind is None or any(case.endswith(".gen") for case in cases)

    def _compounded(self, clauses: Clauses, end: int, stop: int) -> bool:
        """Whether the noun before ``end`` is a part of a longer word ("a free-at-*port*-gate price")."""
        joins = end + 1 < stop and clauses.lower[end] in self.pack.actors.hyphens
        return joins and not clauses.doc[end - 1].whitespace_ and not clauses.doc[end].whitespace_

    def _activity(self, clauses: Clauses, end: int) -> bool:
        """Whether the noun before ``end`` is what somebody does there ("der Betrieb einer Fähre"), not somebody."""
        actors = self.pack.actors
        if not actors.activity_nouns or end >= len(clauses) or clauses.lower[end - 1] not in actors.activity_nouns:
            return False
        follows = {*actors.oblique_determiners, *actors.ambiguous_determiners, *actors.agent_prepositions}
        return clauses.lower[end] in follows

    def _noun(self, clauses: Clauses, index: int) -> bool:
        # Where nouns are capitalised, a small letter is an adjective or a verb.
        return not self.pack.actors.by_capitals or clauses.doc[index].text[:1].isupper()

    def _longest(self, lower: list[str], index: int, stop: int) -> tuple[int, BearerClass | None]:
        for length in range(min(_LONGEST, stop - index), 1, -1):
            kind = self.terms.get(tuple(lower[index : index + length]))
            if kind is not None:
                return length, kind
        return 1, self.kind_of(lower[index])

    def _phrase(self, clauses: Clauses, first: int, end: int, kind: BearerClass, floor: int) -> Actor:
        """Take the adjectives before the noun along, up to the determiner or preposition."""
        actors = self.pack.actors
        determiners = {*actors.determiners, *actors.oblique_determiners, *actors.ambiguous_determiners}
        norms = self.pack.norms
        stops = {*actors.prepositions, *norms.coordinators, *norms.complementizers, *norms.relatives}
        start = first
        cases: frozenset[str] = frozenset()
        if actors.declensions:
            cases = self._cases_of(tuple(clauses.lower[first:end]))
            while start > floor and (
                cases & before_nouns(self.pack).get(clauses.lower[start - 1], frozenset())
                or (actors.leading_genitives and self._leads(clauses, start - 1, stops | determiners))
            ):
                start -= 1
            if any(case.endswith(".nom") for case in cases):
                start = self._described(clauses, start, floor, stops | determiners)
            start = with_premodifiers(clauses, start, floor)
        while start > floor and not self.pack.actors.declensions:
            word = clauses.lower[start - 1]
            if any(c.start == start - 1 for c in clauses.cues):
                break  # "dürfen Betreiber": the verb ends like an adjective
            if word == "-" and actors.hyphened_articles and start - 2 >= floor:
                break  # "il-fornitur"
            if word == "-" and start - 2 >= floor and clauses.doc[start - 2].is_alpha:
                start -= 2  # "third-party provider"
                continue
            if word in determiners or word in stops or not clauses.doc[start - 1].is_alpha:
                break
            if actors.verbs_apart and word in norms.item_verbs:
                break  # "ska underrätta redaren": the infinitive ends like an adjective
            capital = clauses.doc[start - 1].text[:1].isupper() and start - 1 > 0
            if first - start >= 3 or (actors.by_capitals and capital):
                break
            if not actors.by_capitals and word in clauses.pack.norms.subordinators:
                break
            if actors.premodifiers and not (word in actors.premodifiers or word.endswith(actors.complement_endings)):
                break
            start -= 1
        halved = self._halved(clauses, start, floor)
        start = start if halved is None else halved
        joined = int(actors.hyphened_articles and start - 2 >= floor and clauses.lower[start - 1] == "-")
        lead = clauses.lower[start - 1 - joined] if start - joined > floor else ""
        determiner = lead if lead in determiners else ""
        at = start - joined - (1 if determiner else 0)
        chains = actors.complement_links or actors.head_first
        while determiner and at > floor + 1 and chains and clauses.lower[at - 1] in determiners:
            at -= 1  # "a tutti gli operatori"
        before = clauses.lower[at - 1] if at > floor else ""
        adjectives = all(w.endswith(actors.adjective_endings) for w in clauses.lower[start:first])
        if actors.compounds and not adjectives and halved is None:
            start, determiner, before = first, "", clauses.lower[first - 1]
        head = clauses.lower[end - 1]
        if not _obliques(self.pack).isdisjoint(
            {tuple(clauses.lower[first : first + 1]), tuple(clauses.lower[first:end])}
        ):
            whole = self._with_complement(clauses, end, kind)
            before = clauses.lower[first - 1] if first > floor else ""
            determiner = before if before in determiners else ""
            return Actor(first, whole, kind, determiner, before, head, _ADDRESSED, subject=False)
        subject = not cases or reads_as_subject(clauses, cases, first)
        subject = subject and not set(actors.postpositions) & set(clauses.lower[end : end + 1])
        if actors.leading_genitives and subject and "pl.nom" in cases and "sg.gen" in cases:
            # "iestādes": of an authority, or authorities, which begin their clause
            subject = at <= clauses.segment_of(start).start
        return Actor(start, self._with_complement(clauses, end, kind), kind, determiner, before, head, cases, subject)

    def _halved(self, clauses: Clauses, start: int, floor: int) -> int | None:
        """Where a row of compounds begins that share their last part ("obersten Bundes- oder Landesbehörden")."""
        capitals = self.pack.actors.compounds and self.pack.actors.by_capitals
        joined = start - 2 >= floor and clauses.lower[start - 1] in self.pack.norms.coordinators
        if not capitals or not joined or not clauses.doc[start - 2].text.endswith("-"):
            return None
        start -= 2
        endings = self.pack.actors.adjective_endings
        while start > floor + 1 and clauses.doc[start - 1].is_lower and clauses.lower[start - 1].endswith(endings):
            if clauses.lower[start - 1] in {*self.pack.actors.determiners, *self.pack.actors.oblique_determiners}:
                break
            start -= 1
        return start

    def _described(self, clauses: Clauses, start: int, floor: int, stops: set[str]) -> int:
        """Where the noun phrase begins whose noun at ``start`` has further adjectives ("*Štátny veterinárny* ústav")."""
        endings = self.pack.actors.nominative_adjectives
        cues = {t for c in clauses.cues for t in range(c.start, c.end)}
        while endings and start > floor:
            word = clauses.lower[start - 1]
            if not word.endswith(endings) or word in stops or start - 1 in cues or len(word) < _ADJECTIVE:
                break
            if acts(word, self.pack) or word in self.pack.norms.item_nouns or self.kind_of(word) is not None:
                break
            start -= 1
        return start

    def _cases_of(self, words: tuple[str, ...]) -> frozenset[str]:
        """The cases of a form; of a compound those of the noun that ends it."""
        known = self._case_of.get(words)
        if known is None and (self.pack.actors.declined_compounds or self._agents) and len(words) == 1:
            noun = words[0].rsplit("-", 1)[-1]
            ending = next((e for e in self._ends if noun.endswith(e)), noun)
            known = self._case_of.get((ending,))
            if known is None:
                known = next((self._agents[e] for e in self._agent_ends if self._agents and noun.endswith(e)), None)
        return ANY_CASE if known is None else known

    def _with_complement(self, clauses: Clauses, end: int, kind: BearerClass) -> int:
        """The rest of a name ("Ministerium für Häfen und Verkehr") or of a description by citation ("… nach § 2 Nr. 15")."""
        if self.pack.actors.complement_links:
            return self._linked(clauses, end)
        if self.pack.actors.genitive_complements:
            return genitive_complement(clauses, end, lambda at: self.apart(clauses, at))
        if not self.pack.actors.compounds:
            return end
        doc, stop = clauses.doc, len(clauses)
        if kind is BearerClass.AUTHORITY and end + 1 < stop and clauses.lower[end] in self.pack.actors.name_links:
            last = end
            for token in range(end + 1, stop):
                if doc[token].text[:1].isupper():
                    last = token
                elif clauses.lower[token] not in self.pack.norms.coordinators:
                    break
            return last + 1 if last > end else end
        if end + 2 < stop and clauses.lower[end] in self.pack.actors.prepositions and doc[end + 1].text in {"§", "§§"}:
            last = end + 1
            for token in range(end + 2, stop):
                word = clauses.lower[token]
                if doc[token].like_num or word in _CITATION_JOINS or word in self._citing:
                    last = token if doc[token].like_num else last
                elif len(word) > 1 or not word.isalpha():
                    break
            return last + 1
        return noun_complement(clauses, end)

    def _modifies(self, clauses: Clauses, start: int, end: int, stop: int) -> bool:
        """Whether an actor in the genitive only stands before another, which it belongs to ("*ostas* iestāde")."""
        if not self.pack.actors.leading_genitives or end >= stop:
            return False
        cases = self._case_of.get(tuple(clauses.lower[start:end]), frozenset())
        return any(c.endswith(".gen") for c in cases) and self._longest(clauses.lower, end, stop)[1] is not None

    def _leads(self, clauses: Clauses, token: int, stops: set[str]) -> bool:
        """Whether a noun in the genitive stands here, before the noun it belongs to ("*pakalpojumu* sniedzējs")."""
        word, norms = clauses.lower[token], self.pack.norms
        if token and clauses.lower[token - 1][:1].isdigit():
            return False  # "saskaņā ar 2. punktu sniedzējs"
        if anywhere(_units(self.pack)).fullmatch(word):
            return False  # "no nākamā gada sniedzējs"
        ends = len(word) > 3 and word.endswith(self.pack.actors.leading_genitives)
        stops = stops | {*norms.subordinators, *self.pack.actors.premodifier_stops}
        if not ends or word in stops or not clauses.doc[token].is_alpha:
            return False
        return not acts(word, self.pack) and not any(c.start <= token < c.end for c in clauses.cues)

    @staticmethod
    def _goes_on(clauses: Clauses, token: int) -> bool:
        return clauses.doc[token].is_alpha or clauses.lower[token][-1:] in "'’"

    def with_complement(self, clauses: Clauses, end: int) -> int:
        """Where the noun phrase ends whose noun ends at ``end``; the list of actors need not hold that noun."""
        return self._linked(clauses, end) if self.pack.actors.complement_links else end

    def _linked(self, clauses: Clauses, end: int) -> int:
        """The rest of the noun phrase: adjectives, and phrases with "of" ("autorità nazionale di vigilanza del porto")."""
        actors, norms, lower = self.pack.actors, self.pack.norms, clauses.lower
        token, stop = end, min(end + _LONGEST_COMPLEMENT, len(clauses))
        verbs = {cue.start for cue in clauses.cues}
        while token < stop and token not in verbs and self._goes_on(clauses, token):
            if token == end and lower[token] in norms.complement_openers:
                verb = next((t for t in range(token, stop) if t in verbs or clauses.is_verb(t)), stop)
                marks = (t for t in range(token, verb) if lower[t] in norms.relatives or not self._goes_on(clauses, t))
                end = next(marks, verb)
                while lower[end - 1] in {*norms.verb_clitics, *norms.negations, *actors.prepositions}:
                    end -= 1
                return end
            if lower[token] in actors.complement_links:
                noun = token + 1
                if noun < stop and lower[noun] in {*actors.demonstrative_pronouns, *actors.complement_stops}:
                    break  # "maakt van deze mogelijkheid gebruik"
                while noun < stop and lower[noun] in actors.determiners:
                    noun += 1
                if noun + 1 < stop and clauses.doc[noun].like_num and actors.head_first:
                    noun += 1  # "menores de 16 anos"
                if (
                    noun >= stop
                    or not clauses.doc[noun].is_alpha
                    or lower[noun] in {*norms.relatives, *norms.subject_stops, *actors.complement_stops}
                ):
                    break
                if lower[noun].endswith(norms.infinitive_endings) and norms.infinitive_endings and noun == token + 1:
                    break
                if self._before_noun(clauses, noun, stop):
                    noun += 1
                token = end = noun + 1
            elif (
                actors.complement_endings
                and lower[token] not in norms.relatives
                and lower[token].endswith(actors.complement_endings)
                and lower[token] not in command_verbs(self.pack)
                and lower[token] not in actors.prepositions
            ):
                token = end = token + 1
            else:
                break
        return end

    def apart(self, clauses: Clauses, at: int) -> bool:
        """Whether an actor begins at a token that is no genitive, so not part of the noun phrase before it."""
        length, kind = self._longest(clauses.lower, at, len(clauses))
        cases = self._case_of.get(tuple(clauses.lower[at : at + length]), ANY_CASE) if kind else ANY_CASE
        return not any(case.endswith(".gen") for case in cases)

    def _before_noun(self, clauses: Clauses, token: int, stop: int) -> bool:
        """Whether an adjective stands here, before its noun ("van digitale diensten")."""
        actors, norms, lower = self.pack.actors, self.pack.norms, clauses.lower
        if not actors.adjective_endings or token + 1 >= stop or not clauses.doc[token + 1].is_alpha:
            return False
        endings = actors.complement_adjectives or actors.adjective_endings[:1]
        if self.kind_of(lower[token]) is not None or not lower[token].endswith(endings):
            return False
        stops = {*actors.prepositions, *norms.coordinators, *norms.relatives, *norms.auxiliaries, *norms.item_verbs}
        return lower[token + 1] not in stops and not any(c.start == token + 1 for c in clauses.cues)

    def nominative(self, actor: Actor) -> bool:
        """Whether the phrase can be a subject: no preposition, no determiner of another case."""
        actors = self.pack.actors
        if actor.before in actors.prepositions or not actor.subject:
            return False
        if actor.determiner in actors.oblique_determiners:
            return False
        if actor.determiner in actors.ambiguous_determiners:
            return not actor.head.endswith(actors.feminine)
        return bool(actor.determiner) or actor.before not in actors.prepositions


def part(clauses: Clauses, start: int, end: int) -> Part:
    """Tokens as a verbatim part."""
    span: Span = clauses.span(start, end)
    return Part(clauses.source[span.start - clauses.base : span.end - clauses.base], span)
