"""Finds citations: provisions and acts that a text refers to, resolved to works where their number or name is
unambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from dutybook.document_view import LONGEST_SENTENCE, DocumentView
from dutybook.extract.citations.references import Reference, ReferenceReader
from dutybook.languages import LanguagePack
from dutybook.languages.known_acts import KnownAct, find_known_acts, find_topics, is_ambiguous
from dutybook.languages.official_numbers import speaks, state_of
from dutybook.languages.patterns import alternatives, at_end, at_start
from dutybook.languages.sections import Citations, SectionPlaces
from dutybook.records import Citation, Evidence, Family, Span, Zone, content_id

FIRST_YEAR, LAST_YEAR = 1952, 2099


@dataclass(frozen=True, slots=True)
class Act:
    """An act named in the text: its position and its work id. ``work`` is None if the name is not sufficient."""

    start: int
    end: int
    work: str | None


def celex(letter: str, first: int, second: int, *, number_first: bool) -> str | None:
    """The CELEX number of an act; None if its number does not reveal a year.

    Until 2014 regulations were numbered number/year after "No", directives year/number; since 2015 all acts are
    year/number (see the Interinstitutional style guide, 1.3.3.3).

    >>> celex("R", 1049, 2001, number_first=True), celex("L", 95, 46, number_first=False)
    ('32001R1049', '31995L0046')
    """
    pairs = [(second, first), (first, second)] if number_first else [(first, second), (second, first)]
    for year, number in pairs:
        full = year + 1900 if 50 <= year <= 99 else year
        if FIRST_YEAR <= full <= LAST_YEAR and 0 < number <= 9999:
            return f"3{full}{letter}{number:04}"
    return None


class ActReader:
    """Finds numbered EU acts in one language."""

    def __init__(self, words: Citations) -> None:
        self._letters: list[tuple[re.Pattern[str], str]] = [
            (re.compile(alternatives(kind.words), re.IGNORECASE), kind.letter) for kind in words.act_kinds
        ]
        bodies = alternatives(words.act_bodies) or "(?!)"
        no = f"(?:(?P<no>{alternatives(words.act_numbers)})\\s*)?" if words.act_numbers else "(?P<no>(?!))?"
        # News leaves out the brackets: "rozporządzenie UE 2023/1542".
        body = rf"(?:\((?:{bodies})(?:[,;]\s*(?:{bodies})){{0,3}}\)\s*|(?:{bodies})\s+)?"
        number = rf"(?P<all>{body}{no}(?P<a>\d{{1,4}})/(?P<b>\d{{1,4}})(?!\d|/\d)(?:/(?:{bodies})(?!\w))?)"
        kinds = alternatives(tuple(w for kind in words.act_kinds for w in kind.words))
        qualifiers = f"(?:(?:{alternatives(words.act_qualifiers)})\\s+){{0,4}}" if words.act_qualifiers else ""
        tail = f"(?:\\s+(?:{alternatives(words.act_qualifiers)})){{0,4}}" if words.act_qualifiers else ""
        joiner = alternatives(words.joiners) or ","
        source = rf"(?<!\w){qualifiers}(?P<kind>{kinds}){tail}\s+{number}"
        if words.act_kind_last:
            source = rf"(?<![\w(]){number}\.?,?\s+{qualifiers}(?P<kind>{kinds})(?!\w)"
        self._act = re.compile(source, re.IGNORECASE) if words.act_kinds else None
        self._next = re.compile(rf"\s*(?:(?:{joiner})\s*){{1,3}}(?P<kind>{kinds or '(?!)'})?\s*{number}", re.IGNORECASE)

    def find(self, line: str) -> list[Act]:
        """The acts in ``line``, in text order."""
        found: list[Act] = []
        if self._act is None or "/" not in line:
            return found
        at = 0
        while match := self._act.search(line, at):
            letter = self._letter(match["kind"])
            if letter is None:
                at = match.end()
                continue
            found.append(Act(match.start(), match.end(), self._work(letter, match)))
            at = match.end()
            while more := self._next.match(line, at):
                kind = more["kind"]
                letter = (self._letter(kind) if kind else None) or letter
                start = more.start("kind") if kind else more.start("all")
                found.append(Act(start, more.end(), self._work(letter, more)))
                at = more.end()
        return found

    def last_of_kind(self, words: str, acts: Sequence[Act]) -> str | None:
        """The work of the last of ``acts`` that is of the kind named in ``words`` ("of that Regulation")."""
        letter = next((letter for pattern, letter in self._letters if pattern.search(words)), None)
        for act in reversed(acts):
            if letter is None or (act.work is not None and act.work[5:6] == letter):
                return act.work
        return None

    def _letter(self, kind: str) -> str | None:
        plain = " ".join(kind.split())
        return next((letter for pattern, letter in self._letters if pattern.fullmatch(plain)), None)

    @staticmethod
    def _work(letter: str, match: re.Match[str]) -> str | None:
        return celex(letter, int(match["a"]), int(match["b"]), number_first=bool(match["no"]))


VERSION = "1"
MOST_IN_A_SENTENCE = 400
LONGEST_JOINER = 40
# A text of these families has only such provisions of its own as it shows.
_NO_ACTS = frozenset({Family.NEWS, Family.GUIDANCE})
SILENT = frozenset({Zone.CONTENTS, Zone.TITLE, Zone.HEADING})
_INTRODUCED = re.compile(
    r"(?P<words>(?:(?<!\w)[A-ZÄÖÜ][\w&’'-]{0,40}\s){2,6}(?<!Act\s)(?<!Bill\s)(?<!Regulation\s)(?<!Directive\s))\((?P<short>[A-Z]{3,6})\)"
)
# Within a sentence; a word that begins one, or what is in quotation marks or brackets, has its capital for another reason.
_CAPITALISED = re.compile(r"(?<=[\w,;] )(?P<word>(?![IVXLC]+ )[A-Z][\w-]*(?<!\d)) $")
_LONGEST_WORD = 40
_COMMA = re.compile(r",(?=\s)")
_ABBREVIATION = re.compile(r"\s+(?:[A-ZÄÖÜ][\wäöüß]{0,20}[A-ZÄÖÜ][\wäöüß]{0,20}|[A-ZÄÖÜ]{2,6})(?![\w-])")


@dataclass(frozen=True, slots=True)
class _Reader:
    pack: LanguagePack
    acts: ActReader
    references: ReferenceReader
    joiner: re.Pattern[str]
    shared_joiner: re.Pattern[str]


@dataclass(slots=True)
class _Path:
    """The place that words name bit by bit: "in paragraph 2, in point (a), item 3". A part that is named again is another one of the same place."""

    place: str | None
    above: dict[tuple[str, bool], str | None] = field(default_factory=dict)

    def follow(self, reference: Reference, forms: SectionPlaces) -> str | None:
        """The place of the next reference in the words."""
        if reference.head or not reference.parts:
            self.above.clear()
            own = self.place
        else:
            kind, number = reference.parts[0]
            named = list(self.above)
            sort = kind, number[:1].isdigit()
            own = self.above.get(sort, self.place)
            for other in named[named.index(sort) :] if sort in self.above else ():
                del self.above[other]
            self.above[sort] = own
        place = reference.place(forms, own, all_steps=True)
        self.place = place or self.place
        return place


@dataclass(frozen=True, slots=True)
class _Home:
    """What completes a sentence's citations: the document's work, the sentence's place, and acts named before it.

    ``kinds``: with what the places of the document begin ("Art"), where only these are its own; None for an act, which may cite
    provisions of its own that are left out or not found. ``path``: what its words have named so far, where each place goes on from it.
    """

    work: str | None
    place: str | None
    acts: tuple[Act, ...] = ()
    kinds: frozenset[str] | None = None
    path: _Path | None = None

    def owns(self, place: str) -> bool:
        """Whether a provision that is cited without an act may be the document's own."""
        return self.kinds is None or place.split(" ", 1)[0] in self.kinds


