"""What a register knows of the acts that are exported: their names and days, the terms they define, what changed in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from dutybook.store.connection import translated
from dutybook.store.register import Register

_ACT = """SELECT w.jurisdiction, w.issuer, w.kind, d.version_kind, v.valid_from, v.valid_until FROM documents d
    LEFT JOIN work_names w ON w.document = d.id LEFT JOIN versions v ON v.document = d.id WHERE d.id = ?"""
_NUMBERS = "SELECT scheme, number FROM work_numbers WHERE document = ? ORDER BY scheme, number"
_DAYS = """SELECT f.type, min(coalesce(m.due, f.due)) FROM facts f LEFT JOIN moved_facts m ON m.fact = f.id
    WHERE f.document = ? AND f.reach = 'whole' AND f.type IN ('entry_into_force', 'application', 'expiry') GROUP BY f.type"""

_ANALYSERS = "SELECT DISTINCT analyser FROM documents WHERE analyser <> '' ORDER BY 1"
_RULES = "SELECT DISTINCT name, version FROM evidence WHERE kind = 'norms' ORDER BY 1, 2"

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
        connection = register.connection
        row = connection.execute(_ACT, (document,)).fetchone() or (None,) * 6
        days: dict[str, date | None] = defaultdict(lambda: None)
        days |= {kind: _day(day) for kind, day in connection.execute(_DAYS, (document,))}
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
            valid_from=_day(valid_from),
            valid_until=_day(valid_until),
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
        connection = register.connection
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


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
