"""``dutybook alerts`` from the first alert to the last message, and an ingest that fills the outbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import quay
from dutybook.cli import run
from dutybook.pipeline import batch
from dutybook.pipeline.reading import ReadingOptions
from dutybook.store import open_register
from dutybook.store.documents.flatten import flatten


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.write(flatten(quay.read(quay.FIRST)))
    monkeypatch.setenv("DUTYBOOK_DATABASE", str(path))
    monkeypatch.chdir(tmp_path)
    return path


def next_version(database: Path) -> None:
    with open_register(database) as register:
        register.write(flatten(quay.read(quay.SECOND, version="2032-03-01")))


def test_an_alert_from_beginning_to_end(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages_file = database.parent / "told.jsonl"
    add = [
        "alerts",
        "add",
        "quays",
        "crate",
        "--work",
        "32031R0888",
        "--on",
        "changed,new",
        "--every",
        "now",
        "--reader",
        "de",
    ]
    assert run([*add, "--to", f"file:{messages_file}"]) == 0
    out = capsys.readouterr().out
    assert "crate --work 32031R0888" in out
    assert str(messages_file) in out
    assert run([*add, "--to", f"file:{messages_file}"]) == 2
    assert "already" in capsys.readouterr().err
    assert run(["alerts", "preview", "quays"]) == 0
    assert "nothing to report" in capsys.readouterr().out
    next_version(database)
    assert run(["alerts", "preview", "quays"]) == 0
    assert "within [-five-] {+two+} days" in capsys.readouterr().out
    assert run(["alerts", "preview", "quays", "--html", "told.html"]) == 0
    assert "<ins" in (database.parent / "told.html").read_text("utf-8")
    assert not messages_file.exists()
    capsys.readouterr()
    assert run(["alerts", "run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) | {"next": None} == {
        "noticed": 3,
        "waiting": {"quays": 1},
        "sent": 1,
        "failed": 0,
        "dead": 0,
        "problems": [],
        "next": None,
    }
    (line,) = map(json.loads, messages_file.read_text("utf-8").splitlines())
    assert line["place"] == "Art 1(3)"
    assert run(["alerts", "run"]) == 0
    assert "0 things noticed, 0 messages sent" in capsys.readouterr().out
    assert run(["alerts", "show", "quays"]) == 0
    assert "sent" in capsys.readouterr().out
    assert run(["alerts", "outbox", "--json"]) == 0
    (delivery,) = json.loads(capsys.readouterr().out)
    assert (delivery["state"], delivery["notices"]) == ("sent", 1)
    assert run(["alerts", "outbox", "--show", delivery["id"][:8]]) == 0
    assert "Art 1(3)" in capsys.readouterr().out
    for command in ("pause", "resume", "remove"):
        assert run(["alerts", command, "quays"]) == 0
    assert run(["alerts", "show", "quays"]) == 2
    assert "no alert 'quays'" in capsys.readouterr().err


def test_what_does_not_arrive_is_said_listed_and_sent_again(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = database.parent / "feeds"
    folder.mkdir()
    feed = folder / "told.xml"
    assert run(["alerts", "add", "quays", "--every", "now", "--to", f"atom:{feed}"]) == 0
    feed.write_text("no feed")
    next_version(database)
    capsys.readouterr()
    assert run(["alerts", "run"]) == 2
    captured = capsys.readouterr()
    assert "is no feed" in captured.err
    assert "given up" in captured.err
    assert run(["alerts", "list"]) == 0
    assert "1 message did not arrive" in capsys.readouterr().out
    assert run(["alerts", "outbox", "--dead"]) == 0
    assert "dead" in capsys.readouterr().out
    assert run(["alerts", "outbox", "--dead", "--json"]) == 0
    assert "is no feed" in capsys.readouterr().out
    assert run(["doctor"]) in (0, 1)
    assert "1 message of an alert was given up" in capsys.readouterr().out
    feed.unlink()
    assert run(["alerts", "outbox", "--retry", "dead"]) == 0
    assert run(["alerts", "run"]) == 0
    assert feed.read_text("utf-8").count("<entry") == 1, "one for the act"


def test_trying_an_alert(database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        run(["alerts", "add", "quays", "--to", "file:told.txt", "--to", "apprise:env:NOT_SET", "--reader", "fr"]) == 0
    )
    capsys.readouterr()
    assert run(["alerts", "test", "quays"]) == 2
    captured = capsys.readouterr()
    assert "arrived" in captured.out
    assert "NOT_SET is not set" in captured.err
    assert "essai" in (database.parent / "told.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--to", "nowhere"], "says not where to"),
        ([], "say where to tell it"),
        (["--to", "file:a.jsonl", "--on", "nothing"], "nothing that an alert counts"),
        (["--to", "file:a.jsonl", "--every", "sometimes"], "no schedule"),
        (["--to", "file:a.jsonl", "--zone", "Mars/Base"], "no time zone"),
        (["--to", "file:a.jsonl", "--reader", "xx"], "messages are written in"),
        (["--to", "file:a.jsonl", "--as-of", "2032-01-01"], "leave --as-of out"),
        (["--to", "file:a.jsonl", "--search", "none"], "no saved search"),
        (["--to", "file:a.jsonl", "--work", "nonsense"], "no act in the register"),
        (
            ["--to", "mailto:a@b.test#smtp=mail.test&from=c@d.test&user=e&password=opensesame"],
            "not kept in the database",
        ),
    ],
)
def test_what_cannot_be_meant(
    database: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run(["alerts", "add", "quays", *arguments]) in (1, 2)
    captured = capsys.readouterr()
    assert says in captured.err
    assert "opensesame" not in captured.err
    with open_register(database) as register:
        for table in ("alerts", "saved_searches"):
            assert register._connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_saved_searches(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "crate", "--modality", "obligation", "--save", "crates"]) == 0
    assert "saved as crates" in capsys.readouterr().out
    assert run(["search", "--saved", "crates", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 2
    assert run(["search", "other", "--saved", "crates"]) == 1
    assert "give one of them" in capsys.readouterr().err
    assert run(["search", "--saved", "none"]) == 2
    assert run(["alerts", "add", "quays", "--search", "crates", "--to", "file:a.jsonl", "--every", "now"]) == 0
    next_version(database)
    assert run(["alerts", "run"]) == 0
    places = {json.loads(line).get("place") for line in Path("a.jsonl").read_text("utf-8").splitlines()}
    assert places == {"Art 1(3)"}
    assert run(["search", "log", "--save", "crates"]) == 0
    assert run(["alerts", "show", "quays", "--json"]) == 0
    assert '"words": "log"' in capsys.readouterr().out


ACT = """Guidance on cranes

