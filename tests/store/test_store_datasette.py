"""Datasette opens a register as it is: tables link, the register view has a search box."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.store import open_register

SCRIPT = """
import asyncio, json, sys
from datasette.app import Datasette

async def main():
    datasette = Datasette([sys.argv[1]])
    found = await datasette.client.get("/register/register.json?_search=mooring&_shape=array")
    everything = await datasette.client.get("/register/obligations.json?_shape=array")
    page = await datasette.client.get("/register/register")
    norm = await datasette.client.get("/register/norms/" + everything.json()[0]["id"])
    deadlines = await datasette.client.get("/register/deadlines")
    print(json.dumps([[r["place"] for r in found.json()], len(everything.json()), '_search' in page.text, norm.status_code,
                      '/register/norms/' in deadlines.text]))

asyncio.run(main())
"""


def test_datasette_searches_and_links(tmp_path: Path) -> None:
    pytest.importorskip("datasette")
    path = tmp_path / "register.db"
    with open_register(path) as register:
        norms = [
            N("An operator shall report within 72 hours.", place="Art 1", deadline="within 72 hours"),
            N("An operator shall keep mooring logs.", place="Art 2"),
        ]
        register.add(make_analysis(norms))
    # In a process of its own: Datasette brings warnings of its own.
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == '[["Art 2"], 2, true, 200, true]', done.stderr
