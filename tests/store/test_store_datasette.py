"""Datasette shows a register well: it links tables and searches, and has titles, facets, an order; with and without our plugin."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import datasette, open_register, schema_guide

pytest.importorskip("datasette")

#: Asks Datasette through its own client for addresses (arguments after the database), and prints the answers as JSON. In a process of its own:
#: Datasette brings warnings of its own, and finds plugins when it is imported.
SCRIPT = """
import asyncio, json, sys
from datasette.app import Datasette
from datasette.plugins import pm

database, metadata, plugin, *addresses = sys.argv[1:]
if plugin:
    from dutybook.store import datasette_plugin
    if not pm.is_registered(datasette_plugin):
        pm.register(datasette_plugin)
else:
    for name, found in pm.list_name_plugin():
        if getattr(found, "__name__", "") == "dutybook.store.datasette_plugin":
            pm.unregister(found)

async def main():
    datasette = Datasette([database], metadata=json.load(open(metadata)) if metadata else None)
    print(json.dumps([(a.status_code, a.text) for a in [await datasette.client.get(each) for each in addresses]]))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("datasette") / "some register.db"
    with open_register(path) as register:
        norms = [
            N(
                "An operator shall report within 72 hours.",
                place="Art 1",
                bearer="operator",
                deadline="within 72 hours",
            ),
            N("An operator shall keep mooring logs.", place="Art 2", bearer="operator"),
            N("Agents must not outsource audits.", place="Art 3", bearer="Agents", modality="prohibition"),
            N(
                "A permit must follow by 2 August 2099.",
                place="Art 4",
                deadline="by 2 August 2099",
                kind="fixed",
                value="2099-08-02",
                direction=None,
                due=date(2099, 8, 2),
            ),
        ]
        register.add(make_analysis(norms))
    return path


def ask(database: Path, *addresses: str, plugin: bool = True, metadata: Path | None = None) -> list[str]:
    command = [sys.executable, "-c", SCRIPT, str(database), str(metadata or ""), "plugin" if plugin else "", *addresses]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answers: list[tuple[int, str]] = json.loads(done.stdout)
    assert [status for status, _ in answers] == [200] * len(addresses)
    return [text for _, text in answers]


def test_it_searches_and_links_without_anything_of_ours(database: Path) -> None:
    base = "/some~20register"
    found, everything, page = ask(database, f"{base}/register.json?_search=mooring&_shape=array", f"{base}/obligations.json?_shape=array", f"{base}/register", plugin=False)  # fmt: skip
    assert [row["place"] for row in json.loads(found)] == ["Art 2"]
    assert "_search" in page
    assert "Obligations and prohibitions" not in page
    norm = json.loads(everything)[0]["id"]
    _, deadlines = ask(database, f"{base}/norms/{norm}", f"{base}/deadlines", plugin=False)
    assert "/norms/" in deadlines


def test_a_register_has_its_looks_out_of_the_box(database: Path) -> None:
    base = "/some~20register"
    view, facets, index, deadlines, upcoming, query = ask(
        database,
        *(f"{base}/obligations", f"{base}/obligations.json", f"{base}", f"{base}/deadlines"),
        *(f"{base}/upcoming_deadlines", f"{base}/duties_of.json?_shape=array"),
    )
    assert "Obligations and prohibitions" in view
    assert "What binds: obligations and prohibitions" in view
    assert "Who must act" in view
    results: dict[str, Any] = json.loads(facets)["facet_results"]
    assert list(results) == ["modality", "bearer_class", "strength", "language", "work_title"]
    counted = {row["value"]: row["count"] for row in results["modality"]["results"]}
    assert counted == {"obligation": 3, "prohibition": 1}
    assert "norm_facets" not in index.partition("hidden")[0]
    assert "Time limits" in deadlines
    assert "Sorted by due" in " ".join(deadlines.split()) or "sorted by due" in deadlines
    assert "Days from today" in upcoming
    assert len(json.loads(query)) == 2


def test_other_databases_are_left_alone(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE register (id)")
    connection.close()
    (page,) = ask(path, "/other/register")
    assert "one row a norm" not in page


def test_the_command_prints_the_same_for_a_datasette_elsewhere(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--database", str(database), "schema", "--datasette"]) == 0
    metadata = tmp_path / "metadata.json"
    metadata.write_text(capsys.readouterr().out, "utf-8")
    view, query = ask(database, "/some~20register/obligations", "/some~20register/full_text.json?_shape=array", plugin=False, metadata=metadata)  # fmt: skip
    assert "Obligations and prohibitions" in view
    assert json.loads(query) == []


def unknown_entries() -> list[str]:
    """What the file names and the schema has not: ``table`` or ``table.column``."""
    there = {table.name: {column.name for column in table.columns} for table in schema_guide.tables()}
    looks = datasette.read_looks()
    wrong = [name for name in (*looks["hidden"], *looks["tables"]) if name not in there]
    for name, look in looks["tables"].items():
        named = list(look.get("facets", ()))
        named += [look[key] for key in ("sort", "sort_desc", "label_column") if key in look]
        wrong += [f"{name}.{column}" for column in named if column not in there.get(name, named)]
    return wrong


def test_what_is_shown_is_there() -> None:
    assert unknown_entries() == []
    tables = datasette.tables()
    assert set(tables) == {table.name for table in schema_guide.tables()}
    views = {table.name for table in schema_guide.tables() if table.holds == "view"} - {"due_dates", "norm_reviews"}
    untitled = [name for name in sorted(views) if "title" not in tables[name]]
    assert untitled == [], "give it a title in src/dutybook/store/datasette.toml"
