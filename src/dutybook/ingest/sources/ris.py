"""Reads Austrian federal law from the Rechtsinformationssystem (RIS): consolidated acts by number or as they change, and
the Federal Law Gazette (BGBl).

The service has one document for each section of a consolidated act. An act is put together from the XML of the sections
that are in force today, so that it is one document here. A section that comes into force changes nothing in the service,
so lists of changes go by that day, too.

What is known about the service, and its sources:

* Addresses, parameters and errors: "OGD-RIS API Handbuch V2_6" of May 2024 (Bundesrecht/BrKons, Bundesrecht/BgblAuth,
  History; ``https://data.bka.gv.at/ris/api/v2.6/``).
* Answers (one entry is written as itself and several as a list, deleted documents, ``Hits``): answers that were recorded in
  2026 (repository cyanheads/ris-austria-mcp-server, tests/fixtures/ris/). The service ignores
  parameters that it does not know (docs/design.md there), so answers are checked for what was asked.
* Documents come from www.ris.bka.gv.at or ogd.ris.bka.gv.at: recorded answers name both.
* Two seconds between requests: what the service asked of the author of a public client in September 2026; robots.txt of
  www.ris.bka.gv.at is reported to ask for five, which the fetcher obeys.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from lxml import etree

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import PDF, Form, fetch_document, fetch_files, find_files
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Page, collect
from dutybook.ingest.sources.listing import OVERLAP, Found, Row, list_rows, parse_since
from dutybook.ingest.sources.responses import (
    MAX_LIST,
    Node,
    as_list,
    clean_line,
    local_name,
    own_address,
    parse_xml,
    parsed_json,
    split_address,
    text_of,
    to_iso_date,
)

API = "https://data.bka.gv.at/ris/api/v2.6"
HOSTS = frozenset({"www.ris.bka.gv.at", "ris.bka.gv.at", "ogd.ris.bka.gv.at"})
FORMS = {"xml": Form(".xml", ("risdok",)), "html": Form(".html"), "pdf": PDF}
_TYPES = {"xml": ("Xml",), "html": ("Html",), "pdf": ("Authentisch", "Pdf")}
_PAUSE = 2.0
_PAGE = 100
#: Pages of one list: a week has some 1,000 changes.
_MOST_PAGES = 60
#: Sections of an act that are fetched one by one: at five seconds each, fifty minutes.
_MOST_SECTIONS = 600
_BRKONS = ("Data", "Metadaten", "Bundesrecht", "BrKons")
_NUMBER = re.compile(r"(?:Gesetzesnummer\s*)?(\d{8})", re.IGNORECASE)
_PARTS = ("1", "2", "3")
_HOW = (
    "write the numbers of acts (10001597, the Gesetzesnummer in their addresses), several with commas, “bundesrecht” with "
    "title=words for consolidated acts that change, or “bgbl” for the Federal Law Gazette"
)
_OPTIONS = {
    "title": "bundesrecht, bgbl: words or phrases of which a title has one",
    "parts": "bgbl: parts of the gazette, 1,2,3 (1,2)",
    "formats": "bgbl: what is taken first of xml, html, pdf; the others stand in for it (xml)",
    "from": "bundesrecht, bgbl: changed or published since that day (a week ago)",
    "limit": f"how many acts a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class Ris:
    """Austrian federal law by number, by change, or as published."""

    kind = "ris"
    help = "Austrian federal law (RIS): acts by number, consolidated acts that change, or the gazette (BGBl)"
    every = 12 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {
            "limit": option_values.limit(options),
            "title": list(option_values.words(options, "title")),
        }
        written = target.strip()
        what = {"bundesrecht": "acts", "bgbl": "gazette"}.get(written.casefold())
        if what is None:
            return {"numbers": _parse_numbers(written), "limit": found["limit"], "what": "named"}
        if what == "acts" and not found["title"]:
            raise BadRequest(f"bundesrecht needs title=words, since each act is fetched section by section; {_HOW}")
        found |= option_values.parse_start(options)
        if what == "gazette":
            found["formats"] = option_values.parse_formats(options, FORMS)
            found["parts"] = list(option_values.choices(options, "parts", _PARTS, ("1", "2")))
        return {**found, "what": what}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        problems: list[str] = []
        today = now.date().isoformat()
        if options["what"] == "named":
            return _named(options["numbers"], fetcher, today)
        since = parse_since(cursor, options, now).date().isoformat()
        if options["what"] == "gazette":
            pages = _gazette(options, since, today, fetcher, problems)
            return collect(pages, int(options["limit"]), "acts", problems)
        numbers = _changed(options, since, today, fetcher, problems)
        gone: list[str] = []

        def ask_page(after: str, size: int) -> tuple[list[Row], tuple[str, ...]]:
            return [{"key": each} for each in numbers if each > after][:size], ()

        def find_items(rows: list[Row]) -> Found:
            found = []
            for row in rows:
                try:
                    found.append(_act(row["key"], fetcher, today, problems))
                except _TooLarge as error:
                    problems.append(str(error))
                except _Absent:
                    gone.append(row["key"])
            return Found(found)

        listing = list_rows(ask_page, find_items, cursor, now, int(options["limit"]))
        problems += listing.problems
        return Listing(listing.items, listing.cursor, gone=tuple(gone), problems=tuple(dict.fromkeys(problems)))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        if sections := item.more.get("sections"):
            return _fetch_act(item, sections, fetcher)

        def fetch(name: str, place: str) -> Fetched:
            return fetch_document(fetcher, place, f"{item.key} as {name}", FORMS[name].read, known, pause=_PAUSE)

        return fetch_files(item, HOSTS, FORMS, fetch)


SOURCE = Ris()


def _parse_numbers(written: str) -> list[str]:
    """Numbers of acts from numbers and addresses.

    Raises:
        BadRequest: one is neither.
    """
    numbers = []
    for each in option_values.split_target(written):
        text = each
        if parts := split_address(each, *HOSTS):
            asked = parse_qs(parts.query)
            text = next((value[0] for name, value in asked.items() if name.casefold() == "gesetzesnummer"), "")
        number = _NUMBER.fullmatch(text)
        if not number:
            raise BadRequest(f"{each[:100]!r} is no number of an Austrian act; {_HOW}")
        numbers.append(number[1])
    return list(dict.fromkeys(numbers))


# -- Asking ---------------------------------------------------------------------------------------------------------------


def _references(
    controller: str, asked: dict[str, str], what: str, fetcher: Fetcher, problems: list[str]
) -> Iterator[tuple[list[dict[str, Any]], bool]]:
    """The documents of a list, a page at a time, and whether there are more.

    Raises:
        SourceError: an answer is none of the service's, or is its refusal.
    """
    for number in range(1, _MOST_PAGES + 1):
        pairs = {**asked, "DokumenteProSeite": "OneHundred", "Seitennummer": str(number)}
        address = f"{API}/{controller}?{urlencode(pairs)}"
        answer = fetcher.get(address, accept="application/json", robots=False, pause=_PAUSE)
        found, faults = parsed_json(answer, what)
        problems += faults
        result = found.get("OgdSearchResult")
        error = result.get("Error") if isinstance(result, dict) else None
        if isinstance(error, dict):
            message = clean_line(error.get("Message"), 200).removeprefix("soap:").strip(" .")
            raise SourceError(
                f"the RIS refuses to answer about {what}: {message}", lasting=message.startswith("Client")
            )
        results = result.get("OgdDocumentResults") if isinstance(result, dict) else None
        hits = results.get("Hits") if isinstance(results, dict) else None
        count = clean_line(hits.get("#text") if isinstance(hits, dict) else hits, 12)
        if not isinstance(results, dict) or not re.fullmatch(r"\d{1,9}", count):
            raise SourceError(f"{what} is of another kind than the RIS's: it does not say how much there is")
        documents = [each for each in as_list(results.get("OgdDocumentReference")) if isinstance(each, dict)]
        more = bool(documents) and number * _PAGE < int(count)
        yield documents, more
        # A page behind the last one is answered as a fault of the server.
        if not more:
            return
    problems.append(f"{what} is longer than is read ({_MOST_PAGES * _PAGE:,}); narrow the watch with title=")


def _at(node: Any, *names: str) -> Any:
    """The value at a path of names; None where it ends."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node


