"""Finding norms by words, by meaning and by filters, the best first.

Words and meaning come in one ranked list. ``auto`` looks for words, and for the meaning of plain words as well if the register has
vectors and what made them is installed. Words alone answer what is exact: "quotes", begin*, OR, -without, section signs, numbers.
``off`` looks for words alone, ``only`` for meaning alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any

from dutybook.errors import BadFilter
from dutybook.languages.letters import WRITTEN, fold
from dutybook.searching.ranking import AUTO, OFF, Looks, Ranked, count_norms, rank_norms
from dutybook.store import DeadlineRow, Filters, NormRow, Register
from dutybook.store.documents.works import find_works
from dutybook.store.search.facets import FACETS, values_of
from dutybook.store.search.filters import as_date
from dutybook.store.search.results import Counts, Sibling
from dutybook.store.search.terms import forms_of, tag_of
from dutybook.suggestions import did_you_mean

#: Results beyond this are not offered; narrow the search or export instead.
MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One norm that was found. ``rank`` is lower for better matches, 0.0 where no words were asked for.

    ``languages`` are those that the norm is there in, ``others`` its other texts: (language, id) each. ``identity`` ties them.
    ``marks`` are half-open ranges of characters of ``quote`` that the words met. ``page`` counts from 1; None for
    formats without pages. ``found_by``: ``words``, ``meaning`` or ``article`` (which has them as a whole), empty where only filters were given; ``similarity`` is
    how near it is in meaning, up to 1.0, where that is what found it.
    """

    id: str
    place: str
    document: str
    document_title: str
    source: str
    page: int | None
    quote: str
    modality: str
    strength: str
    bearer: str | None
    bearer_class: str
    deadlines: tuple[DeadlineRow, ...]
    language: str
    work: str | None
    work_title: str | None
    confidence: float
    stem: str | None
    role: str | None
    applies_from: date | None
    applies_until: date | None
    applies_earliest: date | None
    depends_on: str | None
    rank: float
    marks: tuple[tuple[int, int], ...]
    identity: str = ""
    languages: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    found_by: tuple[str, ...] = ()
    similarity: float | None = None
    quoted: bool = False
    amended_act: str | None = None
    amended_place: str | None = None
    legal_status: str | None = None

    @property
    def due(self) -> date | None:
        """The earliest computed date of its deadlines, those from stored events included."""
        return min((due for d in self.deadlines if (due := d.first_due)), default=None)


