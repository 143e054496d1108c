"""On the command line: what was not searched, rejected sentences by reason, and a sentence that is taken in as a norm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import ingest, run
from dutybook.cli.options import State
from dutybook.pipeline.batch import IngestReport
from dutybook.records import Coverage, Gap, GapKind, Span
from dutybook.store import open_register


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "register.db"
    made = make_analysis(
        [
            N("Each pilot shall report a fog.", place="Art 1", bearer="pilot"),
            N("Ropes shall be coiled by the crew.", place="Art 2", rejected="duty_word"),
            N("Sails shall be dried by the crew.", place="Art 3", rejected="duty_word"),
            N("A quay shall be deemed dry.", place="Art 4", rejected="says_when"),
        ]
    )
    gaps = (Gap(GapKind.DUTY_WORD, made.rejections[0].span, 1, "Art 2"), Gap(GapKind.PICTURE, Span(0, 0), 2))
    with open_register(path) as register:
        register.add(replace(made, coverage=Coverage(200, 150, gaps)), "1")
    return path


def test_gaps_are_listed_by_document_and_page(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--database", str(database), "documents", "--gaps"]) == 0
    out = capsys.readouterr().out
    assert "75% of its operative text was searched" in out
    assert "page 1, Art 2  a sentence with a word of obligation in which no norm was found" in out
    assert "page 2  a page whose words were not recognised" in out
    assert run(["--database", str(database), "documents", "--gaps", "--json"]) == 0
    ((one),) = json.loads(capsys.readouterr().out)
    assert (one["searched"], [gap["kind"] for gap in one["gaps"]]) == (0.75, ["duty_word", "picture"])
    assert run(["--database", str(database), "documents"]) == 0
    assert "read with gaps" in capsys.readouterr().out


def test_an_ingest_says_how_many_documents_have_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    ingest._print_report(IngestReport(files=4, read=4, with_gaps=3), State(Path("register.db"), False))
    assert "3 documents read with gaps" in capsys.readouterr().out


def test_a_sentence_is_taken_in_and_back(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--database", str(database), "rejected"]) == 0
    out = capsys.readouterr().out
    first, second = (
        out.index(words) for words in ("a word of obligation, but no norm was found in it  2", "applies  1")
    )
    assert first < second
    assert run(["--database", str(database), "rejected", "--json"]) == 0
    sentence = next(row for row in json.loads(capsys.readouterr().out) if row["place"] == "Art 2")
    given = ["--take-in", sentence["id"][:8], "--bearer", "crew", "--reason", "the crew must", "--by", "anna"]
    assert run(["--database", str(database), "rejected", *given]) == 0
    norm = capsys.readouterr().out.split("a norm now: ")[1].split()[0]
    assert run(["--database", str(database), "show", norm]) == 0
    printed = capsys.readouterr().out
    assert "Ropes shall be coiled" in printed
    assert "confirmed" in printed
    assert run(["--database", str(database), "rejected", "--take-back", norm]) == 0
    assert sentence["id"][:12] in capsys.readouterr().out
    assert run(["--database", str(database), "rejected", "--take-in", "ffff", "--by", "anna"]) == 2
    assert run(["--database", str(database), "rejected", "--take-in", "ffff", "--take-back", norm]) == 2
