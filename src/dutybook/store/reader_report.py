"""What a report of acts reads beyond the norms: the headings above them, defined terms, what changed, which are one norm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dutybook.store.connection import translated
from dutybook.store.differences import Difference
from dutybook.store.register import Register
from dutybook.store.rows import DefinitionRow, rows

_CHUNK = 400

# What readers find their way by; paragraphs and points are in the place of a norm already.
_STRUCTURE = ("title", "part", "chapter", "section", "subsection", "article", "annex", "heading")
# The depth guards against a parent that is its own.
_ABOVE = """WITH RECURSIVE up(norm, document, id, parent, kind, number, place, heading, depth) AS (
        SELECT n.id, p.document, p.id, p.parent, p.kind, p.number, p.place, p.heading, 0
        FROM norms n JOIN provisions p ON p.document = n.document AND p.id = n.provision WHERE n.id IN ({marks})
        UNION ALL SELECT up.norm, p.document, p.id, p.parent, p.kind, p.number, p.place, p.heading, up.depth + 1
        FROM up JOIN provisions p ON p.document = up.document AND p.id = up.parent WHERE up.depth < 32)
    SELECT norm, id, kind, number, place, heading FROM up WHERE kind IN ({kinds}) ORDER BY norm, depth DESC"""
_DEFINITIONS = """SELECT d.id, d.document, d.term, NULL AS role, d.actor, d.place, d.quote, d.language, d.page FROM definitions d
    WHERE d.document = ? ORDER BY d.position"""
_NUMBER = "SELECT count(*) FROM {table} WHERE document = ?"


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of an act that holds norms: ``kind``, ``number`` and ``place`` as in provisions, ``words`` its heading (may be empty)."""

    id: str
    kind: str
    number: str
    place: str
    words: str


def above(register: Register, norms: Sequence[str]) -> dict[str, tuple[Heading, ...]]:
    """For norms by their full ids the parts of the act that they stand in, outermost first; none where it has none."""
    found: dict[str, list[Heading]] = defaultdict(list)
    kinds = ",".join(f"'{kind}'" for kind in _STRUCTURE)
    with translated(register.path):
        for chunk in _chunks(norms):
            sql = _ABOVE.format(marks=_marks(chunk), kinds=kinds)
            for norm, *heading in register.connection.execute(sql, chunk):
                found[norm].append(Heading(*heading))
    return {norm: tuple(headings) for norm, headings in found.items()}


def identities(register: Register, norms: Sequence[str]) -> dict[str, str]:
    """What norms by their full ids are through versions, copies and languages; a norm of no known act is itself."""
    found = {norm: norm for norm in norms}
    with translated(register.path):
        for chunk in _chunks(norms):
            sql = f"SELECT norm, identity FROM norm_identities WHERE norm IN ({_marks(chunk)})"  # noqa: S608 - marks only
            found |= dict(register.connection.execute(sql, chunk).fetchall())
    return found


def definitions(register: Register, document: str) -> list[DefinitionRow]:
    """The defined terms of one document (full id), in its order; without their English names."""
    with translated(register.path):
        return list(rows(DefinitionRow, register.connection.execute(_DEFINITIONS, (document,))))


def rejected_number(register: Register, document: str) -> int:
    """How many candidates of one document (full id) were rejected."""
    with translated(register.path):
        return int(register.connection.execute(_NUMBER.format(table="rejected"), (document,)).fetchone()[0])


def change(register: Register, document: str) -> Difference | None:
    """What changed from the version before to this document (full id); None where it is the first."""
    with translated(register.path):
        own = register.differences.document(document)
        before = register.differences.previous(own)
        return register.differences.between(before, own) if before and before.language == own.language else None


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
