"""What counts or ages a bearer and belongs to its name: "firms *with fewer than ten employees*", "children *under six years*"."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.deadlines.patterns import anywhere
from dutybook.extract.norms.actors import part
from dutybook.extract.norms.bearers.bearer import Bearer
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.lists import acts
from dutybook.records import BearerClass

_LONGEST = 12


def with_measure(clauses: Clauses, bearer: Bearer) -> Bearer:
    """The bearer with the phrase right behind it that begins with one of the pack's ``measures`` and holds a number.

    A time is none of its measures ("the operator within 30 days"), but years with people are an age.
    """
    openers = clauses.pack.actors.measures
    if not openers or bearer.part is None or bearer.antecedent:
        return bearer
    tokens = range(len(clauses))
    start = next((t for t in tokens if clauses.offset(t) >= bearer.part.span.start), None)
    end = next((t for t in tokens if clauses.offset(t) >= bearer.part.span.end), None)
    if start is None or end is None or clauses.offset(start) != bearer.part.span.start:
        return bearer
    opener = next((o for o in openers if clauses.lower[end : end + len(o.split())] == o.split()), None)
    if opener is None:
        return bearer
    stop = _end(clauses, end + len(opener.split()), inserted=opener.startswith(","))
    if stop is None or not _measures(clauses, end, stop, bearer.kind):
        return bearer
    return replace(bearer, part=part(clauses, start, stop))


def _end(clauses: Clauses, at: int, *, inserted: bool) -> int | None:
    """Where the phrase ends: before a verb, a cue or a sign; what a comma opened, only before a comma."""
    cues = {c.start for c in clauses.cues}
    for token in range(at, min(at + _LONGEST, len(clauses))):
        word = clauses.lower[token]
        if token in cues or acts(word, clauses.pack) or word in clauses.pack.norms.relatives:
            return None if inserted else token
        if not (clauses.doc[token].is_alpha or clauses.doc[token].like_num or word == "-"):
            return token if word == "," or not inserted else None
    return None


def _measures(clauses: Clauses, start: int, stop: int, kind: BearerClass) -> bool:
    words = clauses.lower[start:stop]
    counted = any(
        clauses.doc[t].like_num or clauses.lower[t] in clauses.pack.temporal.numbers for t in range(start, stop)
    )
    units = [u for u in clauses.pack.temporal.units if any(anywhere(tuple(u.forms)).fullmatch(w) for w in words)]
    if not counted or any(w in clauses.pack.temporal.months for w in words):
        return False
    return not units or (kind in {BearerClass.PERSON, BearerClass.ANY} and all(u.iso == "Y" for u in units))