@dataclass(frozen=True, slots=True)
class _Law:
    """Whose law a text is, where that is known: there "StGB" means the act of that state."""

    state: str = ""
    language: str = ""
    own: str | None = None

    def work_of(self, known: KnownAct) -> str | None:
        """The work that the name of a known act stands for, None where another state of the language has acts of that name."""
        if self.state in ("", "EU", known.jurisdiction) or not speaks(known.jurisdiction, self.language):
            return known.id
        namesake = f"{self.state.lower()}:{known.id.partition(':')[2]}"
        return namesake if namesake == self.own else None


#: Start and end in the line, work, place, rule, and whether the act is clear.
_Row = tuple[int, int, str | None, str | None, str, bool]


def find_citations(view: DocumentView, state: str = "") -> tuple[Citation, ...]:
    """The citations of a document, in text order; titles, headings and tables of contents are left out.

    A provision cited without an act is one of the document's own work. The place of a sentence's own provision completes
    "paragraph 1" to ``Art 5(1)``; such parts are left out where nothing completes them. ``resolved`` says that the work is
    known and, where a provision is cited, its place too.

    Args:
        view: the document.
        state: whose law it is ("AT"); where that is not known, what the text cites may tell.
    """
    law = _Law(state or state_of(view.text, view.language) or "", view.language, view.work)
    found: list[tuple[Citation, bool]] = []
    named: dict[str, tuple[Act, ...]] = {}
    # "Article 5" in news is one of the act that it reports on.
    kinds = frozenset(place.split(" ", 1)[0] for place in view.places.values()) if view.family in _NO_ACTS else None
    for sentence in view.sentences:
        if sentence.zone in SILENT:
            continue
        stem = view.sentences[sentence.stem].provision if sentence.stem is not None else ""
        # The words of an amendment belong to the act that is amended, which they do not always name.
        own = sentence.zone is not Zone.AMENDMENT
        home = _Home(
            view.work if own else None,
            view.places.get(sentence.provision) if own else None,
            named.get(sentence.provision) or named.get(stem, ()),
            kinds,
        )
        reader, line = _reader_of(view.pack_of(sentence)), view.line_of(sentence)
        acts = _acts(line, reader, law)
        rows = _in_line(line, reader, acts, home)
        found += [_citation(line, row, sentence.span.start, view.document_id) for row in rows]
        if acts:
            named[sentence.provision] = tuple(act for act, _ in acts)
    other = _abbreviations_of_others(view.text)
    return _without_doubtful([row for row in found if row[0].as_written not in other])


