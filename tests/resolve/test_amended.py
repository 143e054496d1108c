"""Instructions that are applied: what each kind of them makes of an act, and what is listed and not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amended_texts import ACT, STATUTE, instructions_of, lines_of, tree_of
from dutybook.layout.formats import read_layout
from dutybook.records import AmendmentKind, ProvisionKind, RawDocument
from dutybook.records.instructions import Instruction, Obstacle
from dutybook.records.trees import Node, build_tree
from dutybook.resolve.amended.applying import Amended, apply_instructions
from dutybook.resolve.amended.comparison import Outcome, compare, normalise, provisions_of
from dutybook.resolve.amended.places import locate, order_numbers
from dutybook.resolve.amended.rendering import Heading, render_akoma_ntoso
from dutybook.resolve.amended.schedule import ActDay, day_of
from dutybook.resolve.amended.words import split_sentences
from dutybook.structure.build import build_structure


def _amend(*sentences: str, language: str = "en") -> Amended:
    act = STATUTE if language == "de" else ACT
    return apply_instructions(tree_of(act, language), instructions_of(*sentences, language=language))


def _all_applied(*sentences: str, language: str = "en") -> tuple[Node, ...]:
    amended = _amend(*sentences, language=language)
    assert not amended.left, [(left.obstacle, left.about) for left in amended.left]
    return amended.tree


def test_a_paragraph_is_replaced() -> None:
    tree = _all_applied("in Article 2, paragraph 3 is replaced by the following:\n‘3. Anybody may read the logs.’;")
    assert lines_of(tree, "2")[-1] == "3. Anybody may read the logs."


def test_several_paragraphs_are_replaced_by_another_number_of_them() -> None:
    tree = _all_applied(
        "in Article 2, paragraphs 2 and 3 are replaced by the following:\n‘2. Logs shall be kept.\n3. Logs may be read.\n4. Logs may be copied.’;"
    )
    assert lines_of(tree, "2")[-3:] == ["2. Logs shall be kept.", "3. Logs may be read.", "4. Logs may be copied."]


def test_a_point_is_replaced_and_others_are_added() -> None:
    tree = _all_applied(
        "in Article 2(1), point (b) is replaced by the following:\n‘(b) a log of all lamps;’;",
        "in Article 2(1), the following points are added:\n‘(c) a log of horns;\n(d) a log of bells.’;",
    )
    assert lines_of(tree, "2")[3:7] == [
        "(a) a log of voyages;",
        "(b) a log of all lamps;",
        "(c) a log of horns;",
        "(d) a log of bells.",
    ]


def test_an_article_is_inserted_behind_the_one_before_it() -> None:
    tree = _all_applied("the following Article is inserted:\n‘Article 2a\nBells\nFerries shall carry a bell.’;")
    assert [n.number for top in tree for n in top.walk() if n.kind is ProvisionKind.ARTICLE] == ["1", "2", "2a", "3"]
    assert lines_of(tree, "2a") == ["Article 2a", "Bells", "Ferries shall carry a bell."]


def test_provisions_are_deleted() -> None:
    tree = _all_applied("in Article 2(1), point (a) is deleted;", "Article 3 is deleted.")
    assert not lines_of(tree, "3")
    assert "(a) a log of voyages;" not in lines_of(tree, "2")


def test_lists_of_points_are_deleted_as_a_whole() -> None:
    tree = _all_applied("in Article 2(1), points (a) and (b) are deleted;")
    assert lines_of(tree, "2")[2:4] == [
        "1. Ferries shall keep:",
        "2. Logs shall be kept for two years. They may be kept on paper.",
    ]


def test_subparagraphs_are_replaced_added_and_deleted() -> None:
    replaced = _all_applied(
        "in Article 2(2), the second subparagraph is replaced by the following:\n‘The mate shall sign each log.’;"
    )
    assert "The mate shall sign each log." in lines_of(replaced, "2")
    added = _all_applied("in Article 2(2), the following subparagraph is added:\n‘The mate may help.’;")
    assert lines_of(added, "2")[-3:-1] == ["The master shall sign each log.", "The mate may help."]
    deleted = _all_applied("in Article 2(2), the second subparagraph is deleted;")
    assert "The master shall sign each log." not in lines_of(deleted, "2")


def test_a_first_subparagraph_is_not_taken_for_its_paragraph() -> None:
    tree = _all_applied(
        "in Article 2(2), the first subparagraph is replaced by the following:\n‘2. Logs shall be kept for ten years.’;"
    )
    assert lines_of(tree, "2")[-3:-1] == ["2. Logs shall be kept for ten years.", "The master shall sign each log."]


def test_sentences_are_replaced_added_and_deleted() -> None:
    replaced = _all_applied(
        "in Article 2(2), the second sentence is replaced by the following:\n‘They shall be kept in a box.’;"
    )
    assert "2. Logs shall be kept for two years. They shall be kept in a box." in lines_of(replaced, "2")
    deleted = _all_applied("in the first subparagraph of Article 2(2), the second sentence is deleted;")
    assert "2. Logs shall be kept for two years." in lines_of(deleted, "2")
    added = _all_applied("in Article 3, the following sentence is added:\n‘They shall be paid within a month.’;")
    assert lines_of(added, "3")[-1] == "Fines shall not exceed EUR 500. They shall be paid within a month."


def test_a_heading_is_replaced() -> None:
    tree = _all_applied("in Article 3, the heading is replaced by the following:\n‘Penalties’;")
    assert lines_of(tree, "3")[:2] == ["Article 3", "Penalties"]


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("in Article 3, the words ‘EUR 500’ are replaced by the words ‘EUR 900’;", "Fines shall not exceed EUR 900."),
        ("in Article 3, the word ‘not’ is deleted;", "Fines shall exceed EUR 500."),
        (
            "in Article 3, after the words ‘EUR 500’, the words ‘for each lamp’ are inserted;",
            "Fines shall not exceed EUR 500 for each lamp.",
        ),
    ],
)
def test_words_are_changed(sentence: str, line: str) -> None:
    # A list of one item would be taken for new text: that is the structure's to tell.
    assert lines_of(_all_applied("in Article 2, paragraph 3 is deleted;", sentence), "3")[-1] == line


def test_words_that_are_not_there_or_twice_are_listed() -> None:
    amended = _amend(
        "in Article 2, paragraph 3 is deleted;",
        "in Article 3, the words ‘EUR 700’ are replaced by the words ‘EUR 900’;",
        "in Article 2, the word ‘log’ is replaced by the word ‘book’;",
        "in Article 2(1), the word ‘log’, each time it occurs, is replaced by the word ‘book’;",
    )
    assert [(left.obstacle, left.about) for left in amended.left] == [
        (Obstacle.NOT_FOUND, "EUR 700"),
        (Obstacle.SEVERAL, "log"),
    ]
    assert lines_of(amended.tree, "2")[3:5] == ["(a) a book of voyages;", "(b) a book of lamps."]


def test_a_mark_at_the_end_goes_with_the_point_that_is_added() -> None:
    tree = _all_applied(
        "in Article 2(1)(b), the full stop is replaced by a semicolon and the following point is added:\n‘(c) a log of horns.’;"
    )
    assert lines_of(tree, "2")[4:6] == ["(b) a log of lamps;", "(c) a log of horns."]


def test_what_is_not_there_is_listed_and_changes_nothing() -> None:
    amended = _amend(
        "in Article 2, paragraph 9 is deleted;",
        "Article 7 is replaced by the following:\n‘Article 7\nBells\nFerries shall carry a bell.’;",
        "the following Article is inserted:\n‘Article 3\nBells\nFerries shall carry a bell.’;",
    )
    assert [left.obstacle for left in amended.left] == [Obstacle.NOT_FOUND, Obstacle.NOT_FOUND, Obstacle.EXISTS]
    assert not amended.applied
    assert amended.tree == tree_of()


@pytest.mark.parametrize(
    "sentence",
    [
        "in Article 2, the table in paragraph 1 is replaced by the following:\n‘3. Anybody may read the logs.’;",
        "in Article 2, the second indent is deleted;",
        "in Article 2, paragraph 1bis-4 is deleted;",
        "Article 2 is amended in line with the Annex.",
    ],
)
def test_what_is_not_understood_never_changes_the_act(sentence: str) -> None:
    amended = _amend(sentence)
    assert amended.tree == tree_of()
    assert not amended.applied


def test_the_formula_at_the_end_of_an_act_outlives_its_last_article() -> None:
    formula = "This Regulation shall be binding in its entirety and directly applicable in all Member States."
    instructions = instructions_of(
        "Article 3 is replaced by the following:\n‘Article 3\nFines\nFines shall not exceed EUR 900.’;"
    )
    amended = apply_instructions(tree_of(f"{ACT}{formula}"), instructions)
    assert lines_of(amended.tree, "3")[-2:] == ["Fines shall not exceed EUR 900.", formula]


# German statutes


def test_german_words_marks_and_sentences() -> None:
    tree = _all_applied(
        "§ 1 wird wie folgt geändert:\na) Absatz 1 wird wie folgt geändert:\naa) In Nummer 1 wird das Wort „und“ am Ende durch ein Komma ersetzt.\n"
        "bb) In Nummer 2 wird der Punkt am Ende durch das Wort „und“ ersetzt.\ncc) Folgende Nummer 3 wird angefügt:\n„3. zu läuten.“\n"
        "b) In Absatz 2 Satz 1 werden die Wörter „zwei Jahre“ durch die Wörter „drei Jahre“ ersetzt.\nc) Absatz 2 Satz 2 wird aufgehoben.",
        "Dem § 2 wird folgender Satz angefügt:\n„Sie muss brennen.“",
        language="de",
    )
    assert lines_of(tree, "1")[3:7] == [
        "1. ein Buch zu führen,",
        "2. eine Lampe zu zeigen und",
        "3. zu läuten.",
        "(2) Das Buch ist drei Jahre aufzubewahren.",
    ]
    assert lines_of(tree, "2")[-1] == "Die Lampe muss rot sein. Sie muss brennen."


def test_a_provision_takes_the_number_of_one_that_gets_a_new_one() -> None:
    tree = _all_applied(
        "§ 1 wird wie folgt geändert:\na) Nach Absatz 2 wird folgender Absatz 3 eingefügt:\n„(3) Das Buch ist zu binden.“\n"
        "b) Der bisherige Absatz 3 wird Absatz 4.",
        language="de",
    )
    assert lines_of(tree, "1")[-2:] == ["(3) Das Buch ist zu binden.", "(4) Die Behörde darf das Buch lesen."]


def test_in_a_language_without_words_for_parts_only_numbered_text_is_sure() -> None:
    deletion = Instruction("a", AmendmentKind.DELETE, None, "", "", "", ("Art 2",), obstacle=Obstacle.LANGUAGE)
    assert apply_instructions(tree_of(), [deletion]).left[0].obstacle is Obstacle.LANGUAGE


# Properties


def test_nothing_applied_changes_nothing() -> None:
    for tree in (tree_of(), tree_of(STATUTE, "de")):
        assert apply_instructions(tree, ()).tree == tree


@given(number=st.integers(4, 90), words=st.text("abc ", min_size=1).map(str.strip).filter(bool))
def test_what_is_inserted_and_deleted_leaves_the_act_as_it_was(number: int, words: str) -> None:
    new = Node(ProvisionKind.PARAGRAPH, str(number), f"{number}.", "", (words,))
    place = f"Art 2({number})"
    insert = Instruction("a", AmendmentKind.INSERT, None, "", "", "", (place,), new=(new,))
    delete = Instruction("b", AmendmentKind.DELETE, None, "", "", "", (place,))
    tree = tree_of()
    amended = apply_instructions(tree, [insert, delete])
    assert amended.tree == tree
    assert len(amended.applied) == 2


@given(st.permutations(["insert", "replace", "delete"]))
def test_instructions_for_different_provisions_may_come_in_any_order(order: list[str]) -> None:
    made = {
        "insert": "the following Article is inserted:\n‘Article 2a\nBells\nFerries shall carry a bell.’;",
        "replace": "in Article 2, paragraph 3 is replaced by the following:\n‘3. Anybody may read the logs.’;",
        "delete": "Article 3 is deleted.",
    }
    assert _all_applied(*(made[name] for name in order)) == _all_applied(*made.values())


@given(st.lists(st.integers(1, 40), unique=True, min_size=1))
def test_numbers_are_in_order(numbers: list[int]) -> None:
    written = [str(number) for number in sorted(numbers)]
    assert order_numbers(written) == sorted(order_numbers(written))


# Comparing, rendering, days


def test_comparison_looks_past_white_space_and_marks_of_editors() -> None:
    given_text = ACT.replace("a log of lamps.", "►M1 a  log of lamps. ◄").replace("EUR 500", "EUR 400")
    compared = compare(tree_of(), tree_of(given_text))
    assert [(c.place, c.outcome) for c in compared if c.outcome is not Outcome.SAME] == [("Art 3", Outcome.DIFFERENT)]
    assert normalise("“a”") == normalise("„a“")


def test_a_provision_of_which_editors_say_that_it_is_gone_is_none() -> None:
    gone = STATUTE.replace("Die Lampe muss rot sein.", "(weggefallen)").replace("§ 2 Lampen", "§ 2")
    assert [place for place, _ in provisions_of(tree_of(gone, "de"))][-1] == "Art 1(3)"


def test_a_rendered_version_reads_as_the_same_provisions() -> None:
    for text, language in ((ACT, "en"), (STATUTE, "de")):
        tree = tree_of(text, language)
        page = render_akoma_ntoso(tree, Heading("Regulation (EU) 2031/7 on ferries & logs", language, "2033-01-01"))
        layout = read_layout(RawDocument("made.xml", page.encode()))
        structure = build_structure(layout, "made", language)
        assert layout.meta["version_date"] == "2033-01-01"
        compared = compare(build_tree(layout.text, structure.provisions), tree)
        assert {each.outcome for each in compared} == {Outcome.SAME}


def test_the_day_of_an_instruction_is_that_of_the_nearest_date() -> None:
    from datetime import date

    force = ActDay("entry_into_force", date(2031, 7, 1))
    general = ActDay("application", date(2032, 1, 1), outside=("Art 2",))
    own = ActDay("application", date(2033, 1, 1), ("Art 1(3)",))
    assert day_of("Art 1(1)", [force, general, own]) == date(2032, 1, 1)
    assert day_of("Art 1(3)(a)", [force, general, own]) == date(2033, 1, 1)
    assert day_of("Art 2(1)", [force, general, own]) == date(2031, 7, 1)
    assert day_of("Art 1(1)", [force, ActDay("entry_into_force", date(2031, 8, 1))]) is None


def test_places_lead_to_provisions() -> None:
    root = Node(ProvisionKind.TEXT, "", "", "", tree_of())
    assert len(locate(root, "Art 2(1)(b)")) == 1
    assert locate(root, "Art 2(1)(z)") == []
    assert locate(root, "somewhere") == []


def test_sentences_are_told_apart_from_abbreviations() -> None:
    assert len(split_sentences("Nach Abs. 1 Satz 2 gilt dies. Es gilt nicht nach Nr. 3.")) == 2


def test_what_is_nested_without_end_is_words() -> None:
    from dutybook.records import Provision, Span, Zone

    text = "word " * 3000
    provisions = [
        Provision(
            str(n), str(n - 1) if n else None, ProvisionKind.POINT, "a", "", Span(n, len(text)), "", Zone.ENACTING
        )
        for n in range(2000)
    ]
    (tree,) = build_tree(text, provisions)
    assert len(list(tree.walk())) < 50
