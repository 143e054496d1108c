"""When something was published: the lines of gazettes and news that say so, and those that do not."""

from __future__ import annotations

import pytest

from dutybook.languages.data import LinePattern
from dutybook.languages.publication_lines import (
    Where,
    enacted_in,
    enactment_lines,
    gazettes,
    published_in,
)
from dutybook.layout.document_dates import with_enactment, with_publication
from dutybook.records import Layout, LayoutBuilder

LINES: list[tuple[Where, str, str]] = [
    ("header", "12.5.2031 EN Official Journal of the European Union L 77/1", "2031-05-12"),
    ("header", "L 77/2 EN Official Journal of the European Union 12.5.2031", "2031-05-12"),
    ("head", "Official Journal of the European Union L 2031/777 12.5.2031", "2031-05-12"),
    ("head", "Amtsblatt der Europäischen Union DE L series, 2031/777, 12.5.2031", "2031-05-12"),
    ("header", "EN OJ L, 12.5.2031", "2031-05-12"),
    ("head", "OJ L, 2031/777, 12.5.2031", "2031-05-12"),
    ("head", "(JO L 77 du 12.5.2031, p. 1)", "2031-05-12"),
    (
        "header",
        "Bundesgesetzblatt Jahrgang 2031 Teil I Nr. 7, ausgegeben zu Bonn am 3. März 2031 Seite 2 von 5",
        "2031-03-03",
    ),
    (
        "head",
        "BUNDESGESETZBLATT FÜR DIE REPUBLIK ÖSTERREICH Jahrgang 2031 Ausgegeben am 3. März 2031 Teil I",
        "2031-03-03",
    ),
    ("head", "Jahrgang 2031 Ausgegeben am 3. März 2031 Teil II", "2031-03-03"),
    ("head", "BGBl. II - Ausgegeben am 3. März 2031 - Nr. 20 1 von 1 www.ris.bka.gv.at", "2031-03-03"),
    ("head", "Veröffentlichungsdatum:03.03.2031 Inkrafttreten05.02.2036 Zuletzt geändert durch", "2031-03-03"),
    ("head", "Bundesgesetzblatt Teil I 2031 Ausgegeben zu Bonn am 3. März 2031 Nr. 107", "2031-03-03"),
    ("header", "3 mars 2031 JOURNAL OFFICIEL DE LA RÉPUBLIQUE FRANÇAISE Texte 4 sur 85", "2031-03-03"),
    ("head", "JORF n°0052 du 3 mars 2031 texte n° 4", "2031-03-03"),
    ("head", "Publication: 3 mars 2031", "2031-03-03"),
    ("head", "Publicatie in het Belgisch Staatsblad : 3 maart 2031", "2031-03-03"),
    ("head", "Jefatura del Estado «BOE» núm. 53, de 03 de marzo de 2031 Referencia: BOE-A-2031-1", "2031-03-03"),
    ("header", "BOLETÍN OFICIAL DEL ESTADO Núm. 53 Lunes 3 de marzo de 2031 Sec. I. Pág. 7", "2031-03-03"),
    ("head", "(GU Serie Generale n.52 del 03-03-2031)", "2031-03-03"),
    ("header", "3-3-2031 GAZZETTA UFFICIALE DELLA REPUBBLICA ITALIANA Serie generale - n. 52", "2031-03-03"),
    ("tail", "Uitgegeven de 3 maart 2031", "2031-03-03"),
    ("head", "Uitgegeven, 3 maart 2031", "2031-03-03"),
    ("head", "Įsakymas paskelbtas: TAR 2031-03-03, i. k. 2031-00777", "2031-03-03"),
    ("head", "Official Journal L 077 , 03/03/1991 P. 0032 - 0035", "1991-03-03"),
    ("head", "Journal officiel n° L 077 du 03/03/1991 p. 0032 - 0035", "1991-03-03"),
    ("head", "Amtsblatt Nr. L 077 vom 03/03/1991 S. 0032 - 0035", "1991-03-03"),
    ("head", "Gazzetta ufficiale n. L 077 del 03/03/1991 pag. 0032 - 0035", "1991-03-03"),
    ("header", "El Peruano / Lunes 3 de marzo de 2031 NORMAS LEGALES 7", "2031-03-03"),
    ("header", "8 NORMAS LEGALES Lunes 3 de marzo de 2031 / El Peruano", "2031-03-03"),
    ("head", "DZIENNIK USTAW RZECZYPOSPOLITEJ POLSKIEJ Warszawa, dnia 3 marca 2031 r. Poz. 77", "2031-03-03"),
    ("head", "Dziennik Ustaw z 3 marca 2031 r. poz. 77", "2031-03-03"),
    ("head", "(Dz. U. z dnia 3 marca 2031 r.)", "2031-03-03"),
    ("head", "Bielsko-Biała, dnia 3 marca 2031 r. Poz. 77", "2031-03-03"),
    ("head", "DZIENNIK URZĘDOWY WOJEWÓDZTWA POMORSKIEGO Gdańsk, dnia 3 marca 2031 r. Poz. 77 UCHWAŁA", "2031-03-03"),
    ("tail", "*) Ustawa została ogłoszona w dniu 3.03.2031 r.", "2031-03-03"),
    ("header", "Diário da República, 1.ª série — N.º 43 — 3 de março de 2031", "2031-03-03"),
    ("head", "Diário da República n.º 43/2031, Série I de 2031-03-03", "2031-03-03"),
    ("tail", "Este texto não substitui o publicado no DOU de 3.3.2031, Seção 1, p. 7", "2031-03-03"),
    ("head", "Federal Register / Vol. 96, No. 41 / Monday, March 3, 2031 / Rules and Regulations", "2031-03-03"),
    ("head", "[Federal Register Volume 96, Number 41 (Monday, March 3, 2031)] [Rules and Regulations]", "2031-03-03"),
    ("tail", "Date of notification in Gazette: 3 March 2031.", "2031-03-03"),
    ("header", "No L 77/3 Official Journal of the European Communities 3 . 5. 91", "1991-05-03"),
    ("head", "3. 5. 91 Amtsblatt der Europäischen Gemeinschaften Nr. L 77/3", "1991-05-03"),
    ("head", "N° L 77/3 Journal officiel des Communautés européennes 3. 5. 91", "1991-05-03"),
    (
        "head",
        "3. 5. 91 Official Journal of the European Communities No L 77/3 COMMISSION REGULATION (EEC) No 7777/91 on lamps",
        "1991-05-03",
    ),
    ("header", "7814 ΕΦΗΜΕΡΙΔΑ TΗΣ ΚΥΒΕΡΝΗΣΕΩΣ Τεύχος Α’ 45/03.03.2031", "2031-03-03"),
    (
        "head",
        "ΕΦΗΜΕΡΙΣ ΤΗΣ ΚΥΒΕΡΝΗΣΕΩΣ ΤΗΣ ΕΛΛΗΝΙΚΗΣ ΔΗΜΟΚΡΑΤΙΑΣ ΤΕΥΧΟΣ ΠΡΩΤΟ Αρ. Φύλλου 45 3 Μαρτίου 2031",
        "2031-03-03",
    ),
    ("head", "3 Μαρτίου 2031 ΤΕΥΧΟΣ ΠΡΩΤΟ Αρ. Φύλλου 45", "2031-03-03"),
    ("head", "NN 45/2031 (3.3.2031.), Pravilnik o dizalicama u lukama", "2031-03-03"),
    ("head", "Utkom från trycket den 3 mars 2031 Sjöfartsverkets föreskrifter om fyrar", "2031-03-03"),
    ("head", "DOF: 03/03/2031", "2031-03-03"),
    ("title", "Decreto-Lei n.º 45/2031, de 3 de março", "2031-03-03"),
    ("title", ":::Lei n.º 45-A/2031, de 03 de Março (versão actualizada)", "2031-03-03"),
    ("head", "MONITORUL OFICIAL nr. 52 din 3.3.2031", "2031-03-03"),
    ("head", "Published on 3 March 2031", "2031-03-03"),
    ("head", "Veröffentlicht am 3. März 2031, 14:05 Uhr", "2031-03-03"),
    ("head", "Publié le 3 mars 2031", "2031-03-03"),
    ("head", "Publicado el 3 de marzo de 2031", "2031-03-03"),
    ("head", "Pubblicato il 3 marzo 2031", "2031-03-03"),
    ("head", "Gepubliceerd op 3 maart 2031", "2031-03-03"),
    ("head", "Opublikowano: 3 marca 2031", "2031-03-03"),
    ("head", "Publicado em 3 de março de 2031", "2031-03-03"),
    ("head", "BRUSSELS, 3 March 2031 – Ports must weigh crates, a law says.", "2031-03-03"),
    ("head", "Hamburg, den 3. März 2031 (dpa) – Häfen müssen Kisten wiegen.", "2031-03-03"),
    ("head", "Le Havre, le 3 mars 2031 — Les ports doivent peser les caisses.", "2031-03-03"),
    ("head", "Gdynia, 3 marca 2031 r. – Porty muszą ważyć skrzynie.", "2031-03-03"),
    ("head", "3 mars 2031 – Les ports doivent peser les caisses.", "2031-03-03"),
    ("head", "Puerto Hondo, 3 de marzo de 2031.- Los muelles pesarán las cajas.", "2031-03-03"),
    ("head", "Comunicato stampa del 3 marzo 2031", "2031-03-03"),
    ("head", "di Carla Moro – 3 marzo 2031", "2031-03-03"),
    ("head", "Par Jeanne Quai, le 3 mars 2031", "2031-03-03"),
    ("head", "P. Muelle. Puerto Hondo, 3 de marzo de 2031", "2031-03-03"),
    ("head", "Portoscuro, 3 marzo 2031. I porti devono pesare le casse.", "2031-03-03"),
    ("head", "El Gobierno aprobó este lunes, 3 de marzo de 2031, la ley de muelles.", "2031-03-03"),
    ("head", "O Governo aprovou hoje, 3 de março de 2031, a lei dos cais.", "2031-03-03"),
    ("head", "Le conseil a adopté ce lundi 3 mars 2031 la loi sur les quais.", "2031-03-03"),
    ("head", "3.5.2031 (SITA.sk) - Prístav začal s opravou majáka.", "2031-05-03"),
    ("head", "BRATISLAVA 3. mája 2031 (SITA) - Prístav začal s opravou majáka.", "2031-05-03"),
    ("head", "Обн., ДВ, бр. 77 от 3 март 2031 г.", "2031-03-03"),
    ("head", "Vyhlášeno dne 3. března 2031", "2031-03-03"),
    ("head", "Vyhlásené: 3. 3. 2031", "2031-03-03"),
    ("head", "Lovtidende A Udgivet den 3. marts 2031", "2031-03-03"),
    ("head", "Kunngjort 03.03.2031 kl. 14.00", "2031-03-03"),
    ("head", "Avaldamismärge: RT I, 03.03.2031, 7", "2031-03-03"),
    ("tail", "Julkaistu Helsingissä 3.3.2031", "2031-03-03"),
    ("head", "Mémorial A - N° 77 du 3 mars 2031", "2031-03-03"),
    ("head", "(M.B. 03.03.2031)", "2031-03-03"),
    ("head", "Επίσημη Εφημερίδα της Δημοκρατίας, Παράρτημα Πρώτο, Αρ. 4777, 3.3.2031", "2031-03-03"),
    ("tail", "77 03.03.2031 Zakon o svjetionicima", "2031-03-03"),
    ("head", "Magyar Közlöny 2031. évi 77. szám, 2031. március 3.", "2031-03-03"),
    ("tail", "(Pubblicato nella Gazz. Uff. 3 marzo 2031, n. 51)", "2031-03-03"),
    ("tail", "PREDSJEDNIK Mate Val, v. r. 77 03.03.2031 Zakon o svjetionicima", "2031-03-03"),
    (
        "head",
        "Veids: likums Pieņemts: 01.03.2031. Stājas spēkā: 01.04.2031. Publicēts: Latvijas Vēstnesis, 77, 03.03.2031.",
        "2031-03-03",
    ),
    ("head", "Publicēts: Latvijas Vēstnesis, 77, 03.03.2031.", "2031-03-03"),
    ("head", "Publicēts: „Latvijas Vēstnesis”, 77, 2031. gada 3. marts", "2031-03-03"),
    ("head", "Paskelbta: TAR, 2031-03-03, i. k. 2031-00777", "2031-03-03"),
    ("head", "Paskelbta 2031 m. kovo 3 d.", "2031-03-03"),
    ("header", "Supplement tal-Gazzetta tal-Gvern ta’ Malta, Nru. 21,777, 3 ta’ Marzu 2031", "2031-03-03"),
    ("head", "Publicat în Monitorul Oficial al României, Partea I, nr. 77 din 3 martie 2031", "2031-03-03"),
    ("head", "Uradni list RS, št. 77/31 z dne 3. 3. 2031", "2031-03-03"),
    ("head", "Publicerad den 3 mars 2031", "2031-03-03"),
    (
        "tail",
        "Notice of the making of this Statutory Instrument was published in “Iris Oifigiúil” of 3rd March, 2031.",
        "2031-03-03",
    ),
    ("head", "Verkündet am 3. März 2031", "2031-03-03"),
    ("head", "Kundgemacht am 3. März 2031", "2031-03-03"),
    ("head", "Liechtensteinisches Landesgesetzblatt Jahrgang 2031 Nr. 77 ausgegeben am 3. März 2031", "2031-03-03"),
    ("head", "LANDESGESETZBLATT FÜR SEELAND Jahrgang 2031 Ausgegeben und versendet am 3. März 2031", "2031-03-03"),
    ("head", "(GV. NRW. Nr. 14 vom 03.03.2031 S. 342)", "2031-03-03"),
    ("tail", "Veröffentlicht im Amtsblatt der Stadt Möwenau Nr. 7 vom 3. März 2031", "2031-03-03"),
    ("tail", "(BayMBl. 2031 Nr. 77 vom 3. März 2031)", "2031-03-03"),
    ("head", "BAnz AT 03.03.2031 V1", "2031-03-03"),
    ("header", "Bundesgesetzblatt Jahrgang 2031 Teil I, ausgegeben zu Bonn am 3. März 2031, Nr. 107", "2031-03-03"),
    ("head", "BGBl. 2031 I Nr. 107 vom 03.03.2031", "2031-03-03"),
    ("head", "Publicatie : 03-03-2031 nummer : 2031001122 bladzijde : 7672 PDF : originele versie", "2031-03-03"),
    ("head", "Publication : 03-03-2031 numéro : 2031001122 page : 7672 PDF : version originale", "2031-03-03"),
    (
        "head",
        "Bron : HAVENS EN VUURTORENS Publicatie : 03-03-2031 nummer : 2031001122 Inwerkingtreding : 1-4-2031",
        "2031-03-03",
    ),
    ("head", "publicatiedatum B.S.03/03/2031", "2031-03-03"),
    ("tail", "Uitgegeven de derde maart 2031", "2031-03-03"),
    (
        "head",
        "STAATSCOURANT Officiële uitgave van het Koninkrijk der Nederlanden sinds 1814. Nr. 777 3 maart 2031",
        "2031-03-03",
    ),
    ("head", "Gemeenteblad van Meeuwendam Nr. 777 3 maart 2031", "2031-03-03"),
    ("tail", "Publicado en el Diario Oficial el 3 de marzo de 2031", "2031-03-03"),
    ("head", "Data publikacji: 3.03.2031", "2031-03-03"),
    ("head", "Real Decreto 77/2031, de 1 de marzo, de grúas portuarias. (B.O.E. 3 de marzo del 2031)", "2031-03-03"),
    ("head", "(BOE núm. 53, de 3 de marzo de 2031)", "2031-03-03"),
    ("head", "Núm. 27 BOLETIN OFICIAL DE PUERTO HONDO Lunes 3 de marzo de 2031", "2031-03-03"),
    ("head", "Boletín Oficial de la Provincia de Puerto Hondo, Número 27, Lunes 3 de marzo de 2031.", "2031-03-03"),
    ("head", "( B.U. 3 marzo 2031, n. 27 )", "2031-03-03"),
    ("head", "Pubblicazione:(B.U. 3 marzo 2031, n. 27)", "2031-03-03"),
    ("head", "BUR Portoscuro 3 marzo 2031 n. 27", "2031-03-03"),
    ("head", "Bollettino Ufficiale della Regione Portoscuro n. 27 del 3 marzo 2031", "2031-03-03"),
    ("head", "(JO du 3 mars 2031, p. 77)", "2031-03-03"),
    ("head", "• Publicat în MONITORUL OFICIAL nr. 77 din 3 martie 2031", "2031-03-03"),
    ("header", "Diário da República, 1.ª série N.º 43 3 de março de 2031 Pág. 4", "2031-03-03"),
    ("head", "Publicação: Diário da República n.º 43/2031, Série I de 2031-03-03, páginas 7 - 9", "2031-03-03"),
    ("head", "Diário da República n.º 43, Suplemento, Série I, de 2031-03-03", "2031-03-03"),
]


