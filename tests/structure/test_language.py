from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.structure import language
from dutybook.structure.language import OFFICIAL, identify, languages_of

SENTENCES = {
    "bg": "Пазачът на фара вписва в дневника часа, в който лампата е запалена, и го представя при поискване.",
    "cs": "Strážce majáku zapíše do deníku hodinu, kdy byla lampa rozsvícena, a na požádání jej předloží úřadu.",
    "da": "Fyrpasseren skal skrive i logbogen, hvornår lampen blev tændt, og forelægge den for havnen efter anmodning.",
    "de": "Der Leuchtturmwärter trägt die Stunde, zu der die Lampe angezündet wurde, in das Logbuch ein und legt es vor.",
    "el": "Ο φαροφύλακας γράφει στο ημερολόγιο την ώρα που άναψε η λάμπα και το προσκομίζει στην αρχή όταν του ζητηθεί.",
    "en": "The keeper of the lighthouse shall write down the hour at which the lamp was lit and show the log on request.",
    "es": "El farero anotará en el libro la hora en que se encendió la lámpara y lo presentará cuando se le solicite.",
    "et": "Majakavaht kirjutab päevikusse tunni, mil lamp süüdati, ja esitab päeviku sadamale nõudmise korral.",
    "fi": "Majakanvartijan on kirjattava päiväkirjaan hetki, jolloin lamppu sytytettiin, ja esitettävä se pyydettäessä.",
    "fr": "Le gardien du phare inscrit au journal l'heure à laquelle la lampe a été allumée et le présente sur demande.",
    "ga": "Scríobhfaidh coimeádaí an tí solais an uair a lasadh an lampa sa leabhar agus taispeánfaidh sé é arna iarraidh sin.",
    "hr": "Svjetioničar u dnevnik upisuje sat u kojem je svjetiljka upaljena te ga na zahtjev predočuje lučkoj kapetaniji.",
    "hu": "A világítótorony őre feljegyzi a naplóba a lámpa meggyújtásának óráját, és kérésre bemutatja a hatóságnak.",
    "it": "Il guardiano del faro annota nel registro l'ora in cui la lampada è stata accesa e lo presenta su richiesta.",
    "lt": "Švyturio prižiūrėtojas žurnale įrašo valandą, kada buvo uždegta lempa, ir paprašytas jį pateikia uosto valdžiai.",
    "lv": "Bākas uzraugs žurnālā ieraksta stundu, kad lampa tika iedegta, un pēc pieprasījuma to uzrāda ostas pārvaldei.",
    "mt": "Il-gwardjan tal-fanal għandu jikteb fir-reġistru s-siegħa li fiha nxtegħlet il-lampa u jurih meta jintalab.",
    "nl": "De vuurtorenwachter schrijft in het logboek op welk uur de lamp is ontstoken en legt het op verzoek voor.",
    "pl": "Latarnik wpisuje do dziennika godzinę, o której zapalono lampę, i okazuje go na żądanie władzom portu.",
    "pt": "O faroleiro regista no livro a hora a que a lâmpada foi acesa e apresenta-o sempre que lhe for pedido.",
    "ro": "Paznicul farului consemnează în jurnal ora la care a fost aprinsă lampa și îl prezintă la cerere autorității.",
    "sk": "Strážca majáka zapíše do denníka hodinu, keď bola lampa rozsvietená, a na požiadanie ho predloží úradu.",
    "sl": "Svetilničar v dnevnik vpiše uro, ob kateri je bila svetilka prižgana, in ga na zahtevo predloži pristanišču.",
    "sv": "Fyrvaktaren ska skriva i loggboken vilken timme lampan tändes och visa upp den för hamnen på begäran.",
}
FOREIGN = {
    "no": "Fyrvokteren skal uten ugrunnet opphold føre inn i loggboken når lampen ble tent, og vise den fram til havnen.",
    "uk": "Доглядач маяка записує до журналу годину, коли було запалено лампу, і показує його на вимогу порту.",
    "tr": "Fener bekçisi, lambanın yakıldığı saati deftere yazmak ve istendiğinde liman idaresine göstermek zorundadır.",
    "ar": "يجب على حارس المنارة أن يدون في السجل الساعة التي أضيء فيها المصباح وأن يقدمه عند الطلب إلى الميناء.",
    "ja": "灯台守は、灯火を点けた時刻を日誌に記入し、求めがあれば港務局に提示しなければならない。",
}


