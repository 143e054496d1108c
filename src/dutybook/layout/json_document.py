"""JSON files that hold a text: interfaces of portals give acts so.

The acts of e-Sbírka (Czechia) and the Riksdag (Sweden) are read by what their members mean. Of all other files it is not
known which strings are the text, so it is made out: strings of markup and of several words. A name under which one stands
(``html``, ``text``) names text in all of the file; other strings are data of it. A problem reports that this was guessed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.decoding import decode
from dutybook.layout.drafts import Draft, DraftTable, build, squeeze
from dutybook.layout.html import fragment, is_markup, read_fragment
from dutybook.layout.html_main import walked
from dutybook.layout.limits import Limits
from dutybook.layout.trees import Node, local
from dutybook.layout.xml.base import Walker, bare_number, division_number, language_code
from dutybook.layout.xml.writer import OpenLevels, OutlineWriter
from dutybook.reasons import Why, because, error_words
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
# The beginning of a fragment's kind to what it is; the longest that fits.
_KINDS = {
    "Cast": _K.PART,
    "Hlava": _K.TITLE,
    "Dil": _K.CHAPTER,
    "Oddil": _K.SECTION,
    "Pododdil": _K.SUBSECTION,
    "Paragraf": _K.ARTICLE,
    "Clanek": _K.ARTICLE,
    "Odstavec": _K.PARAGRAPH,
    "Pismeno": _K.POINT,
    "Bod": _K.POINT,
    "Priloha": _K.ANNEX,
}
_DIVISIONS = frozenset({_K.PART, _K.TITLE, _K.CHAPTER, _K.SECTION, _K.SUBSECTION, _K.ANNEX})
_QUOTED = "Block_Citace"
_OPENING = '„“"»'
_DATE = re.compile(r"/(\d{4}-\d{2}-\d{2})(?:/|$)")


class _Text(Walker):
    """A fragment's XHTML."""

    handlers = {"table": "table", "block": "p li", "raised": "sup"}  # noqa: RUF012


class _EsbirkaReader:
    def __init__(self, writer: OutlineWriter) -> None:
        self.out = writer
        self.walker = _Text(writer, None)
        self.ahead: list[str] = []
        self.prefix: list[str] = []
        self.notes = 0

    def read(self, fragments: list[dict[str, Any]]) -> None:
        """All fragments; what one opens stays open until one of its depth, or of a lesser one, comes."""
        with OpenLevels() as opened:
            for each in fragments:
                depth, markup = each.get("hloubka"), each.get("xhtml")
                holder = opened.open(depth if isinstance(depth, int) else 1)
                kind = str(each.get("kodTypuFragmentu") or "")
                self._fragment(kind, markup if isinstance(markup, str) else "", holder)

    def _fragment(self, kind: str, markup: str, holder: ExitStack) -> None:
        if kind == _QUOTED:
            holder.enter_context(self.out.quotation())
            return
        body = fragment(markup) if markup.strip() else None
        if body is None:
            return
        if kind.startswith("Nadpis_nad"):
            self.ahead.append(markup)
        elif kind.startswith("Nadpis"):
            self.walker.flow(body)
            self.out.heading(2, "group-title")
        elif kind.startswith("Prefix"):
            self.prefix.append(squeeze("".join(body.itertext())))
            self.walker.flow(body)
            self.out.heading(1, "doc-title", names=False) if kind != "Prefix" else self.out.paragraph(hint="preamble")
        elif kind.startswith("Postfix"):
            with self.out.element(_K.SIGNATURE):
                self.walker.flow(body)
        elif kind.startswith("Poznamka") and not self.out.quoting:
            self.notes += 1
            self.out.note(f"note-{self.notes}", "", self.walker.captured(body))
        else:
            self._provision(kind, body, holder)

    def _provision(self, kind: str, body: Node, holder: ExitStack) -> None:
        found = next((value for name, value in _KINDS.items() if kind.startswith(name)), None)
        var = next(iter(body), None)
        lead = squeeze(body.text or "")
        words = squeeze("".join(var.itertext())) if var is not None and local(var) == "var" else ""
        if found is None or var is None or not words or lead not in _OPENING:
            self._headings()
            self.walker.flow(body)
            self.out.paragraph()
            return
        division = found in _DIVISIONS
        number = division_number(words, "cs") if division else bare_number(words)
        holder.enter_context(self.out.element(found, number, sign="§" in words))
        if division or found is _K.ARTICLE:
            self.out.text(lead + words)
            self.out.number(2 if division else 3, "chapter-number")
            self._headings()
        else:
            self.out.label(lead + words)
        self.out.text(var.tail)
        for each in var.itersiblings():
            self.walker.visit(each)
            self.out.text(each.tail)
        self.out.paragraph()

    def _headings(self) -> None:
        """Headings that stand above what they name."""
        for markup in self.ahead:
            body = fragment(markup)
            if body is not None:
                self.walker.flow(body)
                self.out.heading(3, "article-title")
        self.ahead = []


