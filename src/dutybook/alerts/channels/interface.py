"""What every channel does, so that a further one is one file: check where to tell something, and tell it once.

A third party's channel is an object like this one under the entry-point group ``dutybook.channels``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What is told. ``id`` names the message for ever: a repetition has the same, and ``created`` (UTC) too.

    ``text`` and ``html`` say the same; ``short`` is for chats, of at most 3,000 characters and without any markup. ``items`` are
    the happenings as JSON has them, each with its own ``id``, its ``text`` and its ``html``; ``more`` further ones are only counted.
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
        """The items for programs: without what is made for eyes."""
        return tuple({name: value for name, value in item.items() if name != "html"} for item in self.items)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: ``address`` and ``options`` as they are stored, with references in place of secrets."""

    kind: str
    address: str
    options: Mapping[str, str] = field(default_factory=dict)


def _nothing(_: str = "") -> None:
    return None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. ``again``: an earlier one may have arrived, so look first where that can be seen.

    ``hold`` is called right before what cannot be taken back: it raises if the delivery is no longer ours. ``step`` is told how
    far it has come, for tests that kill there.
    """

    again: bool = False
    hold: Callable[[], None] = _nothing
    step: Callable[[str], None] = _nothing


class Channel(Protocol):
    """A kind of channel; instances hold no state. ``kinds`` are the words before the colon of a target, ``help`` one line for users."""

    @property
    def kinds(self) -> tuple[str, ...]: ...

    @property
    def help(self) -> str: ...

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:
        """What the user gave, completed and made canonical: a target for each recipient, so that one cannot stop another.

        Raises:
            BadRequest: it cannot be meant; the message says how it is written.
            MissingExtra: the channel needs a part that is not installed.
        """

    def describe_target(self, target: Target) -> str:
        """The target in a line for people and logs, without secrets."""

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        """Tell it. To return means that the other side has it for certain.

        Raises:
            DeliveryError: it has not, or nobody knows; says whether later may be better.
            MissingExtra: the channel needs a part that is not installed.
        """
