"""Finds acts that a text names without a number that leads to them: "Industrial Accelerator Act", "das Mietrechtsgesetz".

Acts that are known by their number or by a well-known name are citations. What is left is an act known by its name alone: of a state
whose acts the program does not know, or one that is not adopted yet. Only texts about the law are read, no acts: these name others in
every line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile

from dutybook.document_view import DocumentView
from dutybook.languages.act_names import ENGLISH, NamePatterns, name_patterns
from dutybook.languages.letters import fold, word_places
from dutybook.languages.pack import temporal
from dutybook.languages.typed_citations import function_words
from dutybook.languages.wordforms import stem
from dutybook.records import NAMED_ACT, Citation, Evidence, Family, NamedAct, Span, Zone, content_id

VERSION = "1"
_SILENT = frozenset({Zone.CONTENTS})
# Headlines may write every word with a capital letter, so that capitals tell nothing there.
_HEADLINES = frozenset({Zone.TITLE, Zone.HEADING})
_ACTS = frozenset({Family.EU_ACT, Family.STATUTE})
_BEFORE, _BEHIND = 60, 30
_LONGEST, _LONGEST_LINE = 160, 4_000
_MOST = 400
# "(MRG)", "(Mietrechtsgesetz – MRG)": what brackets behind a name say it is called.
_BRACKET = re.compile(r"\s?\(([^()\n]{3,80})\)")
_QUOTES = "\"“”„‟‘’'«»"
_OPENED, _CLOSED = re.compile(rf"\s?\([{_QUOTES}]?"), re.compile(rf"[{_QUOTES}]?\)")
_SHORT = r"(?=\w*[A-ZÄÖÜ]\w*[A-ZÄÖÜ])[A-ZÄÖÜ][\wäöüß-]{2,14}"
_CALLED = re.compile(
    rf"[{_QUOTES}\s]*(?P<only>{_SHORT})[{_QUOTES}\s]*(?:[;,].*)?|.*[-–—:]\s*[{_QUOTES}]?(?P<last>{_SHORT})[{_QUOTES}\s]*"
)
_NUMBER = re.compile(r"\d+")
_NUMBER_WORDS = frozenset({"n", "nr", "no"})
# A title may hold the short title behind a dash or in brackets.
_PARTS = re.compile(r"\s+[-–—]\s+|\s*[();]\s*")
_INSIDE = "• "
# The item of a list has no more words before a name.
_ITEM_WORDS, _WORDS = 1, re.compile(r"[^\W\d_]+")
_CLOSING = {"(": ")", "“": "”", "„": "“”", "«": "»", "»": "«", '"': '"'}
_CONJUNCTION = re.compile(r"\s(?:and|or|&)\s")
_YEAR = re.compile(r"\s*\(\d{4}:\d+\)")
_LAST = re.compile(r"(?<![\w-])(?![IVXLC]+$)([A-ZÄÖÜ][\wäöüß]*[A-ZÄÖÜ]\w*)$")
_TELLING = 4
_SMALL = frozenset({"del", "din", "van"})


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    key: str
    language: str
    is_draft: bool
    aliases: tuple[str, ...] = ()
    name: str = ""
    #: The key that a name with a number and a topic has where its number is left out.
    unnumbered: str = ""


def find_named_acts(view: DocumentView, citations: Iterable[Citation] = ()) -> tuple[NamedAct, ...]:
    """The acts that a text names, where no number and no well-known name leads to them, in text order.

    Args:
        view: the document.
        citations: of the document; what they cite with its act is no name without one.
    """
    if view.family in _ACTS:
        return ()
    citations = tuple(citations)
    taken = sorted((c.span for c in citations if c.work is not None), key=lambda span: span.start)
    names = [name for citation in citations for name in _behind_provision(citation, view.language)]
    for sentence in view.sentences:
        if sentence.zone not in _SILENT and len(names) < _MOST:
            line = _without(view.line_of(sentence, _LONGEST_LINE), sentence.span.start, taken)
            found = _in_line(line, sentence.language, sentence.zone in _HEADLINES)
            start = sentence.span.start
            names += [replace(name, start=name.start + start, end=name.end + start) for name in found]
    names = _without_known(view.text, _apart(names), taken)
    names = [name for name in names if not any(name.start < span.end and span.start < name.end for span in taken)]
    names = _with_aliases(view, _joined(names))
    return tuple(_record(view, name) for name in sorted(names, key=lambda name: (name.start, -name.end)))


def act_key(name: str, language: str) -> str:
    """What the names of one act in one language have in common in all inflections; empty where words are no name of an act.

    A title that begins with a number ("Ley 7/2031, de 3 de marzo, de faros") has the number's key.

    >>> act_key("Tabaksteuergesetzes", "de"), act_key("Cybersäkerhetslag (2031:77)", "sv"), act_key("Leitfaden", "de")
    ('tabaksteuergesetz', 'cybersakerhetslag', '')
    """
    own = _own_name(name, language)
    return own.key if own else ""


def act_ids(title: str, number: str, language: str) -> set[str]:
    """The ids under which an act of the register may stand among those that are known by name: by its title's parts and its number.

    >>> sorted(act_ids("Hafendatengesetz - HafDatG", "", "de"))
    ['name:de:hafdatg', 'name:de:hafendatengesetz']
    """
    names = (_own_name(name, language) for name in (*_PARTS.split(title), title, number))
    return {act_id(name.key, name.language) for name in names if name}


def _own_name(title: str, language: str) -> _Name | None:
    """The name that a title is, or the number that it begins with."""
    plain = " ".join(_YEAR.sub("", title).split()).strip(_QUOTES + " ,.")
    patterns = name_patterns(language)
    if patterns is None or len(plain) > 2 * _LONGEST:
        return None
    if re.fullmatch(_SHORT, plain):
        return _Name(0, len(plain), fold(plain), language, False)
    # Some names are told by a capital letter, which says nothing where a sentence begins.
    for found in _in_line(f"{_INSIDE}{plain}", language, False)[:1]:
        is_whole = found.end >= len(_INSIDE) + len(plain) or any(letter.isdigit() for letter in found.key)
        if found.start == len(_INSIDE) and is_whole:
            return found
    # Titles have forms that no text has ("Cybersäkerhetslag").
    if re.search(r"\s", plain) or patterns.never.fullmatch(plain):
        return None
    is_name = any(ending.fullmatch(plain) for _, ending in patterns.endings)
    return _Name(0, len(plain), _key_of(plain, None, "", patterns, language), language, False) if is_name else None


def act_id(key: str, language: str) -> str:
    """The id of an act that is known by its name alone."""
    slug = re.sub(r"\W+", "-", key).strip("-")
    return f"{NAMED_ACT}{language}:{slug}"


def _record(view: DocumentView, name: _Name) -> NamedAct:
    span = Span(name.start, name.end)
    words = _base_form(name.name or " ".join(span.of(view.text).split()), name.language)
    identity = content_id("named act", view.document_id, span.start, span.end)
    return NamedAct(
        id=identity,
        span=span,
        name=words,
        act=act_id(name.key, name.language),
        language=name.language,
        is_draft=name.is_draft,
        evidence=Evidence("named_acts", VERSION, span, 0.9),
    )


def _base_form(words: str, language: str) -> str:
    """A name of one word without the ending of its case ("Hafengesetzes")."""
    patterns = name_patterns(language)
    bases = patterns.bases if patterns and " " not in words else ()
    return next((found["base"] for base in bases if (found := base.fullmatch(words))), words)


def _without(line: str, start: int, taken: Sequence[Span]) -> str:
    """A line, which begins at ``start``, with bullets in place of what is taken: names do not reach over it."""
    near = bisect_left(taken, start, key=lambda span: span.start)
    # A span that begins before the line may end in it; citations hardly overlap.
    for span in taken[max(0, near - 2) : bisect_left(taken, start + len(line), key=lambda span: span.start)]:
        first, last = max(0, span.start - start), min(len(line), span.end - start)
        if first < last:
            line = line[:first] + "•" * (last - first) + line[last:]
    return line


def _without_known(text: str, names: Sequence[_Name], taken: Sequence[Span]) -> list[_Name]:
    """The names without those of an act that brackets behind one of them call by the name of a known act: "Lieferkettengesetz (LkSG)"."""
    known: set[str] = set()
    starts = {span.start: span for span in taken}
    for name in names:
        bracket = _OPENED.match(text, name.end)
        span = starts.get(bracket.end()) if bracket else None
        if span is not None and _CLOSED.match(text, span.end):
            known.add(name.key)
    return [name for name in names if name.key not in known]


def _behind_provision(citation: Citation, language: str) -> Iterator[_Name]:
    """The abbreviation of an act that is not known, behind a provision of it: "§ 5 LFGB"."""
    if "§" in citation.as_written and citation.work is None and (short := _LAST.search(citation.as_written)):
        start = citation.span.start + short.start(1)
        yield _Name(start, start + len(short[1]), fold(short[1]), language, False)


def _apart(names: Iterable[_Name]) -> list[_Name]:
    """The names without those that overlap one before them; the longer one is kept."""
    kept: list[_Name] = []
    for name in sorted(names, key=lambda name: (name.start, -name.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


def _in_line(line: str, language: str, is_headline: bool) -> list[_Name]:
    """The names in a sentence; of names that overlap the one that begins first, then the longer one."""
    patterns = name_patterns(language)
    found = list(_phrases(line, patterns, language)) if patterns else []
    if patterns and patterns.capitals and not (is_headline and language == ENGLISH):
        found += _capitalised(line, patterns, patterns.capitals, language)
    english = name_patterns(ENGLISH)
    if language != ENGLISH and english and english.abroad:
        # "Act" alone is a word of no other language; "Code" and "Directive" may be.
        found += _capitalised(line, english, english.abroad, ENGLISH, patterns)
    return [_called(line, name) for name in _apart(found)]


def _phrases(line: str, patterns: NamePatterns, language: str) -> Iterator[_Name]:
    for pattern in patterns.patterns:
        for match in pattern.source.finditer(line):
            start, end = match.start(), match.end()
            start += len(skipped[0]) if (skipped := patterns.skip.match(match[0])) else 0
            parts = match.groupdict()
            if parts.get("topic"):
                end = _title_end(line, start, end, language)
                parts["topic"] = line[match.start("topic") : end]
            words = line[start:end]
            if len(words) > _LONGEST or patterns.never.fullmatch(" ".join(words.split())):
                continue
            key = (
                pattern.key
                or (act_key(pattern.stands_for, language) if pattern.stands_for else "")
                or _key_of(words, parts.get("topic"), pattern.kind, patterns, language, "head" in parts)
            )
            topic = parts.get("topic")
            unnumbered = f"{pattern.kind} {_stems(topic, language)}".strip() if topic else ""
            if key:
                is_draft = _is_draft(line, start, end, patterns)
                yield _Name(start, end, key, language, is_draft, unnumbered=unnumbered if unnumbered != key else "")


def _title_end(line: str, start: int, end: int, language: str) -> int:
    """Where a name with a topic ends: at the end of the brackets or quotation marks that hold it alone, or of a list's item with the
    second of two nouns ("zákon o jeřábech a majácích").
    """
    closing = _CLOSING.get(line[start - 1 : start])
    if closing and (closed := re.compile(rf"[^()\n;{_QUOTES}]*(?=[{closing}])").match(line, end)):
        return closed.end()
    second = _second_noun(language).match(line, end) if len(_WORDS.findall(line, 0, start)) <= _ITEM_WORDS else None
    return second.end() if second else end


@cache
def _second_noun(language: str) -> re.Pattern[str]:
    """ "And" and a last word."""
    return re.compile(rf"\s(?:{temporal(language).quantity_joiner or '(?!)'})\s[^\W\d_]{{4,}}(?=\s?$)")


def _capitalised(
    line: str, patterns: NamePatterns, source: re.Pattern[str], language: str, around: NamePatterns | None = None
) -> Iterator[_Name]:
    """Names of capitalised words; ``around`` are the patterns of the sentence, where its language is another one."""
    for match in source.finditer(line):
        start, end = match.start(), match.end()
        listed = match[0].rfind(", ") + 1
        if listed and not _CONJUNCTION.search(match[0], listed):
            # "Colorado, Virginia, California Privacy Act" is a list, "Quay, Crane and Lamp Act" one name.
            start += listed + 1
        start += _before_name(line[start:end], patterns, around)
        words = line[start:end].replace("-", " ").split()
        if len(words) < 2 or all(patterns.generic.fullmatch(word) for word in words[:-1]):
            continue
        if patterns.never.fullmatch(" ".join(words)) or patterns.foreign.search(line, start, end):
            continue
        if len(words) == 2 and patterns.determined.fullmatch(words[-1]) and not patterns.article.search(line[:start]):
            continue
        key = _key_of(" ".join(words), None, "", patterns, language)
        yield _Name(start, end, key, language, _is_draft(line, start, end, around or patterns))


def _before_name(words: str, patterns: NamePatterns, around: NamePatterns | None) -> int:
    """How many characters at the beginning of capitalised words are no part of a name: "Der Data Act" begins a German sentence."""
    at = len(skipped[0]) if (skipped := patterns.skip.match(words)) else 0
    if around is None:
        return at
    first = _WORDS.match(words, at)
    if first and fold(first[0]) in function_words() and words[first.end() : first.end() + 1].isspace():
        at = first.end() + 1
    return at + (len(skipped[0]) if (skipped := around.skip.match(words[at:])) else 0)


def _is_draft(line: str, start: int, end: int, patterns: NamePatterns) -> bool:
    before = line[max(0, start - _BEFORE) : start]
    own = line[start:end]
    return bool(
        patterns.draft.search(before)
        or patterns.draft.search(own)
        or patterns.draft_behind.match(own)
        or patterns.draft_behind.match(line[end : end + _BEHIND])
    )


def _called(line: str, name: _Name) -> _Name:
    """A name with what the brackets behind it call it."""
    bracket = _BRACKET.match(line, name.end)
    if bracket is None:
        return name
    called = _CALLED.fullmatch(bracket[1])
    if called is None:
        return name
    words = " ".join(line[name.start : name.end].split())
    return replace(name, end=bracket.end(), aliases=(called["only"] or called["last"],), name=words)


def _joined(names: Sequence[_Name]) -> list[_Name]:
    """The names, with longer keys cut to the shorter ones that they begin with: what follows a topic is not always part of it."""
    numbered = {(name.language, name.unnumbered): name.key for name in names if name.unnumbered}
    names = [replace(name, key=numbered.get((name.language, name.key), name.key)) for name in names]
    keys = {(name.language, name.key) for name in names}
    made = []
    for name in names:
        words = name.key.split()
        begun = (" ".join(words[:count]) for count in range(2, len(words)))
        key = next((key for key in begun if (name.language, key) in keys), name.key)
        made.append(replace(name, key=key))
    return made


def _with_aliases(view: DocumentView, names: list[_Name]) -> list[_Name]:
    """The names, and where an abbreviation that brackets introduce stands alone."""
    owners: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for alias in name.aliases:
            owners[alias].add(name.key)
    first = {name.key: name for name in reversed(names)}
    drafts = {name.key for name in names if name.is_draft}
    # An abbreviation that was taken for a name is the name that it was introduced for.
    made = [replace(name, is_draft=name.key in drafts) for name in names]
    for alias, keys in owners.items():
        if len(keys) != 1:
            continue
        own = first[next(iter(keys))]
        made = [replace(name, key=own.key, name=own.name) if fold(alias) == name.key else name for name in made]
        for match in re.finditer(rf"(?<![\w-]){re.escape(alias)}(?![\w-])", view.text):
            if len(made) >= 2 * _MOST:
                return made
            if all(match.end() <= name.start or name.end <= match.start() for name in made):
                made.append(replace(own, start=match.start(), end=match.end(), aliases=(), is_draft=own.key in drafts))
    return made


def _key_of(
    words: str, topic: str | None, kind: str, patterns: NamePatterns, language: str, has_head: bool = False
) -> str:
    """The key of a name: its number, or the stems of its topic with what stands for its noun, or the word without its ending."""
    head = words[: len(words) - len(topic)] if topic else words
    written = [words[start:end] for _, start, end in word_places(words)]
    if has_head and not topic and any(word.isdigit() for word in written):
        noun = kind or written[0]
        if len(noun) == 1:
            # "D.Lgs. n. 7/2031" is no "D.P.R. n. 7/2031".
            noun = "".join(takewhile(lambda word: not word[0].isdigit() and fold(word) not in _NUMBER_WORDS, written))
        return " ".join([fold(noun)[: 3 if len(written[0]) > 1 else 4], *_numbers(written if kind else written[1:])])
    if topic and _NUMBER.search(head):
        return " ".join([fold(head)[:3], *_numbers(head.split()[1:])])
    if prefix := patterns.prefix.match(words):
        words = words[prefix.end() :]
    if topic:
        return f"{kind} {_stems(topic, language)}".strip()
    for noun, ending in patterns.endings:
        # A common part that is shared ("Plan- och bygglagen") stays as it is.
        if whole := ending.fullmatch(words):
            return fold(re.sub(r"\W+", " ", whole[1]).strip() + noun).replace("­", "")
    return _stems(words, language)


def _numbers(words: Sequence[str]) -> list[str]:
    """The numbers of words, and the months between them."""
    at = [n for n, word in enumerate(words) if _NUMBER.search(word)]
    between = words[at[0] : at[-1] + 1]
    return [
        part if part.isdigit() else part[:3]
        for word in between
        for part in re.findall(r"\d+|[^\W\d_]{3,}", fold(word))
        if part not in _SMALL
    ]


def _stems(words: str, language: str) -> str:
    """The stems of words, without small ones."""
    written = [words[start:end] for _, start, end in word_places(words)]
    return " ".join(
        fold(word) if language == ENGLISH else stem(word.lower(), language)
        for word in written
        if len(word) >= _TELLING or any(letter.isupper() or letter.isdigit() for letter in word)
    )