def is_esbirka(loaded: Any) -> bool:
    """Whether a JSON value is an act of the collection."""
    return _fragments(loaded) is not None


def _fragments(loaded: Any) -> list[dict[str, Any]] | None:
    found = loaded.get("seznam") if isinstance(loaded, dict) else loaded
    if not isinstance(found, list):
        return None
    inner = [each for each in found if isinstance(each, dict)]
    return inner if any("kodTypuFragmentu" in each and "xhtml" in each for each in inner) else None


def read_esbirka(loaded: Any, limits: Limits) -> Layout:
    """The act that the fragments make up.

    Raises:
        NoText: no fragment has a text.
    """
    fragments = _fragments(loaded) or []
    writer = OutlineWriter(limits=limits, what="file")
    reader = _EsbirkaReader(writer)
    reader.read(fragments)
    first: dict[str, Any] = fragments[0] if fragments else {}
    address = str(first.get("eli") or "")
    date = _DATE.search(address)
    pages = loaded.get("pocetStranek") if isinstance(loaded, dict) else None
    if isinstance(pages, int) and pages > 1:
        writer.problems.append(
            because(Why.PART_PAGES_OF, "the file is one of {count} pages of the act; get the others, too", count=pages)
        )
    return writer.finish(
        {
            "title": squeeze(str(first.get("uplnaCitace") or "")) or " ".join(reader.prefix),
            "short_title": squeeze(str(first.get("zkracenaCitace") or "")),
            "eli": address.removesuffix("/dokument"),
            "version_date": date.group(1) if date else "",
            "language": "cs",
            "jurisdiction": "CZ",
        }
    )


_NUMBER = r"\d{1,4}(?:\s?[a-zåäö])?"
_CHAPTER = re.compile(rf"(?P<label>(?P<number>{_NUMBER})\s?kap\.)\s*")
_SECTION = re.compile(rf"(?P<label>(?P<number>{_NUMBER})\s?§)\s*")
_ITEM = re.compile(r"(?P<label>(?P<number>\d{1,3}|[a-zåäö])[.)])\s+")
_DASH = re.compile(r"(?P<label>[–—-])\s+")
_PART = re.compile(r"(?:(?:FÖRSTA|ANDRA|TREDJE|FJÄRDE|FEMTE|SJÄTTE|SJUNDE) )?AVDELNING", re.IGNORECASE)
_TRANSITION = re.compile(r"Övergångsbestämmelser", re.IGNORECASE)
_NOTICE = re.compile(r"/(?:Upphör att gälla|Träder i kraft)[^/]{0,60}/\s*")


def is_riksdag(loaded: Any) -> bool:
    """Whether a JSON value is an act of the collection."""
    document = _document(loaded)
    kinds = f"{document.get('dok_id', '')} {document.get('doktyp', '')} {document.get('typ', '')}".lower()
    return "sfs" in kinds and bool(_text(document))


def _document(loaded: Any) -> dict[str, Any]:
    status = loaded.get("dokumentstatus") if isinstance(loaded, dict) else None
    document = status.get("dokument") if isinstance(status, dict) else None
    return document if isinstance(document, dict) else {}


