"""Finding norms by words and filters, the best first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dutybook.errors import BadFilter
from dutybook.searching.hits import Hit, to_hit
from dutybook.searching.hybrid import AUTO, ONLY, by_meaning, ranked
from dutybook.store import Filters, Register

#: Results beyond this are not offered; narrow the search or export instead.
MAX_LIMIT = 10_000


def search(
    register: Register,
    words: str = "",
    *,
    bearer: str | None = None,
    modality: str | None = None,
    language: str | None = None,
    work: str | None = None,
    document: str | None = None,
    place: str | None = None,
    deadline_before: date | str | None = None,
    deadline_after: date | str | None = None,
    bearer_class: str | None = None,
    strength: str | None = None,
    role: str | None = None,
    applies_on: date | str | None = None,
    limit: int = 50,
    offset: int = 0,
    semantic: str = AUTO,
) -> list[Hit]:
    """Norms that hold all the words and pass all the filters, and such as mean the same in other words or languages.

    ``words``: all must occur; ``"words in a row"``, ``begin*``, ``one OR other``, ``-without``; case, accents and
    ``ß`` do not matter, and nothing typed is an error. With words the best match comes first, without them the order is
    document title, then place in the document. The filters are described at :class:`dutybook.store.Filters`; dates
    include the day given. ``semantic`` is described at :mod:`dutybook.searching.hybrid`.

    Raises:
        BadFilter: a value that cannot be meant, or a work or document that the register does not have.
    """
    filters = Filters(
        words=words,
        bearer=bearer,
        modality=modality,
        language=language,
        work=work,
        document=document,
        place=place,
        deadline_before=deadline_before,
        deadline_after=deadline_after,
        bearer_class=bearer_class,
        strength=strength,
        role=role,
        applies_on=applies_on,
    )
    return find(register, filters, limit=limit, offset=offset, semantic=semantic)


def find(register: Register, filters: Filters, *, limit: int = 50, offset: int = 0, semantic: str = AUTO) -> list[Hit]:
    """The same with the filters made already.

    Raises:
        BadFilter: as for :func:`search`.
        MissingExtra, NotFound: ``semantic`` is ``only``, and the register cannot be searched by meaning.
    """
    if not 0 <= limit <= MAX_LIMIT or offset < 0:
        raise BadFilter(f"a limit is a number from 0 to {MAX_LIMIT}, an offset is not negative")
    register.check_filters(filters)
    found = ranked(register, filters, limit, offset, semantic)
    norms = {norm.id: norm for norm in register.norms_by_id([one.norm for one in found])}
    needles = filters.query.needles
    return [
        replace(to_hit(norms[one.norm], one.rank, needles), found_by=one.found_by, similarity=one.similarity)
        for one in found
        if one.norm in norms
    ]


def count(register: Register, filters: Filters, semantic: str = AUTO) -> int:
    """How many norms :func:`find` would give without a limit.

    Raises:
        BadFilter, MissingExtra, NotFound: as for :func:`find`.
    """
    register.check_filters(filters)
    words = 0 if semantic == ONLY else register.count(filters)
    return words + len(by_meaning(register, filters, semantic))
