"""Lines of collections that tell which act changed a provision are told from the words of the law."""

from __future__ import annotations

import pytest
from trees import structure

from dutybook.languages.data import LinePattern
from dutybook.languages.history_notes import find_history_notes, inline_notes, is_history_note, note_lines
from dutybook.records import Zone


@pytest.mark.parametrize("line", note_lines(), ids=lambda line: line.example[:40])
def test_every_pattern_meets_its_example(line: LinePattern) -> None:
    assert is_history_note(line.example)


@pytest.mark.parametrize("line", inline_notes(), ids=lambda line: line.example[:40])
def test_every_note_in_a_line_is_found(line: LinePattern) -> None:
    assert find_history_notes(f"Abrogat. {line.example}") == [len("Abrogat. ")]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Se modifica el artículo 7 de la Ley de Molinos, que queda redactado como sigue:",
        "Papildyti 7 straipsnį 3 dalimi ir ją išdėstyti taip:",
        "Articolul 7 se modifică și va avea următorul cuprins:",
        "(1) Modifié par le meunier, le registre est conservé.",
        "The miller shall keep a log.",
        "",
    ],
)
def test_words_of_the_law_are_no_notes(paragraph: str) -> None:
    assert not is_history_note(paragraph)


def test_a_note_parts_no_article_from_its_paragraphs() -> None:
    text = """
    # 3 straipsnis. Registras
    1. Malūnininkas tvarko registrą.
    Straipsnio dalies pakeitimai:
    # Nr. XII-7777, 2031-03-03, paskelbta TAR 2031-03-10, i. k. 2031-07777
    2. Malūnininkas saugo registrą.
    """
    made, found = structure(text, "lt")
    place = {p.id: p.place for p in found.provisions}
    by_text = {s.span.of(made.text): (place[s.provision], s.zone, s.stem) for s in found.sentences}
    assert by_text["Malūnininkas saugo registrą."] == ("Art 3(2)", Zone.ENACTING, None)
    assert by_text["Straipsnio dalies pakeitimai:"][1] is Zone.FOOTNOTE
