"""Conditions on norms that hold wherever norms are read from: each names its columns, and a statement says where it has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import LiteralString

from dutybook.store.sql import Sql, all_of, compose


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a statement has the columns of norms that conditions name; all other columns are those of ``f`` (norm_facets).

    ``document`` leads to the norms of a document by an index where there is one, ``narrow_document`` reads no long row.
    """

    norm: Sql
    row: Sql
    document: Sql
    narrow_document: Sql
    strength: Sql
    bearer: Sql
    place: Sql


#: In a statement over ``n`` (norms) and ``f`` (norm_facets).
WIDE = Columns(
    norm=compose("n.id"),
    row=compose("n.row"),
    document=compose("n.document"),
    narrow_document=compose("f.document"),
    strength=compose("n.strength"),
    bearer=compose("n.bearer"),
    place=compose("n.place"),
)
#: In a statement over ``f`` (norm_facets), which reads no long rows.
NARROW = Columns(
    norm=compose("f.norm"),
    row=compose("f.row"),
    document=compose("f.document"),
    narrow_document=compose("f.document"),
    strength=compose("f.strength"),
    bearer=compose("f.bearer"),
    place=compose("f.place"),
)
#: In a statement that goes through ``r`` (document_rows) and ``f``, document by document: others than those asked for are passed over.
BY_DOCUMENT = replace(NARROW, document=compose("r.document"), narrow_document=compose("r.document"))

_COLUMNS = tuple(field.name for field in fields(Columns))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a norm; :func:`condition` makes it. Equal conditions ask for the same."""

    template: LiteralString
    values: tuple[str, ...]
    pieces: tuple[tuple[str, Sql | int], ...]

    def over(self, columns: Columns) -> Sql:
        """It as SQL for a statement that has these columns; its parameters are ``values``."""
        named = {hole: getattr(columns, hole) for hole in _COLUMNS if f"{{{hole}}}" in self.template}
        return compose(self.template, **named, **dict(self.pieces))


def condition(template: LiteralString, /, *values: str, **pieces: Sql | int) -> Condition:
    """A condition with its parameters: ``{norm}`` and the other :class:`Columns` are filled in later, ``pieces`` now.

    >>> condition("{place} = ?", "Art 5").over(NARROW)
    'f.place = ?'
    """
    return Condition(template, values, tuple(pieces.items()))


def together(conditions: Iterable[Condition], columns: Columns) -> tuple[Sql, list[str]]:
    """Conditions that must all hold as one for a statement that has these columns, with its parameters."""
    chosen = list(conditions)
    return all_of(each.over(columns) for each in chosen), [value for each in chosen for value in each.values]
