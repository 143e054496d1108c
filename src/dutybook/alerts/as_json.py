"""Converts alerts and deliveries to JSON values, without their secrets."""

from __future__ import annotations

import json
from typing import Any

from dutybook.alerts.channels import Target, channel_of
from dutybook.errors import DutybookError
from dutybook.store.alerts.alerts import AlertRow, ChannelRow, filters_as_json
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
