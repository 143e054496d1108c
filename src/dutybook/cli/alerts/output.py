"""How alerts and deliveries are shown; secrets never are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.text import Text

    from dutybook.store.alerts import AlertRow, ChannelRow
    from dutybook.store.outbox import Delivery


def where(channel: ChannelRow | Delivery) -> str:
    """A channel in a line, without secrets."""
    from dutybook.alerts.channels import Target, channel_of
    from dutybook.errors import DutybookError

    try:
        return channel_of(channel.kind).shown(Target(channel.kind, channel.target, channel.options))
    except DutybookError:
        return f"{channel.kind} (no such channel is installed)"


def what(alert: AlertRow) -> str:
    """The search of an alert as it would be typed."""
    import json

    from dutybook.store.alerts import filters_as_json

    filters: dict[str, Any] = json.loads(filters_as_json(alert.search.filters))
    given = [f"--{name.replace('_', '-')} {value}" for name, value in filters.items()]
    return " ".join([alert.search.filters.words, *given]).strip() or "everything"


def described(alert: AlertRow) -> Iterator[Text]:
    """All about an alert, in lines."""
    from dutybook.cli.output import text

    yield text(
        (alert.name, "bold"),
        "  ",
        (alert.state, "green" if alert.state == "active" else "yellow"),
        "  ",
        (alert.id, "dim"),
    )
    named = "" if alert.search.name == alert.name else f" (saved search {alert.search.name})"
    fields = [
        ("search", what(alert) + named),
        ("counts", ", ".join(sorted(alert.kinds))),
        ("days before", ", ".join(map(str, alert.days)) if "approaching" in alert.kinds else ""),
        ("tells", f"{alert.schedule}, {alert.zone}, in {alert.reader}"),
        *(("to", where(channel)) for channel in alert.channels),
        ("since", alert.since.replace("T", " ")),
        ("looked", alert.collected.replace("T", " ")),
        ("problem", alert.problem),
    ]
    for name, said in fields:
        if said:
            yield text("  ", (f"{name}: ", "yellow"), said)


def as_plain(alert: AlertRow) -> dict[str, Any]:
    """An alert as JSON, channels as they are shown."""
    import json

    from dutybook.store.alerts import filters_as_json

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
        "to": [where(c) for c in alert.channels],
        "problem": alert.problem,
        "created": alert.created,
        "created_by": alert.created_by,
    }


def delivery_plain(delivery: Delivery) -> dict[str, Any]:
    """A delivery as JSON."""
    names = ("id", "name", "state", "attempts", "next_try", "doubtful", "problem", "created", "sent")
    return {name: getattr(delivery, name) for name in names} | {"to": where(delivery), "happenings": delivery.number}
