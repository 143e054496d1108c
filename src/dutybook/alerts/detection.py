"""Detects what is new or changed in the register: acts, dates, news and what comes of it; :mod:`dutybook.alerts.norm_detection` has norms.

Nothing is written; an event's key is made of its content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from dutybook.alerts import settings
from dutybook.records import content_id
from dutybook.resolve.claims import ClaimState, last_day_of
from dutybook.resolve.identity.records import letters_and_digits, neutral, uncounted
from dutybook.resolve.procedures import StepStatus
from dutybook.store import NormRow, Register
from dutybook.store.alerts import triggers
from dutybook.store.alerts.events import AlertEvent
from dutybook.store.alerts.triggers import Claimed, Moved, NewsOf, Seen, claimed, moved, news, titles
from dutybook.store.news.procedures import StepRow
from dutybook.store.news.procedures import procedures as procedures_of
from dutybook.store.watches import watch_items

#: Longer words of a norm are shortened in messages.
_MOST = 4_000
#: News of an older day is not news, nor is what it announced.
RECENT = 90


@dataclass
class NewDocuments:
    """The documents of the register, new and known: ``fresh`` are those that no run has seen yet.

    A version of an act is news if it is fresh and no known version in its language (in any, if there is none in its
    language) is younger. Other fresh documents fill in the past, or are copies of known ones. On ``today`` it is seen which announced dates
    have passed.
    """

    register: Register
    fresh: tuple[Seen, ...]
    news_since: date
    today: date
    _titles: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def known(self) -> tuple[Seen, ...]:
        own = {seen.id for seen in self.fresh}
        found = triggers.known(
            self.register,
            works={seen.work for seen in self.fresh if seen.work} | triggers.related(self.register, own),
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

    def source(self, document: str, title: str, file: str) -> dict[str, Any]:
        """Where a text is from, as a digest says it: title, file, link."""
        return _source(self.address, document, title, file)

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


def cut(words: str) -> str:
    """Words for a message, shortened, with single spaces."""
    one = " ".join(words.split())
    return one if len(one) <= _MOST else one[:_MOST].rpartition(" ")[0] + " …"


def by_language(texts: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The first text in each language."""
    made: dict[str, Any] = {}
    for language, fields in texts:
        made.setdefault(language, fields)
    return made


#: The address that a document (id) was fetched from, or else the file (given) that was read.
Address = Callable[[str, str], str]


def addresses(register: Register) -> Address:
    """A function that returns the source address of a document, for links, and asks for each once."""

    @cache
    def address(document: str, file: str) -> str:
        return watch_items.address(register, document) or file

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


def _source(address: Address, document: str, title: str, file: str) -> dict[str, Any]:
    """The fields of a text that say what it is and where."""
    return {"document": document, "title": cut(title), "source": address(document, file)}


def text_of_step(step: StepRow, address: Address) -> dict[str, Any]:
    """The fields of a step that a message needs."""
    fields = {"quote": cut(step.quote), "day": step.day, "page": step.page}
    return _source(address, step.document, step.title, step.source) | {k: v for k, v in fields.items() if v}


def documents(look: NewDocuments) -> Iterator[AlertEvent]:
    """New acts and versions, whatever languages and copies they come in, and texts that belong to no act."""
    groups: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in look.fresh:
        if (group_of := _group_of(look, seen)) is not None:
            groups[group_of].append(seen)
    for (work, day), group in groups.items():
        first = group[0]
        texts = by_language(
            (seen.language, look.source(seen.id, seen.title, seen.file) | {"genre": seen.genre, "norms": seen.norms})
            for seen in sorted(group, key=lambda s: (not s.preferred, s.id))
        )
        what = "version" if work in look.works else "act" if work else "text"
        yield AlertEvent(
            *("document", frozenset({settings.DOCUMENT}), work or None, first.day),
            (key("document", work, day) if work else day,),
            data={"texts": texts, "titles": look.title(work) if work else {}, "day": first.day, "what": what},
            documents=frozenset(seen.id for seen in group),
        )


def _group_of(look: NewDocuments, seen: Seen) -> tuple[str, str] | None:
    """The work and the day of what a document is new of; for a text of no act a key in place of the day; None: it is not new."""
    if seen.work is None:
        titled = [k for k in look.known if k.work is None and k.name and k.name == seen.name]
        if any(k.source in (seen.source, seen.file) for k in look.known) or any(k.day == seen.day for k in titled):
            return None
        return "", key("document", seen.name or seen.source, seen.day)
    if seen.work not in look.works:
        return (seen.work, seen.day) if seen.current else None
    return (seen.work, seen.day) if look.is_next(seen) and seen.day > (look.newest(seen.work) or "") else None