@pytest.mark.parametrize(("where", "line", "day"), LINES)
def test_a_line_says_when_a_text_was_published(where: Where, line: str, day: str) -> None:
    found = published_in(line, where)
    assert found is not None
    assert found.day == day
    assert found.words in line


@pytest.mark.parametrize(
    "line",
    [
        "Done at Brussels, 27 April 2031.",
        "Geschehen zu Brüssel am 27. April 2031.",
        "vom 27. April 2031",
        "zákon z 27. apríla 2031 (kotvenie) - Prístavy",
        "of 27 April 2031",
        "Berlin, den 27. April 2031",
        "Fait à Bruxelles, le 27 avril 2031.",
        "z dnia 27 kwietnia 2031 r.",
        "The Official Journal of the European Union of 12.5.2031 was printed on thin paper, as all know.",
        "Having regard to the opinion of the Committee (OJ L 77, 12.5.2031, p. 1), the ports shall wait.",
        "Bundesgesetzblatt Jahrgang 2031 Teil I Nr. 7",
        "Ley 34/2031, de 11 de julio, de puertos.",
        "On 3 March 2031 – a Monday – the port was closed.",
        "Fait à Bruxelles, le 27 avril 2031. Le ministre des ports",
        "Le règlement du 3 mars 2031 remplace ce texte du 27 avril 2030.",
        "Il consiglio ha approvato il 3 marzo 2031 la legge sui moli.",
        "Lei n.º 45/2031, de 3 de março, sobre os faróis e as bóias",
        "Beslutade den 3 mars 2031",
        "Zagreb, 3. ožujka 2031.",
        "Annettu Helsingissä 3 päivänä maaliskuuta 2031",
        "Priimta 2031 m. kovo 3 d.",
        "Rīgā 2031. gada 3. martā",
        "Budapest, 2031. március 3.",
        "Изм., ДВ, бр. 77 от 3 март 2031 г.",
        "RT I 2031, 24, 146",
        "Gdańsk, dnia 27 kwietnia 2031 r.",
        "Ustawa została uchwalona w dniu 27 kwietnia 2031 r.",
        "o zmianie ustawy o latarniach (Dz. U. z dnia 27 kwietnia 2031 r.)",
        "Vista la Orden de 3 de marzo de 2031 (BOE núm. 53), las grúas se pesan.",
        "Boletín Oficial de la Provincia de Puerto Hondo",
        "La ordenanza del Boletín Oficial de Puerto Hondo de 3 de marzo de 2031 queda derogada.",
        "Il regolamento pubblicato nel B.U. del 3 marzo 2031 è abrogato.",
        "Vu l'arrêté du 3 mars 2031 (JO du 5 mars 2031)",
    ],
)
def test_other_lines_do_not(line: str) -> None:
    assert [published_in(line, where) for where in ("header", "title", "head", "tail")] == [None] * 4


