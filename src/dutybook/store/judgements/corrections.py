"""What people put in place of what was extracted, in the norms themselves: search, facets, exports and views all show it.

The extractor's values stand beside it (table ``corrected``) and come back before anything is derived from norms, so what is
derived depends on documents alone. A correction also holds for copies and other versions of its norm with the same
words in the same language, as long as the extractor says the same of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dutybook.records.dates import parse_day
from dutybook.records.norm_fields import CORRECTABLE
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements.record import Correction
from dutybook.store.search import terms
from dutybook.store.search.terms import reindexed
from dutybook.store.sql import compose, kin_of, name, names, settings

#: The field of a correction that says that a finding is no norm.
FINDING = "finding"
#: Fields whose words stand in the full-text index.
_INDEXED = frozenset({"bearer", "action", "quote"})
# A bearer's English name follows from the bearer: it does not fit another one.
_FOLLOWING = {"bearer": ("role", "bearer_definition")}
_NORMS = (*CORRECTABLE, "bearer_definition")
_DEADLINES = ("value", "due", "reason", "steps", "basis")
_CURRENT = compose(
    "SELECT id, {columns} FROM norms WHERE id IN (SELECT value FROM json_each(?))", columns=names(CORRECTABLE)
)
_CORRECTED = "SELECT norm, deadline, field, extracted FROM corrected WHERE norm IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class _Value:
    """One column of a norm, or of a deadline (id) of it, that gets another value."""

    norm: str
    deadline: str
    field: str
    extracted: str | None
    value: str | None
    review: str


def lift(connection: Connection, works: Iterable[str]) -> None:
    """Put the extractor's values back in all documents of some works."""
    sql = """SELECT c.norm, c.deadline, c.field, c.extracted FROM corrected c JOIN norms n ON n.id = c.norm
        JOIN documents d ON d.id = n.document WHERE d.work IN (SELECT value FROM json_each(?))"""
    _restore(connection, connection.execute(sql, (json.dumps(list(works)),)).fetchall())


def lift_document(connection: Connection, document: str) -> None:
    """Put the extractor's values back in one document (full id)."""
    sql = """SELECT c.norm, c.deadline, c.field, c.extracted FROM corrected c JOIN norms n ON n.id = c.norm
        WHERE n.document = ?"""
    _restore(connection, connection.execute(sql, (document,)).fetchall())


def enforce(connection: Connection, norms: Iterable[str]) -> None:
    """Bring these norms (full ids), and those that say the same, to what people said of them."""
    chosen = sorted(set(norms))
    # Which norms have the same words is told by those of the document.
    _restore(connection, connection.execute(_CORRECTED, (json.dumps(chosen),)).fetchall())
    twins = _twins(connection, chosen)
    targets = sorted({*chosen, *(t for found in twins.values() for t in found)})
    _restore(connection, connection.execute(_CORRECTED, (json.dumps(targets),)).fetchall())
    wanted = _wanted(connection, chosen)
    now = extracted(connection, targets)
    values: dict[tuple[str, str, str], _Value] = {}
    for norm in chosen:
        for review, correction in wanted.get(norm, ()):
            for target in (norm, *twins.get(norm, ())):
                if target not in now:
                    continue
                same = correction.field == FINDING or now[target].get(correction.field) == correction.extracted
                if target == norm or same:
                    for value in _values(connection, target, review, correction, wanted[norm]):
                        values[value.norm, value.deadline, value.field] = value
    _set(connection, list(values.values()))


def extracted(connection: Connection, norms: Collection[str]) -> dict[str, dict[str, str | None]]:
    """What the extractor says of norms (full ids), by the fields that corrections name."""
    given = (json.dumps(list(norms)),)
    found: dict[str, dict[str, str | None]] = {}
    for norm, *values in connection.execute(_CURRENT, given):
        found[norm] = dict(zip(CORRECTABLE, values, strict=True))
    quotes = {}
    for identity, norm, quote, value, due in connection.execute(
        "SELECT id, norm, quote, value, due FROM deadlines WHERE norm IN (SELECT value FROM json_each(?)) ORDER BY position DESC",
        given,
    ):
        quotes[identity] = quote
        found[norm] |= {f"deadline:{quote}": value, f"due:{quote}": due}
    for norm, deadline, field, value in connection.execute(_CORRECTED, given):
        if deadline and field in {"value", "due"}:
            found[norm][f"{'deadline' if field == 'value' else 'due'}:{quotes[deadline]}"] = value
        elif field in CORRECTABLE:
            found[norm][field] = value
    return found


def _wanted(connection: Connection, norms: Sequence[str]) -> dict[str, list[tuple[str, Correction]]]:
    sql = """SELECT review, norm, field, extracted, value, why, by, at FROM review_corrections
        WHERE norm IN (SELECT value FROM json_each(?)) ORDER BY norm, field"""
    found: dict[str, list[tuple[str, Correction]]] = defaultdict(list)
    for review, *rest in connection.execute(sql, (json.dumps(list(norms)),)):
        correction = Correction(*rest)
        found[correction.norm].append((review, correction))
    return found


