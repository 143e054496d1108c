"""Gives models of answers the fields of the rows that they are made from, so that a model says only what a row does not.

A field that a model declares itself keeps its type and its description. All others are taken from the row: parts are lists,
days are days, and a row in a row is the model that was made for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from datetime import date
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, create_model

from dutybook.records.norm_fields import CLOSED
from dutybook.web.api.models.base import Box, Confidence, PageNumber
from dutybook.web.api.parameters import Day, OneOf

M = TypeVar("M", bound=BaseModel)

#: Fields that are the same in all rows, and narrower than their types say.
_COMMON: dict[str, Any] = {
    "page": PageNumber | None,
    "confidence": Confidence,
    "boxes": list[Box],
    **{name: Annotated[str, OneOf(values)] for name, values in CLOSED.items()},
}
_MODELS: dict[type, type[BaseModel]] = {}


def of_row(row: type, *, without: Collection[str] = ()) -> Callable[[type[M]], type[M]]:
    """A class decorator that adds the fields of a row (a dataclass) to a model, in the row's order.

    Args:
        row: the dataclass. Fields that only the model has come last.
        without: fields of the row that are not for readers.
    """

    def complete(model: type[M]) -> type[M]:
        hints = _hints(row)
        own: dict[str, Any] = {name: (info.annotation, info) for name, info in model.model_fields.items()}
        names = [field.name for field in fields(row) if field.name not in without]
        taken: dict[str, Any] = {name: own.get(name) or _field(name, hints[name]) for name in names}
        made: type[BaseModel] = create_model(
            model.__name__, __base__=model.__bases__, __module__=model.__module__, __doc__=model.__doc__, **taken | own
        )
        _MODELS[row] = made
        return cast(type[M], made)

    return complete


def _field(name: str, hint: Any) -> tuple[Any, Any]:
    """The type and the description of a model's field."""
    if get_origin(hint) is not Annotated:
        return _COMMON.get(name) or _type(hint), ...
    inner, about = get_args(hint)
    described = Field(description=f"{about.text}.")
    if about.values:
        word = Annotated[str, OneOf(tuple(value.value for value in about.values))]
        return (word | None if NoneType in get_args(inner) else word), described
    return _type(inner), described


def _type(hint: Any) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if hint is date:
        return Day
    if hint in _MODELS:
        return _MODELS[hint]
    if origin in (Union, UnionType):
        return reduce(or_, (_type(part) for part in parts))
    if origin is tuple:
        return list[_type(parts[0])] if parts[-1] is ... else tuple[tuple(_type(part) for part in parts)]  # type: ignore[misc]
    return origin[tuple(_type(part) for part in parts)] if origin else hint


def _hints(row: type) -> dict[str, Any]:
    """The types of a row's fields; those of a generic base with what the row puts in place of its variables."""
    given: dict[Any, Any] = {}
    for base in getattr(row, "__orig_bases__", ()):
        given |= dict(zip(getattr(get_origin(base), "__parameters__", ()), get_args(base), strict=False))
    hints = get_type_hints(row, include_extras=True)
    return {name: _filled(hint, given) for name, hint in hints.items()}


def _filled(hint: Any, given: dict[Any, Any]) -> Any:
    variables = getattr(hint, "__parameters__", ())
    return hint[tuple(given[variable] for variable in variables)] if variables else hint
