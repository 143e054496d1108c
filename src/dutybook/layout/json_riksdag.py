"""Acts of the Swedish collection (SFS) from the Riksdag: one text as HTML or plain, whose first words number its provisions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from dutybook.layout.drafts import Draft, plain_drafts, squeeze
from dutybook.layout.html import fragment, is_markup
from dutybook.layout.html_main import walked
from dutybook.layout.limits import Limits
from dutybook.layout.trees import Node
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
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
        number = "".join(found["number"].split())
        # Sections are counted anew in each chapter.
        self.cited = f"{number} kap. §"
        self.chapter.enter_context(self.out.element(_K.CHAPTER, number))
        self.out.label(found["label"])
        self.out.text(text[found.end() :])
        self.out.heading(1, "chapter-title")

    def _open_section(self, found: re.Match[str], text: str) -> None:
        self._close(self.item, self.section)
        self.paragraphs = 1
        self.section.enter_context(
            self.out.element(_K.ARTICLE, "".join(found["number"].split()), sign=True, cited=self.cited)
        )
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
        return plain_drafts(raw)
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
