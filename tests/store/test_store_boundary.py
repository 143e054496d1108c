"""The connection of a register belongs to the store: no other package runs SQL of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import dutybook

PACKAGE = Path(dutybook.__file__).parent
OUTSIDE = sorted(path for path in PACKAGE.rglob("*.py") if PACKAGE / "store" not in path.parents)


def _uses(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    uses = [
        f"line {node.lineno}: .{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"connection", "_connection", "_select", "_select_first", "_select_value", "_select_as"}
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
