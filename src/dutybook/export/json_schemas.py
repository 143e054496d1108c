"""The published JSON Schemas of what Dutybook writes as JSON Lines."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from dutybook.errors import BadRequest

#: What a schema is of, by the name that it is asked for: a line of ``export FILE.jsonl``, a line of ``extract``.
SCHEMAS = {"export": "register-line", "extract": "extract-line"}


def schema_of(kind: str) -> dict[str, Any]:
    """The schema (JSON Schema, draft 2020-12) of a line of a kind of :data:`SCHEMAS`.

    Raises:
        BadRequest: there is no such kind.
    """
    if kind not in SCHEMAS:
        raise BadRequest(f"there is no JSON Schema of {kind!r}. There are: {', '.join(SCHEMAS)}")
    file = resources.files("dutybook.export") / "schema" / f"{SCHEMAS[kind]}.schema.json"
    made: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return made
