#!/usr/bin/env python3
"""Scores the acts that news names against the field ``acts`` of the annotated documents.

    python benchmarks/named_acts.py SHARED [--errors] [--keep FOLDER] [--without-unread] [--pages FILE…]
    python benchmarks/named_acts.py --sentences [--errors] [--languages]

SHARED has ``gold/real``. An act of a document counts once, however often it is named. One that the program names is *right* where
one of its mentions stands where an annotated act is named, *linked* where it also has a number, and *wrong number* where its number
is another one than the annotated. Mentions outside of the annotated regions do not count. *Recall of links* is over the annotated acts
of the Union that have a number.

Fold 4 was never looked at: ``--errors`` lists none of it, and ``--without-unread`` leaves it out. ``--keep`` keeps what was read of each
document (layout and structure). ``--pages`` lists what is named in other files instead, one act a line, to be judged by hand.

``--sentences`` scores ``acts_in_news*.txt`` beside this script instead: each sentence is a document of its own. By the hash of the
sentence half of the first file is *open*; of the other half, *aside*, only the totals are printed and never the errors. The *second*
file was read after it had been scored once, the *third* never.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from act_dates import read_document
from facts_real import load_scorer, regions
from real import UNREAD_FOLD, fold_of

from dutybook.document_view import DocumentView
from dutybook.extract.citations import find_citations
from dutybook.extract.named_acts import find_named_acts
from dutybook.languages.eu_acts import is_celex
from dutybook.records import Family, Sentence, Span, Zone
from dutybook.structure.build import pack_for

SENTENCES = {group: Path(__file__).with_name(f"acts_in_news{group}.txt") for group in ("", "_second", "_third")}
_MARKED = re.compile(r"<act(?: (\w+))?>(.*?)</act>")


@dataclass(frozen=True, slots=True)
class Named:
    """An act that was found in a document: its work where it is known, else a key for its name, and where it is named."""

    key: str
    work: str | None
    spans: tuple[tuple[int, int], ...]


@dataclass
class Score:
    """Counts over the acts of a group of documents."""

    named: int = 0
    right: int = 0
    wrong_number: int = 0
    known: int = 0
    found: int = 0
    numbered: int = 0
    linked: int = 0
    errors: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        precision = self.right / self.named if self.named else 1.0
        recall = self.found / self.known if self.known else 1.0
        links = self.linked / self.numbered if self.numbered else 1.0
        return (
            f"{name:28} {self.named:4} named  precision {precision:.2f}  {self.known:4} annotated  recall {recall:.2f}"
            f"  {self.numbered:3} with a number of the Union  recall of links {links:.2f}  wrong number {self.wrong_number}"
        )


def view_of(source: Path, keep: Path | None) -> DocumentView:
    known = read_document(source, keep)
    return DocumentView.of(known.document, known.structure, pack_for)


def named_in(view: DocumentView) -> list[Named]:
    """The acts that a document names, by number or by name."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    works: dict[str, str | None] = {}
    known = view.with_known_languages()
    citations = find_citations(known)
    for citation in citations:
        if citation.work not in (None, view.work):
            found[citation.work].append((citation.span.start, citation.span.end))
            works[citation.work] = citation.work
    for named in find_named_acts(known, citations):
        found[named.act].append((named.span.start, named.span.end))
        works[named.act] = None
    return [Named(key, works[key], tuple(spans)) for key, spans in found.items()]


class Squeezed:
    """A text as the gold's scorer compares it, with where its characters stand in the text."""

    def __init__(self, scorer: ModuleType, text: str) -> None:
        self._scorer = scorer
        self.starts = [0]
        pieces = []
        for character in text:
            piece = scorer.squeeze(character)
            pieces.append(piece)
            self.starts.append(self.starts[-1] + len(piece))
        self.text = "".join(pieces)

    def place(self, span: tuple[int, int]) -> tuple[int, int]:
        return self.starts[span[0]], self.starts[span[1]]

    def places(self, quote: str) -> list[tuple[int, int]]:
        """Where a quote stands, or the names that it has outside and inside of brackets."""
        parts = [part.strip(" -") for part in quote.replace(")", "(").split("(")]
        return [place for words in {quote, *parts} if len(words) > 2 for place in self._scorer.locate(self.text, words)]


def score(scorer: ModuleType, gold: dict[str, Any], view: DocumentView, into: Iterable[Score]) -> None:
    text = Squeezed(scorer, view.text)
    # Where the first or last words of a region are not in the text as it was read, it begins or ends with the text.
    within = [
        (max(start, 0), end if end > max(start, 0) else len(text.text))
        for start, end in regions(scorer, gold, text.text)
    ]
    truth = [(act, text.places(act["quote"])) for act in gold["acts"]]
    named = []
    for act in named_in(view):
        spans = [text.place(span) for span in act.spans]
        inside = [(a, b) for a, b in spans if any(first <= (a + b) / 2 <= last for first, last in within)]
        if inside:
            named.append((act, inside))
    met: dict[int, set[str | None]] = defaultdict(set)
    errors, right, wrong = [], 0, 0
    for act, spans in named:
        of = {n for n, (_, places) in enumerate(truth) for p in places for s in spans if s[0] < p[1] and p[0] < s[1]}
        right += bool(of)
        for n in of:
            met[n].add(act.work)
        if not of:
            first = act.spans[0]
            words = " ".join(view.text[max(0, first[0] - 60) : first[1] + 60].split())
            errors.append(f"  not annotated: {act.key}: … {words} …")
    for n, (act, _) in enumerate(truth):
        number = act["number"] or ""
        if n not in met:
            errors.append(f"  missed: {act['quote']} ({number or 'no number'})")
        elif is_celex(number) and number.startswith("3") and number not in met[n]:
            errors.append(f"  not linked: {act['quote']}: {number}, found {sorted(map(str, met[n]))}")
            wrong += any(work is not None for work in met[n])
    numbers = [(n, act["number"]) for n, (act, _) in enumerate(truth) if (act["number"] or "").startswith("3")]
    for total in into:
        total.named += len(named)
        total.right += right
        total.wrong_number += wrong
        total.known += len(truth)
        total.found += len(met)
        total.numbered += len(numbers)
        total.linked += sum(number in met.get(n, ()) for n, number in numbers)
        if errors:
            total.errors += [f"{gold['doc']} ({view.family}, {len(named)} named)", *errors]


