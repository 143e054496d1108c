"""The pages that the header links to, in order. To add a page, add a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dutybook.languages.reader import reader_words
from dutybook.web.access import Person, Role


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation: its address, the key of its name in a section of texts, and the role that it needs."""

    address: str
    key: str
    section: str = "web"
    role: Role = Role.READER


@dataclass(frozen=True, slots=True)
class Link:
    """An entry for one reader on one page. ``current`` is "page" on that page, "true" below it, else empty."""

    address: str
    name: str
    current: str


#: What most people open every day: these stand in the header itself.
MAIN = (
    Entry("/", "nav.search"),
    Entry("/acts", "nav.acts"),
    Entry("/review", "nav.review"),
    Entry("/calendar", "nav.calendar"),
    Entry("/changes", "nav", "changes_page"),
    Entry("/news", "nav.news"),
)
#: What is opened now and then: these stand in its menu.
MORE = (
    Entry("/documents", "nav.documents"),
    Entry("/export", "nav", "export_page"),
    Entry("/searches", "nav.searches", "watching"),
    Entry("/upload", "nav.upload", "watching", Role.EDITOR),
    Entry("/alerts", "nav.alerts", "watching", Role.EDITOR),
    Entry("/watches", "nav.watches", "watching", Role.ADMIN),
    Entry("/account", "account.title", "accounts"),
    Entry("/api", "name", "api_page"),
    Entry("/about", "nav.about"),
)


def links_for(entries: Iterable[Entry], here: str, language: str, person: Person) -> list[Link]:
    """The links that a person gets on the page with the path ``here``."""
    return [
        Link(entry.address, reader_words(entry.section, language)(entry.key), _current(entry.address, here))
        for entry in entries
        if person.role >= entry.role
    ]


def _current(address: str, here: str) -> str:
    if here == address:
        return "page"
    return "true" if address != "/" and here.startswith(f"{address}/") else ""
