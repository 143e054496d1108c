"""Instructions of amending acts: what they do, to which act and place; and where the norms of quoted new text belong."""

from __future__ import annotations

import pytest

from dutybook.document_view import DocumentView
from dutybook.extract.amended_names import find_act_name
from dutybook.extract.amendments import find_amendments, place_quoted_norms
from dutybook.extract.changed_places import inner_place, join_places
from dutybook.extract.citations import find_acts_in_line
from dutybook.extract.instruction_words import blank_quoted, kind_of
from dutybook.languages.relations import amending_words
from dutybook.layout.formats import read_layout
from dutybook.records import (
    Amendment,
    AmendmentKind,
    BearerClass,
    Evidence,
    Modality,
    Norm,
    RawDocument,
    Strength,
)
from dutybook.structure.build import build_structure, pack_for

DIRECTIVE = """
HAVE ADOPTED THIS REGULATION:
# Article 1
# Amendments to Directive 2031/7/EU
Directive 2031/7/EU is amended as follows:
(1) in Article 9, paragraph 2 is replaced by the following:
‘2. Carriers shall keep a log.’;
(2) the following Article 9a is inserted:
‘Article 9a
1. Ferries shall show a lamp.’;
(3) Article 12 is deleted.
# Article 2
# Entry into force
This Regulation enters into force tomorrow.
"""


def _view(text: str, language: str = "en") -> DocumentView:
    lines = "\n\n".join(line.strip() for line in text.strip().splitlines())
    layout = read_layout(RawDocument("act.md", lines.encode()))
    found = build_structure(layout, "test", language)
    return DocumentView(
        layout.text, found.sentences, found.provisions, found.family, language, found.title, pack_for=pack_for
    )


def _instructions(found: tuple[Amendment, ...]) -> list[tuple[str, str, str | None]]:
    return [(a.kind.value, a.act, a.target) for a in found]


def test_each_instruction_has_its_act_and_place() -> None:
    found = find_amendments(_view(DIRECTIVE))
    assert _instructions(found) == [
        ("replace", "Directive 2031/7/EU", "Art 9(2)"),
        ("insert", "Directive 2031/7/EU", "Art 9a"),
        ("delete", "Directive 2031/7/EU", "Art 12"),
    ]
    assert {a.work for a in found} == {"32031L0007"}
    assert [a.place for a in found] == ["Art 1(1)", "Art 1(2)", "Art 1(3)"]


def test_an_act_that_amends_nothing_instructs_nothing() -> None:
    text = """
    HAVE ADOPTED THIS REGULATION:
    # Article 1
    # Lamps
    1. A broken lamp shall be replaced within a day.
    2. Words of the log shall not be deleted.
    """
    assert find_amendments(_view(text)) == ()


def test_a_national_act_is_named_by_its_noun() -> None:
    text = """
    # Artikel 1
    # Änderung des Hafengesetzes
    Das Hafengesetz vom 3. Mai 2031 (BGBl. I S. 7) wird wie folgt geändert:
    1. § 4 Absatz 2 wird wie folgt gefasst:
    „(2) Der Betreiber führt ein Logbuch.“
    2. In § 6 wird nach Absatz 1 folgender Absatz 1a eingefügt:
    „(1a) Fähren zeigen ein Licht.“
    3. § 9 wird aufgehoben.
    # Artikel 2
    # Inkrafttreten
    Dieses Gesetz tritt am Tag nach der Verkündung in Kraft.
    """
    assert _instructions(find_amendments(_view(text, "de"))) == [
        ("replace", "Hafengesetz", "§ 4 Abs. 2"),
        ("insert", "Hafengesetz", "§ 6 Abs. 1a"),
        ("delete", "Hafengesetz", "§ 9"),
    ]


def test_the_act_that_was_named_before_goes_on() -> None:
    text = """
    Čl. I
    Vyhláška č. 7/2031 Sb., o přístavech, se mění takto:
    1. V § 4 odst. 2 se slovo „loď“ nahrazuje slovem „plavidlo“.
    2. V § 5 odstavec 1 zní:
    „(1) Provozovatel přístavu vede záznam.“.
    """
    found = find_amendments(_view(text, "cs"))
    assert [(a.kind.value, a.act[:21]) for a in found] == [
        ("replace", "Vyhláška č. 7/2031 Sb"),
        ("replace", "Vyhláška č. 7/2031 Sb"),
    ]


