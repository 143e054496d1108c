"""Filters in the index of words: hits that do not pass are left out before the server reads their rows.

The index of words has the values of often chosen filters, too, each as a list: those of the narrow columns beside the words. Of
``words @@ … AND modality IN ('exemption')`` the server would find all norms with the words, read the row of each, and see there that most
are no exemptions; a row with its words is a page of 8 kB read for every hit. With ``ARRAY[modality] && ARRAY['exemption']`` beside it, the
index gives only what has both. Such a condition follows from one that the statement has already, so it changes no result, and what it is
about changes with the row: there is nothing to keep up to date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from dutybook.store.database.postgresql import text_index


def _as_list(column: exp.Column) -> exp.Expr:
    return exp.Array(expressions=[column])


def _split(column: exp.Column) -> exp.Expr:
    return exp.Anonymous(this="string_to_array", expressions=[column, exp.Literal.string(" ")])


def _is_there(column: exp.Column) -> exp.Expr:
    # A number, since a truth would be one in SQLite, and would be translated.
    return exp.Array(expressions=[exp.Anonymous(this="num_nonnulls", expressions=[column])])


#: Narrow columns whose values are in the index of words, each with what makes a list of its value: the value itself, the words in it, or whether
#: there is one.
_LISTS: dict[str, Callable[[exp.Column], exp.Expr]] = {
    **dict.fromkeys(("language", "modality", "bearer_class", "jurisdiction"), _as_list),
    "topics": _split,
    "dues": _is_there,
}


@dataclass(frozen=True, slots=True)
class _Values:
    """Of a ``column`` one of some lists' values is asked for; ``lists`` are SQL."""

    column: str
    lists: tuple[exp.Expr, ...]


def list_columns() -> str:
    """SQL for what the index has beside the words, part by part."""
    return ", ".join(f"({_sql(make(exp.column(column)))})" for column, make in _LISTS.items())


def narrow_hits(select: exp.Select, table: str) -> None:
    """Add to a statement that the index of words leads what its conditions say of filters in the index.

    Args:
        select: a statement in PostgreSQL's terms, which the index leads.
        table: its name for the narrow rows, which stand beside the words.
    """
    where = select.args["where"]
    found = [made for one in _conjuncts(where.this) if (made := _values_of(one, table))]
    for asked in found:
        where.set("this", exp.And(this=where.this, expression=_condition(asked)))


def is_of_index(condition: exp.Expr) -> bool:
    """Whether a condition is one that the index of words answers."""
    return isinstance(condition, exp.MatchAgainst | exp.ArrayOverlaps)


def _condition(asked: _Values) -> exp.Expr:
    own = _LISTS[asked.column](exp.column(asked.column, table=text_index.WORDS_TABLE))
    wanted, *others = asked.lists
    for other in others:
        wanted = exp.Anonymous(this="array_cat", expressions=[wanted, other])
    return exp.ArrayOverlaps(this=own, expression=wanted)


def _values_of(condition: exp.Expr, table: str) -> _Values | None:
    """What a condition asks of a column of the index at least; None where it asks for nothing, or for what is not there."""
    match condition:
        case exp.Paren():
            return _values_of(condition.this, table)
        case exp.Or():
            parts = [_values_of(part, table) for part in condition.flatten()]
            columns = {part.column if part else "" for part in parts}
            if len(columns) > 1 or "" in columns:
                return None
            return _Values(columns.pop(), tuple(_distinct(each for part in parts if part for each in part.lists)))
        case exp.And():
            return next(filter(None, (_values_of(part, table) for part in condition.flatten())), None)
        case exp.In() if not condition.args.get("query"):
            column = _column_of(condition.this, table)
            return _given(column, condition.expressions) if _LISTS.get(column) is _as_list else None
        case exp.StrPosition():
            return _of_words(condition, table)
        case exp.LTE():
            begins = condition.this
            column = _column_of(begins.this, table) if isinstance(begins, exp.Substring) else ""
            return (
                _Values(column, (exp.Array(expressions=[exp.Literal.number(1)]),))
                if _LISTS.get(column) is _is_there
                else None
            )
    return None


def _of_words(condition: exp.StrPosition, table: str) -> _Values | None:
    """``instr(' ' || column || ' ', ?)``: a word of the column, with spaces around it."""
    within, wanted = condition.this, condition.args["substr"]
    spaced = within.this if isinstance(within, exp.DPipe) else None
    column = _column_of(spaced.expression, table) if isinstance(spaced, exp.DPipe) else ""
    if _LISTS.get(column) is not _split or not isinstance(wanted, exp.Placeholder):
        return None
    word = exp.Anonymous(this="btrim", expressions=[exp.cast(wanted.copy(), exp.DataType.Type.TEXT)])
    return _Values(column, (exp.Anonymous(this="string_to_array", expressions=[word, exp.Literal.string(" ")]),))


def _given(column: str, values: Iterable[exp.Expr]) -> _Values | None:
    chosen = list(values)
    if not all(isinstance(value, exp.Placeholder) for value in chosen):
        return None
    return _Values(
        column, (exp.Array(expressions=[exp.cast(value.copy(), exp.DataType.Type.TEXT) for value in chosen]),)
    )


def _column_of(node: exp.Expr, table: str) -> str:
    return node.name if isinstance(node, exp.Column) and node.table == table else ""


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    yield from condition.flatten() if isinstance(condition, exp.And) else [condition]


def _distinct(lists: Iterable[exp.Expr]) -> Iterator[exp.Expr]:
    return iter({_sql(one): one for one in lists}.values())


def _sql(node: exp.Expr) -> str:
    return node.sql(dialect="postgres", identify=True)
