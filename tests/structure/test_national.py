"""What national acts have and acts of the Union do not: run-in articles, other divisions, counted sentences."""

from __future__ import annotations

from trees import places, structure

from dutybook.records import Family, ProvisionKind, Zone


def _articles(text: str, language: str) -> list[tuple[str, str]]:
    _, found = structure(text, language)
    return [(p.number, p.heading) for p in found.provisions if p.kind is ProvisionKind.ARTICLE]


class TestRunInArticles:
    def test_they_make_a_statute(self) -> None:
        text = "Art. 1º O porto é aberto.\nArt. 2º O farol é branco.\nArt. 3º A boia é vermelha."
        assert structure(text, "pt")[1].family is Family.STATUTE

    def test_titles_where_most_articles_have_one(self) -> None:
        text = (
            "Artículo 1. Objeto.\nEsta ley regula los faros.\nArtículo 2. Guardia.\nEl farero velará.\n"
            "Artículo 3. Multa.\nLa multa será de cien euros."
        )
        assert _articles(text, "es") == [("1", "Objeto"), ("2", "Guardia"), ("3", "Multa")]

    def test_a_short_article_is_no_title(self) -> None:
        text = "Art. 1. Il porto è aperto.\nArt. 2. Il faro è bianco.\nArt. 3. La boa è rossa."
        made, found = structure(text, "it")
        assert [s.span.of(made.text) for s in found.sentences] == [
            "Il porto è aperto.",
            "Il faro è bianco.",
            "La boa è rossa.",
        ]

    def test_a_leap_is_a_citation(self) -> None:
        text = "Art. 1. Le port est ouvert.\nArt. 2. Le phare est blanc.\nArt. 1382. Du code civil, rien n'est changé."
        assert [number for number, _ in _articles(text, "fr")] == ["1", "2"]

    def test_an_inserted_code_does_not_stop_the_acts_own_count(self) -> None:
        text = "Art. 2. Le code suit.\nArt. IV.1. La lampe brille.\nArt. IV.2. La cloche sonne.\nArt. 3. La loi cesse."
        assert [number for number, _ in _articles(text, "fr")] == ["2", "IV.1", "IV.2", "3"]


class TestPreamble:
    def _zones(self, text: str, language: str) -> dict[str, Zone]:
        made, found = structure(text, language)
        return {s.span.of(made.text): s.zone for s in found.sentences}

    def test_reasons_without_a_heading_command_nothing(self) -> None:
        reasons = "Los faros deberán modernizarse."
        text = f"{reasons}\n# I\nLa Administración garantizará el servicio.\n# TÍTULO PRELIMINAR\n# Artículo 1. Guardia\nEl farero velará.\n# Artículo 2. Multa\nLa multa será alta.\n# Artículo 3. Cese\nLa ley cesará."
        zones = self._zones(text, "es")
        assert zones[reasons] is zones["La Administración garantizará el servicio."] is Zone.PREAMBLE
        assert zones["El farero velará."] is Zone.ENACTING

    def test_chapters_set_as_text_end_it(self) -> None:
        text = "Vu le code des phares, le ministre arrête :\nCHAPITRE 1er. - Des phares\nArt. 1er. Le gardien veille.\nArt. 2. La lampe brille.\nArt. 3. La cloche sonne."
        zones = self._zones(text, "fr")
        assert zones["Vu le code des phares, le ministre arrête :"] is Zone.PREAMBLE
        assert zones["Le gardien veille."] is Zone.ENACTING

    def test_terms_that_begin_in_the_middle_have_none(self) -> None:
        text = (
            "Der Wärter hat zu wachen.\n# § 7 Lampe\nDie Lampe ist zu putzen.\n# § 8 Glocke\nDie Glocke ist zu läuten."
        )
        assert Zone.PREAMBLE not in self._zones(text, "de").values()


class TestDivisions:
    def test_the_act_says_what_lies_within_what(self) -> None:
        _, found = structure("# Abschnitt 1\n# Titel 1\n# § 1 Eins\nEins.\n# Titel 2\n# § 2 Zwei\nZwei.", "de")
        by_id = {p.id: p for p in found.provisions}
        parents = {p.place: by_id[p.parent].place for p in found.provisions if p.parent}
        assert parents == {"Title 1": "Section 1", "§ 1": "Title 1", "Title 2": "Section 1", "§ 2": "Title 2"}

    def test_where_it_says_nothing_the_usual_order_holds(self) -> None:
        _, found = structure("# Titel 1\n# § 1 Eins\nEins.\n# Abschnitt 1\n# § 2 Zwei\nZwei.", "de")
        by_id = {p.id: p for p in found.provisions}
        assert [by_id[p.parent].place for p in found.provisions if p.place == "Section 1" and p.parent] == ["Title 1"]

    def test_a_numbered_command_about_a_section_is_no_section(self) -> None:
        text = (
            "# Artikel 1\nDas Gesetz wird wie folgt geändert:\n1. Abschnitt 2 wird aufgehoben.\n2. § 4 wird aufgehoben."
        )
        assert places(structure(text, "de")[1]) == ["Art 1", "Art 1(1)", "Art 1(2)"]


class TestContents:
    def test_sections_counted_anew_in_every_chapter_do_not_end_them(self) -> None:
        entries = "1. Hauptstück\n1. Abschnitt\n§ 1 Eins\n2. Hauptstück\n1. Abschnitt\n§ 2 Zwei\n"
        text = f"Inhaltsverzeichnis\n{entries}# 1. Hauptstück\n# 1. Abschnitt\n# § 1 Eins\nEins gilt.\n# § 2 Zwei\nZwei gilt."
        _, found = structure(text, "de")
        assert [p.number for p in found.provisions if p.kind is ProvisionKind.ARTICLE] == ["1", "2"]
        assert sum(p.kind is ProvisionKind.CONTENTS for p in found.provisions) == 7

    def test_bulleted_headings_are_entries(self) -> None:
        text = "• Artigo 1.º Objeto\n• Artigo 2.º Guarda\n# Artigo 1.º\n# Objeto\nO farol é branco."
        assert _articles(text, "pt") == [("1", "Objeto")]


class TestCountedSentences:
    def test_what_continues_a_list_belongs_to_its_sentence(self) -> None:
        text = (
            "# § 3 Meldung\n(1) Der Betreiber führt ein Buch. Er meldet\n1. den Tag und\n2. das Schiff\n"
            "unverzüglich der Behörde. Die Behörde bestätigt die Meldung."
        )
        made, found = structure(text, "de")
        assert {s.span.of(made.text)[:16]: s.place for s in found.sentences} == {
            "Der Betreiber fü": "§ 3 Abs. 1 Satz 1",
            "Er meldet": "§ 3 Abs. 1 Satz 2",
            "den Tag und": "§ 3 Abs. 1 Satz 2 Nr. 1",
            "das Schiff": "§ 3 Abs. 1 Satz 2 Nr. 2",
            "unverzüglich der": "§ 3 Abs. 1 Satz 2",
            "Die Behörde best": "§ 3 Abs. 1 Satz 3",
        }

    def test_provisions_and_other_languages_stay_without(self) -> None:
        _, found = structure("# § 3 Meldung\n(1) Eins gilt. Zwei gilt.", "de")
        assert places(found) == ["§ 3", "§ 3 Abs. 1"]
        _, found = structure("# Article 3\n1. The lamp is lit. The horn is sounded.", "en")
        assert {s.place for s in found.sentences} == {""}
