"""Optional parts of Dutybook: what each needs, and the command that installs it where this program runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)""")


def extras() -> list[str]:
    """The names of the optional parts, in alphabetical order; empty if the installation has no metadata."""
    return sorted({of[1] for line in _declared() if (of := _EXTRA.search(line.partition(";")[2]))})


def core_requirements() -> list[str]:
    """The requirements without any optional part."""
    return [line.partition(";")[0].strip() for line in _declared() if not _EXTRA.search(line.partition(";")[2])]


def requirements_of(extra: str) -> list[str]:
    """The requirements of an optional part, those of the parts that it names included; empty if there is no such part."""
    return _collect(extra, set())


def _collect(extra: str, seen: set[str]) -> list[str]:
    if extra in seen:
        return []
    seen.add(extra)
    found: list[str] = []
    for line in _declared():
        requirement, _, marker = line.partition(";")
        of = _EXTRA.search(marker)
        if of is None or of[1] != extra:
            continue
        name, _, inner = requirement.strip().partition("[")
        if name.lower() == "dutybook":
            for part in inner.rstrip("] ").split(","):
                found += _collect(part.strip(), seen)
        else:
            found.append(requirement.strip().replace(" ", ""))
    return list(dict.fromkeys(found))


def missing_from(requirements: list[str]) -> list[str]:
    """The names of the packages that are required and not installed."""
    absent = []
    for requirement in requirements:
        match = _NAME.match(requirement)
        assert match is not None, requirement
        try:
            metadata.version(match[0])
        except metadata.PackageNotFoundError:
            absent.append(match[0])
    return absent


def install_command(extra: str) -> str:
    """The command that adds an optional part to the installation that runs now.

    It names packages of the index, so it works wherever Dutybook itself came from (a clone, a wheel, pipx, uv).
    """
    wanted = requirements_of(extra) or [f"dutybook[{extra}]"]
    tool = _tool_of(Path(sys.prefix))
    if tool == "pipx":
        return command_line(["pipx", "inject", "dutybook", *wanted])
    if tool == "uv":
        return command_line(
            ["uv", "tool", "install", "dutybook", *(part for one in wanted for part in ("--with", one))]
        )
    return command_line([sys.executable or "python", "-m", "pip", "install", *wanted])


def _tool_of(prefix: Path) -> str:
    """The tool that made the environment at ``prefix``: ``pipx``, ``uv``, or empty."""
    above = [part.lower() for part in prefix.parts[:-1]]
    if above[-2:] == ["pipx", "venvs"]:
        return "pipx"
    return "uv" if above[-2:] == ["uv", "tools"] else ""


def command_line(words: Sequence[str]) -> str:
    """A command as it is typed into the shell of this system."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _declared() -> list[str]:
    try:
        return metadata.requires("dutybook") or []
    except metadata.PackageNotFoundError:
        return []
