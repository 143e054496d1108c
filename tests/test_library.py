"""The library is five verbs, and what its documentation says runs."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import dutybook
from analysed import analysed
from together import check_each


def modules() -> list[str]:
    """The names of all modules; in a function, since the packages are imported for it."""
    return sorted(m.name for m in pkgutil.walk_packages(dutybook.__path__, "dutybook.") if "__main__" not in m.name)


def test_public_names_are_the_five_verbs_the_samples_and_the_filters() -> None:
    assert dutybook.__all__ == [
        "EventDetails",
        "Filters",
        "analyse",
        "due",
        "open_register",
        "read",
        "samples",
        "search",
    ]
    for name in dutybook.__all__:
        assert callable(getattr(dutybook, name))
        assert getattr(dutybook, name).__doc__


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        dutybook.nonsense  # noqa: B018


def test_docstring_examples_run() -> None:
    tried = 0

    def run(name: str) -> None:
        nonlocal tried
        module = importlib.import_module(name)
        # To look for examples takes longer than to run them, and most modules have none.
        if ">>>" in Path(str(module.__file__)).read_text("utf-8"):
            outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
            assert outcome.failed == 0
            tried += outcome.attempted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dutybook, "analyse", analysed)
        check_each(["dutybook", *modules()], run)
    assert tried > 100


def test_import_is_light() -> None:
    code = (
        "import sys, dutybook; print([m for m in ('spacy', 'pdfplumber', 'sqlite_utils', 'lxml') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_readme_examples_run(root: Path) -> None:
    """The Python in the README is executed as written."""
    blocks = (root / "README.md").read_text(encoding="utf-8").split("```python\n")[1:]
    assert blocks
    for block in blocks:
        code = block.split("```")[0]
        code = (
            f"import sys; sys.path.append({str(root / 'tests')!r}); import analysed; analysed.share_analyses()\n{code}"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
        assert done.returncode == 0, done.stderr