def _abbreviations_of_others(text: str) -> set[str]:
    """Abbreviations that the text introduces for something else than an act: "Dockside Metal Applications (DMA)"."""
    found = set()
    for match in _INTRODUCED.finditer(text):
        initials = re.findall(r"(?<!\w)[^\W\d_]", match["words"])[-len(match["short"]) :]
        if "".join(initials) == match["short"] and not any(find_known_acts(match["words"], None)):
            found.add(match["short"])
    return found


def find_citations_in_line(
    line: str, pack: LanguagePack, *, work: str | None = None, place: str | None = None, goes_on: bool = False
) -> tuple[Citation, ...]:
    """The citations of a few words, whose spans are offsets into them.

    Args:
        line: the words; their first 20,000 characters are read.
        pack: of their language.
        work: the work that the words belong to.
        place: the place in it where they stand.
        goes_on: whether each place goes on from the one before it, as in instructions: "in paragraph 2, point (a) is deleted".
    """
    line, reader = line[:LONGEST_SENTENCE], _reader_of(pack)
    home = _Home(work, place, path=_Path(place) if goes_on else None)
    rows = _in_line(line, reader, _acts(line, reader, _Law()), home)
    return _without_doubtful([_citation(line, row, 0, "") for row in rows])


def find_acts_in_line(line: str, pack: LanguagePack) -> list[Act]:
    """The acts that a few words name by number or by a name that means nothing else, in text order."""
    return [act for act, is_clear in _acts(line[:LONGEST_SENTENCE], _reader_of(pack), _Law()) if is_clear]


