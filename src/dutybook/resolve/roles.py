"""One name for a bearer in every language: what the English text of the act calls it.

The names were learned from definition lists of EU acts, whose language versions share their numbers (``models/roles``):
a table of numbered definitions for the acts that were read, and a lexicon of terms for all others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from dutybook.document_view import DocumentView
from dutybook.errors import Defect
from dutybook.languages import LanguagePack
from dutybook.languages.artefacts import artefact
from dutybook.languages.stems import stems
from dutybook.records import Definition, Norm, small

_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Roles:
    """``acts``: work to a definition's number to role. ``terms``: language to term to role."""

    acts: dict[str, dict[str, str]]
    terms: dict[str, dict[str, str]]

    def lexicon(self, pack: LanguagePack) -> dict[tuple[str, ...], str]:
        """The terms of a language, as stems, to roles."""
        return {stems(term, pack): role for term, role in self.terms.get(pack.code, {}).items()}


@cache
def learned() -> Roles:
    """The table and the lexicon of ``models/roles``.

    Raises:
        Defect: the file is damaged.
    """
    file = artefact("roles") / "roles.json"
    try:
        made = json.loads(file.read_text(encoding="utf-8"))
        return Roles(made["acts"], made["terms"])
    except (OSError, ValueError, KeyError) as error:
        raise Defect(f"{file.name} is damaged ({error}): install Dutybook again") from error


@cache
def _lexicon(pack: LanguagePack) -> dict[tuple[str, ...], str]:
    return learned().lexicon(pack)


def name_roles(view: DocumentView, norms: Sequence[Norm], definitions: Sequence[Definition]) -> tuple[Norm, ...]:
    """The norms, each with the role of its bearer, or None where no English name for it is known.

    The act's own English definition comes first, then the numbered definition of a known act, then the lexicon.
    """
    known = {d.id: d for d in definitions}
    numbered = learned().acts.get(view.work or "", {})
    names: dict[tuple[str | None, str, str], str | None] = {}
    made: list[Norm] = []
    for norm in norms:
        if norm.bearer is None:
            made.append(norm)
            continue
        words = (norm.bearer_definition, norm.bearer.text, norm.language)
        if words not in names:
            definition = known.get(norm.bearer_definition or "")
            names[words] = _role(norm.bearer.text, definition, numbered, view.pack_for(norm.language))
        role = names[words]
        made.append(replace(norm, role=role) if role else norm)
    return tuple(made)


def _role(bearer: str, definition: Definition | None, numbered: dict[str, str], pack: LanguagePack) -> str | None:
    if definition is not None and definition.language == _ENGLISH:
        return small(definition.term.text)
    if definition is not None and (role := numbered.get(definition.number)):
        return role
    return _longest(bearer, pack)


def _longest(bearer: str, pack: LanguagePack) -> str | None:
    """The role of the longest term of the lexicon in a bearer's words, the first of equally long ones."""
    words, lexicon = stems(bearer, pack), _lexicon(pack)
    best: tuple[int, str] | None = None
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            role = lexicon.get(words[start:end])
            if role is not None and (best is None or end - start > best[0]):
                best = (end - start, role)
                break
    return best[1] if best else None


__all__ = ["Roles", "learned", "name_roles"]
