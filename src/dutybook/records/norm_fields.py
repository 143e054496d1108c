"""The fields of a norm, each declared once: what it holds, its description, whether people may correct it.

Columns of the register, rows, JSON, exports, the API, the forms and the descriptions of all of them are derived from
:data:`NORM_FIELDS`. How a field is added: ``docs/recipes/add-a-field-of-a-norm.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum, StrEnum, auto
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from dutybook.records.spans import Part, Span

P = TypeVar("P")
R = TypeVar("R")


class Modality(StrEnum):
    OBLIGATION = "obligation"
    PROHIBITION = "prohibition"
    PERMISSION = "permission"
    EXEMPTION = "exemption"


class Strength(StrEnum):
    MUST = "must"
    SHOULD = "should"


#: Parts the roles of a norm with several bearers.
ROLES_APART = "; "


class BearerClass(StrEnum):
    BUSINESS = "business"
    AUTHORITY = "authority"
    PERSON = "person"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ListPoint:
    """A point of a list that a norm introduces: its words at half-open character offsets of the document's text, and its place.

    >>> str(ListPoint("Art 5(2)(a)", "the name of the quay", 120, 140))
    'Art 5(2)(a): the name of the quay'
    """

    place: str
    quote: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.place}: {self.quote}" if self.place else self.quote


class LegalStatus(StrEnum):
    """What news reports a norm as. A norm of an act or of guidance has none: its text is the rule itself."""

    IN_FORCE = "in_force"
    ADOPTED = "adopted"
    DRAFT = "draft"
    CONSULTATION = "consultation"
    PLAN = "plan"
    DEMAND = "demand"
    RULING = "ruling"
    FINE = "fine"
    GUIDANCE = "guidance"


class FieldGroup(Enum):
    """Fields that stand together wherever a norm is written out, in the order of their declaration."""

    DUTY = auto()  # what kind of norm it is, and whose
    PARTS = auto()  # what it asks for
    WORDING = auto()  # how the text puts it
    NEW_TEXT = auto()  # where new text for another act belongs
    NEWS = auto()  # what news reports it as
    TIMES = auto()  # when it applies


class FieldKind(Enum):
    """What a field holds, by which its stored, written and described forms are chosen."""

    PART = auto()  # words of the norm with their place (Part; its words in rows)
    RANGE = auto()  # a range of the text (Span; its words in rows)
    LABEL = auto()  # one of a closed list (a StrEnum)
    TEXT = auto()
    TEXTS = auto()
    POINTS = auto()  # points of a list (ListPoint)
    DAY = auto()
    NUMBER = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class About:
    """What is declared of a field beside its name and its type.

    ``text`` describes it, in the register's schema, the JSON Schemas and the API alike. ``width`` of its column in exports,
    in characters; 0 where the column is placed by hand. ``folds``: the column can be folded away. ``correctable``: people
    may put another value in its place; an optional one may also be taken away.
    """

    text: str
    group: FieldGroup = FieldGroup.PARTS
    values: type[StrEnum] | None = None
    correctable: bool = False
    width: int = 24
    folds: bool = True


@dataclass(frozen=True, kw_only=True)
class NormFields(Generic[P, R]):
    """The fields that the record of a norm and its row in the register share.

    ``P`` is what a part of the sentence is (:class:`~dutybook.records.Part`, or its words), ``R`` a range of the text.
    """

    modality: Annotated[
        str,
        About(
            "obligation, prohibition, permission or exemption",
            FieldGroup.DUTY,
            values=Modality,
            correctable=True,
            width=0,
        ),
    ]
    strength: Annotated[str, About("must or should", FieldGroup.DUTY, values=Strength, correctable=True, width=10)]
    bearer: Annotated[
        P | None,
        About(
            "Who must act, as the text has it; null where it names nobody", FieldGroup.DUTY, correctable=True, width=0
        ),
    ]
    bearer_class: Annotated[
        str,
        About("business, authority, person or any", FieldGroup.DUTY, values=BearerClass, correctable=True, width=13),
    ]
    role: Annotated[
        str | None,
        About(
            "The bearer's English name, the same in every language; of several bearers each, parted by a semicolon",
            FieldGroup.DUTY,
            correctable=True,
            width=20,
        ),
    ] = None
    action: Annotated[
        P | None, About("What is to be done, as the text has it", correctable=True, width=44, folds=False)
    ]
    recipient: Annotated[P | None, About("To whom", correctable=True, width=22)]
    condition: Annotated[P | None, About("When, or if what", correctable=True, width=36)]
    exception: Annotated[P | None, About("Unless what", correctable=True, width=36)]
    contents: Annotated[
        tuple[ListPoint, ...],
        About("The points of the list that it introduces, where they state no norm of their own", width=50),
    ] = ()
    stem: Annotated[
        R | None, About("Words before a list that belong to each of its items", FieldGroup.WORDING, width=0)
    ] = None
    language: Annotated[str, About("ISO 639-1 code of the language", FieldGroup.WORDING, width=0)]
    quoted: Annotated[
        bool,
        About(
            "Whether it stands in new text for another act that an amending act quotes, and belongs to that act",
            FieldGroup.NEW_TEXT,
            width=9,
        ),
    ] = False
    amended_act: Annotated[
        str | None,
        About("The act that new text belongs to, as the amending act names it", FieldGroup.NEW_TEXT, width=30),
    ] = None
    amended_place: Annotated[
        str | None,
        About("Where new text stands in the amended act; null where that is not clear", FieldGroup.NEW_TEXT, width=18),
    ] = None
    legal_status: Annotated[
        str | None,
        About(
            "What news reports it as: in_force, adopted (not yet in force), draft, consultation, plan, demand, ruling, fine"
            " or guidance; null where the text itself is the rule, and where the news leave it open",
            FieldGroup.NEWS,
            values=LegalStatus,
            width=14,
        ),
    ] = None
    applies_from: Annotated[
        date | None, About("First day on which it binds; null where not known", FieldGroup.TIMES, width=13, folds=False)
    ] = None
    applies_until: Annotated[
        date | None, About("Last day on which it binds; null where there is none", FieldGroup.TIMES, width=13)
    ] = None
    applies_why: Annotated[
        tuple[str, ...],
        About("How these two days were found, or why none is known, in English sentences", FieldGroup.TIMES, width=34),
    ] = ()


_POINT_SCHEMA: dict[str, Any] = {
    "description": "A point: its words, and where they stand",
    "type": "object",
    "properties": {
        "place": {"type": "string", "description": "Where the point stands, as lawyers cite it"},
        "quote": {"type": "string", "description": "Its words, with single white space"},
        "start": {"type": "integer", "description": "Where they begin in the document's text, in characters"},
        "end": {"type": "integer", "description": "The character after their last one"},
    },
    "required": ["place", "quote", "start", "end"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class NormField:
    """A field as :class:`NormFields` declares it."""

    name: str
    kind: FieldKind
    optional: bool
    about: About

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a closed list, empty where there is none."""
        return tuple(v.value for v in self.about.values) if self.about.values else ()

    @property
    def is_long(self) -> bool:
        """Whether its words usually fill more than one line of a form."""
        return self.kind is FieldKind.PART and self.about.width > 30

    @property
    def json_schema(self) -> dict[str, Any]:
        """Its JSON Schema (draft 2020-12)."""
        described: dict[str, Any] = {"description": self.about.text}
        match self.kind:
            case FieldKind.TEXTS:
                return {**described, "type": "array", "items": {"type": "string"}}
            case FieldKind.POINTS:
                return {**described, "type": "array", "items": _POINT_SCHEMA}
            case FieldKind.LABEL:
                return {**described, "enum": [*self.choices, *([None] if self.optional else [])]}
            case FieldKind.NUMBER:
                name = "integer"
            case FieldKind.FLAG:
                name = "boolean"
            case _:
                name = "string"
        dated = {"format": "date"} if self.kind is FieldKind.DAY else {}
        return {**described, "type": [name, "null"] if self.optional else name, **dated}


