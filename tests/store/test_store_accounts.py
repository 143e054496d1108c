"""Accounts in a file and on a server: one behaviour; the file is its owner's alone, and nothing in it opens anything."""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import postgres_server
from dutybook.database_address import Address, DatabaseName
from dutybook.errors import DutybookError, NotARegister, NotFound, SchemaMismatch
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.store.accounts import (
    Accounts,
    AccountsFile,
    Unacceptable,
    accounts_of,
    accounts_path,
    base,
    file,
    identities,
    people,
    sessions,
)
from dutybook.store.accounts.sessions import ADDRESS, NAME

NOW = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def accounts(tmp_path: Path, engine: str) -> Iterator[Accounts]:
    made = accounts_of(_database(tmp_path, engine))
    yield made
    made.close()


@pytest.fixture
def in_a_file(tmp_path: Path) -> AccountsFile:
    return AccountsFile(accounts_path(tmp_path / "register.db"))


def _database(folder: Path, engine: str) -> DatabaseName:
    return Address(postgres_server.database_for(str(folder))) if engine == "postgresql" else folder / "register.db"


@pytest.mark.sqlite_only
def test_the_file_is_its_owner_s_alone(in_a_file: AccountsFile) -> None:
    accounts = in_a_file
    assert not accounts.exists()
    people.add(accounts, "Anna", "admin", NOW)
    assert accounts.path.name == "register.db.accounts"
    for each in accounts.path.parent.iterdir():
        assert each.stat().st_mode & 0o777 == 0o600, each
    with accounts.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA user_version").fetchone()[0] == file.FORMAT


@pytest.mark.sqlite_only
def test_no_secret_is_kept(in_a_file: AccountsFile) -> None:
    accounts = in_a_file
    person, key = people.add(accounts, "Anna", "admin", NOW)
    secret = sessions.new_token(accounts, "x", "read", NOW, person="Anna")[1]
    session = sessions.begin(accounts, _ready(accounts, key), "hash", NOW, address="", agent="", left=None)
    assert session
    accounts.close()
    stored = b"".join(file.read_bytes() for file in accounts.path.parent.iterdir())
    for given in (key, secret, session, secret.removeprefix("dutybook_")):
        assert given.encode() not in stored
    assert person.name.encode() in stored


def _ready(accounts: Accounts, key: str) -> people.Account:
    person = sessions.set_first_password(accounts, key, "hash", NOW, address="")
    assert person
    return person


def test_the_log_is_only_added_to(accounts: Accounts) -> None:
    people.add(accounts, "Anna", "admin", NOW, by="Ada\nforged entry\x1b[31m")
    for sql in ("UPDATE log SET by = 'x'", "DELETE FROM log"):
        with pytest.raises(DutybookError), accounts.changing() as connection:
            connection.execute(sql)
    ((number, entry),) = base.log_entries(accounts)
    assert (number, entry.by, entry.event, entry.person) == (1, "Ada forged entry [31m", "created", "Anna")
    people.set_role(accounts, "Anna", "admin", NOW)
    assert [n for n, _ in base.log_entries(accounts)] == [2, 1]
    assert [n for n, _ in base.log_entries(accounts, before=2)] == [1]


def test_a_name_is_one_person_s(accounts: Accounts) -> None:
    people.add(accounts, "Straße Müller", "admin", NOW)
    for same in ("STRASSE MÜLLER", "strasse mu\u0308ller", "Straße Ｍüller"):
        with pytest.raises(Unacceptable, match="has an account already"):
            people.add(accounts, same, "reader", NOW)
        assert people.named(accounts, same).name == "Straße Müller"
    people.add(accounts, "Emil", "editor", NOW)
    people.remove(accounts, "emil", NOW)
    with pytest.raises(Unacceptable, match="removed on 2031-05-06"):
        people.add(accounts, "Emil", "editor", NOW)
    people.add(accounts, "Emil", "editor", NOW, again=True)
    assert [person.name for person in people.people(accounts)] == ["Emil", "Straße Müller"]


def test_an_administrator_is_left(accounts: Accounts) -> None:
    people.add(accounts, "Ada", "admin", NOW)
    people.add(accounts, "Bea", "admin", NOW)
    people.disable(accounts, "Bea", NOW)
    for ending in (people.disable, people.remove):
        with pytest.raises(Unacceptable, match="only administrator"):
            ending(accounts, "Ada", NOW)
    with pytest.raises(Unacceptable, match="only administrator"):
        people.set_role(accounts, "Ada", "editor", NOW)
    people.enable(accounts, "Bea", NOW)
    people.remove(accounts, "Ada", NOW)


