"""Subjects of a row whose parts are of two classes: undertakings and, behind an insertion, authorities."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.bearers.addressees import addressed
from dutybook.extract.norms.bearers.bearer import ADDRESSED, Bearer
from dutybook.extract.norms.bearers.joined import with_joined
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass

# Words of a further subject up to its noun ("*as well as public* bodies").
_REACH = 6
_MIXED = frozenset({BearerClass.AUTHORITY, BearerClass.BUSINESS})


def with_mixed(actors: ActorFinder, clauses: Clauses, bearer: Bearer, cue: Cue | None, start: int) -> Bearer:
    """Clubs *and* authorities as one bearer are anybody: "*Clubs* that …, as well as public bodies, may sue".

    The first of the row names it, also where the last stands beside the verb.
    """
    norms = clauses.pack.norms
    if cue is None or not norms.additions or bearer.part is None or bearer.antecedent or bearer.kind not in _MIXED:
        return bearer
    first = clauses.segments[0]
    added = [s for s in clauses.segments[1:] if start <= s.start < cue.start and _joined(clauses, s)]
    if not added and clauses.offset(cue.start) < bearer.part.span.start:
        return _behind_verb(actors, clauses, bearer, cue)
    if first.start < start or first.subordinate or not added:
        return bearer
    row = added[-1]
    other = _beginning(actors, clauses, row.start + _joined(clauses, row), row.end)
    lead = _beginning(actors, clauses, first.start, first.end)
    if other is None or lead is None or {other.kind, lead.kind} != _MIXED:
        return bearer
    if bearer.part.span.start >= clauses.offset(row.start):
        to_whom = bearer.how == ADDRESSED
        whole = addressed(actors, clauses, lead) if to_whom else with_joined(actors, clauses, lead, first.end)
        return replace(whole, kind=BearerClass.ANY)
    own = clauses.offset(lead.start) <= bearer.part.span.start < clauses.offset(first.end)
    return replace(bearer, kind=BearerClass.ANY) if own else bearer


def _behind_verb(actors: ActorFinder, clauses: Clauses, bearer: Bearer, cue: Cue) -> Bearer:
    """The same where the verb comes before its subject ("Beidh sé de cheart ag *eagraíochtaí*, chomh maith le comhlachtaí poiblí")."""
    if bearer.part is None:
        return bearer
    behind = (s for s in clauses.segments if s.start > cue.start and clauses.offset(s.start) >= bearer.part.span.end)
    row = next((s for s in behind if _joined(clauses, s)), None)
    other = _beginning(actors, clauses, row.start + _joined(clauses, row), row.end) if row is not None else None
    return (
        replace(bearer, kind=BearerClass.ANY) if other is not None and {other.kind, bearer.kind} == _MIXED else bearer
    )


def _joined(clauses: Clauses, segment: Segment) -> int:
    """How many words of the pack's ``additions`` begin a segment."""
    lower, at = clauses.lower, segment.start
    lengths = (len(w.split()) for w in clauses.pack.norms.additions if lower[at : at + len(w.split())] == w.split())
    return 0 if segment.relative else max(lengths, default=0)


def _beginning(actors: ActorFinder, clauses: Clauses, start: int, end: int) -> Actor | None:
    """The actor among the first words of a clause, behind no preposition."""
    found = next(iter(actors.find(clauses, start, end)), None)
    if found is None or found.start - start > _REACH:
        return None
    led = found.start - bool(found.determiner) > start
    return None if led and found.before in clauses.pack.actors.prepositions else found
