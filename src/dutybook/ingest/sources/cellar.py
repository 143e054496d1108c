"""Reads acts of the European Union from Cellar: the editions of a work as items, and the bytes of one edition.

A work has one expression for each language, an expression has manifestations (XHTML, Formex, PDF/A …), and each of
these has one or more streams with addresses. These addresses are fetched. Content negotiation by CELEX number is
tried last, since it answers 404 for some acts whose streams exist.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import sparql
from dutybook.ingest.sources.archives import extract_act, pack
from dutybook.ingest.sources.interface import Fetched, Fetcher, Item, Known, Options, Response
from dutybook.ingest.sources.responses import check_body, is_page, own_address, refuse_page

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
        SourceError: as for :func:`dutybook.ingest.sources.sparql.ask`.
    """
    languages, order = options["languages"], options["formats"]
    items: list[Item] = []
    problems: list[str] = []
    size = max(5, _ROWS // (8 * len(languages)))
    for start in range(0, len(works), size):
        batch = works[start : start + size]
        rows, faults = sparql.ask(fetcher, _editions(batch, languages), "editions of acts")
        problems += faults
        by_work: dict[str, list[sparql.Row]] = defaultdict(list)
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
  {sparql.values("work", (sparql.iri(work.key) for work in works))}
  {sparql.values("language", (sparql.iri(_LANGUAGE + LANGUAGES[each]) for each in languages))}
  ?expression cdm:expression_belongs_to_work ?work ; cdm:expression_uses_language ?language .
  OPTIONAL {{ ?expression cdm:expression_title ?title }}
  ?manifestation cdm:manifestation_manifests_expression ?expression ; cdm:manifestation_type ?format .
  ?stream cdm:item_belongs_to_manifestation ?manifestation .
  OPTIONAL {{ ?stream cmr:manifestationMimeType ?mime }}
}}"""


def _edition(
    work: Work, language: str, rows: list[sparql.Row], order: Sequence[str], problems: list[str]
) -> list[Item]:
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
    tries: list[tuple[str, str]] = [(str(more.get("format", "")), address)] if address else []
    celex = str(more.get("celex", ""))
    if celex and more.get("part", 1) == 1:
        named = _RESOURCE + "celex/" + quote(celex, safe="()/")
        tries += [(name, named) for name in (str(more.get("format", "")), *more.get("rest", ()))]
    problem: SourceError | None = None
    for name, place in tries:
        if name not in FORMATS:
            continue
        try:
            return _fetched(fetcher, place, FORMATS[name], item.language or "en", known)
        except SourceError as error:
            if not error.lasting:
                raise
            problem = error
    raise problem or SourceError(f"{item.key}: there is no edition to be had", lasting=True)


def _fetched(fetcher: Fetcher, place: str, kind: Format, language: str, known: Known) -> Fetched:
    what = f"{place.removeprefix(_RESOURCE)} as {kind.extension.lstrip('.')}"
    answer = fetcher.get(
        place,
        accept=kind.accept,
        language=LANGUAGES.get(language, "ENG").lower(),
        known=known,
        robots=False,
    )
    if answer.not_modified:
        return Fetched(None, "", answer.url, known.etag, known.modified)
    if answer.status == 300:
        return _choices(fetcher, answer, kind, language, what)
    data, extension = _checked(check_body(answer, what, limit=200_000_000), kind, what)
    return Fetched(data, extension, answer.url, answer.headers.get("etag"), answer.headers.get("last-modified"))


def _checked(data: bytes, kind: Format, what: str) -> tuple[bytes, str]:
    """The document in a response, and its actual extension."""
    if kind.extension == ".pdf":
        if b"%PDF-" not in data[:1024]:
            refuse_page(data, what)
            raise SourceError(f"{what} is no PDF", lasting=True)
        return data, ".pdf"
    if kind.extension == ".zip":
        refuse_page(data, what)
        return extract_act(
            data, what, (".xml", ".fmx"), excluded=(".doc.xml", ".toc.xml", ".doc.fmx.xml", ".toc.fmx.xml")
        )
    if not is_page(data):
        raise SourceError(f"{what} is no page of text: it begins with “{_start(data)}”", lasting=True)
    return data, ".xhtml" if data.lstrip().startswith(b"<?xml") or b"w3.org/1999/xhtml" in data[:1000] else ".html"


def _start(data: bytes) -> str:
    return " ".join(data[:60].decode("utf-8", "replace").split())


def _choices(fetcher: Fetcher, answer: Response, kind: Format, language: str, what: str) -> Fetched:
    """The document behind “300 Multiple Choices”, a page of links to streams: the only one, or all of them as an
    archive.
    """
    found: dict[str, None] = {}
    for link in _LINK.findall(answer.body[:1_000_000]):
        address = own_address(link.decode("utf-8", "replace"), HOSTS, answer.url)
        if address and re.search(r"/resource/.*DOC_\d+", address):
            found[address] = None
    addresses = sorted(found, key=_stream_number)[:_MOST_STREAMS]
    if not addresses:
        raise SourceError(f"{what} has several forms, and none that can be followed", lasting=True)
    parts = []
    for address in addresses:
        stream = fetcher.get(address, accept=kind.accept, language=LANGUAGES.get(language, "ENG").lower(), robots=False)
        parts.append(_checked(check_body(stream, what, limit=200_000_000), kind, what))
    if len(parts) == 1:
        return Fetched(parts[0][0], parts[0][1], addresses[0])
    named = {f"{index:03}{extension}": data for index, (data, extension) in enumerate(parts, 1)}
    return Fetched(pack(named), ".zip", answer.url)
