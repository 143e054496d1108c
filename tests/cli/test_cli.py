"""The command line: what each command prints, and which code it ends with."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from builders import N, make_analysis, make_unreadable
from dutybook.cli import run
from dutybook.pipeline import reading
from dutybook.store import open_register

FAKES = Path(__file__).resolve().parents[1] / "pipeline"
COMMANDS = (
    "ingest",
    "extract",
    "search",
    "show",
    "explain",
    "diff",
    "due",
    "rejected",
    "documents",
    "summary",
    "timeline",
    "export",
    "schema",
    "backup",
    "restore",
    "doctor",
    "page-image",
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_register(path) as register:
        norms = [
            N("Each harbour operator shall report an incident within 72 hours after noticing it.", place="Art 5(1)", bearer="harbour operator", deadline="within 72 hours", anchor="after noticing it"),
            N("A permit must follow by 2 August 2031 under the Act.", place="Art 6", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2), cites="the Act"),
            N("A berth shall be considered safe.", place="Art 7", rejected="deeming"),
            N("An operator may not \x1b[31m sell data.", place="Art 8", modality="prohibition", bearer="operator"),
        ]  # fmt: skip
        register.add(make_analysis(norms), "1")
        register.add(make_unreadable(), "1")
    return path


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FAKES))
    monkeypatch.setattr(reading, "ANALYSE", "batch_fakes:analyse")


Capture = pytest.CaptureFixture[str]


def ids(database: Path) -> list[str]:
    with open_register(database, read_only=True) as register:
        return [n.id for n in register.norms()] + [r.id for r in register.rejected()]


def test_search_prints_cards(database: Path, capsys: Capture) -> None:
    assert run(["--database", str(database), "search", "incident"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Art 5(1)  obligation  harbour operator  ")
    assert "Each harbour operator shall report an incident" in out
    assert "deadline: within 72 hours (period: PT72H after noticing it)" in out
    assert "Harbour Data Act, page 1 · en · harbour.txt" in out
    assert out.endswith("1 norm\n")


def test_search_filters_and_json(database: Path, capsys: Capture) -> None:
    assert run(["search", "--modality", "prohibition", "--json", "--database", str(database)]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["total"] == 1
    assert made["hits"][0]["place"] == "Art 8"
    assert run(["search", "--deadline-before", "2031-12-31", f"--database={database}"]) == 0
    assert "→ 2031-08-02" in capsys.readouterr().out
    assert run(["--database", str(database), "search", "--limit", "1"]) == 0
    assert capsys.readouterr().out.endswith("1–1 of 3 norms\n")
    assert run(["--database", str(database), "search", "--", "shall", "-incident"]) == 0
    assert capsys.readouterr().out.endswith("0 norms\n")


def test_documents_cannot_drive_the_terminal(database: Path, capsys: Capture) -> None:
    for command in (["search", "sell"], ["summary"], ["documents"], ["show", ids(database)[2]]):
        assert run(["--database", str(database), *command]) == 0
        assert "\x1b" not in capsys.readouterr().out


def test_show_and_explain(database: Path, capsys: Capture) -> None:
    first, second, _, rejected = ids(database)
    assert run(["--database", str(database), "show", first[:6]]) == 0
    out = capsys.readouterr().out
    assert re.search(r"bearer +harbour operator \(business\)", out)
    assert re.search(r"source +harbour.txt, page 1", out)
    assert run(["--database", str(database), "show", second]) == 0
    assert "the Act → 32031R0777" in capsys.readouterr().out
    assert run(["--database", str(database), "explain", second]) == 0
    out = capsys.readouterr().out
    assert re.search(r"rule +modal-verb 1", out)
    assert re.search(r"cue +must", out)
    assert re.search(r"step 1 +the text names 2031-08-02", out)
    assert "page 1: 70," in out
    assert run(["--database", str(database), "explain", first]) == 0
    assert "no date: the event is not dated" in capsys.readouterr().out
    assert run(["--database", str(database), "explain", rejected]) == 0
    out = capsys.readouterr().out
    assert "rejected" in out
    assert "deeming" in out
    assert run(["--database", str(database), "show", rejected]) == 0
    for command in ("show", "explain"):
        for identity in (first, rejected):
            capsys.readouterr()
            assert run(["--database", str(database), command, identity, "--json"]) == 0
            json.loads(capsys.readouterr().out)


def test_lists(database: Path, capsys: Capture) -> None:
    assert run(["--database", str(database), "rejected"]) == 0
    assert "deeming" in capsys.readouterr().out
    assert run(["--database", str(database), "rejected", "--document", "nope"]) == 2
    assert "no document" in capsys.readouterr().err
    assert run(["--database", str(database), "documents", "--unread"]) == 0
    out = capsys.readouterr().out
    assert "broken: the file ends too early" in out
    assert "Harbour Data Act" not in out
    assert run(["--database", str(database), "summary", "--today", "2031-01-01"]) == 0
    out = capsys.readouterr().out
    assert "2 documents of 1 act, 3 norms, 2 deadlines (1 with a date), 1 candidate rejected" in out
    assert re.search(r"obligation +2 +2", out)
    assert "by 2 August 2031" in out
    assert "unreadable: broken.pdf: broken: the file ends too early" in out
    for command in ("rejected", "documents", "summary"):
        assert run(["--database", str(database), command, "--json"]) == 0
        json.loads(capsys.readouterr().out)


def test_ingest_and_again(tmp_path: Path, fakes: None, capsys: Capture) -> None:
    files = tmp_path / "in"
    files.mkdir()
    (files / "a.txt").write_text("ok alpha beta")
    (files / "b.txt").write_text("scan")
    (files / "c.csv").write_text("x")
    command = ["--database", str(tmp_path / "a.db"), "ingest", str(files), "--workers", "1"]
    assert run(command) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("2 files: 1 read, 0 unchanged, 1 unreadable; 2 norms found")
    assert "b.txt: no text: the pages are images" in captured.err
    assert "1 .csv" in captured.err
    assert run(command) == 2
    assert capsys.readouterr().out.startswith("2 files: 0 read, 1 unchanged, 1 unreadable; nothing has changed")
    assert run([*command[:3], str(files / "a.txt")]) == 0
    assert run([*command[:3], str(files / "nope.txt")]) == 2
    assert "there is no" in capsys.readouterr().err


def test_internal_errors_of_a_document_are_shown_with_debug(tmp_path: Path, fakes: None, capsys: Capture) -> None:
    (tmp_path / "a.txt").write_text("bug")
    command = ["--database", str(tmp_path / "a.db"), "ingest", str(tmp_path / "a.txt")]
    assert run(command) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert run([*command, "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_extract_prints_lines(tmp_path: Path, fakes: None, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("ok alpha beta")
    Path("b.txt").write_text("scan")
    assert run(["extract", "a.txt", "--format", "jsonl"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    made = json.loads(line)
    assert (made["source"], made["status"]) == ("a.txt", "read")
    assert [n["place"] for n in made["norms"]] == ["Art 1", "Art 2"]
    assert run(["extract", "a.txt", "b.txt", "gone.txt"]) == 2
    captured = capsys.readouterr()
    lines = [json.loads(line) for line in captured.out.splitlines()]
    assert [(made["status"], made.get("reason")) for made in lines] == [
        ("read", None),
        ("unreadable", "no text: the pages are images"),
    ]
    assert "gone.txt" in captured.err
    assert list(tmp_path.glob("*.db")) == []
    assert run(["extract", "a.txt", "--format", "xml"]) == 1


def test_export(database: Path, tmp_path: Path, capsys: Capture) -> None:
    for name in ("a.xlsx", "a.csv", "a.jsonl", "a.ics"):
        assert run(["--database", str(database), "export", str(tmp_path / name), "--bearer", "operator"]) == 0
        assert (tmp_path / name).stat().st_size
    assert "2 rows" in capsys.readouterr().out
    assert run(["--database", str(database), "export", str(tmp_path / "a.doc")]) in (1, 2)


def test_doctor(database: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["--database", str(database), "doctor"]) == 0
    out = capsys.readouterr().out
    assert f"{database} is sound: 2 documents, 3 norms" in out
    assert "1 were not read whole" in out
    assert run(["--database", str(tmp_path / "none.db"), "doctor", "--json"]) == 0
    found = {f["what"]: f["state"] for f in json.loads(capsys.readouterr().out)}
    assert found["database"] == "note"
    assert found["languages"] == "ok"
    with open_register(database) as register:
        register._connection.execute("INSERT INTO norms_fts(norms_fts) VALUES ('delete-all')")
    assert run(["--database", str(database), "doctor"]) == 1
    assert "search index" in capsys.readouterr().out
    with open_register(database) as register:
        register._connection.execute("UPDATE norms SET quote = 'other words'")
    assert run(["--database", str(database), "doctor"]) == 1
    assert "is not what was read of it" in capsys.readouterr().out
    database.write_text("no database " * 500)
    assert run(["--database", str(database), "doctor"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["search", "x", "--database", "{tmp}/none.db"], 2, "there is no database"),
        (["ingest", "{tmp}", "--database", "{tmp}/no/folder.db"], 2, "nothing to read"),
        (["search", "--database", "{tmp}"], 2, "is a folder"),
        (["show", "abc", "--database", "{db}"], 2, "at least 4"),
        (["show", "zzzzz", "--database", "{db}"], 2, "there is no norm"),
        (["search", "--modality", "duty", "--database", "{db}"], 1, "obligation, prohibition"),
        (["search", "--work", "pilotage", "--database", "{db}"], 1, "no act in the register"),
        (["search", "--deadline-before", "soon", "--database", "{db}"], 1, "no date"),
        (["summary", "--today", "soon", "--database", "{db}"], 1, "no date"),
        (["nonsense"], 1, "No such command"),
        (["search", "--limit", "x"], 1, "--limit"),
        (["ingest"], 1, "PATH"),
        (["ingest", "a", "--workers", "0"], 1, "--workers"),
    ],
)
def test_mistakes_get_a_message_and_a_code(
    arguments: list[str], code: int, says: str, database: Path, tmp_path: Path, capsys: Capture
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    filled = [a.replace("{tmp}", str(empty)).replace("{db}", str(database)) for a in arguments]
    assert run(filled) == code
    captured = capsys.readouterr()
    assert says in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_internal_errors_are_one_line(database: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a\nlong story")

    monkeypatch.setattr("dutybook.store.Register.summary", broken)
    assert run(["--database", str(database), "summary"]) == 1
    err = capsys.readouterr().err
    assert err == "dutybook: internal error, run again with --debug for details: ZeroDivisionError: a long story\n"
    assert run(["--database", str(database), "summary", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: Capture) -> None:
    assert run([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"Example: dutybook {command}" in out
    assert max(len(line) for line in out.splitlines()) <= 110


def test_help_names_every_command(capsys: Capture) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", out, re.MULTILINE)
    assert run(["--version"]) == 0
    assert re.fullmatch(r"dutybook \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


def dutybook(*arguments: object, **more: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dutybook", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload,no-any-return]


def test_help_is_quick() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert dutybook("--help").communicate()[0]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The promise is 0.4 s; a busy machine may take longer for the same work.
    assert after.ru_utime - before.ru_utime < 0.6


def test_reading_commands_leave_heavy_libraries_alone(database: Path) -> None:
    script = f"""
