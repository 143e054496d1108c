"""Steps of acts in the making in news, in 24 languages: what is reported and what is announced, with their dates."""

from __future__ import annotations

import re

import pytest

from dutybook.extract.procedures import find_procedure_steps
from dutybook.languages import available
from dutybook.records import Family, Sentence, Span, Zone
from views import view_of

ACT = re.compile(r"\[(.+?)\]")
DAY = "2031-01-17"


def steps(
    marked: str, language: str, family: Family = Family.NEWS, title: str = ""
) -> list[tuple[str, str | None, str]]:
    """Step, value and whether it is reached, of a sentence (behind a title) whose acts stand in brackets."""
    text, acts, at = "", dict[Span, str](), 0
    title, marked = ACT.sub(r"\1", title), f"{title}\n{marked}" if title else marked
    for match in ACT.finditer(marked):
        text += marked[at : match.start()]
        acts[Span(len(text), len(text) + len(match[1]))] = match[1]
        text, at = text + match[1], match.end()
    text += marked[at:]
    first = len(title) + 1 if title else 0
    spans = [Span(0, len(title)), Span(first, len(text))] if title else [Span(0, len(text))]
    sentences = [Sentence(span, "p", Zone.PROSE, language) for span in spans]
    view = view_of(text, sentences, family=family, language=language, published=DAY, title=title)
    found = find_procedure_steps(view, acts)
    return [(s.step.value, s.value, "reached" if s.is_reached else "announced") for s in found]


