"""Measures a text for the question what kind of text it is: the shape of its paragraphs, its numbering, its words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dutybook.languages import LanguagePack
from dutybook.languages.data import load_data
from dutybook.records import Block, BlockRole, Family, Layout, ProvisionKind
from dutybook.structure import headings

#: Buckets of the letter sequences.
BUCKETS = 2**14
#: The beginning, which says most; and as much of a long text as is measured at all.
_HEAD = 2500
_MEASURED = 30_000
_WINDOW = 1200
_SEQUENCES = (2, 3, 4)

_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\w+(?:[.’'-]\w+)*|[^\w\s]")
_DIGIT = re.compile(r"\d")
# "(EU) 2016/679", "(UE) n.º 575/2013" in every language of the Union.
_UNION = re.compile(
    r"\([A-ZÜÚΑ-ΩА-Я]{2,4}\)\s*(?:[^\W\d]{1,3}\.?[:º°]?\w?\s*)?\d{1,4}/\d{1,4}|\d{2,4}/\d{1,4}/[A-ZÜÚΑ-ΩА-Я]{2,4}\b"
)
# "1.", "2.3", "(4)" before the words of a paragraph
_NUMBERED = re.compile(r"\s*(?:\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|§ ?\d{1,3})\s+\S")
_OPENINGS = {
    "section_sign": re.compile(r"\s*(?:\d+[a-z]?\.?\s*)?§"),
    "bracketed_number": re.compile(r"\s*\(\d+[a-z]?\)"),
    "number": re.compile(r"\s*\d+[.)]"),
    "letter": re.compile(r"\s*\(?[a-z]\)"),
    "bullet": re.compile(r"\s*[-–—•·*▪]\s"),
    "word_with_number": re.compile(r"\s*[^\W\d_]+\.?\s+\d+[.\w]*\s*$|\s*\d+\.?\s*[^\W\d_]+\s*$"),
    "quotation": re.compile(r"\s*[„“\"«»”]"),
}
_CLOSINGS = {"semicolon": ";", "colon": ":", "question": "?", "stop": ".", "comma": ","}
_MARKS = {
    "section_signs": "§", "quotes": "„“”«»\"", "exclamations": "!", "questions": "?", "semicolons": ";", "links": ("http", "www."),
    "mails": "@", "money": "€$£%", "blanks": ("____", "....", "□", "☐", "[ ]"), "ellipses": "…", "brackets": "(", "colons": ":",
}  # fmt: skip
# A longer block is no heading; only its beginning may be one.
_LONGEST_HEADING = 300
_RUN_IN = 60
_ROLES = (BlockRole.HEADING, BlockRole.TABLE, BlockRole.FOOTNOTE, BlockRole.CONTENTS)


@dataclass(frozen=True, slots=True)
class GenreFeatures:
    """What the classifier sees of a text.

    ``measures`` by code; ``head`` and ``body`` count the letter sequences of its beginning and of places further on, by bucket.
    """

    measures: Mapping[str, float]
    head: NDArray[np.float32]
    body: NDArray[np.float32]


@cache
def _all_groups() -> dict[str, dict[str, list[str]]]:
    return load_data("genres.toml", dict[str, dict[str, list[str]]])


@cache
def _groups(language: str) -> tuple[tuple[str, frozenset[str], tuple[str, ...], tuple[str, ...]], ...]:
    """The groups of words of a language: name, whole words, beginnings of words, and phrases."""
    made = []
    for name, listed in _all_groups().get(language, {}).items():
        words, stems, phrases = set(), [], []
        for one in listed:
            folded = one.casefold()
            if _WORD.fullmatch(folded):
                words.add(folded)
            elif folded.endswith("*") and _WORD.fullmatch(folded[:-1]):
                stems.append(folded[:-1])
            else:
                phrases.append(folded.rstrip("*"))
        made.append((name, frozenset(words), tuple(stems), tuple(phrases)))
    return tuple(made)


def groups_in(text: str, language: str) -> frozenset[str]:
    """The groups of words (``languages/genres.toml``) of which a short text has one, whatever its capitals and accents.

    >>> sorted(groups_in("ΝΟΜΟΣ ΥΠ’ ΑΡΙΘΜ. 7", "el")), groups_in("Leuchtturm", "de")
    (['statute'], frozenset())
    """
    folded = fold_marks(text)
    words = set(_WORD.findall(folded))
    return frozenset(
        name
        for name, whole, stems, phrases in _plain_groups(language)
        if words & whole
        or any(phrase in folded for phrase in phrases)
        or (stems and any(word.startswith(stems) for word in words))
    )


@cache
def _plain_groups(language: str) -> tuple[tuple[str, frozenset[str], tuple[str, ...], tuple[str, ...]], ...]:
    return tuple(
        (name, frozenset(map(fold_marks, whole)), tuple(map(fold_marks, stems)), tuple(map(fold_marks, phrases)))
        for name, whole, stems, phrases in _groups(language)
    )


def fold_marks(text: str) -> str:
    """A text in small letters without accents, which capitals often lack."""
    plain = unicodedata.normalize("NFD", text.replace("∆", "Δ").casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ς", "σ")


def measure_text(layout: Layout, pack: LanguagePack, language: str, by_rules: Family) -> GenreFeatures:
    """The features of a document's text, without anything that its file states about it.

    Args:
        layout: the document.
        pack: the words of its language.
        language: its code; a language without words of its own has none counted.
        by_rules: the family that plain rules take the text for.
    """
    text = layout.text[:_MEASURED]
    blocks = [b for b in layout.blocks if b.span.start < _MEASURED]
    measures = _shape(text, blocks) | _numbering(text, blocks, pack) | _words(text, pack, language)
    measures["length"] = float(np.log1p(len(layout.text)))
    measures["blocks"] = float(np.log1p(len(layout.blocks)))
    measures[f"rules_{by_rules.value}"] = 1.0
    measures["outline"] = float(bool(layout.outline))
    measures["outline_articles"] = float(any(e.kind is ProvisionKind.ARTICLE for e in layout.outline))
    return GenreFeatures(measures, _sequences(layout.text[:_HEAD]), _sequences(_further(layout.text)))


def _further(text: str) -> str:
    """Windows of a text beyond its beginning, and its end."""
    size = len(text)
    places = (0.2, 0.45, 0.7)
    return " ".join([*(text[int(size * p) : int(size * p) + _WINDOW] for p in places), text[-_WINDOW:]])


def _sequences(text: str) -> NDArray[np.float32]:
    """How often each bucket's sequences of letters stand in a text, on a logarithmic scale; a digit counts as 0."""
    counts: Counter[bytes] = Counter()
    for token, times in Counter(_TOKEN.findall(_DIGIT.sub("0", text.casefold()))).items():
        padded = f" {token} "
        for size in _SEQUENCES:
            for at in range(len(padded) - size + 1):
                counts[padded[at : at + size].encode("utf-8", "surrogatepass")] += times
    found = np.zeros(BUCKETS, np.float32)
    for sequence, times in counts.items():
        found[crc32(sequence) % BUCKETS] += times
    return np.log1p(found)


