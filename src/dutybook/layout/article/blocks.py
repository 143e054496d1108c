"""The features of a page's blocks that tell an article's paragraphs from menus, teasers, comments and advertisements.

A block is described by itself (length, punctuation, capitals, links), by what its markup calls it, and by what stands
around it. No word of a language is a feature, save the labels of ``datelines.toml``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dutybook.languages.datelines import LONGEST_DATELINE, is_advertisement_label, is_byline, parse_dateline

_WORD = re.compile(r"[^\W\d_]+")
_STOPS = tuple(".!?…:;")
_CLOSING = "»«”“’\"')]"
_SENTENCE = re.compile(r"[.!?…][»”“’\"')]*\s+[^\W\d_a-zß-öø-ÿ]")
_SIGNS = re.compile(r"[|©@®›»→•]|https?://|www\.")
_NUMBERS = re.compile(r"\d")
_MARKER = re.compile(r"[-–—•*▪■·]\s|\(?\w{1,2}[.)]\s")
#: From so many characters on a block counts as a paragraph; a shorter one may be anything.
PARAGRAPH = 80
_LONG = 200
_FAR = 12
#: Letters whose sizes differ by less (points) are of one size.
_SAME_SIZE = 0.4
# What markup calls what is no part of an article, and what is: elements, and words in class names and ids.
NAMES = {
    "nav": r"^nav$|navbar|navigation|menu|breadcrumb",
    "aside": r"^aside$|sidebar|side-|rail\b|infobox|factbox",
    "footer": r"^footer$|footer|imprint|legal|copyright",
    "header": r"^header$|masthead|topbar|site-head",
    "figure": r"^fig(?:ure|caption)$|caption|image|photo|picture|gallery|media|credit",
    "form": r"^form$|^label$|signup|sign-up|login|register|subscribe|newsletter|paywall|piano|offer",
    "related": r"related|recommend|more-|read-?more|teaser|card|promo|trending|popular|most-|outbrain|taboola|also|mehr|latest|further",
    "comments": r"comment|discuss|disqus|replies|kommentar|respond",
    "share": r"share|social|follow|toolbar|tools|actions|bookmark|print",
    "advert": r"(?:^|[-_])ads?(?:[-_]|$)|advert|sponsor|banner|werb|anzeige|commercial|iqad|dfp",
    "cookie": r"cookie|consent|gdpr|cmp|privacy|modal|popup|overlay|dialog",
    "author": r"author|byline|bio\b|contributor",
    "time": r"^time$|date|time|publish",
    "tags": r"(?:^|[-_])tags?(?:[-_]|$)|topics|keywords|category",
    "lead": r"lead|intro|standfirst|summary|teaser-text|subtitle|dek|abstract|excerpt|vorspann|chapo",
    "headline": r"headline|title",
    "article": r"^article$|article|story|entry|post|content|text|body",
    "main": r"^main$|main",
    "prose": r"paragraph|article-?body|story-?body|entry-?content|post-?content|article-?text|rich-?text|^p$|articlebody",
    "quote": r"^blockquote$|quote",
    "list": r"^li$|list",
    "cell": r"^t[dh]$|table",
}
_NAMES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in NAMES.items()}


@dataclass(frozen=True, slots=True)
class PageBlock:
    """One paragraph of a page.

    ``size`` is that of its letters (points, 0 where not known), ``linked`` the share of its characters that are links,
    ``names`` what markup calls it and what it stands in, from the innermost element out, as keys of :data:`NAMES`; ``picked``: an
    extractor of main content took it. Text and PDF have neither links nor names.
    """

    text: str
    heading: bool = False
    size: float = 0.0
    linked: float = 0.0
    names: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    picked: bool = False


def names_in(words: str) -> frozenset[str]:
    """The kinds of :data:`NAMES` that an element's name, classes and id say."""
    return frozenset(name for name, pattern in _NAMES.items() if any(pattern.search(word) for word in words.split()))


def is_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.rstrip(_CLOSING + " ").endswith(_STOPS)


