"""Reads Italian acts in force from Normattiva: by URN, all that are amended, or all that are published.

The open data API lists acts, without their texts: it gives an article at a time, or archives by mail. The whole text is the
Akoma Ntoso file that the page of an act links to. That link works only with the cookies that the page sets.
"""

# Sources on the interface (nothing was requested): the publisher's «Specifiche API Open Data» (revision 8, October 2025, a
# copy in a public repository: ricerca/aggiornati, ricerca/avanzata, their limits and error codes);
# src/legalize/fetcher/it of github.com/legalize-dev/legalize-pipeline and several other public clients of 2026 (uri-res/N2Ls,
# the link caricaAKN, its cookies). Some of them report that the service refuses requests from some networks, and that
# ricerca/avanzata broke the connection.

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from dutybook.errors import SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import Form, validators
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Page, collect
from dutybook.ingest.sources.listing import OVERLAP, parse_day, parse_since
from dutybook.ingest.sources.responses import (
    as_list,
    check_body,
    clean_line,
    moment,
    own_address,
    parsed_json,
    split_address,
    to_iso_date,
)

SITE = "https://www.normattiva.it"
HOSTS = frozenset({"www.normattiva.it"})
API = "https://api.normattiva.it/t/normattiva.api/bff-opendata/v1/api/v1"
_TEXT = Form(".xml", ("akomaNtoso",))
_PAGE = 100
#: The API takes at most a year at once, and no list of more than 7,000 acts.
_WINDOW = timedelta(days=30)
_URN = re.compile(r"urn:nir:(?P<name>[a-z.]{1,60}:(?P<kind>[a-z.-]{1,80}):(?P<day>\d{4}-\d\d-\d\d)(?:;\d{1,6})?)")
_LINK = re.compile(rb"""href\s*=\s*["']([^"'<>]{1,500}caricaAKN[^"'<>]{1,500})["']""", re.IGNORECASE)
_KINDS = {
    "COSTITUZIONE": "costituzione",
    "DECRETO": "decreto",
    "DECRETO DEL PRESIDENTE DEL CONSIGLIO DEI MINISTRI": "decreto.del.presidente.del.consiglio.dei.ministri",
    "DECRETO DEL PRESIDENTE DELLA REPUBBLICA": "decreto.del.presidente.della.repubblica",
    "DECRETO LEGISLATIVO": "decreto.legislativo",
    "DECRETO LEGISLATIVO LUOGOTENENZIALE": "decreto.legislativo.luogotenenziale",
    "DECRETO MINISTERIALE": "decreto.ministeriale",
    "DECRETO-LEGGE": "decreto.legge",
    "LEGGE": "legge",
    "LEGGE COSTITUZIONALE": "legge.costituzionale",
    "REGIO DECRETO": "regio.decreto",
}
_HOW = (
    "write the URN of an act (urn:nir:stato:legge:1990-08-07;241), several with commas, its address, “changed” for all acts "
    "that are amended, or “new” for all that are published"
)
_OPTIONS = {
    "title": "changed, new: words or phrases of which a title has one",
    "type": "changed, new: kinds of acts, legge,decreto legislativo,decreto-legge (all)",
    "from": "changed, new: amended or published since that day (a week ago)",
    "limit": f"how many acts a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class Normattiva:
    """Italian acts by their URNs, all that are amended, or all that are published."""

    kind = "normattiva"
    help = "Italian acts in force (Normattiva): by URN, all that are amended, or all that are published"
    every = 24 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {"limit": option_values.limit(options)}
        what = target.strip().casefold()
        if what in ("changed", "new"):
            kinds = option_values.choices(options, "type", [each.casefold() for each in _KINDS], ())
            titles = list(option_values.words(options, "title"))
            return {**found, "what": what, "title": titles, "type": list(kinds), **option_values.parse_start(options)}
        return {**found, "what": "acts", "acts": option_values.parse_targets(target, _name, "Italian act", _HOW)}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        problems: list[str] = []
        limit = int(options["limit"])
        if options["what"] == "new":
            return collect(_published(options, cursor, fetcher, now, problems), limit, "acts", problems)
        if options["what"] == "acts" and moment(cursor.get("since")) is None:
            items = tuple(_item(name, name, None, None) for name in options["acts"])
            return Listing(items, {"since": (now - OVERLAP).isoformat(timespec="seconds")})
        pages = _amended(options, parse_since(cursor, options, now), fetcher, now, problems)
        return collect(pages, limit, "acts", problems)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        named = _URN.fullmatch(f"urn:nir:{item.more.get('act', '')}")
        place = own_address(item.url, HOSTS)
        if named is None or place is None:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        page = fetcher.get(place, accept="text/html")
        link = _LINK.search(check_body(page, f"the page of {item.key}"))
        address = own_address(html.unescape(link[1].decode("latin-1")), HOSTS, f"{SITE}/") if link else None
        if address is None:
            raise SourceError(f"the page of {item.key} has no link to its text; the service may be down")
        what = f"the text of {item.key}"
        response = fetcher.follow(page, address, accept="application/xml", known=known)
        if response.not_modified:
            return Fetched(None, "", response.url, known.etag, known.modified)
        data, extension = _TEXT.read(response, what)
        if named["day"].encode() not in data[:50_000]:
            raise SourceError(f"{what} is not the text that was asked for: the day of the act is not in it")
        return Fetched(data, extension, response.url, **validators(response))


SOURCE = Normattiva()


def _name(written: str) -> str:
    """The name of an act in a URN, without what stands for an article or a day behind it."""
    text = written
    if parts := split_address(written, *HOSTS, "normattiva.it"):
        text = unquote(parts.query)
    found = _URN.fullmatch(re.split(r"[~!@*$]", text.casefold())[0])
    return _standard(found["name"]) if found else ""


def _standard(name: str) -> str:
    """Decree-laws are written in two ways: ``decreto-legge``, ``decreto.legge``."""
    kind = name.split(":")[1]
    return name.replace(kind, kind.replace("-", "."), 1)


def _amended(options: Options, since: datetime, fetcher: Fetcher, now: datetime, problems: list[str]) -> Iterator[Page]:
    """The acts that were amended since a time, a month a page."""
    start = since
    while True:
        end = min(start + _WINDOW, now)
        asked = {
            f"data{name}Aggiornamento": at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            for name, at in (("Inizio", start), ("Fine", end))
        }
        acts, pages = _search("aggiornati", asked, "the list of amended acts", fetcher, problems)
        if pages > 1:
            problems.append(f"from {start.date()} to {end.date()}, more acts were amended than the service lists")
        items = [item for act in acts if (item := _wanted(act, options, "dataUltimaModifica", problems))]
        if end >= now:
            break
        start = end
        yield Page(items, {"since": start.isoformat(timespec="seconds")}, start.date().isoformat(), more=True)
    yield Page(items, {"since": max(since, now - OVERLAP).isoformat(timespec="seconds")})


def _published(
    options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime, problems: list[str]
) -> Iterator[Page]:
    """The acts that were published since a day. A list that was cut goes on at its next page."""
    since = parse_day(cursor, options, now)
    until, going_on = to_iso_date(cursor.get("until")), cursor.get("page")
    page = going_on if isinstance(going_on, int) and until and 1 < going_on < 10_000 else 1
    until = until if until and page > 1 else now.date().isoformat()
    while True:
        asked = {
            "orderType": "vecchio",
            "dataInizioPubProvvedimento": since,
            "dataFinePubProvvedimento": until,
            "paginazione": {"paginaCorrente": page, "numeroElementiPerPagina": _PAGE},
        }
        acts, pages = _search("avanzata", asked, "the list of published acts", fetcher, problems)
        items = [item for act in acts if (item := _wanted(act, options, "dataGU", problems))]
        if page >= pages or not acts:
            break
        page += 1
        yield Page(items, {"since": since, "until": until, "page": page}, f"page {page:,}", more=True)
    reached = (date.fromisoformat(until) - OVERLAP).isoformat()
    yield Page(items, {"since": max(since, reached)})


def _search(
    name: str, asked: dict[str, Any], what: str, fetcher: Fetcher, problems: list[str]
) -> tuple[list[dict[str, Any]], int]:
    """The acts that a search of the API lists, and on how many pages they are."""
    response = fetcher.post(f"{API}/ricerca/{name}", data=asked, accept="application/json")
    found, faults = parsed_json(response, what)
    problems += faults
    if "listaAtti" not in found:
        message = clean_line(found.get("message"), 300)
        raise SourceError(
            f"{what} could not be had; the service answered: {message or 'nothing that is a list of acts'}"
        )
    pages = found.get("numeroPagine")
    acts = [each for each in as_list(found["listaAtti"]) if isinstance(each, dict)]
    return acts, pages if isinstance(pages, int) else 1


def _wanted(act: dict[str, Any], options: Options, day: str, problems: list[str]) -> Item | None:
    """An act of a list, if it is one that the user asked for."""
    kind = clean_line(act.get("denominazioneAtto"), 200).upper()
    heading = clean_line(act.get("descrizioneAtto"), 300)
    title = f"{heading}: {clean_line(act.get('titoloAtto')).strip('[] ')}".strip(": ")
    if options.get("type") and kind.casefold() not in options["type"]:
        return None
    if not option_values.has_words(title, options.get("title", ())):
        return None
    parts = [clean_line(act.get(f"{each}Provvedimento"), 6) for each in ("anno", "mese", "giorno", "numero")]
    made = to_iso_date("{}-{:0>2}-{:0>2}".format(*parts[:3]))
    number = f";{parts[3]}" if parts[3].strip("0") else ""
    name = f"stato:{_KINDS[kind]}:{made}{number}" if kind in _KINDS and made else ""
    if not _URN.fullmatch(f"urn:nir:{name}"):
        if options["what"] != "acts":
            problems.append(f"{heading or kind or 'an act'} has no address that is known; it was left out")
        return None
    if options["what"] == "acts" and name not in options["acts"]:
        return None
    stamp = f"{clean_line(act.get(day), 10)} {clean_line(act.get('ultimiAttiModificanti'), 200)}".strip()
    return _item(name, title, stamp or None, to_iso_date(act.get("dataGU")))


def _item(name: str, title: str, stamp: str | None, published: str | None) -> Item:
    return Item(
        key=name,
        url=f"{SITE}/uri-res/N2Ls?urn:nir:{name}",
        title=title,
        published=published,
        language="it",
        stamp=stamp,
        extension=".xml",
        more={"act": name},
    )