def _citation(line: str, row: _Row, at: int, document_id: str) -> tuple[Citation, bool]:
    """A citation, and whether its act is clear; ``at`` is where its line begins."""
    start, end, work, place, rule, clear = row
    span = Span(at + start, at + end)
    resolved = work is not None and (place is not None or rule == "act")
    evidence = Evidence(f"citations/{rule}", VERSION, span, 0.95 if clear else 0.6)
    identity = content_id("citation", document_id, span.start, span.end, work, place)
    return Citation(identity, span, line[start:end], work, place, resolved, evidence), clear


def _without_doubtful(found: list[tuple[Citation, bool]]) -> tuple[Citation, ...]:
    """The citations without ambiguous names of acts that the document never names unambiguously."""
    clear = {citation.work for citation, is_clear in found if is_clear}
    return tuple(c for c, is_clear in found if is_clear or not c.work or c.work in clear)


def _acts(line: str, reader: _Reader, law: _Law) -> list[tuple[Act, bool]]:
    """Acts by number and by name, in text order; False where the name may mean something else."""
    acts = reader.acts.find(line)
    names: list[tuple[Act, bool]] = []
    plain = _without_joined_articles(line, reader.pack.citations.joined_articles)
    # Names of all languages: a German text also writes "Digital Services Act".
    for match, known in find_known_acts(plain, None):
        if any(match.start() < a.end and a.start < match.end() for a in acts):
            continue
        if _ends_longer_name(line, match, reader.pack.citations.act_attributes):
            continue
        names.append((Act(match.start(), match.end(), law.work_of(known)), not is_ambiguous(match[0], known)))
    for start, end, known in find_topics(line, reader.pack.code):
        if not any(start < a.end and a.start < end for a in (*acts, *(act for act, _ in names))):
            names.append((Act(start, end, law.work_of(known)), True))
    return sorted([(a, True) for a in acts] + names, key=lambda row: row[0].start)


def _without_joined_articles(line: str, articles: str) -> str:
    """A line with a space in place of the hyphen that joins an article to an abbreviation: "il GDPR" for "il-GDPR"."""
    return re.sub(articles, lambda article: article[0][:-1] + " ", line) if articles else line


def _ends_longer_name(line: str, match: re.Match[str], attributes: Sequence[str]) -> bool:
    """Whether the name of an act is the end of another one's: "Colorado AI Act". Headlines, which have capitals everywhere, cite nothing.

    Args:
        line: the sentence.
        match: the name in it.
        attributes: words that may stand before a name; without any, capitals tell nothing in the language.
    """
    if not attributes or " " not in match[0]:
        return False
    before = _CAPITALISED.search(line, max(0, match.start() - _LONGEST_WORD), match.start())
    return before is not None and before["word"] not in attributes


def _in_line(line: str, reader: _Reader, acts: list[tuple[Act, bool]], home: _Home) -> list[_Row]:
    pack = reader.pack
    rows: list[_Row] = []
    used: set[int] = set()
    references = list(islice(reader.references.find(line), MOST_IN_A_SENTENCE))
    references = [r for r in references if not any(r.start < a.end and a.start < r.end for a, _ in acts)]
    for group in _groups(line, references, reader):
        work, end, rule, index = _act_after(line, group[-1].end, acts, reader, home)
        foreign = at_end(pack.citations.foreign_before).search(line[max(0, group[0].start - 40) : group[0].start])
        if foreign and rule == "own provision":
            work, rule = None, "act without a number"
        if index is not None:
            used.add(index)
        before = _act_before(line, group[0].start, acts) if index is None and pack.citations.act_first else None
        if before is not None:
            work, rule = acts[before][0].work, "provision of an act"
            used.add(before)
            group[0].start = acts[before][0].start
        rows += _rows_of(group, work, end, rule, pack, home)
    for index, (act, sure) in enumerate(acts[:MOST_IN_A_SENTENCE]):
        if index not in used and act.work is not None:
            rows.append((act.start, act.end, act.work, None, "act", sure))
    return sorted(rows, key=lambda row: (row[0], row[1]))