@pytest.mark.parametrize(
    ("language", "line", "kind"),
    [
        ("en", "Article 6 is deleted", "delete"),
        ("en", "the full stop is replaced by a comma and the following point is added:", "insert"),
        ("de", "Die bisherigen Absätze 3 und 4 werden die Absätze 4 und 5", "renumber"),
        ("fr", "L'article 4 est abrogé", "delete"),
        ("fr", "est complété par un alinéa rédigé comme suit :", "insert"),
        ("cs", "§ 17 zní:", "replace"),
        ("sk", "Doterajšie písmená g) až l) sa označujú ako písmená h) až m)", "renumber"),
        ("nl", "In artikel 3 vervalt de tweede volzin", "delete"),
        ("pl", "po art. 13 dodaje się art. 13a w brzmieniu:", "insert"),
        ("it", "il comma 2 è abrogato", "delete"),
        ("es", "Derógase el artículo 19", "delete"),
        ("et", "paragrahvi 4 täiendatakse lõikega 3 järgmises sõnastuses:", "insert"),
        ("hr", "Članak 7. mijenja se i glasi:", "replace"),
        ("sl", "Dosedanji tretji odstavek postane četrti odstavek", "renumber"),
        ("da", "§ 4 ophæves", "delete"),
        ("sv", "3 § ska ha följande lydelse:", "replace"),
    ],
)
def test_the_last_verb_says_what_is_done(language: str, line: str, kind: str) -> None:
    words = amending_words(language)
    assert words is not None
    assert kind_of(line, words) == AmendmentKind(kind)


@pytest.mark.parametrize(
    ("language", "line", "name"),
    [
        ("de", "Das Zweite Buch Hafengesetzbuch wird wie folgt geändert:", "Zweite Buch Hafengesetzbuch"),
        ("de", "§ 7 des Dritten Buches Hafengesetzbuch wird aufgehoben.", "Dritten Buches Hafengesetzbuch"),
        ("de", "Der Buchwert der Schiffe wird durch den Zeitwert ersetzt.", ""),
        ("de", "§ 7 der Verordnung wird aufgehoben.", ""),
        ("en", "Section 7 of the Harbours and Piers Act 2031 is repealed.", "Harbours and Piers Act 2031"),
        ("en", "Paragraph 7 of the Order is revoked.", ""),
        (
            "pl",
            "W ustawie z dnia 3 maja 2031 r. – Prawo portowe (Dz. U. poz. 7) wprowadza się następujące zmiany:",
            "ustawie z dnia 3 maja 2031 r. – Prawo portowe",
        ),
        (
            "pl",
            "W rozporządzeniu Ministra Żeglugi z dnia 3 maja 2031 r. w sprawie latarni (Dz. U. poz. 7) w § 4 dodaje się ust. 2",
            "rozporządzeniu Ministra Żeglugi z dnia 3 maja 2031 r. w sprawie latarni",
        ),
        ("et", "Sadamate ja laevateede seaduses tehakse järgmised muudatused:", "Sadamate ja laevateede seaduses"),
        ("et", "Sadamaseaduses tehakse järgmised muudatused:", "Sadamaseaduses"),
        ("et", "käesoleva seaduse § 4 muudetakse", ""),
        ("fi", "muutetaan satamalain (765/2031) 5 §", "satamalain"),
        ("hu", "A kikötőkről szóló 2031. évi VII. törvény 5. §-a helyébe a következő rendelkezés lép:", "kikötőkről szóló 2031. évi VII. törvény"),
        ("lt", "Pakeisti Lietuvos Respublikos uostų įstatymo 5 straipsnį", "Lietuvos Respublikos uostų įstatymo"),
        ("lv", "Izdarīt Ostu likumā šādus grozījumus:", "Ostu likumā"),
        ("lv", "Izteikt Ministru kabineta 2031. gada noteikumu Nr. 7 5. punktu", "Ministru kabineta 2031. gada noteikumu Nr. 7"),
        ("hr", "U Zakonu o provedbi Uredbe (EU) 2031/852 o lukama mijenja se članak 4.", "Zakonu o provedbi Uredbe (EU) 2031/852"),
        ("es", "Se modifica la Ley 7/2031, de Puertos, en los siguientes términos:", "Ley 7/2031"),
    ],
)  # fmt: skip
def test_the_name_of_an_act_is_whole(language: str, line: str, name: str) -> None:
    words = amending_words(language)
    assert words is not None
    pack = pack_for(language)
    assert find_act_name(line, pack, words, next(iter(find_acts_in_line(line, pack)), None)) == name


