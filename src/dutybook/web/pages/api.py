"""The description of the API as a page, with an example for each operation."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.web import render
from dutybook.web.api.openapi import PREFIX, document, examples

router = APIRouter()

#: Lines of an answer that are shown.
_LINES = 40


@router.get("/api")
def api(request: Request) -> HTMLResponse:
    """All operations, grouped by subject."""
    root: str = request.app.state.settings.root_path
    base = f"{request.url.scheme}://{request.url.netloc}{root}"
    made = document(root)
    verbs = list(_verbs(made, base))
    groups = [(tag["name"], tag["description"], [v for t, v in verbs if t == tag["name"]]) for tag in made["tags"]]
    errors = [(name, a["description"]) for name, a in _errors(made).items()]
    values = {
        "groups": groups,
        "errors": errors,
        "version": made["info"]["version"],
        "base": base + PREFIX,
        "first": f'curl -H "Authorization: Bearer $TOKEN" {shlex.quote(base + PREFIX + "/norms?words=incident")}',
    }
    return render.page(request, "api.html", values, section="api_page")


def _verbs(made: Mapping[str, Any], base: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tag of each operation, and what the page shows of it, with an example."""
    errors = _errors(made)
    for path, methods in made["paths"].items():
        for method, verb in methods.items():
            example = examples().get(verb["operationId"], {})
            lines = json.dumps(example.get("answer"), ensure_ascii=False, indent=2).splitlines()
            yield (
                verb["tags"][0],
                {
                    "id": verb["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "title": verb["summary"],
                    "says": verb["description"],
                    "fields": [*_parameters(made, verb), *_body(made, verb)],
                    "statuses": [(s, a.get("description", "")) for s, a in verb["responses"].items() if "$ref" not in a]
                    + [(s, errors[s]["description"]) for s, a in verb["responses"].items() if "$ref" in a],
                    "command": _command(example, base),
                    "answer": "\n".join(lines[:_LINES]) if "answer" in example else "",
                    "cut": len(lines) > _LINES,
                },
            )


def _errors(made: Mapping[str, Any]) -> dict[str, Any]:
    """The error responses of an operation, by status."""
    found = made["components"]["responses"].values()
    return {str(a["content"]["application/problem+json"]["example"]["status"]): a for a in found}


def _parameters(made: Mapping[str, Any], verb: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for given in verb.get("parameters", ()):
        found = _resolved(made, given)
        needed = bool(found.get("required"))
        yield _field(made, found["name"], found["in"], found["schema"], needed) | {"says": found.get("description", "")}


def _body(made: Mapping[str, Any], verb: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "requestBody" in verb:
        # One kind of body each: JSON, or a form where files are sent.
        (content,) = verb["requestBody"]["content"].values()
        schema = _resolved(made, content["schema"])
        for name, field in schema["properties"].items():
            yield _field(made, name, "body", field, name in schema.get("required", ()))


def _field(made: Mapping[str, Any], name: str, where: str, schema: Mapping[str, Any], needed: bool) -> dict[str, Any]:
    says = schema.get("description", "")
    return {"name": name, "where": where, "takes": _takes(made, schema), "needed": needed, "says": says}


def _takes(made: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """A schema in a few words: ``obligation | prohibition``, ``date``, ``list of text``."""
    schema = _resolved(made, given)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_takes(made, s) for s in schema["anyOf"] if s.get("type") != "null"))
    if "enum" in schema:
        return " | ".join(str(value) or '""' for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"]) or '""'
    if schema.get("type") == "array":
        return f"[{_takes(made, schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "")


def _resolved(made: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = part
    while "$ref" in found:
        at: Any = made
        for name in found["$ref"].removeprefix("#/").split("/"):
            at = at[name]
        found = at
    return dict(found)


def _command(example: Mapping[str, Any], base: str) -> str:
    if not example:
        return ""
    parts = ['curl -H "Authorization: Bearer $TOKEN"']
    if example["method"] != "GET":
        parts.append(f"-X {example['method']}")
    if "body" in example:
        body = json.dumps(example["body"], ensure_ascii=False)
        parts.append(f"\\\n  -H 'Content-Type: application/json' -d {shlex.quote(body)} \\\n ")
    return " ".join([*parts, shlex.quote(base + PREFIX + example["path"])])