def dates(look: NewDocuments) -> Iterator[AlertEvent]:
    """Dates of an act that a new act moves."""
    groups: dict[tuple[str, str, str, str, str], list[Moved]] = defaultdict(list)
    for row in moved(look.register, look.by_id):
        groups[row.work, row.type, at(row.place), row.old, row.new].append(row)
    for (work, sort, place, old, new), group in groups.items():
        texts = by_language(
            (r.language, {"document": r.document, "place": r.place, "quote": cut(r.quote), "steps": r.steps[-1:]})
            for r in group
        )
        yield AlertEvent(
            *("date", frozenset({settings.MOVED}), work, new, (key("moved", work, sort, place, old, new),)),
            data={"texts": texts, "titles": look.title(work), "type": sort, "old": old, "new": new},
            works=frozenset({work}),
        )


def news_of_acts(look: NewDocuments) -> Iterator[AlertEvent]:
    """News about acts: one event for each reported event and act, however many items report it."""
    groups: dict[tuple[str, str], list[NewsOf]] = defaultdict(list)
    for row in news(look.register):
        groups[row.entry, row.work].append(row)
    since = look.news_since.isoformat()
    for (_, work), group in groups.items():
        if max(row.day or "9999" for row in group) < since:
            continue
        items = {row.document: row for row in reversed(group)}
        texts: dict[str, Any] = {}
        for row in group:
            fields = {"page": row.page, "quote": cut(row.quote), "norm": row.norm, "day": row.day}
            about = {"about": row.place} if row.place else {}
            texts.setdefault(row.language, look.source(row.document, row.title, row.source) | fields | about)
        yield AlertEvent(
            *("news", frozenset({settings.NEWS}), work, max(row.day for row in group)),
            tuple(dict.fromkeys(key("news", work, letters_and_digits(row.title), row.day) for row in items.values())),
            data={"texts": texts, "titles": look.title(work), "day": group[0].day, "items": len(items)},
            works=frozenset({work}),
        )


def claims(look: NewDocuments) -> Iterator[AlertEvent]:
    """Dates that news state about acts and that are confirmed, contradicted, moved or missed."""
    groups: dict[tuple[str, str, str, str, str], list[Claimed]] = defaultdict(list)
    for row in claimed(look.register, look.today):
        groups[row.work, row.type, row.due, row.state, row.actual].append(row)
    since = look.news_since.isoformat()
    for (work, sort, due, state, actual), group in groups.items():
        answered = last_day_of(due) if state == ClaimState.MISSED else ""
        if max(max(row.published or "9999", row.ruled, answered) for row in group) < since:
            continue
        texts: dict[str, Any] = {}
        for row in group:
            answer = {"by_document": row.by_document, "by_quote": cut(row.by_quote), "by_place": row.by_place}
            fields = {"quote": cut(row.quote), "day": row.published} | {
                name: value for name, value in answer.items() if value
            }
            texts.setdefault(row.language, look.source(row.document, row.title, row.source) | fields)
        yield AlertEvent(
            *("claim", frozenset({settings.CLAIMS}), work, actual or due),
            (key("claim", work, sort, due, state, actual),),
            data={
                "texts": texts,
                "titles": look.title(work),
                "type": sort,
                "state": state,
                "announced": due,
                "actual": actual,
            },
            works=frozenset({work}),
        )


def procedures(look: NewDocuments) -> Iterator[AlertEvent]:
    """Steps that acts in the making have taken, by what the latest document says."""
    since = look.news_since.isoformat()
    for row in procedures_of(look.register, today=look.today):
        reached = [one for one in row.dates if one.step == row.state and one.status != StepStatus.SUPERSEDED]
        if not row.work or not row.state or not reached:
            continue
        if max(max(one.day or "9999", one.due or "") for one in reached) < since:
            continue
        texts = by_language((one.language, text_of_step(one, look.address)) for one in reversed(reached))
        yield AlertEvent(
            *("procedure", frozenset({settings.PROCEDURES}), row.work, row.since),
            (key("procedure", row.work, row.state),),
            data={
                "texts": texts,
                "titles": look.title(row.work) or {next(iter(texts)): row.title},
                "step": row.state,
                "since": row.since,
            },
            works=frozenset({row.work}),
        )
