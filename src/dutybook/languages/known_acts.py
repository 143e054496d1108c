"""Acts that go by a name: "DORA" is Regulation (EU) 2022/2554. Read from ``acts/*.toml``, one file a jurisdiction."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from pydantic import Field, ValidationError

from dutybook.errors import Defect
from dutybook.languages.sections.base import Section


class KnownAct(Section):
    """An act with the names by which it is cited.

    ``id`` is the CELEX number for EU acts, else ``<jurisdiction>:<abbreviation>``. ``abbreviations`` are matched as
    whole words with their case ("MAR" is no "mar"). ``ambiguous`` ones also mean other things (a credit rating agency
    is a "CRA"): they count only after a provision or where the act is named otherwise too. ``names`` are by
    language, with any case of their first letter; ``~`` stands for any inflected ending.
    """

    id: str
    title: str
    kind: str
    jurisdiction: str
    number: str | None = None
    abbreviations: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class _File(Section):
    acts: tuple[KnownAct, ...]


@cache
def known_acts() -> tuple[KnownAct, ...]:
    """All acts that are known by a name, sorted by id.

    Raises:
        Defect: a file does not fit the schema, or two acts claim one abbreviation.
    """
    folder = resources.files("dutybook.languages") / "acts"
    acts: list[KnownAct] = []
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        try:
            acts += _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).acts
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise Defect(f"the list of acts {file.name!r} is not valid: {error}") from error
    seen: dict[str, str] = {}
    for act in acts:
        for name in (*act.abbreviations, *act.ambiguous):
            if seen.setdefault(name, act.id) != act.id:
                raise Defect(f"{name!r} stands for two acts: {seen[name]} and {act.id}")
    return tuple(sorted(acts, key=lambda act: act.id))


@cache
def _by_name(language: str | None) -> dict[str, KnownAct]:
    found: dict[str, KnownAct] = {}
    for act in known_acts():
        for name in (*act.abbreviations, *act.ambiguous):
            found[name] = act
        for code, names in act.names.items():
            if language in (None, code):
                for name in names:
                    found[_key(name)] = act
    return found


def _key(name: str) -> str:
    plain = " ".join(name.replace("’", "'").split()).replace("~", "")
    return plain[:1].casefold() + plain[1:]


def find_act(name: str, language: str | None = None) -> KnownAct | None:
    """The act of a name or abbreviation; names of other languages do not count where ``language`` is given.

    >>> find_act("DORA").id
    '32022R2554'
    >>> find_act("Dora") is None
    True
    """
    table = _by_name(language)
    return table.get(name) or table.get(_key(name)) or _inflected(name, language)


def _inflected(name: str, language: str | None) -> KnownAct | None:
    match = act_pattern(language).fullmatch(name)
    return act_of(match, language) if match else None


@cache
def _patterns(language: str | None) -> tuple[re.Pattern[str], tuple[KnownAct, ...]]:
    forms: list[tuple[str, KnownAct]] = []
    for act in known_acts():
        forms += [(_short_source(name), act) for name in (*act.abbreviations, *act.ambiguous)]
        for code, names in act.names.items():
            if language in (None, code):
                forms += [(_name_source(name), act) for name in names]
    forms.sort(key=lambda form: len(form[0]), reverse=True)
    source = "|".join(f"(?P<a{number}>{form})" for number, (form, _) in enumerate(forms)) or "(?!)"
    return re.compile(rf"(?<![\w/-])(?:{source})(?!\w)"), tuple(act for _, act in forms)


def act_pattern(language: str | None) -> re.Pattern[str]:
    """Finds names of known acts; :func:`act_of` says which act a match names."""
    return _patterns(language)[0]


def act_of(match: re.Match[str], language: str | None) -> KnownAct | None:
    """The act of a match of :func:`act_pattern`, made for the same language."""
    return _patterns(language)[1][int(match.lastgroup[1:])] if match.lastgroup else None


def is_ambiguous(name: str, act: KnownAct) -> bool:
    """Whether ``name`` stands for ``act`` only where something else shows it."""
    return name in act.ambiguous


def _short_source(name: str) -> str:
    gap = r"[\s-]?" if name[-1:].isdigit() else r"\s+"
    return re.escape(name).replace(r"\ ", gap) + ("s?" if name.endswith("Act") else "")


def _name_source(name: str) -> str:
    first = f"[{name[0].lower()}{name[0].upper()}]" if name[0].isalpha() else re.escape(name[0])
    return first + re.escape(name[1:]).replace(r"\ ", r"\s+").replace("'", "['’]").replace(
        r"\~", r"[a-zà-ÿ]{0,3}"
    ).replace("~", r"[a-zà-ÿ]{0,3}")
