"""What somebody probably meant who wrote something that is not there."""

from __future__ import annotations

from collections.abc import Iterable

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
