"""What a register knows of the acts that are exported: their names and days, the terms they define, what changed in them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dutybook.store.database.connection import translated
from dutybook.store.reader import where
from dutybook.store.register import Register
from dutybook.store.rows import stored_day
from dutybook.store.search.filters import Filters, as_date
from dutybook.store.sql import compose, english_role_of

_ACT = """SELECT w.jurisdiction, w.issuer, w.kind, d.version_kind, v.valid_from, v.valid_until FROM documents d
    LEFT JOIN work_names w ON w.document = d.id LEFT JOIN versions v ON v.document = d.id WHERE d.id = ?"""
_NUMBERS = "SELECT scheme, number FROM work_numbers WHERE document = ? ORDER BY scheme, number"
_DAYS = """SELECT f.type, min(coalesce(m.due, f.due)) FROM facts f LEFT JOIN moved_facts m ON m.fact = f.id
    WHERE f.document = ? AND f.reach = 'whole' AND f.type IN ('entry_into_force', 'application', 'expiry') GROUP BY f.type"""

_ANALYSERS = "SELECT DISTINCT analyser FROM documents WHERE analyser <> '' ORDER BY 1"
# One look into the index a rule, however many norms it found.
_RULES = """WITH RECURSIVE r(at) AS (
        SELECT (SELECT rowid FROM evidence WHERE kind = 'norms' ORDER BY name, version LIMIT 1)
        UNION ALL SELECT coalesce(
            (SELECT x.rowid FROM evidence x WHERE x.kind = 'norms' AND x.name = e.name AND x.version > e.version ORDER BY x.version LIMIT 1),
            (SELECT x.rowid FROM evidence x WHERE x.kind = 'norms' AND x.name > e.name ORDER BY x.name, x.version LIMIT 1))
        FROM r JOIN evidence e ON e.rowid = r.at)
    SELECT e.name, e.version FROM r JOIN evidence e ON e.rowid = r.at"""

#: Identifiers by which an act is cited everywhere, the first that it has.
_CANONICAL = ("celex", "eli", "national", "oj")


@dataclass(frozen=True, slots=True)
class Act:
    """An act in the words of one document: ``numbers`` by scheme (celex, eli, oj, national), days where the text fixes them.

    ``valid_from`` and ``valid_until`` (last day) are the document's as a version of the act.
    """

    jurisdiction: str | None = None
    issuer: str | None = None
    kind: str | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    entry_into_force: date | None = None
    application: date | None = None
    expiry: date | None = None
    version_kind: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def citation(self) -> str:
        """Its identifier, empty where it has none."""
        first: dict[str, str] = {}
        for scheme, number in self.numbers:
            first.setdefault(scheme, number)
        return next((first[scheme] for scheme in _CANONICAL if scheme in first), "")


def act(register: Register, document: str) -> Act:
    """The act of a document (full id)."""
    with translated(register.path):
        connection = register._connection
        row = connection.execute(_ACT, (document,)).fetchone() or (None,) * 6
        days: dict[str, date | None] = defaultdict(lambda: None)
        days |= {kind: stored_day(day) for kind, day in connection.execute(_DAYS, (document,))}
        jurisdiction, issuer, kind, version_kind, valid_from, valid_until = row
        return Act(
            jurisdiction=jurisdiction,
            issuer=issuer,
            kind=kind,
            numbers=tuple(connection.execute(_NUMBERS, (document,)).fetchall()),
            entry_into_force=days["entry_into_force"],
            application=days["application"],
            expiry=days["expiry"],
            version_kind=version_kind or "",
            valid_from=stored_day(valid_from),
            valid_until=stored_day(valid_until),
        )


@dataclass(frozen=True, slots=True)
class About:
    """What a register says of itself: its id (empty where it has none), its format, how long its history is with the last hash.

    ``analysers`` are the versions of Dutybook that read its documents, ``rules`` the rules and models that found norms, each with
    its version.
    """

    register: str = ""
    format: int = 0
    history: int = 0
    head: str = ""
    analysers: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def about(register: Register) -> About:
    """What a register says of itself."""
    with translated(register.path):
        connection = register._connection
        identity = connection.execute("SELECT value FROM meta WHERE key = 'register_id'").fetchone()
        rows, head = connection.execute("SELECT rows, hash FROM history_head").fetchone()
        return About(
            register=str(identity[0]) if identity else "",
            format=int(connection.execute("PRAGMA user_version").fetchone()[0]),
            history=int(rows),
            head=str(head),
            analysers=tuple(row[0] for row in connection.execute(_ANALYSERS)),
            rules=tuple(" ".join(row) for row in connection.execute(_RULES)),
        )


_CHANGES = """SELECT c.id, c.kind, c.language, coalesce(v.valid_from, d.version_date, d.published) AS since,
    coalesce(p.valid_from, o.version_date, o.published) AS old_since, c.old_place, c.new_place, c.old_quote, c.new_quote,
    coalesce(n.bearer, m.bearer) AS bearer, CASE WHEN n.id IS NULL THEN m.page ELSE n.page END AS page,
    CASE WHEN n.id IS NULL THEN c.old_document ELSE c.new_document END AS document, c.identity, c.old_norm, c.new_norm, c.detail
    FROM changes c JOIN documents d ON d.id = c.new_document JOIN documents o ON o.id = c.old_document
    LEFT JOIN versions v ON v.document = c.new_document LEFT JOIN versions p ON p.document = c.old_document
    LEFT JOIN norms n ON n.id = c.new_norm LEFT JOIN norms m ON m.id = c.old_norm
    WHERE coalesce(coalesce(v.valid_from, d.version_date, d.published) <= ?, 1)
    ORDER BY coalesce(v.valid_from, d.version_date, d.published, '') DESC, c.work, c.language, c.position, c.kind, c.id"""
_PASSING = """SELECT n.id FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
    WHERE {passing}"""
_TERMS = """SELECT x.id, x.document, x.term, {role} AS role, x.actor, x.place, x.quote, x.language, x.page,
    (SELECT count(*) FROM norm_terms t WHERE t.definition = x.id) AS uses
    FROM definitions x WHERE x.document IN (SELECT value FROM json_each(?)) ORDER BY fold(x.term), x.language, x.document, x.position"""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What changed in a norm between two versions: ``since`` is the day from which the new one stands, ``old_since`` the old one's.

    ``document`` is the version in which it is to be read, the new one where the norm still is there; ``detail`` as in
    :class:`~dutybook.resolve.identity.Change`.
    """

    id: str
    kind: str
    language: str
    since: str | None
    old_since: str | None
    old_place: str | None
    new_place: str | None
    old_quote: str | None
    new_quote: str | None
    bearer: str | None
    page: int | None
    document: str
    identity: str
    old_norm: str | None
    new_norm: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """A defined term with the words that define it; ``role`` is its English name where one is known, ``uses`` how many norms use it."""

    id: str
    document: str
    term: str
    role: str | None
    actor: str | None
    place: str
    quote: str
    language: str
    page: int | None
    uses: int


