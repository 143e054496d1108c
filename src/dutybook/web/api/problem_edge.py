"""The outermost layer of what is below ``/api/``: whoever refuses a request, the answer is a problem and never a page."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dutybook.web.api.problems import MEDIA_TYPE, problem

_PREFIX = "/api/"
#: A refusal of the layers around the API is a sentence.
_LONGEST = 2_000


class ProblemMiddleware:
    """ASGI middleware around the whole application, its guard too.

    Answers that are errors and no problems yet are made into such, with their own words as the detail and all of their headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await self.app(scope, receive, send)
            return
        begun: Message | None = None
        said = b""

        async def answered(message: Message) -> None:
            nonlocal begun, said
            if message["type"] == "http.response.start" and _is_no_problem(message):
                begun = message
                return
            if begun is None or message["type"] != "http.response.body":
                await send(message)
                return
            said += message.get("body", b"")[: _LONGEST - len(said)]
            if not message.get("more_body", False):
                await _as_problem(begun, said, scope, receive, send)

        await self.app(scope, receive, answered)


def _is_no_problem(start: Message) -> bool:
    headers = MutableHeaders(raw=list(start["headers"]))
    return start["status"] >= 400 and not headers.get("content-type", "").startswith(MEDIA_TYPE)


async def _as_problem(begun: Message, said: bytes, scope: Scope, receive: Receive, send: Send) -> None:
    headers = MutableHeaders(raw=list(begun["headers"]))
    status = begun["status"]
    plain = headers.get("content-type", "").startswith("text/plain")
    detail = said.decode("utf-8", "replace").strip() if plain else ""
    kept = {n: v for n, v in headers.items() if n not in ("content-type", "content-length")}
    if status == 401:
        kept.setdefault("www-authenticate", "Bearer")
        detail = detail or "sign in, or send a token: Authorization: Bearer TOKEN"
    await problem(status, detail or "the request was refused", headers=kept)(scope, receive, send)
