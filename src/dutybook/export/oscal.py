"""Writes norms as a catalog of OSCAL, NIST's Open Security Controls Assessment Language, in JSON.

Each text of an act is a group, with its chapters and articles as groups within and each norm as a control: its words are
the control's statement, what is known of it are properties, the document is a resource of the back matter. A control's id
comes from the identity of the norm through versions, so what refers to it still does after an amendment. The catalog's
``uuid`` and ``version`` follow from its content: the same content is the same catalog.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dutybook.export.content import (
    VERSION,
    Content,
    ObligationRow,
    abbreviate,
    act_of,
    clean,
    filters_in_words,
    with_headings,
    with_identities,
)
from dutybook.languages.reader import reader_words
from dutybook.records import content_id
from dutybook.records.dates import parse_day, utc_text
from dutybook.records.norm_fields import FieldGroup, fields_in, plain_value
from dutybook.store import DocumentRow
from dutybook.store.exports import Heading

OSCAL_VERSION = "1.2.1"
#: What our own properties are qualified with.
NAMESPACE = "urn:dutybook:oscal"
_MARKUP = re.compile(r"([\\`*_~^\[\]<>{}#|&])")


def write(content: Content, path: Path, *, now: datetime | None = None, address: str | None = None) -> int:
    """Write the catalog. Returns the number of norms.

    Args:
        content: the norms.
        path: the file.
        now: the time of writing, which the catalog states; else the day of the latest text.
        address: the register's own address, if it has one, for links to the pages of norms.
    """
    catalog = _Catalog((address or "").rstrip("/"))
    for row, above, identity in with_identities(content, with_headings(content, content.rows())):
        catalog.add(row, above, identity)
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        json.dump({"catalog": catalog.finished(content, now)}, file, ensure_ascii=False, indent=1)
        file.write("\n")
    return catalog.norms


@dataclass
class _Group:
    """A text or a part of it, with the parts and norms in it."""

    head: dict[str, Any]
    groups: dict[str, _Group] = field(default_factory=dict)
    controls: list[dict[str, Any]] = field(default_factory=list)

    def written(self) -> dict[str, Any]:
        """The group in OSCAL's form. A group has groups or controls, so controls next to groups get a group of their own."""
        if not self.groups:
            return {**self.head, "controls": self.controls}
        groups = [group.written() for group in self.groups.values()]
        if self.controls:
            own = {"id": f"{self.head['id']}-own", "title": self.head["title"]}
            groups.insert(0, {**own, "controls": self.controls})
        return {**self.head, "groups": groups}


class _Catalog:
    def __init__(self, address: str) -> None:
        self.address = address
        self.texts: dict[str, _Group] = {}
        self.resources: dict[str, dict[str, Any]] = {}
        self.ids: set[str] = set()
        self.published: list[date] = []
        self.norms = 0

    def add(self, row: ObligationRow, above: tuple[Heading, ...], identity: str) -> None:
        """Add a norm at its place."""
        document = row.document
        if document.id not in self.texts:
            self._document(row)
        group, keys = self.texts[document.id], [document.id]
        for heading in above:
            keys.append(heading.id)
            if heading.id not in group.groups:
                title = " ".join(part for part in (heading.place, heading.words) if part)
                head = {"id": f"part-{content_id(*keys)}", "class": _token(heading.kind), "title": _line(title) or "—"}
                group.groups[heading.id] = _Group(head)
            group = group.groups[heading.id]
        self.norms += 1
        group.controls.append(self._control(row, identity))

    def _document(self, row: ObligationRow) -> None:
        document = row.document
        props = _props(
            language=document.language,
            version=document.version_date,
            published=document.published,
            number=row.work_number,
        )
        head = {"id": f"text-{document.id}", "class": "text", "title": _line(act_of(document)) or "—", "props": props}
        self.texts[document.id] = _Group(head)
        self.resources[document.id] = _resource(document)
        if day := parse_day(document.published):
            self.published.append(day)

    def _control(self, row: ObligationRow, identity: str) -> dict[str, Any]:
        norm = row.norm
        name = f"norm-{identity}" if f"norm-{identity}" not in self.ids else f"norm-{norm.id}"
        self.ids.add(name)
        named = f"{norm.bearer}: {norm.action}" if norm.bearer and norm.action else norm.quote
        place = _value(norm.place)
        standard = [{"name": "label", "value": place}] if place else []
        standard.append({"name": "sort-id", "value": f"{self.norms:07d}"})
        resource = {"href": f"#{self.resources[row.document.id]['uuid']}", "rel": "reference"}
        if norm.page:
            resource["resource-fragment"] = f"page={norm.page}"
        links = [resource]
        if self.address:
            links.append({"href": f"{self.address}/norms/{norm.id}", "rel": "canonical"})
        return {
            "id": name,
            "class": norm.modality,
            "title": _line(named, 200) or "—",
            "props": [*standard, *_known(row)],
            "links": links,
            "parts": list(_parts(row, name)),
        }

    def finished(self, content: Content, now: datetime | None) -> dict[str, Any]:
        """The catalog as JSON values, once all acts were added."""
        groups = [group.written() for group in self.texts.values()]
        digest = content_id(json.dumps([groups, list(self.resources.values())], ensure_ascii=False))
        day = datetime.combine(max(self.published, default=date(1970, 1, 1)), time(), UTC)
        words = reader_words("report", content.reader)
        only = next(iter(self.texts.values())) if len(self.texts) == 1 else None
        chosen = filters_in_words(content.filters, content.reader).replace("\n", "; ")
        made: dict[str, Any] = {
            "uuid": str(uuid5(NAMESPACE_URL, f"{NAMESPACE}:catalog:{digest}")),
            "metadata": {
                "title": only.head["title"] if only else words("title.register"),
                "last-modified": utc_text(now or day),
                "version": digest,
                "oscal-version": OSCAL_VERSION,
                "props": _props(filters=chosen, made_by=f"Dutybook {VERSION}"),
                "remarks": _markup(words("copyright")),
            },
        }
        if groups:
            made |= {"groups": groups, "back-matter": {"resources": list(self.resources.values())}}
        return made


