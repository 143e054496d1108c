"""The channels through which alerts are sent: their interface, the built-in ones and those of other packages.

A channel checks a target and delivers a message to it once. One of another package is an object with this interface
under the entry-point group ``dutybook.channels``.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

from dutybook.errors import BadRequest, DeliveryError


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
    digests: tuple[Mapping[str, Any], ...] = ()

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
    """A kind of channel, without state. ``kinds`` are the words before the colon of a target, ``help`` is for users."""

    @property
    def kinds(self) -> tuple[str, ...]: ...

    @property
    def help(self) -> str: ...

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:
        """Complete and normalise what the user wrote. Returns one target for each recipient, so that one failure does
        not stop the others.

        Raises:
            BadRequest: it is malformed; the message says how it is written.
        """

    def describe_target(self, target: Target) -> str:
        """The target in one line for people and logs, without secrets."""

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        """Deliver the message. If this returns, the other side certainly has it.

        Raises:
            DeliveryError: it has not, or that is not known; it says whether to try again later.
        """


# Control characters, marks that turn the writing direction, and what XML and JSON readers choke on.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
# What Slack, Teams, Markdown and HTML read as markup, and signs that look like it.
_CHAT = str.maketrans("<>&[]*_~`|\\#@", "‹›＆［］∗＿∼ˋ｜＼＃＠")
_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]{1,20}:(?=//)|www(?=\.)|mailto(?=:))")


def plain(words: str) -> str:
    """One line of printable characters."""
    return " ".join(_UNPRINTABLE.sub(" ", words).split())


def cut(words: str, width: int) -> str:
    """One line of at most so many characters, cut between two words."""
    line = plain(words)
    if len(line) <= width:
        return line
    short = line[: width - 1]
    return (short.rpartition(" ")[0] if " " in short[width // 2 :] else short).rstrip(" ,;:–-") + "…"


def chat(words: str) -> str:
    """Words without what a chat program takes for markup, a mention or an address: look-alikes replace the signs."""
    return _ADDRESS.sub(lambda found: found[0] + "\u200b", plain(words)).translate(_CHAT)


_MOST = 64 * 1024


def is_reference(text: str) -> bool:
    """Whether a text says where a secret is: ``env:NAME`` or ``file:PATH``."""
    kind, _, name = text.partition(":")
    return kind in {"env", "file"} and bool(name.strip())


def check_reference(text: str, what: str) -> str:
    """A reference in the form in which it is stored.

    Raises:
        BadRequest: it is the secret itself, or empty.
    """
    if not is_reference(text):
        raise BadRequest(
            f"the {what} is not kept in the database: put it into an environment variable or a file that only you can read, and "
            "write env:NAME or file:PATH"
        )
    kind, _, name = text.partition(":")
    return f"file:{os.path.abspath(name.strip())}" if kind == "file" else f"env:{name.strip()}"


def reveal(reference: str) -> str:
    """The secret that a reference points to.

    Raises:
        DeliveryError: it does not exist, or others can read the file. The message never contains the secret.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = os.environ.get(name, "")
        if not value:
            raise DeliveryError(f"the environment variable {name} is not set: set it where alerts are sent")
        return value
    path = Path(name)
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise DeliveryError(f"the file {path} holds a secret and others can read it: chmod 600 {path}")
        with path.open(encoding="utf-8") as file:
            value = file.read(_MOST).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DeliveryError(f"the file {path} with a secret cannot be read: {error}") from error
    if not value:
        raise DeliveryError(f"the file {path} is to hold a secret and is empty")
    return value


GROUP = "dutybook.channels"


@cache
def channels() -> dict[str, Channel]:
    """All channels by the kinds of target that they take. Other packages cannot replace the built-in ones."""
    from importlib import metadata

    from dutybook.alerts.channels.files import Atom, File
    from dutybook.alerts.channels.mail import Mail
    from dutybook.alerts.channels.web import Chats, Webhook

    ours: tuple[Channel, ...] = (Mail(), Webhook(), Chats(), Atom(), File())
    found: dict[str, Channel] = {}
    for entry in metadata.entry_points(group=GROUP):
        loaded = entry.load()
        channel: Channel = loaded() if isinstance(loaded, type) else loaded
        found |= dict.fromkeys(channel.kinds, channel)
    for channel in ours:
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
    """
    kind, colon, rest = text.strip().partition(":")
    if not colon:
        raise BadRequest(
            f"{text!r} says not where to: write KIND:ADDRESS, such as mailto:anna@example.org or file:alerts.jsonl"
        )
    address, _, written = rest.partition("#")
    options = dict(parse_qsl(written.replace("+", "%2B"), keep_blank_values=True))
    return channel_of(kind.lower()).check(kind.lower(), address, options)
