#!/usr/bin/env python3
"""How often a recital that is given for a norm speaks of its article.

    python benchmarks/recitals.py ../shared [--register FILE] [--part develop|aside]

``recitals.toml`` says for articles of two acts which recitals speak of them, as we read them: of the GDPR, on which the matching was
worked out, and of the DSA, which was kept aside. *Norms*: of these articles; *given*: with any recital; *right*: with one of those of
the file among them; *precision*: of all recitals that are given.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dutybook.pipeline.batch import ingest
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.store import Register, open_register
from dutybook.store.documents.interpretation import recitals_of

ARTICLES = Path(__file__).with_suffix(".toml")
_NUMBER = re.compile(r"\d+")


def numbers_of(text: str) -> set[int]:
    """
    >>> sorted(numbers_of("13 82-84"))
    [13, 82, 83, 84]
    """
    made: set[int] = set()
    for piece in text.split():
        first, _, last = piece.partition("-")
        made.update(range(int(first), int(last or first) + 1))
    return made


def measure(register: Register, name: str, act: dict[str, Any]) -> None:
    truth = {int(article): numbers_of(recitals) for article, recitals in act["articles"].items()}
    files = {Path(file).name for file in act["files"]}
    rows = register._connection.execute(
        "SELECT n.id, n.place, d.source FROM norms n JOIN documents d ON d.id = n.document"
    )
    norms = [
        (norm, int(match[1]))
        for norm, place, source in rows.fetchall()
        if Path(source).name in files and (match := re.match(r"Art (\d+)", place)) and int(match[1]) in truth
    ]
    given = right = retrieved = true = 0
    for norm, article in norms:
        found = [int(_NUMBER.findall(row.place)[-1]) for row in recitals_of(register, register.norm(norm).norm)]
        good = sum(number in truth[article] for number in found)
        given += bool(found)
        right += bool(good)
        retrieved += len(found)
        true += good
    count = max(len(norms), 1)
    print(
        f"{name:6}{act['part']:9}{len(norms):6} norms, {given / count:.2f} given any, {right / count:.2f} one that is right;"
        f" precision {true / max(retrieved, 1):.2f} of {retrieved}"
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--register", type=Path, help="a register that has the acts, instead of reading them")
    parser.add_argument("--part", choices=["develop", "aside"])
    chosen = parser.parse_args(arguments)
    acts = tomllib.loads(ARTICLES.read_text("utf-8"))
    acts = {name: act for name, act in acts.items() if chosen.part in (None, act["part"])}
    with TemporaryDirectory() as folder:
        path = chosen.register or Path(folder) / "acts.db"
        if not path.exists():
            # On a busy machine, too, every act is read to its end.
            options = ReadingOptions(limits=Limits(seconds=1_800))
            ingest(
                [chosen.shared / file for act in acts.values() for file in act["files"]], path, options, semantic=False
            )
        with open_register(path, read_only=True) as register:
            for name, act in acts.items():
                measure(register, name, act)


if __name__ == "__main__":
    main()
