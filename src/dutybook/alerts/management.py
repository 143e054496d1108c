"""Creates, changes, previews and describes alerts, for the command line and the web application."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from dutybook.alerts import collection
from dutybook.alerts.channels import Attempt, Target, channel_of, parse_target
from dutybook.alerts.messages import compose, compose_test
from dutybook.alerts.settings import DAYS, DEFAULT, parse_schedule
from dutybook.errors import BadFilter, BadRequest, DutybookError
from dutybook.languages.reader import reader_languages
from dutybook.records import content_id
from dutybook.records.dates import utc_text
from dutybook.store import Filters, Register
from dutybook.store.alerts import alerts, outbox
from dutybook.store.alerts.alerts import AlertRow, ChannelRow, SavedSearch, filters_as_json
from dutybook.store.alerts.events import NoticedEvent
from dutybook.store.alerts.outbox import Delivery


def describe_channel(channel: ChannelRow | Delivery) -> str:
    """A channel in one line, without secrets."""
    try:
        return channel_of(channel.kind).describe_target(Target(channel.kind, channel.target, channel.options))
    except DutybookError:
        return f"{channel.kind} (no such channel is installed)"


def alert_as_json(alert: AlertRow) -> dict[str, Any]:
    """An alert as JSON, with its channels in words."""
    filters = json.loads(filters_as_json(alert.search.filters))
    return {
        **{
            name: getattr(alert, name)
            for name in ("id", "name", "state", "schedule", "zone", "reader", "since", "collected")
        },
        "search": alert.search.name,
        "words": alert.search.filters.words,
        "filters": filters,
        "on": sorted(alert.kinds),
        "days": list(alert.days),
        "to": [describe_channel(c) for c in alert.channels],
        "problem": alert.problem,
        "created": alert.created,
        "created_by": alert.created_by,
    }


def delivery_as_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery as JSON."""
    names = ("id", "name", "state", "attempts", "next_try", "doubtful", "problem", "created", "sent")
    return {name: getattr(delivery, name) for name in names} | {
        "to": describe_channel(delivery),
        "notices": delivery.number,
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new alert. ``to`` are targets as users write them; events from the day ``since`` on are sent, too.

    ``only_here``: it may have no target; the web application shows its notices.
    """

    name: str
    filters: Filters
    to: tuple[str, ...]
    kinds: frozenset[str] = frozenset(DEFAULT)
    days: tuple[int, ...] = DAYS
    every: str = "daily"
    zone: str = "UTC"
    reader: str = "en"
    since: date | None = None
    search: str | None = None
    only_here: bool = False


def add(register: Register, wanted: Wanted, *, now: datetime, by: str = "") -> tuple[AlertRow, int]:
    """Make an alert. Returns it and the number of events that wait for it already (with ``since``).

    Its search is saved under the alert's name, unless it uses a saved one (``search``).

    Raises:
        BadRequest: it cannot be made like this; nothing was changed.
        NotFound: there is no such saved search.
    """
    alerts.check_name(wanted.name)
    check_search(wanted.filters)
    schedule = parse_schedule(wanted.every, wanted.zone)
    if wanted.reader not in reader_languages("alerts"):
        raise BadFilter(f"messages are written in {', '.join(reader_languages('alerts'))}, not in {wanted.reader!r}")
    targets = targets_of(wanted.to) if wanted.to or not wanted.only_here else ()
    register.check_filters(wanted.filters)
    saved = SavedSearch(wanted.name, wanted.filters, wanted.reader)
    if wanted.search:
        saved = alerts.saved_search(register, wanted.search)
    others = alerts.exist(register)
    # The present content is known; what came since the last collection belongs to the other alerts.
    if others:
        collection.collect(register, now=now)
    else:
        collection.baseline(register, now)
    moment = utc_text(now)
    alert = AlertRow(
        id=alerts.new_id(),
        name=wanted.name,
        search=saved,
        kinds=wanted.kinds,
        days=wanted.days,
        schedule=str(schedule),
        zone=wanted.zone,
        reader=wanted.reader,
        state=alerts.ACTIVE,
        since=moment,
        collected=moment,
        problem="",
        created=moment,
        created_by=by,
        channels=tuple(ChannelRow(t.kind, t.address, dict(t.options)) for t in targets),
    )
    with register.transaction():
        if not wanted.search:
            alerts.put_search(register, saved, now=now, by=by)
        alerts.put_alert(register, alert)
    waiting = collection.start_alert(register, alert, now, wanted.since)
    return alert, waiting


def check_search(filters: Filters) -> None:
    """Check that an alert can use a search.

    Raises:
        BadRequest: it cannot.
    """
    if filters.as_of is not None:
        raise BadRequest("an alert is about what changes: leave --as-of out")


def targets_of(written: Sequence[str]) -> tuple[Target, ...]:
    """The targets, each once.

    Raises:
        BadRequest: there is none, or one of them is malformed.
    """
    found = {(t.kind, t.address): t for text in written for t in parse_target(text)}
    if not found:
        raise BadRequest("say where to tell it: --to mailto:anna@example.org, --to file:alerts.jsonl, …")
    return tuple(found.values())


def resume(register: Register, alert: AlertRow, *, now: datetime, since: date | None = None) -> int:
    """Resume a paused alert from now on, or from a day on. Returns the number of events that wait for it."""
    collection.collect(register, now=now)
    moment = utc_text(now)
    alerts.change_state(register, alert.id, alerts.ACTIVE, moment)
    again = replace(alert, state=alerts.ACTIVE, since=moment, collected=moment)
    return collection.start_alert(register, again, now, since)


def preview(register: Register, alert: AlertRow, now: datetime) -> list[NoticedEvent]:
    """The events that an alert would send now: those that wait, and those not collected yet."""
    waits = outbox.waiting(register, alert.id)
    there = {one.id for one in waits}
    moment = utc_text(now)
    fresh = [
        NoticedEvent(min(h.keys), h.sort, h.kinds, h.work, h.day, moment, h.data)
        for h in collection.preview_events(register, alert, now)
    ]
    return [*waits, *(one for one in fresh if one.id not in there)]


def preview_text(alert: AlertRow, found: Sequence[NoticedEvent], now: datetime, *, html: bool = False) -> str:
    """The message that would be sent."""
    made = compose(content_id("preview", alert.id), alert.name, alert.reader, alert.zone, now, found)
    return made.html if html else made.text


def try_channels(alert: AlertRow, now: datetime) -> list[tuple[str, str]]:
    """Send a test message to each target. Returns pairs of target and error, which is empty if the message arrived."""
    results = []
    for row in alert.channels:
        channel, target = channel_of(row.kind), Target(row.kind, row.target, row.options)
        identity = content_id("test", alert.id, row.kind, row.target, now.isoformat())
        try:
            channel.deliver(
                target, compose_test(identity, alert.name, alert.reader, now.replace(microsecond=0)), Attempt()
            )
        except DutybookError as error:
            results.append((channel.describe_target(target), str(error)))
        else:
            results.append((channel.describe_target(target), ""))
    return results
