"""Finds penalties: sentences that state a fine, with its maximum amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.document_view import DocumentView
from dutybook.extract.deadlines.expressions import Numbers, numbers_of
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives, anywhere, at_end, at_start, cached_by_identity
from dutybook.languages.sections import Penalties
from dutybook.records import Amount, Evidence, Penalty, Sentence, Span, Zone, content_id

_SPACE = "    "
_DIGITS = rf"\d{{1,3}}(?:[.,'’\s{_SPACE}]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d{{1,12}}(?:[.,]\d{{1,4}})?"
NEAR = 80
"""Characters after a word that only may mean a fine ("sanction") within which the amount must begin."""
MAX_GAP = 260
"""Characters after a percentage within which its base ("of the total annual turnover") is looked for, and after a word
for a fine within which a percentage of something else must begin."""


class AmountReader:
    """Parses the amounts of one language."""

    def __init__(self, pack: LanguagePack) -> None:
        words = self._words = pack.penalties
        self._numbers: Numbers = numbers_of(pack.temporal)
        self._currencies = {name.casefold(): code for name, code in words.currencies.items()}
        self._magnitudes = {name.casefold(): size for name, size in words.magnitudes.items()}
        names = _names(self._currencies)
        sizes = _names(self._magnitudes)
        number = rf"(?:{_DIGITS}|{self._numbers.source})"
        size = rf"(?:[\s-]?(?P<s{{0}}>{sizes})(?!\w))?" if self._magnitudes else "(?P<s{0}>(?!))?"
        between = rf"\s*(?:(?:{alternatives(words.links)})\s*)?" if words.links else r"\s*"
        after = rf"(?P<n1>{number}){size.format(1)}{between}(?P<c1>{names})(?!\w)"
        before = rf"(?P<c2>{names})\s?(?P<n2>{_DIGITS}){size.format(2)}(?!\w)"
        first = rf"(?:(?P<n0>{number})\s*(?:{alternatives(words.ranges)})\s*)?" if words.ranges else "(?P<n0>(?!))?"
        source = rf"(?<![\w.,])(?:{before}|{first}{after})"
        self._money = re.compile(source, re.IGNORECASE) if names else None
        percent = "|".join(re.escape(p).replace(r"\ ", r"\s*") for p in sorted(words.percent, key=len, reverse=True))
        self._percent = re.compile(
            rf"(?<![\w.,])(?P<n>\d{{1,3}}(?:[.,]\d{{1,3}})?|{self._numbers.source})\s*(?:{percent})(?!\w)",
            re.IGNORECASE,
        )
        of = rf"(?:{alternatives(words.of_turnover)})" if words.of_turnover else "(?!)"
        self._turnover = re.compile(of, re.IGNORECASE)

    def read(self, line: str, cues: Sequence[int], *, strict: bool) -> tuple[Amount, ...]:
        """The amounts of fines in ``line``, in text order, each once.

        Args:
            cues: the ends of the words for a fine. A share of anything but turnover has to be near one, since
                shareholdings have percentages, too.
            strict: every amount has to be near one.
        """
        found: dict[Amount, int] = {}
        for start, end, amount in [*self._sums(line), *self._percentages(line)]:
            near = any(0 <= start - cue <= (NEAR if strict else MAX_GAP) for cue in cues)
            doubtful = strict or (amount.percent is not None and amount.of != "turnover")
            if not self._other(line, start, end, amount) and (near or not doubtful):
                found.setdefault(amount, start)
        return tuple(sorted(found, key=lambda a: found[a]))

    def _other(self, line: str, start: int, end: int, amount: Amount) -> bool:
        words: Penalties = self._words
        if words.not_fines and at_end(words.not_fines).search(line[max(0, start - 120) : start]):
            return True
        if amount.of == "turnover":
            return False
        return bool(words.not_fines_after and at_start(words.not_fines_after).match(line[end : end + 120]))

    def _sums(self, line: str) -> list[tuple[int, int, Amount]]:
        found: list[tuple[int, int, Amount]] = []
        for match in self._money.finditer(line) if self._money else ():
            side = "1" if match["n1"] else "2"
            value = self._value(match["n" + side])
            if value is None:
                continue
            size = match["s" + side]
            lowest = self._value(match["n0"]) if match["n0"] else None
            if lowest is not None and size and lowest < value:  # "between 1 and 5 million"
                lowest *= self._magnitudes[_plain(size)]
            value *= self._magnitudes[_plain(size)] if size else 1
            currency = self._currencies.get(_plain(match["c" + side]))
            if lowest is not None:
                found.append((match.start(), match.end("n0"), Amount(amount=float(lowest), currency=currency)))
            found.append((match.start(), match.end(), Amount(amount=float(value), currency=currency)))
        return found

    def _percentages(self, line: str) -> list[tuple[int, int, Amount]]:
        found: list[tuple[int, int, Amount]] = []
        matches = list(self._percent.finditer(line))
        for number, match in enumerate(matches):
            value = self._value(match["n"])
            if value is None or value > 1000:
                continue
            until = matches[number + 1].start() if number + 1 < len(matches) else len(line)
            base = self._turnover.search(line, match.end(), min(until, match.end() + MAX_GAP))
            before = at_end(self._words.of_before).search(line[max(0, match.start() - 120) : match.start()])
            of = "turnover" if base or before else self._base(line[match.end() : until])
            found.append((match.start(), match.end(), Amount(percent=float(value), of=of)))
        for number in range(len(found) - 2, -1, -1):  # "2 % or 4 % of the turnover": the base serves both
            start, end, amount = found[number]
            nearby = found[number + 1][0] - end < 40
            if amount.of is None and nearby and found[number + 1][2].of == "turnover":
                found[number] = (start, end, Amount(percent=amount.percent, of="turnover"))
        return found

    def _base(self, after: str) -> str | None:
        opening = at_start(self._words.of_words).match(after)
        if opening is None:
            return None
        words = re.match(r"\s*((?:[^\s,;:.]+\s?){1,6})", after[opening.end() :])
        return words[1].strip() if words else None

    def _value(self, written: str) -> float | None:
        if not written[0].isdigit():
            return self._numbers.value(written)
        plain = re.sub(rf"[\s{_SPACE}'’]", "", written)
        grouped = re.fullmatch(r"\d{1,3}((?:[.,]\d{3})+)([.,]\d{1,2})?", plain)
        if grouped and not (grouped[1].count(".") and grouped[1].count(",")):
            single = len(grouped[1]) == 4 and grouped[2] is None and grouped[1][0] == self._words.decimal
            whole = plain[: len(plain) - len(grouped[2] or "")]
            if not single:
                fraction = (grouped[2] or "").replace(",", ".")
                return float(re.sub(r"[.,]", "", whole) + fraction)
        try:
            return float(plain.replace(",", "."))
        except ValueError:
            return None


def _plain(word: str) -> str:
    return " ".join(word.split()).casefold()


def _names(words: dict[str, object] | dict[str, str] | dict[str, int]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest)


_reader_of = cached_by_identity(AmountReader)


def amounts_of(
    line: str, pack: LanguagePack, cues: Sequence[int] = (0,), *, strict: bool = False
) -> tuple[Amount, ...]:
    """Amounts of fines in a sentence of the pack's language, in text order; see :meth:`AmountReader.read`."""
    return _reader_of(pack).read(line, cues, strict=strict)