# Of each language: a proposal, a consultation with its last day, an adoption.
SENTENCES = {
    "bg": ("Комисията представи [Акта за пристанищата] на 12 януари 2031 г.", "Обществената консултация по [Акта за пристанищата] е отворена до 31 март 2031 г.", "Парламентът прие [Акта за пристанищата] на 12 януари 2031 г."),
    "cs": ("Komise předložila [akt o přístavech] 12. ledna 2031.", "Veřejná konzultace k [aktu o přístavech] potrvá do 31. března 2031.", "Parlament přijal [akt o přístavech] 12. ledna 2031."),
    "da": ("Kommissionen fremsatte [havneloven] den 12. januar 2031.", "Høringen om [havneloven] løber til den 31. marts 2031.", "Folketinget vedtog [havneloven] den 12. januar 2031."),
    "de": ("Die Kommission hat den [Harbour Act] am 12. Januar 2031 vorgestellt.", "Die Konsultation zum [Harbour Act] läuft bis zum 31. März 2031.", "Das Parlament hat den [Harbour Act] am 12. Januar 2031 verabschiedet."),
    "el": ("Η Επιτροπή παρουσίασε τον [κανονισμό για τα λιμάνια] στις 12 Ιανουαρίου 2031.", "Η διαβούλευση για τον [κανονισμό για τα λιμάνια] διαρκεί έως τις 31 Μαρτίου 2031.", "Το Κοινοβούλιο ψήφισε τον [κανονισμό για τα λιμάνια] στις 12 Ιανουαρίου 2031."),
    "en": ("The Commission presented the [Harbour Act] on 12 January 2031.", "The consultation on the [Harbour Act] is open until 31 March 2031.", "Parliament adopted the [Harbour Act] on 12 January 2031."),
    "es": ("La Comisión presentó la [Ley de Puertos] el 12 de enero de 2031.", "La consulta pública sobre la [Ley de Puertos] sigue abierta hasta el 31 de marzo de 2031.", "El Congreso aprobó la [Ley de Puertos] el 12 de enero de 2031."),
    "et": ("Komisjon esitas [sadamaseaduse] 12. jaanuaril 2031.", "Avalik konsultatsioon [sadamaseaduse] üle kestab kuni 31. märtsini 2031.", "Riigikogu kinnitas [sadamaseaduse] 12. jaanuaril 2031."),
    "fi": ("Komissio esitteli [satama-asetuksen] 12. tammikuuta 2031.", "Kuuleminen [satama-asetuksesta] jatkuu 31.3.2031 saakka.", "Parlamentti hyväksyi [satama-asetuksen] 12. tammikuuta 2031."),
    "fr": ("La Commission a présenté le [règlement sur les ports] le 12 janvier 2031.", "La consultation sur le [règlement sur les ports] est ouverte jusqu’au 31 mars 2031.", "Le Parlement a adopté le [règlement sur les ports] le 12 janvier 2031."),
    "ga": ("Mhol an Coimisiún an [tAcht um Chuanta] an 12 Eanáir 2031.", "Beidh an comhairliúchán ar an [Acht um Chuanta] ar oscailt go dtí an 31 Márta 2031.", "Ghlac an Pharlaimint an [tAcht um Chuanta] an 12 Eanáir 2031."),
    "hr": ("Komisija je predložila [Akt o lukama] 12. siječnja 2031.", "Javno savjetovanje o [Aktu o lukama] traje do 31. ožujka 2031.", "Parlament je donio [Akt o lukama] 12. siječnja 2031."),
    "hu": ("A Bizottság 2031. január 12-én benyújtotta a [kikötői rendeletet].", "A nyilvános konzultáció a [kikötői rendeletről] 2031. március 31-ig tart.", "A Parlament 2031. január 12-én elfogadta a [kikötői rendeletet]."),
    "it": ("La Commissione ha presentato il [regolamento sui porti] il 12 gennaio 2031.", "La consultazione sul [regolamento sui porti] resta aperta fino al 31 marzo 2031.", "Il Parlamento ha approvato il [regolamento sui porti] il 12 gennaio 2031."),
    "lt": ("Komisija pateikė [Uostų aktą] 2031 m. sausio 12 d.", "Viešosios konsultacijos dėl [Uostų akto] vyksta iki 2031 m. kovo 31 d.", "Seimas priėmė [Uostų aktą] 2031 m. sausio 12 d."),
    "lv": ("Komisija iesniedza [Ostu aktu] 2031. gada 12. janvārī.", "Sabiedriskā apspriešana par [Ostu aktu] ilgst līdz 2031. gada 31. martam.", "Saeima pieņēma [Ostu aktu] 2031. gada 12. janvārī."),
    "mt": ("Il-Kummissjoni ippreżentat l-[Att dwar il-Portijiet] fit-12 ta’ Jannar 2031.", "Il-konsultazzjoni dwar l-[Att dwar il-Portijiet] hija miftuħa sal-31 ta’ Marzu 2031.", "Il-Parlament adotta l-[Att dwar il-Portijiet] fit-12 ta’ Jannar 2031."),
    "nl": ("De Commissie heeft de [Havenwet] op 12 januari 2031 ingediend.", "De internetconsultatie over de [Havenwet] loopt tot en met 31 maart 2031.", "Het Parlement heeft de [Havenwet] op 12 januari 2031 aangenomen."),
    "pl": ("Komisja przedstawiła [akt o portach] 12 stycznia 2031 r.", "Konsultacje publiczne dotyczące [aktu o portach] trwają do 31 marca 2031 r.", "Sejm uchwalił [akt o portach] 12 stycznia 2031 r."),
    "pt": ("A Comissão apresentou o [regulamento dos portos] em 12 de janeiro de 2031.", "A consulta pública sobre o [regulamento dos portos] decorre até 31 de março de 2031.", "O Parlamento aprovou o [regulamento dos portos] em 12 de janeiro de 2031."),
    "ro": ("Comisia a prezentat [Actul privind porturile] la 12 ianuarie 2031.", "Consultarea publică privind [Actul privind porturile] este deschisă până la 31 martie 2031.", "Parlamentul a adoptat [Actul privind porturile] la 12 ianuarie 2031."),
    "sk": ("Komisia predložila [akt o prístavoch] 12. januára 2031.", "Verejná konzultácia k [aktu o prístavoch] potrvá do 31. marca 2031.", "Parlament schválil [akt o prístavoch] 12. januára 2031."),
    "sl": ("Komisija je predstavila [Akt o pristaniščih] 12. januarja 2031.", "Javno posvetovanje o [Aktu o pristaniščih] traja do 31. marca 2031.", "Parlament je sprejel [Akt o pristaniščih] 12. januarja 2031."),
    "sv": ("Kommissionen presenterade [hamnlagen] den 12 januari 2031.", "Samrådet om [hamnlagen] pågår till och med den 31 mars 2031.", "Riksdagen antog [hamnlagen] den 12 januari 2031."),
}  # fmt: skip


def test_all_languages_are_here() -> None:
    assert set(SENTENCES) == set(available())


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_what_is_reported(language: str) -> None:
    proposal, consultation, adoption = SENTENCES[language]
    assert steps(proposal, language) == [("proposed", "2031-01-12", "reached")]
    assert steps(consultation, language) == [("consultation", "2031-03-31", "reached")]
    assert steps(adoption, language) == [("adopted", "2031-01-12", "reached")]


