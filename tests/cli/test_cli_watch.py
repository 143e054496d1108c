"""``dutybook watch`` as people type it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dutybook.cli import run
from dutybook.cli.watch_run import _quoted, _schedule

RULE = "# Harbour rules\n\nArticle 1\n\nOperators shall keep {} for each berth.\n"


def dutybook(database: Path, *arguments: str) -> int:
    return run(["--database", str(database), "watch", *arguments])


def test_from_adding_to_removing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules, database = tmp_path / "rules", tmp_path / "r.db"
    rules.mkdir()
    (rules / "a.md").write_text(RULE.format("a log"))
    assert dutybook(database, "list") == 2  # there is no database yet
    assert (
        dutybook(
            database,
            "add",
            "folder",
            str(rules),
            "--every",
            "1h",
            "--option",
            "settle=0.01",
            "--by",
            "ann",
        )
        == 0
    )
    assert "folder-rules" in capsys.readouterr().out
    assert dutybook(database, "run", "--dry-run") == 0
    assert "would look at a.md" in capsys.readouterr().out
    (rules / "b.pdf").write_bytes(b"%PDF-1.7\nrubbish")
    assert dutybook(database, "run", "--workers", "1") == 2
    captured = capsys.readouterr()
    assert "2 listed, 2 new, 0 changed, 2 fetched, 1 read, 1 unread" in captured.out
    assert "1 norm found" in captured.out
    assert "not done: folder-rules: unreadable: " in captured.err
    assert dutybook(database, "run") == 0
    assert "1 not due" in capsys.readouterr().out
    (rules / "b.pdf").unlink()
    assert dutybook(database, "run", "folder-rules") == 0
    assert "1 gone" in capsys.readouterr().out
    assert dutybook(database, "list", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["name"], listed["every"], listed["created_by"], listed["items"], listed["gone"]) == (
        *("folder-rules", 3600, "ann"),
        *(2, 1),
    )
    assert "holder" not in listed
    assert dutybook(database, "list") == 0
    assert re.search(r"folder-rules +folder .* 1h .* ok", capsys.readouterr().out)
    assert dutybook(database, "show", "folder-rules") == 0
    captured = capsys.readouterr()
    assert "by ann" in captured.out
    assert re.search(r"b\.pdf .*unread \(gone since", captured.out)
    assert dutybook(database, "show", "folder-rules", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["runs"]) == 2
    assert {item["key"]: len(item["files"]) for item in answer["shown_items"]} == {"a.md": 1, "b.pdf": 1}
    assert dutybook(database, "pause", "folder-rules") == 0
    assert dutybook(database, "list") == 0
    assert "paused" in capsys.readouterr().out
    assert dutybook(database, "resume", "folder-rules") == 0
    assert dutybook(database, "remove", "folder-rules") == 0
    assert "its documents stay" in capsys.readouterr().out
    assert dutybook(database, "show", "folder-rules") == 2
    assert "there is no watch 'folder-rules'" in capsys.readouterr().err
    assert run(["--database", str(database), "documents"]) == 0
    assert "Harbour rules" in capsys.readouterr().out


def test_where_a_document_came_from_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sources"))
    try:
        from replay import Answer, Replay
    finally:
        sys.path.pop(0)

    database = tmp_path / "r.db"
    with Replay() as server:
        server.route("/rule", Answer(RULE.format("a log"), type="text/markdown"))
        url = server.url("/rule")
        assert dutybook(database, "add", "page", url, "--name", "rule", "--allow-private") == 0
        assert dutybook(database, "run", "--workers", "1") == 0
    capsys.readouterr()
    assert run(["--database", str(database), "documents", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["address"] == url
    assert row["source"].startswith(str(tmp_path / "r.watched" / "rule" / "rule."))
    assert run(["--database", str(database), "search", "log", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    norm = re.search(r'"id": "([0-9a-f]{16,})"', json.dumps(found))
    assert norm
    assert run(["--database", str(database), "show", norm[1]]) == 0
    assert f"came from  {url}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "pigeon", "coop"), "there is no source 'pigeon'"),
        (("add", "folder", "/nowhere/at/all"), "is not there"),
        (("add", "page", "ftp://harbour.example/"), "an address begins with https://"),
        (("add", "page", "https://ann:word@harbour.example/"), "https://env:VARIABLE@host/"),
        (("add", "page", "https://harbour.example/", "--option", "links"), "--option NAME=VALUE"),
        (("add", "page", "https://harbour.example/", "--every", "often"), "is no time"),
        (("run", "--every", "5m", "--dry-run"), "--every looks at all watches"),
    ],
)
def test_what_cannot_be_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert dutybook(tmp_path / "r.db", *arguments) == 2
    assert words in capsys.readouterr().err


def test_kinds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dutybook(tmp_path / "r.db", "kinds") == 0
    printed = capsys.readouterr().out
    assert re.search(r"^ *folder +15s +a folder", printed, re.MULTILINE)
    assert "max_mb" in printed
    assert dutybook(tmp_path / "r.db", "kinds", "--json") == 0
    assert {"feed", "folder", "page"} <= {row["kind"] for row in json.loads(capsys.readouterr().out)}


def test_one_kind_says_how_its_targets_are_written_and_its_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dutybook(tmp_path / "r.db", "kinds", "eurlex") == 0
    printed = capsys.readouterr().out
    assert "32022R2554" in printed
    assert re.search(r"^ *eurovoc: ", printed, re.MULTILINE)
    assert dutybook(tmp_path / "r.db", "kinds", "folder", "--json") == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "folder"
    assert dutybook(tmp_path / "r.db", "kinds", "pigeon") == 2


def test_what_a_machine_needs_to_run_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "our rules 100%"
    folder.mkdir()
    assert dutybook(folder / "r.db", "service", "--every", "10m") == 0
    printed = capsys.readouterr().out
    unit = next(line for line in printed.splitlines() if line.startswith("ExecStart"))
    assert f'--database "{tmp_path}/our rules 100%%/r.db" watch run --every 10m' in unit
    assert "OnUnitActiveSec=10min" in printed
    assert "SuccessExitStatus=2" in printed
    cron = printed.splitlines()[-1]
    assert cron.startswith("*/10 * * * * ")
    assert f"--database '{tmp_path}/our rules 100\\%/r.db' watch run" in cron
    assert not list(folder.iterdir())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_takes_the_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "our rules 100%"
    folder.mkdir()
    assert dutybook(folder / "r.db", "service") == 0
    printed = capsys.readouterr().out
    names = re.findall(r"^# .*/(dutybook-[a-z-]+\.(?:service|timer))$", printed, re.MULTILINE)
    assert sorted(names) == ["dutybook-watch-once.service", "dutybook-watch-once.timer", "dutybook-watch.service"]
    units = re.split(r"^# (?:Or, in place|Or a line).*\n|^# ~.*\.timer\n", printed, flags=re.MULTILINE)
    for name, unit in zip(("watch.service", "once.service", "once.timer"), units[:3], strict=True):
        (tmp_path / f"dutybook-{name}").write_text(unit)
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.glob("dutybook-*")))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "dutybook" not in found.stderr, found.stderr


def test_words_of_unit_and_cron() -> None:
    assert _quoted("/a/b-c.db") == "/a/b-c.db"
    assert _quoted('/a "b"\\c') == '"/a \\"b\\"\\\\c"'
    minutes = {60: "* * * * *", 300: "*/5 * * * *", 3600: "7 * * * *", 6 * 3600: "7 */6 * * *", 86400: "7 6 * * *"}
    assert {seconds: _schedule(seconds) for seconds in minutes} == minutes


def test_a_service_ends_cleanly(tmp_path: Path) -> None:
    rules, database = tmp_path / "rules", tmp_path / "r.db"
    rules.mkdir()
    assert dutybook(database, "add", "folder", str(rules), "--option", "settle=0.01") == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "dutybook", "--database", str(database), "watch", "run", "--every", "5s"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdout is not None
    lines = [process.stdout.readline(), process.stdout.readline()]
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    rest, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert time.monotonic() - began < 5
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ "
    assert re.fullmatch(stamp + r"watching with .*r\.db, every 5s\n", lines[0])
    assert re.fullmatch(stamp + r"1 watch looked at, 0 read \(\d+\.\d s\)\n", lines[1])
    assert re.fullmatch(stamp + r"stopped\n", rest)
