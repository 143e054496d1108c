"""Whatever people say and documents do, in whatever order: records are what their history says, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from builders import N, make_analysis
from dutybook.errors import BadRequest, NotFound
from dutybook.records import Analysis, Modality
from dutybook.store import Filters, open_register
from dutybook.store.judgements import history, reviews
from dutybook.store.judgements.change import Change

_NORMS = [
    N("Each harbour operator shall report an incident to the authority within 72 hours.", place="Art 5", bearer="harbour operator", deadline="within 72 hours"),
    N("Pilots must keep a log of every voyage that they make.", place="Art 6", bearer="Pilots"),
    N("Terminal keepers may sell surplus capacity to carriers.", place="Art 7", modality="permission"),
]  # fmt: skip
_LATER = [_NORMS[0], replace(_NORMS[1], text="Pilots must keep a log of every voyage and show it.", place="Art 6a")]


def _version(norms: list[N], day: str | None) -> Analysis:
    made = make_analysis(norms, source=f"{day}.txt", salt=str(day))
    kind = "consolidated" if day else "original"
    return replace(made, document=replace(made.document, version_date=day, version_kind=kind))


_VERSIONS = (_version(_NORMS, None), _version(_LATER, "2031-01-01"), _version(_NORMS, "2032-01-01"))


def _read_again(analysis: Analysis, turn: int, modality: Modality | None) -> Analysis:
    """The same text read by another analyser: other ids, perhaps another modality."""
    ids = {n.id: f"{turn:02d}{n.id}"[:16] for n in analysis.norms}
    norms = tuple(replace(n, id=ids[n.id], modality=modality or n.modality) for n in analysis.norms)
    deadlines = tuple(replace(d, id=f"{turn:02d}{d.id}"[:16], norm=ids[d.norm]) for d in analysis.deadlines)
    return replace(analysis, norms=norms, deadlines=deadlines)


_CHANGES = st.one_of(
    st.builds(Change, status=st.sampled_from(["applicable", "compliant", "requires review", "unassessed"])),
    st.builds(Change, owner=st.sampled_from(["", "anna", "ben"]), note=st.sampled_from(["one", "two", None])),
    st.builds(Change, links=st.just((("p", "a/b"),)), due=st.sampled_from(["", "2031-05-01"])),
    st.builds(Change, finding=st.sampled_from(["confirmed", "rejected", ""]), reason=st.just("why")),
    st.builds(
        Change,
        correct=st.sampled_from(
            [{"modality": "prohibition"}, {"modality": "obligation"}, {"bearer": "quaymaster"}, {"condition": ""}]
        ),
        reason=st.just("why"),
    ),
)


class Reviewing(RuleBasedStateMachine):
    """A register whose documents come, go and are read again, while people say what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.register = open_register()
        self.turn = 0
        self.opened: set[str] = set()
        self.notes: dict[str, int] = {}
        self.rows: list[history.HistoryRow] = []

    def teardown(self) -> None:
        self.register.close()

    @initialize()
    def first(self) -> None:
        self.register.add(_VERSIONS[0], "1")

    def _norms(self) -> list[str]:
        return [n.id for n in self.register.norms(Filters(review_state="all"))]

    @rule(data=st.data(), wanted=_CHANGES, by=st.sampled_from(["anna", "ben"]))
    def say(self, data: st.DataObject, wanted: Change, by: str) -> None:
        norms = self._norms()
        if norms:
            chosen = data.draw(st.lists(st.sampled_from(norms), min_size=1, max_size=3, unique=True))
            for done in reviews.change(self.register, chosen, wanted, by=by):
                self.opened.add(done.after.id)
                assert done.before is None or done.before.id == done.after.id

    @precondition(lambda self: self.opened)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        norms = self._norms()
        if norms:
            norm = data.draw(st.sampled_from(norms))
            try:
                reviews.undo(self.register, norm, by="anna")
            except (BadRequest, NotFound):
                return

    @rule(which=st.sampled_from(range(3)), again=st.booleans(), modality=st.sampled_from([None, None, *Modality]))
    def read(self, which: int, again: bool, modality: Modality | None) -> None:
        self.turn += 1
        analysis = _VERSIONS[which]
        self.register.add(_read_again(analysis, self.turn, modality) if again else analysis, str(self.turn))

    @rule(which=st.sampled_from(range(3)))
    def remove(self, which: int) -> None:
        self.register.remove(_VERSIONS[which].document.id)

    @invariant()
    def records_are_what_their_history_says(self) -> None:
        # A replay of the history is part of the check.
        assert self.register.check() == []

    @invariant()
    def no_review_is_lost(self) -> None:
        there = {row[0] for row in self.register._connection.execute("SELECT id FROM reviews")}
        assert self.opened <= there
        rows = list(history.read(self.register._connection))
        assert rows[: len(self.rows)] == self.rows, "the past stays as it was"
        self.rows = rows

    @invariant()
    def corrections_are_in_force_where_their_norm_is(self) -> None:
        wrong = self.register._connection.execute(
            """SELECT c.norm, c.field FROM review_corrections c JOIN norms n ON n.id = c.norm
            WHERE (c.field = 'modality' AND n.modality IS NOT c.value) OR (c.field = 'bearer' AND n.bearer IS NOT c.value)
            OR (c.field = 'finding' AND NOT EXISTS (SELECT 1 FROM corrected x WHERE x.norm = n.id AND x.field = 'finding'))"""
        ).fetchall()
        assert wrong == []

    @invariant()
    def every_norm_has_one_record_at_most(self) -> None:
        twice = self.register._connection.execute(
            "SELECT norm FROM review_norms GROUP BY norm HAVING count(*) > 1"
        ).fetchall()
        assert twice == []
        missing = self.register._connection.execute(
            "SELECT count(*) FROM review_norms b WHERE b.missing <> NOT EXISTS (SELECT 1 FROM norms n WHERE n.id = b.norm)"
        ).fetchone()
        assert missing == (0,)


TestReviewing = Reviewing.TestCase
TestReviewing.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
