"""An application over a small register, and a browser's session in it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
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
def zygote() -> Iterator[Callable[[], Any]]:
    """The process that workers are forked from, started when the first test wants a worker."""
    from quick_workers import Zygote

    @cache
    def running() -> Any:
        return Zygote()

    yield running
    if running.cache_info().currsize:
        running().close()


class LastingPool:
    """The process that draws pages for the applications of all tests: one that was closed leaves it to the next."""

    def __init__(self, start: Callable[[], ProcessPoolExecutor]) -> None:
        self._start = start
        self._pool: ProcessPoolExecutor | None = None
        self._processes = None

    def submit(self, *work: Any) -> Any:
        if self._pool is None:
            self._pool = self._start()
        return self._pool.submit(*work)

    def shutdown(self, **_: object) -> None:
        pass

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()


@pytest.fixture(scope="session")
def lasting_pool() -> Iterator[LastingPool]:
    from dutybook.web import drawing

    made = LastingPool(drawing._pool)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _quick_workers(
    request: pytest.FixtureRequest,
    zygote: Callable[[], Any],
    lasting_pool: LastingPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Workers are forked where that is possible, and one process draws, but for a test that wants ``true_workers``."""
    if "true_workers" in request.fixturenames:
        return
    from dutybook.web import drawing, jobs

    monkeypatch.setattr(drawing, "_pool", lambda: lasting_pool)
    if hasattr(os, "fork"):
        monkeypatch.setattr(jobs, "_started", lambda errors: zygote().started(errors))


@pytest.fixture
def true_workers() -> None:
    """Processes as the program starts them."""
