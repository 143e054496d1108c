"""The walks of docs/walk.md enter the modules that the page names, and no more of them than it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from walks import MARK, WALKS

#: The part by which a walk may be shorter than its page says, before the page must be written anew.
SLACK = 0.1
_MODULE = re.compile(r"`(dutybook(?:\.\w+)+)`")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "walk.md").read_text("utf-8")


@pytest.fixture(scope="module")
def entered(root: Path) -> dict[str, list[str]]:
    pytest.importorskip("fastapi", reason="the extra web is not installed")
    pytest.importorskip("aiosmtpd")
    done = subprocess.run([sys.executable, root / "tests" / "walks.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def section(page: str, walk: str) -> str:
    return page.partition(f"<!-- walk: {walk},")[2].partition("\n## ")[0]


def named(page: str, walk: str) -> list[str]:
    return list(dict.fromkeys(_MODULE.findall(section(page, walk))))


def test_every_walk_is_on_the_page(page: str) -> None:
    assert [name for name, _ in MARK.findall(page)] == list(WALKS)


@pytest.mark.parametrize("walk", WALKS)
def test_every_module_that_the_page_names_is_there(walk: str, page: str) -> None:
    gone = [name for name in named(page, walk) if find_spec(name) is None]
    assert not gone, f"docs/walk.md names modules that were moved or removed: {', '.join(gone)}"


@pytest.mark.slow
@pytest.mark.parametrize("walk", WALKS)
def test_every_module_that_the_page_names_is_entered(walk: str, page: str, entered: dict[str, list[str]]) -> None:
    missed = [name for name in named(page, walk) if not any(_is_in(name, one) for one in entered[walk])]
    assert not missed, f"docs/walk.md says that this walk enters {', '.join(missed)}; it does not"


def _is_in(name: str, module: str) -> bool:
    """Whether a module is the one that is named, or stands in the package that is."""
    return module == name or module.startswith(f"{name}.")


@pytest.mark.slow
@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_is_as_long_as_the_page_says(walk: str, page: str, entered: dict[str, list[str]]) -> None:
    stated = int(dict(MARK.findall(page))[walk])
    assert f"enters {stated} modules" in section(page, walk)
    found = len(entered[walk])
    assert found <= stated, f"the walk “{walk}” enters {found} modules, {found - stated} more than docs/walk.md says"
    assert found >= (1 - SLACK) * stated, f"the walk “{walk}” enters {found} modules only: run make walk"
