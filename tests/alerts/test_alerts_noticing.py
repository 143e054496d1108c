"""What happened is noticed once, whatever documents, copies, languages and readings tell of it; technicalities are nothing."""

from __future__ import annotations

import random
import textwrap
from dataclasses import replace
from datetime import date

import pytest
from telling import DAY, HOUR, NOW, N, act, alert, flats, outbox_events, page

import quay
from builders import make_unreadable
from dutybook.alerts.collection import collect
from dutybook.alerts.management import resume
from dutybook.records import content_id
from dutybook.store import Filters, Register, open_register
from dutybook.store.alerts import alerts
from dutybook.store.documents.flatten import flatten

SECOND_IN_GERMAN = quay.GERMAN.replace("neun Tagen", "zwei Tagen").replace(
    "2. Die Betreiber",
    "2. Die Betreiber müssen das Tor nachts schließen, wenn kein Schiff erwartet wird.\n\n3. Die Betreiber",
)


LATE = ["bearer-changed", "renumbered"]


@pytest.fixture
def register() -> Register:
    made = open_register(":memory:")
    for flat in (flats()[0], flats()[3]):
        made.write(flat)
    return made


def wrapped(text: str) -> str:
    """A text as narrow lines, as a mail or an old printer would have them."""
    return "\n\n".join(textwrap.fill(paragraph, 50) for paragraph in text.split("\n\n"))


def again(register: Register) -> int:
    return collect(register, now=NOW + HOUR).noticed


def test_nothing_is_looked_for_where_there_is_no_alert(register: Register) -> None:
    assert collect(register, now=NOW).noticed == 0
    for table in ("noticed_documents", "alert_events", "alert_event_keys"):
        assert register._connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_what_is_there_is_known(register: Register) -> None:
    alert(register)
    assert collect(register, now=NOW).noticed == 0
    assert outbox_events(register) == []


def test_the_first_contents_of_a_register_are_known() -> None:
    empty = open_register(":memory:")
    alert(empty)
    for flat in flats()[:2]:
        empty.write(flat)
    assert collect(empty, now=NOW).noticed == 0
    empty.write(flats()[2])
    assert collect(empty, now=NOW + HOUR).noticed == 3


def test_a_next_version_tells_what_it_changes_once(register: Register) -> None:
    alert(register)
    register.write(flats()[1])
    assert again(register) == 3
    wanted = [("new", "Art 1(2)"), ("deadline-moved renumbered tightened", "Art 1(3)"), ("document", "")]
    assert sorted(outbox_events(register)) == sorted(wanted)
    assert again(register) == 0
    register.write(flats()[2])
    assert again(register) == 3
    assert ("bearer-changed", "Art 2") in outbox_events(register)


def test_two_versions_at_once_are_told_both(register: Register) -> None:
    alert(register)
    for flat in (flats()[2], flats()[1]):
        register.write(flat)
    again(register)
    days = {row[0] for row in register._connection.execute("SELECT day FROM alert_events")}
    assert days == {"2032-03-01", "2033-04-01"}


def test_an_old_version_fills_the_past_and_is_no_news() -> None:
    made = open_register(":memory:")
    for number in (0, 2):
        made.write(flats()[number])
    alert(made)
    made.write(flats()[1])
    assert again(made) == 0
    assert outbox_events(made) == []


def test_another_language_of_a_version_adds_its_words_and_is_not_told_again(register: Register) -> None:
    german = SECOND_IN_GERMAN
    alert(register, reader="de")
    register.write(flats()[1])
    before = again(register)
    number = len(outbox_events(register))
    register.write(flatten(quay.read(german, "de", "2032-03-01")))
    assert again(register) == 0
    assert len(outbox_events(register)) == number == before
    texts = [
        row[0] for row in register._connection.execute("SELECT data FROM alert_events WHERE kinds LIKE '%tightened%'")
    ]
    assert len(texts) == 1
    assert '"de":' in texts[0]
    assert "zwei Tagen" in texts[0]


def test_a_language_that_was_read_otherwise_is_no_news_later(register: Register) -> None:
    alert(register)
    register.write(flats()[1])
    number = again(register)
    more = SECOND_IN_GERMAN + "\n\nArtikel 4\n\nDie Betreiber müssen jede Lampe am Kai putzen, bevor es Abend wird.\n"
    register.write(flatten(quay.read(more, "de", "2032-03-01")))
    assert again(register) == 0
    assert len(outbox_events(register)) == number


def test_a_version_that_comes_in_another_language_first_is_told_once() -> None:
    made = open_register(":memory:")
    for flat in (flats()[0], flats()[3]):
        made.write(flat)
    alert(made)
    made.write(flatten(quay.read(quay.GERMAN.replace("neun Tagen", "zwei Tagen"), "de", "2032-03-01")))
    assert again(made) == 2
    made.write(flatten(quay.read(quay.FIRST.replace("five days", "two days"), version="2032-03-01")))
    again(made)
    changed = [
        kinds for kinds, _ in outbox_events(made) if "moved" in kinds or "tightened" in kinds or "reworded" in kinds
    ]
    assert len(changed) == 1
    assert sum(kinds == "document" for kinds, _ in outbox_events(made)) == 1


