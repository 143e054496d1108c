"""Finds references to provisions: "Article 5(2)(a)", "§ 30 Absatz 2 Nummer 3", "points (a) and (b) of paragraph 1"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dutybook.languages.letters import latin
from dutybook.languages.patterns import alternatives
from dutybook.languages.sections import Citations, SectionPlaces

# Greek and Cyrillic letters as numbers ("περ. α΄", "υποπερ. αα΄", "б. а"): two at most, since longer ones are words.
_FOREIGN = r"(?<!\w)(?:[α-ωϛ]{1,2}|[а-я]{1,2})"
_BRACKETS = re.compile(rf"\s?\(\s?(\d{{1,3}}[a-z]?|[a-z]{{1,4}}|[IVX]{{1,5}}|{_FOREIGN})\s?\)")
_DOTTED = re.compile(r"\.\s?(?:(?P<d>\d{1,2})(?!\d|/)|(?P<l>[a-z])\))")
_DOUBLE = "|".join(letter * 2 for letter in "abcdefghijklmnopqrstuvwxyz")
# What of a place completes a part that is named without its provision.
_BASE = re.compile(r"(?:Art|§|Annex|Section) (?:[LRDA]\*?\. ?(?=\d))?[\w.^/-]+(?: Part [\w.]+)?(?: [A-Z](?= ))?")
_MOST_TOGETHER = 200
"""Numbers after one word: the article on a long act's staged application names a hundred provisions in a row."""
# Numbers of provisions that were inserted later: "4¹", in plain type "4^1"; "4 bis".
_RAISED = r"(?:\^\d{1,2}(?!\d)|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
_RAISED_NUMBER = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_FROM_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ADVERB = "(?:bis|ter|quater|quinquies|sexies|septies|octies|novies|decies)(?!\\w)"
# A step of a place: "(3)", " Abs. 3".
_STEP = re.compile(rf"(?:\s(?P<word>[^\W\d_]+\.?)\s|\s?\()(?P<number>[^()\s]+(?: {_ADVERB})?)\)?")
# "Part A" of an annex, "Part IX.1".
_ANNEX_PART = r"(?-i:[IVX]{1,5}(?:\.\d{1,2})?|[A-Z](?:\.\d{1,2})?)(?!\w)"
_PARTS = ("paragraph", "subparagraph", "sentence", "number", "point", "letter", "indent")


@dataclass(slots=True)
class Reference:
    """One provision as cited: ``head`` is "article", "section", "annex" or "" where only a part is named."""

    start: int
    end: int
    head: str
    number: str
    parts: list[tuple[str, str]] = field(default_factory=list)
    division: bool = False
    """A section that is a division of the act ("Section 2 of Chapter III"), not its basic unit ("§ 2")."""
    also: list[str] = field(default_factory=list)
    """What the innermost number stands in a row with, where its word comes last: "2 ja 3 kohta"."""

    def each(self) -> list[Reference]:
        """The references of a row, one for each of its numbers."""
        if not self.also:
            return [self]
        made = []
        for number in self.also:
            parts = [*self.parts[:-1], (self.parts[-1][0], number)] if self.parts else []
            head = self.number if self.parts else number
            made.append(Reference(self.start, self.end, self.head, head, parts, self.division))
        return made

    def place(self, forms: SectionPlaces, own: str | None, *, all_steps: bool = False) -> str | None:
        """The place as in :class:`~dutybook.records.Provision`.

        Args:
            forms: how places below a section are written.
            own: what completes a part without its provision.
            all_steps: complete it with all steps of ``own`` that may stand above it, not with the paragraph alone.
        """
        words = {"article": "Art", "section": "Section" if self.division else "§", "annex": "Annex"}
        if self.head in words:
            head: str | None = f"{words[self.head]} {self.number}".rstrip()
        else:
            head = self._own_head(forms, own or "", all_steps=all_steps)
        if head is None:
            return None
        text = head
        for kind, value in self.parts:
            if kind in ("subparagraph", "sentence"):
                continue
            if kind in ("annex_part", "indent"):
                text += f" {_WORDS_OF_STEPS[kind]} {value}"
                continue
            if not text.startswith("§") or kind == "bracket":
                text += f"({value})"
            elif kind == "paragraph":
                text += _step(forms.paragraph, value)
            else:
                form = forms.arabic if value[0].isdigit() else forms.letter
                form = forms.double if value.isalpha() and len(value) == 2 and value[0] == value[1] else form
                text += _step(form, value)
        return text

    def _own_head(self, forms: SectionPlaces, own: str, *, all_steps: bool) -> str | None:
        """What of the citing provision's place a part is completed with."""
        base = _BASE.match(own)
        if base is None or not self.parts:
            return base and base[0]
        kind, number = self.parts[0]
        divided = base[0].startswith("Section ")
        if kind == "paragraph" and not divided:
            return base[0]
        steps = list(_STEP.finditer(own, base.end()))
        above = ""
        if steps and not divided and not base[0].startswith("Annex ") and _is_paragraph(steps[0], forms):
            above = steps.pop(0)[0]
            if not all_steps:
                return base[0] + above
        if kind == "indent":
            return base[0] + above + "".join(step[0] for step in steps if step["word"] != kind)
        return base[0] + (above + _steps_above(steps, number) if all_steps or divided else above)


