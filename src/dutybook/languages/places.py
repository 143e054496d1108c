"""Public holidays that institutions publish (``holidays/``, one file each), and the time zones of places
(``zones.toml``).
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from dutybook.errors import Defect
from dutybook.languages.sections.base import Section

Code = Annotated[str, Field(pattern=r"^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$")]
_ZONES = TypeAdapter(dict[Code, str])


class Institution(Section):
    """The holidays published by an institution: by year, then by month and day (``12-24``), with their names."""

    id: Code
    name: str
    source: str
    years: dict[int, dict[str, str]]

    def of_year(self, year: int) -> dict[date, str]:
        """The holidays of a year; empty where its list is not known."""
        return {date.fromisoformat(f"{year}-{day}"): name for day, name in self.years.get(year, {}).items()}


@cache
def institutions() -> dict[str, Institution]:
    """Institutions by their code.

    Raises:
        Defect: a file does not fit the schema, or a day in it is no day of its year.
    """
    folder = resources.files("dutybook.languages") / "holidays"
    found = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        try:
            institution = Institution.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
            for year in institution.years:
                institution.of_year(year)
        except (tomllib.TOMLDecodeError, ValueError) as error:
            raise Defect(f"the list of holidays {file.name!r} is not valid: {error}") from error
        found[institution.id] = institution
    return found


@cache
def zones() -> dict[str, str]:
    """The IANA time zones of places; an empty one means that the place has none, or several.

    Raises:
        Defect: the file does not fit the schema.
    """
    file = resources.files("dutybook.languages") / "zones.toml"
    try:
        return _ZONES.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"the time zones are not valid: {error}") from error
