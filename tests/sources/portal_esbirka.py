"""The e-Sbírka's web site in memory, with invented acts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from portal_fakes import FOLDER, Case, FakeResponse, Site

API = "https://e-sbirka.gov.cz/sbr-cache/dokumenty-sbirky"
NAME = "Zákon č. 77/2031 Sb., o údajích přístavů"


def address(path: str) -> str:
    return f"{API}/{quote(path, safe='')}"


def reply(found: Any, **more: Any) -> FakeResponse:
    return FakeResponse(json.dumps(found), type="application/json", **more)


def about(number: int, day: str, year: int = 2031, **more: Any) -> FakeResponse:
    """What the service says about an act."""
    found = {
        "staleUrl": f"/sb/{year}/{number}/{day}",
        "nazev": "Zákon o údajích přístavů",
        "uplnaCitace": f"Zákon č. {number}/{year} Sb., o údajích přístavů",
        "kodDokumentuSbirky": f"{number}/{year} Sb.",
        "datumCasVyhlaseni": f"{day}T00:00:00+01:00",
        "typZneni": "AKTUALNI",
    }
    return reply({**found, **more})


def version(day: str, kind: str, by: str = "", path: str = "/sb/2031/77") -> dict[str, Any]:
    return {
        "staleUrl": f"{path}/{day}",
        "typZneni": kind,
        "cisloZneni": 1,
        "datumUcinnostiZneniOd": day,
        "datumCasVyhlaseni": "2031-02-10T00:00:00+01:00",
        "novely": [{"staleUrl": by, "kodDokumentuSbirky": by}] if by else [],
    }


def text(page: int = 0, pages: int = 1, number: int = 77) -> FakeResponse:
    found = json.loads((FOLDER / "esbirka-zneni.json").read_text().replace("2031/77/", f"2031/{number}/"))
    seznam = found["seznam"] if page == 0 else [{**found["seznam"][-1], "xhtml": f"Strana {page}."}]
    return reply({"seznam": seznam, "pocetStranek": pages}, etag='"cs"')


def fragments(path: str, page: int = 0) -> str:
    return f"{address(path)}/fragmenty?cisloStranky={page}"


def esbirka() -> Site:
    """An act with a version that is over, one in force and one to come."""
    versions = [
        version("2031-02-20", "MINULE"),
        version("2031-04-01", "AKTUALNI", "/sb/2031/90"),
        version("2032-01-01", "BUDOUCI", "/sb/2031/95"),
    ]
    return Site({
        f"{address('/sb/2031/77')}/historie": reply({"historie": versions}),
        address("/sb/2031/77"): about(77, "2031-04-01"),
        fragments("/sb/2031/77/2031-04-01"): text(),
        fragments("/sb/2031/77/2032-01-01"): text(),
    })  # fmt: skip


CASE = Case(
    "e-sbirka",
    "77/2031",
    {},
    esbirka,
    ("2031/77/2031-04-01", "2031/77/2032-01-01"),
    f"{address('/sb/2031/77')}/historie",
    b"{",
    ".json",
    ("", "občanský zákoník", "89", "2012/89", "0/2012", "https://evil.example/sb/2012/89", "89/2012,x"),
    (
        ("89/2012", "č. 89/2012 Sb."),
        ("89/2012", "https://e-sbirka.gov.cz/sb/2012/89/2026-01-01#par_1"),
        ("89/2012", "www.e-sbirka.cz/sb/2012/89"),
        ("89/2012,77/2031", "89/2012 Sb., 77/2031 Sb.,89/2012"),
    ),
    now=datetime(2031, 4, 5, tzinfo=UTC),
)
