"""How corrigenda of the Official Journal say what they correct: data in ``corrigenda.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import TypeAdapter, ValidationError

from dutybook.errors import Defect
from dutybook.languages.sections.base import Section


class Corrigendum(Section):
    """One language's formula: what stands before the wrong words, and before the right ones."""

    instead: tuple[str, ...]
    read: tuple[str, ...]


_FILE = TypeAdapter(dict[str, Corrigendum])


@cache
def corrigenda() -> dict[str, Corrigendum]:
    """The formulas by language.

    Raises:
        Defect: the file does not fit the schema.
    """
    text = (resources.files("dutybook.languages") / "corrigenda.toml").read_text(encoding="utf-8")
    try:
        return _FILE.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"corrigenda.toml is not valid: {error}") from error