def test_layout_is_nothing(register: Register) -> None:
    alert(register)
    register.write(flats()[1])
    number = again(register)
    # The same version as other bytes: other line breaks, hyphens, quotation marks, another name.
    copy = wrapped(quay.SECOND).replace("crate that", "crate   that")
    register.write(flatten(quay.read(copy, version="2032-03-01", name="-copy")))
    register.write(flatten(quay.read(quay.FIRST.replace(" five", "  five"), name="-copy")))
    assert again(register) == 0
    assert len(outbox_events(register)) == number


def test_what_goes_and_comes_again_is_not_told_again(register: Register) -> None:
    alert(register)
    flat = flats()[1]
    register.write(flat)
    number = again(register)
    register.remove(flat.document)
    assert again(register) == 0
    register.write(flat)
    assert again(register) == 0
    other = flatten(quay.read(quay.SECOND + "\n", version="2032-03-01", name="-again"))
    register.remove(flat.document)
    register.write(other)
    assert again(register) == 0
    assert len(outbox_events(register)) == number


def test_a_newer_analyser_that_cuts_and_names_otherwise_is_nothing(register: Register) -> None:
    alert(register)
    made = quay.read(quay.SECOND, version="2032-03-01")
    register.add(made, "1")
    number = again(register)
    # Other ids, other confidence, one norm less: only the reading differs.
    norms = tuple(replace(n, id=content_id("other", n.id)) for n in made.norms[1:])
    keep = {n.id: content_id("other", n.id) for n in made.norms[1:]}
    deadlines = tuple(replace(d, id=content_id("o", d.id), norm=keep[d.norm]) for d in made.deadlines if d.norm in keep)
    register.add(replace(made, norms=norms, deadlines=deadlines, citations=()), "2")
    assert again(register) == 0
    register.add(made, "3")
    assert again(register) == 0
    assert len(outbox_events(register)) == number


def test_derived_rows_made_anew_are_nothing(register: Register) -> None:
    from dutybook.store.maintenance import rebuilding

    alert(register)
    register.write(flats()[1])
    number = again(register)
    rebuilding.forget(register._connection)
    rebuilding.rebuild(register._connection)
    assert again(register) == 0
    assert len(outbox_events(register)) == number


def test_whatever_the_order_each_thing_is_told_once() -> None:
    """Versions, copies and languages arrive and go in any order, collected at any time: nothing is told twice."""
    chance = random.Random(5)
    texts = [(SECOND_IN_GERMAN, "de"), (wrapped(quay.SECOND), "en")]
    every = [*flats(), *(flatten(quay.read(text, code, "2032-03-01", "-c")) for text, code in texts)]
    for _ in range(4):
        made = open_register(":memory:")
        made.write(every[0])
        alert(made)
        moves = [*every[1:], *every[1:]]
        chance.shuffle(moves)
        here: set[str] = set()
        for flat in moves:
            if flat.document in here:
                made.remove(flat.document)
            else:
                made.write(flat)
                here.add(flat.document)
            if chance.random() < 0.7:
                again(made)
        again(made)
        rows = made._connection.execute("SELECT day, sort, kinds FROM alert_events ORDER BY 1, 2, 3").fetchall()
        late = [row for row in rows if row[0] == "2033-04-01"]
        assert [kinds for _, sort, kinds in late if sort == "document"] == ["document"]
        norm_kinds = [kinds for _, sort, kinds in late if sort == "norm"]
        # Where the version between is not there, the last one tells all that changed since the first.
        assert len(norm_kinds) in (2, 4)
        assert [kinds for kinds in sorted(norm_kinds) if kinds in LATE] == LATE
        assert len([1 for day, sort, _ in rows if day == "2032-03-01" and sort == "norm"]) <= 2


def test_an_act_that_was_not_there_is_new_with_all_its_norms(register: Register) -> None:
    alert(register)
    register.add(act([N("Operators shall weigh crates.", "Art 2"), N("Ports shall be lit.", "Art 3")]))
    assert again(register) == 3
    assert outbox_events(register) == [("new", "Art 2"), ("new", "Art 3"), ("document", "")]
    german = [N("Betreiber müssen Kisten wiegen.", "Art 2"), N("Häfen müssen beleuchtet sein.", "Art 3")]
    register.add(act(german, language="de"))
    assert again(register) == 0


def test_identical_sentences_in_two_places_are_two_norms(register: Register) -> None:
    alert(register, on="new")
    register.add(act([N("Operators shall inform the port.", "Art 2"), N("Operators shall inform the port.", "Art 9")]))
    again(register)
    assert outbox_events(register) == [("new", "Art 2"), ("new", "Art 9")]


def test_repealed_and_corrected(register: Register) -> None:
    alert(register)
    register.write(flatten(quay.read(quay.FIRST[: quay.FIRST.index("Article 3")], version="2032-03-01")))
    register.write(quay.corrigendum_of_the_act())
    again(register)
    kinds = [kinds for kinds, _ in outbox_events(register)]
    assert any("repealed" in k for k in kinds)


