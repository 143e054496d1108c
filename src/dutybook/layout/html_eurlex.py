"""EUR-Lex pages: Official Journal XHTML (``oj-`` and older classes) and consolidated texts.

``Block.hint`` of these pages:

=================  ==================================================================================
``doc-title``      the act's title (several blocks), ``role`` HEADING, level 1
``preamble``       between title and articles, and no recital
``recital``        a numbered reason; its number stands before it: ``(12) …``
``article-number`` ``Article 5``; HEADING, level one below its chapter
``article-title``  the heading of an article
``chapter-number`` number of a part, title, chapter or section; HEADING, level by depth
``chapter-title``  its title
``annex-number``   ``ANNEX I``; HEADING, level 1
``annex-title``    its title
``group-title``    a heading inside an article or annex
``table-title``    the heading of a table
``table-cell``     a paragraph of a table's cell; role TABLE
``signature``      place, date and names at the end
``footnote``       a note's text; role FOOTNOTE, at the end of the text
``modification``   the list of amending acts at the head of a consolidated text; role CONTENTS
``quotation``      text that an amending act puts into another one
=================  ==================================================================================

Dropped: the Official Journal's page header (kept as furniture), the marks of a consolidated text (``►M1 … ◄``,
``▼B``) and its dashes for repealed passages, references to footnotes (kept as ``FootnoteMark``).
"""

from __future__ import annotations

import re

from dutybook.layout.drafts import Draft, build, iso_date, names, squeeze
from dutybook.layout.html_walk import DROP, LINE_BREAK, PLAIN, Style, Walker, is_filled, rows_of
from dutybook.layout.trees import Node, classes, page_text
from dutybook.records import BlockRole, FurnitureKind, Layout

_SIGNS = frozenset(
    {"eli-container", "eli-subdivision", "eli-main-title", "title-article-norm", "ti-art", "sti-art", "doc-ti"}
    | {"hd-date", "title-doc-first", "ti-section-1"}
)
_HEADER = re.compile(r"hd-(date|lg|ti|oj|uniq|coll)$")
_NOTES = frozenset({"note", "footnote"})
_DROPPED = frozenset({"modref", "arrow", "separator", "separator-short", "disclaimer", "reference"})
_MODIFICATIONS = names("hd-modifiers title-fam-member title-fam-member-star toc-1 toc-2 hd-toc-1 hd-toc-2 hd-toc-3")
_HEADINGS = {
    **dict.fromkeys(("ti-art", "title-article-norm", "title-article"), "article-number"),
    **dict.fromkeys(("sti-art", "stitle-article-norm", "stitle-article"), "article-title"),
    **dict.fromkeys(("ti-section-1", "title-division-1"), "chapter-number"),
    **dict.fromkeys(("ti-section-2", "title-division-2"), "chapter-title"),
    **dict.fromkeys(("ti-tbl", "title-table"), "table-title"),
}
"""The hints of the classes that are headings."""
_MARKS = re.compile(r"[►▼]\s*(?:[A-Z]{1,2}\d{0,3}\b)?\s*|[◄▲]")
_DASHES = re.compile(r"[—–\-_\s.]{3,}$")
_DIVISION_ID = re.compile(r"(?:prt|tis|cpt|sct|sbs|ttl)_[^.]*$")
_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b")
_ELI = re.compile(r"/eli/([a-z_]+)/((?:19|20)\d\d)/(\d{1,4})(/[\w/.-]*)?")
_CELEX = re.compile(r"(?:CELEX(?::|%3A)|/celex/)([0-9CE]\d{4}[A-Z]{1,2}\d{4}(?:[-(][\w()-]+)?)", re.IGNORECASE)
_CONSOLIDATED = re.compile(r"\b0?(\d{4}[A-Z]{1,2}\d{4})\s+—\s+([A-Z]{2})\s+—\s+(\d{1,2})\.(\d{1,2})\.(\d{4})")
# The letter of a CELEX number by the type in an ELI (EUR-Lex, "ELI and CELEX"): only sector 3 acts.
_TYPES = {"reg": "R", "dir": "L", "dec": "D"}


def is_eurlex(root: Node) -> bool:
    """Whether the page uses the classes of the Publications Office."""
    seen = 0
    for element in root.iter():
        if isinstance(element.tag, str) and element.get("class") and _SIGNS & set(classes(element)):
            seen += 1
            if seen >= 2:
                return True
    return False


def read_eurlex(root: Node) -> Layout:
    """The layout of a EUR-Lex page; ``meta``: title, celex, eli, language, published, version_date as far as known."""
    walker = EurLexWalker(root)
    body = root.find("body")
    walker.walk(body if body is not None else root)
    walker.flush()
    drafts = _signatures(walker.drafts)
    return build(
        drafts,
        tables=walker.tables,
        furniture=[(FurnitureKind.HEADER, text) for text in walker.header.values()],
        meta=_meta(root, walker, drafts),
        what="page",
    )


