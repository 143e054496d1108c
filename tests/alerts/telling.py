"""A register with a fictional act and an alert on it, in a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import quay
from builders import HARBOUR, N, make_analysis
from dutybook.alerts.management import Wanted, add
from dutybook.alerts.settings import parse_kinds
from dutybook.records import Analysis
from dutybook.store import Filters, Register
from dutybook.store.alerts.alerts import AlertRow
from dutybook.store.documents.flatten import Flat

NOW = datetime(2032, 4, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@cache
def flats() -> tuple[Flat, ...]:
    """The fictional act in three versions, and the first in German."""
    return tuple(quay.flats())


def alert(
    register: Register, *to: str, name: str = "quays", on: str = "all", now: datetime = NOW, **more: Any
) -> AlertRow:
    given = {"filters": Filters(), "every": "now", "kinds": parse_kinds([on])} | more
    return add(register, Wanted(name=name, to=to or ("file:/tmp/never-written.jsonl",), **given), now=now)[0]


def outbox_events(register: Register, name: str = "quays") -> list[tuple[str, str]]:
    """Kinds and place of what an alert was put into the outbox, in order."""
    rows = register._connection.execute(
        "SELECT h.kinds, coalesce(json_extract(t.value, '$.place'), '') FROM outbox o JOIN alerts a ON a.id = o.alert"
        " JOIN alert_events h ON h.id = o.event, json_each(h.data, '$.texts') t WHERE a.name = ? AND o.state <> 'known'"
        " GROUP BY h.id ORDER BY h.seq",
        (name,),
    )
    return [(kinds, place) for kinds, place in rows]


def act(norms: list[N], day: str | None = None, *, language: str = "en", salt: str = "", **more: Any) -> Analysis:
    """A version of the Harbour Data Act."""
    made = make_analysis(
        norms,
        language=language,
        salt=f"{day}{language}{salt}",
        **{"source": f"/law/{language}-{day}{salt}.html"} | more,
    )
    if made.work is None:
        return replace(made, document=replace(made.document, published=day))
    kind = "consolidated" if day else "original"
    document = replace(made.document, version_date=day, published="2031-05-12", version_kind=kind, format="html")
    return replace(made, document=document)


def page(
    text: str, name: str = "page.html", salt: str = "", title: str = "Guidance on cranes", day: str | None = None
) -> Analysis:
    """A text that is no act's."""
    return act([N(line) for line in text.splitlines()], day, work=None, salt=salt, source=f"/pages/{name}", title=title)


def first(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


__all__ = ["DAY", "HARBOUR", "HOUR", "NOW", "N", "act", "alert", "first", "flats", "outbox_events", "page", "quay"]
