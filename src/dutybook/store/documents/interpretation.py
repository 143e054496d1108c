"""What helps to read a norm: recitals of its act that speak of the same, and guidance that cites its place.

Recitals name no articles, so they are told by their words: the cosine of the words of a recital with those of the article and of the norm,
each word the heavier the fewer recitals have it. ``benchmarks/recitals.py`` measures how often that is right.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dutybook.languages.letters import WRITTEN, fold
from dutybook.records import Family, ProvisionKind
from dutybook.records.provisions import lies_in
from dutybook.store.search.terms import forms_of
from dutybook.store.sql import compose

if TYPE_CHECKING:
    from dutybook.store.register import Register
    from dutybook.store.rows import NormRow

#: So many recitals, and so many passages of guidance, are given at most.
MOST = 3
#: A recital less like the norm and its article than this says too little of it. Four in five that are given are right
#: (``benchmarks/recitals.py``).
LEAST_LIKE = 0.25
#: A heading says what an article is about in few words.
_HEADING_TIMES = 2
_SHORTEST_WORD = 3
#: Characters of guidance before and after the words that cite a norm.
_BEFORE, _AFTER = 160, 240


@dataclass(frozen=True, slots=True)
class RecitalRow:
    """A recital that speaks of what a norm says. ``likeness``: the cosine of their words, up to 1.0."""

    document: str
    place: str
    quote: str
    likeness: float


@dataclass(frozen=True, slots=True)
class GuidanceRow:
    """Words of a guidance that cite the place of a norm, or one around or within it. ``norm``: the id of the norm that they are, if any."""

    document: str
    title: str
    language: str
    place: str
    cited: str
    quote: str
    page: int | None
    norm: str | None


# Its own recitals, else those of another text of the act in its language: consolidated versions often have none.
_WITH_RECITALS = """SELECT d.id, d.digest FROM documents d WHERE (d.id = ?1 OR d.work = ?2) AND d.language = ?3
    AND EXISTS (SELECT 1 FROM provisions p WHERE p.document = d.id AND p.kind = ?4) ORDER BY d.id <> ?1, d.id LIMIT 1"""
_RECITALS = "SELECT place, span_start, span_end FROM provisions WHERE document = ? AND kind = ? ORDER BY position"
_ARTICLE = """WITH RECURSIVE up(id, parent, kind, heading, first, last, depth) AS (
        SELECT p.id, p.parent, p.kind, p.heading, p.span_start, p.span_end, 0 FROM norms n
        JOIN provisions p ON p.document = n.document AND p.id = n.provision WHERE n.id = ?1
        UNION ALL SELECT p.id, p.parent, p.kind, p.heading, p.span_start, p.span_end, up.depth + 1 FROM up
        JOIN provisions p ON p.document = ?2 AND p.id = up.parent WHERE up.kind <> ?3 AND up.depth < 32)
    SELECT up.heading, substr(t.text, up.first + 1, up.last - up.first) FROM up JOIN texts t ON t.document = ?2 WHERE up.kind = ?3"""
# The smallest passage around the citation says where it stands.
_GUIDANCE = compose(
    """SELECT c.document, d.title, d.language, coalesce((SELECT v.place FROM provisions v WHERE v.document = c.document
        AND v.span_start <= c.span_start AND v.span_end >= c.span_end AND v.place <> ''
        ORDER BY v.span_end - v.span_start, v.position LIMIT 1), ''),
        c.as_written, c.span_start, c.span_end, c.page, c.norm, c.place
    FROM citations c JOIN documents d ON d.id = c.document
    WHERE c.work = ? AND c.place >= ? AND c.place < ? AND d.family = ?
    ORDER BY coalesce(d.published, d.version_date, '') DESC, c.document, c.position"""
)
_STRETCH = "SELECT substr(text, ?2, ?3) FROM texts WHERE document = ?1"
_LAST = "\U0010ffff"


def recitals_of(register: Register, norm: NormRow) -> list[RecitalRow]:
    """Recitals that speak of what a norm says, the most like it first; none where its act has none."""
    found = register._select(_WITH_RECITALS, norm.document, norm.work, norm.language, ProvisionKind.RECITAL)
    if not found:
        return []
    document, digest = found[0]
    recitals = _load(register, document, digest, norm.language)
    article = register._select(_ARTICLE, norm.id, norm.document, ProvisionKind.ARTICLE)
    heading, text = article[0] if article else ("", "")
    heading = f"{heading} " * _HEADING_TIMES
    asked = [f"{heading}{norm.stem or ''} {norm.quote}", *([f"{heading}{text}"] if text else [])]
    return [RecitalRow(document, place, quote, round(like, 3)) for place, quote, like in recitals.most_like(asked)]


def guidance_on(register: Register, norm: NormRow) -> list[GuidanceRow]:
    """Passages of guidance that cite the place of a norm, one around it or one within it, of the newest guidance first."""
    article = norm.place.partition("(")[0].strip()
    if not norm.work or not article:
        return []
    made = []
    for row in register._select(_GUIDANCE, norm.work, article, article + _LAST, Family.GUIDANCE):
        document, title, language, place, cited, start, end, page, of, where = row
        if not (lies_in(norm.place, where) or lies_in(where, norm.place)):
            continue
        quote = _around(register, document, start, end)
        made.append(GuidanceRow(document, title, language, place, cited, quote, page, of))
        if len(made) == MOST:
            break
    return made


def _around(register: Register, document: str, start: int, end: int) -> str:
    """The words around a citation, from a whole word to a whole word."""
    first = max(start - _BEFORE, 0)
    rows = register._select(_STRETCH, document, first + 1, end + _AFTER - first)
    text = str(rows[0][0]) if rows else ""
    before, words, after = text[: start - first], text[start - first : end - first], text[end - first :]
    if first:
        before = "… " + before.partition(" ")[2]
    if len(after) == _AFTER:
        after = after.rpartition(" ")[0] + " …"
    return " ".join((before + words + after).split())


_Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Recitals:
    """The recitals of a document with their vectors of words; ``rarity`` weighs a word."""

    rows: tuple[tuple[str, str], ...]
    vectors: tuple[_Vector, ...]
    rarity: Mapping[str, float]
    language: str

    def most_like(self, texts: Sequence[str]) -> list[tuple[str, str, float]]:
        """Place, words and mean cosine of the recitals that are most like some texts."""
        asked = [_vector(Counter(_words(text, self.language)), self.rarity) for text in texts]
        likeness = [sum(_cosine(one, vector) for one in asked) / len(asked) for vector in self.vectors]
        best = sorted(range(len(likeness)), key=lambda at: (-likeness[at], at))[:MOST]
        return [(*self.rows[at], likeness[at]) for at in best if likeness[at] >= LEAST_LIKE]


#: Recitals of documents that were asked for last, by the digest of all that was read of the document.
_kept: OrderedDict[str, _Recitals] = OrderedDict()
_MOST_KEPT = 16


def _load(register: Register, document: str, digest: str, language: str) -> _Recitals:
    kept = _kept.get(digest)
    if kept is None:
        text = register._select_value("SELECT text FROM texts WHERE document = ?", document)
        places = register._select(_RECITALS, document, ProvisionKind.RECITAL)
        kept = _weigh(language, tuple((place, " ".join(text[start:end].split())) for place, start, end in places))
        _kept[digest] = kept
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return kept


def _weigh(language: str, rows: tuple[tuple[str, str], ...]) -> _Recitals:
    counts = [Counter(_words(quote, language)) for _, quote in rows]
    holding = Counter(word for each in counts for word in each)
    rarity = {word: math.log((len(rows) + 1) / (number + 0.5)) for word, number in holding.items()}
    return _Recitals(rows, tuple(_vector(each, rarity) for each in counts), rarity, language)


def _words(text: str, language: str) -> Iterator[str]:
    """The words of a text, each by the key of its forms."""
    for word in WRITTEN.findall(text):
        if len(word) >= _SHORTEST_WORD:
            forms = forms_of(word, language)
            yield forms[0] if forms else fold(word)


def _vector(counts: Mapping[str, int], rarity: Mapping[str, float]) -> _Vector:
    """A vector of length 1 over the words that recitals have."""
    weights = {word: (1 + math.log(number)) * rarity[word] for word, number in counts.items() if word in rarity}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / length for word, weight in weights.items()}


def _cosine(one: _Vector, other: _Vector) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())
