"""What a report says, before it has a form."""

from __future__ import annotations

from datetime import date

import pytest
from export_fakes import mixed
from report_fakes import TODAY, rich

from builders import N, make_analysis
from dutybook.export.content import Content
from dutybook.export.report.building import report_of
from dutybook.export.report.model import ActView, Report, Speech
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.records import Status
from dutybook.store import open_register


def report(filters: dict[str, object] | None = None, reader: str = "en", today: date | None = TODAY) -> Report:
    return report_of(Content(rich(), filters, reader), today=today)


def harbour(**more: str) -> ActView:
    return next(act for act in report(**more).acts if act.title == "Harbour Data Act")  # type: ignore[arg-type]


def test_every_reader_has_every_word() -> None:
    assert reader_languages("report") == ("de", "en", "fr")
    english = reader_words("report", "en").own
    for language in ("de", "fr"):
        assert reader_words("report", language).own == english


def test_an_act_says_what_it_is() -> None:
    told = {line.label: line.text for line in harbour().lines}
    assert told["Number"] == "32031R0777"
    assert told["Language"] == "English"
    assert told["Published"] == "1 February 2031"
    assert told["Entry into force"] == "1 May 2031"
    assert told["Source"] == "harbour.txt"
    assert len(told["SHA-256"]) == 64
    assert harbour().counts == [
        *("3 norms", "2 deadlines with a date", "1 term", "1 sentence looked like a norm and is not one")
    ]  # fmt: skip


def test_norms_stand_under_their_headings_once() -> None:
    groups = harbour().groups
    assert [[title.text for title in group.titles] for group in groups] == [
        ["Chapter II · DUTIES", "Art 5(1) · Duties"], ["Art 6 · Duties"], ["Art 7 · Duties"]
    ]  # fmt: skip
    assert [[title.level for title in group.titles] for group in groups] == [[1, 2], [2], [2]]
    assert [norm.where for group in groups for norm in group.norms] == ["Art 5(1), page 1", "Art 6, page 1", "Art 7, page 1"]  # fmt: skip


def test_a_norm_says_who_what_when_if_and_what_happens_else() -> None:
    first, second, third = [norm for group in harbour().groups for norm in group.norms]
    assert (first.bearer, first.kind, first.modality) == ("harbour operator", "obligation", "obligation")
    assert [(line.label, line.text) for line in first.lines] == [
        ("Condition", "if a crane falls"),
        ("Exception", "unless it is a toy"),
        ("Penalty", "A fine of EUR 1 000"),
        ("Applies from", "1 May 2031"),
    ]
    (due,) = first.deadlines
    assert (due.quote, due.day, due.how) == ("within 72 hours (after noticing it)", "21 July 2031, 10:00", "three days")
    assert due.event == "from event of 2031-07-18 10:00+01:00 (crane 3)"
    assert (due.state, due.left) == ("soon", "in 1 day")
    assert second.should == "should"
    assert second.lines[-1].text == "table 1, row 2, column 3 (Deadline; Permit)"
    (penalty,) = third.lines
    assert (penalty.text, penalty.url) == ("as at Art 5(1)", f"#n-{first.id}")


def test_people_are_heard() -> None:
    first = harbour().groups[0].norms[0]
    assert [(line.label, line.text) for line in first.people] == [
        ("Status", "requires review"),
        ("To be reviewed because", "only the quay"),
        ("Owner", "anna"),
        ("Own date", "31 July 2031"),
        ("Applies to us", "partly: only the quay"),
        ("Notes", "2 March 2031, anna: asked <b>the</b> supplier"),
        ("Evidence", "Policy: https://example.org/p"),
    ]
    assert first.people[-1].url is None, "what people typed is no link to be followed"


def test_dates_are_in_order_with_what_they_are() -> None:
    dates = harbour().dates
    assert [(d.iso, d.kind, d.state) for d in dates] == [
        ("2031-05-01", "entry into force", "past"),
        ("2031-07-21", "obligation", "soon"),
        ("2031-08-02", "obligation", "soon"),
    ]
    assert dates[1].what == "harbour operator: report an incident (crane 3)"
    assert not any(date.state or date.left for act in report(today=None).acts for date in act.dates)


