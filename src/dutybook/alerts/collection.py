"""Collects what has changed and what is due soon, and puts it into the outbox of every alert that asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dutybook.alerts import detection, norm_detection
from dutybook.alerts.detection import (
    RECENT,
    NewDocuments,
    addresses,
    at,
    by_language,
    key,
    text_of,
    text_of_step,
)
from dutybook.alerts.settings import APPROACHING, EVIDENCE, PROCEDURES, parse_schedule
from dutybook.errors import BadFilter
from dutybook.records import Step
from dutybook.resolve.claims import last_day_of
from dutybook.resolve.identity.records import letters_and_digits
from dutybook.store import Filters, NormRow, Register
from dutybook.store.alerts import alerts, events, outbox, triggers
from dutybook.store.alerts.alerts import AlertRow
from dutybook.store.alerts.events import AlertEvent
from dutybook.store.alerts.triggers import Near, Seen, near, titles
from dutybook.store.controls import evidence
from dutybook.store.exports import snapshot
from dutybook.store.news.procedures import procedures
from dutybook.store.retries import retry_while_busy


@dataclass(frozen=True, slots=True)
class Approach:
    """A deadline that has come within the ``days`` of an alert; ``passed`` is the day on which it did.

    ``known``: the id under which the event is stored; None if it is not.
    """

    event: AlertEvent
    days: int
    passed: date
    known: str | None = None


class Calendar:
    """The deadlines that are near, read once for all alerts that ask for the same days."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._read: dict[tuple[object, ...], list[Approach]] = {}

    def near(self, days: tuple[int, ...], today: date, since: date) -> list[Approach]:
        """See :func:`find_approaching`."""
        return self._read_once(find_approaching, days, today, since)

    def ending(self, days: tuple[int, ...], today: date) -> list[Approach]:
        """See :func:`find_ending`."""
        return self._read_once(find_ending, days, today)

    def expiring(self, today: date) -> list[Approach]:
        """See :func:`find_expiring`."""
        return self._read_once(find_expiring, today)

    def _read_once(self, find: Callable[..., Iterator[Approach]], *asked: object) -> list[Approach]:
        if (find, *asked) not in self._read:
            found = list(find(self._register, *asked))
            ids = events.find_stored_ids(self._register, (one.event for one in found))
            self._read[find, *asked] = [replace(one, known=known) for one, known in zip(found, ids, strict=True)]
        return self._read[find, *asked]


def _norms_and_titles(register: Register, ids: set[str]) -> tuple[dict[str, NormRow], dict[str, dict[str, str]]]:
    norms = {norm.id: norm for norm in register.norms_by_id(sorted(ids))}
    return norms, titles(register, {norm.work for norm in norms.values() if norm.work})


def find_approaching(register: Register, days: tuple[int, ...], today: date, since: date) -> Iterator[Approach]:
    """What is due within the longest of ``days`` from today, or was due since a day on which it was last looked for.

    Of several days before a deadline only the shortest one that has come is reported, so that after a week without
    a run there is one event. A deadline that moves has a new date and so begins again.
    """
    if not days:
        return
    rows = near(register, min(since, today), today + timedelta(days=max(days)), today)
    groups: dict[tuple[str, str, str], list[Near]] = defaultdict(list)
    for row in rows:
        groups[row.identity, row.due, row.review].append(row)
    members = triggers.members(register, (row.identity for row in rows))
    norms, called = _norms_and_titles(register, {row.norm for row in rows})
    address = addresses(register)
    for (identity, due, review), group in groups.items():
        day = date.fromisoformat(due)
        come = [n for n in days if (day - today).days <= n]
        found = [norms[row.norm] for row in group if row.norm in norms]
        if not come or not found:
            continue
        work, tightest, first = found[0].work, min(come), group[0]
        about = (work or found[0].document_title, due, str(tightest))
        keys = [key("near", *about, at(place), letters_and_digits(quote)) for _, place, quote in members[identity]]
        keys.append(key("near", identity, due, str(tightest)))
        texts = by_language((norm.language, text_of(norm, address)) for norm in found)
        data = {"texts": texts, "titles": called.get(work or "", {}), "due": due, "days": tightest}
        if first.event:
            data["event"] = True
        if review:
            keys = [key("own-day", review, due, str(tightest))]
            data |= {"review": review, "owner": first.owner}
        every = frozenset({norm for norm, _, _ in members[identity]} | {norm.id for norm in found})
        kinds = frozenset({APPROACHING})
        event = AlertEvent("deadline", kinds, work, due, tuple(dict.fromkeys(keys)), data=data, norms=every)
        yield Approach(event, tightest, day - timedelta(days=tightest))


