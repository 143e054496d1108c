"""A register in PostgreSQL beside one in SQLite: the same content, several writers at once, moved between the two."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_store_register import BAN, FINE, FORCE, LOGS, REPORT, make_analysis

import postgres_server
from dutybook.database_address import Address
from dutybook.errors import Conflict, NotARegister, NotFound, RegisterError, RegisterUnreachable, SchemaMismatch
from dutybook.languages.letters import fold
from dutybook.store import Filters, open_register
from dutybook.store.accounts import Unacceptable, accounts_of, people, sessions
from dutybook.store.database.postgresql import text_index
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.maintenance import health, moving, removal
from dutybook.store.register import Register

ALL = (REPORT, LOGS, BAN, FINE, FORCE)


@pytest.fixture
def address() -> Address:
    postgres_server.needed()
    return Address(postgres_server.database_for(":memory:"))


def fill(register: Register, numbers: range = range(4)) -> None:
    for number in numbers:
        register.add(make_analysis(ALL[: 1 + number % 5], salt=str(number), source=f"{number}.txt"), "1")


def test_both_hold_the_same_content(address: Address) -> None:
    with open_register() as file, open_register(address) as server:
        fill(file)
        fill(server)
        assert list(server.content()) == list(file.content())
        assert server.check() == file.check() == []
        for words in ("report", "lamp*", '"shall keep"', "-fine", "operator OR authority", ""):
            filters = Filters(words=words)
            assert {n for n, _ in server.rank(filters, limit=50)} == {n for n, _ in file.rank(filters, limit=50)}
            facets = ("modality", "bearer_class", "review_state")
            assert server.results(filters, 50, 0, facets).facets == file.results(filters, 50, 0, facets).facets


def test_several_write_at_once_and_others_read(address: Address) -> None:
    problems: list[BaseException] = []

    def write(numbers: range) -> None:
        try:
            with open_register(address) as register:
                fill(register, numbers)
        except BaseException as error:
            problems.append(error)

    done = threading.Event()

    def read() -> None:
        try:
            with open_register(address, read_only=True) as register:
                while not done.is_set():
                    register.results(Filters(words="report"), 10, 0, ("modality",))
        except BaseException as error:
            problems.append(error)

    writers = [threading.Thread(target=write, args=(range(start, start + 4),)) for start in (0, 4, 8)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert problems == []
    with open_register() as file, open_register(address) as server:
        fill(file, range(12))
        assert list(server.content()) == list(file.content())
        assert server.check() == []


def test_a_writer_that_fails_leaves_nothing(address: Address) -> None:
    with open_register(address) as register:
        fill(register, range(1))
        before = list(register.content())

        def fail() -> None:
            with register.transaction():
                register._connection.execute("DELETE FROM documents")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert list(register.content()) == before
        fill(register, range(1, 2))


def test_a_broken_connection_is_made_anew(address: Address) -> None:
    with open_register(address) as register, open_register(address) as other:
        fill(register, range(1))
        pid = register._connection.run("SELECT pg_backend_pid()").fetchone()[0]  # type: ignore[attr-defined]
        other._connection.run("SELECT pg_terminate_backend(%s)", (pid,))  # type: ignore[attr-defined]
        assert register.count() == other.count() > 0

        pid = register._connection.run("SELECT pg_backend_pid()").fetchone()[0]  # type: ignore[attr-defined]

        def be_cut_off() -> None:
            with register.transaction():
                register._connection.execute("DELETE FROM documents")
                other._connection.run("SELECT pg_terminate_backend(%s)", (pid,))  # type: ignore[attr-defined]
                register._connection.execute("SELECT 1")

        with pytest.raises(RegisterUnreachable, match="does not answer"):
            be_cut_off()
        assert register.count() == other.count() > 0, "nothing of the transaction is there"


def test_words_that_norms_have_are_counted(address: Address) -> None:
    def counted() -> dict[str, int]:
        return dict(register._connection.execute("SELECT term, doc FROM temp.norm_words").fetchall())

    with open_register(address) as register:
        fill(register, range(2))
        before = counted()
        assert before["report"] == 2
        run = register._connection.run  # type: ignore[attr-defined]
        assert before == dict(run("SELECT word, ndoc FROM ts_stat('SELECT words FROM dutybook.norms_fts')").fetchall())
        sizes = "SELECT norms, words FROM register_state"
        assert run(sizes).fetchone() == run("SELECT count(*), sum(length) FROM norms_fts").fetchone()
        assert register.missing_words("repotr reports") == {"repotr"}
        assert register.words_meant("repotr", {"repotr"}) == "report"
        fill(register, range(2, 4))
        assert counted()["report"] == 4
        for source in ("2.txt", "3.txt"):
            (row,) = register.documents(source)
            register.remove(row.id)
        assert counted() == before


def test_what_stands_beside_the_words_follows_the_narrow_rows(address: Address) -> None:
    columns = ", ".join(f'"{column}"' for column in text_index.narrow_columns())
    with open_register(address) as register:
        fill(register)
        run = register._connection.run  # type: ignore[attr-defined]
        index_query = f"SELECT rowid, {columns} FROM norms_fts ORDER BY rowid"
        narrow = f'SELECT "row", {columns} FROM norm_facets ORDER BY "row"'
        assert run(index_query).fetchall() == run(narrow).fetchall() != []
        with register.transaction():
            register._connection.execute("UPDATE norm_facets SET role = ? WHERE row % 2", ("harbour master",))
        assert run(index_query).fetchall() == run(narrow).fetchall()
        every = Filters(words="report", all_versions=True)
        found = register.results(replace(every, bearer_role="harbour master"), 50, 0, ()).total
        assert 0 < found < register.count(every)


@pytest.mark.parametrize(
    "text", ["Quay 7", "Straße ŒUVRE", "ΟΔΟΣ ᾳδης", "İskele Łódź", "co\u00adordination", "ﬁne Ǽ", "Ἀκτή Ÿ", "Берег Ё"]
)
def test_the_server_folds_as_we_do(address: Address, text: str) -> None:
    with open_register(address) as register:
        (made,) = register._connection.run("SELECT fold(%s)", (text,)).fetchone()  # type: ignore[attr-defined]
    assert made == fold(text)


def test_what_others_wrote_is_noticed(address: Address) -> None:
    with open_register(address) as register, open_register(address) as other:
        before = register.data_version()
        assert register.data_version() == before
        fill(other, range(1))
        assert register.data_version() != before


def test_a_register_moves_there_and_back(address: Address, tmp_path: Path) -> None:
    path, back = tmp_path / "duties.db", tmp_path / "back.db"
    with open_register(path) as register:
        fill(register)
        norms = [norm.id for norm in register.norms()]
        reviews.change(register, norms[:2], Change(status="applicable", note="ours"), by="anna")
        reviews.change(register, norms[1:3], Change(owner="ben"), by="ben")
        content = list(register.content())
        history = list(reviews.read_history(register))
    moved = moving.copy_register(path, address)
    assert moved.rows > len(content)
    with open_register(address) as register:
        assert list(register.content()) == content
        assert list(reviews.read_history(register)) == history
        assert register.check() == []
        assert register.count(Filters(words="report")) > 0, "the index is made anew"
        reviews.change(register, norms[:1], Change(owner="anna"), by="anna")
        assert register.begin_run("1", []) > 0
    with pytest.raises(Conflict, match="a register already"):
        moving.copy_register(path, address)
    assert moving.copy_register(address, back).rows >= moved.rows
    with open_register(back) as register:
        assert list(register.content()) == content
        assert register.check() == []
        assert len(list(reviews.read_history(register))) == len(history) + 1


def test_accounts_move_with_the_register(address: Address, tmp_path: Path) -> None:
    path, back = tmp_path / "duties.db", tmp_path / "back.db"
    with open_register(path) as register:
        fill(register, range(1))
    now = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)
    own = accounts_of(path)
    _, key = people.add(own, "Anna Berg", "admin", now)
    anna = sessions.set_first_password(own, key, "hash", now, address="")
    assert anna
    session = sessions.begin(own, anna, "hash", now, address="", agent="", left=None)
    _, secret = sessions.new_token(own, "nightly", "read", now, person="Anna Berg")
    people.add(own, "Ben", "reader", now)
    people.remove(own, "Ben", now)
    assert moving.copy_register(path, address).people == 1

    on_server = accounts_of(address)
    (moved,) = people.people(on_server)
    assert (moved.name, moved.role, moved.ready) == ("Anna Berg", "admin", True)
    assert sessions.hash_of(on_server, "anna berg") is not None
    assert sessions.token_bearer(on_server, secret, now) == sessions.token_bearer(own, secret, now)
    assert sessions.inside(on_server, str(session), now) is None, "whoever is signed in signs in again"
    with pytest.raises(Unacceptable, match="removed"):
        people.add(on_server, "Ben", "reader", now)
    assert people.add(on_server, "Cleo", "reader", now)[0].id > anna.id
    assert moving.copy_register(address, back).people == 2
    assert [person.name for person in people.people(accounts_of(back))] == ["Anna Berg", "Cleo"]


def test_accounts_that_are_there_are_not_mixed_with_others(address: Address, tmp_path: Path) -> None:
    now = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)
    with open_register(tmp_path / "duties.db") as register:
        fill(register, range(1))
    people.add(accounts_of(tmp_path / "duties.db"), "Anna", "admin", now)
    people.add(accounts_of(address), "Ben", "admin", now)
    with pytest.raises(Conflict, match="accounts already"):
        moving.copy_register(tmp_path / "duties.db", address)
    with open_register(address) as register:
        assert register.count() == 0


def test_two_servers_share_accounts(address: Address) -> None:
    now = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)
    one, other = accounts_of(address), accounts_of(address)
    assert not other.exists()
    _, key = people.add(one, "Anna", "editor", now)
    assert other.exists()
    anna = sessions.set_first_password(other, key, "hash", now, address="")
    assert anna
    session = sessions.begin(one, anna, "hash", now, address="", agent="", left=None)
    assert sessions.inside(other, str(session), now)
    for server in (one, other, one, other, one):
        assert sessions.attempt(server, "Anna", "192.0.2.9", now) == 0
    assert sessions.attempt(other, "Anna", "192.0.2.9", now) == 1, "failures at both count together"
    people.disable(other, "Anna", now)
    assert sessions.inside(one, str(session), now) is None


def test_who_signs_in_does_not_wait_for_an_ingest(address: Address) -> None:
    now = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)
    with open_register(address) as register, register.transaction():
        people.add(accounts_of(address), "Anna", "admin", now)


def test_accounts_of_another_program_are_left_alone(address: Address) -> None:
    with open_register(address) as register:
        register._connection.run("CREATE SCHEMA dutybook_accounts")  # type: ignore[attr-defined]
        register._connection.run("CREATE TABLE dutybook_accounts.theirs (x integer)")  # type: ignore[attr-defined]
    with pytest.raises(NotARegister, match="another program"):
        people.people(accounts_of(address))


def test_a_newer_dutybook_s_accounts_are_left_alone(address: Address) -> None:
    accounts = accounts_of(address)
    people.people(accounts)
    with accounts.changing() as connection:
        connection.execute("UPDATE accounts_state SET format = 99")
    with pytest.raises(SchemaMismatch, match="format 99"):
        people.people(accounts_of(address))


def test_what_does_not_arrive_as_it_was_is_not_copied(
    address: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_register(tmp_path / "duties.db") as register:
        fill(register, range(1))
    counted = iter(range(1000))
    monkeypatch.setattr(moving, "rows_digest", lambda *_: next(counted))
    with pytest.raises(RegisterError, match="nothing was copied"):
        moving.copy_register(tmp_path / "duties.db", address)
    with open_register(address) as register:
        assert register.count() == 0


def test_a_file_is_needed_to_begin_with(address: Address, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        moving.copy_register(tmp_path / "none.db", address)


def test_the_doctor_looks_at_a_server(address: Address) -> None:
    with open_register(address) as register:
        fill(register, range(2))
    found = list(health.examine(address, deep=True))
    assert [finding.what for finding in found] == ["database server", "derived rows"]
    assert {finding.state for finding in found} == {"ok"}
    with closing(health.connect(address, create=False, read_only=False)) as connection:
        connection.run("DELETE FROM norms_fts")  # type: ignore[attr-defined]
    assert "search index" in next(finding.says for finding in health.examine(address) if finding.state == "bad")


def test_a_server_that_is_not_there_is_said() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(RegisterUnreachable, match=r"postgresql://anna@/duties.*does not answer") as error:
        open_register(Address("postgresql://anna:secret@/duties?host=/nowhere"))
    assert "secret" not in str(error.value)


def test_a_document_is_removed(address: Address) -> None:
    with open_register(address) as register:
        fill(register)
        (row,) = register.documents("1.txt")
        removed = removal.remove_documents(register, [row])
        assert (removed.norms, removed.files) == (2, ())
        assert "1.txt" not in [one.source for one in register.documents()]
        assert register.check() == []
