"""What an act does to others, as titles and enacting terms in every language say it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dutybook.extract.relations import Subject, find_relations
from dutybook.languages import available
from dutybook.languages.relations import relation_words
from dutybook.records import Sentence, Span, Zone
from together import check_each
from views import view_of

_OWN_TEXT = Path(__file__).read_text(encoding="utf-8")
A, R = "amends 32031R0005", "repeals 32013L0077"

# An act that amends one and repeals another, as its title says.
TITLES = {
    "bg": "за морските фарове и за изменение на Регламент (ЕС) 2031/5 и за отмяна на Директива 2013/77/ЕС",
    "cs": "o majácích, o změně nařízení (EU) 2031/5 a o zrušení směrnice 2013/77/EU",
    "da": "om fyrtårne, om ændring af forordning (EU) 2031/5 og om ophævelse af direktiv 2013/77/EU",
    "de": "über Leuchttürme, zur Änderung der Verordnung (EU) 2031/5 und zur Aufhebung der Richtlinie 2013/77/EU",
    "el": "σχετικά με τους φάρους, για την τροποποίηση του κανονισμού (ΕΕ) 2031/5 και την κατάργηση της οδηγίας 2013/77/ΕΕ",
    "en": "on lighthouses, amending Regulation (EU) 2031/5 and repealing Directive 2013/77/EU",
    "es": "sobre faros, por el que se modifica el Reglamento (UE) 2031/5 y se deroga la Directiva 2013/77/UE",
    "et": "mis käsitleb tuletorne, millega muudetakse määrust (EL) 2031/5 ja tunnistatakse kehtetuks direktiiv 2013/77/EL",
    "fi": "majakoista, asetuksen (EU) 2031/5 muuttamisesta ja direktiivin 2013/77/EU kumoamisesta",
    "fr": "sur les phares, modifiant le règlement (UE) 2031/5 et abrogeant la directive 2013/77/UE",
    "ga": "maidir le tithe solais, lena leasaítear Rialachán (AE) 2031/5 agus lena n-aisghairtear Treoir 2013/77/AE",
    "hr": "o svjetionicima, o izmjeni Uredbe (EU) 2031/5 i o stavljanju izvan snage Direktive 2013/77/EU",
    "hu": "a világítótornyokról, az (EU) 2031/5 rendelet módosításáról és a 2013/77/EU irányelv hatályon kívül helyezéséről",
    "it": "sui fari, che modifica il regolamento (UE) 2031/5 e che abroga la direttiva 2013/77/UE",
    "lt": "dėl švyturių, kuriuo iš dalies keičiamas Reglamentas (ES) 2031/5 ir panaikinama Direktyva 2013/77/ES",
    "lv": "par bākām, ar ko groza Regulu (ES) 2031/5 un atceļ Direktīvu 2013/77/ES",
    "mt": "dwar il-fanali, li jemenda r-Regolament (UE) 2031/5 u li jħassar id-Direttiva 2013/77/UE",
    "nl": "inzake vuurtorens, tot wijziging van Verordening (EU) 2031/5 en tot intrekking van Richtlijn 2013/77/EU",
    "pl": "w sprawie latarni, zmieniające rozporządzenie (UE) 2031/5 oraz uchylające dyrektywę 2013/77/UE",
    "pt": "relativo aos faróis, que altera o Regulamento (UE) 2031/5 e que revoga a Diretiva 2013/77/UE",
    "ro": "privind farurile, de modificare a Regulamentului (UE) 2031/5 și de abrogare a Directivei 2013/77/UE",
    "sk": "o majákoch, ktorým sa mení nariadenie (EÚ) 2031/5 a zrušuje smernica 2013/77/EÚ",
    "sl": "o svetilnikih, o spremembi Uredbe (EU) 2031/5 in razveljavitvi Direktive 2013/77/EU",
    "sv": "om fyrar, om ändring av förordning (EU) 2031/5 och om upphävande av direktiv 2013/77/EU",
}

# Articles that do it: the sentence, and what follows.
SENTENCES = [
    ("bg", "Регламент (ЕС) 2031/5 се изменя, както следва:", {A}),
    ("bg", "Директива 2013/77/ЕС се отменя.", {R}),
    ("cs", "Nařízení (EU) 2031/5 se mění takto:", {A}),
    ("cs", "Směrnice 2013/77/EU se zrušuje.", {R}),
    ("da", "I forordning (EU) 2031/5 foretages følgende ændringer:", {A}),
    ("da", "Direktiv 2013/77/EU ophæves.", {R}),
    ("de", "Die Verordnung (EU) 2031/5 wird wie folgt geändert:", {A}),
    ("de", "Artikel 4 der Verordnung (EU) 2031/5 erhält folgende Fassung:", {A}),
    ("de", "Die Richtlinie 2013/77/EU wird mit Wirkung vom 3. März 2032 aufgehoben.", {R}),
    ("el", "Ο κανονισμός (ΕΕ) 2031/5 τροποποιείται ως εξής:", {A}),
    ("el", "Η οδηγία 2013/77/ΕΕ καταργείται.", {R}),
    ("en", "Regulation (EU) 2031/5 is amended as follows:", {A}),
    ("en", "Directive 2013/77/EU is repealed with effect from 3 March 2032.", {R}),
    ("en", "Directives 2013/77/EU and 2013/78/EU are hereby repealed.", {R, "repeals 32013L0078"}),
    ("es", "El Reglamento (UE) 2031/5 queda modificado como sigue:", {A}),
    ("es", "Queda derogada la Directiva 2013/77/UE.", {R}),
    ("et", "Määrust (EL) 2031/5 muudetakse järgmiselt.", {A}),
    ("fi", "Muutetaan asetus (EU) 2031/5 seuraavasti:", {A}),
    ("fi", "Kumotaan direktiivi 2013/77/EU.", {R}),
    ("fr", "Le règlement (UE) 2031/5 est modifié comme suit:", {A}),
    ("fr", "La directive 2013/77/UE est abrogée avec effet au 3 mars 2032.", {R}),
    ("ga", "Leasaítear Rialachán (AE) 2031/5 mar a leanas:", {A}),
    ("ga", "Aisghairtear Treoir 2013/77/AE.", {R}),
    ("hr", "Uredba (EU) 2031/5 mijenja se kako slijedi:", {A}),
    ("hr", "Direktiva 2013/77/EU stavlja se izvan snage.", {R}),
    ("hu", "Az (EU) 2031/5 rendelet a következőképpen módosul:", {A}),
    ("hu", "A 2013/77/EU irányelv hatályát veszti.", {R}),
    ("it", "Il regolamento (UE) 2031/5 è così modificato:", {A}),
    ("it", "La direttiva 2013/77/UE è abrogata.", {R}),
    ("lt", "Reglamentas (ES) 2031/5 iš dalies keičiamas taip:", {A}),
    ("lt", "Direktyva 2013/77/ES panaikinama.", {R}),
    ("lv", "Regulu (ES) 2031/5 groza šādi:", {A}),
    ("lv", "Direktīvu 2013/77/ES atceļ.", {R}),
    ("mt", "Ir-Regolament (UE) 2031/5 huwa emendat kif ġej:", {A}),
    ("mt", "Id-Direttiva 2013/77/UE hija mħassra.", {R}),
    ("nl", "Verordening (EU) 2031/5 wordt als volgt gewijzigd:", {A}),
    ("nl", "Richtlijn 2013/77/EU wordt ingetrokken.", {R}),
    ("pl", "W rozporządzeniu (UE) 2031/5 wprowadza się następujące zmiany:", {A}),
    ("pl", "Dyrektywa 2013/77/UE traci moc.", {R}),
    ("pl", "Uchyla się dyrektywę 2013/77/UE.", {R}),
    ("pt", "O Regulamento (UE) 2031/5 é alterado do seguinte modo:", {A}),
    ("pt", "É revogada a Diretiva 2013/77/UE.", {R}),
    ("ro", "Regulamentul (UE) 2031/5 se modifică după cum urmează:", {A}),
    ("ro", "Directiva 2013/77/UE se abrogă.", {R}),
    ("sk", "Nariadenie (EÚ) 2031/5 sa mení takto:", {A}),
    ("sk", "Smernica 2013/77/EÚ sa zrušuje.", {R}),
    ("sl", "Uredba (EU) 2031/5 se spremeni:", {A}),
    ("sl", "Direktiva 2013/77/EU se razveljavi.", {R}),
    ("sv", "Förordning (EU) 2031/5 ska ändras på följande sätt:", {A}),
    ("sv", "Direktiv 2013/77/EU ska upphöra att gälla.", {R}),
    ("en", "Regulation (EU) 2031/5 shall be amended as follows:", {A}),
    ("en", "Directive 2013/77/EU shall be repealed.", {R}),
    ("de", "In der Verordnung (EU) 2031/5 wird folgender Artikel eingefügt:", {A}),
    ("de", "Die Richtlinie 2013/77/EU tritt mit Ablauf des 3. März 2032 außer Kraft.", {R}),
    ("da", "Forordning (EU) 2031/5 ændres således:", {A}),
    ("pl", "Dyrektywy 2013/77/UE i 2013/78/UE tracą moc.", {R, "repeals 32013L0078"}),
    ("sv", "Direktiv 2013/77/EU upphävs.", {R}),
    ("hr", "Direktive 2013/77/EU i 2013/78/EU stavljaju se izvan snage.", {R, "repeals 32013L0078"}),
    # part of an act is not the act
    ("en", "Article 4 of Directive 2013/77/EU is repealed.", {"amends 32013L0077"}),
    # who did something is not its object
    ("en", "Regulation (EU) 2031/5, as amended by Regulation (EU) 2032/6, is amended as follows:", {A}),
    (
        "de",
        "Die Verordnung (EU) 2031/5, zuletzt geändert durch die Verordnung (EU) 2032/6, wird wie folgt geändert:",
        {A},
    ),
    ("bg", "Регламент (ЕС) 2031/5, изменен с Регламент (ЕС) 2032/6, се изменя, както следва:", {A}),
    ("cs", "Nařízení (EU) 2031/5, změněné nařízením (EU) 2032/6, se mění takto:", {A}),
    ("da", "I forordning (EU) 2031/5, som ændret ved forordning (EU) 2032/6, foretages følgende ændringer:", {A}),
    ("el", "Ο κανονισμός (ΕΕ) 2031/5, όπως τροποποιήθηκε με τον κανονισμό (ΕΕ) 2032/6, τροποποιείται ως εξής:", {A}),
    ("es", "El Reglamento (UE) 2031/5, modificado por el Reglamento (UE) 2032/6, queda modificado como sigue:", {A}),
    ("et", "Määrust (EL) 2031/5, mida on muudetud määrusega (EL) 2032/6, muudetakse järgmiselt.", {A}),
    ("fi", "Muutetaan asetus (EU) 2031/5, sellaisena kuin se on asetuksessa (EU) 2032/6, seuraavasti:", {A}),
    (
        "fr",
        "Le règlement (UE) 2031/5, modifié en dernier lieu par le règlement (UE) 2032/6, est modifié comme suit:",
        {A},
    ),
    ("ga", "Leasaítear Rialachán (AE) 2031/5, arna leasú le Rialachán (AE) 2032/6, mar a leanas:", {A}),
    ("hr", "Uredba (EU) 2031/5, kako je izmijenjena Uredbom (EU) 2032/6, mijenja se kako slijedi:", {A}),
    ("hu", "A (EU) 2032/6 rendelettel módosított (EU) 2031/5 rendelet a következőképpen módosul:", {A}),
    ("it", "Il regolamento (UE) 2031/5, modificato dal regolamento (UE) 2032/6, è così modificato:", {A}),
    ("lt", "Reglamentas (ES) 2031/5, pakeistas Reglamentu (ES) 2032/6, iš dalies keičiamas taip:", {A}),
    ("lv", "Regulu (ES) 2031/5, kas grozīta ar Regulu (ES) 2032/6, groza šādi:", {A}),
    ("mt", "Ir-Regolament (UE) 2031/5, kif emendat bir-Regolament (UE) 2032/6, huwa emendat kif ġej:", {A}),
    ("nl", "Verordening (EU) 2031/5, gewijzigd bij Verordening (EU) 2032/6, wordt als volgt gewijzigd:", {A}),
    (
        "pl",
        "W rozporządzeniu (UE) 2031/5, zmienionym rozporządzeniem (UE) 2032/6, wprowadza się następujące zmiany:",
        {A},
    ),
    ("pt", "O Regulamento (UE) 2031/5, alterado pelo Regulamento (UE) 2032/6, é alterado do seguinte modo:", {A}),
    ("ro", "Regulamentul (UE) 2031/5, modificat prin Regulamentul (UE) 2032/6, se modifică după cum urmează:", {A}),
    ("sk", "Nariadenie (EÚ) 2031/5, zmenené nariadením (EÚ) 2032/6, sa mení takto:", {A}),
    ("sl", "Uredba (EU) 2031/5, kakor je bila spremenjena z Uredbo (EU) 2032/6, se spremeni:", {A}),
    ("sv", "Förordning (EU) 2031/5, ändrad genom förordning (EU) 2032/6, ska ändras på följande sätt:", {A}),
    # no act that is clear, no statement about one
    ("en", "References to the repealed Directive shall be construed as references to this Regulation.", set()),
    ("en", "Where a licence is amended, the port shall tell the authority named in Regulation (EU) 2031/5.", set()),
    ("en", "Operators shall comply with Regulation (EU) 2031/5 until their licence is repealed.", set()),
    ("fr", "La licence est modifiée conformément au règlement (UE) 2031/5.", set()),
    ("de", "Verpflichtete haben die Umsetzung der Richtlinie 2013/77/EU sicherzustellen.", set()),
]


def _found(
    text: str, language: str, *, title: bool, own: Subject | None = None, zone: Zone = Zone.ENACTING
) -> set[str]:
    span = Span(0, len(text))
    sentences = [] if title else [Sentence(span, "p", zone, language)]
    view = view_of(text, sentences, language=language, place="Art 9")
    found = find_relations(view, own or Subject("32031R0777", union=True), [span] if title else [])
    assert all(r.work == (own.work if own else "32031R0777") for r in found)
    assert all(r.span == span for r in found)
    return {f"{r.kind.value} {r.related}" for r in found}


@pytest.mark.parametrize("language", available())
def test_titles_in_every_language(language: str) -> None:
    assert _found(TITLES[language], language, title=True) == {A, R}


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("cs", "kterým se mění nařízení (EU) 2031/5 a kterým se zrušuje směrnice 2013/77/EU"),
        ("es", "que modifica el Reglamento (UE) 2031/5 y por el que se deroga la Directiva 2013/77/UE"),
        ("fr", "portant modification du règlement (UE) 2031/5 et portant abrogation de la directive 2013/77/UE"),
        ("it", "recante modifica del regolamento (UE) 2031/5 e recante abrogazione della direttiva 2013/77/UE"),
        ("nl", "houdende wijziging van Verordening (EU) 2031/5 en houdende intrekking van Richtlijn 2013/77/EU"),
        ("pl", "w sprawie zmiany rozporządzenia (UE) 2031/5 oraz w sprawie uchylenia dyrektywy 2013/77/UE"),
        ("ro", "pentru modificarea Regulamentului (UE) 2031/5 și pentru abrogarea Directivei 2013/77/UE"),
        ("sk", "ktorým sa mení nariadenie (EÚ) 2031/5 a ktorým sa zrušuje smernica 2013/77/EÚ"),
        ("sv", "om ändring i förordning (EU) 2031/5 och om upphävande av direktiv 2013/77/EU"),
    ],
)
def test_titles_in_other_words(language: str, title: str) -> None:
    assert _found(title, language, title=True) == {A, R}


@pytest.mark.parametrize(("language", "sentence", "relations"), SENTENCES)
def test_enacting_terms(language: str, sentence: str, relations: set[str]) -> None:
    assert _found(sentence, language, title=False) == relations


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("bg", "за допълнение на Регламент (ЕС) 2031/5 по отношение на фаровете"),
        ("cs", "kterým se doplňuje nařízení (EU) 2031/5, pokud jde o majáky"),
        ("da", "om supplerende regler til forordning (EU) 2031/5 for så vidt angår fyrtårne"),
        ("de", "zur Ergänzung der Verordnung (EU) 2031/5 im Hinblick auf Leuchttürme"),
        ("el", "για τη συμπλήρωση του κανονισμού (ΕΕ) 2031/5 όσον αφορά τους φάρους"),
        ("en", "supplementing Regulation (EU) 2031/5 with regard to lighthouses"),
        ("en", "laying down implementing technical standards for the application of Regulation (EU) 2031/5"),
        ("de", "zur Durchführung der Verordnung (EU) 2031/5 für Leuchttürme"),
        ("de", "mit Durchführungsbestimmungen zu der Verordnung (EU) 2031/5"),
        ("en", "implementing Regulation (EU) 2031/5 as regards lighthouses"),
        ("fr", "portant modalités d'application du règlement (UE) 2031/5"),
        ("it", "recante modalità di applicazione del regolamento (UE) 2031/5"),
        ("nl", "tot vaststelling van nadere regels voor de toepassing van Verordening (EU) 2031/5"),
        ("pl", "ustanawiające zasady stosowania rozporządzenia (UE) 2031/5"),
        ("pt", "que estabelece as normas de execução do Regulamento (UE) 2031/5"),
        ("es", "por el que se establecen disposiciones de ejecución del Reglamento (UE) 2031/5"),
        ("da", "om gennemførelsesbestemmelser til forordning (EU) 2031/5"),
        ("sv", "om tillämpningsföreskrifter för förordning (EU) 2031/5"),
        ("es", "por el que se completa el Reglamento (UE) 2031/5 en lo que respecta a los faros"),
        ("et", "millega täiendatakse määrust (EL) 2031/5 seoses tuletornidega"),
        ("fi", "asetuksen (EU) 2031/5 täydentämisestä majakoiden osalta"),
        ("fr", "complétant le règlement (UE) 2031/5 en ce qui concerne les phares"),
        ("ga", "lena bhforlíontar Rialachán (AE) 2031/5 maidir le tithe solais"),
        ("hr", "o dopuni Uredbe (EU) 2031/5 u pogledu svjetionika"),
        ("hu", "az (EU) 2031/5 rendelet kiegészítéséről a világítótornyok tekintetében"),
        ("it", "che integra il regolamento (UE) 2031/5 per quanto riguarda i fari"),
        ("lt", "kuriuo papildomas Reglamentas (ES) 2031/5 dėl švyturių"),
        ("lv", "ar ko papildina Regulu (ES) 2031/5 attiecībā uz bākām"),
        ("mt", "li jissupplimenta r-Regolament (UE) 2031/5 fir-rigward tal-fanali"),
        ("nl", "tot aanvulling van Verordening (EU) 2031/5 wat vuurtorens betreft"),
        ("pl", "uzupełniające rozporządzenie (UE) 2031/5 w odniesieniu do latarni"),
        ("pt", "que completa o Regulamento (UE) 2031/5 no que respeita aos faróis"),
        ("ro", "de completare a Regulamentului (UE) 2031/5 în ceea ce privește farurile"),
        ("sk", "ktorým sa dopĺňa nariadenie (EÚ) 2031/5, pokiaľ ide o majáky"),
        ("sl", "o dopolnitvi Uredbe (EU) 2031/5 glede svetilnikov"),
        ("sv", "om komplettering av förordning (EU) 2031/5 vad gäller fyrar"),
    ],
)
def test_acts_on_the_basis_of_another(language: str, title: str) -> None:
    assert _found(title, language, title=True) == {"implements 32031R0005"}


@pytest.mark.parametrize(
    ("language", "words", "title"),
    [
        ("de", "Gesetz zur Umsetzung der Richtlinie 2013/77/EU über Leuchttürme", True),
        ("de", "Dieses Gesetz dient der Umsetzung der Richtlinie 2013/77/EU.", False),
        ("en", "This Act transposes Directive 2013/77/EU.", False),
        ("fr", "Loi portant transposition de la directive 2013/77/UE", True),
        ("fr", "La présente loi transpose la directive 2013/77/UE.", False),
        ("it", "Attuazione della direttiva 2013/77/UE sui fari", True),
        ("es", "Mediante esta ley se transpone al Derecho español la Directiva 2013/77/UE.", False),
        ("nl", "Wet tot implementatie van Richtlijn 2013/77/EU", True),
        ("pl", "Niniejsza ustawa wdraża dyrektywę 2013/77/UE.", False),
        ("pt", "A presente lei transpõe a Diretiva 2013/77/UE.", False),
        ("sv", "Denna lag genomför direktiv 2013/77/EU.", False),
        ("en", "These Regulations implement Directive 2013/77/EU.", False),
        ("es", "Real Decreto por el que se transpone la Directiva 2013/77/UE", True),
        ("es", "Ley de transposición de la Directiva 2013/77/UE", True),
        ("it", "Recepimento della direttiva 2013/77/UE", True),
        ("it", "Il presente decreto recepisce la direttiva 2013/77/UE.", False),
        ("nl", "Deze wet strekt tot implementatie van Richtlijn 2013/77/EU.", False),
        ("pt", "Lei que transpõe a Diretiva 2013/77/UE", True),
        ("ro", "Prezenta lege transpune Directiva 2013/77/UE.", False),
        ("cs", "Tento zákon zapracovává směrnici 2013/77/EU.", False),
        ("da", "Loven gennemfører direktiv 2013/77/EU.", False),
        ("fi", "Tällä lailla pannaan täytäntöön direktiivi 2013/77/EU.", False),
        ("sk", "Týmto zákonom sa preberá smernica 2013/77/EÚ.", False),
    ],
)
def test_acts_of_states_transpose_directives(language: str, words: str, title: bool) -> None:
    own = Subject("de:ltg", union=False)
    assert _found(words, language, title=title, own=own) == {"transposes 32013L0077"}
    assert "transposes 32013L0077" not in _found(words, language, title=title), "no act of the Union does"


def test_a_corrigendum_corrects_its_act_and_does_nothing_that_it_quotes() -> None:
    own = Subject("32031R0777R(2031-07-02)", union=True, corrects="32031R0777")
    title = "Corrigendum to Regulation (EU) 2031/777 amending Regulation (EU) 2031/5"
    assert _found(title, "en", title=True, own=own) == {"corrects 32031R0777"}
    assert _found("Directive 2013/77/EU is repealed.", "en", title=False, own=own) == set()


@pytest.mark.parametrize("zone", [Zone.RECITAL, Zone.FOOTNOTE, Zone.ANNEX])
def test_other_zones_do_nothing(zone: Zone) -> None:
    assert _found("Directive 2013/77/EU is repealed.", "en", title=False, zone=zone) == set()


def test_lines_above_a_consolidated_text_name_the_acts_that_changed_it() -> None:
    lines = ["Amended by:", "Regulation (EU) 2032/6 of 3 March 2032", "published with Regulation (EU) 2032/7"]
    text, spans = "", []
    for line in lines:
        spans.append(Span(len(text), len(text) + len(line)))
        text += line + "\n"
    own = Subject("32031R0777", union=True)
    found = find_relations(view_of(text, []), own, above=spans)
    assert [(r.kind.value, r.work, r.related) for r in found] == [("amends", "32032R0006", "32031R0777")]


def _patterns() -> list[tuple[str, str, str]]:
    found = []
    for language in available():
        words = relation_words(language)
        assert words is not None
        for cues in (words.amends, words.repeals, words.implements, words.transposes):
            found += [(language, p, r"(?!\w)") for p in (*cues.title, *cues.enacting)]
        found += [(language, p, "") for p in words.by]
    return found


def test_no_words_without_an_example() -> None:
    def is_used(case: tuple[str, str, str]) -> None:
        _, pattern, end = case
        assert re.search(rf"(?<!\w)(?:{pattern}){end}", _OWN_TEXT, re.IGNORECASE)

    check_each(_patterns(), is_used)


def test_a_lithuanian_title_says_behind_the_act_that_it_amends() -> None:
    words = relation_words("lt")
    title = "Švyturių įstatymo Nr. VII-7 5 straipsnio pakeitimo įstatymas"
    assert words is not None
    assert any(re.search(pattern, title, re.IGNORECASE) for pattern in words.amends.title)
