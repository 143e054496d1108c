"""Refuses a word that is none of those that there are, and says which one was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dutybook.errors import BadRequest

#: How alike two words must be, from 0 to 1: "deplyer" and "deployer" are .93, "duty" and "entity" .60.
LIKENESS = 0.7


def near_matches(given: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Those of ``known`` that are most like what was given, the nearest first, whatever their case.

    >>> near_matches("Deplyer", ["provider", "deployer", "importer"])
    ['deployer']
    """
    # Here, since most who run a command make no mistake.
    from difflib import get_close_matches

    by_case: dict[str, str] = {}
    for word in known:
        by_case.setdefault(word.casefold(), word)
    return [by_case[word] for word in get_close_matches(given.casefold(), list(by_case), most, LIKENESS)]


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A question for the end of a message, with a blank before it; empty where nothing is like what was given.

    >>> did_you_mean("obligaton", ["obligation", "prohibition"])
    " Did you mean 'obligation'?"
    >>> did_you_mean("nothing", ["obligation", "prohibition"])
    ''
    """
    near = near_matches(given, known)
    return f" Did you mean {near[0]!r}?" if near else ""


def check_one_of(what: str, value: str | None, allowed: Collection[str], error: type[BadRequest] = BadRequest) -> None:
    """Refuse a value that is none of those that there are.

    Args:
        what: what it was to be, as the message calls it: "status of a control".
        value: what was given; None is no value, and passes.
        allowed: what there is. An empty text among it passes, and no message lists it.
        error: what is raised.

    Raises:
        BadRequest: it is none of them, or another ``error`` where one is given.

    >>> check_one_of("state", "opne", ("open", "closed", ""))
    Traceback (most recent call last):
        ...
    dutybook.errors.BadRequest: 'opne' is no state. There are: open, closed. Did you mean 'open'?
    """
    if value is not None and value not in allowed:
        known = [each for each in allowed if each]
        raise error(f"{value!r} is no {what}. There are: {', '.join(known)}.{did_you_mean(value, known)}")
