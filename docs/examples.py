"""Runs what these pages show: ``python docs/examples.py`` runs every page, with ``--write`` it puts in what was printed, and pages can be named.

Each page has a folder of its own, with the sample documents in ``regulations`` and a register of them in ``dutybook.db``. In a block
``console`` each line that begins with ``$`` is a command, and what follows is what it prints; a line ``…`` stands for any lines, and a command
without output below it only has to succeed (or to end with the code that a comment ``# exit code 2`` behind it names). A block ``python`` is
executed. A comment ``<!-- run: COMMAND -->`` is run and not shown.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dutybook

DOCS = Path(__file__).resolve().parent
#: Pages for developers show what is not run here: recipes have tests of their own.
NOT_RUN = ("recipes", "decisions", "reference/commands.md")
_BLOCK = re.compile(
    r"^(?P<fence>```)(?P<kind>console|python)\n(?P<body>.*?)^```$|^<!-- run: (?P<hidden>.*?) -->$",
    re.DOTALL | re.MULTILINE,
)
_CODE = re.compile(r"\s+# exit code (\d)$")
ELIDED = "…"


@dataclass(frozen=True)
class Step:
    """A command of a page with what the page says that it prints."""

    command: str
    printed: str
    code: int = 0


def steps(body: str) -> Iterator[Step]:
    """The commands of a block ``console``."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        command = [lines.pop(0)]
        while command[-1].endswith("\\"):
            command.append(lines.pop(0))
        line = "\n".join(command)
        code = _CODE.search(line)
        yield Step(_CODE.sub("", line), "\n".join(lines).strip("\n"), int(code[1]) if code else 0)


def matches(expected: str, printed: str) -> bool:
    """Whether a text is what was expected, where a line ``…`` stands for any lines."""
    parts = [re.escape(part) for part in re.split(rf"^{ELIDED}$\n?", expected.rstrip() + "\n", flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), printed.rstrip() + "\n") is not None


class Folder:
    """A folder in which the examples of one page run."""

    def __init__(self, path: Path, filled: Path) -> None:
        self.path = path
        self.filled = filled
        shutil.copytree(filled, path, dirs_exist_ok=True)
        tools = path.parent / "bin"
        tools.mkdir(exist_ok=True)
        for name, more in (("dutybook", " -m dutybook"), ("python", "")):
            tool = tools / name
            tool.write_text(f'#!/bin/sh\nexec "{sys.executable}"{more} "$@"\n')
            tool.chmod(0o755)
        self.env = {**environment(), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}

    def run(self, command: str) -> tuple[int, str]:
        """Run a command; its exit code, and what it printed."""
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.path, env=self.env, capture_output=True, text=True, check=False
        )
        printed = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines())
        return done.returncode, printed.replace(f"{self.path}/", "").replace(f"{self.filled}/", "").strip("\n")

    def execute(self, code: str) -> tuple[int, str]:
        """Run Python code."""
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=self.path, env=self.env, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr


def environment() -> dict[str, str]:
    """The variables with which examples run: this source, a name, and nothing that somebody set up for themselves."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DUTYBOOK_")}
    fixed = {"DUTYBOOK_USER": "anna", "COLUMNS": "120", "TERM": "dumb", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    return {**inherited, **fixed, "PYTHONPATH": str(DOCS.parent / "src")}


def fill(path: Path) -> Path:
    """Make the folder that each page begins with."""
    path.mkdir(parents=True, exist_ok=True)
    if not (path / "dutybook.db").exists():
        shutil.copytree(
            dutybook.samples(), path / "regulations", ignore=shutil.ignore_patterns("MANIFEST.tsv"), dirs_exist_ok=True
        )
        command = [sys.executable, "-m", "dutybook", "ingest", "regulations"]
        subprocess.run(command, cwd=path, check=True, capture_output=True, env=environment())
    return path


def pages() -> list[Path]:
    """The pages with examples that are run."""
    found = []
    for page in sorted(DOCS.rglob("*.md")):
        name = page.relative_to(DOCS).as_posix()
        if (
            not name.startswith(NOT_RUN)
            and name not in {"walk.md", "house.md"}
            and _BLOCK.search(page.read_text("utf-8"))
        ):
            found.append(page)
    return found


def run_page(page: Path, folder: Folder) -> tuple[str, list[str]]:
    """Run a page; its text with what was printed now, and what differs from the page."""
    wrong: list[str] = []

    def run_block(match: re.Match[str]) -> str:
        if hidden := match["hidden"]:
            code, printed = folder.run(hidden)
            if code:
                wrong.append(f"{hidden} (hidden) ended with {code}:\n{printed}")
            return match[0]
        if match["kind"] == "python":
            code, printed = folder.execute(match["body"])
            if code:
                wrong.append(f"Python code ended with {code}:\n{printed}")
            return match[0]
        return f"```console\n{''.join(_step(step, folder, wrong) for step in steps(match['body']))}```"

    return _BLOCK.sub(run_block, page.read_text("utf-8")), wrong


def _step(step: Step, folder: Folder, wrong: list[str]) -> str:
    code, printed = folder.run(step.command)
    note = f"  # exit code {step.code}" if step.code else ""
    if code != step.code:
        wrong.append(f"$ {step.command}\nended with {code}:\n{printed}")
    elif step.printed and not matches(step.printed, printed):
        wrong.append(f"$ {step.command}\nprints now:\n{printed}")
    elided = re.search(rf"^{ELIDED}$", step.printed, re.MULTILINE)
    output = printed if step.printed and not elided else step.printed
    return f"$ {step.command}{note}\n" + (f"{output}\n" if output else "")


def main() -> int:
    """Run pages; the exit code is 1 if one shows what is not so."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument(
        "--write", action="store_true", help="put what is printed now into the pages, except where lines are left out"
    )
    parser.add_argument("--filled", type=Path, help="a folder for documents and register, used again if it is there")
    given = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as made:
        filled = fill((given.filled or Path(made) / "filled").resolve())
        for number, page in enumerate([page.resolve() for page in given.pages] or pages()):
            text, wrong = run_page(page, Folder(Path(made) / str(number) / "work", filled))
            print(f"{page.relative_to(DOCS)}: {len(wrong)} differ")
            for one in wrong:
                print(f"  {one}".replace("\n", "\n  "))
            if given.write:
                page.write_text(text, "utf-8")
            failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