@pytest.mark.parametrize(
    ("language", "sentence", "wanted"),
    [
        ("en", "The Commission is expected to present the [Harbour Act] by the end of January.", ("proposed", "2031-01", "announced")),
        ("de", "Die Vorstellung des [Harbour Act] wird für Ende Januar erwartet.", ("proposed", "2031-01", "announced")),
        ("fr", "Le [règlement sur les ports] devrait être adopté en mars.", ("adopted", "2031-03", "announced")),
        ("de", "Im Trilog zum [Harbour Act] gibt es seit dem 12. Januar 2031 eine vorläufige Einigung.", ("trilogue", "2031-01-12", "reached")),
        ("en", "The Council agreed its general approach on the [Harbour Act] on 12 January 2031.", ("general_approach", "2031-01-12", "reached")),
        ("it", "Il Consiglio ha definito l'orientamento generale sul [regolamento sui porti].", ("general_approach", None, "reached")),
        ("es", "La [Ley de Puertos] se publicó el 12 de enero de 2031 en el BOE.", ("published", "2031-01-12", "reached")),
        ("en", "The Commission withdrew the [Harbour Act] on 12 January 2031.", ("withdrawn", "2031-01-12", "reached")),
        ("en", "The [Harbour Bill] will be introduced in March.", ("proposed", "2031-03", "announced")),
        ("fr", "Les députés ont adopté le projet de [loi sur les ports] le 12 janvier 2031.", ("adopted", "2031-01-12", "reached")),
        ("nl", "De Raad bereikte een voorlopig akkoord over de [Havenwet].", ("trilogue", None, "reached")),
    ],
)  # fmt: skip
def test_other_steps_and_what_is_announced(language: str, sentence: str, wanted: tuple[str, str | None, str]) -> None:
    assert steps(sentence, language) == [wanted]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        # Denied, of no act, too far from it, or part of its name.
        ("en", "Parliament has not adopted the [Harbour Act]."),
        ("en", "Parliament adopted its agenda on 12 January 2031."),
        ("en", "Members adopted a long list of other things on that day, and someone in the corridor much later named the [Harbour Act]."),
        ("en", "The [Consultation Act] binds ports."),
        ("de", "Der [Harbour Act] gilt für Häfen."),
        ("fi", "Nostureista säädetään [satamalaissa]."),
        ("fi", "[Satamalaissa] säädetyt velvollisuudet koskevat lauttoja."),
    ],
)  # fmt: skip
def test_what_is_no_step(language: str, sentence: str) -> None:
    assert steps(sentence, language) == []


def test_only_news_report_steps() -> None:
    assert steps("Parliament adopted the [Harbour Act].", "en", Family.STATUTE) == []