def _plain(value: Any, longest: int = 500) -> str:
    """A line of text without the line breaks that titles have as tags."""
    return clean_line(re.sub(r"<[^<>]{0,40}>", " ", clean_line(value, 4 * longest)), longest)


def _main_document(reference: dict[str, Any]) -> dict[str, str]:
    """The addresses of a document by the service's names of forms."""
    listed = as_list(_at(reference, "Data", "Dokumentliste", "ContentReference"))
    main = next((each for each in listed if _at(each, "ContentType") == "MainDocument"), None)
    urls = as_list(_at(main, "Urls", "ContentUrl"))
    return {clean_line(_at(each, "DataType"), 40): clean_line(_at(each, "Url")) for each in reversed(urls)}


# -- Consolidated acts ----------------------------------------------------------------------------------------------------


def _is_applied(section: Any, today: str) -> bool:
    """Whether a section is in force on a day. 9000-01-01 is the service's word for never."""
    first = to_iso_date(_at(section, "Inkrafttretensdatum"))
    last = to_iso_date(_at(section, "Ausserkrafttretensdatum"))
    return (first is None or first <= today) and (last is None or last >= today)


def _sections(number: str, fetcher: Fetcher, today: str, problems: list[str]) -> Iterator[dict[str, Any]]:
    """The documents of an act's sections that are in force, in order."""
    asked = {
        "Applikation": "BrKons",
        "Gesetzesnummer": number,
        "Fassung.FassungVom": today,
        "Sortierung.SortDirection": "Ascending",
        "Sortierung.SortedByColumn": "ArtikelParagraphAnlage",
    }
    for documents, _ in _references("Bundesrecht", asked, f"the sections of {number}", fetcher, problems):
        own = [each for each in documents if clean_line(_at(each, *_BRKONS, "Gesetzesnummer")) == number]
        if documents and not own:
            raise SourceError(f"the RIS answers with other acts than {number}; its interface may have changed")
        yield from (each for each in own if _is_applied(_at(each, *_BRKONS), today))