def _text(document: dict[str, Any]) -> str:
    found = (document.get(name) for name in ("html", "text"))
    return next((value for value in found if isinstance(value, str) and value.strip()), "")


class _RiksdagReader:
    def __init__(self, writer: OutlineWriter) -> None:
        self.out = writer
        self.chapter: ExitStack = ExitStack()
        self.section: ExitStack = ExitStack()
        self.item: ExitStack = ExitStack()
        self.paragraphs = 0
        self.dashes = 0
        self.cited = ""

    def read(self, drafts: Iterable[Draft]) -> None:
        with ExitStack() as everything:
            self.chapter = everything.enter_context(ExitStack())
            self.section = everything.enter_context(ExitStack())
            self.item = everything.enter_context(ExitStack())
            for draft in drafts:
                self._draft(draft)

    def _draft(self, draft: Draft) -> None:
        text = draft.text
        chapter, section = _CHAPTER.match(text), _SECTION.match(text)
        if chapter and len(text) < 300 and (draft.role is BlockRole.HEADING or text[-1] not in ".;:"):
            self._open_chapter(chapter, text)
        elif section:
            self._open_section(section, text)
        elif draft.role is BlockRole.HEADING:
            self._heading(text)
        elif self.paragraphs and (found := _ITEM.match(text) or _DASH.match(text)):
            self._open_item(found, text)
        else:
            self._paragraph(text)

    def _open_chapter(self, found: re.Match[str], text: str) -> None:
        self._close(self.item, self.section, self.chapter)
        number = _bare(found["number"])
        # Sections are counted anew in each chapter.
        self.cited = f"{number} kap. §"
        self.chapter.enter_context(self.out.element(_K.CHAPTER, number))
        self.out.label(found["label"])
        self.out.text(text[found.end() :])
        self.out.heading(1, "chapter-title")

    def _open_section(self, found: re.Match[str], text: str) -> None:
        self._close(self.item, self.section)
        self.paragraphs = 1
        self.section.enter_context(self.out.element(_K.ARTICLE, _bare(found["number"]), sign=True, cited=self.cited))
        self.out.label(found["label"])
        rest = text[found.end() :]
        notice = _NOTICE.match(rest)
        if notice is not None:
            self.out.label(notice.group())
            rest = rest[notice.end() :]
        self.out.text(rest)
        self.out.paragraph()

    def _heading(self, text: str) -> None:
        """A heading of sections; one of a part, or of the transitional provisions, ends the chapter, too."""
        ends = _PART.match(text) or _TRANSITION.match(text)
        self._close(self.item, self.section, *([self.chapter] if ends else []))
        self.cited = "" if ends else self.cited
        self.out.text(text)
        self.out.heading(2, "group-title", names=False)

    def _open_item(self, found: re.Match[str], text: str) -> None:
        self._close(self.item)
        number = found.groupdict().get("number") or ""
        self.dashes = 0 if number else self.dashes + 1
        kind = _K.POINT if number else _K.INDENT
        self.item.enter_context(self.out.element(kind, number or str(self.dashes)))
        self.out.label(found["label"])
        self.out.text(text[found.end() :])
        self.out.paragraph()

    def _paragraph(self, text: str) -> None:
        self._close(self.item)
        self.dashes = 0
        if not self.paragraphs or text.startswith("Lag ("):
            self.out.text(text)
            self.out.paragraph()
            return
        self.paragraphs += 1
        self.item.enter_context(self.out.element(_K.SUBPARAGRAPH, str(self.paragraphs)))
        self.out.text(text)
        self.out.paragraph()

    def _close(self, *stacks: ExitStack) -> None:
        for stack in stacks:
            stack.close()
            if stack is self.section:
                self.paragraphs = 0


def _bare(number: str) -> str:
    return number.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")


