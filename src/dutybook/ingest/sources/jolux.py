"""Reads acts from stores of the JOLux ontology, which Luxembourg (Legilux) and Switzerland (Fedlex) share.

A work has one expression for each language, and an expression has manifestations (XML, HTML, PDF) with the address of a
file. A consolidated act is what its consolidations are members of; each of these is the whole text as it applies from a
day on. A new text begins to apply without a change in the store, so lists of changes go by both days.

The model: https://swiss.github.io/fedlex-jolux (repository swiss/fedlex-jolux, doc/abstraction_levels.md,
classified_compilation.md, official_compilation.md, dates.md).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import PDF, Form, fetch_document, fetch_files
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.listing import OVERLAP, Found, Row, list_rows, parse_since
from dutybook.ingest.sources.responses import own_address, to_iso_date
from dutybook.ingest.sources.sparql import Endpoint, behind, format_day, instant, iri, values

PREFIXES = """PREFIX jolux: <http://data.legilux.public.lu/resource/ontology/jolux#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
#: Languages in ISO 639-1, and as the stores call them.
LANGUAGES = {"de": "DEU", "fr": "FRA", "it": "ITA", "en": "ENG", "rm": "ROH"}
_BY_CODE = {_LANGUAGE + code: short for short, code in LANGUAGES.items()}
#: Forms in the order in which they are read best, and what the stores call them (the last part of ``userFormat``).
FORMS = {"xml": Form(".xml", ("akomaNtoso",)), "html": Form(".html"), "pdf": PDF}
_FORMATS = {"xml": ("xml-akomantoso", "xml"), "html": ("html",), "pdf": ("pdf-a", "pdfa", "pdf")}
#: Acts whose editions are asked for at once: some hundreds of rows an answer.
_BATCH = 40
#: How long after publication an act whose text is not there yet is looked at again.
WAIT = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Store:
    """A publisher's store.

    Attributes:
        name: that of the publisher, for messages.
        names: how the names of its acts begin, up to the host.
        site: the site for people, whose addresses have the paths of these names.
        hosts: those of files, and what programs ask in place of each: the store names files on a host whose robots.txt
            excludes them, and the site has the same files.
        changed: the property that says when a consolidation was changed: ``dct:modified`` or ``jolux:publicationDate``.
        overlap: how far back lists of consolidations look.
    """

    name: str
    endpoint: Endpoint
    names: str
    site: str
    hosts: Mapping[str, str]
    changed: str
    overlap: timedelta = OVERLAP

    def path_of(self, name: str) -> str:
        """The path of an act's name: ``eli/cc/2031/77``; empty for a name that is not the publisher's."""
        return name.removeprefix(self.names) if name.startswith(self.names) else ""

    def file_address(self, written: str) -> str | None:
        """The address under which programs may fetch a file that the store names; None if it is not the publisher's."""
        address = own_address(written, {*self.hosts, *self.hosts.values()})
        if address is None:
            return None
        parts = urlsplit(address)
        if not parts.path.startswith("/filestore/"):
            return None
        host = self.hosts.get(parts.netloc, parts.netloc)
        return urlunsplit(("https", host, parts.path, "", ""))


def parse_languages(options: Options, among: Sequence[str], default: str) -> list[str]:
    """The option ``languages`` in ISO 639-1, or ``all``.

    Raises:
        BadRequest: one is no language of the publisher.
    """
    written = [each.casefold() for each in option_values.words(options, "languages")]
    if "all" in written:
        return list(among)
    wrong = [each for each in written if each not in among]
    if wrong:
        raise BadRequest(f"languages {', '.join(wrong)}: write {', '.join(among)}, several with commas, or all")
    return written or [default]


