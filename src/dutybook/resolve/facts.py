"""From the words of a fact to a day: stated days, and entry into force so many days after publication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dutybook.document_view import DocumentView
from dutybook.languages.patterns import anywhere
from dutybook.records import PLAIN, PUBLICATION, Computation, Fact, FactType, Genre, Reach
from dutybook.resolve.deadlines import day_of, fixed
from dutybook.resolve.replay import replay

_ACTS = frozenset({Genre.EU_ACT, Genre.STATUTE})
_NOT_ITS_OWN = frozenset({Reach.UNREAD, Reach.OTHER})
"""A decision that revokes a delegation takes effect after its own publication, not after the act's."""
_DAYS = re.compile(r"P(\d{1,3})D")


def resolve_facts(view: DocumentView, facts: Sequence[Fact], published_by: str = "") -> tuple[Fact, ...]:
    """The facts with their day where it is fixed: full dates, and entry into force days after a known publication.

    "On the twentieth day following that of its publication" is publication plus twenty days (Art 297(1) TFEU); such a
    day does not move for a Sunday, since nobody has to act by it. "After the lapse of 14 days" is a day more where the law of
    the language counts so, and no day where that is not known. Other facts come back as they are.

    Args:
        view: the document; only acts of the Union and statutes enter into force by their own publication.
        facts: as extracted.
        published_by: the words that say when it was published, or what does; quoted in the steps.
    """
    base = day_of(view.published) if view.genre in _ACTS else None
    return tuple(_resolve_fact(view, fact, base, published_by) for fact in facts)


def _resolve_fact(view: DocumentView, fact: Fact, base: date | None, published_by: str) -> Fact:
    words = fact.span.of(view.text)
    stated = fixed(fact.value, words, view.published if view.genre is Genre.NEWS else None)
    if stated.due is not None:
        return replace(fact, due=stated.due, steps=stated.steps, basis=stated.basis)
    days = _DAYS.fullmatch(fact.value or "")
    if fact.type is not FactType.ENTRY_INTO_FORCE or not days or base is None or fact.reach in _NOT_ITS_OWN:
        return fact
    then = 0
    scope = view.pack_for(view.language_of(fact.provision)).facts.scope
    if anywhere(scope.elapsed).search(words):
        if not scope.elapsed_adds_a_day:
            return fact
        then = 1
    basis = Computation(fact.value or "", PLAIN, base, PUBLICATION, then=then)
    try:
        due = replay(basis)
    except OverflowError:
        return fact
    steps = [f"published on {base}" + (f": {published_by}" if published_by else "")]
    count = int(days.group(1))
    if then:
        steps.append(
            f"{count} days have run out at the end of {due.fromordinal(due.toordinal() - 1)}; the day after is {due}"
        )
    else:
        steps.append(f"day {count} after the day of publication is {due}; entry into force does not move for a day off")
    return replace(fact, due=due, steps=tuple(steps), basis=basis)
