"""SQLite's SQL as PostgreSQL's: each statement is read once by sqlglot, rewritten as a tree, and kept.

Where the engines differ, the tree says what is meant: a number where PostgreSQL wants a truth (``WHERE missing``), functions
that PostgreSQL has under another name or not at all (``functions.sql``), the words of the full-text index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlglot import exp, parse_one

from dutybook.store.database.postgresql import plan_hints
from dutybook.store.database.postgresql.plan_hints import TEXT_INDEXES

#: The schema (namespace) that holds a register in its database.
NAMESPACE = "dutybook"

_LEXEMES = re.compile(
    r"""'(?:[^']|'')*'|"[^"]*"|\[[^\]]*\]|--[^\n]*|(?P<number>\?\d*)|(?P<name>:[A-Za-z_]\w*)|(?P<hint>\bNOT\ INDEXED\b|\bINDEXED\ BY\ \w+)""",
    re.VERBOSE | re.IGNORECASE,
)
#: What is no parameter.
_PERCENT = re.compile(r"%(?!\(\w+\)s)")
#: Stands for the rank of a row until the words that are looked for are known.
_RANK = "\x00rank\x00"

_PREDICATES = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is),
    *(exp.And, exp.Or, exp.Not, exp.In, exp.Exists, exp.Between, exp.Like, exp.ILike, exp.Boolean),
    *(exp.MatchAgainst, exp.ArrayOverlaps),
)


@dataclass(frozen=True, slots=True)
class Translated:
    """A statement for PostgreSQL: its parameters are named ``p1``, ``p2``, … or as they were.

    ``matches`` are the parameters that are full-text queries. ``pieces``: the statement around places where the rank belongs.
    """

    pieces: tuple[str, ...]
    matches: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The statement; it has no rank."""
        return "".join(self.pieces)

    @property
    def plain(self) -> str:
        """The statement where it has no parameters."""
        return self.sql.replace("%%", "%")


def named(values: Sequence[Any] | Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters by the names that they have in a translated statement."""
    if isinstance(values, Mapping):
        return values
    return {f"p{number}": value for number, value in enumerate(values, 1)}


@lru_cache(maxsize=4096)
def translate(sql: str) -> Translated:
    """A statement of the store, for PostgreSQL.

    Raises:
        sqlglot.errors.ParseError: it is no SQL.
    """
    tree = parse_one(_with_named_parameters(sql), read="sqlite")
    matches = dict.fromkeys(
        node.expression.name for node in tree.find_all(exp.Match) if isinstance(node.expression, exp.Placeholder)
    )
    made = _rewritten(tree).sql(dialect="postgres", identify=True, comments=False)
    return Translated(tuple(_PERCENT.sub("%%", made).split(_RANK)), tuple(matches))


def translate_condition(sql: str) -> str:
    """A condition without parameters, such as that of a trigger."""
    tree = exp.Where(this=parse_one(sql, read="sqlite"))
    return _rewritten(tree).sql(dialect="postgres", identify=True).strip().removeprefix("WHERE").strip()


def _with_named_parameters(sql: str) -> str:
    """The statement with ``:p1`` for ``?`` and ``?1``, as SQLite numbers them, and without hints to SQLite's planner."""
    last = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal last
        if found["hint"]:
            return ""
        if not found["number"]:
            return found[0]
        number = int(found["number"][1:] or last + 1)
        last = max(last, number)
        return f":p{number}"

    return _LEXEMES.sub(replace, sql)


def _rewritten(tree: exp.Expr) -> exp.Expr:
    """The tree in PostgreSQL's terms."""
    # From the leaves to the root, so that what a node is put into finds it in PostgreSQL's terms.
    for node in reversed(list(tree.dfs())):
        parent, key, index = node.parent, node.arg_key, node.index
        made = _in_postgresql(node)
        if made is node:
            continue
        if parent is None:
            tree = made
        else:
            parent.set(str(key), made, index)
    for select in tree.find_all(exp.Select):
        _name_out(select)
    plan_hints.apply(tree)
    for number, subquery in enumerate(_unnamed(tree)):
        subquery.set("alias", exp.TableAlias(this=exp.to_identifier(f"unnamed_{number}")))
    return _as_value(tree)


