"""Documents that are removed are gone from the file; what people wrote and other people's files stay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.records import Analysis
from dutybook.store import open_register
from dutybook.store.alerts import events
from dutybook.store.alerts.events import AlertEvent
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.maintenance.health import problems
from dutybook.store.maintenance.removal import documents_before, plan_removal, remove_documents

WORD = "quolbar"


def harbour(source: str) -> Analysis:
    return make_analysis([N(f"Each pilot shall report a {WORD}.", place="Art 1", bearer="pilot")], source=source)


def sails(source: str = "sails.txt") -> Analysis:
    return make_analysis([N("Sails shall be dried by the crew.", place="Art 1", bearer="crew")], source=source)


def holds(folder: Path, word: str = WORD) -> list[str]:
    return [file.name for file in folder.iterdir() if file.is_file() and word.encode() in file.read_bytes()]


@pytest.mark.sqlite_only
def test_no_byte_of_the_text_is_left(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with open_register(path) as register, open_register(path, read_only=True) as reader:
        register.add(harbour("harbour.txt"))
        register.add(sails())
        (row,) = register.documents("harbour.txt")
        event = AlertEvent(
            *("new", frozenset({"new"}), None, "2031-01-01"),
            ("key",),
            data={"texts": {"en": {"document": row.id, "title": WORD, "quote": f"a {WORD}", "deadlines": [WORD]}}},
            works=frozenset(),
        )
        events.record_event(register, event, datetime(2031, 1, 1, tzinfo=UTC), even_known=True)
        register.empty_log()
        assert holds(tmp_path) == ["register.db"]
        plan = plan_removal(register, [row])
        assert (plan.norms, plan.records, plan.files) == (1, 0, ())
        assert [r.source for r in register.documents()] == ["harbour.txt", "sails.txt"]
        assert remove_documents(register, [row]) == plan
        assert [r.source for r in reader.documents()] == ["sails.txt"]
        assert holds(tmp_path) == []
        assert problems(register._connection) == []


def test_what_people_wrote_stays_and_is_counted(tmp_path: Path) -> None:
    with open_register(tmp_path / "register.db") as register:
        made = harbour("harbour.txt")
        register.add(made)
        reviews.change(register, [made.norms[0].id], Change(note="ours"), by="anna")
        removed = remove_documents(register, register.documents())
        assert removed.records == 1
        (orphan,) = reviews.orphans(register)
        assert WORD in orphan.ties[0].quote
        assert reviews.verify_history(register).broken is None


def test_stored_files_go_and_files_of_ones_own_stay(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    files = [tmp_path / name for name in ("register.uploads/1/a.txt", "register.watched/gazette/b.txt", "own/c.txt")]
    shared = tmp_path / "register.uploads/1/all.zip"
    for file in (*files, shared):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(WORD)
    with open_register(path) as register:
        for number, source in enumerate((*map(str, files), f"{shared}!/x.txt", f"{shared}!/y.txt")):
            register.add(make_analysis([N(f"Each pilot shall report {number} ships.")], source=source))
        chosen = [row for row in register.documents() if not row.source.endswith("y.txt")]
        removed = remove_documents(register, chosen)
        assert set(removed.files) == {file.resolve() for file in files[:2]}
        assert [file.exists() for file in (*files, shared)] == [False, False, True, True]
        remove_documents(register, register.documents())
        assert not shared.exists()


def test_documents_are_chosen_by_the_day_on_which_they_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_register(tmp_path / "register.db") as register:
        monkeypatch.setattr("dutybook.store.documents.writer.moment", lambda: "2030-05-01T10:00:00+00:00")
        register.add(harbour("harbour.txt"))
        monkeypatch.setattr("dutybook.store.documents.writer.moment", lambda: "2031-05-01T10:00:00+00:00")
        register.add(sails())
        assert [row.source for row in documents_before(register, "2030-05-01")] == []
        assert [row.source for row in documents_before(register, "2030-05-02")] == ["harbour.txt"]
        assert len(documents_before(register, "2032-01-01")) == 2
        assert documents_before(register, "2032-01-01", "news") == []
