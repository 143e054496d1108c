"""Learns how words inflect and which words compounds are made of, from the dictionaries of simplemma, and writes a file a language.

``python models/wordforms/train.py [LANGUAGE ...]`` (needs the ``train`` extra). What is kept are rules, not the dictionary: an ending and
what it turns into, where that is right for many words more than a shorter ending's rule is, and for languages that write compounds
as one word, the words that many others are made of.
"""

from __future__ import annotations

import json
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from simplemma.strategies.dictionaries import dictionary_factory, frontcode

from dutybook.languages.letters import fold
from dutybook.languages.wordforms import LANGUAGES

FOLDER = Path(__file__).parent
#: The dictionary of each language; Croatian is Serbo-Croatian in Latin letters there, Maltese has none.
DICTIONARIES = {language: language for language in LANGUAGES if language != "mt"} | {"hr": "hbs"}
#: Languages that write compounds as one word, with what may stand between two parts.
LINKERS = {
    "de": ("", "s", "es", "n", "en", "er", "e"),
    "nl": ("", "s", "en", "e", "n"),
    "sv": ("", "s", "e", "o", "u"),
    "da": ("", "s", "e"),
    "fi": ("", "n"),
    "et": ("", "e", "i", "u", "a"),
    "hu": ("",),
}
CAPITAL_NOUNS = {"de"}
MOST_RULES = 7000
MOST_PARTS = 8000
MOST_FORMS = 1_200_000
LONGEST_ENDING = 9
SHORTEST_PART = 4


def forms_of(language: str) -> tuple[list[tuple[str, str]], set[str]]:
    """Forms with their lemmas, both folded; a part of them where there are very many (by lemma, so that paradigms stay whole).

    Also the lemmas that a compound may be made of: in German those with a capital letter, the nouns.
    """
    nouns: set[str] = set()
    data = dictionary_factory._read_decompressed(DICTIONARIES[language])
    reverse, count, position = frontcode._read_header(data)
    share = max(1, round(count / MOST_FORMS))
    pairs: dict[str, str] = {}
    for _, key, value in frontcode._iter_records(data, position):
        if share > 1 and sum(value) % share:
            continue
        written = (value[::-1] if reverse else value).decode()
        form, lemma = fold((key[::-1] if reverse else key).decode()), fold(written)
        if form.isalpha() and lemma.isalpha() and len(form) > 2 and len(lemma) > 1:
            if form not in pairs or form == lemma:
                pairs[form] = lemma
            pairs[lemma] = lemma
            if language not in CAPITAL_NOUNS or written[0].isupper():
                nouns.add(lemma)
    return sorted(pairs.items()), nouns


def prefixes_of(pairs: list[tuple[str, str]]) -> list[str]:
    """Beginnings that inflection adds ("ge-" in German), where many forms have them."""
    counts: Counter[str] = Counter()
    for form, lemma in pairs:
        if form[:3] != lemma[:3]:
            for length in range(1, 5):
                if form[length : length + 3] == lemma[:3]:
                    counts[form[:length]] += 1
                    break
    return sorted(prefix for prefix, count in counts.items() if count >= 0.001 * len(pairs))


def change(form: str, lemma: str, prefixes: list[str]) -> str | None:
    """What turns the form into the lemma: ``cut/add``, with the length of a lost beginning before it; None if all is new."""
    lost = 0
    if form[:2] != lemma[:2]:
        lost = max((len(p) for p in prefixes if form.startswith(p) and form[len(p) :][:2] == lemma[:2]), default=0)
    rest = form[lost:]
    same = 0
    while same < min(len(rest), len(lemma)) and rest[same] == lemma[same]:
        same += 1
    if same < 2 and rest != lemma:
        return None
    return f"{lost or ''}-{len(rest) - same}{lemma[same:]}"


