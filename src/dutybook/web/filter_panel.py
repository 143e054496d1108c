"""The filters next to a list of results: values of facets to choose, fields for days, and chips of what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dutybook.searching import Counts
from dutybook.store import Register
from dutybook.store.documents.works import short_names
from dutybook.web.reader import Reader
from dutybook.web.search_address import DAYS, ONE, PAGE, SearchAddress

#: Facets in the order in which they are offered.
OFFERED = (
    *("modality", "bearer_class", "bearer_role", "work", "topic", "due_window", "applies"),
    *(
        "status",
        "owner",
        "applicability",
        "for_us",
        "profile",
        "tag",
        "review_state",
        "language",
        "jurisdiction",
        "new_text",
    ),
)
#: Facets that are counted with each search; the others once somebody opens them, since each takes time.
COUNTED = ("modality", "bearer_class", "bearer_role", "work")
#: Values of a facet next to the results, and on the page of all its values.
FEW, MANY = 6, 200
#: The address of the page with all values of a facet.
VALUES = f"{PAGE}/values"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many norms have it, whether it is chosen, and the address that toggles it."""

    label: str
    number: int
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """A facet with the values that are displayed (``total``: how many there are), and the address of the page with all.

    Where ``known`` is false the values are looked up when somebody opens it.
    """

    name: str
    choices: tuple[Choice, ...]
    total: int
    address: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Chip:
    """A value of a filter in use, and the address of the search without it."""

    name: str
    value: str
    address: str


def names_counted(given: Mapping[str, Any]) -> list[str]:
    """The facets that a search counts: the usual ones, and those that are chosen, so that another value can be."""
    return [name for name in OFFERED if name in COUNTED or given.get(name)]


def group_facets(
    reader: Reader,
    address: SearchAddress,
    given: Mapping[str, Any],
    facets: Mapping[str, Counts],
    acts: Mapping[str, str],
) -> list[Group]:
    """All facets in order; those that were counted and have no value are left out."""
    made = []
    for name in OFFERED:
        counts = facets.get(name)
        if counts is None:
            made.append(Group(name, (), 0, address.at(VALUES, facet=name), known=False))
        elif counts:
            every = choices_of(reader, address, name, counts, given, acts)
            first = [choice for at, choice in enumerate(every) if at < FEW or choice.chosen]
            made.append(Group(name, tuple(first), len(every), address.at(VALUES, facet=name)))
    return made


def choices_of(
    reader: Reader,
    address: SearchAddress,
    name: str,
    counts: Counts,
    given: Mapping[str, Any],
    acts: Mapping[str, str],
) -> list[Choice]:
    """All values of a facet that were counted, in their order.

    Args:
        reader: names the values in the reader's language.
        address: that of the search; each choice leads to it with the value added, or taken away.
        name: of the facet.
        counts: its values, with their labels and how many norms have each.
        given: the filters in use.
        acts: short names of acts by id.
    """
    chosen = given.get(name, ())
    chosen = (chosen,) if isinstance(chosen, str) else chosen
    return [
        Choice(
            label_of(reader, name, value, acts.get(value, label)),
            number,
            value in chosen,
            str(address.toggled(name, value)),
        )
        for value, label, number in counts
    ]


def label_of(reader: Reader, name: str, value: str, otherwise: str) -> str:
    """What a value of a filter is called in the reader's language."""
    if name == "language":
        return reader.language_name(value)
    known = reader.words.get(f"{name}.{value}", reader.value(name, value))
    return otherwise if known == value else known


def chips_of(reader: Reader, address: SearchAddress, given: Mapping[str, Any], acts: Mapping[str, str]) -> list[Chip]:
    """The filters in use, each value on its own. The words are in their field."""
    made = []
    names = reader.section("watching")
    for name, value in address.asked:
        if name not in given or name == "words":
            continue
        label = names.get(f"filter.{name}", reader.words.get(f"facet.{name}", name))
        if name == "all_versions":
            text = ""
        elif name in DAYS:
            text = reader.day(value)
        else:
            text = label_of(reader, name, value, acts.get(value, value))
        rest = address.without(name) if name in ONE else address.without(name, value)
        made.append(Chip(label, text, str(rest)))
    return made


def act_names(
    register: Register, facets: Mapping[str, Counts], given: Mapping[str, Any], language: str, most: int = FEW
) -> dict[str, str]:
    """Short names of the acts that the panel shows, by id."""
    chosen: Sequence[str] = given.get("work", ())
    counted = facets.get("work", [])
    return short_names(register, [*(value for value, _, _ in counted[:most]), *chosen], language)