Article 1

Operators shall report a broken crane to the harbour master within {days} days.
"""


@pytest.mark.usefixtures("reading_here")
def test_an_ingest_fills_the_outbox_and_sends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database, folder = tmp_path / "register.db", tmp_path / "law"
    folder.mkdir()
    file = folder / "cranes.txt"
    file.write_text(ACT.format(days="30"))
    batch.ingest([folder], database, ReadingOptions(workers=1))
    where = ["--database", str(database)]
    assert run([*where, "alerts", "add", "cranes", "--every", "now", "--to", f"file:{tmp_path / 'told.jsonl'}"]) == 0
    file.write_text(ACT.format(days="30").replace("report a", "report  a"))
    batch.ingest([folder], database, ReadingOptions(workers=1))
    file.write_text(ACT.format(days="ten"))
    batch.ingest([folder], database, ReadingOptions(workers=1))
    assert not (tmp_path / "told.jsonl").exists()
    assert run([*where, "alerts", "run"]) == 0
    (line,) = map(json.loads, (tmp_path / "told.jsonl").read_text("utf-8").splitlines())
    assert "ten days" in line["quote"]
    assert "30 days" in line["old_quote"]


def test_asking_for_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom dutybook.cli import run\nrun(['alerts', '--help'])\n"
        "heavy = {'httpx', 'apprise', 'jinja2', 'babel', 'lxml', 'dutybook.languages.pack', 'sqlite_utils'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
