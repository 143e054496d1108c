"""Writes a requirements library in the YAML format of CISO Assistant: one framework whose nodes are norms under their
headings.

A library has exactly one framework, so several acts become nodes of its first level. Obligations and prohibitions are
nodes that can be assessed. Acts, chapters and articles cannot, and neither can the permissions and exemptions among
the obligations. A norm that the register has in several languages is one node, in the reader's language if there is
one, with the others as ``translations``.

Names (``urn``) are in lower case. They come from the act's number and from the identity of the norm through versions
and languages, so that a later library updates the nodes of an earlier one. CISO Assistant refuses a library without
nodes, so an empty one has a node that says that it is empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from dutybook.export import columns
from dutybook.export.content import VERSION, Content, ObligationRow, act_of, clean, filters_in_words, with_headings
from dutybook.languages.reader import ReaderWords, reader_words
from dutybook.records import content_id
from dutybook.store import exports
from dutybook.store.exports import Heading

PACKAGER = "dutybook"
ASSESSABLE = ("obligation", "prohibition")
_CHUNK = 400
_NAME_LIMIT = 200
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write(content: Content, path: Path, *, title: str | None = None) -> int:
    """Write the library. Returns the number of norms in it; a norm in several languages counts once."""
    library = _Library(content, reader_words("report", content.reader))
    for row, above, identity in _rows(content):
        library.add(row, above, identity)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(library.finished(title), file, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return library.norms


def _rows(content: Content) -> Iterator[tuple[ObligationRow, tuple[Heading, ...], str]]:
    """The norms act by act with the headings above them and their identities. Within an act, the reader's language
    comes first.
    """
    acts: dict[str, list[ObligationRow]] = {}
    for row in content.rows():
        acts.setdefault(row.document.work or row.document.id, []).append(row)
    rows = (row for act in acts.values() for row in sorted(act, key=lambda r: r.norm.language != content.reader))
    pairs = with_headings(content, rows)
    while chunk := list(islice(pairs, _CHUNK)):
        identities = exports.identities(content.register, [row.norm.id for row, _ in chunk])
        for row, above in chunk:
            yield row, above, identities[row.norm.id]


@dataclass
class _Branch:
    """A node in one language, with the nodes below it."""

    node: dict[str, Any]
    language: str
    below: dict[str, _Branch] = field(default_factory=dict)

    def flat(self) -> Iterator[dict[str, Any]]:
        yield self.node
        for branch in self.below.values():
            yield from branch.flat()


class _Library:
    def __init__(self, content: Content, words: ReaderWords) -> None:
        self.content = content
        self.words = words
        self.values = reader_words("values", content.reader)
        self.acts: dict[str, _Branch] = {}
        self.by_identity: dict[str, _Branch] = {}
        self.names: set[str] = set()
        self.languages: Counter[str] = Counter()
        self.published: list[str] = []
        self.norms = 0

    def add(self, row: ObligationRow, above: tuple[Heading, ...], identity: str) -> None:
        """Add a norm at its place, or as a translation of the same norm in another language."""
        texts = {"name": _name(row), "description": _description(row)}
        branch, keys = self._act(row), [_slug(row.document.work or row.document.id)]
        same = self.by_identity.get(identity)
        other = same is not None and row.norm.language not in (same.language, *same.node["translations"])
        for heading in above:
            # The same chapter in two documents of an act is one node: it is known by its place, not by its id.
            key = f"{heading.kind} {heading.number or heading.words}"
            if other and key not in branch.below:
                break
            keys.append(_slug(f"{heading.kind}-{heading.number}" if heading.number else heading.words))
            branch = self._below(branch, key, ":".join(keys), heading, row.norm.language)
        if same is not None and other:
            same.node["translations"][row.norm.language] = texts
            return
        # A second text of one language (a copy, an older version) is a norm of its own: it may say something else.
        urn = self._own(f"{keys[0]}:{identity if same is None else row.norm.id}", row.norm.id)
        node: dict[str, Any] = {
            "urn": urn,
            "assessable": row.norm.modality in ASSESSABLE,
            "depth": branch.node["depth"] + 1,
            "parent_urn": branch.node["urn"],
            "ref_id": clean(row.norm.place)[:100],
            **texts,
            "annotation": self._annotation(row),
            "translations": {},
        }
        branch.below[urn] = _Branch(node, row.norm.language)
        self.by_identity.setdefault(identity, branch.below[urn])
        self.languages[row.norm.language] += 1
        self.norms += 1

    def _act(self, row: ObligationRow) -> _Branch:
        document = row.document
        key = document.work or document.id
        if document.published and len(document.published) == len("2026-03-02"):
            self.published.append(document.published)
        if key not in self.acts:
            node = {
                "urn": self._own(_slug(key), key),
                "assessable": False,
                "depth": 1,
                "ref_id": clean(row.work_number or act_of(document))[:100],
                "name": _line(act_of(document)),
                "description": clean(document.title),
                "translations": {},
            }
            self.acts[key] = _Branch(node, document.language)
        act = self.acts[key]
        texts = {"name": _line(act_of(document)), "description": clean(document.title)}
        return _translated(act, document.language, texts)

    def _below(self, branch: _Branch, key: str, path: str, heading: Heading, language: str) -> _Branch:
        name = _line(heading.words or heading.place)
        if key not in branch.below:
            node = {
                "urn": self._own(path, key),
                "assessable": False,
                "depth": branch.node["depth"] + 1,
                "parent_urn": branch.node["urn"],
                "ref_id": clean(heading.place)[:100],
                "name": name,
                "translations": {},
            }
            branch.below[key] = _Branch(node, language)
        return _translated(branch.below[key], language, {"name": name})

    def _own(self, tail: str, key: str) -> str:
        """A name that no other node has."""
        urn = _urn("req_node", tail)
        if urn in self.names:
            urn = f"{urn}-{content_id(tail, key, len(self.names))[:8]}"
        self.names.add(urn)
        return urn

    def _value(self, section: str, value: str) -> str:
        return self.values.get(f"{section}.{value}", value)

    def _annotation(self, row: ObligationRow) -> str:
        """What is known of a norm besides its words, one item per line, in the reader's language."""
        norm, words = row.norm, self.words
        lines: list[tuple[str, str | None]] = [
            (words("norm.kind"), self._value("modality", norm.modality)),
            (words("norm.bearer"), norm.bearer),
            *(
                (words(f"norm.{name}"), text)
                for name, text in columns.norm_lines(norm, self._value)
                if name != "action"
            ),
            (words("norm.penalty"), norm.penalty),
        ]
        for deadline in norm.deadlines:
            day = f" → {deadline.due.isoformat()}" if deadline.due else ""
            lines.append((words("norm.deadline"), f"{deadline.quote}{day}"))
        for key in ("applies_from", "applies_until"):
            day_of = getattr(norm, key)
            lines.append((words(f"norm.{key}"), day_of.isoformat() if day_of else None))
        page = f", {words('page', number=norm.page)}" if norm.page else ""
        lines.append((words("norm.source"), f"{row.document.source}{page}"))
        return "\n".join(f"{name}: {_line(value, 2_000)}" for name, value in lines if value)

    def finished(self, title: str | None) -> dict[str, Any]:
        """The whole library."""
        only = next(iter(self.acts.values())) if len(self.acts) == 1 else None
        slug = only.node["urn"].rpartition(":")[2] if only else f"register-{_digest(self.acts, self.content.filters)}"
        name = _line(title or (only.node["name"] if only else self.words("title.register")))
        nodes = [node for act in self.acts.values() for node in _filled(act)]
        if not nodes:
            nothing = {"assessable": False, "depth": 1, "ref_id": "-", "name": self.words("nothing")}
            nodes = [{"urn": _urn("req_node", f"{slug}:nothing"), **nothing}]
        about = f"{self.words('made', version=VERSION)}\n{self.words('filters')}: {filters_in_words(self.content.filters, self.content.reader)}"
        header = {"ref_id": f"{PACKAGER}-{slug}", "name": name, "description": clean(about)}
        locale = self.languages.most_common(1)[0][0] if self.languages else self.content.reader
        day = max(self.published, default=None)
        return {
            "urn": _urn("library", slug),
            "locale": locale,
            **header,
            "copyright": self.words("copyright"),
            "version": 1,
            **({"publication_date": date.fromisoformat(day)} if day else {}),
            "provider": PACKAGER,
            "packager": PACKAGER,
            "objects": {"framework": {"urn": _urn("framework", slug), **header, "requirement_nodes": nodes}},
        }


