"""What the words of the index cost: time a norm, bytes of the terms and of the database, with and without other forms.

``python benchmarks/terms.py [--norms 4000]`` writes norms of the search set's length, put together from its sentences in 24 languages, into
two registers: one with terms as they are made, one with folded words alone, each through ``Register.write``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "tests" / "search"))

from relevance_set import norms  # noqa: E402

from builders import N, make_analysis  # noqa: E402
from dutybook.store import flatten, open_register  # noqa: E402
from dutybook.store.documents.columns import COLUMNS  # noqa: E402
from dutybook.store.search.terms import terms_of  # noqa: E402

A_DOCUMENT = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--norms", type=int, default=4000)
    wanted: int = parser.parse_args().norms
    chance = Random(1)
    sentences = {
        language: [n.text for n in norms() if n.language == language] for language in {n.language for n in norms()}
    }
    flats = []
    for number in range(max(1, wanted // A_DOCUMENT)):
        language = sorted(sentences)[number % len(sentences)]
        rows = [N(" ".join(chance.choices(sentences[language], k=3)), place=f"Art {at}") for at in range(A_DOCUMENT)]
        flats.append(flatten(make_analysis(rows, language=language, work=None, source=str(number), salt=str(number))))
    quotes = [(row[7], row[13]) for flat in flats for row in flat.tables["norms"]]
    words = sum(len(quote.split()) for quote, _ in quotes) / len(quotes)
    at = COLUMNS["norms"].index("terms")
    times = {}
    for name in ("folded", "forms"):
        began = time.process_time()
        made = [terms_of(quote, None, language=language if name == "forms" else "") for quote, language in quotes]
        times[name] = (time.process_time() - began) / len(quotes)
        terms = iter(made)
        for flat in flats:
            flat.tables["norms"] = [(*row[:at], next(terms), *row[at + 1 :]) for row in flat.tables["norms"]]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "register.db"
            with open_register(file) as register:
                began = time.process_time()
                for flat in flats:
                    register.write(flat)
                spent = (time.process_time() - began) / len(quotes)
                index = register._connection.execute("SELECT sum(length(block)) FROM norms_fts_data").fetchone()[0]
                register._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            print(
                f"{name:8} {len(quotes)} norms of {words:.0f} words: terms {times[name] * 1e6:.0f} µs a norm,"
                f" write {spent * 1e6:.0f} µs, both {1 / (times[name] + spent):.0f} norms/s;"
                f" terms {sum(map(len, made)) / len(made):.0f} characters, index {index / len(quotes):.0f} bytes,"
                f" database {file.stat().st_size / len(quotes):.0f} bytes a norm"
            )


if __name__ == "__main__":
    main()
