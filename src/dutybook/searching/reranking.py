"""The order of the first results: words, headings, whole articles and meaning in one score.

The index ranks norms by their own words. What a person wants is mostly an article, so the best norms of that ranking, the best norms
of articles that have most of the words, and the nearest in meaning are put in one order by a weighted sum.
``benchmarks/search_weights.py`` fits the weights on queries of ours and says what each part is worth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dutybook.store.search.articles import NormFacts

#: So many of the best norms by words are put in this order; those behind them stay as they are.
MOST = 40
#: From so many articles a norm is taken in that does not have all words itself.
MOST_ARTICLES = 12
#: An article with a smaller share of the words is not taken in; where norms have all words, only one that has them all.
LEAST_SHARE = 0.5

#: What a norm loses for each norm of its article before it, and how many of these count.
AGAIN = 0.5
_MOST_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A norm that may come first. ``words`` is its rank among those with all words, 1.0 for the best, 0.0 where it has not all;
    ``similarity`` a cosine, 0.0 where meaning was not looked at.
    """

    facts: NormFacts
    words: float = 0.0
    similarity: float = 0.0


def features_of(candidates: Sequence[Candidate]) -> list[dict[str, float]]:
    """The features of each candidate, of which its score is the weighted sum, by name."""
    nearest: dict[int, float] = {}
    best: dict[int, float] = {}
    for one in candidates:
        article = one.facts.article
        nearest[article] = max(nearest.get(article, 0.0), one.similarity)
        best[article] = max(best.get(article, 0.0), one.words)
    return [
        {
            "words": one.words,
            "article_words": best[one.facts.article],
            "share": one.facts.share,
            "whole": float(one.facts.share >= 1.0),
            "headed": one.facts.headed,
            "exact": one.facts.exact * one.facts.headed,
            "leading": float(one.facts.leading),
            "binding": float(one.facts.binding),
            "defined": float(one.facts.defined),
            "similarity": one.similarity,
            "article_similarity": nearest[one.facts.article],
        }
        for one in candidates
    ]


@cache
def weights() -> dict[str, dict[str, float]]:
    """The weights of features: for a search by words alone (``words``) and with meaning (``meaning``)."""
    file = resources.files("dutybook.searching") / "reranking.json"
    made: dict[str, dict[str, float]] = json.loads(file.read_text(encoding="utf-8"))["weights"]
    return made


def rerank(candidates: Sequence[Candidate], by: Mapping[str, float]) -> list[Candidate]:
    """The candidates in the order of their scores by these weights, the best first; equal ones stay as they are."""
    scores = [sum(by.get(name, 0.0) * value for name, value in made.items()) for made in features_of(candidates)]
    return [candidates[at] for at in in_order(scores, [one.facts.article for one in candidates])]


def in_order(scores: Sequence[float], articles: Sequence[int]) -> list[int]:
    """The places of candidates with these scores and articles, the best first: each further norm of an article counts less.

    Whoever looks for an article has found it by its first norm, and whoever does not wants to see others.

    >>> in_order([1.0, 0.95, 0.9], [7, 7, 8])
    [0, 2, 1]
    """
    seen: dict[int, int] = {}
    made: list[tuple[float, int]] = []
    for at in sorted(range(len(scores)), key=lambda at: -scores[at]):
        before = seen.get(articles[at], 0)
        seen[articles[at]] = before + 1
        made.append((scores[at] - AGAIN * min(before, _MOST_AGAIN), at))
    return [at for _, at in sorted(made, key=lambda pair: (-pair[0], pair[1]))]
