"""Subjects that a joining word puts beside a first one: they are one bearer, of both classes."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.bearers.bearer import ADDRESSED, ANTECEDENT, SUBJECT, Bearer
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.matching import Cue
from dutybook.records import BearerClass

# Words of a joined subject before its noun.
_FAR = 7
# Words at most between what adds a subject and its noun ("as well as *the competent* authorities").
_NEAR = 5
# Words of a clause that says who is meant.
_CLAUSE = 14
# Words of a joining phrase and a determiner before who is joined ("así como los organismos").
_JOIN = 3


def with_joined(actors: ActorFinder, clauses: Clauses, actor: Actor, limit: int) -> Bearer:
    """Further subjects joined by a coordinator right after the first belong to it."""
    end = actor.end
    norms = clauses.pack.norms
    limit = _past_insertion(clauses, limit)
    if norms.auxiliaries:
        end = _behind_insertion(actors, clauses, end)
    for other in actors.find(clauses, actor.end, limit):
        between = [clauses.lower[i] for i in range(end, other.start) if not clauses.segment_of(i).subordinate]
        between = [w for w in between if w != "–"]
        if not other.subject:
            continue
        joined = any(w in norms.coordinators for w in between) and len(between) <= 5
        if clauses.pack.actors.complement_links and not (between and between[0] in {",", *norms.coordinators}):
            break  # a verb stands between
        if clauses.pack.actors.declensions and any(acts(w, clauses.pack) for w in between):
            break  # "Komise *vybízí* provozovatele a organizace"
        if clauses.pack.actors.by_capitals and any(t.text[:1].isupper() for t in clauses.doc[end : other.start]):
            break  # another noun stands between: what is joined belongs to it
        apart = other.before not in {*norms.coordinators, "–"} and other.determiner == ""
        if not joined or apart:
            break
        end = other.end
    return Bearer(part(clauses, actor.start, end), actor.kind, SUBJECT)


def of_all(actors: ActorFinder, clauses: Clauses, found: Bearer, cue: Cue) -> Bearer:
    """The bearer with the class of all who act: of companies and authorities together, anybody.

    "Organisations that …, as well as *public bodies*, may": others begin a clause with a joining word, before the verb.
    """
    if found.part is None or found.how != SUBJECT:
        return found
    joins = clauses.pack.norms.coordinators
    for segment in clauses.segments:
        inside = clauses.offset(segment.start) >= found.part.span.end and segment.start < cue.start
        lead = clauses.lower[segment.start : segment.start + 2]
        first = segment.start if lead[0] in joins or " ".join(lead) in joins else None
        if not inside or first is None or segment.relative:
            continue
        others = actors.find(clauses, first, min(segment.end, cue.start))
        other = next((a for a in others if a.start - first < _FAR and actors.nominative(a)), None)
        if other is not None and other.kind is not found.kind:
            return replace(found, kind=BearerClass.ANY)
    return found


def with_added(actors: ActorFinder, clauses: Clauses, bearer: Bearer, cue: Cue | None, stop: int) -> Bearer:
    """The bearer, for anybody where public bodies are added to businesses: "associations which …, as well as public bodies"."""
    phrases = clauses.pack.actors.added_by
    if not phrases or bearer.part is None or bearer.how == ANTECEDENT or bearer.kind is not BearerClass.BUSINESS:
        return bearer
    first = next((t for t in range(stop) if clauses.offset(t) >= bearer.part.span.end), stop)
    limit = _before_verb(clauses, bearer, cue, first, stop)
    for words in (phrase.split() for phrase in phrases):
        for at in range(first, limit - len(words)):
            low = at + len(words)
            other = next(iter(actors.find(clauses, low, min(low + _NEAR, limit))), None)
            if clauses.lower[at:low] == words and other is not None and other.kind is BearerClass.AUTHORITY:
                return replace(bearer, kind=BearerClass.ANY)
    return bearer


def with_row_before(actors: ActorFinder, clauses: Clauses, own: Segment, found: Bearer) -> Bearer:
    """With those before the comma to whom the clause adds the bearer ("szervezetek és egyesületek, *valamint* szervek")."""
    adds = clauses.lower[own.start] in clauses.pack.actors.added_by
    before = next((s for s in clauses.segments if s.end + 1 == own.start and not s.subordinate), None)
    row = actors.find(clauses, before.start, before.end) if adds and before is not None else []
    if before is None or found.part is None or not row or row[-1].end != before.end or not row[-1].subject:
        return found
    first = len(row) - 1
    while first and row[first].before in clauses.pack.norms.coordinators and row[first - 1].end + 1 == row[first].start:
        first -= 1
    end = next((t for t in range(own.start, len(clauses)) if clauses.offset(t) >= found.part.span.end), own.end)
    kind = found.kind if found.kind is row[first].kind else BearerClass.ANY
    return Bearer(part(clauses, row[first].start, end), kind, SUBJECT)


def _before_verb(clauses: Clauses, bearer: Bearer, cue: Cue | None, first: int, stop: int) -> int:
    """Where the subject that ends before ``first`` goes on to at most: its verb, or the end where the verb came before it."""
    if cue is not None and cue.start >= first:
        return cue.start
    if cue is not None:
        return stop if bearer.how == ADDRESSED else first
    inside = (t for s in clauses.segments if not s.subordinate for t in range(max(s.start, first), min(s.end, stop)))
    return next((t for t in inside if clauses.is_verb(t) or acts(clauses.lower[t], clauses.pack)), first)


def described(clauses: Clauses, actor: Actor, cue: Cue | None) -> Bearer:
    """A word that says nothing without its relative clause ("degene die een boei verplaatst", "chi noleggia una barca")."""
    following = next((s for s in clauses.segments if s.start == actor.end and s.inner and s.relative), None)
    end = following.end if following is not None else actor.end
    if following is None and cue is not None and actor.end < cue.start <= actor.end + _CLAUSE:
        norms = clauses.pack.norms
        loose = {*norms.verb_clitics, *norms.negations, *norms.between_verbs, ","}
        end = cue.start
        while end > actor.end and clauses.lower[end - 1] in loose:
            end -= 1
    return Bearer(part(clauses, actor.start, end), actor.kind, SUBJECT)


def mixed(actors: ActorFinder, clauses: Clauses, bearer: Bearer, cue: Cue | None) -> bool:
    """Whether a business and an authority are one bearer ("les associations qui …, ainsi que les organismes publics, peuvent").

    Who is joined stands within the bearer, or begins a later clause before the command.
    """
    sides = {BearerClass.BUSINESS, BearerClass.AUTHORITY}
    if bearer.part is None or bearer.how != SUBJECT or bearer.kind not in sides:
        return False
    other = (sides - {bearer.kind}).pop()
    start, end = bearer.part.span.start, bearer.part.span.end
    limit = cue.start if cue is not None else _command(clauses, end)
    for actor in actors.find(clauses, 0, limit):
        if clauses.offset(actor.start) <= start or actor.kind is not other or not actor.subject:
            continue
        segment = clauses.segment_of(actor.start)
        low = max(segment.start, actor.start - _JOIN)
        lead = f" {' '.join(clauses.lower[low : actor.start - bool(actor.determiner)])}"
        if not segment.subordinate and lead.endswith(tuple(f" {word}" for word in clauses.pack.norms.coordinators)):
            within = clauses.offset(actor.start) < end
            opens = segment.start > 0 and actor.start - segment.start <= _JOIN and clauses.offset(segment.start) >= end
            if within or opens:
                return True
    return False


def _command(clauses: Clauses, offset: int) -> int:
    """The first known verb of a main clause behind ``offset``, else the first token there."""
    behind = [t for t in range(len(clauses)) if clauses.offset(t) >= offset]
    main = (t for t in behind if clauses.is_verb(t) and not clauses.segment_of(t).subordinate)
    return next(main, behind[0] if behind else len(clauses))


def _behind_insertion(actors: ActorFinder, clauses: Clauses, end: int) -> int:
    """The end of a subject joined over commas ("de reder en, in voorkomend geval, de vertegenwoordiger van de reder")."""
    lower, joins = clauses.lower, clauses.pack.norms.coordinators
    at = end + 1 if lower[end : end + 1] == [","] else end
    if lower[at : at + 1] == [] or lower[at] not in joins or lower[at + 1 : at + 2] != [","]:
        return end
    close = next((i for i in range(at + 2, min(at + 8, len(lower))) if lower[i] == ","), None)
    if close is None:
        return end
    other = next(iter(actors.find(clauses, close + 1, min(close + 9, len(lower)))), None)
    return other.end if other is not None and other.start <= close + 3 else end


def _past_insertion(clauses: Clauses, limit: int) -> int:
    """Past what stands between dashes after a joining word: "the operator and – where there is one – its agent"."""
    while (
        1 < limit < len(clauses)
        and clauses.lower[limit] == "–"
        and clauses.lower[limit - 1] in clauses.pack.norms.coordinators
    ):
        following = next((s for s in clauses.segments if s.start > limit and not s.subordinate), None)
        if following is None:
            break
        limit = following.end
    return limit