def _name_out(select: exp.Select) -> None:
    """Put what a name stands for in its place within expressions of ORDER BY and HAVING, where PostgreSQL knows columns of tables alone.

    A name that is also that of a column within it is left: there it means the column, to both.
    """
    named_columns = {
        alias.alias: alias.this
        for alias in select.expressions
        if isinstance(alias, exp.Alias) and not any(column.name == alias.alias for column in alias.find_all(exp.Column))
    }
    for part in filter(None, (select.args.get("order"), select.args.get("having"))):
        for column in list(part.find_all(exp.Column)):
            whole = isinstance(column.parent, exp.Ordered)
            if (
                not column.table
                and column.name in named_columns
                and not whole
                and column.find_ancestor(exp.Select) is select
            ):
                column.replace(exp.Paren(this=named_columns[column.name].copy()))


def _unnamed(tree: exp.Expr) -> Iterator[exp.Subquery]:
    """Subqueries that stand for a table without a name, which PostgreSQL asks for."""
    for node in tree.find_all(exp.Subquery):
        if isinstance(node.parent, exp.From | exp.Join) and not node.alias:
            yield node


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _json_each(node: exp.Anonymous) -> exp.Expr:
    return _call("each_of", *node.expressions)


def _date(node: exp.Anonymous) -> exp.Expr:
    return _call("day_of", *node.expressions)


def _day(node: exp.Date) -> exp.Expr:
    return _call("day_of", node.this)


def _cast(node: exp.Cast) -> exp.Expr:
    return exp.cast(node.this, exp.DataType.Type.BIGINT) if node.is_type(exp.DataType.Type.INT) else node


def _glob(node: exp.Glob) -> exp.Expr:
    return exp.EQ(this=_call("glob", node.this, node.expression), expression=exp.Boolean(this=True))


def _bm25(_node: exp.Expr) -> exp.Expr:
    return exp.Var(this=_RANK)


#: Functions that sqlglot leaves as they are, by their names.
_FUNCTIONS: dict[str, Callable[[exp.Anonymous], exp.Expr]] = {
    "json_each": _json_each,
    "date": _date,
    "bm25": _bm25,
    "json_array": lambda node: _call("json_array_of", *node.expressions),
    "hex": lambda node: _call("encode", *node.expressions, exp.Literal.string("hex")),
    "char": lambda node: _call("chr", *node.expressions),
}


def _json_value(node: exp.Expr) -> exp.Expr:
    path = node.expression
    keys = [exp.Literal.string(key.name) for key in path.expressions if isinstance(key, exp.JSONPathKey)]
    return _call("json_text", node.this, *keys)


def _json_array(node: exp.JSONArray) -> exp.Expr:
    return _call("json_array_of", *node.expressions)


def _json_array_agg(node: exp.JSONArrayAgg) -> exp.Expr:
    made = exp.cast(_call("jsonb_agg", node.this), exp.DataType.Type.TEXT)
    return exp.Coalesce(this=made, expressions=[exp.Literal.string("[]")])


def _substring(node: exp.Substring) -> exp.Expr:
    start = node.args["start"]
    if isinstance(start, exp.Literal) and start.name != "0":
        return node
    return _call("substr_of", node.this, start, *([node.args["length"]] if node.args.get("length") else []))


def _group_concat(node: exp.GroupConcat) -> exp.Expr:
    separator = node.args.get("separator") or exp.Literal.string(",")
    return _call("string_agg", node.this, separator)


def _extreme(node: exp.Greatest | exp.Least) -> exp.Expr:
    """SQLite's ``max`` of several values is NULL where one of them is."""
    unknown = exp.or_(*(exp.Is(this=each.copy(), expression=exp.Null()) for each in (node.this, *node.expressions)))
    return exp.Case(ifs=[exp.If(this=unknown, true=exp.Null())], default=node)


