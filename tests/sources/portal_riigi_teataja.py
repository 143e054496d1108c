"""Riigi Teataja in memory, with invented acts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from portal_fakes import FOLDER, Case, FakeResponse, Site

API = "https://www.riigiteataja.ee/public-api/api/v1/akt"
SEARCH = "https://www.riigiteataja.ee/api/oigusakt_otsing/1/otsi"
#: What the site answers to any other address: the frame of its application.
SHELL = FakeResponse(
    b'<!doctype html><html lang="et"><head><title>Riigi Teataja</title></head><body><app-root></app-root></body></html>',
    type="text/html;charset=UTF-8",
)
ACTS = {"SadAS": 104032031007, "LootS": 101012030001, "PoiS": 749804}


def abbreviations(acts: dict[str, int]) -> FakeResponse:
    rows = [{"id": number, "lyhend": name, "pealkiri": f"{name} ehk sadama seadus"} for name, number in acts.items()]
    return FakeResponse(json.dumps(rows, ensure_ascii=False), type="application/json")


def data(version: int, group: int | None = 990077, **more: Any) -> FakeResponse:
    """The data about an act, with the version in force."""
    stated = {
        "pealkiri": "Sadamaandmete seadus",
        "lyhend": "SadAS",
        "kehtivuseAlgus": "2031-03-04T22:00:00Z",
        "kehtivuseLopp": None,
        "avaldamiseKuupaev": "2031-03-03T22:00:00Z",
        "kehtivKehtetus": False,
        **more,
    }
    found = {"kehtivId": version, "grupiId": group, "aktiStaatus": "KEHTIV", "aktiParameetrid": stated}
    return FakeResponse(json.dumps(found), type="application/json")


def row(number: int, group: int, starts: str, **more: Any) -> dict[str, Any]:
    """An act as the search lists it."""
    return {
        "globaalID": number,
        "terviktekstID": group,
        "pealkiri": "Sadama kasutamise eeskiri",
        "lyhend": None,
        "liik": "määrus",
        "valjaandja": "Vabariigi Valitsus",
        "kehtivus": {"algus": starts, "lopp": None},
        "kehtivKehtetus": False,
        "url": f"/akt/{number}.xml",
        **more,
    }


def searched(*rows: dict[str, Any], total: int | None = None) -> FakeResponse:
    count = len(rows) if total is None else total
    found = {"staatus": "OK", "metaandmed": {"kokku": count, "leht": 1, "limiit": 500}, "aktid": rows}
    return FakeResponse(json.dumps(found), type="application/json")


def text(number: int = 104032031007) -> FakeResponse:
    found = (FOLDER / "riigi-teataja-akt.xml").read_text().replace("104032031007", str(number))
    return FakeResponse(found, type="application/xml", etag=f'"{number}"')


def riigi_teataja() -> Site:
    site = Site({f"{API}/lyhendid": abbreviations(ACTS)})
    for number in ACTS.values():
        site.route(f"{API}/{number}/blob-xml", text(number))
    return site


CASE = Case(
    "riigi-teataja",
    "all",
    {"from": "2030-01-01"},
    riigi_teataja,
    ("SadAS", "LootS"),
    f"{API}/lyhendid",
    b"<?xml",
    ".xml",
    ("", "Sadamaandmete seadus", "titles", "https://evil.example/akt/104032031007", "SadAS,?"),
    (
        ("104032031007", "https://www.riigiteataja.ee/akt/104032031007"),
        ("104032031007", "https://www.riigiteataja.ee/akt/104032031007.xml"),
        ("VÕS", "https://www.riigiteataja.ee/akt/V%C3%95S"),
        ("SadAS,LootS", "SadAS, LootS,SadAS"),
    ),
    now=datetime(2031, 3, 5, tzinfo=UTC),
)