def common_words(blocks: Sequence[PageBlock]) -> frozenset[str]:
    """The short words that the long paragraphs of a page use again and again: its language's articles, prepositions, pronouns."""
    counts: Counter[str] = Counter()
    for block in blocks:
        if len(block.text) >= _LONG:
            counts.update(word.lower() for word in _WORD.findall(block.text) if len(word) <= 5)
    return frozenset(word for word, count in counts.most_common(60) if count >= 2)


def main_stretch(values: Sequence[float]) -> tuple[int, int]:
    """The stretch of highest sum: its first index and the one after its last."""
    best, first, last = -math.inf, 0, 0
    total, start = 0.0, 0
    for index, value in enumerate(values):
        if total <= 0:
            total, start = 0.0, index
        total += value
        if total > best:
            best, first, last = total, start, index + 1
    return first, last


def worth(text: str) -> float:
    """How much a block speaks for being in the article's stretch, by its length alone."""
    return min(len(text), 600) / 100 if len(text) >= PARAGRAPH and is_sentence(text) else -0.7


def describe(blocks: Sequence[PageBlock], title: str = "") -> list[dict[str, float]]:
    """The features of each block by name; what is absent is 0."""
    common = common_words(blocks)
    own = [_own_features(block, common) for block in blocks]
    texts = Counter(block.text for block in blocks)
    first, last = main_stretch([worth(block.text) for block in blocks])
    size = _usual_size(blocks[first:last])
    titled = _title_place(blocks, title, first)
    stems = [stems_of(block.text) for block in blocks]
    inside = [float(first <= index < last) for index in range(len(blocks))]
    for features, value in zip(own, cohesion(stems, inside), strict=True):
        features["cohesion"] = value
    about = stems_of(title)
    dated = _distances([bool(features.get("dated") or features.get("byline")) for features in own])
    far = _distances([len(block.text) >= PARAGRAPH for block in blocks])
    made = []
    for index, block in enumerate(blocks):
        features = dict(own[index])
        features["repeated"] = float(texts[block.text] > 1)
        features["inside"] = inside[index]
        features["before"] = min(max(first - index, 0), _FAR) / _FAR
        features["after"] = min(max(index + 1 - last, 0), 2 * _FAR) / (2 * _FAR)
        features["far before"] = float(first - index > 3)
        features["far after"] = float(index - last > 3)
        features["place"] = index / len(blocks)
        features["before title"] = float(index < titled)
        features["title"] = float(index == titled)
        if size and block.size:
            features["size"] = float(abs(block.size - size) < _SAME_SIZE)
            features["smaller"] = float(block.size < size - _SAME_SIZE)
        features["from paragraph"], features["to paragraph"] = far[index]
        features["from dateline"], features["to dateline"] = dated[index]
        if about and stems[index]:
            features["about title"] = len(about & stems[index]) / len(about)
        _around(features, blocks, own, index)
        made.append({name: value for name, value in features.items() if value})
    return made


def _own_features(block: PageBlock, common: frozenset[str]) -> dict[str, float]:
    text = block.text
    words = _WORD.findall(text)
    features = {
        "length": min(len(text), 1000) / 1000,
        "log length": math.log1p(len(text)) / 7,
        "paragraph": float(len(text) >= PARAGRAPH),
        "long": float(len(text) >= _LONG),
        "short": float(len(text) < 25),
        "sentence": float(is_sentence(text)),
        "sentences": float(_SENTENCE.search(text) is not None),
        "colon": float(text.endswith(":")),
        "comma": float(text.endswith((",", ";"))),
        "marker": float(_MARKER.match(text) is not None),
        "small": float(text[:1].islower()),
        "question": float(text.endswith("?")),
        "common": sum(word.lower() in common for word in words) / len(words) if words else 0.0,
        "capitals": sum(word[0].isupper() for word in words[1:]) / len(words[1:]) if len(words) > 1 else 0.0,
        "shouted": float(len(words) > 1 and text.isupper()),
        "digits": len(_NUMBERS.findall(text)) / len(text) if text else 0.0,
        "signs": float(_SIGNS.search(text) is not None),
        "heading": float(block.heading),
        "quoted": float(text[:1] in "„“\"«»‘'"),
        "linked": block.linked,
        "mostly linked": float(block.linked > 0.6),
        "picked": float(block.picked),
    }
    if len(text) <= LONGEST_DATELINE:
        features["dated"] = float(parse_dateline(text) is not None)
        features["byline"] = float(is_byline(text))
        features["advertisement"] = float(is_advertisement_label(text))
    features["paragraph sentence"] = features["paragraph"] * features["sentence"]
    for name in block.names[0]:
        features[f"is {name}"] = 1.0
    for name in block.names[1]:
        features[f"in {name}"] = 1.0
    return features


