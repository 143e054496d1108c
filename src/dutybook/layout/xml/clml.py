"""Acts of the United Kingdom in Crown Legislation Markup, as legislation.gov.uk gives them.

Provisions have the numbers that the site prints: ``(1)``, ``(a)``, with the brackets that the markup leaves out.
Annotations (``Commentary``) and footnotes are notes; words that amendments put in are ordinary text.
"""

from __future__ import annotations

import re
from collections import Counter

from dutybook.layout.drafts import names
from dutybook.layout.trees import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.base import Walker, bare_number, counted, division_number, language_code, whole_number
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.records import BlockRole, ProvisionKind

_K = ProvisionKind
_NOTE_KINDS = names("F C I X E M P")
_SHAPES = {"alpha": "a", "alphaupper": "A", "roman": "i", "romanupper": "I", "arabic": "1"}
_BRACKETS = {"parens": "({})", "parenRight": "{})", "period": "{}.", "colon": "{}:", "brackets": "[{}]"}
_DIVISIONS = {
    **dict.fromkeys(("Group", "Part", "EUPart"), _K.PART),
    "EUTitle": _K.TITLE,
    **dict.fromkeys(("Chapter", "EUChapter"), _K.CHAPTER),
    "EUSection": _K.SECTION,
    "EUSubsection": _K.SUBSECTION,
    **dict.fromkeys(("Schedule", "Appendix"), _K.ANNEX),
    **dict.fromkeys(("Pblock", "PsubBlock"), _K.HEADING),
}
# The provision's name in its address, and the word that it is cited by.
_CITED = {"section": "s", "regulation": "reg", "rule": "r", "article": "art"}
_QUOTES = {"single": ("‘", "’"), "none": ("", "")}