def _shape(text: str, blocks: Sequence[Block]) -> dict[str, float]:
    """Lengths of the paragraphs, how they begin and end, and how often some characters stand in the text."""
    pieces = [p for b in blocks if (p := text[b.span.start : b.span.end]).strip()] or [" "]
    count = len(pieces)
    sizes = np.array([len(p) for p in pieces], np.float64)
    measures = {
        "mean_size": float(np.log1p(sizes.mean())),
        "median_size": float(np.log1p(np.median(sizes))),
        "short": float((sizes < 60).mean()),
        "long": float((sizes > 400).mean()),
        "first_size": float(np.log1p(sizes[0])),
        "longest": float(np.log1p(sizes.max())),
    }
    for name, pattern in _OPENINGS.items():
        measures[f"opens_{name}"] = sum(pattern.match(p) is not None for p in pieces) / count
    ends = Counter(p.rstrip()[-1:] for p in pieces)
    for name, mark in _CLOSINGS.items():
        measures[f"ends_{name}"] = ends[mark] / count
    for role in _ROLES:
        measures[f"role_{role.value}"] = sum(b.role is role for b in blocks) / max(len(blocks), 1)
    size = max(len(text), 1)
    for name, marks in _MARKS.items():
        measures[f"mark_{name}"] = float(np.log1p(1000 * sum(map(text.count, marks)) / size))
    measures["digits"] = len(_DIGIT.findall(text)) / size
    measures["capitals"] = sum(map(str.isupper, text)) / size
    return measures


