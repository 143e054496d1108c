"""What a date in a sentence is about: the act, or which provisions of it.

Every word of the clause must be explained; what is not makes the date one of ``some`` cases, or ``unread``. Nothing is guessed
from the order of words: where two readings are open, the date is ``unread``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dutybook.extract.facts.tokens import SUBJECTS, Kind, Token
from dutybook.records import Reach


@dataclass(frozen=True, slots=True)
class Subject:
    """What a clause is about. ``named``: it says so itself. ``words``: offsets of what nothing explains, or None."""

    places: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    reach: Reach = Reach.WHOLE
    named: bool = True
    act: bool = False
    following: bool = False
    words: tuple[int, int] | None = None


_UNREAD = Subject(reach=Reach.UNREAD)


def subjects(tokens: Sequence[Token], above: Subject | None, known: Subject | None) -> list[Subject]:
    """What each date of the line is about, in their order.

    Args:
        tokens: the line's.
        above: what the stem of a list says its items are about, None where there is none.
        known: what "it", or nothing at all, goes on about: the act, where an earlier sentence of the article spoke of it.
    """
    made: list[Subject] = []
    for number, clause in enumerate(_clauses(tokens)):
        if clause is None:
            made.append(_spoilt(tokens))
            continue
        own = _read(clause)
        if own.named:
            made.append(own)
        elif number and _continues(clause):
            # "with the exception of Article 5, which shall apply from …"
            made.append(_excepted(made[-1]))
        elif number:
            # "shall enter into force on … and shall apply from …": one subject, the second's own exceptions.
            made.append(replace(made[-1], outside=own.outside, **_limits(made[-1], own)))
        else:
            base = (above if above is not None and above.named else None) or known or _UNREAD
            made.append(replace(base, outside=base.outside + own.outside, **_limits(base, own)))
    return made


def _excepted(before: Subject) -> Subject:
    """What the exception of the clause before is about."""
    if before.outside and before.words is None:
        return Subject(before.outside)
    return Subject(reach=Reach.SOME if before.words else Reach.UNREAD, words=before.words)


def named_in(tokens: Sequence[Token]) -> Subject:
    """What a line without a date is about: a list's stem, or an item that names provisions."""
    return _read(tokens)


def _limits(base: Subject, own: Subject) -> dict[str, object]:
    """Of two, the reach that says less, with its words."""
    order = (Reach.WHOLE, Reach.SOME, Reach.UNREAD, Reach.OTHER)
    worse = own if order.index(own.reach) > order.index(base.reach) else base
    return {"reach": worse.reach, "words": worse.words or own.words or base.words, "following": base.following}


def _spoilt(tokens: Sequence[Token]) -> Subject:
    return replace(_UNREAD, words=(tokens[0].start, tokens[-1].end))


def _continues(clause: Sequence[Token]) -> bool:
    first = next((t for t in clause if t.kind not in (Kind.NOTHING, Kind.JOIN)), None)
    return first is not None and first.kind is Kind.RELATIVE


# where the clauses of a sentence meet


def _clauses(tokens: Sequence[Token]) -> list[list[Token] | None]:
    """The tokens of each date's clause; None where it is not clear which words belong to it."""
    dates = [index for index, token in enumerate(tokens) if token.kind is Kind.DATE]
    starts: list[int | None] = [0]
    for before, after in pairwise(dates):
        begin = starts[-1]
        starts.append(_border(tokens, begin, before, after) if begin is not None else None)
    if any(start is None for start in starts):
        return [None] * len(dates)
    ends = [*starts[1:], len(tokens)]
    return [list(tokens[start:end]) for start, end in zip(starts, ends, strict=True)]


def _border(tokens: Sequence[Token], begin: int, before: int, after: int) -> int | None:
    """Where the clause of the date at ``after`` begins, if there is one way to tell."""
    gap = range(before + 1, after)
    hard = [index for index in gap if tokens[index].kind is Kind.SEMICOLON]
    if hard:
        return hard[-1]
    if not any(token.kind in SUBJECTS for token in tokens[begin:before]):
        # The date stands first: what follows it may be its subject, or the next one's.
        return before + 1 if not any(tokens[index].kind in SUBJECTS for index in gap) else None
    possible = [index for index in gap if _may_begin(tokens, index, before + 1, after)]
    if len({_essence(tokens[index:after]) for index in possible}) == 1:
        return possible[0]
    return None