def gold_documents(shared: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    folder = shared / "gold" / "real"
    for file in sorted(folder.glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        if "acts" in gold:
            original = shared / "docs" / "real" / gold["file"]
            yield gold, original if original.exists() else file.with_suffix(".txt")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with the acts that it names, each as its place and its number of the Union."""

    language: str
    text: str
    acts: tuple[tuple[int, int, str], ...]


def group_of(text: str, group: str) -> str:
    """The group of a sentence of a file; the first file has two halves."""
    half = "aside" if sha256(text.encode()).digest()[0] % 2 else "open"
    return group.removeprefix("_") or half


def marked_sentences(path: Path) -> Iterator[Marked]:
    """The sentences of a file, of which each line has a language, a tab and a sentence with its acts marked."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            language, written = line.split("\t")
            text, at, acts = "", 0, []
            for tag in _MARKED.finditer(written):
                text += written[at : tag.start()]
                acts.append((len(text), len(text) + len(tag[2]), tag[1] or ""))
                text, at = text + tag[2], tag.end()
            yield Marked(language, text + written[at:], tuple(acts))


def score_sentence(sentence: Marked, into: Iterable[Score]) -> None:
    whole = Sentence(Span(0, len(sentence.text)), "p", Zone.ENACTING, sentence.language)
    view = DocumentView(sentence.text, [whole], language=sentence.language, family=Family.NEWS)
    named = named_in(view)
    errors, right, wrong = [], 0, 0
    met: dict[int, set[str | None]] = defaultdict(set)
    for act in named:
        of = {n for n, (a, b, _) in enumerate(sentence.acts) for s in act.spans if s[0] < b and a < s[1]}
        right += bool(of)
        for n in of:
            met[n].add(act.work)
        if not of:
            errors.append(f"  not marked: {sentence.text[slice(*act.spans[0])]}")
    for n, (start, end, number) in enumerate(sentence.acts):
        if n not in met:
            errors.append(f"  missed: {sentence.text[start:end]}")
        elif number and number not in met[n]:
            errors.append(f"  not linked: {sentence.text[start:end]}: {number}, found {sorted(map(str, met[n]))}")
            wrong += any(work is not None for work in met[n])
    numbers = [(n, number) for n, (_, _, number) in enumerate(sentence.acts) if number]
    for total in into:
        total.named += len(named)
        total.right += right
        total.wrong_number += wrong
        total.known += len(sentence.acts)
        total.found += len(met)
        total.numbered += len(numbers)
        total.linked += sum(number in met.get(n, ()) for n, number in numbers)
        if errors:
            total.errors += [f"{sentence.language}: {sentence.text}", *errors]


def score_sentences(with_errors: bool, by_language: bool) -> None:
    groups: dict[str, Score] = defaultdict(Score)
    for file, path in SENTENCES.items():
        for sentence in marked_sentences(path):
            group = group_of(sentence.text, file)
            by = [f"open, {sentence.language}"] if by_language and group == "open" else []
            score_sentence(sentence, [groups[name] for name in (group, *by)])
    for name in sorted(groups):
        print(groups[name].line(name))
    if with_errors:
        print("\n".join([*groups["open"].errors, *groups["second"].errors]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--sentences", action="store_true")
    parser.add_argument("--languages", action="store_true")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--without-unread", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--pages", type=Path, nargs="*", default=())
    options = parser.parse_args()
    if options.sentences:
        score_sentences(options.errors, options.languages)
        return 0
    if options.pages:
        for page in options.pages:
            view = view_of(page, options.keep)
            for act in named_in(view):
                start, end = act.spans[0]
                around = " ".join(view.text[max(0, start - 50) : end + 50].split())
                print(f"{page.name}  {act.key}  …{around}…")
        return 0
    if options.shared is None:
        parser.error("name SHARED, or --sentences")
    scorer = load_scorer(options.shared / "gold" / "score.py")
    groups: dict[str, Score] = defaultdict(Score)
    seen = Score()
    for gold, source in gold_documents(options.shared):
        fold = fold_of(gold["doc"])
        if options.without_unread and fold == UNREAD_FOLD:
            continue
        view = view_of(source, options.keep)
        part = f"fold {fold}" if fold == UNREAD_FOLD else "folds 0 to 3"
        into = [groups[part], groups[f"{part}, read as {view.family}"]]
        score(scorer, gold, view, [*into, seen] if fold != UNREAD_FOLD else into)
    for name in sorted(groups):
        print(groups[name].line(name))
    if options.errors:
        print("\n".join(seen.errors))
    return 0


if __name__ == "__main__":
    sys.exit(main())
