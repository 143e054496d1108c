"""Narrowing norms by what people said of them, in whatever version or language they said it."""

from __future__ import annotations

from collections.abc import Iterator

from dutybook.store.text import fold

#: What ``review_state`` may be: what was said of the finding. Without it all but the rejected ones are meant.
STATES = ("unreviewed", "confirmed", "corrected", "rejected", "all")

#: Norms that somebody said are none. It is said of words, so it hides these words, and no other language's.
REJECTED_SQL = "SELECT c.norm FROM corrected c WHERE c.field = 'finding'"
#: Norms whose record meets a condition on ``r`` (reviews), which follows.
REVIEWED_SQL = "SELECT v.norm FROM norm_reviews v JOIN reviews r ON r.id = v.review WHERE"


def conditions(status: str | None, owner: str | None, state: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """SQL conditions on ``n`` (norms), each with its parameters. ``owner`` is part of a name, whatever case and accents."""
    if state == "rejected":
        yield f"n.id IN ({REJECTED_SQL})", ()
    elif state != "all":
        yield f"n.id NOT IN ({REJECTED_SQL})", ()
    if state == "unreviewed":
        yield f"n.id NOT IN ({REVIEWED_SQL} r.finding <> '')", ()
    elif state in ("confirmed", "corrected"):
        yield f"n.id IN ({REVIEWED_SQL} r.finding = ?)", (state,)
    if status == "unassessed":
        yield f"n.id NOT IN ({REVIEWED_SQL} r.status <> 'unassessed')", ()
    elif status is not None:
        yield f"n.id IN ({REVIEWED_SQL} r.status = ?)", (status,)
    if owner:
        yield f"n.id IN ({REVIEWED_SQL} instr(fold(r.owner), ?))", (fold(owner),)
