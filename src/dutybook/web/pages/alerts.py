"""The pages of alerts: who is notified of what, how often and where, the messages that were sent, and the notices."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.alerts import management
from dutybook.alerts.entries import entry_of, short_act
from dutybook.alerts.management import Wanted, describe_channel
from dutybook.alerts.messages import count_kinds
from dutybook.alerts.settings import ALL, DEFAULT, local_zone, parse_days, parse_kinds
from dutybook.errors import BadFilter, BadRequest
from dutybook.languages.reader import FALLBACK, reader_languages, reader_words
from dutybook.store import Filters, Register
from dutybook.store.alerts import alerts as kept
from dutybook.store.alerts import outbox
from dutybook.store.alerts.alerts import AlertRow
from dutybook.store.alerts.outbox import stamp
from dutybook.store.search.filters import as_date
from dutybook.web import render
from dutybook.web.alert_service import AlertService
from dutybook.web.error_responses import Denied, Wrong, text_of
from dutybook.web.jobs import Jobs
from dutybook.web.last_seen import LastSeen, mentions_for
from dutybook.web.reader import language_of, reader_of
from dutybook.web.request_limits import check_target
from dutybook.web.request_values import (
    Given,
    administering,
    clean,
    editing,
    number,
    offset_of,
    page_links,
    person_of,
    reading,
    writing,
)
from dutybook.web.search_address import acts_of, parts_of

router = APIRouter()

#: Messages on a page, notices on a page.
MESSAGES, NOTICES = 40, 30


@router.get("/alerts")
def alerts(request: Request) -> HTMLResponse:
    """The list of alerts, and how many messages wait or failed."""
    editing(request)
    works: Jobs = request.app.state.jobs
    with reading(request) as register:
        found = kept.all_alerts(register)
        counts = outbox.count_deliveries(register)
        following = outbox.next_moment(register)
        rows = [
            (alert, _asks(request, register, alert), [describe_channel(channel) for channel in alert.channels])
            for alert in found
        ]
    outcome = works.outcome("alerts:run")
    values = {
        "rows": rows,
        "counts": counts,
        "following": following,
        "outcome": outcome,
        "going": outcome is not None and outcome.going,
    }
    return render.page(request, "alerts.html", values)


@router.get("/alerts/add")
def add(request: Request) -> HTMLResponse:
    """The form of a new alert."""
    administering(request)
    search = request.query_params.get("search", "")[:80]
    given = {"search": search, "name": search} | {f"kind.{name}": "1" for name in ALL if name in DEFAULT}
    return _form(request, given)


@router.post("/alerts")
def save(request: Request, given: Given) -> Response:
    """Make the alert that the form describes."""
    person = administering(request)
    try:
        wanted = alert_from_form(given)
        with writing(request) as register:
            alert, _ = management.add(register, wanted, now=datetime.now(UTC), by=person.name)
    except BadRequest as error:
        # What was typed as an address is not sent back: it may hold a token.
        again = {name: value for name, value in given.items() if name != "webhook"}
        return _form(request, again, text_of(error, language_of(request)), 400)
    return RedirectResponse(f"/alerts/of/{alert.id}", 303)


@router.get("/alerts/outbox")
def messages(request: Request) -> HTMLResponse:
    """The list of messages with their states."""
    editing(request)
    dead = request.query_params.get("dead") == "1"
    limit = number(request.query_params.get("limit"), MESSAGES, 1, 1000)
    with reading(request) as register:
        found = outbox.deliveries(register, states=["dead"] if dead else [], limit=limit + 1)
    values = {
        "deliveries": [(one, describe_channel(one)) for one in found[:limit]],
        "dead": dead,
        "more": f"/alerts/outbox?limit={limit * 2}{'&dead=1' if dead else ''}" if len(found) > limit < 1000 else "",
    }
    return render.page(request, "alert_outbox.html", values)


@router.post("/alerts/outbox/{identity}/retry")
def retry(request: Request, identity: str, _: Given) -> Response:
    """Send a message again that did not arrive."""
    administering(request)
    with writing(request) as register:
        outbox.retry(register, identity, datetime.now(UTC))
    return RedirectResponse("/alerts/outbox", 303)


@router.post("/alerts/run")
def run(request: Request, _: Given) -> Response:
    """Detect events and send what is due, now."""
    administering(request)
    service: AlertService = request.app.state.alert_service
    service.run()
    return RedirectResponse("/alerts", 303)


@router.get("/alerts/of/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """The page of an alert: what it counts, where it sends messages, what it has sent and what waits."""
    editing(request)
    works: Jobs = request.app.state.jobs
    with reading(request) as register:
        alert = kept.alert_named(register, identity)
        last = outbox.deliveries(register, alert=alert.id, limit=10)
        waiting = len(outbox.waiting(register, alert.id))
        found = outbox.notices_of_acts(register, alert=alert.id, limit=10)
        asks = _asks(request, register, alert)
    outcome = works.outcome(f"test:{alert.id}")
    values = {
        "alert": alert,
        "asks": asks,
        "places": [describe_channel(channel) for channel in alert.channels],
        "deliveries": [(one, describe_channel(one)) for one in last],
        "waiting": waiting,
        "notices": _notice_views(request, found, datetime.max.replace(tzinfo=UTC)),
        "outcome": outcome,
        "going": outcome is not None and outcome.going,
    }
    return render.page(request, "alert.html", values)


@router.post("/alerts/of/{identity}/{verb}")
def change(request: Request, identity: str, verb: str, _: Given) -> Response:
    """Pause, resume, test or remove an alert."""
    administering(request)
    works: Jobs = request.app.state.jobs
    if verb == "test":
        with reading(request) as register:
            alert = kept.alert_named(register, identity)
        order = {"verb": "test", "database": str(request.app.state.settings.database), "alert": alert.id}
        works.start(f"test:{alert.id}", order)
        return RedirectResponse(f"/alerts/of/{alert.id}", 303)
    if verb not in ("pause", "resume", "remove"):
        raise Denied(404, "page")
    with writing(request) as register:
        alert = kept.alert_named(register, identity)
        if verb == "pause":
            kept.change_state(register, alert.id, kept.PAUSED)
        elif verb == "resume" and alert.state == kept.PAUSED:
            management.resume(register, alert, now=datetime.now(UTC))
        elif verb == "remove":
            kept.forget_alert(register, alert)
    return RedirectResponse("/alerts" if verb == "remove" else f"/alerts/of/{alert.id}", 303)


@router.get("/notices")
def notices(request: Request) -> HTMLResponse:
    """The notices of all alerts. Opening the page marks them as seen."""
    person = editing(request)
    seen: LastSeen = request.app.state.last_seen
    now = datetime.now(UTC)
    offset = offset_of(request)
    before = seen.notices(person.name, now)
    with reading(request) as register:
        found = outbox.notices_of_acts(register, limit=NOTICES + 1, offset=offset)
        any_alert = kept.exist(register)
        mentions = _mention_views(request, register, before)[:NOTICES] if not offset else []
    views = _notice_views(request, found[:NOTICES], before)
    seen.see_notices(person.name, now)
    values = {
        "mentions": mentions,
        "notices": views,
        "any_alert": any_alert,
        **page_links(offset, NOTICES, len(views), len(found) > NOTICES, "/notices?offset={}".format),
    }
    return render.page(request, "notices.html", values)


@router.get("/mentions")
def show_mentions(request: Request) -> HTMLResponse:
    """The notes in which the person who asks is mentioned. Opening the page marks them as seen."""
    person, seen, now = person_of(request), request.app.state.last_seen, datetime.now(UTC)
    before = seen.notices(person.name, now)
    with reading(request) as register:
        views = _mention_views(request, register, before)
    if not person.may_edit:
        # Editors have other notices, which this page does not show.
        seen.see_notices(person.name, now)
    return render.page(request, "mentions.html", {"mentions": views[:MENTIONS], "left": max(0, len(views) - MENTIONS)})


#: Mentions on their page.
MENTIONS = 200


def _mention_views(request: Request, register: Register, before: datetime) -> list[dict[str, Any]]:
    """Mentions with the place of each norm, and whether they are new."""
    found = mentions_for(request, register)
    norms = {norm.id: norm for norm in register.norms_by_id([one.norm for one in found[:MENTIONS]])}
    since = before.isoformat(timespec="seconds")
    return [{"mention": one, "norm": norms.get(one.norm), "unseen": one.at > since} for one in found]


def _form(request: Request, given: Mapping[str, str], problem: str = "", status: int = 200) -> HTMLResponse:
    with reading(request) as register:
        searches = kept.names(register)
    values = {
        "given": given,
        "problem": problem,
        "searches": searches,
        "kinds": ALL,
        "ways": available_channels(),
        "services": SERVICES,
        "weekdays": WEEKDAYS,
        "zones": zones(),
        "local_zone": local_zone(),
        "readers": reader_languages("alerts"),
    }
    return render.page(request, "alert_add.html", values, status)


def _asks(request: Request, register: Register, alert: AlertRow) -> list[tuple[str, str]]:
    """The filters of an alert's search in words."""
    if alert.search.broken:
        return []
    reader = reader_of(request)
    try:
        return parts_of(reader, alert.search.filters, acts_of(register, alert.search.filters, reader.language))
    except (BadFilter, ValueError):
        return []


