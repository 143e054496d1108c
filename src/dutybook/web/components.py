"""Lists what the program is made of: models with their scores, vendored files, and installed libraries, each with its licence."""

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
    """Something that is shipped or installed; ``licence`` is empty where it does not say its own. ``of``: what it was made from."""

    name: str
    version: str
    licence: str
    of: str = ""


def models_folder() -> Path:
    """Where shipped models lie: in the installed package, or in the checkout."""
    installed = Path(__file__).parents[1] / "_data" / "models"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "models"


@cache
def models() -> tuple[Part, ...]:
    """The models that are shipped: those with a card, each with its title and version."""
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
    """What others made and we ship."""
    told = tomllib.loads((resources.files(__package__) / "vendored.toml").read_text("utf-8"))
    return tuple(Part(p["name"], p["version"], p["licence"], p.get("from", "")) for p in told["part"])


@cache
def libraries() -> tuple[Part, ...]:
    """The libraries that are installed and that Dutybook needs, or those need, in the order of their names."""
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
    """The licence of an installed distribution in the words of its own metadata, in short."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if "License-Expression" in told:
        return told["License-Expression"]
    classified = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or [] if c.startswith("License :: ")]
    written = str(told.json.get("license", "")).strip().partition("\n")[0]
    return written if 0 < len(written) <= 60 else ", ".join(classified)
