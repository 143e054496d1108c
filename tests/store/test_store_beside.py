"""What stands beside a register goes along with its backup: who may sign in, and what waits to be read."""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.errors import NotARegister
from dutybook.store import open_register
from dutybook.store.accounts import AccountsFile, accounts_path, people, sessions
from dutybook.store.accounts.people import add
from dutybook.store.controls import evidence
from dutybook.store.controls.evidence import EvidenceChange
from dutybook.store.maintenance.backups import back_up, restore
from dutybook.store.maintenance.copies import evidence_path, uploads_path

NOW = datetime(2033, 1, 2, tzinfo=UTC)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register of two people, of which one is signed in, and with one batch of each state."""
    path = tmp_path / "here" / "a.db"
    path.parent.mkdir()
    with open_register(path) as opened:
        opened.add(make_analysis([N("Operators shall wait.", place="Art 1")], source="a"), "1")  # type: ignore[arg-type]
    accounts = AccountsFile(accounts_path(path))
    _, key = add(accounts, "Anna", "admin", NOW)
    sessions.set_first_password(accounts, key, "hash", NOW, address="")
    account, hashed = sessions.hash_of(accounts, "Anna") or pytest.fail("there is no Anna")
    assert sessions.begin(accounts, account, hashed, NOW, address="", agent="", left=None)
    add(accounts, "Berta", "reader", NOW)
    sessions.new_token(accounts, "report", "read", NOW, person="Anna")
    accounts.close()
    for number, state in enumerate(("waiting", "reading", "failed", "done", "cancelled")):
        batch(path, number, state)
    return path


def batch(register: Path, number: int, state: str, **more: str) -> str:
    root, data = uploads_path(register), f"act {number}".encode()
    file = more.get("file", f"files/{hashlib.sha256(data).hexdigest()}/act-{number}.txt")
    if not more:
        (root / file).parent.mkdir(parents=True)
        (root / file).write_bytes(data)
    (root / "batches").mkdir(exist_ok=True)
    name = f"2033010{number + 1}T000000-0000000{number}"
    sent = [{"name": "act.txt", "size": 5, "file": file}, {"name": "refused.mp4", "size": 9, "file": ""}]
    (root / "batches" / f"{name}.json").write_text(
        json.dumps({"id": name, "by": "Anna", "created": NOW.isoformat(), "files": sent, "state": state})
    )
    return name


def count(accounts: Path, table: str) -> int:
    with AccountsFile(accounts).reading() as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def kept(database: Path) -> tuple[int, int]:
    """Notes and files of uploads that are there."""
    root = uploads_path(database)
    return len(list(root.glob("batches/*.json"))), len(list(root.glob("files/*/*")))


def test_a_restored_machine_has_people_and_pending_uploads_again(register: Path, tmp_path: Path) -> None:
    made = back_up(register, tmp_path / "b.db")
    copied = tmp_path / "b.db.accounts"
    assert made.companions.accounts == copied
    assert made.companions.files == 3
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    assert stat.S_IMODE(uploads_path(tmp_path / "b.db").stat().st_mode) == 0o700
    elsewhere = tmp_path / "there" / "b.db"
    elsewhere.parent.mkdir()
    done = restore(elsewhere, tmp_path / "b.db")
    assert done.companions.accounts == accounts_path(elsewhere)
    assert done.companions.files == 3
    assert kept(elsewhere) == (3, 3)
    accounts = AccountsFile(accounts_path(elsewhere))
    assert [(one.name, one.role) for one in people.people(accounts)] == [("Anna", "admin"), ("Berta", "reader")]
    assert sessions.hash_of(accounts, "Anna")
    assert count(accounts.path, "tokens") == 1
    # Whoever was signed in then has to sign in; the backup itself stays as it is.
    assert count(accounts.path, "sessions") == 0
    assert count(copied, "sessions") == 1
    # Again: nothing is there twice.
    assert restore(elsewhere, tmp_path / "b.db").companions.files == 0
    assert kept(elsewhere) == (3, 3)


def test_the_desk_goes_on_with_what_was_restored(register: Path, tmp_path: Path) -> None:
    pytest.importorskip("fastapi", reason="the extra web is not installed")
    from dutybook.web.uploads.queue import UploadQueue

    back_up(register, tmp_path / "b.db")
    elsewhere = tmp_path / "c.db"
    restore(elsewhere, tmp_path / "b.db")
    desk = UploadQueue(elsewhere)
    found = desk.shelf.batches()
    assert [desk.state(one) for one in found] == ["failed", "interrupted", "interrupted"]
    assert all(desk.shelf.path(one.kept[0].file).read_bytes().startswith(b"act") for one in found)
    desk.close()


def test_accounts_that_are_there_stay_unless_somebody_says_otherwise(register: Path, tmp_path: Path) -> None:
    """Who was removed since the backup does not come in again by it."""
    back_up(register, tmp_path / "b.db")
    accounts = AccountsFile(accounts_path(register))
    people.remove(accounts, "Berta", NOW)
    accounts.close()
    done = restore(register, tmp_path / "b.db", now=NOW)
    assert done.companions.left
    assert done.companions.accounts is None
    assert count(accounts_path(register), "people") == 1
    done = restore(register, tmp_path / "b.db", accounts=True, now=NOW)
    assert not done.companions.left
    assert done.companions.kept == register.with_name("a.db.before-restore.20330102-000000.accounts")
    assert count(done.companions.kept, "people") == 1
    assert count(accounts_path(register), "people") == 2


def test_a_register_without_people_and_uploads_has_nothing_beside_its_backup(tmp_path: Path) -> None:
    with open_register(tmp_path / "a.db"):
        pass
    made = back_up(tmp_path / "a.db", tmp_path / "b.db")
    assert (made.companions.accounts, made.companions.files) == (None, 0)
    assert {path.name for path in tmp_path.iterdir()} <= {"a.db", "a.db-shm", "a.db-wal", "b.db"}


def test_what_is_called_an_accounts_file_and_is_none_is_not_copied(register: Path, tmp_path: Path) -> None:
    accounts_path(register).unlink()
    accounts_path(register).write_bytes((tmp_path / "here" / "a.db").read_bytes())
    with pytest.raises(NotARegister, match="no accounts file"):
        back_up(register, tmp_path / "b.db")
    assert (tmp_path / "b.db").exists()


@pytest.mark.parametrize(
    "file", ["../../../etc/passwd", "/etc/passwd", "files/x/../../a.db", "files/0/none", "batches/x/y"]
)
def test_a_note_leads_nowhere_else(register: Path, tmp_path: Path, file: str) -> None:
    name = batch(register, 7, "waiting", file=file)
    back_up(register, tmp_path / "b.db")
    assert kept(tmp_path / "b.db") == (4, 3)
    assert (uploads_path(tmp_path / "b.db") / "batches" / f"{name}.json").is_file()
    assert sorted(path.name for path in uploads_path(tmp_path / "b.db").iterdir()) == ["batches", "files"]


def test_a_file_that_was_changed_is_not_taken_for_what_was_sent(register: Path, tmp_path: Path) -> None:
    next(uploads_path(register).glob("files/*/act-0.txt")).write_bytes(b"something else")
    assert back_up(register, tmp_path / "b.db").companions.files == 2


def test_what_stands_beside_goes_with_an_old_backup(register: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        back_up(register, folder, keep=2, now=datetime(2033, 1, day, tzinfo=UTC))
    assert sorted(path.name for path in folder.iterdir()) == [
        f"a.2033010{day}-000000{end}" for day in (2, 3) for end in (".db", ".db.accounts", ".uploads")
    ]


def test_the_commands_say_what_goes_along(register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    front = ["--database", str(register)]
    assert run([*front, "backup", str(tmp_path / "b.db")]) == 0
    out = capsys.readouterr().out
    assert "who may sign in" in out
    assert "3 files" in out
    assert run([*front, "backup", str(tmp_path / "b.db"), "--force"]) == 0
    capsys.readouterr()
    assert run([*front, "restore", str(tmp_path / "b.db")]) == 0
    assert "--accounts" in capsys.readouterr().out
    assert run([*front, "restore", str(tmp_path / "b.db"), "--accounts"]) == 0
    out = capsys.readouterr().out
    assert "everybody signs in again" in out
    assert "before are kept in" in out


def test_files_of_evidence_are_in_the_backup_and_back_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, source = tmp_path / "a.db", tmp_path / "report.txt"
    with open_register(path) as register:
        for title in ("Report", "Lost", "Changed"):
            source.write_text(f"{title} of the year")
            evidence.add_file(register, source, EvidenceChange(title=title), by="anna", now=NOW)
        evidence.add_link(register, EvidenceChange(title="Policy", target="https://x.example"), by="anna", now=NOW)
        lost, changed = (evidence.find_evidence(register, title) for title in ("Lost", "Changed"))
        evidence.file_of(register, lost).unlink()
        evidence.file_of(register, changed).write_text("something else")
    (evidence_path(path) / "stray.txt").write_text("of nobody")
    assert run(["--database", str(path), "backup", str(tmp_path / "b.db")]) == 0
    out = capsys.readouterr().out
    assert "1 file of evidence" in out
    assert "'Lost'" in out
    assert "'Changed'" in out
    copied = evidence_path(tmp_path / "b.db")
    assert stat.S_IMODE(copied.stat().st_mode) == 0o700
    assert [file.read_text() for file in copied.iterdir()] == ["Report of the year"]
    # On another machine; again, nothing is copied twice; what was damaged there since is mended.
    elsewhere = tmp_path / "there" / "c.db"
    elsewhere.parent.mkdir()
    assert restore(elsewhere, tmp_path / "b.db").companions.evidence == 1
    assert restore(elsewhere, tmp_path / "b.db").companions.evidence == 0
    with open_register(elsewhere) as register:
        kept_file = evidence.file_of(register, evidence.find_evidence(register, "Report"))
    kept_file.write_text("spoilt")
    assert restore(elsewhere, tmp_path / "b.db").companions.evidence == 1
    assert kept_file.read_text() == "Report of the year"


def test_files_of_evidence_go_with_an_old_backup(tmp_path: Path) -> None:
    path, source = tmp_path / "a.db", tmp_path / "report.txt"
    source.write_text("report")
    with open_register(path) as register:
        evidence.add_file(register, source, EvidenceChange(), by="anna", now=NOW)
    for day in (1, 2):
        back_up(path, tmp_path / "backups", keep=1, now=datetime(2033, 1, day, tzinfo=UTC))
    assert sorted(file.suffix for file in (tmp_path / "backups").iterdir()) == [".db", ".evidence"]
