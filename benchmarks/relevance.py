"""How many norms are found by words in other forms, and how many that only look alike.

``python benchmarks/relevance.py [--half tuning|report] [--ablation] [--misses]`` (the search set is ``tests/search/relevance``: norms of our
own; rules were looked at on its tuning half only). Each language is a register of its own norms and look-alikes. *Recall*: queries
that find the norm they mean. *False*: queries that find the look-alike made for them. *Others*: further norms of the language found, a
query; the same texts of the other languages lie in the same register for *foreign*: norms of other languages found, a query.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "tests" / "search"))

from relevance_set import MAIN, Pair, norms, pairs  # noqa: E402

from builders import N, make_analysis  # noqa: E402
from dutybook.languages import wordforms  # noqa: E402
from dutybook.store import Filters, Register, open_register  # noqa: E402
from dutybook.store.search import query, terms  # noqa: E402


@dataclass
class Score:
    queries: int = 0
    found: int = 0
    false: int = 0
    others: int = 0
    foreign: int = 0

    def line(self) -> str:
        n = max(self.queries, 1)
        return f"{self.queries:5}  {self.found / n:6.3f}  {self.false / n:6.3f}  {self.others / n:6.2f}  {self.foreign / n:7.2f}"


def filled() -> Register:
    """A register of all norms of the set; the place of each is its id."""
    register = open_register()
    for language in sorted({norm.language for norm in norms()}):
        rows = [N(norm.text, place=norm.id) for norm in norms() if norm.language == language]
        register.add(
            make_analysis(rows, language=language, title=language, source=language, work=None, salt=language), "1"
        )
    return register


def score(register: Register, chosen: list[Pair], misses: bool = False) -> Score:
    made = Score()
    for pair in chosen:
        ids = [i for i, _ in register.rank(Filters(words=pair.query), limit=1000, offset=0)]
        places = {norm.place for norm in register.norms_by_id(ids)}
        found, false = places.issuperset(pair.relevant), not places.isdisjoint(pair.irrelevant)
        others = places - set(pair.relevant) - set(pair.irrelevant)
        made.queries += 1
        made.found += found
        made.false += false
        made.others += sum(p.split("/")[0] == pair.language for p in others)
        made.foreign += sum(p.split("/")[0] != pair.language for p in others)
        if misses and (not found or false):
            print(f"  {'' if found else 'MISSED '}{'FALSE ' if false else ''}{pair.id}: {pair.query}")
    return made


Keys = Callable[[str, str], tuple[str, ...]]


def _nothing(_word: str, _language: str) -> tuple[()]:
    return ()


@contextmanager
def only(keys: Keys, compounds: bool) -> Iterator[None]:
    """Word forms by ``keys`` in place of the real ones; compounds and separable verbs taken apart or not."""
    made: dict[str, Keys] = {"keys": keys} | ({} if compounds else {"parts": _nothing})
    caches = (query.parse, terms.forms_of, terms._forms)
    for cached in caches:
        cached.cache_clear()
    with (
        mock.patch.multiple(terms, **made),
        mock.patch.multiple(query, **made | ({} if compounds else {"apart": _nothing})),
    ):
        yield
    for cached in caches:
        cached.cache_clear()


def _folded(word: str, _language: str) -> tuple[str, ...]:
    return (terms.fold(word),)


def _stem(word: str, language: str) -> tuple[str, ...]:
    return (wordforms.stem(word, language),)


def _lemma(word: str, language: str) -> tuple[str, ...]:
    return (wordforms.rules(language).lemma(terms.fold(word)),)


def _stem_and_lemma(word: str, language: str) -> tuple[str, ...]:
    return (_stem(word, language)[0], wordforms.stem(_lemma(word, language)[0], language))


ABLATION: list[tuple[str, Keys, bool]] = [
    ("folded words", _folded, False),
    ("stem", _stem, False),
    ("lemma", _lemma, False),
    ("stem and lemma", _stem_and_lemma, False),
    ("and irregular, roots", wordforms.keys, False),
    ("and compounds", wordforms.keys, True),
]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["tuning", "report"])
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    given = parser.parse_args(arguments)
    chosen = [pair for pair in pairs() if given.half in (None, pair.half)]
    main_pairs = [pair for pair in chosen if pair.language in MAIN]
    head = f"{'':22}queries  recall   false  others  foreign"
    if given.ablation:
        print(head)
        for name, keys, parts in ABLATION:
            with only(keys, parts):
                print(f"{name:22}{score(filled(), main_pairs).line()}")
        return
    register = filled()
    print(head)
    for language in sorted({pair.language for pair in chosen}, key=lambda code: (code not in MAIN, code)):
        made = score(register, [p for p in chosen if p.language == language], given.misses)
        print(f"{language:22}{made.line()}")
    print(f"{'eight languages':22}{score(register, main_pairs).line()}")
    rest = [pair for pair in chosen if pair.language not in MAIN]
    if rest:
        print(f"{'other languages':22}{score(register, rest).line()}")


if __name__ == "__main__":
    main()
