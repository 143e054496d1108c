"""Pages of lists: how many there are, and the addresses of the pages beside this one, in the body and as RFC 8288 has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from dutybook.web.api.parameters import FURTHEST, Paging


def paged(
    request: Request, response: Response, asked: Paging, items: Sequence[Any], total: int, **more: Any
) -> dict[str, Any]:
    """A page of a list that has ``total`` rows in all."""
    links: dict[str, str] = {}
    if asked.offset + len(items) < total and items and asked.offset + asked.limit <= FURTHEST:
        links["next"] = _address(request, asked.offset + asked.limit)
    if asked.offset:
        links["prev"] = _address(request, max(asked.offset - asked.limit, 0))
        links["first"] = _address(request, 0)
    if links:
        response.headers["link"] = ", ".join(f'<{address}>; rel="{rel}"' for rel, address in links.items())
    return {
        "items": list(items),
        "total": total,
        "limit": asked.limit,
        "offset": asked.offset,
        "next": links.get("next"),
        "previous": links.get("prev"),
        **more,
    }


def cut(rows: Sequence[Any], asked: Paging) -> Sequence[Any]:
    """The page of a list that is there as a whole."""
    return rows[asked.offset : asked.offset + asked.limit]


def _address(request: Request, offset: int) -> str:
    rest = [(n, v) for n, v in request.query_params.multi_items() if n != "offset"]
    path = request.scope["path"].encode("utf-8", "replace")
    root: str = request.app.state.settings.root_path
    query = urlencode([*rest, *([("offset", str(offset))] if offset else [])])
    return root + quote(path, safe="/:") + (f"?{query}" if query else "")