class ClmlReader(Walker):
    what = "legislation file"
    _apart = False
    handlers = {  # noqa: RUF012
        "division": " ".join(_DIVISIONS),
        "block": (
            "P Para Text P1para P2para P3para P4para P5para P6para P7para BlockText LongTitle DateText AddressLine PersonName "
            "JobTitle Where EnactingText IntroductoryText Resolution Approved KeyListItem Formula"
        ),
        "prelims": "PrimaryPrelims SecondaryPrelims EUPrelims",
        "preamble": "PrimaryPreamble SecondaryPreamble EUPreamble",
        "contents": "Contents",
        "body": "Body EUBody",
        "group": "P1group P2group P3group",
        "provision": "P1 P2 P3 P4 P5 P6 P7 Division",
        "pnumber": "Pnumber",
        "stray_heading": "Number Title Subtitle",
        "listed": "ListItem",
        "plain_list": "OrderedList UnorderedList KeyList",
        "quotation": "BlockAmendment BlockExtract",
        "append": "AppendText",
        "reference": "CommentaryRef FootnoteRef MarginNoteRef",
        "change": "Addition Substitution Repeal",
        "closed": "Tabular",
        "table": "table",
        "signature": "Signatory SignedSection",
        "explanatory": "ExplanatoryNotes EarlierOrders",
        "picture": "Image",
    }
    # ``Versions`` holds the wording for other parts of the country or other times, ``Resources`` addresses of pictures.
    silent = names("Metadata Resources Versions Commentaries Footnotes MarginNotes IncludedDocument")
    breaks = names("Character")

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer, root)
        stated = plain(child(child(root, "Metadata"), "language"))
        self.language = language_code(stated) or language_code(attribute(root, "lang")) or "en"
        self._references = {
            attribute(n, "id"): n for n in findall(root, "Commentary", "Footnote", "MarginNote") if attribute(n, "id")
        }
        self._marks: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._in_title = False
        self._schedule = False
        self._hint = ""

    # -- lists --------------------------------------------------------------------------------------------------

    def plain_list(self, node: Node) -> None:
        """A list; its items say their numbers."""
        self.out.paragraph(ahead=True)
        self.flow(node)

    def listed(self, node: Node) -> None:
        """A list's item, numbered where the list is."""
        holder = node.getparent()
        label = self._item_number(holder, node) if local(holder) == "OrderedList" else ""
        number = bare_number(label) if label else str(self._positions.of(node))
        with self.out.element(_K.POINT if label else _K.INDENT, number):
            self.out.label(label)
            self.flow(node)

    def _item_number(self, holder: Node, node: Node) -> str:
        number = attribute(node, "NumberOverride")
        if not number:
            start = whole_number(attribute(holder, "Start"))
            value = self._positions.of(node) - 1 + (1 if start is None else start)
            number = counted(value, _SHAPES.get(attribute(holder, "Type"), "1"))
        return _BRACKETS.get(attribute(holder, "Decoration"), "{}").format(number) if number.isalnum() else number

    # -- annotations ---------------------------------------------------------------------------------------------

    def reference(self, node: Node) -> None:
        """Where an annotation or a footnote is referred to."""
        self._refer(attribute(node, "Ref"))

    def change(self, node: Node) -> None:
        """Words that an amendment put in, or their place; the annotation says which amendment."""
        self._refer(attribute(node, "CommentaryRef"))
        self.flow(node)

    def _refer(self, key: str) -> None:
        target = self._references.get(key)
        if target is None:
            return
        if key not in self._marks:
            kind = attribute(target, "Type")
            self._counts[kind] += 1
            self._marks[key] = f"{kind if kind in _NOTE_KINDS else ''}{self._counts[kind]}"
            with self.out.capture() as paragraphs:
                for each in target:
                    if local(each) != "Number":
                        self.visit(each)
            self.out.note(key, self._marks[key], paragraphs)
        self.out.mark(self._marks[key], key)

    # -- parts of the document ----------------------------------------------------------------------------------

    def prelims(self, node: Node) -> None:
        """Title, number, long title and dates; what follows (the enacting words) is preamble."""
        self._in_title = True
        self.flow(node)
        self.out.paragraph(hint="preamble")
        self._in_title = False

    def preamble(self, node: Node) -> None:
        """The enacting words; in a retained Union act its citations and recitals."""
        before, self._in_title, self._hint = self._in_title, False, "preamble"
        self.flow(node)
        self.out.paragraph(hint="preamble")
        self._in_title, self._hint = before, ""

    def block(self, node: Node) -> None:
        """A paragraph."""
        if self._in_title and local(node) == "LongTitle":
            self.name(node)
        else:
            self.styled(node, hint="preamble" if self._in_title else self._hint)

    def contents(self, node: Node) -> None:
        """The table of contents, a line an entry."""
        self.out.paragraph(ahead=True)
        for each in node.iter():
            name = local(each)
            if name in ("ContentsTitle", "ContentsNumber"):
                self.flow(each)
                self.out.space()
            if name == "ContentsTitle":
                self.out.paragraph(BlockRole.CONTENTS, "contents")
        self.out.paragraph(BlockRole.CONTENTS, "contents")

    def explanatory(self, node: Node) -> None:
        """What is printed behind the act and is no part of it."""
        with self.out.element(_K.HEADING):
            self.flow(node)

    def signature(self, node: Node) -> None:
        """Who signed, where and when."""
        (self.flow if _K.SIGNATURE in self.out.kinds else super().signature)(node)

    # -- provisions ---------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A part, chapter, schedule or group under a heading."""
        kind = _DIVISIONS[local(node)]
        words = plain(child(node, "Number"))
        number = division_number(words, self.language) or bare_number(words)
        before = self._schedule
        self._schedule = before or kind is _K.ANNEX
        with self.out.element(kind, number):
            self._depth += 1
            hint = "annex" if kind is _K.ANNEX else "chapter"
            for each in node:
                self._titled(each, hint)
                self.out.text(each.tail)
            self._depth -= 1
        self._schedule = before

    def _titled(self, node: Node, hint: str, inside: bool = False) -> None:
        """A part of a division: its number and its titles are lines of their own, ``inside`` of a block of them, too."""
        name = local(node)
        if name == "TitleBlock":
            for each in children(node):
                self._titled(each, hint, inside=True)
        elif name in ("Number", "Reference"):
            self.number(node, self._depth, f"{hint}-{name.lower()}")
        elif inside or name in ("Title", "Subtitle"):
            self.heading(node, self._depth, f"{hint}-title")
        else:
            self.visit(node)

    def group(self, node: Node) -> None:
        """Provisions under one heading: it is the first one's, which it is printed with."""
        title = child(node, "Title")
        numbered = children(node, "P1", "P2", "P3", "P")
        first = next((each for each in numbered if child(each, "Pnumber") is not None), None)
        if title is None or first is None:
            self.flow(node)
            return
        for each in node:
            if each is title:
                continue
            if each is first:
                self.provision(each, title)
            else:
                self.visit(each)
            self.out.text(each.tail)

    def provision(self, node: Node, title: Node | None = None) -> None:
        """A section, regulation, article or rule, in a schedule a paragraph; or a level of one."""
        words = plain(child(node, "Pnumber"))
        if not words:
            if title is not None:
                self.stray_heading(title)
            self.flow(node)
            return
        kind, cited = self._kind(node)
        with self.out.element(kind, bare_number(words), cited=cited):
            if title is not None:
                self.heading(title, self._depth + 1, "article-title")
            for each in node:
                self.visit(each)
                self.out.text(each.tail)

    def _kind(self, node: Node) -> tuple[ProvisionKind, str]:
        """What a numbered provision is, by its level, its address and what stands around it, and how it is cited."""
        name = local(node)
        if name == "P1":
            return self._kind_of_section(node)
        if name == "Division":
            return (_K.RECITAL if self._hint else _K.POINT), ""
        kinds = self.out.kinds
        inside = kinds[max((i for i, k in enumerate(kinds) if k in (_K.ARTICLE, _K.ANNEX)), default=0) :]
        return (_K.POINT if _K.PARAGRAPH in inside or name != "P2" else _K.PARAGRAPH), ""

    def _kind_of_section(self, node: Node) -> tuple[ProvisionKind, str]:
        """A provision of the first level: a paragraph in schedules, else an article, cited by its act's kind."""
        address = attribute(node, "IdURI") or attribute(node, "DocumentURI")
        cited = next((_CITED[part] for part in reversed(address.split("/")) if part in _CITED), "")
        if self._schedule and not self.out.quoting and not cited:
            return _K.PARAGRAPH, ""
        amended = next((a for a in node.iterancestors() if local(a) == "BlockAmendment"), None)
        if amended is None:
            return _K.ARTICLE, cited
        if attribute(amended, "Context") == "schedule":
            return _K.PARAGRAPH, ""
        return _K.ARTICLE, cited or ("s" if attribute(amended, "TargetClass") == "primary" else "")

    def pnumber(self, node: Node) -> None:
        """A provision's number, in the brackets that the site prints."""
        before, after = node.get("PuncBefore"), node.get("PuncAfter")
        if before is None and after is None and local(node.getparent()) not in ("P1", "Division"):
            before, after = "(", ")"
        bracketed = plain(node).startswith(("(", "["))
        self.out.paragraph(ahead=True)
        self.out.text("" if bracketed else before)
        self.flow(node)
        self.out.glue()
        self.out.text("" if bracketed else after)
        self.out.label()

    def stray_heading(self, node: Node) -> None:
        """A heading outside of provisions; in the prelims the act's title."""
        if self._in_title:
            self.name(node)
        else:
            self.heading(node, self._depth + 1, "group-title", names=not self.out.quoting)

    # -- quotations ---------------------------------------------------------------------------------------------

    def quotation(self, node: Node) -> None:
        """New text for another act; the site prints it in quotation marks where the markup says so."""
        opening, closing = _QUOTES.get(attribute(node, "Format"), ("“", "”"))
        with self.out.quotation():
            self.out.text(opening)
            self.out.glue()
            self.flow(node)
            self.out.paragraph(ahead=True)
            self.out.text(closing)

    def append(self, node: Node) -> None:
        """What closes the sentence that a quotation stands in."""
        self.out.paragraph(ahead=False)
        self.flow(node)
        self.out.paragraph(hint=self._hint)

    def meta(self, root: Node) -> dict[str, str]:
        metadata = child(root, "Metadata")
        prelims = find(root, "PrimaryPrelims", "SecondaryPrelims", "EUPrelims")
        title = plain(find(prelims, "Title")) or plain(find(prelims, "MultilineTitle"))
        if metadata is None:
            return {"title": title, "language": self.language}
        revised = attribute(find(metadata, "DocumentStatus"), "Value") == "revised"
        made = (_date(attribute(find(metadata, name), "Date")) for name in ("EnactmentDate", "Made"))
        coming = {_date(attribute(day, "Date")[:10]) for day in findall(find(metadata, "ComingIntoForce"), "DateTime")}
        coming.discard("")
        return {
            "title": title or plain(child(metadata, "title")),
            # The act's own address.
            "eli": re.sub(
                r"/(?:enacted|made|adopted|\d{4}-\d\d-\d\d|data\.xml).*$", "", attribute(root, "DocumentURI")
            ),
            "language": self.language,
            # Royal Assent, or made.
            "enacted": next(filter(None, made), ""),
            # Of several days each is that of some provisions.
            "in_force_from": next(iter(coming)) if len(coming) == 1 else "",
            "version_date": _date(plain(child(metadata, "valid"))) if revised else "",
        }


def _date(text: str) -> str:
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else ""


FORMATS = (
    ClmlReader.format(
        "CLML (legislation.gov.uk)",
        lambda root: local(root) == "Legislation" or (local(root) == "Fragment" and "legislation.gov.uk" in root.tag),
    ),
)
