"""What people say of norms is kept, shown everywhere, taken back, and never lost."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.errors import BadRequest, DutybookError, NotFound
from dutybook.records import Analysis
from dutybook.store import Filters, Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Record

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
REPORT = N(
    "Each harbour operator shall report an incident within 72 hours after noticing it.",
    place="Art 5(1)",
    bearer="harbour operator",
    action="report an incident",
    deadline="within 72 hours",
    anchor="after noticing it",
)
LOG = N("Pilots must keep a log.", place="Art 6", bearer="Pilots", confidence=0.4)
PERMIT = N(
    "A permit must follow by 2 August 2031 and no later.",
    place="Art 7",
    deadline="by 2 August 2031",
    kind="fixed",
    value="2031-08-02",
    direction=None,
    due=date(2031, 8, 2),
    confidence=0.6,
)


def filled(analysis: Analysis | None = None) -> Register:
    register = open_register()
    register.add(analysis or make_analysis([REPORT, LOG, PERMIT]), "1")
    return register


def at(register: Register, place: str) -> str:
    return next(n.id for n in register.norms(Filters(review_state="all")) if n.place == place)


def say(register: Register, place: str, by: str = "anna", **wanted: object) -> Record:
    (done,) = reviews.change(register, [at(register, place)], Change(**wanted), by=by, now=NOW)  # type: ignore[arg-type]
    return done.after


def test_everything_that_is_said_comes_back() -> None:
    register = filled()
    saved = say(
        register,
        "Art 5(1)",
        status="applicable",
        owner="anna",
        reviewer="ben",
        due="2026-08-02",
        review_date="2027-01-01",
        control="weekly check",
        note="asked the supplier",
        links=(("Policy", "docs/policy.pdf"),),
    )
    record = reviews.record(register, at(register, "Art 5(1)"))
    assert record == saved
    assert (record.status, record.owner, record.reviewer) == ("applicable", "anna", "ben")
    assert [(n.text, n.by, n.at) for n in record.notes] == [("asked the supplier", "anna", "2026-03-02T14:00:00+00:00")]
    assert [(k.label, k.target) for k in record.links] == [("Policy", "docs/policy.pdf")]
    saved = say(register, "Art 5(1)", by="ben", applicability="partly", reason="only the quay", note="seen")
    assert (saved.applicability, saved.applicability_reason) == ("partly", "only the quay")
    assert (saved.applicability_by, saved.applicability_on) == ("ben", "2026-03-02")
    assert [n.by for n in saved.notes] == ["anna", "ben"]
    assert reviews.record(register, at(register, "Art 6")) is None
    detail = register.norm(at(register, "Art 5(1)"))
    assert detail.review == saved
    assert register.check() == []


def test_saying_the_same_again_changes_nothing() -> None:
    register = filled()
    first = say(register, "Art 6", status="applicable", owner="anna")
    assert say(register, "Art 6", by="ben", status="applicable", owner="anna") == first


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"status": "done"}, "'done' is no status. There are: unassessed, requires review"),
        ({"applicability": "maybe"}, "no applicability"),
        ({"applicability": "no"}, "say why it applies 'no'"),
        ({"finding": "rejected"}, "say why it is no finding"),
        ({"correct": {"modality": "permission"}}, "say why it is corrected"),
        ({"correct": {"modality": "duty"}, "reason": "x"}, "'duty' is no modality"),
        ({"correct": {"place": "Art 1"}, "reason": "x"}, "'place' cannot be corrected"),
        ({"correct": {"deadline": "a month"}, "reason": "x"}, "no value of a deadline"),
        ({"correct": {"deadline": "P"}, "reason": "x"}, "no value of a deadline"),
        ({"correct": {"due": "2026-02-30"}, "reason": "x"}, "no day for 'due'"),
        ({"due": "2.8.2026"}, "no day for 'due'"),
        ({"note": " "}, "a note has no words"),
        ({"note": "a\0b"}, "no text"),
        ({"owner": "a\udcff"}, "no text"),
        ({"links": (("", "javascript:alert(1)"),)}, "no address that is kept here"),
        ({"links": (("", "JavaScript:alert(1)"),)}, "no address that is kept here"),
        ({"links": (("", " data:text/html,x"),)}, "no address that is kept here"),
        ({"links": (("", "java\nscript:x"),)}, "control characters"),
        ({"links": (("a", ""),)}, "no address"),
    ],
)
def test_what_cannot_be_meant_gets_a_message(wanted: dict[str, object], message: str) -> None:
    with pytest.raises(BadRequest, match=message) as caught:
        Change(**wanted)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "target", ["https://example.org/a=b", "mailto:a@example.org", "file:///x", "docs/a b.pdf", "C:\\x\\y.pdf", "/a:b"]
)
def test_paths_and_addresses_are_links(target: str) -> None:
    assert Change(links=(("", target),)).links


def test_corrections_show_everywhere_and_the_extractor_s_values_stay_beside() -> None:
    register = filled()
    norm = at(register, "Art 5(1)")
    assert register.count(Filters(words="quaymaster")) == 0
    record = say(
        register,
        "Art 5(1)",
        correct={"modality": "permission", "bearer": "quaymaster", "condition": "in a storm"},
        reason="misread",
    )
    assert record.finding == "corrected"
    assert register.count(Filters(words="quaymaster")) == 1, "the full-text index has the new word"
    assert register.count(Filters(modality="permission")) == 1
    assert register.count(Filters(bearer="quaymaster")) == 1
    view = register._connection.execute("SELECT modality, bearer FROM register WHERE id = ?", (norm,)).fetchone()
    assert view == ("permission", "quaymaster")
    kept = {c.field: (c.extracted, c.value) for c in record.corrections}
    assert kept == {
        "modality": ("obligation", "permission"),
        "bearer": ("harbour operator", "quaymaster"),
        "condition": (None, "in a storm"),
    }
    assert record.tie.modality == "obligation", "what is kept of the norm is what the extractor said"
    assert register.check() == []


def test_a_bearer_s_english_name_goes_with_the_bearer() -> None:
    register = filled()
    norm = at(register, "Art 5(1)")
    register._connection.execute("UPDATE norms SET role = 'operator' WHERE id = ?", (norm,))
    say(register, "Art 5(1)", correct={"bearer": "quaymaster"}, reason="x")
    assert register.norm(norm).norm.role is None
    reviews.undo(register, norm, by="anna")
    assert register.norm(norm).norm.role == "operator"


def test_a_deadline_s_value_and_day_are_corrected() -> None:
    register = filled()
    record = say(register, "Art 7", correct={"deadline": "2031-09-02"}, reason="a misprint")
    assert record.corrections[0].field == "deadline:by 2 August 2031"
    (deadline,) = register.norm(at(register, "Art 7")).norm.deadlines
    assert (deadline.value, deadline.due) == ("2031-09-02", date(2031, 9, 2))
    assert "corrected by anna on 2026-03-02: a misprint" in deadline.steps[0]
    say(register, "Art 5(1)", correct={"deadline": "PT24H"}, reason="a misprint")
    (deadline,) = register.norm(at(register, "Art 5(1)")).norm.deadlines
    assert deadline.due is None, "no day is made up from another value"
    assert "not computed anew" in deadline.reason
    say(register, "Art 5(1)", correct={"due": "2026-05-04"}, reason="agreed with the authority")
    (deadline,) = register.norm(at(register, "Art 5(1)")).norm.deadlines
    assert (deadline.value, deadline.due) == ("PT24H", date(2026, 5, 4))
    assert register.count(Filters(deadline_before="2026-06-01")) == 1
    with pytest.raises(BadRequest, match=r"say which deadline .* It has: none"):
        say(register, "Art 6", correct={"due": "2026-05-04"}, reason="x")
    assert reviews.record(register, at(register, "Art 6")) is None, "nothing is kept of a change that fails"
    assert register.check() == []


def test_rejected_findings_are_hidden_and_can_be_found() -> None:
    register = filled()
    norm = at(register, "Art 7")
    assert [row[0] for row in register._connection.execute("SELECT due FROM due_dates")] == ["2031-08-02"]
    record = say(register, "Art 7", finding="rejected", reason="a heading")
    assert record.finding == "rejected"
    assert [n.place for n in register.norms()] == ["Art 5(1)", "Art 6"]
    assert register.count(Filters(review_state="all")) == 3
    assert [n.place for n in register.norms(Filters(review_state="rejected"))] == ["Art 7"]
    assert register.upcoming(date(2026, 1, 1)) == [], "it sets no dates"
    assert register.norm(norm).norm.id == norm, "it can still be looked at"
    say(register, "Art 7", finding="confirmed")
    assert register.count() == 3


def test_filters_by_what_people_said() -> None:
    register = filled()
    say(register, "Art 5(1)", status="compliant", owner="Änne Möller", finding="confirmed")
    say(register, "Art 6", correct={"bearer_class": "person"}, reason="x")
    places = {
        name: [n.place for n in register.norms(Filters(**given))]  # type: ignore[arg-type]
        for name, given in {
            "compliant": {"status": "compliant"},
            "unassessed": {"status": "unassessed"},
            "owner": {"owner": "anne mol"},
            "confirmed": {"review_state": "confirmed"},
            "corrected": {"review_state": "corrected"},
            "unreviewed": {"review_state": "unreviewed"},
        }.items()
    }
    assert places == {
        "compliant": ["Art 5(1)"],
        "unassessed": ["Art 6", "Art 7"],
        "owner": ["Art 5(1)"],
        "confirmed": ["Art 5(1)"],
        "corrected": ["Art 6"],
        "unreviewed": ["Art 7"],
    }


def test_undo_takes_back_change_after_change() -> None:
    register = filled()
    norm = at(register, "Art 5(1)")
    say(register, "Art 5(1)", status="applicable", note="one", links=(("", "a/b"),))
    say(register, "Art 5(1)", by="ben", status="compliant", correct={"bearer": "quaymaster"}, reason="x")
    say(register, "Art 5(1)", by="ben", correct={"bearer": "dockmaster"}, reason="y")
    assert register.norm(norm).norm.bearer == "dockmaster"
    reviews.undo(register, norm, by="anna")
    assert register.norm(norm).norm.bearer == "quaymaster"
    back = reviews.undo(register, norm, by="anna").after
    assert (back.status, back.finding, back.corrections) == ("applicable", "", ())
    assert register.norm(norm).norm.bearer == "harbour operator"
    back = reviews.undo(register, norm, by="anna").after
    assert (back.status, back.notes, back.links) == ("unassessed", (), ())
    with pytest.raises(BadRequest, match="nothing left to take back"):
        reviews.undo(register, norm, by="anna")
    with pytest.raises(NotFound, match="nothing was said"):
        reviews.undo(register, at(register, "Art 6"), by="anna")
    assert register.check() == []


def test_somebody_who_was_faster_is_not_written_over_unseen() -> None:
    register = filled()
    norm = at(register, "Art 6")
    seen = say(register, "Art 6", status="applicable")
    say(register, "Art 6", by="ben", status="compliant")
    for since in (str(seen.revision), "2026-03-02T13:59:00+00:00"):
        with pytest.raises(BadRequest, match=r"ben at .*: status applicable → compliant"):
            reviews.change(register, [norm], Change(status="non-compliant"), by="anna", unchanged_since=since)
    with pytest.raises(BadRequest, match="is no moment"):
        reviews.change(register, [norm], Change(status="non-compliant"), by="anna", unchanged_since="noon")
    record = reviews.record(register, norm)
    assert record is not None
    assert record.status == "compliant"
    (done,) = reviews.change(
        register, [norm], Change(status="non-compliant"), by="anna", unchanged_since=str(record.revision)
    )
    assert done.before == record
    assert done.after.status == "non-compliant"
    with pytest.raises(BadRequest, match="say who you are"):
        reviews.change(register, [norm], Change(status="compliant"), by=" ")


# reading documents again


def reread(analysis: Analysis, *, ids: str = "", **fields: object) -> Analysis:
    """The same document read by a better analyser: other ids of norms, other values."""
    renamed = {n.id: f"{ids}{n.id}"[:16] if ids else n.id for n in analysis.norms}
    norms = tuple(replace(n, id=renamed[n.id], **fields) for n in analysis.norms)  # type: ignore[arg-type]
    deadlines = tuple(replace(d, id=f"{ids}{d.id}"[:16], norm=renamed[d.norm]) for d in analysis.deadlines)
    citations = tuple(analysis.citations)
    return replace(analysis, norms=norms, deadlines=deadlines, citations=citations)


def test_what_was_said_survives_a_new_reading() -> None:
    analysis = make_analysis([REPORT, LOG, PERMIT])
    register = filled(analysis)
    saved = say(
        register,
        "Art 5(1)",
        status="applicable",
        correct={"bearer": "quaymaster", "deadline": "PT24H"},
        reason="misread",
    )
    say(register, "Art 6", finding="rejected", reason="a title")
    retitled = replace(analysis, document=replace(analysis.document, title="Harbour Data Act (new)"))
    assert register.add(retitled, "2")
    assert reviews.record(register, at(register, "Art 5(1)")) == saved
    assert register.count(Filters(words="quaymaster")) == 1
    assert register.norm(at(register, "Art 5(1)")).norm.deadlines[0].value == "PT24H"
    assert register.count() == 2
    assert register.check() == []
    # with other ids
    old = at(register, "Art 5(1)")
    assert register.add(reread(analysis, ids="zz"), "3")
    new = at(register, "Art 5(1)")
    assert new != old
    record = reviews.record(register, new)
    assert record is not None
    assert (record.norm, record.status, record.notes) == (new, "applicable", saved.notes)
    assert [(c.norm, c.field, c.value) for c in record.corrections] == [
        (new, "bearer", "quaymaster"),
        (new, "deadline:within 72 hours", "PT24H"),
    ]
    assert register.norm(new).norm.bearer == "quaymaster"
    assert register.count() == 2, "and it is still rejected"
    assert reviews.orphans(register) == []
    assert register.check() == []


def test_an_extractor_that_says_a_third_thing_asks_for_review() -> None:
    from dutybook.records import Modality

    analysis = make_analysis([REPORT, LOG])
    register = filled(analysis)
    say(register, "Art 5(1)", status="compliant", correct={"modality": "permission"}, reason="may")
    say(register, "Art 6", status="compliant", finding="confirmed")
    register.add(reread(analysis, modality=Modality.PROHIBITION), "2")
    norm = register.norm(at(register, "Art 5(1)"))
    assert norm.norm.modality == "permission", "a person's word stands"
    assert norm.review is not None
    assert norm.review.status == "requires review"
    assert norm.review.why == "a new reading has modality prohibition; it was corrected from obligation to permission"
    assert norm.review.corrections[0].extracted == "prohibition"
    other = register.norm(at(register, "Art 6")).review
    assert other is not None
    assert (other.status, other.why) == (
        "requires review",
        "a new reading has modality prohibition instead of obligation",
    )
    say(register, "Art 5(1)", status="compliant")
    again = replace(analysis, document=replace(analysis.document, title="Harbour Data Act (reprint)"))
    register.add(reread(again, modality=Modality.PROHIBITION), "3")
    norm = register.norm(at(register, "Art 5(1)"))
    assert norm.review is not None
    assert norm.review.status == "compliant", "what somebody has looked at is not asked again"
    assert register.check() == []


def test_an_extractor_that_agrees_by_now_needs_nobody() -> None:
    from dutybook.records import Modality

    analysis = make_analysis([REPORT])
    register = filled(analysis)
    say(register, "Art 5(1)", status="compliant", correct={"modality": "permission"}, reason="may")
    register.add(reread(analysis, modality=Modality.PERMISSION), "2")
    record = register.norm(at(register, "Art 5(1)")).review
    assert record is not None
    assert record.status == "compliant"
    register.add(analysis, "3")
    record = register.norm(at(register, "Art 5(1)")).review
    assert record is not None
    assert record.status == "requires review", "it went back to what was corrected"


def test_a_record_waits_for_its_norm() -> None:
    analysis = make_analysis([REPORT, LOG])
    register = filled(analysis)
    saved = say(register, "Art 5(1)", status="applicable", correct={"bearer": "quaymaster"}, reason="x", note="n")
    document = register.documents()[0].id
    register.remove(document)
    assert reviews.orphans(register) == [saved]
    assert register.check() == []
    record, rows = reviews.history_of(register, saved.norm[:6])
    assert record == saved
    assert rows
    register.add(analysis, "1")
    assert reviews.orphans(register) == []
    assert register.norm(saved.norm).norm.bearer == "quaymaster"
    # another print of the same act, with other bytes
    register.remove(document)
    register.add(make_analysis([REPORT, LOG], salt="other print", source="b.txt"), "1")
    record = register.norm(at(register, "Art 5(1)")).review
    assert record is not None
    assert record.notes == saved.notes
    assert reviews.orphans(register) == []
    assert register.norm(record.norm).norm.bearer == "quaymaster"
    assert register.check() == []


def test_what_fits_two_norms_is_tied_to_none() -> None:
    analysis = make_analysis([replace(LOG, place="Art 6")])
    register = filled(analysis)
    say(register, "Art 6", status="applicable")
    two = make_analysis([replace(LOG, place="Art 8"), replace(LOG, place="Art 9")], title="Harbour Data Act, reprint")
    two = replace(two, document=replace(two.document, id=analysis.document.id, sha256=analysis.document.sha256))
    register.add(two, "2")
    assert [r.tie.place for r in reviews.orphans(register)] == ["Art 6"]
    register.add(analysis, "3")
    assert reviews.orphans(register) == []


def test_a_document_without_a_work_keeps_what_was_said() -> None:
    analysis = make_analysis([REPORT, LOG], work=None)
    register = filled(analysis)
    say(register, "Art 5(1)", status="applicable", correct={"bearer": "quaymaster"}, reason="x")
    register.add(reread(analysis, ids="zz"), "2")
    assert register.norm(at(register, "Art 5(1)")).norm.bearer == "quaymaster"
    reviews.undo(register, at(register, "Art 5(1)"), by="anna")
    assert register.norm(at(register, "Art 5(1)")).norm.bearer == "harbour operator"
    assert register.check() == []


def test_many_at_once_are_all_or_none() -> None:
    register = filled()
    norms = [n.id for n in register.norms()]
    made = reviews.change(register, norms, Change(status="applicable", owner="anna"), by="anna", now=NOW)
    assert [d.after.status for d in made] == ["applicable"] * 3
    with pytest.raises(BadRequest):
        reviews.change(
            register, norms, Change(correct={"due": "2026-01-01"}, reason="x", status="compliant"), by="anna"
        )
    assert register.count(Filters(status="applicable")) == 3


@pytest.mark.sqlite_only
def test_a_change_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with open_register(path) as register:
        register.add(make_analysis([REPORT, LOG]), "1")
        norms = [n.id for n in register.norms()]
    wanted = Change(status="applicable", correct={"bearer": "quaymaster"}, reason="x")
    cuts = 0
    for steps in range(1, 1000):
        with open_register(path) as register:
            # SQLite stops after so many hundred of its own steps, wherever that is.
            left = iter(range(steps))
            register._connection.set_progress_handler(lambda left=left: next(left, None) is None, 100)  # type: ignore[misc]
            try:
                reviews.change(register, norms, wanted, by="anna")
            except DutybookError:
                cuts += 1
                register._connection.set_progress_handler(None, 0)
                assert register._connection.execute("SELECT count(*) FROM history").fetchone() == (0,)
                assert reviews.records(register, norms) == {}
                assert register.count(Filters(words="quaymaster")) == 0
                assert register.check() == []
                continue
        break
    assert cuts > 5
    with open_register(path) as register:
        assert register.count(Filters(words="quaymaster")) == 2
        assert register.check() == []


_WRITER = """
import sys
from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
with open_register(sys.argv[1]) as register:
    norms = [n.id for n in register.norms()]
    print("ready", flush=True)
    for turn in range(100000):
        wanted = Change(owner=f"o{turn}", note=f"n{turn}", correct={"bearer": f"b{turn}"}, reason="x")
        reviews.change(register, norms, wanted, by="writer")
