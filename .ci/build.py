"""Builds wheel and sdist: ``python .ci/build.py`` into ``dist``, with ``--twice`` a second time from a copy elsewhere, to see that the bytes are the same.

The time in the archives is that of the last commit, unless SOURCE_DATE_EPOCH names another, so that whoever builds this commit with the same
tools gets the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Build, and compare; the exit code is 1 if the second build differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--twice", action="store_true", help="build again in another folder, and compare")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, time = copy_tracked(Path(folder) / "source"), commit_time()
        made = digests(build(source, given.out, time))
        for name, digest in made.items():
            print(f"{digest}  {name}")
        if given.twice and (other := differences(source, time, made)):
            print(f"a second build differs: {', '.join(other)}", file=sys.stderr)
            return 1
    return 0


def copy_tracked(target: Path) -> Path:
    """Copy the files that git knows, as they are now: what else lies around is in no package. Returns the copy."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


def build(source: Path, out: Path, time: str) -> list[Path]:
    """Build wheel and sdist of a source folder into ``out``, in place of what was there; their paths.

    They are checked as an index would check them. ``time`` stands in the archives, in seconds since 1970.
    """
    shutil.rmtree(out, ignore_errors=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": time, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    files = sorted(out.iterdir())
    check = [sys.executable, "-m", "twine", "check", "--strict", *map(str, files)]
    subprocess.run(check, check=True, stdout=subprocess.DEVNULL)
    return files


def differences(source: Path, time: str, made: dict[str, str]) -> list[str]:
    """The names of files that a build of the same source in another folder makes otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        other = shutil.copytree(source, Path(folder) / "elsewhere")
        again = digests(build(other, Path(folder) / "dist", time))
    return sorted(name for name in made.keys() | again.keys() if made.get(name) != again.get(name))


def digests(files: list[Path]) -> dict[str, str]:
    """The SHA-256 of each file, by name."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def commit_time() -> str:
    """The time of the last commit, or what SOURCE_DATE_EPOCH says."""
    command = ["git", "log", "-1", "--format=%ct"]
    return (
        os.environ.get("SOURCE_DATE_EPOCH")
        or subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    )


if __name__ == "__main__":
    sys.exit(main())
