"""Which act a document is an expression of: official numbers from what the file says of itself, its title, its first lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dutybook.languages import LanguagePack
from dutybook.languages.eu_acts import (
    CELEX,
    base_of,
    celex_in_name,
    celex_of_eli,
    corrigendum_day,
    eli_of_union,
    is_celex,
    journal,
    journal_number,
    numbered_acts,
)
from dutybook.languages.known_acts import find_act
from dutybook.languages.official_numbers import StateNumber, is_generic, state_numbers, state_of
from dutybook.languages.relations import is_corrigendum
from dutybook.languages.title_words import is_name
from dutybook.records import Family, FurnitureKind, Layout, Scheme, Work, WorkNumber, content_id

# An abbreviation has capitals: "GwG", no "(Scotland)".
_ABBREVIATION = re.compile(r"\((?:[^()]*[–—-]\s*)?([A-ZÄÖÜ][A-Za-zÄÖÜäöü0-9]{0,12}[A-ZÄÖÜ][a-z]{0,3})(?: \d{4})?\)")
_KINDS = {"R": "regulation", "L": "directive", "D": "decision"}
_HEAD, _LINES, _LINE = 600, 15, 400
_GENERIC_TEXT = 400
_OWN = 3
_TITLE, _LEAD = 200, 80


@dataclass(frozen=True, slots=True)
class Identity:
    """A document's work, all official numbers that it gives it, and which kind of version of it the document is.

    ``version_kind``: ``original`` (as published), ``consolidated`` (with later changes), ``corrigendum`` or empty. ``corrects``: the
    work that a corrigendum is about.
    """

    work: Work | None
    numbers: tuple[WorkNumber, ...] = ()
    version_kind: str = ""
    corrects: str | None = None


def identify(
    title: str, family: Family, language: str, layout: Layout, pack: LanguagePack, source: str = ""
) -> Identity:
    """The work, or none for texts that are no act (news).

    EU acts are named by their CELEX number (sector 3, year, type, number, as in ``32016R0679``): what the file says, its ELI, the
    number in its title; a CELEX number in the name ``source`` of the file counts only where the text has none. A corrigendum is a
    work of its own. Acts of states are named by the number that most of its texts have (``official_numbers.toml``), an
    abbreviation, or else the title. Whose law they are the file says, or else what the text cites; the jurisdiction is empty where
    neither does.
    """
    meta = layout.meta
    if corrigendum := _corrigendum(title, language, meta, pack):
        return corrigendum
    if family is Family.NEWS:
        return Identity(None)
    celex = _celex(title, family, layout, pack, source)
    if celex:
        return _of_union(celex, title, meta)
    return _of_state(title, family, language, layout)


def _celex(title: str, family: Family, layout: Layout, pack: LanguagePack, source: str) -> str | None:
    meta = layout.meta
    stated = meta.get("celex", "").strip()
    if is_celex(stated):
        return stated
    if found := celex_of_eli(meta.get("eli", "")):
        return found
    if known := find_act(title):
        return known.id if is_celex(known.id) else None
    if family is Family.EU_ACT and (found := celex_from_title(title, pack) or _from_lines(layout, pack)):
        return found
    name = celex_in_name(source.replace("\\", "/").rpartition("/")[2])
    return name if name and (family is Family.EU_ACT or _speaks_of_itself(layout.text, family, pack)) else None


def celex_from_title(title: str, pack: LanguagePack) -> str | None:
    """The CELEX number that an EU act's own title states, or None. The first number of a title is the act's own."""
    first = next(iter(numbered_acts(title[:_TITLE], pack)), None)
    return first.celex if first else None


def _from_lines(layout: Layout, pack: LanguagePack) -> str | None:
    """The number of an act whose name is one of the first lines, where the file has another title ("Document 1")."""
    kinds = [word for words in pack.structure.act_kinds.values() for word in words]
    for block in layout.blocks[:_LINES]:
        line = " ".join(block.span.of(layout.text)[:_LINE].split())
        first = next(iter(numbered_acts(line, pack)), None)
        lead = line[: first.start].casefold() if first else ""
        # The name begins the line and is no reference to another act: one kind alone stands before the number.
        if first and line[:1].isupper() and first.start <= _LEAD and sum(lead.count(word) for word in kinds) == 1:
            return first.celex
    return None


def _speaks_of_itself(text: str, family: Family, pack: LanguagePack) -> bool:
    """Whether a text that shows no articles (an extract, say) calls itself a regulation or the like, again and again."""
    folded = text.casefold()
    return family is Family.GUIDANCE and sum(folded.count(w) for w in pack.structure.self_reference) >= _OWN


def _of_union(celex: str, title: str, meta: dict[str, str]) -> Identity:
    base = base_of(celex)
    numbers = [WorkNumber(Scheme.CELEX, base)]
    if celex != base:
        numbers.append(WorkNumber(Scheme.CELEX, celex))
    if eli := eli_of_union(meta.get("eli", "")):
        numbers.append(WorkNumber(Scheme.ELI, eli))
    if number := _journal(meta, base):
        numbers.append(WorkNumber(Scheme.OJ, number))
    kind = "consolidated" if celex.startswith("0") or meta.get("version_date") else "original"
    work = Work(base, _KINDS.get(base[5:6], "act"), "EU", base, short_title(title))
    return Identity(work, tuple(dict.fromkeys(numbers)), kind)


def _corrigendum(title: str, language: str, meta: dict[str, str], pack: LanguagePack) -> Identity | None:
    """A corrigendum to an act of the Union: named by the act and the day on which the corrigendum was published."""
    celex, eli = meta.get("celex", "").strip(), meta.get("eli", "")
    found = CELEX.fullmatch(celex)
    part, base = (found["part"], base_of(celex)) if found else (None, None)
    if not (part or corrigendum_day(eli) or is_corrigendum(title, language)):
        return None
    base = base or celex_of_eli(eli) or celex_from_title(title, pack)
    day = corrigendum_day(eli) or meta.get("published", "")[:10]
    suffix = f"R({day})" if day else part
    if base is None or not suffix:
        return None
    work = Work(base + suffix, "corrigendum", "EU", celex or None, _beginning(title))
    numbers = {Scheme.CELEX: part and celex, Scheme.ELI: eli_of_union(eli), Scheme.OJ: _new_journal(meta)}
    return Identity(work, tuple(WorkNumber(scheme, n) for scheme, n in numbers.items() if n), "corrigendum", base)


def _journal(meta: dict[str, str], base: str) -> str | None:
    """The Official Journal in which an act was published."""
    if number := _new_journal(meta):
        return number
    found = re.fullmatch(r"([LC]) (\d{1,4}[A-Z]?)/(\d{1,4})", meta.get("journal", ""))
    if found:
        # Without its day a number stands for one issue each year.
        day = meta.get("published", "")[:10]
        return journal(found[1], found[2], day, found[3]) if day else None
    stated = journal_number(meta.get("published_by", ""))
    if stated and ("p. " in stated or stated.endswith(f"{base[1:5]}/{int(base[6:])}")):
        return stated
    # "OJ L, 12.7.2024 … ELI: …": since October 2023 the act's own number is the journal's.
    modern = meta.get("published", "") >= "2023-10-01" and eli_of_union(meta.get("eli", "")) is not None
    return f"OJ L, {base[1:5]}/{int(base[6:])}" if modern and base.startswith("3") else None


def _new_journal(meta: dict[str, str]) -> str | None:
    found = re.fullmatch(r"(20\d\d)/(\d{1,5})", meta.get("journal", ""))
    return f"OJ L, {found[1]}/{found[2]}" if found else None


def _of_state(title: str, family: Family, language: str, layout: Layout) -> Identity:
    meta, text = layout.meta, layout.text
    jurisdiction = _jurisdiction(family, language, layout)
    numbers = () if jurisdiction == "EU" else _state_numbers(title, layout, jurisdiction, language)
    if numbers and not jurisdiction:
        jurisdiction = numbers[0].state
    stored = tuple(dict.fromkeys(WorkNumber(Scheme.NATIONAL, n.number) for n in numbers))
    if eli := meta.get("eli", ""):
        stored = (*stored, WorkNumber(Scheme.ELI, eli))
    abbreviation = _abbreviation(title, family, meta)
    named = _naming_number(numbers, abbreviation)
    short = short_title(named.number if named and is_generic(title) else title)
    form = "statute" if family is Family.STATUTE else family.value
    if named is not None:
        slug = re.sub(r"[^\w]+", "-", named.number.casefold()).strip("-")
        work = Work(f"{named.state.lower()}:{slug}", form, jurisdiction, named.number, short)
    elif abbreviation:
        stored = (*stored, WorkNumber(Scheme.NATIONAL, abbreviation))
        state = jurisdiction.lower() if jurisdiction not in ("", "EU") else language
        work = Work(f"{state}:{abbreviation.casefold()}", form, jurisdiction, abbreviation, short)
    elif title:
        # A title that many have names nothing: only the same beginning is the same text.
        parts = (title.casefold(), text[:_GENERIC_TEXT]) if is_generic(title) else (title.casefold(),)
        work = Work(content_id(*parts), form, jurisdiction, None, short)
    else:
        return Identity(None)
    return Identity(work, stored, _version_kind(meta))


def _jurisdiction(family: Family, language: str, layout: Layout) -> str:
    """Whose law an act is: what the file says, or else what its text cites."""
    own = "EU" if family is Family.EU_ACT else state_of(layout.text, language)
    return layout.meta.get("jurisdiction") or own or ""


def _version_kind(meta: dict[str, str]) -> str:
    if meta.get("consolidated"):
        return "consolidated"
    return "original" if meta.get("gazette") else ""


def _naming_number(numbers: tuple[StateNumber, ...], abbreviation: str | None) -> StateNumber | None:
    """The number that names the work: one of the first rank, or of the second where there is no abbreviation."""
    ranks = ("first",) if abbreviation is not None else ("first", "second")
    return next((number for rank in ranks for number in numbers if number.rank == rank), None)


def _abbreviation(title: str, family: Family, meta: dict[str, str]) -> str | None:
    if meta.get("abbreviation"):
        return meta["abbreviation"]
    found = _ABBREVIATION.search(title) if family is Family.STATUTE else None
    return found[1] if found else None


def _state_numbers(title: str, layout: Layout, state: str, language: str) -> tuple[StateNumber, ...]:
    meta, text = layout.meta, layout.text
    pieces = [piece for piece in layout.furniture if piece.kind is not FurnitureKind.BOILERPLATE]
    headers = list(dict.fromkeys(piece.text for piece in pieces[:12]))
    lines = [" ".join(b.span.of(text)[:_LINE].split()) for b in layout.blocks[:_LINES]]
    addresses = [meta[key] for key in ("eli", "address") if meta.get(key)]
    return state_numbers(
        {
            "title": [title],
            "line": lines,
            "head": ["\n".join([*headers, text[:_HEAD]])],
            "header": headers,
            "eli": addresses,
            "file": [meta["number"]] if meta.get("number") else [],
        },
        state,
        language,
    )


def short_title(title: str) -> str:
    """The name in the last brackets of a title ("… (General Data Protection Regulation)"), else its beginning."""
    brackets: list[str] = re.findall(r"\(([^()]{4,80})\)", title)
    named = [bracket for bracket in brackets if is_name(bracket)]
    if named:
        return named[-1].strip()
    return _beginning(title)


def _beginning(title: str) -> str:
    return title if len(title) <= 120 else title[:117].rsplit(" ", 1)[0] + "…"
