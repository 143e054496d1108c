"""Bearers who are no subjects: those whom a cue obliges, forbids or allows something."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.bearers.bearer import ADDRESSED, Bearer, named
from dutybook.extract.norms.bearers.joined import with_joined
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.declension import impersonal
from dutybook.extract.norms.grammar.cue_patterns import Cue


def exempted(spoken: Spoken, clauses: Clauses, cue: Cue, stop: int) -> Bearer | None:
    """For whom duties do not apply ("Die Pflichten gelten nicht *für Unternehmen oder Einrichtungen*, die …")."""
    norms, actors = clauses.pack.norms, spoken.actors
    if not set(norms.applying) & set(clauses.lower[cue.start : cue.end]):
        return None
    for segment in clauses.segments:
        if segment.subordinate or segment.start >= stop:
            continue
        for actor in actors.find(clauses, segment.start, min(segment.end, stop)):
            led = {actor.before, clauses.lower[max(actor.start - 1, 0)]} & set(norms.applied_to)
            close = actor.start - bool(actor.determiner) == cue.end and not actor.subject
            if led or (close and clauses.pack.actors.oblique_endings):  # "nu se aplică întreprinderilor"
                return replace(with_joined(actors, clauses, spoken.full(clauses, actor), segment.end), how=ADDRESSED)
    return None


def addressed_behind(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Bearer | None:
    """Whom the words right behind a cue name: "we expect *firms* to", "it is the duty of the *operator* to"."""
    for actor in actors.find(clauses, cue.end, min(cue.end + 8, len(clauses))):
        if actor.start - cue.end <= (2 if actor.determiner else 1):
            return named(clauses, actor, ADDRESSED)
    return None


def addressed_within(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Bearer | None:
    """Whom the gap of a cue names: "gives *residents* the right to", "does not mean that *firms* must"."""
    within = actors.find(clauses, cue.start + 1, cue.end - 1) if "…" in cue.pattern else []
    return named(clauses, within[0], ADDRESSED) if within else None


def right_behind(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Bearer | None:
    """A declined subject right behind its cue ("wyjątek stanowią rybacy")."""
    if not clauses.pack.actors.declensions or impersonal(clauses):
        return None
    found = next(iter(actors.find(clauses, cue.end, min(cue.end + 4, len(clauses)))), None)
    if found is None or found.start != cue.end or not actors.nominative(found):
        return None
    return with_joined(actors, clauses, found, clauses.segment_of(cue.start).end)


def oblique_bearer(
    actors: ActorFinder, clauses: Clauses, start: int, stop: int, cue: Cue | None = None
) -> Bearer | None:
    """The one to whom something is forbidden, allowed, incumbent: the recipient's case names who must act.

    Of a cue that ends in a determiner the object is meant ("invite les exploitants à …").
    """
    pack = clauses.pack.actors
    addressing = pack.oblique_prepositions or pack.recipient_prepositions
    bare: Actor | None = None
    incumbent = cue is not None and cue.pattern.startswith(pack.incumbent or "\0")  # "na izvođaču je obveza da"
    if cue is not None and (pack.oblique_prepositions or incumbent or cue.pattern.endswith("… à")):
        # "Het is een onderneming verboden …": who stands within the cue is meant
        found = actors.find(clauses, cue.start + 1, cue.end - 1)
        within = (a for a in found if incumbent or a.before not in pack.prepositions)
        actor = next(within, None)
        if actor is not None:
            return addressed(actors, clauses, actor)
    for segment in clauses.segments:
        if segment.subordinate or segment.end <= start or segment.start >= stop:
            continue
        for actor in actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
            if cue is not None and pack.oblique_prepositions and actor.start <= cue.start < actor.end:
                continue  # "de minister verbiedt": who gives the rule does not bear it
            object_of = (
                cue is not None
                and not clauses.pack.norms.duty_prefixes
                and not (_object(actor) and actor.before not in pack.prepositions)
                and (
                    (actor.start == cue.end and clauses.lower[cue.end - 1] in {actor.determiner, actor.before})
                    # "à la charge de l'exploitant"
                    or (actor.start == cue.end + 1 and actor.determiner and clauses.lower[cue.end - 1] == actor.before)
                )
            )
            if cue is not None and _informed(clauses, actor, cue):
                continue
            if cue is not None and 0 < pack.oblique_reach < actor.start - cue.end:
                continue
            if cue is not None and clauses.pack.norms.close_obliques and not _close(clauses, actor, cue):
                continue
            if _in_case(clauses, actor) or object_of:
                return addressed(actors, clauses, actor)
            if pack.by_capitals and actor.determiner and actor.before in pack.prepositions:
                continue  # "die Weitergabe an *eine Behörde* ist erlaubt"
            if cue is not None and segment.start + 2 < actor.start < cue.start:
                continue  # "la communication à la personne concernée n'est pas nécessaire"
            if cue is not None and of_conduct(clauses, actor, cue):
                continue
            if actor.before in pack.genitive_links and not _apart(clauses, actor, cue):
                continue  # "забранява се превозът *на пътници*"
            if actor.before in addressing or actor.determiner in addressing:
                # "die Zustimmung der Betreiber": right after a noun it is the noun's genitive
                noun = actor.start > 1 and clauses.doc[actor.start - 2].text[:1].isupper() and pack.by_capitals
                if not (noun and actor.determiner in pack.ambiguous_determiners):
                    return addressed(actors, clauses, actor)
            elif actor.before not in pack.prepositions and (pack.oblique_prepositions or not actor.determiner):
                bare = bare or actor
    if bare is not None and pack.compounds:
        return named(clauses, bare, ADDRESSED)
    return None


def _informed(clauses: Clauses, actor: Actor, cue: Cue) -> bool:
    """Whether a dative behind a cue whose infinitive names no person hears of it ("be kell jelent*eni* a *hatóságnak*")."""
    endings = clauses.pack.actors.personal_infinitives
    if (
        not endings
        or actor.start < cue.end
        or cue.label not in {"obligation", "prohibition", "exemption", "recommendation"}
    ):
        return False
    return actor.start > cue.end + 1 and not any(w.endswith(endings) for w in clauses.lower[cue.end : actor.start])


def of_conduct(clauses: Clauses, actor: Actor, cue: Cue) -> bool:
    """Whether who stands behind a cue belongs to the conduct that it names ("est interdite la vente aux *mineurs*")."""
    pack = clauses.pack
    if not pack.norms.commanding_verbs or pack.actors.declensions or actor.start <= cue.end:
        return False
    if clauses.segment_of(actor.start) is not clauses.segment_of(cue.start):
        return False
    led = actor.determiner in pack.actors.ambiguous_determiners  # "o recurso *a* tripulantes"
    between = clauses.lower[cue.end : actor.start - (1 if actor.determiner and not led else 0)][:-1]
    articles = {*pack.actors.determiners} - {*pack.actors.prepositions}
    for at, word in enumerate(between[:-1]):
        following = between[at + 1]
        if word in articles and not following.endswith(pack.norms.adverb_endings or ("\0",)):
            return True
        if word in pack.actors.prepositions and following.endswith(pack.norms.infinitive_endings or ("\0",)):
            return True
    return False


def _apart(clauses: Clauses, actor: Actor, cue: Cue | None) -> bool:
    """Whether a preposition that may also link a noun to the one before it follows none ("*на операторите* се забранява")."""
    at = actor.start - 1 - bool(actor.determiner)
    lead = {*clauses.pack.norms.between_verbs, *clauses.pack.norms.coordinators, *clauses.pack.norms.only}
    return (cue is not None and at == cue.end) or at == clauses.segment_of(at).start or clauses.lower[at - 1] in lead


def addressed(actors: ActorFinder, clauses: Clauses, actor: Actor) -> Bearer:
    """The actor, where nouns are declined with those that a joining word puts beside it in the same case."""
    end = actor.end
    stops = clauses.pack.actors.dative_stop_endings
    if stops and any(c.endswith(".dat") for c in actor.cases):
        objects = (t for t in range(actor.start + 1, end) if clauses.lower[t].endswith(stops))
        end = next(objects, end)
    for other in actors.find(clauses, end, clauses.segment_of(actor.start).end) if actor.cases else ():
        if (
            other.start != end + 1
            or other.before not in clauses.pack.norms.coordinators
            or not actor.cases & other.cases
        ):
            break
        end = other.end
    return Bearer(part(clauses, actor.start, _repeated(actors, clauses, actor, end)), actor.kind, ADDRESSED)


def _repeated(actors: ActorFinder, clauses: Clauses, actor: Actor, end: int) -> int:
    """Where the phrase ends with those to whom the same preposition adds it ("ag eagraíochtaí agus *ag comhlachais*")."""
    if actor.before not in clauses.pack.actors.prepositions:
        return end
    for other in actors.find(clauses, end, clauses.segment_of(actor.start).end):
        lead = clauses.lower[end : other.start - bool(other.determiner)]
        if len(lead) != 2 or lead[0] not in clauses.pack.norms.coordinators or lead[1] != actor.before:
            break
        end = other.end
    return end


def _close(clauses: Clauses, actor: Actor, cue: Cue) -> bool:
    """Whether nothing but insertions stands between an actor and the cue behind it, or the cue right before it."""
    between = range(actor.end, cue.start)
    return actor.start == cue.start + 1 or (
        actor.end <= cue.start
        and all(clauses.segment_of(t).subordinate or not clauses.doc[t].is_alpha for t in between)
    )


def _object(actor: Actor) -> bool:
    """Whether a declined noun stands only in cases of objects ("je treba *obiskovalce* obvestiti"): it does not act."""
    return bool(actor.cases) and all(c.endswith((".acc", ".ins", ".loc")) for c in actor.cases)


def _in_case(clauses: Clauses, actor: Actor) -> bool:
    """A dative of its own ("przysługuje konsumentowi"), or the noun right after a cue ("do zadań kapitana należy")."""
    words = clauses.pack.actors
    if actor.before in words.prepositions or not (words.declensions or words.oblique_endings):
        return False
    if words.oblique_endings:  # "Operatorilor le revine obligația"
        return not actor.subject and actor.start == clauses.segment_of(actor.start).start
    if actor.before in {*clauses.pack.norms.oblique_cues, *clauses.pack.norms.impersonal}:
        return not _object(actor)
    # no preposition stands before it, so that it is no locative
    cases = {c for c in actor.cases if not c.endswith(".loc")}
    dative = {c for c in cases if c.endswith(".dat")}
    if dative and actor.before in {*clauses.pack.norms.passive_reflexives, *clauses.pack.norms.passive}:
        return True  # "Preporučuje se *ljekarnama* da …"
    first = actor.start == clauses.segment_of(actor.start).start
    return bool(dative) and (dative == cases or first)
