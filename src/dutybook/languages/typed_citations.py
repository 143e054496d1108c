"""Parses citations and names of acts that people type into a search box, in any language: ``Art 26(5) AI Act``, ``§
30 BSIG``.

It loads no language packs, since it has to be quick. Texts of documents are parsed with the packs of their
language instead.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from dutybook.languages.letters import fold

_LONGEST = 400
_MOST_WORDS = 14
_CELEX = re.compile(r"(?<!\w)(?:celex[: ]*)?([0-9]\d{4}[a-z]{1,2}\d{4})(?:-\d{8})?(?!\w)", re.IGNORECASE)
_SLASHED = re.compile(r"(?<![\w/])(\d{1,4})/(\d{1,4})(?:/(?:e[cegufo]|ce|ewg|eec|eu|ue|we|es))?(?![\w/])")
_NUMBER = r"\d{1,4}(?: ?(?:bis|ter|quater)(?!\w)|[a-z](?!\w))?"
_BRACKET = re.compile(r"\s?\(\s?(\d{1,3}[a-z]?|[a-z]{1,4})\s?\)")
_DOTTED = re.compile(r"\.(\d{1,2}|[a-z](?=\)))\)?(?!\w|\.\d)")
_BEFORE_NUMBER = re.compile(
    r"(?:\((?:eu|ue|eg|ec|ce|ewg|cee|eec|we|es|ek|ef|ey|eu|εε)(?:[,;] ?\w+)?\)\s*)?(?:(?:no|nr|n)[.o°º]*\s*)?$"
)


@dataclass(frozen=True, slots=True)
class TypedCitation:
    """A parsed citation.

    Attributes:
        works: ids of acts; several if a number may mean one of them.
        head, parts: the place: ``("Art", "26"), (("Abs.", "5"),)`` is ``Art 26(5)`` or, for a section, ``§ 30 Abs. 5``.
        rest: all other words.
        without_place: all words but the place, which may name an act that is not known here.
    """

    works: tuple[str, ...]
    head: tuple[str, str] | None
    parts: tuple[tuple[str, str], ...]
    rest: str
    without_place: str

    @property
    def places(self) -> tuple[str, ...]:
        """The place in the forms that the register may have; empty without one."""
        if self.head is None:
            return ()
        kind, number = self.head
        parts = [(label, value) for label, value in self.parts if label != "Satz"]
        plain = f"{kind} {number}" + "".join(f"({value})" for _, value in parts)
        if kind != "§" or not parts:
            return (plain,)
        labels = [label or ("Abs.", "Nr.", "Buchst.")[min(at, 2)] for at, (label, _) in enumerate(parts)]
        return (
            plain,
            f"{kind} {number} " + " ".join(f"{a} {value}" for a, (_, value) in zip(labels, parts, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class _Words:
    head: re.Pattern[str]
    head_last: re.Pattern[str]
    part: re.Pattern[str]
    kind: re.Pattern[str]
    labels: tuple[str, ...]


def parse_typed_citation(text: str) -> TypedCitation | None:
    """The citation or act that a line names; None if it names neither. Never fails.

    >>> parse_typed_citation("Art 26(5) AI Act").places, parse_typed_citation("Art 26(5) AI Act").works
    (('Art 26(5)',), ('32024R1689',))
    >>> parse_typed_citation("serious incident") is None
    True
    """
    if not text.strip() or len(text) > _LONGEST:
        return None
    line = _aligned(text)
    taken: list[tuple[int, int]] = []
    works = _numbered(line, taken) or _named(text, line, taken)
    acts = len(taken)
    head, parts = _place(line, taken)
    if not works and head is None:
        return None
    return TypedCitation(works, head, parts, _without(text, taken), _without(text, taken[acts:]))


def _without(text: str, taken: list[tuple[int, int]]) -> str:
    rest = list(text)
    for start, end in taken:
        rest[start:end] = " " * (end - start)
    return " ".join("".join(rest).strip(" ,;:.").split())


def _aligned(text: str) -> str:
    """The text folded letter by letter, so that positions stay the same."""
    return "".join(fold(letter)[:1] or " " for letter in text)


def _numbered(line: str, taken: list[tuple[int, int]]) -> tuple[str, ...]:
    """EU acts by CELEX number or by number and, if it is typed, kind."""
    celex = _CELEX.search(line)
    if celex:
        taken.append(celex.span())
        number = celex[1].upper()
        return ("3" + number[1:] if number[0] == "0" else number,)
    slashed = _SLASHED.search(line)
    if not slashed:
        return ()
    before = _BEFORE_NUMBER.search(line, 0, slashed.start())
    start = before.start() if before else slashed.start()
    kind = next((m for m in _words().kind.finditer(line, 0, start) if not line[m.end() : start].strip(" .")), None)
    letters = (kind.lastgroup or "",) if kind else ("R", "L", "D")
    taken.append((kind.start() if kind else start, slashed.end()))
    first, second = int(slashed[1]), int(slashed[2])
    pairs = dict.fromkeys(((first, second), (second, first)))
    years = [(year + 1900 if 50 <= year <= 99 else year, number) for year, number in pairs]
    return tuple(f"3{y}{letter}{n:04}" for y, n in years if 1952 <= y <= 2099 and n > 0 for letter in letters)


def _named(text: str, line: str, taken: list[tuple[int, int]]) -> tuple[str, ...]:
    """A known act, by the longest name or abbreviation in the line."""
    words = [(m.start(), m.end()) for m in re.finditer(r"[^\W_]+", line)][:_MOST_WORDS]
    names, shorts = _names()
    for length in range(min(len(words), 10), 0, -1):
        for at in range(len(words) - length + 1):
            start, end = words[at][0], words[at + length - 1][1]
            key = _key(text[start:end])
            act = names.get(key)
            # A short abbreviation counts as it is written; alone in the box, in any case.
            if act is None and (whole := shorts.get(key)):
                written = text[start:end]
                act = (
                    whole[1] if written == whole[0] or written.isupper() or len(words) == 1 or _numbers(line) else None
                )
            if act is not None:
                taken.append((start, end))
                return (act,)
    return ()


def _numbers(line: str) -> bool:
    return bool(_words().head.search(line))


def _key(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


@cache
def _names() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Names of acts by their folded words, and abbreviations with their spelling. Inflected endings are left open."""
    names: dict[str, str] = {}
    shorts: dict[str, tuple[str, str]] = {}
    # As data: `known_acts` checks these files, and costs a quarter of a second to import.
    files = sorted(
        f.name for f in (resources.files("dutybook.languages") / "acts").iterdir() if f.name.endswith(".toml")
    )
    for act in (act for file in files for act in _read(f"acts/{file}")["acts"]):
        for short in (*act.get("abbreviations", ()), *act.get("ambiguous", ())):
            shorts[_key(short)] = (short, act["id"])
            shorts.setdefault(_key(short).replace(" ", ""), (short, act["id"]))
        names[_key(act["title"])] = act["id"]
        for forms in act.get("names", {}).values():
            for name in forms:
                for ending in ("", "e", "s", "es", "en", "n") if "~" in name else ("",):
                    names[_key(name.replace("~", ending))] = act["id"]
    return names, shorts


