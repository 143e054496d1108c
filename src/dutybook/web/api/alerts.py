"""API operations on alerts: list, make, pause and remove alerts, and show the messages that they sent or would send."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request

from dutybook.alerts import management
from dutybook.alerts.entries import entries
from dutybook.alerts.management import alert_as_json, delivery_as_json
from dutybook.alerts.settings import ALL, parse_kinds
from dutybook.errors import NotFound
from dutybook.store import Register
from dutybook.store.alerts import alerts as kept
from dutybook.store.alerts import outbox
from dutybook.store.alerts.alerts import AlertRow
from dutybook.web.access import Role
from dutybook.web.api.models import Answer, Body, of_row, page_of
from dutybook.web.api.parameters import (
    Code,
    Day,
    Name,
    OneOf,
    Paged,
    Paging,
    TargetText,
    Text,
    filters_of,
    make_page,
    make_refusal,
    slice_page,
    slice_rows,
)
from dutybook.web.api.routing import changing_as_admin, operation, reading, writing
from dutybook.web.api.searches import Filters
from dutybook.web.request_limits import check_target
from dutybook.web.request_values import seeing


class Alert(Answer):
    """An alert: what it reports, how often, and where to. Secrets are never included."""

    id: str
    name: str
    state: Annotated[str, OneOf(("active", "paused"))]
    schedule: str
    zone: str
    reader: str
    since: str
    collected: str
    search: str = Field(description="Name of the saved search that it rests on.")
    words: str
    filters: dict[str, Any]
    on: list[str] = Field(description="What counts.")
    days: list[int] = Field(description="So many days before a deadline.")
    to: list[str] = Field(description="Where it is sent, without secrets.")
    problem: str
    created: str
    created_by: str
    waiting: int = Field(description="Notices that wait to be sent.")


Alerts = page_of("Alerts", Alert, "A page of alerts, by name.")


class NewAlert(Body):
    """An alert to make: on filters, or on a saved search."""

    name: Name
    filters: Filters = Field(default_factory=lambda: Filters())
    search: Name | None = Field(None, description="Rest on this saved search instead of filters.")
    to: list[TargetText] = Field(
        min_length=1,
        max_length=20,
        description="Where: mailto:WHO#…, https://HOOK, slack:env:NAME …; no files of the machine.",
        examples=[["mailto:anna@example.org#smtp=mail.example.org:587&from=bot@example.org"]],
    )
    on: list[Annotated[str, OneOf((*ALL, "changed", "all"))]] = Field(
        [], max_length=30, description="The kinds of events; by default the usual ones."
    )
    every: Text = Field("daily", description='How often: now, "daily 07:30", "weekly fri 16:00".')
    zone: Text = Field("UTC", description="Whose hours and days count: Europe/Berlin …")
    days: list[Annotated[int, Field(ge=0, le=3650)]] = Field([90, 30, 7, 1], min_length=1, max_length=30)
    reader: Code = "en"
    since: Day | None = Field(None, description="Tell also what happened from this day on.")


class StateChange(Body):
    """Pause an alert, or let it go on."""

    state: Annotated[str, OneOf(("active", "paused"))]
    since: Day | None = Field(None, description="With active: tell also what happened from this day on.")


class AlertItem(Answer):
    """An event as an alert words it for its reader."""

    id: str
    sort: str
    kinds: list[str]
    labels: list[str]
    act: str
    title: str
    headline: str
    lines: list[tuple[str, str]]
    source: str
    link: str


Preview = page_of("Preview", AlertItem, "A page of what an alert would tell now.")


@of_row(outbox.Delivery, without=("alert", "kind", "number", "options", "period", "reader", "target", "zone"))
class Delivery(Answer):
    """A message to one place, and what became of it."""

    name: str = Field(description="Name of the alert.")
    state: str = Field(description="waiting, sending, sent or dead.")
    doubtful: bool = Field(description="It may have arrived, and nobody knows.")
    to: str
    notices: int = Field(description="The number of notices in the message.")


Deliveries = page_of("Deliveries", Delivery, "A page of messages, the newest first.")


class DeliveryDetail(Answer):
    """A message with all that it tells."""

    delivery: Delivery
    items: list[AlertItem]


AlertName = Annotated[str, Path(description="Name or id of an alert.")]
#: So many messages can be leafed through.
_MOST_DELIVERIES = 10_000


class Sending(Paging):
    """The parameters that select messages."""

    state: list[Annotated[str, OneOf(("waiting", "sending", "sent", "dead"))]] = Field(
        [], description="What became of them."
    )
    alert: Name | None = Field(None, description="Of this alert.")


@operation("GET /alerts", "listAlerts", "alerts", "List alerts", Alerts, 403)
def alerts(request: Request, asked: Paged) -> dict[str, Any]:
    """All alerts: what they report, how often, and where to. Needs the role editor."""
    seeing(request, Role.EDITOR)
    with reading(request) as register:
        found = kept.all_alerts(register)
        items = [_plain(register, alert) for alert in slice_rows(found, asked)]
    return make_page(request, asked, items, len(found))


@operation("GET /alerts/{name}", "getAlert", "alerts", "Read an alert", Alert, 403, 404)
def alert(request: Request, name: AlertName) -> dict[str, Any]:
    """An alert. Needs the role editor."""
    seeing(request, Role.EDITOR)
    with reading(request) as register:
        return _plain(register, kept.alert_named(register, name))


@operation("GET /alerts/{name}/preview", "previewAlert", "alerts", "What an alert would tell", Preview, 403, 404)
def preview(request: Request, name: AlertName, asked: Paged) -> dict[str, Any]:
    """What waits for an alert, and what happened since it was last looked for. Nothing is sent. Needs the role editor."""
    seeing(request, Role.EDITOR)
    now = datetime.now(UTC)
    with reading(request) as register:
        found = kept.alert_named(register, name)
        items = entries(management.preview(register, found, now), found.reader, now, found.zone)
    return slice_page(request, asked, items)


@operation("POST /alerts", "addAlert", "alerts", "Make an alert", Alert, 403, 404, 409, 501, status_code=201)
def add(request: Request, body: NewAlert) -> dict[str, Any]:
    """Report changes in what a search finds, from now on. Needs the role admin: messages leave the machine."""
    person = changing_as_admin(request)
    for target in body.to:
        check_target(target)
    with writing(request) as register:
        filters = filters_of(request, register, body.filters)
        if body.search and filters.narrows:
            raise make_refusal("search", "either a saved search or filters: give one of them", "body")
        wanted = management.Wanted(
            name=body.name,
            filters=filters,
            to=tuple(body.to),
            kinds=parse_kinds(body.on),
            days=tuple(sorted(set(body.days), reverse=True)),
            every=body.every,
            zone=body.zone,
            reader=body.reader.lower(),
            since=body.since,
            search=body.search,
        )
        made, _ = management.add(register, wanted, now=datetime.now(UTC), by=person.name)
        return _plain(register, made)


@operation("PATCH /alerts/{name}", "setAlertState", "alerts", "Pause an alert, or let it go on", Alert, 403, 404)
def change(request: Request, name: AlertName, body: StateChange) -> dict[str, Any]:
    """Pause or resume an alert. Events during the pause are not reported afterwards unless `since` asks for them. Needs the role admin."""
    changing_as_admin(request)
    if body.since and body.state != kept.ACTIVE:
        raise make_refusal("since", "it goes with the state active", "body")
    with writing(request) as register:
        found = kept.alert_named(register, name)
        if body.state == kept.PAUSED:
            kept.change_state(register, found.id, kept.PAUSED)
        else:
            management.resume(register, found, now=datetime.now(UTC), since=body.since)
        return _plain(register, kept.alert_named(register, found.id))


@operation("DELETE /alerts/{name}", "removeAlert", "alerts", "Remove an alert", None, 403, 404)
def remove(request: Request, name: AlertName) -> None:
    """Remove an alert and its unsent notices. Needs the role admin."""
    changing_as_admin(request)
    with writing(request) as register:
        kept.forget_alert(register, kept.alert_named(register, name))


@operation("GET /deliveries", "listDeliveries", "alerts", "Sent messages", Deliveries, 403)
def deliveries(request: Request, asked: Annotated[Sending, Query()]) -> dict[str, Any]:
    """Messages of alerts, the newest first, with what became of them. Needs the role editor."""
    seeing(request, Role.EDITOR)
    with reading(request) as register:
        try:
            of = kept.alert_named(register, asked.alert).id if asked.alert else None
        except NotFound as error:
            raise make_refusal("alert", error) from error
        found = outbox.deliveries(register, states=asked.state, alert=of, limit=_MOST_DELIVERIES)
    return make_page(request, asked, [delivery_as_json(one) for one in slice_rows(found, asked)], len(found))


@operation("GET /deliveries/{id}", "getDelivery", "alerts", "Read a message", DeliveryDetail, 403, 404)
def delivery(request: Request, id: str) -> dict[str, Any]:
    """A message (id, or four characters of it) with all that it tells. Needs the role editor."""
    seeing(request, Role.EDITOR)
    with reading(request) as register:
        found = outbox.find_delivery(register, id)
        events = outbox.of_delivery(register, found.id)
    items = entries(events, found.reader, datetime.fromisoformat(found.created), found.zone)
    return {"delivery": delivery_as_json(found), "items": items}


@operation("POST /deliveries/{id}/retry", "retryDelivery", "alerts", "Send a message again", Delivery, 403, 404)
def retry(request: Request, id: str) -> dict[str, Any]:
    """Have a message that did not arrive sent again at the next run. Needs the role admin."""
    changing_as_admin(request)
    with writing(request) as register:
        return delivery_as_json(outbox.retry(register, id, datetime.now(UTC)))


def _plain(register: Register, alert: AlertRow) -> dict[str, Any]:
    return alert_as_json(alert) | {"waiting": len(outbox.waiting(register, alert.id))}
