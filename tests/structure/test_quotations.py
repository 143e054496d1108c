"""New text for other acts: where it begins and ends, and how its provisions are cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import sentence_places, structure

from dutybook.languages import letters
from dutybook.records import ProvisionKind, Zone
from dutybook.structure import quotations


@pytest.mark.parametrize(
    ("text", "mark", "closed"),
    [
        ("‘Carriers keep a log.’;", "‘", True),
        ("‘Carriers keep a log.’; and", "‘", True),
        ("‘The carrier’s log is kept.", "‘", False),
        ("‘Carriers’ logs are kept", "‘", False),
        ("the hold (‘hold’);", "‘", False),
        ("the hold (‘hold’);’", "‘", True),
        ("„Der Hafen ist geschlossen.“;", "„", True),
        ("„Der Hafen ist „zu“", "„", False),
        ("«Le port est fermé.»;", "«", True),
        ("»Havnen er lukket.«", "»", True),
        ("”Hamnen är stängd.”", "”", True),
        ("”Hamnen är ”stängd”", "”", False),
        ("no mark at all", "‘", False),
    ],
)
def test_a_closing_mark_closes_what_was_opened_first(text: str, mark: str, closed: bool) -> None:
    assert quotations.closes_quotation(text, mark) is closed


HEAD = """
HAVE ADOPTED THIS REGULATION:
# Article 1
# Amendments to Regulation (EU) 2021/555
Regulation (EU) 2021/555 is amended as follows:
"""


def _places(text: str) -> list[str]:
    _, found = structure(HEAD + text)
    return [p.place for p in found.provisions if p.kind is not ProvisionKind.PREAMBLE]


def test_quoted_provisions_stand_behind_what_announces_them() -> None:
    text = """
    (1) in Article 9, paragraph 2 is replaced by the following:
    ‘2. Carriers shall keep:
    (a) a log;
    (b) a bell.
    Ferries shall keep a lamp.’;
    (2) the following Annex is added:
    ‘ANNEX III
    Form of the log
    1. The log is black.’
    # Article 2
    # Entry into force
    This Regulation enters into force tomorrow.
    """
    assert _places(text) == [
        "Art 1",
        "Art 1(1)",
        "Art 1(1) “(2)”",
        "Art 1(1) “(2)(a)”",
        "Art 1(1) “(2)(b)”",
        "Art 1(2)",
        "Art 1(2) “Annex III”",
        "Art 1(2) “Annex III(1)”",
        "Art 2",
    ]


def test_a_mark_that_closes_in_a_footnote_ends_before_the_next_point_or_article() -> None:
    text = """
    (1) paragraph 2 is replaced by the following:
    ‘2. Carriers shall keep a log.
    (2) paragraph 3 is replaced by the following:
    ‘3. Carriers shall keep a bell.
    # Article 2
    # Duties
    Ferries shall keep a lamp.
    ^ (*1) OJ L 7, 1.2.2030, p. 3.’;
    """
    assert _places(text)[:7] == [
        "Art 1",
        "Art 1(1)",
        "Art 1(1) “(2)”",
        "Art 1(2)",
        "Art 1(2) “(3)”",
        "Art 2",
        "Footnote 1",
    ]
    made, found = structure(HEAD + text)
    zones = {s.span.of(made.text): s.zone for s in found.sentences}
    assert zones["Ferries shall keep a lamp."] is Zone.ENACTING
    assert zones["Carriers shall keep a bell."] is Zone.AMENDMENT


def test_definitions_and_quoted_words_are_no_new_text() -> None:
    text = """
    HAVE ADOPTED THIS REGULATION:
    # Article 1
    # Definitions
    The following definitions apply:
    ‘berth’ means a place where a vessel lies;
    # Article 2
    # Duties
    1. Carriers shall write on the log:
    ‘Log’.
    2. They shall keep it.
    """
    made, found = structure(text)
    assert [p.place for p in found.provisions if "“" in p.place] == []
    assert {s.zone for s in found.sentences if s.span.of(made.text).startswith("They")} == {Zone.ENACTING}


def test_subparagraphs_and_the_rest_of_a_sentence() -> None:
    made, found = structure("""
    HAVE ADOPTED THIS REGULATION:
    # Article 1
    # Duties
    1. Carriers that:
    (a) own a vessel, or
    (b) lease a vessel
    shall keep a log.
    Ferries shall keep:
    (a) a lamp;
    (b) a bell.
    2. Tugs are free.
    # Article 2
    # Logs
    The log is black.
    It is kept for five years.
    """)
    where = sentence_places(made, found)
    assert where["shall keep a log."] == "Art 1(1)"
    assert where["Ferries shall keep:"] == "Art 1(1) subpara 2"
    assert where["a bell."] == "Art 1(1) subpara 2(b)"
    assert where["Tugs are free."] == "Art 1(2)"
    assert where["The log is black."] == "Art 2"
    assert where["It is kept for five year"] == "Art 2 subpara 2"


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("γ", "c"),
        ("στ", "f"),
        ("ια", "k"),
        ("κστ", "z"),
        ("в", "c"),
        ("10α", "10a"),
        ("Α", "A"),
        ("аа", "aa"),
        ("3", "3"),
    ],
)
def test_letters_of_three_alphabets(written: str, latin: str) -> None:
    assert letters.latin(written) == latin


def test_after_z_comes_aa() -> None:
    points = "\n".join(f"({letter}) a thing;" for letter in [*"abcdefghijklmnopqrstuvwxyz", "aa", "bb"])
    _, found = structure(f"HAVE ADOPTED THIS REGULATION:\n# Article 1\n# Things\nThings are:\n{points}")
    assert [p.place for p in found.provisions][-3:] == ["Art 1(z)", "Art 1(aa)", "Art 1(bb)"]


@given(st.lists(st.text('‘’“”«»"ab .;', max_size=12), max_size=8), st.sampled_from('‘“«„»”"'))
def test_a_quotation_is_never_longer_than_the_text(paragraphs: list[str], mark: str) -> None:
    assert 0 <= quotations.quotation_length(paragraphs, mark, lambda text: text.startswith("b")) <= len(paragraphs)


def test_a_list_of_particulars_is_no_amendment() -> None:
    made, found = structure(
        """
        HABEN FOLGENDE VERORDNUNG ERLASSEN:
        # Artikel 1
        # Meldungen
        (1) Dabei werden folgende Angaben übermittelt:
        a) der Tag;
        b) der Liegeplatz.
        # Artikel 2
        # Sonstiges
        Nach Absatz 2 wird folgender Absatz eingefügt:
        „(2a) Fähren führen ein Licht.“
        """,
        "de",
    )
    zones = {s.span.of(made.text): s.zone for s in found.sentences}
    assert zones["der Tag;"] is Zone.ENACTING
    assert zones["Fähren führen ein Licht."] is Zone.AMENDMENT
    assert "Art 2 “(2a)”" in [p.place for p in found.provisions]


def _quoted(text: str, language: str | None = None) -> list[tuple[str, str]]:
    made, found = structure(text, language) if language else structure(text)
    places = {p.id: p.place for p in found.provisions}
    return [(places[s.provision], s.span.of(made.text)) for s in found.sentences if s.quoted]


def test_new_text_in_the_paragraph_that_announces_it_stands_apart() -> None:
    text = (
        HEAD
        + "(1) in Article 9, paragraph 2 is replaced by the following: ‘2. Carriers shall keep a log of every call.’;\n"
    )
    text += "(2) Article 10 is deleted."
    assert _quoted(text) == [("Art 1(1) “(2)”", "Carriers shall keep a log of every call.")]


def test_the_own_list_of_the_act_goes_on_behind_a_quotation_in_one_line() -> None:
    text = HEAD + (
        "(a) paragraph 2 is replaced by the following: ‘2. Carriers shall keep a log of every call.’; "
        "(b) paragraph 3 is replaced by the following: ‘3. Ferries shall show a lamp at every berth.’."
    )
    assert [place for place, _ in _quoted(text)] == ["Art 1(a) “(2)”", "Art 1(b) “(3)”"]


def test_words_that_replace_words_are_no_new_text() -> None:
    text = HEAD + "(1) in Article 9, the words ‘a log’ are replaced by the following: ‘two logs’;"
    assert _quoted(text) == []


def test_a_sentence_that_is_added_without_a_colon_is_new_text() -> None:
    text = """
    Čl. I
    Vyhláška č. 7/2030 Sb., o přístavech, se mění takto:
    1. V § 4 se na konci odstavce 2 doplňuje věta „Provozovatel přístavu vede o každém připlutí záznam a uchovává jej po dobu pěti let.“.
    2. V § 5 se slovo „loď“ nahrazuje slovem „plavidlo“.
    """
    assert [words[:20] for _, words in _quoted(text, "cs")] == ["Provozovatel přístav"]


def test_an_instruction_outside_of_articles_announces_new_text() -> None:
    text = """
    Sadamaseaduses tehakse järgmised muudatused:
    1) paragrahvi 4 täiendatakse lõikega 3 järgmises sõnastuses: „(3) Vedaja peab logiraamatut viis aastat.”;
    2) paragrahvi 5 täiendatakse lõigetega 2 1 ja 2 2 järgmises sõnastuses: „(2 1 ) Sadama pidaja avaldab tasud igal aastal.”.
    """
    assert next(words for _, words in _quoted(text, "et")).startswith("Vedaja peab")
    assert len(_quoted(text, "et")) == 2


def test_what_only_closes_ends_new_text_whose_opening_mark_was_lost() -> None:
    text = """
    Vyhláška č. 7/2030 Z. z. sa mení takto:
    V § 3 odsek 2 znie:
    Prevádzkovateľ prístavu vedie záznam o každom pristátí plavidla.“.
    Doterajšie odseky 3 a 4 sa označujú ako odseky 4 a 5.
    """
    assert [words for _, words in _quoted(text, "sk")] == [
        "Prevádzkovateľ prístavu vedie záznam o každom pristátí plavidla."
    ]


def test_the_heading_of_an_amending_article_is_none_of_the_new_text() -> None:
    _, found = structure(HEAD + "(1) Article 9 is replaced by the following:\n‘Carriers shall keep a log.’")
    assert {s.heading for s in found.sentences if s.quoted} == {""}


@pytest.mark.parametrize(
    ("text", "lost"),
    [("Carriers keep a log.”;", True), ("the ‘log’", False), ("‘Carriers keep a log.’", False), ("a log.", False)],
)
def test_a_mark_that_closes_nothing_in_its_paragraph(text: str, lost: bool) -> None:
    assert quotations.closes_what_was_lost(text) is lost


def test_what_announces_new_text_is_no_stem_of_its_paragraphs() -> None:
    _, found = structure(
        HEAD
        + "(1) in Article 9, the following paragraph 2 is added:\n‘2. Carriers shall:\n(a) keep a log;\n(b) show a lamp.’"
    )
    new = [s for s in found.sentences if s.quoted]
    assert new[0].stem is None
    assert [found.sentences[s.stem] is new[0] for s in new[1:] if s.stem is not None] == [True, True]


def test_instructions_before_the_first_division_are_no_preamble() -> None:
    text = """
    VYHLÁŠKA
    z 3. mája 2031,
    ktorou sa mení vyhláška č. 7/2030 Z. z. o prístavoch
    Vyhláška č. 7/2030 Z. z. sa mení takto:
    V § 3 odsek 2 znie:
    „(2) Prevádzkovateľ prístavu vedie záznam o každom pristátí plavidla.“.
    Čl. I
    Táto vyhláška nadobúda účinnosť 1. júna 2031.
    """
    assert [words[:13] for _, words in _quoted(text, "sk")] == ["Prevádzkovate"]