def _like(node: exp.Like) -> exp.Expr:
    return exp.ILike(this=node.this, expression=node.expression)


def _collate(node: exp.Collate) -> exp.Expr:
    """``COLLATE NOCASE`` folds ASCII, as ``lower`` does in the collation of our columns."""
    if node.expression.name.upper() != "NOCASE":
        return node
    parent = node.parent
    if isinstance(parent, exp.EQ | exp.NEQ):
        side = "expression" if parent.this is node else "this"
        other = parent.args[side]
        if not isinstance(other, exp.Collate):
            other.replace(exp.Lower(this=_in_c(other)))
    return exp.Lower(this=_in_c(node.this))


def _in_c(node: exp.Expr) -> exp.Expr:
    return exp.Collate(this=exp.Paren(this=node.copy()), expression=exp.to_identifier("C", quoted=True))


def _is(node: exp.Is) -> exp.Expr:
    """The server finds out the type of a parameter by what it is compared with: where that is NULL alone, it has to be named."""
    if isinstance(node.this, exp.Placeholder):
        node.set("this", exp.cast(node.this, exp.DataType.Type.TEXT))
    return node


def _match(node: exp.Match) -> exp.Expr:
    select = node.find_ancestor(exp.Select)
    tables = select.find_all(exp.Table) if select else ()
    table = next((table.alias_or_name for table in tables if table.name in TEXT_INDEXES), TEXT_INDEXES[0])
    words = exp.column("words", table=table)
    query = exp.cast(node.expression.copy(), exp.DataType.build("tsquery", dialect="postgres", udt=True))
    return exp.MatchAgainst(this=words, expressions=[query])


def _join(node: exp.Join) -> exp.Expr:
    if node.args.get("on") is not None and node.kind == "CROSS":
        node.set("kind", None)
    elif node.args.get("on") is None and not node.args.get("using") and not node.kind and not node.side:
        node.set("kind", "CROSS")
    return node


def _insert(node: exp.Insert) -> exp.Expr:
    if node.args.get("alternative") == "IGNORE":
        node.set("alternative", None)
        node.set("conflict", exp.OnConflict(action=exp.var("DO NOTHING")))
    return node


def _ordered(node: exp.Ordered) -> exp.Expr:
    # In ON CONFLICT the key has no order.
    return node.this if isinstance(node.parent, exp.OnConflict) else node


def _table(node: exp.Table) -> exp.Expr:
    """``main`` is the file itself, whatever views stand before its tables; ``temp`` has the words of the index."""
    if node.db in ("main", "temp"):
        node.set("db", exp.to_identifier(NAMESPACE))
    return node


def _literal(node: exp.Literal) -> exp.Expr:
    """A number with a point is double precision, as SQLite's are; PostgreSQL would take it for a decimal one, which is slow."""
    if node.is_string or "." not in node.name:
        return node
    return exp.cast(exp.Literal.string(node.name), exp.DataType.Type.DOUBLE)


def _limit(node: exp.Limit) -> exp.Expr:
    """``LIMIT -1`` is no limit."""
    if isinstance(node.expression, exp.Neg):
        return exp.Limit(expression=exp.Null())
    if isinstance(node.expression, exp.Placeholder):
        # The number is known when the statement runs.
        number = exp.cast(node.expression, exp.DataType.Type.BIGINT)
        none = exp.LT(this=number, expression=exp.Literal.number(0))
        return exp.Limit(expression=exp.Case(ifs=[exp.If(this=none, true=exp.Null())], default=number.copy()))
    return node


_NODES: dict[type[exp.Expr], Callable[[Any], exp.Expr]] = {
    exp.JSONExtract: _json_value,
    exp.JSONExtractScalar: _json_value,
    exp.JSONArray: _json_array,
    exp.JSONArrayAgg: _json_array_agg,
    exp.Substring: _substring,
    exp.GroupConcat: _group_concat,
    exp.Greatest: _extreme,
    exp.Least: _extreme,
    exp.Like: _like,
    exp.Collate: _collate,
    exp.Is: _is,
    exp.Match: _match,
    exp.Glob: _glob,
    exp.Join: _join,
    exp.Insert: _insert,
    exp.Ordered: _ordered,
    exp.Table: _table,
    exp.Date: _day,
    exp.Cast: _cast,
    exp.Limit: _limit,
    exp.Literal: _literal,
}


