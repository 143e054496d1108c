"""The dates of an act as assertions: what each is, what says so, how sure it is, and what it replaces. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from dutybook.records import Document, Fact, FactType, Reach
from dutybook.records.dates import OPEN, STATED, parse_day


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


METADATA = "metadata"
"""The source of a date that the text does not state."""
ONCE = (FactType.ENTRY_INTO_FORCE, FactType.APPLICATION, FactType.EXPIRY, FactType.TRANSPOSITION)
"""What happens to an act as a whole on one day."""
_LONGEST_WAIT = timedelta(days=731)
"""What metadata state later than so after publication may be the first day of a version."""
_SOME_CASES = frozenset({FactType.EXPECTED, FactType.TRANSITION})
"""What is announced may come otherwise; a transition is for those who were there before."""


def assert_dates(document: Document, facts: Sequence[Fact]) -> tuple[DateAssertion, ...]:
    """The dates of an act: its publication, those that its facts state, and those that only the file's metadata state.

    Where several days of one kind are stated for all of the act, none is sure.
    """
    found = []
    if day := parse_day((document.published or "")[:10]):
        begun = any(
            fact.due and day - fact.due > _LONGEST_WAIT for fact in facts_of_act(facts, FactType.ENTRY_INTO_FORCE)
        )
        # An act that has long been in force by then is published again, or its file has another day in that place.
        found.append(DateAssertion("publication", day, DateStatus.STATED, "", document.published_by, sure=not begun))
    unclear = {kind.value for kind in ONCE if len({fact.due for fact in facts_of_act(facts, kind)}) > 1}
    for fact in facts:
        if fact.reach is not Reach.OTHER:
            asserted = _assert_fact(document, fact)
            found.append(replace(asserted, sure=asserted.sure and asserted.kind not in unclear))
    found += _assert_metadata(document, facts)
    return tuple(found)


def facts_of_act(facts: Iterable[Fact], kind: FactType) -> list[Fact]:
    """The facts of a kind that are about all of the act; that somebody has to fix the day counts only where none is stated."""
    whole = [fact for fact in facts if fact.type is kind and fact.reach is Reach.WHOLE and not fact.scope]
    return without_open(whole)


def without_open(facts: Sequence[Fact]) -> list[Fact]:
    """The facts without those whose day somebody has yet to fix, unless there are no others."""
    return [fact for fact in facts if fact.value != OPEN] or list(facts)


def own_beginning(stated: str | None, published: str | None, version_kind: str) -> str | None:
    """The day of entry into force that metadata state, if it is clearly the act's and not that of a version; else None.

    Args:
        stated: the day (ISO).
        published: the day on which the act was published (ISO).
        version_kind: of the text, as :class:`~dutybook.records.Document` has it.
    """
    begins, first = parse_day(stated or ""), parse_day((published or "")[:10])
    if begins is None or first is None or version_kind == "consolidated":
        return None
    return stated if timedelta(0) <= begins - first <= _LONGEST_WAIT else None


def _assert_metadata(document: Document, facts: Sequence[Fact]) -> Iterator[DateAssertion]:
    """The days that the metadata state, where the text states none for all of the act (the view ``act_dates`` does the same)."""
    for kind, stated in (
        (FactType.ENTRY_INTO_FORCE, document.in_force_from),
        (FactType.EXPIRY, document.in_force_until),
    ):
        day = parse_day(stated or "")
        if day and not any(fact.due for fact in facts_of_act(facts, kind)):
            yield DateAssertion(kind.value, day, DateStatus.STATED, METADATA, METADATA)


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
