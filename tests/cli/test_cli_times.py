"""From when norms apply, on the command line: what binds on a day, and why."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from dutybook.cli import run

BASE = """# Regulation (EU) 2031/777 of 3 March 2031 on harbour beacons (Harbour Beacon Act)

Official Journal of the European Union L 2031/777 12.5.2031

THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,

HAVE ADOPTED THIS REGULATION:

CHAPTER I

DUTIES

Article 1

Logs

Operators shall keep a beacon log.

CHAPTER II

SUPERVISION

Article 2

Inspections

Port authorities shall inspect each beacon.

Article 3

Entry into force and application

1. This Regulation shall enter into force on the twentieth day following that of its publication in the Official Journal of the European Union.

2. It shall apply from 1 June 2032. However, Chapter II shall apply from 1 June 2034.

Done at Brussels, 3 March 2031.
"""
AMENDMENT = """# Regulation (EU) 2033/12 of 8 January 2033 amending Regulation (EU) 2031/777 as regards inspections

Official Journal of the European Union L 2033/12 20.1.2033

THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,

HAVE ADOPTED THIS REGULATION:

Article 1

Amendment

In Article 3(2) of Regulation (EU) 2031/777, ‘1 June 2034’ is replaced by ‘1 December 2035’.

Article 2

Entry into force

This Regulation shall enter into force on the day following that of its publication in the Official Journal of the European Union.

Done at Brussels, 8 January 2033.
"""

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory, reading_here: None) -> Path:
    folder = tmp_path_factory.mktemp("acts")
    (folder / "base.md").write_text(BASE, encoding="utf-8")
    (folder / "amendment.md").write_text(AMENDMENT, encoding="utf-8")
    assert run(["--database", str(folder / "a.db"), "ingest", "--workers", "1", str(folder / "base.md")]) == 0
    return folder


def binding(database: Path, day: str, capsys: Capture) -> list[str]:
    capsys.readouterr()
    assert run(["--database", str(database), "search", "--work", "32031R0777", "--applies-on", day, "--json"]) == 0
    return [hit["place"] for hit in json.loads(capsys.readouterr().out)["hits"]]


def test_what_binds_on_a_day_and_why(acts: Path, capsys: Capture) -> None:
    database = acts / "a.db"
    assert binding(database, "2032-05-31", capsys) == []
    assert binding(database, "2032-06-01", capsys) == ["Art 1"]
    assert binding(database, "2034-06-01", capsys) == ["Art 1", "Art 2"]
    assert run(["--database", str(database), "search", "inspect"]) == 0
    assert "applies: from 2034-06-01" in capsys.readouterr().out
    assert run(["--database", str(database), "search", "inspect", "--json"]) == 0
    hit = json.loads(capsys.readouterr().out)["hits"][0]
    assert (hit["applies_from"], hit["applies_until"]) == ("2034-06-01", None)
    assert run(["--database", str(database), "show", hit["id"]]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"applies +from 2034-06-01 \(application of Chapter II 2034-06-01, Art 3\(2\)\)", printed)
    assert run(["--database", str(database), "explain", hit["id"]]) == 0
    out = capsys.readouterr().out
    assert "applies from 2034-06-01" in out
    assert "application “from 1 June 2034”, Art 3(2)" in out
    assert re.search(r"rule +facts/application", out)


def test_a_later_act_moves_it(acts: Path, capsys: Capture) -> None:
    database = acts / "b.db"
    shutil.copy(acts / "a.db", database)
    assert run(["--database", str(database), "ingest", "--workers", "1", str(acts / "amendment.md")]) == 0
    assert binding(database, "2034-06-01", capsys) == ["Art 1"]
    assert binding(database, "2035-12-01", capsys) == ["Art 1", "Art 2"]
    assert run(["--database", str(database), "search", "inspect", "--json"]) == 0
    identity = json.loads(capsys.readouterr().out)["hits"][0]["id"]
    assert run(["--database", str(database), "explain", identity]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "moved to 2035-12-01 by Regulation (EU) 2033/12" in out
    assert (
        "Art 1: “In Article 3(2) of Regulation (EU) 2031/777, ‘1 June 2034’ is replaced by ‘1 December 2035’.”" in out
    )


def test_a_day_that_is_none_is_said_so(acts: Path, capsys: Capture) -> None:
    assert run(["--database", str(acts / "a.db"), "search", "--applies-on", "soon"]) == 1
    assert "'soon' is no date for 'applies on'" in capsys.readouterr().err
