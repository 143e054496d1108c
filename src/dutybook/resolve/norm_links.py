"""Ties norms to what the document says elsewhere: the defined terms that they use, and one name for their bearers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from dutybook.document_view import DocumentView
from dutybook.languages import LanguagePack
from dutybook.languages.artefacts import artefact, report_damage
from dutybook.languages.pack import stems
from dutybook.languages.patterns import alternatives
from dutybook.records import Definition, Norm, small
from dutybook.records.norm_fields import ROLES_APART

#: Terms of more words than this are descriptions, not terms.
_LONGEST = 8
#: Definitions a norm is linked to at most.
_MOST = 12


class Terms:
    """The defined terms of one document in one language, to be found in its sentences."""

    def __init__(self, definitions: Iterable[Definition], pack: LanguagePack) -> None:
        self.pack = pack
        self._by_first: dict[str, list[tuple[tuple[str, ...], Definition]]] = {}
        for definition in definitions:
            words = stems(definition.term.text, pack)
            if 0 < len(words) <= _LONGEST:
                self._by_first.setdefault(words[0], []).append((words, definition))
        for known in self._by_first.values():
            known.sort(key=lambda row: (-len(row[0]), row[1].span.start))

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def find(self, words: str) -> Iterator[tuple[Definition, int]]:
        """The defined terms in ``words``, longest first where they overlap, in order, each with its first word's number."""
        found = stems(words, self.pack)
        at = 0
        while at < len(found):
            known = self._by_first.get(found[at], ())
            hit = next((row for row in known if found[at : at + len(row[0])] == row[0]), None)
            if hit is None:
                at += 1
                continue
            yield hit[1], at
            at += len(hit[0])


def link_terms(view: DocumentView, norms: Sequence[Norm], definitions: Sequence[Definition]) -> tuple[Norm, ...]:
    """The norms, each with the definitions that its words (its stem's included) use, in order, each once.

    The bearer's definition is the first term in it that is defined as somebody who acts.
    """
    known: dict[str, Terms] = {}
    made: list[Norm] = []
    for norm in norms:
        terms = known.get(norm.language)
        if terms is None:
            mine = [d for d in definitions if d.language == norm.language]
            terms = known[norm.language] = Terms(mine, view.pack_for(norm.language))
        if not terms:
            made.append(norm)
            continue
        bearer = None
        if norm.bearer is not None:
            bearer = next((d.id for d, _ in terms.find(norm.bearer.text) if d.actor is not None), None)
        used = dict.fromkeys([bearer] if bearer else [])
        for span in filter(None, (norm.span, norm.stem)):
            used.update(dict.fromkeys(d.id for d, _ in terms.find(span.of(view.text))))
        made.append(replace(norm, definitions=tuple(used)[:_MOST], bearer_definition=bearer))
    return tuple(made)


_ENGLISH = "en"


@cache
def learned() -> dict[str, dict[str, dict[str, str]]]:
    """The names of ``models/roles``: ``acts`` is work to a definition's number to role, ``terms`` language to term to role.

    They were learned from definition lists of EU acts, whose language versions share their numbers.

    Raises:
        Defect: the file is damaged.
    """
    file = artefact("roles") / "roles.json"
    with report_damage(file.name):
        made = json.loads(file.read_text(encoding="utf-8"))
        return {"acts": made["acts"], "terms": made["terms"]}


@cache
def lexicon(pack: LanguagePack) -> dict[tuple[str, ...], str]:
    """The terms of a language, as stems, to roles."""
    return {stems(term, pack): role for term, role in learned()["terms"].get(pack.code, {}).items()}


def name_roles(view: DocumentView, norms: Sequence[Norm], definitions: Sequence[Definition]) -> tuple[Norm, ...]:
    """The norms, each with the role of its bearer, or None where no English name for it is known.

    The act's own English definition comes first, then the numbered definition of a known act, then the lexicon. A bearer that
    names several actors ("providers and deployers") has the role of each, parted by :data:`ROLES_APART`.
    """
    known = {d.id: d for d in definitions}
    numbered = learned()["acts"].get(view.work or "", {})
    names: dict[tuple[str | None, str, str], str | None] = {}
    terms: dict[str, dict[tuple[str, ...], str]] = {}
    made: list[Norm] = []
    for norm in norms:
        if norm.bearer is None:
            made.append(norm)
            continue
        words = (norm.bearer_definition, norm.bearer.text, norm.language)
        if words not in names:
            pack = view.pack_for(norm.language)
            if norm.language not in terms:
                terms[norm.language] = lexicon(pack) | _defined_roles(definitions, numbered, pack)
            several = joined_roles(norm.bearer.text, terms[norm.language], pack)
            alone = _role(norm.bearer.text, known.get(norm.bearer_definition or ""), numbered, pack)
            names[words] = ROLES_APART.join(several) if len(several) > 1 else alone
        role = names[words]
        made.append(replace(norm, role=role) if role else norm)
    return tuple(made)


def _defined_roles(
    definitions: Iterable[Definition], numbered: dict[str, str], pack: LanguagePack
) -> dict[tuple[str, ...], str]:
    """The terms that an act defines as somebody who acts, as stems, to their English names where these are known."""
    made: dict[tuple[str, ...], str] = {}
    for definition in definitions:
        if definition.actor is None or definition.language != pack.code:
            continue
        role = small(definition.term.text) if pack.code == _ENGLISH else numbered.get(definition.number)
        if role:
            made.setdefault(stems(definition.term.text, pack), role)
    return made


#: Words that may stand before the term in one of several bearers: "the", "its".
_BEFORE = 1


def joined_roles(bearer: str, terms: dict[tuple[str, ...], str], pack: LanguagePack) -> list[str]:
    """The roles of a bearer that joins several: of each part between commas and words such as "and" the one that it begins with."""
    parts = _joiner(pack).split(bearer)
    return (
        list(dict.fromkeys(role for part in parts if (role := _leading(stems(part, pack), terms))))
        if len(parts) > 1
        else []
    )


@cache
def _joiner(pack: LanguagePack) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:,|;|(?<!\w)(?:{alternatives(pack.citations.joiners)})(?!\w))\s*", re.IGNORECASE)


def _leading(words: tuple[str, ...], terms: dict[tuple[str, ...], str]) -> str | None:
    """The role of the longest term with which words begin, after an article or an adjective."""
    for start in range(min(_BEFORE + 1, len(words))):
        for end in range(len(words), start, -1):
            if (role := terms.get(words[start:end])) is not None:
                return role
    return None


def _role(bearer: str, definition: Definition | None, numbered: dict[str, str], pack: LanguagePack) -> str | None:
    if definition is not None and definition.language == _ENGLISH:
        return small(definition.term.text)
    if definition is not None and (role := numbered.get(definition.number)):
        return role
    return _longest(bearer, pack)


def _longest(bearer: str, pack: LanguagePack) -> str | None:
    """The role of the longest term of the lexicon in a bearer's words, the first of equally long ones."""
    words, known = stems(bearer, pack), lexicon(pack)
    best: tuple[int, str] | None = None
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            role = known.get(words[start:end])
            if role is not None and (best is None or end - start > best[0]):
                best = (end - start, role)
                break
    return best[1] if best else None
