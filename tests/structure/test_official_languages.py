"""An act of the Union in each official language: its formulas, headings, points and new text for other acts are known.

The rows are what the drafting rules of the Union prescribe; the act itself is fictional and says the same in each.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from trees import layout

from dutybook.languages import available, load
from dutybook.records import Family, ProvisionKind, Zone
from dutybook.structure.build import build_structure
from dutybook.structure.language import OFFICIAL


@dataclass(frozen=True)
class Row:
    """How a language writes the parts of an act; ``{}`` stands for the number."""

    title: str
    recitals: str
    enacting: str
    chapter: str
    article: str
    definitions: str
    defines: str
    points: tuple[str, str]
    amendment: str
    replaces: str
    quotes: str
    signature: str
    annex: str
    first: str = "1"


LATIN = ("a)", "b)")
BOTH = ("(a)", "(b)")
ROWS = {
    "bg": Row("РЕГЛАМЕНТ (ЕС) 2031/777", "като имат предвид, че:", "ПРИЕХА НАСТОЯЩИЯ РЕГЛАМЕНТ:", "ГЛАВА {}", "Член {}",
              "Определения", "За целите на настоящия регламент се прилагат следните определения:", ("а)", "б)"),
              "Изменения на Регламент (ЕС) 2021/555", "Регламент (ЕС) 2021/555 се изменя, както следва:", "„“",
              "Съставено в Брюксел на 3 май 2031 година.", "ПРИЛОЖЕНИЕ {}"),
    "cs": Row("NAŘÍZENÍ (EU) 2031/777", "vzhledem k těmto důvodům:", "PŘIJALY TOTO NAŘÍZENÍ:", "KAPITOLA {}", "Článek {}",
              "Definice", "Pro účely tohoto nařízení se rozumí:", LATIN, "Změny nařízení (EU) 2021/555",
              "Nařízení (EU) 2021/555 se mění takto:", "„“", "V Bruselu dne 3. května 2031.", "PŘÍLOHA {}"),
    "da": Row("FORORDNING (EU) 2031/777", "ud fra følgende betragtninger:", "HAR VEDTAGET DENNE FORORDNING:", "KAPITEL {}",
              "Artikel {}", "Definitioner", "I denne forordning forstås ved:", LATIN, "Ændring af forordning (EU) 2021/555",
              "I forordning (EU) 2021/555 foretages følgende ændringer:", "»«", "Udfærdiget i Bruxelles, den 3. maj 2031.",
              "BILAG {}"),
    "de": Row("VERORDNUNG (EU) 2031/777", "in Erwägung nachstehender Gründe:", "HABEN FOLGENDE VERORDNUNG ERLASSEN:",
              "KAPITEL {}", "Artikel {}", "Begriffsbestimmungen", "Im Sinne dieser Verordnung bezeichnet der Ausdruck",
              LATIN, "Änderung der Verordnung (EU) 2021/555", "Die Verordnung (EU) 2021/555 wird wie folgt geändert:", "„“",
              "Geschehen zu Brüssel am 3. Mai 2031.", "ANHANG {}"),
    "el": Row("ΚΑΝΟΝΙΣΜΟΣ (ΕΕ) 2031/777", "Εκτιμώντας τα ακόλουθα:", "ΕΞΕΔΩΣΑΝ ΤΟΝ ΠΑΡΟΝΤΑ ΚΑΝΟΝΙΣΜΟ:", "ΚΕΦΑΛΑΙΟ {}",
              "Άρθρο {}", "Ορισμοί", "Για τους σκοπούς του παρόντος κανονισμού ισχύουν οι ακόλουθοι ορισμοί:", ("α)", "β)"),
              "Τροποποιήσεις του κανονισμού (ΕΕ) 2021/555", "Ο κανονισμός (ΕΕ) 2021/555 τροποποιείται ως εξής:", "«»",
              "Βρυξέλλες, 3 Μαΐου 2031.", "ΠΑΡΑΡΤΗΜΑ {}"),
    "en": Row("REGULATION (EU) 2031/777", "Whereas:", "HAVE ADOPTED THIS REGULATION:", "CHAPTER {}", "Article {}",
              "Definitions", "For the purposes of this Regulation, the following definitions apply:", BOTH,
              "Amendments to Regulation (EU) 2021/555", "Regulation (EU) 2021/555 is amended as follows:", "‘’",
              "Done at Brussels, 3 May 2031.", "ANNEX {}"),
    "es": Row("REGLAMENTO (UE) 2031/777", "Considerando lo siguiente:", "HAN ADOPTADO EL PRESENTE REGLAMENTO:", "CAPÍTULO {}",
              "Artículo {}", "Definiciones", "A efectos del presente Reglamento, se entenderá por:", LATIN,
              "Modificación del Reglamento (UE) 2021/555", "El Reglamento (UE) 2021/555 se modifica como sigue:", "«»",
              "Hecho en Bruselas, el 3 de mayo de 2031.", "ANEXO {}"),
    "et": Row("MÄÄRUS (EL) 2031/777", "ning arvestades järgmist:", "ON VASTU VÕTNUD KÄESOLEVA MÄÄRUSE:", "{} PEATÜKK",
              "Artikkel {}", "Mõisted", "Käesolevas määruses kasutatakse järgmisi mõisteid:", LATIN,
              "Määruse (EL) 2021/555 muutmine", "Määrust (EL) 2021/555 muudetakse järgmiselt:", "„“", "Brüssel, 3. mai 2031",
              "{} LISA"),
    "fi": Row("ASETUS (EU) 2031/777", "sekä katsovat seuraavaa:", "OVAT HYVÄKSYNEET TÄMÄN ASETUKSEN:", "{} LUKU", "{} artikla",
              "Määritelmät", "Tässä asetuksessa tarkoitetaan:", LATIN, "Asetuksen (EU) 2021/555 muuttaminen",
              "Muutetaan asetus (EU) 2021/555, sellaisena kuin se on, ja lisätään seuraava artikla:", "””",
              "Tehty Brysselissä 3 päivänä toukokuuta 2031.", "LIITE {}"),
    "fr": Row("RÈGLEMENT (UE) 2031/777", "considérant ce qui suit:", "ONT ADOPTÉ LE PRÉSENT RÈGLEMENT:", "CHAPITRE {}",
              "Article {}", "Définitions", "Aux fins du présent règlement, on entend par:", LATIN,
              "Modification du règlement (UE) 2021/555", "Le règlement (UE) 2021/555 est modifié comme suit:", "«»",
              "Fait à Bruxelles, le 3 mai 2031.", "ANNEXE {}", "premier"),
    "ga": Row("RIALACHÁN (AE) 2031/777", "De bharr an méid seo a leanas:", "TAR ÉIS AN RIALACHÁN SEO A GHLACADH:",
              "CAIBIDIL {}", "Airteagal {}", "Sainmhínithe",
              "Chun críocha an Rialacháin seo, beidh feidhm ag na sainmhínithe seo a leanas:", BOTH,
              "Leasuithe ar Rialachán (AE) 2021/555", "Leasaítear Rialachán (AE) 2021/555 mar seo a leanas:", "‘’",
              "Arna dhéanamh sa Bhruiséil, 3 Bealtaine 2031.", "IARSCRÍBHINN {}"),
    "hr": Row("UREDBA (EU) 2031/777", "budući da:", "DONIJELI SU OVU UREDBU:", "POGLAVLJE {}.", "Članak {}.", "Definicije",
              "Za potrebe ove Uredbe primjenjuju se sljedeće definicije:", BOTH, "Izmjene Uredbe (EU) 2021/555",
              "Uredba (EU) 2021/555 mijenja se kako slijedi:", "„”", "Sastavljeno u Bruxellesu 3. svibnja 2031.", "PRILOG {}."),
    "hu": Row("RENDELET (EU) 2031/777", "mivel:", "ELFOGADTA EZT A RENDELETET:", "{}. FEJEZET", "{}. cikk",
              "Fogalommeghatározások", "E rendelet alkalmazásában:", LATIN, "Az (EU) 2021/555 rendelet módosítása",
              "Az (EU) 2021/555 rendelet a következőképpen módosul:", "„”", "Kelt Brüsszelben, 2031. május 3-án.",
              "{}. MELLÉKLET"),
    "it": Row("REGOLAMENTO (UE) 2031/777", "considerando quanto segue:", "HANNO ADOTTATO IL PRESENTE REGOLAMENTO:", "CAPO {}",
              "Articolo {}", "Definizioni", "Ai fini del presente regolamento si intende per:", LATIN,
              "Modifiche del regolamento (UE) 2021/555", "Il regolamento (UE) 2021/555 è così modificato:", "«»",
              "Fatto a Bruxelles, il 3 maggio 2031.", "ALLEGATO {}"),
    "lt": Row("REGLAMENTAS (ES) 2031/777", "kadangi:", "PRIĖMĖ ŠĮ REGLAMENTĄ:", "{} SKYRIUS", "{} straipsnis",
              "Terminų apibrėžtys", "Šiame reglamente vartojamos šios terminų apibrėžtys:", LATIN,
              "Reglamento (ES) 2021/555 pakeitimai", "Reglamentas (ES) 2021/555 iš dalies keičiamas taip:", "„“",
              "Priimta Briuselyje 2031 m. gegužės 3 d.", "{} PRIEDAS"),
    "lv": Row("REGULA (ES) 2031/777", "tā kā:", "IR PIEŅĒMUŠI ŠO REGULU.", "{} NODAĻA", "{}. pants", "Definīcijas",
              "Šajā regulā piemēro šādas definīcijas:", LATIN, "Grozījumi Regulā (ES) 2021/555",
              "Regulu (ES) 2021/555 groza šādi:", "“”", "Briselē, 2031. gada 3. maijā", "{} PIELIKUMS"),
    "mt": Row("REGOLAMENT (UE) 2031/777", "Billi:", "ADOTTAW DAN IR-REGOLAMENT:", "KAPITOLU {}", "Artikolu {}",
              "Definizzjonijiet", "Għall-finijiet ta’ dan ir-Regolament, japplikaw id-definizzjonijiet li ġejjin:", BOTH,
              "Emendi għar-Regolament (UE) 2021/555", "Ir-Regolament (UE) 2021/555 huwa emendat kif ġej:", "“”",
              "Magħmul fi Brussell, it-3 ta’ Mejju 2031.", "ANNESS {}"),
    "nl": Row("VERORDENING (EU) 2031/777", "Overwegende hetgeen volgt:", "HEBBEN DE VOLGENDE VERORDENING VASTGESTELD:",
              "HOOFDSTUK {}", "Artikel {}", "Definities", "Voor de toepassing van deze verordening wordt verstaan onder:",
              LATIN, "Wijziging van Verordening (EU) 2021/555", "Verordening (EU) 2021/555 wordt als volgt gewijzigd:", "“”",
              "Gedaan te Brussel, 3 mei 2031.", "BIJLAGE {}"),
    "pl": Row("ROZPORZĄDZENIE (UE) 2031/777", "a także mając na uwadze, co następuje:",
              "PRZYJMUJĄ NINIEJSZE ROZPORZĄDZENIE:", "ROZDZIAŁ {}", "Artykuł {}", "Definicje",
              "Na użytek niniejszego rozporządzenia stosuje się następujące definicje:", LATIN,
              "Zmiana rozporządzenia (UE) 2021/555", "W rozporządzeniu (UE) 2021/555 wprowadza się następujące zmiany:", "„”",
              "Sporządzono w Brukseli dnia 3 maja 2031 r.", "ZAŁĄCZNIK {}"),
    "pt": Row("REGULAMENTO (UE) 2031/777", "Considerando o seguinte:", "ADOTARAM O PRESENTE REGULAMENTO:", "CAPÍTULO {}",
              "Artigo {}.o", "Definições", "Para efeitos do presente regulamento, entende-se por:", LATIN,
              "Alteração do Regulamento (UE) 2021/555", "O Regulamento (UE) 2021/555 é alterado do seguinte modo:", "«»",
              "Feito em Bruxelas, em 3 de maio de 2031.", "ANEXO {}"),
    "ro": Row("REGULAMENTUL (UE) 2031/777", "întrucât:", "ADOPTĂ PREZENTUL REGULAMENT:", "CAPITOLUL {}", "Articolul {}",
              "Definiții", "În sensul prezentului regulament, se aplică următoarele definiții:", BOTH,
              "Modificarea Regulamentului (UE) 2021/555", "Regulamentul (UE) 2021/555 se modifică după cum urmează:", "„”",
              "Adoptat la Bruxelles, 3 mai 2031.", "ANEXA {}"),
    "sk": Row("NARIADENIE (EÚ) 2031/777", "keďže:", "PRIJALI TOTO NARIADENIE:", "KAPITOLA {}", "Článok {}",
              "Vymedzenie pojmov", "Na účely tohto nariadenia sa uplatňujú tieto vymedzenia pojmov:", LATIN,
              "Zmeny nariadenia (EÚ) 2021/555", "Nariadenie (EÚ) 2021/555 sa mení takto:", "„“", "V Bruseli 3. mája 2031",
              "PRÍLOHA {}"),
    "sl": Row("UREDBA (EU) 2031/777", "ob upoštevanju naslednjega:", "SPREJELA NASLEDNJO UREDBO:", "POGLAVJE {}", "Člen {}",
              "Opredelitev pojmov", "V tej uredbi se uporabljajo naslednje opredelitve pojmov:", BOTH,
              "Spremembe Uredbe (EU) 2021/555", "Uredba (EU) 2021/555 se spremeni:", "„“", "V Bruslju, 3. maja 2031",
              "PRILOGA {}"),
    "sv": Row("FÖRORDNING (EU) 2031/777", "av följande skäl:", "HAR ANTAGIT DENNA FÖRORDNING.", "KAPITEL {}", "Artikel {}",
              "Definitioner", "I denna förordning avses med", LATIN, "Ändring av förordning (EU) 2021/555",
              "Förordning (EU) 2021/555 ska ändras på följande sätt:", "””", "Utfärdad i Bryssel den 3 maj 2031.", "BILAGA {}"),
}  # fmt: skip


# An article put in later is numbered in the language's own letters; Portugal puts a dash before a capital.
INSERTED = {
    "bg": "Член 9а",
    "el": "Άρθρο 9α",
    "fi": "9 a artikla",
    "hr": "Članak 9.a",
    "lv": "9.a pants",
    "pt": "Artigo 9.o-A",
}


def act(code: str) -> str:
    row = ROWS[code]
    a, b = row.points
    open_, close = row.quotes
    return f"""
{row.title}
{row.recitals}
(1) Portus.
(2) Navis.
{row.enacting}
{row.chapter.format("I")}
Generalia
{(row.article if row.first == "1" else row.article.replace(".o", "")).format(row.first)}
{row.definitions}
{row.defines}
{a} portus: locus navium;
{b} navis: quae natat.
{row.chapter.format("II")}
Officia
{row.article.format(2)}
Liber
1. Nauta scribit:
{a} diem;
{b} locum.
Liber servatur.
2. Portus legit:
{a} librum.
{row.article.format(3)}
{row.amendment}
{row.replaces}
1) Novum est:
{open_}{INSERTED.get(code) or row.article.format("9a")}
Rates
1. Ratis natat.
2. Ratis scribit:
{a} diem;
{b} locum.{close};
2) Vetus est.
{row.article.format(4)}
Finis
Incipit cras.
{row.signature}
Praeses
{row.annex.format("I")}
Forma libri
1. Liber est niger.
"""


@pytest.fixture(params=sorted(ROWS))
def made(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    code = request.param
    lines = layout(act(code))
    return code, lines, build_structure(lines, "test", code)


def test_every_official_language_has_a_pack_and_a_row() -> None:
    assert set(OFFICIAL) == set(ROWS)
    assert set(OFFICIAL) <= set(available())


def test_places_are_the_same_in_every_language(made) -> None:  # type: ignore[no-untyped-def]
    code, _, found = made
    quoted = "Art 3(1) “Art 9-A" if code == "pt" else "Art 3(1) “Art 9a"
    wanted = [
        "Recital 1", "Recital 2", "Chapter I", "Art 1", "Art 1(a)", "Art 1(b)", "Chapter II", "Art 2", "Art 2(1)",
        "Art 2(1)(a)", "Art 2(1)(b)", "Art 2(1) subpara 2", "Art 2(2)", "Art 2(2)(a)", "Art 3", "Art 3(1)",
        f"{quoted}”", f"{quoted}(1)”", f"{quoted}(2)”", f"{quoted}(2)(a)”", f"{quoted}(2)(b)”", "Art 3(2)", "Art 4",
        "Annex I", "Annex I(1)",
    ]  # fmt: skip
    skipped = {ProvisionKind.PREAMBLE, ProvisionKind.SIGNATURE}
    assert [p.place for p in found.provisions if p.kind not in skipped] == wanted
    assert found.family is Family.EU_ACT
    assert found.title == ROWS[code].title


def test_zones(made) -> None:  # type: ignore[no-untyped-def]
    _, lines, found = made
    zones = {s.span.of(lines.text): s.zone for s in found.sentences}
    assert zones["Navis."] is Zone.RECITAL
    assert zones["navis: quae natat."] is Zone.DEFINITION
    assert zones["Liber servatur."] is Zone.ENACTING
    assert zones["Ratis natat."] is Zone.AMENDMENT
    assert zones["Incipit cras."] is Zone.ENACTING
    assert zones["Praeses"] is Zone.SIGNATURE
    assert zones["Liber est niger."] is Zone.ANNEX


def test_headings(made) -> None:  # type: ignore[no-untyped-def]
    code, _, found = made
    headings = {p.place: p.heading for p in found.provisions if p.heading}
    assert headings["Chapter II"] == "Officia"
    assert headings["Art 1"] == ROWS[code].definitions
    assert headings["Art 3"] == ROWS[code].amendment
    assert headings["Annex I"] == "Forma libri"


def test_an_act_s_letter_is_known_by_its_kind(made) -> None:  # type: ignore[no-untyped-def]
    code, _, _ = made
    kinds = load(code).structure.act_kinds
    assert set(kinds) == {"R", "L", "D"}
    assert any(word in ROWS[code].title.casefold() for word in kinds["R"])