# Of each language: a government that adopts a draft, what is no step of the act that it names, and a law that another sentence names.
TIES = {
    "bg": ("Правителството прие проекта на [закон за пристанищата] на 12 януари 2031 г.", "Фирмите приемат план съгласно [Закона за пристанищата].", "Законът беше приет на 12 януари 2031 г."),
    "cs": ("Vláda schválila návrh [zákona o přístavech] 12. ledna 2031.", "Firmy schvalují plán podle [zákona o přístavech].", "Zákon byl přijat 12. ledna 2031."),
    "da": ("Regeringen vedtog udkastet til [havneloven] den 12. januar 2031.", "Virksomhederne vedtager en plan efter [havneloven].", "Loven blev vedtaget den 12. januar 2031."),
    "de": ("Das Kabinett hat am 12. Januar 2031 den Entwurf des [Hafengesetzes] verabschiedet.", "Die Betreiber haben nach dem [Hafengesetz] einen Plan verabschiedet.", "Das Gesetz wurde am 12. Januar 2031 verabschiedet."),
    "el": ("Η κυβέρνηση ενέκρινε το σχέδιο του [νόμου για τα λιμάνια] στις 12 Ιανουαρίου 2031.", "Οι εταιρείες εγκρίνουν σχέδιο σύμφωνα με τον [νόμο για τα λιμάνια].", "Ο νόμος ψηφίστηκε στις 12 Ιανουαρίου 2031."),
    "en": ("The cabinet approved the draft [Harbour Act] on 12 January 2031.", "Operators that adopt a model under the [Harbour Act] must tell the port.", "The law was adopted on 12 January 2031."),
    "es": ("El Consejo de Ministros aprobó el proyecto de [Ley de Puertos] el 12 de enero de 2031.", "Las empresas aprueban un plan según la [Ley de Puertos].", "La ley fue aprobada el 12 de enero de 2031."),
    "et": ("Valitsus kiitis [sadamaseaduse] eelnõu heaks 12. jaanuaril 2031.", "Ettevõtjad kinnitavad plaani [sadamaseaduse] alusel.", "Seadus kinnitati 12. jaanuaril 2031."),
    "fi": ("Hallitus hyväksyi ehdotuksen [satamalaiksi] 12. tammikuuta 2031.", "Yritykset hyväksyvät suunnitelman [satamalain] mukaan.", "Laki hyväksyttiin 12. tammikuuta 2031."),
    "fr": ("Le Conseil des ministres a adopté le projet de [loi sur les ports] le 12 janvier 2031.", "Les entreprises qui adoptent un plan selon la [loi sur les ports] préviennent le port.", "La loi a été adoptée le 12 janvier 2031."),
    "ga": ("Ghlac an rialtas leis an dréacht den [Acht um Chuanta] an 12 Eanáir 2031.", "Glacann oibreoirí plean faoin [Acht um Chuanta].", "Ritheadh an tAcht an 12 Eanáir 2031."),
    "hr": ("Vlada je usvojila nacrt [Zakona o lukama] 12. siječnja 2031.", "Tvrtke donose plan prema [Zakonu o lukama].", "Zakon je donesen 12. siječnja 2031."),
    "hu": ("A kormány 2031. január 12-én elfogadta a [kikötői törvény] tervezetét.", "A cégek a [kikötői törvény] szerint elfogadják a tervet.", "A törvényt 2031. január 12-én elfogadták."),
    "it": ("Il Consiglio dei ministri ha approvato il disegno di [legge sui porti] il 12 gennaio 2031.", "Le aziende che adottano il modello ex [D.Lgs. 12/2031] avvisano il porto.", "La legge è stata approvata il 12 gennaio 2031."),
    "lt": ("Vyriausybė patvirtino [Uostų įstatymo] projektą 2031 m. sausio 12 d.", "Įmonės patvirtina planą pagal [Uostų įstatymą].", "Įstatymas priimtas 2031 m. sausio 12 d."),
    "lv": ("Valdība apstiprināja [Ostu likuma] projektu 2031. gada 12. janvārī.", "Uzņēmumi apstiprina plānu saskaņā ar [Ostu likumu].", "Likums pieņemts 2031. gada 12. janvārī."),
    "mt": ("Il-gvern approva l-abbozz tal-[Att dwar il-Portijiet] fit-12 ta’ Jannar 2031.", "L-operaturi approvaw pjan skont l-[Att dwar il-Portijiet].", "L-Att ġie approvat fit-12 ta’ Jannar 2031."),
    "nl": ("De ministerraad heeft op 12 januari 2031 het ontwerp van de [Havenwet] goedgekeurd.", "Bedrijven hebben op grond van de [Havenwet] een plan vastgesteld.", "De wet is op 12 januari 2031 aangenomen."),
    "pl": ("Rada Ministrów przyjęła projekt [ustawy o portach] 12 stycznia 2031 r.", "Firmy przyjmują plan zgodnie z [ustawą o portach].", "Ustawa została uchwalona 12 stycznia 2031 r."),
    "pt": ("O Governo aprovou a proposta de [lei dos portos] em 12 de janeiro de 2031.", "As empresas aprovam um plano nos termos da [lei dos portos].", "A lei foi aprovada em 12 de janeiro de 2031."),
    "ro": ("Guvernul a adoptat proiectul [Legii porturilor] la 12 ianuarie 2031.", "Firmele adoptă un plan potrivit [Legii porturilor].", "Legea a fost adoptată la 12 ianuarie 2031."),
    "sk": ("Vláda schválila návrh [zákona o prístavoch] 12. januára 2031.", "Firmy schvaľujú plán podľa [zákona o prístavoch].", "Zákon bol schválený 12. januára 2031."),
    "sl": ("Vlada je potrdila osnutek [Zakona o pristaniščih] 12. januarja 2031.", "Podjetja sprejmejo načrt v skladu z [Zakonom o pristaniščih].", "Zakon je bil sprejet 12. januarja 2031."),
    "sv": ("Regeringen godkände utkastet till [hamnlagen] den 12 januari 2031.", "Företagen antar en plan enligt [hamnlagen].", "Lagen antogs den 12 januari 2031."),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(TIES))
def test_a_draft_that_a_government_adopts_is_proposed(language: str) -> None:
    assert steps(TIES[language][0], language) == [("proposed", "2031-01-12", "reached")]