def _number_patterns(words: Citations) -> tuple[dict[str, str], dict[str, str]]:
    """Patterns of the numbers of provisions, and of those of their parts, by kind."""
    suffix = f"(?:{words.number_suffix})?" if words.number_suffix else ""
    first = f"|{alternatives(words.first)}" if words.first else ""
    codes = f"{alternatives(words.codes)}|" if words.codes else ""
    gap = " ?" if words.dotted or words.apart else ""
    # Where raised figures are lost, "42¹" reads "42 1".
    later = rf"(?:{_RAISED}|\s\d{{1,2}}(?![\w.,)]))?" if words.raised_apart else f"(?:{_RAISED})?"
    inserted = rf"(?:{gap}{_ADVERB})?" if gap else ""
    # Mexico counts on: "166 Bis 1".
    counted_on = r"(?:\s\d{1,2}(?![\w.,/)º]))?" if words.dotted else ""
    lettered = "(?: ?[a-z])?" if words.section_last or words.number_first else "[a-z]?"
    # "9.1 pants", where a raised figure is lost
    stopped = r"(?:\.\d{1,2}(?=\.?\s))?" if words.number_first else ""
    provisions = {
        "article": rf"(?:{codes}\d{{1,4}}{later}{stopped}(?:/\d{{1,2}}(?!\d|/\d{{2}}))*(?:[a-zα-ω](?![\w])|{gap}{_ADVERB}{counted_on})?{first}){suffix}",
        "section": rf"\d{{1,4}}{later}(?:\.\d{{1,4}}){{0,2}}{lettered}(?!\w){suffix}|(?-i:[A-Z])(?!\w)",
        "annex": r"(?:(?-i:[IVXLC]{1,7}|[A-Z])|\d{1,3})(?!\w)" + (r"\.?" if words.number_first else ""),
    }
    parts = {
        "paragraph": rf"(?:(?-i:[IVX]{{1,5}})|\(\d{{1,3}}(?:[a-z]|{_RAISED})?\)|\d{{1,3}}{later}{inserted}[a-z]?{suffix})(?!\w|[/.]\d){first}",
        "annex_part": _ANNEX_PART,
        "subparagraph": r"\d{1,2}(?!\w)",
        "sentence": r"\d{1,2}(?!\w)",
        "indent": rf"\d{{1,2}}{suffix}(?!\w)",
        "number": r"(?:\(\d{1,3}[a-z]?\)|\d{1,3}[a-z]?°?|[ivx]{1,4})(?!\w)",
        "point": rf"(?:\((?:[a-z]{{1,4}}|{_FOREIGN}|\d{{1,3}}[a-z]?)\)|(?:[a-z]|{_FOREIGN}|[ivx]{{2,4}})\)|{_FOREIGN}[΄'’]|\d{{1,3}}{later}{inserted}[a-z]?{suffix})(?!\w)",
        "letter": rf"[(„“\"]?(?:[a-z]|{_DOUBLE}|[ivx]{{1,4}}|{_FOREIGN})[)“”\"΄'’]?(?!\w)",
    }
    return provisions, parts


