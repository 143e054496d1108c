"""What a translated statement says so that PostgreSQL plans it well: which table leads, and in what the words are looked for.

SQLite joins tables of a CROSS JOIN in the order in which they stand, and the store relies on that. PostgreSQL goes by how many rows it
expects, and knows little of how many norms have a word or stand in a document.
"""

from __future__ import annotations

from sqlglot import exp

from dutybook.store.database.postgresql import filter_index, text_index

#: The tables of the full-text indexes.
TEXT_INDEXES = (text_index.WORDS_TABLE, "articles_fts")
#: What numbers the norms in the index of their words.
_WORDS_ROW = (TEXT_INDEXES[0], "rowid")
#: The norms that hold the words, found before anything else.
_FIRST = "with_words"

#: Tables that lead where a statement names them first: what the words or the document lead to is few rows.
_LEADING = (TEXT_INDEXES[0], "document_rows")


def apply(tree: exp.Expr) -> None:
    """Change a statement that is in PostgreSQL's terms already; it means the same."""
    for select in list(tree.find_all(exp.Select)):
        _match_at_once(select)
        _let_filters_narrow(select)
        _let_lead(select)
    _find_words_first(tree)


def _let_lead(select: exp.Select) -> None:
    """Where the full-text index, documents or a list are joined with norms, have them lead, and the norms be looked up by their numbers.

    PostgreSQL knows little of how many norms have rare words or several, or stand in a document: it expects a tenth of all where there are
    ten, and would read whole tables for them.
    """
    first = select.args.get("from_")
    if not first or not isinstance(first.this, exp.Table):
        return
    listed = isinstance(first.this.this, exp.Anonymous)
    if not listed and first.this.name not in _LEADING:
        return
    limit = select.args.get("limit")
    if not listed and select.args.get("order") and limit and isinstance(limit.expression, exp.Literal):
        # A number of rows that the server does not know has it take them in their order, in place of sorting all of them.
        limit.set("expression", exp.Subquery(this=exp.select(limit.expression.copy())))
    for join in select.args.get("joins") or []:
        table, on = join.this, join.args.get("on")
        among = on.find(exp.Between) if on else None
        by_number = among is not None or (isinstance(on, exp.EQ) and on.expression.name == "rowid")
        if not isinstance(table, exp.Table) or not by_number:
            continue
        if table.name == text_index.NARROW and _named(on.expression) == _WORDS_ROW:
            join.replace(exp.Join(this=_copied_row(table, select), kind="CROSS"))
            continue
        own = on.copy()
        for column in own.find_all(exp.Column):
            if column.table == table.alias_or_name:
                column.set("table", exp.to_identifier(table.name))
        # With an OFFSET it is not planned together with the rest.
        rows = exp.select("*").from_(exp.to_table(table.name)).where(own).offset(0)
        alias = exp.TableAlias(this=exp.to_identifier(table.alias_or_name))
        join.replace(exp.Join(this=exp.Lateral(this=exp.Subquery(this=rows), alias=alias), kind="CROSS"))


def _copied_row(table: exp.Table, select: exp.Select) -> exp.Lateral:
    """The narrow row of a norm as the copy of it beside the norm's words, which is at hand: the columns that a statement asks for."""
    named = table.alias_or_name
    asked = _columns_of(named, select)
    number = exp.alias_(exp.column("rowid", table=TEXT_INDEXES[0]), text_index.NUMBER)
    copied = (exp.column(name, table=TEXT_INDEXES[0]) for name in text_index.narrow_columns() if name in asked)
    alias = exp.TableAlias(this=exp.to_identifier(named))
    return exp.Lateral(this=exp.Subquery(this=exp.select(number, *copied)), alias=alias)


def _columns_of(table: str, tree: exp.Expr) -> dict[str, None]:
    """The columns of a table that a statement names."""
    return {column.name: None for column in tree.find_all(exp.Column) if column.table == table}


def _match_at_once(select: exp.Select) -> None:
    """Where the full-text index leads, see in its row whether a norm has other words, too, in place of finding all norms that have them.

    ``f.row IN (SELECT rowid FROM norms_fts WHERE words @@ …)`` becomes ``norms_fts.words @@ …``, where ``f.row`` is that of the index.
    """
    first = select.args.get("from_")
    if not first or not isinstance(first.this, exp.Table) or first.this.name != TEXT_INDEXES[0]:
        return
    own = {_WORDS_ROW}
    for join in select.args.get("joins") or []:
        on = join.args.get("on")
        if isinstance(on, exp.EQ) and _named(on.expression) in own:
            own.add(_named(on.this))
    for node in list(select.args["where"].find_all(exp.In)) if select.args.get("where") else []:
        query = node.args.get("query")
        inner = query.this if isinstance(query, exp.Subquery) else query
        if not isinstance(inner, exp.Select) or _named(node.this) not in own or inner.args.get("joins"):
            continue
        where, table = inner.args.get("where"), inner.args["from_"].this
        if table.name == TEXT_INDEXES[0] and not table.alias and where and isinstance(where.this, exp.MatchAgainst):
            node.replace(where.this.copy())


def _let_filters_narrow(select: exp.Select) -> None:
    """Where the full-text index leads to narrow rows, have it leave out those that pass no filter whose values it has."""
    first = select.args.get("from_")
    if not first or not isinstance(first.this, exp.Table) or first.this.name != TEXT_INDEXES[0]:
        return
    for join in select.args.get("joins") or []:
        on = join.args.get("on")
        narrow = isinstance(join.this, exp.Table) and join.this.name == text_index.NARROW
        if narrow and select.args.get("where") and isinstance(on, exp.EQ) and _named(on.expression) == _WORDS_ROW:
            filter_index.narrow_hits(select, join.this.alias_or_name)


def _named(node: exp.Expr) -> tuple[str, str]:
    """The table and the name of a column."""
    return (node.table, node.name) if isinstance(node, exp.Column) else ("", "")


def _find_words_first(tree: exp.Expr) -> None:
    """Where one hit is enough, have the full-text index asked first.

    PostgreSQL takes rare words for common ones, and would look through the whole table for the first norm that has them.
    """
    limit, where = tree.args.get("limit"), tree.args.get("where")
    if not isinstance(tree, exp.Select) or not where or not limit or limit.expression.name != "1":
        return
    conditions = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    matches = [one for one in conditions if filter_index.is_of_index(one)]
    table = next((table for table in tree.find_all(exp.Table) if table.name == TEXT_INDEXES[0]), None)
    if not matches or table is None or table.find_ancestor(exp.Select) is not tree:
        return
    rest = [one.copy() for one in conditions if one not in matches]
    inner = exp.select().from_(table.copy()).where(*(match.copy() for match in matches))
    where.set("this", exp.and_(*rest) if rest else exp.true())
    named = {"rowid": None} | _columns_of(TEXT_INDEXES[0], tree)
    inner = inner.select(*map(exp.column, named))
    table.replace(exp.to_table(_FIRST).as_(TEXT_INDEXES[0]))
    first = exp.CTE(this=inner, alias=exp.TableAlias(this=exp.to_identifier(_FIRST)), materialized=True)
    tree.set("with_", exp.With(expressions=[first]))