class _Absent(SourceError):
    """Nothing of an act is in force."""


class _TooLarge(SourceError):
    """An act has too many sections to be fetched one by one."""


def _act(number: str, fetcher: Fetcher, today: str, problems: list[str]) -> Item:
    """The act with a number.

    Raises:
        _Absent: no section of it is in force.
        SourceError: it has too many, or the service does not answer as it should.
    """
    sections: list[list[str]] = []
    state: list[str] = []
    title, version = "", ""
    for each in _sections(number, fetcher, today, problems):
        name = clean_line(_at(each, "Data", "Metadaten", "Technisch", "ID"), 40)
        address = own_address(_main_document(each).get("Xml", ""), HOSTS)
        if not re.fullmatch(r"NOR\w{1,30}", name) or address is None:
            problems.append(f"{number}: a section without a text was left out")
            continue
        about = _at(each, *_BRKONS)
        sections.append([clean_line(_at(about, "ArtikelParagraphAnlage"), 80), address])
        state.append(f"{name} {clean_line(_at(each, 'Data', 'Metadaten', 'Allgemein', 'Geaendert'), 40)}")
        title = title or _plain(_at(each, "Data", "Metadaten", "Bundesrecht", "Kurztitel"))
        version = max(version, to_iso_date(_at(about, "Inkrafttretensdatum")) or "")
    if not sections:
        raise _Absent(f"the RIS has nothing in force with the number {number}: look at the number", lasting=True)
    address = f"https://www.ris.bka.gv.at/GeltendeFassung.wxe?Abfrage=Bundesnormen&Gesetzesnummer={number}"
    if len(sections) > _MOST_SECTIONS:
        raise _TooLarge(
            f"{number} {title} has {len(sections)} sections, and acts with more than {_MOST_SECTIONS} are not fetched one "
            f"section after another; watch its page instead: dutybook watch add page {address}"
        )
    digest = hashlib.sha256("\n".join(sorted(state)).encode()).hexdigest()[:16]
    return Item(
        key=number,
        url=address,
        title=title,
        published=version or None,
        language="de",
        stamp=f"{version} {digest}",
        extension=".xml",
        more={"sections": _in_order(sections), "version": version},
    )


def _in_order(sections: list[list[str]]) -> list[list[str]]:
    """Sections as the service orders them, or by their numbers if it puts § 10 before § 2."""
    for sign in ("§", "Art."):
        names = (re.fullmatch(rf"{sign} (\d+)\w*", name) for name, _ in sections)
        numbers = [int(found[1]) for found in names if found]
        if numbers != sorted(numbers):
            return sorted(sections, key=lambda each: _place(each[0]))
    return sections


