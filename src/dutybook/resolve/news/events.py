"""Which news items tell of one event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

#: Items further apart tell of two events, or of one that goes on.
DAYS = 5
#: Items in one language: the part of their words that both have, by weight; less is enough where they speak of one act.
ALIKE, ALIKE_ON_ONE_ACT = 0.30, 0.17
#: Items in two languages: so many dates, periods, amounts and places that both have, beside the act.
SHARED_VALUES = 2


@dataclass(frozen=True, slots=True)
class Told:
    """An item: ``words`` with their weights, the acts that it speaks of, and its ``values`` (dates, periods, amounts, cited places)."""

    id: str
    day: date
    language: str
    words: Mapping[str, int]
    works: frozenset[str]
    values: frozenset[str]

    def with_(self, other: Told) -> bool:
        """Whether both tell of one event, as far as their contents say."""
        if abs((self.day - other.day).days) > DAYS:
            return False
        acts = self.works & other.works
        if self.language == other.language:
            return self.alike(other) >= (ALIKE_ON_ONE_ACT if acts else ALIKE)
        return bool(acts) and len(self.values & other.values) >= SHARED_VALUES

    def alike(self, other: Told) -> float:
        """The part of the words that both have, by weight."""
        both = sum(min(weight, other.words[word]) for word, weight in self.words.items() if word in other.words)
        total = sum(self.words.values()) + sum(other.words.values()) - both
        return both / total if total else 0.0


def entries(items: Iterable[Told], heads: Iterable[Told] = ()) -> dict[str, str]:
    """The entry of each item: the earliest one before it that begins an entry and tells of the same event, else itself.

    ``heads`` begin entries already, before all ``items``. An item is held against beginnings alone, so that a chain of items, each like the
    one before it, does not tie what has nothing to do with each other.
    """
    beginnings = sorted(heads, key=_order)
    found: dict[str, str] = {}
    for item in sorted(items, key=_order):
        beginnings = [head for head in beginnings if (item.day - head.day).days <= DAYS]
        head = next((head for head in beginnings if head.with_(item)), None)
        found[item.id] = head.id if head else item.id
        if head is None:
            beginnings.append(item)
    return found


def _order(item: Told) -> tuple[date, str]:
    return item.day, item.id
