"""Takes a list of controls into the register: new ones are added, known ones changed, norms linked, all in one transaction."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest, DutybookError
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.store.controls.controls import CATEGORIES, CONTROLS, STATUSES, Control, ControlChange
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.control_links import resolve_names
from dutybook.store.judgements.record_rows import Book

if TYPE_CHECKING:
    from dutybook.store.register import Register

_KNOWN = {"status": STATUSES, "category": CATEGORIES}
#: Words of other tools for our statuses, by what :func:`_word` makes of them.
_STATUSES = {
    "to do": "planned",
    "todo": "planned",
    "open": "planned",
    "not started": "planned",
    "deprecated": "retired",
    "implemented": "active",
    "in place": "active",
    "done": "active",
    "partially implemented": "in progress",
}


@dataclass(frozen=True, slots=True)
class ControlLine:
    """A line of a list: its number, and texts by field of a control; ``norms`` are ids, parted by blanks or commas."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """A field of a known control that changes."""

    control: str
    field: str
    old: str
    new: str


@dataclass(slots=True)
class ListReport:
    """What an import did, or would do: labels of controls that are ``added``, ``edits`` of known ones, how many are as they were,
    how many norms were ``linked``, and lines (by number) that could not be taken, with the reason.
    """

    added: list[str] = field(default_factory=list)
    edits: list[FieldEdit] = field(default_factory=list)
    unchanged: int = 0
    linked: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    applied: bool = False


class _TakenBackError(Exception):
    """Ends the transaction of a dry run."""


def import_controls(
    register: Register,
    lines: Sequence[ControlLine],
    *,
    by: str,
    now: datetime | None = None,
    dry_run: bool = False,
) -> ListReport:
    """Add and change controls as a list says. A control is recognised by its reference, else by its title; empty cells change nothing.

    With ``dry_run`` all is done and taken back.

    Raises:
        BadRequest: nobody is named.
    """
    report = ListReport()
    with contextlib.suppress(_TakenBackError), reviews.writing(register, by=by, now=now) as book:
        seen: set[str] = set()
        for line in lines:
            try:
                _take(register, book, line, report, seen)
            except DutybookError as error:
                report.problems.append((line.number, str(error)))
        if dry_run:
            raise _TakenBackError
    report.applied = not dry_run
    return report


def _take(register: Register, book: Book, line: ControlLine, report: ListReport, seen: set[str]) -> None:
    change = ControlChange(**_fields(line.values))
    norms = [register.norm(norm).norm.id for norm in re.split(r"[\s,;]+", line.values.get("norms", "")) if norm]
    known = _known(book, change)
    if known is None:
        if not change.title:
            raise BadRequest("it has no title")
        control = CONTROLS.add(book.connection, change.values, by=book.by, at=book.at)
        report.added.append(control.label)
    else:
        if known.id in seen:
            raise BadRequest(f"another line is the same control: {known.label}")
        control = CONTROLS.change(book.connection, known, change.values, by=book.by, at=book.at)
        edits = [
            FieldEdit(known.label, name, getattr(known, name), value)
            for name, value in change.values.items()
            if getattr(known, name) != value
        ]
        report.edits += edits
        report.unchanged += not edits
    seen.add(control.id)
    if norms:
        made = reviews.say(book, {norm: [Change(link_controls=(control.id,))] for norm in dict.fromkeys(norms)})
        report.linked += sum(1 for one in made if one.before is None or one.before.controls != one.after.controls)


def _known(book: Book, change: ControlChange) -> Control | None:
    """The control that a line is about."""
    for name in filter(None, (change.reference, f"{change.reference or ''} {change.title or ''}".strip())):
        if found := resolve_names(book.connection, [name]).get(name):
            return CONTROLS.load(book.connection, [found])[found]
    return None


def _fields(values: Mapping[str, str]) -> dict[str, str]:
    """The fields of a line, with the words of other tools for category and status in our own."""
    made = {name: value for name, value in values.items() if name in ControlChange.__dataclass_fields__}
    for name, known in _KNOWN.items():
        if name in made:
            word = _word(made[name])
            made[name] = _values_by_word(name).get(word, word)
            if made[name] not in known:
                raise BadRequest(f"{values[name]!r} is no {name}. There are: {', '.join(filter(None, known))}.")
    if "review_date" in made:
        made["review_date"] = made["review_date"][:10]
    return made


@cache
def _values_by_word(field: str) -> dict[str, str]:
    """The values of status or category by what they are called in the readers' languages and by other tools."""
    found = dict(_STATUSES) if field == "status" else {}
    for language in reader_languages("controls_page"):
        words = reader_words("controls_page", language)
        for value in filter(None, _KNOWN[field]):
            found[_word(words(f"{field}.{value.replace(' ', '_')}"))] = value
    return found


def _word(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())
