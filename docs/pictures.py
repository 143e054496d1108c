"""Takes the pictures of these pages: ``python docs/pictures.py`` reads the samples and photographs the register in Chromium, by light and in the dark.

It needs Playwright and a Chromium on the path. Pictures are 1280 pixels wide, 800 high, and below 150 kB. ``--keep FOLDER`` keeps the register
for the next time.
"""

from __future__ import annotations

import argparse
import io
import shlex
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

import dutybook
from dutybook.cli import run
from dutybook.store import open_register
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = {"width": 1280, "height": 800}
MOST = 150_000
#: The day on which the pictures are taken: the samples are from the years around it.
TODAY = date(2032, 2, 20)
SAMPLES = (
    *(f"regulation-harbour-data.{end}" for end in ("en.pdf", "de.pdf", "fr.html")),
    *("directive-repair-passports.en.pdf", "seehafendatengesetz.de.pdf", "news-shipping-banks.en.html"),
)
#: What somebody has set up, so that no page is empty.
COMMANDS = (
    'alerts add "Harbour data" --work 32031R0418 --on new,changed,approaching --every "weekly mon 08:00" --to "mailto:anna@example.org#smtp=mail.example.org&from=dutybook@example.org"',
    "alerts add incidents incident --bearer-class business --on new,changed,news --every daily --to 'mailto:legal@example.org#smtp=mail.example.org&from=dutybook@example.org'",
)
#: Each picture with its address; names in braces are the ids of a norm and of its document.
PAGES = {
    "start": "/",
    "overview": "/",
    "search": "/search?words=incident&language=en",
    "table": "/search?view=table&language=en&work=32031R0418",
    "norm": "/norms/{norm}",
    "document": "/documents/{document}?at=Art-6#Art-6",
    "review": "/review",
    "calendar": "/calendar/year?year=2033",
    "act": "/acts/{act}",
    "alerts": "/alerts",
}
_NORM = "SELECT {} FROM norms WHERE place = 'Art 9(4)' AND language = 'en' AND document IN (SELECT id FROM documents WHERE source LIKE '%harbour%')"


def main() -> int:
    """Take all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *PAGES], help="all if left out")
    parser.add_argument("--out", type=Path, default=PICTURES, help="where the pictures are put")
    parser.add_argument("--keep", type=Path, help="a folder for the register, used again if it is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        filled, empty = folder / "register.db", Path(made) / "empty.db"
        names = given.names or list(PAGES)
        if "start" in names:
            open_register(empty).close()
            _photograph(empty, given.out, ["start"], {})
        if others := [name for name in names if name != "start"]:
            _fill(filled)
            _photograph(filled, given.out, others, _ids(filled))
    return 0


def _fill(path: Path) -> None:
    if path.exists():
        return
    with open_register(path) as register:
        for name in SAMPLES:
            register.add(dutybook.analyse(dutybook.read(dutybook.samples() / name)))
    for command in COMMANDS:
        assert run(["--database", str(path), *shlex.split(command)]) == 0, command


def _ids(path: Path) -> dict[str, str]:
    return {
        "norm": _found(path, _NORM.format("id")),
        "document": _found(path, _NORM.format("document")),
        "act": "32031R0418",
    }


def _photograph(path: Path, out: Path, names: list[str], ids: dict[str, str]) -> None:
    from playwright.sync_api import sync_playwright

    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    with _served(path) as (address, access), sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--font-render-hinting=none"])
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=SIZE, locale="en-GB", color_scheme=scheme)
            context.set_default_timeout(120_000)
            page = context.new_page()
            page.goto(f"{address}/enter?key={access.key}")
            for name in names:
                page.goto(address + PAGES[name].format(**ids))
                page.wait_for_load_state("networkidle")
                _save(page.screenshot(), out / f"{name}-{scheme}.png")
            context.close()
        browser.close()


def _save(shot: bytes, target: Path) -> None:
    """Write a picture with few colours, which are enough for a page of text."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (192, 96, 48):
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size < MOST:
            break
    print(f"{target.name}: {target.stat().st_size:,} bytes")
    assert target.stat().st_size < MOST, f"{target.name} is too large"


def _found(path: Path, sql: str) -> str:
    import sqlite3

    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return str(connection.execute(sql).fetchone()[0])


@contextmanager
def _served(path: Path) -> Iterator[tuple[str, Access]]:
    import uvicorn

    access = Access()
    settings = Settings(path, "anna", Path.cwd(), today=lambda: TODAY)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    app: Any = create_app(settings, access)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}", access
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


if __name__ == "__main__":
    sys.exit(main())
