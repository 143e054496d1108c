"""The BOE: daily summaries in their odd forms, consolidated laws by day of change, one law, what robots.txt asks not to read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from portal_cases import BOE, boe, boe_item, boe_sections, boe_summary
from portal_fakes import Asked, FakeResponse, Site, file

from dutybook.errors import BadRequest, Refused, SourceError
from dutybook.ingest.sources import boe as module
from dutybook.ingest.sources.interface import Item, Known, Listing

SUMMARY = f"{BOE}/datosabiertos/api/boe/sumario/"
LAWS = f"{BOE}/datosabiertos/api/legislacion-consolidada"
NOW = datetime(2031, 3, 3, 12, tzinfo=UTC)
SOURCE = module.SOURCE


def _list(
    site: Site, target: str = "diario", cursor: dict[str, Any] | None = None, now: datetime = NOW, **options: Any
) -> Listing:
    return SOURCE.list(SOURCE.check(target, options), cursor or {}, site, now)


def _keys(listing: Listing) -> list[str]:
    return sorted(item.key for item in listing.items)


def _json(text: str) -> FakeResponse:
    return FakeResponse(text, type="application/json")


# -- the daily gazette --------------------------------------------------------------------------------------------------


def test_sections_departments_and_titles() -> None:
    since = {"since": "2031-03-03"}
    assert _keys(_list(boe(), cursor=since)) == ["BOE-A-2031-4077", "BOE-A-2031-4078"]
    assert _keys(_list(boe(), cursor=since, sections="2A")) == ["BOE-A-2031-4090"]
    assert len(_list(boe(), cursor=since, sections="all").items) == 3
    assert _keys(_list(boe(), cursor=since, departments="transportes")) == ["BOE-A-2031-4078"]
    assert _keys(_list(boe(), cursor=since, title="DATOS portuarios")) == ["BOE-A-2031-4077"]


def test_days_without_a_gazette_two_issues_and_a_cursor_that_stays_a_day_behind() -> None:
    extra = [
        {
            "codigo": "1",
            "nombre": "I.",
            "departamento": {
                "nombre": "JEFATURA DEL ESTADO",
                "epigrafe": {"nombre": "x", "item": boe_item("BOE-A-2031-4099", "Real Decreto-ley")},
            },
        }
    ]
    site = Site(
        {
            f"{SUMMARY}20310301": _json(boe_summary("20310301", boe_sections("20310301"), extra)),
            f"{SUMMARY}20310303": _json(boe_summary("20310303", extra[0])),
        }
    )
    listing = _list(site, cursor={"since": "2031-03-01"})
    assert _keys(listing) == ["BOE-A-2031-4077", "BOE-A-2031-4078", "BOE-A-2031-4099"]
    assert listing.cursor == {"since": "2031-03-02"}
    assert [url[-8:] for url in site.asked()] == ["20310301", "20310302", "20310303"]
    assert {(each.accept, each.robots) for each in site.log} == {("application/json", False)}
    # Before today's is out, and on the same day again.
    assert _list(Site({}), cursor={"since": "2031-03-02"}).cursor == {"since": "2031-03-02"}


def test_a_day_that_fails_keeps_the_days_before() -> None:
    site = Site(
        {
            f"{SUMMARY}20310301": _json(boe_summary("20310301", boe_sections("20310301"))),
            f"{SUMMARY}20310302": SourceError("does not answer now [500]"),
        }
    )
    listing = _list(site, cursor={"since": "2031-03-01"})
    assert len(listing.items) == 2
    assert listing.cursor == {"since": "2031-03-02"}
    assert "2031-03-02" in listing.problems[0]


def test_a_long_time_away_is_caught_up_in_parts() -> None:
    first = _list(Site({}), cursor={"since": "2030-01-01"})
    assert first.cursor == {"since": "2030-03-04"}
    assert "goes on" in first.problems[0]
    assert _list(boe(), cursor={"since": "2031-03-03"}, limit="1").cursor == {"since": "2031-03-03"}


def test_odd_entries_are_left_out_and_said() -> None:
    odd = [
        boe_item(
            "BOE-A-2031-1",
            "Ley",
            url_xml="https://evil.example/x",
            url_html="javascript:1",
            url_pdf={"texto": "http://www.boe.es.evil.example/"},
        ),
        boe_item("no number", "Ley"),
        boe_item("BOE-A-2031-2", "Ley", url_xml=None, url_html={"texto": f"{BOE}/diario_boe/txt.php?id=BOE-A-2031-2"}),
        None,
        "text",
    ]
    section = {"codigo": 1, "departamento": [None, {"nombre": None, "epigrafe": [None, {"item": odd}]}]}
    listing = _list(
        Site({f"{SUMMARY}20310303": _json(boe_summary("20310303", section))}), cursor={"since": "2031-03-03"}
    )
    assert _keys(listing) == ["BOE-A-2031-2"]
    assert listing.items[0].extension == ".html"
    assert len(listing.problems) == 3


def test_a_document_that_robots_may_not_read_comes_in_the_next_form() -> None:
    site = boe()
    item = next(i for i in _list(site, cursor={"since": "2031-03-03"}).items if i.key == "BOE-A-2031-4077")
    site.route(f"{BOE}/diario_boe/xml.php?id=BOE-A-2031-4077", Refused("robots.txt asks programs not to"))
    site.route(
        item.url,
        FakeResponse(b"<!DOCTYPE html><html><body><p>Los operadores publican.</p></body></html>", type="text/html"),
    )
    fetched = SOURCE.fetch(item, {}, Known(), site)
    assert fetched.extension == ".html"
    assert all(each.robots for each in site.log[-2:])
    site.route(item.url, Refused("robots.txt asks programs not to"))
    site.route(f"{BOE}/boe/dias/2031/03/03/pdfs/BOE-A-2031-4077.pdf", FakeResponse(b"%PDF-1.4"))
    assert SOURCE.fetch(item, {}, Known(), site).extension == ".pdf"


def test_an_error_with_status_200_is_no_document() -> None:
    site = boe()
    item = next(i for i in _list(site, cursor={"since": "2031-03-03"}).items if i.key == "BOE-A-2031-4077")
    site.route(
        f"{BOE}/diario_boe/xml.php?id=BOE-A-2031-4077",
        FakeResponse(
            b'<?xml version="1.0" encoding="UTF-8"?><error><descripcion>No se encontr\xc3\xb3</descripcion></error>',
            type="application/xml",
        ),
    )
    with pytest.raises(SourceError):
        SOURCE.fetch(item, {}, Known(), site)


# -- consolidated laws --------------------------------------------------------------------------------------------------


def law(number: str, changed: str, **more: Any) -> dict[str, Any]:
    return {
        "fecha_actualizacion": changed,
        "identificador": number,
        "ambito": {"codigo": "1", "texto": "Estatal"},
        "departamento": {"codigo": "7723", "texto": "Jefatura del Estado"},
        "rango": {"codigo": "1300", "texto": "Ley"},
        "fecha_disposicion": "20310302",
        "numero_oficial": "7/2031",
        "titulo": f"Ley {number[-4:]}/2031, de puertos.",
        "diario": "Boletín Oficial del Estado",
        "fecha_publicacion": "20310303",
        "diario_numero": "54",
        "fecha_vigencia": "20310304",
        "estatus_derogacion": "N",
        "vigencia_agotada": "N",
        "estado_consolidacion": {"codigo": "3", "texto": "Finalizado"},
        "url_eli": "https://www.boe.es/eli/es/l/2031/03/02/7",
        "url_html_consolidada": f"{BOE}/buscar/act.php?id={number}",
        **more,
    }


class Laws:
    """The list of laws: the latest change first, between two days, in parts; ``{}`` where there is none."""

    def __init__(self, laws: list[dict[str, Any]]) -> None:
        self.laws = sorted(laws, key=lambda each: each["fecha_actualizacion"], reverse=True)
        self.queries: list[dict[str, str]] = []

    def __call__(self, asked: Asked) -> FakeResponse:
        query = dict(parse_qsl(urlsplit(asked.url).query))
        self.queries.append(query)
        low, high = query["from"], query.get("to", "99999999")
        found = [each for each in self.laws if low <= each["fecha_actualizacion"][:8] <= high]
        start = int(query["offset"])
        part = found[start : start + int(query["limit"])]
        return _json(json.dumps({"status": {"code": "200", "text": "ok"}, "data": part or {}}, ensure_ascii=False))


def test_laws_that_changed_with_what_is_said_of_them() -> None:
    laws = Laws([law("BOE-A-2031-4077", "20310302T122333Z"), law("BOE-A-1990-1", "20200101T000000Z")])
    listing = _list(Site({LAWS: laws}), "consolidada", rank="1300,1290", subject="6658")
    assert _keys(listing) == ["BOE-A-2031-4077/consolidada"]
    item = listing.items[0]
    assert item.stamp == "2031-03-02T12:23:33+00:00"
    assert item.published == "2031-03-03"
    assert item.more["files"] == [["xml", f"{LAWS}/id/BOE-A-2031-4077"]]
    assert listing.cursor == {"since": "2031-03-01"}
    assert json.loads(laws.queries[0]["query"])["query"]["query_string"]["query"] == (
        "(rango@codigo:1300 or rango@codigo:1290) and (materia@codigo:6658)"
    )


def test_a_capped_list_goes_on_backwards_and_then_forwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 20)
    start = date(2031, 1, 1)
    all_laws = [law(f"BOE-A-2031-{n}", f"{start + timedelta(days=n // 12):%Y%m%d}T0{n % 9}0000Z") for n in range(150)]
    site = Site({LAWS: Laws(all_laws)})
    found: set[str] = set()
    cursor: dict[str, Any] = {"since": "2031-01-01"}
    for run in range(12):
        listing = _list(site, "consolidada", cursor, NOW + timedelta(days=run), limit="40")
        found |= {item.key for item in listing.items}
        cursor = dict(listing.cursor)
        if "until" not in cursor:
            break
    assert len(found) == 150
    assert cursor == {"since": "2031-03-01"}


def test_codes_are_numbers() -> None:
    with pytest.raises(BadRequest, match="rank=1300"):
        SOURCE.check("consolidada", {"rank": '1300 or titulo:"x"'})


def test_one_law_consolidated_and_one_that_is_not() -> None:
    data = f"{LAWS}/id/BOE-A-2031-4077/metadatos"
    text = file("boe-norma.xml", "application/xml;charset=utf-8", etag='"n"')
    site = Site(
        {
            data: _json(json.dumps({"status": {"code": "200"}, "data": [law("BOE-A-2031-4077", "20320110T122333Z")]})),
            f"{LAWS}/id/BOE-A-2031-4077": text,
        }
    )
    listing = _list(site, f"{BOE}/buscar/act.php?id=BOE-A-2031-4077")
    item = listing.items[0]
    assert item.stamp == "2032-01-10T12:23:33+00:00"
    fetched = SOURCE.fetch(item, {}, Known(), site)
    assert fetched.extension == ".xml"
    assert not site.log[-1].robots
    plain = _list(Site({}), "BOE-A-2031-4078")
    assert "not consolidated" in plain.problems[0]
    assert plain.items[0].key == "BOE-A-2031-4078"
    assert plain.items[0].stamp is None
    with pytest.raises(SourceError, match="500"):
        _list(Site({data: SourceError("does not answer now [500]")}), "BOE-A-2031-4077")


def test_bytes_in_latin_1_are_read_and_said() -> None:
    text = boe_summary("20310303", boe_sections("20310303")[0]).replace("de datos", "de señales y datos")
    site = Site({f"{SUMMARY}20310303": FakeResponse(text.encode("latin-1"), type="application/json")})
    listing = _list(site, cursor={"since": "2031-03-03"})
    assert "señales" in listing.items[0].title
    assert "Windows-1252" in listing.problems[0]


def test_an_item_without_files_has_no_text() -> None:
    with pytest.raises(SourceError, match="no text"):
        SOURCE.fetch(Item("BOE-A-2031-1", "https://www.boe.es/"), {}, Known(), Site({}))
