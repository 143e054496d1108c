"""SQL is put together in one module, of trusted pieces: what it refuses, and that no other module puts together any."""

from __future__ import annotations

import ast
import re
import sqlite3
from pathlib import Path

import pytest

import dutybook
from dutybook.store.search.conditions import BY_DOCUMENT, NARROW, WIDE, condition, together
from dutybook.store.sql import NOTHING, Sql, all_of, any_of, compose, join, marks, name, names, settings

SOURCES = Path(dutybook.__file__).parent
#: Modules in whose strings the words of SQL are not SQL: full-text queries, SPARQL.
NO_SQL = {"store/search/query.py", *(f"ingest/sources/{m}.py" for m in ("cellar", "fedlex", "jolux", "oj", "sparql"))}
THE_ONE = "store/sql.py"
#: Functions whose first argument is a template, by the modules that they are imported from.
TEMPLATED = {"dutybook.store.sql": "compose", "dutybook.store.search.conditions": "condition"}
#: A text with one of these is SQL, whole or in part.
SQL_WORDS = re.compile(
    r"\bSELECT\b.*\bFROM\b|\bINSERT (OR \w+ )?INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b|\bPRAGMA \w+ ?=|\bDROP (TABLE|VIEW)\b"
    r"|\b(WHERE|ORDER BY|GROUP BY|CROSS JOIN|LEFT JOIN|UNION ALL|IS NULL|IN \(SELECT)\b|\bLIMIT \?|= \?",
    re.DOTALL,
)


class TestComposing:
    def test_holes_are_filled(self) -> None:
        sql = compose(
            "SELECT {column} FROM norms WHERE {passing} LIMIT {most}", column=name("id"), passing=NOTHING, most=3
        )
        assert sql == "SELECT [id] FROM norms WHERE  LIMIT 3"

    def test_doubled_braces_are_braces(self) -> None:
        assert compose("coalesce(e.fields, '{{}}')") == "coalesce(e.fields, '{}')"

    @pytest.mark.parametrize("piece", ["1", "1; DROP TABLE norms", b"1", 1.0, True, None, ["a"]])
    def test_a_piece_is_sql_or_a_whole_number(self, piece: object) -> None:
        with pytest.raises(TypeError, match=r"'x' is .* and no SQL"):
            compose("SELECT {x}", x=piece)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            join(", ", [compose("a"), piece])  # type: ignore[list-item]

    def test_a_text_does_not_become_sql(self) -> None:
        with pytest.raises(TypeError, match=r"compose\(\) makes it"):
            Sql("SELECT 1")

    def test_holes_and_pieces_belong_together(self) -> None:
        with pytest.raises(KeyError):
            compose("SELECT {x}")
        with pytest.raises(ValueError, match="no hole for y"):
            compose("SELECT {x}", x=1, y=2)
        for template in ("{x!r}", "{x:>4}", "{x.y}", "{0}", "{}"):
            with pytest.raises((ValueError, KeyError)):
                compose(template, x=1)

    def test_what_was_composed_is_not_edited(self) -> None:
        sql = compose("SELECT id FROM norms")
        for edit in (
            lambda: f"{sql} LIMIT 1",
            lambda: sql + " LIMIT 1",
            lambda: "EXPLAIN " + sql,
            lambda: sql % (),
            lambda: sql.replace("norms", "people"),
            lambda: sql.format(),
            lambda: sql.format_map({}),
            lambda: sql.join(["a", "b"]),
        ):
            with pytest.raises(TypeError, match="not edited"):
                edit()

    def test_it_runs(self) -> None:
        with sqlite3.connect(":memory:") as connection:
            connection.execute(
                compose("CREATE TABLE {table} ({columns})", table=name("next"), columns=names(["of", "to"]))
            )
            sql = compose("INSERT INTO {table} VALUES ({marks})", table=name("next"), marks=marks(2))
            connection.executemany(sql, [("a", 1), ("b", 2)])
            connection.execute(compose("UPDATE [next] SET {new} WHERE [to] = ?", new=settings(["of"])), ("c", 2))
            assert connection.execute("SELECT [of] FROM next ORDER BY [to]").fetchall() == [("a",), ("c",)]
        connection.close()

    @pytest.mark.parametrize("identifier", ["", "a b", "a]", 'a"', "a;", "é", "1a", "a.b"])
    def test_a_name_has_letters_digits_and_underscores(self, identifier: str) -> None:
        with pytest.raises(ValueError, match="is no name"):
            name(identifier)
        with pytest.raises(ValueError, match="is no"):
            names(["a"], of=identifier or " ")

    def test_a_name_that_is_unknown_is_an_error(self) -> None:
        """In double quotes SQLite would take it for a text."""
        with sqlite3.connect(":memory:") as connection:
            connection.execute("CREATE TABLE t (a)")
            with pytest.raises(sqlite3.OperationalError, match="no such column"):
                connection.execute(compose("SELECT {column} FROM t", column=name("b")))
        connection.close()

    def test_none_of_nothing(self) -> None:
        assert (all_of([]), any_of([]), join(", ", []), marks(0)) == ("1", "0", "", "")