def test_a_portuguese_act_is_dated_by_its_publication_only_in_its_title() -> None:
    assert published_in("Decreto-Lei n.º 45/2031, de 3 de março", "head") is None


def test_the_place_and_day_before_a_sentence_are_no_publication_of_an_act() -> None:
    dated = published_in("Portoscuro, 3 marzo 2031. Il presidente del porto", "head")
    labelled = published_in("Published on 3 March 2031", "head")
    assert dated is not None
    assert not dated.for_acts
    assert labelled is not None
    assert labelled.for_acts


@pytest.mark.parametrize(
    "line",
    [
        "Udgivet den 3. marts 2031",
        "Kunngjort 03.03.2031 kl. 14.00",
        "Julkaistu 3.3.2031",
        "Publicerad den 3 mars 2031",
        "Közzétéve: 2031. március 3.",
        "Paskelbta 2031 m. kovo 3 d.",
        "Datum objave: 3. 3. 2031",
        "Fecha de publicación: 3 de marzo de 2031",
        "Data publikacji: 3.03.2031",
    ],
)
def test_the_label_of_a_page_names_no_gazette(line: str) -> None:
    """With a gazette the page would be no news; an act has the day all the same."""
    found = published_in(line, "head")
    assert found is not None
    assert (found.day, found.gazette, found.for_acts) == ("2031-03-03", "", True)


