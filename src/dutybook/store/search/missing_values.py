"""Why nothing was found: filters that ask for what no norm in the register has, and what is there instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dutybook.records.norm_fields import ROLES_APART
from dutybook.store.database.protocols import Connection
from dutybook.store.search.facets import values_of
from dutybook.store.search.filters import Filters
from dutybook.store.search.terms import fold
from dutybook.suggestions import did_you_mean, near_matches

#: So many different values are compared, the most frequent first: a mistyped word is compared with each.
_MOST_COMPARED = 5_000
#: Shorter words are like too many others.
_SHORTEST_WORD = 4
#: So many values are named where there are few.
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class _Filter:
    """A filter with free values: the question for those in the register, and whether a part of one will do."""

    name: str
    says: str
    values: str
    part: bool


_FREE = (
    _Filter(
        "bearer",
        "names a bearer with {given} in it",
        "SELECT bearer FROM norms WHERE bearer IS NOT NULL GROUP BY bearer ORDER BY count(*) DESC",
        True,
    ),
    _Filter(
        "role",
        "has a bearer whose English name has {given} in it",
        "SELECT role FROM norm_facets WHERE role IS NOT NULL GROUP BY role ORDER BY count(*) DESC",
        True,
    ),
    _Filter(
        "bearer_role",
        "has a bearer whose English name is {given}",
        "SELECT role FROM norm_facets WHERE role IS NOT NULL GROUP BY role ORDER BY count(*) DESC",
        False,
    ),
    _Filter(
        "jurisdiction",
        "is of the jurisdiction {given}",
        "SELECT jurisdiction FROM norm_facets WHERE jurisdiction <> '' GROUP BY jurisdiction ORDER BY count(*) DESC",
        False,
    ),
    _Filter(
        "language",
        "is in the language {given}",
        "SELECT language FROM norm_facets WHERE language <> '' GROUP BY language ORDER BY count(*) DESC",
        False,
    ),
    _Filter(
        "owner",
        "has an owner with {given} in the name",
        "SELECT owner FROM reviews WHERE owner <> '' GROUP BY owner ORDER BY count(*) DESC",
        True,
    ),
)


def missing_values(connection: Connection, filters: Filters) -> Iterator[str]:
    """A sentence for each filter that no norm meets whatever the other filters say, with what was probably meant."""
    for free in _FREE:
        for given in values_of(getattr(filters, free.name)):
            # A norm with several bearers has the names of all.
            found = (str(row[0]).split(ROLES_APART) for row in connection.execute(free.values))
            there = list(dict.fromkeys(name for names in found for name in names))
            if not _is_there(given, there, free):
                yield f"no norm in the register {free.says.format(given=repr(given))}{_instead(given, there, free)}"


def _is_there(given: str, there: Iterable[str], free: _Filter) -> bool:
    if free.part:
        asked = fold(given)
        return any(asked in fold(value) for value in there)
    # Codes of languages are asked for in any case.
    same: Callable[[str], str] = str.lower if free.name == "language" else str
    return same(given) in map(same, there)


def _instead(given: str, there: list[str], free: _Filter) -> str:
    compared = there[:_MOST_COMPARED]
    if free.part:
        compared += [word for value in compared for word in value.split() if len(word) >= _SHORTEST_WORD]
    if near := near_matches(given, compared, 3):
        return f": did you mean {' or '.join(map(repr, near))}?"
    if there and len(there) <= _MOST_NAMED:
        return f": there {'is' if len(there) == 1 else 'are'} {', '.join(there)}"
    return ""


def act_meant(connection: Connection, named: str) -> str:
    """A question with the act that was probably meant, for the end of a message; empty where no name and no number is like it."""
    names = [str(row[0]) for row in connection.execute("SELECT id FROM works UNION SELECT short_title FROM work_names")]
    words = [word for name in names for word in name.split() if len(word) >= _SHORTEST_WORD]
    return did_you_mean(named, [*names, *words])