def _place(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """What a section's name is sorted by: annexes last, numbers as numbers. The service writes Roman ones as Arabic."""
    parts = re.findall(r"\d+|[^\W\d]+|§", name.casefold())
    return bool(_ANNEX.match(name)), [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _named(numbers: list[str], fetcher: Fetcher, today: str) -> Listing:
    """Acts by their numbers. All are listed each time; an act of which nothing is in force any more is gone.

    Raises:
        SourceError: none of them can be had.
    """
    problems: list[str] = []
    items, gone = [], []
    for number in numbers:
        try:
            items.append(_act(number, fetcher, today, problems))
        except (_Absent, _TooLarge) as error:
            problems.append(str(error))
            if isinstance(error, _Absent):
                gone.append(number)
    if not items:
        raise SourceError("; ".join(problems[:5]))
    return Listing(tuple(items), {}, gone=tuple(gone), problems=tuple(dict.fromkeys(problems)))


def _changed(options: Options, since: str, today: str, fetcher: Fetcher, problems: list[str]) -> list[str]:
    """The numbers of acts of which a section was changed, added or removed since a day, or came into force since then."""
    changes = {"Anwendung": "Bundesnormen", "AenderungenVon": since, "AenderungenBis": today}
    begun = {
        "Applikation": "BrKons",
        "Fassung.VonInkrafttretensdatum": since,
        "Fassung.BisInkrafttretensdatum": today,
    }
    numbers: set[str] = set()
    for controller, asked, what in (
        ("History", changes, "the list of changes"),
        ("Bundesrecht", begun, "the list of what came into force"),
    ):
        for documents, _ in _references(controller, asked, what, fetcher, problems):
            for each in documents:
                number = clean_line(_at(each, *_BRKONS, "Gesetzesnummer"), 20)
                title = _plain(_at(each, "Data", "Metadaten", "Bundesrecht", "Kurztitel"))
                if re.fullmatch(r"\d{8}", number) and option_values.has_words(title, options["title"]):
                    numbers.add(number)
    return sorted(numbers)


def _fetch_act(item: Item, sections: Any, fetcher: Fetcher) -> Fetched:
    """An act from the XML of its sections, fetched one after another.

    Raises:
        SourceError: one of them cannot be had, or they are too large. A part of an act would be taken for all of it.
    """
    roots, size = [], 0
    for entry in as_list(sections):
        name, address = (clean_line(each) for each in entry) if len(as_list(entry)) == 2 else ("", "")
        place = own_address(address, HOSTS)
        if place is None:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        what = f"{name} of {item.key}"
        response = fetcher.get(place, accept="application/xml", pause=_PAUSE)
        root, _ = parse_xml(response, what, "risdok")
        size += len(response.body)
        if size > MAX_LIST:
            raise SourceError(f"the sections of {item.key} are larger than {MAX_LIST // 1_000_000} MB", lasting=True)
        roots.append((name, root))
    return Fetched(_join(item, roots), ".xml", item.url)


# Statements about one section, not about the act.
_OF_SECTION = frozenset({"artikel_anlage", "ikra", "akra", "schlagworte", "geaendert", "doknr", "adoknr"})
_ANNEX = re.compile(r"\s*(?:Anlage|Anhang|Anl\.|Anh\.)(?!\w)", re.IGNORECASE)
_PAGE_PARTS = frozenset({"kzinhalt", "fzinhalt", "layoutdaten"})


def _join(item: Item, sections: Sequence[tuple[str, Node]]) -> bytes:
    """The act as one document: the statements about it from the first section, then the text of one section after another.

    Divisions (Abschnitte, Hauptstücke) begin in the text of their first section and go on in the next ones.
    """
    space = etree.QName(sections[0][1]).namespace
    root = etree.Element(f"{{{space}}}risdok" if space else "risdok", nsmap={None: space} if space else None)

    def add(parent: Node, name: str, text: str = "", **attributes: str) -> Node:
        made = etree.SubElement(parent, f"{{{space}}}{name}" if space else name, attributes)
        made.text = text or None
        return made

    body = add(add(root, "nutzdaten"), "abschnitt", typ="ns")
    if day := to_iso_date(item.more.get("version")):
        add(body, "ueberschrift", "Inkrafttretensdatum", typ="titel")
        add(body, "absatz", f"{day[8:]}.{day[5:7]}.{day[:4]}", typ="erltext", ct="ikra")
    add(body, "ueberschrift", "Quelle", typ="titel")
    add(body, "absatz", item.url, typ="erltext", ct="quelle")
    for index, (name, section) in enumerate(sections):
        pieces = list(_pieces(section))
        text = [piece for kind, piece in pieces if kind == "text"]
        if index == 0:
            body.extend(piece for kind, piece in pieces if kind not in _OF_SECTION)
            continue
        if _ANNEX.match(name) and not any(_ANNEX.match(text_of(piece)) for piece in text[:1]):
            add(body, "ueberschrift", name, typ="g1", ct="text")
        body.extend(text)
    data: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _pieces(section: Node) -> Iterator[tuple[str, Node]]:
    """The parts of a section's document: ``text``, or the name of a statement about it, both its heading and its lines.

    The heading above the act's own words is a statement without a name.
    """
    for holder in section.iter("{*}abschnitt"):
        parts = [each for each in holder if local_name(each) and local_name(each) not in _PAGE_PARTS]
        for index, each in enumerate(parts):
            line = each
            if local_name(each) == "ueberschrift" and each.get("typ") == "titel":
                line = parts[index + 1] if index + 1 < len(parts) else each
                if not _is_statement(line):
                    yield "", deepcopy(each)
                    continue
            yield (line.get("ct") or "stated") if _is_statement(line) else "text", deepcopy(each)


def _is_statement(node: Node) -> bool:
    return local_name(node) == "absatz" and node.get("typ") == "erltext" and node.get("ct") != "text"


# -- The gazette ----------------------------------------------------------------------------------------------------------


def _gazette(options: Options, since: str, today: str, fetcher: Fetcher, problems: list[str]) -> Iterator[Page]:
    """Acts of the gazette by day of publication, the oldest first, so that a list that was cut goes on there."""
    asked = {
        "Applikation": "BgblAuth",
        "Kundmachung.Von": since,
        "Kundmachung.Bis": today,
        **{f"Teil.SucheInTeil{part}": "true" for part in options["parts"]},
        "Sortierung.SortDirection": "Ascending",
        "Sortierung.SortedByColumn": "Kundmachungsdatum",
    }
    reached = since
    for documents, more in _references("Bundesrecht", asked, "the list of the gazette", fetcher, problems):
        found = [item for each in documents if (item := _published(each, options, problems))]
        items = [each for each in found if since <= (each.published or since) <= today]
        reached = max([reached, *(each.published or "" for each in items)])
        wanted = [each for each in items if option_values.has_words(each.title, options.get("title", ()))]
        yield Page(wanted, {"since": reached}, reached, more=more and reached > since)
    # The gazette of the last days may not be complete yet.
    yield Page((), {"since": (date.fromisoformat(today) - OVERLAP).isoformat()})


def _published(reference: dict[str, Any], options: Options, problems: list[str]) -> Item | None:
    """An act of the gazette; None for one of another part."""
    number = clean_line(_at(reference, "Data", "Metadaten", "Technisch", "ID"), 60)
    about = _at(reference, "Data", "Metadaten", "Bundesrecht")
    gazette = _at(about, "BgblAuth")
    if not re.fullmatch(r"BGBLA_\w{4,40}", number) or not isinstance(gazette, dict):
        problems.append("an act of the gazette without a number was left out")
        return None
    if clean_line(gazette.get("Teil")).removeprefix("Teil") not in options["parts"]:
        return None
    addresses = _main_document(reference)
    written = [
        (name, next((addresses[each] for each in _TYPES[name] if addresses.get(each)), ""))
        for name in options["formats"]
    ]
    files = find_files(written, HOSTS, number, problems)
    if not files:
        problems.append(f"{number} has no text yet")
        return None
    general = _at(reference, "Data", "Metadaten", "Allgemein")
    published = to_iso_date(gazette.get("Ausgabedatum"))
    return Item(
        key=number,
        url=own_address(clean_line(_at(general, "DokumentUrl")), HOSTS) or files[0][1],
        title=_plain(_at(about, "Titel") or _at(about, "Kurztitel")),
        published=published,
        language="de",
        stamp=to_iso_date(_at(general, "Geaendert")) or published,
        extension=FORMS[files[0][0]].extension,
        more={"files": files},
    )