def test_every_gazette_has_an_example() -> None:
    found = [published for where, line, _ in LINES if (published := published_in(line, where))]
    assert {gazette.name for gazette in gazettes() if not gazette.news} == {each.gazette for each in found} - {""}
    assert {gazette.for_acts for gazette in gazettes() if gazette.news} == {
        each.for_acts for each in found if not each.gazette
    }


def _layout(*lines: str, **meta: str) -> Layout:
    builder = LayoutBuilder()
    for line in lines:
        builder.block(line)
    return Layout(builder.text(), tuple(builder.blocks), meta=meta)


def test_the_words_are_quoted() -> None:
    meta = with_publication(_layout("Lamp Act", "JORF n°0052 du 3 mars 2031", "Lamps shall burn.")).meta
    assert meta["published"] == "2031-03-03"
    assert meta["published_by"] == "“JORF n°0052 du 3 mars 2031”"
    assert meta["gazette"] == "Journal officiel de la République française"


def test_what_a_format_says_is_kept_and_named() -> None:
    meta = with_publication(_layout("Lamp Act", published="2031-04-01")).meta
    assert (meta["published"], meta["published_by"]) == ("2031-04-01", "the file's metadata")
    both = with_publication(_layout("OJ L, 2031/777, 12.5.2031", published="2031-05-12")).meta
    assert both["published_by"] == "“OJ L, 2031/777, 12.5.2031”"
    assert with_publication(_layout("Lamp Act")).meta == {}


