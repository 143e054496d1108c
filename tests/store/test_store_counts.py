"""What is counted and put in order without looking at all norms is what looking at all of them says, after every write and from everywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builders import HARBOUR, N, make_analysis
from dutybook.errors import BadRequest
from dutybook.store import Filters, Register, exports, open_register
from dutybook.store.judgements import review_queue, reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.review_queue import left, queue
from dutybook.store.search import results
from dutybook.store.search.filters import where
from dutybook.store.sql import compose

TODAY = date(2031, 5, 1)
_TEXTS = (
    "operators shall report incidents",
    "ports must keep records",
    "agents may ask for time",
    "masters shall wait",
)


def _document(number: int, language: str = "en", year: int = 2030) -> Any:
    """A version of one of three acts, with norms that are sure to different degrees."""
    act = replace(HARBOUR, id=f"3203{number % 3}R0777", number=f"3203{number % 3}R0777")
    norms = [
        N(
            f"{text.capitalize()} in harbour {number % 3}.",
            place=f"Art {at + 1}",
            confidence=(0.9, 0.6, 0.9, 0.3)[(at + number) % 4],
            deadline="in" if at == 1 else None,
            due=date(2031, 6, 1) if at == 1 else None,
            rejected="competence" if (at + number) % 7 == 6 else None,
        )
        for at, text in enumerate(_TEXTS)
    ]
    title = f"Act {number % 3} of {year}"
    return make_analysis(
        norms, title=title, language=language, work=act, source=f"{number}.{language}", salt=f"{number}"
    )


def _plain(register: Register, filters: Filters) -> tuple[list[str], int]:
    """Ids in the order of the queue, and how many norms they are, one over versions and languages."""
    passing, values = where(filters)
    sql = compose(
        """SELECT n.id, {counted} FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
        WHERE {passing} ORDER BY n.confidence, d.title, d.id, n.position""",
        counted=compose("f.row") if filters.all_versions else compose("f.identity"),
        passing=passing,
    )
    found = register._connection.execute(sql, values).fetchall()
    return [norm for norm, _ in found], len({identity for _, identity in found})


def _agree(register: Register) -> None:
    for filters in (
        Filters(today=TODAY),
        Filters(today=TODAY, all_versions=True),
        Filters(today=TODAY, language="de"),
        Filters(today=TODAY, modality=("obligation",), work=("32030R0777",))
        if register._connection.execute("SELECT 1 FROM works WHERE id = '32030R0777'").fetchone()
        else Filters(today=TODAY, strength="must"),
        Filters(today=TODAY, review_state="confirmed"),
        Filters(today=TODAY, review_state="unreviewed", words="report"),
        Filters(today=TODAY, status="unassessed"),
        Filters(today=TODAY, as_of="2031-01-01"),
    ):
        chosen = left(filters)
        ids, number = _plain(register, chosen)
        assert register.count(chosen) == len(ids), filters
        assert register.number(chosen) == number, filters
        for limit, offset in ((1, 0), (3, 2), (50, 0), (5, 1000)):
            found, total = queue(register, filters, limit=limit, offset=offset)
            assert ([norm.id for norm in found], total) == (ids[offset : offset + limit], len(ids)), filters
    summary, connection = register.summary(), register._connection
    by = connection.execute("SELECT modality, language, count(*) FROM norms GROUP BY 1, 2").fetchall()
    assert summary.by_modality == {(modality, language): number for modality, language, number in by}
    dated = connection.execute("SELECT count(DISTINCT deadline) FROM due_dates").fetchone()[0]
    assert summary.dated == dated
    rules = connection.execute("SELECT DISTINCT name, version FROM evidence WHERE kind = 'norms' ORDER BY 1, 2")
    assert exports.about(register).rules == tuple(" ".join(row) for row in rules)


@contextmanager
def _traced_statements(register: Register) -> Iterator[list[str]]:
    statements: list[str] = []
    if not isinstance(register._connection, sqlite3.Connection):
        pytest.skip("what is counted without reading rows is looked at on SQLite")
    register._connection.set_trace_callback(statements.append)
    try:
        yield statements
    finally:
        register._connection.set_trace_callback(None)


_writes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 5), st.sampled_from(["en", "de"])),
        st.tuples(st.just("remove"), st.integers(0, 20), st.just("")),
        st.tuples(st.just("say"), st.integers(0, 60), st.sampled_from(["confirmed", "rejected", "modality", "status"])),
        st.tuples(st.just("undo"), st.integers(0, 60), st.just("")),
    ),
    max_size=8,
)

_CHANGES: dict[str, Callable[[], Change]] = {
    "confirmed": lambda: Change(finding="confirmed"),
    "rejected": lambda: Change(finding="rejected", reason="no norm"),
    "modality": lambda: Change(correct={"modality": "permission"}, reason="read again"),
    "status": lambda: Change(status="applicable", owner="Emil"),
}


Write = tuple[str, int, str]


def _after_every_write(few: int, writes: list[Write]) -> None:
    with pytest.MonkeyPatch.context() as patch, open_register() as register:
        patch.setattr(review_queue, "_FEW", few)
        patch.setattr(review_queue, "_TIMES", 10 if few else 0)
        for number, language in ((0, "en"), (0, "de"), (1, "en"), (3, "en")):
            register.add(_document(number, language, 2030 + number))
        _agree(register)
        for what, at, more in writes:
            norms = [row[0] for row in register._connection.execute("SELECT id FROM norms ORDER BY id")]
            documents = [row[0] for row in register._connection.execute("SELECT id FROM documents ORDER BY id")]
            reviewed = [
                row[0] for row in register._connection.execute("SELECT norm FROM review_norms WHERE NOT missing")
            ]
            if what == "add":
                register.add(_document(at, more, 2030 + at))
            elif what == "remove" and documents:
                register.remove(documents[at % len(documents)])
            elif what == "say" and norms:
                reviews.change(register, [norms[at % len(norms)]], _CHANGES[more](), by="anna")
            elif what == "undo" and reviewed:
                # There may be nothing left to take back.
                with suppress(BadRequest):
                    reviews.undo(register, reviewed[at % len(reviewed)], by="anna")
            _agree(register)


#: Each kind of write, and what takes it back.
_EVERY_WRITE: list[Write] = [
    ("say", 3, "modality"),
    ("say", 9, "rejected"),
    ("add", 4, "de"),
    ("undo", 1, ""),
    ("say", 14, "confirmed"),
    ("remove", 2, ""),
    ("say", 5, "status"),
    ("undo", 0, ""),
]


@pytest.mark.sqlite_only
@settings(max_examples=40, deadline=None)
@given(st.sampled_from([0, 2_000]), _writes)
@example(0, _EVERY_WRITE)
@example(2_000, _EVERY_WRITE)
def test_after_every_write(few: int, writes: list[Write]) -> None:
    _after_every_write(few, writes)


@pytest.mark.postgresql_only
@pytest.mark.parametrize(("few", "writes"), [(0, _EVERY_WRITE), (2_000, _EVERY_WRITE[:2])])
def test_after_writes_of_each_kind(few: int, writes: list[Write]) -> None:
    """The server takes ten times as long to plan these questions as SQLite: which writes there may be is tried above."""
    _after_every_write(few, writes)


def test_many_judgements_are_counted_with_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_MANY", 2)
    with open_register() as register:
        for number in range(4):
            register.add(_document(number))
        ids = [norm.id for norm in register.norms()]
        for at in range(3):
            reviews.change(register, [ids[at]], Change(finding="confirmed"), by="anna")
            _agree(register)


def test_another_process_sees_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with open_register(path) as register, closing(open_register(path, read_only=True)) as other:
        register.add(_document(0))
        before = queue(other, Filters(today=TODAY), limit=1)
        reviews.change(register, [before[0][0].id], Change(finding="confirmed"), by="anna")
        after = queue(other, Filters(today=TODAY), limit=1)
        assert after[1] == before[1] - 1
        assert after[0][0].id != before[0][0].id


def test_the_queue_reads_no_norm_that_it_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_queue, "_FEW", 0)
    with open_register() as register:
        for number in range(6):
            register.add(_document(number))
        ids = [norm.id for norm in register.norms()]
        reviews.change(register, ids[:1], Change(finding="confirmed"), by="anna")
        with _traced_statements(register) as statements:
            queue(register, Filters(today=TODAY), limit=1)
        plans = {
            sql: [row[3] for row in register._connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in statements
            if "norm_facets" in sql and "moved_facts" not in sql
        }
    assert len(plans) == 3
    for sql, plan in plans.items():
        # Neither the norms nor their narrow rows are gone through, nor are norms that have others; nothing is sorted.
        assert not [step for step in plan if step in ("SCAN n", "SCAN f", "SCAN t")], sql
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, sql
        assert not [step for step in plan if step.startswith("SCAN t ")], sql
    assert sum("SCAN n USING COVERING INDEX norms_confidence" in plan for plan in plans.values()) == 1


def test_totals_read_no_long_rows() -> None:
    with open_register() as register:
        for number in range(3):
            register.add(_document(number))
        with _traced_statements(register) as statements:
            register.summary()
            exports.about(register)
            register.count(Filters(today=TODAY))
            register.number(Filters(today=TODAY))
        plans = [row[3] for sql in statements for row in register._connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [step for step in plans if step in ("SCAN norms", "SCAN n", "SCAN evidence", "SCAN x", "SCAN deadlines")]
    assert not [step for step in plans if step.startswith("SCAN norm_facets") and "norm_facets_counted" not in step]
    assert any("norm_facets_counted" in step for step in plans)
    assert any("evidence_by" in step for step in plans)


def test_deadlines_of_one_act_are_found_from_its_norms() -> None:
    from dutybook.export.timeline import timeline_of

    with open_register() as register:
        for number in range(3):
            register.add(_document(number))
        with _traced_statements(register) as statements:
            assert timeline_of(register, {"work": "32031R0777"}).items
        (sql,) = [sql for sql in statements if "FROM deadlines x WHERE x.norm" in sql]
        plan = [row[3] for row in register._connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert "SEARCH x USING COVERING INDEX deadlines_norm (norm=?)" in plan
