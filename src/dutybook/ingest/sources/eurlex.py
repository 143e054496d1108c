"""Reads acts of the European Union by number, address or query, with consolidated versions and corrigenda, from Cellar.

The pages of eur-lex.europa.eu answer programs with a browser check, so texts come from the interfaces that the
Publications Office offers to programs (Cellar: REST and SPARQL). Links for people lead to EUR-Lex.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import cellar, option_values, sparql
from dutybook.ingest.sources import eurlex_targets as targets
from dutybook.ingest.sources.cellar_walk import walk, works_of
from dutybook.ingest.sources.eurlex_queries import acts_query, query_of
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.responses import moment, to_iso_date
from dutybook.languages.eu_acts import base_of

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
_PAGE = 1000


class EurLex:
    """EUR-Lex by CELEX number, ELI, page or query."""

    kind = "eurlex"
    help = "acts of the European Union: a CELEX number, an ELI, a page of EUR-Lex, or a query by EuroVoc, type and date"
    options = _OPTIONS
    written = targets.HOW

    def check(self, target: str, options: Options) -> Options:
        """See :meth:`dutybook.ingest.sources.interface.Source.check`."""
        option_values.known_only(options, _OPTIONS, self.kind)
        acts, languages = targets.targets(target)
        asked = cellar.languages_of(option_values.words(options, "languages")) or languages or ("en",)
        found: dict[str, Any] = {
            **acts,
            "languages": list(asked),
            "formats": targets.formats(options),
            "limit": option_values.limit(options),
        }
        query = {
            "eurovoc": [targets.concept(each) for each in option_values.words(options, "eurovoc")],
            "type": targets.types(option_values.words(options, "type")),
            "celex": targets.pattern(acts.get("celex") or option_values.text(options, "celex")),
            "from": option_values.day_option(options, "from"),
            "until": option_values.day_option(options, "until"),
        }
        narrow = {name: value for name, value in query.items() if value}
        if acts.get("acts") or acts.get("same"):
            if narrow:
                raise BadRequest(
                    f"{', '.join(narrow)} is for queries; a watch of one act has with= and versions=. {targets.HOW}"
                )
            found["with"] = list(option_values.choices(options, "with", _WITH, ("consolidated", "corrigenda")))
            found["versions"] = option_values.choice(options, "versions", ("latest", "all"), "latest")
        elif not narrow:
            raise BadRequest(f"a query needs eurovoc, type, celex, from or until; {targets.HOW}")
        else:
            found |= narrow
            found["title"] = list(option_values.words(options, "title"))
        return found

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """See :meth:`dutybook.ingest.sources.interface.Source.list`."""
        if options.get("acts") or options.get("same"):
            return _acts(options, fetcher, now)
        since = moment(cursor.get("since"))
        return walk(options, cursor, fetcher, now, lambda after, size: query_of(options, since, after, size))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """See :meth:`dutybook.ingest.sources.interface.Source.fetch`."""
        return cellar.fetch(item, known, fetcher)


SOURCE = EurLex()


def _acts(options: Options, fetcher: Fetcher, now: datetime) -> Listing:
    """The named acts with related texts. All are listed each time, since they are few and each has a stamp."""
    rows: list[sparql.Row] = []
    problems: list[str] = []
    for page, faults, more in sparql.paged(
        lambda after, size: sparql.ask(fetcher, acts_query(options, after, size), "acts"), "", _PAGE, 20_000
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
    """Items with titles: consolidated texts mostly have none in Cellar, so they get that of their act with the day of
    the version.
    """
    all_items = tuple(items)
    titles = {(item.more["celex"], item.language): item.title for item in all_items if item.title}
    for item in all_items:
        celex = str(item.more["celex"])
        title = titles.get((base_of(celex), item.language), "")
        if not item.title and title and "-" in celex:
            yield replace(item, title=f"{title} ({to_iso_date(celex.partition('-')[2]) or celex})")
        else:
            yield item
