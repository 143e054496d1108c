"""Out, through other hands and programs, and back: exactly the edits arrive, nothing is lost, nothing comes twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import NORMS, Book, bring, cells, exported, filled, norm, read_here, record, say

from builders import N
from dutybook.export.columns import normalise_cell
from dutybook.export.content import clean
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.store import Register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.record import APPLICABILITIES, STATUSES, Record
from dutybook.workbook_import.records import Take

EXAMPLES = int(os.environ.get("DUTYBOOK_EXAMPLES", "5"))
PLACES = tuple(n.place for n in NORMS)
# No control characters, which no cell holds; nothing that openpyxl takes for an error; no escapes that it would not escape.
TEXT = st.one_of(
    st.sampled_from(
        ["=1+1", '=HYPERLINK("x")', "+1 day", "@anna", "-2", "00123", "1.8.2026", "TRUE", "a\nb", " a ", "Ä–„x“"]
    ),
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="#\ufffe\uffff_"), min_size=1, max_size=30
    ),
).filter(lambda text: clean(text).strip() != "")
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "status": st.sampled_from(STATUSES),
    "owner": st.none() | TEXT,
    "reviewer": st.none() | TEXT,
    "own_due": st.none() | DAYS,
    "review_date": st.none() | DAYS,
    "control": st.none() | TEXT,
    "priority": st.sampled_from(("high", "medium", "low")),
    "new_note": TEXT,
}
EDITS = st.fixed_dictionaries(
    {},
    optional={
        **PLAIN,
        "applies": st.tuples(st.sampled_from(APPLICABILITIES), TEXT),
        "judged": st.one_of(
            st.tuples(st.just("finding"), st.sampled_from(["confirmed", "rejected"]), TEXT),
            st.tuples(st.sampled_from(["bearer", "condition", "recipient"]), st.none() | TEXT, TEXT),
            st.tuples(st.just("modality"), st.sampled_from(["permission", "prohibition"]), TEXT),
        ),
    },
)
FIELDS = (
    "status",
    "owner",
    "reviewer",
    "due",
    "review_date",
    "priority",
    "applicability",
    "applicability_reason",
    "control",
    "finding",
)


def written(text: str) -> str:
    return clean(text).strip()


def put(book: Book, place: str, name: str, value: Any) -> None:
    cell = book.cell(place, name)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # people who type a formula get one; text that looks like one stays text


def edit(book: Book, values: Any, place: str, edits: dict[str, Any]) -> None:
    """Write edits as a reader of the book's language does."""
    for name, value in edits.items():
        if name in ("status", "priority"):
            put(book, place, name, values(f"{name}.{value}"))
        elif name == "applies":
            put(book, place, "applicability", values(f"applicability.{value[0]}"))
            put(book, place, "applicability_reason", value[1])
        elif name == "judged":
            column, judgement, why = value
            closed = column in ("finding", "modality")
            put(book, place, column, values(f"{column}.{judgement}") if closed else judgement)
            put(book, place, "finding_reason" if column == "finding" else "correction_reason", why)
        else:
            put(book, place, name, value)


def expected(before: Record, exported_value: str, edits: dict[str, Any]) -> dict[str, str]:
    """The fields of a record after edits; ``exported_value`` stood in the column that is corrected."""
    made = {name: str(getattr(before, name)) for name in FIELDS}
    names = {"own_due": "due"}
    for name, value in edits.items():
        target = names.get(name, name)
        if name == "applies":
            made |= {"applicability": value[0], "applicability_reason": kept(made["applicability_reason"], value[1])}
        elif name == "judged":
            differs = normalise_cell(clean(value[1] or "")) != normalise_cell(clean(exported_value))
            made["finding"] = value[1] if value[0] == "finding" else "corrected" if differs else made["finding"]
        elif name != "new_note":
            text = value.isoformat() if isinstance(value, date) else written(value or "")
            made[target] = kept(made[target], text)
    return made


def corrected(register: Register, place: str, edits: dict[str, Any]) -> str:
    """What is shown of a norm in the column that edits correct."""
    column = edits.get("judged", ("finding",))[0]
    return "" if column == "finding" else getattr(register.norm(norm(register, place)).norm, column) or ""


def kept(old: str, new: str) -> str:
    """White space alone is no edit: programs between change it."""
    return old if normalise_cell(clean(old)) == normalise_cell(clean(new)) else written(new)