def _translated(branch: _Branch, language: str, texts: dict[str, str]) -> _Branch:
    """The branch with its words in a further language added."""
    if language != branch.language:
        branch.node["translations"].setdefault(language, texts)
    return branch


def _filled(act: _Branch) -> Iterator[dict[str, Any]]:
    """The nodes of an act, without empty ones."""
    for node in act.flat():
        yield {name: value for name, value in node.items() if value not in ("", None, {})}


def _name(row: ObligationRow) -> str:
    return _line(f"{row.norm.bearer}: {row.norm.action}" if row.norm.bearer and row.norm.action else row.norm.quote)


def _description(row: ObligationRow) -> str:
    return clean(row.norm.duty)


def _line(text: str, limit: int = _NAME_LIMIT) -> str:
    words = " ".join(clean(text).split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _urn(kind: str, tail: str) -> str:
    return f"urn:{PACKAGER}:risk:{kind}:{tail}"


def _slug(text: str) -> str:
    """A name in the letters that a urn may have: ``32031r0777``, ``de-faehrv``; a digest where none of them is left.

    >>> _slug("de:FährV"), _slug("Chapter IV")
    ('de-fahrv', 'chapter-iv')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    lost = sum(c.isalnum() for c in text) > sum(c.isalnum() for c in plain)
    if len(slug) <= 60 and slug and not lost:
        return slug
    return f"{slug[:40].rstrip('-')}-{content_id(text)[:8]}".lstrip("-")


def _digest(acts: Mapping[str, object], filters: Mapping[str, object]) -> str:
    return content_id(*acts, *(f"{name}={value}" for name, value in sorted(filters.items())))[:8]
