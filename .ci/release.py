"""Makes a release: ``python .ci/release.py 0.1.0`` says what it would do and changes nothing; with ``--really`` it does it.

It checks that nothing is uncommitted and that the version is a new one, runs the tests, dates the section of the changelog, writes the version into
pyproject.toml and CITATION.cff, builds wheel and sdist twice, checks them, writes bill of materials and digests next to them, commits and tags. It sends nothing
anywhere: the last lines say what is left to a person.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
_SECTION = re.compile(r"^## (?P<name>\S+) \((?P<when>[^)]+)\)$", re.MULTILINE)


class Refused(Exception):
    """The release cannot be made; the message says why and what to do."""


def main() -> int:
    """Make the release, or say what would be done; the exit code is 1 if it cannot be made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("version")
    parser.add_argument("--really", action="store_true", help="do it; without, nothing is changed")
    parser.add_argument("--without-tests", action="store_true", help="the tests of this commit have passed already")
    given = parser.parse_args()
    try:
        release(given.version, ROOT, datetime.now(UTC).date(), really=given.really, tests=not given.without_tests)
    except (Refused, subprocess.CalledProcessError) as error:
        print(f"no release: {error}", file=sys.stderr)
        return 1
    return 0


def release(version: str, root: Path, today: date, *, really: bool, tests: bool = True) -> None:
    """Check, and do or describe every step.

    Raises:
        Refused: something stands in the way.
        subprocess.CalledProcessError: tests or builds failed.
    """
    changed = changed_files(version, root, today)
    check_tree(version, root)
    notes = section_of(changed[root / "CHANGELOG.md"], version)
    print(
        f"Release {version} of {today}. Its section of the changelog, {len(notes.split()):,} words, begins: {notes[:100]!r}"
    )
    for path, text in changed.items():
        if text != path.read_text("utf-8"):
            print(f"  writes {path.relative_to(root)}")
    print(f"  {'runs' if tests else 'does not run'} make test")
    print(
        f"  commits “Release {version}”, tags v{version}, builds dist twice, checks it, writes dist/dutybook.cdx.json and dist/SHA256SUMS"
    )
    if not really:
        print("Nothing was changed. To do it: make release VERSION=" + version + " REALLY=yes")
        return
    if tests:
        subprocess.run(["make", "test"], cwd=root, check=True)
    for path, text in changed.items():
        path.write_text(text, "utf-8")
    _git(root, "commit", "--quiet", "-m", f"Release {version}", *(str(path) for path in changed))
    try:
        _build(root)
    except subprocess.CalledProcessError:
        _git(root, "reset", "--quiet", "--hard", "HEAD~1")
        raise
    _git(root, "tag", "--annotate", f"v{version}", "-m", f"Dutybook {version}\n\n{notes}")
    print(
        f"Released {version} here. What is left to you: look at dist, push the commit and the tag v{version}, and upload the wheel and the sdist."
    )


def changed_files(version: str, root: Path, today: date) -> dict[Path, str]:
    """The files that a release changes, with their new text.

    Raises:
        Refused: a file has no place for it.
    """
    changelog = root / "CHANGELOG.md"
    text = changelog.read_text("utf-8")
    first = _SECTION.search(text)
    if first is None or first["when"] != "unreleased":
        raise Refused("the first section of CHANGELOG.md is not marked as unreleased: “## 1.2.0 (unreleased)”")
    dated = f"{text[: first.start()]}## {version} ({today.isoformat()}){text[first.end() :]}"
    project, citation = root / "pyproject.toml", root / "CITATION.cff"
    cited = re.sub(r"^date-released: .*\n", "", citation.read_text("utf-8"), flags=re.MULTILINE)
    return {
        changelog: dated,
        project: _replaced(r'^version = ".*"$', f'version = "{version}"', project.read_text("utf-8"), project),
        citation: _replaced(
            r"^version: .*$", f"version: {version}\ndate-released: {today.isoformat()}", cited, citation
        ),
    }


def check_tree(version: str, root: Path) -> None:
    """Check the version and the state of the repository.

    Raises:
        Refused: the version is none, or not a new one; or something is not committed.
    """
    try:
        wanted = Version(version)
    except InvalidVersion:
        raise Refused(f"{version!r} is no version: 1.2.0, 1.2.0rc1") from None
    if str(wanted) != version:
        raise Refused(f"write the version as {wanted}")
    tags = [tag.removeprefix("v") for tag in _git(root, "tag", "--list", "v*").split()]
    if older := [tag for tag in tags if Version(tag) >= wanted]:
        raise Refused(f"{', '.join(sorted(older))} has been released already: take a later version")
    if status := _git(root, "status", "--porcelain"):
        raise Refused(f"something is not committed:\n{status}")


def section_of(changelog: str, version: str) -> str:
    """The text of a version's section of the changelog."""
    found = list(_SECTION.finditer(changelog))
    for at, match in enumerate(found):
        if match["name"] == version:
            end = found[at + 1].start() if at + 1 < len(found) else len(changelog)
            return changelog[match.end() : end].strip()
    raise Refused(f"CHANGELOG.md has no section {version}")


def _build(root: Path) -> None:
    dist = root / "dist"
    subprocess.run([sys.executable, str(root / ".ci" / "build.py"), "--twice"], check=True)
    bill = subprocess.run(
        [sys.executable, str(root / ".ci" / "sbom.py")], check=True, capture_output=True, text=True
    ).stdout
    json.loads(bill)
    (dist / "dutybook.cdx.json").write_text(bill, "utf-8")
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(dist.iterdir()))
    (dist / "SHA256SUMS").write_text(sums, "utf-8")


def _replaced(pattern: str, new: str, text: str, path: Path) -> str:
    made, times = re.subn(pattern, new, text, count=1, flags=re.MULTILINE)
    if not times:
        raise Refused(f"{path.name} states no version")
    return made


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