def _rows_of(
    group: list[Reference], work: str | None, end: int, rule: str, pack: LanguagePack, home: _Home
) -> Iterator[_Row]:
    """The citations of references that share an act, whose last one ends at ``end``; without those whose place nothing completes."""
    names_act = end > group[-1].end
    for reference in group:
        forms = pack.structure.section_places
        if home.path is not None:
            place = home.path.follow(reference, forms)
        else:
            place = reference.place(forms, home.place if rule == "own provision" else None)
        if place is None and rule == "own provision":
            continue
        own = rule != "own provision" or names_act or not reference.head or home.owns(place or "")
        row = (work, place, rule) if own else (None, place, "act without a number")
        yield (reference.start, end if reference is group[-1] else reference.end, *row, True)


def _groups(line: str, references: list[Reference], reader: _Reader) -> list[list[Reference]]:
    """References that share an act: those joined by commas and conjunctions only."""
    groups: list[list[Reference]] = []
    for reference in references:
        last = groups[-1][-1] if groups else None
        between = line[last.end : reference.start] if last else ""
        if len(between) > LONGEST_JOINER:
            groups.append([reference])
            continue
        same = last is not None and bool(last.head) == bool(reference.head) and reader.joiner.fullmatch(between)
        if not same and last is not None and reader.shared_joiner.fullmatch(between):
            # "§ 5 i. V. m. § 7 KWG" is KWG twice; "§ 5 i. V. m. § 7 des Kreditwesengesetzes" is not.
            same = _ABBREVIATION.match(line, reference.end) if last.head == reference.head else None
        if same:
            groups[-1].append(reference)
        else:
            groups.append([reference])
    return groups


def _act_after(
    line: str, at: int, acts: list[tuple[Act, bool]], reader: _Reader, home: _Home
) -> tuple[str | None, int, str, int | None]:
    """The act that the provision ending at ``at`` belongs to: work, end of the citation, rule, index in ``acts``."""
    words = reader.pack.citations
    comma = _COMMA.match(line, at)
    if comma and at_start(words.act_links).match(line, comma.end()):
        at = comma.end()
    link = at_start(words.act_links).match(line, at) if words.act_links else None
    start = link.end() if link else at
    while start < len(line) and line[start].isspace():
        start += 1
    for index, (act, _) in enumerate(acts):
        if act.start == start:
            return act.work, act.end, "provision of an act", index
    this = at_start(words.this_act).match(line, at)
    if this:
        return home.work, this.end(), "own provision", None
    that = at_start(words.that_act).match(line, at)
    if that:
        before = [*home.acts, *(act for act, _ in acts if act.end <= at)]
        return reader.acts.last_of_kind(that[0], before), that.end(), "act cited before", None
    foreign = at_start(words.foreign).match(line, start) if words.foreign else None
    if foreign:
        return None, foreign.end(), "act without a number", None
    if link is None and not words.number_first:
        short = _ABBREVIATION.match(line, at)
        if short:
            return None, short.end(), "act without a number", None
    return home.work, comma.start() if comma else at, "own provision", None


def _act_before(line: str, at: int, acts: list[tuple[Act, bool]]) -> int | None:
    """The index of the act that ends right before ``at``."""
    return next((n for n, (act, _) in enumerate(acts) if act.end < at and not line[act.end : at].strip(" ,")), None)


@cache
def _reader_of(pack: LanguagePack) -> _Reader:
    words = pack.citations
    return _Reader(
        pack,
        ActReader(words),
        ReferenceReader(words, pack.structure.divisions.get("section", ())),
        re.compile(rf"(?:\s|{alternatives(words.joiners) or ','})*", re.IGNORECASE),
        re.compile(rf"\s*(?:{alternatives(words.shared_joiners) or '(?!)'})\s*", re.IGNORECASE),
    )
