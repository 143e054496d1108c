"""The search service and the repository of overheid.nl in memory, with invented acts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal_fakes import FOLDER, Case, FakeResponse, Site

SEARCH = "https://zoekservice.overheid.nl/sru/Search"
REPOSITORY = "https://repository.officiele-overheidspublicaties.nl/bwb"
_NAMESPACES = (
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:overheid="http://standaarden.overheid.nl/owms/terms/" '
    'xmlns:overheidbwb="http://standaarden.overheid.nl/bwb/terms/"'
)


def record(number: str, version: str, **more: Any) -> str:
    """A version as the search service lists it; ``version`` is its day and number (2031-04-01_0)."""
    fields = {
        "title": "Havengegevenswet",
        "type": "wet",
        "authority": "Infrastructuur en Waterstaat",
        "modified": "2031-03-10",
        "area": "Vervoersrecht",
        "ends": "9999-12-31",
        "replaced": "9999-12-31",
        "place": f"{REPOSITORY}/{number}/{version}/xml/{number}_{version}.xml",
        **more,
    }
    day, _, generation = version.partition("_")
    return f"""<record><recordSchema>http://standaarden.overheid.nl/sru/</recordSchema><recordPacking>xml</recordPacking><recordData>
<gzd xmlns="http://standaarden.overheid.nl/sru" {_NAMESPACES}>
<originalData><overheidbwb:meta>
<owmskern><dcterms:identifier>{number}</dcterms:identifier><dcterms:title>{fields["title"]}</dcterms:title>
<dcterms:language>nl</dcterms:language><dcterms:type scheme="overheid:BWB">{fields["type"]}</dcterms:type>
<overheid:authority scheme="overheid:Ministerie">{fields["authority"]}</overheid:authority>
<dcterms:modified>{fields["modified"]}</dcterms:modified></owmskern>
<bwbipm><overheidbwb:toestand>http://wetten.overheid.nl/id/{number}/{day}/{generation}</overheidbwb:toestand>
<overheidbwb:rechtsgebied scheme="overheid:Rechtsgebied">{fields["area"]}</overheidbwb:rechtsgebied>
<overheidbwb:rechtsgebied scheme="overheid:Rechtsgebied">Goederenrecht</overheidbwb:rechtsgebied>
<overheidbwb:geldigheidsperiode_startdatum>{day}</overheidbwb:geldigheidsperiode_startdatum>
<overheidbwb:geldigheidsperiode_einddatum>{fields["ends"]}</overheidbwb:geldigheidsperiode_einddatum>
<overheidbwb:zichtperiode_startdatum>{day}</overheidbwb:zichtperiode_startdatum>
<overheidbwb:zichtperiode_einddatum>{fields["replaced"]}</overheidbwb:zichtperiode_einddatum></bwbipm>
</overheidbwb:meta></originalData>
<enrichedData><overheidbwb:locatie_toestand>{fields["place"]}</overheidbwb:locatie_toestand>
<overheidbwb:locatie_manifest>{REPOSITORY}/{number}/manifest.xml</overheidbwb:locatie_manifest></enrichedData>
</gzd></recordData></record>"""


def answer(*records: str, total: int | None = None) -> FakeResponse:
    """A page of the search service."""
    count = len(records) if total is None else total
    inner = f"<records>{''.join(records)}</records>" if records else ""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<searchRetrieveResponse xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse"><numberOfRecords>{count}</numberOfRecords>{inner}
<echoedSearchRetrieveRequest><query>x</query></echoedSearchRetrieveRequest></searchRetrieveResponse>"""
    return FakeResponse(text, type="application/xml;charset=UTF-8")


def text_of(number: str, version: str) -> FakeResponse:
    """The text of a version: always the same invented act."""
    data = (FOLDER / "bwb-toestand.xml").read_text().replace("BWBR9900077", number)
    return FakeResponse(
        data.replace("2031-04-01", version.partition("_")[0]), type="application/xml", etag=f'"{version}"'
    )


def bwb() -> Site:
    """Two pages: an act with a version of now and one to come, one that ended long ago, and another act."""
    pages = {
        "1": answer(
            record("BWBR9900077", "2031-01-01_2", ends="2031-03-31"), record("BWBR9900077", "2031-04-01_0"), total=4
        ),
        "3": answer(
            record("BWBR9900078", "2029-01-01_0", ends="2030-12-31"),
            record("BWBR9900079", "2031-02-01_1", title="Loodsenregeling", type="ministeriele-regeling"),
            total=4,
        ),
    }
    site = Site({SEARCH: lambda asked: pages[asked.url.partition("startRecord=")[2].partition("&")[0]]})
    for number, version in (
        ("BWBR9900077", "2031-01-01_2"),
        ("BWBR9900077", "2031-04-01_0"),
        ("BWBR9900079", "2031-02-01_1"),
    ):
        site.route(f"{REPOSITORY}/{number}/{version}/xml/{number}_{version}.xml", text_of(number, version))
    return site


CASE = Case(
    "bwb",
    "all",
    {"from": "2031-03-01"},
    bwb,
    ("BWBR9900077/2031-01-01", "BWBR9900077/2031-04-01", "BWBR9900079/2031-02-01"),
    SEARCH,
    b"<?xml",
    ".xml",
    ("", "Awb", "BWBR5537", "https://evil.example/BWBR0005537", "BWBR0005537,x"),
    (
        ("BWBR9900077", "bwbr9900077"),
        ("BWBR9900077", "https://wetten.overheid.nl/BWBR9900077/2031-04-01"),
        ("BWBR9900077", "wetten.overheid.nl/jci1.3:c:BWBR9900077&artikel=2&g=2031-04-01"),
        ("BWBR9900077,BWBV9900001", "BWBR9900077, BWBV9900001,BWBR9900077"),
    ),
    now=datetime(2031, 3, 15, tzinfo=UTC),
)
