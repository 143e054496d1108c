"""Alerts of a register on a server: each notice arrives once, whoever sends, whoever is killed, whatever becomes of the connection."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from servers import WebServer
from telling import HOUR, NOW, alert, flats
from wire import Wire

from dutybook.alerts.collection import collect
from dutybook.alerts.sending import LEASE, send
from dutybook.database_address import Address
from dutybook.errors import RegisterUnreachable
from dutybook.store import open_register
from dutybook.store.alerts import outbox
from loading import script


@pytest.fixture(scope="module")
def bench(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "alerting.py")


@pytest.mark.slow
def test_three_senders_and_some_that_are_killed(bench: ModuleType, address: Address) -> None:
    def rounds(made: Any, _: int) -> None:
        bench.at_once(made, 1)
        # Between sending and noting: whoever comes next cannot know whether it arrived. Alone, since another may take all that is to send.
        for step in ("accepted", "sent"):
            made.round({"step": step})
            made.finish()

    with bench.Senders() as senders:
        outcome = bench.measure(senders, rounds, 1, 1, str(address))
    assert outcome.kills == 2
    assert outcome.good, outcome
    # Into files nothing comes twice. What remains: a mail or a request may be repeated, under the id that it had.
    assert not any(outcome.repeated[name] for name in ("jsonl", "text", "atom")), outcome.repeated


@pytest.fixture
def waiting(address: Address, server: WebServer) -> Address:
    """A register with something to tell a webhook."""
    with open_register(address) as register:
        register.write(flats()[0])
        alert(register, f"http://127.0.0.1:{server.port}/#private=yes")
        register.write(flats()[1])
        collect(register, now=NOW)
    return address


@pytest.fixture
def server() -> Any:
    with WebServer() as running:
        yield running


@pytest.mark.parametrize("answered", [False, True], ids=["before the server knows", "when the server has stored it"])
def test_a_note_that_breaks_off_is_made_over_a_new_connection(
    waiting: Address, wire: Wire, server: WebServer, answered: bool
) -> None:
    def cut(step: str) -> None:
        if step == "sent":
            wire.cut_at(b"COMMIT", answered=answered)

    sent = send(Address(wire.address), now=NOW, step=cut)
    assert (sent.sent, sent.problems) == (1, [])
    assert wire.cuts == 1
    assert send(waiting, now=NOW + HOUR).sent == 0
    assert list(server.keys.values()) == [1]


def test_a_note_that_cannot_be_made_leaves_a_delivery_that_is_repeated_under_its_id(
    waiting: Address, wire: Wire, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutybook.alerts.sending.RESTART_SECONDS", 0.2)

    def cut(step: str) -> None:
        if step == "sent":
            wire.cut_at(b"COMMIT", stays=True)

    with pytest.raises(RegisterUnreachable) as refused:
        send(Address(wire.address), now=NOW, step=cut)
    assert refused.value.exit_code == 2
    assert send(waiting, now=NOW + LEASE / 2).sent == 0, "the claim holds"
    assert send(waiting, now=NOW + HOUR).sent == 1
    assert list(server.keys.values()) == [2], "one id, so that the other side knows it again"
    with open_register(waiting, read_only=True) as register:
        assert [one.state for one in outbox.deliveries(register)] == ["sent"]
