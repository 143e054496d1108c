#!/usr/bin/env python3
"""Makes the sample documents, their manifest and the reference texts of their gold from ``corpora/sources``.

    python corpora/build_samples.py [--out FOLDER]

The same sources give the same bytes on every machine: dates and identifiers are fixed, nothing is compressed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from making import circular, eurlex, journal, prose, statute  # noqa: E402
from making.source import Source, plain, read  # noqa: E402

Writer = Callable[[Source, Path], int]
# What is made of a source, by its form: its genre, and the writers with the suffix of their file.
FORMS: dict[str, tuple[str, list[tuple[Writer, str]]]] = {
    "official journal": ("eu_act", [(journal.build, "pdf")]),
    "eur-lex": ("eu_act", [(eurlex.build, "html")]),
    "statute": ("statute", [(statute.markdown, "md"), (statute.pdf, "pdf")]),
    "circular": ("guidance", [(circular.build, "pdf")]),
    "news page": ("news", [(prose.page, "html")]),
    "news text": ("news", [(prose.text, "txt")]),
    "essay": ("other", [(prose.text, "txt"), (prose.pdf, "pdf")]),
}
COLUMNS = ("file", "title", "language", "form", "genre", "pages")


def build(out: Path) -> list[Path]:
    """Write ``out/samples`` with its ``MANIFEST.tsv`` and ``out/gold/*.txt``; returns the documents' paths."""
    samples, gold = out / "samples", out / "gold"
    samples.mkdir(parents=True, exist_ok=True)
    gold.mkdir(parents=True, exist_ok=True)
    rows = [COLUMNS]
    made: list[Path] = []
    for path in sorted((HERE / "sources").glob("*.txt")):
        source = read(path)
        genre, writers = FORMS[source.head["form"]]
        for write, suffix in writers:
            target = samples / f"{path.stem}.{suffix}"
            pages = write(source, target)
            form = f"{source.head['form']}, {suffix}" + (", two columns" if "columns" in source.head else "")
            rows.append((target.name, source.title, source.head["language"], form, genre, str(pages or "")))
            made.append(target)
        _write(gold / f"{path.stem}.txt", plain(source))
    _write(samples / "MANIFEST.tsv", "".join("\t".join(row) + "\n" for row in rows))
    return made


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the sample corpus.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder that gets samples/ and gold/ (default: corpora)")
    print(f"{len(build(parser.parse_args().out))} documents")
