"""Links of controls to a record: set by their names or ids, each change a row of the record's history."""

from __future__ import annotations

import json
from collections.abc import Iterable

from dutybook.errors import NotFound
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import CONTROL
from dutybook.store.judgements.record_rows import Book, Row
from dutybook.store.search.terms import fold


def apply(book: Book, review: str, wanted: Change) -> None:
    """Link and unlink controls, and set the words beside them, as far as a change says so.

    Raises:
        NotFound: there is no control with one of the ids.
    """
    if wanted.control is not None:
        _set_lines(book, review, wanted.control)
    named = (*wanted.link_controls, *wanted.unlink_controls, *wanted.decline_controls)
    labels = _labels(book.connection, named) if named else {}
    why = wanted.reason or ""
    for control in wanted.link_controls:
        _link(book, review, control, labels[control], why)
    for control in (*wanted.unlink_controls, *wanted.decline_controls):
        _unlink(book, review, control, why)
    for control in wanted.decline_controls:
        if all(link.control != control for link in book.record(review).declined):
            book.add(review, Row("declined", CONTROL, None, labels[control], why=why, item=control))


def _link(book: Book, review: str, control: str, label: str, why: str = "") -> None:
    record = book.record(review)
    for link in record.declined:
        if link.control == control:
            book.add(review, Row("undeclined", CONTROL, link.label, None, why=why, item=control))
    if all(link.control != control for link in record.controls):
        book.add(review, Row("linked", CONTROL, None, label, why=why, item=control))


def _unlink(book: Book, review: str, control: str, why: str = "") -> None:
    for link in book.record(review).controls:
        if link.control == control:
            book.add(review, Row("unlinked", CONTROL, link.label, None, why=why, item=control))


def _set_lines(book: Book, review: str, text: str) -> None:
    """Link the controls that lines of a text name, unlink all others; the lines that name none become the record's words."""
    lines = text.splitlines()
    found = resolve_names(book.connection, lines) if lines else {}
    named = {found[line]: line for line in lines if line in found}
    for link in book.record(review).controls:
        if link.control not in named:
            _unlink(book, review, link.control)
    for control, label in _labels(book.connection, named).items():
        _link(book, review, control, label)
    # Without a control among them the words stay as they were typed.
    words = "\n".join(line for line in lines if line not in found) if found else text
    book.set(review, "control_words", words.strip("\n") if found else words)


_KNOWN = "SELECT id, reference, title FROM controls ORDER BY status = 'retired' DESC, id DESC"
_NAMED = """SELECT item, action, field, new FROM history WHERE item <> '' AND review = '' AND
    ((action = 'added' AND field = 'control') OR (action = 'set' AND field IN ('reference', 'title'))) ORDER BY seq"""


def resolve_names(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """The ids of the controls that are called so, by name: by reference, title or both, whatever case and accents.

    A name that a control had before counts where no control has it now, so that an older workbook still names it.
    """
    known: dict[str, str] = {}
    parts: dict[str, dict[str, str]] = {}
    for control, action, field, new in connection.execute(_NAMED):
        if action == "added":
            values = json.loads(new)
            parts[control] = {name: values.get(name, "") for name in ("reference", "title")}
        elif control in parts:
            parts[control][field] = new
        known |= dict.fromkeys(_names_of(**parts[control]), control) if control in parts else {}
    for control, reference, title in connection.execute(_KNOWN):
        known |= dict.fromkeys(_names_of(reference, title), control)
    known.pop("", None)
    return {name: known[key] for name in names if (key := _key(name)) in known}


def _names_of(reference: str, title: str) -> list[str]:
    return [_key(name) for name in (title, reference, f"{reference} {title}")]


def _key(name: str) -> str:
    return " ".join(fold(name).split())


def _labels(connection: Connection, controls: Iterable[str]) -> dict[str, str]:
    """What controls (ids) are called.

    Raises:
        NotFound: there is none with one of the ids.
    """
    wanted = list(dict.fromkeys(controls))
    sql = "SELECT id, trim(reference || ' ' || title) FROM controls WHERE id IN (SELECT value FROM json_each(?))"
    found = dict(connection.execute(sql, (json.dumps(wanted),)).fetchall())
    for control in wanted:
        if control not in found:
            raise NotFound(f"there is no control {control!r}. `dutybook control list` shows those that there are.")
    return {control: found[control] for control in wanted}
