"""Finds the deadlines of norms, resolves them to days, and finds who starts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dutybook.document_view import DocumentView
from dutybook.extract.deadlines import TemporalFinding, find_deadlines
from dutybook.extract.deadlines.starters import Starter, find_starter
from dutybook.records import Deadline, Evidence, Genre, Norm, StarterKind, content_id
from dutybook.resolve.deadlines import names_this_act, resolve_deadline
from dutybook.resolve.timeline import ActDates


def find_norm_deadlines(
    view: DocumentView, norms: Iterable[Norm], dates: ActDates, jurisdiction: str
) -> tuple[Deadline, ...]:
    """The deadlines that norms set, in their order.

    Args:
        view: the document.
        norms: of the document.
        dates: when the act enters into force and begins to apply; deadlines may run from there.
        jurisdiction: whose act it is (``DE``), empty where that is not known.
    """
    return tuple(_find(view, norms, dates, jurisdiction))


def _find(view: DocumentView, norms: Iterable[Norm], dates: ActDates, jurisdiction: str) -> Iterator[Deadline]:
    # Only news speaks relative to its own date ("by the end of the month").
    relative_to = view.published if view.genre is Genre.NEWS else None
    for norm in norms:
        for found in find_deadlines(view.text, norm.span, view.pack_for(norm.language), relative_to):
            resolved = resolve_deadline(view, found, dates, jurisdiction=jurisdiction, words=found.span.of(view.text))
            kind, starter = _find_starter(view, found, norm) or (None, None)
            yield Deadline(
                id=content_id(norm.id, found.span.start, found.value),
                norm=norm.id,
                span=found.span,
                kind=found.kind,
                value=found.value,
                direction=found.direction,
                anchor=found.anchor,
                evidence=Evidence(
                    "rules", f"{norm.language}-{found.rule}", found.span, found.confidence, f"rule “{found.rule}”"
                ),
                due=resolved.due,
                steps=resolved.steps,
                reason=resolved.reason,
                basis=resolved.basis,
                starter=starter,
                starter_kind=kind,
            )


def _find_starter(view: DocumentView, found: TemporalFinding, norm: Norm) -> Starter | None:
    """Who starts a deadline. Dates of an act start with the act itself."""
    anchor = found.anchor
    if anchor is None:
        return None
    if view.genre in {Genre.EU_ACT, Genre.STATUTE} and names_this_act(anchor.text):
        return StarterKind.ACT, anchor
    return find_starter(view, anchor, norm.bearer, norm.language)


__all__ = ["find_norm_deadlines"]