#: Entries of an act that its notice shows.
ENTRIES = 3


def _notice_views(request: Request, found: list[outbox.NoticeOfAct], before: datetime) -> list[dict[str, Any]]:
    language = language_of(request)
    reader = language if language in reader_languages("alerts") else FALLBACK
    words = reader_words("alerts", reader)
    today: date = request.app.state.settings.today()
    views = []
    for one in found:
        entries = sorted((entry_of(event, reader, today) for event in one.events), key=lambda e: (e.rank, e.id))
        title = next((entry.title for entry in entries if entry.title), "")
        work = one.events[0].work
        views.append(
            {
                "entries": entries[:ENTRIES],
                "title": title,
                "name": short_act(work, title) if title else "",
                "work": work,
                "summary": count_kinds(entries, words),
                "left": one.total - min(ENTRIES, len(entries)),
                "alerts": one.alerts,
                "noticed": one.events[0].noticed,
                "unseen": one.put > stamp(before),
            }
        )
    return views


@cache
def zones() -> tuple[str, ...]:
    """The time zones that the form offers; all others can be typed."""
    named = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in ("Europe", "America", "Asia"))
    return ("UTC", *named)


PREFIX = "DUTYBOOK_CHANNEL_"
#: Kinds of channels whose address may be such a variable.
SERVICES = ("slack", "teams", "webhook", "apprise")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAIL = ("DUTYBOOK_SMTP", "DUTYBOOK_MAIL_FROM")