VERSION = "1"
SILENT = frozenset(
    {Zone.RECITAL, Zone.DEFINITION, Zone.FOOTNOTE, Zone.AMENDMENT, Zone.CONTENTS, Zone.PREAMBLE, Zone.TITLE}
    | {Zone.HEADING, Zone.SIGNATURE}
)


def find_penalties(view: DocumentView) -> tuple[Penalty, ...]:
    """Sentences, stems and items that state a fine with its amounts, or a custodial punishment (without amounts).

    The quote is the whole sentence or item; that of a stem ends at its colon. An item inherits a fine that its stem
    names ("shall be subject to fines of: (a) up to EUR 1 million …").
    """
    found: list[Penalty] = []
    seen: set[tuple[str, str]] = set()
    for sentence in view.sentences:
        is_silent = sentence.zone in SILENT and not (sentence.quoted and sentence.zone is Zone.AMENDMENT)
        made = None if is_silent else _find_penalty(view, sentence)
        if made is None:
            continue
        # A page that shows a sentence twice (for a small screen, in a box) states its fine once.
        key = "" if sentence.zone is Zone.PROSE else sentence.provision, " ".join(view.line_of(sentence).split())
        if key not in seen:
            seen.add(key)
            found.append(made)
    return tuple(found)


def _find_penalty(view: DocumentView, sentence: Sentence) -> Penalty | None:
    pack, line = view.pack_of(sentence), view.line_of(sentence)
    words = pack.penalties
    cues, weak_cues = ([*anywhere(some).finditer(line)] for some in (words.cues, words.weak_cues))
    stem = view.stem_of_item(sentence)
    above = stem is not None and anywhere(words.cues).search(view.line_of(stem)) is not None
    custody = anywhere(words.custodial).search(line)
    if not (cues or weak_cues or above or custody) or anywhere(words.unless).search(line):
        return None
    amounts: tuple[Amount, ...] = ()
    if cues or above:
        amounts = amounts_of(line, pack, [m.end() for m in cues] or [0])
    elif weak_cues:
        amounts = amounts_of(line, pack, [m.end() for m in weak_cues], strict=True)
    if not amounts and custody is None:
        return None
    where = next(iter(cues or weak_cues), custody)
    mark = where and Span(sentence.span.start + where.start(), sentence.span.start + where.end())
    evidence = Evidence(f"penalties/{'fine' if amounts else 'custody'}", VERSION, mark, 0.9 if cues else 0.75)
    identity = content_id("penalty", view.document_id, sentence.span.start, sentence.span.end)
    return Penalty(identity, sentence.span, amounts, evidence)
