"""Collects the dates of an act and of its norms for a timeline, with labels in the reader's language; the text of the
law is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import format_date

from dutybook.errors import BadFilter
from dutybook.export.content import Content, ObligationRow, act_of, clean
from dutybook.export.ics_entries import entries_of
from dutybook.languages.reader import FALLBACK, reader_words
from dutybook.languages.reader.places import write_place
from dutybook.records.dates import parse_day
from dutybook.store import DeadlineRow, DocumentRow, FactRow, Register


class TimelineWords:
    """The labels of the timeline and of its table for one reader."""

    def __init__(self, reader: str) -> None:
        self._say = reader_words("timeline", reader)
        self.language = self._say("language")

    def __call__(self, key: str, /, **values: object) -> str:
        return self._say(key, **values)

    def fact(self, kind: str) -> str:
        """The label for a date of an act, by the type of its fact: ``Enters into force``."""
        return self._say.get(f"fact.{kind}", kind.replace("_", " ").capitalize())

    def place(self, place: str) -> str:
        """A place as readers of the language cite it."""
        return write_place(clean(place), self.language)

    def day(self, day: date) -> str:
        """A formatted day.

        >>> timeline_words("en").day(date(2026, 8, 2)), timeline_words("de").day(date(2026, 8, 2))
        ('2 Aug 2026', '2. Aug. 2026')
        """
        return str(format_date(day, self._say("form.day"), self.language))

    def month(self, day: date) -> str:
        return str(format_date(day, self._say("form.month"), self.language))


@cache
def timeline_words(reader: str = FALLBACK) -> TimelineWords:
    """The labels for a reader of a language (ISO 639-1), in English where it has none."""
    return TimelineWords(reader)


ACT = "act"
EVENT = "event"
#: Lanes of the picture, in this order: the act itself, its norms by modality, and events that somebody entered.
KINDS = (ACT, "obligation", "prohibition", "permission", "exemption", EVENT)

_TELLING = 30
"""An action of fewer letters ("notify") says less than the text itself."""

_LONGEST_SCOPE = 120


@dataclass(frozen=True, slots=True)
class Item:
    """A date. ``kind`` is its lane, ``what`` its subject, ``words`` are quoted from the text, ``scope`` is what it is
    limited to.

    ``returns``: it is the first of several. ``id`` is that of the norm; empty for dates of the act itself.
    """

    day: date
    kind: str
    what: str
    words: str
    place: str = ""
    scope: str = ""
    returns: bool = False
    id: str = ""

    @property
    def label(self) -> str:
        """Its label: ``Applies (Chapter III)``, ``provider: keep the logs``."""
        if self.kind == ACT:
            return f"{self.what} ({self.scope})" if self.scope else self.what
        return f"{self.what}: {self.words}" if self.what else self.words


@dataclass(frozen=True, slots=True)
class Timeline:
    """Items by day, then by lane, then in the order of the text. ``undated`` counts deadlines without a date."""

    title: str
    number: str
    language: str
    documents: int
    items: tuple[Item, ...]
    undated: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """The lanes that are not empty."""
        return tuple(kind for kind in KINDS if any(item.kind == kind for item in self.items))


def timeline_of(register: Register, filters: Mapping[str, object], reader: str = FALLBACK) -> Timeline:
    """The dates of the act (or document) that ``filters`` name, in one of its languages.

    Args:
        register: the register.
        filters: ``work`` or ``document``, and ``language`` (by default English if there is such a text, else the
            first one).
        reader: the language (ISO 639-1) of the labels.

    The same date at the same place is returned once, however many copies of the text there are.

    Raises:
        BadFilter: no act is named, several are, or the act is not in the register or not in that language.
    """
    if not (filters.get("work") or filters.get("document")):
        raise BadFilter("name the act: --work with its number or part of its short title, or --document")
    documents = _documents(register, filters)
    language = str(filters.get("language") or _language(documents))
    chosen = [d for d in documents if d.language == language.lower()]
    if not chosen:
        there = ", ".join(sorted({d.language for d in documents}))
        raise BadFilter(f"there is no text of it in {language!r}; there is: {there}")
    acts = {d.work or d.id: act_of(d) for d in chosen}
    if len(acts) > 1:
        names = "; ".join(f"{name} ({work})" for work, name in sorted(acts.items())[:6])
        raise BadFilter(f"{len(acts)} acts are meant: {names}. Name one of them.")
    content = Content(register, {**filters, "language": language}, places=False, with_deadlines=True)
    words = timeline_words(reader)
    dated, undated = _of_norms(content, words)
    items: dict[tuple[object, ...], Item] = {}
    for item in (*_of_acts(content, chosen, words), *dated):
        items.setdefault((item.day, item.kind, item.what, item.words, item.place, item.scope), item)
    return Timeline(
        title=_title(chosen[0]),
        number=clean(chosen[0].work or ""),
        language=language,
        documents=len(chosen),
        # Within a day and a lane they stay in the order of the text.
        items=tuple(sorted(items.values(), key=lambda i: (i.day, KINDS.index(i.kind)))),
        undated=undated,
    )


def _documents(register: Register, filters: Mapping[str, object]) -> list[DocumentRow]:
    from dutybook.store import Filters, exports

    asked = Filters(work=_text(filters.get("work")), document=_text(filters.get("document")))
    register.check_filters(asked)
    return [d for d in exports.documents(register, asked) if d.status != "unreadable"]


def _title(document: DocumentRow) -> str:
    """The act's short title, or its whole one if the short one was only cut off."""
    short = act_of(document)
    return clean(document.title if short.endswith("…") and document.title else short)


