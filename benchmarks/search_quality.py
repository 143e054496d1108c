#!/usr/bin/env python3
"""How often the article that answers a question is among the first three results.

    python benchmarks/search_quality.py ../shared [--registers FOLDER] [--part develop|aside|fresh] [--misses]

The 207 queries of ``search_quality.toml`` are ours, as a lawyer would type them, each with the articles of which one answers it; the
acts lie in the shared folder and are read into three registers (some minutes; ``--registers`` keeps them for the next run), a query is
asked in that of its acts. Each is asked twice: by words alone, and with the index of meanings. A query is *across* where no text of the
act is in its language. The part "develop" may be looked at while the ranking is worked on, the parts "aside" and "fresh" are measured alone.
A hundred and fifty everyday queries that have nothing to do with law, in ten languages and two such parts, are asked in the registers: meaning
should find nothing for them.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dutybook.pipeline.batch import ingest
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.searching import Filters, Hit, page
from dutybook.searching.building import update
from dutybook.store import Register, open_register

FIRST = 3
#: The most seconds for one act.
SECONDS = 1_800
QUERIES = Path(__file__).with_suffix(".toml")
#: The tables of acts in the file of queries; each is read into a register of its own.
SHELVES = ("acts", "further_acts", "fresh_acts")
_ARTICLE = re.compile(r"(?:.*§|Art)\.?\s*(\d+(?:\.\d+)?(?:bis|ter|quater|\s?[a-z](?![a-z]))?)")


@dataclass(frozen=True)
class Query:
    """A query of the file with its part, its language, and the (act, article) pairs of which one answers it."""

    part: str
    language: str
    words: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shelf:
    """A register with the languages of the documents of each act, by id."""

    register: Register
    documents: dict[str, dict[str, str]]

    def is_across(self, query: Query) -> bool:
        """Whether no text of an act that answers the query is in its language."""
        return all(query.language not in self.documents[act].values() for act, _ in query.answers)

    def is_answer(self, query: Query, hit: Hit) -> bool:
        """Whether a result is of an article that answers the query."""
        article = _ARTICLE.match(hit.place)
        return bool(article) and any(
            hit.document in self.documents[act] and article[1].replace(" ", "") == wanted
            for act, wanted in query.answers
            if article
        )


def read_queries(part: str | None = None) -> tuple[dict[str, dict[str, list[str]]], list[Query]]:
    """The files of each act by shelf, and the queries of a part, or all."""
    given: dict[str, Any] = tomllib.loads(QUERIES.read_text("utf-8"))
    made = [
        Query(q["part"], q["language"], q["words"], tuple((a.split()[0], a.split()[1]) for a in q["answers"]))
        for q in given["queries"]
        if part in (None, q["part"])
    ]
    return {name: given[name] for name in SHELVES}, made


def read_unrelated(part: str) -> list[str]:
    """The queries of a part that have nothing to do with law."""
    unrelated: dict[str, list[str]] = tomllib.loads(QUERIES.read_text("utf-8"))["unrelated"].get(part, {})
    return [words for each in unrelated.values() for words in each]


def fill(path: Path, shared: Path, acts: dict[str, list[str]]) -> None:
    """Read the acts into a register that is not there yet, and make them searchable by meaning."""
    if not path.exists():
        # On a busy machine, too, every act is read to its end.
        options = ReadingOptions(limits=Limits(seconds=SECONDS))
        ingest([shared / file for files in acts.values() for file in files], path, options, semantic=False)
    with open_register(path) as register:
        update(register)


def documents_of(register: Register, acts: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """The languages of the documents of each act, by id."""
    rows = register._connection.execute("SELECT id, source, language FROM documents").fetchall()
    names = {Path(file).name: act for act, files in acts.items() for file in files}
    made: dict[str, dict[str, str]] = {act: {} for act in acts}
    for document, source, language in rows:
        if act := names.get(Path(source).name):
            made[act][document] = language
    return made


def open_shelves(stack: ExitStack, folder: Path, shared: Path, acts: dict[str, dict[str, list[str]]]) -> list[Shelf]:
    """The registers of all acts, read first where they are not in the folder."""
    made = []
    for name in SHELVES:
        path = folder / f"{name}.db"
        fill(path, shared, acts[name])
        register = stack.enter_context(open_register(path, read_only=True))
        made.append(Shelf(register, documents_of(register, acts[name])))
    return made


def shelf_of(query: Query, shelves: list[Shelf]) -> Shelf:
    """The shelf where the acts of a query are."""
    return next(shelf for shelf in shelves if query.answers[0][0] in shelf.documents)


def place_of_answer(query: Query, shelf: Shelf, hits: list[Hit]) -> int | None:
    """At which place, from 1, the first result stands that is of an article that answers the query."""
    return next((number for number, hit in enumerate(hits, 1) if shelf.is_answer(query, hit)), None)


def ask(shelf: Shelf, query: Query, semantic: str) -> tuple[list[Hit], float]:
    started = time.perf_counter()
    found = page(shelf.register, Filters(query.words), limit=20, reader=query.language, semantic=semantic)
    return found.hits, time.perf_counter() - started


def measure(shelves: list[Shelf], queries: list[Query], *, misses: bool) -> None:
    """Ask all queries and print the shares of those that are answered."""
    across = {query.words: shelf_of(query, shelves).is_across(query) for query in queries}
    groups = {
        "in the act's language": [query for query in queries if not across[query.words]],
        "across languages": [query for query in queries if across[query.words]],
        "all": queries,
    }
    print(
        f"{'':24}{'queries':>8}{'words alone':>14}{'with the index':>16}   (share with the answer in the first {FIRST})"
    )
    places: dict[tuple[str, str], int | None] = {}
    times: list[float] = []
    for mode in ("off", "auto"):
        for query in queries:
            shelf = shelf_of(query, shelves)
            hits, seconds = ask(shelf, query, mode)
            times.append(seconds)
            places[query.words, mode] = place = place_of_answer(query, shelf, hits)
            if misses and (place or 99) > FIRST:
                print(f"  {mode:5}{query.part:8} {query.words} -> {query.answers}, at {place}")
                for hit in hits[:5]:
                    title = hit.work_title or hit.document_title
                    print(f"        {title:.30} {hit.place} {hit.found_by} {hit.rank:.2f}: {hit.quote:.110}")
    for name, chosen in groups.items():
        shares = [
            sum((places[query.words, mode] or 99) <= FIRST for query in chosen) / max(len(chosen), 1)
            for mode in ("off", "auto")
        ]
        print(f"{name:24}{len(chosen):8}{shares[0]:14.2f}{shares[1]:16.2f}")
    print(f"slowest of twenty {sorted(times)[int(len(times) * 0.95)] * 1e3:.0f} ms")


def measure_unrelated(shelves: list[Shelf], part: str, *, misses: bool) -> None:
    """Print for how many queries that have nothing to do with law nothing is found, by meaning and in any way."""
    silent = {"only": 0, "auto": 0, "off": 0}
    every = [(shelf, words) for shelf in shelves for words in read_unrelated(part)]
    for mode in silent:
        for shelf, words in every:
            found = page(shelf.register, Filters(words), limit=1, semantic=mode)
            silent[mode] += not found.hits
            if misses and mode == "only" and found.hits:
                hit = found.hits[0]
                print(f"  {words} -> {hit.document_title:.30} {hit.place} {hit.similarity:.2f}: {hit.quote:.110}")
    shares = {mode: number / len(every) for mode, number in silent.items()}
    print(
        f"{'nothing to do with law':24}{len(every):8}   nothing is found by meaning for {shares['only']:.2f},"
        f" by words alone for {shares['off']:.2f}, by both for {shares['auto']:.2f}"
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--registers", type=Path, help="a folder of the registers to use, or to make and keep")
    parser.add_argument("--part", choices=["develop", "aside", "fresh"])
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    given = parser.parse_args(arguments)
    acts, queries = read_queries(given.part)
    if not given.shared.is_dir():
        sys.exit(f"there is no folder {given.shared}")
    with TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = given.registers or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        shelves = open_shelves(stack, folder, given.shared, acts)
        for part in dict.fromkeys(query.part for query in queries):
            print(part)
            measure(shelves, [query for query in queries if query.part == part], misses=given.misses)
            if read_unrelated(part):
                # Asked in the two large registers alone: the nearest of few norms is far from most questions anyway.
                measure_unrelated(shelves[:2], part, misses=given.misses)


if __name__ == "__main__":
    main()
