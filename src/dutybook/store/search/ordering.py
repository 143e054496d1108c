"""Orders of results other than the best match first: by one column; norms without a value come last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dutybook.errors import BadFilter
from dutybook.store.search.facets import RECORDS
from dutybook.store.sql import NOTHING, Sql, compose
from dutybook.suggestions import did_you_mean

#: Before the name of an order it reverses it.
DESCENDING = "-"


@dataclass(frozen=True, slots=True)
class Order:
    """``key`` is SQL over ``f`` (norm_facets), or over what ``joins`` adds; ``descending``: the last comes first."""

    key: Sql
    joins: Sql = NOTHING
    descending: bool = False

    def sorted(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows whose last column is the key; those that are equal stay as they are, those without a value come last."""
        there = [row for row in rows if row[-1] not in (None, "")]
        there.sort(key=lambda row: _comparable(row[-1]), reverse=self.descending)
        return [*there, *(row for row in rows if row[-1] in (None, ""))]


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


#: Orders by their names.
ORDERS: dict[str, Order] = {
    "modality": Order(compose("f.modality")),
    "bearer": Order(compose("f.bearer")),
    "deadline": Order(compose("substr(f.dues, 1, 10)")),
    "applies_from": Order(compose("f.applies_from")),
    "act": Order(compose("(SELECT t.title FROM document_rows t WHERE t.document = f.document)")),
    "status": Order(compose("records.status"), RECORDS),
    "owner": Order(compose("records.owner"), RECORDS),
    "confidence": Order(compose("(SELECT n.confidence FROM norms n WHERE n.row = f.row)")),
    "language": Order(compose("f.language")),
}


def order_named(name: str) -> Order | None:
    """The order with a name, reversed where :data:`DESCENDING` stands before it; None for an empty name.

    Raises:
        BadFilter: there is none.
    """
    if not name:
        return None
    plain = name.removeprefix(DESCENDING)
    if plain not in ORDERS:
        raise BadFilter(f"{name!r} is no order. There are: {', '.join(ORDERS)}.{did_you_mean(plain, ORDERS)}")
    order = ORDERS[plain]
    return Order(order.key, order.joins, plain != name)
