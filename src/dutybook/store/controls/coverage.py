"""Which duties are covered by controls, and where the gaps are, act by act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dutybook.languages.reader import rank_language
from dutybook.store.database.connection import translated
from dutybook.store.documents.works import titles
from dutybook.store.search.filters import Filters, where
from dutybook.store.sql import compose

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: The states of a duty, the first one needs somebody most. *covered*: a control that is active serves it; *planned*: only others do;
#: *gap*: it applies and nothing serves it; *unassessed*: nobody said whether it applies, and nothing serves it.
STATES = ("gap", "planned", "unassessed", "covered", "not applicable")


@dataclass(frozen=True, slots=True)
class ActCoverage:
    """How many duties of an act (or of a document without one) are in each state of :data:`STATES`."""

    work: str
    document: str
    title: str
    states: Counter[str] = field(default_factory=Counter)

    @property
    def applicable(self) -> int:
        """How many duties apply, as far as somebody said so or a control serves them."""
        return self.states["gap"] + self.states["planned"] + self.states["covered"]

    @property
    def share(self) -> float | None:
        """Which share of those that apply is covered, from 0 to 1; None where none applies."""
        return self.states["covered"] / self.applicable if self.applicable else None


# Records are few: the norms that have one are listed once, not looked for norm by norm.
_STATES_SQL = """WITH said(norm, review) AS MATERIALIZED (SELECT norm, min(review) FROM norm_reviews GROUP BY norm),
    served(review, active) AS MATERIALIZED (SELECT l.review, max(c.status = 'active') FROM review_controls l
        JOIN controls c ON c.id = l.control AND c.status <> 'retired' GROUP BY l.review)
    SELECT n.id, f.identity, coalesce(d.work, ''), d.id, coalesce(nullif({title}, ''), d.source), n.language,
    CASE WHEN r.applicability = 'no' OR r.status = 'not applicable' THEN 'not applicable'
        WHEN s.active THEN 'covered' WHEN s.review IS NOT NULL THEN 'planned'
        WHEN r.id IS NULL OR (r.applicability = 'unassessed' AND r.status = 'unassessed') THEN 'unassessed' ELSE 'gap' END
    FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document LEFT JOIN works w ON w.id = d.work
    LEFT JOIN said v ON v.norm = n.id LEFT JOIN reviews r ON r.id = v.review LEFT JOIN served s ON s.review = r.id
    WHERE n.modality IN ('obligation', 'prohibition') AND {passing} ORDER BY d.title, d.id, n.position"""


def _duties(register: Register, filters: Filters, reader: str) -> list[tuple[str, ...]]:
    """Each duty once, in the reader's language where it is there in this one: norm, identity, work, document, title, language, state."""
    register.check_filters(filters)
    passing, values = where(filters)
    title = compose("coalesce(nullif(w.short_title, ''), d.title)")
    sql = compose(_STATES_SQL, passing=passing, title=title)
    with translated(register.path):
        rows = register._connection.execute(sql, values).fetchall()
    chosen: dict[str, tuple[str, ...]] = {}
    for row in rows:
        known = chosen.get(row[1])
        if known is None or rank_language(row[5], reader) < rank_language(known[5], reader):
            chosen[row[1]] = row
    kept = {row[0] for row in chosen.values()}
    return [row for row in rows if row[0] in kept]


def coverage(register: Register, filters: Filters | None = None, *, reader: str = "en") -> list[ActCoverage]:
    """The obligations and prohibitions that pass the filters by act and state, acts by title; each once, whatever its languages.

    Raises:
        BadFilter: the work or document filtered by is not there.
    """
    found: dict[str, ActCoverage] = {}
    for _, _, work, document, title, _, state in _duties(register, filters or Filters(), reader):
        act = found.setdefault(work or document, ActCoverage(work, document, title))
        act.states[state] += 1
    names = titles(register, sorted({act.work for act in found.values() if act.work}), reader)
    named = (replace(act, title=names.get(act.work) or act.title) for act in found.values())
    return sorted(named, key=lambda act: (act.title.casefold(), act.work, act.document))


def norms_in_state(
    register: Register, states: Sequence[str], filters: Filters | None = None, *, reader: str = "en"
) -> list[str]:
    """The ids of the duties that pass the filters and are in one of these states, by act and place.

    Raises:
        BadFilter: as for :func:`coverage`.
    """
    return [row[0] for row in _duties(register, filters or Filters(), reader) if row[6] in states]
