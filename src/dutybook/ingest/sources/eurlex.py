"""Reads acts of the European Union by number, address or query, with consolidated versions and corrigenda, from Cellar.

The pages of eur-lex.europa.eu answer programs with a browser check, so texts come from the interfaces that the
Publications Office offers to programs (Cellar: REST and SPARQL). Links for people lead to EUR-Lex.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import cellar, option_values
from dutybook.ingest.sources.cellar import acts_query, query_of, walk, works_of
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.listing import PAGE, Row, paged
from dutybook.ingest.sources.responses import moment, split_address, to_iso_date
from dutybook.languages.eu_acts import base_of, celex_of_eli, is_celex

HOW = (
    "write a CELEX number (32022R2554), the beginning of one with a star (32026R*), an ELI "
    "(http://data.europa.eu/eli/reg/2022/2554/oj), the address of a page of EUR-Lex, or “query” with options such as "
    "eurovoc=5181, type=REG*,DIR, from=2026-01-01"
)
_FAMILIES = {name: (name, f"{name}_IMPL", f"{name}_DEL") for name in ("REG", "DIR", "DEC")}
_ELI = re.compile(r"(?:^|/)(eli/[\w/().,~-]+)$")
_IN_PAGE = re.compile(r"/legal-content/([A-Z]{2})/", re.IGNORECASE)


def targets(target: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """``acts`` (CELEX numbers), ``same`` (addresses in Cellar) or ``celex`` (a pattern), and the languages of a page."""
    acts: list[str] = []
    same: list[str] = []
    languages: list[str] = []
    written = re.sub(r"(^|[\s,;])CELEX[:\s]+(?=[0-9CE])", r"\1", target.strip(), flags=re.IGNORECASE)
    parts = [part for part in re.split(r"[,;\s]+", written) if part]
    if len(parts) == 1 and re.fullmatch(r"[0-9CE]\d{4}[A-Z]{0,2}\d{0,4}\*", parts[0], re.IGNORECASE):
        return {"celex": parts[0].upper()}, ()
    if not parts or parts == ["query"]:
        return {}, ()
    for part in parts:
        name, language = _meant(part)
        if language:
            languages.append(language)
        (same if name.startswith(("https:", "http:")) else acts).append(name)
    return {"acts": list(dict.fromkeys(acts)), "same": list(dict.fromkeys(same))}, tuple(dict.fromkeys(languages))


def _meant(written: str) -> tuple[str, str]:
    """``(CELEX number or address in Cellar, language or "")``."""
    language = ""
    text = written
    if parts := split_address(written, "eur-lex.europa.eu", "data.europa.eu", "publications.europa.eu"):
        path = unquote(parts.path)
        page = _IN_PAGE.search(path)
        language = page[1].lower() if page and page[1].lower() in cellar.LANGUAGES else ""
        uri = parse_qs(parts.query).get("uri", [""])[0]
        if uri.upper().startswith("OJ:"):
            return "http://publications.europa.eu/resource/oj/" + _safe(uri[3:], written), language
        if uri.upper().startswith("CELEX:") or "/celex/" in path:
            text = uri if uri else path.rpartition("/celex/")[2]
        elif _ELI.search(path):
            eli = re.sub(r"/([a-z]{3})(?:/(?:xhtml|html|pdf|txt))?$", "", path.rstrip("/"))
            code = path.rstrip("/").removeprefix(eli).strip("/")[:3]
            known = {c.lower(): short for short, c in cellar.LANGUAGES.items()}
            return _of_eli(eli, written), language or known.get(code, "")
    elif _ELI.search(written):
        return _of_eli(written.rstrip("/"), written), ""
    celex = re.sub(r"^CELEX[: ]?", "", text.strip(), flags=re.IGNORECASE).upper()
    if is_celex(celex):
        return celex, language
    raise BadRequest(f"{written!r} is no act of the Union that can be asked for; {HOW}")


def _of_eli(path: str, written: str) -> str:
    celex = celex_of_eli(path + ("" if path.endswith("/oj") else "/"))
    version = re.search(r"/(\d{4})-(\d\d)-(\d\d)$", path)
    if celex and "/corrigendum/" not in path:
        return f"0{celex[1:]}-{''.join(version.groups())}" if version else celex
    found = _ELI.search(path)
    if not found:
        raise BadRequest(f"{written!r} is no ELI of the Union; {HOW}")
    return "http://publications.europa.eu/resource/" + _safe(found[1], written)


def _safe(name: str, written: str) -> str:
    if not re.fullmatch(r"[\w/().,~-]{1,200}", name) or ".." in name:
        raise BadRequest(f"{written!r} cannot be asked for; {HOW}")
    return name


def pattern(written: str) -> str:
    """The beginning of a CELEX number.

    Raises:
        BadRequest: it cannot be one.
    """
    text = written.upper()
    if text and not re.fullmatch(r"[0-9CE]\d{4}[A-Z]{0,2}\d{0,4}\*?", text):
        raise BadRequest(f"celex {written!r} is not the beginning of a CELEX number; write celex=32026R*")
    return text.removesuffix("*")


def concept(written: str) -> str:
    """The number of a EuroVoc concept from its number or address.

    Raises:
        BadRequest: it is neither.
    """
    number = written.removeprefix("http://eurovoc.europa.eu/").removeprefix("https://eurovoc.europa.eu/")
    number = number.removeprefix("eurovoc:")
    if not re.fullmatch(r"(?:c_[0-9a-f]{6,12}|\d{1,8})", number):
        raise BadRequest(
            f"eurovoc {written!r} is no concept; write its number or address: eurovoc=5181, http://eurovoc.europa.eu/5181"
        )
    return number


def types(written: Sequence[str]) -> list[str]:
    """The types of acts in Cellar from types and names of families (``REG*``).

    Raises:
        BadRequest: one is malformed.
    """
    found: list[str] = []
    for each in written:
        name = each.upper()
        if name.endswith("*") and name[:-1] in _FAMILIES:
            found += _FAMILIES[name[:-1]]
        elif re.fullmatch(r"[A-Z][A-Z0-9_]{1,40}", name):
            found.append(name)
        else:
            raise BadRequest(
                f"type {each!r} is no type of act; write type=REG,DIR,DEC, REG_IMPL, REG_DEL, or REG* for all of a kind"
            )
    return list(dict.fromkeys(found))


def formats(options: Options) -> list[str]:
    """The formats in the order of preference, the user's first."""
    wanted = option_values.choices(options, "formats", tuple(cellar.FORMATS), tuple(cellar.FORMATS))
    return list(dict.fromkeys((*wanted, *cellar.FORMATS)))