def test_what_changed_is_told_with_its_version() -> None:
    (quay,) = [act for act in report().acts if act.title == "Quay Safety Act"]
    assert quay.changes_since == "Compared with the version of 1 February 2031"
    new, moved = quay.changes
    assert (new.kinds, new.was, new.place) == (("new",), "", "Art 1(2)")
    assert "lock the gate" in new.now
    assert set(moved.kinds) == {"renumbered", "tightened", "deadline moved"}
    assert "within five days" in moved.was
    assert "within two days" in moved.now
    # What was not asked for has not changed for the reader.
    (part,) = [act for act in report({"words": "gate"}).acts if act.title == "Quay Safety Act"]
    assert [change.kinds for change in part.changes] == [("new",)]


def test_what_was_not_read_is_listed() -> None:
    made = report()
    assert [(each.source, each.reason) for each in made.unread] == [("/acts/broken.pdf", "broken: no page tree")]
    assert made.counts[-1] == "1 document was not read, or only partly"
    assert made.number == 8


def test_what_was_not_read_wholly_and_gave_nothing_is_listed_too() -> None:
    register = open_register()
    register.add(make_analysis([], status=Status.PARTLY_READ, reason="norms are not known in “el” yet"))
    register.add(
        make_analysis([N("Pilots must rest.")], source="b.txt", salt="b", status=Status.PARTLY_READ, reason="page 3")
    )
    made = report_of(Content(register))
    assert [each.source for each in made.unread] == ["harbour.txt"]
    (act,) = made.acts
    assert {line.label: line.text for line in act.lines}["State"] == "partly read: page 3"


def test_one_act_names_the_report_several_do_not() -> None:
    assert report({"work": "32031R0777"}).title == "Obligations under Harbour Data Act"
    assert report().title == "Register of obligations"
    assert report({"work": "32031R0777"}, reader="de").title == "Pflichten nach Harbour Data Act"


def test_words_are_the_readers_and_the_law_is_its_own() -> None:
    act = harbour(reader="fr")
    assert {line.label for line in act.lines} >= {"Numéro", "Publication", "Entrée en vigueur"}
    assert act.groups[0].norms[0].kind == "obligation"
    assert act.groups[0].norms[0].lang == "en"
    assert dict(report(reader="de").labels)["section.dates"] == "Termine"
    assert report(reader="sv").labels["section.dates"] == "Dates", "others fall back"


def test_languages_of_an_act_are_named() -> None:
    made = report_of(Content(mixed(), {"language": "de"}, "de"))
    (act,) = made.acts
    assert {line.label: line.text for line in act.lines}["Sprache"] == "Deutsch"


def test_nothing_is_said_to_be_nothing() -> None:
    made = report_of(Content(open_register()))
    assert (made.number, made.acts, made.unread) == (0, [], [])
    assert made.title == "Register of obligations"


@pytest.mark.parametrize(
    ("reader", "day"),
    [("en", "2 August 2031"), ("de", "2. August 2031"), ("fr", "2 août 2031"), ("xx", "2 August 2031")],
)
def test_days_are_written_as_the_reader_does(reader: str, day: str) -> None:
    speech = Speech(reader)
    assert speech.day("2031-08-02") == speech.day(date(2031, 8, 2)) == day
    assert (speech.day("2031-08"), speech.day("2031-99-99"), speech.day(None)) == ("2031-08", "2031-99-99", "")


def test_days_are_counted_from_a_day_that_is_given() -> None:
    speech = Speech("de", date(2031, 7, 20))
    left = {n: speech.left(date(2031, 7, 20 + n)) for n in (0, 1, 5, -1)}
    assert left == {0: "heute", 1: "in 1 Tag", 5: "in 5 Tagen", -1: "vor 1 Tag"}
    far = [(2034, 7, 20), (2034, 7, 18), (2032, 7, 20), (2031, 12, 1), (2021, 1, 20), (2030, 1, 1)]
    assert [speech.left(date(*day)) for day in far] == [
        *("in 3 Jahren", "in 2 Jahren", "in 12 Monaten", "in 4 Monaten", "vor 10 Jahren", "vor 18 Monaten")
    ]  # fmt: skip
    assert [speech.state(date(2031, *day)) for day in ((7, 19), (8, 1), (12, 1))] == ["past", "soon", "later"]
    assert speech.number(12345) == "12.345"
