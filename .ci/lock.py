"""Writes the lock files: ``python .ci/lock.py`` takes the versions installed here, and asks pip for the digests of their files.

``requirements.lock`` has what runs, with the digests of the files for each platform below, so that pip can refuse any other. A file is chosen by pip's
own resolver, in a dry run that installs nothing. ``requirements-dev.lock`` has every extra, tests, linters and training as well, as plain versions: what trains
networks has files that differ from machine to machine.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")
_GLIBC = (39, 35, 34, 31, 28, 27, 26, 24, 17)
#: Each platform: what its markers say, and the tags of files that it takes.
PLATFORMS: Mapping[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
    f"linux-{machine}": (
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": machine},
        (*(f"manylinux_2_{version}_{machine}" for version in _GLIBC), f"manylinux2014_{machine}"),
    )
    for machine in ("x86_64", "aarch64")
} | {
    "macos-arm64": (
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
        ("macosx_14_0_arm64", "macosx_14_0_universal2"),
    ),
    "windows-amd64": (
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
        ("win_amd64",),
    ),
}
#: Published as source alone; pip builds them.
SOURCES = ("langdetect",)
HEAD = """\
# What Dutybook needs to run, in exactly the versions that it was developed with, with the digests of the files of each package
# for {platforms}, on Python {pythons}. pip refuses any other file:
#   pip install --require-hashes -r requirements.lock && pip install --no-deps .
# {sources} is published as source alone: its file is checked, what builds it is not (pip install --no-build-isolation keeps to what is here).
# Written by `make lock`.
"""
DEV_HEAD = """\
# The exact versions that Dutybook was developed with, on Python {python}: every extra, tests, linters, training.
# To have the same: pip install -r requirements-dev.lock && pip install --no-deps -e .
# Written by `make lock`. It has no digests: requirements.lock has those of what runs.
"""


def main() -> None:
    """Write both files; fails where something that is needed is not installed, or no index answers."""
    here = default_environment()
    everything = needed([*PROJECT["dependencies"], *_of_extra("dev")], here)
    python = ".".join(map(str, sys.version_info[:2]))
    _write(
        "requirements-dev.lock",
        DEV_HEAD.format(python=python),
        (f"{name}=={version}" for name, version in sorted(everything.items())),
    )
    lines = locked()
    head = HEAD.format(platforms=", ".join(PLATFORMS), pythons=", ".join(PYTHONS), sources=", ".join(SOURCES))
    _write("requirements.lock", head, lines)


def locked() -> list[str]:
    """The lines of what runs: name, version, marker where not every platform needs it, digests."""
    versions: dict[str, str] = {}
    digests: dict[str, set[str]] = {}
    systems: dict[str, set[str]] = {}
    for platform, (markers, tags) in PLATFORMS.items():
        for python in PYTHONS:
            wanted = needed(
                PROJECT["dependencies"],
                {**default_environment(), **markers, "python_version": python, "python_full_version": f"{python}.0"},
            )
            print(f"{platform}, Python {python}: {len(wanted)} packages", file=sys.stderr)
            for name, version, digest in files(wanted, python, tags):
                assert versions.setdefault(name, version) == version, (
                    f"{name} has two versions: {versions[name]} and {version}"
                )
                digests.setdefault(name, set()).add(digest)
                systems.setdefault(name, set()).add(markers["sys_platform"])
    every = {markers["sys_platform"] for markers, _ in PLATFORMS.values()}
    lines = []
    for name in sorted(versions):
        only = (
            ""
            if systems[name] == every
            else "; " + " or ".join(f'sys_platform == "{one}"' for one in sorted(systems[name]))
        )
        lines.append(
            " \\\n    ".join(
                [f"{name}=={versions[name]}{only}", *(f"--hash=sha256:{digest}" for digest in sorted(digests[name]))]
            )
        )
    return lines


def files(wanted: Mapping[str, str], python: str, tags: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    """Name, version and SHA-256 of the file that pip would install for each package, on a platform with these tags."""
    with tempfile.TemporaryDirectory() as made:
        report, listed = Path(made) / "report.json", Path(made) / "wanted.txt"
        listed.write_text(
            "\n".join(f"{name}=={version}" if version else name for name, version in sorted(wanted.items()))
        )
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--dry-run",
            "--no-deps",
            "--ignore-installed",
            "--disable-pip-version-check",
        ]
        command += ["--only-binary", ":all:", *(word for name in SOURCES for word in ("--no-binary", name))]
        command += ["--python-version", python, *(word for tag in tags for word in ("--platform", tag))]
        subprocess.run([*command, "--target", made, "--report", str(report), "-r", str(listed)], check=True)
        for one in json.loads(report.read_text("utf-8"))["install"]:
            digest = one["download_info"]["archive_info"]["hashes"]["sha256"]
            yield canonicalize_name(one["metadata"]["name"]), one["metadata"]["version"], digest


def _write(name: str, head: str, lines: Iterable[str]) -> None:
    (ROOT / name).write_text("\n".join([head, *lines]) + "\n", "utf-8")


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


def needed(requirements: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """The packages that requirements need in an environment, and what those need in turn, each with the version installed here.

    The version is empty where only another platform needs the package; what that needs in turn is not known, and is nothing so far.
    """
    versions: dict[str, str] = {}
    waiting = [Requirement(written) for written in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            installed = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:
            if environment["sys_platform"] == sys.platform:
                raise
            versions[key[0]] = ""
            continue
        # A local label (``+cpu``) names a build that other places do not have.
        versions[key[0]] = re.sub(r"[+].*", "", installed.version)
        for written in installed.requires or []:
            further = Requirement(written)
            extras = requirement.extras or {""}
            if further.marker is None or any(
                further.marker.evaluate({**environment, "extra": extra}) for extra in {"", *extras}
            ):
                waiting.append(further)
    return versions


if __name__ == "__main__":
    main()
