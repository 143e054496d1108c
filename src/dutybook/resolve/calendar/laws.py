"""Which law counts a document's periods, and what a deadline's own words ask of it."""

from __future__ import annotations

import re

from dutybook.languages.period_laws import PeriodLaw, period_law, period_laws
from dutybook.records import Genre
from dutybook.resolve.calendar.counting import CountingTerms


def law_for(genre: Genre, jurisdiction: str) -> str | None:
    """The id of the law by which deadlines in such a document count; None where that is not known.

    Acts of the Union count by Regulation 1182/71 (its Art 1) whatever ``jurisdiction`` says; everything else by the law
    of its state (``DE``, or a region of it: ``DE-BY``). The language says nothing: statutes in German are German,
    Austrian, Swiss. :func:`why_no_law` gives the reason where the answer is None.

    >>> law_for(Genre.EU_ACT, ""), law_for(Genre.STATUTE, "DE-BY"), law_for(Genre.STATUTE, "")
    ('reg1182', 'bgb', None)
    """
    state = "EU" if genre is Genre.EU_ACT else jurisdiction.upper().partition("-")[0]
    return next((law.id for law in period_laws().values() if state in law.jurisdictions), None) if state else None


def why_no_law(jurisdiction: str) -> str:
    """Why :func:`law_for` knows no law: which state's text it is is not known, or how that state counts."""
    if not jurisdiction:
        return "which state's law this is, and so how it counts periods, is not known"
    return f"how the law of {jurisdiction} counts periods is not known here"


def terms_in(law: str, words: str) -> CountingTerms:
    """What the words of a deadline ("10 jours ouvrés francs") say of how its days count under ``law``.

    Raises:
        NotFound: there is no such law.
    """
    chosen = period_law(law)
    plain = " ".join(words.split()).casefold()
    clear = chosen.clear is not None and _any(chosen.clear.words, plain)
    return CountingTerms(clear=clear, days=_kind(chosen, plain))


def _kind(law: PeriodLaw, words: str) -> str | None:
    return next((name for name, kind in law.kinds.items() if _any(kind.words, words)), None)


def _any(patterns: tuple[str, ...], words: str) -> bool:
    return any(re.search(pattern, words) for pattern in patterns)
