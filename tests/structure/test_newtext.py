"""New text for another act, with and without quotation marks: none of it is the amending act's own."""

from __future__ import annotations

import pytest
from trees import places, structure

from dutybook.records import Zone

# An act, what of it binds by itself, places in the new text, and the place that the act's own list has after it.
ACTS = {
    "en": (
        """
        REGULATION (EU) 2031/1
        HAVE ADOPTED THIS REGULATION:
        # Article 1
        # Amendments to the Harbour Code
        The Harbour Code is amended as follows:
        (1) Article 4 is replaced by the following:
        Article 4
        Lights
        1. A keeper shall light the lamp.
        2. A keeper shall keep a log containing:
        (a) the date;
        (b) the wind.
        (2) in Article 5, the following paragraph is added:
        3. A deputy shall do alike.
        (3) Article 6 is deleted.
        # Article 2
        # Entry into force
        This Regulation shall enter into force tomorrow.
        """,
        "This Regulation shall enter into force tomorrow.",
        ["Art 1(1) “Art 4(1)”", "Art 1(1) “Art 4(2)(b)”", "Art 1(2) “(3)”"],
        "Art 1(3)",
    ),
    "de": (
        """
        Gesetz zur Änderung des Hafengesetzes
        # Artikel 1
        # Änderung des Hafengesetzes
        Das Hafengesetz wird wie folgt geändert:
        1. § 4 wird wie folgt gefasst:
        § 4 Lichter
        (1) Der Wärter hat das Licht anzuzünden.
        (2) Der Wärter hat ein Buch zu führen.
        2. Nach § 5 wird folgender § 5a eingefügt:
        „§ 5a Nebel
        (1) Der Wärter hat bei Nebel zu hupen.
        (2) Das Horn ist täglich zu prüfen.“
        3. § 6 wird aufgehoben.
        # Artikel 2
        # Inkrafttreten
        Dieses Gesetz tritt am Tag nach der Verkündung in Kraft.
        """,
        "Dieses Gesetz tritt am Tag nach der Verkündung in Kraft.",
        ["Art 1(1) “§ 4 Abs. 2”", "Art 1(2) “§ 5a Abs. 2”"],
        "Art 1(3)",
    ),
    "fr": (
        """
        Loi relative aux ports
        Article 1er
        L'article 4 du code des ports est remplacé par les dispositions suivantes :
        Art. 4. - Le gardien doit allumer la lampe.
        Il doit tenir un journal.
        Article 2
        Le code des ports est ainsi modifié :
        1° L'article 5 est remplacé par les dispositions suivantes :
        « Art. 5. - Le gardien doit veiller.
        « Il doit dormir le jour. » ;
        2° L'article 6 est abrogé.
        Article 3
        La présente loi entre en vigueur demain.
        """,
        "La présente loi entre en vigueur demain.",
        ["Art 1 “Art 4 subpara 2”", "Art 2(1) “Art 5”"],
        "Art 2(2)",
    ),
    "es": (
        """
        Ley 4/2031, de puertos
        # Artículo 1. Modificación de la Ley de Puertos.
        La Ley de Puertos queda modificada como sigue:
        Uno. El artículo 4 queda redactado del siguiente modo:
        Artículo 4. Luces.
        1. El guarda deberá encender la lámpara.
        2. El guarda llevará un libro.
        Dos. Se suprime el artículo 6.
        # Artículo 2. Entrada en vigor.
        La presente ley entrará en vigor mañana.
        """,
        "La presente ley entrará en vigor mañana.",
        ["Art 1 subpara 2 “Art 4(2)”"],
        "Art 1 subpara 3",
    ),
    "it": (
        """
        Legge 4 maggio 2031
        # Art. 1
        # Modifiche al codice dei porti
        1. L'articolo 4 del codice dei porti è sostituito dal seguente:
        Art. 4. (Luci)
        1. Il guardiano deve accendere la lampada.
        2. Il guardiano tiene un registro.
        # Art. 2
        # Entrata in vigore
        1. La presente legge entra in vigore domani.
        """,
        "La presente legge entra in vigore domani.",
        ["Art 1(1) “Art 4(2)”"],
        "Art 2(1)",
    ),
    "nl": (
        """
        Wet van 4 mei 2031
        # Artikel 1
        De Havenwet wordt als volgt gewijzigd:
        A. Artikel 4 wordt vervangen door:
        Artikel 4
        1. De wachter moet de lamp aansteken.
        2. De wachter houdt een boek bij.
        B. Artikel 6 vervalt.
        # Artikel 2
        Deze wet treedt morgen in werking.
        """,
        "Deze wet treedt morgen in werking.",
        ["Art 1(A) “Art 4(2)”"],
        "Art 1(B)",
    ),
    "pl": (
        """
        Ustawa z dnia 4 maja 2031 r.
        Art. 1. W ustawie o portach wprowadza się następujące zmiany:
        1) art. 4 otrzymuje brzmienie:
        Art. 4. 1. Latarnik musi zapalić lampę.
        2. Latarnik prowadzi dziennik.
        2) w art. 5 dodaje się ust. 3 w brzmieniu:
        „3. Latarnik musi czuwać.”;
        3) uchyla się art. 6.
        Art. 2. Ustawa wchodzi w życie jutro.
        """,
        "Ustawa wchodzi w życie jutro.",
        ["Art 1(1) “Art 4(2)”", "Art 1(2) “(3)”"],
        "Art 1(3)",
    ),
}


