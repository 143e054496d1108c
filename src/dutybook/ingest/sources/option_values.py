"""Checks the options that users give for a watch. Each error message says how the option is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from dutybook.errors import BadRequest
from dutybook.ingest.sources.interface import Options

#: How many entries a run lists at most, if the user does not say.
LIMIT = 500
_MOST = 20_000
#: The longest list of acts that a target may be, in characters.
_LONGEST_TARGET = 5_000


def known_only(options: Options, known: Collection[str], kind: str) -> None:
    """Refuse options that a source does not have.

    Raises:
        BadRequest: there is one.
    """
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise BadRequest(f"{kind} knows no option {', '.join(unknown)}. Its options are {', '.join(sorted(known))}.")


def words(options: Options, name: str) -> tuple[str, ...]:
    """An option that is a list, or a text with commas: ``REG,DIR``."""
    value = options.get(name)
    if value is None:
        return ()
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    found = [" ".join(str(part).split()) for part in parts]
    return tuple(dict.fromkeys(part for part in found if part))


def text(options: Options, name: str, longest: int = 500) -> str:
    """An option that is one line of text."""
    value = options.get(name)
    if value is None:
        return ""
    found = " ".join(str(value).split())
    if len(found) > longest or not found.isprintable():
        raise BadRequest(f"{name} is too long or has characters that cannot be printed")
    return found


def day_option(options: Options, name: str) -> str | None:
    """An option that is a date: ``2026-01-31``."""
    value = options.get(name)
    if value in (None, ""):
        return None
    written = str(value).strip()
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", written):
            raise ValueError
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise BadRequest(f"{name} {written!r} is no date; write year, month, day: {name}=2026-01-31") from None


def parse_start(options: Options) -> dict[str, str]:
    """The option ``from`` under its name, if it is given."""
    day = day_option(options, "from")
    return {"from": day} if day else {}


def parse_formats(options: Options, among: Collection[str]) -> list[str]:
    """All formats in the order of preference: those of the option ``formats`` (XML without it), then the others."""
    return list(dict.fromkeys((*choices(options, "formats", among, ("xml",)), *among)))


def split_target(target: str) -> list[str]:
    """The parts of a target with commas; a single empty part if it is too long."""
    return [part.strip() for part in target.split(",")] if len(target) < _LONGEST_TARGET else [""]


def parse_targets(target: str, parse: Callable[[str], str], what: str, how: str) -> list[str]:
    """The acts of a target with commas, each once.

    Args:
        parse: gives an act's name from one part; an empty one if the part is none.
        what: the kind of name, for messages: ``number of a Dutch act``.
        how: how a target is written.

    Raises:
        BadRequest: a part is no act.
    """
    found = [parse(part) for part in split_target(target.strip())]
    if not all(found):
        raise BadRequest(f"{target.strip()[:100]!r} is no {what}; {how}")
    return list(dict.fromkeys(found))


def limit(options: Options, default: int = LIMIT) -> int:
    """The most entries that a run lists. The rest comes with the next run."""
    value: Any = options.get("limit", default)
    written = str(value).strip()
    if not re.fullmatch(r"[1-9]\d{0,5}", written) or int(written) > _MOST:
        raise BadRequest(f"limit {written!r} is no number from 1 to {_MOST:,}; it says how many a run lists at most")
    return int(written)


def choice(options: Options, name: str, among: Collection[str], default: str) -> str:
    """An option that is one of a few words."""
    written = str(options.get(name) or default).strip().casefold()
    if written not in among:
        raise BadRequest(f"{name} {written!r} is none of {', '.join(among)}")
    return written


def choices(options: Options, name: str, among: Collection[str], default: tuple[str, ...]) -> tuple[str, ...]:
    """An option that is several of a few words; ``none`` for no word."""
    written = words(options, name)
    if not written:
        return default
    folded = tuple(each.casefold() for each in written)
    if folded == ("none",):
        return ()
    wrong = [each for each in folded if each not in among]
    if wrong:
        raise BadRequest(f"{name} {', '.join(wrong)} is none of {', '.join(among)}" + (", none" if default else ""))
    return folded


def flag(options: Options, name: str, default: bool = False) -> bool:
    """An option that is yes or no."""
    value = options.get(name)
    if value is None:
        return default
    folded = str(value).strip().casefold()
    if folded in ("yes", "true", "1", "on"):
        return True
    if folded in ("no", "false", "0", "off"):
        return False
    raise BadRequest(f"{name} is yes or no, not {folded!r}")


def has_words(title: str, wanted: Collection[str]) -> bool:
    """Whether a title has one of the words or phrases, ignoring case. Without any, every title does."""
    folded = " ".join(title.casefold().split())
    return not wanted or any(" ".join(each.casefold().split()) in folded for each in wanted)
