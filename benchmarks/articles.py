#!/usr/bin/env python3
"""Scores what Dutybook says of news pages: their day of publication, and which of their words are the article.

    python benchmarks/article_forms.py ../shared FORMS
    python benchmarks/articles.py ../shared FORMS [--show N] [--only html|text|pdf|gold]

``article_bodies.json`` says of some pages which lines of their text (those that are not empty, from 0) are the article's body, and which
may be given or not (title, author, day, captions): line numbers only, no text. Words are compared as a multiset.

FORMS has each page as HTML, as pasted text and some of them printed as PDF. A day is right, wrong, or not said. A page
whose text does not state the day of publication can only be silent (``stated``: how many do). Of the last fold of
``gold/real`` only the counts are printed, never a page.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from real import UNREAD_FOLD, fold_of

from dutybook.errors import BadDocument
from dutybook.languages.pack import available, temporal
from dutybook.layout.document_dates import with_publication
from dutybook.layout.formats import read_layout
from dutybook.records import Layout, RawDocument

FORMS = ("html", "txt", "pdf")


def truth(shared: Path) -> dict[str, str]:
    """The day of publication of each page, by its name."""
    lines = (shared / "docs" / "news-general" / "truth.jsonl").read_text("utf-8").splitlines()
    known = {each["file"].removesuffix(".html.gz"): each["published"] for each in map(json.loads, lines)}
    return known | {doc: day for doc, _, day in gold(shared)}


def gold(shared: Path) -> Iterator[tuple[str, Path, str]]:
    """Name, file and day of the annotated documents that have a day of publication."""
    for path in sorted((shared / "gold" / "real").glob("*.json")):
        known = json.loads(path.read_text("utf-8"))
        if known.get("published"):
            yield known["doc"], shared / "docs" / "real" / known["file"], known["published"]


def samples(shared: Path, forms: Path, only: str) -> Iterator[tuple[str, str, Path]]:
    """The form, name and file of all that is measured; ``gold``: the annotated documents in their own form."""
    for form in FORMS:
        if only in ("", form):
            named = sorted(forms.glob(f"*.{form}"))
            yield from ((form, file.stem, file) for file in named if (forms / f"{file.stem}.html").exists())
    if only in ("", "gold"):
        yield from (("gold", doc, file) for doc, file, _ in gold(shared))


def read(file: Path) -> Layout | None:
    """The layout of a file, with its day of publication; None where it cannot be read."""
    try:
        return with_publication(read_layout(RawDocument(str(file), file.read_bytes())))
    except BadDocument:
        return None


def states(text: str, day: str) -> bool:
    """Whether a text states a day in figures, or with its month's name in any language."""
    when = date.fromisoformat(day)
    months = {name for code in available() for name, number in temporal(code).months.items() if number == when.month}
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    y, m, d = when.year, when.month, when.day
    forms = rf"{y}[-./]0?{m}[-./]0?{d}(?!\d)|(?<!\d)(?:0?{d}[-./] ?0?{m}|0?{m}/0?{d})[-./] ?(?:{y}|{y % 100:02})(?!\d)"
    named = rf"(?<!\d)0?{d}(?:\.|º|er|st|nd|rd|th|-?[ае])?,? ?(?:of |de |d'|ta' )?(?:{names})\w{{0,2}}\.?,? ?(?:de |del )?{y}"
    before = rf"(?:{names})\.?,? ?0?{d}(?:st|nd|rd|th)?,? {y}"
    return re.search(f"{forms}|{named}|{before}", " ".join(text.split()), re.IGNORECASE) is not None


BODIES = Path(__file__).with_name("article_bodies.json")


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a page's body, and those that may be given or not; ``forms`` in which the body is the annotated one."""

    words: Counter[str]
    optional: Counter[str]
    forms: Sequence[str] = FORMS


def lines_of(text: str) -> list[str]:
    """The lines of a page's text that are not empty, as the annotation counts them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def annotated(forms: Path) -> dict[str, Body]:
    """The bodies of the annotated pages."""
    made = {}
    for name, parts in json.loads(BODIES.read_text("utf-8")).items():
        lines = lines_of((forms / f"{name}.txt").read_text("utf-8"))
        body, optional = (
            words_of("\n".join(lines[i] for first, last in parts[part] for i in range(first, last + 1)))
            for part in ("body", "optional")
        )
        made[name] = Body(body, optional, parts.get("forms", FORMS))
    return made


def words_of(text: str) -> Counter[str]:
    """The words of a text, as often as they stand there."""
    return Counter(re.findall(r"\w+", text.replace("\u00ad", "").casefold()))


def score_body(found: Counter[str], body: Body) -> tuple[float, float]:
    """Recall and precision of the words that were found."""
    right = (found & body.words).total()
    too_much = (found - body.words - body.optional).total()
    return right / body.words.total(), right / (right + too_much) if right else 0.0


def measure_bodies(forms: Path, only: str, show: int) -> None:
    """Print recall and precision of the annotated bodies for each form."""
    bodies = annotated(forms)
    scores: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for form in FORMS:
        for name, body in bodies.items():
            file = forms / f"{name}.{form}"
            if only in ("", form) and form in body.forms and file.exists():
                layout = read(file)
                scores[form].append((*score_body(words_of(layout.text if layout else ""), body), name))
    for form, pages in scores.items():
        recall, precision = (sum(page[at] for page in pages) / len(pages) for at in (0, 1))
        print(f"{form:5} {len(pages)} bodies: recall {recall:.3f}, precision {precision:.3f}")
        for found, clean, name in sorted(pages, key=lambda page: page[0] + page[1])[:show]:
            print(f"  {name}: {found:.3f} {clean:.3f}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("forms", type=Path)
    parser.add_argument("--only", default="", choices=["html", "txt", "pdf", "gold"])
    parser.add_argument("--show", type=int, default=0, help="how many wrong and silent pages are listed")
    options = parser.parse_args(arguments)
    measure_bodies(options.forms, options.only, options.show)
    known = truth(options.shared)
    hidden = {doc for doc, _, _ in gold(options.shared) if fold_of(doc) == UNREAD_FOLD}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    error_lines: list[str] = []
    for form, name, file in samples(options.shared, options.forms, options.only):
        layout = read(file)
        found = layout.meta.get("published", "")[:10] if layout else ""
        verdict = "right" if found == known[name] else "wrong" if found else "silent"
        text = (options.forms / f"{name}.txt").read_text("utf-8") if form in ("txt", "pdf") else ""
        if form == "gold" and layout is not None and file.suffix != ".html":
            text = "\n".join([layout.text, *(piece.text for piece in layout.furniture)])
        stated = "" if not text else "stated" if states(text, known[name]) else "not stated"
        counts[form][verdict] += 1
        counts[form][stated] += bool(stated)
        counts[form][f"{verdict}, {stated}"] += bool(stated)
        if verdict != "right" and (name not in hidden):
            by = layout.meta.get("published_by", "") if layout else "unread"
            error_lines.append(f"{form} {name}: {verdict} {found} for {known[name]} {stated} {by}")
    for form, made in counts.items():
        pages = made["right"] + made["wrong"] + made["silent"]
        share = made["right"] / (pages - made["silent, not stated"])
        line = f"{form:5} {pages} pages: right {made['right']}, wrong {made['wrong']}, silent {made['silent']}"
        if made["stated"]:
            line += f" (of these the page's text states no day: {made['silent, not stated']})"
        print(f"{line}; right of those that could be: {share:.3f}")
    print("\n".join(error_lines[: options.show]), file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
