"""Reads acts of the European Union from Cellar: the works that a query finds, their editions, and the bytes of one.

A work has one expression for each language, an expression has manifestations (XHTML, Formex, PDF/A …), and each of
these has one or more streams with addresses. These addresses are fetched. Content negotiation by CELEX number is
tried last, since it answers 404 for some acts whose streams exist.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import ARCHIVE, PDF, Form, extract_act, fetch_document, first_of, pack
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Response
from dutybook.ingest.sources.listing import Found, Row, list_rows
from dutybook.ingest.sources.responses import first, own_address, to_iso_date
from dutybook.ingest.sources.sparql import Endpoint, behind, format_day, instant, iri, string, values

ENDPOINT = Endpoint(
    "https://publications.europa.eu/webapi/rdf/sparql",
    """PREFIX cdm: <http://publications.europa.eu/ontology/cdm#>
PREFIX cmr: <http://publications.europa.eu/ontology/cdm/cmr#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
""",
)

_EUROVOC = "http://eurovoc.europa.eu/"
TYPE = "http://publications.europa.eu/resource/authority/resource-type/"
# Two optional patterns and no path: what the endpoint is asked every day by its own pages.
FACTS = """  ?work cdm:resource_legal_id_celex ?celex .
  OPTIONAL { ?work cmr:lastModificationDate ?changed }
  OPTIONAL { ?work cdm:official-journal-act_date_publication ?published }
  OPTIONAL { ?work cdm:resource_legal_published_in_official-journal ?issue . ?issue cdm:publication_general_date_publication ?issued }
  BIND(STR(?work) AS ?key)"""
_CDM = "http://publications.europa.eu/ontology/cdm#"
#: How a work belongs to an act, and what Cellar calls it.
RELATED = {
    "consolidated": ("act_consolidated_based_on_resource_legal", "act_consolidated_consolidates_resource_legal"),
    "corrigenda": ("resource_legal_corrects_resource_legal",),
    "amending": ("resource_legal_amends_resource_legal",),
    "based-on": ("resource_legal_based_on_resource_legal",),
}


def role_of(relation: str) -> str:
    """The role of a work for an act, by Cellar's relation; the act itself has none.

    >>> role_of("http://publications.europa.eu/ontology/cdm#resource_legal_amends_resource_legal")
    'amending'
    """
    name = relation.removeprefix(_CDM)
    return next((role for role, names in RELATED.items() if name in names), "act")


def acts_query(options: Options, after: str, size: int) -> str:
    """A query for acts by number or address, and for related texts."""
    bases = []
    if options.get("acts"):
        numbers = values("number", (string(each) for each in options["acts"]))
        bases.append(f"{numbers} ?act cdm:resource_legal_id_celex ?number .")
    if options.get("same"):
        bases.append(f"{values('same', (iri(each) for each in options['same']))} ?act owl:sameAs ?same .")
    names = [name for role, of_role in RELATED.items() if role in options.get("with", ()) for name in of_role]
    relations = values("relation", (iri(_CDM + name) for name in names))
    branches = []
    for base in bases:
        branches.append(f"{{ {base.replace('?act', '?work')} }}")
        if names:
            branches.append(f"{{ {base} {relations} ?work ?relation ?act . }}")
    return f"""SELECT DISTINCT ?key ?celex ?changed ?published ?issued ?relation WHERE {{
  {" UNION ".join(branches)}
{FACTS}
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""


def query_of(options: Options, since: datetime | None, after: str, size: int) -> str:
    """A query for acts by concept, type, number and date that have changed since a time."""
    lines = []
    if options.get("eurovoc"):
        lines.append(values("concept", (iri(_EUROVOC + each) for each in options["eurovoc"])))
        lines.append("?work cdm:work_is_about_concept_eurovoc ?concept .")
    if options.get("type"):
        lines.append(values("type", (iri(TYPE + each) for each in options["type"])))
        lines.append("?work cdm:work_has_resource-type ?type .")
    if options.get("from") or options.get("until"):
        lines.append("?work cdm:work_date_document ?day .")
        lines += [
            f"FILTER(?day {sign} {format_day(options[name])})"
            for name, sign in (("from", ">="), ("until", "<="))
            if options.get(name)
        ]
    if since:
        lines.append("?work cmr:lastModificationDate ?moment .")
        lines.append(f"FILTER(?moment >= {instant(since)})")
    if options.get("celex"):
        lines.append(f"FILTER(STRSTARTS(STR(?celex), STR({string(options['celex'])})))")
    text = "\n  ".join(lines)
    return f"""SELECT DISTINCT ?key ?celex ?changed ?published ?issued WHERE {{
  {text}
{FACTS}
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""


HOSTS = frozenset({"publications.europa.eu"})
_RESOURCE = "https://publications.europa.eu/resource/"
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
#: The Union's languages in ISO 639-1, and as Cellar calls them (authority table "language", ISO 639-3).
LANGUAGES = {
    "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA", "et": "EST",
    "fi": "FIN", "fr": "FRA", "ga": "GLE", "hr": "HRV", "hu": "HUN", "it": "ITA", "lt": "LIT", "lv": "LAV",
    "mt": "MLT", "nl": "NLD", "pl": "POL", "pt": "POR", "ro": "RON", "sk": "SLK", "sl": "SLV", "sv": "SWE",
}  # fmt: skip
_BY_CODE = {code.casefold(): short for short, code in LANGUAGES.items()}


@dataclass(frozen=True, slots=True)
class Format:
    """A format of an edition: Cellar's types for it, best first, how to request it, and its file extension."""

    types: tuple[str, ...]
    accept: str
    extension: str


#: In the order in which they are read best: XHTML holds an act with its annexes in one file, Formex one file an annex.
#: Media types are written without a space: the service answers 500 to ``zip; mtype=``.
FORMATS = {
    "xhtml": Format(("xhtml", "xhtml5", "html", "xhtml_simplified"), "application/xhtml+xml,text/html", ".xhtml"),
    "formex": Format(("fmx4", "fmx3"), "application/zip;mtype=fmx4", ".zip"),
    "pdf": Format(
        ("pdfa2a", "pdfa1a", "pdfa1b", "pdf", "pdfx", "pdf1x"),
        "application/pdf;type=pdfa2a,application/pdf;type=pdfa1a,application/pdf;type=pdfx,application/pdf",
        ".pdf",
    ),
}
#: Works whose editions are asked for at once: some thousands of rows an answer.
_ROWS = 600
_MOST_STREAMS = 20
HTML = Form(".html")
_LINK = re.compile(rb"""href\s*=\s*["']([^"'<>\s]{1,500})["']""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """A work to be listed. ``key`` is its address in Cellar; ``name`` is its CELEX number or another permanent name."""

    key: str
    name: str
    celex: str = ""
    published: str | None = None
    changed: str = ""
    role: str = "act"


def languages_of(given: Iterable[str]) -> tuple[str, ...]:
    """Languages in ISO 639-1 from ``de``, ``DEU`` or ``all``.

    Raises:
        BadRequest: one is no language of the Union.
    """
    found = []
    for each in given:
        folded = each.casefold()
        if folded == "all":
            return tuple(LANGUAGES)
        short = folded if folded in LANGUAGES else _BY_CODE.get(folded)
        if short is None:
            raise BadRequest(f"{each!r} is no language of the Union; write languages=en,de, or all")
        found.append(short)
    return tuple(dict.fromkeys(found))


def page_of(celex: str, language: str) -> str:
    """The address of the EUR-Lex page for people."""
    return f"https://eur-lex.europa.eu/legal-content/{language.upper()}/TXT/?uri=CELEX:{quote(celex, safe='()')}"


def items_of(fetcher: Fetcher, works: Sequence[Work], options: Options) -> tuple[list[Item], list[str]]:
    """The editions of works in the wanted languages and format, one item for each stream; and problems.

    Raises:
        SourceError: as for :meth:`dutybook.ingest.sources.sparql.Endpoint.ask`.
    """
    languages, order = options["languages"], options["formats"]
    items: list[Item] = []
    problems: list[str] = []
    size = max(5, _ROWS // (8 * len(languages)))
    for start in range(0, len(works), size):
        batch = works[start : start + size]
        rows, faults = ENDPOINT.ask(fetcher, _editions(batch, languages), "editions of acts")
        problems += faults
        by_work: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_work[row.get("work", "")].append(row)
        for work in batch:
            own_rows = by_work.get(work.key, [])
            for language in languages:
                code = _LANGUAGE + LANGUAGES[language]
                found = _edition(work, language, [r for r in own_rows if r.get("language") == code], order, problems)
                items += found
    return items, problems


def _editions(works: Sequence[Work], languages: Iterable[str]) -> str:
    return f"""SELECT DISTINCT ?work ?language ?title ?format ?stream ?mime WHERE {{
  {values("work", (iri(work.key) for work in works))}
  {values("language", (iri(_LANGUAGE + LANGUAGES[each]) for each in languages))}
  ?expression cdm:expression_belongs_to_work ?work ; cdm:expression_uses_language ?language .
  OPTIONAL {{ ?expression cdm:expression_title ?title }}
  ?manifestation cdm:manifestation_manifests_expression ?expression ; cdm:manifestation_type ?format .
  ?stream cdm:item_belongs_to_manifestation ?manifestation .
  OPTIONAL {{ ?stream cmr:manifestationMimeType ?mime }}
}}"""


def _edition(work: Work, language: str, rows: list[Row], order: Sequence[str], problems: list[str]) -> list[Item]:
    """The streams of an edition's best format."""
    streams: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        address = own_address(row.get("stream", ""), HOSTS)
        if row.get("mime", "").startswith("image/"):
            # Images of a page are further streams.
            continue
        if address is None:
            problems.append(f"{work.name} ({language}): an address that leads elsewhere was left out")
        else:
            streams[row.get("format", "").casefold()].add(address)
    kind = next(((name, t) for name in order for t in FORMATS[name].types if streams.get(t)), None)
    if kind is None:
        return []
    name, of_type = kind
    addresses = sorted(streams[of_type], key=_stream_number)[:_MOST_STREAMS]
    if name == "formex":
        # The files of an act are fetched together: the address of their manifestation, as an archive.
        addresses = [re.sub(r"/DOC_\d+$", "", addresses[0])]
    title = next((row["title"] for row in rows if row.get("title")), "")
    more = {"celex": work.celex, "role": work.role, "format": name, "rest": [f for f in order if f != name]}
    return [
        Item(
            key=f"{work.name}/{language}" + (f"/{index}" if index > 1 else ""),
            url=page_of(work.celex, language) if work.celex else work.key,
            title=title + (f" ({index})" if index > 1 and title else ""),
            published=work.published,
            language=language,
            stamp=f"{work.changed} {of_type}".strip() if work.changed else None,
            extension=".xml" if name == "formex" else FORMATS[name].extension,
            more={**more, "file": address, "part": index},
        )
        for index, address in enumerate(addresses, 1)
    ]


def _stream_number(address: str) -> tuple[int, str]:
    found = re.search(r"DOC_(\d{1,6})$", address)
    return (int(found[1]) if found else 1_000_000, address)


def fetch(item: Item, known: Known, fetcher: Fetcher) -> Fetched:
    """The bytes of an edition: from its stream, else by CELEX number in the remaining formats.

    Raises:
        SourceError: none can be read; the message is about the last one.
    """
    more = item.more
    address = own_address(str(more.get("file", "")), HOSTS)
    names = [str(more.get("format", "")), *more.get("rest", ())]
    tries: list[tuple[str, str]] = [(names[0], address)] if address else []
    celex = str(more.get("celex", ""))
    if celex and more.get("part", 1) == 1:
        named = _RESOURCE + "celex/" + quote(celex, safe="()/")
        tries += [(name, named) for name in names]
    language = LANGUAGES.get(item.language or "en", "ENG").lower()

    def fetch_edition(edition: tuple[str, str]) -> Fetched:
        name, place = edition
        kind = FORMATS[name]
        what = f"{place.removeprefix(_RESOURCE)} as {kind.extension.lstrip('.')}"

        def read(response: Response, what: str) -> tuple[bytes, str]:
            if response.status == 300:
                return _choices(fetcher, response, kind, language, what)
            return _read(response, kind, what)

        return fetch_document(fetcher, place, what, read, known, accept=kind.accept, language=language, robots=False)

    return first_of([edition for edition in tries if edition[0] in FORMATS], fetch_edition, item.key)


def _read(response: Response, kind: Format, what: str) -> tuple[bytes, str]:
    """The document in a response, and its actual extension."""
    if kind.extension == ".pdf":
        return PDF.read(response, what)
    if kind.extension == ".zip":
        data, _ = ARCHIVE.read(response, what)
        return extract_act(
            data, what, (".xml", ".fmx"), excluded=(".doc.xml", ".toc.xml", ".doc.fmx.xml", ".toc.fmx.xml")
        )
    data, _ = HTML.read(response, what)
    return data, ".xhtml" if data.lstrip().startswith(b"<?xml") or b"w3.org/1999/xhtml" in data[:1000] else ".html"


def _choices(fetcher: Fetcher, answer: Response, kind: Format, language: str, what: str) -> tuple[bytes, str]:
    """The document behind “300 Multiple Choices”, a page of links: the only one, or all of them as an archive."""
    links = (
        own_address(link.decode("utf-8", "replace"), HOSTS, answer.url)
        for link in _LINK.findall(answer.body[:1_000_000])
    )
    found = {link for link in links if link and re.search(r"/resource/.*DOC_\d+", link)}
    parts = []
    for address in sorted(found, key=_stream_number)[:_MOST_STREAMS]:
        stream = fetcher.get(address, accept=kind.accept, language=language, robots=False)
        parts.append(_read(stream, kind, what))
    if not parts:
        raise SourceError(f"{what} has several forms, and none that can be followed", lasting=True)
    if len(parts) == 1:
        return parts[0]
    return pack({f"{index:03}{extension}": data for index, (data, extension) in enumerate(parts, 1)}), ".zip"


def works_of(rows: Iterable[Row]) -> list[Work]:
    """Works from rows, each once, with the latest change and the first day of publication."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("key", "").startswith("http"):
            found.setdefault(row["key"], []).append(row)
    works = []
    for key, own in found.items():
        celex = min((row["celex"] for row in own if row.get("celex")), default="")
        days = sorted(d for row in own for name in ("published", "issued") if (d := to_iso_date(row.get(name))))
        works.append(
            Work(
                key=key,
                name=celex or key.partition("/resource/")[2] or key,
                celex=celex,
                published=first(days),
                changed=max(row.get("changed", "") for row in own),
                role=first(r for row in own if (r := role_of(row.get("relation", ""))) != "act") or "act",
            )
        )
    return works


def walk(
    options: Options,
    cursor: Cursor,
    fetcher: Fetcher,
    now: datetime,
    query: Callable[[str, int], str],
    *,
    wait: timedelta | None = None,
) -> Listing:
    """List all pages of a query up to the user's limit, with their editions.

    ``wait``: how long after publication a work is listed again while it lacks an edition in a wanted language; for
    queries that do not go by day of change.

    Raises:
        SourceError: the first page cannot be read.
    """

    def find_items(rows: list[Row]) -> Found:
        works = works_of(rows)
        found, problems = items_of(fetcher, works, options) if works else ([], [])
        items = [item for item in found if option_values.has_words(item.title, options.get("title", ()))]
        oldest = (now - wait).date().isoformat() if wait is not None else None
        return Found(items, problems, _waiting(works, found, options, oldest) if oldest else [])

    return list_rows(
        lambda after, size: ENDPOINT.ask(fetcher, query(after, size), "acts"),
        find_items,
        cursor,
        now,
        int(options["limit"]),
    )


def _waiting(works: Iterable[Work], found: Iterable[Item], options: Options, oldest: str) -> list[str]:
    """The days of publication of recent works that lack an edition in a wanted language."""
    had = {item.key for item in found}
    return [
        work.published
        for work in works
        if work.published
        and work.published >= oldest
        and any(f"{work.name}/{language}" not in had for language in options["languages"])
    ]
