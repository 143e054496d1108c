"""Facts in words, for the reasons that norms give for the days on which they apply."""

from __future__ import annotations

from collections.abc import Sequence

from dutybook.records import Fact, FactType, Reach

MOST = 8
"""So many places, or facts, are named at most."""


def doubt(fact: Fact) -> str:
    """Why a fact dates nothing: it is about some cases only, or what it is about could not be read."""
    if fact.reach is Reach.SOME:
        return f"not on one day for all cases: {said(fact)}"
    about = f"; it speaks of “{_short(fact.about)}”" if fact.about else ""
    return f"what it is about could not be read as whole provisions: {said(fact)}{about}"


def said(fact: Fact) -> str:
    """A fact in words: what, from when, of what, where it stands."""
    day = fact.due.isoformat() if fact.due else fact.value or "no day"
    of = f" of {_list(fact.scope)}" if fact.scope else ""
    but = f" except {_list(fact.outside)}" if fact.outside else ""
    about = f" ({_short(fact.about)})" if fact.about and fact.reach is not Reach.UNREAD else ""
    return f"{name_of(fact.type)}{of}{but} {day}{about}" + (f", {fact.place}" if fact.place else "")


def _list(places: Sequence[str]) -> str:
    more = f" and {len(places) - MOST} more" if len(places) > MOST else ""
    return ", ".join(places[:MOST]) + more


def name_of(kind: FactType) -> str:
    """A kind of fact as a reader calls it."""
    return kind.value.replace("_", " ")


def _short(words: str) -> str:
    return words if len(words) <= 120 else words[:119].rstrip() + "…"
