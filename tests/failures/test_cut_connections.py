"""The connection to the server is cut at the worst moments: nothing is lost, nothing is there twice, and the message says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from wire import Wire

from builders import N, make_analysis
from dutybook import cli
from dutybook.database_address import Address
from dutybook.errors import RegisterBusy, RegisterError, RegisterUnreachable, RegisterUnwritable
from dutybook.pipeline import batch, reading
from dutybook.pipeline.config import ANALYSER_VERSION
from dutybook.store import Register, open_register
from dutybook.store.accounts import accounts_of, people
from dutybook.store.controls import controls, list_import
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

Read = Callable[..., batch.IngestReport]
Compare = Callable[[Any], None]


def at(done: int, do: Callable[[], object]) -> Callable[[batch.Progress], None]:
    """A look at the progress of an ingest that does something when so many documents are stored."""

    def look(step: batch.Progress) -> None:
        if step.done == done:
            do()

    return look


@pytest.mark.parametrize("answered", [False, True], ids=["before the server knows", "when the server has stored it"])
def test_an_ingest_goes_on_over_a_new_connection(
    wire: Wire, read: Read, content: Compare, address: Address, answered: bool
) -> None:
    report = read(Address(wire.address), progress=at(3, lambda: wire.cut_at(b"COMMIT", answered=answered)))
    assert wire.cuts == 1
    assert (report.read, report.norms, report.exit_code) == (6, 12, 0)
    content(address)


@pytest.mark.usefixtures("impatient")
def test_an_ingest_whose_server_stays_away_ends_with_what_to_do_and_is_gone_on_with(
    wire: Wire,
    read: Read,
    content: Compare,
    texts: Path,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def begin(step: batch.Progress) -> None:
        if step.done == 3:
            wire.cut_at(b"COMMIT", stays=True)

    ingest = batch.ingest
    monkeypatch.setattr(reading, "ANALYSE", "batch_fakes:analyse")
    monkeypatch.setattr(batch, "ingest", lambda *given, **more: ingest(*given, **{**more, "progress": begin}))
    command = ["--database", wire.address, "ingest", str(texts), "--workers", "1"]
    assert cli.run(command) == 2
    said = capsys.readouterr().err
    assert "does not answer" in said
    assert "it goes on where it stopped" in said
    assert "Traceback" not in said
    with open_register(address, read_only=True) as register:
        assert len(register.documents()) == 3
        assert register.check() == []
    # Nor does any other command leave with less than a message.
    assert cli.run(["--database", wire.address, "search", "harbour1"]) == 2
    assert "does not answer" in capsys.readouterr().err

    wire.down = False
    report = read(Address(wire.address), options={"version": ANALYSER_VERSION})
    assert (report.read, report.unchanged) == (3, 3)
    read(address)
    content(address)


@contextmanager
def changing(wire: Wire) -> Iterator[tuple[Register, str]]:
    """A register with a norm, opened over the wire."""
    with open_register(Address(wire.address)) as register:
        register.add(make_analysis([N("Each operator shall keep a log.", bearer="operator")], source="a.txt"), "1")
        yield register, next(iter(register.norms())).id


@pytest.mark.parametrize("answered", [False, True], ids=["before the server knows", "when the server has stored it"])
def test_a_change_is_there_once_or_refused(wire: Wire, answered: bool) -> None:
    with changing(wire) as (register, norm):
        wire.cut_at(b"COMMIT", answered=answered)
        if answered:
            # The server is asked whether it stored it.
            reviews.change(register, [norm], Change(owner="anna"), by="anna")
        else:
            with pytest.raises(RegisterUnreachable, match="does not answer") as refused:
                reviews.change(register, [norm], Change(owner="anna"), by="anna")
            assert not refused.value.doubtful
        assert wire.cuts == 1
        assert len([entry for entry in reviews.read_history(register) if entry.field == "owner"]) == answered
        assert register.check() == []


@pytest.mark.usefixtures("impatient")
def test_what_nobody_knows_is_said(wire: Wire) -> None:
    with changing(wire) as (register, norm):
        wire.cut_at(b"COMMIT", answered=True, stays=True)
        with pytest.raises(RegisterUnreachable, match="nobody knows whether it is there") as refused:
            reviews.change(register, [norm], Change(owner="anna"), by="anna")
        assert refused.value.doubtful
        wire.down = False
        assert len([entry for entry in reviews.read_history(register) if entry.field == "owner"]) == 1


def test_a_change_that_broke_off_is_not_half_stored_by_a_writer_that_takes_no_notice(wire: Wire) -> None:
    with changing(wire) as (register, _):

        def write() -> None:
            with register.transaction():
                wire.cut_at(b"'one'")
                for statement in ("UPDATE documents SET title = 'one'", "UPDATE documents SET title = 'two'"):
                    with suppress(RegisterError):
                        register._connection.execute(statement)

        with pytest.raises(RegisterUnreachable, match="in the middle of a change"):
            write()
        assert {row.title for row in register.documents()} & {"one", "two"} == set()
        with register.transaction():
            register._connection.execute("UPDATE documents SET title = 'three'")
        assert {row.title for row in register.documents()} == {"three"}


def test_a_list_of_controls_is_taken_whole_or_not(wire: Wire) -> None:
    lines = [
        list_import.ControlLine(number, {"title": f"Control {number}", "reference": f"C-{number}"})
        for number in range(1, 6)
    ]
    with changing(wire) as (register, _):
        wire.cut_at(b"C-3")
        with pytest.raises(RegisterUnreachable):
            list_import.import_controls(register, lines, by="anna")
        assert wire.cuts == 1
        assert controls.list_controls(register) == []
        assert len(list_import.import_controls(register, lines, by="anna").added) == 5


def test_rows_that_are_fetched_in_parts_are_asked_for_anew(wire: Wire, address: Address) -> None:
    with changing(wire) as (register, _):
        wire.cut()
        assert len(list(register._connection.stream("SELECT id FROM norms"))) == 1  # type: ignore[attr-defined]


def test_both_ends_notice_that_the_other_machine_is_gone(wire: Wire) -> None:
    with open_register(Address(wire.address)) as register:
        run = register._connection.run  # type: ignore[attr-defined]
        seen = [run(f"SHOW {name}").fetchone()[0] for name in ("tcp_keepalives_idle", "lock_timeout")]
    assert seen[1] == "1min"
    # Over a socket of the machine the server has nothing to look after.
    assert seen[0] in {"30", "0"}


def test_folders_stay_hidden_over_a_new_connection(wire: Wire) -> None:
    with open_register(Address(wire.address)) as register:
        register.add(make_analysis([N("Each operator shall keep a log.")], source="/home/anna/a.txt"), "1")
    with open_register(Address(wire.address), read_only=True, folders=False) as register:
        assert [row.source for row in register.documents()] == ["a.txt"]
        wire.cut()
        assert [row.source for row in register.documents()] == ["a.txt"]
        with pytest.raises(RegisterError, match="cannot be written"):
            register._connection.execute("UPDATE meta SET value = ''")


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("53100", RegisterUnwritable, "no space is left for the database"),
        ("42501", RegisterUnwritable, "Check the rights of its user"),
        ("53300", RegisterBusy, "takes no more connections"),
        ("40P01", RegisterBusy, "is being written by another process"),
        ("57014", RegisterError, "cancelled a query"),
        ("58030", RegisterError, "Look at its log and its disk"),
        ("XX001", RegisterError, "Look at its log and its disk"),
        ("57P01", RegisterUnreachable, "does not answer"),
    ],
)
def test_what_a_server_refuses_is_said(address: Address, code: str, kind: type[RegisterError], says: str) -> None:
    with open_register(address) as register:
        refuse = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"

        def write() -> None:
            with register.transaction():
                register._connection.execute("UPDATE meta SET value = 'changed' WHERE key = 'register_id'")
                register._connection.run(refuse)  # type: ignore[attr-defined]

        with pytest.raises(kind, match=says) as refused:
            write()
        assert type(refused.value) is kind
        assert refused.value.exit_code == 2
        rows = register._connection.execute("SELECT value FROM meta WHERE key = 'register_id'").fetchall()
        assert rows != [("changed",)]


@pytest.mark.parametrize("answered", [False, True], ids=["before the server knows", "when the server has stored it"])
def test_a_person_is_added_once_or_not(wire: Wire, address: Address, answered: bool) -> None:
    accounts = accounts_of(Address(wire.address))
    now = datetime(2031, 1, 1, tzinfo=UTC)
    people.add(accounts, "Anna", "admin", now)
    wire.cut_at(b"COMMIT", answered=answered)
    with nullcontext() if answered else pytest.raises(RegisterUnreachable, match="does not answer"):
        people.add(accounts, "Ben", "reader", now)
    assert wire.cuts == 1
    assert [person.name for person in people.people(accounts)] == (["Anna", "Ben"] if answered else ["Anna"])
    accounts.close()
