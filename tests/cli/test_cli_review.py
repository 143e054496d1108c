"""``dutybook review`` and ``dutybook audit``: said, listed, taken back, checked; mistakes get a message."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import Filters, open_register
from dutybook.store.judgements import reviews

Capture = pytest.CaptureFixture[str]

NORMS = [
    N("Each harbour operator shall report an incident within 72 hours after noticing it.", place="Art 5(1)", bearer="harbour operator", deadline="within 72 hours", confidence=0.9),
    N("Pilots must keep a log.", place="Art 6", bearer="Pilots", confidence=0.4),
    N("A keeper may sell data.", place="Art 7", modality="permission", bearer="keeper", confidence=0.6),
]  # fmt: skip


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTYBOOK_USER", "anna")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_register(path) as register:
        register.add(make_analysis(NORMS), "1")
    return path


def ids(database: Path) -> list[str]:
    with open_register(database, read_only=True) as register:
        return [n.id for n in register.norms(Filters(review_state="all"))]


def call(database: Path, *arguments: str) -> int:
    return run(["--database", str(database), *arguments])


def test_the_queue_has_the_least_sure_finding_first(database: Path, capsys: Capture) -> None:
    report, log, _ = ids(database)
    assert call(database, "review") == 0
    out = capsys.readouterr().out
    assert re.search(r"0\.40.*Art 6.*\n.*0\.60.*Art 7.*\n.*0\.90.*Art 5\(1\)", out)
    assert "3 norms" in out
    assert call(database, "review", log[:8], "--confirm") == 0
    assert call(database, "review", report[:8], "--status", "compliant") == 0
    capsys.readouterr()
    assert call(database, "review", "--json", "--limit", "1") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["total"], [n["norm"]["place"] for n in found["norms"]]) == (2, ["Art 7"])
    assert call(database, "review", "--status", "compliant") == 0
    assert "Art 5(1)" in capsys.readouterr().out
    assert call(database, "review", "--status", "requires review") == 0
    assert "0 norms" in capsys.readouterr().out


def test_what_is_said_shows_in_show_search_and_exports(database: Path, tmp_path: Path, capsys: Capture) -> None:
    report = ids(database)[0]
    options = ["--status", "applicable", "--owner", "ben", "--due", "2026-08-02", "--note", "asked the supplier"]
    options += ["--link", "Policy=docs/p.pdf", "--applicability", "yes", "--control", "weekly check"]
    assert call(database, "review", report[:6], *options) == 0
    capsys.readouterr()
    assert call(database, "show", report) == 0
    out = capsys.readouterr().out
    for expected_text in (
        "status  applicable",
        "owner  ben",
        "own date  2026-08-02",
        "Policy: docs/p.pdf",
        "asked the supplier",
    ):
        assert expected_text in out
    assert re.search(r"note  \d{4}-\d\d-\d\d anna: asked", out)
    assert call(database, "show", report, "--json") == 0
    assert json.loads(capsys.readouterr().out)["review"]["owner"] == "ben"
    assert call(database, "search", "--owner", "BEN", "--json") == 0
    assert [h["id"] for h in json.loads(capsys.readouterr().out)["hits"]] == [report]
    assert call(database, "search", "--status", "unassessed", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 2
    for name in ("out.csv", "out.jsonl", "out.xlsx"):
        assert call(database, "export", str(tmp_path / name)) == 0
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert {"status", "owner", "own_due", "notes", "links"} <= set(lines[0].split(";"))
    assert any("applicable;ben;2026-08-02" in line for line in lines)
    exported = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [bool(row["review"]) for row in exported] == [True, False, False]
    assert exported[0]["review"]["notes"][0]["text"] == "asked the supplier"


def test_correct_reject_undo(database: Path, capsys: Capture) -> None:
    report, log, _ = ids(database)
    assert (
        call(
            database,
            "review",
            report,
            "--correct",
            "modality=permission",
            "--correct",
            "bearer=quaymaster",
            "--reason",
            "misread",
        )
        == 0
    )
    assert "modality: permission, not obligation (anna" in capsys.readouterr().out
    assert call(database, "search", "quaymaster", "--modality", "permission", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 1
    assert call(database, "review", log, "--reject", "--reason", "a title") == 0
    capsys.readouterr()
    assert call(database, "search", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 2
    assert call(database, "search", "--review-state", "rejected", "--json") == 0
    assert [h["id"] for h in json.loads(capsys.readouterr().out)["hits"]] == [log]
    assert call(database, "show", log) == 0
    assert "no finding (anna" in capsys.readouterr().out
    assert call(database, "review", log, "--undo") == 0
    assert call(database, "review", report, "--undo", "--by", "ben") == 0
    capsys.readouterr()
    assert call(database, "search", "quaymaster", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 0
    assert call(database, "review", report, "--history") == 0
    out = capsys.readouterr().out
    assert re.search(r"anna  \w{8}  corrected modality: obligation → permission \(misread\)", out)
    assert re.search(r"ben  \w{8}  withdrawn modality: permission → obligation \(takes back row \d+\)", out)


def test_many_at_once_first_dry(database: Path, capsys: Capture) -> None:
    assert call(database, "review", "--all", "--modality", "obligation", "--status", "not applicable", "--dry-run") == 0
    assert "2 norms would be changed; nothing was" in capsys.readouterr().out
    assert call(database, "review", "--status", "not applicable", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 0
    assert call(database, "review", "--all", "--modality", "obligation", "--status", "not applicable") == 0
    assert "2 norms changed" in capsys.readouterr().out
    assert (
        call(
            database, "review", "--all", "--with-status", "not applicable", "--words", "log", "--owner", "ben", "--json"
        )
        == 0
    )
    assert [row["record"]["owner"] for row in json.loads(capsys.readouterr().out)] == ["ben"]
    assert call(database, "review", "--owner", "ben") == 0
    assert "1 norm" in capsys.readouterr().out


def test_last_write_wins_and_says_what_it_wrote_over(database: Path, capsys: Capture) -> None:
    log = ids(database)[1]
    assert call(database, "review", log, "--status", "applicable") == 0
    assert call(database, "review", log, "--status", "compliant", "--by", "ben") == 0
    assert "status was 'applicable' (last change by anna at" in capsys.readouterr().out
    assert call(database, "review", log, "--status", "applicable", "--if-unchanged-since", "2") == 2
    assert "ben at" in capsys.readouterr().err
    assert call(database, "review", log) == 0
    assert "compliant" in capsys.readouterr().out


def test_orphans_are_listed_until_their_norm_is_back(database: Path, capsys: Capture) -> None:
    log = ids(database)[1]
    assert call(database, "review", log, "--note", "mind this") == 0
    with open_register(database) as register:
        register.remove(register.documents()[0].id)
    capsys.readouterr()
    assert call(database, "review", "--orphans") == 0
    out = capsys.readouterr().out
    assert "Art 6, Harbour Data Act" in out
    assert "1 record whose norm is in the register no more" in out
    assert call(database, "review", log[:8], "--history") == 0
    assert "noted: mind this" in capsys.readouterr().out
    with open_register(database) as register:
        register.add(make_analysis(NORMS), "1")
    assert call(database, "review", "--orphans") == 0
    assert "no record has lost its norm" in capsys.readouterr().out


def test_audit_has_one_line_a_change(database: Path, capsys: Capture) -> None:
    log = ids(database)[1]
    assert call(database, "review", log, "--note", "First line.\nSecond line.\n\n" + "Many words. " * 40) == 0
    assert call(database, "review", log, "--status", "applicable") == 0
    capsys.readouterr()
    assert call(database, "audit") == 0
    lines = capsys.readouterr().out.splitlines()
    numbers = [int(line.split()[0]) for line in lines]
    assert numbers[:-1] == list(range(1, len(lines)))
    assert lines[-1] == f"{len(lines) - 1} rows"
    assert any("noted: First line. Second line. Many words." in line for line in lines)


def test_audit_shows_and_checks(database: Path, capsys: Capture) -> None:
    log = ids(database)[1]
    assert call(database, "review", log, "--status", "applicable", "--owner", "ben") == 0
    capsys.readouterr()
    assert call(database, "audit") == 0
    out = capsys.readouterr().out
    assert "status: unassessed → applicable" in out
    assert "3 rows" in out
    assert call(database, "audit", "--by", "nobody", "--since", "2020-01-01", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert call(database, "audit", "--verify", "--json") == 0
    kept = json.loads(capsys.readouterr().out)
    assert (kept["rows"], kept["broken"]) == (3, None)
    assert call(database, "audit", "--verify", "--head", kept["head"]) == 0
    assert "whole  3 rows" in capsys.readouterr().out
    with open_register(database) as register:
        register._connection.execute("DROP TRIGGER history_update")
        register._connection.execute("UPDATE history SET by = 'eve' WHERE seq = 2")
    assert call(database, "audit", "--verify") == 2
    assert "row 2 was changed after it was written" in capsys.readouterr().out
    assert call(database, "doctor") == 1
    assert "row 2 was changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("review ID --status done", "'done' is no status"),
        ("review ID --correct modality --reason x", "says no value"),
        ("review ID --correct modality=permission", "say why it is corrected"),
        ("review ID --reject", "say why it is no finding"),
        ("review ID --confirm --reject --reason x", "give one of them"),
        ("review ID --link javascript:alert(1)", "no address that is kept here"),
        ("review ID --all --status compliant", "not both"),
        ("review --all --status compliant", "without a filter"),
        ("review --all --modality obligation", "say what to change"),
        ("review --undo", "say of which norm"),
        ("review --note x", "say of which norm"),
        ("review --undo --history ID", "do not go together"),
        ("review ID --undo", "nothing was said"),
        ("review ID --history", "nothing was said"),
        ("review ID --status compliant --by ' '", "say who you are"),
        ("review zzzz --status compliant", "there is no norm"),
        ("audit --head x --verify", "ROWS:HASH"),
    ],
)
def test_mistakes_get_a_message(database: Path, capsys: Capture, arguments: str, message: str) -> None:
    assert call(database, *shlex.split(arguments.replace("ID", ids(database)[0]))) == 2
    assert message in capsys.readouterr().err
    with open_register(database, read_only=True) as register:
        assert list(reviews.records(register, ids(database))) == []


def test_a_login_name_will_do_and_is_one_line(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dutybook.cli.options import who

    assert who(None) == "anna"
    assert who("a\nb\x1b[31m c") == "a b [31m c"
    monkeypatch.delenv("DUTYBOOK_USER")
    monkeypatch.setattr("getpass.getuser", lambda: "login")
    assert who(None) == "login"


def test_mentions_are_listed(database: Path, capsys: Capture) -> None:
    _, log, _ = ids(database)
    assert call(database, "review", log[:8], "--note", "@Anna: is this ours?", "--by", "Emil") == 0
    capsys.readouterr()
    assert call(database, "mentions") == 0
    out = capsys.readouterr().out
    assert "Emil" in out
    assert "@Anna: is this ours?" in out
    assert call(database, "mentions", "Emil", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert call(database, "mentions", "--since", "soon") == 1
