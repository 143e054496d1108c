"""Prints requirements.lock: the exact versions installed here of what Dutybook needs, first to run, then to develop."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).resolve().parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
HEAD = f"""\
# The exact versions that Dutybook was developed with, on Python {sys.version_info.major}.{sys.version_info.minor}.
# To have the same: pip install -r requirements.lock && pip install --no-deps -e .
# Written by `make lock`. It has no hashes: an installed package does not say from which archive it came, and archives
# differ from one platform to the next. Where hashes matter, `pip hash` them from archives that you have checked.
"""


def main() -> None:
    """Print the lock file; fails where something that is needed is not installed."""
    run = _needed(PROJECT["dependencies"])
    everything = _needed([*PROJECT["dependencies"], *_of_extra("dev")])
    print(HEAD)
    print("# To run")
    print("\n".join(sorted(run)))
    print("\n# To develop: every extra, tests, linters, training")
    print("\n".join(sorted(everything - run)))


def _of_extra(name: str) -> list[str]:
    """The requirements of an extra, with those of the extras that it names."""
    found = []
    for written in PROJECT["optional-dependencies"][name]:
        requirement = Requirement(written)
        if canonicalize_name(requirement.name) == PROJECT["name"]:
            found += [one for extra in sorted(requirement.extras) for one in _of_extra(extra)]
        else:
            found.append(written)
    return found


def _needed(requirements: list[str]) -> set[str]:
    """``name==version`` of what some requirements need in this environment, and of what that needs in turn."""
    lines: set[str] = set()
    waiting = [Requirement(written) for written in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        installed = metadata.distribution(requirement.name)
        # A local label (``+cpu``) names a build that other places do not have.
        lines.add(f"{key[0]}=={re.sub(r'[+].*', '', installed.version)}")
        for written in installed.requires or []:
            further = Requirement(written)
            extras = requirement.extras or {""}
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
                waiting.append(further)
    return lines


if __name__ == "__main__":
    main()
