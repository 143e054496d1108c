"""One case a portal: what a user gives, a site that answers it, and what must come of it. The conformance test runs them all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import portal_bwb
import portal_esbirka
import portal_finlex
import portal_jolux
import portal_normattiva
import portal_riigi_teataja
import portal_ris
from portal_fakes import FOLDER, Case, FakeResponse, Site, Store, file, zipped

SPARQL = "https://publications.europa.eu/webapi/rdf/sparql"
CELLAR = "https://publications.europa.eu/resource/cellar/"
FR = "https://www.federalregister.gov"
BOE = "https://www.boe.es"
UK = "https://www.legislation.gov.uk"
GII = "https://www.gesetze-im-internet.de"


def graph() -> str:
    return (FOLDER / "cellar.ttl").read_text()


def cellar(*more: str) -> Site:
    xhtml = file("32031R0777.en.xhtml", "application/xhtml+xml;charset=UTF-8", etag='"a1-6"')
    site = Site({SPARQL: Store(graph(), *more)})
    for address in ("a1.0006.03/DOC_1", "a1.0004.03/DOC_1", "b1.0006.03/DOC_1", "b2.0006.03/DOC_1", "d1.0006.03/DOC_1"):
        site.route(CELLAR + address, xhtml)
    site.route(CELLAR + "d1.0006.03/DOC_2", xhtml)
    site.route(CELLAR + "e1.0004.03/DOC_1", xhtml)
    site.route(CELLAR + "n1.0006.03/DOC_1", xhtml)
    return site


def fr_document(number: str, published: str, **more: Any) -> dict[str, Any]:
    """A document as the API lists it."""
    path = f"{published.replace('-', '/')}/{number}"
    return {
        "document_number": number,
        "title": "Depth Reporting by Harbor Operators",
        "type": "Rule",
        "publication_date": published,
        "effective_on": "2031-06-01",
        "comments_close_on": None,
        "html_url": f"{FR}/documents/{path}/depth-reporting-by-harbor-operators",
        "full_text_xml_url": f"{FR}/documents/full_text/xml/{path}.xml",
        "body_html_url": f"{FR}/documents/full_text/html/{path}.html",
        "raw_text_url": f"{FR}/documents/full_text/text/{path}.txt",
        "pdf_url": f"https://www.govinfo.gov/content/pkg/FR-{published}/pdf/{number}.pdf",
        "citation": "96 FR 20101",
        "agencies": [
            {"raw_name": "BUREAU OF HARBORS", "name": "Bureau of Harbors", "id": 9999, "slug": "bureau-of-harbors"}
        ],
        "cfr_references": [{"title": 51, "part": 77}],
        "correction_of": None,
        "corrections": [],
        **more,
    }


def fr_page(documents: list[dict[str, Any]], following: str | None = None, count: int | None = None) -> str:
    page: dict[str, Any] = {
        "count": len(documents) if count is None else count,
        "description": "Documents published on or after 03/01/2031",
        "total_pages": 2 if following else 1,
        "results": documents,
    }
    if following:
        page["next_page_url"] = following
    return json.dumps(page)


def federal_register() -> Site:
    one, two = fr_document("2031-06431", "2031-03-28"), fr_document("2031-06500", "2031-03-29")
    following = f"{FR}/api/v1/documents.json?format=json&page=2"
    rule = file("fr-rule.xml", "text/xml", etag='"fr"')
    return Site(
        {
            f"{FR}/api/v1/documents.json": FakeResponse(
                fr_page([one], following), type="application/json; charset=utf-8"
            ),
            following: FakeResponse(fr_page([two, one]), type="application/json; charset=utf-8"),
            one["full_text_xml_url"]: rule,
            two["full_text_xml_url"]: rule,
        }
    )


def boe_item(number: str, title: str, **more: Any) -> dict[str, Any]:
    """A document as the daily summary lists it."""
    return {
        "identificador": number,
        "control": "2031/3045",
        "titulo": title,
        "url_pdf": {
            "texto": f"{BOE}/boe/dias/2031/03/03/pdfs/{number}.pdf",
            "szBytes": "251637",
            "szKBytes": "246",
            "pagina_inicial": "27001",
            "pagina_final": "27009",
        },
        "url_html": f"{BOE}/diario_boe/txt.php?id={number}",
        "url_xml": f"{BOE}/diario_boe/xml.php?id={number}",
        **more,
    }


def boe_summary(day: str, *issues: list[dict[str, Any]] | dict[str, Any]) -> str:
    """A summary; one issue, section, department or document is written as itself, several as a list."""
    diario = [
        {
            "numero": str(50 + index),
            "sumario_diario": {"identificador": f"BOE-S-2031-{50 + index}", "url_pdf": {"texto": "x", "szBytes": "1"}},
            "seccion": sections,
        }
        for index, sections in enumerate(issues)
    ]
    return json.dumps(
        {
            "status": {"code": "200", "text": "ok"},
            "data": {
                "sumario": {
                    "metadatos": {"publicacion": "BOE", "fecha_publicacion": day},
                    "diario": diario if len(diario) > 1 else diario[0],
                }
            },
        },
        ensure_ascii=False,
    )


def boe_sections(day: str) -> list[dict[str, Any]]:
    law = boe_item("BOE-A-2031-4077", "Ley 7/2031, de 2 de marzo, de datos portuarios.")
    order = boe_item("BOE-A-2031-4078", "Orden TMA/77/2031, de 1 de marzo, sobre tasas de atraque.")
    post = boe_item("BOE-A-2031-4090", "Resolución por la que se nombra práctico mayor.")
    return [
        {
            "codigo": "1",
            "nombre": "I. Disposiciones generales",
            "departamento": [
                {"codigo": "7723", "nombre": "JEFATURA DEL ESTADO", "epigrafe": {"nombre": "Puertos", "item": law}},
                # Without a heading, as at times.
                {"codigo": "9575", "nombre": "MINISTERIO DE TRANSPORTES", "item": [order]},
            ],
        },
        {
            "codigo": "2A",
            "nombre": "II. Autoridades y personal. - A. Nombramientos",
            "departamento": {
                "codigo": "9575",
                "nombre": "MINISTERIO DE TRANSPORTES",
                "epigrafe": [{"nombre": "x", "item": [post]}],
            },
        },
    ]


def boe() -> Site:
    document = file("boe-documento.xml", "application/xml;charset=UTF-8", etag='"boe"')
    return Site(
        {
            f"{BOE}/datosabiertos/api/boe/sumario/20310303": FakeResponse(
                boe_summary("20310303", boe_sections("20310303")), type="application/json"
            ),
            f"{BOE}/diario_boe/xml.php?id=BOE-A-2031-4077": document,
            f"{BOE}/diario_boe/xml.php?id=BOE-A-2031-4078": document,
        }
    )


def uk_entry(path: str, title: str, updated: str, published: str = "", links: str | None = None) -> str:
    """An entry of a feed of legislation.gov.uk."""
    site = f"http://www.legislation.gov.uk/{path}"
    own = f"""<link rel="alternate" type="application/xml" href="{site}/data.xml" title="XML"/>
    <link rel="alternate" type="application/pdf" href="{site}/data.pdf" title="PDF"/>"""
    return f"""<entry>
    <id>http://www.legislation.gov.uk/id/{path}</id>
    <title>{title}</title>
    <link rel="self" href="http://www.legislation.gov.uk/id/{path}"/><link href="{site}"/>
    {own if links is None else links}
    <author><name/></author>
    <updated>{updated}</updated>
    {f"<published>{published}</published>" if published else ""}
    <ukm:DocumentMainType Value="UnitedKingdomStatutoryInstrument"/><ukm:Year Value="2031"/><ukm:Number Value="1"/>
    <ukm:CreationDate Date="2031-03-01"/>
    <summary>These Regulations are about harbours.</summary>
  </entry>"""


def uk_feed(*entries: str, following: str = "") -> str:
    """A page of a feed."""
    link = f'<link rel="next" type="application/atom+xml" href="{following}"/>' if following else ""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:leg="http://www.legislation.gov.uk/namespaces/legislation" xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pbl="http://www.legislation.gov.uk/namespaces/publication-log" xmlns:openSearch="http://a9.com/-/spec/opensearch/1.1/">
  <id>http://www.legislation.gov.uk/uksi/2031/data.feed</id><title>Search Results</title><updated>2031-04-01T10:00:00Z</updated>
  {link}
  <openSearch:itemsPerPage>20</openSearch:itemsPerPage><openSearch:startIndex>1</openSearch:startIndex><leg:page>1</leg:page><leg:morePages>1</leg:morePages>
  {"".join(entries)}
</feed>"""


