"""Words the answers to requests that are refused or fail, in the reader's language.

Browsers get a page, other readers plain text, and programs problem+json (RFC 9457) in English.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Scope

from dutybook.errors import BadRequest
from dutybook.languages.reader import FALLBACK, reader_words
from dutybook.web.reader_language import language_of, size

API = "/api/"


def text_for(code: str, language: str = FALLBACK, /, **values: object) -> str:
    """A text of the section ``refusals``; bytes (``size``) are told as people tell them."""
    if isinstance(values.get("size"), int):
        values["size"] = size(int(str(values["size"])), language)
    return reader_words("refusals", language)(code, **values)


def title_for(status: int, language: str) -> str:
    """What an answer of a status is headed with."""
    words = reader_words("refusals", language)
    return words.get(f"title.{status}", reader_words("web", language)("problem.title"))


class TranslatedError(Exception):
    """An error whose text there is in each reader's language; its own is English."""

    code: str
    values: Mapping[str, object]

    def _word(self, code: str, values: Mapping[str, object]) -> str:
        self.code, self.values = code, dict(values)
        return text_for(code, **self.values)

    def text_in(self, language: str) -> str:
        return text_for(self.code, language, **self.values)


class Denied(TranslatedError, HTTPException):
    """A request is not met, with a status."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None, **values: object) -> None:
        HTTPException.__init__(self, status, self._word(code, values), dict(headers or {}))


class Wrong(TranslatedError, BadRequest):
    """A form asks for what cannot be done."""

    def __init__(self, code: str, **values: object) -> None:
        BadRequest.__init__(self, self._word(code, values))


def text_of(error: Exception, language: str) -> str:
    """What an error says, in the reader's language where there are words for it."""
    return error.text_in(language) if isinstance(error, TranslatedError) else str(error)


def error_response(
    scope: Scope,
    status: int,
    code: str,
    headers: Mapping[str, str] | None = None,
    *,
    root: str = "",
    way: str = "",
    values: Mapping[str, object] | None = None,
) -> Response:
    """The answer to a request; ``root`` stands before its addresses, ``way`` is where a page leads on to."""
    if scope["path"].startswith(API):
        # The API is not read by applications that are made without it.
        from dutybook.web.api.problems import problem

        return problem(status, text_for(code, **(values or {})), headers=headers)
    request = HTTPConnection(scope)
    language = language_of(request)
    message = text_for(code, language, **(values or {}))
    told = {"vary": "Accept, Accept-Language, Cookie", **(headers or {})}
    if "text/html" not in request.headers.get("accept", "") or "hx-request" in request.headers:
        return PlainTextResponse(message, status, told)
    # Pages are not read by what only refuses.
    from dutybook.web.render import environment
    from dutybook.web.static_files import address_of

    page = environment().get_template("refused.html")
    shown = {"title": title_for(status, language), "message": message, "way": way, "said": text_for}
    html = page.render(
        language=language, style=address_of("app.css"), icon=address_of("favicon.svg"), root=root, **shown
    )
    return HTMLResponse(html, status, told)
