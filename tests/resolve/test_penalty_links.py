"""Which norms a penalty sanctions: those that its sentence or its list names, or all duties and bans of the act."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.document_view import DocumentView
from dutybook.languages import available
from dutybook.records import (
    BearerClass,
    Citation,
    Evidence,
    Modality,
    Norm,
    Penalty,
    Provision,
    ProvisionKind,
    Sentence,
    SentenceRole,
    Span,
    Strength,
    Zone,
)
from dutybook.resolve.penalty_links import covers, link_penalties
from views import view_of

FOUND = Evidence("test", "1", None, 0.9)
WORK = "harbour-act"


class Act:
    """An act of single sentences, each in a provision of its own, with citations where words stand in square brackets."""

    def __init__(self, language: str, *lines: tuple[str, str, int | None]) -> None:
        text = ""
        sentences: list[Sentence] = []
        provisions: list[Provision] = []
        self.citations: list[Citation] = []
        for number, (place, words, stem) in enumerate(lines):
            start = len(text)
            while "[" in words:
                before, _, rest = words.partition("[")
                cited, _, behind = rest.partition("]")
                as_written, _, target = cited.partition("=")
                at = Span(start + len(before), start + len(before) + len(as_written))
                self.citations.append(Citation(str(at), at, as_written, WORK, target, True, FOUND))
                words = before + as_written + behind
            text += words + "\n"
            span = Span(start, len(text) - 1)
            role = SentenceRole.ITEM if stem is not None else SentenceRole.SENTENCE
            sentences.append(Sentence(span, str(number), Zone.ENACTING, language, role, stem))
            provisions.append(Provision(str(number), None, ProvisionKind.ARTICLE, "", "", span, place, Zone.ENACTING))
        self.sentences = sentences
        self.view: DocumentView = view_of(text, sentences, language=language, provisions=provisions, work=WORK)

    def link(self, threats: list[int], *norms: tuple[str, str]) -> dict[str, list[str]]:
        """The norms that are sanctioned, by place, each with the numbers of the sentences that threaten its penalties."""
        made = [
            Norm(
                id=place,
                provision="0",
                place=place,
                span=self.sentences[0].span,
                evidence=FOUND,
                modality=Modality(modality),
                strength=Strength.MUST,
                bearer_class=BearerClass.BUSINESS,
                bearer=None,
                action=None,
                recipient=None,
                condition=None,
                exception=None,
                stem=None,
                language=self.view.language,
            )
            for place, modality in norms
        ]
        penalties = [Penalty(str(n), self.sentences[n].span, (), FOUND) for n in threats]
        linked = link_penalties(self.view, made, penalties, self.citations)
        return {norm.place: list(norm.penalties) for norm in linked if norm.penalties}


DUTIES = (("Art 1", "obligation"), ("Art 2", "prohibition"), ("Art 3", "permission"), ("Art 9(2)", "obligation"))
#: A fine for any breach of the act.
BREACHES = {
    "bg": "За нарушение на този закон се налага глоба от 500 лева.",
    "cs": "Za porušení tohoto zákona se uloží pokuta do 500 eur.",
    "da": "Overtrædelse af denne lov straffes med bøde på 500 euro.",
    "de": "Verstöße gegen diese Verordnung werden mit einer Geldbuße bis zu 500 Euro geahndet.",
    "el": "Η παράβαση των διατάξεων του παρόντος νόμου τιμωρείται με πρόστιμο 500 ευρώ.",
    "en": "Any breach of this Order is punished by a fine of 500 euros.",
    "es": "El incumplimiento de la presente ordenanza se sancionará con multa de 500 euros.",
    "et": "Käesoleva määruse rikkumise eest karistatakse rahatrahviga kuni 500 eurot.",
    "fi": "Tämän lain rikkomisesta määrätään 500 euron sakko.",
    "fr": "Toute infraction aux dispositions du présent arrêté est punie d’une amende de 750 euros.",
    "ga": "Aon duine a sháraíonn an tAcht seo, gearrfar fíneáil 500 euro air.",
    "hr": "Za povredu ovoga zakona izriče se novčana kazna od 500 eura.",
    "hu": "Aki e rendelet előírásait megszegi, 500 euró bírsággal sújtható.",
    "it": "La violazione della presente ordinanza è punita con la sanzione di 500 euro.",
    "lt": "Asmenims, pažeidusiems šio įstatymo reikalavimus, skiriama 500 eurų bauda.",
    "lv": "Par šo noteikumu pārkāpumu piemēro naudas sodu līdz 500 eiro.",
    "mt": "Kull min jikser dan l-Att jeħel multa ta’ 500 euro.",
    "nl": "Overtreding van deze verordening wordt gestraft met een boete van 500 euro.",
    "pl": "Kto narusza przepisy niniejszej ustawy, podlega grzywnie do 500 euro.",
    "pt": "A violação do disposto na presente lei é punida com coima de 500 euros.",
    "ro": "Încălcarea prezentei legi se sancționează cu amendă de 500 de euro.",
    "sk": "Za porušenie tohto zákona sa uloží pokuta do 500 eur.",
    "sl": "Za kršitev tega zakona se izreče globa 500 evrov.",
    "sv": "Den som bryter mot denna lag döms till böter om 500 euro.",
}
#: Words that say contrary to a provision.
CONTRARY = [
    ("fi", "Joka toimii [1 artiklan=Art 1] vastaisesti, tuomitaan sakkoon."),
    ("hu", "Aki az [1. cikkben=Art 1] foglaltakat megszegi, bírsággal sújtható."),
    ("hr", "Kaznit će se osoba koja postupa protivno [članku 1.=Art 1]"),
    ("sl", "Z globo se kaznuje, kdor ravna v nasprotju s [1. členom=Art 1]"),
    ("en", "Whoever anchors contrary to [Article 1=Art 1] is fined."),
    ("de", "Wer gegen das Verbot nach [Artikel 1=Art 1] verstösst, wird mit Busse bestraft."),
    ("nl", "Hij die het verbod van [artikel 1=Art 1] overtreedt, wordt gestraft met een geldboete."),
    ("sv", "Den som inte följer [artikel 1=Art 1] döms till böter."),
    ("es", "Quienes contravengan [el artículo 1=Art 1] serán sancionados con multa."),
]
#: Who does not do what a provision says.
OMITTED = [
    ("bg", "Търговец, който не води дневник по [чл. 1=Art 1], се наказва с глоба 500 лв."),
    ("cs", "Kdo nevede deník podle [článku 1=Art 1], zaplatí pokutu 500 Kč."),
    ("da", "Den, der ikke fører en logbog efter [artikel 1=Art 1], straffes med bøde."),
    ("de", "Wer das Hafenbuch nach [Artikel 1=Art 1] nicht führt, wird mit Busse bestraft."),
    ("el", "Όποιος δεν τηρεί ημερολόγιο κατά το [άρθρο 1=Art 1] τιμωρείται με πρόστιμο."),
    ("en", "A skipper who does not keep the log described in [Article 1=Art 1] is liable to a fine of 500 euros."),
    ("es", "El patrón que no lleve el libro previsto en [el artículo 1=Art 1] será castigado con multa."),
    ("et", "Isikut, kes ei pea [artiklis 1=Art 1] nimetatud päevikut, karistatakse rahatrahviga."),
    ("fi", "Joka ei pidä [1 artiklassa=Art 1] tarkoitettua päiväkirjaa, tuomitaan sakkoon."),
    ("fr", "L’armateur qui ne tient pas le registre prévu à [l’article 1=Art 1] est puni d’une amende."),
    ("hr", "Kaznit će se brodar ako ne vodi dnevnik iz [članka 1.=Art 1]"),
    ("hu", "Aki az [1. cikk=Art 1] szerinti naplót nem vezeti, bírsággal sújtható."),
    ("it", "L’armatore che non tiene il registro di cui all’[articolo 1=Art 1] è punito con una multa."),
    ("lt", "Laivo savininkas, kuris nepildo [1 straipsnyje=Art 1] nurodyto žurnalo, baudžiamas bauda."),
    ("lv", "Kuģa īpašnieks, kas neved [1. pantā=Art 1] minēto žurnālu, maksā naudas sodu."),
    ("nl", "Hij die het logboek van [artikel 1=Art 1] niet bijhoudt, wordt gestraft met een geldboete."),
    ("pl", "Kto dziennika, o którym mowa w [art. 1=Art 1], nie prowadzi, podlega karze grzywny."),
    ("pt", "O armador que não mantenha o registo previsto no [artigo 1.º=Art 1] é punido com coima."),
    ("ro", "Armatorul care nu ține jurnalul prevăzut la [art. 1=Art 1] se sancționează cu amendă."),
    ("sk", "Kto nevedie denník podľa [článku 1=Art 1], zaplatí pokutu 500 eur."),
    ("sl", "Z globo 450 evrov se kaznuje ladjar, če ne vodi dnevnika iz [1. člena=Art 1]"),
    ("sv", "Den som inte för loggbok enligt [artikel 1=Art 1] döms till böter."),
    ("ga", "Aon mháistir nach gcoinníonn an logleabhar dá bhforáiltear in [Airteagal 1=Art 1], gearrfar fíneáil air."),
    ("mt", "Kull kaptan li ma jżommx ir-reġistru msemmi fl-[Artikolu 1=Art 1] jeħel multa."),
    ("fr", "L’armateur qui n’a pas ouvert le registre prévu à [l’article 1=Art 1] est puni d’une amende."),
]


def test_every_language_has_a_sentence() -> None:
    assert set(BREACHES) == set(available())


@pytest.mark.parametrize("language", sorted(BREACHES))
def test_a_fine_for_any_breach_of_the_act_sanctions_its_duties_and_bans(language: str) -> None:
    act = Act(language, ("Art 9", BREACHES[language], None))
    assert act.link([0], *DUTIES) == {"Art 1": ["0"], "Art 2": ["0"]}


def test_provisions_that_are_left_out_of_the_act_are_not_sanctioned() -> None:
    act = Act("en", ("Art 9", "Any breach of this Act, other than of [Article 1=Art 1], is punished by a fine.", None))
    assert act.link([0], *DUTIES) == {"Art 2": ["0"]}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "An officer who, in breach of this Act, tells others of the log is punished by a fine."),
        ("el", "Ο υπάλληλος που, κατά παράβαση του παρόντος νόμου, αποκαλύπτει το ημερολόγιο τιμωρείται με πρόστιμο."),
        ("fr", "L’agent qui, en violation de la présente loi, révèle le journal est puni d’une amende."),
        ("pt", "O agente que, em violação da presente lei, revele o diário é punido com coima."),
    ],
)
def test_one_who_does_something_in_breach_of_the_act_is_not_fined_for_any_breach(language: str, words: str) -> None:
    assert Act(language, ("Art 9", words, None)).link([0], *DUTIES) == {}


def test_a_fine_under_this_act_is_none_for_breaking_it() -> None:
    act = Act("en", ("Art 9", "A fine under this Act is paid within a month.", None))
    assert act.link([0], *DUTIES) == {}


def test_the_items_of_a_threat_are_its_offences_whatever_their_words() -> None:
    act = Act(
        "en",
        ("Art 9(1)", "A skipper is fined up to 500 euros who:", None),
        ("Art 9(1)(a)", "keeps no log as described in [Article 1=Art 1];", 0),
        ("Art 9(1)(b)", "anchors where [Article 2=Art 2] has the fairway.", 0),
        ("Art 9(2)", "A mate who commits an offence of [paragraph 1=Art 9(1)] is fined up to 100 euros.", None),
    )
    assert act.link([0, 3], *DUTIES) == {"Art 1": ["0", "3"], "Art 2": ["0", "3"]}


def test_an_item_that_threatens_a_penalty_itself_says_what_it_is_for() -> None:
    act = Act(
        "en",
        ("Art 9", "The court may impose these penalties:", None),
        ("Art 9(a)", "a fine for infringements of [Article 1=Art 1];", 0),
        ("Art 9(b)", "a ban by the procedure of [Article 2=Art 2].", 0),
    )
    assert act.link([1, 2], *DUTIES) == {"Art 1": ["1"]}


def test_items_with_fines_of_their_own_below_words_of_infringement() -> None:
    act = Act(
        "en",
        ("Art 9", "Infringements are punished as follows:", None),
        ("Art 9(a)", "of [Article 1=Art 1], by a fine of 500 euros;", 0),
        ("Art 9(b)", "of [Article 2=Art 2], by a fine of 900 euros.", 0),
    )
    assert act.link([1, 2], *DUTIES) == {"Art 1": ["1"], "Art 2": ["2"]}


@pytest.mark.parametrize(("language", "words"), [*CONTRARY, *OMITTED])
def test_who_breaks_a_provision_or_omits_what_it_says_is_fined_for_it(language: str, words: str) -> None:
    assert Act(language, ("Art 9", words, None)).link([0], *DUTIES) == {"Art 1": ["0"]}


def test_every_language_can_name_what_is_omitted() -> None:
    assert {language for language, _ in OMITTED} == set(available())


def test_a_fine_for_breaking_this_article_is_not_for_the_whole_act() -> None:
    words = "Οι παραβάτες του παρόντος άρθρου τιμωρούνται με πρόστιμο."
    assert Act("el", ("Art 9", words, None)).link([0], *DUTIES) == {}


def test_who_omits_one_thing_is_not_fined_for_any_breach() -> None:
    words = "Who does not give an answer under this Act is fined."
    assert Act("en", ("Art 9", words, None)).link([0], *DUTIES) == {}


def test_offences_of_a_threat_name_their_provisions_in_brackets() -> None:
    words = "Kaznit će se brodar: – kasni s prijavom ([članak 1.=Art 1]), kako određuje inspektor iz [članka 2.=Art 2]."
    assert Act("hr", ("Art 9", words, None)).link([0], *DUTIES) == {"Art 1": ["0"]}


def test_who_breaks_an_article_breaks_no_permission_in_it() -> None:
    act = Act("en", ("Art 9", "Whoever acts contrary to [Article 1=Art 1] is fined.", None))
    norms = ("Art 1(1)", "prohibition"), ("Art 1(2)", "permission"), ("Art 1(3)", "exemption")
    assert act.link([0], *norms) == {"Art 1(1)": ["0"]}


def test_what_the_act_does_not_have_is_no_place_that_is_infringed() -> None:
    words = "Without prejudice to [Articles 269 to 274=Art 269-274] of the Code of Tides, any breach of this Act"
    act = Act(
        "nl",
        (
            "Art 9",
            "Onverminderd [de artikelen 269 tot 274=Art 269-274] van de Getijdencode wordt overtreding van deze wet gestraft.",
            None,
        ),
    )
    assert act.link([0], *DUTIES) == {"Art 1": ["0"], "Art 2": ["0"]}
    assert Act("en", ("Art 9", f"{words} is fined.", None)).link([0], *DUTIES) == {"Art 1": ["0"], "Art 2": ["0"]}


def test_offences_of_the_paragraph_before_and_of_no_other() -> None:
    act = Act(
        "de",
        ("§ 9 Abs. 1", "Ordnungswidrig handelt, wer entgegen [§ 1=§ 1] kein Buch führt.", None),
        ("§ 9 Abs. 2", "Ordnungswidrig handelt, wer entgegen [§ 2=§ 2] ankert.", None),
        ("§ 9 Abs. 3", "Die Ordnungswidrigkeit wird mit einer Geldbuße bis zu 500 Euro geahndet.", None),
    )
    assert act.link([2], ("§ 1", "obligation"), ("§ 2", "prohibition")) == {"§ 2": ["2"]}


def test_another_fine_below_one_for_any_breach_is_for_what_it_names() -> None:
    act = Act(
        "en",
        ("Art 9(1)", "Any breach of this Act is punished by a fine of 500 euros.", None),
        ("Art 9(2)", "Skippers who sell rotten fish are punished by a fine of 900 euros.", None),
    )
    assert act.link([0, 1], *DUTIES) == {"Art 1": ["0"], "Art 2": ["0"]}


def test_margin_numbers_are_each_a_provision() -> None:
    act = Act("en", ("Margin no. 9", "Any breach of this Decision is punished by a fine.", None))
    assert act.link([0], ("Margin no. 1", "obligation"), ("Margin no. 9", "obligation")) == {"Margin no. 1": ["0"]}


@pytest.mark.parametrize(
    ("cited", "place", "expected"),
    [
        ("Art 5", "Art 5(1)(a)", True),
        ("Art 5", "Art 50", False),
        ("Art 5(1)", "Art 5", False),
        ("Art 25-39", "Art 26(5)", True),
        ("Art 25-39", "Art 40", False),
        ("Art 25-39", "Art 26a", True),
        ("§ 2 Abs. 1 Nr. 1-3", "§ 2 Abs. 1 Nr. 2", True),
        ("§ 2 Abs. 1 Nr. 1-3", "§ 2 Abs. 2 Nr. 2", False),
        ("", "Art 5", False),
    ],
)
def test_what_a_citation_covers(cited: str, place: str, expected: bool) -> None:
    assert covers(cited, place) is expected


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_a_range_covers_its_numbers_only(first: int, last: int, number: int) -> None:
    assert covers(f"Art {first}-{last}", f"Art {number}(1)") is (first <= number <= last)