def rules_of(pairs: list[tuple[str, str]], prefixes: list[str]) -> dict[str, str]:
    """Endings with the change that they mean; a lost beginning stands before the ending with a dash (``ge-stellt``)."""
    classes: dict[str, list[tuple[str, str]]] = {"": []} | {prefix: [] for prefix in prefixes}
    for form, lemma in pairs:
        made = change(form, lemma, prefixes)
        if made is not None:
            begin = max((p for p in prefixes if form.startswith(p)), key=len, default="")
            classes[begin].append((form[len(begin) :][::-1] + "^", made))
    gains: list[tuple[int, str, str]] = []
    for begin, rows in classes.items():
        rows.sort()
        _grow(rows, 0, len(rows), 0, "-0", begin + "-" if begin else "", gains)
    gains.sort(key=lambda row: (-row[0], row[1]))
    return {ending: made for gain, ending, made in gains[:MOST_RULES] if gain >= 3}


def _grow(
    rows: list[tuple[str, str]],
    low: int,
    high: int,
    depth: int,
    given: str,
    begin: str,
    gains: list[tuple[int, str, str]],
) -> None:
    """Rules for the words in ``rows[low:high]``, which end alike in ``depth`` letters and have the change ``given`` so far."""
    counts = Counter(rows[at][1] for at in range(low, high))
    best, number = min(counts.items(), key=lambda item: (-item[1], item[0]))
    if best != given and number > counts[given] + 2:
        gains.append((number - counts[given], begin + rows[low][0][:depth][::-1], best))
        given = best
    if counts[given] == high - low or depth >= LONGEST_ENDING or high - low < 4:
        return
    at = low
    while at < high:
        letter = rows[at][0][depth : depth + 1]
        end = bisect_left(rows, rows[at][0][: depth + 1] + "\U0010ffff", at, high, key=lambda row: row[0])
        if letter:
            _grow(rows, at, end, depth + 1, given, begin, gains)
        at = end


def parts_of(language: str, lemmas: set[str]) -> list[str]:
    """Words that many compounds are made of, the most productive first.

    A word must end other words too: what only begins them is a prefix ("unter", "besch" of "beschlagen").
    """
    words = {lemma for lemma in lemmas if len(lemma) >= SHORTEST_PART}
    heads: Counter[str] = Counter()
    beginnings: Counter[str] = Counter()
    for word in words:
        for first, last in _cuts(word, words, LINKERS[language]):
            heads[last] += 1
            beginnings[first] += 1
    both = {w: (heads[w] + 1) * (beginnings[w] + 1) for w in words if heads[w] >= 2 and beginnings[w] <= 15 * heads[w]}
    return [word for word, _ in sorted(both.items(), key=lambda item: (-item[1], item[0]))][:MOST_PARTS]


def _cuts(word: str, words: set[str], linkers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if word[at:] in words:
            for linker in linkers:
                first = word[:at].removesuffix(linker) if linker else word[:at]
                if (not linker or word[:at].endswith(linker)) and len(first) >= SHORTEST_PART and first in words:
                    yield first, word[at:]
                    break


def right(pairs: list[tuple[str, str]], rules: dict[str, str], prefixes: list[str]) -> float:
    """The share of forms whose lemma the rules give."""
    from dutybook.languages.wordforms import WordRules

    model = WordRules(tuple(prefixes), rules)
    return sum(model.lemma(form) == lemma for form, lemma in pairs) / len(pairs)


def main(languages: list[str]) -> None:
    for language in languages or sorted(DICTIONARIES):
        began = time.perf_counter()
        pairs, lemmas = forms_of(language)
        prefixes = prefixes_of(pairs)
        rules = rules_of(pairs, prefixes)
        made = {"prefixes": prefixes, "rules": dict(sorted(rules.items()))}
        if language in LINKERS:
            made |= {"linkers": LINKERS[language], "parts": sorted(parts_of(language, lemmas))}
        target = FOLDER / f"{language}.json"
        target.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        print(
            f"{language}: {len(pairs)} forms, {len(rules)} rules, prefixes {prefixes}, {len(made.get('parts', ()))} parts,"
            f" right {right(pairs, rules, prefixes):.3f}, {target.stat().st_size >> 10} KB, {time.perf_counter() - began:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
