"""A way to the server that breaks again and again: what is read, watched and sent is complete, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import watch_fakes
from servers import WebServer
from wire import Wire

from dutybook.alerts.management import Wanted, add
from dutybook.alerts.settings import parse_kinds
from dutybook.database_address import Address
from dutybook.pipeline import batch
from dutybook.pipeline.watching import RunReport
from dutybook.store import Filters, open_register
from dutybook.store.alerts import outbox

#: What an ingest collects it notes with the moment that it is.
NOW = datetime.now(UTC)


@pytest.mark.slow
@pytest.mark.parametrize("nth", [2, 3])
def test_an_ingest(
    wire: Wire, read: Callable[..., batch.IngestReport], content: Callable[[Any], None], address: Address, nth: int
) -> None:
    with open_register(Address(wire.address)):
        pass
    wire.cut_each(nth, b"COMMIT")
    report = read(Address(wire.address))
    assert wire.cuts > 2
    assert (report.read, report.norms, report.exit_code) == (6, 12, 0)
    content(address)


def watched(database: Any, folder: Path, server: WebServer, before: Callable[[], None]) -> list[RunReport]:
    """Watch a folder, with an alert on all that comes; another document comes after the first look."""
    (folder / "a.txt").write_text("ok alpha")
    watch_fakes.add(database, "folder", str(folder), NOW, options={"settle": 0.01})
    with open_register(database) as register:
        wanted = Wanted(
            *("all", Filters(), (f"http://127.0.0.1:{server.port}/#private=yes",)),
            kinds=parse_kinds(["all"]),
            every="now",
        )
        add(register, wanted, now=NOW)
    before()
    reports = [watch_fakes.watch(database, clock=lambda: NOW)]
    (folder / "b.txt").write_text("ok beta")
    later = NOW + timedelta(days=1)
    reports.append(watch_fakes.watch(database, clock=lambda: later))
    return reports


@pytest.mark.slow
@pytest.mark.usefixtures("reading_here")
@pytest.mark.parametrize("nth", [2, 3])
def test_a_watch_with_its_alerts(wire: Wire, address: Address, tmp_path: Path, nth: int) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    with WebServer() as server, WebServer() as undisturbed:
        reports = watched(Address(wire.address), folder, server, lambda: wire.cut_each(nth, b"COMMIT"))
        assert wire.cuts > 5
        assert [(one.exit_code, one.problems) for one in reports] == [(0, []), (0, [])]
        assert [one.watches[0].read for one in reports] == [1, 1]
        (folder / "b.txt").unlink()
        watched(tmp_path / "file.db", folder, undisturbed, lambda: None)
        assert set(server.keys.values()) == {1}, "no message was sent twice"
        told = [sorted(item["id"] for _, body in one.taken for item in body["items"]) for one in (server, undisturbed)]
        assert told[0] == told[1] != []
    with open_register(address) as found, open_register(tmp_path / "file.db") as wanted:
        assert found.check() == []
        assert list(found.content()) == list(wanted.content())
        assert {one.state for one in outbox.deliveries(found)} == {"sent"}
        counts = "SELECT count(*), count(DISTINCT event) FROM outbox"
        assert found._connection.execute(counts).fetchone() == wanted._connection.execute(counts).fetchone()