class TestConditions:
    def test_a_condition_has_the_columns_of_the_statement(self) -> None:
        of = condition("{document} = ? AND {norm} <> ?", "d", "n")
        assert [of.over(columns) for columns in (WIDE, NARROW, BY_DOCUMENT)] == [
            "n.[document] = ? AND n.[id] <> ?",
            "f.[document] = ? AND f.[norm] <> ?",
            "r.document = ? AND f.[norm] <> ?",
        ]
        assert of.values == ("d", "n")

    def test_equal_conditions_ask_for_the_same(self) -> None:
        assert condition("{row} = ?", "1") == condition("{row} = ?", "1") != condition("{row} = ?", "2")
        assert condition("{x}", x=compose("1")) != condition("{x}", x=compose("0"))

    def test_together(self) -> None:
        found = together([condition("{row} = ?", "1"), condition("{place} = ?", "Art 5")], NARROW)
        assert found == ("f.[row] = ? AND f.[place] = ?", ["1", "Art 5"])
        assert together([], WIDE) == ("1", [])


Modules = list[tuple[str, str, ast.Module]]
#: A module without any of these has no SQL, nor calls of what makes or executes it, and need not be parsed to say so.
_MAY_HAVE_SQL = re.compile(
    r"SELECT|INSERT|UPDATE|DELETE|PRAGMA|DROP|WHERE|ORDER|GROUP|JOIN|UNION|IS NULL|LIMIT|[ \"'}]\?|\.\s*execute"
    rf"|{'|'.join(map(re.escape, TEMPLATED))}"
)


@pytest.fixture(scope="class")
def modules() -> Modules:
    """The modules of the package: name, text, tree."""
    texts = {path: path.read_text("utf-8") for path in sorted(SOURCES.rglob("*.py"))}
    return [
        (path.relative_to(SOURCES).as_posix(), text, ast.parse(text if _MAY_HAVE_SQL.search(text) else ""))
        for path, text in texts.items()
    ]


def _put_together(node: ast.AST) -> str:
    """The constant texts of an expression that puts a text together; empty for any other."""
    match node:
        case ast.JoinedStr(values):
            parts = values
        case ast.BinOp(left, ast.Add() | ast.Mod(), right):
            parts = [left, right]
        case ast.Call(ast.Attribute(text, "format" | "join" | "replace"), arguments):
            parts = [text, *arguments]
        case _:
            return ""
    return " ".join(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _composed_elsewhere(tree: ast.Module) -> list[int]:
    """Lines of f-strings, sums and calls of ``format``, ``join`` and ``replace`` that make or edit SQL."""
    return sorted(node.lineno for node in ast.walk(tree) if SQL_WORDS.search(_put_together(node)))  # type: ignore[attr-defined]


def _loose_templates(tree: ast.Module) -> list[int]:
    """Lines of templates that are neither written out nor a constant of the module that is."""
    constants = {
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign) and _literal(statement.value)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    imported = {
        alias.name
        for statement in tree.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
        if TEMPLATED.get(statement.module or "") == alias.name
    }
    return [
        call.lineno
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in imported and call.args
        if not _literal(call.args[0])
        and not (isinstance(call.args[0], ast.Name) and call.args[0].id in constants and call.args[0].id.isupper())
    ]


def _literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _executed(tree: ast.Module) -> list[int]:
    """Lines that execute what they put together on the spot."""
    return [
        call.lineno
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"execute", "executemany", "executescript"}
        and call.args
        and (isinstance(call.args[0], ast.JoinedStr | ast.BinOp) or _edits(call.args[0]))
    ]


def _edits(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"format", "format_map", "join", "replace", "sub", "translate"}
    )


class TestThePackage:
    def test_no_waiver_of_the_lint(self, modules: Modules) -> None:
        assert [module for module, text, _ in modules if "S608" in text] == []

    def test_sql_is_put_together_in_one_module(self, modules: Modules) -> None:
        found = {m: _composed_elsewhere(tree) for m, _, tree in modules if m not in NO_SQL | {THE_ONE}}
        assert {module: lines for module, lines in found.items() if lines} == {}

    def test_templates_are_written_out(self, modules: Modules) -> None:
        found = {
            m: _loose_templates(tree) for m, _, tree in modules if m not in {THE_ONE, "store/search/conditions.py"}
        }
        assert {module: lines for module, lines in found.items() if lines} == {}

    def test_what_is_executed_is_finished(self, modules: Modules) -> None:
        found = {module: _executed(tree) for module, _, tree in modules}
        assert {module: lines for module, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "bad",
    [
        'f"SELECT id FROM {table}"',
        'f"{norms} WHERE id = ?"',
        '"SELECT id FROM " + table',
        '"SELECT id FROM %s" % table',
        '"SELECT id FROM {}".format(table)',
        '" WHERE a = ?".join(parts)',
        'statement.replace(" WHERE ", " WHERE NOT ")',
        '"a ORDER BY b".replace("a", column)',
    ],
)
def test_each_way_to_put_sql_together_is_seen(bad: str) -> None:
    assert _composed_elsewhere(ast.parse(bad)) == [1]


def test_a_template_that_is_no_constant_is_seen() -> None:
    lines = (
        "from dutybook.store.sql import compose",
        'TEMPLATE = "{a}"',
        'MADE = f"{b}"',
        "compose(TEMPLATE, a=1)",
        'compose(f"a {b}")',
        "compose(text)",
        "compose(MADE)",
    )
    assert _loose_templates(ast.parse("\n".join(lines))) == [5, 6, 7]
    assert _loose_templates(ast.parse("from dutybook.alerts import compose\ncompose(text)")) == []


def test_edited_and_executed_is_seen() -> None:
    assert _executed(
        ast.parse('c.execute(f"{a}")\nc.execute(a + b)\nc.execute(a.replace("f.", "r."))\nc.execute(a)')
    ) == [1, 2, 3]
