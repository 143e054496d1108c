"""Words error responses in the reader's language.

Browsers get a page, other clients plain text, and programs problem+json (RFC 9457) in English.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Scope

from dutybook.errors import BadRequest
from dutybook.languages.reader import FALLBACK, reader_words
from dutybook.web.reader import language_of, size

API = "/api/"


def text_for(code: str, language: str = FALLBACK, /, **values: object) -> str:
    """A text of the section ``refusals``. A ``size`` in bytes is formatted for people."""
    if isinstance(values.get("size"), int):
        values["size"] = size(int(str(values["size"])), language)
    return reader_words("refusals", language)(code, **values)


def title_for(status: int, language: str) -> str:
    """The heading of an error page with this status."""
    words = reader_words("refusals", language)
    return words.get(f"title.{status}", reader_words("web", language)("problem.title"))


class TranslatedError(Exception):
    """An error with a text in each reader's language; as a string it is English."""

    code: str
    values: Mapping[str, object]

    def _word(self, code: str, values: Mapping[str, object]) -> str:
        self.code, self.values = code, dict(values)
        return text_for(code, **self.values)

    def text_in(self, language: str) -> str:
        return text_for(self.code, language, **self.values)


class Denied(TranslatedError, HTTPException):
    """A request that is refused, with its HTTP status."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None, **values: object) -> None:
        HTTPException.__init__(self, status, self._word(code, values), dict(headers or {}))


class Wrong(TranslatedError, BadRequest):
    """A form that asks for something impossible."""

    def __init__(self, code: str, **values: object) -> None:
        BadRequest.__init__(self, self._word(code, values))


def text_of(error: Exception, language: str) -> str:
    """The message of an error, in the reader's language if it is translated."""
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
    """The response to a request that fails.

    Args:
        root: the path before all addresses of the application.
        way: the address of a page that the error page links to.
    """
    if scope["path"].startswith(API):
        # The API is not read by applications that are made without it.
        from dutybook.web.api.problems import problem

        return problem(status, text_for(code, **(values or {})), headers=headers)
    request = HTTPConnection(scope)
    language = language_of(request)
    message = text_for(code, language, **(values or {}))
    all_headers = {"vary": "Accept, Accept-Language, Cookie", **(headers or {})}
    if "text/html" not in request.headers.get("accept", "") or "hx-request" in request.headers:
        return PlainTextResponse(message, status, all_headers)
    # Pages are not read by what only refuses.
    from dutybook.web.render import environment, static_address

    page = environment().get_template("refused.html")
    context = {"title": title_for(status, language), "message": message, "way": way, "text": text_for}
    html = page.render(
        language=language, style=static_address("app.css"), icon=static_address("favicon.svg"), root=root, **context
    )
    return HTMLResponse(html, status, all_headers)
