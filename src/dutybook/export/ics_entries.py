"""Makes the entries of a calendar: one for each due date of norms, stored events, recurring duties, and the acts
themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from dutybook.export.content import Content, ObligationRow, abbreviate, act_of, clean, link_to
from dutybook.languages.reader import ReaderWords, rank_language, reader_words
from dutybook.languages.reader.places import write_place
from dutybook.records import content_id
from dutybook.records.dates import date_of, parse_moment
from dutybook.resolve.periods import Recurrence, Rule, recurrence_of, returns_by_itself
from dutybook.store import DeadlineRow, DocumentRow, EventRow, FactRow
from dutybook.store.judgements.record import Record

SUMMARY_LIMIT = 160
TEXT_LIMIT = 4_000
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
_FOLLOWING = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar entry. ``start`` is a day, or a moment where hours count (without an offset where none is known).

    ``uid`` is set where the entry comes from a stored event, which has an identifier. All others are recognised by
    ``slot`` (act, language, place, kind) and ``words`` (digest of the text). ``visible``: the filters leave it.
    """

    uid: str | None
    slot: str
    words: str
    start: date | datetime
    rule: Rule | None
    summary: str
    description: str
    location: str
    categories: tuple[str, ...]
    url: str | None
    made: datetime
    note: str = ""
    visible: bool = True

    @property
    def day(self) -> date:
        """The day of the entry, in the time zone in which it was computed."""
        return date_of(self.start)

    @property
    def digest(self) -> str:
        """Changes if and only if something changes that a reader sees."""
        rule = sorted((self.rule or {}).items())
        return content_id(
            self.start, rule, self.summary, self.description, self.location, self.categories, self.url or ""
        )


def entries(content: Content, address: str = "") -> Iterator[Entry]:
    """All entries of a content, each once. ``address`` is that of the register's pages, for links."""
    seen: set[tuple[str, str, str, str]] = set()
    for entry in _all(content, address):
        key = (entry.uid or "", entry.slot, entry.words, str(entry.start))
        if key not in seen:  # a second copy of an act has nothing to add
            seen.add(key)
            yield entry


def _all(content: Content, address: str) -> Iterator[Entry]:
    """The entries of norms, each in one language, of days that people set, and of acts, as a calendar of ours shows them."""
    spoken = content.in_one_language()
    own: set[str] = set()
    for row in content.rows():
        if row.norm.id not in spoken:
            continue
        for deadline in row.norm.deadlines:
            yield from entries_of(content, row, deadline, address)
        review = row.review
        if review and review.due and review.id not in own:
            own.add(review.id)
            yield _own_entry(content, row, review, address)
    facts = [(fact, document) for fact, document in content.facts(of_classes=True) if fact.due]
    languages: dict[str, str] = {}
    for _, document in sorted(facts, key=lambda pair: rank_language(pair[1].language, content.reader)):
        languages.setdefault(document.work or document.id, document.language)
    for fact, document in facts:
        if fact.due and languages[document.work or document.id] == document.language:
            yield _fact_entry(fact, document, fact.due, content, address)


def _own_entry(content: Content, row: ObligationRow, review: Record, address: str) -> Entry:
    """The entry of a day that people set themselves."""
    norm, document = row.norm, row.document
    tell = reader_words("calendar", content.reader)
    where = ", ".join(part for part in (write_place(norm.place, content.reader), act_of(document)) if part)
    about = [
        tell("own", day=review.due),
        *([tell("owner", words=review.owner)] if review.owner else []),
        tell("who", words=norm.bearer or tell("unnamed")),
        tell("says", words=norm.duty),
    ]
    action = norm.action or norm.quote
    day = date.fromisoformat(review.due)
    return Entry(
        uid=f"own-{review.id}@dutybook",
        slot=_slot(document, norm.language, norm.place, "own"),
        words=content_id("own", review.id),
        start=day,
        rule=None,
        summary=_summary(f"{tell('own_summary')}: {action}" + _noted(review.owner)),
        description=_description(about, (), where, norm.page, document.source, tell),
        location=abbreviate(clean(where), SUMMARY_LIMIT),
        categories=(norm.modality, "own"),
        url=link_to(document.source, address, f"/norms/{norm.id}"),
        made=_made(document),
        visible=content.shows(day),
    )


def entries_of(content: Content, row: ObligationRow, deadline: DeadlineRow, address: str = "") -> Iterator[Entry]:
    """The entries of one deadline: the date that the text fixes, what recurs from the act's application on, and what
    events start.
    """
    if deadline.due:
        yield _entry(
            content, row, deadline, _Occurrence(deadline.due, content.shows(deadline.due), deadline.steps), address
        )
    elif not deadline.events and deadline.value and returns_by_itself(deadline.value):
        # A day of every year or month needs a first one: from when the norm applies. Other returns start with an event.
        begins = row.norm.applies_from
        found = recurrence_of(deadline.value, begins) if begins else None
        if found:
            steps = (f"it applies from {begins}", f"{deadline.value} returns, first on {found.start}")
            visible = content.shows(date_of(found.start))
            occurrence = _Occurrence(found.start, visible, steps, returns=found)
            yield _entry(content, row, deadline, occurrence, address)
    for event in deadline.events:
        returns = _returns(deadline, event)
        if returns:
            # Hours begin with a full one, as the law that counted them says.
            start = parse_moment(event.dates[0]) if isinstance(returns.start, datetime) else returns.start
            visible = any(content.shows(date.fromisoformat(day[:10])) for day in event.dates)
            occurrence = _Occurrence(start, visible, event.steps, event, returns)
            yield _entry(content, row, deadline, occurrence, address)
            continue
        for number, day in enumerate(event.dates):
            visible = content.shows(date.fromisoformat(day[:10]))
            occurrence = _Occurrence(parse_moment(day), visible, event.steps, event)
            made = _entry(content, row, deadline, occurrence, address)
            yield replace(made, uid=f"{event.id}-{number}@dutybook") if number else made