def _numbering(text: str, blocks: Sequence[Block], pack: LanguagePack) -> dict[str, float]:
    """How many paragraphs begin as articles, sections and numbered ones do, and whether formulas of the Union stand there."""
    counts = count_openings(text, blocks, pack)
    count = max(len(blocks), 1)
    measures = {"has_enacting": float(counts["enacting"] > 0), "articles_first": min(counts["articles"], 3) / 3}
    measures["signs_first"] = min(counts["signs"], 3) / 3
    for kind in ("articles", "signs", "numbered", "margins", "divisions"):
        measures[f"has_{kind}"] = float(np.log1p(counts[kind]))
        measures[f"share_{kind}"] = counts[kind] / count
    return measures


def count_openings(text: str, blocks: Iterable[Block], pack: LanguagePack) -> Counter[str]:
    """How many blocks begin with the heading of an article (``articles``) or a section (``signs``), of a chapter or such
    (``divisions``), any number (``numbered``), a number from the margin (``margins``), a formula of the Union (``enacting``).
    """
    return Counter(kind for block in blocks for kind in _openings_of(text, block, pack))


def mentions_union(text: str) -> bool:
    """Whether a text cites an act of the Union by its number."""
    return _UNION.search(text) is not None


def _openings_of(text: str, block: Block, pack: LanguagePack) -> Iterator[str]:
    """What a block begins with, as :func:`count_openings` calls it."""
    patterns = headings.patterns(pack)
    start, end = block.span.start, block.span.end
    if patterns.margin.match(text, start) is not None:
        yield "margins"
    if block.role in {BlockRole.FOOTNOTE, BlockRole.CONTENTS}:
        return
    if _NUMBERED.match(text, start, end) is not None:
        yield "numbered"
    piece = text[start:end]
    if end - start > _LONGEST_HEADING:
        found = headings.runs_in(piece[:_RUN_IN], pack)
    else:
        if headings.starts_with(piece, patterns.enacting):
            yield "enacting"
        if patterns.any_division.match(piece):
            yield "divisions"
        found = headings.article(piece, block, pack) or headings.runs_in(piece, pack)
    if found:
        yield "signs" if found.sign else "articles"


def _words(text: str, pack: LanguagePack, language: str) -> dict[str, float]:
    """How often the words that speak for a kind of text stand in its beginning and in all of it."""
    folded = text.casefold()
    words = pack.structure
    own = sum(map(folded.count, words.self_reference))
    union = len(_UNION.findall(text))
    head = folded[:_HEAD]
    measures = {
        "own": float(np.log1p(own)),
        "own_rate": 1000 * own / max(len(text), 1),
        "union": float(np.log1p(union)),
        "union_rate": 1000 * union / max(len(text), 1),
        "own_and_union": min(own, 10) / 10 * (union > 0),
        "national_title": float(any(w in folded[:200] for w in words.national_titles)),
        "statute_words": float(any(w in folded[:800] for w in words.statute_words)),
        "guidance_title": float(folded[:200].startswith(words.guidance_words) if words.guidance_words else 0),
        "guidance_words": float(any(w in folded[:4000] for w in words.guidance_words)),
        "programme": float(np.log1p(sum(map(folded.count, words.programme_phrases)))),
    }
    for part, part_text in (("title", folded[:300]), ("head", head), ("all", folded)):
        counted = Counter(_WORD.findall(part_text))
        total = max(sum(counted.values()), 1)
        for name, whole, stems, phrases in _groups(language):
            found = sum(counted[w] for w in whole) + sum(map(part_text.count, phrases))
            if stems:
                found += sum(n for word, n in counted.items() if word not in whole and word.startswith(stems))
            measures[f"{part}_{name}"] = (
                float(np.log1p(100 * found / total)) if part != "title" else float(min(found, 2))
            )
    return measures