@pytest.mark.parametrize("language", ACTS)
def test_only_what_the_amending_act_says_itself_binds(language: str) -> None:
    act, own, new, after = ACTS[language]
    made, found = structure(act, language)
    assert [s.span.of(made.text) for s in found.sentences if s.zone is Zone.ENACTING][-1:] == [own]
    assert {s.span.of(made.text) for s in found.sentences if s.zone is Zone.ENACTING} <= {own, "Art. 2."}
    assert set(new) <= set(places(found))
    assert after in places(found)


def zones(act: str, language: str = "en") -> list[tuple[str, str]]:
    _, found = structure(act, language)
    by_id = {p.id: p.place for p in found.provisions}
    return [(by_id[s.provision], str(s.zone)) for s in found.sentences]


def test_a_list_inside_the_new_text_counts_by_itself() -> None:
    found = zones(
        """
        HAVE ADOPTED THIS REGULATION:
        # Article 1
        # Amendment
        1. Article 4 of the Harbour Code is replaced by the following:
        Article 4
        1. A keeper shall light the lamp.
        2. A keeper shall keep a log.
        2. Article 6 of the Harbour Code is deleted.
        # Article 2
        # Logs
        A port shall keep a log.
        """
    )
    assert found[2:] == [
        ("Art 1(1) “Art 4(1)”", "amendment"),
        ("Art 1(1) “Art 4(2)”", "amendment"),
        ("Art 1(2)", "amendment"),
        ("Art 2", "enacting"),
    ]


def test_new_text_of_the_number_that_follows_is_not_the_next_article() -> None:
    found = zones(
        """
        HAVE ADOPTED THIS REGULATION:
        # Article 1
        # Amendment
        Article 2 of the Harbour Code is replaced by the following:
        # Article 2
        A keeper shall light the lamp.
        # Article 2
        # Logs
        A port shall keep a log.
        """
    )
    assert found[2:] == [("Art 1 “Art 2”", "amendment"), ("Art 2", "enacting")]


def test_a_list_of_what_is_repealed_announces_no_new_text() -> None:
    found = zones(
        """
        Article 1
        1. Sont abrogés :
        a) la loi du 3 mai 1931 ;
        b) la loi du 4 mai 1932.
        2. Le gardien doit veiller.
        """,
        "fr",
    )
    assert found[-1] == ("Art 1(2)", "enacting")


def test_one_paragraph_is_new_text_where_nothing_says_how_far_it_goes() -> None:
    found = zones(
        """
        HAVE ADOPTED THIS REGULATION:
        # Article 1
        # Harbours
        In Article 3 of the Code, the following paragraph is added:
        A deputy shall light the lamp.
        A port shall keep a log.
        """
    )
    assert [zone for _, zone in found[1:]] == ["amendment", "amendment", "enacting"]


def test_new_text_ends_at_the_heading_of_the_last_provisions() -> None:
    act = """
    DECRETO
    # Artículo único
    Se adicionan los artículos 7 y 8 al Reglamento de Faros, con la siguiente redacción:
    Artículo 7
    El farero encenderá la lámpara.
    Artículo 8
    El farero llevará un libro.
    TRANSITORIOS
    PRIMERO. El presente Decreto entrará en vigor al día siguiente de su publicación.
    """
    found = zones(act, "es")
    assert ("Art único “Art 8”", "amendment") in found
    assert found[-1][1] == "enacting"