@pytest.mark.parametrize("code", OFFICIAL)
def test_every_official_language(code: str) -> None:
    found, sure = identify(SENTENCES[code])
    assert found == code
    assert sure > 0.5


@pytest.mark.parametrize("code", sorted(FOREIGN))
def test_languages_outside_the_union(code: str) -> None:
    assert identify(FOREIGN[code])[0] == code


@pytest.mark.parametrize("text", ["", " ", "123 456", "§ 5", "—"])
def test_nothing_to_tell_by(text: str) -> None:
    assert identify(text) == ("und", 0.0)


def test_same_answer_each_time() -> None:
    for text in ["lamp", "Article 5", "no", FOREIGN["no"], "Der Lampe and the horn"]:
        identify.__globals__["_identify"].cache_clear()
        first = identify(text)
        identify.__globals__["_identify"].cache_clear()
        assert identify(text) == first


class TestDocuments:
    def test_short_blocks_go_with_the_document(self) -> None:
        document, blocks = languages_of(["Artikel 5", "Lampen", SENTENCES["de"], "1. Horn", SENTENCES["de"]])
        assert document == "de"
        assert blocks == ["de"] * 5

    def test_long_blocks_have_their_own(self) -> None:
        document, blocks = languages_of([SENTENCES["de"]] * 5 + [SENTENCES["fr"], SENTENCES["el"]])
        assert document == "de"
        assert blocks == ["de"] * 5 + ["fr", "el"]

    def test_another_script_is_seen_in_short_blocks(self) -> None:
        _, blocks = languages_of([SENTENCES["en"]] * 4 + ["Η λάμπα ανάβει το βράδυ"])
        assert blocks[-1] == "el"

    def test_prior_decides_only_where_the_text_cannot(self) -> None:
        assert languages_of(["§ 5", "12"], prior="DE") == ("de", ["de", "de"])
        assert languages_of([SENTENCES["fr"]], prior="en")[0] == "fr"
        assert languages_of(["§ 5"], prior="nonsense 1")[0] in ("no", "und")

    def test_nothing(self) -> None:
        assert languages_of([]) == ("und", [])

    def test_foreign_document(self) -> None:
        assert languages_of([FOREIGN["no"]] * 3) == ("no", ["no"] * 3)


@pytest.mark.shared
class TestRealTexts:
    @pytest.mark.parametrize("code", OFFICIAL)
    def test_extracts_of_one_act(self, shared: Path, code: str) -> None:
        text = (shared / "docs" / "eu" / f"X24_32019R1150_{code.upper()}.txt").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip()]
        document, blocks = languages_of(lines)
        assert document == code
        assert set(blocks) == {code}

    def test_long_act_is_quick(self, shared: Path) -> None:
        text = (shared / "docs" / "eu" / "DORA_32022R2554_DE.txt").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip()]
        identify(SENTENCES["de"])  # the model is loaded once a process
        start = time.process_time()
        document, blocks = languages_of(lines)
        assert time.process_time() - start < 1.5
        assert document == "de"
        assert blocks.count("de") >= 0.99 * len(blocks)


@given(st.text(max_size=60))
def test_letters_are_counted_as_words_have_them(text: str) -> None:
    assert language._letters(text) == sum(map(len, language._LETTERS.findall(text)))


def test_what_the_model_left_in_memory_is_read_again() -> None:
    before = identify(SENTENCES["sv"])
    language.forget()
    language._identify.cache_clear()
    language._ranked.cache_clear()
    assert identify(SENTENCES["sv"]) == before
