"""Addresses of searches: which filters one has, one for each thing that can be changed about it, and the filters in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from dutybook.searching import FACETS, Filters
from dutybook.store import Register
from dutybook.store.alerts.alerts import filters_as_json
from dutybook.store.documents.works import short_names
from dutybook.store.search.facets import values_of
from dutybook.web.reader import Reader

#: The page of results.
PAGE = "/search"
#: Facets of which one value is chosen at a time.
ONE = ("status", "review_state", "owner")
#: Names of filters in addresses.
FILTERS = frozenset(field.name for field in fields(Filters) if field.name != "today")
#: Filters that are days, in the order of their fields.
DAYS = ("applies_on", "as_of", "deadline_after", "deadline_before")
#: Names in addresses of how results are displayed.
VIEW = ("view", "columns", "sort")


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """The names and values in an address of a search, in order; the number of the page (``offset``) is left out of all others."""

    asked: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, asked: Iterable[tuple[str, str]]) -> SearchAddress:
        """The address of a request; what is neither a filter nor part of the view is left out."""
        return cls(tuple((n, v) for n, v in asked if v.strip() and (n in FILTERS or n in VIEW)))

    def __str__(self) -> str:
        return self.at(PAGE)

    def at(self, path: str, **more: str) -> str:
        """Another page for the same search."""
        query = _write_query((*self.asked, *more.items()))
        return f"{path}?{query}" if query else path

    def having(self, **new: str) -> SearchAddress:
        """With other values; an empty one takes the name away."""
        kept = [(n, v) for n, v in self.asked if n not in new]
        return SearchAddress((*kept, *((n, v) for n, v in new.items() if v)))

    def without(self, name: str, value: str | None = None) -> SearchAddress:
        """Without a filter, or without one of its values."""
        return SearchAddress(tuple((n, v) for n, v in self.asked if n != name or (value is not None and v != value)))

    def toggled(self, name: str, value: str) -> SearchAddress:
        """With a value of a facet chosen, or not chosen where it was."""
        if (name, value) in self.asked:
            return self.without(name, value)
        rest = self.without(name) if name in ONE else self
        return SearchAddress((*rest.asked, (name, value)))

    def reset(self) -> SearchAddress:
        """Without any filter but the words."""
        return SearchAddress(tuple((n, v) for n, v in self.asked if n == "words" or n in VIEW))

    @property
    def query(self) -> str:
        """The filters alone, as the query of an address."""
        return _write_query((n, v) for n, v in self.asked if n in FILTERS)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form sends along that has fields for ``without``."""
        return [(n, v) for n, v in self.asked if n not in without]


def _write_query(asked: Iterable[tuple[str, str]]) -> str:
    """As ``urlencode``: a page of results has some fifty addresses, whose values are nearly all the same."""
    return "&".join(f"{_quote(name)}={_quote(value)}" for name, value in asked)


@lru_cache(4096)
def _quote(text: str) -> str:
    return quote_plus(text)


def given_filters(asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The filters in an address. Parameters that are not filters are left out."""
    given: dict[str, Any] = {}
    for name, value in asked:
        value = value.replace("\0", "").strip()
        if not value or name not in FILTERS:
            continue
        if name in FACETS:
            given[name] = (*given.get(name, ()), value)
        else:
            given[name] = value == "1" if name == "all_versions" else value
    for name in ONE:
        if isinstance(given.get(name), tuple):
            given[name] = given[name][0]
    return given


def search_address(filters: Filters, view: str = "") -> str:
    """The address of the result page for these filters; ``view`` (part of an address) says how results are displayed."""
    given: dict[str, Any] = json.loads(filters_as_json(filters))
    asked = [("words", filters.words)] if filters.words else []
    for name, value in given.items():
        asked += [(name, "1" if one is True else str(one)) for one in (value if isinstance(value, list) else [value])]
    return str(SearchAddress.of([*asked, *parse_qsl(view)]))


def parts_of(reader: Reader, filters: Filters, acts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters of a search for readers, as pairs of a name and a value. Searched words have an empty name."""
    words = reader.section("watching")
    parts = [("", words("searches.words", words=filters.words))] if filters.words else []
    for name, value in json.loads(filters_as_json(filters)).items():
        values = value if isinstance(value, list) else [value]
        label = words.get(f"filter.{name}", reader.words.get(f"facet.{name}", name))
        parts.append((label, ", ".join(_text(reader, name, one, acts) for one in values)))
    return parts


def _text(reader: Reader, name: str, value: object, acts: Mapping[str, str]) -> str:
    """A value of a filter in words: an act by its name, a day and a place in the reader's form."""
    text = "" if value is True else str(value)
    if name in DAYS:
        return reader.day(text)
    if name == "place":
        return reader.place(text)
    return acts.get(text) or reader.words.get(f"{name}.{value}", str(reader.value(name, text)))


def acts_of(register: Register, filters: Filters, language: str) -> dict[str, str]:
    """The short names of the acts that a search names, by id."""
    return short_names(register, list(values_of(filters.work)), language)
