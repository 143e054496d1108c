"""Decides what kind of text a document is: by what its file states, else by a trained classifier of its words and shape.

Where the classifier is not sure, the genre is ``UNSURE`` and the text is read as plain rules take it: by formulas, numbered
headings and length.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dutybook.errors import Defect
from dutybook.languages import LanguagePack
from dutybook.languages.artefacts import artefact, report_damage
from dutybook.languages.patterns import alternatives
from dutybook.records import Block, FactType, Family, Genre, Layout, ProvisionKind
from dutybook.structure.genre_features import GenreFeatures, count_openings, measure_text, mentions_union

_NEWS_LENGTH = 20_000
# As much of a text's head as says what it is.
_HEAD = 800
_TITLE = 200
# Programme phrases a thousand words from which on a text speaks for its author and not for the law.
_PROGRAMME_RATE = 1.5
# Fewer letters hold too few words to count.
_SHORTEST = 600
# A dateline is among so many paragraphs, and no longer than this.
_NEAR = 12
_LINE = 120
_DAY = re.compile(
    r"\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}"
    r"|\b\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}\b|\b[^\W\d_]{3,12}\.?\s\d{1,2},\s\d{4}\b"
)
_TIME = re.compile(r"(?<![\d.:])(?:[01]?\d|2[0-3])(?:[:.h]|\sh\s?)[0-5]\d(?::[0-5]\d)?(?![\d:]|\.\d|\s?%)")
# As sure as a format that states it itself is.
_STATED = 0.99


@dataclass(frozen=True, slots=True)
class Classified:
    """What kind of text a document is, how surely, and what it is read as.

    ``probability`` is that of the genre; of ``UNSURE``, that of the likeliest family.
    """

    genre: Genre
    probability: float
    family: Family


@dataclass(frozen=True, slots=True)
class Classifier:
    """A classifier of genres: linear in the measures and the sequences of letters, and by likeness to known measures.

    ``genres`` and ``families`` are in the order of its columns. ``sure`` is the least probability of a family, ``surely`` that
    of a genre within its family. ``scale`` and ``shifts``: the fitted calibration, and what a date in the file's own data
    adds to each family's log-odds.
    """

    genres: tuple[Genre, ...]
    families: tuple[Family, ...]
    codes: tuple[str, ...]
    sure: float
    surely: float
    scale: float
    shifts: NDArray[np.float64]
    width: float
    arrays: dict[str, NDArray[np.float64]] = field(repr=False)

    def standardised(self, features: GenreFeatures) -> NDArray[np.float64]:
        """The measures in units of their spread, at most 4 of these from the mean."""
        raw = np.array([features.measures.get(code, 0.0) for code in self.codes])
        made: NDArray[np.float64] = np.clip((raw - self.arrays["mean"]) / self.arrays["spread"], -4, 4)
        return made

    def scores(self, features: GenreFeatures) -> NDArray[np.float64]:
        """The log-odds of each genre, before calibration."""
        arrays = self.arrays
        measures = self.standardised(features)
        found: NDArray[np.float64] = arrays["bias"] + measures @ arrays["measures"]
        examples = arrays["examples"].astype(np.float64) / EXAMPLE_SCALE
        distance = ((examples - measures) ** 2).sum(1)
        found = found + np.exp(-distance / (self.width * len(self.codes))) @ arrays["likeness"]
        for part, counts in (("head", features.head), ("body", features.body)):
            weighed = counts * arrays[f"{part}_rarity"]
            seen = np.flatnonzero(weighed)
            norm = float(np.linalg.norm(weighed)) or 1.0
            weights = arrays[part][seen].astype(np.float64) * arrays[f"{part}_scale"]
            found = found + (weighed[seen] / norm) @ weights
        return found

    def probabilities(self, features: GenreFeatures, *, dated: bool = False) -> dict[Genre, float]:
        """The calibrated probability of each genre."""
        return dict(zip(self.genres, calibrate(self, self.scores(features), dated=dated).tolist(), strict=True))

    def classify(self, features: GenreFeatures, *, dated: bool = False) -> tuple[Genre, float]:
        """The likeliest genre of the likeliest family, or the family's plain one; ``UNSURE`` where no family is likely enough."""
        return choose(self, self.probabilities(features, dated=dated))


#: A standardised measure is kept in so many steps.
EXAMPLE_SCALE = 31.0
#: What a text of a family is called where it cannot be told more closely.
PLAIN = {
    Family.EU_ACT: Genre.EU_ACT,
    Family.STATUTE: Genre.STATUTE,
    Family.GUIDANCE: Genre.GUIDANCE,
    Family.NEWS: Genre.NEWS,
    Family.OTHER: Genre.OTHER,
}


