#!/usr/bin/env python3
"""How long after it was pasted an article is listed in *News*, in a real ``dutybook serve`` over an empty register.

    python benchmarks/upload.py [--articles 10] [--pause 6]

Articles of ours, a new one each time, are pasted one after the other, and *News* is asked for until it lists each. The processes that read are started
when the page for uploads is opened; ``--pause`` is how long somebody takes to paste the first article after that. They stay for the next ones. Printed: seconds of each, and the memory of all processes of the
server, shared pages counted in part (PSS).
"""

from __future__ import annotations

import argparse
import http.client
import re
import sys
import tempfile
import time
from html import unescape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from web_server import Server

#: So long an article is waited for.
_MOST = 120.0
_EDGE = "edge-of-a-part"
_ARTICLE = """{title}
Harbour Gazette - {day:02}.01.2031 - 20:30:12

The harbour office wants to help ports with the Crane Data Act, a spokesman said on Friday in edition {day}.

The office intends to publish a guide by the end of January. It is to explain which cranes must be registered.
"""


def ask(address: str, cookie: str, method: str, path: str, body: bytes | None = None) -> str:
    """The body of an answer of the server.

    Raises:
        SystemExit: the answer is an error.
    """
    connection = http.client.HTTPConnection(address, timeout=60)
    kind = {"content-type": f"multipart/form-data; boundary={_EDGE}"} if body else {}
    connection.request(method, path, body, {"cookie": cookie, **kind})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status not in (200, 303):
        raise SystemExit(f"{method} {path}: {answer.status}")
    return text


def paste(address: str, cookie: str, number: int, pause: float) -> float:
    """Seconds from sending an article, ``pause`` seconds after the page was opened, to the page that lists it."""
    found = re.search(r'name="token" value="([^"]+)"', ask(address, cookie, "GET", "/upload"))
    title = f"Crane Data Act: harbours get help, part {number}"
    fields = {"token": found[1] if found else "", "text": _ARTICLE.format(title=title, day=number + 1)}
    parts = (f'--{_EDGE}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    time.sleep(pause)
    started = time.monotonic()
    ask(address, cookie, "POST", "/upload/text", ("".join(parts) + f"--{_EDGE}--\r\n").encode())
    while title not in unescape(ask(address, cookie, "GET", "/news")):
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
            cookie = server.enter()
            pauses = [options.pause, *[0.0] * (options.articles - 1)]
            taken = [paste(server.address, cookie, number, pause) for number, pause in enumerate(pauses)]
            memory = server.shared_memory()
        finally:
            server.stop()
    first, *others = taken
    print(f"first {first:.2f} s; {len(others)} others {min(others):.2f} to {max(others):.2f} s; {memory:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
