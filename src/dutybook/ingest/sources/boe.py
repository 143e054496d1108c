"""Spain's Boletín Oficial del Estado by its open data: the daily summary, consolidated laws that changed, or one law.

Consolidated texts are had in XML from the interface itself. Of a document as published the summary names XML, a page and a
PDF; what the site's robots.txt asks programs not to read is not read, and the next form is taken.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.boe_days import days_of
from dutybook.ingest.sources.boe_laws import API, FORMATS, HOSTS, NUMBER, START, consolidated, one_law
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.missing import first_of
from dutybook.ingest.sources.responses import body, day, expect_root, is_page, line, refuse_page
from dutybook.ingest.sources.service_addresses import is_of, own

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
        """See :meth:`dutybook.ingest.sources.interface.Source.check`."""
        option_values.known_only(options, _OPTIONS, self.kind)
        wanted = option_values.choices(options, "formats", tuple(FORMATS), ("xml",))
        found: dict[str, Any] = {
            "formats": list(dict.fromkeys((*wanted, *FORMATS))),
            "limit": option_values.limit(options),
            "title": list(option_values.words(options, "title")),
            "departments": list(option_values.words(options, "departments")),
        }
        start = option_values.day(options, "from")
        if start:
            found["from"] = start
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
        """See :meth:`dutybook.ingest.sources.interface.Source.list`."""
        what = options.get("what")
        if what == "law":
            return one_law(options, fetcher)
        if what == "consolidada":
            return consolidated(options, cursor, fetcher, now)
        since = date.fromisoformat(day(cursor.get("since")) or options.get("from") or (now - START).date().isoformat())
        return days_of(options, since, fetcher, now.date(), _published)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """See :meth:`dutybook.ingest.sources.interface.Source.fetch`."""
        files = [(str(name), own(str(address), HOSTS)) for name, address in item.more.get("files", ())]
        return first_of(
            [
                (lambda name=name, place=place: _fetched(fetcher, name, place, known))  # type: ignore[misc]
                for name, place in files
                if place and name in FORMATS
            ],
            item.key,
        )


SOURCE = Boe()


def _codes(options: Options, name: str) -> list[str]:
    codes = option_values.words(options, name)
    wrong = [each for each in codes if not re.fullmatch(r"\d{1,6}", each)]
    if wrong:
        raise BadRequest(f"{name} {', '.join(wrong)}: write the code of the BOE's own tables, as rank=1300 (a law)")
    return list(codes)


def _number(written: str) -> str:
    text = written
    if is_of(written, *HOSTS):
        parts = urlsplit(written if "://" in written else "https://" + written)
        text = parse_qs(parts.query).get("id", [""])[0] or parts.path.rstrip("/").rpartition("/")[2].removesuffix(
            ".pdf"
        )
    return text.upper() if NUMBER.fullmatch(text.upper()) else ""


def _published(entry: dict[str, Any], published: str, options: Options, problems: list[str]) -> Item | None:
    """A document of a daily summary."""
    number = line(entry.get("identificador"), 40).upper()
    if not NUMBER.fullmatch(number):
        problems.append(f"{published}: a document without a number was left out")
        return None
    files: list[list[str]] = []
    for name in options["formats"]:
        said = entry.get(f"url_{name}")
        written = line(said.get("texto")) if isinstance(said, dict) else line(said)
        address = own(written, HOSTS) if written else None
        if written and address is None:
            problems.append(f"{number}: an address that leads elsewhere was left out")
        if address:
            files.append([name, address])
    if not files:
        problems.append(f"{number} has no text that can be had")
        return None
    return Item(
        key=number,
        url=f"https://www.boe.es/diario_boe/txt.php?id={number}",
        title=line(entry.get("titulo")),
        published=published,
        language="es",
        stamp=published,
        extension=FORMATS[files[0][0]],
        more={"files": files},
    )


def _fetched(fetcher: Fetcher, name: str, place: str, known: Known) -> Fetched:
    """A document; the open data interface is documented for programs, other pages are asked with robots.txt in mind."""
    answer = fetcher.get(
        place,
        accept="application/xml" if name == "xml" else None,
        etag=known.etag,
        modified=known.modified,
        robots=not place.startswith(API),
    )
    if answer.not_modified:
        return Fetched(None, "", answer.url, known.etag, known.modified)
    number = place.rpartition("id=")[2] if "id=" in place else place.rpartition("/")[2]
    what = f"{number} as {name}"
    if name == "xml":
        # A number that does not exist is answered with status 200 and an <error>.
        expect_root(body(answer, what, limit=100_000_000), what, "documento", "response")
    data = body(answer, what, limit=100_000_000)
    if name == "pdf" and b"%PDF-" not in data[:1024]:
        refuse_page(data, what)
        raise SourceError(f"{what} is no PDF", lasting=True)
    if name == "html" and not is_page(data):
        raise SourceError(f"{what} is no page of text", lasting=True)
    return Fetched(data, FORMATS[name], answer.url, answer.headers.get("etag"), answer.headers.get("last-modified"))
