#!/usr/bin/env python3
"""Makes the sample documents and the reference texts of their gold from ``corpora/sources``.

    python corpora/build_samples.py [--out FOLDER]

The same sources give the same bytes on every machine: dates and identifiers are fixed, nothing is compressed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from making import circular, eurlex, journal, prose, statute  # noqa: E402
from making.source import plain, read  # noqa: E402

# What is made of a source, by its form: the writers with the suffix of their file.
FORMS = {
    "official journal": [(journal.build, "pdf")],
    "circular": [(circular.build, "pdf")],
    "essay": [(prose.text, "txt"), (prose.pdf, "pdf")],
    "news page": [(prose.page, "html")],
    "news text": [(prose.text, "txt")],
    "eur-lex": [(eurlex.build, "html")],
    "statute": [(statute.markdown, "md"), (statute.pdf, "pdf")],
}


def build(out: Path) -> None:
    """Write ``out/samples`` and ``out/gold/*.txt``."""
    samples, gold = out / "samples", out / "gold"
    samples.mkdir(parents=True, exist_ok=True)
    gold.mkdir(parents=True, exist_ok=True)
    for path in sorted((HERE / "sources").glob("*.txt")):
        source = read(path)
        for make, suffix in FORMS[source.head["form"]]:
            make(source, samples / f"{path.stem}.{suffix}")
        (gold / f"{path.stem}.txt").write_text(plain(source), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the sample corpus.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder that gets samples/ and gold/ (default: corpora)")
    build(parser.parse_args().out)