# What a result has of its norm.
_TAKEN = sorted(frozenset(f.name for f in fields(Hit)) & frozenset(f.name for f in fields(NormRow)))
_taken_of = attrgetter(*_TAKEN)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results: ``total`` norms were found, and more where ``more`` is set (the first 15,000 are looked at).

    ``facets`` has for each facet (value, label, number of norms). ``did_you_mean``: where no norm holds the words and some of them are in
    none, the words with the nearest ones that are. ``without_meaning``: why meaning was not searched although it was meant to be, a
    key of `WITHOUT_MEANING`; both are empty otherwise. ``loosened``: no norm holds all words, so these are
    norms that hold all but one.
    """

    hits: list[Hit]
    total: int
    more: bool
    facets: dict[str, Counts]
    did_you_mean: str = ""
    without_meaning: str = ""
    loosened: bool = False


def search(
    register: Register,
    filters: Filters | str = "",
    *,
    limit: int = 50,
    offset: int = 0,
    reader: str | None = None,
    semantic: str = AUTO,
) -> list[Hit]:
    """Norms that hold all the words and pass all the filters, and such as mean the same in other words or languages.

    Words: all must occur, in any form of theirs; ``"these exact words"``, ``begin*``, ``one OR other``, ``-without``,
    ``(parentheses)``, ``bearer:``, ``place:``, ``title:``, ``work:``; a citation (``Art 26(5) AI Act``) or the name of an act finds its
    norms, then those that cite it. Case, accents and ``ß`` do not matter, and nothing typed is an error. With words the best match comes
    first, without them the order is document title, then place in the document.

    Args:
        register: where to search.
        filters: words and all that narrows down; words alone may be given as they are.
        limit: so many at most, up to `MAX_LIMIT`.
        offset: so many of the first are left out.
        reader: the language in which a norm of several languages is given where it has it.
        semantic: whether meaning counts (``auto``, ``off`` or ``only``, see above).

    Raises:
        BadFilter: a value that cannot be meant, or a work or document that the register does not have.
        MissingExtra, NotFound: ``semantic`` is ``only``, and the register cannot be searched by meaning.
    """
    given = Filters(filters) if isinstance(filters, str) else filters
    return page(register, given, limit=limit, offset=offset, reader=reader, semantic=semantic).hits


def page(
    register: Register,
    filters: Filters,
    *,
    limit: int = 50,
    offset: int = 0,
    reader: str | None = None,
    facets: Iterable[str] = (),
    semantic: str = AUTO,
    order: str = "",
) -> Page:
    """A page of results with how many there are, and the counts of ``facets``.

    An ``order`` (`dutybook.store.search.ordering.ORDERS`, "-" before its name reverses it) replaces the best first. It sorts only
    norms that hold the words, and the first 15,000 where there are more.

    A norm that is there in several languages is one result: in the language of ``reader`` where it has it, else in that of
    its best match.

    Raises:
        BadFilter: as for :func:`search`; a facet or an order that there is not.
        MissingExtra, NotFound: as for :func:`search`.
    """
    if not 0 <= limit <= MAX_LIMIT or offset < 0:
        raise BadFilter(f"a limit is a number from 0 to {MAX_LIMIT}, an offset is not negative")
    names = tuple(facets)
    if unknown := [name for name in names if name not in FACETS]:
        raise BadFilter(
            f"there is no facet {unknown[0]!r}. There are: {', '.join(FACETS)}.{did_you_mean(unknown[0], FACETS)}"
        )
    register.check_filters(filters)
    # Norms found by meaning have no other order than that.
    looks = Looks(register, names, order)
    found = rank_norms(register, filters, limit, offset, OFF if order else semantic, looks)
    siblings = register.siblings([one.identity for one in found.norms], filters)
    hits_read = [(_read(one.norm, siblings[one.identity], reader, filters), one) for one in found.norms]
    norms = {norm.id: norm for norm in register.norms_by_id([norm for norm, _ in hits_read])}
    marker = _Marker(filters.query.needles)
    hits = [_hit(norms[norm], one, siblings[one.identity], marker) for norm, one in hits_read if norm in norms]
    meant = ""
    if filters.words.strip() and not found.word_matches:
        meant = register.words_meant(filters.words, looks.missing_words(filters.words))
    return Page(hits, found.total, found.more, found.facets, meant, found.without_meaning, found.loosened)


def _hit(norm: NormRow, one: Ranked, siblings: Sequence[Sibling], marker: _Marker) -> Hit:
    """A result as it is shown, by one of its texts."""
    taken: dict[str, Any] = dict(zip(_TAKEN, _taken_of(norm), strict=True))
    return Hit(
        **taken,
        rank=one.rank,
        marks=tuple(marker.places(norm.quote, norm.language)),
        identity=one.identity,
        languages=tuple(dict.fromkeys(s.language for s in siblings)) or (norm.language,),
        others=tuple((s.language, s.norm) for s in siblings if s.norm != norm.id),
        found_by=one.found_by,
        similarity=one.similarity,
    )


class _Marker:
    """Finds the words to mark in results. Each word is judged once, since the results of a search share most of theirs."""

    def __init__(self, needles: Sequence[str]) -> None:
        self._whole = frozenset(needle for needle in needles if not needle.endswith("*"))
        self._prefixes = tuple(needle[:-1] for needle in needles if needle.endswith("*"))
        self._known: dict[str, dict[str, bool]] = {}

    def places(self, quote: str, language: str) -> Iterator[tuple[int, int]]:
        """Half-open ranges of characters of a quote that the words met."""
        if not (self._whole or self._prefixes):
            return
        known = self._known.setdefault(tag_of(language), {})
        for match in WRITTEN.finditer(quote):
            written = match[0]
            marked = known.get(written)
            if marked is None:
                marked = known[written] = self._is_marked(written, language)
            if marked:
                yield match.span()

    def _is_marked(self, written: str, language: str) -> bool:
        word = fold(written)
        return (
            word in self._whole
            or word.startswith(self._prefixes)
            or not self._whole.isdisjoint(forms_of(written, language))
        )


def facets(register: Register, filters: Filters, names: Iterable[str] = tuple(FACETS)) -> dict[str, Counts]:
    """For each facet its values with label and number of norms: of the first 15,000 hits where there are more.

    Several values of one filter are alternatives; the counts of a facet leave its own filter out.

    Raises:
        BadFilter: as for :func:`page`.
    """
    return page(register, filters, limit=0, facets=names).facets


def count(register: Register, filters: Filters, semantic: str = AUTO) -> int:
    """How many norms :func:`search` would give without a limit: those that hold the words exactly, beside those that meaning adds.

    Raises:
        BadFilter, MissingExtra, NotFound: as for :func:`search`.
    """
    register.check_filters(filters)
    return count_norms(register, filters, semantic)


def without_text(register: Register, filters: Filters) -> list[tuple[str, str, str]]:
    """Acts that a search as of a day is about and of which no text stood then: id, name, and the day from which on there is one."""
    day = as_date(filters.as_of, "as_of")
    if day is None:
        return []
    works = values_of(filters.work)
    meant = find_works(register, works)
    every = not works and filters.document is None
    return [row for row in register.without_text(day) if every or row[0] in meant]


def _read(norm: str, siblings: Sequence[Sibling], reader: str | None, filters: Filters) -> str:
    """The text of a norm to show: the reader's, unless other languages are asked for."""
    languages = [language.lower() for language in values_of(filters.language)]
    if reader and (not languages or reader.lower() in languages):
        own = [s.norm for s in siblings if s.language == reader.lower()]
        if own and norm not in own:
            return own[0]
    return norm
