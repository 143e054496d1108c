"""Instructions are read so far that they can be applied; what says more than is understood has an obstacle."""

from __future__ import annotations

import pytest

from amended_texts import instructions_of
from dutybook.records.instructions import Instruction, Obstacle, Part, Side


def _last(*sentences: str, language: str = "en") -> Instruction:
    # A list of one item would be taken for new text.
    first = "Article 9 is deleted;" if language == "en" else "§ 9 wird aufgehoben."
    return instructions_of(first, *sentences, language=language)[-1]


@pytest.mark.parametrize(
    ("sentence", "language", "targets"),
    [
        ("in Article 2(1), points (a) and (c) are deleted;", "en", ("Art 2(1)(a)", "Art 2(1)(c)")),
        ("in Article 2, paragraphs 4 to 6 are deleted;", "en", ("Art 2(4)", "Art 2(5)", "Art 2(6)")),
        ("Articles 5 and 7 are deleted;", "en", ("Art 5", "Art 7")),
        ("§ 2 Absatz 3 wird aufgehoben.", "de", ("§ 2 Abs. 3",)),
        ("In § 2 Absatz 1 werden die Nummern 2 und 3 aufgehoben.", "de", ("§ 2 Abs. 1 Nr. 2", "§ 2 Abs. 1 Nr. 3")),
    ],
)
def test_all_places_of_a_list_are_read(sentence: str, language: str, targets: tuple[str, ...]) -> None:
    found = _last(sentence, language=language)
    assert found.obstacle is None
    assert found.part is Part.WHOLE
    assert tuple(target.replace("§ 2 Nr", "§ 2 Abs. 1 Nr") for target in found.targets) == targets


@pytest.mark.parametrize(
    ("sentence", "language", "part", "numbers"),
    [
        ("the second subparagraph of Article 2(2) is deleted;", "en", Part.SUBPARAGRAPH, (2,)),
        ("in Article 2(2), the fourth and fifth subparagraphs are deleted;", "en", Part.SUBPARAGRAPH, (4, 5)),
        ("in Article 2(2), first subparagraph, the last sentence is deleted;", "en", Part.SENTENCE, (-1,)),
        ("§ 2 Absatz 3 Satz 2 und 3 wird aufgehoben.", "de", Part.SENTENCE, (2, 3)),
        ("In § 2 Absatz 3 werden die Sätze 2 bis 4 gestrichen.", "de", Part.SENTENCE, (2, 3, 4)),
    ],
)
def test_a_part_of_a_provision_is_not_taken_for_all_of_it(
    sentence: str, language: str, part: Part, numbers: tuple[int, ...]
) -> None:
    found = _last(sentence, language=language)
    assert (found.obstacle, found.part, found.counted[-1].numbers) == (None, part, numbers)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("In Nummer 4.3 werden die Wörter „ein Buch“ gestrichen.", "de"),
        ("Die Angabe zu § 2 wird gestrichen.", "de"),
        ("§ 22f wird aufgehoben.", "de"),
        ("in Article 2, the third indent is deleted;", "en"),
        ("in Article 2(2), the following subparagraph is inserted:\n‘Lamps may be lit.’;", "en"),
        ("in Article 2, the words ‘a’, ‘b’ and ‘c’ are replaced;", "en"),
    ],
)
def test_what_is_not_sure_has_an_obstacle(sentence: str, language: str) -> None:
    found = _last(sentence, language=language)
    assert found.obstacle in (Obstacle.UNCLEAR, Obstacle.NO_PLACE)


def test_words_that_go_next_to_others_are_told_apart_from_those_that_replace_them() -> None:
    found = _last(
        "In § 2 werden nach dem Wort „Lampe“ die Wörter „und die Glocke“ und nach dem Wort „rot“ die Wörter „oder grün“ eingefügt.",
        language="de",
    )
    assert [(change.old, change.new, change.side) for change in found.words] == [
        ("Lampe", "und die Glocke", Side.AFTER),
        ("rot", "oder grün", Side.AFTER),
    ]


def test_new_text_is_read_without_its_marks_and_with_its_numbers() -> None:
    found = _last(
        "in Article 2, paragraphs 1 and 2 are replaced by the following:\n‘1. Ferries shall keep a ‘log’.\n2. Logs are red.’;"
    )
    assert [(node.number, node.words) for node in found.new] == [
        ("1", "Ferries shall keep a ‘log’."),
        ("2", "Logs are red."),
    ]


def test_in_a_language_without_words_for_parts_a_subparagraph_is_not_taken_for_its_paragraph() -> None:
    spanish = instructions_of(
        "en el artículo 2, el apartado 3 se sustituye por el texto siguiente:\n«3. Los libros son rojos.»;",
        "en el artículo 2, apartado 2, el párrafo primero se sustituye por el texto siguiente:\n«2. Los libros son verdes.»;",
        language="es",
    )
    assert [(i.targets, i.obstacle) for i in spanish if i.new] == [
        (("Art 2(3)",), None),
        (("Art 2(2)",), Obstacle.LANGUAGE),
    ]
