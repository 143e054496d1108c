"""Composes messages (text, HTML, a short form for chats, JSON) and sends the deliveries that are due.

A message is limited in size, and the same events always give the same one. One process sends each delivery; failed or
interrupted ones are tried again.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import shlex
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dutybook.alerts.channels import Attempt, Message, Target, channel_of, chat, cut
from dutybook.alerts.collection import retry_while_busy
from dutybook.alerts.entries import Entry, Piece, day_in_words, entries
from dutybook.errors import DeliveryError, DutybookError
from dutybook.languages.reader import ReaderWords, reader_words
from dutybook.store import Register, open_register
from dutybook.store.alerts import outbox
from dutybook.store.alerts.outbox import Delivery, NoticedEvent

if TYPE_CHECKING:
    from jinja2 import Environment

#: The most entries in a message. The register has all of them.
ENTRIES = 60
#: The most entries for programs and files.
ITEMS = 1_000
_CHAT = 2_900
_DIGEST = re.compile("[0-9a-f]{16}")
_MARKS = {"old": ("[-", "-]"), "new": ("{+", "+}")}


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one act, the most important first."""

    title: str
    number: str
    entries: tuple[Entry, ...]


def compose(
    identity: str, alert: str, reader: str, zone: str, created: datetime, events: Sequence[NoticedEvent]
) -> Message:
    """Compose the message ``identity`` of an alert. It depends on nothing but the arguments."""
    today = created.astimezone(ZoneInfo(zone)).date()
    words = reader_words("alerts", reader)
    every = entries(events, reader, created, zone)
    listed = every[:ENTRIES]
    groups = _grouped(listed, words)
    subject = words("subject", alert=alert, count=len(every))
    if len(groups) == 1 and groups[0].title:
        subject = words("subject.about", subject=subject, act=groups[0].title)
    left = len(every) - len(listed)
    command = f"dutybook alerts outbox --show {identity}"
    intro = words("text.intro", alert=alert, date=day_in_words(today.isoformat(), reader))
    page = _page(words, cut(subject, 200), groups, intro)
    page["left"] = words("text.left_out", count=left, command=command) if left else ""
    page["foot"] = words("text.foot", alert=shlex.quote(alert))
    return Message(
        id=identity,
        alert=alert,
        reader=reader,
        subject=cut(subject, 200),
        text=_text(page),
        html=_templates().get_template("digest.html.j2").render(page),
        short=_short(groups, words, len(every), command),
        items=tuple(_item(entry, words) for entry in every[:ITEMS]),
        more=max(0, len(every) - ITEMS),
        created=created,
    )


def whole_text(alert: str, reader: str, every: Sequence[Entry]) -> str:
    """All entries of a message, however many."""
    words = reader_words("alerts", reader)
    page = _page(words, words("subject", alert=alert, count=len(every)), _grouped(every, words))
    return _text(page)


def compose_test(identity: str, alert: str, reader: str, created: datetime) -> Message:
    """A message that says that it is a test."""
    words = reader_words("alerts", reader)
    subject, text = words("subject.test", alert=alert), words("text.test", alert=alert)
    page = _page(words, subject, (), text)
    html = _templates().get_template("digest.html.j2").render(page)
    item = {"id": identity, "sort": "test", "kinds": [], "headline": subject, "text": text}
    return Message(identity, alert, reader, cut(subject, 200), f"{text}\n", html, chat(text), (item,), 0, created)


def _page(words: ReaderWords, subject: str, groups: Sequence[Group], intro: str = "") -> dict[str, Any]:
    """What the templates of a message take."""
    marks = any(m != "same" for group in groups for e in group.entries for _, m in e.pieces)
    page = {
        "w": words,
        "language": words.language,
        "subject": subject,
        "intro": intro,
        "groups": groups,
        "marks": marks,
    }
    return page | {"left": "", "foot": ""}


