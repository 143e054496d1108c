"""Reads and validates the data files of this package."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from dutybook.errors import Defect

T = TypeVar("T")
Words = tuple[str, ...]


class Section(BaseModel):
    """A table of a data file: unknown keys are errors, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def load_data(name: str, of: type[T]) -> T:
    """The data of a file, such as ``topics.toml``.

    Raises:
        Defect: it does not fit the schema.
    """
    text = (resources.files("dutybook.languages") / name).read_text(encoding="utf-8")
    try:
        return TypeAdapter(of).validate_python(tomllib.loads(text))
    except ValueError as error:
        raise Defect(f"{name} is not valid: {error}") from error


class LinePattern(Section):
    """A pattern for a whole line or paragraph, and a made-up example that it meets."""

    pattern: str
    example: str


class _PatternFile(Section):
    lines: tuple[LinePattern, ...]


@cache
def load_line_patterns(name: str) -> tuple[LinePattern, ...]:
    """The patterns of a file, such as ``version_lines.toml``.

    Raises:
        Defect: it does not fit the schema.
    """
    return load_data(name, _PatternFile).lines


def load_folder(folder: str, of: type[T]) -> Iterator[tuple[str, T]]:
    """The files of a folder by their names, sorted.

    Raises:
        Defect: one of them does not fit the schema.
    """
    names = sorted(file.name for file in (resources.files("dutybook.languages") / folder).iterdir())
    for name in (name for name in names if name.endswith(".toml")):
        yield name, load_data(f"{folder}/{name}", of)
