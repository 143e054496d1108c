"""Items and articles that stand in one line of a converted text, and lines that are no headings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from trees import sentence_places, structure

from dutybook.records import SentenceRole, Zone
from dutybook.structure.splitting import find_items


def _parts(text: str) -> list[str]:
    starts = [0, *find_items(text), len(text)]
    return [text[a:b].strip() for a, b in pairwise(starts)]


@pytest.mark.parametrize(
    "parts",
    [
        ["The ferryman shall:", "a) count the passengers aboard;", "b) keep the lamp alight."],
        ["Der Imker darf", "1. keine Waben verkaufen, oder", "2. keine Völker verschicken."],
        ["(1) The lift runs daily.", "(2) The guard may stop the lift."],
        ["De molenaar:", "1° houdt een register bij;", "2° sluit de sluis bij storm."],
        ["Ο λιμενάρχης:", "α) τηρεί ημερολόγιο του λιμένα,", "β) κλείνει τον λιμένα τη νύχτα."],
        ["The report has:", "(1)the number of hives kept there;", "(2)the names of the keepers."],
        ["The pilot checks:", "\uf0b7 the depth of the berth;", "\uf0b7 the wind at the pier."],
        ["The towns are as follows:", "a) those that have a harbour and a lighthouse,"],
    ],
)
def test_numbered_items_in_one_line_are_told_apart(parts: list[str]) -> None:
    assert _parts(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Points (a) and (b) of Rule 3 apply to ferries.",
        "A Révszabály 3. cikk (1) bekezdése és a 4. cikk (2) bekezdése szerint jár el a révész.",
        "The boats named in a), b) and c) stay ashore.",
        "It opens on 1. May and closes on 2. June of every year.",
        "See par. (1) of the harbour rules and par. (2) of the beacon rules.",
    ],
)
def test_numbers_of_a_citation_divide_nothing(text: str) -> None:
    assert find_items(text) == []


def test_a_list_in_one_line_has_its_stem_and_items() -> None:
    made, found = structure("The keeper shall: a) feed the bees in winter; b) mark every hive.")
    assert [s.role for s in found.sentences] == [SentenceRole.STEM, SentenceRole.ITEM, SentenceRole.ITEM]
    assert found.sentences[1].span.of(made.text) == "feed the bees in winter;"


def test_articles_in_one_line_are_articles() -> None:
    made, found = structure(
        """
        Article 1. The lift carries skiers up the eastern slope from the first snow on. Article 2. The guard may stop it.
        Article 3. Whoever skis below the lift pays a fine as Article 2 says. Article 9 of the Hut Act stays as it is.
        """
    )
    places = sentence_places(made, found)
    assert places["The guard may stop it."] == "Art 2"
    assert [p.place for p in found.provisions if p.place.startswith("Art")] == ["Art 1", "Art 2", "Art 3"]


def test_a_sentence_ends_a_table_of_contents() -> None:
    _, found = structure(
        """
        Contents
        Article 1 Hives
        Article 2 Swarms
        The keeper of a swarm shall tell the warden within a day where the swarm has settled.
        """
    )
    assert found.sentences[-1].zone is not Zone.CONTENTS


def test_a_heading_ends_recitals_that_no_formula_ends() -> None:
    made, found = structure(
        """
        Whereas:
        (1) The harbour is narrow and the boats are many, which is why order is needed there.
        # Order in the harbour
        The harbour master shall keep the fairway free.
        """
    )
    zones = {s.span.of(made.text)[:18]: s.zone for s in found.sentences}
    assert zones["The harbour master"] is not Zone.RECITAL


def test_modification_of_a_thing_heads_no_amendment() -> None:
    _, found = structure(
        """
        Article 1
        Amendment of the berth plan
        The harbour master may change the berth plan at any time.
        Article 2
        Amendment of the Pier Act
        In Article 4 of the Pier Act, the word "pole" is replaced by "pile".
        """
    )
    assert [s.zone for s in found.sentences] == [Zone.ENACTING, Zone.AMENDMENT]


def test_a_sentence_set_as_a_heading_is_read() -> None:
    made, found = structure(
        """
        # Rules of the ski hut
        # Nobody may bring a dog into the hut.
        The host keeps the key.
        """
    )
    zones = {s.span.of(made.text): s.zone for s in found.sentences}
    assert zones["Nobody may bring a dog into the hut."] is Zone.PROSE