def test_a_corrigendum_is_told_once(register: Register) -> None:
    alert(register, on="corrected")
    register.write(quay.corrigendum_of_the_act())
    again(register)
    assert outbox_events(register) == [("corrected", "Art 3")]
    assert again(register) == 0


def test_a_page_in_other_words_at_the_same_place_tells_what_changed(register: Register) -> None:
    before = "Operators shall keep a log of cranes.\nCranes must be tested within 30 days."
    register.add(page(before))
    alert(register)
    register.add(page(before.replace("log of", "log  of"), salt="other layout"))
    assert again(register) == 0
    register.add(page(before.replace("30 days", "10 days"), salt="2"))
    again(register)
    kinds = [kinds for kinds, _ in outbox_events(register)]
    assert len(kinds) == 1
    assert set(kinds[0].split()) & {"tightened", "deadline-moved", "reworded"}
    data = register._connection.execute("SELECT data FROM alert_events").fetchone()[0]
    assert "30 days" in data
    assert "10 days" in data


def test_a_page_whose_old_words_are_gone_tells_what_is_new(register: Register) -> None:
    first = page("Operators shall keep a log of cranes.\nCranes must be tested.")
    register.add(first)
    alert(register)
    register.remove(first.document.id)
    register.add(
        page("Operators shall keep a log of cranes.\nCranes must be tested.\nCranes must be painted.", salt="2")
    )
    again(register)
    rows = register._connection.execute("SELECT kinds, data FROM alert_events").fetchall()
    assert [kinds for kinds, _ in rows] == ["new"]
    assert "painted" in rows[0][1]


def test_a_text_without_an_act_saved_again_under_another_name_is_nothing(register: Register) -> None:
    register.add(page("Operators shall keep a log of cranes."))
    alert(register)
    register.add(page("Operators shall keep a log  of cranes.", "saved.html", salt="2"))
    assert again(register) == 0


def test_what_could_not_be_read_is_told_when_it_can(register: Register) -> None:
    alert(register, on="document,new")
    register.add(make_unreadable("/law/crane.pdf"))
    assert again(register) == 0
    register.add(act([N("Operators shall weigh crates.", "Art 2")]))
    assert again(register) == 2


def test_only_what_a_search_is_about_is_told(register: Register) -> None:
    alert(register, name="crates", filters=Filters(words="lost crate"))
    alert(register, name="police", filters=Filters(words="police"))
    alert(register, name="other", filters=Filters(language="fr"))
    alert(register, name="all", on="deadline-moved")
    for number in (1, 2):
        register.write(flats()[number])
    again(register)
    assert {place for _, place in outbox_events(register, "crates")} == {"Art 1(3)", ""}
    assert ("bearer-changed", "Art 2") in outbox_events(register, "police")
    assert outbox_events(register, "other") == []
    assert [place for _, place in outbox_events(register, "all")] == ["Art 1(3)"]


def test_a_norm_that_matched_before_its_change_is_told(register: Register) -> None:
    alert(register, filters=Filters(words="harbour master visit"), on="changed")
    register.write(flats()[1])
    register.write(flats()[2])
    again(register)
    assert ("bearer-changed", "Art 2") in outbox_events(register)


def test_a_search_that_makes_no_sense_stops_no_other(register: Register) -> None:
    alert(register, name="bad")
    alert(register, name="good")
    register._connection.execute(
        "UPDATE saved_searches SET filters = '{\"modality\": \"nonsense\"}' WHERE name = 'bad'"
    )
    register.write(flats()[1])
    found = collect(register, now=NOW + HOUR)
    assert found.waiting == {"good": 3}
    assert "bad" in found.problems[0]


def test_a_paused_alert_tells_nothing_and_begins_again_with_now(register: Register) -> None:
    one = alert(register)
    alerts.change_state(register, one.id, alerts.PAUSED)
    register.write(flats()[1])
    again(register)
    assert resume(register, one, now=NOW + DAY) == 0
    assert outbox_events(register) == []
    register.write(flats()[2])
    collect(register, now=NOW + 2 * DAY)
    assert len(outbox_events(register)) == 3


def test_since_tells_what_happened_from_a_day_on() -> None:
    made = open_register(":memory:")
    for flat in flats():
        made.write(flat)
    alert(made, since=date(2033, 1, 1))
    assert sorted(outbox_events(made)) == sorted(
        [("bearer-changed", "Art 2"), ("renumbered", "Art 4"), ("document", "")]
    )
    assert collect(made, now=NOW).noticed == 0
    alert(made, name="later")
    assert outbox_events(made, "later") == []


def test_a_new_alert_does_not_take_what_others_are_to_be_told(register: Register) -> None:
    alert(register, name="first")
    register.write(flats()[1])
    alert(register, name="second", now=NOW + HOUR)
    assert len(outbox_events(register, "first")) == 3
    assert outbox_events(register, "second") == []
