"""From the words of a fact to a day: stated days, and entry into force so many days after publication."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from dutybook.languages import LanguagePack
from dutybook.records import PLAIN, PUBLICATION, Computation, Fact, FactType, Genre, Reach
from dutybook.resolve.deadlines import day_of, fixed
from dutybook.resolve.replay import replay
from dutybook.resolve.words import anywhere

_ACTS = frozenset({Genre.EU_ACT, Genre.STATUTE})
_NOT_ITS_OWN = frozenset({Reach.UNREAD, Reach.OTHER})
"""A decision that revokes a delegation takes effect after its own publication, not after the act's."""
_DAYS = re.compile(r"P(\d{1,3})D")


def resolve_facts(
    facts: Sequence[Fact],
    *,
    published: str | None,
    genre: Genre,
    published_by: str = "",
    words_of: Callable[[Fact], tuple[str, LanguagePack]] | None = None,
) -> tuple[Fact, ...]:
    """The facts with their day where it is fixed: full dates, and entry into force days after a known publication.

    "On the twentieth day following that of its publication" is publication plus twenty days (Art 297(1) TFEU); such a
    day does not move for a Sunday, since nobody has to act by it. "After the lapse of 14 days" is a day more where the law of
    the language counts so, and no day where that is not known. Other facts come back as they are.

    Args:
        facts: as extracted.
        published: when the act was published, ISO.
        genre: only acts of the Union and statutes enter into force by their own publication.
        published_by: the words that say when it was published, or what does; quoted in the steps.
        words_of: a fact's words and the pack of their language.
    """
    base = day_of(published) if genre in _ACTS else None
    seen_from = published if genre is Genre.NEWS else None
    return tuple(_resolved(fact, base, seen_from, published_by, words_of(fact) if words_of else None) for fact in facts)


def _resolved(
    fact: Fact, base: date | None, seen_from: str | None, said: str, words: tuple[str, LanguagePack] | None
) -> Fact:
    stated = fixed(fact.value, words[0] if words else "", seen_from)
    if stated.due is not None:
        return replace(fact, due=stated.due, steps=stated.steps, basis=stated.basis)
    days = _DAYS.fullmatch(fact.value or "")
    if fact.type is not FactType.ENTRY_INTO_FORCE or not days or base is None or fact.reach in _NOT_ITS_OWN:
        return fact
    then = 0
    if words is not None and anywhere(words[1].facts.scope.elapsed).search(words[0]):
        if not words[1].facts.scope.elapsed_adds_a_day:
            return fact
        then = 1
    basis = Computation(fact.value or "", PLAIN, base, PUBLICATION, then=then)
    try:
        due = replay(basis)
    except OverflowError:
        return fact
    steps = [f"published on {base}" + (f": {said}" if said else "")]
    count = int(days.group(1))
    if then:
        steps.append(
            f"{count} days have run out at the end of {due.fromordinal(due.toordinal() - 1)}; the day after is {due}"
        )
    else:
        steps.append(f"day {count} after the day of publication is {due}; entry into force does not move for a day off")
    return replace(fact, due=due, steps=tuple(steps), basis=basis)
