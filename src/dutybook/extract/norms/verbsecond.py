"""Clauses of languages whose main clause has its verb second and whose other clauses have it last (Dutch).

They begin without a comma ("gegevens die …"), go on behind one, and end with their verbs ("… kunnen opsporen").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dutybook.languages import LanguagePack

if TYPE_CHECKING:
    from dutybook.extract.norms.clauses import Segment
    from dutybook.extract.norms.grammar.cue_patterns import Cue

# As many verbs may stand together at the end of a clause ("hadden kunnen worden gemeld").
_CLUSTER = 3


def verbs_of(pack: LanguagePack) -> frozenset[str]:
    """Finite verbs that the pack knows."""
    return frozenset({*pack.norms.auxiliaries, *pack.norms.item_verbs})


def opens_inside(lower: list[str], start: int, index: int, pack: LanguagePack) -> bool:
    """Whether the word at ``index`` opens a clause within a segment: something stands before it that leads to one."""
    norms = pack.norms
    if index == start or all(w in norms.coordinators for w in lower[start:index]):
        return False
    before = lower[index - 1]
    if " ".join(lower[index - 2 : index + 1]) in norms.clause_leads:
        return True
    if lower[index] not in pack.actors.determiners:
        return True
    if lower[index] in norms.relatives and before in norms.item_verbs:
        return False  # "verstrekt die gegevens"
    return before not in {*pack.actors.prepositions, *norms.auxiliaries, *norms.determiner_after}


def asks_inside(lower: list[str], start: int, index: int, pack: LanguagePack) -> bool:
    """Whether an "or" opens a question ("toetst of de code wordt nageleefd"): a verb of asking stands before it."""
    following = lower[index + 1] if index + 1 < len(lower) else ""
    clause = {*pack.actors.determiners, *pack.actors.pronouns, *pack.actors.demonstrative_pronouns}
    return following in clause and bool(set(pack.norms.question_verbs) & set(lower[start:index]))


def without_infinitive(lower: list[str], opener: str, first: int, end: int, pack: LanguagePack) -> bool:
    """ "om de vier jaar", "door de haven": a preposition that opens a clause only with an infinitive ("om … te …")."""
    norms = pack.norms
    if not norms.no_cue_after or opener not in pack.actors.prepositions or opener in norms.conditions:
        return False
    return not set(norms.no_cue_after) & set(lower[first:end])


def cut_after_infinitive(lower: list[str], segments: list[Segment], pack: LanguagePack) -> None:
    """A clause of purpose that opens the sentence ends with its infinitive, comma or not ("Om dat te doen stelt …")."""
    norms = pack.norms
    first = segments[0]
    if not norms.no_cue_after or first.opener not in pack.actors.prepositions or first.opener in norms.conditions:
        return
    mark = next((i for i in range(first.start, first.end) if lower[i] in norms.no_cue_after), first.end)
    if mark + 4 < first.end:
        segments.insert(1, replace(first, start=mark + 2, opener="", relative=False, inner=True))
        first.end = mark + 2


def extend_to_verb(lower: list[str], segments: list[Segment], pack: LanguagePack) -> None:
    """A clause that opens the sentence goes on after insertions, up to the verb of the main clause behind a comma.

    Without that comma the main clause begins at an auxiliary before its subject ("Indien dit nodig is kan de haven …").
    """
    first, actors = segments[0], pack.actors
    if not pack.norms.auxiliaries or not first.opener:
        return
    main = next((n for n, s in enumerate(segments) if n and not s.opener and _verb_leads(lower, s, pack)), None)
    if main is None:
        subjects = {*actors.determiners, *actors.pronouns}
        for token in range(first.start + 2, first.end - 1):
            if lower[token] in pack.norms.auxiliaries and lower[token + 1] in subjects:
                segments.insert(1, replace(first, start=token, opener="", relative=False, inner=True))
                first.end = token
                return
        return
    for segment in segments[1:main]:
        segment.fronted = not segment.opener


def cut_before_main_verb(lower: list[str], segments: list[Segment], pack: LanguagePack) -> None:
    """A clause that opens the sentence and that no comma ends, before the verb of the main one ("Om fartyget dröjer *ska* …").

    That verb stands before its subject ("När det kan göras *ska hamnen* …"); without one the second of two such verbs is
    meant, unless a clause inside begins between them ("Om avtalet ska sägas upp *ska* …").
    """
    norms = pack.norms
    inner = {*norms.relatives, *norms.complementizers}
    for number, segment in enumerate(segments):
        if not norms.main_verbs or not segment.opener or segment.relative or segment.bracketed:
            continue
        if number and lower[segment.start - 1] not in {";", ":"}:
            continue
        if any(lower[s.start] in norms.main_verbs for s in segments[number + 1 :]):
            continue  # "Om avtalet ska sägas upp, ska …"
        inside = range(segment.start + len(segment.opener.split()) + 1, segment.end - 1)
        verbs = [t for t in inside if lower[t] in norms.main_verbs and not inner & set(lower[t - 2 : t])]
        inverted = [t for t in verbs if _subject_like(lower[t + 1], pack)]
        if not inverted and len(verbs) > 1 and not inner & set(lower[verbs[0] : verbs[1]]):
            verbs = verbs[1:]
        if verbs:
            at = (inverted or verbs)[0]
            segments.insert(number + 1, replace(segment, start=at, opener="", relative=False, inner=True))
            segment.end = at
            return


def _subject_like(word: str, pack: LanguagePack) -> bool:
    """Whether a word begins a subject: a determiner, a pronoun, or a noun by its ending."""
    actors = pack.actors
    endings = tuple(e for e in actors.inflections if len(e) > 1)
    return word in {*actors.determiners, *actors.pronouns} or (len(word) > 4 and word.endswith(endings))


def _verb_leads(lower: list[str], segment: Segment, pack: LanguagePack) -> bool:
    word = lower[segment.start]
    if word in verbs_of(pack) or word in pack.norms.resumptives:
        return True
    following = lower[segment.start + 1] if segment.start + 1 < segment.end else ""
    return word.endswith(pack.norms.verb_endings) and following in {*pack.actors.determiners, *pack.actors.pronouns}


def closes_clause(lower: list[str], segments: list[Segment], cue: Cue, segment: Segment, pack: LanguagePack) -> bool:
    """Verbs at the end of what goes on with a subordinate clause ("systemen die …, fouten kunnen opsporen").

    Only where the main clause already has its verb.
    """
    if not pack.norms.auxiliaries or cue.end - cue.start > 1 or segment.start == 0:
        return False
    if _still_reported(lower, segments, cue, pack):
        return True
    rest = lower[cue.end : segment.end]
    if not 0 < len(rest) <= _CLUSTER or not all(w.endswith(("n", "d", "t")) for w in rest):
        return False
    earlier = [s for s in segments if s.end <= segment.start]
    if not earlier or not earlier[-1].opener:
        return False
    return any(verbs_of(pack) & set(lower[s.start : s.end]) for s in earlier if not s.subordinate)


def _still_reported(lower: list[str], segments: list[Segment], cue: Cue, pack: LanguagePack) -> bool:
    """What goes on with "…, zorgen ervoor dat …" over commas, up to a semicolon or a joined verb."""
    norms = pack.norms
    if lower[cue.start - 1] in norms.coordinators:
        return False
    that = [s for s in segments if s.end <= cue.start and s.inner and s.opener in norms.complementizers]
    if not that or ";" in lower[that[-1].start : cue.start]:
        return False
    main = [s for s in segments if s.end <= that[-1].start and not s.subordinate]
    return any(verbs_of(pack) & set(lower[s.start : s.end]) for s in main)