def test_an_act_that_a_citation_names_is_the_target() -> None:
    text = """
    # Sec. 2. Lamps
    Section 9(c) of the Harbours and Piers Act (8 U.S.C. 1226) is amended—
    (1) in paragraph (1), by striking “boat” and inserting “ship”; and
    (2) by adding at the end the following:
    “(4) A ferry shall show a lamp.”
    """
    assert {a.act for a in find_amendments(_view(text))} == {"Harbours and Piers Act"}


@pytest.mark.parametrize("line", ["The carrier keeps a log.", ""])
def test_no_verb_no_instruction(line: str) -> None:
    words = amending_words("en")
    assert words is not None
    assert kind_of(line, words) is None


def test_quoted_words_and_earlier_changes_name_nothing() -> None:
    line = "In Article 9, as amended by Article 3 of Regulation 7, the words ‘Article 4’ are deleted"
    bare = blank_quoted(line, "en")
    assert len(bare) == len(line)
    assert "Article 4" not in bare


@pytest.mark.parametrize(
    ("context", "inner", "place"),
    [
        ("Art 9(2)", "(2)(b)", "Art 9(2)(b)"),
        ("Art 9(1)", "(3)", "Art 9(3)"),
        ("Art 9(2)", "(b)", "Art 9(2)(b)"),
        ("§ 3", "(3)", "§ 3(3)"),
        ("§ 3 Abs. 3", "(3)", "§ 3 Abs. 3"),
        ("§ 4 Abs. 1", "Abs. 1a", "§ 4 Abs. 1a"),
        ("Section 28", "(28A)(1)", "Section 28A(1)"),
        ("Art 4", "Art 4a(1)", "Art 4a(1)"),
        ("Art 9(2)", "", "Art 9(2)"),
        ("Art 12b-12h", "", None),
        ("Art 9", "Form of the log", None),
        (None, "(2)", None),
    ],
)
def test_a_place_in_the_amended_act_is_joined_or_left_open(context: str | None, inner: str, place: str | None) -> None:
    assert join_places(context, inner) == place


@pytest.mark.parametrize(
    ("place", "inner"),
    [
        ("Art 1(4) “Art 19a(2)”", "Art 19a(2)"),
        ("Art 1(4) “¶ 1”", ""),
        ("Art 1(4)", ""),
        ("Art 1 “(2)” Satz 3", "(2) Satz 3"),
    ],
)
def test_what_new_text_says_of_its_own_place(place: str, inner: str) -> None:
    assert inner_place(place) == inner


def test_norms_of_new_text_belong_to_the_amended_act() -> None:
    view = _view(DIRECTIVE)
    norms = [
        Norm(
            id=str(number),
            provision=sentence.provision,
            place=view.place_of(sentence),
            span=sentence.span,
            evidence=Evidence("test", "1", None, 1.0),
            modality=Modality.OBLIGATION,
            strength=Strength.MUST,
            bearer=None,
            bearer_class=BearerClass.ANY,
            language="en",
            action=None,
            recipient=None,
            condition=None,
            exception=None,
            quoted=sentence.quoted,
        )
        for number, sentence in enumerate(view.sentences)
        if "shall" in sentence.span.of(view.text) or "enters" in sentence.span.of(view.text)
    ]
    placed = place_quoted_norms(view, norms, find_amendments(view))
    assert [(n.amended_act, n.amended_place) for n in placed] == [
        ("Directive 2031/7/EU", "Art 9(2)"),
        ("Directive 2031/7/EU", "Art 9a(1)"),
        (None, None),
    ]
