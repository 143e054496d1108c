"""Lists the components of the program: models with their scores, vendored files, and installed libraries, each with
its licence.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path

PACKAGE = "dutybook"
_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A component that is shipped or installed. ``licence`` is empty where it declares none; ``of`` is what it was
    made from.
    """

    name: str
    version: str
    licence: str
    of: str = ""


def models_folder() -> Path:
    """The folder with the shipped models: in the installed package, or in the checkout."""
    installed = Path(__file__).parents[1] / "_data" / "models"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "models"


@cache
def models() -> tuple[Part, ...]:
    """The shipped models that have a model card, each with its title and version."""
    made = []
    for card in sorted(models_folder().glob("*/card.md")):
        with card.open(encoding="utf-8") as file:
            title = file.readline().lstrip("# ").strip()
        config = card.with_name("config.json")
        version = str(json.loads(config.read_text("utf-8")).get("version", "")) if config.is_file() else ""
        name = card.parent.name
        made.append(Part(name, version, licence_of(PACKAGE), title if title.partition(" ")[0] != name else ""))
    return tuple(made)


@cache
def vendored() -> tuple[Part, ...]:
    """The files of other projects that are shipped with this one."""
    listed = tomllib.loads((resources.files(__package__) / "vendored.toml").read_text("utf-8"))
    return tuple(Part(p["name"], p["version"], p["licence"], p.get("from", "")) for p in listed["part"])


@cache
def libraries() -> tuple[Part, ...]:
    """The installed libraries that Dutybook needs directly or indirectly, by name."""
    waiting, seen = [PACKAGE], {PACKAGE}
    found: dict[str, Part] = {}
    while waiting:
        name = waiting.pop()
        try:
            needs = metadata.requires(name) or []
            if name != PACKAGE:
                found[name] = Part(name, metadata.version(name), licence_of(name))
        except metadata.PackageNotFoundError:
            continue
        for need in _names(needs):
            if need not in seen:
                seen.add(need)
                waiting.append(need)
    return tuple(found[name] for name in sorted(found))


def _names(needs: list[str]) -> Iterator[str]:
    for need in needs:
        name = _NAME.match(need)
        if name:
            yield re.sub(r"[-_.]+", "-", name[0]).lower()


def licence_of(name: str) -> str:
    """The licence of an installed distribution, shortened from its metadata."""
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if "License-Expression" in package:
        return package["License-Expression"]
    classified = [c.rpartition(" :: ")[2] for c in package.get_all("Classifier") or [] if c.startswith("License :: ")]
    written = str(package.json.get("license", "")).strip().partition("\n")[0]
    return written if 0 < len(written) <= 60 else ", ".join(classified)