_OPTIONS = {
    "languages": "those of the Union in which texts are wanted: en,de, or all (en)",
    "formats": "what is taken first of xhtml, formex, pdf; the others stand in for it (xhtml)",
    "with": "what comes with an act: consolidated, corrigenda, amending, based-on, or none (consolidated,corrigenda)",
    "versions": "latest: consolidated texts in force now and to come; all: the earlier ones as well (latest)",
    "eurovoc": "query: numbers or addresses of EuroVoc concepts, 5181",
    "type": "query: types of acts, REG,DIR,DEC, or REG* with implementing and delegated ones",
    "celex": "query: the beginning of CELEX numbers, 32026R*",
    "from": "query: acts of this day or later, 2026-01-01",
    "until": "query: acts of this day or earlier",
    "title": "query: words or phrases of which a title has one",
    "limit": "how many acts a run lists at most; the rest comes next time (500)",
}
_WITH = ("consolidated", "corrigenda", "amending", "based-on")


class EurLex:
    """EUR-Lex by CELEX number, ELI, page or query."""

    kind = "eurlex"
    help = "acts of the European Union: a CELEX number, an ELI, a page of EUR-Lex, or a query by EuroVoc, type and date"
    options = _OPTIONS
    written = HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        acts, languages = targets(target)
        asked = cellar.languages_of(option_values.words(options, "languages")) or languages or ("en",)
        found: dict[str, Any] = {
            **acts,
            "languages": list(asked),
            "formats": formats(options),
            "limit": option_values.limit(options),
        }
        query = {
            "eurovoc": [concept(each) for each in option_values.words(options, "eurovoc")],
            "type": types(option_values.words(options, "type")),
            "celex": pattern(acts.get("celex") or option_values.text(options, "celex")),
            "from": option_values.day_option(options, "from"),
            "until": option_values.day_option(options, "until"),
        }
        narrow = {name: value for name, value in query.items() if value}
        if acts.get("acts") or acts.get("same"):
            if narrow:
                raise BadRequest(
                    f"{', '.join(narrow)} is for queries; a watch of one act has with= and versions=. {HOW}"
                )
            found["with"] = list(option_values.choices(options, "with", _WITH, ("consolidated", "corrigenda")))
            found["versions"] = option_values.choice(options, "versions", ("latest", "all"), "latest")
        elif not narrow:
            raise BadRequest(f"a query needs eurovoc, type, celex, from or until; {HOW}")
        else:
            found |= narrow
            found["title"] = list(option_values.words(options, "title"))
        return found

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        if options.get("acts") or options.get("same"):
            return _acts(options, fetcher, now)
        since = moment(cursor.get("since"))
        return walk(options, cursor, fetcher, now, lambda after, size: query_of(options, since, after, size))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        return cellar.fetch(item, known, fetcher)


