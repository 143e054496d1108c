"""The schema in PostgreSQL, made from ``schema.sql``, the one description of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import resources

from dutybook.store import schema
from dutybook.store.database.postgresql import filter_index, text_index
from dutybook.store.database.postgresql.translation import translate, translate_condition
from dutybook.store.sql import compose, join, name, names

#: Indexes that speed up searches for a part of a text, where the extension pg_trgm is there.
TRIGRAM_INDEXES = (
    "CREATE INDEX IF NOT EXISTS norms_bearer_trigrams ON norms USING gin (fold(bearer) gin_trgm_ops)",
    "CREATE INDEX IF NOT EXISTS work_names_trigrams ON work_names USING gin (fold(short_title) gin_trgm_ops)",
    "CREATE INDEX IF NOT EXISTS documents_title_trigrams ON documents USING gin (fold(title) gin_trgm_ops)",
)

_TYPES = {"TEXT": 'text COLLATE "C"', "INTEGER": "bigint", "REAL": "double precision", "BLOB": "bytea"}
#: The words of the index, also the keys of forms, with the number of norms that have each: for ranks, and for a word that no norm has. To count
#: them anew takes longer than anybody waits.
_VOCABULARY = 'CREATE TABLE norm_words (term text COLLATE "C" PRIMARY KEY, doc bigint NOT NULL) WITH (fillfactor = 70)'
_COLUMN = re.compile(r'^(?P<space>\s*)(?P<name>"?\w+"?) (?P<type>TEXT|INTEGER|REAL|BLOB)\b(?P<rest>.*)$', re.MULTILINE)
_REFERENCE = re.compile(r" REFERENCES (?P<target>\w+\(\w+\)(?: ON DELETE (?:CASCADE|SET NULL))?)")
_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*)\)(?: STRICT(?:, WITHOUT ROWID)?)?$", re.DOTALL)
_TRIGGER = re.compile(
    r"CREATE TRIGGER (?P<name>\w+) (?P<when>BEFORE|AFTER) (?P<event>\w+) ON (?P<table>\w+)(?: WHEN (?P<only>.*?))? BEGIN (?P<body>.*); END$",
    re.DOTALL,
)
_RAISE = re.compile(r"SELECT RAISE\(ABORT, '(?P<says>[^']*)'\)")


def statements() -> Iterator[str]:
    """What makes an empty register, in order."""
    yield from functions()
    #: What refers to tables that are not there yet.
    later: list[str] = []
    views: dict[str, str] = {}
    for statement in schema.statements():
        if statement.startswith("CREATE TABLE"):
            yield _table(statement, later, schema.ARRIVAL_TABLES)
        elif statement.startswith("CREATE VIRTUAL TABLE norms_fts"):
            yield _words_of_norms()
            # The rank of a hit reads its words once for each word that is looked for: they are kept as they are, next to the row.
            yield "ALTER TABLE norms_fts ALTER COLUMN words SET STORAGE EXTERNAL"
            yield f"CREATE INDEX norms_fts_words ON norms_fts USING gin (words, {filter_index.list_columns()})"
            yield _VOCABULARY
            later += _following()
        elif statement.startswith("CREATE VIRTUAL TABLE articles_fts"):
            yield (
                "CREATE TABLE articles_fts (rowid bigint PRIMARY KEY REFERENCES articles(row) ON DELETE CASCADE DEFERRABLE, "
                "words tsvector NOT NULL)"
            )
            yield "CREATE INDEX articles_fts_words ON articles_fts USING gin (words)"
        elif statement.startswith("CREATE TRIGGER"):
            later += _trigger(statement)
        elif statement.startswith("CREATE VIEW"):
            views[statement.split()[2]] = translate(statement).plain
        elif statement.startswith("INSERT INTO meta"):
            yield "INSERT INTO meta (key, value) VALUES ('register_id', substr(md5(random()::text || clock_timestamp()::text), 1, 16))"
        elif statement.startswith("INSERT INTO history_head"):
            yield "INSERT INTO history_head (id, rows, hash) VALUES (1, 0, repeat('0', 64))"
        else:
            yield translate(statement).plain
    yield from _in_order(views)
    yield from later
    # ``norms`` are in the full-text index, with so many ``words``.
    yield (
        "CREATE TABLE register_state (one integer PRIMARY KEY CHECK (one = 1), version bigint NOT NULL, writes bigint NOT NULL, "
        "norms bigint NOT NULL, words bigint NOT NULL)"
    )
    yield compose("INSERT INTO register_state VALUES (1, {version}, 0, 0, 0)", version=schema.VERSION)


def _words_of_norms() -> str:
    """The table of the index of words: ``forms`` is the language of forms among them (:func:`text_index.language_of`)."""
    narrow = (f"{_name(name)} {_TYPES[kind]} {rest}" for name, (kind, rest) in text_index.narrow_columns().items())
    return (
        "CREATE TABLE norms_fts (rowid bigint PRIMARY KEY REFERENCES norms(row) ON DELETE CASCADE DEFERRABLE, length integer NOT NULL, "
        f"forms integer NOT NULL, {', '.join(narrow)}, words tsvector NOT NULL) WITH (toast_tuple_target = 8000)"
    )


def _following() -> Iterator[str]:
    """What has the copies of narrow rows beside the words follow them."""
    columns = text_index.narrow_columns()
    new = join(", ", (compose("{name} = {new}", name=name(each), new=names([each], of="new")) for each in columns))
    changed = translate(compose("UPDATE norms_fts SET {new} WHERE rowid = new.row", new=new)).plain
    yield f"CREATE FUNCTION follow_narrow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {changed}; RETURN NULL; END $$"
    yield (
        f"CREATE TRIGGER follow_narrow AFTER UPDATE ON {text_index.NARROW} FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) "
        "EXECUTE FUNCTION follow_narrow()"
    )


def tables_of(described: Iterable[str], arriving: Collection[str]) -> Iterator[str]:
    """What makes other tables, with their indexes and triggers; rows of those that are ``arriving`` are numbered as they come."""
    later: list[str] = []
    for statement in described:
        if statement.startswith("CREATE TABLE"):
            yield _table(statement, later, arriving)
        elif statement.startswith("CREATE TRIGGER"):
            later += _trigger(statement)
        else:
            yield translate(statement).plain
    yield from later


def functions() -> Iterator[str]:
    """The functions that the SQL of the store calls."""
    text = resources.files("dutybook.store.database.postgresql").joinpath("functions.sql").read_text("utf-8")
    yield re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    yield _folding()


def _in_order(views: dict[str, str]) -> Iterator[str]:
    """Views after those that they read."""
    needs = {
        name: [other for other in views if other != name and f'"{other}"' in statement.partition(" AS ")[2]]
        for name, statement in views.items()
    }
    return (views[name] for name in TopologicalSorter(needs).static_order())


def _table(statement: str, references: list[str], arriving: Collection[str]) -> str:
    found = _TABLE.match(statement)
    if not found:
        raise ValueError(f"no table: {statement[:60]}")
    table, body = found.groups()
    body = re.sub(r"--[^\n]*", "", body)

    def column(one: re.Match[str]) -> str:
        name, kind, rest = one["name"], one["type"], one["rest"]
        if reference := _REFERENCE.search(rest):
            references.append(f"ALTER TABLE {table} ADD FOREIGN KEY ({_name(name)}) REFERENCES {reference['target']}")
            rest = rest.replace(reference[0], "")
        own = _TYPES[kind]
        if kind == "INTEGER" and "PRIMARY KEY" in rest and "CHECK" not in rest and "REFERENCES" not in one["rest"]:
            own += " GENERATED BY DEFAULT AS IDENTITY"
        return f"{one['space']}{_name(name)} {own}{rest.replace(' AUTOINCREMENT', '')}"

    body = _COLUMN.sub(column, body)
    body = re.sub(r"^(\s*(?:PRIMARY KEY|UNIQUE)) \(([^)]*)\)", _key, body, flags=re.MULTILINE)
    if table in arriving:
        body += ",\n    rowid bigint GENERATED ALWAYS AS IDENTITY"
    return f"CREATE TABLE {table} ({body})"


def _key(found: re.Match[str]) -> str:
    return f"{found[1]} ({', '.join(_name(each.strip()) for each in found[2].split(','))})"


def _name(name: str) -> str:
    return '"' + name.strip('"') + '"'


def _trigger(statement: str) -> Iterator[str]:
    found = _TRIGGER.match(" ".join(statement.split()))
    if not found:
        raise ValueError(f"no trigger: {statement[:60]}")
    name, table = found["name"], found["table"]
    raised = _RAISE.match(found["body"])
    does = f"RAISE EXCEPTION '{raised['says']}'" if raised else found["body"]
    only = found["only"] or "1"
    condition = re.sub(r'"(new|old)"\.', r"\1.", translate_condition(only))
    back = "old" if found["event"] == "DELETE" else "new"
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN {does}; END IF; "
        f"RETURN {back}; END $$"
    )
    yield f"CREATE TRIGGER {name} {found['when']} {found['event']} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


#: Letters of the scripts of our languages: Latin, Greek and Cyrillic ones.
_LETTERS = (range(0x80, 0x530), range(0x1E00, 0x2100))
#: The iota below a Greek letter, which decomposition leaves as a mark.
_IOTA_BELOW = 0x345


@cache
def _folding() -> str:
    """The function that folds a text as :func:`dutybook.languages.letters.fold` does."""
    from dutybook.languages.letters import fold

    lower = [letter for codes in _LETTERS for letter in map(chr, codes) if letter.lower() == letter]
    # What neither lower case nor decomposition gives. Each letter costs time in every text, so only these are replaced.
    odd = {letter: fold(letter) for letter in (*lower, chr(_IOTA_BELOW)) if _is_odd(letter, fold(letter))}
    # Those that become nothing come last: translate() drops what has no counterpart.
    single = sorted((c for c, made in odd.items() if len(made) <= 1), key=lambda c: not odd[c])
    inner = 'normalize(lower(whole COLLATE "und-x-icu"), NFKD)'
    for c, made in odd.items():
        if len(made) > 1:
            inner = f"replace({inner}, {_text(c)}, {_text(made)})"
    source, target = "".join(single), "".join(odd[c] for c in single)
    marks = "".join(_ranges(code for code in range(0x300, 0x10000) if unicodedata.combining(chr(code))))
    return (
        "CREATE OR REPLACE FUNCTION fold(whole text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        'SELECT CASE WHEN octet_length(whole) = char_length(whole) THEN lower(whole COLLATE "C") ELSE '
        f"regexp_replace(translate({inner}, {_text(source)}, {_text(target)}), '[{marks}]', '', 'g') COLLATE \"C\" END $$"
    )


def _is_odd(letter: str, folded: str) -> bool:
    """Whether a letter that decomposition leaves as it is becomes another one, or a mark does not go."""
    whole = unicodedata.normalize("NFKD", letter) == letter
    return whole and folded != ("" if unicodedata.combining(letter) else letter)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _ranges(codes: Iterator[int]) -> Iterator[str]:
    """Characters for a class in a regular expression, neighbours as a range."""
    start = last = -2
    for code in codes:
        if code != last + 1:
            if start >= 0:
                yield f"\\u{start:04X}-\\u{last:04X}"
            start = code
        last = code
    if start >= 0:
        yield f"\\u{start:04X}-\\u{last:04X}"