def legislation_uk() -> Site:
    first = uk_feed(
        uk_entry("uksi/2031/300", "The Tide Tables Regulations 2031", "2031-03-30T09:00:00Z", "2031-03-29T09:00:00Z"),
        uk_entry("uksi/2031/299", "The Buoys Regulations 2031", "2031-03-20T09:00:00+01:00", "2031-03-20T09:00:00Z"),
        following="http://www.legislation.gov.uk/uksi/2031/data.feed?results-count=100&amp;sort=modified&amp;page=2",
    )
    second = uk_feed(uk_entry("uksi/2031/12", "The Pilots Order 2031", "2031-02-01T09:00:00Z", "2031-02-01T09:00:00Z"))
    act = file("uk-act.xml", "application/xml", etag='"uk"')
    return Site(
        {
            f"{UK}/uksi/2031/data.feed?results-count=100&sort=modified": FakeResponse(
                first, type="application/atom+xml"
            ),
            f"{UK}/uksi/2031/data.feed?results-count=100&sort=modified&page=2": FakeResponse(
                second, type="application/atom+xml"
            ),
            f"{UK}/uksi/2031/300/data.xml": act,
            f"{UK}/uksi/2031/299/data.xml": act,
            f"{UK}/uksi/2031/12/data.xml": act,
        }
    )


