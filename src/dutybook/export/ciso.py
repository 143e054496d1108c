"""Writes a requirements library in the YAML format of CISO Assistant: one framework whose nodes are norms under their
headings.

Several acts become nodes of the first level. Obligations and prohibitions are nodes that can be assessed. Acts, chapters
and articles cannot, and neither can the permissions and exemptions among the obligations. A norm that the register has
in several languages is one node, in the reader's language if there is one, with the others as ``translations`` if they
are of the same version. The roles of bearers are its implementation groups, by which an assessment is narrowed to what concerns one.

CISO Assistant updates a library that it has by ``urn``, ``locale`` and a higher ``version``, and the nodes of its
framework by their names, which no other framework may use. So each selection of norms has names of its own, which
follow from its filters and the reader's language and not from what was found; the names of nodes come from the act's
number and from the identity of the norm through versions and languages; and the register keeps the version that it
wrote last, which rises when the content has changed. What an update leaves out keeps its former value there, so each
node has all of its fields, empty ones too. A library without nodes is refused, so an empty one has a node that says
that it is empty.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml

from dutybook.export import columns
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
from dutybook.languages.reader import ReaderWords, reader_languages, reader_words
from dutybook.records import content_id
from dutybook.records.dates import parse_day
from dutybook.records.norm_fields import ROLES_APART, Modality
from dutybook.store import exports
from dutybook.store.documents.works import find_works
from dutybook.store.exports import Heading, LibraryVersion
from dutybook.store.search.facets import values_of

PACKAGER = "dutybook"
ASSESSABLE = ("obligation", "prohibition")
#: Characters that CISO Assistant's columns hold.
_NAME_LIMIT, _REF_LIMIT, _URN_LIMIT = 200, 100, 255
#: Filters that say how to read the others, and narrow nothing by themselves.
_NO_SELECTION = ("today",)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write(content: Content, path: Path, *, title: str | None = None, library_version: int | None = None) -> int:
    """Write the library, and keep its version in the register if that can be written.

    Args:
        content: the norms.
        path: the file.
        title: the library's name; that of the act if left out.
        library_version: the lowest number that its version may have, for a register that does not know the version that CISO
            Assistant has.

    Returns:
        The number of norms in it; a norm in several languages counts once.
    """
    library = _Library(content, _slug_of(content))
    for row, above, identity in _rows(content):
        library.add(row, above, identity)
    finished = library.finished(title, at_least=library_version or 1)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(finished, file, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return library.norms


def _rows(content: Content) -> Iterator[tuple[ObligationRow, tuple[Heading, ...], str]]:
    """The norms act by act with the headings above them and their identities. Within an act, the reader's language
    comes first.
    """
    acts: dict[str, list[ObligationRow]] = {}
    for row in content.rows():
        acts.setdefault(row.document.work or row.document.id, []).append(row)
    rows = (row for act in acts.values() for row in sorted(act, key=lambda r: r.norm.language != content.reader))
    return with_identities(content, with_headings(content, rows))


def _slug_of(content: Content) -> str:
    """The part of all names that tells this selection and reader from others: ``32031r0777-en`` for a whole act."""
    chosen = {name: value for name, value in content.filters.items() if name not in _NO_SELECTION}
    works = (
        find_works(content.register, values_of(cast("str | Sequence[str]", chosen["work"])))
        if "work" in chosen
        else set()
    )
    act = _slug(next(iter(works))) if len(works) == 1 else ""
    if act and len(chosen) == 1:
        return f"{act}-{content.reader}"
    # An act is the same everywhere; another selection means the norms that this register has.
    given = json.dumps(chosen, default=str, sort_keys=True, ensure_ascii=False)
    digest = content_id(exports.about(content.register).register, given)[:8]
    return f"{act or 'register'}-{digest}-{content.reader}"


@dataclass
class _Branch:
    """A node in one language, with the nodes below it."""

    node: dict[str, Any]
    language: str
    version: str | None = None
    below: dict[str, _Branch] = field(default_factory=dict)

    def flat(self) -> Iterator[dict[str, Any]]:
        yield self.node
        for branch in self.below.values():
            yield from branch.flat()


class _Library:
    def __init__(self, content: Content, slug: str) -> None:
        self.content = content
        self.slug = slug
        self.words = reader_words("report", content.reader)
        self.acts: dict[str, _Branch] = {}
        self.by_identity: dict[str, _Branch] = {}
        self.names: set[str] = set()
        self.groups: dict[str, dict[str, Any]] = {}
        self.languages: Counter[str] = Counter()
        self.published: list[date] = []
        self.norms = 0

    def add(self, row: ObligationRow, above: tuple[Heading, ...], identity: str) -> None:
        """Add a norm at its place, or as a translation of the same norm in another language."""
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
            if same.version == row.document.version_date:
                texts = _texts(row, row.norm.language)
                same.node["translations"][row.norm.language] = {name: text for name, text in texts.items() if text}
            return
        # A second text of one language (a copy, an older version) is a norm of its own: it may say something else.
        urn = self._own(f"{keys[0]}:{identity if same is None else row.norm.id}", row.norm.id)
        node: dict[str, Any] = {
            "urn": urn,
            "assessable": row.norm.modality in ASSESSABLE,
            "depth": branch.node["depth"] + 1,
            "parent_urn": branch.node["urn"],
            "ref_id": clean(row.norm.place)[:_REF_LIMIT],
            **_texts(row, self.content.reader),
            "implementation_groups": self._groups(row),
            "translations": {},
        }
        branch.below[urn] = _Branch(node, row.norm.language, row.document.version_date)
        self.by_identity.setdefault(identity, branch.below[urn])
        self.languages[row.norm.language] += 1
        self.norms += 1

    def _act(self, row: ObligationRow) -> _Branch:
        document = row.document
        key = document.work or document.id
        if day := parse_day(document.published):
            self.published.append(day)
        texts = {"name": _line(act_of(document)), "description": clean(document.title)}
        if key not in self.acts:
            ref_id = clean(row.work_number or act_of(document))
            node = _heading_node(self._own(_slug(key), key), None, 1, ref_id, texts)
            self.acts[key] = _Branch(node, document.language)
        return _translated(self.acts[key], document.language, texts)

    def _below(self, branch: _Branch, key: str, path: str, heading: Heading, language: str) -> _Branch:
        texts = {"name": _line(heading.words or heading.place)}
        if key not in branch.below:
            above = branch.node
            node = _heading_node(
                self._own(path, key),
                above["urn"],
                above["depth"] + 1,
                clean(heading.place),
                {**texts, "description": ""},
            )
            branch.below[key] = _Branch(node, language)
        return _translated(branch.below[key], language, texts)

    def _groups(self, row: ObligationRow) -> list[str]:
        """The implementation groups of a norm: the roles of its bearers, or their class where no role is known.

        Each norm has one at least: CISO Assistant hides those without, once groups are chosen.
        """
        names: list[str] = []
        for role in (row.norm.role or "").split(ROLES_APART):
            if role := _line(role):
                names.append(_slug(role))
                self.groups.setdefault(names[-1], {"ref_id": names[-1], "name": role})
        if not names:
            kind = row.norm.bearer_class
            names.append(f"class-{kind}")
            label = f"bearer_class.{kind}"
            self.groups.setdefault(
                names[0],
                {
                    "ref_id": names[0],
                    "name": reader_words("values", self.content.reader).get(label, kind),
                    "translations": {
                        reader: {"name": reader_words("values", reader).get(label, kind)}
                        for reader in reader_languages("values")
                        if reader != self.content.reader
                    },
                },
            )
        return list(dict.fromkeys(names))

    def _own(self, tail: str, key: str) -> str:
        """A name that no other node has."""
        urn = _urn("req_node", f"{self.slug}:{tail}")
        if len(urn) > _URN_LIMIT - 9:
            urn = _urn("req_node", f"{self.slug}:{tail.partition(':')[0]}:{content_id(tail)}")
        if urn in self.names:
            urn = f"{urn}-{content_id(tail, key, len(self.names))[:8]}"
        self.names.add(urn)
        return urn

    def finished(self, title: str | None, *, at_least: int) -> dict[str, Any]:
        """The whole library, with the version that its content has now."""
        only = next(iter(self.acts.values())) if len(self.acts) == 1 else None
        name = _line(title or (only.node["name"] if only else self.words("title.register")))
        nodes = [node for act in self.acts.values() for node in act.flat()]
        if not nodes:
            texts = {"name": self.words("nothing"), "description": ""}
            nodes = [_heading_node(self._own("nothing", ""), None, 1, "-", texts)]
        chosen = filters_in_words(self.content.filters, self.content.reader)
        header = {
            "ref_id": f"{PACKAGER}-{self.slug}",
            "name": name,
            "description": clean(f"{self.words('filters')}: {chosen}"),
        }
        framework = {
            "urn": _urn("framework", self.slug),
            **header,
            "implementation_groups_definition": [self.groups[group] for group in sorted(self.groups)],
            "requirement_nodes": nodes,
        }
        made = {
            "urn": _urn("library", self.slug),
            "locale": self.languages.most_common(1)[0][0] if self.languages else self.content.reader,
            **header,
            "copyright": self.words("copyright"),
            "version": 0,
            "publication_date": max(self.published, default=None),
            "provider": PACKAGER,
            "packager": PACKAGER,
            "annotation": self.words("made", version=VERSION),
            "objects": {"frameworks": [framework]},
        }
        kept = _numbered(self.content, made, at_least)
        return {**made, "locale": kept.locale, "version": kept.version}


def _numbered(content: Content, made: dict[str, Any], at_least: int) -> LibraryVersion:
    """The version of a library: that of its last export if its content is the same, else the next one.

    The language stays that of the first export, since CISO Assistant takes another one for another library.
    """
    lasting = {name: value for name, value in made.items() if name not in ("version", "annotation", "locale")}
    digest = content_id(json.dumps(lasting, default=str, sort_keys=True, ensure_ascii=False))
    last = exports.library_version(content.register, made["urn"])
    if last is None:
        kept = LibraryVersion(made["urn"], made["locale"], at_least, digest)
    else:
        number = last.version + (last.digest != digest)
        kept = LibraryVersion(last.urn, last.locale, max(number, at_least), digest)
    if not content.register.read_only:
        exports.keep_library_version(content.register, kept)
    return kept


def _heading_node(urn: str, parent: str | None, depth: int, ref_id: str, texts: dict[str, str]) -> dict[str, Any]:
    """A node that cannot be assessed: an act, or a part of one."""
    return {
        "urn": urn,
        "assessable": False,
        "depth": depth,
        **({"parent_urn": parent} if parent else {}),
        "ref_id": ref_id[:_REF_LIMIT],
        **texts,
        "translations": {},
    }


def _translated(branch: _Branch, language: str, texts: dict[str, str]) -> _Branch:
    """The branch with its words in a further language added."""
    if language != branch.language:
        branch.node["translations"].setdefault(language, texts)
    return branch


def _texts(row: ObligationRow, reader: str) -> dict[str, str]:
    """The texts of a norm, with labels in the reader's language."""
    norm, words = row.norm, reader_words("report", reader)
    named = f"{norm.bearer}: {norm.action}" if norm.bearer and norm.action else norm.quote
    return {
        "name": _line(named),
        "description": clean(norm.duty),
        "annotation": _annotation(row, words),
        "typical_evidence": _typical_evidence(row, words),
    }