def shuffle(sheet: Any, rows: list[int], columns: list[int]) -> None:
    """Rows and columns of a sheet in another order, some of them gone; all else as it was."""
    table = [[(c.value, c.data_type, c.number_format) for c in row] for row in sheet.iter_rows()]
    for row in sheet.iter_rows():
        for cell in row:
            cell.value = None
    for at, source in enumerate([0, *rows]):
        for column, old in enumerate(columns):
            cell = sheet.cell(at + 1, column + 1)
            cell.value, kind, form = table[source][old]
            cell.number_format = form
            if isinstance(cell.value, str) and kind != "f":
                cell.data_type = "s"


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.data())
def test_exactly_the_edits_arrive(data: st.DataObject) -> None:
    register = filled()
    for place in data.draw(st.sets(st.sampled_from(PLACES)), "said before"):
        before = data.draw(st.fixed_dictionaries({"owner": TEXT}, optional={"control": TEXT, "note": TEXT}))
        say(register, place, status="applicable", due="2026-08-02", **before)
    language = data.draw(st.sampled_from(reader_languages("register")))
    edits = data.draw(st.dictionaries(st.sampled_from(PLACES), EDITS), "edits")
    with TemporaryDirectory() as folder, read_here():
        book = exported(register, Path(folder), language, review_state="all")
        for place, place_edits in edits.items():
            edit(book, reader_words("values", language), place, place_edits)
        random = Random(data.draw(st.integers(0, 1000), "order"))
        rows = random.sample(range(1, len(PLACES) + 1), data.draw(st.integers(1, len(PLACES)), "rows left"))
        for sheet in (book.register, book.sheet):
            shuffle(sheet, rows, random.sample(range(sheet.max_column), sheet.max_column))
        left = {book.sheet.cell(n, book.column("place")).value for n in range(2, len(rows) + 2)}
        path = book.save()
        records = {place: record(register, place) for place in PLACES}
        exported_values = {place: corrected(register, place, edits.get(place, {})) for place in PLACES}
        report = bring(register, path)
        assert report.problems == report.conflicts == report.remarks == ()
        assert (report.rows, report.deleted) == (len(rows), len(PLACES) - len(rows))
        for place in PLACES:
            now, old = record(register, place), records[place]
            if place not in left or not edits.get(place):
                assert now == old
                continue
            place_edits = edits[place]
            assert {name: getattr(now, name) for name in FIELDS} == expected(old, exported_values[place], place_edits)
            notes = [written(place_edits["new_note"])] if "new_note" in place_edits else []
            assert [n.text for n in now.notes] == [*(n.text for n in old.notes), *notes]
            if "judged" in place_edits and place_edits["judged"][0] != "finding":
                _, value, why = place_edits["judged"]
                assert corrected(register, place, place_edits) == kept(exported_values[place], value or "")
                assert all(c.why == written(why) for c in now.corrections)
        count = len(list(reviews.read_history(register)))
        again = bring(register, path)
        assert (again.edits, again.conflicts, again.problems) == ((), (), ())
        assert len(list(reviews.read_history(register))) == count
        assert register.check() == []
        fresh = exported(register, Path(folder), language, review_state="all")
        for place in left & set(edits):
            for name in ("status", "owner", "reviewer", "own_due", "review_date", "control", "applicability"):
                one, other = fresh.cell(place, name).value, book.cell(place, name).value
                assert normalise_cell(one) == normalise_cell(clean(other).strip() if isinstance(other, str) else other)
        unchanged = bring(register, fresh.path)
        assert unchanged.untouched == len(PLACES)


def with_everything(tmp_path: Path, language: str = "de") -> tuple[Register, Book]:
    """A register with records and texts that programs like to change, and its export with edits."""
    norms = (*NORMS, N("Wer fährt,  muss “007”\tführen.", place="Art 9", bearer="Wer"))
    register = filled(norms=norms)
    say(register, "Art 5", status="applicable", owner="=1+1", due="2026-08-02", control="a\n\n  b  c", note="00123")
    say(register, "Art 7", owner="1.8.2026", reviewer="TRUE", applicability="no", reason="3/4", note=" 1e5")
    say(register, "Art 8", correct={"bearer": "12", "modality": "prohibition"}, reason="x")
    book = exported(register, tmp_path, language)
    values = reader_words("values", language)
    edit(book, values, "Art 5", {"status": "compliant", "owner": None, "own_due": date(2027, 1, 31)})
    edit(book, values, "Art 6", {"new_note": "first\nsecond", "judged": ("bearer", "Captains", "misread")})
    edit(book, values, "Art 9", {"applies": ("partly", "only the quay"), "reviewer": "-1"})
    return register, book


ARRIVES = {
    ("Art 5", "status"): ("applicable", "compliant"),
    ("Art 5", "owner"): ("=1+1", ""),
    ("Art 5", "due"): ("2026-08-02", "2027-01-31"),
    ("Art 6", "note"): ("", "first\nsecond"),
    ("Art 6", "bearer"): ("Pilots", "Captains"),
    ("Art 9", "applicability"): ("unassessed", "partly"),
    ("Art 9", "applicability_reason"): ("", "only the quay"),
    ("Art 9", "reviewer"): ("", "-1"),
}


def test_saved_by_openpyxl(tmp_path: Path) -> None:
    register, book = with_everything(tmp_path)
    report = bring(register, book.save(), dry_run=True)
    assert cells(report) == ARRIVES
    assert (report.untouched, report.whole, report.remarks) == (2, True, ())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_saved_by_libreoffice(tmp_path: Path, kind: str) -> None:
    register, book = with_everything(tmp_path)
    book.save()
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(tmp_path / "out"),
        str(book.path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    report = bring(register, tmp_path / "out" / f"register.{kind}")
    assert cells(report) == ARRIVES
    assert (report.untouched, report.whole, report.remarks) == (2, True, ())
    assert bring(register, tmp_path / "out" / f"register.{kind}", take=Take.MINE).edits == ()


def test_records_are_compared_as_they_were(tmp_path: Path) -> None:
    """The same edits over whatever happened since: what did not collide arrives, what did is left."""
    register, book = with_everything(tmp_path)
    book.save()
    say(register, "Art 5", status="non-compliant", owner="carl", by="dora")
    say(register, "Art 9", note="second\nfirst", by="dora")
    report = bring(register, book.path)
    assert {(c.place, c.field, c.base, c.now, c.sheet, c.by) for c in report.conflicts} == {
        ("Art 5", "status", "applicable", "non-compliant", "compliant", "dora"),
        ("Art 5", "owner", "=1+1", "carl", "", "dora"),
    }
    left = {key: value for key, value in ARRIVES.items() if key not in {("Art 5", "status"), ("Art 5", "owner")}}
    assert cells(report) == left
