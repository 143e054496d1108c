"""Steps of acts in the making in news, in 24 languages: what is reported and what is announced, with their dates."""

from __future__ import annotations

import re

import pytest

from dutybook.extract.procedures import find_procedure_steps
from dutybook.languages import available
from dutybook.records import Family, Span
from views import view_of

ACT = re.compile(r"\[(.+?)\]")
DAY = "2031-01-17"


def steps(marked: str, language: str, family: Family = Family.NEWS) -> list[tuple[str, str | None, str]]:
    """Step, value and whether it is reached, of a sentence whose acts stand in brackets."""
    text, acts, at = "", [], 0
    for match in ACT.finditer(marked):
        text += marked[at : match.start()]
        acts.append(Span(len(text), len(text) + len(match[1])))
        text, at = text + match[1], match.end()
    text += marked[at:]
    view = view_of(text, family=family, language=language, published=DAY)
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
    ],
)  # fmt: skip
def test_what_is_no_step(language: str, sentence: str) -> None:
    assert steps(sentence, language) == []


def test_only_news_report_steps() -> None:
    assert steps("Parliament adopted the [Harbour Act].", "en", Family.STATUTE) == []
