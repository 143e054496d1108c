"""Holds the locked and the installed versions against a list of versions with known weaknesses: ``python .ci/known_bad.py``.

Nobody is asked: the list lies beside this file. ``--from FOLDER`` adds what a checkout of the Python Packaging Advisory Database
(YAML files in the OSV schema) knows of locked packages, and writes the list anew. Exit code 1 if a bad version is locked or installed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
LIST = Path(__file__).with_suffix(".toml")
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Weakness:
    """Versions of a package from ``since`` (empty: the first) up to, and not including, ``fixed`` (empty: none is)."""

    package: str
    fixed: str
    id: str
    what: str
    since: str = ""

    def has(self, version: str) -> bool:
        """Whether a version has the weakness."""
        found = Version(version)
        return (not self.since or found >= Version(self.since)) and (not self.fixed or found < Version(self.fixed))


def main() -> int:
    """Check, or add to the list; the exit code is 1 if a bad version is used."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", dest="folder", type=Path, help="a checkout of the advisory database")
    given = parser.parse_args()
    known = weaknesses(LIST)
    if given.folder:
        known = sorted({*known, *advisories(given.folder, set(used_versions()))})
        LIST.write_text(written(LIST.read_text("utf-8"), known), "utf-8")
    found = list(problems(used_versions(), known))
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{len(used_versions())} packages, none of a version with one of {len(known)} known weaknesses")
    return 1 if found else 0


def weaknesses(path: Path) -> list[Weakness]:
    """The list."""
    read = tomllib.loads(path.read_text("utf-8"))
    return [Weakness(canonicalize_name(name), **one) for name, about in read.items() for one in about["bad"]]


def used_versions() -> dict[str, dict[str, str]]:
    """The versions of each package by where they stand: the lock files and what is installed here."""
    found: dict[str, dict[str, str]] = {}
    for file in ("requirements.lock", "requirements-dev.lock"):
        for one in _LOCKED.finditer((ROOT / file).read_text("utf-8")):
            found.setdefault(canonicalize_name(one["name"]), {})[file] = one["version"]
    for package in metadata.distributions():
        if package.name:
            found.setdefault(canonicalize_name(package.name), {})["installed"] = package.version
    return found


def problems(used: Mapping[str, Mapping[str, str]], known: list[Weakness]) -> Iterator[str]:
    """What is bad of what is used, a line each."""
    for weakness in known:
        for where, version in used.get(weakness.package, {}).items():
            if weakness.has(version):
                fixed = f"fixed in {weakness.fixed}" if weakness.fixed else "not fixed"
                yield f"{weakness.package} {version} ({where}): {weakness.id}, {weakness.what}; {fixed}"


def advisories(folder: Path, packages: set[str]) -> Iterator[Weakness]:
    """What the advisory database knows of these packages."""
    import yaml

    for path in sorted(folder.rglob("*.yaml")):
        if canonicalize_name(path.parent.name) in packages:
            yield from _of_advisory(yaml.safe_load(path.read_text("utf-8")))


def _of_advisory(read: Mapping[str, Any]) -> Iterator[Weakness]:
    aliases = [one for one in read.get("aliases", ()) if one.startswith("CVE-")]
    what = " ".join(str(read.get("summary") or read.get("details") or "").split())[:120]
    for affected in read.get("affected", ()):
        name = canonicalize_name(affected["package"]["name"])
        for found in affected.get("ranges", ()):
            since = ""
            for event in found["events"] if found["type"] == "ECOSYSTEM" else ():
                if "introduced" in event:
                    since = "" if event["introduced"] == "0" else event["introduced"]
                elif "fixed" in event and _is_version(event["fixed"]):
                    yield Weakness(name, event["fixed"], aliases[0] if aliases else read["id"], what, since)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def written(before: str, known: list[Weakness]) -> str:
    """The list as TOML, below the comment that it begins with."""
    head = "".join(line for line in before.splitlines(keepends=True) if line.startswith("#"))
    parts = []
    for package in sorted({one.package for one in known}):
        rows = [one for one in known if one.package == package]
        entries = [
            ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in _fields(one)) for one in rows
        ]
        parts.append(f"[{package}]\nbad = [\n" + "".join(f"  {{ {entry} }},\n" for entry in entries) + "]\n")
    return head + "\n" + "\n".join(parts)


def _fields(one: Weakness) -> Iterator[tuple[str, str]]:
    for key in ("since", "fixed", "id", "what"):
        if value := getattr(one, key):
            yield key, value


if __name__ == "__main__":
    sys.exit(main())