def find_ending(register: Register, days: tuple[int, ...], today: date) -> Iterator[Approach]:
    """Consultations that end within the longest of ``days`` from today; of several of these days the shortest one that has come."""
    if not days:
        return
    address = addresses(register)
    for row in procedures(register, ends_within=max(days), today=today):
        until = last_day_of(row.open_until or "")
        asking = [one for one in row.dates if one.step == Step.CONSULTATION and one.due == row.open_until]
        if not asking:
            continue
        end = date.fromisoformat(until)
        tightest = min(n for n in days if (end - today).days <= n)
        texts = by_language((one.language, text_of_step(one, address)) for one in asking)
        called = titles(register, {row.work}).get(row.work, {}) if row.work else {}
        data = {
            "texts": texts,
            "titles": called or {next(iter(texts)): row.title},
            "step": Step.CONSULTATION.value,
            "due": until,
            "days": tightest,
        }
        about = row.work or asking[0].document
        event = AlertEvent(
            *("procedure", frozenset({PROCEDURES}), row.work, until, (key("ending", about, until, str(tightest)),)),
            data=data,
            works=frozenset({row.work}) if row.work else frozenset(),
            documents=frozenset(one.document for one in asking),
        )
        yield Approach(event, tightest, end - timedelta(days=tightest))


def find_expiring(register: Register, today: date) -> Iterator[Approach]:
    """An event for each piece of evidence that has expired, or of whose end people asked to be reminded by today."""
    for item in evidence.expiring(register, today):
        until = date.fromisoformat(item.valid_until)
        state = item.state(today)
        since = until + timedelta(days=1) if state == "expired" else until - timedelta(days=item.remind_days)
        text = {"title": item.title, "quote": item.description, "source": item.target}
        data = {
            "texts": {"en": text},
            "titles": {},
            "due": item.valid_until,
            "state": state,
            "owner": item.owner,
            "evidence": item.id,
        }
        event = AlertEvent(
            *("evidence", frozenset({EVIDENCE}), None, item.valid_until),
            (key("evidence", item.id, item.valid_until, state),),
            data=data,
            norms=frozenset(evidence.all_norms(register, item.id)),
        )
        yield Approach(event, item.remind_days, since)


