"""Statements that a server has planned once for a connection, and that are run again with other values.

To plan a statement of a norm's page takes the server several times as long as to run it. A plan is made for any values: what is
looked for stands in indexes, so that it is seldom another one for some of them.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

#: Statements whose plans a connection has at most; each takes the server some tens of kB.
MOST = 300
#: Seconds after which plans are made anew: meanwhile a table that was empty may have become a large one.
SECONDS = 60.0

_PARAMETER = re.compile(r"%\((\w+)\)s")
_LARGEST_INTEGER = 2**31


class PreparedStatements:
    """The statements that one connection has prepared; those that were not run for longest are the first to go."""

    def __init__(self) -> None:
        self._names: OrderedDict[tuple[str, tuple[str, ...]], str] = OrderedDict()
        self._number = 0

    def call(self, statement: str, values: Mapping[str, Any], types: Mapping[str, str]) -> Call:
        """How to run a statement with named parameters; ``types`` of those whose values do not tell."""
        ordered, names = _numbered(statement, tuple(name for name, value in values.items() if value is None))
        kinds = tuple(types.get(name) or _type_of(values[name]) for name in names)
        key = (ordered, kinds)
        marks = f" ({', '.join(['%s'] * len(names))})" if names else ""
        given = [values[name] for name in names]
        if known := self._names.get(key):
            self._names.move_to_end(key)
            return Call(f"EXECUTE {known}{marks}", given)
        self._number += 1
        name = f"dutybook_{self._number}"
        declared = f" ({', '.join(kinds)})" if kinds else ""
        steps = [f"PREPARE {name}{declared} AS {ordered}", f"EXECUTE {name}{marks}"]
        if len(self._names) >= MOST:
            steps.insert(0, f"DEALLOCATE {self._names.popitem(last=False)[1]}")
        return Call("; ".join(steps), given, len(steps) - 1, (key, name))

    def keep(self, call: Call) -> None:
        """Remember what a call prepared, once it was run."""
        if call.prepares:
            key, name = call.prepares
            self._names[key] = name


class Call:
    """What to send for a statement: its answer comes after ``before`` others."""

    __slots__ = ("before", "parameters", "prepares", "sql")

    def __init__(
        self,
        sql: str,
        parameters: list[Any],
        before: int = 0,
        prepares: tuple[tuple[str, tuple[str, ...]], str] | None = None,
    ) -> None:
        self.sql = sql
        self.parameters = parameters
        self.before = before
        self.prepares = prepares


def _type_of(value: Any) -> str:
    """The type that a value would have if it were written into the statement."""
    if isinstance(value, int):
        return "integer" if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else "bigint"
    if isinstance(value, float):
        return "double precision"
    if isinstance(value, list):
        return "text[]"
    return "bytea" if isinstance(value, bytes) else "unknown"


@lru_cache(maxsize=4096)
def _numbered(statement: str, missing: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A statement with ``$1`` for its first parameter and so on, and their names; NULL stands for those that are ``missing``."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "NULL" if found[1] in missing else f"${names.setdefault(found[1], len(names) + 1)}"

    return _PARAMETER.sub(number, statement), tuple(names)
