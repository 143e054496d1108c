"""Acts that are cited by a name: "DORA" is Regulation (EU) 2022/2554. They are listed in ``acts/*.toml``, one file
for each jurisdiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Annotated

from pydantic import Field

from dutybook.errors import Defect
from dutybook.languages.data import Section, load_data, load_folder
from dutybook.languages.letters import fold

#: Names are told apart by so many first characters before any is looked for.
_BEGINNING = 4
_WORD_STARTS = re.compile(r"(?<![\w/‐‑-])\w")
_UNION = re.compile("EU[-‐‑]")
Name = Annotated[str, Field(min_length=2, max_length=160, pattern=r"^\S(?:.*\S)?$")]


class KnownAct(Section):
    """An act with the names by which it is cited.

    ``id`` is the CELEX number for EU acts, else ``<jurisdiction>:<abbreviation>``. ``abbreviations`` are matched as
    whole words with their case ("MAR" is no "mar"). ``ambiguous`` ones also mean other things (a credit rating agency
    is a "CRA"): they count only after a provision or where the act is named otherwise too. ``names`` are by
    language, with any case of their first letter; ``~`` stands for any inflected ending. Any hyphen may stand for a hyphen,
    and before a name of an act of the Union "EU-".
    """

    id: str = Field(pattern=r"^(?:3\d{4}[A-Z]\d{4}|12016[EMP]|[a-z]{2}:[\wäöüß-]+)$")
    title: str
    kind: str
    jurisdiction: str
    number: str | None = None
    abbreviations: tuple[Name, ...] = ()
    ambiguous: tuple[Name, ...] = ()
    names: dict[str, tuple[Name, ...]] = Field(default_factory=dict)

    def abbreviation(self, language: str) -> str:
        """The abbreviation that readers of a language use: the first whose letters stand in the act's name there in this order.

        Empty if the act has none; the first of all where no name tells.
        """
        for short in self.abbreviations:
            if any(_abbreviates(short, name) for name in self.names.get(language, ())):
                return short
        return next(iter(self.abbreviations), "")

    def all_names(self) -> tuple[str, ...]:
        """Every name and abbreviation, as written in the file."""
        return (*self.abbreviations, *self.ambiguous, *(name for names in self.names.values() for name in names))


def _abbreviates(short: str, name: str) -> bool:
    letters = iter(fold(name))
    return all(letter in letters for letter in fold(short) if letter.isalpha())


class _File(Section):
    acts: tuple[KnownAct, ...]


@cache
def known_acts() -> tuple[KnownAct, ...]:
    """All acts with a name, sorted by id.

    Raises:
        Defect: a file does not fit the schema, lists an act twice, or gives one name to two acts.
    """
    return _checked([act for _, file in load_folder("acts", _File) for act in file.acts])


def _checked(acts: list[KnownAct]) -> tuple[KnownAct, ...]:
    ids: set[str] = set()
    owners: dict[str, str] = {}
    for act in acts:
        if act.id in ids:
            raise Defect(f"the act {act.id} is listed twice")
        ids.add(act.id)
        for name in act.all_names():
            if owners.setdefault(_key(name), act.id) != act.id:
                raise Defect(f"{name!r} stands for two acts: {owners[_key(name)]} and {act.id}")
    return tuple(sorted(acts, key=lambda act: act.id))


def find_act(name: str, language: str | None = None) -> KnownAct | None:
    """The act with a name or abbreviation. With ``language``, names in other languages do not count.

    >>> find_act("DORA").id
    '32022R2554'
    >>> find_act("Dora") is None
    True
    """
    found = next(_named_at(name, 0, language, whole=True), None)
    return found[1] if found else None


def is_ambiguous(name: str, act: KnownAct) -> bool:
    """Whether ``name`` stands for ``act`` only if something else confirms it."""
    return name in act.ambiguous


def find_known_acts(text: str, language: str | None) -> Iterator[tuple[re.Match[str], KnownAct]]:
    """Names of known acts in a text, from left to right, none inside another, each with its act.

    Args:
        text: the words.
        language: names in other languages do not count; None counts those of all.
    """
    end = 0
    for start in _WORD_STARTS.finditer(text):
        if start.start() < end:
            continue
        if found := next(_named_at(text, start.start(), language), None):
            yield found
            end = found[0].end()


def _named_at(
    text: str, at: int, language: str | None, *, whole: bool = False
) -> Iterator[tuple[re.Match[str], KnownAct]]:
    """The names of acts that begin at a place, of longer beginnings first; with ``whole``, those that end with the text."""
    # Some names have the Union in them: "EU-Kosmetikverordnung".
    begins = (union.end(), at) if (union := _UNION.match(text, at)) else (at,)
    forms = _forms_by_beginning(language)
    for begin, length in product(begins, range(_BEGINNING, 0, -1)):
        beginning = text[begin : begin + length]
        if beginning not in forms:
            continue
        pattern, acts = _pattern_of(beginning, language)
        found = pattern.fullmatch(text, at) if whole else pattern.match(text, at)
        if found and found.lastgroup:
            yield found, acts[int(found.lastgroup[1:])]


@cache
def _pattern_of(beginning: str, language: str | None) -> tuple[re.Pattern[str], tuple[KnownAct, ...]]:
    """What finds the names with a beginning, and their acts by the number of the group.

    Compiled when a text has the beginning: the names of all languages together take a second of a process's start.
    """
    forms = _forms_by_beginning(language)[beginning]
    sources = (f"(?P<a{number}>{source})(?!\\w|{_SUCCESSOR})" for number, (source, _) in enumerate(forms))
    return re.compile(rf"(?:EU[-‐‑])?(?:{'|'.join(sources)})"), tuple(act for _, act in forms)


@cache
def _forms_by_beginning(language: str | None) -> dict[str, list[tuple[str, KnownAct]]]:
    """The forms of all names as regular expressions, by their first characters, the longest first."""
    forms: list[tuple[str, str, KnownAct]] = []
    for act in known_acts():
        forms += [(name, _short_source(name), act) for name in (*act.abbreviations, *act.ambiguous)]
        for code, names in act.names.items():
            if language in (None, code):
                for name in names:
                    both = {name[0].lower() + name[1:], name[0].upper() + name[1:]}
                    forms += [(form, _name_source(form), act) for form in sorted(both)]
                    if act.jurisdiction == "EU" and "-" not in name and " " not in name:
                        forms += [(form, _name_source(form), act) for form in _apart(name)]
    found: dict[str, list[tuple[str, KnownAct]]] = {}
    for name, source, act in sorted(forms, key=lambda form: (-len(form[1]), form[1])):
        letters = re.match(r"\w*", name[:_BEGINNING])
        found.setdefault(letters[0] if letters and letters[0] else name[:1], []).append((source, act))
    return found


class _Topics(Section):
    """``act_topics.toml``, whose top describes its fields."""

    act_endings: str
    forms: dict[str, dict[str, str]]
    topics: dict[str, dict[str, str]]


@cache
def _topics() -> _Topics:
    return load_data("act_topics.toml", _Topics)


def act_endings() -> str:
    """What other languages hang on the English "Act", as a regular expression: "Data Actin", "Data Actu"."""
    return _topics().act_endings


def find_topics(line: str, language: str) -> Iterator[tuple[int, int, KnownAct]]:
    """Acts of the Union that a line calls by their kind and topic, each with its range: "Rozporządzenie w sprawie AI".

    Args:
        line: the words.
        language: of the line.
    """
    for match in _topic_pattern(language).finditer(line):
        if match.lastgroup:
            yield match.start(), match.end(), _by_id()[match.lastgroup.split("_")[1]]


@cache
def _by_id() -> dict[str, KnownAct]:
    return {act.id: act for act in known_acts()}


@cache
def _topic_pattern(language: str) -> re.Pattern[str]:
    """The forms of a language with the topics of their kind of act; what follows is no part of a longer name or number."""
    data = _topics()
    sources = []
    for kind, form in data.forms.get(language, {}).items():
        topics = {act: topic[language] for act, topic in data.topics.items() if act[5] == kind and language in topic}
        pieces = form.split("@")
        source = pieces[0]
        for place, piece in enumerate(pieces[1:]):
            named = (f"(?P<act_{act}_{kind}{place}>{_topic_source(topic)})(?!\\w)" for act, topic in topics.items())
            inside = (f"(?P<act_{act}_{kind}{place}>{_topic_source(topic)})" for act, topic in topics.items())
            source += f"(?:{'|'.join(inside if piece and piece[0] != '|' else named)})" + piece
        sources.append(source)
    whole = (
        re.sub("~", r"[^\\W\\d_]{0,5}", "|".join(sources))
        .replace("'", "['’]")
        .replace(" ?", r"\s*")
        .replace(" ", r"\s+")
    )
    return re.compile(
        rf"(?<![\w/‐‑-])(?:EU[-‐‑])?(?:{whole})(?!\w|[-‐‑]\w)" if sources else "(?!)",
        re.IGNORECASE,
    )


def _topic_source(topic: str) -> str:
    """A topic, of which abbreviations keep their capitals: "MI" is no "mi"."""
    return re.sub(r"(?<![\w\\])[A-ZΑ-Ω]{2,4}(?!\w)", r"(?-i:\g<0>)", topic)


#: "AIFMD II" is another act than the AIFMD; where it is listed, its own name is tried first.
_SUCCESSOR = r"[\s-](?:II|III|IV)\b"


def _key(name: str) -> str:
    plain = " ".join(name.replace("’", "'").split()).replace("~", "")
    return plain[:1].casefold() + plain[1:]


def _apart(name: str) -> tuple[str, ...]:
    """How a compound is also written: "Verbraucherrechte-Richtlinie"."""
    found = re.fullmatch(r"(\w{4,}?)s?(richtlinie|verordnung|richtlijn|verordening)", name)
    if found is None:
        return ()
    whole = name[: -len(found[2])]
    return (f"{whole}-{found[2].capitalize()}", f"{whole}-{found[2]}")


def _short_source(name: str) -> str:
    """An abbreviation: "NIS 2" is also written "NIS2" and "NIS-2"."""
    gap = r"[\s‐‑-]?" if name[-1:].isdigit() else r"\s+"
    if name.endswith(" Act"):
        return _english_source(name)
    return _hyphens(re.escape(name)).replace(r"\ ", gap)


def _english_source(name: str) -> str:
    """An English name as all languages write it: "Data Act", "Data-Act", "Data Actu"."""
    before = _hyphens(re.escape(name.removesuffix(" Act"))).replace(r"\ ", r"(?:\s+|[‐‑-])")
    return rf"{before}(?:(?:\s+|[‐‑-])Act|[‐‑-]act)(?:{act_endings()})?"


def _name_source(name: str) -> str:
    if name.endswith(" Act"):
        return _english_source(name)
    # "Reglamento general de protección de datos" is also written with capitals, or without the ones it is listed with.
    words = (_any_case(word) if place else re.escape(word) for place, word in enumerate(name.split(" ")))
    source = _hyphens(r"\s+".join(words)).replace("'", "['’]")
    for letter, old in (("ț", "ţ"), ("ș", "ş")):
        source = source.replace(letter, f"[{letter}{old}]")
    return re.sub(r"\\?~", r"[^\\W\\d_]{0,4}", source)


def _any_case(word: str) -> str:
    """A word of a name whose first letter may be small or a capital; abbreviations keep theirs."""
    first = word[:1]
    if not first.isalpha() or word[1:2].isupper() or len(word) < 2:
        return re.escape(word)
    return f"[{first.lower()}{first.upper()}]" + re.escape(word[1:])


def _hyphens(source: str) -> str:
    return source.replace(r"\-", "[-‐‑]")