@dataclass(frozen=True, slots=True)
class Collected:
    """The result of collecting.

    ``noticed`` is the number of events, ``waiting`` the number of events to send by alert name; ``problems`` say
    which alerts failed, and why.
    """

    noticed: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def collect(register: Register, *, now: datetime) -> Collected:
    """Detect what happened since the last run for every alert, and fill the outbox. Without alerts nothing is done.

    What is in the register before anything was ever collected counts as known: an alert begins when it is made.
    ``now`` is UTC. If the process is killed, it has done everything or nothing, and the next run does it. Two
    simultaneous runs detect an event once.

    Raises:
        RegisterError: the database cannot be used.
    """
    if not alerts.exist(register):
        return Collected()
    with register.translated_errors(), snapshot(register):
        every = alerts.all_alerts(register)
        active = [alert for alert in every if alert.state == alerts.ACTIVE]
        fresh = tuple(triggers.fresh(register))
        first = not triggers.any_noticed(register)
        look = NewDocuments(register, fresh, now.date() - timedelta(days=RECENT), now.date())
        found = _detect(look)
        news = [] if first else events.find_unknown_events(register, found, whole=False)
        calendar = Calendar(register)
        wanted = [_Wanted(register, alert, news, now, calendar, first=first) for alert in active]
    return retry_while_busy(lambda: _store(register, _Found(fresh, found, news, wanted, first), now))


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read from the register: ``news`` are those of ``found`` that are not completely known."""

    fresh: tuple[Seen, ...]
    found: list[AlertEvent]
    news: list[AlertEvent]
    wanted: list[_Wanted]
    first: bool


def _store(register: Register, what: _Found, now: datetime) -> Collected:
    """Store the events in one transaction. Whether an event is new is decided here, where no other process writes."""
    waiting = {}
    with register.transaction():
        before = events.count_events(register)
        recorded = {position: events.record_event(register, event, now) for position, event in enumerate(what.news)}
        if what.first:
            events.mark_keys_known(register, (key for event in what.found for key in event.keys))
        triggers.notice(register, what.fresh)
        for one in what.wanted:
            put = _put(register, one, recorded, now)
            if put:
                waiting[one.alert.name] = put
        alerts.note_collected(register, ((one.alert.id, one.problem) for one in what.wanted), now)
        number = events.count_events(register) - before
    problems = tuple(f"alert {one.alert.name!r}: {one.problem}" for one in what.wanted if one.problem)
    return Collected(number, waiting, problems)


def baseline(register: Register, now: datetime) -> None:
    """Mark everything in the register as known without notifying anybody, since there was no alert when it came (until ``now``)."""
    with register.translated_errors(), snapshot(register):
        fresh = tuple(triggers.fresh(register))
        look = NewDocuments(register, (), date.min, now.date())
        found = [*detection.news_of_acts(look), *detection.claims(look), *detection.procedures(look)]
    with register.transaction():
        events.mark_keys_known(register, (key for event in found for key in event.keys))
        triggers.notice(register, fresh)


def start_alert(register: Register, alert: AlertRow, now: datetime, since: date | None) -> int:
    """Give a new alert its first events: deadlines that are near already or, with ``since``, what happened from that
    day on.

    Returns the number of events that wait for it then.
    """
    with register.translated_errors(), snapshot(register):
        news = find_earlier(register, since, now.date()) if since else []
        begins = since or now.astimezone(ZoneInfo(alert.zone)).date()
        one = _Wanted(register, alert, news, now, Calendar(register), first=False, since=begins)
    with register.transaction():
        recorded = {
            position: events.record_event(register, news[position], now, even_known=True)
            for position in sorted(one.positions)
        }
        for approach in one.near:
            stored = events.record_event(register, approach.event, now, even_known=True)
            if stored and approach.passed < one.since:
                outbox.put_events(register, alert.id, [stored[0]], now, now, state="known")
        return _put(register, one, {p: (t[0], "9999") if t else None for p, t in recorded.items()}, now)


def find_earlier(register: Register, since: date, today: date) -> list[AlertEvent]:
    """What happened in versions, documents and news from a day on until today, as far as the register has it."""
    fresh: tuple[Seen, ...] = tuple(triggers.from_day(register, since.isoformat()))
    return _detect(NewDocuments(register, fresh, since, today))


def preview_events(register: Register, alert: AlertRow, now: datetime) -> list[AlertEvent]:
    """The events that an alert would get if it were collected now, in addition to those that wait for it."""
    with register.translated_errors(), snapshot(register):
        fresh = tuple(triggers.fresh(register))
        look = NewDocuments(register, fresh, now.date() - timedelta(days=RECENT), now.date())
        found = (event for event in _detect(look) if not event.adds)
        news = events.find_unknown_events(register, found)
        one = _Wanted(register, alert, news, now, Calendar(register), first=False)
        near = events.find_unknown_events(register, (approach.event for approach in one.near))
        return [*(news[position] for position in sorted(one.positions)), *near]


def _detect(look: NewDocuments) -> list[AlertEvent]:
    return [
        *norm_detection.norms(look),
        *detection.documents(look),
        *detection.dates(look),
        *detection.news_of_acts(look),
        *detection.claims(look),
        *detection.procedures(look),
    ]


class _Wanted:
    """What one alert asks for: ``positions`` in the list of events, and the deadlines that are ``near``."""

    def __init__(
        self,
        register: Register,
        alert: AlertRow,
        found: list[AlertEvent],
        now: datetime,
        calendar: Calendar,
        *,
        first: bool,
        since: date | None = None,
    ) -> None:
        self.alert = alert
        self.first = first
        self.problem = alert.search.broken
        self.positions: set[int] = set()
        self.near: list[Approach] = []
        self.since = since or date.min
        if self.problem:
            return
        zone = ZoneInfo(alert.zone)
        today = now.astimezone(zone).date()
        last = datetime.fromisoformat(alert.collected).astimezone(zone).date() if alert.collected else today
        asked = {position: h for position, h in enumerate(found) if h.kinds & alert.kinds}
        try:
            filters = replace(alert.search.filters, today=today)
            fits = matches(register, filters, asked.values())
            self.positions = {p for p, ok in zip(asked, fits, strict=True) if ok}
            near = [
                *(calendar.near(alert.days, today, since or last) if APPROACHING in alert.kinds else ()),
                *(calendar.ending(alert.days, today) if PROCEDURES in alert.kinds else ()),
                *(calendar.expiring(today) if EVIDENCE in alert.kinds else ()),
            ]
            if near:
                have = outbox.find_put_events(register, alert.id, (approach.known for approach in near))
                near = [approach for approach in near if approach.known not in have]
                fits = matches(register, filters, [approach.event for approach in near])
                self.near = [approach for approach, ok in zip(near, fits, strict=True) if ok]
        except BadFilter as error:
            self.problem = str(error)


def matches(register: Register, filters: Filters, found: Iterable[AlertEvent]) -> list[bool]:
    """Whether a search matches each event: it finds a norm of the event in any version and language, its document, or
    its act.

    Raises:
        BadFilter: the search is impossible.
    """
    given = list(found)
    if not any(
        getattr(filters, name) for name in filters.__dataclass_fields__ if name not in {"today", "all_versions"}
    ):
        return [True] * len(given)
    of_norms = triggers.matching_norms(register, filters, {n for h in given for n in h.norms})
    of_documents = triggers.matching_documents(register, filters, {d for h in given for d in h.documents})
    of_works = triggers.matching_works(register, filters, {w for h in given for w in h.works})
    return [bool(h.norms & of_norms or h.documents & of_documents or h.works & of_works) for h in given]


def _put(register: Register, one: _Wanted, recorded: dict[int, tuple[str, str] | None], now: datetime) -> int:
    """Fill an alert's outbox. Returns the number of events that are new in it."""
    schedule = parse_schedule(one.alert.schedule, one.alert.zone)
    due = schedule.next_after(now)
    ids = [t[0] for p in sorted(one.positions) if (t := recorded.get(p)) and t[1] >= one.alert.since]
    put = outbox.put_events(register, one.alert.id, ids, due, now)
    # What is near in the first contents of a register is as known as they are.
    state = "known" if one.first else "waiting"
    for approach in one.near:
        stored = events.record_event(register, approach.event, now, even_known=True)
        if stored:
            near = outbox.put_events(register, one.alert.id, [stored[0]], due, now, state=state)
            put += 0 if one.first else near
    return put