def gesetze() -> Site:
    archive = zipped({"BJNR077700031.xml": (FOLDER / "gii-act.xml").read_bytes()}, (2031, 3, 4, 21, 10, 54))
    return Site(
        {
            f"{GII}/gii-toc.xml": file("gii-toc.xml", "application/xml"),
            f"{GII}/hafendg/xml.zip": FakeResponse(archive, type="application/zip", etag='"gii"'),
            f"{GII}/bojkennzv_2029/xml.zip": FakeResponse(archive, type="application/zip", etag='"gii"'),
        }
    )


def riksdag_document(number: str, changed: str, **more: Any) -> dict[str, Any]:
    """A document as the list of the Riksdag has it."""
    year, _, rest = number.partition(":")
    return {
        "traff": "1",
        "id": f"sfs-{year}-{rest}",
        "dok_id": f"sfs-{year}-{rest}",
        "datum": f"{year}-02-03",
        "systemdatum": changed,
        "undertitel": f"t.o.m. SFS {number}",
        "titel": f"Lag ({number}) om hamnar",
        "rm": year,
        "organ": "Hamndepartementet",
        "doktyp": "sfs",
        "beteckning": number,
        "nummer": rest,
        "dokument_url_text": f"//data.riksdagen.se/dokument/sfs-{year}-{rest}.text",
        "dokument_url_html": f"//data.riksdagen.se/dokument/sfs-{year}-{rest}.html",
        **more,
    }


def riksdag_page(documents: list[dict[str, Any]], following: bool = False) -> FakeResponse:
    found: dict[str, Any] = {"@traffar": str(len(documents)), "@sida": "1", "@sidor": "2" if following else "1"}
    if following:
        found["@nasta_sida"] = "http://data.riksdagen.se/dokumentlista/?doktyp=sfs&utformat=json&p=2"
    if documents:
        # One document may be written as itself.
        found["dokument"] = documents if len(documents) > 1 else documents[0]
    return FakeResponse(json.dumps({"dokumentlista": found}), type="application/json; charset=utf-8")


RIKSDAG = "https://data.riksdagen.se"


def riksdag_text(number: str) -> FakeResponse:
    text = f"<style></style><h2>Lag ({number}) om hamnar</h2><p>1 § Hamnen ska vara fri.</p>"
    return FakeResponse(text, type="text/html", etag='"s"')


def riksdag() -> Site:
    pages = [
        riksdag_page(
            [riksdag_document("2031:77", "2031-03-04 05:00:00"), riksdag_document("2030:9", "2031-03-03 05:00:00")],
            True,
        ),
        riksdag_page(
            [riksdag_document("2029:5", "2031-03-02 05:00:00"), riksdag_document("2028:4", "2031-02-01 05:00:00")]
        ),
    ]

    def listed(asked: Any) -> FakeResponse:
        return pages[1] if asked.url.endswith("&p=2") else pages[0]

    site = Site({f"{RIKSDAG}/dokumentlista/": listed})
    for number in ("2031:77", "2030:9", "2029:5"):
        site.route(f"{RIKSDAG}/dokument/sfs-{number.replace(':', '-')}.html", riksdag_text(number))
    return site


