"""Controls and policies: what the organisation does so that its duties are met, entered, changed, found and listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest, Conflict, NotFound
from dutybook.store.controls.items import Item, ItemTable, check_unchanged, given_values
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.ids import ids_named, only_id
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change, check_day, check_lengths
from dutybook.store.judgements.control_links import resolve_names
from dutybook.store.search.terms import fold
from dutybook.store.sql import Sql, all_of, compose
from dutybook.suggestions import check_one_of, did_you_mean

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: As CISO Assistant sorts controls; a policy is a control of this category.
CATEGORIES = ("", "policy", "process", "procedure", "technical", "physical")
STATUSES = ("planned", "in progress", "active", "on hold", "retired")
#: The status of controls that work: only these cover a norm.
ACTIVE, RETIRED = "active", "retired"
_LONGEST = {"reference": 80, "title": 300, "owner": 200, "source": 500, "description": 20_000}


@dataclass(frozen=True, slots=True)
class Control(Item):
    """What makes sure that duties are met. Texts are empty where nothing was said; ``review_date`` is ISO 8601.

    ``reference`` is the organisation's own number, ``source`` what it was imported from.
    """

    reference: str = ""
    title: str = ""
    description: str = ""
    category: str = ""
    status: str = STATUSES[0]
    owner: str = ""
    review_date: str = ""
    source: str = ""

    @property
    def label(self) -> str:
        """What it is called in lists and cells: number and title."""
        return f"{self.reference} {self.title}".strip()


CONTROLS = ItemTable("control", "controls", Control)


@dataclass(frozen=True, slots=True)
class ControlChange:
    """What is to be said of a control; None leaves a field as it is, an empty text takes it away.

    Raises:
        BadRequest: something in it cannot be meant.
    """

    reference: str | None = None
    title: str | None = None
    description: str | None = None
    category: str | None = None
    status: str | None = None
    owner: str | None = None
    review_date: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        check_one_of("category", self.category, CATEGORIES)
        check_one_of("status of a control", self.status, STATUSES)
        check_day("review date", self.review_date)
        check_lengths(self, _LONGEST)
        for name in _LONGEST:
            if name != "description" and "\n" in (getattr(self, name) or "").strip():
                raise BadRequest(f"the {name} of a control is one line of text.")
        if self.title is not None and not self.title.strip():
            raise BadRequest("a control needs a title.")

    @property
    def values(self) -> dict[str, str]:
        """The fields that are given."""
        return given_values(self)


@dataclass(frozen=True, slots=True)
class ControlRow:
    """A control in a list, and how many ``norms`` it serves."""

    control: Control
    norms: int


@dataclass(frozen=True, slots=True)
class ServedNorm:
    """A norm that a control serves, where its record (``review``) stands now; ``missing``: the register has it no more.

    ``by`` and ``at`` say who linked the two and when (UTC).
    """

    review: str
    norm: str
    work: str
    title: str
    place: str
    language: str
    quote: str
    modality: str
    bearer: str
    status: str
    applicability: str
    by: str
    at: str
    missing: bool


def add_control(register: Register, change: ControlChange, *, by: str, now: datetime | None = None) -> Control:
    """Enter a control, in one transaction with its history.

    Raises:
        BadRequest: it has no title, or nobody is named.
        Conflict: there is one with this reference, or without a reference one with this title.
    """
    if change.title is None:
        raise BadRequest("a control needs a title.")
    with reviews.writing(register, by=by, now=now) as book:
        _check_name(book.connection, change.reference or "", change.title)
        return CONTROLS.add(book.connection, change.values, by=book.by, at=book.at)


def change_control(
    register: Register,
    identity: str,
    change: ControlChange,
    *,
    by: str,
    now: datetime | None = None,
    revision: int | None = None,
) -> Control:
    """Change a control (its id); ``revision``: nothing is written if somebody changed it after this one.

    Raises:
        NotFound: there is no such control.
        Conflict: another control is called so.
        ChangedSince: somebody else was faster.
    """
    with reviews.writing(register, by=by, now=now) as book:
        control = _loaded(book.connection, identity)
        check_unchanged(control, revision)
        values = change.values
        reference, title = values.get("reference", control.reference), values.get("title", control.title)
        if (reference, title) != (control.reference, control.title):
            _check_name(book.connection, reference, title, control.id)
        return CONTROLS.change(book.connection, control, values, by=book.by, at=book.at)


def link_norms(
    register: Register, identity: str, norms: Sequence[str], *, by: str, now: datetime | None = None, why: str = ""
) -> int:
    """Say that a control (id) serves norms (full ids); returns how many it did not serve before.

    Raises:
        NotFound: there is no such control.
    """
    return _say(register, norms, Change(link_controls=(identity,), reason=why or None), by, now)


def unlink_norms(
    register: Register, identity: str, norms: Sequence[str], *, by: str, now: datetime | None = None, why: str = ""
) -> int:
    """Say that a control (id) does not serve norms (full ids) any more; returns how many it served."""
    known = reviews.records(register, norms)
    served = [norm for norm in norms if norm in known and any(c.control == identity for c in known[norm].controls)]
    return _say(register, served, Change(unlink_controls=(identity,), reason=why or None), by, now)


def decline_norms(
    register: Register, identity: str, norms: Sequence[str], *, by: str, now: datetime | None = None, why: str = ""
) -> None:
    """Say that a control (id) does not serve norms (full ids), so that they are not suggested again."""
    reviews.change(register, norms, Change(decline_controls=(identity,), reason=why or None), by=by, now=now)


def _say(register: Register, norms: Sequence[str], change: Change, by: str, now: datetime | None) -> int:
    made = reviews.change(register, norms, change, by=by, now=now)
    return sum(1 for done in made if done.before is None or done.before.controls != done.after.controls)


def find_control(register: Register, text: str) -> Control:
    """A control by its reference, its title, both, or its id (four characters are enough).

    Raises:
        NotFound: there is none, or several are called so.
    """
    with translated(register.path):
        connection = register._connection
        found = list(resolve_names(connection, [text]).values()) or ids_named(connection, CONTROLS.table, text)
        titles = "SELECT title FROM controls WHERE status <> 'retired'"
        known = [str(row[0]) for row in connection.execute(titles)] if not found else ()
        where = f"{did_you_mean(text, known)} `dutybook control list` shows those that there are.".lstrip()
        return _loaded(connection, only_id(found, text, "control", where))


def controls_by_id(register: Register, ids: Sequence[str]) -> list[Control]:
    """Controls by their ids, in this order."""
    with translated(register.path):
        return list(CONTROLS.load(register._connection, ids).values())


_LIST = """SELECT c.id, (SELECT count(*) FROM review_controls l WHERE l.control = c.id) FROM controls c WHERE {passing}
    ORDER BY c.reference = '', c.reference, fold(c.title), c.id"""


def list_controls(
    register: Register, *, words: str = "", category: str = "", status: str = "", owner: str = ""
) -> list[ControlRow]:
    """Controls by reference and title; without a ``status`` all but the retired ones.

    ``words`` must all stand in reference, title or description; ``owner`` is part of a name, whatever case and accents.

    Raises:
        BadRequest: there is no such category or status.
    """
    check_one_of("category", category or None, CATEGORIES)
    check_one_of("status of a control", status or None, STATUSES)
    conditions: list[tuple[Sql, str]] = [
        (compose("instr(fold(c.reference || ' ' || c.title || ' ' || c.description), ?)"), fold(word))
        for word in words.split()
    ]
    if category:
        conditions.append((compose("c.category = ?"), category))
    if owner:
        conditions.append((compose("instr(fold(c.owner), ?)"), fold(owner)))
    conditions.append((compose("c.status = ?"), status) if status else (compose("c.status <> ?"), RETIRED))
    sql = compose(_LIST, passing=all_of(condition for condition, _ in conditions))
    with translated(register.path):
        counts = dict(register._connection.execute(sql, [value for _, value in conditions]).fetchall())
        return [ControlRow(control, counts[i]) for i, control in CONTROLS.load(register._connection, counts).items()]


_SERVED = """SELECT r.id, r.norm, b.work, b.title, b.place, b.language, b.quote, b.modality, b.bearer, r.status, r.applicability,
    l.by, l.at, b.missing FROM review_controls l JOIN reviews r ON r.id = l.review
    JOIN review_norms b ON b.review = r.id AND b.norm = r.norm WHERE l.control = ?
    ORDER BY b.title, b.work, b.document, b.span_start, r.id"""


def served_norms(register: Register, identity: str) -> list[ServedNorm]:
    """The norms that a control (id) serves, act by act."""
    with translated(register.path):
        rows = register._connection.execute(_SERVED, (identity,)).fetchall()
        return [ServedNorm(*(*row[:-1], bool(row[-1]))) for row in rows]


def _loaded(connection: Connection, identity: str) -> Control:
    found = CONTROLS.load(connection, [identity])
    if identity not in found:
        raise NotFound(f"there is no control {identity!r}. `dutybook control list` shows those that there are.")
    return found[identity]


def _check_name(connection: Connection, reference: str, title: str, own: str = "") -> None:
    """Two controls that are called the same could not be told apart in a workbook."""
    label = f"{reference} {title}".strip()
    for text in filter(None, (reference, label)):
        other = resolve_names(connection, [text]).get(text)
        if other and other != own:
            control = _loaded(connection, other)
            # One that was renamed leaves its former name free.
            if fold(text) in (fold(control.label), fold(control.reference)):
                raise Conflict(
                    f"there is a control {control.label!r} already ({other[:8]}): take another reference or title."
                )