@dataclass(frozen=True, slots=True)
class AvailableChannels:
    """The channels that this machine offers: ``mail``, and the names of ``variables`` with addresses of services."""

    mail: bool
    variables: tuple[str, ...]


def available_channels(environment: Mapping[str, str] | None = None) -> AvailableChannels:
    """The channels that the environment allows, without the values of its variables."""
    there = os.environ if environment is None else environment
    names = sorted(name for name, value in there.items() if name.startswith(PREFIX) and value and name.isidentifier())
    return AvailableChannels(all(there.get(name) for name in _MAIL), tuple(names))


def alert_from_form(given: Mapping[str, str]) -> Wanted:
    """The alert that a form describes; BadRequest if a form may not ask for it or a value is impossible."""
    kinds = [name for name in ALL if given.get(f"kind.{name}") == "1"]
    if not kinds:
        raise Wrong("alert.counts")
    every = given.get("every", "daily")
    at = given.get("at", "").strip()
    if every == "weekly":
        every = f"weekly {given.get('weekday', 'mon')}"
    if every != "now" and at:
        every = f"{every} {at[:5]}"
    search = clean(given.get("search", ""))
    return Wanted(
        name=" ".join(clean(given.get("name", "")).split()),
        filters=Filters(),
        to=_targets(given, available_channels()),
        kinds=parse_kinds(kinds),
        days=parse_days(given.get("days", "") or "90,30,7,1"),
        every=every,
        zone=clean(given.get("zone", "")) or local_zone(),
        reader=given.get("reader", "en"),
        since=as_date(given.get("since") or None, "since"),
        search=search or None,
        only_here=True,
    )


def _targets(given: Mapping[str, str], there: AvailableChannels) -> tuple[str, ...]:
    """The places of an alert, as :func:`dutybook.alerts.channels.parse_target` takes them."""
    made = []
    if people := clean(given.get("mail", "")):
        if not there.mail:
            raise Wrong("alert.no_mail")
        if "#" in people:
            raise Wrong("alert.addresses")
        mail = f"mailto:{people.replace(';', ',')}"
        check_target(mail)
        made.append(mail)
    if address := clean(given.get("webhook", "")):
        made.append(_webhook(address, clean(given.get("signed", "")), there))
    if service := clean(given.get("service", "")):
        kind, _, name = service.partition(":")
        if kind not in SERVICES or name not in there.variables:
            raise Wrong("alert.service")
        # Whoever runs the machine wrote the address, and may mean one of its own network.
        made.append(f"{kind}:env:{name}{'#private=yes' if kind == 'webhook' else ''}")
    return tuple(made)


def _webhook(address: str, signed: str, there: AvailableChannels) -> str:
    """The address of a webhook that somebody typed."""
    if not address.lower().startswith(("https://", "http://")) or "#" in address:
        raise Wrong("alert.webhook")
    check_target(address)
    if not signed:
        return address
    if signed not in there.variables:
        raise Wrong("alert.secret")
    return f"{address}#secret=env:{signed}"