import sys
from dutybook.cli import run
run(["--database", {str(database)!r}, "search", "incident"])
run(["--database", {str(database)!r}, "summary"])
heavy = {{"sqlite_utils", "spacy", "pandas", "pdfplumber", "pypdfium2", "trafilatura", "xlsxwriter", "lxml"}}
sys.exit(", ".join(sorted(heavy & set(sys.modules))) or 0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("does", "needs_no"),
    [
        ("import dutybook.searching", "language"),
        (
            "from dutybook.pipeline.batch import Config, check_model; check_model(Config())",  # starts who reads documents
            "language",
        ),
        (
            "import dutybook.store.documents.flatten",
            "register",
        ),  # what a process that reads documents needs of the store
    ],
)
def test_each_loads_what_it_needs(does: str, needs_no: str) -> None:
    heavy = {"language": {"pydantic", "dutybook.languages.pack"}, "register": {"dutybook.store.register"}}[needs_no]
    script = f"{does}; import sys; sys.exit(', '.join({heavy!r} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_has_had_enough(tmp_path: Path) -> None:
    database = tmp_path / "big.db"
    with open_register(database) as register:
        register.add(make_analysis([N(f"Operator {n} shall wait.", place=f"Art {n}") for n in range(3000)]), "1")
    process = dutybook("--database", database, "search", "--limit", "3000")
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=30), err) == (141, b"")


