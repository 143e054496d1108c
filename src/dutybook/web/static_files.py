"""Serves styles and scripts compressed, under addresses that change with their content, so that browsers can cache
them.
"""

from __future__ import annotations

import hashlib
from functools import cache
from os import PathLike, stat_result
from pathlib import Path
from urllib.parse import parse_qs

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

FOLDER = Path(__file__).parent / "static"
#: Seconds that a browser keeps a file whose address names what is in it.
_LONG = 365 * 24 * 3600


def static_files() -> ASGIApp:
    """The application for ``/static``. Only these files are compressed: a page has a token next to text from the
    address, and compressing both together would let an attacker guess the token.
    """
    return GZipMiddleware(_Static(directory=FOLDER), minimum_size=500)


def address_of(name: str) -> str:
    """The address of a static file, with a digest of its content."""
    return f"/static/{name}?v={_digest(name, (FOLDER / name).stat().st_mtime_ns)}"


@cache
def _digest(name: str, _: int) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


class _Static(StaticFiles):
    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[0]
        path = Path(full_path)
        known = bool(named) and named == _digest(path.name, stat_result.st_mtime_ns)
        answer.headers["cache-control"] = f"private, max-age={_LONG}, immutable" if known else "private, no-cache"
        return answer