def _twins(connection: Connection, norms: Sequence[str]) -> dict[str, list[str]]:
    """Norms with the same words in the same language that are the same norm and have no corrections of their own."""
    sql = compose(
        """SELECT n.id, t.id, n.quote, t.quote FROM json_each(?) j CROSS JOIN norms n ON n.id = j.value
        CROSS JOIN norms t ON t.id IN ({kin}) AND t.language = n.language
        WHERE NOT EXISTS (SELECT 1 FROM review_corrections x WHERE x.norm = t.id) ORDER BY n.id, t.id""",
        kin=kin_of(compose("n.id")),
    )
    found: dict[str, list[str]] = defaultdict(list)
    for norm, twin, own, other in connection.execute(sql, (json.dumps(list(norms)),)):
        if same_words(own, other):
            found[norm].append(twin)
    return found


def words(quote: str) -> str:
    """A quote without white space and the hyphens of line ends: what copies of one text in other formats share."""
    return "".join(quote.replace("\u00ad", "").split())


def same_words(one: str, other: str) -> bool:
    """Whether two quotes differ in white space and hyphens of line ends at most."""
    return one == other or words(one) == words(other)


def _values(
    connection: Connection, norm: str, review: str, correction: Correction, corrections: list[tuple[str, Correction]]
) -> Iterable[_Value]:
    field, _, about = correction.field.partition(":")
    if field == FINDING:
        yield _Value(norm, "", FINDING, None, correction.value, review)
    elif not about:
        for column in (field, *_FOLLOWING.get(field, ())):
            sql = compose("SELECT {column} FROM norms WHERE id = ?", column=name(column))
            was = connection.execute(sql, (norm,)).fetchone()[0]
            value = correction.value if column == field else None
            if was != value:
                yield _Value(norm, "", column, was, value, review)
    else:
        dated = any(c.field == f"due:{about}" for _, c in corrections)
        for row in connection.execute(
            "SELECT id, kind, value, due, reason, steps, basis FROM deadlines WHERE norm = ? AND quote = ?",
            (norm, about),
        ).fetchall():
            was = dict(zip(_DEADLINES, row[2:], strict=True))
            for column, value in _of_deadline(field, row[1], was, correction, dated=dated).items():
                if was[column] != value:
                    yield _Value(norm, row[0], column, was[column], value, review)


def _of_deadline(
    field: str, kind: str, was: dict[str, str | None], correction: Correction, *, dated: bool
) -> dict[str, str | None]:
    """The columns of a deadline that follow from a correction; a day that was computed from another value is none."""
    attribution = f"by {correction.by} on {correction.at[:10]}: {correction.why}"
    if field == "deadline":
        values: dict[str, str | None] = {"value": correction.value}
        if dated:
            return values
        day = parse_day(correction.value) if kind == "fixed" else None
        reason = "" if day else f"the value was corrected {attribution}; the day is not computed anew"
        steps = [f"{day} instead of {was['value']}, corrected {attribution}"] if day else []
        return values | {
            "due": day.isoformat() if day else None,
            "reason": reason,
            "steps": _json(steps),
            "basis": None,
        }
    if correction.value is None:
        return {"due": None, "reason": f"the day was taken away {attribution}", "steps": "[]", "basis": None}
    steps = [f"{correction.value} instead of {was['due'] or 'no day'}, corrected {attribution}"]
    return {"due": correction.value, "reason": "", "steps": _json(steps), "basis": None}


def _restore(connection: Connection, rows: Sequence[tuple[str, str, str, str | None]]) -> None:
    with reindexed(connection, sorted({norm for norm, deadline, field, _ in rows if _in_index(deadline, field)})):
        _update(connection, rows)
    connection.executemany(
        "DELETE FROM corrected WHERE norm = ? AND deadline = ? AND field = ?", [row[:3] for row in rows]
    )


def _set(connection: Connection, values: Sequence[_Value]) -> None:
    with reindexed(connection, sorted({v.norm for v in values if _in_index(v.deadline, v.field)})):
        _update(connection, [(v.norm, v.deadline, v.field, v.value) for v in values])
    connection.executemany(
        "INSERT INTO corrected (norm, deadline, field, extracted, value, review) VALUES (?, ?, ?, ?, ?, ?)",
        [(v.norm, v.deadline, v.field, v.extracted, v.value, v.review) for v in values],
    )


def _update(connection: Connection, rows: Iterable[tuple[str, str, str, str | None]]) -> None:
    changed = list(rows)
    for norm, deadline, field, value in changed:
        if deadline and field in _DEADLINES:
            sql = compose("UPDATE deadlines SET {new} WHERE id = ?", new=settings([field]))
            connection.execute(sql, (value, deadline))
        elif field in _NORMS:
            connection.execute(compose("UPDATE norms SET {new} WHERE id = ?", new=settings([field])), (value, norm))
    terms.refresh(connection, dict.fromkeys(norm for norm, *_ in changed))


def _in_index(deadline: str, field: str) -> bool:
    return not deadline and field in _INDEXED


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
