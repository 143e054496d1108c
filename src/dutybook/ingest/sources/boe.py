"""Reads Spain's Boletín Oficial del Estado through its open data: the daily summary, consolidated laws that changed,
or one law.

Consolidated texts come as XML from the API. For a document as published, the summary names an XML file, a page and a
PDF; those that the site's robots.txt excludes are skipped in favour of the next. There is one summary a day, none on
most Sundays, and sometimes two issues on one day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import PDF, Form, fetch_document, fetch_files, find_files
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Page, collect
from dutybook.ingest.sources.listing import parse_day
from dutybook.ingest.sources.responses import (
    as_list,
    clean_line,
    is_missing,
    moment,
    own_address,
    parsed_json,
    split_address,
    to_iso_date,
)

_ADDRESS = "https://www.boe.es/datosabiertos/api/boe/sumario/"
#: Days that a run lists: one request each.
_MOST_DAYS = 62
_ONE = timedelta(days=1)


def _days(options: Options, since: date, fetcher: Fetcher, today: date, problems: list[str]) -> Iterator[Page]:
    """All documents from ``since`` to today, a day a page.

    The cursor stays one day behind, since a day may get a second issue, and today's may not be published yet.
    """
    current = since
    while current <= today:
        items = list(_items_of_day(options, current, fetcher, problems))
        current += _ONE
        last = current - since >= timedelta(days=_MOST_DAYS) and current <= today
        behind = current if current <= today else max(since, today - _ONE)
        yield Page(items, {"since": behind.isoformat()}, behind.isoformat(), more=current <= today, full=last)


def _items_of_day(options: Options, which: date, fetcher: Fetcher, problems: list[str]) -> Iterator[Item]:
    try:
        answer = fetcher.get(f"{_ADDRESS}{which:%Y%m%d}", accept="application/json", robots=False)
        found, faults = parsed_json(answer, f"the summary of {which.isoformat()}")
    except SourceError as error:
        # A day without a gazette.
        if is_missing(error):
            return
        raise
    problems += faults
    data = found.get("data")
    summary = data.get("sumario") if isinstance(data, dict) else None
    if not isinstance(summary, dict) or "diario" not in summary:
        raise SourceError(f"the summary of {which.isoformat()} has no gazette in it")
    sections = (section for issue in _dicts(summary["diario"]) for section in _dicts(issue.get("seccion")))
    wanted = (s for s in sections if clean_line(s.get("codigo")).casefold() in options["sections"])
    for department in (each for section in wanted for each in _dicts(section.get("departamento"))):
        if option_values.has_words(clean_line(department.get("nombre")), options.get("departments", ())):
            for entry in _entries(department):
                item = _published(entry, which.isoformat(), options, problems)
                if item and option_values.has_words(item.title, options.get("title", ())):
                    yield item


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in as_list(value) if isinstance(each, dict)]


def _entries(node: Any) -> Iterator[dict[str, Any]]:
    """The documents of a department, mostly below headings, sometimes without one."""
    for holder in _dicts(node):
        yield from _dicts(holder.get("item"))
        for name in ("epigrafe", "texto", "apartado"):
            yield from _entries(holder.get(name))


HOSTS = frozenset({"www.boe.es", "boe.es"})
API = "https://www.boe.es/datosabiertos/api"
# A number that does not exist is answered with status 200 and an <error>.
FORMATS = {"xml": Form(".xml", ("documento", "response")), "html": Form(".html"), "pdf": PDF}
NUMBER = re.compile(r"BOE-[AB]-\d{4}-\d{1,6}|BOE-A-\d{4}-\d{1,6}-\d{1,3}")
OVERLAP = timedelta(days=2)
_PAGE = 200


def _search(options: Options) -> str:
    """The condition of a search as JSON. Codes consist of digits, so no text of a user gets into it."""
    fields = {"rank": "rango@codigo", "subject": "materia@codigo"}
    parts = [
        "(" + " or ".join(f"{field}:{code}" for code in options[name]) + ")"
        for name, field in fields.items()
        if options.get(name)
    ]
    if not parts:
        return ""
    return json.dumps({"query": {"query_string": {"query": " and ".join(parts)}, "range": {}}, "sort": []})


def _laws(options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime, problems: list[str]) -> Iterator[Page]:
    """Laws by the day of their last change, the latest first. A list that was cut goes on at the day it reached."""
    since = parse_day(cursor, options, now)
    reached = to_iso_date(cursor.get("until"))
    begun = (to_iso_date(cursor.get("started")) if reached else None) or now.date().isoformat()
    asked = {"from": since.replace("-", ""), "limit": str(_PAGE)}
    if reached:
        asked["to"] = reached.replace("-", "")
    if search := _search(options):
        asked["query"] = search
    offset = 0
    while True:
        laws = _page_of_laws(fetcher, {**asked, "offset": str(offset)}, problems)
        items = [item for law in laws if (item := _of_law(law, problems)) and _wanted(item, law, options)]
        if len(laws) < _PAGE:
            after = date.fromisoformat(begun) - OVERLAP
            yield Page(items, {"since": after.isoformat()})
            return
        offset += len(laws)
        last = next((d for law in reversed(laws) if (d := to_iso_date(law.get("fecha_actualizacion")))), None)
        moved = last is not None and last != reached
        reached = last or reached
        at = {"until": reached} if reached else {}
        yield Page(items, {"since": since, **at, "started": begun}, reached or "there", more=moved)


def _page_of_laws(fetcher: Fetcher, asked: dict[str, str], problems: list[str]) -> list[dict[str, Any]]:
    address = f"{API}/legislacion-consolidada?{urlencode(asked)}"
    found, faults = parsed_json(
        fetcher.get(address, accept="application/json", robots=False), "the list of consolidated laws"
    )
    problems += faults
    if "data" not in found:
        raise SourceError("the list of consolidated laws is of another kind than the BOE's")
    return _dicts(found.get("data"))


def _wanted(item: Item, law: dict[str, Any], options: Options) -> bool:
    department = law.get("departamento")
    name = clean_line(department.get("texto")) if isinstance(department, dict) else clean_line(department)
    return option_values.has_words(item.title, options.get("title", ())) and option_values.has_words(
        name, options.get("departments", ())
    )


def _of_law(law: dict[str, Any], problems: list[str]) -> Item | None:
    number = clean_line(law.get("identificador"), 40).upper()
    if not NUMBER.fullmatch(number):
        problems.append("a law without a number was left out")
        return None
    changed = moment(law.get("fecha_actualizacion"))
    return Item(
        key=f"{number}/consolidada",
        url=own_address(clean_line(law.get("url_html_consolidada")), HOSTS)
        or f"https://www.boe.es/buscar/act.php?id={number}",
        title=clean_line(law.get("titulo")),
        published=to_iso_date(law.get("fecha_publicacion")),
        language="es",
        stamp=changed.isoformat() if changed else clean_line(law.get("fecha_actualizacion")) or None,
        extension=".xml",
        more={"files": [["xml", f"{API}/legislacion-consolidada/id/{number}"]]},
    )


def one_law(options: Options, fetcher: Fetcher) -> Listing:
    """One law: its consolidated text, or the document as published where there is none."""
    number = options["number"]
    problems: list[str] = []
    try:
        found, faults = parsed_json(
            fetcher.get(
                f"{API}/legislacion-consolidada/id/{number}/metadatos", accept="application/json", robots=False
            ),
            f"the data about {number}",
        )
        problems += faults
    except SourceError as error:
        if not is_missing(error):
            raise
        files = {
            "xml": f"https://www.boe.es/diario_boe/xml.php?id={number}",
            "html": f"https://www.boe.es/diario_boe/txt.php?id={number}",
        }
        ordered = [[name, files[name]] for name in options["formats"] if name in files]
        item = Item(
            key=number,
            url=f"https://www.boe.es/buscar/doc.php?id={number}",
            language="es",
            extension=FORMATS[ordered[0][0]].extension,
            more={"files": ordered},
        )
        return Listing((item,), {}, problems=(f"{number} is not consolidated: the document as published is watched",))
    law = _of_law({"identificador": number, **next(iter(_dicts(found.get("data"))), {})}, problems)
    return Listing((law,) if law else (), {}, problems=tuple(problems))


_SECTIONS = ("1", "2a", "2b", "3", "4", "5a", "5b", "5c")
_OPTIONS = {
    "sections": "diario: sections of the gazette, 1,2A,2B,3,4,5A,5B,5C or all (1)",
    "departments": "words or phrases of which the department's name has one",
    "title": "words or phrases of which a title has one",
    "rank": "consolidada: codes of ranks, 1300 (a law)",
    "subject": "consolidada: codes of subjects, 6658",
    "formats": "what is taken first of xml, html, pdf; the others stand in for it (xml)",
    "from": "the first day (a week ago)",
    "limit": "how many documents a run lists at most; the rest comes next time (500)",
}
_HOW = (
    "write “diario” for the daily gazette, “consolidada” for consolidated laws that changed, or a law's number "
    "(BOE-A-2015-10565) or address; options are sections=1,3, departments=words, title=words, rank=1300, subject=6658"
)


class Boe:
    """The Spanish official gazette and its consolidated laws."""

    kind = "boe"
    help = "Spain's official gazette: diario (day by day), consolidada (laws that changed), or the number of one law"
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {
            "formats": option_values.parse_formats(options, FORMATS),
            "limit": option_values.limit(options),
            "title": list(option_values.words(options, "title")),
            "departments": list(option_values.words(options, "departments")),
            **option_values.parse_start(options),
        }
        written = target.strip()
        what = written.casefold()
        if what in ("diario", "daily", "sumario"):
            sections = option_values.choices(options, "sections", (*_SECTIONS, "all"), ("1",))
            return {**found, "what": "diario", "sections": list(_SECTIONS if "all" in sections else sections)}
        if what in ("consolidada", "consolidated"):
            codes = {name: _codes(options, name) for name in ("rank", "subject")}
            return {**found, "what": "consolidada", **codes}
        number = _number(written)
        if not number:
            raise BadRequest(f"{target!r} is nothing of the BOE that can be watched; {_HOW}")
        return {"formats": found["formats"], "limit": found["limit"], "what": "law", "number": number}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        what = options.get("what")
        if what == "law":
            return one_law(options, fetcher)
        problems: list[str] = []
        if what == "consolidada":
            pages = _laws(options, cursor, fetcher, now, problems)
            return collect(pages, int(options["limit"]), "laws", problems)
        since = parse_day(cursor, options, now)
        days = _days(options, date.fromisoformat(since), fetcher, now.date(), problems)
        return collect(days, int(options["limit"]), "documents", problems)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        def fetch(name: str, place: str) -> Fetched:
            # The open data interface is meant for programs; for other pages robots.txt is obeyed.
            accept, robots = "application/xml" if name == "xml" else None, not place.startswith(API)
            number = place.rpartition("id=")[2] if "id=" in place else place.rpartition("/")[2]
            read = FORMATS[name].read
            return fetch_document(fetcher, place, f"{number} as {name}", read, known, accept=accept, robots=robots)

        return fetch_files(item, HOSTS, FORMATS, fetch)


SOURCE = Boe()


def _codes(options: Options, name: str) -> list[str]:
    codes = option_values.words(options, name)
    wrong = [each for each in codes if not re.fullmatch(r"\d{1,6}", each)]
    if wrong:
        raise BadRequest(f"{name} {', '.join(wrong)}: write the code of the BOE's own tables, as rank=1300 (a law)")
    return list(codes)


def _number(written: str) -> str:
    text = written
    if parts := split_address(written, *HOSTS):
        text = parse_qs(parts.query).get("id", [""])[0] or parts.path.rstrip("/").rpartition("/")[2].removesuffix(
            ".pdf"
        )
    return text.upper() if NUMBER.fullmatch(text.upper()) else ""


def _published(entry: dict[str, Any], published: str, options: Options, problems: list[str]) -> Item | None:
    """A document of a daily summary."""
    number = clean_line(entry.get("identificador"), 40).upper()
    if not NUMBER.fullmatch(number):
        problems.append(f"{published}: a document without a number was left out")
        return None
    values = [(name, entry.get(f"url_{name}")) for name in options["formats"]]
    written = [(name, clean_line(value.get("texto") if isinstance(value, dict) else value)) for name, value in values]
    files = find_files(written, HOSTS, number, problems)
    if not files:
        problems.append(f"{number} has no text that can be had")
        return None
    return Item(
        key=number,
        url=f"https://www.boe.es/diario_boe/txt.php?id={number}",
        title=clean_line(entry.get("titulo")),
        published=published,
        language="es",
        stamp=published,
        extension=FORMATS[files[0][0]].extension,
        more={"files": files},
    )
