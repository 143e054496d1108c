"""The interface of a channel: it checks a target and delivers a message to it once. A new channel is one file.

A channel of another package is an object with this interface under the entry-point group ``dutybook.channels``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A message. ``id`` identifies it for ever: a repetition has the same id and the same ``created`` (UTC).

    ``text`` and ``html`` say the same; ``short`` is for chats, at most 3,000 characters without markup. ``items`` are
    the events as JSON, each with its own ``id``, ``text`` and ``html``; ``more`` is the number of further events.
    """

    id: str
    alert: str
    reader: str
    subject: str
    text: str
    html: str
    short: str
    items: tuple[Mapping[str, Any], ...]
    more: int
    created: datetime

    @property
    def plain_items(self) -> tuple[dict[str, Any], ...]:
        """The items for programs, without ``text`` and ``html``."""
        return tuple({name: value for name, value in item.items() if name != "html"} for item in self.items)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to deliver: ``address`` and ``options`` as they are stored, with references in place of secrets."""

    kind: str
    address: str
    options: Mapping[str, str] = field(default_factory=dict)


def _nothing(_: str = "") -> None:
    return None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. ``again``: an earlier one may have arrived, so the channel first checks that if it can.

    ``hold`` has to be called right before anything that cannot be undone: it raises if this process has lost the
    delivery. ``step`` is called with the progress, for tests that kill the process there.
    """

    again: bool = False
    hold: Callable[[], None] = _nothing
    step: Callable[[str], None] = _nothing


class Channel(Protocol):
    """A kind of channel; instances have no state. ``kinds`` are the words before the colon of a target, ``help`` is
    one line for users.
    """

    @property
    def kinds(self) -> tuple[str, ...]: ...

    @property
    def help(self) -> str: ...

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:
        """Complete and normalise what the user wrote. Returns one target for each recipient, so that one failure does
        not stop the others.

        Raises:
            BadRequest: it is malformed; the message says how it is written.
            MissingExtra: the channel needs a library that is not installed.
        """

    def describe_target(self, target: Target) -> str:
        """The target in one line for people and logs, without secrets."""

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        """Deliver the message. If this returns, the other side certainly has it.

        Raises:
            DeliveryError: it has not, or that is not known; it says whether to try again later.
            MissingExtra: the channel needs a library that is not installed.
        """
