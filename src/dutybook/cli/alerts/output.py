"""Prints alerts and deliveries, without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dutybook.alerts.management import alert_as_json, delivery_as_json, describe_channel

if TYPE_CHECKING:
    from rich.text import Text

    from dutybook.store.alerts.alerts import AlertRow


def describe_search(alert: AlertRow) -> str:
    """The search of an alert as one would type it."""
    import json

    from dutybook.store.alerts.alerts import filters_as_json

    filters: dict[str, Any] = json.loads(filters_as_json(alert.search.filters))
    given = [f"--{name.replace('_', '-')} {value}" for name, value in filters.items()]
    return " ".join([alert.search.filters.words, *given]).strip() or "everything"


def describe_alert(alert: AlertRow) -> Iterator[Text]:
    """An alert as lines of text."""
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
        ("search", describe_search(alert) + named),
        ("counts", ", ".join(sorted(alert.kinds))),
        ("days before", ", ".join(map(str, alert.days)) if "approaching" in alert.kinds else ""),
        ("tells", f"{alert.schedule}, {alert.zone}, in {alert.reader}"),
        *(("to", describe_channel(channel)) for channel in alert.channels),
        ("since", alert.since.replace("T", " ")),
        ("looked", alert.collected.replace("T", " ")),
        ("problem", alert.problem),
    ]
    for name, value in fields:
        if value:
            yield text("  ", (f"{name}: ", "yellow"), value)


__all__ = ["alert_as_json", "delivery_as_json", "describe_alert", "describe_channel", "describe_search"]