def read_riksdag(loaded: Any, limits: Limits) -> Layout:
    """The act in its chapters and sections.

    Raises:
        NoText: its text is empty.
        TooLarge: it is longer than is read.
    """
    document = _document(loaded)
    raw = _text(document)
    writer = OutlineWriter(limits=limits, what="file")
    title = squeeze(str(document.get("titel") or ""))
    writer.text(title)
    writer.heading(1, "doc-title", names=False)
    _RiksdagReader(writer).read(_drafts(raw, writer))
    return writer.finish(
        {
            "title": title,
            "number": squeeze(str(document.get("beteckning") or "")) or _number(title),
            "enacted": str(document.get("datum") or "")[:10],
            "language": "sv",
            "jurisdiction": "SE",
        }
    )


def _number(title: str) -> str:
    found = re.search(r"\((\d{4}:\d+)\)", title)
    return found.group(1) if found else ""


def _drafts(raw: str, writer: OutlineWriter) -> list[Draft]:
    body = fragment(raw) if is_markup(raw) else None
    if body is None:
        return [Draft(clean) for part in re.split(r"\n\s*\n", raw) if (clean := squeeze(part))]
    for contents in [e for e in body.iter("div") if "toc" in (e.get("class") or "")]:
        for entry in list(contents.iter("li", "h3")):
            writer.text(_own_words(entry))
            writer.paragraph(BlockRole.CONTENTS, "contents")
        tail, contents.tail = contents.tail, None
        contents.clear()
        contents.tail = tail
    return walked(body, keep_all=True).drafts


def _own_words(entry: Node) -> str:
    """The words of an entry without those of entries inside of it."""
    parts = [entry.text or ""]
    for each in entry:
        parts += ["" if each.tag in ("ul", "ol") else "".join(each.itertext()), each.tail or ""]
    return "".join(parts)


MAX_VALUES = 2_000_000
MAX_DEPTH = 100
_PROSE_WORDS = 6
# A text of so many letters is written once only; shorter ones ("repealed") may be repeated.
_REPEATED = 40
_TITLES = ("title", "titel", "titre", "titulo", "título", "titolo", "headline", "name", "nazev", "tytul")
_LANGUAGES = ("language", "lang", "sprak", "språk", "jazyk", "idioma", "langue")
_PUBLISHED = ("published", "datePublished", "publicationDate", "publicerad", "datum", "date", "fecha")
_IN_FORCE = ("dateEntryInForce", "entryIntoForce", "effectiveDate", "ikraftdatum", "ikrafttreden", "fecha_vigencia")
_REPEALED = ("dateNoLongerInForce", "repealDate", "upphavandedatum", "fecha_derogacion")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS = re.compile(r"(?:https?://|/)\S*$")
# The name under which a string stands, which object it is a member of, and the string.
Member = tuple[str, int, str]


def read_json(data: bytes, *, limits: Limits | None = None) -> Layout:
    """Read the text that a JSON file holds; ``meta`` has what its members are plainly called (``title``, ``language``).

    Raises:
        EmptyDocument: no text at all.
        BrokenDocument: it is no JSON, or nests too deeply.
        TooLarge: more values than any document has.
        NoText: JSON without a text in it.
    """
    bounds = limits or Limits()
    loaded = _loaded(decode(data)[0])
    if is_esbirka(loaded):
        return read_esbirka(loaded, bounds)
    if is_riksdag(loaded):
        return read_riksdag(loaded, bounds)
    members = list(_members(loaded))
    names = _text_names(members)
    drafts: list[Draft] = []
    tables: list[DraftTable] = []
    meta = _meta(members)
    # A title that is repeated among the texts is none.
    seen = {_letters(meta.get("title", ""))}
    size = 0
    for text in _chosen(members, names):
        key = _letters(text)
        if not key or key in seen:
            continue
        if len(key) > _REPEATED:
            seen.add(key)
        size += len(text)
        if size > bounds.max_text_chars:
            raise TooLarge(because(Why.TOO_MUCH_TEXT, "the file holds more text than is read; split it"))
        if is_markup(text):
            found = read_fragment(text)
            drafts += found.drafts
            tables += found.tables
        else:
            drafts += [Draft(clean) for part in re.split(r"\n\s*\n", text) if (clean := squeeze(part))]
    text = "this is JSON: what in it is the act's text was guessed (members called {names})"
    guessed = because(Why.PART_JSON_GUESSED, text, names=", ".join(sorted(names)))
    return build(drafts, tables=tables, meta=meta, problems=[guessed] if names else [], what="JSON file")


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _loaded(text: str) -> Any:
    """The value of a file, or the values of its lines.

    Raises:
        BrokenDocument: neither can be read.
    """
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise BrokenDocument(because(Why.NESTED, "the file nests its values too deeply to be read")) from error
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            if len(lines) > 1:
                return [json.loads(line, strict=False) for line in lines]
        except (ValueError, RecursionError):
            pass
        raise BrokenDocument(
            because(Why.MARKUP, "the file is no whole JSON ({why}); get it again", why=error_words(error))
        ) from error