def _usual_size(blocks: Sequence[PageBlock]) -> float:
    """The size of most letters, in tenths of a point; 0 where no size is known."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.size and block.text:
            sizes[round(block.size, 1)] += len(block.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _title_place(blocks: Sequence[PageBlock], title: str, first: int) -> int:
    """The last block before the main stretch that says the page's title; -1 where none does."""
    wanted = _letters(title)
    if len(wanted) < 12:
        return -1
    found = -1
    for index, block in enumerate(blocks[: first + 2]):
        letters = _letters(block.text)
        if len(letters) >= 12 and (letters in wanted or wanted in letters):
            found = index
    return found


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _distances(paragraphs: Sequence[bool]) -> list[tuple[float, float]]:
    """How far each block stands from the paragraph before and after it, at most 1."""

    def run(order: Sequence[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        steps = _FAR
        for index in order:
            found[index] = min(steps, _FAR)
            steps = 1 if paragraphs[index] else steps + 1
        return found

    indices = range(len(paragraphs))
    before, after = run(indices), run(indices[::-1])
    return [(before[i] / _FAR, after[i] / _FAR) for i in indices]


_STEM = 6


def stems_of(text: str) -> frozenset[str]:
    """The first letters of a text's longer words: what it is about, in any language with an alphabet."""
    return frozenset(word[:_STEM].lower() for word in _WORD.findall(text) if len(word) >= 5)


def cohesion(stems: Sequence[frozenset[str]], weights: Sequence[float]) -> list[float]:
    """For each block, the share of its stems that other blocks have, which count by their weights, at most once."""
    total: Counter[str] = Counter()
    for own, weight in zip(stems, weights, strict=True):
        for stem in own:
            total[stem] += weight  # type: ignore[assignment]
    made = []
    for own, weight in zip(stems, weights, strict=True):
        shared = sum(min(max(total[stem] - weight, 0.0), 1.0) for stem in own)
        made.append(shared / len(own) if own else 0.0)
    return made


_NEIGHBOURS = (
    "log length",
    "paragraph",
    "sentence",
    "common",
    "linked",
    "picked",
    "heading",
    "advertisement",
    "dated",
    "short",
    "colon",
    "comma",
    "marker",
    "cohesion",
)
_WINDOWS = (2, 5, 10)


def _around(
    features: dict[str, float], blocks: Sequence[PageBlock], own: Sequence[dict[str, float]], index: int
) -> None:
    """Add what stands next to a block and near it."""
    for step in (-2, -1, 1, 2):
        if 0 <= index + step < len(own):
            near = own[index + step]
            for name in _NEIGHBOURS:
                if near.get(name):
                    features[f"{name} {step:+}"] = near[name]
        else:
            features[f"end {step:+}"] = 1.0
    for window in _WINDOWS:
        low, high = max(index - window, 0), min(index + window + 1, len(blocks))
        letters = sum(len(b.text) for b in blocks[low:high] if len(b.text) >= PARAGRAPH)
        features[f"letters {window}"] = math.log1p(letters) / 9
        features[f"letters before {window}"] = (
            math.log1p(sum(len(b.text) for b in blocks[low:index] if len(b.text) >= PARAGRAPH)) / 9
        )
        features[f"letters after {window}"] = (
            math.log1p(sum(len(b.text) for b in blocks[index + 1 : high] if len(b.text) >= PARAGRAPH)) / 9
        )
        features[f"sentences {window}"] = sum(o["paragraph sentence"] for o in own[low:high]) / (high - low)