def test_what_a_person_had_goes_with_the_person(accounts: Accounts) -> None:
    people.add(accounts, "Ada", "admin", NOW)
    _, key = people.add(accounts, "Bea", "editor", NOW)
    session = sessions.begin(accounts, _ready(accounts, key), "hash", NOW, address="", agent="", left=None)
    secret = sessions.new_token(accounts, "x", "write", NOW, person="Bea")[1]
    assert session
    assert sessions.inside(accounts, session, NOW)
    assert sessions.token_bearer(accounts, secret, NOW)
    people.disable(accounts, "Bea", NOW)
    assert not sessions.inside(accounts, session, NOW)
    assert not sessions.token_bearer(accounts, secret, NOW)
    people.enable(accounts, "Bea", NOW)
    # The session has ended for good, the token works again.
    assert not sessions.inside(accounts, session, NOW)
    assert sessions.token_bearer(accounts, secret, NOW)
    people.remove(accounts, "Bea", NOW)
    assert not sessions.token_bearer(accounts, secret, NOW)
    assert sessions.tokens(accounts) == []


def test_a_session_is_not_begun_with_a_password_that_was_changed_meanwhile(accounts: Accounts) -> None:
    _, key = people.add(accounts, "Ada", "admin", NOW)
    person = _ready(accounts, key)
    assert sessions.begin(accounts, person, "older hash", NOW, address="", agent="", left=None) is None
    assert not sessions.rehash(accounts, person, "older hash", "newer")


def test_sessions_of_one_person_are_few(accounts: Accounts) -> None:
    _, key = people.add(accounts, "Ada", "admin", NOW)
    person = _ready(accounts, key)
    begun = [
        sessions.begin(accounts, person, "hash", NOW + timedelta(seconds=n), address="", agent="", left=None)
        for n in range(sessions.MOST_SESSIONS + 2)
    ]
    later = NOW + timedelta(minutes=1)
    assert [bool(sessions.inside(accounts, str(s), later)) for s in begun] == [False] * 2 + [
        True
    ] * sessions.MOST_SESSIONS


def test_the_use_of_a_session_is_noted_once_a_minute(accounts: Accounts) -> None:
    _, key = people.add(accounts, "Ada", "admin", NOW)
    session = sessions.begin(accounts, _ready(accounts, key), "hash", NOW, address="", agent="", left=None)
    assert session
    for seconds, stale in ((0, False), (59, False), (60, True)):
        found = sessions.inside(accounts, session, NOW + timedelta(seconds=seconds))
        assert found
        assert found.stale == stale


@pytest.mark.sqlite_only
def test_waits_double_up_to_a_limit() -> None:
    assert [NAME.wait(n) for n in (0, 4, 5, 6, 7, 13, 14, 10**9)] == [0, 0, 1, 2, 4, 256, 300, 300]
    assert ADDRESS.wait(19) == 0
    assert ADDRESS.wait(50) == 900


def test_rest_makes_failures_forgotten(accounts: Accounts) -> None:
    people.add(accounts, "Ada", "admin", NOW)
    for _ in range(5):
        assert sessions.attempt(accounts, "Ada", "192.0.2.9", NOW) == 0
    assert sessions.attempt(accounts, "ada", "192.0.2.9", NOW) == 1
    later = NOW + timedelta(hours=1, seconds=1)
    assert [sessions.attempt(accounts, "ada", "192.0.2.9", later) for _ in range(6)] == [0] * 5 + [1]


def test_a_stranger_cannot_keep_a_name_out(accounts: Accounts) -> None:
    people.add(accounts, "Ada", "admin", NOW)
    for n in range(500):
        sessions.attempt(accounts, "Ada", f"198.51.100.{n % 250}", NOW + timedelta(seconds=n / 100))
    assert sessions.attempt(accounts, "Ada", "198.51.100.7", NOW + timedelta(seconds=5)) == 0
    for _ in range(30):
        sessions.attempt(accounts, "Ada", "203.0.113.1", NOW + timedelta(seconds=5))
    assert sessions.attempt(accounts, "Ada", "203.0.113.1", NOW + timedelta(seconds=5)) > 0
    assert sessions.attempt(accounts, "Ada", "192.0.2.1", NOW + timedelta(seconds=5)) == 0


