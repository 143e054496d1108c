"""The table of results: its columns, which of them are displayed, and how results are sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dutybook.store.search.ordering import DESCENDING, ORDERS
from dutybook.web.search_address import SearchAddress

#: Kinds of view.
LIST, TABLE = "list", "table"
#: Rows of a page of the table.
ROWS = 50
#: The cookie that keeps the view, for addresses that do not name one.
_COOKIE = "dutybook-view"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. ``edits`` is the field of the record that its cells edit (empty: none)."""

    name: str
    edits: str = ""

    @property
    def is_sortable(self) -> bool:
        return self.name in ORDERS


#: All columns in their order.
COLUMNS = (
    Column("modality"),
    Column("bearer"),
    Column("duty"),
    Column("deadline"),
    Column("applies_from"),
    Column("act"),
    Column("place"),
    Column("status", "status"),
    Column("owner", "owner"),
    Column("applicability", "applicability"),
    Column("own_date", "due"),
    Column("priority", "priority"),
    Column("tags", "tags"),
    Column("finding"),
    Column("bearer_class"),
    Column("language"),
    Column("confidence"),
)
#: Columns that are displayed until somebody chooses others.
USUAL = ("modality", "bearer", "duty", "deadline", "applies_from", "act", "place", "status", "owner")


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a column: the address that sorts by it (empty: it does not sort), and how it is sorted now (``aria-sort``)."""

    column: Column
    address: str
    sorted: str


@dataclass(frozen=True, slots=True)
class View:
    """How results are displayed: as list or table, with which columns, in which order (empty: the best first)."""

    kind: str
    columns: tuple[Column, ...]
    order: str

    @property
    def is_table(self) -> bool:
        return self.kind == TABLE


def view_of(request: Request, address: SearchAddress) -> View:
    """The view that an address asks for; where it names none, the one that the person chose last."""
    asked = dict(address.asked)
    kept = request.cookies.get(_COOKIE, "").split(".")
    kind = asked.get("view") or kept[0]
    named = {value for name, value in address.asked if name == "columns"} or set(kept[1:]) or set(USUAL)
    columns = tuple(column for column in COLUMNS if column.name in named)
    return View(kind if kind == TABLE else LIST, columns or COLUMNS[:1], asked.get("sort", ""))


def keep_view(response: Response, address: SearchAddress, view: View) -> None:
    """Remember the view that somebody chose."""
    if any(name in ("view", "columns") for name, _ in address.asked):
        value = ".".join([view.kind, *(column.name for column in view.columns)])
        response.set_cookie(_COOKIE, value, max_age=_YEAR, httponly=True, samesite="strict", path="/")


def headers_of(address: SearchAddress, view: View) -> list[Header]:
    """The heads of a table's columns: a click sorts by a column, a second one reverses the order, a third one ends it."""
    made = []
    for column in view.columns:
        name = column.name
        descending = f"{DESCENDING}{name}"
        following = {name: descending, descending: ""}.get(view.order, name)
        state = {name: "ascending", descending: "descending"}.get(view.order, "none")
        made.append(Header(column, str(address.having(sort=following)) if column.is_sortable else "", state))
    return made


def sorts_of(address: SearchAddress, view: View) -> list[tuple[str, str, bool]]:
    """The orders to choose from by name, each with its address and whether it is the one in use; first the best first."""
    return [(name, str(address.having(sort=name)), view.order == name) for name in ("", *ORDERS)]


def switch_of(address: SearchAddress, view: View) -> dict[str, Any]:
    """Addresses of the same results as list and as table."""
    return {
        "list_address": str(address.having(view=LIST)),
        "table_address": str(address.having(view=TABLE)),
        "is_table": view.is_table,
    }
