"""Models of languages: what is extracted from texts in each, how well, and what is missing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dutybook.pipeline.capabilities import WHATS
from dutybook.web.api.models.base import Answer, Confidence
from dutybook.web.api.parameters import OneOf


class Ability(Answer):
    """Something that is done in a language, or not."""

    what: Annotated[str, OneOf(WHATS)]
    says: str = Field(description="The same in words for the reader.")
    can: bool
    number: int | None = Field(description="How many cues, rules or words are behind it.")
    of: list[str] = Field(description="For what: genres, states, laws, algorithms; all or nothing if empty.")


class Scored(Answer):
    """Scores in one set of texts; `norms` of its gold are behind them."""

    texts: str = Field(description="`held out`: nobody tuned or trained on them. `open`: used in the making.")
    norms: int
    measures: dict[str, Confidence] = Field(description="F1; for the bearer and its class the share of right ones.")


class Cannot(Answer):
    """Something that is not done."""

    what: str
    of: list[str] = Field(description="Which kinds of it.")
    says: str = Field(description="The same in words for the reader.")


class Language(Answer):
    """One language; `others` stands for all that have no pack."""

    code: str
    name: str = Field(description="In English; empty for `others`.")
    abilities: list[Ability]
    scores: list[Scored] = Field(description="What is to be expected first; empty where nothing was measured.")
    examples: dict[str, int] = Field(description="How many examples specify it, by what they are about.")
    cannot: list[Cannot]


class Languages(Answer):
    """All languages, and the command that makes their scores."""

    languages: list[Language]
    command: str
