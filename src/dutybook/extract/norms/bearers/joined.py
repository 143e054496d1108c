"""Subjects that a joining word puts beside a first one: they are one bearer, of both classes."""

from __future__ import annotations

from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.bearers.bearer import SUBJECT, Bearer
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.grammar.cue_patterns import Cue

# Words of a clause that says who is meant.
_CLAUSE = 14


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