def test_interrupting_an_ingest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ok alpha")
    (tmp_path / "b.txt").write_text("hang")
    script = (
        # A shell that runs the tests in the background has them ignore the signal.
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from dutybook.pipeline import reading; reading.ANALYSE = 'batch_fakes:analyse';"
        f"from dutybook.cli import run; sys.exit(run(['--database', {str(tmp_path / 'a.db')!r}, 'ingest', {str(tmp_path)!r}]))"
    )
    path = os.pathsep.join([str(FAKES), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    process = subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.PIPE
    )
    for _ in range(500):
        time.sleep(0.02)
        if (tmp_path / "a.db").exists() and (tmp_path / "a.db").stat().st_size:
            with open_register(tmp_path / "a.db", read_only=True) as register:
                if register.summary().documents:
                    break
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 130
    assert "goes on where this one stopped" in err
    assert "Traceback" not in err
    with open_register(tmp_path / "a.db") as register:
        assert [d.status for d in register.documents()] == ["read"]


def test_no_file_disappears(tmp_path: Path, fakes: None, capsys: Capture) -> None:
    files = tmp_path / "in"
    files.mkdir()
    (files / "a.txt").write_text("ok alpha")
    (files / "tariff.xlsx").write_text("x")
    (files / ".notes").write_text("x")
    command = ["--database", str(tmp_path / "a.db"), "ingest", str(files), "--workers", "1"]
    assert run(command) == 0
    printed = capsys.readouterr().err
    assert f"left out: {files / 'tariff.xlsx'}: files of its kind in folders are not read (.xlsx)" in printed
    assert "2 files left out: 1 .xlsx, 1 hidden" in printed
    assert run([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [(Path(each["source"]).name, each["kind"]) for each in answer["left_out"]] == [
        (".notes", "hidden"),
        ("tariff.xlsx", ".xlsx"),
    ]
    assert (answer["files"], answer["unread"], answer["left_out_by_kind"]) == (1, [], {".xlsx": 1, "hidden": 1})
    assert run(["extract", str(files)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(Path(line["source"]).name, line["status"]) for line in lines] == [
        (".notes", "left out"),
        ("tariff.xlsx", "left out"),
        ("a.txt", "read"),
    ]
