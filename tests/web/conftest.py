"""An application over a small register, and a browser's session in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")

from starlette.testclient import TestClient
from web_office import BASE, Office

from dutybook.pipeline.analyse import analyse, read
from dutybook.records import RawDocument
from dutybook.store import open_register
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings
from quay import corrigendum_of_the_act, flats

SAMPLES = Path(__file__).resolve().parents[2] / "corpora" / "samples"
#: What a document may try: its title, its name and its words become markup nowhere.
HOSTILE = """"Quay" <script>alert(1)</script> & Rules

Article 1

The operator shall report every {{ 7*7 }} incident "><img src=x onerror=alert(2)> to </p><script>alert(3)</script> within five days.
"""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register made once; tests copy it."""
    path = tmp_path_factory.mktemp("web") / "register.db"
    with open_register(path) as register:
        for name in ("regulation-harbour-data.en.pdf", "regulation-harbour-data.de.pdf", "news-shipping-banks.en.html"):
            register.add(analyse(read(SAMPLES / name)))
        register.add(analyse(RawDocument("quay<script>.txt", HOSTILE.encode())))
        for flat in (*flats(), corrigendum_of_the_act()):
            register.write(flat)
        register.add_unreadable("/somewhere/broken.pdf", "0" * 64, "broken: damaged beyond repair")
    return path


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Path:
    path = tmp_path / "register.db"
    path.write_bytes(filled.read_bytes())
    return path


@pytest.fixture
def access() -> Access:
    return Access()


@pytest.fixture
def stranger(database: Path, access: Access) -> Iterator[TestClient]:
    """A browser that did not come in by the link."""
    app = create_app(Settings(database, "anna", Path.cwd()), access)
    with TestClient(app, base_url=BASE, headers={"accept-language": "en"}, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(stranger: TestClient, access: Access) -> TestClient:
    assert stranger.get(f"/enter?key={access.key}").status_code == 303
    return stranger


@pytest.fixture
def office(database: Path) -> Office:
    """Anna reads, Emil edits, Ada administers."""
    made = Office(database)
    for name, role in (("Anna", "reader"), ("Emil", "editor"), ("Ada", "admin")):
        made.account(name, role)
    return made
