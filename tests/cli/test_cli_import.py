"""``dutybook import``: shown before it is done, done at once or not at all, and said what was left."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import Filters, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

Capture = pytest.CaptureFixture[str]

NORMS = [
    N("Each harbour operator shall report an incident within 72 hours.", place="Art 5", bearer="harbour operator"),
    N("Pilots must keep a log.", place="Art 6", bearer="Pilots"),
    N("A keeper may sell data.", place="Art 7", modality="permission", bearer="keeper"),
]


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTYBOOK_USER", "anna")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_register(path) as register:
        register.add(make_analysis(NORMS), "1")
    return path


def call(database: Path, *arguments: object) -> int:
    return run(["--database", str(database), *(str(one) for one in arguments)])


def export(database: Path, *cells: tuple[str, str, object]) -> Path:
    """An exported workbook in which cells, by place and heading, say something else."""
    path = database.with_name("register.xlsx")
    assert call(database, "export", path) == 0
    book = openpyxl.load_workbook(path)
    for place, heading, value in cells:
        for sheet in (book["Details"], book["Register"]):
            heads = {cell.value: cell.column for cell in sheet[1]}
            # Nobody sorted either: the rows of both are in one order.
            column = next(cell.column for cell in book["Details"][1] if cell.value == "Place")
            places = {book["Details"].cell(n, column).value: n for n in range(2, sheet.max_row + 1)}
            if heading in heads:
                sheet.cell(places[place], heads[heading]).value = value
    book.save(path)
    return path


def history(database: Path) -> list[tuple[str, str, str | None]]:
    with open_register(database, read_only=True) as register:
        return [(row.by, row.field, row.new) for row in reviews.read_history(register)]


def test_shown_first_then_done(database: Path, capsys: Capture) -> None:
    path = export(
        database, ("Art 5", "Status", "applicable"), ("Art 6", "Owner", "carl"), ("Art 7", "New note", "look")
    )
    capsys.readouterr()
    assert call(database, "import", path, "--dry-run") == 0
    out = capsys.readouterr().out
    assert "would change" in out
    assert re.search(r"Art 5, Harbour Data Act\s+Status\s+unassessed\s+applicable", out)
    assert re.search(r"Art 6, Harbour Data Act\s+Owner\s+\(none\)\s+carl", out)
    assert "3 cells of 3 norms would be changed; nothing was" in out
    assert "3 rows, 0 of them as exported" in out
    assert history(database) == []
    assert call(database, "import", path, "--by", "ben") == 0
    assert "3 cells of 3 norms changed" in capsys.readouterr().out
    assert {by for by, *_ in history(database)} == {"ben"}
    count = len(history(database))
    assert call(database, "import", path) == 0
    assert "nothing to change" in capsys.readouterr().out
    assert len(history(database)) == count
    assert call(database, "audit", "--verify") == 0


def test_conflicts_and_what_decides_them(database: Path, capsys: Capture) -> None:
    path = export(database, ("Art 5", "Owner", "carl"), ("Art 6", "Owner", "carl"))
    with open_register(database) as register:
        (one,) = [n.id for n in register.norms(Filters()) if n.place == "Art 5"]
        reviews.change(register, [one], Change(owner="dora"), by="ben")
    capsys.readouterr()
    assert call(database, "import", path) == 2
    out = capsys.readouterr().out
    assert re.search(r"Register!\w2\s+Art 5, Harbour Data Act\s+Owner\s+\(none\)\s+dora\s+ben 20\S+\s+carl", out)
    assert "1 cell of 1 norm changed, 1 conflict" in out
    assert call(database, "import", path, "--take", "theirs") == 0
    assert "1 cell left as the register has it" in capsys.readouterr().out
    assert call(database, "import", path, "--take", "mine") == 0
    assert re.search(r"dora\s+carl \(over ben 20", capsys.readouterr().out)
    assert ("anna", "owner", "carl") in history(database)
    assert call(database, "import", path, "--take", "yours") == 1


def test_what_cannot_be_taken_and_all_or_nothing(database: Path, capsys: Capture) -> None:
    path = export(database, ("Art 5", "Status", "done"), ("Art 6", "Owner", "carl"), ("Art 6", "Page", 7))
    capsys.readouterr()
    assert call(database, "import", path, "--all-or-nothing") == 2
    out = capsys.readouterr().out
    assert "not changed, since something else would be left undone" in out
    assert history(database) == []
    assert call(database, "import", path, "--json") == 2
    report = json.loads(capsys.readouterr().out)
    assert (report["applied"], report["whole"], report["norms"], report["rows"], report["deleted"]) == (
        True,
        False,
        1,
        3,
        0,
    )
    (problem,) = report["problems"]
    assert (problem["cell"], problem["column"], problem["value"]) == ("Register!L2", "Status", "done")
    assert problem["message"].startswith("there is no such value: write one of unassessed")
    assert [(e["cell"], e["old"], e["new"]) for e in report["edits"]] == [("Register!K3", "", "carl")]
    assert report["remarks"][0]["row"] == 3
    assert report["conflicts"] == []


def test_lists_are_cut_and_say_so(database: Path, capsys: Capture) -> None:
    path = export(database, *((place, "Owner", "carl") for place in ("Art 5", "Art 6", "Art 7")))
    capsys.readouterr()
    assert call(database, "import", path, "--dry-run", "--limit", 1) == 0
    assert "… 2 changes more (--limit 0 shows all)" in capsys.readouterr().out


def test_what_is_no_workbook_of_ours_gets_one_line(database: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.xlsx").write_text("x")
    assert call(database, "import", tmp_path / "a.xlsx") == 2
    assert call(database, "import", tmp_path / "none.xlsx") == 2
    assert call(tmp_path / "none.db", "import", tmp_path / "a.xlsx") == 2
    err = capsys.readouterr().err.splitlines()
    assert [line.partition(". ")[0] for line in err] == [
        "dutybook: a.xlsx cannot be imported: it is no workbook, or damaged",
        f"dutybook: there is no file {tmp_path / 'none.xlsx'}",
        f"dutybook: there is no database {tmp_path / 'none.db'}",
    ]


_KILLED = """
import os, signal, sys
from dutybook.cli import run
from dutybook.store.judgements import record_rows
left, real = int(sys.argv[1]), record_rows._store
def store(*given):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*given)
record_rows._store = store
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are not killed so here")
def test_killed_in_the_middle_nothing_is_half_done(database: Path) -> None:
    path = export(database, *((place, "Owner", "carl") for place in ("Art 5", "Art 6", "Art 7")))
    command = [sys.executable, "-c", _KILLED, "3", "--database", str(database), "import", str(path)]
    killed = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert history(database) == []
    assert call(database, "doctor") == 0
    assert call(database, "import", path) == 0
    assert sum(field == "owner" for _, field, _ in history(database)) == 3