"""


@pytest.mark.sqlite_only
def test_kill_in_the_middle_loses_and_breaks_nothing(tmp_path: Path) -> None:
    import subprocess
    import sys
    import time

    from dutybook.store.judgements import reviews

    path = tmp_path / "some.db"
    with open_register(path) as register:
        register.add(make_analysis([REPORT, LOG, PERMIT]), "1")
    rows = 0
    for turn in range(5):
        process = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.15 + 0.07 * turn)
        process.kill()
        process.wait()
        process.stdout.close()
        with open_register(path) as register:
            assert register.check() == []
            verdict = reviews.verify_history(register)
            assert verdict.broken is None
            assert verdict.rows >= rows
            rows = verdict.rows
            records = reviews.records(register, [n.id for n in register.norms()]).values()
            assert len({(r.owner, len(r.notes), r.corrections[0].value) for r in records}) <= 1, "all or none"
    assert rows > 0


@pytest.mark.sqlite_only
def test_tables_of_people_are_not_content() -> None:
    from dutybook.store import schema

    assert {"reviews", "history", "corrected"} <= set(schema.PEOPLE_TABLES)
    register = filled()
    assert not any(line.startswith('["reviews"') for line in register.content())
    tables = {r[0] for r in register._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert set(schema.PEOPLE_TABLES) <= tables


def test_a_read_only_register_takes_nothing(tmp_path: Path) -> None:
    from dutybook.errors import RegisterUnwritable

    path = tmp_path / "some.db"
    with open_register(path) as register:
        register.add(make_analysis([REPORT]), "1")
    with open_register(path, read_only=True) as register:
        with pytest.raises(RegisterUnwritable):
            reviews.change(register, [n.id for n in register.norms()], Change(status="applicable"), by="anna")
        with pytest.raises((sqlite3.OperationalError, RegisterUnwritable)):
            register._connection.execute("DELETE FROM history")
