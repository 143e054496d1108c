"""Days that come near are told at each threshold once; who was away for a week is told the tightest one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from telling import DAY, NOW, N, act, alert

from dutybook.alerts.collection import collect
from dutybook.alerts.entries import entry_of
from dutybook.store import Filters, Register, open_register
from dutybook.store.alerts import outbox
from dutybook.store.controls import evidence
from dutybook.store.deadlines import events
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

DUE = date(2032, 7, 10)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def due(day: date = DUE, place: str = "Art 2", words: str = "by summer") -> N:
    return N(
        f"Operators shall report {words}.",
        place,
        bearer="Operators",
        deadline=words,
        kind="fixed",
        value=day.isoformat(),
        due=day,
    )


@pytest.fixture
def register() -> Register:
    made = open_register(":memory:")
    made.add(act([due(), N("Ports shall be lit.", "Art 3")]))
    return made


def outbox_deadlines(register: Register, name: str = "quays") -> list[tuple[str, int]]:
    rows = register._connection.execute(
        "SELECT json_extract(h.data, '$.due'), json_extract(h.data, '$.days') FROM outbox o JOIN alerts a ON a.id = o.alert"
        " JOIN alert_events h ON h.id = o.event WHERE a.name = ? AND h.sort = 'deadline' AND o.state <> 'known' ORDER BY h.seq",
        (name,),
    )
    return rows.fetchall()


def test_each_threshold_is_told_once(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY))
    for left in range(99, -5, -1):
        for _ in range(2):
            collect(register, now=at(DUE - left * DAY))
    assert outbox_deadlines(register) == [("2032-07-10", 90), ("2032-07-10", 30), ("2032-07-10", 7), ("2032-07-10", 1)]


def test_who_was_away_is_told_the_tightest_once(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY))
    collect(register, now=at(DUE - 5 * DAY))
    collect(register, now=at(DUE - 4 * DAY))
    assert outbox_deadlines(register) == [("2032-07-10", 7)]
    collect(register, now=at(DUE + 20 * DAY))
    assert outbox_deadlines(register) == [("2032-07-10", 7), ("2032-07-10", 1)]
    collect(register, now=at(DUE + 21 * DAY))
    assert len(outbox_deadlines(register)) == 2


def test_what_is_near_already_is_known_to_a_new_alert(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 20 * DAY))
    collect(register, now=at(DUE - 20 * DAY))
    collect(register, now=at(DUE - 10 * DAY))
    assert outbox_deadlines(register) == []
    collect(register, now=at(DUE - 7 * DAY))
    assert outbox_deadlines(register) == [("2032-07-10", 7)]


def test_two_alerts_have_their_own_days(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY))
    alert(register, on="approaching", name="late", days=(7,), now=at(DUE - 60 * DAY))
    alert(register, on="approaching", name="near", now=at(DUE - 6 * DAY))
    collect(register, now=at(DUE - 5 * DAY))
    assert outbox_deadlines(register) == [("2032-07-10", 90), ("2032-07-10", 7)]
    assert outbox_deadlines(register, "late") == [("2032-07-10", 7)]
    assert outbox_deadlines(register, "near") == []


def test_a_moved_deadline_begins_anew(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY))
    collect(register, now=at(DUE - 30 * DAY))
    later = DUE + 10 * DAY
    register.add(act([due(later), N("Ports shall be lit.", "Art 3")], "2032-06-01"))
    collect(register, now=at(DUE - 29 * DAY))
    collect(register, now=at(later - 30 * DAY))
    assert outbox_deadlines(register) == [("2032-07-10", 30), ("2032-07-20", 90), ("2032-07-20", 30)]


def test_another_copy_another_version_and_another_language_are_the_same_deadline(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY))
    collect(register, now=at(DUE - 30 * DAY))
    register.add(act([due(), N("Ports shall be lit.", "Art 3")], salt="copy"))
    register.add(act([due(), N("Ports shall be lit at night.", "Art 3")], "2032-05-01"))
    german = N(
        "Betreiber müssen bis Sommer melden.",
        "Art 2",
        bearer="Betreiber",
        deadline="bis Sommer",
        kind="fixed",
        value=DUE.isoformat(),
        due=DUE,
    )
    register.add(act([german, N("Häfen müssen beleuchtet sein.", "Art 3")], language="de"))
    collect(register, now=at(DUE - 29 * DAY))
    assert outbox_deadlines(register) == [("2032-07-10", 30)]


def test_a_deadline_that_comes_near_when_it_comes_is_told(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY))
    register.add(
        act([due(), N("Ports shall be lit.", "Art 3"), due(DUE - 95 * DAY, "Art 5", "by spring")], "2032-03-30")
    )
    collect(register, now=at(DUE - 99 * DAY))
    assert outbox_deadlines(register) == [("2032-04-06", 7)]


def test_the_day_is_that_of_the_zone(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY), zone="Pacific/Auckland", days=(1,))
    collect(register, now=datetime(2032, 7, 8, 11, tzinfo=UTC))
    assert outbox_deadlines(register) == []
    collect(register, now=datetime(2032, 7, 8, 13, tzinfo=UTC))
    assert outbox_deadlines(register) == [("2032-07-10", 1)]


def test_dates_from_events_and_peoples_own_days(register: Register) -> None:
    made = act(
        [N("Operators shall report within 72 hours.", "Art 2", bearer="Operators", deadline="within 72 hours")],
        salt="e",
        source="/law/e.html",
    )
    register = open_register(":memory:")
    register.add(made)
    alert(register, on="approaching", now=NOW)
    norm = next(register.norms())
    day = NOW.date() + timedelta(days=6)
    events.store(
        register,
        [events.event_of(norm, norm.deadlines[0], events.Counted("2032-04-02", [day.isoformat()], ["so"]))],
    )
    reviews.change(register, [norm.id], Change(owner="Anna", due=(day + DAY).isoformat()), by="Ben")
    collect(register, now=NOW)
    assert outbox_deadlines(register) == [("2032-04-07", 7), ("2032-04-08", 7)]
    owner = register._connection.execute(
        "SELECT json_extract(data, '$.owner') FROM alert_events WHERE data LIKE '%review%'"
    )
    assert owner.fetchone() == ("Anna",)
    collect(register, now=NOW)
    assert len(outbox_deadlines(register)) == 2


def test_only_those_of_the_search(register: Register) -> None:
    alert(register, on="approaching", now=at(DUE - 100 * DAY), filters=Filters(place="Art 3"))
    collect(register, now=at(DUE - 7 * DAY))
    assert outbox_deadlines(register) == []


def test_evidence_is_reminded_of_once_and_when_it_has_expired(register: Register) -> None:
    (norm, _) = register.norms()
    change = evidence.EvidenceChange(
        title="Audit", target="https://x.example/a", valid_until=DUE.isoformat(), remind_days=20
    )
    item = evidence.add_link(register, change, by="anna", now=at(DUE - 100 * DAY))
    evidence.link_norms(register, item.id, [norm.id], by="anna", now=at(DUE - 100 * DAY))
    made = alert(register, on="evidence", now=at(DUE - 100 * DAY))
    for left in range(30, -5, -1):
        collect(register, now=at(DUE - left * DAY))
    rows = register._connection.execute(
        "SELECT json_extract(h.data, '$.state') FROM outbox o JOIN alert_events h ON h.id = o.event WHERE h.sort = 'evidence' ORDER BY h.seq"
    ).fetchall()
    assert rows == [("expiring",), ("expired",)]
    first = entry_of(outbox.waiting(register, made.id)[0], "de", DUE, "https://r.example")
    assert first.headline == "Nachweis gilt bis 10. Juli 2032"
    assert first.page == f"https://r.example/evidence/{item.id}"
