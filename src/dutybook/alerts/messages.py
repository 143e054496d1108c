"""Composes messages: as text, as HTML, in a short form for chats, and as JSON.

A message is limited in size, and the same events always give the same one.
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

from dutybook.alerts import settings
from dutybook.alerts.channels import Message, chat, cut
from dutybook.alerts.entries import Entry, Piece, day_in_words, entries, page_of_act, short_act
from dutybook.languages.reader import ReaderWords, reader_words
from dutybook.store import Register
from dutybook.store.alerts import outbox
from dutybook.store.alerts.events import NoticedEvent
from dutybook.store.alerts.outbox import Delivery

if TYPE_CHECKING:
    from jinja2 import Environment

#: The most entries in a message. The register has all of them.
ENTRIES = 60
#: The most entries for programs and files.
ITEMS = 1_000
_CHAT = 2_900
_DIGEST = re.compile("[0-9a-f]{16}")
_MARKS = {"old": ("[-", "-]"), "new": ("{+", "+}")}


#: The most entries of one act in a message: the others are counted, and stand on the act's page.
ENTRIES_OF_ACT = 5


@dataclass(frozen=True, slots=True)
class Group:
    """What there is to tell of one act: its first entries, the most important in front, and how many there are in all.

    ``summary`` says in words what it is, ``left`` how many entries are left out (empty: none), ``page`` is the link to the
    act's page in the register (empty where that has no address).
    """

    title: str
    number: str
    entries: tuple[Entry, ...]
    total: int
    summary: str
    left: str
    page: str


def compose(
    identity: str,
    alert: str,
    reader: str,
    zone: str,
    created: datetime,
    events: Sequence[NoticedEvent],
    address: str = "",
) -> Message:
    """Compose the message of an alert. It depends on nothing but the arguments.

    Args:
        identity: the id of the delivery, which is the message's, too.
        alert: the alert's name.
        reader: the language of its reader.
        zone: the time zone of its reader, as IANA names it.
        created: when the delivery was made.
        events: what it tells, in this order.
        address: that of the register in a browser, for links to its pages; empty where nobody reaches it.
    """
    today = created.astimezone(ZoneInfo(zone)).date()
    words = reader_words("alerts", reader)
    every = entries(events, reader, created, zone, address)
    groups = _grouped(every, words, address)
    command = f"dutybook alerts outbox --show {identity}"
    subject = cut(_subject(groups, every, words), 200)
    intro = words("text.intro", alert=alert, date=day_in_words(today.isoformat(), reader))
    listed = _first(groups, ENTRIES)
    page = _page(words, subject, listed, intro)
    left = len(groups) - len(listed)
    page["left"] = words("text.acts_left_out", count=left, command=command) if left else ""
    page["foot"] = words("text.foot", alert=shlex.quote(alert))
    return Message(
        id=identity,
        alert=alert,
        reader=reader,
        subject=subject,
        text=_text(page),
        html=_templates().get_template("digest.html.j2").render(page),
        short=_short(groups, words, command),
        items=tuple(_item(entry, words) for entry in every[:ITEMS]),
        digests=tuple(_digest(identity, group, words) for group in groups[:ITEMS]),
        more=max(0, len(every) - ITEMS),
        created=created,
    )


def _first(groups: Sequence[Group], most: int) -> tuple[Group, ...]:
    """The first groups, with at most so many entries together."""
    first: list[Group] = []
    for group in groups:
        most -= len(group.entries)
        if first and most < 0:
            break
        first.append(group)
    return tuple(first)


#: What a subject and a summary count, the most pressing first, and the kinds of events that belong there.
_COUNTED: dict[str, frozenset[str]] = {
    "due": frozenset({settings.APPROACHING}),
    "new": frozenset({settings.NEW}),
    "changed": frozenset({*settings.CHANGED, settings.REPEALED, "renumbered"}),
    "text": frozenset({settings.DOCUMENT}),
    "news": frozenset({settings.NEWS, settings.CLAIMS, settings.PROCEDURES}),
}


def count_kinds(found: Iterable[Entry], words: ReaderWords, most: int = len(_COUNTED)) -> str:
    """What entries tell, counted in words, the most pressing first: "2 deadlines, the first on 3 May; 12 new provisions"."""
    counted: dict[str, list[Entry]] = {name: [] for name in _COUNTED}
    for entry in found:
        name = next((name for name, kinds in _COUNTED.items() if kinds & set(entry.kinds)), "changed")
        counted[name].append(entry)
    parts = []
    for name, own in counted.items():
        if own:
            days = sorted(str(entry.more.get("due", "")) for entry in own)
            day = day_in_words(days[0], words.language) if name == "due" else ""
            parts.append(words(f"counted.{name}", count=len(own), date=day))
    return "; ".join(parts[:most])


def _subject(groups: Sequence[Group], every: Sequence[Entry], words: ReaderWords) -> str:
    """What a person would write: which act, and what of it."""
    if not groups:
        return words("subject.nothing")
    act = short_act(groups[0].entries[0].more.get("work"), groups[0].title)
    if len(groups) > 1:
        act = words("subject.acts", act=act, count=len(groups) - 1)
    return words("subject.about", act=act, what=count_kinds(every, words, 2))


def whole_text(alert: str, reader: str, every: Sequence[Entry]) -> str:
    """All entries of a message, however many."""
    words = reader_words("alerts", reader)
    groups = _grouped(every, words, "", len(every))
    intro = words("text.of_alert", alert=alert)
    return _text(_page(words, _subject(groups, every, words), groups, intro))


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


def _grouped(found: Iterable[Entry], words: ReaderWords, address: str, most: int = ENTRIES_OF_ACT) -> tuple[Group, ...]:
    """Entries by act, in the order of the most important entry of each."""
    acts: dict[str, list[Entry]] = {}
    for entry in found:
        acts.setdefault(entry.act, []).append(entry)
    return tuple(_group(act, own, words, address, most) for act, own in acts.items())


def _group(act: str, own: Sequence[Entry], words: ReaderWords, address: str, most: int) -> Group:
    work = own[0].more.get("work")
    left = max(0, len(own) - most)
    return Group(
        title=next((e.title for e in own if e.title), "") or cut(act, 160) or words("text.no_act"),
        number=cut(act, 60) if any(e.title and e.title != act for e in own) and _is_number(act) else "",
        entries=tuple(own[:most]),
        total=len(own),
        summary=count_kinds(own, words) if len(own) > 1 else "",
        left=words("text.more_of_act", count=left) if left else "",
        page=page_of_act(address, work) if address and work else "",
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
        lines += [group.summary] if group.summary else []
        lines += [group.page] if group.page else []
        for entry in group.entries:
            lines += ["", *_entry_lines(entry, page["w"])]
        lines += ["", group.left] if group.left else []
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
    lines += [f"  {link}" for link in (entry.page, entry.link) if link]
    lines += [f"  {entry.command}"] if entry.command and not entry.page else []
    return lines


def _marked(pieces: Iterable[Piece]) -> str:
    return " ".join(piece.join(_MARKS.get(mark, ("", ""))) for piece, mark in pieces)


#: Entries of one act in a chat.
_CHATTED = 3


def _short(groups: Sequence[Group], words: ReaderWords, command: str) -> str:
    """The form for chats: an act with what there is of it, and its first entries in one or two lines each, as many as fit."""
    lines: list[str] = []
    size = 0
    for number, group in enumerate(groups):
        block = [line for line in (chat(group.title), chat(group.summary), group.page) if line]
        for entry in group.entries[:_CHATTED]:
            details = "; ".join(f"{label}: {value}" for label, value in entry.lines)
            block += [f"• {chat(entry.headline)} ({', '.join(entry.labels)})", f"  {chat(cut(details, 300))}"]
            if entry.pieces:
                block.append(f"  {chat(cut(_marked(entry.pieces), 280))}")
            block.append(f"  {entry.page or entry.command}")
        if group.total > _CHATTED:
            block.append(words("text.more_of_act", count=group.total - min(_CHATTED, len(group.entries))))
        block = [line for line in block if line.strip()]
        if size + sum(len(line) + 1 for line in block) > _CHAT - 100:
            if not lines:
                lines = [*block[:2], command]
            lines.append(words("text.acts_left_out", count=len(groups) - number, command=command))
            break
        lines += block
        size += sum(len(line) + 1 for line in block)
    return cut_lines("\n".join(lines), _CHAT)


def cut_lines(text: str, most: int) -> str:
    """A text of lines, without its last ones where it is longer."""
    return text if len(text) <= most else text[:most].rpartition("\n")[0] or text[:most]


def _digest(identity: str, group: Group, words: ReaderWords) -> dict[str, Any]:
    """What a feed says of an act: one entry, however many events."""
    first = group.entries[0]
    if group.total == 1:
        return _item(first, words)
    html = _templates().get_template("group.html.j2").render(group=group, w=words)
    text = "\n".join(line for entry in group.entries for line in _entry_lines(entry, words))
    fields = {
        "id": f"{identity}-{first.id}",
        "act": group.title,
        "headline": f"{group.title}: {group.summary}",
        "text": "\n".join(part for part in (group.summary, text, group.left) if part),
        "html": html,
        "link": group.page or first.page or first.link,
    }
    return {name: value for name, value in fields.items() if value}


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
        "link": entry.page or entry.link,
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


def message_of(register: Register, delivery: Delivery, address: str = "") -> Message:
    """The message of a delivery: the same each time. ``address`` as for :func:`compose`."""
    events = outbox.of_delivery(register, delivery.id)
    created = datetime.fromisoformat(delivery.created).replace(microsecond=0)
    return compose(delivery.id, delivery.name, delivery.reader, delivery.zone, created, events, address)
