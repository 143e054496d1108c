"""An event is stored once, and known again by any of its keys."""

from __future__ import annotations

from datetime import UTC, datetime

from dutybook.store import Register, open_register
from dutybook.store.alerts import events
from dutybook.store.alerts.events import AlertEvent

FIRST = datetime(2032, 4, 1, 8, 0, tzinfo=UTC)
LATER = datetime(2032, 4, 2, 8, 0, tzinfo=UTC)


def buoy(*keys: str, **texts: str) -> AlertEvent:
    data = {"texts": {language: {"quote": words} for language, words in texts.items()}}
    return AlertEvent("norm", frozenset({"new"}), None, "2032-03-01", keys, data)


def record(register: Register, event: AlertEvent, now: datetime = FIRST) -> tuple[str, str] | None:
    with register.transaction():
        return events.record_event(register, event, now)


def test_another_language_is_the_same_event_and_adds_its_words() -> None:
    english, german = buoy("b", "a", en="Buoys are lit."), buoy("b", "c", de="Bojen leuchten.")
    with open_register() as register:
        assert events.find_unknown_events(register, [english]) == [english]
        stored = record(register, english)
        assert stored == ("a", "2032-04-01T08:00:00+00:00")
        assert record(register, german, LATER) == stored
        assert events.count_events(register) == 1
        assert events.find_stored_ids(register, [buoy("c"), buoy("z")]) == ["a", None]
        texts = register._select_value("SELECT data FROM alert_events")
    assert "Buoys are lit." in texts
    assert "Bojen leuchten." in texts


def test_what_was_there_before_anybody_asked_is_no_event() -> None:
    with open_register() as register:
        with register.transaction():
            events.mark_keys_known(register, ["a"])
        assert record(register, buoy("a", "b", en="Buoys are lit.")) is None
        assert events.count_events(register) == 0
        assert events.find_unknown_events(register, [buoy("b")]) == [], "its other key is known from now on"


def test_an_event_of_which_a_key_is_new_is_not_wholly_known() -> None:
    with open_register() as register:
        record(register, buoy("a", en="Buoys are lit."))
        wider = buoy("a", "b")
        assert events.find_unknown_events(register, [wider]) == []
        assert events.find_unknown_events(register, [wider], whole=False) == [wider]
