"""A text tells whose law it is by what only texts of its state say, and not by its language."""

from __future__ import annotations

import re

import pytest

from dutybook.languages.official_numbers import state_of, states

# Two sentences a sign at least: one mention may be a citation of the neighbour's law.
_EXAMPLES = {
    ("DE", "de"): [
        "Das Hafengesetz vom 3. Mai 2031 (BGBl. I S. 1213), zuletzt geändert durch BGBl. 2033 I Nr. 44, tritt außer Kraft.",
        "Der Bericht erscheint im Bundesgesetzblatt Teil I.",
        "Es gilt in der Bundesrepublik Deutschland; der Bundestag hat es beschlossen, der Deutsche Bundestag hat es verkündet.",
        "Artikel 12 des Grundgesetzes bleibt unberührt, ebenso das Gesetz über Ordnungswidrigkeiten.",
        "Anzeigen nimmt die BaFin entgegen.",
    ],
    ("AT", "de"): [
        "Der Nationalrat hat beschlossen: Das Hafengesetz, BGBl. I Nr. 12/2031, wird geändert.",
        "Es gilt in der Republik Österreich; § 1295 ABGB bleibt unberührt. Anzeigen nimmt die FMA entgegen.",
        "Die Österreichische Hafenbehörde führt das Verzeichnis.",
    ],
    ("CH", "de"): [
        "Der Schweizerische Bundesrat verordnet, gestützt auf das Hafengesetz (SR 747.9, AS 2031 12):",
        "Anzeigen nimmt die FINMA entgegen.",
        "Der Regierungsrat des Kantons erstattet dem Kantonsrat Bericht.",
    ],
    ("CH", "fr"): [
        "Le Conseil fédéral suisse, vu la loi sur les ports (RS 747.9, RO 2031 12), arrête pour la Confédération suisse :",
        "La FINMA reçoit les annonces.",
    ],
    ("CH", "it"): [
        "Il Consiglio federale svizzero, vista la legge sui porti (RS 747.9, RU 2031 12), per la Confederazione Svizzera:",
        "La FINMA riceve le notifiche.",
    ],
    ("CH", "en"): ["FINMA receives notifications throughout the Swiss Confederation."],
    ("FR", "fr"): [
        "L'Assemblée nationale et le Sénat ont adopté la loi sur les ports de la République française (NOR : TRAX3100001L).",
        "Le code de commerce est modifié (JORF du 3 mai 2031).",
    ],
    ("BE", "fr"): ["Roi des Belges, sur proposition du Gouvernement flamand, publié au Moniteur belge :"],
    ("BE", "nl"): ["Koning der Belgen, op voorstel van de Vlaamse Regering, bekendgemaakt in het Belgisch Staatsblad:"],
    ("LU", "fr"): [
        "Nous, Grand-Duc de Luxembourg, vu le règlement grand-ducal du 3 mai 2031 sur les ports ;",
        "publié au Journal officiel du Grand-Duché de Luxembourg ; la CSSF reçoit les déclarations.",
    ],
    ("ES", "es"): [
        "Las Cortes Generales han aprobado esta ley de puertos, publicada en el Boletín Oficial del Estado (BOE).",
        "El Real Decreto 12/2031 la desarrolla, de acuerdo con la Constitución española; informa el Banco de España.",
    ],
    ("IT", "it"): [
        "Il decreto legislativo sui porti è pubblicato nella Gazzetta Ufficiale della Repubblica italiana.",
        "Il d.lgs. 12/2031 è abrogato, sentita la Banca d'Italia.",
    ],
    ("NL", "nl"): [
        "De Havenwet (Stb. 2031, 12) geldt in het Koninkrijk der Nederlanden; de Algemene wet bestuursrecht is van toepassing.",
        "Zij wordt in de Staatscourant geplaatst (Stcrt. 2031, 3) na instemming van de Tweede Kamer en De Nederlandsche Bank.",
    ],
    ("PL", "pl"): [
        "Rada Ministrów zmienia ustawę o portach Rzeczypospolitej Polskiej (Dz. U. z 2031 r. poz. 12).",
        "Uchwałę ogłasza się w Monitorze Polskim; zawiadamia się KNF.",
    ],
    ("CZ", "cs"): [
        "Parlament České republiky se usnesl na zákoně o přístavech; mění se zákon č. 12/2031 Sb.",
        "Oznámení přijímá ČNB.",
    ],
    ("SK", "sk"): [
        "Národná rada Slovenskej republiky sa uzniesla na zákone o prístavoch; mení sa zákon č. 12/2031 Z. z.",
        "Oznámenie prijíma NBS.",
    ],
    ("US", "en"): [
        "Ports are defined in 46 U.S.C. 101 and 33 CFR part 66 (C.F.R.), as amended by Public Law 131-12 (99 FR 1204).",
        "The United States Code is amended accordingly.",
    ],
    ("GB", "en"): [
        "Be it enacted by the King's most Excellent Majesty; the Scottish Parliament and Senedd Cymru consent (S.I. 2031/12).",
        "Firms notify the Financial Conduct Authority, the Prudential Regulation Authority or the Bank of England at www.gov.uk.",
    ],
    ("IE", "en"): [
        "Be it enacted by the Oireachtas; the Ports Regulations (S.I. No. 12 of 2031) stand on irishstatutebook.ie.",
        "Firms notify the Central Bank of Ireland.",
    ],
}


@pytest.mark.parametrize(("state", "language"), sorted(_EXAMPLES))
def test_signs_tell_the_state(state: str, language: str) -> None:
    assert state_of("\n".join(_EXAMPLES[state, language]), language) == state


def test_every_sign_is_used_by_an_example() -> None:
    for state in states():
        for language, signs in state.signs.items():
            text = "\n".join(_EXAMPLES[state.code, language])
            for sign in signs:
                assert re.search(sign, text), (state.code, sign)
            for other in states():
                for sign in other.signs.get(language, ()) if other.code != state.code else ():
                    assert not re.search(sign, text), (state.code, other.code, sign)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wer einen Hafen betreibt, muss ihn sichern.", "de"),
        ("Die Anzeige geht an die BaFin.", "de"),  # one mention
        ("BGBl. I Nr. 12/2031 und BGBl. I Nr. 13/2031 entsprechen BGBl. I S. 1213.", "de"),  # neighbours compared
        ("La FINMA et la FINMA.", "nl"),
        ("", "de"),
    ],
)
def test_without_enough_signs_the_state_is_not_known(text: str, language: str) -> None:
    assert state_of(text, language) is None
