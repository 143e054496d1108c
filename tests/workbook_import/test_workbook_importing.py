"""What people wrote into a workbook arrives, all of it and nothing else; what cannot be taken is said cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from workbooks import LATER, NORMS, NOW, Book, bring, cells, exported, filled, norm, record, say

from builders import HARBOUR, N, make_analysis
from dutybook.errors import BadRequest, NotFound
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.store import Filters, open_register
from dutybook.store.controls import controls
from dutybook.store.judgements import reviews
from dutybook.workbook_import.columns import fields, layout, title
from dutybook.workbook_import.records import Take


def test_what_is_written_arrives_with_its_history(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write(
        "Art 5",
        status="compliant",
        owner="anna",
        reviewer="ben",
        own_due=date(2026, 8, 2),
        review_date=datetime(2027, 1, 1),
        control="weekly check\nby the quaymaster",
        new_note="asked the supplier",
        applicability="partly",
        applicability_reason="only the quay",
    )
    book.write("Art 6", modality="permission", bearer="Captains", condition="in a storm", correction_reason="misread")
    book.write("Art 7", finding="rejected", finding_reason="a title")
    path = book.save()
    would = bring(register, path, dry_run=True)
    assert (would.applied, would.whole, would.norms, would.rows, would.untouched) == (False, True, 3, 4, 1)
    assert not list(reviews.read_history(register)), "nothing was changed"
    done = bring(register, path)
    assert done.applied
    assert done.edits == would.edits
    stored = record(register, "Art 5")
    assert (stored.status, stored.owner, stored.reviewer, stored.due) == ("compliant", "anna", "ben", "2026-08-02")
    assert (stored.review_date, stored.control) == ("2027-01-01", "weekly check\nby the quaymaster")
    assert (stored.applicability, stored.applicability_reason) == ("partly", "only the quay")
    assert (stored.applicability_by, stored.applicability_on) == ("anna", "2026-03-09")
    assert [(n.text, n.by, n.at) for n in stored.notes] == [("asked the supplier", "anna", LATER.isoformat())]
    detail = register.norm(norm(register, "Art 6")).norm
    assert (detail.modality, detail.bearer, detail.condition) == ("permission", "Captains", "in a storm")
    assert {c.why for c in record(register, "Art 6").corrections} == {"misread"}
    rejected = record(register, "Art 7")
    assert (rejected.finding, rejected.finding_reason) == ("rejected", "a title")
    rows = list(reviews.read_history(register))
    assert {row.by for row in rows} == {"anna"}
    assert {row.why for row in rows} == {"import of register.xlsx", "only the quay", "misread", "a title"}
    assert len({row.change for row in rows}) == 3, "one change a norm, so that each can be taken back"
    assert register.check() == []
    again = bring(register, path)
    assert (again.edits, again.conflicts, again.problems, again.applied) == ((), (), (), False)
    assert len(list(reviews.read_history(register))) == len(rows)
    reviews.undo(register, norm(register, "Art 5"), by="ben")
    assert record(register, "Art 5").owner == ""


def test_a_workbook_that_nobody_touched_changes_nothing(tmp_path: Path, own_process: None) -> None:
    register = filled()
    say(register, "Art 5", status="applicable", owner="anna", due="2026-08-02", control="a  b", note="x")
    book = exported(register, tmp_path)
    say(register, "Art 5", owner="ben", status="compliant")
    say(register, "Art 6", correct={"bearer": "Captains"}, reason="misread")
    report = bring(register, book.path)
    assert (report.untouched, report.whole, report.applied, report.remarks) == (4, True, False, ())


def test_an_emptied_cell_takes_away_only_what_stood_there(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 5", status="applicable", owner="anna", due="2026-08-02", applicability="no", reason="ashore")
    book = exported(register, tmp_path)
    say(register, "Art 6", owner="ben")
    book.write("Art 5", status=None, owner="", own_due=None, applicability=None, applicability_reason=None)
    book.write("Art 6", owner=" ", control="x")
    report = bring(register, book.save())
    assert report.whole
    stored = record(register, "Art 5")
    assert (stored.status, stored.owner, stored.due) == ("unassessed", "", "")
    assert (stored.applicability, stored.applicability_reason) == ("unassessed", "")
    assert (record(register, "Art 6").owner, record(register, "Art 6").control) == ("ben", "x")


def test_three_ways(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 5", status="applicable", owner="anna")
    say(register, "Art 6", owner="anna")
    book = exported(register, tmp_path)
    say(register, "Art 5", owner="carl", at=LATER)
    say(register, "Art 6", owner="dora", at=LATER)
    book.write("Art 5", owner="emil", status="compliant").write("Art 6", owner="dora").save()
    report = bring(register, book.path)
    assert cells(report) == {("Art 5", "status"): ("applicable", "compliant")}
    (conflict,) = report.conflicts
    assert (conflict.cell, conflict.base, conflict.now, conflict.sheet) == (
        book.where("Art 5", "owner"),
        *("anna", "carl", "emil"),
    )
    assert (conflict.by, conflict.at) == ("ben", LATER.isoformat())
    assert not report.whole
    assert record(register, "Art 5").owner == "carl"
    assert record(register, "Art 5").status == "compliant"
    left = bring(register, book.path, take=Take.THEIRS)
    assert (left.whole, left.left, left.edits) == (True, 1, ())
    mine = bring(register, book.path, take=Take.MINE)
    assert mine.whole
    assert mine.edits[0].over.startswith("ben 2026")
    assert record(register, "Art 5").owner == "emil"


def test_what_belongs_together_is_one_conflict(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    say(register, "Art 5", applicability="no", reason="ashore")
    book.write("Art 5", applicability="yes", applicability_reason="we have a quay").save()
    report = bring(register, book.path)
    assert {c.field for c in report.conflicts} == {"applicability", "applicability_reason"}
    assert record(register, "Art 5").applicability == "no"
    say(register, "Art 6", applicability="partly", reason="half of it")
    book = exported(register, tmp_path)
    say(register, "Art 6", applicability="no", reason="ashore")
    book.write("Art 6", applicability_reason="the eastern half").save()
    assert len(bring(register, book.path).conflicts) == 1
    bring(register, book.path, take=Take.MINE)
    stored = record(register, "Art 6")
    assert (stored.applicability, stored.applicability_reason) == ("partly", "the eastern half")


def test_corrections_three_ways(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 6", correct={"bearer": "Captains"}, reason="misread")
    book = exported(register, tmp_path)
    assert book.cell("Art 6", "bearer").value == "Captains"
    say(register, "Art 6", correct={"bearer": "Masters"}, reason="better")
    book.write("Art 6", bearer="Skippers", correction_reason="so they say").save()
    (conflict,) = bring(register, book.path).conflicts
    assert (conflict.base, conflict.now, conflict.sheet, conflict.by) == ("Captains", "Masters", "Skippers", "ben")
    bring(register, book.path, take=Take.MINE)
    assert register.norm(norm(register, "Art 6")).norm.bearer == "Skippers"
    fresh = exported(register, tmp_path)
    fresh.write("Art 6", bearer="Pilots", correction_reason="right as it was").save()
    bring(register, fresh.path)
    assert record(register, "Art 6").corrections == ()


def test_what_a_new_reading_says_otherwise_is_no_edit_of_anybody(tmp_path: Path) -> None:
    analysis = make_analysis(NORMS)
    register = open_register()
    register.add(analysis, "1")
    book = exported(register, tmp_path)
    log = analysis.norms[1]
    assert log.bearer
    other = replace(log, bearer=replace(log.bearer, text="operators"))
    register.add(replace(analysis, norms=(analysis.norms[0], other, *analysis.norms[2:])), "2")
    book.write("Art 6", owner="anna").save()
    report = bring(register, book.path)
    assert report.whole
    assert cells(report) == {("Art 6", "owner"): ("", "anna")}
    book.write("Art 6", bearer="Masters", correction_reason="misread").save()
    (conflict,) = bring(register, book.path).conflicts
    assert (conflict.base, conflict.now, conflict.sheet, conflict.by) == (None, "operators", "Masters", "")


BAD = [
    ({"status": "done"}, "status", "there is no such value: write one of unassessed, requires review"),
    ({"own_due": "soon"}, "own_due", "it is no day: write year-month-day"),
    ({"own_due": 46236}, "own_due", "it is no day"),
    ({"own_due": "2026-02-30"}, "own_due", "it is no day"),
    ({"own_due": "02/08/2026"}, "own_due", "it is no day"),
    ({"applicability": "no"}, "applicability", "say why: write it in Why (not)"),
    ({"finding": "rejected"}, "finding", "say why it is none: write it in Reason for the result"),
    ({"finding": "corrected"}, "finding", "a norm is corrected by writing the right values"),
    ({"finding_reason": "because"}, "finding_reason", "a reason alone says nothing"),
    ({"bearer": "Captains"}, "bearer", "say why it is corrected: write it in Why corrected"),
    ({"modality": None, "correction_reason": "x"}, "modality", "it cannot be empty"),
    ({"modality": "duty", "correction_reason": "x"}, "modality", "there is no such value"),
    ({"bearer": "a", "correction_reason": "x", "finding": "confirmed"}, "bearer", "do one of them"),
    ({"owner": "a" * 201}, "owner", "it has 201 characters, and 200 is the limit"),
    ({"owner": "#REF!"}, "owner", "it shows an error"),
    ({"control": "=1+1"}, "control", "its formula has no result in the file"),
]


@pytest.mark.parametrize(("wrong", "column", "message"), BAD, ids=lambda v: str(v)[:40] if isinstance(v, dict) else "")
def test_a_bad_cell_is_said_with_what_to_write_and_stops_nothing_else(
    tmp_path: Path, wrong: dict[str, object], column: str, message: str
) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write("Art 5", **wrong).write("Art 6", owner="anna")
    book.cell("Art 5", "own_due").number_format = "General"
    book.save()
    report = bring(register, book.path)
    (problem,) = report.problems
    assert problem.cell == book.where("Art 5", column)
    assert problem.column == title(column, "en")
    assert message in problem.message
    assert cells(report) == {("Art 6", "owner"): ("", "anna")}
    assert report.applied
    assert not record(register, "Art 5").id
    assert register.check() == []


def test_deadlines_words_and_roles_are_corrected(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    assert book.cell("Art 5", "deadline_values").value == "PT72H"
    book.write("Art 5", deadline_values="P5D", correction_reason="misread")
    book.write("Art 6", quote="Pilots must keep a log daily.", role="pilot", correction_reason="cut off")
    book.write("Art 7", deadline_values="2031-08-02\nP1M", correction_reason="x").save()
    report = bring(register, book.path)
    assert [problem.message for problem in report.problems] == [
        "write a line for each deadline, in their order; there are 1"
    ]
    assert register.norm(norm(register, "Art 5")).norm.deadlines[0].value == "P5D"
    detail = register.norm(norm(register, "Art 6")).norm
    assert (detail.quote, detail.role) == ("Pilots must keep a log daily.", "pilot")
    assert [n.place for n in register.norms(Filters(words="daily"))] == ["Art 6"]
    assert register.check() == []
    assert bring(register, book.path).edits == ()
    reviews.undo(register, norm(register, "Art 6"), by="anna")
    assert register.norm(norm(register, "Art 6")).norm.quote == "Pilots must keep a log."


def test_evidence_and_priority(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 5", links=(("Policy", "https://intranet.example/p"), ("", "old.pdf")), priority="low")
    book = exported(register, tmp_path)
    assert book.cell("Art 5", "links").value == "Policy: https://intranet.example/p\nold.pdf"
    book.write("Art 5", links="Policy: https://intranet.example/p\nMinutes: 2031-04.pdf", priority="high")
    book.write("Art 6", links="javascript:alert(1)", priority="soon").save()
    report = bring(register, book.path)
    stored = record(register, "Art 5")
    assert [(link.label, link.target) for link in stored.links] == [
        ("Policy", "https://intranet.example/p"),
        ("Minutes", "2031-04.pdf"),
    ]
    assert stored.priority == "high"
    messages = " ".join(problem.message for problem in report.problems)
    assert "is no address that is kept here" in messages
    assert "write one of high, medium, low" in messages
    assert bring(register, book.path).edits == ()


def test_both_sheets_of_a_norm_are_read_together(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 5", owner="anna")
    book = exported(register, tmp_path)
    book.write("Art 5", status="compliant", own_due=date(2027, 1, 31), new_note="seen")
    book.sheet.delete_rows(book.row("Art 6"))
    book.register.delete_rows(book.row("Art 7", book.register))
    book.save()
    report = bring(register, book.path)
    assert (report.whole, report.deleted, report.sheet) == (True, 1, "Register, Details")
    assert {edit.cell.partition("!")[0] for edit in report.edits} == {"Register", "Details"}
    stored = record(register, "Art 5")
    assert (stored.status, stored.due, stored.owner, stored.notes[0].text) == (
        "compliant",
        "2027-01-31",
        "anna",
        "seen",
    )


def test_all_or_nothing(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write("Art 5", status="done").write("Art 6", owner="anna").save()
    report = bring(register, book.path, whole=True)
    assert (report.applied, len(report.edits), len(report.problems)) == (False, 1, 1)
    assert not list(reviews.read_history(register))


def test_dates_and_numbers_as_people_write_them(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write("Art 5", own_due="2.8.2026", owner=7, control=3.5).write("Art 6", own_due="02. 08.2026")
    book.write("Art 7", own_due="2026-08-02", owner=True, control=date(2026, 1, 2)).save()
    assert bring(register, book.path).whole
    assert [record(register, f"Art {n}").due for n in (5, 6, 7)] == ["2026-08-02"] * 3
    assert (record(register, "Art 5").owner, record(register, "Art 5").control) == ("7", "3.5")
    assert (record(register, "Art 7").owner, record(register, "Art 7").control) == ("TRUE", "2026-01-02")


@pytest.mark.parametrize("language", reader_languages("register"))
def test_words_and_headings_of_every_language(tmp_path: Path, language: str) -> None:
    register = filled()
    book = exported(register, tmp_path, language)
    values = reader_words("values", language)
    book.write("Art 5", status=values("status.non-compliant").upper(), applicability=f" {values('applicability.yes')} ")
    # Another language's word, and the stored value.
    book.write("Art 6", status=reader_words("values", "de")("status.applicable"), modality="exemption")
    book.write("Art 6", correction_reason="x")
    for key, sheet in (("register", book.register), ("obligations", book.sheet)):
        for cell in sheet[1]:
            name = layout()[key].headings[language][" ".join(str(cell.value).split()).casefold()]
            cell.value = reader_words("register", "fr")(f"column.{name}")
    book.save()
    assert bring(register, book.path).whole
    assert (record(register, "Art 5").status, record(register, "Art 5").applicability) == ("non-compliant", "yes")
    assert record(register, "Art 6").status == "applicable"
    assert register.norm(norm(register, "Art 6")).norm.modality == "exemption"


def test_headings_are_not_ambiguous_within_a_language() -> None:
    for table in layout().values():
        for names in table.headings.values():
            assert len(names) == len(set(names.values())) == len(table.headings[""])
    assert {f.target for f in fields().values()} == set(fields())


def test_rows_and_columns_moved_deleted_and_added(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 7", owner="carl")
    book = exported(register, tmp_path)
    book.write("Art 5", owner="anna").write("Art 8", status="applicable")
    sheet = book.register
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    header = [cell.value for cell in sheet[1]]
    order = sorted(range(len(header)), key=lambda n: str(header[n])[::-1])
    keep = [n for n in order if header[n] not in ("Control", "Frequency")]
    gone = norm(register, "Art 6")
    kept = [row for row in reversed(rows) if gone not in row]
    file = openpyxl.Workbook()
    there = file.active
    there.title = "Meine Liste"
    there["B2"] = "For Monday"
    for at, values in enumerate([header, *kept]):
        for column, n in enumerate(keep):
            there.cell(at + 4, column + 2).value = values[n]
        there.cell(at + 4, len(keep) + 2).value = "Urgency" if not at else "high"
    note = file.create_sheet("_dutybook")
    for row in book.file["_dutybook"].iter_rows(values_only=True):
        note.append(row)
    file.save(book.path)
    report = bring(register, book.path)
    assert report.whole
    assert (report.sheet, report.rows, report.deleted) == ("Meine Liste", 3, 1)
    assert cells(report) == {("Art 5", "owner"): ("", "anna"), ("Art 8", "status"): ("unassessed", "applicable")}
    assert record(register, "Art 7").owner == "carl"
    messages = " ".join(remark.message for remark in report.remarks)
    assert "(Urgency)" in messages
    assert "were deleted" in messages


def test_a_copied_row_counts_once_and_two_that_differ_not_at_all(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write("Art 5", owner="anna")
    for number, place in enumerate(("Art 5", "Art 6")):
        for cell in book.register[book.row(place, book.register)]:
            book.register.cell(10 + number, cell.column).value = cell.value
    book.register.cell(11, book.column("owner")).value = "carl"
    book.save()
    report = bring(register, book.path)
    assert cells(report) == {("Art 5", "owner"): ("", "anna")}
    assert [p.message for p in report.problems] == [
        "rows 3, 11 are the same norm and say different things: delete all but one"
    ]
    assert "rows 2, 10 are the same norm and say the same" in report.remarks[0].message


def test_rows_without_id_and_with_one_that_is_not_known(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write("Art 5", id="0" * 16, owner="anna").write("Art 6", id=None, owner="ben")
    book.sheet.cell(20, 80).value = "a remark far from the table"
    book.save()
    report = bring(register, book.path)
    assert [p.row for p in report.problems] == [2, 3]
    assert "the register has no norm with its id" in report.problems[0].message
    assert "it has no id" in report.problems[1].message
    assert not report.edits


def test_edited_system_columns_are_said_and_not_taken(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 6", note="first")
    book = exported(register, tmp_path)
    book.write("Art 5", owner="anna").write("Art 6", notes="a note in the wrong column").write("Art 7", confidence=1)
    book.cell("Art 5", "place").value = "Art 55"
    book.save()
    report = bring(register, book.path)
    assert report.whole
    assert [r.message for r in report.remarks] == [
        "'Place' is not for editing; what was changed there was not taken.",
        "'Notes' is not for editing; what was changed there was not taken. Notes are written into 'New note'.",
        "a cell is not for editing; what was changed there was not taken.",
    ]
    assert cells(report) == {("Art 5", "owner"): ("", "anna")}
    say(register, "Art 5", note="later")
    assert bring(register, book.path).remarks == report.remarks, "notes of the register since are nobody's edits"


def test_columns_that_were_sorted_without_the_others_bring_nothing_to_the_wrong_norm(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write("Art 5", owner="anna").write("Art 7", owner="carl")
    for sheet in (book.register, book.sheet):
        hidden = [cell.column for cell in sheet[1] if cell.value in ("Id", "Check", "Document id")]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, values in enumerate(reversed(rows)):
            for cell in sheet[number + 2]:
                if cell.column not in hidden:
                    cell.value = values[cell.column - 1]
    report = bring(register, book.save())
    assert (report.edits, len(report.problems)) == ((), 4)
    assert all("if only some columns were sorted" in problem.message for problem in report.problems)


def test_another_register_s_workbook(tmp_path: Path) -> None:
    book = exported(filled(), tmp_path)
    other = filled()
    say(other, "Art 5", owner="carl", status="applicable")
    book.write("Art 5", owner="anna", control="weekly").save()
    with pytest.raises(BadRequest, match=r"exported from another register.*--other-register"):
        bring(other, book.path)
    report = bring(other, book.path, other=True)
    assert cells(report) == {("Art 5", "control"): ("", "weekly")}
    assert {(c.field, c.base, c.now, c.sheet) for c in report.conflicts} == {("owner", None, "carl", "anna")}
    assert record(other, "Art 5").owner == "carl"


def test_a_later_state_of_the_register_than_there_is(tmp_path: Path) -> None:
    filled(tmp_path / "a.db").close()
    (tmp_path / "b.db").write_bytes((tmp_path / "a.db").read_bytes())
    with open_register(tmp_path / "a.db") as register:
        say(register, "Art 5", owner="anna")
        book = exported(register, tmp_path)
    with open_register(tmp_path / "b.db") as restored, pytest.raises(BadRequest, match="was a backup restored"):
        bring(restored, book.path)


def test_a_record_goes_along_when_its_norm_got_another_id(tmp_path: Path) -> None:
    analysis = make_analysis(NORMS)
    register = open_register()
    register.add(analysis, "1")
    say(register, "Art 5", owner="anna")
    book = exported(register, tmp_path)
    book.write("Art 5", owner="carl").write("Art 6", bearer="Captains", correction_reason="x").save()
    renamed = {n.id: f"{n.id[:-4]}beef" for n in analysis.norms}
    again = replace(
        analysis,
        norms=tuple(replace(n, id=renamed[n.id]) for n in analysis.norms),
        deadlines=tuple(replace(d, norm=renamed[d.norm]) for d in analysis.deadlines),
    )
    register.add(again, "2")
    report = bring(register, book.path)
    assert cells(report) == {("Art 5", "owner"): ("anna", "carl")}
    assert "it counts for the one in its place" in report.remarks[-1].message
    assert [p.row for p in report.problems] == [3], "of the other nobody had said anything, so nothing is known of it"
    register.remove(analysis.document.id)
    (problem, _) = bring(register, book.path).problems
    assert "its record waits for it" in problem.message


def test_two_versions_of_one_norm_have_one_record(tmp_path: Path) -> None:
    register = open_register()
    texts = [N("Pilots must keep a log.", place="Art 6", bearer="Pilots"), N("Pilots must sign it.", place="Art 7")]
    for language, source in (("en", "a.txt"), ("en", "b.txt")):
        register.add(make_analysis(texts, work=HARBOUR, source=source, salt=source, language=language), "1")
    book = exported(register, tmp_path, all_versions=True)
    sheet, at = book.register, book.column("duty")
    rows = [n for n in range(2, sheet.max_row + 1) if sheet.cell(n, at).value == "Pilots must keep a log."]
    assert len(rows) == 2
    for row, owner in zip(rows, ("anna", "carl"), strict=True):
        sheet.cell(row, book.column("owner")).value = owner
        sheet.cell(row, book.column("control")).value = "weekly"
    book.save()
    report = bring(register, book.path)
    assert [p.row for p in report.problems] == rows
    assert all("is the same norm in another version or language" in p.message for p in report.problems)
    assert cells(report) == {("Art 6", "control"): ("", "weekly")}
    assert len(report.edits) == 1
    assert register.check() == []


def test_long_texts_that_the_export_shortened(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 5", control="x" * 40_000)
    book = exported(register, tmp_path)
    cell = book.cell("Art 5", "control")
    book.write("Art 5", owner="anna").save()
    assert bring(register, book.path).whole
    assert len(record(register, "Art 5").control) == 40_000
    cell.value = "y" + cell.value[1:]
    book.save()
    (problem,) = bring(register, book.path).problems
    assert "its text was shortened at the export" in problem.message


def test_merged_cells_and_formulas(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    at = book.cell("Art 5", "owner")
    book.write("Art 5", owner="anna").write("Art 6", control="x")
    book.register.merge_cells(start_row=at.row, end_row=at.row + 1, start_column=at.column, end_column=at.column)
    book.save()
    report = bring(register, book.path)
    assert cells(report) == {("Art 5", "owner"): ("", "anna"), ("Art 6", "control"): ("", "x")}
    (problem,) = report.problems
    assert "it is merged with others" in problem.message


def without_ids(book: Book) -> None:
    for sheet in (book.register, book.sheet):
        sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "Id"))


def test_files_that_are_not_there_or_not_ours(tmp_path: Path) -> None:
    register = filled()
    with pytest.raises(NotFound, match="there is no file"):
        bring(register, tmp_path / "none.xlsx")
    with pytest.raises(NotFound):
        bring(register, tmp_path)
    book = exported(register, tmp_path)
    with pytest.raises(BadRequest, match="say who you are"):
        bring(register, book.path, by=" ")
    for change, message in (
        (lambda b: b.file.remove(b.file["_dutybook"]), "it has no sheet '_dutybook'"),
        (without_ids, "no sheet of it has the hidden columns"),
        (lambda b: b.register.cell(1, 90, "Owner"), "two columns of 'Register' have the same heading"),
        (lambda b: b.file["_dutybook"].cell(1, 2, "99"), "a format that this Dutybook does not know"),
    ):
        changed = exported(register, tmp_path)
        change(changed)
        changed.save()
        with pytest.raises(BadRequest, match=message.replace("(", r"\(")):
            bring(register, changed.path)


def test_a_copied_sheet_is_asked_about_unless_one_has_its_name(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.file.copy_worksheet(book.register).title = "Copy"
    book.write("Art 5", owner="anna").save()
    assert cells(bring(register, book.path, dry_run=True)) == {("Art 5", "owner"): ("", "anna")}
    book.register.title = "Mine"
    book.save()
    with pytest.raises(BadRequest, match="several sheets of it"):
        bring(register, book.path)


def test_undoing_is_not_undone_by_what_was_exported_before(tmp_path: Path) -> None:
    """A value that went to and fro since the export is what it was: the edit counts."""
    register = filled()
    say(register, "Art 5", owner="anna")
    book = exported(register, tmp_path)
    say(register, "Art 5", owner="carl")
    reviews.undo(register, norm(register, "Art 5"), by="carl")
    book.write("Art 5", owner="emil").save()
    assert bring(register, book.path).whole
    assert record(register, "Art 5").owner == "emil"


def test_an_export_of_another_dutybook_with_other_columns(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 5", owner="anna")
    book = exported(register, tmp_path)
    book.write("Art 5", owner="carl").write("Art 6", control="weekly", heading="something else")
    note = book.file["_dutybook"]
    (cell,) = (row[1] for row in note.iter_rows() if row[0].value == "sheet:Register")
    cell.value = cell.value.replace('"control"', '"control", "weather"')
    book.save()
    report = bring(register, book.path)
    assert report.whole
    assert cells(report) == {("Art 5", "owner"): ("anna", "carl"), ("Art 6", "control"): ("", "weekly")}


def test_a_deleted_column_leaves_what_it_had(tmp_path: Path) -> None:
    register = filled()
    say(register, "Art 5", owner="anna", control="weekly")
    book = exported(register, tmp_path)
    say(register, "Art 6", owner="ben")
    book.write("Art 5", owner="carl")
    for name in ("control", "applicability_reason", "new_note", "bearer"):
        book.sheet_of(name).delete_cols(book.column(name))
    report = bring(register, book.save())
    assert cells(report) == {("Art 5", "owner"): ("anna", "carl")}
    assert report.whole
    assert record(register, "Art 5").control == "weekly"
    assert record(register, "Art 6").owner == "ben"


def test_problems_are_in_the_language_of_the_reader(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    book.write("Art 5", applicability="no").write("Art 6", owner="a" * 1201).save()
    messages = {problem.message for problem in bring(register, book.path, reader="de", dry_run=True).problems}
    assert messages == {"nennen Sie den Grund, in „Why (not)“", "sie hat 1.201 Zeichen, höchstens 200 sind möglich"}
    messages = {problem.message for problem in bring(register, book.path, reader="fr", dry_run=True).problems}
    assert "elle compte 1\u202f201 caractères, et la limite est de 200" in messages


def test_controls_are_linked_and_unlinked_by_their_names(tmp_path: Path) -> None:
    register = filled()
    log = controls.add_control(register, controls.ControlChange(title="Log", reference="AC-1"), by="ben", now=NOW)
    drill = controls.add_control(register, controls.ControlChange(title="Drill"), by="ben", now=NOW)
    controls.link_norms(register, log.id, [norm(register, "Art 5")], by="ben", now=NOW)
    book = exported(register, tmp_path)
    assert book.cell("Art 5", "control").value == "AC-1 Log"
    # Renamed after the export: what the workbook calls it still is this control.
    controls.change_control(register, log.id, controls.ControlChange(title="Log of passages"), by="ben", now=NOW)
    book.write("Art 5", control="AC-1 Log\ndrill").write("Art 6", control="ac-1\nby hand")
    path = book.save()
    assert bring(register, path, dry_run=True).norms == 2
    assert controls.served_norms(register, drill.id) == []
    assert bring(register, path).problems == ()
    assert [served.place for served in controls.served_norms(register, log.id)] == ["Art 5", "Art 6"]
    assert [served.place for served in controls.served_norms(register, drill.id)] == ["Art 5"]
    assert record(register, "Art 6").control == "AC-1 Log of passages\nby hand"