def _text(value: object) -> str | None:
    return str(value) if value else None


def _language(documents: Sequence[DocumentRow]) -> str:
    languages = sorted({d.language for d in documents})
    return "en" if "en" in languages or not languages else languages[0]


def _of_acts(content: Content, documents: Sequence[DocumentRow], words: TimelineWords) -> Iterator[Item]:
    for document in documents:
        if published := parse_day(document.published):
            yield Item(published, ACT, words.fact("publication"), "")
    for fact, _ in content.facts():
        if fact.due:
            yield Item(
                fact.due, ACT, words.fact(fact.type), clean(fact.quote), words.place(fact.place), _scope(fact, words)
            )


def _of_norms(content: Content, words: TimelineWords) -> tuple[list[Item], int]:
    """The dates of norms, and the number of deadlines without one."""
    items: list[Item] = []
    undated = 0
    for row in content.rows():
        for deadline in row.norm.deadlines:
            found = list(_of_deadline(content, row, deadline, words))
            items += found
            undated += not found
    return items, undated


def _of_deadline(content: Content, row: ObligationRow, deadline: DeadlineRow, words: TimelineWords) -> Iterator[Item]:
    norm = row.norm
    action = norm.action or ""
    for entry in entries_of(content, row, deadline):
        yield Item(
            day=entry.day,
            kind=EVENT if entry.uid else norm.modality,
            what=clean(norm.bearer or ""),
            words=clean(action if len(action) >= _TELLING else norm.quote) + (f" ({entry.note})" if entry.note else ""),
            place=words.place(norm.place),
            returns=entry.rule is not None,
            id=norm.id,
        )


def _scope(fact: FactRow, words: TimelineWords) -> str:
    """What a fact is limited to; empty for the whole act."""
    parts = ", ".join(map(words.place, fact.scope))
    if fact.outside:
        parts = f"{parts} {words('without', places=', '.join(map(words.place, fact.outside)))}".strip()
    about = " ".join(fact.about.split())[:_LONGEST_SCOPE] if fact.reach != "whole" else ""
    return clean("; ".join(part for part in (parts, about) if part))
