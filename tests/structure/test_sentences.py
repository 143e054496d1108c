"""Sentences of legal text, with its abbreviations, ordinals and references."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.languages import available, load
from dutybook.records import Span
from dutybook.structure.splitting import split_sentences


def _split(text: str, language: str) -> list[str]:
    return [s.of(text) for s in split_sentences(text, Span(0, len(text)), load(language))]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("1Der Müller führt ein Buch. 2Er legt es vor. 3Satz 1 gilt nicht im Mai.", ["Der Müller führt ein Buch.", "Er legt es vor.", "Satz 1 gilt nicht im Mai."]),
        ("¹Der Müller führt ein Buch. ²Er legt es vor.", ["Der Müller führt ein Buch.", "Er legt es vor."]),
        ("1 Der Müller führt ein Buch. 2 Er legt es vor.", ["Der Müller führt ein Buch.", "Er legt es vor."]),
        ("1Wer mahlt, meldet es. Er nennt die Menge. 2Wer lagert, nicht.", ["Wer mahlt, meldet es.", "Er nennt die Menge.", "Wer lagert, nicht."]),
        ("Der Müller führt ein Buch. 2Er legt es vor.", ["Der Müller führt ein Buch.", "Er legt es vor."]),
        ("Der Müller führt ein Buch. 2 Mühlen sind klein.", ["Der Müller führt ein Buch.", "2 Mühlen sind klein."]),
        ("1 Müller genügt. Er mahlt.", ["1 Müller genügt.", "Er mahlt."]),
        ("1Der Müller mahlt. 3Mühlen ruhen.", ["1Der Müller mahlt.", "3Mühlen ruhen."]),
    ],
)  # fmt: skip
def test_numbers_that_count_sentences_are_no_part_of_them(text: str, sentences: list[str]) -> None:
    assert _split(text, "de") == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["The log is kept.", "It is shown to the inspectors."]),
        ("en", ["See Art. 5 and para. 3 of the code.", "It applies."]),
        ("en", ["Regulation No. 12 (e.g. its annex) is short.", "So is No. 13."]),
        ("en", ["It was signed by J. Smith on 3 May 2031.", "He is the harbour master."]),
        ("en", ["Is the berth free?", "Then moor."]),
        ("en", ["The carrier said: “The hold is dry.”", "The shipper agreed."]),
        ("en", ["The fee is EUR 1.50 a day.", "It is paid at the U.S. office."]),
        ("de", ["Absatz 1 Nr. 3 gilt nach § 5 Abs. 2 Satz 1 entsprechend.", "Das Hafenamt entscheidet."]),
        ("de", ["Die Frist endet am 2. August 2031.", "Sie kann verlängert werden."]),
        ("de", ["Bis 31. März ist ein Plan vorzulegen.", "Danach berät das Amt."]),
        ("de", ["Es gilt § 4 Absatz 2.", "Die Meldung ist schriftlich abzugeben."]),
        ("de", ["Das 3. Kapitel gilt z. B. für Fähren i. S. d. Absatzes 1.", "Mehr nicht."]),
        ("de", ["Die Gebühr beträgt 1,5 Mio. Euro bzw. den doppelten Satz.", "Sie entfällt ggf. im Winter."]),
        ("de", ["Der Lift steht ab Montag, 22. November, still.", "Danach fährt er."]),
        ("fr", ["L'art. 5 s'applique.", "M. Dupont signe le journal."]),
        ("fr", ["Le port est ouvert.", "Il ferme la nuit."]),
        ("pl", ["Stosuje się ustawę z dnia 3 maja 2029 r. - Kodeks młynarski.", "Młyn stoi."]),
        ("pl", ["Stosuje się ustawę z dnia 3 maja 2029 r. – Kodeks młynarski.", "Młyn stoi."]),
        ("bg", ["Прилага се чл. 5, ал. 2, т. 3.", "Пристанището се затваря през 2031 г. и се отваря отново."]),
        ("cs", ["Použije se čl. 5 odst. 2 písm. a), popř. čl. 6.", "Přístav se otevře dne 2. srpna 2031."]),
        ("da", ["Jf. art. 5, stk. 2, nr. 3, gælder dette ikke.", "Havnen åbner den 2. august 2031."]),
        ("el", ["Εφαρμόζεται το άρθρ. 5 παρ. 2 στοιχ. α) π.χ. στα λιμάνια.", "Το λιμάνι κλείνει."]),
        ("es", ["Se aplica el art. 5, apdo. 2, núm. 3.", "El puerto cierra de noche."]),
        ("et", ["Kohaldatakse art. 5 lg. 2 p. 3 jne sadamas.", "Sadam avatakse 2. augustil 2031."]),
        ("fi", ["Ks. esim. 5 artiklan 2 kohta.", "Satama avataan 2. elokuuta 2031."]),
        ("ga", ["Féach Airt. 5 agus Uimh. 12 srl. sa chalafort.", "Tá an calafort dúnta."]),
        ("hr", ["Iz članka 5. stavka 2. Uredbe o lukama slijedi obveza.", "Luka se otvara 2. kolovoza 2031."]),
        ("hr", ["To slijedi iz članka 5.", "Luka se zatvara."]),
        ("hu", ["Az 5. cikk (2) bek. pl. a kikötőre vonatkozik.", "A kikötő 2031. augusztus 2-án nyílik."]),
        ("it", ["Si applica l'art. 5, par. 2, lett. a).", "Il porto chiude di notte."]),
        ("lt", ["Taikoma 5 str. 2 d. 3 p. ir kt. nuostatos.", "Uostas uždaromas."]),
        ("lv", ["Piemēro 5. panta 2. punktu u. c. noteikumus.", "Osta atveras 2031. gada 2. augustā."]),
        ("mt", ["Ara l-Art. 5 u n-Nru. 12 tal-port.", "Il-port jingħalaq."]),
        ("nl", ["Zie art. 5, m.n. lid 2, blz. 3.", "De haven sluit 's nachts."]),
        (
            "pl",
            ["Stosuje się art. 5 ust. 2 pkt 3 lit. a, np. w porcie.", "Port otwiera się 2 sierpnia 2031 r. o świcie."],
        ),
        ("pt", ["Aplica-se o art. 5.º, al. a), p. ex. no porto.", "O porto fecha à noite."]),
        ("ro", ["Se aplică art. 5 alin. (2) lit. a), de ex. în port.", "Portul se închide noaptea."]),
        ("sk", ["Uplatňuje sa čl. 5 ods. 2 písm. a), napr. v prístave.", "Prístav sa otvorí 2. augusta 2031."]),
        ("sl", ["Uporablja se čl. 5, odst. 2, npr. v pristanišču.", "Pristanišče se odpre 2. avgusta 2031."]),
        ("sv", ["Se art. 5, t.ex. st. 2, i hamnen.", "Hamnen stängs om natten."]),
    ],
)
def test_sentences(language: str, sentences: list[str]) -> None:
    assert _split(" ".join(sentences), language) == sentences


def test_semicolons_part_no_sentences() -> None:
    assert len(_split("The hold is dry; the log is kept; the seal is whole.", "en")) == 1


def test_white_space_is_left_out() -> None:
    assert _split("  The log is kept.  \n  It is shown. ", "en") == ["The log is kept.", "It is shown."]


def test_only_the_span_is_read() -> None:
    text = "Before. The log is kept. It is shown. After."
    span = Span(8, 37)
    assert [s.of(text) for s in split_sentences(text, span, load("en"))] == ["The log is kept.", "It is shown."]


_PIECES = st.lists(
    st.sampled_from(
        [
            "The log",
            "is kept",
            ".",
            "!",
            "?",
            ";",
            "Art.",
            "§ 5",
            "Abs. 2",
            "(a)",
            "“dry”",
            "2.",
            "3. August",
            "\n",
            "…",
            "J.",
            "z. B.",
        ]
    ),
    max_size=25,
)


@given(_PIECES, st.sampled_from(available()))
def test_sentences_are_in_order_apart_and_lose_nothing(pieces: list[str], language: str) -> None:
    text = " ".join(pieces)
    found = split_sentences(text, Span(0, len(text)), load(language))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(len(s) and s == s.strip(text) for s in found)
    assert "".join("".join(s.of(text).split()) for s in found) == "".join(text.split())


@given(st.text(max_size=200), st.sampled_from(available()))
def test_any_text_is_split_without_error(text: str, language: str) -> None:
    for span in split_sentences(text, Span(0, len(text)), load(language)):
        assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        ("nl", "De sluis wordt gesloten.De wachter meldt dat.", ["De sluis wordt gesloten.", "De wachter meldt dat."]),
        ("en", "Write to pier.Office@quay.example at once.", ["Write to pier.Office@quay.example at once."]),
        (
            "en",
            "The lamp stays bright. (inserted by Act 5 of 2031) The keeper sleeps.",
            ["The lamp stays bright.", "(inserted by Act 5 of 2031) The keeper sleeps."],
        ),
        (
            "de",
            "Das Ufer ist zu räumen.17 Die Frist beginnt sofort.",
            ["Das Ufer ist zu räumen.", "17 Die Frist beginnt sofort."],
        ),
    ],
)
def test_lost_blanks_and_notes_after_a_full_stop(language: str, text: str, sentences: list[str]) -> None:
    assert _split(text, language) == sentences
