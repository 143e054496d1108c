"""Items that ask what a change of the law means: opened for changed and new texts, decided by people, in the chained history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dutybook.errors import BadRequest, NotFound
from dutybook.store.controls.items import Item, ItemTable, check_unchanged, given_values
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.documents.works import titles
from dutybook.store.ids import ids_named, only_id
from dutybook.store.judgements import history, reviews
from dutybook.store.judgements.change import check_day, check_lengths
from dutybook.store.judgements.record import Record
from dutybook.store.judgements.record_rows import ITSELF, records_of
from dutybook.store.search.terms import fold
from dutybook.store.sql import all_of, compose
from dutybook.store.versions.amended import known_amendments
from dutybook.store.versions.differences import ChangeRow
from dutybook.suggestions import check_one_of

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: Why an item was opened: norms changed between two texts, an act is new, or a later act amends one whose amended text is not here.
CHANGED, NEW, AMENDED = "changed", "new", "amended"
KINDS = (CHANGED, NEW, AMENDED)
#: What people decide; an item is closed by any but the first two.
DECISIONS = ("", "to be adapted", "adapted", "no effect")
OPEN_DECISIONS = DECISIONS[:2]
#: So many days after it was opened an item is due, where nobody says otherwise.
DAYS = 30
#: Texts from so many days before the first search for changes are assessed.
LOOK_BACK = 365
_LONGEST = {"owner": 200, "reason": 20_000}


@dataclass(frozen=True, slots=True)
class Assessment(Item):
    """What is to be assessed, and what was decided. Days are ISO 8601.

    ``work`` is the act, ``document`` the text that brought the change (of an act that amends it, where ``kind`` is AMENDED), compared with
    the text ``old``; ``day`` is when it stands from, empty where that is not known. ``opened`` and ``due`` are days.
    """

    kind: str = CHANGED
    work: str = ""
    title: str = ""
    document: str = ""
    old: str = ""
    language: str = ""
    day: str = ""
    opened: str = ""
    due: str = ""
    owner: str = ""
    decision: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has something to do."""
        return self.decision in OPEN_DECISIONS


ASSESSMENTS = ItemTable("assessment", "assessments", Assessment)


@dataclass(frozen=True, slots=True)
class AssessmentChange:
    """What is said of an item; None leaves a field as it is, an empty text takes it away.

    Raises:
        BadRequest: something in it cannot be meant, or something is decided without a reason.
    """

    decision: str | None = None
    reason: str | None = None
    owner: str | None = None
    due: str | None = None

    def __post_init__(self) -> None:
        check_one_of("decision", self.decision, DECISIONS)
        check_day("due", self.due)
        check_lengths(self, _LONGEST)
        if self.decision and not (self.reason or "").strip():
            raise BadRequest("say why: a decision needs a reason")

    @property
    def values(self) -> dict[str, str]:
        """The fields that are given."""
        return given_values(self)


