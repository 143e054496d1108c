"""The dates of an act as assertions: what each is, what says so, how sure it is, and what it replaces. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from dutybook.records import Document, Fact, FactType, Reach
from dutybook.records.dates import STATED, parse_day


class DateStatus(StrEnum):
    """How a date is known.

    ``stated``: the text names the day. ``computed``: it was counted from another day. ``derived``: a later act moved it.
    ``announced``: news expect it.
    """

    STATED = "stated"
    COMPUTED = "computed"
    DERIVED = "derived"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class DateAssertion:
    """One date of an act.

    ``kind`` is a kind of fact, or ``publication``; ``due`` is None where the text names no day, or none that can be computed. ``source`` is
    the id of the fact that states it, ``metadata`` where those of the file do, empty for publication; ``quote`` and ``place`` say where it stands. ``scope`` and ``outside`` are
    the places that it is about and those left out, ``about`` words that limit it. ``sure``: it is a day of the whole act.
    """

    kind: str
    due: date | None
    status: DateStatus
    source: str
    quote: str
    place: str = ""
    scope: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    about: str = ""
    sure: bool = True


def assert_dates(document: Document, facts: Sequence[Fact]) -> tuple[DateAssertion, ...]:
    """The dates of an act: its publication, those that its facts state, and those that only the file's metadata state.

    An act begins and ends once: where several days of one kind are stated for all of it, none is sure.
    """
    found = []
    if day := parse_day((document.published or "")[:10]):
        found.append(DateAssertion("publication", day, DateStatus.STATED, "", document.published_by))
    found += [_assert_fact(document, fact) for fact in facts if fact.reach is not Reach.OTHER]
    found += _assert_metadata(document, found)
    days = {kind: {each.due for each in found if each.sure and each.kind == kind} for kind in _ONCE}
    return tuple(replace(each, sure=False) if len(days.get(each.kind, ())) > 1 else each for each in found)


METADATA = "metadata"
"""The source of a date that the text does not state."""
_LONGEST_WAIT = timedelta(days=731)
"""What metadata state later than so after publication may be the first day of a version."""


def _assert_metadata(document: Document, stated: Sequence[DateAssertion]) -> Iterator[DateAssertion]:
    """The days of entry into force and expiry that the metadata state, if the text does not state the same.

    That of a text with later changes may be its version's.
    """
    published = parse_day((document.published or "")[:10])
    begins, ends = parse_day(document.in_force_from or ""), parse_day(document.in_force_until or "")
    original = document.version_kind != "consolidated"
    soon = bool(published and begins and timedelta(0) <= begins - published <= _LONGEST_WAIT)
    for kind, day, sure in (
        (FactType.ENTRY_INTO_FORCE, begins, original and soon),
        (FactType.EXPIRY, ends, True),
    ):
        if day and not any(each.kind == kind and each.due == day for each in stated):
            yield DateAssertion(kind.value, day, DateStatus.STATED, METADATA, METADATA, sure=sure)


_ONCE = frozenset(
    {
        FactType.ENTRY_INTO_FORCE.value,
        FactType.APPLICATION.value,
        FactType.TRANSPOSITION.value,
        FactType.EXPIRY.value,
    }
)
_SOME_CASES = frozenset({FactType.EXPECTED, FactType.TRANSITION})
"""What is announced may come otherwise; a transition is for those who were there before."""


def _assert_fact(document: Document, fact: Fact) -> DateAssertion:
    return DateAssertion(
        fact.type.value,
        fact.due,
        status_of(fact),
        fact.id,
        fact.span.of(document.text),
        fact.place,
        fact.scope,
        fact.outside,
        fact.about,
        sure=fact.due is not None and fact.reach is Reach.WHOLE and not fact.scope and fact.type not in _SOME_CASES,
    )


def status_of(fact: Fact) -> DateStatus:
    """How the day of a fact is known."""
    if fact.type is FactType.EXPECTED:
        return DateStatus.ANNOUNCED
    return DateStatus.COMPUTED if fact.basis is not None and fact.basis.law != STATED else DateStatus.STATED
