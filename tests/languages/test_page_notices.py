"""Notices of web pages in 24 languages: what a page says of itself, and rules that share their words."""

from __future__ import annotations

import pytest

from dutybook.languages import available
from dutybook.languages.page_notices import find_page_notices, kind_of_notice

# Of each language: two notices, and a rule about something else in their words.
SENTENCES = {
    "bg": ("Всички права запазени.", "Задължителните полета са отбелязани с *", "Операторите трябва да се впишат в регистъра на пристанището."),
    "cs": ("Všechna práva vyhrazena.", "Vyžadované informace jsou označeny *", "Provozovatelé se musí přihlásit do registru přístavu."),
    "da": ("Alle rettigheder forbeholdes.", "Krævede felter er markeret med *", "Skibe skal være logget ind i havnens register."),
    "de": ("Nachdruck nur mit Genehmigung des Hafenblatts.", "Erforderliche Felder sind mit * markiert.", "Kranführer müssen im Register angemeldet sein, um die Fähre zu beladen."),
    "el": ("Με επιφύλαξη παντός δικαιώματος.", "Απαγορεύεται η αναδημοσίευση του άρθρου χωρίς άδεια.", "Οι πλοιοκτήτες πρέπει να εγγραφούν στο μητρώο του λιμένα."),
    "en": ("All rights reserved.", "Required fields are marked *", "Site operators must obtain consent before they set cookies."),
    "es": ("Prohibida la reproducción total o parcial.", "Los campos obligatorios están marcados con *", "Los operadores deben iniciar sesión en el registro portuario antes de atracar."),
    "et": ("Kõik õigused kaitstud.", "Nõutavad väljad on tähistatud tärniga.", "Operaatorid peavad laevad registreerima."),
    "fi": ("Kaikki oikeudet pidätetään.", "Pakolliset kentät on merkitty tähdellä.", "Varustajan on rekisteröitävä alus satamassa."),
    "fr": ("Reproduction interdite sans autorisation.", "Les champs obligatoires sont indiqués avec *", "Les armateurs doivent être inscrits au registre du port."),
    "ga": ("Gach ceart ar cosaint.", "Caithfidh tú logáil isteach chun trácht a scríobh.", "Caithfidh oibreoirí na longa a chlárú."),
    "hr": ("Sva prava pridržana.", "Obavezna polja su označena.", "Brodari se moraju prijaviti u registar luke."),
    "hu": ("Minden jog fenntartva.", "A kötelező mezőket * karakterrel jelöltük.", "A hajósoknak be kell jelentkezniük a kikötőben."),
    "it": ("È vietata la riproduzione anche parziale.", "I campi obbligatori sono contrassegnati *", "Gli armatori devono essere iscritti al registro del porto."),
    "lt": ("Visos teisės saugomos.", "Būtini laukeliai pažymėti *", "Laivų savininkai privalo prisijungti prie uosto registro."),
    "lv": ("Visas tiesības aizsargātas.", "Obligātie lauki ir atzīmēti.", "Kuģu īpašniekiem jāpiesakās ostas reģistrā."),
    "mt": ("Id-drittijiet kollha riżervati.", "Irid ikollok kont u tidħol biex tikkummenta.", "L-operaturi għandhom jirreġistraw il-bastimenti."),
    "nl": ("Alle rechten voorbehouden.", "Vereiste velden zijn gemarkeerd met *", "Schippers moeten ingelogd zijn in het havenregister."),
    "pl": ("Wszelkie prawa zastrzeżone.", "Wymagane pola są oznaczone *", "Armatorzy muszą zalogować się do rejestru portu."),
    "pt": ("Proibida a reprodução total ou parcial.", "Os campos obrigatórios são assinalados com *", "Os armadores devem iniciar sessão no registo do porto."),
    "ro": ("Toate drepturile rezervate.", "Câmpurile obligatorii sunt marcate cu *", "Armatorii trebuie să fie înregistrați la port."),
    "sk": ("Všetky práva vyhradené.", "Vyžadované polia sú označené *", "Prevádzkovatelia sa musia prihlásiť do registra prístavu."),
    "sl": ("Vse pravice pridržane.", "Obvezna polja so označena z *", "Ladjarji se morajo prijaviti v register pristanišča."),
    "sv": ("Alla rättigheter förbehålls.", "Obligatoriska fält är märkta *", "Redare måste vara inloggade i hamnens register."),
}  # fmt: skip


def test_all_languages_are_here() -> None:
    assert set(SENTENCES) == set(available())


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_notices_are_told_from_rules(language: str) -> None:
    *notices, rule = SENTENCES[language]
    assert all(kind_of_notice(notice, language) for notice in notices)
    assert not kind_of_notice(rule, language)


@pytest.mark.parametrize(
    ("language", "rule"),
    [
        ("en", "The harbour master may copy the log without the permission of the owner."),
        ("en", "Carriers must mark the required documents and publish their email address."),
        ("en", "Members must subscribe to the rescue fund."),
        ("de", "Die Vervielfältigung von Schlüsseln ist ohne Zustimmung der Hafenmeisterei verboten."),
        ("de", "Anbieter dürfen Cookies nur mit Einwilligung des Nutzers speichern."),
        ("fr", "Les éditeurs doivent recueillir le consentement avant de déposer des cookies."),
        ("fr", "La reproduction des poissons est suivie par le port."),
        ("it", "I gestori devono ottenere il consenso prima di installare cookie."),
        ("es", "Las empresas deben informar a los abonados de las tarifas del puerto."),
    ],
)  # fmt: skip
def test_rules_about_such_things_are_no_notices(language: str, rule: str) -> None:
    assert not kind_of_notice(rule, language)


def test_a_long_sentence_is_no_notice() -> None:
    assert not kind_of_notice("All rights reserved, says the report, " + "and the port pays for the crane " * 6, "en")


def test_pages_of_all_languages_have_english_notices() -> None:
    assert kind_of_notice("© Harbour News 2031. All rights reserved.", "lt")


_COOKIES = ("Site operators may only use cookies with consent.", "en")
_PLAIN = [(f"Crane {number} stands at the quay.", "en") for number in range(20)]


def test_what_a_text_is_about_is_no_notice_of_its_page() -> None:
    notice = ("We use cookies to improve this site.", "en")
    assert find_page_notices([*_PLAIN, notice]) == {20}
    # In the middle of the text, or where it speaks of nothing else, it is a rule.
    assert not find_page_notices([*_PLAIN, _COOKIES, *_PLAIN])
    assert not find_page_notices([_COOKIES, *_PLAIN, _COOKIES, notice])


def test_who_may_comment_is_a_notice_anywhere() -> None:
    assert find_page_notices([*_PLAIN, ("You must be logged in to post a comment.", "en"), *_PLAIN]) == {20}