def _may_begin(tokens: Sequence[Token], index: int, gap: int, after: int) -> bool:
    head, tail = tokens[index:after], tokens[gap:index]
    if head[0].kind not in (Kind.JOIN, Kind.RELATIVE) and index != gap:
        return False
    content = [t for t in head if t.kind not in (Kind.JOIN, Kind.NOTHING)]
    if any(t.kind in (Kind.WORD, Kind.EXCEPT) for t in head) and not _relative(content):
        return False
    if content and content[0].kind in (Kind.PLACE, Kind.PART) and not content[0].headed:
        return False
    # Before it, provisions may only stand in an exception.
    excepted = False
    for token in tail:
        excepted = excepted or token.kind is Kind.EXCEPT
        if token.kind in SUBJECTS and not excepted:
            return False
    return True


def _relative(content: Sequence[Token]) -> bool:
    return bool(content) and content[0].kind is Kind.RELATIVE


def _essence(head: Sequence[Token]) -> tuple[str, ...]:
    """What would change if the clause began elsewhere: its provisions and words."""
    return tuple(f"{t.kind}{t.value}{t.start}" for t in head if t.kind in SUBJECTS or t.kind is Kind.WORD)


# one clause


def _read(clause: Sequence[Token]) -> Subject:
    inside: list[str] = []
    outside: list[str] = []
    kinds: set[Kind] = set()
    strange: list[Token] = []
    excluded: list[Token] = []
    mode = Kind.NOTHING
    commas = 0
    for index, token in enumerate(clause):
        if token.kind in (Kind.EXCEPT, Kind.DESPITE):
            mode, commas = token.kind, 0
        elif token.kind is Kind.VERB or token.kind is Kind.SEMICOLON:
            mode = Kind.NOTHING
        elif mode is Kind.DESPITE:
            if token.kind in SUBJECTS and token.headed and _after_comma(clause, index):
                commas += 1
                if commas > 1:
                    return replace(_UNREAD, words=(clause[0].start, clause[-1].end))
                mode = Kind.NOTHING
        elif mode is Kind.EXCEPT and token.kind is Kind.ACT:
            mode = Kind.NOTHING
        if mode is Kind.DESPITE:
            continue
        if token.kind is Kind.WORD:
            (excluded if mode is Kind.EXCEPT else strange).append(token)
        elif token.kind in SUBJECTS:
            if mode is Kind.EXCEPT:
                outside.append(token.value)
                if token.kind is not Kind.PLACE:
                    excluded.append(token)
            else:
                kinds.add(token.kind)
                if token.kind in (Kind.PLACE, Kind.PART):
                    inside.append(token.value)
    if excluded:
        # An exception for persons or cases leaves no provision out as a whole.
        outside = []
    words = _range(strange or excluded)
    reach = _reach(kinds, bool(strange), bool(inside))
    named = bool(kinds & (SUBJECTS - {Kind.PRONOUN})) or bool(strange)
    return Subject(
        tuple(dict.fromkeys(inside)),
        tuple(dict.fromkeys(outside)),
        reach,
        named,
        Kind.ACT in kinds,
        Kind.FOLLOWING in kinds,
        words,
    )


def _reach(kinds: set[Kind], strange: bool, places: bool) -> Reach:
    if Kind.FOREIGN in kinds:
        return Reach.UNREAD if places or Kind.ACT in kinds else Reach.OTHER
    if places and Kind.ACT in kinds:
        return Reach.UNREAD
    if strange:
        return Reach.SOME if places or Kind.ACT in kinds or Kind.PRONOUN in kinds else Reach.UNREAD
    return Reach.SOME if Kind.PART in kinds else Reach.WHOLE


def _after_comma(clause: Sequence[Token], index: int) -> bool:
    at = index - 1
    while at >= 0 and clause[at].kind is Kind.NOTHING:
        at -= 1
    return at >= 0 and clause[at].value == ","


def _range(tokens: Sequence[Token]) -> tuple[int, int] | None:
    return (tokens[0].start, tokens[-1].end) if tokens else None