def _grouped(entries: Iterable[Entry], words: ReaderWords) -> tuple[Group, ...]:
    """Entries by act, in the order of the most important entry of each."""
    acts: dict[str, list[Entry]] = {}
    for entry in entries:
        acts.setdefault(entry.act, []).append(entry)
    return tuple(
        Group(
            next((e.title for e in own if e.title), "") or cut(act, 160) or words("text.no_act"),
            cut(act, 60) if any(e.title and e.title != act for e in own) and _is_number(act) else "",
            tuple(own),
        )
        for act, own in acts.items()
    )


def _is_number(act: str) -> bool:
    """Whether an act's id means something to people: official numbers do, digests of titles do not."""
    return any(letter.isdigit() for letter in act) and " " not in act and not _DIGEST.fullmatch(act)


def _text(page: dict[str, Any]) -> str:
    lines = [page["subject"], "~" * min(len(page["subject"]), 78), "", page["intro"]]
    if page["marks"]:
        lines.append(page["w"]("text.legend"))
    for group in page["groups"]:
        head = group.title + (f" ({group.number})" if group.number else "")
        lines += ["", "", head, "-" * min(len(head), 78)]
        for entry in group.entries:
            lines += ["", *_entry_lines(entry, page["w"])]
    if page["left"]:
        lines += ["", page["left"]]
    if page["foot"]:
        lines += ["", "--", page["foot"]]
    return "\n".join(lines) + "\n"


def _entry_lines(entry: Entry, words: ReaderWords) -> list[str]:
    labels = ", ".join(entry.labels)
    lines = [f"* {entry.headline} [{labels}]" if entry.headline else f"* [{labels}]"]
    lines += ["  " + words("text.field", label=label, value=value) for label, value in entry.lines]
    if entry.pieces:
        lines.append("  " + words("text.quoted", words=_marked(entry.pieces)))
    source = words("text.field", label=words("label.source"), value=entry.source)
    lines += [f"  {source}"] if entry.source else []
    lines += [f"  {entry.link}"] if entry.link else []
    lines += [f"  {entry.command}"] if entry.command else []
    return lines


def _marked(pieces: Iterable[Piece]) -> str:
    return " ".join(piece.join(_MARKS.get(mark, ("", ""))) for piece, mark in pieces)


def _short(groups: Iterable[Group], words: ReaderWords, number: int, command: str) -> str:
    """The form for chats: one or two lines for each entry, as many as fit."""
    lines: list[str] = []
    listed = size = 0
    for group in groups:
        head = [chat(group.title)]
        for entry in group.entries:
            details = "; ".join(f"{label}: {value}" for label, value in entry.lines)
            block = [*head, f"• {chat(entry.headline)} ({', '.join(entry.labels)})", f"  {chat(cut(details, 300))}"]
            if entry.pieces:
                block.append(f"  {chat(cut(_marked(entry.pieces), 280))}")
            block += [f"  {entry.command}"] if entry.command else []
            block = [line for line in block if line.strip()]
            if size + sum(len(line) + 1 for line in block) > _CHAT - 100:
                lines.append(words("text.left_out", count=number - listed, command=command))
                return "\n".join(lines)
            lines += block
            size += sum(len(line) + 1 for line in block)
            head, listed = [], listed + 1
    if listed < number:
        lines.append(words("text.left_out", count=number - listed, command=command))
    return "\n".join(lines)