def _members(loaded: Any) -> Iterator[Member]:
    """All strings with the name they stand under, in order.

    Raises:
        TooLarge: more values or levels than any document has.
    """
    stack: list[tuple[str, int, int, Any]] = [("", 0, 0, loaded)]
    count = 0
    while stack:
        name, holder, depth, value = stack.pop()
        count += 1
        if count > MAX_VALUES or depth > MAX_DEPTH:
            text = "the file holds more values, or more levels of them, than any document; it is not read"
            raise TooLarge(because(Why.TOO_MANY_PARTS, text))
        if isinstance(value, str):
            yield name, holder, value
        elif isinstance(value, dict):
            stack.extend((str(key), count, depth + 1, inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((name, holder, depth + 1, inner) for inner in reversed(value))


def _is_text(value: str) -> bool:
    return is_markup(value) or (len(value.split()) >= _PROSE_WORDS and not _ADDRESS.match(value))


def _text_names(members: list[Member]) -> set[str]:
    """Names under which the file's text stands: not those of titles, nor of what is repeated in each record."""
    texts: dict[str, set[str]] = {}
    count: Counter[str] = Counter()
    for name, _, value in members:
        if value.strip():
            count[name] += 1
            texts.setdefault(name, set())
            if _is_text(value):
                texts[name].add(value)
    found = {
        name
        for name, values in texts.items()
        if values and (count[name] < 4 or 3 * len(values) >= count[name]) and name.lower() not in _TITLES
    }
    # Without any other text, titles are the text.
    return found or {name for name, values in texts.items() if values}


def _chosen(members: list[Member], names: set[str]) -> Iterator[str]:
    """The strings of these names; of an object that holds the same text as markup, too, only the markup."""
    holders: dict[int, list[Member]] = {}
    for member in members:
        if member[0] in names:
            holders.setdefault(member[1], []).append(member)
    for group in holders.values():
        longest = max((value for _, _, value in group if is_markup(value)), key=len, default="")
        for _, _, value in group:
            if is_markup(value) or not _tells(longest, value):
                yield value


def _tells(markup: str, text: str) -> bool:
    """Whether a markup begins with, or holds, what a plain text says: the same document in two forms."""
    words = text.split()[:12]
    return (
        len(text) > 100 and len(markup) * 2 > len(text) and sum(word in markup for word in words) * 3 >= len(words) * 2
    )


def _meta(members: list[Member]) -> dict[str, str]:
    def of(names: tuple[str, ...]) -> str:
        low = {name.lower() for name in names}
        return next((squeeze(value) for name, _, value in members if name.lower() in low and value.strip()), "")

    def day(names: tuple[str, ...]) -> str:
        found = _ISO.match(of(names))
        return found.group() if found else ""

    meta = {
        "title": of(_TITLES)[:500],
        "language": language_code(of(_LANGUAGES)[:20]),
        "published": day(_PUBLISHED),
        "in_force_from": day(_IN_FORCE),
        "in_force_until": day(_REPEALED),
    }
    return {key: value for key, value in meta.items() if value}