class EurLexWalker(Walker):
    """Reads the Publications Office's classes and writes the hints that are listed above."""

    def __init__(self, root: Node) -> None:
        super().__init__(root)
        self.header: dict[str, str] = {}
        self.reference = ""
        self.journal = ""
        # A consolidated text gives its title twice: in a table at its head and above the act.
        firsts = [e for e in root.iter("p") if "title-doc-first" in classes(e)]
        self._twice = any(not _in_table(e) for e in firsts)
        self._enacting = False
        self._annex = False
        self._annex_open = False

    def walk(self, element: Node, style: Style = PLAIN) -> None:
        names = classes(element)
        if (element.tag == "hr" and "doc-sep" in names) or (element.get("id") or "").startswith("anx_"):
            self._annex = self._annex_open = True
        super().walk(element, style)

    def style(self, element: Node, inherited: Style) -> Style:
        names = classes(element)
        identifier = element.get("id") or ""
        if identifier.startswith("rct_"):
            return Style(hint="recital")
        if identifier.startswith(("pbl_", "cit_")):
            return Style(hint="preamble")
        if identifier.startswith(("enc_", "art_")) and "eli-subdivision" in names:
            return Style()
        for name in names:
            found = self._named(name, element)
            if found:
                return found
        if "final" in names:
            return Style(hint="final")
        return inherited

    def _named(self, name: str, element: Node) -> Style | None:
        kind = _HEADER.match(name)
        if kind:
            self.header.setdefault(kind.group(1), page_text(element))
            return DROP
        if name in _DROPPED:
            if name == "reference":
                self.reference = self.reference or page_text(element)
            return DROP
        if name in _MODIFICATIONS:
            return Style(BlockRole.CONTENTS, 0, "modification")
        if name in _NOTES:
            return Style(BlockRole.FOOTNOTE, 0, "footnote") if element.tag != "hr" else DROP
        if name == "title-doc-oj-reference":
            self.journal = self.journal or page_text(element)
            return DROP
        if name == "signatory":
            return Style(hint="signature")
        if name == "quotation":
            return Style(hint="quotation") if element.tag != "a" else None
        return self._heading(name, element)

    def _heading(self, name: str, element: Node) -> Style | None:
        if name in ("doc-ti", "title-doc-first", "title-doc-last") or name.startswith("title-annex"):
            return self._title(name, element)
        hint = _HEADINGS.get(name)
        if hint is not None:
            self._enacting = self._enacting or hint.endswith("-number")
            return Style(BlockRole.HEADING, _level(hint, element), hint)
        if name.startswith(("ti-grseq", "title-gr-seq")):
            digits = re.search(r"\d+$", name)
            return Style(BlockRole.HEADING, _depth(element) + 1 + int(digits.group() if digits else 1), "group-title")
        return None

    def _title(self, name: str, element: Node) -> Style:
        if self._twice and name.startswith("title-doc") and _in_table(element):
            return DROP
        if name.startswith("title-annex") or self._annex or self._enacting:
            first = name == "title-annex-1" or (not name.startswith("title-annex") and self._annex_open)
            first = first or (not self._annex and name == "doc-ti")
            self._annex, self._annex_open = True, False
            return Style(BlockRole.HEADING, 1, "annex-number" if first else "annex-title")
        return Style(BlockRole.HEADING, 1, "doc-title")

    def is_data_table(self, element: Node) -> bool:
        rows = rows_of(element)
        if sum(any(map(is_filled, row)) for row in rows) < 2 or max(map(len, rows)) < 2:
            return False
        if "table" in classes(element) or (element.get("border") or "0") != "0":
            return True
        for paragraph in element.iter("p"):
            names = classes(paragraph)
            if any(n.startswith("tbl-") for n in names):
                return not self.is_point_table(element)
            if names and names[0] in ("hd-modifiers", "title-fam-member-star", "title-fam-member"):
                return True
        return False

    def is_reference(self, element: Node) -> bool:
        if element.tag != "a":
            return False
        identifier = element.get("id") or ""
        if identifier.startswith(("ntr", "ntc")) or "note-tag" in " ".join(
            " ".join(classes(d)) for d in element.iter() if isinstance(d.tag, str)
        ):
            return True
        return super().is_reference(element)

    def clean(self, text: str) -> str:
        if "►" in text or "▼" in text or "◄" in text:
            text = squeeze(_MARKS.sub(" ", text)).replace(" ,", ",").replace(" .", ".").replace(" ;", ";")
        return "" if len(text) > 2 and _DASHES.match(text) else text

    def lines(self, raw: str) -> list[str]:
        # The Official Journal breaks lines for looks only.
        return [line] if (line := squeeze(raw.replace(LINE_BREAK, " "))) else []

    def _add(self, draft: Draft) -> None:
        if draft.role is BlockRole.FOOTNOTE and self._pending:
            self.flush()
        if draft.role is BlockRole.FOOTNOTE and draft.marks and draft.marks[0][0] == 0:
            # The link back stands first in the note: it names the note, and its number is part of the text.
            _, mark, key = draft.marks.pop(0)
            draft.prefix(f"({mark})")
            draft.note = key
        super()._add(draft)