def published_query(condition: str, since: str, after: str, size: int) -> str:
    """A query for acts as published from a day on. ``condition`` is about ``?act``."""
    return f"""SELECT DISTINCT ?key ?published WHERE {{
  ?act a jolux:Act ; jolux:publicationDate ?published .
  FILTER(?published >= {format_day(since)})
  {condition}
  BIND(STR(?act) AS ?key)
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""


def changed_query(since: datetime, today: str, changed: str, after: str, size: int) -> str:
    """A query for consolidated acts of which a text was changed since a time, or began to apply since then."""
    last = instant(since) if changed == "dct:modified" else format_day(since.date().isoformat())
    first = format_day(since.date().isoformat())
    return f"""SELECT DISTINCT ?key WHERE {{
  {{ ?version {changed} ?changed . FILTER(?changed >= {last}) }}
  UNION
  {{ ?version jolux:dateApplicability ?applies . FILTER(?applies >= {first} && ?applies <= {format_day(today)}) }}
  ?version a jolux:Consolidation ; jolux:isMemberOf ?act .
  BIND(STR(?act) AS ?key)
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""


def editions_query(acts: Sequence[str], languages: Iterable[str], today: str, *, consolidated: bool) -> str:
    """A query for the files of acts: those of the text that applies today, or of each act itself as published."""
    day = format_day(today)
    version = (
        f"""?version jolux:isMemberOf ?act .
  OPTIONAL {{ ?version jolux:dateApplicability ?applies }}
  OPTIONAL {{ ?version jolux:dateEndApplicability ?ends }}
  FILTER(!BOUND(?applies) || ?applies <= {day})
  FILTER(!BOUND(?ends) || ?ends >= {day})
  OPTIONAL {{ ?act jolux:isRealizedBy ?named . ?named jolux:language ?language ; jolux:title ?name }}"""
        if consolidated
        else "BIND(?act AS ?version)"
    )
    return f"""SELECT DISTINCT ?act ?version ?applies ?changed ?published ?language ?title ?name ?format ?file WHERE {{
  {values("act", (iri(each) for each in acts))}
  {values("language", (iri(_LANGUAGE + LANGUAGES[each]) for each in languages))}
  {version}
  OPTIONAL {{ ?version dct:modified ?changed }}
  OPTIONAL {{ ?version jolux:publicationDate ?published }}
  ?version jolux:isRealizedBy ?expression .
  ?expression jolux:language ?language ; jolux:isEmbodiedBy ?manifestation .
  OPTIONAL {{ ?expression jolux:title ?title }}
  ?manifestation jolux:userFormat ?format ; jolux:isExemplifiedBy ?file .
}}"""


def find_editions(
    store: Store, acts: Sequence[str], options: Options, fetcher: Fetcher, today: str, *, consolidated: bool
) -> tuple[list[Item], list[str]]:
    """The texts of acts in the wanted languages, one item each; and problems.

    Raises:
        SourceError: as for :meth:`Endpoint.ask`.
    """
    items: list[Item] = []
    problems: list[str] = []
    for start in range(0, len(acts), _BATCH):
        batch = acts[start : start + _BATCH]
        query = editions_query(batch, options["languages"], today, consolidated=consolidated)
        rows, faults = store.endpoint.ask(fetcher, query, "texts of acts")
        problems += faults
        by_act: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            by_act[row.get("act", ""), _BY_CODE.get(row.get("language", ""), "")].append(row)
        for act in batch:
            for language in options["languages"]:
                if own := by_act.get((act, language)):
                    items += _edition(store, act, language, own, options["formats"], problems)
    return items, problems


def _edition(
    store: Store, act: str, language: str, rows: list[Row], order: Iterable[str], problems: list[str]
) -> list[Item]:
    """The text of an act in a language: that of the version that applies latest."""
    path = store.path_of(act)
    latest = max(rows, key=lambda row: (to_iso_date(row.get("applies")) or "", row.get("version", "")))
    version = latest.get("version", "")
    own = [row for row in rows if row.get("version") == version]
    files = _files(store, own, order, f"{path}/{language}", problems)
    if not path or not files:
        return []
    place = store.path_of(version) or path
    changed = max(row.get("changed", "") for row in own)
    published = min((day for row in own if (day := to_iso_date(row.get("published")))), default=None)
    return [
        Item(
            key=f"{path}/{language}",
            url=f"{store.site}{place}/{language}",
            title=max((row.get("name") or row.get("title") or "" for row in own), key=len),
            published=published or to_iso_date(latest.get("applies")),
            language=language,
            stamp=" ".join(part for part in (place, changed, files[0][1].rpartition("/")[2]) if part),
            extension=FORMS[files[0][0]].extension,
            more={"files": files},
        )
    ]


def _files(store: Store, rows: Iterable[Row], order: Iterable[str], what: str, problems: list[str]) -> list[list[str]]:
    """The newest file of each form, in the order that is wanted."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if address := store.file_address(row.get("file", "")):
            found[row.get("format", "").rpartition("/")[2].casefold()].add(address)
        else:
            problems.append(f"{what}: an address that leads elsewhere was left out")
    # A manifestation that was replaced keeps its old files; their names end in a number that counts them.
    return [
        [name, max(found[of_format], key=_count)]
        for name in order
        if (of_format := next((each for each in _FORMATS[name] if found.get(each)), None))
    ]


def _count(address: str) -> tuple[int, str]:
    number = re.search(r"-(\d{1,4})\.\w+$", address)
    return (int(number[1]) if number else 0, address)


def list_acts(
    store: Store, published: str | None, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime
) -> Listing:
    """List the texts of acts that changed or were published. Acts as published whose text is not there yet are waited for.

    Args:
        published: the condition about ``?act`` for acts as published; None: consolidated acts that changed.

    Raises:
        SourceError: the first page cannot be read.
    """
    consolidated = published is None
    since = parse_since(cursor, options, now)
    today, oldest = now.date().isoformat(), (now - WAIT).date().isoformat()

    def ask_page(after: str, size: int) -> tuple[list[Row], tuple[str, ...]]:
        query = (
            changed_query(since, today, store.changed, after, size)
            if published is None
            else published_query(published, since.date().isoformat(), after, size)
        )
        return store.endpoint.ask(fetcher, query, "acts")

    def find_items(rows: list[Row]) -> Found:
        days = {row["key"]: to_iso_date(row.get("published")) for row in rows if store.path_of(row.get("key", ""))}
        acts = sorted(days)
        items, problems = find_editions(store, acts, options, fetcher, today, consolidated=consolidated)
        had = {item.key for item in items}
        waiting = [
            day
            for act, day in days.items()
            if day and day >= oldest and any(f"{store.path_of(act)}/{each}" not in had for each in options["languages"])
        ]
        return Found(
            [item for item in items if option_values.has_words(item.title, options.get("title", ()))], problems, waiting
        )

    overlap = store.overlap if consolidated else OVERLAP
    return list_rows(ask_page, find_items, cursor, now, int(options["limit"]), overlap=overlap)


def fetch_edition(store: Store, item: Item, known: Known, fetcher: Fetcher) -> Fetched:
    """The text of an item in the first of its forms that can be had.

    Raises:
        SourceError: none can be; the message is about the last one.
    """

    def fetch(name: str, place: str) -> Fetched:
        return fetch_document(fetcher, place, f"{item.key} of {store.name} as {name}", FORMS[name].read, known)

    return fetch_files(item, set(store.hosts.values()), FORMS, fetch)


def list_named(
    store: Store,
    consolidated: Sequence[str],
    published: Sequence[str],
    options: Options,
    fetcher: Fetcher,
    now: datetime,
) -> Listing:
    """The texts of acts by their names. All are listed each time, since they are few and each has a stamp.

    Args:
        consolidated: acts whose text as it applies today is wanted.
        published: acts that are wanted as they were published.

    Raises:
        SourceError: the store has a text of none of them.
    """
    today = now.date().isoformat()
    items: list[Item] = []
    problems: list[str] = []
    for acts, applies in ((consolidated, True), (published, False)):
        if acts:
            found, faults = find_editions(store, acts, options, fetcher, today, consolidated=applies)
            items += found
            problems += faults
    had = {item.key for item in items}
    missing = [
        f"{store.path_of(act)}/{each}"
        for act in (*consolidated, *published)
        for each in options["languages"]
        if f"{store.path_of(act)}/{each}" not in had
    ]
    if not items:
        raise SourceError(f"{store.name} has no text of {', '.join(missing[:5])} that applies today: look at its name")
    problems += [f"{store.name} has no text of {each} that applies today" for each in missing]
    return Listing(tuple(items), {}, problems=tuple(dict.fromkeys(problems)), complete=True)