def plain_value(value: Any, quote: Callable[[Span], str]) -> Any:
    """A field of a :class:`~dutybook.records.Norm` as a JSON value: words with single white space, days in ISO 8601.

    ``quote`` gives the words of a range.
    """
    match value:
        case Part():
            return " ".join(value.text.split())
        case Span():
            return quote(value)
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case ListPoint():
            return asdict(value)
        case tuple():
            return [plain_value(item, quote) for item in value]
    return value


def fields_to_dict(
    norm: NormFields[Any, Any], *groups: FieldGroup, quote: Callable[[Span], str] | None = None
) -> dict[str, Any]:
    """The fields of some groups of a record or a row as JSON values; ``quote`` as for :func:`plain_value`, for records."""
    return {field.name: plain_value(getattr(norm, field.name), quote or str) for field in fields_in(*groups)}


@cache
def fields_in(*groups: FieldGroup) -> tuple[NormField, ...]:
    """The fields of some groups, group by group."""
    return tuple(field for group in groups for field in NORM_FIELDS if field.about.group is group)


_KINDS: dict[Any, FieldKind] = {
    P: FieldKind.PART,
    R: FieldKind.RANGE,
    str: FieldKind.TEXT,
    date: FieldKind.DAY,
    int: FieldKind.NUMBER,
    bool: FieldKind.FLAG,
    tuple[ListPoint, ...]: FieldKind.POINTS,
}


def _declared() -> tuple[NormField, ...]:
    made = []
    for name, hint in get_type_hints(NormFields, include_extras=True).items():
        inner, about = get_args(hint)
        parts = get_args(inner) if get_origin(inner) in (Union, UnionType) else (inner,)
        plain = next(part for part in parts if part is not type(None))
        kind = FieldKind.LABEL if about.values else _KINDS.get(plain, FieldKind.TEXTS)
        made.append(NormField(name, kind, type(None) in parts, about))
    return tuple(made)


#: All fields in the order of their declaration.
NORM_FIELDS: tuple[NormField, ...] = _declared()
#: The words of a norm: no field of it beside others, for they have a place of their own in records, rows and forms.
QUOTE = "quote"
#: Fields that people may correct.
CORRECTABLE: tuple[str, ...] = (*(field.name for field in NORM_FIELDS if field.about.correctable), QUOTE)
#: What nobody may take away.
REQUIRED: tuple[str, ...] = (*(field.name for field in NORM_FIELDS if field.choices and not field.optional), QUOTE)
#: What a field of a closed list may be.
CLOSED: dict[str, tuple[str, ...]] = {field.name: field.choices for field in NORM_FIELDS if field.choices}
#: The parts of the sentence with a place of their own in the text.
PARTS: tuple[str, ...] = tuple(field.name for field in NORM_FIELDS if field.kind is FieldKind.PART)