def _in_table(element: Node) -> bool:
    return next(element.iterancestors("table"), None) is not None


def _depth(element: Node) -> int:
    """How many parts, titles, chapters and sections an element stands in."""
    return sum(1 for a in element.iterancestors("div") if _DIVISION_ID.match((a.get("id") or "").rpartition(".")[2]))


def _level(hint: str, element: Node) -> int:
    """The level of a heading: an article's below its divisions, a division's by its depth, 0 for a table's."""
    if hint == "table-title":
        return 0
    return _depth(element) + 1 if hint.startswith("article-") else max(_depth(element), 1)


def _signatures(drafts: list[Draft]) -> list[Draft]:
    """Of the closing block, place and date belong to the signature; "binding in its entirety" does not."""
    final = [i for i, d in enumerate(drafts) if d.hint == "final"]
    for index in final:
        after = drafts[index + 1] if index + 1 < len(drafts) else None
        drafts[index].hint = "signature" if after and after.hint == "signature" else ""
    return drafts


def _meta(root: Node, walker: EurLexWalker, drafts: list[Draft]) -> dict[str, str]:
    meta: dict[str, str] = {}
    title = [d.text for d in drafts if d.hint == "doc-title"]
    while len(title) > 1 and title[-1].startswith("(") and title[-1].endswith(")"):
        title.pop()
    if title:
        meta["title"] = " ".join(title)
    language = walker.header.get("lg", "") or (root.get("lang") or "")[:2]
    reference = _CONSOLIDATED.search(walker.reference)
    if reference:
        language = reference.group(2)
        meta |= _version(reference)
    _identify(meta, _links(root), drafts)
    if language.isalpha() and len(language) == 2:
        meta["language"] = language.lower()
    meta |= _published(walker)
    journal = walker.header.get("oj") or walker.header.get("uniq")
    if journal:
        meta["journal"] = journal
    return meta


def _published(walker: EurLexWalker) -> dict[str, str]:
    """The day in the page's header, else the one in its reference to the Official Journal, with that reference."""
    if day := _iso(walker.header.get("date", "")):
        return {"published": day}
    day = _iso(walker.journal)
    return {"published": day, "published_by": f"“{walker.journal}”"} if day else {}


def _version(reference: re.Match[str]) -> dict[str, str]:
    """What the line above a consolidated text says: its day, and the CELEX number of the text of that day."""
    version = iso_date(reference[5], reference[4], reference[3])
    return {"version_date": version, "celex": f"0{reference[1]}-{version.replace('-', '')}"} if version else {}


def _identify(meta: dict[str, str], links: list[str], drafts: list[Draft]) -> None:
    """ELI and CELEX number from the page's own links, else from the ELI line below the text."""
    own = [d.text for d in drafts[-60:] if d.text.startswith("ELI:")]
    for place in [*links, *own]:
        eli = _ELI.search(place)
        if eli and "eli" not in meta:
            kind, year, number, rest = eli.groups()
            tail = (rest or "").strip("/").split("/")
            corrigendum = "corrigendum" in tail
            # The last part of a canonical link names a language, not the act.
            path = f"{kind}/{year}/{number}" + (
                f"/{'/'.join(tail[:3])}" if corrigendum else "/oj" if "oj" in tail else ""
            )
            meta["eli"] = f"http://data.europa.eu/eli/{path}"
            letter = _TYPES.get(kind.partition("_")[0])
            if letter and not corrigendum and "celex" not in meta:
                meta["celex"] = f"3{year}{letter}{int(number):04d}"
        celex = _CELEX.search(place)
        if celex and "celex" not in meta:
            meta["celex"] = celex.group(1).upper()


def _links(root: Node) -> list[str]:
    """Addresses that the page's head gives for itself."""
    head = root.find("head")
    if head is None:
        return []
    found = [e.get("href") or "" for e in head.iter("link") if (e.get("rel") or "").lower() == "canonical"]
    for element in head.iter("meta"):
        name = (element.get("property") or element.get("name") or "").lower()
        content = element.get("content") or ""
        if name in ("eli:id_local", "dc.identifier") and re.fullmatch(r"[0-9CE]\d{4}[A-Z]{1,2}\d{4}\S*", content):
            found.append(f"CELEX:{content}")
        elif name in ("og:url", "eli:uri_schema", "dc.source") or "/eli/" in content[:200]:
            found.append(content)
    return found


def _iso(text: str) -> str:
    """The first ``d.m.yyyy`` of a text as an ISO date, or nothing."""
    found = _DATE.search(text)
    return iso_date(found[3], found[2], found[1]) if found else ""
