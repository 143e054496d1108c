"""Nouns of languages with cases: their forms, which of them are subjects, and the genitives that follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.lists import acts
from dutybook.languages import LanguagePack
from dutybook.languages.folding import small
from dutybook.languages.sections.norms import Declension

_CASES = ("nom", "gen", "dat", "acc", "ins", "loc")
ANY_CASE = frozenset(f"{number}.{case}" for number in ("sg", "pl") for case in _CASES)
"""What a word can stand in that is not inflected: abbreviations, foreign names."""
_LONGEST_COMPLEMENT = 12


@cache
def _by_ending(pack: LanguagePack) -> tuple[Declension, ...]:
    return tuple(sorted(pack.actors.declensions, key=lambda d: -len(d.ending)))


def _forms(word: str, pack: LanguagePack) -> dict[str, list[str]] | None:
    """The forms of one word by number and case ("sg.gen"); None for a word that is not inflected."""
    declension = next((d for d in _by_ending(pack) if word.endswith(d.ending)), None)
    if declension is None:
        return None
    stem = word.removesuffix(declension.ending)
    made = {}
    for number, cases in (("sg", declension.singular), ("pl", declension.plural)):
        for case, endings in cases.items():
            made[f"{number}.{case}"] = [stem + ending for ending in endings.split("/")]
    return made


def declined(entry: str, pack: LanguagePack) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Each form of an entry, as words, with the numbers and cases that it can stand in ("pl.nom").

    Words after ``|`` stay as they are ("rada | ministrów").
    """
    head, _, fixed = small(entry).partition("|")
    tail = tuple(fixed.split())
    columns = [_forms(word, pack) or {} for word in head.split()]
    if not any(columns):
        yield (*head.split(), *tail), ANY_CASE
        return
    found: dict[tuple[str, ...], set[str]] = {}
    slots = [slot for slot in sorted(ANY_CASE) if all(not c or slot in c for c in columns)]
    for slot in slots:
        rows = [c[slot] if c else [word] for c, word in zip(columns, head.split(), strict=True)]
        for words in product(*rows):
            found.setdefault((*words, *tail), set()).add(slot)
    for words, cases in found.items():
        yield words, frozenset(cases)


def reads_as_subject(clauses: Clauses, cases: frozenset[str], at: int) -> bool:
    """Whether a form in ``cases`` at token ``at`` is a nominative.

    Of a form that may also be another case, a plural needs a plural verb in its clause or a main one ("dostawcy", of a provider, or
    providers), and no form is a subject where an impersonal word says that there is none ("wpisuje się podmiot").
    """
    nominative = {c for c in cases if c.endswith(".nom")}
    if not nominative or nominative == cases:
        return bool(nominative)
    norms = clauses.pack.norms
    own = clauses.segment_of(at)
    if not own.subordinate and impersonal(clauses):
        return False
    main = [own] if own.subordinate else [s for s in clauses.segments if not s.subordinate]
    words = [w for s in main for w in clauses.lower[s.start : s.end]]
    if "sg.nom" in nominative or not norms.plural_verb_endings:
        return True
    if any(w.endswith(norms.plural_verb_endings) for w in words):
        return True
    # "W tym celu *dostawcy usług*:": the verbs stand in the items
    bare = not clauses.cues and not any(acts(w, clauses.pack) for w in words)
    return (
        bare
        and clauses.source.rstrip().endswith(":")
        and clauses.lower[max(at - 1, 0)] not in clauses.pack.actors.prepositions
    )


@cache
def before_nouns(pack: LanguagePack) -> dict[str, frozenset[str]]:
    """The adjectives that may stand before a declined noun, in every form, with its cases."""
    made: dict[str, frozenset[str]] = {}
    for adjective in pack.actors.adjectives:
        for words, cases in declined(adjective, pack):
            made[" ".join(words)] = made.get(" ".join(words), frozenset()) | cases
    return made


def _agrees_elsewhere(word: str, pack: LanguagePack) -> bool:
    """Whether a word is an adjective that may stand in another case than the genitive."""
    return any(not case.endswith(".gen") for case in before_nouns(pack).get(word, frozenset()))