def _returns(deadline: DeadlineRow, event: EventRow) -> Recurrence | None:
    if deadline.kind != "recurring" or not deadline.value:
        return None
    return recurrence_of(deadline.value, parse_moment(event.occurred_at))


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """When a deadline is due: once or, with ``returns``, again and again from ``start`` on; ``event`` is what started it.

    ``steps`` say how ``start`` was computed. ``visible``: the filters leave it.
    """

    start: date | datetime
    visible: bool
    steps: Sequence[str]
    event: EventRow | None = None
    returns: Recurrence | None = None


def _entry(content: Content, row: ObligationRow, deadline: DeadlineRow, occurrence: _Occurrence, address: str) -> Entry:
    norm, document, event, returns = row.norm, row.document, occurrence.event, occurrence.returns
    page, note = deadline.page or norm.page, event.note if event else ""
    where = ", ".join(part for part in (write_place(norm.place, content.reader), act_of(document)) if part)
    action = norm.action or norm.quote
    tell = reader_words("calendar", content.reader)
    about = [
        tell("deadline", words=deadline.quote + _noted(deadline.anchor)),
        *_event_lines(occurrence, tell),
        tell("who", words=norm.bearer or tell("unnamed")),
        tell("says", words=norm.duty),
    ]
    return Entry(
        uid=f"{event.id}@dutybook" if event else None,
        slot=_slot(document, norm.language, norm.place, deadline.kind),
        words=content_id(norm.quote, deadline.quote),
        start=occurrence.start,
        rule=_until(returns.rule, norm.applies_until) if returns else None,
        summary=_summary((f"{norm.bearer}: {action}" if norm.bearer else action) + _noted(note)),
        description=_description(about, occurrence.steps, where, page, document.source, tell),
        location=abbreviate(clean(where), SUMMARY_LIMIT),
        categories=(norm.modality, deadline.kind),
        url=link_to(document.source, address, f"/norms/{norm.id}"),
        made=_made(document),
        note=note,
        visible=occurrence.visible,
    )


def _event_lines(occurrence: _Occurrence, tell: ReaderWords) -> list[str]:
    """The lines of a description about the event that started a deadline, and about how it returns."""
    event = occurrence.event
    lines = [tell("event", moment=event.occurred_at.replace("T", " ")) + _noted(event.note)] if event else []
    if occurrence.returns:
        days = ", ".join(d.replace("T", " ") for d in event.dates[:_FOLLOWING]) if event else ""
        lines.append(tell("returns") + (f". {tell('counted', days=days)}" if days else ""))
    return lines


def _noted(note: str | None) -> str:
    return f" ({note})" if note else ""


def limits_of(fact: FactRow) -> str:
    """The places that a date of an act is about and the excluded ones, or the words that limit it; empty for the
    whole act.
    """
    about = fact.about if fact.reach != "whole" and not fact.scope else ""
    return ", ".join((*fact.scope, *(f"– {place}" for place in fact.outside), *([about] if about else [])))


def _fact_entry(fact: FactRow, document: DocumentRow, due: date, content: Content, address: str) -> Entry:
    tell, values = reader_words("calendar", content.reader), reader_words("values", content.reader)
    what = values.get(f"fact.{fact.type}", fact.type.replace("_", " "))
    limits, where = limits_of(fact), act_of(document)
    return Entry(
        uid=None,
        slot=_slot(document, document.language, "", fact.type),
        words=content_id(fact.quote),
        start=due,
        rule=None,
        # An act that applies in steps has an entry a step: what each is about tells them apart.
        summary=_summary(f"{what[:1].upper()}{what[1:]}{_noted(limits)}: {where}"),
        description=_description([tell("says", words=fact.quote)], fact.steps, where, fact.page, document.source, tell),
        location=abbreviate(clean(where), SUMMARY_LIMIT),
        categories=(fact.type,),
        url=link_to(document.source, address, f"/documents/{document.id}"),
        made=_made(document),
        visible=content.shows(due),
    )


def _summary(text: str) -> str:
    return abbreviate(" ".join(clean(text).split()), SUMMARY_LIMIT)


def _description(
    about: Sequence[str], steps: Sequence[str], where: str, page: int | None, source: str, tell: ReaderWords
) -> str:
    """The lines ``about`` an entry, then how its date was computed and where its words stand."""
    lines = [
        *about,
        *([tell("computed", words="; ".join(steps))] if steps else []),
        tell("place", words=where) + (f", {tell('page', number=page)}" if page else ""),
        tell("source", words=source),
    ]
    return "\n".join(abbreviate(clean(line), TEXT_LIMIT) for line in lines)


def _until(rule: Rule, last: date | None) -> Rule:
    """The rule, ended by the last day on which its norm applies."""
    return rule if last is None or rule["FREQ"] == "HOURLY" else rule | {"UNTIL": last}


def _slot(document: DocumentRow, language: str, place: str, kind: str) -> str:
    """What stays the same when the words change. A document without an act is identified by its source."""
    return "\x1f".join((document.work or document.source, language, place, kind))


def _made(document: DocumentRow) -> datetime:
    """The creation time of the entry without a clock: the date of the version or of the publication."""
    for value in (document.version_date, document.published):
        try:
            day = date.fromisoformat(value or "")
        except ValueError:
            continue
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return _UNDATED
