"""The connection of a register belongs to the store: no other package runs SQL of its own."""

from __future__ import annotations

import ast
from pathlib import Path

from one_database import NOT_OVER_BOTH

import dutybook

PACKAGE = Path(dutybook.__file__).parent
OUTSIDE = sorted(path for path in PACKAGE.rglob("*.py") if PACKAGE / "store" not in path.parents)


_OF_THE_STORE = {"connection", "_connection", "_select", "_select_first", "_select_value", "_select_as"}


def _uses(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    # Most modules have none of the words, and need not be parsed to say so.
    if "dutybook.store.database" not in text and not any(f".{name}" in text for name in _OF_THE_STORE):
        return []
    tree = ast.parse(text)
    uses = [
        f"line {node.lineno}: .{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in _OF_THE_STORE
    ]
    imports = [
        f"line {node.lineno}: {node.module}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dutybook.store.database")
    ]
    return [f"{path.relative_to(PACKAGE).as_posix()}, {use}" for use in uses + imports]


def test_no_module_outside_the_store_uses_a_connection() -> None:
    assert OUTSIDE
    found = [use for path in OUTSIDE for use in _uses(path)]
    assert found == [], "give the store a function that takes a Register, and call that"


def test_what_does_not_run_over_both_databases_is_on_the_page(root: Path) -> None:
    page = (root / "docs" / "develop.md").read_text("utf-8")
    for module, why in NOT_OVER_BOTH.items():
        assert (root / "tests" / "store" / f"{module}.py").exists(), module
        assert f"| `{module}` | {why} |" in page, module
