"""Norms that people added from rejected sentences: put among the rows of a document whenever it is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dutybook.records import content_id
from dutybook.records.norm_fields import NORM_FIELDS, FieldKind
from dutybook.store.database.protocols import Connection
from dutybook.store.documents.columns import COLUMNS, rows_of
from dutybook.store.documents.flatten import Flat, Row
from dutybook.store.search.headings import Places
from dutybook.store.search.terms import headings_of, terms_of
from dutybook.store.sql import compose, name, names

REVIEWER = "reviewer"
"""The name in the evidence of a norm that a person added."""
_ADDED = """SELECT a.rejected, a.norm, a.quote, a.modality, a.bearer, a.bearer_class, d.language, d.title
    FROM added_norms a LEFT JOIN documents d ON d.id = a.document WHERE a.document = ? ORDER BY a.rejected"""


def id_of(document: str, rejected: str) -> str:
    """The id of the norm that a rejected sentence is, where somebody says so."""
    return content_id(document, "added", rejected)


def stored_rows(connection: Connection, document: str) -> Flat:
    """The rows of a document as the register has them, without norms that people added.

    The extractor's own values must stand in the norms (:func:`dutybook.store.judgements.corrections.lift_document`).
    """
    tables: dict[str, list[Row]] = {}
    for table, columns in COLUMNS.items():
        order = compose(" ORDER BY position") if "position" in columns else compose("")
        sql = compose(
            "SELECT {columns} FROM {table} WHERE {whose}{order}",
            columns=names(columns),
            table=name(table),
            whose=rows_of(table),
            order=order,
        )
        tables[table] = [tuple(row) for row in connection.execute(sql, (document,))]
    (head,) = _as_objects("documents", tables["documents"])
    evidence = _as_objects("evidence", tables["evidence"])
    added = {row["finding"] for row in evidence if row["kind"] == "norms" and row["name"] == REVIEWER}
    flat = Flat(document, head["source"], head["sha256"], head["digest"], head["status"], (), tables)
    return _without(flat, added)


def _without(flat: Flat, norms: set[str]) -> Flat:
    tables = dict(flat.tables)
    for table, column in (("norms", "id"), ("evidence", "finding")):
        at = COLUMNS[table].index(column)
        tables[table] = [row for row in tables[table] if row[at] not in norms]
    return replace(flat, tables=tables)


def with_added_norms(connection: Connection, flat: Flat) -> Flat:
    """The rows of a document with the norms that people added, as far as their sentences are still rejected."""
    found = connection.execute(_ADDED, (flat.document,)).fetchall()
    if not found:
        return flat
    rejected = {row["id"]: row for row in _as_objects("rejected", flat.tables["rejected"])}
    (head,) = _as_objects("documents", flat.tables["documents"])
    tables = {**flat.tables, "norms": [*flat.tables["norms"]], "evidence": [*flat.tables["evidence"]]}
    above = Places(
        (row["id"], row["parent"], row["kind"], row["heading"])
        for row in _as_objects("provisions", flat.tables["provisions"])
    )
    start = COLUMNS["norms"].index("span_start")
    for identity, norm, quote, modality, bearer, bearer_class, *_ in found:
        sentence = rejected.get(identity)
        if sentence is None or sentence["quote"] != quote:
            continue
        added_values = {"id": norm, "modality": modality, "bearer": bearer, "bearer_class": bearer_class}
        tables["norms"].append(_row("norms", {**_norm(sentence, head, bearer, above), **added_values}))
        evidence = {
            "kind": "norms",
            "finding": norm,
            "name": REVIEWER,
            "version": "",
            "confidence": 1.0,
            "why": "taken_in",
        }
        where = {"document": flat.document, "page": sentence["page"], "boxes": sentence["boxes"], "fields": "{}"}
        tables["evidence"].append(_row("evidence", {**evidence, **where}))
    tables["norms"].sort(key=lambda row: (row[start], row[0]))
    position, counted = COLUMNS["norms"].index("position"), COLUMNS["documents"].index("norms")
    tables["norms"] = [(*r[:position], n, *r[position + 1 :]) for n, r in enumerate(tables["norms"])]
    first = tables["documents"][0]
    tables["documents"] = [(*first[:counted], len(tables["norms"]), *first[counted + 1 :])]
    return replace(flat, tables=tables)


def _norm(
    sentence: Mapping[str, Any], document: Mapping[str, Any], bearer: str | None, above: Places
) -> dict[str, Any]:
    """The columns of a norm that follow from its sentence."""
    empty = {field.name: "[]" if field.kind in {FieldKind.TEXTS, FieldKind.POINTS} else None for field in NORM_FIELDS}
    quote, place, language = sentence["quote"], sentence["place"], document["language"]
    stands = above.of(sentence["provision"])
    return {
        **empty,
        **{
            name: sentence[name]
            for name in ("document", "place", "quote", "page", "boxes", "provision", "span_start", "span_end")
        },
        "language": language,
        "strength": "must",
        "quoted": 0,
        "confidence": 1.0,
        "parts": json.dumps({}),
        "position": 0,
        "terms": terms_of(quote, None, bearer, None, "", place, document["title"], language=language),
        "headings": headings_of(stands.headings, language),
        "leading": int(stands.leading),
        "topics": "",
    }


def _as_objects(table: str, rows: list[Row]) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in rows]


def _row(table: str, values: Mapping[str, Any]) -> Row:
    return tuple(values.get(column) for column in COLUMNS[table])
