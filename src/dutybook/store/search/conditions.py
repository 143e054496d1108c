"""Conditions on norms that hold wherever norms are read from: each names its columns, and a statement says where it has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import LiteralString

from dutybook.store.sql import Sql, all_of, compose, names


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


_COLUMNS = tuple(field.name for field in fields(Columns))


def _columns_of(alias: str, **other_names: str) -> Columns:
    """All columns from one table; ``other_names`` are what the table calls them, where that differs."""
    return Columns(**{column: names([other_names.get(column, column)], of=alias) for column in _COLUMNS})


#: In a statement over ``f`` (norm_facets), which reads no long rows.
NARROW = _columns_of("f", narrow_document="document")
#: In a statement over ``n`` (norms) and ``f`` (norm_facets).
WIDE = replace(_columns_of("n", norm="id"), narrow_document=NARROW.narrow_document)
#: In a statement that goes through ``r`` (document_rows) and ``f``, document by document: documents that are not asked for are skipped.
BY_DOCUMENT = replace(NARROW, document=compose("r.document"), narrow_document=compose("r.document"))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a norm; :func:`condition` makes it. Equal conditions ask for the same."""

    template: LiteralString
    values: tuple[str, ...]
    pieces: tuple[tuple[str, Sql | int], ...]

    def over(self, columns: Columns) -> Sql:
        """The SQL of the condition, for a statement that has these columns; its parameters are ``values``."""
        named = {hole: getattr(columns, hole) for hole in _COLUMNS if f"{{{hole}}}" in self.template}
        return compose(self.template, **named, **dict(self.pieces))


def condition(template: LiteralString, /, *values: str, **pieces: Sql | int) -> Condition:
    """A condition with its parameters: ``{norm}`` and the other :class:`Columns` are filled in later, ``pieces`` now.

    >>> condition("{place} = ?", "Art 5").over(NARROW)
    'f.[place] = ?'
    """
    return Condition(template, values, tuple(pieces.items()))


def together(conditions: Iterable[Condition], columns: Columns) -> tuple[Sql, list[str]]:
    """Conditions that must all hold as one for a statement that has these columns, with its parameters."""
    chosen = list(conditions)
    return all_of(each.over(columns) for each in chosen), [value for each in chosen for value in each.values]