@pytest.mark.sqlite_only
def test_a_file_of_another_program_is_left_alone(in_a_file: AccountsFile) -> None:
    accounts = in_a_file
    with closing(sqlite3.connect(accounts.path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = accounts.path.read_bytes()
    with pytest.raises(NotARegister, match="no accounts file"):
        people.people(accounts)
    assert accounts.path.read_bytes() == before


@pytest.mark.sqlite_only
def test_a_newer_file_is_left_alone(in_a_file: AccountsFile) -> None:
    accounts = in_a_file
    people.add(accounts, "Ada", "admin", NOW)
    accounts.close()
    with closing(sqlite3.connect(accounts.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(SchemaMismatch, match="format 99"):
        people.people(accounts)


@pytest.mark.sqlite_only
def test_a_damaged_file_says_what_to_do(in_a_file: AccountsFile) -> None:
    accounts = in_a_file
    for n in range(40):
        people.add(accounts, f"Person {n}", "admin", NOW)
    with accounts.reading() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    accounts.close()
    content = bytearray(accounts.path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    accounts.path.write_bytes(content)
    with pytest.raises(NotARegister, match="Put a copy of it back"):
        accounts.check()
    with pytest.raises(NotARegister, match="damaged"):
        people.people(accounts)


@pytest.mark.sqlite_only
def test_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no folder"):
        people.people(AccountsFile(tmp_path / "nowhere" / "x.accounts"))


@pytest.mark.sqlite_only
def test_a_file_that_was_put_back_is_read_anew(in_a_file: AccountsFile) -> None:
    accounts = in_a_file
    people.add(accounts, "Ada", "admin", NOW)
    with accounts.reading() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = accounts.path.read_bytes()
    people.add(accounts, "Bea", "admin", NOW)
    other = accounts.path.with_name("copy")
    other.write_bytes(copy)
    accounts.path.with_name(accounts.path.name + "-wal").unlink()
    accounts.path.with_name(accounts.path.name + "-shm").unlink()
    other.replace(accounts.path)
    assert [person.name for person in people.people(accounts)] == ["Ada"]


def test_many_change_it_at_once(accounts: Accounts) -> None:
    failed: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for m in range(5):
                people.add(accounts, f"Person {n}-{m}", "admin", NOW)
        except BaseException as error:
            failed.append(error)
        accounts.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(people.people(accounts)) == 30


def test_who_is_signed_in_elsewhere_is_known_again(accounts: Accounts) -> None:
    who = identities.Identity("https://sign-in.example", "248", ("Anna Berg",), ("legal",))
    membership = identities.Membership({"legal": "editor"}, "")
    assert identities.admitted(accounts, who, membership, NOW, address="").role == "editor"
    assert identities.person_of(accounts, who.issuer, who.subject) == "Anna Berg"
    people.add(accounts, "Ben", "admin", NOW)
    for _ in range(2):
        identities.link(accounts, "Ben", who.issuer, "249", NOW)
    assert identities.signs_in_by(accounts, "ben", who.issuer)


def test_a_failed_change_leaves_nothing(accounts: Accounts) -> None:
    people.add(accounts, "Ada", "admin", NOW)

    def fail() -> None:
        with accounts.changing() as connection:
            connection.execute("DELETE FROM people")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [person.name for person in people.people(accounts)] == ["Ada"]


@pytest.mark.sqlite_only
def test_every_message_is_there_in_every_language() -> None:
    english = set(reader_words("accounts", "en"))
    assert {"en", "de", "fr"} <= set(reader_languages("accounts"))
    for language in ("de", "fr"):
        assert reader_words("accounts", language).own == english, language


@pytest.mark.sqlite_only
@pytest.mark.skipif(sys.platform != "linux", reason="open files are listed in /proc")
def test_what_a_thread_opened_is_closed_with_it(in_a_file: AccountsFile) -> None:
    people.add(in_a_file, "Anna", "admin", NOW)
    in_a_file.close()

    def opened() -> int:
        names = (Path("/proc/self/fd", number) for number in os.listdir("/proc/self/fd"))
        return sum(name.exists() and os.readlink(name).startswith(str(in_a_file.path)) for name in names)

    # A connection refers to itself, so that only a search for garbage would find it.
    gc.disable()
    try:
        for _ in range(3):
            thread = threading.Thread(target=people.people, args=(in_a_file,))
            thread.start()
            thread.join()
        assert opened() == 0
    finally:
        gc.enable()
