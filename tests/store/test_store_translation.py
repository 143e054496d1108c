"""SQLite's SQL as PostgreSQL's, and full-text queries as tsquery: what differs between the engines, one case each."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

import postgres_server

pytest.importorskip("sqlglot")
pytest.importorskip("psycopg")

import dutybook
import dutybook.store
from dutybook.languages.wordforms import LANGUAGES
from dutybook.store.database.postgresql import text_index
from dutybook.store.database.postgresql.connection import PostgresConnection
from dutybook.store.database.postgresql.prepared import numbered
from dutybook.store.database.postgresql.translation import named, translate
from dutybook.store.search.query import parse
from dutybook.store.search.terms import tag_of


@pytest.mark.parametrize(
    ("sqlite", "postgresql"),
    [
        ("SELECT [row] FROM norms WHERE id = ?", 'SELECT "row" FROM "norms" WHERE "id" = %(p1)s'),
        ("SELECT ?2, ?", "SELECT %(p2)s, %(p3)s"),
        ("SELECT '?' WHERE a = :left", "SELECT '?' WHERE \"a\" = %(left)s"),
        ("SELECT 1 WHERE missing", 'SELECT 1 WHERE ("missing") <> 0'),
        ("SELECT a = b", 'SELECT CAST(("a" = "b") AS INT)'),
        ("SELECT 1 WHERE coalesce(a >= ?, 1)", 'SELECT 1 WHERE COALESCE("a" >= %(p1)s, TRUE)'),
        ("SELECT a IS NOT ?", 'SELECT CAST(("a" IS DISTINCT FROM %(p1)s) AS INT)'),
        ("UPDATE t SET a = ? WHERE b", 'UPDATE "t" SET "a" = %(p1)s WHERE ("b") <> 0'),
        ("INSERT OR IGNORE INTO t (a) VALUES (?)", 'INSERT INTO "t" ("a") VALUES (%(p1)s) ON CONFLICT DO NOTHING'),
        ("SELECT 0.3 * a", "SELECT CAST('0.3' AS DOUBLE PRECISION) * \"a\""),
        ("SELECT 1 WHERE ? IS NULL", "SELECT 1 WHERE CAST(%(p1)s AS TEXT) IS NULL"),
        ("SELECT 1 FROM a CROSS JOIN b ON b.x = a.x", 'SELECT 1 FROM "a" JOIN "b" ON "b"."x" = "a"."x"'),
        ("SELECT * FROM (SELECT 1) LIMIT -1", 'SELECT * FROM (SELECT 1) AS "unnamed_0" LIMIT NULL'),
        ("SELECT value FROM json_each(?)", 'SELECT "value" FROM EACH_OF(%(p1)s)'),
        ("SELECT a LIKE ?", 'SELECT CAST(("a" ILIKE %(p1)s) AS INT)'),
        ("SELECT max(a, b)", 'SELECT CASE WHEN "a" IS NULL OR "b" IS NULL THEN NULL ELSE GREATEST("a", "b") END'),
        ("SELECT substr(a, -10)", 'SELECT SUBSTR_OF("a", -10)'),
        (
            "SELECT max(a) AS last FROM t ORDER BY last IS NULL, last",
            'SELECT MAX("a") AS "last" FROM "t" ORDER BY CAST(((MAX("a")) IS NULL) AS INT) NULLS FIRST, "last" NULLS FIRST',
        ),
        ("SELECT a FROM t NOT INDEXED", 'SELECT "a" FROM "t"'),
    ],
)
def test_a_statement_means_the_same(sqlite: str, postgresql: str) -> None:
    assert translate(sqlite).sql == postgresql


def test_parameters_have_names() -> None:
    assert named((1, "a")) == {"p1": 1, "p2": "a"}
    assert named({"left": "[]"}) == {"left": "[]"}


def test_what_is_matched_and_ranked_is_known() -> None:
    made = translate("SELECT bm25(norms_fts, 1.0) FROM norms_fts WHERE norms_fts MATCH ? AND rowid > ?")
    assert made.matches == ("p1",)
    assert len(made.pieces) == 2, "the rank belongs between them"


@cache
def _statements() -> list[str]:
    """All whole statements that the store has written out."""
    found = []
    for path in sorted((Path(dutybook.__file__).parent / "store").rglob("*.py")):
        if "postgresql" in path.parts or path.name in {"backups.py", "copies.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = " ".join(node.value.split())
                if (
                    re.match(r"(SELECT|WITH|INSERT|UPDATE|DELETE) [A-Za-z(]", text)
                    and "{" not in text
                    and text.count(" ") > 2
                ):
                    found.append(text)
    return found


def test_every_statement_is_read() -> None:
    statements = [each for each in _statements() if not re.search(r"(norms|articles)_fts\(\1_fts", each)]
    assert len(statements) > 200
    for statement in statements:
        made = translate(statement).sql
        assert "OR REPLACE" not in made, f"{statement}: use sql.upsert_into"


def test_every_statement_means_something_to_postgresql() -> None:
    """Names, types and groups, which a translation cannot check; accounts are in a file of their own."""
    postgres_server.needed()
    with closing(PostgresConnection(postgres_server.database_for(":memory:"), read_only=False)) as connection:
        for statement in _composed():
            made = translate(statement)
            wanted = dict.fromkeys(re.findall(r"%\((\w+)\)s", made.sql))
            connection._run("EXPLAIN " + "0.0".join(made.pieces), wanted)
            if statement.lstrip().startswith(("SELECT", "WITH")):
                ordered, _ = numbered("0.0".join(made.pieces))
                connection._run(f"PREPARE made AS {ordered}; DEALLOCATE made", None)


def _composed() -> list[str]:
    """All statements without parts left open, written out or composed."""
    found = dict.fromkeys(_statements())
    for module in pkgutil.walk_packages(dutybook.store.__path__, "dutybook.store."):
        if "datasette" in module.name or "postgresql" in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(value, str)
                and re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE) ", value)
                and "{" not in value
            ):
                found[str.__str__(value)] = None
    return [each for each in found if not _SQLITE_ONLY.search(each)]


#: The index and the catalogue of SQLite, tables of accounts, a beginning without its end.
_SQLITE_ONLY = re.compile(
    r"(norms|articles)_fts\(|norms_fts_docsize|sqlite_master|\b(sessions|tokens|people|attempts|former_names|identities|links|log)\b(?! l\b)|WHERE\s*$"
)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("lamp", "'lamp'"),
        ("lamp harbour", "('lamp' & 'harbour')"),
        ("lamp OR harbour", "('lamp' | 'harbour')"),
        ('"lamp oil"', "('lamp' <-> 'oil')"),
        ("lam*", "'lam':*"),
        ("bearer:operator", "'operator':B"),
        ("(lamp -oil) OR wick", "(('lamp' & !'oil') | 'wick')"),
    ],
)
def test_a_query_means_the_same(typed: str, query: str) -> None:
    assert text_index.match_of(parse(typed, ()).match).query.endswith(query)


def test_a_place_is_asked_for_from_its_beginning() -> None:
    cited = parse("Art 5 Harbour Act").cited
    assert cited is not None
    assert text_index.match_of(cited.at).query == "('\uf8ff':A <-> 'art':A <-> '5':A)"


def test_what_must_not_occur_is_not_ranked() -> None:
    assert text_index.match_of('("lamp" NOT "oil")').phrases == ("'lamp'",)


def test_words_keep_their_columns_apart() -> None:
    vector, number, typed = text_index.vector_of(["the lamp's oil", "operator", "", "Art 5", "Act", "", "the lamp oil"])
    words = dict(part.rsplit(":", 1) for part in vector.split(" "))
    assert words["'operator'"].endswith("B")
    assert words["'art'"].endswith("A")
    assert number == 4 + 1 + 2 + 1 + 3
    assert {"the", "lamp", "s", "oil", "operator", "art", "5", "act"} < set(typed)
    last_of_quote, first_of_bearer = int(words["'oil'"].split(",")[0]), int(words["'operator'"][:-1])
    assert first_of_bearer > last_of_quote + 1, "no phrase goes over"


def test_a_norm_is_ranked_by_forms_of_its_own_language() -> None:
    english, german = tag_of("en"), tag_of("de")
    found = [("'quays'", 4), (f"'{english}quay'", 9), (f"'{german}kai'", 2), (f"'{german}kais'", 3), ("'pier'", 0)]
    made = text_index.rank(found, 100, 20.0)
    assert made.phrases == ("phrase_0", "form_0", "form_1"), "a language has two forms, another has one"
    places = {tag: LANGUAGES.index(language) for tag, language in ((english, "en"), (german, "de"))}
    first, second = made.values["form_0"], made.values["form_1"]
    assert (first[places[english]], first[places[german]]) == (f"'{english}quay'", f"'{german}kai'")
    assert second[places[german]] == f"'{german}kais'"
    assert sum(one is not None for one in second) == 1
    assert made.values["form_weight_0"][places[english]] < made.values["form_weight_0"][places[german]], (
        "rare counts more"
    )
    assert text_index.language_of(["quays", f"{german}kai"]) == places[german] + 1
    assert text_index.language_of(["quays"]) == 0
    assert text_index.rank([("'pier'", 0)], 100, 20.0).values == {}, "no norm has it"


def test_the_index_is_asked_first_where_one_hit_is_enough() -> None:
    asked = "SELECT 1 FROM norms_fts CROSS JOIN norm_facets f ON f.row = norms_fts.rowid WHERE norms_fts MATCH ? AND f.standing LIMIT 1"
    made = translate(asked)
    assert made.sql.startswith('WITH "with_words" AS MATERIALIZED (SELECT')
    assert made.matches == ("p1",)
    many = translate(asked.replace("LIMIT 1", "LIMIT 20")).sql
    assert "MATERIALIZED" not in many
    narrow_join = (
        'FROM "norms_fts" CROSS JOIN LATERAL (SELECT "norms_fts"."rowid" AS "row", "norms_fts"."standing") AS "f"'
    )
    assert narrow_join in many, "the narrow row stands beside the words"
    assert '(SELECT "rowid", "standing" FROM "norms_fts" WHERE' in made.sql, (
        "no more of it is kept than what is asked for"
    )
    longer = translate(asked.replace("norm_facets f ON f.row", "norms n ON n.row").replace("f.s", "n.s")).sql
    assert 'LATERAL (SELECT * FROM "norms" WHERE "norms"."row" = "norms_fts"."rowid" OFFSET 0)' in longer
    assert "LATERAL" not in translate("SELECT 1 FROM norms n JOIN norm_facets f ON f.row = n.row").sql


def test_words_that_must_be_missing_are_looked_for_in_the_row_at_hand() -> None:
    asked = "SELECT f.row FROM norms_fts CROSS JOIN norm_facets f ON f.row = norms_fts.rowid WHERE norms_fts MATCH ?"
    without = " AND f.[row] NOT IN (SELECT rowid FROM norms_fts WHERE norms_fts MATCH ?)"
    found = 'CAST(%(p1)s AS tsquery) @@ "norms_fts"."words"'
    assert translate(asked + without).sql.endswith(f"WHERE {found} AND NOT {found.replace('p1', 'p2')}")
    first = translate(f"{asked}{without} LIMIT 1").sql
    assert first.startswith(
        f'WITH "with_words" AS MATERIALIZED (SELECT "rowid", "words" FROM "norms_fts" WHERE {found})'
    )
    elsewhere = translate(f"SELECT f.row FROM norm_facets f WHERE f.standing{without}").sql
    assert '"f"."row" IN (SELECT "rowid"' in elsewhere, "there is no row of the index at hand"


def test_a_list_leads_to_rows_between_two_numbers() -> None:
    made = translate(
        "SELECT f.row FROM json_each(?) j CROSS JOIN articles a ON a.row = j.value CROSS JOIN norms n ON n.row BETWEEN a.row AND a.last AND n.x = a.x"
    ).sql
    assert (
        'LATERAL (SELECT * FROM "norms" WHERE "norms"."row" BETWEEN "a"."row" AND "a"."last" AND "norms"."x" = "a"."x" OFFSET 0) AS "n"'
        in made
    )


def test_rows_by_documents_are_taken_in_their_order() -> None:
    asked = "SELECT f.row FROM document_rows r CROSS JOIN norm_facets f ON f.row BETWEEN r.first AND r.last"
    assert translate(f"{asked} ORDER BY r.title LIMIT 15001").sql.endswith("LIMIT (SELECT 15001)")
    assert translate(f"{asked} LIMIT 15001").sql.endswith("LIMIT 15001"), "there is nothing to sort"


def test_words_that_are_enough_alone_are_known() -> None:
    asked = {
        "quay": ["quay"],
        "7(a)": [],
        "quay lamp": [],
        '"harbour quay"': [],
        "qua*": [],
        "bearer:quay": [],
    }
    found = {words: text_index.alternatives(text_index.match_of(parse(words, ()).match).query) for words in asked}
    assert found == asked
    forms = text_index.alternatives("('kai' | 'x' | ('kais' & 'er') | 'y':B | 'z':*)")
    assert forms == ["kai", "x"]


def test_only_words_that_norms_have_rank() -> None:
    made = text_index.rank([("'lamp'", 3), ("'oil'", 0), ("'wick'", 1)], 10, 20.0)
    assert made.phrases == ("phrase_0", "phrase_1")
    assert [made.values[name] for name in made.phrases] == ["'lamp'", "'wick'"]
    assert made.values["weight_0"] < made.values["weight_1"], "a rare word counts more"
    assert made.sql.count("ts_rank") == len(made.phrases)
    assert text_index.rank([("'oil'", 0)], 10, 20.0).sql == "(-(0))::float8"


def test_no_expression_is_refused() -> None:
    for bad in ("", '"lamp" AND', "(", '""', "~"):
        with pytest.raises(ValueError, match="full-text"):
            text_index.match_of(bad)
