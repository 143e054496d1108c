"""The overview: dates of norms that somebody took on, documents and changes since a moment, and coming dates of acts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from builders import HARBOUR, N, make_analysis
from dutybook.store import Filters, Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.overview import arrived_since, coming_law, count_open, due_next, judged_since

TODAY = date(2031, 5, 1)


def dated_norm(bearer: str, action: str, place: str, day: date) -> N:
    """An obligation with a fixed date."""
    deadline = f"by {day.day} {day:%B %Y}"
    return N(
        f"{bearer} shall {action} {deadline}.",
        place,
        bearer=bearer,
        deadline=deadline,
        kind="fixed",
        value=day.isoformat(),
        due=day,
    )


LOGS = dated_norm("The pilot", "file the log", "Art 1", date(2031, 6, 1))
FEES = dated_norm("The master", "pay fees", "Art 2", date(2031, 7, 1))
OLD = dated_norm("The cook", "leave", "Art 3", date(2031, 3, 1))
LATER = N(
    "This Act shall apply from 1 January 2033.", "Art 4", fact=("application", "from 1 January 2033", "2033-01-01")
)


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.add(make_analysis([LOGS, FEES, OLD, LATER]))
    return made


def norm(register: Register, place: str) -> str:
    return next(n.id for n in register.norms(Filters()) if n.place == place)


def test_only_what_somebody_took_on_is_due_for_us(register: Register) -> None:
    assert due_next(register, TODAY, 5) == []
    reviews.change(register, [norm(register, "Art 1"), norm(register, "Art 3")], Change(status="applicable"), by="anna")
    reviews.change(register, [norm(register, "Art 2")], Change(owner="Berta", due="2031-05-20"), by="anna")
    found = due_next(register, TODAY, 5)
    assert [(row.day, row.own, row.place) for row in found] == [
        ("2031-05-20", True, "Art 2"),
        ("2031-06-01", False, "Art 1"),
        ("2031-07-01", False, "Art 2"),
    ]
    assert [row.day for row in due_next(register, TODAY, 5, owner="berta")] == ["2031-05-20", "2031-07-01"]
    assert count_open(register) == {"applicable": 2, "unassessed": 1}
    assert count_open(register, "BERTA") == {"unassessed": 1}
    reviews.change(register, [norm(register, "Art 1")], Change(status="compliant"), by="anna")
    assert "Art 1" not in [row.place for row in due_next(register, TODAY, 5)]
    reviews.change(register, [norm(register, "Art 2")], Change(applicability="no", reason="no ships"), by="anna")
    assert due_next(register, TODAY, 5) == []


def test_documents_and_changes_of_others_since_a_moment(register: Register) -> None:
    now = datetime.now(UTC)
    found, number = arrived_since(register, now - timedelta(hours=1), 5)
    assert [(row.title, row.work, row.norms) for row in found] == [("Harbour Data Act", HARBOUR.id, 4)]
    assert number == 1
    assert arrived_since(register, now + timedelta(hours=1), 5) == ([], 0)
    reviews.change(register, [norm(register, "Art 1")], Change(owner="Berta"), by="berta")
    changes = judged_since(register, now - timedelta(hours=1), "anna", 5)
    assert [(row.by, row.place, row.field, row.new) for row in changes] == [("berta", "Art 1", "owner", "Berta")]
    assert judged_since(register, now - timedelta(hours=1), "berta", 5) == []


def test_a_file_that_is_read_anew_did_not_come_again(register: Register) -> None:
    register._connection.execute("UPDATE arrivals SET at = '2031-01-01T00:00:00+00:00'")
    register.add(make_analysis([LOGS, FEES, OLD, LATER]), version="the next one")
    found, _ = arrived_since(register, datetime(2030, 1, 1, tzinfo=UTC), 5)
    assert [row.at for row in found] == ["2031-01-01T00:00:00+00:00"]
    register.remove(found[0].document)
    assert register._connection.execute("SELECT count(*) FROM arrivals").fetchone()[0] == 0


def test_acts_that_apply_later_are_coming_law(register: Register) -> None:
    register._connection.execute("UPDATE facts SET due = value")
    assert [(row.day, row.type, row.work) for row in coming_law(register, TODAY, "de", 5)] == [
        ("2033-01-01", "application", HARBOUR.id)
    ]
    assert coming_law(register, date(2034, 1, 1), "de", 5) == []
