"""What the documentation tells users is so: commands, options, variables, pictures, and the parts that are made from the program."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from typer.main import get_command

import loading
from dutybook.cli.app import app
from dutybook.pipeline.watching.item_fetcher import folder_of
from dutybook.store.accounts import accounts_path
from dutybook.store.maintenance.copies import uploads_path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
#: Options of ``dutybook`` itself, which may stand anywhere.
_EVERYWHERE = {"--database", "--debug", "--version", "--help", "-h"}
_VARIABLE = re.compile(r"DUTYBOOK_[A-Z_]+")
#: Names of variables that only end in the reader's choice.
_OPEN = {"DUTYBOOK_CHANNEL_"}


@cache
def script(name: str) -> ModuleType:
    return loading.script(DOCS / f"{name}.py", f"docs_{name}")


@cache
def root_command() -> Any:
    return get_command(app)


def invocations(text: str) -> Iterator[list[str]]:
    """The command lines of Dutybook in the code of a page, as words."""
    for match in _CODE.finditer(text):
        for line in match[0].strip("`").replace("\\\n", " ").splitlines():
            for _, command in re.findall(r"(^|[$|&;(`] ?)(dutybook(?: .*|$))", line.strip()):
                lexer = shlex.shlex(command.partition(" > ")[0], posix=True, punctuation_chars="|;&")
                lexer.whitespace_split = True
                lexer.commenters = "#"
                try:
                    words = list(lexer)
                except ValueError:
                    words = command.split()
                yield words[: next((at for at, word in enumerate(words) if set(word) <= set("|;&")), len(words))]


def wrong_words(words: list[str]) -> list[str]:
    """What a command line names that is not there: a command, or options."""
    command = root_command()
    options = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    rest = [word for word in words[1:] if not word.startswith("-")]
    if "--database" in words:
        rest = [word for word in rest if word != words[words.index("--database") + 1]]
    while rest and (inner := getattr(command, "commands", None)):
        name = rest.pop(0).rstrip("….,")
        if not re.fullmatch(r"[a-z-]+", name):
            return []
        if name not in inner:
            return [name]
        command = inner[name]
    if "--" in words:
        options = [word for word in options if words.index(word) < words.index("--")]
    known = {opt for one in command.params for opt in (*one.opts, *one.secondary_opts)}
    return [option for option in options if option not in known | _EVERYWHERE]


def test_commands_and_options_that_the_pages_show_are_there() -> None:
    wrong = [
        f"{page.relative_to(ROOT)}: {' '.join(words)}: {', '.join(missing)}"
        for page in PAGES
        for words in invocations(page.read_text("utf-8"))
        if (missing := wrong_words(words))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("`dutybook serch x`", ["serch"]),
        ("`dutybook search x --bearr y`", ["--bearr"]),
        ("```sh\ncd x && dutybook watch ad folder y | head\n```", ["ad"]),
        ("```console\n$ dutybook --database x.db search -- y -z\n```", []),
    ],
)
def test_a_wrong_command_is_noticed(line: str, wrong: list[str]) -> None:
    assert [word for words in invocations(line) for word in wrong_words(words)] == wrong


def test_options_in_the_words_of_a_page_are_of_some_command() -> None:
    commands: list[Any] = [root_command()]
    known = {"--help", "-h"}
    for command in commands:
        commands += getattr(command, "commands", {}).values()
        known |= {opt for one in command.params for opt in (*one.opts, *one.secondary_opts)}
    guides = [page for folder in ("start", "how-to") for page in (DOCS / folder).glob("*.md")]
    for page in guides:
        named = set(re.findall(r"`(--[a-z-]+)[^`]*`", page.read_text("utf-8")))
        foreign = {"--build-arg", "--require-hashes", "--no-deps", "--network"}
        assert named <= known | foreign, f"{page.name}: {named - known}"


def test_every_command_is_on_a_page_for_users() -> None:
    documented = {
        " ".join(words[1:3])
        for folder in ("start", "how-to", "explanation")
        for page in (DOCS / folder).glob("*.md")
        for words in invocations(page.read_text("utf-8"))
    }
    missing = [name for name in root_command().commands if not any(one.split(" ")[0] == name for one in documented)]
    assert not missing, f"no page under start, how-to or explanation shows {', '.join(missing)}"


def test_variables_of_the_environment_are_those_of_the_program() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "src" / "dutybook").rglob("*.py"))
    read = {name for name in _VARIABLE.findall(code) if name not in {"DUTYBOOK_", "DUTYBOOK_MAIL", "DUTYBOOK_CHANNEL"}}
    page = (DOCS / "reference" / "configuration.md").read_text("utf-8")
    described = set(_VARIABLE.findall(page))
    assert read <= described, f"docs/reference/configuration.md lacks {read - described}"
    named = {name for page in PAGES for name in _VARIABLE.findall(page.read_text("utf-8"))}
    assert {name for name in named if name not in _OPEN and name not in code} <= {
        "DUTYBOOK_HOST",
        "DUTYBOOK_TEST_POSTGRESQL",
    }


def test_files_of_a_register_are_called_as_the_page_says() -> None:
    page = (DOCS / "reference" / "configuration.md").read_text("utf-8")
    register = Path("/srv/dutybook.db")
    for path in (accounts_path(register), uploads_path(register), folder_of(register, "x").parent):
        assert f"| `{path.name}` |" in page, f"docs/reference/configuration.md lacks {path.name}"


def test_parts_that_are_made_from_the_program_are_current() -> None:
    old = [path.name for path, text in script("generate").pages().items() if path.read_text("utf-8") != text]
    assert not old, f"out of date, run make reference: {', '.join(old)}"


def test_each_page_has_its_place_in_the_site() -> None:
    def files(nav: Any) -> Iterator[str]:
        for one in nav.values() if isinstance(nav, dict) else nav:
            if isinstance(one, str):
                yield one
            else:
                yield from files(one)

    listed = list(files(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]))
    assert sorted(listed) == [
        page.relative_to(DOCS).as_posix() for page in sorted(PAGES, key=lambda p: p.relative_to(DOCS).as_posix())
    ]


def test_pictures_come_in_pairs_and_are_small() -> None:
    pictures = sorted((DOCS / "pictures").iterdir())
    names = {picture.name for picture in pictures}
    assert names == {f"{name}-{scheme}.png" for name in script("pictures").PAGES for scheme in ("light", "dark")}
    assert [picture.name for picture in pictures if picture.stat().st_size >= 150_000] == []


@pytest.mark.browser
@pytest.mark.exhaustive
def test_a_picture_can_be_taken(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        pytest.skip("there is no Chromium")
    command = [sys.executable, str(DOCS / "pictures.py"), "start", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["start-dark.png", "start-light.png"]


def test_what_is_left_out_of_an_example_may_be_anything() -> None:
    matches = script("examples").matches
    assert matches("a\n…\nd", "a\nb\nc\nd\n")
    assert matches("…\nd", "d")
    assert matches("a\n…", "a")
    assert not matches("a\n…\nd", "a\nb")
    assert not matches("a", "a\nb")


def test_steps_of_an_example() -> None:
    (first, second) = script("examples").steps("$ dutybook show 1  # exit code 2\n$ dutybook \\\n  works\nA\n\nB\n")
    assert (first.command, first.printed, first.code) == ("dutybook show 1", "", 2)
    assert (second.command, second.printed) == ("dutybook \\\n  works", "A\n\nB")


@pytest.mark.exhaustive
def test_examples_print_what_the_pages_show() -> None:
    done = subprocess.run([sys.executable, str(DOCS / "examples.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.exhaustive
def test_the_site_is_built_without_warnings_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"?(?:https?:)?//|url\(\"?(?:https?:)?//")
    foreign = [
        file.name
        for file in tmp_path.rglob("*")
        if file.suffix in {".html", ".css"} and loaded.search(file.read_text("utf-8"))
    ]
    assert not foreign
    python = (tmp_path / "reference" / "python.html").read_text("utf-8")
    assert not re.findall(r":(?:mod|class|func|data|meth):<code>", python), (
        "a docstring has a role of Sphinx: write the name in backticks"
    )
