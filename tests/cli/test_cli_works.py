"""Works on the command line: languages, formats, versions and corrigenda of one act, and searches as of a day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dutybook.cli import run

ENGLISH = """{head}# Regulation (EU) 2031/777 of the European Parliament and of the Council of 3 March 2031 on harbour beacons (Harbour Beacon Act)

Official Journal of the European Union L 2031/777 12.5.2031

THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,

HAVE ADOPTED THIS REGULATION:

Article 1

Logs

Operators shall keep {what} for each beacon.

Article 2

Lamps

Port authorities shall inspect each lamp.

Article 3

Repeal

Directive 2013/77/EU is repealed.

Article 4

Entry into force

This Regulation shall enter into force on the twentieth day following that of its publication in the Official Journal of the European Union.

Done at Brussels, 3 March 2031.
"""
GERMAN = """# Verordnung (EU) 2031/777 des Europäischen Parlaments und des Rates vom 3. März 2031 über Hafenbaken (Hafenbakengesetz)

DAS EUROPÄISCHE PARLAMENT UND DER RAT DER EUROPÄISCHEN UNION,

HABEN FOLGENDE VERORDNUNG ERLASSEN:

Artikel 1

Bücher

Betreiber müssen für jede Bake ein Buch führen.

Artikel 2

Lampen

Die Hafenbehörden müssen jede Lampe prüfen.
"""
PAGE = "<html lang='en'><head><title>Harbours</title></head><body>{}</body></html>"
CORRIGENDUM = """# Corrigendum to Regulation (EU) 2031/777 of the European Parliament and of the Council on harbour beacons (Harbour Beacon Act)

Official Journal of the European Union L 2031/90555 2.7.2031

Page 65, Article 1:

for: ‘a log’,

read: ‘a book’.
"""


def _html(text: str) -> str:
    paragraphs = [p.removeprefix("# ") for p in text.split("\n\n") if p.strip()]
    return PAGE.format("".join(f"<p>{p}</p>" for p in paragraphs))


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory, reading_here: None) -> Path:
    folder = tmp_path_factory.mktemp("works")
    original = ENGLISH.format(head="", what="a log")
    consolidated = ENGLISH.format(head="02031R0777 — EN — 20.01.2033 — 001.001\n\n", what="a sealed log")
    files = {
        "one.md": original,
        "two.html": _html(original),
        "three.md": GERMAN,
        "four.txt": consolidated.replace("# ", ""),
        "five.md": CORRIGENDUM,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert run(["--database", str(folder / "a.db"), "ingest", "--workers", "1", str(folder)]) == 0
    return folder


def printed(acts: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(["--database", str(acts / "a.db"), *arguments]) == 0
    return capsys.readouterr().out


def test_one_act_in_two_languages_three_formats_and_two_versions(
    acts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(printed(acts, capsys, "works", "--json"))
    assert {row["id"] for row in found} == {"32031R0777", "32031R0777R(2031-07-02)"}
    (act,) = [row for row in found if row["id"] == "32031R0777"]
    assert act["title"] == "Harbour Beacon Act"
    assert act["languages"] == ["de", "en"]
    assert act["numbers"]["celex"] == ["02031R0777-20330120", "32031R0777"]
    english = [v for v in act["versions"] if v["language"] == "en"]
    assert [(v["valid_from"], v["valid_until"], v["preferred"], v["format"]) for v in english] == [
        ("2031-06-01", "2033-01-19", True, "html"),
        ("2031-06-01", "2033-01-19", False, "markdown"),
        ("2033-01-20", None, True, "text"),
    ]
    assert {(r["kind"], r["work"], r["related"]) for r in act["relations"]} == {
        ("repeals", "32031R0777", "32013L0077"),
        ("corrects", "32031R0777R(2031-07-02)", "32031R0777"),
    }


def test_the_list_and_one_act_in_words(acts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = printed(acts, capsys, "works")
    assert "32031R0777" in listed
    assert "2 works" in listed
    act_lines = printed(acts, capsys, "works", "harbour beacon")
    assert "original from 2031-06-01 until 2033-01-19: two.html (html" in act_lines
    assert "copy: one.md" in act_lines
    assert "consolidated from 2033-01-20, newest: four.txt" in act_lines
    assert "corrected by 32031R0777R(2031-07-02)" in act_lines
    assert "repeals 32013L0077" in act_lines
    assert "Art 3: “Directive 2013/77/EU is repealed.”" in act_lines


@pytest.mark.parametrize(
    ("options", "quote"),
    [
        ([], "a sealed log"),
        (["--as-of", "2032-01-01"], "a log"),
        (["--as-of", "2033-01-20"], "a sealed log"),
        (["--document", "one.md"], "a log"),
    ],
)
def test_searches_answer_from_one_text(
    acts: Path, capsys: pytest.CaptureFixture[str], options: list[str], quote: str
) -> None:
    found = json.loads(printed(acts, capsys, "search", "log", "--language", "en", *options, "--json"))
    assert [hit["quote"] for hit in found["hits"]] == [f"Operators shall keep {quote} for each beacon."]
    assert found["total"] == 1


def test_all_versions_and_days_without_a_text(acts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = json.loads(printed(acts, capsys, "search", "log", "--language", "en", "--all-versions", "--json"))
    assert every["total"] == 3
    early = json.loads(printed(acts, capsys, "search", "--work", "32031R0777", "--as-of", "2030-01-01", "--json"))
    assert early["total"] == 0
    assert early["without_text"] == [{"work": "32031R0777", "title": "Harbour Beacon Act", "from": "2031-06-01"}]
    assert run(["--database", str(acts / "a.db"), "search", "--work", "32031R0777", "--as-of", "2030-01-01"]) == 0
    assert "no text that stood on 2030-01-01 is in the register of 1 act" in capsys.readouterr().err


def test_an_export_holds_what_stood(acts: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "then.jsonl"
    printed(acts, capsys, "export", str(file), "--work", "32031R0777", "--language", "en", "--as-of", "2032-01-01")
    text = file.read_text(encoding="utf-8")
    assert "keep a log" in text
    assert "sealed" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["works", "Lighthouse Act"], "no act in the register matches 'Lighthouse Act'"),
        (["works", " "], "name an act by its number"),
        (["search", "--as-of", "yesterday"], "Write year-month-day"),
        (["search", "--as-of", "2032-01-01", "--all-versions"], "give one of them"),
    ],
)
def test_what_cannot_be_meant(acts: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    capsys.readouterr()
    assert run(["--database", str(acts / "a.db"), *arguments]) == 1
    error = capsys.readouterr().err
    assert words in " ".join(error.split())
    assert "Traceback" not in error
