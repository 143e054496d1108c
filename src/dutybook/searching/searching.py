"""Finding norms by words and filters, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dutybook.errors import BadFilter
from dutybook.searching.hits import Hit, to_hit
from dutybook.searching.hybrid import AUTO, ONLY, Ranked, by_meaning, ranked
from dutybook.store import Filters, Register
from dutybook.store.documents.works import find_works
from dutybook.store.rows import NormRow
from dutybook.store.search.facets import FACETS, values_of
from dutybook.store.search.filters import as_date
from dutybook.store.search.results import Counts, Sibling

#: Results beyond this are not offered; narrow the search or export instead.
MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results: ``total`` norms were found, and more where ``more`` is set (the first 15,000 are looked at).

    ``facets`` has for each facet (value, label, number of norms).
    """

    hits: list[Hit]
    total: int
    more: bool
    facets: dict[str, Counts]


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
        limit: so many at most, up to :data:`MAX_LIMIT`.
        offset: so many of the first are left out.
        reader: the language in which a norm of several languages is given where it has it.
        semantic: whether meaning counts (:mod:`dutybook.searching.hybrid`).

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
) -> Page:
    """A page of results with how many there are, and the counts of ``facets``.

    A norm that is there in several languages is one result: in the language of ``reader`` where it has it, else in that of
    its best match.

    Raises:
        BadFilter: as for :func:`search`; a facet that there is not.
        MissingExtra, NotFound: as for :func:`search`.
    """
    if not 0 <= limit <= MAX_LIMIT or offset < 0:
        raise BadFilter(f"a limit is a number from 0 to {MAX_LIMIT}, an offset is not negative")
    names = tuple(facets)
    if unknown := [name for name in names if name not in FACETS]:
        raise BadFilter(f"there is no facet {unknown[0]!r}. There are: {', '.join(FACETS)}.")
    register.check_filters(filters)
    found = ranked(register, filters, limit, offset, names, semantic)
    siblings = register.siblings([one.identity for one in found.norms], filters)
    shown = [(_read(one.norm, siblings[one.identity], reader, filters), one) for one in found.norms]
    norms = {norm.id: norm for norm in register.norms_by_id([norm for norm, _ in shown])}
    needles = filters.query.needles
    hits = [_hit(norms[norm], one, siblings[one.identity], needles) for norm, one in shown if norm in norms]
    return Page(hits, found.total, found.more, found.facets)


def _hit(norm: NormRow, one: Ranked, siblings: Sequence[Sibling], needles: tuple[str, ...]) -> Hit:
    """A result as it is shown, by one of its texts."""
    return replace(
        to_hit(norm, one.rank, needles),
        identity=one.identity,
        languages=tuple(dict.fromkeys(s.language for s in siblings)) or (norm.language,),
        others=tuple((s.language, s.norm) for s in siblings if s.norm != norm.id),
        found_by=one.found_by,
        similarity=one.similarity,
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
    words = 0 if semantic == ONLY else register.number(filters)
    return words + len(by_meaning(register, filters, semantic))


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