@pytest.mark.parametrize("language", sorted(TIES))
def test_what_rests_on_an_act_is_no_step_of_it(language: str) -> None:
    assert steps(TIES[language][1], language) == []


@pytest.mark.parametrize("language", sorted(TIES))
def test_the_law_is_that_of_the_title(language: str) -> None:
    assert steps(TIES[language][2], language, title="[Harbour Act]") == [("adopted", "2031-01-12", "reached")]
    assert steps(TIES[language][2], language, title="Ports") == []
    assert steps(TIES[language][2], language, title="[Harbour Act], [Crane Act]") == []


@pytest.mark.parametrize(
    ("language", "sentence", "wanted"),
    [
        # A full day beats a year, and what is part of an act's name is no date of a step.
        ("en", "The Senate passed the [Harbour Amendment Bill 2034] on 28 November 2030.", [("adopted", "2030-11-28", "reached")]),
        ("en", "The Senate passed the [Harbour Amendment Bill] 2034.", [("adopted", None, "reached")]),
        ("es", "El Congreso aprobó el [Real Decreto-ley 6/2031], de 1 de marzo.", [("adopted", None, "reached")]),
        ("de", "Der Bundestag verabschiedete das [Hafengesetz] vom 1. März 2030.", [("adopted", None, "reached")]),
        ("de", "Das [Hafengesetz] soll im März eingebracht und noch in dieser Legislaturperiode verabschiedet werden.", [("proposed", "2031-03", "announced"), ("adopted", None, "announced")]),
        # Long names and what stands beside them.
        ("fr", "La [loi n° 2031-486] du 22 mai 2030 relative à la croissance et à la transformation des ports et des quais (PHARE) a été publiée au journal officiel le 4 juin 2030.", [("published", "2030-06-04", "reached")]),
        ("de", "Das [Hafengesetz], das der Bundestag am 12. Januar 2031 verabschiedet hat, gilt für Kräne.", [("adopted", "2031-01-12", "reached")]),
        ("da", "Loven gennemfører [havnedirektivet], som blev vedtaget i 2029.", [("adopted", "2029", "reached")]),
        # The words of a step that are part of a name, or of another clause.
        ("es", "El Gobierno cita la [Ley de Puertos], Acceso a la Información Pública de las Grúas.", []),
        ("it", "La [legge 262/2031] richiede al porto di sottoporre a consultazione pubblica il piano delle gru.", []),
        ("it", "Le società approvano il bilancio secondo la [legge 262/2031] entro maggio.", []),
        ("en", "Parliament adopted its agenda, while ports wait for the [Harbour Act].", []),
        ("en", "The port adopted guidelines on the [Harbour Act].", []),
        ("en", "The [Harbour Act] requires operators to adopt a plan.", []),
        ("en", "Ministers approved a report that praises the [Harbour Act].", []),
        ("de", "Sie geht, wenn das [Hafengesetz] vom Parlament verabschiedet wird.", []),
        ("en", "If Parliament adopts the [Harbour Act], ports will close.", []),
        # Who takes the step, and whether it is taken.
        ("de", "Der Bundesrat hat am 12. Januar 2031 die Botschaft zum [Hafengesetz] verabschiedet.", [("proposed", "2031-01-12", "reached")]),
        ("de", "Der Bundestag hat am 12. Januar 2031 den Entwurf der Bundesregierung für ein [Hafengesetz] angenommen.", [("adopted", "2031-01-12", "reached")]),
        ("en", "The government's draft [Harbour Act] was passed by Parliament on 12 January 2031.", [("adopted", "2031-01-12", "reached")]),
        ("fr", "Les députés ont adopté (64 voix pour) le projet de [loi sur les ports] défendu par le gouvernement le 12 janvier 2031.", [("adopted", "2031-01-12", "reached")]),
        ("es", "El Gobierno aprobará en abril el proyecto de [Ley de Puertos] para remitirlo a las Cortes.", [("proposed", "2031-04", "announced")]),
        ("fr", "Le projet de [loi sur les ports] a été adopté en Conseil des ministres le 12 janvier 2031.", [("proposed", "2031-01-12", "reached")]),
        ("en", "The Senate must still approve the [Harbour Act].", [("adopted", None, "announced")]),
    ],
)  # fmt: skip
def test_what_is_said_of_an_act(language: str, sentence: str, wanted: list[tuple[str, str | None, str]]) -> None:
    assert steps(sentence, language) == wanted
