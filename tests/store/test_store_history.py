"""The history is only ever added to, and shows where somebody did otherwise."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pytest

from builders import N, make_analysis
from dutybook.store import Register, open_register
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import history, reviews
from dutybook.store.judgements.change import Change


def written() -> Register:
    register = open_register()
    register.add(
        make_analysis([N("Pilots must keep a log.", place="Art 6"), N("Crews must rest.", place="Art 7")]), "1"
    )
    norms = [n.id for n in register.norms()]
    reviews.change(register, norms, Change(status="applicable", owner="anna"), by="anna")
    reviews.change(register, norms[:1], Change(note="é „quoted“ \u2028 line"), by="ben")
    reviews.change(register, norms[1:], Change(finding="confirmed"), by="ben")
    return register


def without_triggers(register: Register) -> Connection:
    if not isinstance(register._connection, sqlite3.Connection):
        register._connection.run("ALTER TABLE history DISABLE TRIGGER USER")  # type: ignore[attr-defined]
        register._connection.run("ALTER TABLE history_head DISABLE TRIGGER USER")  # type: ignore[attr-defined]
        return register._connection
    names = register._connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('history', 'history_head')"
    ).fetchall()
    for (name,) in names:
        register._connection.execute(f"DROP TRIGGER {name}")
    return register._connection


def test_rows_say_who_changed_what_and_anybody_can_check_them() -> None:
    register = written()
    rows = list(reviews.read_history(register))
    assert [(r.seq, r.by, r.action, r.field, r.old, r.new) for r in rows][1:3] == [
        (2, "anna", "set", "status", "unassessed", "applicable"),
        (3, "anna", "set", "owner", "", "anna"),
    ]
    assert [r.by for r in reviews.read_history(register, by="BEN")] == ["ben"] * len(
        list(reviews.read_history(register, by="ben"))
    )
    assert list(reviews.read_history(register, since="2999-01-01")) == []
    assert [r.seq for r in reviews.read_history(register, limit=2)] == [len(rows) - 1, len(rows)]
    # the rule as it is documented, without our code
    before = "0" * 64
    for row in register._connection.execute("SELECT * FROM history ORDER BY seq"):
        assert row[-2] == before
        before = hashlib.sha256(json.dumps(row[:-1], separators=(",", ":")).encode()).hexdigest()
        assert row[-1] == before
    verdict = reviews.verify_history(register)
    assert (verdict.broken, verdict.head) == (None, f"{len(rows)}:{before}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET by = 'eve' WHERE seq = 2",
        "DELETE FROM history WHERE seq = 2",
        "DELETE FROM history",
        "INSERT OR REPLACE INTO history SELECT seq, at, 'eve', review, norm, identity, item, action, field, old, new, why, change,"
        " undoes, previous, hash FROM history WHERE seq = 2",
        "INSERT INTO history SELECT seq + 100, at, by, review, norm, identity, item, action, field, old, new, why, change, undoes,"
        " previous, hash FROM history WHERE seq = 2",
        "UPDATE history_head SET rows = 1",
        "UPDATE history_head SET hash = 'x'",
        "DELETE FROM history_head",
        "INSERT INTO history_head VALUES (1, 0, '')",
        "INSERT OR REPLACE INTO history_head VALUES (1, 0, '')",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_past(statement: str) -> None:
    register = written()
    if "OR REPLACE" in statement and not isinstance(register._connection, sqlite3.Connection):
        pytest.skip("these words are SQLite's alone")
    before = list(register._connection.execute("SELECT * FROM history, history_head"))
    with pytest.raises(sqlite3.IntegrityError):
        register._connection.execute(statement)
    assert list(register._connection.execute("SELECT * FROM history, history_head")) == before


@pytest.mark.parametrize(
    ("statement", "row", "says"),
    [
        ("UPDATE history SET by = 'eve' WHERE seq = 3", 3, "row 3 was changed after it was written"),
        ("UPDATE history SET new = 'x' WHERE seq = 2", 2, "row 2 was changed"),
        ("UPDATE history SET previous = hash WHERE seq = 4", 4, "row 4 does not follow"),
        ("UPDATE history SET why = NULL || why WHERE 0", None, ""),
        ("DELETE FROM history WHERE seq = 2", 2, "row 2 is missing: the next one is row 3"),
        ("DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)", 8, "ends at row 7, and its head says 8"),
        ("DELETE FROM history", 1, "ends at row 0"),
        ("DELETE FROM history_head", 1, "the head of the history is gone"),
    ],
)
def test_tampering_is_named(statement: str, row: int | None, says: str) -> None:
    register = written()
    without_triggers(register).execute(statement)
    verdict = reviews.verify_history(register)
    assert verdict.broken == row
    assert says in verdict.says
    assert bool([p for p in register.check() if p.startswith("history")]) == (row is not None)


def test_only_a_head_kept_elsewhere_tells_a_chain_that_was_written_anew() -> None:
    register = written()
    kept = reviews.verify_history(register).head
    connection = without_triggers(register)
    rows = connection.execute("SELECT * FROM history ORDER BY seq").fetchall()
    before = history.START
    for row in rows[:-1]:
        forged = [*row[:2], "eve", *row[3:-2], before, ""]
        before = forged[-1] = history.chained(tuple(forged))
        connection.execute(
            "UPDATE history SET by = 'eve', previous = ?, hash = ? WHERE seq = ?", (*forged[-2:], row[0])
        )
    connection.execute("DELETE FROM history WHERE seq = ?", (rows[-1][0],))
    connection.execute("UPDATE history_head SET rows = ?, hash = ?", (len(rows) - 1, before))
    assert reviews.verify_history(register).broken is None, "no chain can tell: the help says so"
    verdict = reviews.verify_history(register, kept)
    assert verdict.broken is not None
    assert "when its head was kept" in verdict.says
    early = "2:" + rows[1][-1]
    assert "written anew" in reviews.verify_history(register, early).says


def test_a_record_that_was_changed_behind_the_history_s_back_is_found() -> None:
    register = written()
    register._connection.execute("UPDATE reviews SET status = 'compliant' WHERE id = (SELECT min(id) FROM reviews)")
    assert [p for p in register.check() if "is not what its history says" in p]
    register = written()
    register._connection.execute("DELETE FROM review_notes")
    assert [p for p in register.check() if "is not what its history says" in p]
    register = written()
    register._connection.execute("DELETE FROM reviews")
    assert len([p for p in register.check() if "is in the history and not among the records" in p]) == 2
