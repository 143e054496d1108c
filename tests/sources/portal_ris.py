"""The RIS of Austria in memory, with invented acts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from portal_fakes import Asked, Case, FakeResponse, Site, asked_of, file

RIS = "https://data.bka.gv.at/ris/api/v2.6"
RIS_FILES = "https://ogd.ris.bka.gv.at/Dokumente"
#: Sections of a law: name, place, first and last day, the text of the act in it.
RIS_SECTIONS: tuple[tuple[str, str, str, str | None, str], ...] = (
    ("NOR40000000", "§ 0", "2031-01-01", None, ""),
    (
        "NOR40000001",
        "§ 1",
        "2031-01-01",
        "2031-02-28",
        '<absatz typ="abs" ct="text"><gldsym>§ 1.</gldsym> Der Hafenbetreiber hat jede Störung binnen 72 Stunden zu melden.</absatz>',
    ),
    (
        "NOR40000011",
        "§ 1",
        "2031-03-01",
        "2031-05-31",
        '<ueberschrift typ="g1" ct="text">1. Abschnitt</ueberschrift><ueberschrift typ="g2" ct="text">Meldung</ueberschrift>'
        '<ueberschrift typ="para" ct="text">Störungen</ueberschrift>'
        '<absatz typ="abs" ct="text"><gldsym>§ 1.</gldsym> (1) Der Hafenbetreiber hat jede Störung binnen 24 Stunden der Behörde zu melden.</absatz>'
        '<absatz typ="abs" ct="text">(2) Die Meldung enthält</absatz><liste><aufzaehlung ebene="1"><listelem ct="text"><symbol>1.</symbol>den Ort und</listelem>'
        '<listelem ct="text"><symbol>2.</symbol>die Zeit.</listelem></aufzaehlung></liste>',
    ),
    ("NOR40000021", "§ 1", "2031-06-01", None, '<absatz typ="abs" ct="text"><gldsym>§ 1.</gldsym> Entfallen.</absatz>'),
    (
        "NOR40000002",
        "§ 2",
        "2031-01-01",
        None,
        '<ueberschrift typ="para" ct="text">Aufbewahrung</ueberschrift>'
        '<absatz typ="abs" ct="text"><gldsym>§ 2.</gldsym> Der Hafenbetreiber hat die Meldungen fünf Jahre aufzubewahren.</absatz>',
    ),
    ("NOR40000003", "§ 3", "9000-01-01", None, '<absatz typ="abs" ct="text"><gldsym>§ 3.</gldsym> Nie.</absatz>'),
    ("NOR40000004", "Anl. 1", "2031-01-01", None, '<absatz typ="abs" ct="text">Verzeichnis der Häfen</absatz>'),
)


def ris_section(
    name: str,
    place: str,
    *,
    law: str = "20009777",
    title: str = "Hafengesetz 2031",
    begins: str = "2031-01-01",
    ends: str | None = None,
    changed: str = "2031-01-02",
) -> dict[str, Any]:
    """A section of a consolidated act as the API of the RIS lists it."""
    brkons = {
        "Kundmachungsorgan": "BGBl. I Nr. 7/2031",
        "Typ": "BG",
        "Dokumenttyp": "Paragraph",
        "ArtikelParagraphAnlage": place,
        "Inkrafttretensdatum": begins,
        "Indizes": {"item": "99/01 Häfen"},
        "Gesetzesnummer": law,
        "GesamteRechtsvorschriftUrl": f"https://www.ris.bka.gv.at/GeltendeFassung.wxe?Abfrage=Bundesnormen&Gesetzesnummer={law}",
        **({"Ausserkrafttretensdatum": ends} if ends else {}),
    }
    return _ris_document(
        name,
        "BrKons",
        f"Bundesnormen/{name}/{name}",
        {
            "Veroeffentlicht": "2031-01-01",
            "Geaendert": changed,
            "DokumentUrl": f"https://www.ris.bka.gv.at/eli/bgbl/i/2031/7/{name}",
        },
        {"Kurztitel": title, "Titel": "Bundesgesetz über die Häfen<br/>StF: BGBl. I Nr. 7/2031", "BrKons": brkons},
    )


def ris_act(name: str, day: str, title: str = "Bundesgesetz über die Häfen (Hafengesetz 2031)") -> dict[str, Any]:
    """An act of the gazette as the API of the RIS lists it."""
    part, number = name.split("_")[2:]
    eli = f"https://www.ris.bka.gv.at/eli/bgbl/{part}/2031/{number}/{day.replace('-', '')}"
    gazette = {
        "Bgblnummer": f"BGBl. {part} Nr. {number}/2031",
        "Teil": f"Teil{len(part)}",
        "Ausgabedatum": day,
        "Typ": "Bundesgesetz",
    }
    return _ris_document(
        name,
        "BgblAuth",
        f"BgblAuth/{name}/{name}",
        {"DokumentUrl": eli},
        {"Kurztitel": title, "Titel": title.replace(" (", "<br/>("), "Eli": eli, "BgblAuth": gazette},
    )


def _ris_document(
    name: str, application: str, path: str, general: dict[str, Any], about: dict[str, Any]
) -> dict[str, Any]:
    nil = {"@xsi:nil": "true", "@xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    kinds = [
        ("Xml", "xml"),
        ("Html", "html"),
        ("Rtf", "rtf"),
        ("Authentisch" if application == "BgblAuth" else "Pdf", "pdf"),
    ]
    urls = [{"DataType": kind, "Url": f"{RIS_FILES}/{path}.{extension}"} for kind, extension in kinds]
    return {
        "Data": {
            "Metadaten": {
                "Technisch": {"ID": name, "Applikation": application, "Organ": "Hafenamt", "ImportTimestamp": nil},
                "Allgemein": general,
                "Bundesrecht": about,
            },
            "Dokumentliste": {
                "ContentReference": {
                    "ContentType": "MainDocument",
                    "Name": "Hauptdokument",
                    "Urls": {"ContentUrl": urls},
                }
            },
        }
    }


def ris_page(documents: list[dict[str, Any]], total: int | None = None) -> FakeResponse:
    """A page of a list; one document is written as itself."""
    hits = {"@pageNumber": "1", "@pageSize": "100", "#text": str(len(documents) if total is None else total)}
    found: dict[str, Any] = {"Hits": hits}
    if documents:
        found["OgdDocumentReference"] = documents if len(documents) > 1 else documents[0]
    return FakeResponse(
        json.dumps({"OgdSearchResult": {"OgdDocumentResults": found}}), type="application/json; charset=utf-8"
    )


def ris_section_text(name: str) -> tuple[str, str]:
    """The address and the XML of a section."""
    place, begins, text = next((s[1], s[2], s[4]) for s in RIS_SECTIONS if s[0] == name)

    def stated(label: str, kind: str, words: str) -> str:
        return f'<ueberschrift typ="titel">{label}</ueberschrift><absatz typ="erltext" ct="{kind}">{words}</absatz>'

    first = stated("Langtitel", "langtitel", "Hafengesetz 2031") if place == "§ 0" else ""
    body = (
        '<kzinhalt typ="p"><absatz typ="kz">Bundesrecht konsolidiert</absatz></kzinhalt>'
        '<fzinhalt typ="p"><absatz typ="fz">www.ris.bka.gv.at Seite</absatz></fzinhalt>'
        + stated("Kurztitel", "kurztitel", "Hafengesetz 2031")
        + stated("Kundmachungsorgan", "kundmachungsorgan", "BGBl. I Nr. 7/2031")
        + stated("§/Artikel/Anlage", "artikel_anlage", place)
        + stated("Inkrafttretensdatum", "ikra", f"{begins[8:]}.{begins[5:7]}.{begins[:4]}")
        + first
        + (f'<ueberschrift typ="titel">Text</ueberschrift>{text}' if text else "")
        + stated("Schlagworte", "schlagworte", "Hafen")
        + stated("Dokumentnummer", "doknr", name)
    )
    whole = f'<?xml version="1.0" encoding="utf-8"?><risdok xmlns="http://www.bka.gv.at"><metadaten/><nutzdaten><abschnitt nr="1" typ="ns">{body}</abschnitt></nutzdaten><layoutdaten/></risdok>'
    return f"{RIS_FILES}/Bundesnormen/{name}/{name}.xml", whole


def ris() -> Site:
    harbours = [ris_section(name, place, begins=begins, ends=ends) for name, place, begins, ends, _ in RIS_SECTIONS]
    buoys = ris_section("NOR40000100", "§ 1", law="20009778", title="Bojengesetz")
    acts = [
        ris_act("BGBLA_2031_I_7", "2031-03-03"),
        ris_act("BGBLA_2031_II_8", "2031-03-04", "Verordnung über Bojen (Bojenverordnung)"),
        ris_act("BGBLA_2031_III_9", "2031-03-04"),
    ]

    def listed(asked: Asked) -> FakeResponse:
        query = asked_of(asked)
        if query.get("Applikation") == "BgblAuth":
            return ris_page(acts)
        if "Fassung.VonInkrafttretensdatum" in query:
            return ris_page(harbours[2:3])
        return ris_page(harbours if query.get("Gesetzesnummer") == "20009777" else [buoys])

    deleted = {
        "Deleted": {
            "ID": "NOR30000001",
            "Applikation": "Bundesnormen",
            "Organ": "BKA",
            "ImportTimestamp": "2031-03-02T15:14:50",
        }
    }
    site = Site({f"{RIS}/Bundesrecht": listed, f"{RIS}/History": ris_page([harbours[2], buoys, deleted])})
    for name, *_ in RIS_SECTIONS:
        address, text = ris_section_text(name)
        site.route(address, FakeResponse(text, type="application/xml"))
    for act in acts:
        name = act["Data"]["Metadaten"]["Technisch"]["ID"]
        site.route(f"{RIS_FILES}/BgblAuth/{name}/{name}.xml", file("ris-bgbl.xml", "application/xml", etag='"at"'))
    return site


CASE = Case(
    "ris",
    "bgbl",
    {"from": "2031-03-01"},
    ris,
    ("BGBLA_2031_I_7", "BGBLA_2031_II_8"),
    f"{RIS}/",
    b"<?xml",
    ".xml",
    ("", "Hafengesetz", "1000159", "10001597,x", "bundesrecht", "https://evil.example/?Gesetzesnummer=10001597"),
    (
        ("10001597", "Gesetzesnummer 10001597"),
        ("10001597", "https://www.ris.bka.gv.at/GeltendeFassung.wxe?Abfrage=Bundesnormen&Gesetzesnummer=10001597"),
        ("10001597,20001234", "10001597, 20001234, 10001597"),
        ("bgbl", "BGBl"),
    ),
    now=datetime(2031, 3, 5, tzinfo=UTC),
)