class ReferenceReader:
    """Finds references in one language."""

    def __init__(self, words: Citations, divisions: tuple[str, ...] = ()) -> None:
        self._words = words
        self._divisions = tuple(division.casefold() for division in divisions)
        self._number, self._part_number = _number_patterns(words)
        self._heads = {kind: getattr(words, kind) for kind in self._number}
        self._head = self._any(self._heads, self._number, "h")
        parts = {kind: getattr(words, kind) for kind in _PARTS}
        self._part = self._any(parts, self._part_number, "p")
        ordinals = alternatives(words.ordinals) or "(?!)"
        subs = alternatives((*words.subparagraph, *words.sentence, *words.paragraph)) or "(?!)"
        after = alternatives(words.paragraph) if words.number_first and words.paragraph else "(?!)"
        self._named_after = re.compile(rf"\s(?:{after})(?!\w)", re.IGNORECASE)
        self._bare_letter = re.compile(rf"\s({words.bare_letters or '(?!)'})(?!\w)")
        self._ordinal = re.compile(rf"(?:the\s+)?(?:{ordinals})\s+(?:{subs})(?!\w)", re.IGNORECASE)
        within = alternatives(words.annex_parts) or "(?!)"
        named = rf"(?:{within})\s*(?P<part>{_ANNEX_PART})"
        if words.number_first and not words.annex_first:
            named = rf"(?P<part>{_ANNEX_PART})\.?\s+(?:{within})(?!\w)"
        self._annex_part = re.compile(rf"\.?\s*,?\s*{named}", re.IGNORECASE)
        self._link = re.compile(rf"\s*,?\s*(?:(?:{alternatives(words.part_links) or '(?!)'})\s*)?", re.IGNORECASE)
        self._point_word = re.compile(alternatives(words.point) or "(?!)", re.IGNORECASE)
        between = alternatives((*words.joiners, *words.ranges))
        self._row_item = re.compile(rf"\s*(.+?)\s*((?<!\w)(?:{between})(?!\w)|[-–,])(?=\s|\(|\d)", re.IGNORECASE)
        self._range = re.compile(alternatives(words.ranges) or "(?!)", re.IGNORECASE)
        self._join = re.compile(
            rf"\s*(?:(?P<range>{alternatives(words.ranges)})|(?:{alternatives(words.joiners) or ','}))\s*",
            re.IGNORECASE,
        )

    def find(self, line: str) -> Iterator[Reference]:
        """References in ``line`` in text order; several numbers after one word are a reference each."""
        at = 0
        head, part = self._head.search(line), self._part.search(line)
        while True:
            # Searched again only once passed: a line of one kind alone is not scanned for the other at each step.
            if head is not None and head.start() < at:
                head = self._head.search(line, at)
            if part is not None and part.start() < at:
                part = self._part.search(line, at)
            match = min((m for m in (head, part) if m), key=lambda m: m.start(), default=None)
            if match is None:
                return
            found = self._from_head(line, match) if match is head else self._from_part(line, match)
            _leave_bracket(line, found[-1])
            yield from found
            at = max(found[-1].end, match.end())

    # reading ------------------------------------------------------------------------------------------------

    def _any(self, words: dict[str, tuple[str, ...]], numbers: dict[str, str], mark: str) -> re.Pattern[str]:
        options = []
        for kind, forms in words.items():
            if forms:
                named = alternatives(forms)
                word, number = f"(?:{named})", f"(?P<{mark}n_{kind}>{numbers[kind]})"
                gap = r"[\s ]*"
                first = self._words.number_first and not (kind == "annex" and self._words.annex_first)
                pair = f"{number}{gap}{word}(?!\\w)" if first else f"{word}{gap}{number}"
                if first or (kind == "section" and self._words.section_last):
                    # "2 ja 3 kohta", "5 och 6 §§"
                    joined = alternatives((*self._words.joiners, *self._words.ranges))
                    more = rf"(?P<{mark}more_{kind}>(?:(?:{numbers[kind]})\s*(?:{joined})\s*){{0,20}})"
                    pair = rf"{more}{number}{gap}{word}(?!\w)"
                if kind in ("paragraph", "point") and self._words.ordinal_numbers:
                    counted = alternatives(tuple(self._words.ordinal_numbers))
                    more = rf"(?:(?:\s*,\s*|\s+(?:{alternatives(self._words.joiners)})\s+)(?:{counted}))*"
                    pair += rf"|(?P<{mark}n_{kind}_ordinal>{counted}){more}\s+{word}(?!\w)"
                if kind in ("article", "point") and self._words.number_before:
                    # "… 5. Člen 6": a capital begins the next sentence
                    pair += rf"|(?P<{mark}n_{kind}_before>\d{{1,4}}\.[a-z]?)\s+(?-i:{word})(?!\w)"
                options.append(f"(?P<{mark}_{kind}>{pair})")
        # "Art" must not match inside a word; case is kept for numbers, so words are made tolerant at their first letter
        return re.compile(r"(?<![\w])(?:" + "|".join(options) + ")", re.IGNORECASE) if options else re.compile("(?!)")

    @staticmethod
    def _read(match: re.Match[str], mark: str) -> tuple[str, str]:
        for name, value in match.groupdict().items():
            if name.startswith(f"{mark}n_") and value is not None:
                return name[3:].removesuffix("_ordinal").removesuffix("_before"), value
        raise AssertionError("a match without its number")

    def _row(self, match: re.Match[str], last: str) -> list[str]:
        """The numbers of a row that ends with ``last``, from the first to the last of a range; empty where it stands alone."""
        before = next((text for name, text in match.groupdict().items() if "more_" in name and text), "")
        if not before:
            return []
        row: list[str] = []
        for number, joiner in self._row_item.findall(before):
            row.append(self._clean(number))
            if self._range.fullmatch(joiner.strip()):
                row.append("-")
        numbers = "\0".join([*row, self._clean(last)]).replace("\0-\0", "-")
        return numbers.split("\0")

    def _clean(self, number: str) -> str:
        plain = latin(number.strip(" °()„“”\"΄'’\t\n\u00a0"))
        if self._words.first and re.fullmatch(alternatives(self._words.first), plain, re.IGNORECASE):
            return "1"
        if plain.casefold() in self._words.ordinal_numbers:
            return str(self._words.ordinal_numbers[plain.casefold()])
        plain = _RAISED_NUMBER.sub(lambda raised: "^" + raised[0].translate(_FROM_RAISED), plain)
        if self._words.raised_apart:
            plain = re.sub(r"(?<=\d)\s(?=\d)", "^", plain)
        if self._words.number_first:
            plain = re.sub(r"(?<=\d)\.(?=\d)", "^", plain)
        if self._words.section_last or self._words.number_first:
            plain = re.sub(r"(?<=\d) (?=[a-z]$)", "", plain)  # "8 a §"
        if self._words.number_before:
            plain = re.sub(r"(?<=\d)\.(?=[a-z]$)", "", plain)  # "5.a člen"
        return re.sub(rf"(?<=\d)(?:{self._words.number_suffix})$", "", plain) if self._words.number_suffix else plain

    def _from_head(self, line: str, match: re.Match[str]) -> list[Reference]:
        kind, number = self._read(match, "h")
        division = kind == "section" and match[0].casefold().startswith(self._divisions or ("\0",))
        number = number.rstrip(".") if kind == "annex" else number
        first = Reference(match.start(), match.end(), kind, self._clean(number), division=division)
        first.also = self._row(match, number)
        if not first.also:
            self._parts_after(line, first)
        found = first.each()
        self._siblings(line, found)
        if self._words.number_first or first.also:
            return found
        bare = re.compile(self._number[kind])
        while len(found) < _MOST_TOGETHER:
            joined = self._join.match(line, found[-1].end)
            more = bare.match(line, joined.end()) if joined else None
            if joined is None or more is None or line[more.end() : more.end() + 1] == "/":
                break
            if re.match(r"\s+\w+\s+\d{4}", line[more.end() :]) and kind != "section":  # "Article 5, 12 May 2026"
                break
            if joined["range"] and found[-1].end == joined.start():
                found[-1].number += "-" + self._clean(more[0])
                found[-1].end = more.end()
                self._parts_after(line, found[-1])
                self._siblings(line, found)
                continue
            found.append(Reference(more.start(), more.end(), kind, self._clean(more[0]), division=division))
            self._parts_after(line, found[-1])
            self._siblings(line, found)
        return found

    def _siblings(self, line: str, found: list[Reference]) -> None:
        """ "Article 4(1), points (a) to (d)", "Article 6(1)(a), (b) and (2)": more numbers of the parts."""
        while found[-1].parts and not self._words.number_first and len(found) < _MOST_TOGETHER:
            last = found[-1]
            kind = last.parts[-1][0]
            joined = self._join.match(line, last.end)
            if joined is None:
                return
            if self._named_sibling(line, joined.end(), found):
                continue
            if kind == "bracket":
                run = self._bracket_run(line, joined.end())
                level = _level(last.parts, run[0][1]) if run else None
                if level is None:
                    return
                more, end = run, run[-1].end()
                values = [("bracket", latin(bracket[1])) for bracket in more]
            else:
                level = len(last.parts) - 1
                one = re.compile(self._part_number[kind], re.IGNORECASE).match(line, joined.end())
                if one is None or not _bracketed_like(line[last.end - 1], one[0][-1]):
                    return
                more, end, values = [one], one.end(), [(kind, self._clean(one[0]))]
            if joined["range"]:
                until = (kind, f"{last.parts[level][1]}-{values[0][1]}")
                last.parts, last.end = [*last.parts[:level], until, *values[1:]], end
            else:
                parts = [*last.parts[:level], *values]
                found.append(Reference(more[0].start(), end, last.head, last.number, parts, last.division))
                if kind != "bracket":
                    self._parts_after(line, found[-1])

    def _named_sibling(self, line: str, at: int, found: list[Reference]) -> bool:
        """ "Absatz 3 Nummer 2, Absatz 5 oder Absatz 6a": a part named again is another one of the same provision."""
        last = found[-1]
        part = self._part.match(line, at)
        if part is None:
            return False
        kind, number = self._read(part, "p")
        levels = [i for i, (other, _) in enumerate(last.parts) if other == kind]
        if not levels:
            return False
        parts = [*last.parts[: levels[0]], (kind, self._clean(number))]
        found.append(Reference(part.start(), part.end(), last.head, last.number, parts, last.division))
        self._parts_after(line, found[-1])
        return True

    @staticmethod
    def _bracket_run(line: str, at: int) -> list[re.Match[str]]:
        """Numbers in brackets that stand together, "(2)(b)"."""
        run: list[re.Match[str]] = []
        while len(run) < 4 and (bracket := _BRACKETS.match(line, run[-1].end() if run else at)):
            run.append(bracket)
        return run

    def _parts_after(self, line: str, reference: Reference) -> None:
        within = self._annex_part.match(line, reference.end) if reference.head == "annex" else None
        if within and not reference.parts:
            reference.parts.append(("annex_part", within["part"]))
            reference.end = within.end()
        for _ in range(6):
            bracket = _BRACKETS.match(line, reference.end)
            if bracket:
                reference.parts.append(("bracket", latin(bracket[1])))
                named = self._named_after.match(line, bracket.end())  # "5. cikk (2) bekezdése"
                reference.end = named.end() if named else bracket.end()
                continue
            dotted = _DOTTED.match(line, reference.end) if self._words.dotted else None
            if dotted:
                kind = "paragraph" if dotted["d"] else "point"
                reference.parts.append((kind, dotted["d"] or dotted["l"]))
                reference.end = dotted.end()
                continue
            bare = self._bare_letter.match(line, reference.end) if reference.parts else None
            if bare:
                reference.parts.append(("point", bare[1]))
                reference.end = bare.end()
                continue
            comma = re.compile(r"\s*,?\s*").match(line, reference.end)
            at = comma.end() if comma else reference.end
            part = self._part.match(line, at)
            if part is None:
                ordinal = self._ordinal.match(line, at)
                if ordinal is None:
                    return
                reference.end = ordinal.end()
                continue
            kind, number = self._read(part, "p")
            kind = self._inner_kind(kind, part, reference)
            if kind == "paragraph" and any(above in ("paragraph", *_PARTS[3:]) for above, _ in reference.parts):
                return  # a sibling, not a part of this part
            reference.parts.append((kind, self._clean(number)))
            reference.end = part.end()
            reference.also = self._row(part, number)
            if reference.also:
                return

    def _inner_kind(self, kind: str, part: re.Match[str], reference: Reference) -> str:
        """A word that names paragraphs and points names a point below a paragraph: "panta pirmās daļas 2. punktā"."""
        named = part[0].split()[-1]
        is_below = kind == "paragraph" and any(above == kind for above, _ in reference.parts)
        return "point" if is_below and self._point_word.fullmatch(named) else kind

    def _from_part(self, line: str, match: re.Match[str]) -> list[Reference]:
        """ "point (a) of Article 5(2)", "points (a) and (b) of paragraph 1", "paragraph 1"."""
        kind, number = self._read(match, "p")
        first = Reference(match.start(), match.end(), "", "", [(kind, self._clean(number))])
        first.also = self._row(match, number)
        if first.also:
            return first.each()
        rows = [first]
        if others := self._more_ordinals(match[0], number):
            rows += [Reference(match.start(), match.end(), "", "", [(kind, self._clean(one))]) for one in others]
            above = self._above(line, match.end(), kind)
            return self._under(rows, above) if above else rows
        self._parts_after(line, first)
        if first.also:
            return first.each()
        if first.parts[-1][0] == "bracket":
            self._siblings(line, rows)
        bare = re.compile(self._part_number[kind], re.IGNORECASE)
        alone = len(first.parts) == 1 or self._words.dotted
        while not self._words.number_first and alone and len(rows) < _MOST_TOGETHER:
            joined = self._join.match(line, rows[-1].end)
            more = bare.match(line, joined.end()) if joined else None
            if joined is None or more is None or not _bracketed_like(number, more[0]):
                break
            if joined["range"]:
                rows[-1].parts[0] = (kind, f"{rows[-1].parts[0][1]}-{self._clean(more[0])}")
                rows[-1].end = more.end()
                continue
            rows.append(Reference(more.start(), more.end(), "", "", [(kind, self._clean(more[0]))]))
            if self._words.dotted:  # "apartados 2.a) y 4.a)"
                self._parts_after(line, rows[-1])
        above = self._above(line, rows[-1].end, kind)
        return self._under(rows, above) if above else rows

    def _more_ordinals(self, words: str, number: str) -> list[str]:
        """The ordinals behind the first one that share its word: "peti in šesti odstavek"."""
        if number.casefold() not in self._words.ordinal_numbers or not words.startswith(number):
            return []
        named = re.findall(r"[^\W\d_]+", words[len(number) :])
        return [word for word in named if word.casefold() in self._words.ordinal_numbers]

    def _above(self, line: str, at: int, kind: str) -> Reference | None:
        """What contains the part of this kind that ends at ``at``: "of Article 5(2)", "of paragraph 1"."""
        link = self._link.match(line, at)
        # A comma alone joins ("Nr. 1, § 3"); only a word puts the part under what follows, or, where the number comes
        # first, the genitive of the provision ("prvi odstavek 5. člena").
        if link is None or not (link[0].strip(" ,\t\n\u00a0") or (self._words.number_before and "," not in link[0])):
            return None
        before, at = at, link.end()
        ordinal = None if self._part.match(line, at) else self._ordinal.match(line, at)
        if ordinal:
            link = self._link.match(line, ordinal.end())
            at = link.end() if link else ordinal.end()
        if upper := self._head.match(line, at):
            above = self._from_head(line, upper)[0]
            outer = self._link.match(line, above.end)
            annex = self._head.match(line, outer.end()) if above.division and outer else None
            if annex and self._read(annex, "h")[0] == "annex":
                above.end = annex.end()
            return above
        # "3° du II": the word that links is that of the paragraph.
        middle = self._part.match(line, at) or self._part.match(line, _skip_blanks(line, before))
        if middle and _PARTS.index(self._read(middle, "p")[0]) < _PARTS.index(kind):
            return self._from_part(line, middle)[0]
        return None

    @staticmethod
    def _under(rows: list[Reference], above: Reference) -> list[Reference]:
        for row in rows:
            row.head, row.number, row.division = above.head, above.number, above.division
            row.parts = above.parts + row.parts
        rows[-1].end = above.end
        return rows


