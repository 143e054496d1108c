#!/usr/bin/env python3
"""How long after it was pasted an article is listed in *News*, in a real ``dutybook serve`` over an empty register.

    python benchmarks/upload.py [--articles 10] [--pause 6]

Articles of ours, a new one each time, are pasted one after the other, and *News* is asked for until it lists each. The processes that read are started
when the page for uploads is opened; ``--pause`` is how long somebody takes to paste the first article after that. They stay for the next ones. Printed: seconds of each, and
by how much memory all processes of the server together have grown since before the page was opened (PSS: shared pages counted in part).
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from html import unescape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from web_server import Browser, Server

#: So long an article is waited for.
_MOST = 120.0
_ARTICLE = """{title}
Harbour Gazette - {day:02}.01.2031 - 20:30:12

The harbour office wants to help ports with the Crane Data Act, a spokesman said on Friday in edition {day}.

The office intends to publish a guide by the end of January. It is to explain which cranes must be registered.
"""


def paste(browser: Browser, number: int, pause: float) -> float:
    """Seconds from sending an article, ``pause`` seconds after the page was opened, to the page that lists it.

    Raises:
        SystemExit: the article is refused, or never listed.
    """
    found = re.search(r'name="token" value="([^"]+)"', browser.get("/upload").body.decode())
    title = f"Crane Data Act: harbours get help, part {number}"
    text = _ARTICLE.format(title=title, day=number + 1)
    # The server closes a connection that lies idle.
    browser.close()
    time.sleep(pause)
    started = time.monotonic()
    answer = browser.send("/upload/text", {"token": found[1] if found else "", "text": text})
    if answer.status != 303:
        raise SystemExit(f"the article is refused: {answer.status}")
    while title not in unescape(browser.get("/news").body.decode()):
        if time.monotonic() - started > _MOST:
            raise SystemExit(f"{title!r} was never listed")
        time.sleep(0.02)
    return time.monotonic() - started


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10)
    parser.add_argument("--pause", type=float, default=6.0, help="seconds before the first article is pasted")
    options = parser.parse_args()
    from dutybook.store import open_register

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "register.db"
        with open_register(database):
            pass
        server = Server(database)
        try:
            browser = Browser(server.address, server.enter())
            browser.get("/news")
            before = server.shared_memory()
            pauses = [options.pause, *[0.0] * (options.articles - 1)]
            taken = [paste(browser, number, pause) for number, pause in enumerate(pauses)]
            grown = server.shared_memory() - before
            browser.close()
        finally:
            server.stop()
    first, *others = taken
    print(f"first {first:.2f} s; {len(others)} others {min(others):.2f} to {max(others):.2f} s; {grown:.0f} MiB more")
    return 0


if __name__ == "__main__":
    sys.exit(main())
