"""Makes the OpenAPI 3.1 description of the API from its operations and their models."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from importlib import resources
from typing import Any

from dutybook.web.access import COOKIE
from dutybook.web.api.problems import MEDIA_TYPE, PROBLEMS
from dutybook.web.api.routing import TOKEN_HEADER, verbs

PREFIX = "/api/v1"
#: Version of the contract: the first number changes with what breaks clients, the second with what is added.
VERSION = "1.0"
_ALWAYS = (401, 421, 422, 429, 500, 503)
_CHANGES = (403,)
_BODIES = (400, 413, 415)
_TAGS = {
    "norms": "Obligations, prohibitions, permissions and exemptions: found, read, explained, looked at.",
    "review": "What people say of norms, with its history.",
    "controls": "Controls and policies, and the norms that they serve.",
    "profiles": "Organisations that norms may bind, and what is proposed for them.",
    "acts": "Acts, their versions, and what changed between them.",
    "documents": "Documents as they were read.",
    "findings": "What else was found, and what was rejected.",
    "dates": "What is due, and when deadlines end.",
    "news": "News about the law.",
    "searches": "Saved searches.",
    "alerts": "Who is notified of which changes.",
    "watches": "Sources that are looked at again and again.",
    "export": "The register as files.",
    "about": "What is here, and whether it is in order.",
}
_WHAT = """Who must do what by when, with its evidence: the same verbs as the command line and the pages of Dutybook.

Every list is paged: `limit`, `offset`, and links to the neighbouring pages in the body and in the header `Link`. Parameters that are not
known are refused. Every error is a problem (RFC 9457) that says what to do. Reads have an `ETag`, which goes into `If-None-Match`; that
of a review record goes into `If-Match`, so that nobody's work is written over. Days are ISO 8601, times UTC; boxes are in points from
a page's top left corner; spans are half-open ranges of characters."""


def document(root: str = "", cookie: str = COOKIE) -> dict[str, Any]:
    """The description as JSON, for addresses below ``root`` and sessions in this cookie. The caller may change it."""
    made = copy.deepcopy(_document())
    made["servers"][0]["url"] = root + PREFIX
    made["components"]["securitySchemes"]["session"]["name"] = cookie
    return made


@cache
def _document() -> dict[str, Any]:
    from fastapi.openapi.utils import get_openapi

    from dutybook.web.api.models import Problem

    made = get_openapi(
        title="Dutybook",
        version=VERSION,
        summary="Regulatory duties with their evidence",
        description=_WHAT,
        routes=verbs.routes,
        tags=[{"name": name, "description": says} for name, says in _TAGS.items()],
        servers=[{"url": PREFIX}],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    parts = made.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    parts["schemas"] = dict(sorted(schemas.items()))
    parts["responses"] = {_name(status): _response(status) for status in PROBLEMS}
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of one's own."},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "The session of a browser."},
        "sessionToken": {
            "type": "apiKey",
            "in": "header",
            "name": TOKEN_HEADER,
            "description": "What a session has to send with a change.",
        },
    }
    for path in made["paths"].values():
        for method, verb in path.items():
            _complete(method, verb)
            _exemplify(verb)
    parts["parameters"] = _shared([verb for path in made["paths"].values() for verb in path.values()])
    return made


def _exemplify(verb: dict[str, Any]) -> None:
    """Add the operation's recorded request and answer over the sample documents."""
    example = examples().get(verb["operationId"])
    if example is None:
        return
    for status, answer in verb["responses"].items():
        if status.startswith("2") and "application/json" in answer.get("content", {}) and "answer" in example:
            answer["content"]["application/json"]["example"] = example["answer"]
    if "body" in example:
        verb["requestBody"]["content"]["application/json"]["example"] = example["body"]


def _shared(verbs: list[dict[str, Any]]) -> dict[str, Any]:
    """The parameters that several operations have in common, so that each is described once."""
    parameters = [json.dumps(p, sort_keys=True) for verb in verbs for p in verb.get("parameters", ())]
    often = {text for text in parameters if parameters.count(text) > 1}
    shared: dict[str, Any] = {}
    names: dict[str, str] = {}
    for text in sorted(often):
        parameter = json.loads(text)
        base = re.sub(r"[^A-Za-z0-9]", "", parameter["name"].title())
        name = base
        while name in shared:
            name += "_"
        shared[name], names[text] = parameter, name
    for verb in verbs:
        if "parameters" in verb:
            keys = [json.dumps(p, sort_keys=True) for p in verb["parameters"]]
            verb["parameters"] = [
                {"$ref": f"#/components/parameters/{names[k]}"} if k in names else json.loads(k) for k in keys
            ]
    return shared


@cache
def examples() -> dict[str, Any]:
    """A request and answer of each operation (``method``, ``path``, ``body``, ``answer``), recorded by a test."""
    file = resources.files("dutybook.web.api") / "examples.json"
    made: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return made


def _complete(method: str, verb: dict[str, Any]) -> None:
    """Add what all operations have in common: errors, security, headers."""
    changes = method not in ("get", "head")
    verb["security"] = [{"token": []}, {"session": [], "sessionToken": []} if changes else {"session": []}]
    answers = verb["responses"]
    statuses = {int(status) for status in answers if int(status) >= 400} | set(_ALWAYS)
    statuses |= set(_CHANGES if changes else ()) | set(_BODIES if "requestBody" in verb else (413,) if changes else ())
    good = {status: answer for status, answer in answers.items() if int(status) < 400}
    for answer in good.values():
        headers = answer.setdefault("headers", {})
        headers["ETag"] = {"description": "Tag of what was answered.", "schema": {"type": "string"}}
        if "Page" in str(answer.get("content", {})) or verb["operationId"].startswith("list"):
            headers["Link"] = {"description": "The neighbouring pages (RFC 8288).", "schema": {"type": "string"}}
        if not changes:
            headers["Cache-Control"] = {"schema": {"type": "string"}}
    if not changes and "image" not in str(good) and "/export" not in str(verb):
        good["304"] = {"description": "Nothing has changed since the answer whose tag was sent in If-None-Match."}
    verb["responses"] = good | {
        str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in sorted(statuses)
    }


def _name(status: int) -> str:
    return "".join(part.capitalize() for part in PROBLEMS[status][0].split("-"))


def _response(status: int) -> dict[str, Any]:
    end, title, says = PROBLEMS[status]
    example = {"type": f"urn:dutybook:problem:{end}", "title": title, "status": status, "detail": says}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    made: dict[str, Any] = {"description": says, "content": content}
    if status in (429, 503):
        made["headers"] = {
            "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "string"}}
        }
    if status == 401:
        made["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if status == 412:
        made["headers"] = {"ETag": {"description": "Tag of what stands there now.", "schema": {"type": "string"}}}
    return made