def _annotation(row: ObligationRow, words: ReaderWords) -> str:
    """What is known of a norm besides its words, one item per line."""
    norm, values = row.norm, reader_words("values", words.language)

    def label(section: str, value: str) -> str:
        return values.get(f"{section}.{value}", value)

    lines: list[tuple[str, str | None]] = [
        (words("norm.kind"), label("modality", norm.modality)),
        (words("norm.bearer"), norm.bearer),
        *((words(f"norm.{name}"), text) for name, text in columns.norm_lines(norm, label) if name != "action"),
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


def _typical_evidence(row: ObligationRow, words: ReaderWords) -> str:
    """What shows that a norm is met, one item per line: what its own words ask for, then what people recorded."""
    norm = row.norm
    lines: list[tuple[str, str]] = []
    if norm.modality == Modality.OBLIGATION:
        lines += [("contents", str(point)) for point in norm.contents]
        lines += [("recipient", norm.recipient)] if norm.recipient else []
        lines += [("deadline", quote) for quote in dict.fromkeys(d.quote for d in norm.deadlines)]
    if row.review:
        lines += [("control", row.review.control)] if row.review.control else []
        lines += [("link", link.line) for link in row.review.links]
    return "\n".join(_line(words(f"evidence.{key}", words=text), 2_000) for key, text in lines)


def _line(text: str, limit: int = _NAME_LIMIT) -> str:
    return abbreviate(" ".join(clean(text).split()), limit)


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
