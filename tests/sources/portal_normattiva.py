"""Normattiva's open data API and its site in memory, with invented acts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from portal_fakes import FOLDER, Asked, Case, FakeResponse, Site

API = "https://api.normattiva.it/t/normattiva.api/bff-opendata/v1/api/v1/ricerca"
SITE = "https://www.normattiva.it"


def act(number: str, **more: Any) -> dict[str, Any]:
    """An act as the API lists it."""
    return {
        "numeroAtto": "1",
        "dataGU": "2031-03-04",
        "numeroGU": "52",
        "codiceRedazionale": f"31G000{number}",
        "titoloAtto": f"[Disposizioni in materia di dati dei porti. (31G000{number}) ]",
        "giornoProvvedimento": "3",
        "meseProvvedimento": "3",
        "annoProvvedimento": "2031",
        "numeroProvvedimento": number,
        "denominazioneAtto": "LEGGE",
        "descrizioneAtto": f"LEGGE 3 marzo 2031, n. {number}",
        "dataUltimaModifica": "2031-03-20",
        "ultimiAttiModificanti": "31G00101 31G00102",
        **more,
    }


def acts(*found: dict[str, Any], pages: int = 1) -> FakeResponse:
    answer = {
        "listaAtti": found,
        "facetMap": {},
        "numeroPagine": pages,
        "numeroAttiTrovati": len(found),
        "message": None,
    }
    return FakeResponse(json.dumps(answer), type="application/json")


def page(link: str) -> FakeResponse:
    """The page of an act, which sets the cookies that its links need."""
    text = f'<!DOCTYPE html><html><head><title>Normattiva</title></head><body><a href="{link}">Akoma Ntoso</a></body></html>'
    cookies = "JSESSIONID=a1; Path=/; HttpOnly, TS01=b2; Expires=Thu, 01 Jan 2032 00:00:00 GMT"
    return FakeResponse(text, type="text/html;charset=UTF-8", headers={"set-cookie": cookies})


def text(day: str = "2031-03-03") -> FakeResponse:
    data = (FOLDER / "normattiva-atto.xml").read_text().replace("2031-03-03", day)
    return FakeResponse(data, type="application/xml", etag='"it"')


def export(code: str) -> str:
    return f"/do/atto/caricaAKN?dataGU=20310304&codiceRedaz={code}&dataVigenza=20310325"


def normattiva() -> Site:
    first, second = (
        act("77"),
        act("78", denominazioneAtto="DECRETO-LEGGE", descrizioneAtto="DECRETO-LEGGE 3 marzo 2031, n. 78"),
    )

    def amended(asked: Asked) -> FakeResponse:
        return acts(first, second) if asked.data.get("dataFineAggiornamento", "2031-03-20") >= "2031-03-20" else acts()

    site = Site({f"{API}/aggiornati": amended, f"{API}/avanzata": acts(first)})
    for name, code in (("legge:2031-03-03;77", "31G00077"), ("decreto.legge:2031-03-03;78", "31G00078")):
        site.route(f"{SITE}/uri-res/N2Ls?urn:nir:stato:{name}", page(export(code).replace("&", "&amp;")))
        site.route(SITE + export(code), text())
    return site


CASE = Case(
    "normattiva",
    "changed",
    {"from": "2031-03-01"},
    normattiva,
    ("stato:legge:2031-03-03;77", "stato:decreto.legge:2031-03-03;78"),
    API,
    b"<?xml",
    ".xml",
    (
        "",
        "legge 241/1990",
        "urn:nir:stato:legge",
        "https://evil.example/uri-res/N2Ls?urn:nir:stato:legge:1990-08-07;241",
    ),
    (
        (
            "urn:nir:stato:legge:1990-08-07;241",
            "https://www.normattiva.it/uri-res/N2Ls?urn:nir:stato:legge:1990-08-07;241~art2!vig=",
        ),
        ("urn:nir:stato:decreto.legge:2031-03-03;78", "URN:NIR:stato:decreto-legge:2031-03-03;78"),
        (
            "urn:nir:stato:costituzione:1947-12-27",
            "www.normattiva.it/uri-res/N2Ls?urn%3Anir%3Astato%3Acostituzione%3A1947-12-27",
        ),
    ),
    now=datetime(2031, 3, 25, tzinfo=UTC),
)