def _item(entry: Entry, words: ReaderWords) -> dict[str, Any]:
    html = _templates().get_template("entry.html.j2").render(e=entry, w=words)
    fields = {
        "id": entry.id,
        "sort": entry.sort,
        "kinds": list(entry.kinds),
        "act": entry.title,
        "headline": f"{entry.title}: {entry.headline}",
        "text": "\n".join(_entry_lines(entry, words)),
        "html": html,
        "source": entry.source,
        "link": entry.link,
        "command": entry.command,
        **entry.more,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("dutybook.alerts", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_LOG = logging.getLogger(__name__)

#: A claim holds for so long: longer than all that a channel may wait for, one after the other.
LEASE = timedelta(minutes=10)
#: What cannot be taken back is begun only while the claim holds for so much longer.
_MARGIN = timedelta(minutes=2)


@dataclass(slots=True)
class Sent:
    """The result of a run: ``sent`` arrived, ``waiting`` failed and will be tried again, ``dead`` failed for good.

    ``problems`` are one line each, without secrets.
    """

    sent: int = 0
    waiting: int = 0
    dead: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 2 if self.problems else 0


def send(
    register_path: str | Path, *, now: datetime, alert: str | None = None, step: Callable[[str], None] | None = None
) -> Sent:
    """Send what is due now (UTC), of one alert (full id) or of all.

    Several processes may do so at once: none sends what another one is sending. ``step`` is called with the progress,
    for tests that kill the process there.

    Raises:
        RegisterError: the database cannot be used.
    """
    with open_register(register_path, create=False) as register:
        return _Sender(register, now, step or (lambda _: None)).run(alert)


class _Sender:
    def __init__(self, register: Register, now: datetime, step: Callable[[str], None]) -> None:
        self.register = register
        self.begun = (now, time.monotonic())
        self.step = step
        self.by = f"{os.getpid()}-{secrets.token_hex(6)}"

    def now(self) -> datetime:
        """The given time plus the time that has really passed since then."""
        return self.begun[0] + timedelta(seconds=time.monotonic() - self.begun[1])

    def run(self, alert: str | None) -> Sent:
        result = Sent()
        retry_while_busy(lambda: outbox.gather(self.register, self.now(), alert))
        self.step("gathered")
        while delivery := retry_while_busy(self._claim_of(alert)):
            self.step("claimed")
            self._one(delivery, result)
        return result

    def _claim_of(self, alert: str | None) -> Callable[[], Delivery | None]:
        return lambda: outbox.claim(self.register, self.now(), self.now() + LEASE, self.by, alert)

    def _one(self, delivery: Delivery, result: Sent) -> None:
        until = self.now() + LEASE - _MARGIN
        target = Target(delivery.kind, delivery.target, delivery.options)
        where = delivery.kind
        try:
            channel = channel_of(delivery.kind)
            where = channel.describe_target(target)
            message = message_of(self.register, delivery)
            self.step("composed")
            channel.deliver(target, message, Attempt(delivery.doubtful, self._hold_of(until), self.step))
        except DutybookError as error:
            self._failed(delivery, error, where, result)
            return
        except Exception as error:
            # A third party's channel may raise anything; its words may hold what is secret.
            _LOG.debug("delivery %s", delivery.id, exc_info=True)
            wrong = DeliveryError(f"internal error ({type(error).__name__})", doubtful=True)
            self._failed(delivery, wrong, where, result)
            return
        self.step("sent")
        retry_while_busy(lambda: outbox.sent(self.register, delivery, self.by, self.now()))
        self.step("noted")
        result.sent += 1

    def _hold_of(self, until: datetime) -> Callable[[], None]:
        def hold() -> None:
            if self.now() > until:
                raise DeliveryError("it took so long that another sender may have it now")

        return hold

    def _failed(self, delivery: Delivery, error: DutybookError, where: str, result: Sent) -> None:
        problem = cut(str(error), 400)
        failure = outbox.Failure(problem, lasting=False)
        if isinstance(error, DeliveryError):
            failure = outbox.Failure(problem, error.lasting, error.retry_after, error.doubtful)
        state = retry_while_busy(lambda: outbox.failed(self.register, delivery, self.by, self.now(), failure))
        self.step("failed")
        result.dead += state == "dead"
        result.waiting += state == "waiting"
        result.problems.append(f"{delivery.name}: {where}: {problem}" + (" (given up)" if state == "dead" else ""))


def message_of(register: Register, delivery: Delivery) -> Message:
    """The message of a delivery: the same each time."""
    events = outbox.of_delivery(register, delivery.id)
    created = datetime.fromisoformat(delivery.created).replace(microsecond=0)
    return compose(delivery.id, delivery.name, delivery.reader, delivery.zone, created, events)