def changes(register: Register, filters: Filters) -> Iterator[ChangeLine]:
    """What changed in the norms that pass the filters, in their old words or their new ones; the newest first.

    Versions that the filters leave out count here: what was repealed stands in an old one only. ``as_of``: changes up to that day.
    """
    until = as_date(filters.as_of, "as_of")
    every = replace(filters, as_of=None, all_versions=True)
    with translated(register.path):
        passing = None
        if replace(every, all_versions=False).narrows:
            condition, values = where(every)
            found = register._connection.execute(compose(_PASSING, passing=condition), values)
            passing = {row[0] for row in found}
        cursor = register._connection.execute(_CHANGES, ((until or date.max).isoformat(),))
        names = [column[0] for column in cursor.description]
        for row in cursor:
            line = dict(zip(names, row, strict=True))
            if passing is None or line["old_norm"] in passing or line["new_norm"] in passing:
                yield ChangeLine(**line | {"detail": json.loads(line["detail"])})


def terms(register: Register, documents: Iterable[str]) -> Iterator[Term]:
    """The terms that documents (full ids) define, in the order of the alphabet."""
    with translated(register.path):
        wanted = json.dumps(list(documents))
        sql = compose(_TERMS, role=english_role_of(compose("x.id"), otherwise=compose("NULL")))
        for row in register._connection.execute(sql, (wanted,)):
            yield Term(*row)
