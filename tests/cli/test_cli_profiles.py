"""``dutybook profile`` and ``applies``: profiles entered and shown, proposals listed with their reasons and confirmed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from builders import HARBOUR, N, make_analysis
from dutybook.cli import run
from dutybook.store import open_register
from dutybook.store.judgements import reviews

Capture = pytest.CaptureFixture[str]
NORMS = [
    N("Payment institutions shall keep a log of the quays.", place="Art 5", bearer="Payment institutions"),
    N("The harbour office shall publish the log.", place="Art 6", bearer="harbour office", bearer_class="authority"),
    N("The log shall be complete.", place="Art 7"),
]


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTYBOOK_USER", "anna")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_register(path) as register:
        register.add(make_analysis(NORMS, work=HARBOUR), "1")
    return path


def call(database: Path, *arguments: str) -> int:
    return run(["--database", str(database), *arguments])


def entered(database: Path) -> None:
    assert (
        call(database, "profile", "add", "Quay Pay", "--country", "DE", "--yes", "payment institution", "--complete")
        == 0
    )


def test_a_profile_is_entered_shown_changed_and_removed(database: Path, capsys: Capture) -> None:
    assert call(database, "profile", "list") == 0
    assert "dutybook profile add" in capsys.readouterr().out
    entered(database)
    assert "applies 1, no 1, to be asked 1" in capsys.readouterr().out
    assert call(database, "profile", "change", "quay pay", "--employees", "12", "--no", "bank", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["profile"]["employees"], answer["acts"][0]["norms"]["applies"]) == (12, 1)
    assert call(database, "profile", "show", "Quay Pay", "--history") == 0
    assert "employees: (none) → 12" in capsys.readouterr().out
    assert call(database, "profile", "remove", "Quay Pay") == 0
    assert call(database, "profile", "show", "Quay Pay") == 2
    assert "there is no profile" in capsys.readouterr().err


def test_proposals_have_their_reasons_in_the_readers_language(database: Path, capsys: Capture) -> None:
    entered(database)
    capsys.readouterr()
    assert call(database, "applies", "Harbour Data Act", "--language", "de") == 0
    out = capsys.readouterr().out
    assert "gilt nicht" in out
    assert "richtet sich an Behörden oder Staaten: harbour office" in out
    assert call(database, "applies", "Harbour Data Act", "--verdict", "applies", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["place"], one["verdict"], one["basis"]["place"]) == ("Art 5", "applies", "Art 5")
    assert call(database, "applies", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["norms"] == {"applies": 1, "no": 1, "ask": 1, "confirmed": 0}


def test_proposals_are_confirmed_and_what_is_asked_is_answered(database: Path, capsys: Capture) -> None:
    entered(database)
    assert call(database, "applies", "Harbour Data Act", "--confirm") == 0
    assert "2 norms; 1 norm to be asked" in capsys.readouterr().out
    with open_register(database) as register:
        kept = next(n.id for n in register.norms() if n.place == "Art 5")
        record = reviews.record(register, kept)
        assert record
        assert "Art 5: “Payment institutions shall keep a log of the quays.”" in record.applicability_reason
        log = next(n.id for n in register.norms() if n.place == "Art 7")
    assert call(database, "applies", "--norm", log[:8], "--say", "no", "--reason", "we keep none") == 0
    assert call(database, "applies", "Harbour Data Act") == 0
    assert "0 proposals" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("applies", "--confirm"), "name an act, or norms"),
        (("applies", "Harbour Data Act", "--say", "no"), "with a reason"),
        (("applies", "Harbour Data Act", "--verdict", "aplies"), "Did you mean 'applies'"),
        (("applies", "--profile", "Nobody"), "there is no profile"),
        (("profile", "add", "A", "--country", "Germany"), "two letters"),
    ],
)
def test_mistakes_get_a_message(database: Path, capsys: Capture, arguments: tuple[str, ...], message: str) -> None:
    entered(database)
    assert call(database, *arguments) in (1, 2)
    assert message in capsys.readouterr().err


def test_the_questions_of_an_act_are_few(database: Path, capsys: Capture) -> None:
    assert call(database, "profile", "add", "Quay Pay") == 0
    capsys.readouterr()
    assert call(database, "profile", "ask", "Harbour Data Act", "--json") == 0
    asked = json.loads(capsys.readouterr().out)
    assert [q["topic"] for q in asked] == ["countries", "role", "complete"]
    assert call(database, "profile", "terms", "--json") == 0
    assert any(term["name"] == "controller" for term in json.loads(capsys.readouterr().out))


def test_files_and_norms_say_what_is_proposed(database: Path, tmp_path: Path, capsys: Capture) -> None:
    entered(database)
    assert call(database, "export", str(tmp_path / "ours.csv"), "--for-us", "yes") == 0
    with (tmp_path / "ours.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert row["for_us"] == "proposed"
    assert row["proposed"].startswith("Quay Pay: applies. It addresses what the profile is: payment institution.")
    with open_register(database) as register:
        first = next(n.id for n in register.norms() if n.place == "Art 5")
    capsys.readouterr()
    assert call(database, "show", first[:8]) == 0
    assert "applies to Quay Pay: It addresses" in capsys.readouterr().out
    assert call(database, "search", "log", "--for-us", "yes") == 0
    assert "for us: proposed, not confirmed" in capsys.readouterr().out
