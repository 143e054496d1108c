"""An application over a small register, and a browser's session in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")

from filling import fill
from starlette.testclient import TestClient
from web_office import BASE, Office

from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register made once; tests copy it."""
    path = tmp_path_factory.mktemp("web") / "register.db"
    fill(path)
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