def calibrate(model: Classifier, scores: NDArray[np.float64], *, dated: bool = False) -> NDArray[np.float64]:
    """The probabilities of the genres, by their scores."""
    columns = [model.families.index(family_of(genre)) for genre in model.genres]
    scaled = scores * model.scale + (model.shifts[columns] if dated else 0.0)
    values: NDArray[np.float64] = np.exp(scaled - scaled.max())
    return values / float(values.sum())


def family_of(genre: Genre) -> Family:
    """The family of a genre that the classifier knows."""
    family = genre.family
    if family is None:
        raise Defect(f"{genre.value} has no family")
    return family


def choose(model: Classifier, probabilities: dict[Genre, float]) -> tuple[Genre, float]:
    """The genre that its probabilities allow to be named, and its probability."""
    families: Counter[Family] = Counter()
    for genre, probability in probabilities.items():
        families[family_of(genre)] += probability  # type: ignore[assignment]
    family, likely = families.most_common(1)[0]
    if likely < model.sure:
        return Genre.UNSURE, float(likely)
    best = max((g for g in probabilities if family_of(g) is family), key=probabilities.__getitem__)
    if best is not PLAIN[family] and probabilities[best] / likely >= model.surely:
        return best, probabilities[best]
    return PLAIN[family], float(likely)


def classifier() -> Classifier:
    """The trained classifier.

    Raises:
        Defect: its file is damaged.
    """
    return load_classifier(artefact("genre"))


@cache
def load_classifier(folder: Path) -> Classifier:
    """The classifier in a folder: ``genre.json`` and ``genre.npz``.

    Raises:
        Defect: a file is missing or damaged.
    """
    with report_damage("the classifier of genres"):
        config = json.loads((folder / "genre.json").read_text("utf-8"))
        with np.load(folder / "genre.npz", allow_pickle=False) as found:
            arrays: dict[str, NDArray[np.float64]] = {name: found[name] for name in found.files}
        return Classifier(
            genres=tuple(Genre(g) for g in config["genres"]),
            families=tuple(Family(f) for f in config["families"]),
            codes=tuple(config["codes"]),
            sure=float(config["sure"]),
            surely=float(config["surely"]),
            scale=float(config["scale"]),
            shifts=np.array(config["shifts"], np.float64),
            width=float(config["width"]),
            arrays=arrays,
        )


def classify_document(layout: Layout, pack: LanguagePack, language: str) -> Classified:
    """The genre and family of a document.

    What the file states (its number as an act, its articles, the collection that it is from) decides; then the classifier, if
    it is sure; else the family is that of plain rules.
    """
    counts = count_openings(layout.text, layout.blocks, pack)
    by_rules = _family_by_rules(layout, counts, pack)
    if _states_its_family(layout):
        return Classified(PLAIN[by_rules], _STATED, by_rules)
    # The Union's formula, with the number of one of its acts, is in no other text; the classifier has seen few of its acts.
    if _enacts_for_union(layout.text, counts, pack) and mentions_union(layout.text):
        return Classified(Genre.EU_ACT, _STATED, Family.EU_ACT)
    # A programme of plans has the words of news; the classifier has hardly seen any.
    if by_rules is Family.OTHER or len(layout.text) < _SHORTEST:
        return Classified(Genre.UNSURE, 0.0, _unless_in_force(by_rules, layout, pack))
    of_words = _family_of_words(layout.text, counts, pack)
    features = measure_text(layout, pack, language, of_words)
    genre, probability = classifier().classify(features, dated=is_dated(layout.meta, pack) or has_timestamp(layout))
    # Speeches and motions are told from other texts too rarely to leave their norms out for it.
    known = None if genre is Genre.OTHER else genre.family
    return Classified(genre, probability, known or _unless_in_force(by_rules, layout, pack))


def _unless_in_force(family: Family, layout: Layout, pack: LanguagePack) -> Family:
    """The family by rules; but what has a numbered provision on its own entry into force is an act and no news."""
    if family is not Family.NEWS:
        return family
    heading = _force_heading(pack)
    lines = (block.span.of(layout.text) for block in layout.blocks)
    return Family.STATUTE if any(len(line) <= _LINE and heading.search(line) for line in lines) else family


@cache
def _force_heading(pack: LanguagePack) -> re.Pattern[str]:
    """A heading such as "§ 7 Inkrafttreten" or "VI. Entry into force and repeal"."""
    frames = (frame for frame in pack.facts.frames if frame.label and frame.type is FactType.ENTRY_INTO_FORCE)
    words = alternatives(tuple(cue for frame in frames for cue in frame.cue)) or "(?!)"
    number = r"(?:§+ ?\d{1,3}[a-z]?|Art\w{0,6}\.? ?\d{1,3}|(?-i:[IVX]{1,5})\.?|\d{1,2}(?:\.\d{1,2})*\.?)"
    return re.compile(rf"(?:^|\s){number}[ \t.:–—-]+(?:{words})(?!\w)[^.:;\d]{{0,60}}$", re.IGNORECASE)


