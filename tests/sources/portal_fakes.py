"""A site in memory that answers sources as the real ones do, and Cellar's triple store over a small graph of ours."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dutybook.errors import SourceError
from dutybook.ingest.sources.interface import Known, Response

FOLDER = Path(__file__).parent / "portals"
NOW = datetime(2032, 7, 1, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FakeResponse:
    """An answer; an ``etag`` that is asked about gives 304. ``headers`` in lower case."""

    body: bytes | str = b""
    status: int = 200
    type: str = "application/octet-stream"
    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


def file(name: str, media_type: str, **more: Any) -> FakeResponse:
    """A file of the folder as an answer."""
    return FakeResponse((FOLDER / name).read_bytes(), type=media_type, **more)


@dataclass(frozen=True)
class Asked:
    method: str
    url: str
    accept: str | None
    language: str | None
    robots: bool
    form: Mapping[str, str]
    data: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""


def asked_of(asked: Asked) -> dict[str, str]:
    """The parameters of a request."""
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.url).query).items()}


Route = FakeResponse | SourceError | Callable[[Asked], FakeResponse | SourceError]


class Site:
    """A Fetcher of routes by whole address, or without its query; each address may have answers one after another."""

    def __init__(self, routes: Mapping[str, Route | list[Route]] | None = None) -> None:
        self.routes: dict[str, list[Route]] = {}
        self.log: list[Asked] = []
        for url, route in (routes or {}).items():
            self.route(url, *(route if isinstance(route, list) else [route]))

    def route(self, url: str, *answers: Route) -> None:
        self.routes[url] = list(answers)

    def asked(self, part: str = "") -> list[str]:
        return [each.url for each in self.log if part in each.url]

    def get(
        self,
        url: str,
        *,
        accept: str | None = None,
        language: str | None = None,
        known: Known | None = None,
        max_bytes: int | None = None,
        robots: bool = True,
        pause: float = 0.0,
    ) -> Response:
        return self._answer(Asked("GET", url, accept, language, robots, {}), known.etag if known else None)

    def follow(self, page: Response, url: str, *, accept: str | None = None, known: Known | None = None) -> Response:
        asked = Asked("GET", url, accept, None, True, {}, page=page.url)
        return self._answer(asked, known.etag if known else None)

    def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        accept: str | None = None,
        max_bytes: int | None = None,
        pause: float = 0.0,
    ) -> Response:
        return self._answer(Asked("POST", url, accept, None, False, form or {}, data or {}), None)

    def _answer(self, asked: Asked, etag: str | None) -> Response:
        self.log.append(asked)
        answers = self.routes.get(asked.url) or self.routes.get(asked.url.partition("?")[0])
        if not answers:
            raise SourceError(f"{asked.url} is not there (any more). Check the address [404]", lasting=True)
        route = answers.pop(0) if len(answers) > 1 else answers[0]
        answer = route(asked) if callable(route) else route
        if isinstance(answer, SourceError):
            raise answer
        headers = {"content-type": answer.type, **answer.headers, **({"etag": answer.etag} if answer.etag else {})}
        if answer.etag and answer.etag == etag:
            return Response(asked.url, 304, headers, not_modified=True)
        if answer.status >= 400:
            raise SourceError(f"{asked.url} does not answer [{answer.status}]", lasting=answer.status < 500)
        return Response(asked.url, answer.status, headers, answer.data)


@dataclass(frozen=True)
class Case:
    """``keys`` are what the first listing brings, in any order; ``fetched`` is what the first of them is (its beginning).

    ``lists`` is a part of the address that lists (broken for tests of errors), ``wrong`` are targets that cannot be meant.
    """

    kind: str
    target: str
    options: dict[str, Any]
    site: Callable[[], Site]
    keys: tuple[str, ...]
    lists: str
    fetched: bytes
    extension: str
    wrong: tuple[str, ...]
    same: tuple[tuple[str, str], ...] = ()
    now: datetime = NOW


def zipped(files: Mapping[str, bytes], moment: tuple[int, int, int, int, int, int]) -> bytes:
    """An archive as services build it: with the time of the request in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, moment), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def rows(*found: Mapping[str, str]) -> str:
    """An answer of a triple store: literals, and what begins as an address as IRIs."""
    bindings = [
        {name: {"type": "uri" if v.startswith("http") else "literal", "value": v} for name, v in row.items()}
        for row in found
    ]
    names = sorted({name for row in found for name in row})
    return json.dumps(
        {"head": {"link": [], "vars": names}, "results": {"distinct": False, "ordered": True, "bindings": bindings}}
    )


@cache
def _graph(texts: tuple[str, ...]) -> Any:
    import rdflib

    graph = rdflib.Graph()
    for text in texts:
        graph.parse(data=text, format="turtle")
    return graph


@cache
def _asked(graph: Any, query: str) -> str:
    found = graph.query(query)
    names = [str(name) for name in found.vars]
    return rows(*({n: str(v) for n, v in zip(names, row, strict=True) if v is not None} for row in found))


class Store:
    """A triple store over a file of Turtle; ``queries`` are what was asked. ``fail`` makes the n-th answer fail (from 1)."""

    def __init__(self, *texts: str) -> None:
        self.graph = _graph(texts)
        self.queries: list[str] = []
        self.fail: dict[int, FakeResponse | SourceError] = {}

    def __call__(self, asked: Asked) -> FakeResponse | SourceError:
        query = asked.form["query"]
        self.queries.append(query)
        if len(self.queries) in self.fail:
            return self.fail[len(self.queries)]
        return FakeResponse(_asked(self.graph, query), type="application/sparql-results+json")