def test_what_dates_no_act_is_marked() -> None:
    assert with_publication(_layout("Portoscuro, 3 marzo 2031. I porti pesano le casse.")).meta["dateline"] == "1"
    assert "dateline" not in with_publication(_layout("Published on 3 March 2031")).meta


def test_a_gazette_says_more_than_a_dateline() -> None:
    """A day that nothing labels may be that of the signature; news keep it where no gazette is named."""
    lines = ("Lamp Act", "JORF n°0052 du 3 mars 2031", "Lamps shall burn.")
    found = with_publication(_layout(*lines, published="2031-02-01", dateline="1")).meta
    assert (found["published"], found.get("dateline")) == ("2031-03-03", None)
    kept = with_publication(_layout("Lamp Act", "Lamps shall burn.", published="2031-02-01", dateline="1")).meta
    assert (kept["published"], kept["dateline"]) == ("2031-02-01", "1")


@pytest.mark.parametrize("line", enactment_lines(), ids=lambda line: line.example)
def test_every_line_of_enactment_meets_its_example(line: LinePattern) -> None:
    assert enacted_in(line.example) == "2031-03-03"


@pytest.mark.parametrize(
    "line", ["It was made on 3 March 2031.", "[Pier 3, 2031]", "Made of oak", "Repealed 3 March 2031"]
)
def test_other_lines_state_no_enactment(line: str) -> None:
    assert enacted_in(line) is None


def test_the_day_of_enactment_may_stand_below_its_label() -> None:
    assert with_enactment(_layout("Lamp Order", "Made", "3rd March 2031")).meta["enacted"] == "2031-03-03"
    known = _layout("Lamp Order", "Made 3rd March 2031", enacted="2031-03-01")
    assert with_enactment(known).meta["enacted"] == "2031-03-01"
    assert "enacted" not in with_enactment(_layout("Lamp Order", "Lamps shall burn.")).meta


def test_a_gazette_is_believed_rather_than_a_dateline() -> None:
    head = _layout("(Dz. U. z dnia 3 marca 2031 r.)", "Ustawa o latarniach", published="2031-02-01", dateline="1")
    meta = with_publication(head).meta
    assert (meta["published"], meta["gazette"], "dateline" in meta) == ("2031-03-03", "Dziennik Ustaw", False)
    kept = with_publication(_layout("Ustawa o latarniach", published="2031-02-01", dateline="1")).meta
    assert (kept["published"], kept["dateline"]) == ("2031-02-01", "1")