def _states_its_family(layout: Layout) -> bool:
    """Whether the file is from a collection of acts, or marks their articles."""
    meta = layout.meta
    articles = any(element.kind is ProvisionKind.ARTICLE for element in layout.outline)
    return articles or bool(meta.get("celex")) or meta.get("jurisdiction", "EU") != "EU"


def _family_by_rules(layout: Layout, counts: Counter[str], pack: LanguagePack) -> Family:
    """The family, from formulas, numbered headings, length and what the file says of itself."""
    meta = layout.meta
    dated = is_dated(meta, pack)
    found = Family.EU_ACT if meta.get("celex") else _family_of_words(layout.text, counts, pack, dated=dated)
    # What a national collection of laws holds is an act of that state, or a circular if it has no articles.
    national = meta.get("jurisdiction", "EU") != "EU"
    if not any(element.kind is ProvisionKind.ARTICLE for element in layout.outline):
        if not national or found is Family.STATUTE:
            return found
        return Family.GUIDANCE if layout.outline else Family.STATUTE
    # The format says that it is an act; whose act it is, its identifier says, or else its words.
    eli = meta.get("eli", "")
    union = bool(meta.get("celex")) or "europa.eu" in eli or (not eli and not national and found is Family.EU_ACT)
    return Family.EU_ACT if union else Family.STATUTE


def family_of_words(text: str, blocks: Sequence[Block], pack: LanguagePack) -> Family:
    """The family of a text by plain rules, from formulas, numbered headings and length."""
    return _family_of_words(text, count_openings(text, blocks, pack), pack)


def _family_of_words(text: str, counts: Counter[str], pack: LanguagePack, *, dated: bool = False) -> Family:
    words = pack.structure
    if _enacts_for_union(text, counts, pack):
        return Family.EU_ACT
    national = _is_national(text, pack)
    folded = text.casefold()
    # A town's or a grand duchy's regulation says "this Regulation", too, but hardly speaks of the Union.
    if not national and _speaks_for_union(text, folded, counts["articles"], pack):
        return Family.EU_ACT
    enough = counts["signs"] >= 2 or counts["articles"] >= (2 if national else 3)
    if enough or _holds_any(folded[:_HEAD], words.statute_words):
        return Family.STATUTE
    if len(text) < _NEWS_LENGTH and counts["margins"] == 0 and dated:
        return Family.NEWS
    if _is_programme(folded, pack):
        return Family.OTHER
    # Paragraphs that count themselves are rules of somebody, dated news aside.
    ruling = counts["margins"] >= 3 or counts["numbered"] >= 3 or _holds_any(folded[:4000], words.guidance_words)
    return Family.GUIDANCE if ruling or len(text) >= _NEWS_LENGTH / 2 else Family.NEWS


def _enacts_for_union(text: str, counts: Counter[str], pack: LanguagePack) -> bool:
    """Whether a text has the formula by which the Union adopts an act, and no title of a state's act."""
    return bool(counts["enacting"]) and not _is_national(text, pack)


def _is_national(text: str, pack: LanguagePack) -> bool:
    return _holds_any(text[:_TITLE].casefold(), pack.structure.national_titles)


def _speaks_for_union(text: str, folded: str, articles: int, pack: LanguagePack) -> bool:
    """Whether a text cites an act of the Union, and says "this Regulation" often enough to be one."""
    if not mentions_union(text):
        return False
    own = sum(folded.count(words) for words in pack.structure.self_reference)
    return own >= 10 or (own >= 3 and articles >= 2)


def is_dated(meta: dict[str, str], pack: LanguagePack) -> bool:
    """Whether the file says when it was published as news is: in no gazette, and not under a guidance's title."""
    if not meta.get("published") or meta.get("gazette"):
        return False
    return not meta.get("title", "").casefold().startswith(pack.structure.guidance_words)


def has_timestamp(layout: Layout) -> bool:
    """Whether a line of its own near the beginning gives a day and a time of day, as news has it and no law.

    >>> from dutybook.records import LayoutBuilder
    >>> builder = LayoutBuilder()
    >>> made = [builder.block(line) for line in ("Quay reopens", "17.01.2031 - 20:30:12")]
    >>> has_timestamp(Layout(builder.text(), tuple(builder.blocks)))
    True
    """
    for block in layout.blocks[:_NEAR]:
        line = block.span.of(layout.text)
        if (
            len(line) <= _LINE
            and (day := _DAY.search(line))
            and _TIME.search(line[: day.start()] + " " + line[day.end() :])
        ):
            return True
    return False


def _is_programme(folded: str, pack: LanguagePack) -> bool:
    """Whether a text often says what its author plans ("we will")."""
    phrases = sum(folded.count(words) for words in pack.structure.programme_phrases)
    return phrases >= 3 and 1000 * phrases / max(len(folded.split()), 1) > _PROGRAMME_RATE


def _holds_any(folded: str, words: Sequence[str]) -> bool:
    return any(word in folded for word in words)