SOURCE = EurLex()


def _acts(options: Options, fetcher: Fetcher, now: datetime) -> Listing:
    """The named acts with related texts. All are listed each time, since they are few and each has a stamp."""
    rows: list[Row] = []
    problems: list[str] = []
    for page, faults, more in paged(
        lambda after, size: cellar.ENDPOINT.ask(fetcher, acts_query(options, after, size), "acts"), "", PAGE, 20_000
    ):
        rows += page
        problems += faults
        if more:
            problems.append("there is more about these acts than is listed")
    works = works_of(rows)
    wanted = {base_of(each) for each in options.get("acts", ())} | {w.celex for w in works if w.role == "act"}
    missing = [each for each in options.get("acts", ()) if each not in {work.celex for work in works}]
    if missing and len(missing) == len(options.get("acts", ())) and not options.get("same"):
        raise SourceError(f"EUR-Lex knows no {', '.join(missing)}: check the number, or the act is not listed yet")
    problems += [f"EUR-Lex knows no {each}" for each in missing]
    kept = _current(works, wanted, options, now)
    items, item_faults = cellar.items_of(fetcher, kept, options) if kept else ([], [])
    listed = {item.more["celex"] for item in items}
    for work in kept:
        if work.celex not in listed and work.role == "act":
            problems.append(f"{work.celex} has no text in {', '.join(options['languages'])} yet")
    return Listing(tuple(_titled(items)), {}, problems=tuple(dict.fromkeys([*problems, *item_faults])))


def _current(works: list[cellar.Work], wanted: set[str], options: Options, now: datetime) -> list[cellar.Work]:
    """The works without consolidated texts of other acts, and without old ones unless they are wanted."""
    today = now.strftime("%Y%m%d")
    found: list[cellar.Work] = []
    latest: dict[str, str] = {}
    for work in works:
        base, _, version = work.celex.partition("-")
        if version and version <= today:
            latest[base] = max(latest.get(base, ""), version)
    for work in works:
        base, _, version = work.celex.partition("-")
        if work.role == "consolidated":
            if base_of(work.celex) not in wanted:
                continue
            if options.get("versions") != "all" and version < latest.get(base, ""):
                continue
        found.append(work)
    return found


def _titled(items: Iterable[Item]) -> Iterable[Item]:
    """Items with titles: consolidated texts mostly have none; they get their act's with the day of the version."""
    all_items = tuple(items)
    titles = {(item.more["celex"], item.language): item.title for item in all_items if item.title}
    for item in all_items:
        celex = str(item.more["celex"])
        title = titles.get((base_of(celex), item.language), "")
        if not item.title and title and "-" in celex:
            yield replace(item, title=f"{title} ({to_iso_date(celex.partition('-')[2]) or celex})")
        else:
            yield item
