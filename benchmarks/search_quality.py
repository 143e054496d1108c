#!/usr/bin/env python3
"""How often the article that answers a question is among the first three results.

    python benchmarks/search_quality.py ../shared [--register FILE] [--part develop|aside] [--misses]

The sixty queries of ``search_quality.toml`` are ours, as a lawyer would type them, each with the articles of which one answers it; the
acts lie in the shared folder and are read into one register (some minutes; ``--register`` keeps it for the next run). They are
asked twice: by words alone, and with the index of meanings. A query is *across* where no text of the act is in its language. The half
"develop" may be looked at while the ranking is worked on, the half "aside" is measured alone.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dutybook.pipeline.batch import ReadingOptions, ingest
from dutybook.pipeline.pool import Limits
from dutybook.searching import Filters, Hit, page
from dutybook.searching.building import update
from dutybook.store import Register, open_register

FIRST = 3
#: The most seconds for one act.
SECONDS = 1_800
QUERIES = Path(__file__).with_suffix(".toml")
_ARTICLE = re.compile(r"(?:Art|§)\.?\s*(\d+(?:\s?[a-z](?![a-z]))?)")


@dataclass(frozen=True)
class Query:
    part: str
    language: str
    words: str
    answers: tuple[tuple[str, str], ...]


def read_queries() -> tuple[dict[str, list[str]], list[Query]]:
    """The files of each act, and the queries."""
    given: dict[str, Any] = tomllib.loads(QUERIES.read_text("utf-8"))
    made = [
        Query(q["part"], q["language"], q["words"], tuple((a.split()[0], a.split()[1]) for a in q["answers"]))
        for q in given["queries"]
    ]
    return given["acts"], made


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


def place_of_answer(query: Query, hits: list[Hit], documents: dict[str, dict[str, str]]) -> int | None:
    """At which place, from 1, the first result stands that is of an article that answers the query."""
    for number, hit in enumerate(hits, 1):
        article = _ARTICLE.match(hit.place)
        if article and any(
            hit.document in documents[act] and article[1].replace(" ", "") == wanted for act, wanted in query.answers
        ):
            return number
    return None


def ask(register: Register, query: Query, semantic: str) -> tuple[list[Hit], float]:
    started = time.perf_counter()
    found = page(register, Filters(query.words), limit=20, reader=query.language, semantic=semantic)
    return found.hits, time.perf_counter() - started


def measure(register: Register, acts: dict[str, list[str]], queries: list[Query], *, misses: bool) -> None:
    documents = documents_of(register, acts)

    def is_across(query: Query) -> bool:
        return all(query.language not in documents[act].values() for act, _ in query.answers)

    groups = {
        "in the act's language": [query for query in queries if not is_across(query)],
        "across languages": [query for query in queries if is_across(query)],
        "all": queries,
    }
    print(
        f"{'':24}{'queries':>8}{'words alone':>14}{'with the index':>16}   (share with the answer in the first {FIRST})"
    )
    places: dict[tuple[str, str], int | None] = {}
    times: list[float] = []
    for mode in ("off", "auto"):
        for query in queries:
            hits, seconds = ask(register, query, mode)
            times.append(seconds)
            places[query.words, mode] = place = place_of_answer(query, hits, documents)
            if misses and (place or 99) > FIRST:
                print(f"  {mode:5}{query.part:8} {query.words} -> {query.answers}, at {place}")
                for hit in hits[:5]:
                    print(
                        f"        {hit.work_title or hit.document_title:.30} {hit.place} {hit.found_by} {hit.rank:.2f}: {hit.quote:.110}"
                    )
    for name, chosen in groups.items():
        shares = [
            sum((places[query.words, mode] or 99) <= FIRST for query in chosen) / max(len(chosen), 1)
            for mode in ("off", "auto")
        ]
        print(f"{name:24}{len(chosen):8}{shares[0]:14.2f}{shares[1]:16.2f}")
    print(f"slowest of twenty {sorted(times)[int(len(times) * 0.95)] * 1e3:.0f} ms")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--register", type=Path, help="a register to use, or to make and keep")
    parser.add_argument("--part", choices=["develop", "aside"])
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    given = parser.parse_args(arguments)
    acts, queries = read_queries()
    if not given.shared.is_dir():
        sys.exit(f"there is no folder {given.shared}")
    with TemporaryDirectory() as folder:
        path = given.register or Path(folder) / "acts.db"
        fill(path, given.shared, acts)
        with open_register(path, read_only=True) as register:
            for part in ("develop", "aside"):
                if given.part in (None, part):
                    print(part)
                    measure(register, acts, [query for query in queries if query.part == part], misses=given.misses)


if __name__ == "__main__":
    main()