@dataclass(frozen=True, slots=True)
class AffectedNorm:
    """A norm that changed, with what people said of it (None: nothing): its owner, its controls."""

    change: ChangeRow
    record: Record | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A change that may have an item already."""

    kind: str
    work: str
    document: str
    old: str
    language: str
    day: str
    arrived: str


# One text of each act and day, in the language most read; only the newest texts of an act, for older ones are history.
_CHANGED = """SELECT work, document, old, language, day, arrived FROM (
    SELECT d.work, d.id AS document, c.old_document AS old, d.language, coalesce(v.valid_from, d.version_date, d.published, '') AS day,
    coalesce(a.at, '') AS arrived, row_number() OVER (PARTITION BY d.work, coalesce(v.valid_from, d.version_date, d.published, '')
    ORDER BY d.language <> 'en', d.language, d.id) AS nth
    FROM documents d JOIN (SELECT DISTINCT new_document, min(old_document) AS old_document FROM changes GROUP BY new_document) c ON c.new_document = d.id
    LEFT JOIN versions v ON v.document = d.id LEFT JOIN arrivals a ON a.document = d.id
    WHERE d.work IS NOT NULL AND v.next IS NULL) WHERE nth = 1 ORDER BY day, work, document"""
_NEW = """SELECT d.work, min(d.id), '', min(d.language), coalesce(min(v.valid_from), min(d.published), ''), min(coalesce(a.at, '')) AS arrived
    FROM documents d LEFT JOIN versions v ON v.document = d.id LEFT JOIN arrivals a ON a.document = d.id
    WHERE d.work IS NOT NULL AND d.family IN ('eu_act', 'statute') GROUP BY d.work HAVING arrived > ? ORDER BY arrived, d.work"""
_AMENDED = "SELECT DISTINCT r.related FROM work_relations r JOIN documents d ON d.work = r.related WHERE r.kind = 'amends' ORDER BY 1"


def open_assessments(register: Register, *, today: date, now: datetime | None = None) -> list[Assessment]:
    """Open an item for each changed text, new act and missing amendment that has none; returns those that were opened.

    The first time, texts of the last year are looked at, and no act is new: the register was being filled. From then on nothing that
    arrives is left out, however old. Searching again opens nothing twice.
    """
    with reviews.writing(register, by=ITSELF, now=now) as book:
        connection = book.connection
        first = connection.execute(
            "SELECT min(at) FROM history WHERE action = 'searched' AND field = 'assessments'"
        ).fetchone()[0]
        since = (today - timedelta(days=LOOK_BACK)).isoformat()
        known = {tuple(row) for row in connection.execute("SELECT kind, work, document FROM assessments")}
        days = {
            (row[0], row[1]) for row in connection.execute("SELECT work, day FROM assessments WHERE kind = 'changed'")
        }
        found = [
            one
            for one in _find(register, first)
            if (one.kind, one.work, one.document) not in known
            and not (one.kind == CHANGED and (one.work, one.day) in days)
            and (one.kind != CHANGED or one.day >= since or (first is not None and one.arrived > first))
        ]
        if first is None:
            history.append(
                connection, [history.Entry(book.at, book.by, "", "", "", "searched", "assessments", None, None)]
            )
        names = titles(register, sorted({one.work for one in found}), "en")
        made = []
        for one in found:
            values = {
                **{name: getattr(one, name) for name in ("kind", "work", "document", "old", "language", "day")},
                "title": names.get(one.work) or one.work,
                "opened": today.isoformat(),
                "due": (today + timedelta(days=DAYS)).isoformat(),
            }
            made.append(ASSESSMENTS.add(connection, values, by=book.by, at=book.at))
        return made


def open_arrived(register: Register, *, today: date, now: datetime | None = None) -> list[Assessment]:
    """As :func:`open_assessments` after an ingest: nothing happens where nobody has ever asked for assessments."""
    if (
        register._select_value("SELECT min(at) FROM history WHERE action = 'searched' AND field = 'assessments'")
        is None
    ):
        return []
    return open_assessments(register, today=today, now=now)


def _find(register: Register, first: str | None) -> Iterator[_Found]:
    connection = register._connection
    for row in connection.execute(_CHANGED).fetchall():
        yield _Found(CHANGED, *map(str, row))
    if first is not None:
        for row in connection.execute(_NEW, (first,)).fetchall():
            yield _Found(NEW, *map(str, row))
    for (work,) in connection.execute(_AMENDED).fetchall():
        for known in known_amendments(register, work):
            if not known.here and not known.included:
                yield _Found(AMENDED, work, known.work, "", "", known.day or "", "")


def change_assessment(
    register: Register,
    identity: str,
    change: AssessmentChange,
    *,
    by: str,
    now: datetime | None = None,
    revision: int | None = None,
) -> Assessment:
    """Decide on an item (its full id), give it to somebody, or move its day; ``revision``: nothing is written if it changed after this one.

    Raises:
        NotFound: there is no such item.
        ChangedSince: somebody else was faster.
    """
    with reviews.writing(register, by=by, now=now) as book:
        item = _loaded(book.connection, identity)
        check_unchanged(item, revision)
        return ASSESSMENTS.change(book.connection, item, change.values, by=book.by, at=book.at, why=change.reason or "")


def assessment_named(register: Register, identity: str) -> Assessment:
    """An item by its id, or the first four characters of it.

    Raises:
        NotFound: there is none, or several ids begin so.
    """
    with translated(register.path):
        found = ids_named(register._connection, ASSESSMENTS.table, identity)
        full = only_id(found, identity, "assessment", "`dutybook assessments list` shows them all.")
        return _loaded(register._connection, full)


def _loaded(connection: Connection, identity: str) -> Assessment:
    found = ASSESSMENTS.load(connection, [identity]).get(identity)
    if found is None:
        raise NotFound(f"there is no assessment {identity!r}. `dutybook assessments list` shows them all.")
    return found


def list_assessments(register: Register, *, open_only: bool = False, owner: str = "") -> list[Assessment]:
    """Items, those that are due first in front; ``open_only``: that are not decided or still to be adapted; ``owner``: part of a name."""
    conditions, values = [compose("1")], []
    if open_only:
        conditions.append(compose("decision IN (SELECT value FROM json_each(?))"))
        values.append(json.dumps(OPEN_DECISIONS))
    if owner:
        conditions.append(compose("instr(fold(owner), ?)"))
        values.append(fold(owner))
    sql = compose("SELECT id FROM assessments WHERE {passing} ORDER BY due, day, id", passing=all_of(conditions))
    with translated(register.path):
        ids = [str(row[0]) for row in register._connection.execute(sql, values)]
        return list(ASSESSMENTS.load(register._connection, ids).values())


_CHANGES = """SELECT kind, old_norm, new_norm, old_place, new_place, old_quote, new_quote, identity, detail FROM changes
    WHERE new_document = ? AND old_document = ? ORDER BY position, kind"""


def affected_norms(register: Register, item: Assessment) -> list[AffectedNorm]:
    """What changed, in the order of the text, each with what people said of the norm; empty where the texts are here no more."""
    with translated(register.path):
        rows = register._connection.execute(_CHANGES, (item.document, item.old)).fetchall()
        changes = [ChangeRow(*(*row[:-1], json.loads(row[-1]))) for row in rows]
        norms = [norm for change in changes for norm in (change.new_norm, change.old_norm) if norm]
        records = records_of(register._connection, norms)
    return [
        AffectedNorm(change, records.get(change.new_norm or "") or records.get(change.old_norm or ""))
        for change in changes
    ]


def owners_and_controls(affected: Sequence[AffectedNorm]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who looks after the norms, and the names of the controls that serve them, each once, in order."""
    records = [one.record for one in affected if one.record is not None]
    owners = sorted({record.owner for record in records if record.owner})
    controls = sorted({link.label for record in records for link in record.controls})
    return tuple(owners), tuple(controls)


def assessment_to_dict(item: Assessment, affected: Sequence[AffectedNorm]) -> dict[str, Any]:
    """An item with its affected norms as JSON values."""
    owners, controls = owners_and_controls(affected)
    return {
        **{field.name: getattr(item, field.name) for field in fields(item)},
        "open": item.is_open,
        "owners": list(owners),
        "controls": list(controls),
        "norms": [
            {
                **{name: getattr(one.change, name) for name in _CHANGE_FIELDS},
                "place": one.change.place,
                "owner": one.record.owner if one.record else "",
                "status": one.record.status if one.record else "",
                "controls": [link.label for link in one.record.controls] if one.record else [],
            }
            for one in affected
        ],
    }


_CHANGE_FIELDS = ("kind", "old_norm", "new_norm", "old_place", "new_place", "old_quote", "new_quote")