CASES = (
    portal_bwb.CASE,
    portal_esbirka.CASE,
    portal_finlex.CASE,
    portal_normattiva.CASE,
    portal_riigi_teataja.CASE,
    portal_ris.CASE,
    *portal_jolux.CASES,
    Case(
        "riksdag",
        "sfs",
        {"from": "2031-03-01"},
        riksdag,
        ("sfs-2029-5", "sfs-2030-9", "sfs-2031-77"),
        f"{RIKSDAG}/dokumentlista/",
        b"<style>",
        ".html",
        ("", "Lag om hamnar", "2031", "https://evil.example/2031:77", "2031:77,x"),
        (("2031:77", "SFS 2031:77"), ("2031:77,2030:9", "2031:77, 2030:9, 2031:77")),
        now=datetime(2031, 3, 5, tzinfo=UTC),
    ),
    Case(
        "eurlex",
        "32031R0777",
        {"languages": "en,de"},
        cellar,
        ("32031R0777/en", "32031R0777/de", "02031R0777-20320601/en", "02031R0777-20331001/en", "32031R0777R(01)/de"),
        SPARQL,
        b"<?xml",
        ".xhtml",
        (
            "32031",
            "https://eur-lex.europa.eu/homepage.html",
            "https://evil.example/?uri=CELEX:32031R0777",
            "32031R0777; }",
            "query",
        ),
        (
            ("CELEX:32031R0777", "32031r0777"),
            ("http://data.europa.eu/eli/reg/2031/777/oj", "32031R0777"),
            (
                "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32031R0777",
                "https://eur-lex.europa.eu/eli/reg/2031/777/oj/eng",
            ),
            ("https://eur-lex.europa.eu/legal-content/EN/TXT/PDF/?uri=CELEX%3A32031R0777", "CELEX 32031R0777"),
        ),
    ),
    Case(
        "oj",
        "L",
        {"from": "2031-03-01"},
        cellar,
        ("32031R0777/en", "32031R0901/en", "32031R0901/en/2"),
        SPARQL,
        b"<?xml",
        ".xhtml",
        ("S", "L,X", "2031"),
        (("L,C", "OJ-L,oj-c"), ("", "L")),
    ),
    Case(
        "federal-register",
        "harbor depth",
        {"from": "2031-03-01", "type": "rule", "agencies": "Bureau of Harbors", "cfr": "51-77"},
        federal_register,
        ("2031-06431", "2031-06500"),
        f"{FR}/api/",
        b"<RULE>",
        ".xml",
        ("", f"{FR}/agencies", "https://www.federalregister.gov/documents/search?conditions=x"),
        (
            ("2031-06431", f"{FR}/documents/2031/03/28/2031-06431/depth-reporting"),
            ("2031-06431", f"{FR}/d/2031-06431"),
        ),
        now=datetime(2031, 4, 1, tzinfo=UTC),
    ),
    Case(
        "boe",
        "diario",
        {"from": "2031-03-02"},
        boe,
        ("BOE-A-2031-4077", "BOE-A-2031-4078"),
        f"{BOE}/datosabiertos/",
        b"<?xml",
        ".xml",
        ("", "BOE", "BOE-X-2031-1", "https://www.boe.es/eli/es/l/2031/03/02/7"),
        (
            ("BOE-A-2031-4077", "https://www.boe.es/buscar/act.php?id=BOE-A-2031-4077&p=20310303"),
            ("boe-a-2031-4077", "https://www.boe.es/diario_boe/txt.php?id=BOE-A-2031-4077"),
        ),
        now=datetime(2031, 3, 3, 12, tzinfo=UTC),
    ),
    Case(
        "legislation-uk",
        "uksi/2031",
        {},
        legislation_uk,
        ("uksi/2031/300", "uksi/2031/299", "uksi/2031/12"),
        f"{UK}/uksi/2031/data.feed",
        b"<?xml",
        ".xml",
        ("", "xxsi/2031", "ukpga/2031/7/2031-02-30", "xxpga/2031/7", "https://evil.example/ukpga/2031/7", "../etc"),
        (
            ("ukpga/2031/7", "https://www.legislation.gov.uk/ukpga/2031/7/contents"),
            ("ukpga/2031/7", "http://www.legislation.gov.uk/id/ukpga/2031/7"),
            ("ukpga/2031/7/2032-01-01", "www.legislation.gov.uk/ukpga/2031/7/2032-01-01/data.xml"),
        ),
        now=datetime(2031, 4, 1, tzinfo=UTC),
    ),
    Case(
        "gesetze",
        "hafendg",
        {},
        gesetze,
        ("hafendg",),
        f"{GII}/gii-toc.xml",
        b"<?xml",
        ".xml",
        ("", "titles", "Häfen", "https://evil.example/hafendg/"),
        (("hafendg", "https://www.gesetze-im-internet.de/hafendg/index.html"), ("HafenDG", "hafendg hafendg")),
    ),
)