def _in_postgresql(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous):
        rewrite = _FUNCTIONS.get(node.name.lower())
        return rewrite(node) if rewrite else node
    own = _NODES.get(type(node))
    return own(node) if own else node


# A truth is a number in SQLite and a type of its own in PostgreSQL. What stands where a truth is wanted is compared with 0; a truth
# that is a value becomes 1 or 0.


def _as_value(node: exp.Expr) -> exp.Expr:
    """The tree with each truth as a number, but where a truth is wanted."""
    return _typed(node, False)


def _wanted(node: exp.Expr, key: str, own: bool) -> bool:
    """Whether a truth is wanted in this place of a node, which itself is wanted as one or not."""
    match node:
        case exp.And() | exp.Or() | exp.Xor() | exp.Not() | exp.Where() | exp.Having():
            return True
        case exp.Join():
            return key == "on"
        case exp.If():
            case_of_value = isinstance(node.parent, exp.Case) and node.parent.this is not None
            return not case_of_value if key == "this" else own
        case exp.Case():
            return own and key in ("default", "ifs")
        case exp.CheckColumnConstraint() | exp.Escape():
            return key == "this"
        case exp.Paren() | exp.Coalesce():
            return own
    return False


def _typed(node: exp.Expr, wanted: bool) -> exp.Expr:
    for key, child in list(node.args.items()):
        if isinstance(child, exp.Expr):
            node.set(key, _typed(child, _wanted(node, key, wanted)))
        elif isinstance(child, list) and any(isinstance(each, exp.Expr) for each in child):
            made = [_typed(c, _wanted(node, key, wanted)) if isinstance(c, exp.Expr) else c for c in child]
            node.set(key, made)
    truth = _is_truth(node)
    if wanted and not truth:
        return _truth_of(node)
    # EQ(call, TRUE) is a truth that was made here already; in a comparison with TRUE both sides are truths.
    if not wanted and truth and not _compared_with_truth(node):
        if isinstance(node, exp.Boolean):
            return exp.Literal.number(int(node.this))
        return exp.cast(exp.Paren(this=node), exp.DataType.Type.INT)
    return node


def _is_assignment(node: exp.Expr) -> bool:
    """Whether ``a = b`` gives a column its value."""
    return isinstance(node.parent, exp.Update | exp.OnConflict) and node.arg_key == "expressions"


def _compared_with_truth(node: exp.Expr) -> bool:
    return isinstance(node, exp.Boolean) and isinstance(node.parent, exp.EQ)


def _is_truth(node: exp.Expr) -> bool:
    if _is_assignment(node):
        return False
    if isinstance(node, exp.Not | exp.Is | exp.Exists):
        return True
    if isinstance(node, exp.Paren):
        return _is_truth(node.this)
    if isinstance(node, exp.Coalesce):
        return _is_truth(node.this)
    if isinstance(node, exp.Case):
        return _is_truth(cast("exp.Expr", node.args["ifs"][0].args["true"]))
    if isinstance(node, exp.If) and not isinstance(node.parent, exp.Case):
        return _is_truth(cast("exp.Expr", node.args["true"]))
    # An ESCAPE belongs to the LIKE in it.
    if isinstance(node, exp.Escape):
        return True
    return isinstance(node, _PREDICATES)


def _truth_of(node: exp.Expr) -> exp.Expr:
    """A value as a truth, as SQLite takes it."""
    if isinstance(node, exp.Literal) and not node.is_string:
        return exp.Boolean(this=node.name not in ("0", "0.0"))
    if isinstance(node, exp.Null | exp.If):
        return node
    return exp.NEQ(this=exp.Paren(this=node), expression=exp.Literal.number(0))
