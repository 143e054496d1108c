"""Composes a message from events, as text, HTML, a short form for chats, and JSON. Its size is limited, and the same
events always give the same message.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dutybook.alerts.channels.interface import Message
from dutybook.alerts.digest.entries import Entry, Piece, day_in_words, entry_of
from dutybook.alerts.text_safety import chat, cut
from dutybook.languages.reader import ReaderWords, reader_words
from dutybook.store.alerts.alert_events import Noticed

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
    identity: str, alert: str, reader: str, zone: str, created: datetime, happened: Sequence[Noticed]
) -> Message:
    """Compose the message ``identity`` of an alert. It depends on nothing but the arguments."""
    today = created.astimezone(ZoneInfo(zone)).date()
    words = reader_words("alerts", reader)
    entries = sorted((entry_of(one, reader, today) for one in happened), key=lambda e: (e.rank, e.act, e.id))
    listed = entries[:ENTRIES]
    groups = _grouped(listed, words)
    subject = words("subject", alert=alert, count=len(entries))
    if len(groups) == 1 and groups[0].title:
        subject = words("subject.about", subject=subject, act=groups[0].title)
    left = len(entries) - len(listed)
    command = f"dutybook alerts outbox --show {identity}"
    page = {
        "w": words,
        "subject": cut(subject, 200),
        "groups": groups,
        "language": reader,
        "intro": words("text.intro", alert=alert, date=day_in_words(today.isoformat(), reader)),
        "left": words("text.left_out", count=left, command=command) if left else "",
        "foot": words("text.foot", alert=shlex.quote(alert)),
        "marks": any(m != "same" for e in listed for _, m in e.pieces),
    }
    return Message(
        id=identity,
        alert=alert,
        reader=reader,
        subject=cut(subject, 200),
        text=_text(page),
        html=_templates().get_template("digest.html.j2").render(page),
        short=_short(groups, words, len(entries), command),
        items=tuple(_item(entry, words) for entry in entries[:ITEMS]),
        more=max(0, len(entries) - ITEMS),
        created=created,
    )


def whole_text(alert: str, reader: str, entries: Sequence[Entry]) -> str:
    """All entries of a message, however many."""
    words = reader_words("alerts", reader)
    page = {
        "w": words,
        "subject": words("subject", alert=alert, count=len(entries)),
        "intro": "",
        "left": "",
        "foot": "",
        "groups": _grouped(entries, words),
        "marks": any(m != "same" for e in entries for _, m in e.pieces),
    }
    return _text(page)


def compose_test(identity: str, alert: str, reader: str, created: datetime) -> Message:
    """A message that says that it is a test."""
    words = reader_words("alerts", reader)
    subject, text = words("subject.test", alert=alert), words("text.test", alert=alert)
    page = {
        "w": words,
        "subject": subject,
        "groups": (),
        "language": reader,
        "intro": text,
        "left": "",
        "foot": "",
        "marks": False,
    }
    html = _templates().get_template("digest.html.j2").render(page)
    item = {"id": identity, "sort": "test", "kinds": [], "headline": subject, "text": text}
    return Message(identity, alert, reader, cut(subject, 200), f"{text}\n", html, chat(text), (item,), 0, created)


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
        loader=PackageLoader("dutybook.alerts.digest", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