def _place(line: str, taken: list[tuple[int, int]]) -> tuple[tuple[str, str] | None, tuple[tuple[str, str], ...]]:
    words = _words()
    for pattern in (words.head, words.head_last):
        for match in pattern.finditer(line):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            found = match.groupdict()
            kind = "Art" if found.get("article") else "§" if found.get("section") else "Annex"
            number = (
                found["annexed"].upper()
                if found.get("annexed")
                else re.sub(r"\s", "", found["number"] or found["numbered"])
            )
            parts, end = _parts(line, match.end())
            taken.append((match.start(), end))
            return (kind, number), tuple(parts)
    return None, ()


def _parts(line: str, at: int) -> tuple[list[tuple[str, str]], int]:
    words = _words()
    parts: list[tuple[str, str]] = []
    while len(parts) < 5:
        bracket = _BRACKET.match(line, at) or _DOTTED.match(line, at)
        if bracket:
            parts.append(("", bracket[1]))
            at = bracket.end()
            continue
        part = words.part.match(line, at)
        if part is None:
            break
        label = next(
            words.labels[int(name[1:])] for name, value in part.groupdict().items() if name[0] == "l" and value
        )
        parts.append((label, part["value"]))
        at = part.end()
    return parts, at


@cache
def function_words() -> frozenset[str]:
    """Articles, prepositions and the like of all languages, folded."""
    return frozenset(_data()["function"]["words"])


def _read(name: str) -> Any:
    return tomllib.loads((resources.files("dutybook.languages") / name).read_text(encoding="utf-8"))


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    made: dict[str, dict[str, list[str]]] = _read("typed_citations.toml")
    return made


def _forms(words: list[str]) -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(fold(word)).replace(r"\*", r"\w*") for word in ordered)


@cache
def _words() -> _Words:
    data: dict[str, dict[str, list[str]]] = _data()
    article, section, annex = (_forms(list(data[name])) for name in ("article", "section", "annex"))
    labels = tuple(data["parts"])
    parts = "|".join(rf"(?P<l{at}>(?:{_forms(data['parts'][label])})(?!\w))" for at, label in enumerate(labels))
    kinds = "|".join(rf"(?P<{letter}>{_forms(words)})" for letter, words in data["kinds"].items())
    roman = r"(?P<annexed>[ivxl]{1,6}|\d{1,2}|[a-h])"
    return _Words(
        re.compile(
            rf"(?<!\w)(?:(?:(?P<article>(?:{article})(?![^\W\d]))\.?\s*(?P<number>{_NUMBER})"
            rf"|(?P<section>{section})(?![^\W\d])\.?\s*(?P<numbered>\d{{1,4}}(?:\.\d{{1,3}})?[a-z]?))(?!\w|/)"
            rf"|(?P<annex>{annex})(?!\w)\.?\s*{roman}(?!\w))"
        ),
        re.compile(
            r"(?<![\w/.])(?P<number>\d{1,4}[a-z]?)\.?\s+(?P<article>straipsn\w*|pant\w*|cikk\w*|artikla\w*|artikkel\w*|член\w*)(?!\w)"
        ),
        re.compile(rf",?\s*(?:{parts})\.?\s*\(?(?P<value>\d{{1,3}}[a-z]?|[a-z]{{1,2}})\)?(?!\w|[/.]\d)"),
        re.compile(rf"(?<!\w)(?:{kinds})(?!\w)"),
        labels,
    )