_WORDS_OF_STEPS = {"annex_part": "Part", "indent": "indent"}


def _step(form: str, number: str) -> str:
    """A step of a place below a section: " Abs. 3", "(3)"."""
    return ("" if form.startswith("(") else " ") + form.format(number)


def _is_paragraph(step: re.Match[str], forms: SectionPlaces) -> bool:
    """Whether the first step below a provision is a paragraph: it has a figure, and the word for it where there is one."""
    word = forms.paragraph.partition("{")[0].strip("( ")
    return step["number"][:1].isdigit() and (step["word"] or word) == word


def _steps_above(steps: list[re.Match[str]], number: str) -> str:
    """What of the steps below a provision stands above a part of it: all up to a step that is counted like the part.

    Britain has subsections (1) with paragraphs (a), America subsections (a) with paragraphs (1).

    >>> _steps_above(list(_STEP.finditer("(1)(a)")), "b"), _steps_above(list(_STEP.finditer("(c)(1)")), "C")
    ('(1)', '(c)(1)')
    """
    above = ""
    for step in steps:
        if _is_counted_like(step["number"], number):
            break
        above += step[0]
    return above


_ROMAN = re.compile("[ivx]+")


def _is_counted_like(some: str, other: str) -> bool:
    """Whether both are figures, both small letters, both capitals, or both small Roman numbers; "i" follows "h", or begins to count anew.

    >>> [_is_counted_like(*pair) for pair in (("a", "b"), ("a", "ii"), ("a", "i"), ("h", "i"), ("ii", "v"), ("1", "a"))]
    [True, False, False, True, True, False]
    """
    if some.islower() and other.islower():
        if _ROMAN.fullmatch(some) and (len(some) > 1 or len(other) > 1):
            return bool(_ROMAN.fullmatch(other))
        begins = other == "i" and some != "h"
        return not begins and len(some) == len(other) and not (len(other) > 1 and _ROMAN.fullmatch(other))
    return [some[:1].isdigit(), some[:1].isupper()] == [other[:1].isdigit(), other[:1].isupper()]


def _skip_blanks(line: str, at: int) -> int:
    """Where the next character stands that is no white space."""
    return len(line) - len(line[at:].lstrip())


def _level(parts: list[tuple[str, str]], value: str) -> int | None:
    """Which of ``parts`` a further number takes the place of: the last one that is a number, or a letter, like it."""
    levels = [i for i, (_, other) in enumerate(parts) if other[:1].isdigit() == value[:1].isdigit()]
    return levels[-1] if levels else None


def _leave_bracket(line: str, last: Reference) -> None:
    """ "(Artikel 6 Absatz 1 Buchstabe a)": the last bracket closes the one before the reference."""
    cited = line[last.start : last.end]
    if cited.endswith(")") and cited.count(")") > cited.count("(") and line[last.end : last.end + 1] != ")":
        before = line[max(0, last.start - 200) : last.start]
        if before.count("(") > before.count(")"):
            last.end -= 1


def _bracketed_like(first: str, other: str) -> bool:
    return first.startswith("(") == other.startswith("(") and first.endswith(")") == other.endswith(")")
