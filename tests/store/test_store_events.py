"""What people enter stays, whatever happens to the documents, and counts wherever dates count."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from builders import N, make_analysis
from dutybook.errors import NotFound
from dutybook.records import Analysis
from dutybook.store import DeadlineRow, EventRow, Filters, NormRow, Register, open_register, schema
from dutybook.store.deadlines import events

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REPORT = N(
    "Each harbour operator shall report an incident within 72 hours after noticing it.",
    place="Art 5(1)",
    bearer="harbour operator",
    deadline="within 72 hours",
    anchor="after noticing it",
)
FIXED = N(
    "A permit must follow by 2 August 2031.",
    place="Art 6",
    deadline="by 2 August 2031",
    kind="fixed",
    value="2031-08-02",
    direction=None,
    due=date(2031, 8, 2),
)


def filled(analysis: Analysis | None = None) -> Register:
    register = open_register()
    register.add(analysis or make_analysis([REPORT, FIXED]), "1")
    return register


def first(register: Register) -> tuple[NormRow, DeadlineRow]:
    norm = next(n for n in register.norms() if n.place == "Art 5(1)")
    return norm, norm.deadlines[0]


def enter(register: Register, happened: str = "2026-03-02T14:00", *dates: str, note: str = "") -> EventRow:
    norm, deadline = first(register)
    counted = events.Counted(
        happened, dates or ("2026-03-05T15:00",), ("counted",), place="DE-BY", law="reg1182", note=note
    )
    event = events.event_of(norm, deadline, counted, now=NOW)
    events.store(register, [event])
    return event


def test_an_event_comes_back_and_goes() -> None:
    register = filled()
    event = enter(register, note="incident 17")
    assert events.stored(register) == [event]
    assert event.due == date(2026, 3, 5)
    assert event.origin == "from event of 2026-03-02 14:00 (incident 17)"
    again = enter(register, note="incident 18")
    assert again.id == event.id
    assert [e.note for e in events.stored(register)] == ["incident 18"], "the same event of the same deadline is one"
    assert events.forget(register, event.id)
    assert not events.forget(register, event.id)
    assert events.stored(register) == []
    assert register._connection.execute("SELECT count(*) FROM event_dates").fetchone() == (0,)


def test_a_note_may_be_anything() -> None:
    register = filled()
    enter(register, note="a\0b \udcff „c“")
    assert [e.note for e in events.stored(register)] == ["ab ? „c“"]


def test_its_dates_count_in_filters_lists_and_views() -> None:
    register = filled()
    assert register.count(Filters(deadline_before="2026-12-31")) == 0
    enter(register, "2026-03-02T14:00", "2026-03-05T15:00", "2027-03-05T15:00")
    assert register.count(Filters(deadline_before="2026-12-31")) == 1
    assert register.count(Filters(deadline_after="2026-03-05", deadline_before="2026-03-05")) == 1
    assert register.count(Filters(deadline_after="2026-03-06", deadline_before="2026-03-31")) == 0
    norm, deadline = first(register)
    assert norm.due == date(2026, 3, 5)
    assert deadline.due is None, "the text itself still fixes no day"
    assert [d.moment for d in deadline.dated()] == ["2026-03-05T15:00", "2027-03-05T15:00"]
    coming = register.upcoming(date(2026, 3, 5))
    assert [(d.due, bool(d.events)) for d, _ in coming] == [
        (date(2026, 3, 5), True),
        (date(2027, 3, 5), True),
        (date(2031, 8, 2), False),
    ]
    assert [d.due for d, _ in register.upcoming(date(2026, 3, 6), 1)] == [date(2027, 3, 5)]
    assert register.summary().dated == 2
    dues = register._connection.execute("SELECT due FROM register ORDER BY due").fetchall()
    assert dues == [("2026-03-05",), ("2031-08-02",)]
    rows = register._connection.execute("SELECT due, event, note FROM upcoming_deadlines WHERE due > '2027'").fetchall()
    assert rows == [("2027-03-05", "2026-03-02T14:00", ""), ("2031-08-02", None, None)]
    assert register.check() == []


def test_several_events_of_one_deadline() -> None:
    register = filled()
    enter(register, "2026-03-02T14:00", "2026-03-05T15:00")
    enter(register, "2026-04-02T14:00", "2026-04-05T15:00")
    _, deadline = first(register)
    assert [e.occurred_at for e in deadline.events] == ["2026-03-02T14:00", "2026-04-02T14:00"]
    assert [e.occurred_at for e in events.named(register, deadline.id[:8])] == ["2026-03-02T14:00", "2026-04-02T14:00"]
    one = deadline.events[0]
    assert events.named(register, one.id) == [one]
    with pytest.raises(NotFound, match="no stored event"):
        events.named(register, "ffffffff")
    with pytest.raises(NotFound, match="at least 4"):
        events.named(register, one.id[:3])


def test_they_are_no_content_of_documents() -> None:
    register = filled()
    before = list(register.content())
    enter(register)
    assert list(register.content()) == before


def test_reading_a_document_again_leaves_them_alone() -> None:
    analysis = make_analysis([REPORT, FIXED])
    register = filled(analysis)
    event = enter(register)
    (longer,) = (n for n in analysis.norms if n.place == "Art 6")
    register.add(
        replace(analysis, norms=tuple(n for n in analysis.norms if n is not longer), deadlines=analysis.deadlines[:1]),
        "2",
    )
    assert events.stored(register) == [event]
    assert first(register)[1].events == (event,)


def test_a_deadline_with_a_new_id_keeps_its_event() -> None:
    analysis = make_analysis([REPORT, FIXED])
    register = filled(analysis)
    event = enter(register)
    renamed = tuple(replace(d, id=f"{index:016x}") for index, d in enumerate(analysis.deadlines))
    assert register.add(replace(analysis, deadlines=renamed), "2")
    (kept,) = events.stored(register)
    assert (kept.id, kept.deadline, kept.orphan) == (event.id, f"{0:016x}", False)
    assert register.count(Filters(deadline_before="2026-12-31")) == 1


def test_an_event_whose_deadline_is_gone_is_kept_and_said_to_be() -> None:
    analysis = make_analysis([REPORT, FIXED])
    register = filled(analysis)
    event = enter(register)
    assert register.add(replace(analysis, deadlines=analysis.deadlines[1:]), "2")
    assert events.stored(register) == [replace(event, orphan=True)]
    assert register.count(Filters(deadline_before="2026-12-31")) == 0
    assert register.add(analysis, "3")
    assert events.stored(register) == [event], "found again"
    assert register.remove(analysis.document.id)
    assert events.stored(register) == [replace(event, orphan=True)]
    register.add(make_analysis([REPORT, FIXED], salt="another copy"), "3")
    (kept,) = events.stored(register)
    assert not kept.orphan, "another copy of the same act, the same words in the same place"
    assert kept.document != event.document


def test_words_that_fit_two_deadlines_fit_none() -> None:
    analysis = make_analysis([REPORT, FIXED])
    register = filled(analysis)
    event = enter(register)
    doubled = tuple(replace(analysis.deadlines[0], id=f"{number:016x}") for number in range(2))
    assert register.add(replace(analysis, deadlines=doubled), "2")
    assert events.stored(register) == [replace(event, orphan=True)]


def test_ids_name_a_norm_or_a_deadline() -> None:
    register = filled()
    norm, deadline = first(register)
    whole = register.norm(norm.id).norm
    assert events.deadlines_named(register, norm.id[:6]) == (whole, whole.deadlines)
    found, (one,) = events.deadlines_named(register, f" {deadline.id.upper()} ")
    assert (found, one.id) == (whole, deadline.id)
    assert one.evidence
    for bad, says in (("abc", "at least 4"), ("ab cd", "letters and digits"), ("", "at least 4"), ("zzzzz", "no norm")):
        with pytest.raises(NotFound, match=says):
            events.deadlines_named(register, bad)
    analysis = make_analysis([REPORT])
    twins = tuple(replace(analysis.deadlines[0], id=f"abcd{number:012x}") for number in range(2))
    with pytest.raises(NotFound, match="2 ids begin with 'abcd': abcd0"):
        events.deadlines_named(filled(replace(analysis, deadlines=twins)), "abcd")


def test_people_s_tables_are_not_content() -> None:
    assert not {"events", "event_dates", "calendar_entries"} & set(schema.CONTENT_TABLES)


def test_dates_are_plain_text_for_other_programs() -> None:
    register = filled()
    enter(register)
    steps, occurred_at = register._connection.execute("SELECT steps, occurred_at FROM events").fetchone()
    assert json.loads(steps) == ["counted"]
    assert datetime.fromisoformat(occurred_at)