def _known(row: ObligationRow) -> Iterator[dict[str, str]]:
    """What is known of a norm, as properties of ours; lists have one for each item."""
    norm = row.norm
    for known in fields_in(FieldGroup.DUTY, FieldGroup.PARTS, FieldGroup.NEWS, FieldGroup.TIMES):
        if known.name != "contents":
            value = plain_value(getattr(norm, known.name), str)
            yield from _props(**{known.name: value}) if not isinstance(value, list) else _several(known.name, value)
    for deadline in norm.deadlines:
        yield from _props(deadline=deadline.quote, deadline_value=deadline.value, due=deadline.moment)
    yield from _several("refers_to", list(dict.fromkeys(c.work for c in row.cites if c.work)))
    yield from _several("topic", list(row.topics))
    yield from _several("doubtful", [doubt.field for doubt in row.doubts])
    yield from _props(confidence=round(norm.confidence, 2), identifier=norm.id)


def _parts(row: ObligationRow, name: str) -> Iterator[dict[str, Any]]:
    norm = row.norm
    statement: dict[str, Any] = {"id": f"{name}_smt", "name": "statement", "prose": _markup(norm.duty)}
    if norm.contents:
        statement["parts"] = [
            {"id": f"{name}_smt.{number}", "name": "item", "prose": _markup(str(point))}
            for number, point in enumerate(norm.contents, 1)
        ]
    yield statement
    if norm.penalty:
        yield {"id": f"{name}_penalty", "name": "penalty", "ns": NAMESPACE, "prose": _markup(norm.penalty)}


def _resource(document: DocumentRow) -> dict[str, Any]:
    made: dict[str, Any] = {
        "uuid": str(uuid5(NAMESPACE_URL, f"{NAMESPACE}:document:{document.id}")),
        "title": _line(document.title or document.source) or "—",
    }
    if document.source.startswith(("https://", "http://")):
        digest = {"algorithm": "SHA-256", "value": document.sha256}
        made["rlinks"] = [{"href": document.source, "hashes": [digest]}]
    else:
        made["props"] = _props(file=Path(document.source).name, sha256=document.sha256)
    return made


def _props(**values: object) -> list[dict[str, str]]:
    """Properties of ours, for values that are there; each on one line."""
    written = {name: _value(value) for name, value in values.items() if value is not None}
    return [
        {"name": name.replace("_", "-"), "ns": NAMESPACE, "value": value} for name, value in written.items() if value
    ]


def _several(name: str, values: list[str]) -> list[dict[str, str]]:
    return [prop for value in values for prop in _props(**{name: value})]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(clean(str(value)).split())


def _line(text: str, limit: int = 1_000) -> str:
    """A text as a title: one line, and nothing in it is markup."""
    return _markup(abbreviate(_value(text), limit))


def _markup(text: str) -> str:
    """A text of which nothing is read as markup, neither by Markdown nor as a place for a parameter."""
    return _MARKUP.sub(r"\\\1", clean(text))


def _token(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-") or "part"
