"""Findings as rows: the SQL of norms, facts and rejected candidates, and the deadlines, events and evidence that belong to them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from dutybook.records.norm_fields import NORM_FIELDS
from dutybook.store.database.protocols import Connection
from dutybook.store.deadlines.events import SELECT_EVENTS
from dutybook.store.rows import DeadlineRow, EventRow, EvidenceRow, FactRow, NormRow, RejectedRow, rows
from dutybook.store.sql import BEARER_ROLE, Sql, compose, join, name, names

_Found = TypeVar("_Found", FactRow, RejectedRow)

# An end moves by as many days as the fact that says so.
_UNTIL = compose(
    """CASE WHEN EXISTS (SELECT 1 FROM moved_facts u WHERE u.fact = n.applies_until_by) THEN
        (SELECT date(u.due, (julianday(n.applies_until) - julianday(e.due)) || ' days')
        FROM moved_facts u JOIN facts e ON e.id = u.fact WHERE u.fact = n.applies_until_by) ELSE n.applies_until END"""
)

# Fields whose rows show something else than their column holds.
_COMPUTED = {
    "role": BEARER_ROLE,
    "applies_from": compose("CASE WHEN m.fact IS NULL THEN n.applies_from ELSE m.due END"),
    "applies_until": _UNTIL,
    "applies_why": compose("CASE WHEN m.fact IS NULL THEN n.applies_why ELSE m.steps END"),
}


def _select_norms(span: Sql, boxes: Sql) -> Sql:
    """SQL that selects norms as rows of :class:`NormRow`, with these expressions for where they stand."""
    # A row shows its act under the name that its own document, in its own language, gives it.
    fields = (
        compose(
            "{expression} AS {field}", expression=_COMPUTED.get(f.name) or names([f.name], of="n"), field=name(f.name)
        )
        for f in NORM_FIELDS
    )
    return compose(
        """SELECT n.id, n.document, d.title AS document_title, d.source, d.work, w.short_title AS work_title, n.place,
    n.quote, {fields}, n.page, n.confidence, {span} AS span, {boxes} AS boxes, n.cell,
    (SELECT group_concat(quote, char(10)) FROM (SELECT p.quote FROM sanctions s JOIN penalties p ON p.id = s.penalty
        WHERE s.norm = n.id ORDER BY s.position)) AS penalty,
    (SELECT min(CASE WHEN pm.fact IS NULL THEN p.applies_from ELSE pm.due END) FROM norm_periods p
        LEFT JOIN moved_facts pm ON pm.fact = p.fact WHERE p.norm = n.id) AS applies_earliest,
    (SELECT coalesce(times || char(10) || later, times, later) FROM (SELECT (SELECT group_concat(words, char(10)) FROM (SELECT
        CASE WHEN pm.fact IS NULL THEN coalesce(p.applies_from, '?') ELSE coalesce(pm.due, 'changed by a later act') END
        || iif(p.about = '', '', ': ' || p.about) AS words FROM norm_periods p
        LEFT JOIN moved_facts pm ON pm.fact = p.fact WHERE p.norm = n.id ORDER BY p.position)) AS times,
        CASE WHEN m.fact IS NOT NULL AND m.due IS NULL THEN 'changed by a later act' END AS later)) AS depends_on
    FROM norms n JOIN norm_facets f ON f.row = n.row LEFT JOIN moved_facts m ON m.fact = n.applies_from_by
    JOIN documents d ON d.id = n.document LEFT JOIN work_names w ON w.document = d.id""",
        fields=join(", ", fields),
        span=span,
        boxes=boxes,
    )


#: Norms as rows of :class:`NormRow`, as far as their own columns go.
NORM = _select_norms(compose("json_array(n.span_start, n.span_end)"), compose("n.boxes"))
#: The same without spans and boxes, which are long, and most who read many norms do not look at them.
NORM_WITHOUT_PLACES = _select_norms(compose("'[]'"), compose("'[]'"))
#: Facts as rows of :class:`FactRow`.
FACT = compose(
    """SELECT f.id, f.document, f.type, f.quote, f.value, CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END AS due,
    CASE WHEN m.fact IS NULL THEN f.steps ELSE m.steps END AS steps, f.page, f.place, f.scope, f.outside, f.reach, f.about,
    CASE WHEN m.fact IS NULL THEN f.status WHEN m.due IS NULL THEN 'changed' ELSE 'derived' END AS status,
    CASE WHEN m.fact IS NOT NULL THEN f.due END AS supersedes, m.by_document
    FROM facts f LEFT JOIN moved_facts m ON m.fact = f.id"""
)
#: Rejected candidates as rows of :class:`RejectedRow`.
REJECTED = compose(
    """SELECT r.id, r.document, d.title AS document_title, d.source, r.place, r.quote, r.reason, r.page, r.boxes
    FROM rejected r JOIN documents d ON d.id = r.document"""
)
_DEADLINES = """SELECT id, norm, quote, kind, value, direction, anchor, due, reason, steps, page, starter, starter_kind
    FROM deadlines WHERE norm IN (SELECT value FROM json_each(?)) ORDER BY norm, position"""
_EVENTS = compose(
    "{events} WHERE e.norm IN (SELECT value FROM json_each(?)) ORDER BY e.occurred_at, e.id", events=SELECT_EVENTS
)


def with_deadlines(connection: Connection, norms: Sequence[NormRow], *, evidence: bool = False) -> list[NormRow]:
    """Norms with their deadlines, and these with the events that were stored for them; with what spoke for them where that is asked for."""
    deadlines = _deadlines(connection, [norm.id for norm in norms], evidence=evidence)
    return [replace(norm, deadlines=tuple(deadlines[norm.id])) if norm.id in deadlines else norm for norm in norms]


def _deadlines(connection: Connection, norms: Sequence[str], *, evidence: bool) -> dict[str, list[DeadlineRow]]:
    """The deadlines of some norms (full ids) by norm, in order."""
    deadlines: dict[str, list[DeadlineRow]] = defaultdict(list)
    given = (json.dumps(list(norms)),)
    found = _with_events(connection, rows(DeadlineRow, connection.execute(_DEADLINES, given)), norms)
    spoke = evidence_of(connection, "deadlines", [d.id for d in found]) if evidence else {}
    for deadline in found:
        deadlines[deadline.norm].append(replace(deadline, evidence=spoke.get(deadline.id)) if spoke else deadline)
    return deadlines


def _with_events(connection: Connection, deadlines: Iterable[DeadlineRow], norms: Sequence[str]) -> list[DeadlineRow]:
    """The deadlines of some norms with the events that were stored for them."""
    events: dict[str, list[EventRow]] = defaultdict(list)
    for event in rows(EventRow, connection.execute(_EVENTS, (json.dumps(list(norms)),))):
        events[event.deadline].append(event)
    return [replace(d, events=tuple(events[d.id])) if d.id in events else d for d in deadlines]


def evidence_of(
    connection: Connection, kind: str, findings: Sequence[str], *, places: bool = True
) -> dict[str, EvidenceRow]:
    """What spoke for findings (full ids) of one ``kind``, which is the name of their table; without ``places``, boxes are empty."""
    sql = compose(
        """SELECT e.finding, e.name, e.version, e.cue, e.confidence, e.why, e.page, {boxes} AS boxes, e.fields FROM {kind} x
        JOIN evidence e ON e.document = x.document AND e.kind = ?1 AND e.finding = x.id
        WHERE x.id IN (SELECT value FROM json_each(?2))""",
        boxes=compose("e.boxes") if places else compose("'[]'"),
        kind=name(kind),
    )
    return dict(rows(_evidence_row, connection.execute(sql, (kind, json.dumps(list(findings))))))


def with_evidence(connection: Connection, kind: str, found: Sequence[_Found]) -> list[_Found]:
    """Findings with what spoke for each; ``kind`` as for :func:`evidence_of`."""
    spoke = evidence_of(connection, kind, [row.id for row in found])
    return [replace(row, evidence=spoke.get(row.id)) for row in found]


def _evidence_row(finding: str, **evidence: Any) -> tuple[str, EvidenceRow]:
    return finding, EvidenceRow(**evidence)
