"""An application over a small register, and a browser's session in it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests; each has contexts of its own."""
    from browsing import CHROMIUM, playwright

    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def served(database: Path) -> Iterator[Any]:
    """The address of the application over the register of a test, and its access."""
    from browsing import serving

    with serving(database) as running:
        yield running


@pytest.fixture
def tab(browser: Any, served: Any) -> Iterator[Any]:
    """A page of the browser, signed in."""
    from browsing import Tab

    made = Tab(browser, served)
    yield made
    made.context.close()


@pytest.fixture
def plain(browser: Any, served: Any) -> Iterator[Any]:
    """A page of a browser without JavaScript, signed in."""
    from browsing import Tab

    made = Tab(browser, served, java_script_enabled=False)
    yield made
    made.context.close()


@pytest.fixture(scope="session", autouse=True)
def no_names_of_the_world() -> Iterator[None]:
    """Nobody is asked for the address of a name: numbers and this machine are all that there is."""
    asked = socket.getaddrinfo

    def numbers(host: Any, *more: Any, **named: Any) -> Any:
        if isinstance(host, str) and host not in ("", "localhost"):
            try:
                asked(host, None, flags=socket.AI_NUMERICHOST)
            except OSError:
                raise socket.gaierror(socket.EAI_NONAME, "no names of the world in tests") from None
        return asked(host, *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", numbers)
        yield


@pytest.fixture(scope="session")
def zygote() -> Iterator[Any]:
    from quick_workers import Zygote

    made = Zygote()
    yield made
    made.close()


@pytest.fixture
def quick_workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are forked where that is possible, but for a test that wants ``true_workers``."""
    if hasattr(os, "fork") and "true_workers" not in request.fixturenames:
        from dutybook.web import jobs

        monkeypatch.setattr(jobs, "_started", request.getfixturevalue("zygote").started)


@pytest.fixture
def true_workers() -> None:
    """Processes as the program starts them."""
