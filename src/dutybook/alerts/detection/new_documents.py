"""Separates documents that are new since the last run from those known before. All detection of events starts here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from dutybook.records import content_id
from dutybook.resolve.identity.records import letters_and_digits, neutral, uncounted
from dutybook.store import NormRow, Register
from dutybook.store.alerts import seen_documents
from dutybook.store.alerts.seen_documents import Seen
from dutybook.store.alerts.triggers import titles
from dutybook.store.watches import watch_files

#: Longer words of a norm are shortened in messages.
_MOST = 4_000
#: News of an older day is not news, nor is what it announced.
RECENT = 90


@dataclass
class NewDocuments:
    """The documents of the register, new and known: ``fresh`` are those that no run has seen yet.

    A version of an act is news if it is fresh and no known version in its language (in any, if there is none in its
    language) is younger. Other fresh documents fill in the past, or are copies of known ones.
    """

    register: Register
    fresh: tuple[Seen, ...]
    today: date
    news_since: date
    _titles: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def known(self) -> tuple[Seen, ...]:
        own = {seen.id for seen in self.fresh}
        found = seen_documents.known(
            self.register,
            works={seen.work for seen in self.fresh if seen.work} | seen_documents.related(self.register, own),
            sources={place for seen in self.fresh for place in (seen.source, seen.file)},
            names={seen.name for seen in self.fresh if seen.name and not seen.work},
        )
        return tuple(seen for seen in found if seen.id not in own)

    @cached_property
    def by_id(self) -> dict[str, Seen]:
        return {seen.id: seen for seen in self.fresh}

    @cached_property
    def works(self) -> frozenset[str]:
        """The acts of which a text was known."""
        return frozenset(seen.work for seen in self.known if seen.work)

    @cached_property
    def expressions(self) -> frozenset[str]:
        return frozenset(one for seen in self.known for one in seen.expression.split())

    def newest(self, work: str, language: str | None = None) -> str | None:
        """The first day of the youngest known version of an act (in a language); None if none is known."""
        days = [s.day for s in self.known if s.work == work and language in (None, s.language)]
        return max(days, default=None)

    def is_next(self, seen: Seen) -> bool:
        """Whether a fresh text of a known act is a version that follows all known ones."""
        if seen.work is None or seen.expression in self.expressions or not seen.day:
            return False
        newest = self.newest(seen.work, seen.language)
        if newest is None:
            known = self.newest(seen.work)
            return known is not None and seen.day > known
        return seen.day >= newest

    @cached_property
    def address(self) -> Address:
        return addresses(self.register)

    def title(self, work: str) -> dict[str, str]:
        """The titles of an act, by language."""
        if work not in self._titles:
            self._titles |= {work: {}} | titles(self.register, [work])
        return self._titles[work]

    def norms(self, ids: set[str]) -> dict[str, NormRow]:
        return {norm.id: norm for norm in self.register.norms_by_id(sorted(ids))}


def key(sort: str, *parts: str) -> str:
    """The key of an event."""
    return content_id("happening", sort, *parts)


def at(place: str) -> str:
    """A place in a form that is the same in every language and every analysis."""
    return neutral(uncounted(place))


def plain(words: str) -> str:
    """Words without their layout, as keys contain them."""
    return letters_and_digits(words)


def cut(words: str) -> str:
    """Words for a message, shortened, with single spaces."""
    one = " ".join(words.split())
    return one if len(one) <= _MOST else one[:_MOST].rpartition(" ")[0] + " …"


#: The address that a document (id) was fetched from, or else the file (given) that was read.
Address = Callable[[str, str], str]


def addresses(register: Register) -> Address:
    """A function that returns the source address of a document, for links, and asks for each once."""

    @cache
    def address(document: str, file: str) -> str:
        return watch_files.address(register, document) or file

    return address


def text_of(norm: NormRow, address: Address) -> dict[str, Any]:
    """The fields of a norm that a message needs, in its language."""
    dues = sorted({due.isoformat() for d in norm.deadlines for due in (d.first_due,) if due})
    fields: dict[str, Any] = {
        "norm": norm.id,
        "document": norm.document,
        "title": norm.work_title or norm.document_title,
        "source": address(norm.document, norm.source),
        "page": norm.page,
        "place": norm.place,
        "modality": norm.modality,
        "strength": norm.strength,
        "bearer": norm.bearer,
        "bearer_class": norm.bearer_class,
        "role": norm.role,
        "quote": cut(norm.quote),
        "stem": cut(norm.stem) if norm.stem else None,
        "applies_from": norm.applies_from.isoformat() if norm.applies_from else None,
        "applies_until": norm.applies_until.isoformat() if norm.applies_until else None,
        "dues": dues[:5],
        "deadlines": [cut(d.quote) for d in norm.deadlines][:5],
    }
    return {name: value for name, value in fields.items() if value not in (None, [], "")}