@cache
def _determiners(pack: LanguagePack) -> dict[str, frozenset[str]]:
    """Every form of the determiners that are declined as adjectives are, with its cases."""
    made: dict[str, frozenset[str]] = {}
    for word in {*pack.actors.adjectives} & {*pack.actors.determiners}:
        for words, cases in declined(word, pack):
            made[" ".join(words)] = made.get(" ".join(words), frozenset()) | cases
    return made


def _no_genitive(word: str, pack: LanguagePack) -> bool:
    """Whether a word is a determiner in no genitive ("poskytovatel *toto* omezení odvolá")."""
    cases = _determiners(pack).get(word, frozenset())
    return bool(cases) and not any(case.endswith(".gen") for case in cases)


def _with_objects(clauses: Clauses, after: int, cues: set[int]) -> int:
    """Past what a participle before token ``after`` governs, up to a verb; no further than it where none follows."""
    for token in range(after, min(len(clauses), after + _LONGEST_COMPLEMENT)):
        word = clauses.lower[token]
        if token in cues or acts(word, clauses.pack):
            while token > after and clauses.lower[token - 1] in clauses.pack.norms.negations:
                token -= 1
            return token
        if not (clauses.doc[token].is_alpha or clauses.doc[token].like_num):
            break
    return after


def impersonal(clauses: Clauses) -> bool:
    """Whether a word of the main clauses says that they have no subject ("się", but for that of "stosować się")."""
    norms = clauses.pack.norms
    after = norms.reflexive_after
    return any(
        clauses.lower[i] in norms.impersonal and not (i and after and clauses.lower[i - 1].endswith(after))
        for s in clauses.segments
        if not s.subordinate
        for i in range(s.start, s.end)
    )


def genitive_complement(clauses: Clauses, end: int, stands_apart: Callable[[int], bool]) -> int:
    """Where a noun phrase ends whose noun ends at token ``end``: with the nouns and adjectives that depend on it.

    They go on up to a verb, a preposition, an adverb of the pack's ``genitive_stops``, or punctuation. ``stands_apart``
    says of a token whether an actor begins there that is no genitive.
    """
    actors, norms = clauses.pack.actors, clauses.pack.norms
    cues = {c.start for c in clauses.cues}
    stops = {*actors.genitive_stops, *actors.pronouns, *norms.negations, *norms.impersonal, *norms.only}
    stops.update(actors.personal_verbs)
    # "aby banka *vedla* evidenci": the verb of such a clause has the form of the past
    past = norms.verb_endings if clauses.segment_of(end - 1).opener in norms.complementizers else ()
    limit, token, linked = min(len(clauses), end + _LONGEST_COMPLEMENT), end, False
    while token < limit:
        word = clauses.lower[token]
        link = next((n for n in (3, 2, 1) if " ".join(clauses.lower[token : token + n]) in actors.genitive_links), 0)
        if link:
            token, linked = token + link, True
            continue
        if (
            token in cues
            or word in stops
            or word in actors.prepositions
            or (actors.genitive_stop_endings and word.endswith(actors.genitive_stop_endings))
            or acts(word, clauses.pack)
            or _no_genitive(word, clauses.pack)
            or (past and word.endswith(past))
            or stands_apart(token)
        ):
            break
        if not (clauses.doc[token].is_alpha or "-" in word[1:-1]):
            break
        if word in norms.coordinators and not (linked or clauses.doc[token + 1 : token + 2].text[:1].isupper()):
            break
        token += 1
    if end < token < limit and stands_apart(token) and _agrees_elsewhere(clauses.lower[token - 1], clauses.pack):
        token -= 1  # "Ponudniki storitev *zadevne* ladjarje obvestijo": the adjective of the noun that stands apart
    outer = {*norms.coordinators, *actors.prepositions, *actors.oblique_determiners}
    while token > end and clauses.lower[token - 1] in outer:
        token -= 1
    if token > end and actors.active_participles and clauses.lower[token - 1].endswith(actors.active_participles):
        token = _with_objects(clauses, token, cues)
    for relative in actors.noun_clauses:
        words = relative.split()
        if clauses.lower[token : token + len(words)] == words:
            return token + len(words)
    return token
