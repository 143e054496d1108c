"""Cuts a norm into action, condition, exception and recipient: verbatim parts of its quote."""

from __future__ import annotations

from dutybook.extract.norms.actors import ActorFinder, part
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import Part, Span


def _begins(clauses: Clauses, segment: Segment, openers: tuple[str, ...]) -> bool:
    words = clauses.lower[segment.start : min(segment.start + 7, segment.end)]
    joined = " ".join(words) + " "
    enclitic = segment.opener in clauses.pack.norms.condition_enclitics and segment.opener in openers
    return enclitic or joined.startswith(tuple(o + " " for o in openers))


def clause_part(clauses: Clauses, openers: tuple[str, ...], start: int, stop: int) -> Part | None:
    """The clause that begins with one of ``openers``, up to the next main clause, or, inside a segment, to its end."""
    if not openers:
        return None
    for position, segment in enumerate(clauses.segments):
        if segment.end <= start or segment.start >= stop:
            continue
        if _begins(clauses, segment, openers):
            end = segment.end
            # "es sei denn, er …": an opener that fills its segment opens the next one
            bare = " ".join(clauses.lower[segment.start : segment.end]) in openers
            for following in clauses.segments[position + 1 :]:
                if bare:
                    bare, end = False, following.end
                    continue
                if not following.subordinate or following.start >= stop or _begins(clauses, following, openers):
                    break
                end = following.end
            return part(clauses, segment.start, min(end, stop))
        inner = _inner(clauses, openers, max(segment.start + 1, start), min(segment.end, stop))
        if inner is not None:
            return part(clauses, inner, min(segment.end, stop))
    return None


def condition_part(clauses: Clauses, start: int, stop: int) -> Part | None:
    """The condition: a clause that a conditional word opens, or a verb-first clause at the sentence's start."""
    found = clause_part(clauses, clauses.pack.norms.conditions, start, stop)
    first = clauses.segments[0]
    if found is None and first.fronted and start == 0:
        return part(clauses, first.start, min(first.end, stop))
    return found


def _inner(clauses: Clauses, openers: tuple[str, ...], start: int, stop: int) -> int | None:
    for token in range(start, stop):
        for opener in openers:
            words = opener.split()
            if clauses.lower[token : token + len(words)] == words:
                return token
    return None


def action_part(clauses: Clauses, cue: Cue | None, start: int, stop: int, cut: list[Part | None]) -> Part | None:
    """What is to be done: from the cue (or the clause's start) to the end, without condition and exception after it."""
    first = min(cue.end, stop) if cue is not None and not clauses.pack.norms.verb_final else start
    span = clauses.span(first, stop)
    end = min([p.span.start for p in cut if p is not None and p.span.start > span.start] + [span.end])
    begin = max([p.span.end for p in cut if p is not None and p.span.start <= span.start < p.span.end] + [span.start])
    while begin < end and clauses.source[begin - clauses.base] in " ,;:":
        begin += 1
    text = clauses.source[begin - clauses.base : end - clauses.base].rstrip(" ,;:.—–")
    return Part(text, Span(begin, begin + len(text))) if text.strip() else None


def recipient_part(clauses: Clauses, actors: ActorFinder, bearer: Part | None, start: int, stop: int) -> Part | None:
    """To whom: the first other actor after a preposition or determiner of the recipient, in a main clause."""
    pack = actors.pack.actors
    for segment in clauses.segments:
        if segment.subordinate or segment.end <= start or segment.start >= stop:
            continue
        for actor in actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
            if bearer is not None and bearer.span.overlaps(clauses.span(actor.start, actor.end)):
                continue
            dative = bool(actor.cases) and all(c.endswith(".dat") for c in actor.cases)
            if dative or actor.before in pack.recipient_prepositions or actor.determiner in pack.recipient_prepositions:
                return part(clauses, actor.start, actor.end)
    return None
