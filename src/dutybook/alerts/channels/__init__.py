"""The channels through which alerts are sent: mail, webhook, chats, feed, file, and those of other packages (entry points
``dutybook.channels``).
"""

from __future__ import annotations

from functools import cache
from urllib.parse import parse_qsl

from dutybook.alerts.channels.atom import Atom
from dutybook.alerts.channels.chats import Chats
from dutybook.alerts.channels.file import File
from dutybook.alerts.channels.interface import Attempt, Channel, Message, Target
from dutybook.alerts.channels.mail import Mail
from dutybook.alerts.channels.webhook import Webhook
from dutybook.errors import BadRequest

GROUP = "dutybook.channels"
_OURS: tuple[Channel, ...] = (Mail(), Webhook(), Chats(), Atom(), File())


@cache
def channels() -> dict[str, Channel]:
    """All channels by the kinds of target that they take. Other packages cannot replace the built-in ones."""
    from importlib import metadata

    found: dict[str, Channel] = {}
    for entry in metadata.entry_points(group=GROUP):
        loaded = entry.load()
        channel: Channel = loaded() if isinstance(loaded, type) else loaded
        found |= dict.fromkeys(channel.kinds, channel)
    for channel in _OURS:
        found |= dict.fromkeys(channel.kinds, channel)
    return found


def channel_of(kind: str) -> Channel:
    """The channel for a kind of target.

    Raises:
        BadRequest: there is none; the message lists the kinds.
    """
    found = channels().get(kind)
    if found is None:
        ways = "; ".join(dict.fromkeys(channel.help for channel in channels().values()))
        raise BadRequest(f"there is no channel {kind!r}. There are: {ways}")
    return found


def parse_target(text: str) -> tuple[Target, ...]:
    """Parse a target as users write it: ``KIND:ADDRESS#option=value&option=value``. Returns one target for each
    recipient.

    Raises:
        BadRequest: it is malformed.
        MissingExtra: the channel needs a library that is not installed.
    """
    kind, colon, rest = text.strip().partition(":")
    if not colon:
        raise BadRequest(
            f"{text!r} says not where to: write KIND:ADDRESS, such as mailto:anna@example.org or file:alerts.jsonl"
        )
    address, _, written = rest.partition("#")
    options = dict(parse_qsl(written.replace("+", "%2B"), keep_blank_values=True))
    return channel_of(kind.lower()).check(kind.lower(), address, options)


__all__ = ["GROUP", "Attempt", "Channel", "Message", "Target", "channel_of", "channels", "parse_target"]
