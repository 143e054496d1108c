"""What the pages for developers say is so: modules, files, links, commands and versions that they name are there."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
QUICK = [line for line in (ROOT / "tests" / "quick.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
#: Where the tests of a package are, if their folder is not called as it is.
TESTS_OF = {"searching": "search"}
#: Packages of plain records and words, which every other test uses.
USED_BY_ALL = {"records"}
#: Folders of the repository: a name in backticks that begins with one is a path.
_PATH = re.compile(r"`((?:src|tests|docs|benchmarks|models|corpora|notebooks|languages)/[\w./-]*)`")
_MODULE = re.compile(r"`(dutybook(?:\.\w+)+)`")
#: Files of a register: they are called as it is, with these endings.
_REGISTER = {"accounts", "db", "uploads", "watched"}
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")

pages = pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])


def _is_there(name: str) -> bool:
    """Whether a dotted name is a module, or stands in one."""
    try:
        if find_spec(name) is not None:
            return True
    except ModuleNotFoundError:
        pass
    module, _, attribute = name.rpartition(".")
    return "." in module and _is_there(module) and hasattr(import_module(module), attribute)


@pages
def test_modules_that_a_page_names_are_there(page: Path) -> None:
    named = sorted(set(_MODULE.findall(page.read_text("utf-8"))))
    gone = [name for name in named if name.rpartition(".")[2] not in _REGISTER and not _is_there(name)]
    assert not gone, f"{page.relative_to(ROOT)} names what was moved or removed: {', '.join(gone)}"


@pages
def test_files_and_links_of_a_page_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    linked = [page.parent / link for link in _LINK.findall(text) if "://" not in link]
    # Paths below a language's data are short for those in the package, and a recipe names files that its reader makes.
    named = [
        ROOT / "src" / "dutybook" / path if path.startswith("languages/") else ROOT / path
        for path in _PATH.findall(text)
        if "/specs/is" not in path
    ]
    gone = sorted({str(path) for path in (*linked, *named) if not path.exists()})
    assert not gone, f"{page.relative_to(ROOT)} names what is not there: {', '.join(gone)}"


def test_commands_that_the_pages_name_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([\w-]+)", page.read_text("utf-8"))}
    assert named <= targets


def test_the_picture_of_the_house_has_every_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    page = (DOCS / "house.md").read_text("utf-8")
    for layer in layers:
        for name in layer.split(" | "):
            assert name in page or f" {name.rpartition('.')[2]} " in page, f"docs/house.md does not show {name}"


def test_every_decision_is_listed() -> None:
    records = sorted(file.name for file in (DOCS / "decisions").glob("0*.md"))
    assert re.findall(r"\]\((0.*)\)", (DOCS / "decisions" / "README.md").read_text("utf-8")) == records
    for number, name in enumerate(records, 1):
        record = (DOCS / "decisions" / name).read_text("utf-8")
        assert record.startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)", record, re.MULTILINE)[:3] == ["Decided", "Why", "What"]


def test_the_glossary_is_in_order_and_has_each_word_once() -> None:
    words = re.findall(r"^\*\*([\w ]+)\*\*: ", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE)
    assert words == sorted(set(words))


def test_quick_tests_are_there_and_of_every_package() -> None:
    assert [path for path in QUICK if not (ROOT / path).exists()] == []
    assert sorted(QUICK) == QUICK
    packages = {folder.parent.name for folder in (ROOT / "src" / "dutybook").glob("*/__init__.py")} - USED_BY_ALL
    tried = {path.split("/")[1] for path in QUICK}
    missing = sorted(name for name in packages if TESTS_OF.get(name, name) not in tried)
    assert not missing, f"tests/quick.txt has no test of {', '.join(missing)}"


def test_hooks_are_what_make_lint_runs() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\nlint:")[2].partition("\n\n")[0]
    commands = re.findall(r"\$\(BIN\)/(\w[\w-]*(?: check| format| \.ci/\S+)?)", recipe)
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert local["repo"] == "local"
    hooks = [hook["entry"].removeprefix(".venv/bin/").removesuffix(" --force-exclude") for hook in local["hooks"]]
    assert hooks == commands
    assert {hook["language"] for hook in local["hooks"]} == {"system"}


def test_locked_versions_are_such_as_the_project_allows() -> None:
    lines = (ROOT / "requirements-dev.lock").read_text("utf-8").splitlines()
    locked = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    for name, version in re.findall(
        r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    ):
        assert locked.get(name, version) == version, f"the lock files have two versions of {name}: run make lock"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for written in (*project["dependencies"], *(one for extra in extras.values() for one in extra)):
        requirement = Requirement(written)
        if requirement.name == project["name"]:
            continue
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"requirements-dev.lock lacks {requirement.name}: run make lock"
        assert requirement.specifier.contains(Version(version), prereleases=True), f"{written} is locked as {version}"
