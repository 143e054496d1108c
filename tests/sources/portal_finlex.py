"""Finlex's open data in memory, with invented acts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from portal_fakes import Asked, Case, FakeResponse, Site, asked_of, file

FINLEX = "https://opendata.finlex.fi/finlex/avoindata/v1/akn/fi/act"
LIST = f"{FINLEX}/statute-consolidated/list"
#: When the acts of the site were changed; later there is nothing.
CHANGED = "2031-03-04T08:00:00Z"


def page(*paths: str, status: str = "MODIFIED") -> FakeResponse:
    """A page of a list: addresses by their ends (2030/77/fin@20310012), of consolidated acts."""
    entries = [{"akn_uri": f"{FINLEX}/statute-consolidated/{path}", "status": status} for path in paths]
    return FakeResponse(json.dumps(entries), type="application/json")


def text() -> FakeResponse:
    return file("finlex-act.xml", "application/xml", etag='"fi"')


def finlex() -> Site:
    """Two pages: new versions in two languages, one of long ago, and an act that is new itself."""
    old = [f"1994/{n}/fin@20180{n}" for n in range(100, 106)]
    pages = [
        page("2030/77/fin@20310012", "2030/77/swe@20310012", "1734/4-000/fin@", "2031/5/fin@", *old),
        page("1999/9-001/fin@20310012"),
    ]

    def listed(asked: Asked) -> FakeResponse:
        given = asked_of(asked)
        return pages[int(given["page"]) - 1] if given["publishedSince"] < CHANGED else page()

    site = Site({LIST: listed})
    for path in ("2030/77/fin@20310012", "2031/5/fin@", "1999/9-001/fin@20310012"):
        site.route(f"{FINLEX}/statute-consolidated/{path}", text())
    return site


CASE = Case(
    "finlex",
    "consolidated",
    {"from": "2031-03-01"},
    finlex,
    ("2030/77/fin@20310012", "2031/5/fin@", "1999/9-001/fin@20310012"),
    LIST,
    b"<?xml",
    ".xml",
    ("", "Laki satamista", "731", "1999/731/1", "https://evil.example/1999/731", "731/1999,x"),
    (
        ("731/1999", "https://www.finlex.fi/fi/lainsaadanto/1999/731"),
        ("731/1999", "http://data.finlex.fi/eli/sd/1999/731/ajantasa"),
        ("731/1999", f"{FINLEX}/statute-consolidated/1999/731/fin@20180817"),
        ("731/1999,77/2030", "731/1999, 77/2030,731/1999"),
    ),
    now=datetime(2031, 3, 5, tzinfo=UTC),
)
